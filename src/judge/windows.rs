//! Owns the campaign in windows, for charts: at most 2,000 of them, widened by merging pairs.
//! Must not decide anything.

use super::change::{Change, Lag};
use super::hist::Hist;
use super::judgement::{Clusters, Series, Window};
use super::occupancy::Occupancy;
use super::prices::Stretch;
use crate::history::charter::Charter;
use crate::ids::ChannelId;
use crate::units::{At, Ppm, Span};

/// More windows than this are merged in pairs.
const WINDOWS_MAX: u64 = 2_000;
/// A chart has at least so many, where the campaign is long enough for windows of a second.
const WINDOWS_WANTED: u64 = 240;

/// A window as it is gathered.
#[derive(Clone, Debug, Default)]
struct Cell {
    window: Window,
    /// Lags by channel; the run's are all of them together.
    lag: Hist,
    shelf: Hist,
    shelf_sum_us: u128,
    lateness: Hist,
    /// By [`State`].
    spent: [Occupancy; 3],
    beside: Beside,
}

/// What a window holds of the run that no chart shows, for whoever asks how it recovered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Beside {
    /// The longest that an order which became ours in it waited until the OMS held it;
    /// [`Span::MAX`]: one never was.
    pub(super) wait: Span,
    /// Orders that became ours in it and that the OMS never had, their deadline passed, …
    pub(super) lost: u64,
    /// … or not yet.
    pub(super) open: u64,
    /// Attempts at jobs that connectors' workers made in it.
    pub(super) attempts: u64,
    /// Orders that the OMS made a second record of in it, orders charged a price that was not
    /// valid, and orders refused for stock that was there.
    pub(super) broken: [u64; 3],
}

impl Beside {
    /// Both together.
    pub(super) fn join(&mut self, other: Beside) {
        self.wait = self.wait.max(other.wait);
        self.lost += other.lost;
        self.open += other.open;
        self.attempts += other.attempts;
        for (mine, theirs) in self.broken.iter_mut().zip(other.broken) {
            *mine += theirs;
        }
    }
}

/// What a channel's SKU spends time in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Some price is intended and one is charged.
    Priced,
    /// … and they are the same.
    RightlyPriced,
    /// The channel offers more than there is.
    Mismatched,
}

impl Cell {
    fn merge(&mut self, other: &Cell, width: Span) {
        let (mine, theirs) = (&mut self.window, &other.window);
        mine.offered += theirs.offered;
        mine.sent += theirs.sent;
        mine.answered += theirs.answered;
        mine.accepted += theirs.accepted;
        mine.refused += theirs.refused;
        mine.oldest_unshown = mine.oldest_unshown.max(theirs.oldest_unshown);
        mine.queue_depth = mine.queue_depth.max(theirs.queue_depth);
        mine.busy = mine.busy.max(theirs.busy);
        mine.oversold += theirs.oversold;
        mine.cancelled += theirs.cancelled;
        mine.due += theirs.due;
        mine.handed_off += theirs.handed_off;
        mine.in_flight = mine.in_flight.max(theirs.in_flight);
        mine.refused_for_stock += theirs.refused_for_stock;
        mine.lost_after_throttling += theirs.lost_after_throttling;
        self.lag.merge(&other.lag);
        self.shelf.merge(&other.shelf);
        self.shelf_sum_us += other.shelf_sum_us;
        self.lateness.merge(&other.lateness);
        self.beside.join(other.beside);
        for (mine, theirs) in self.spent.iter_mut().zip(other.spent) {
            *mine = mine.joined(theirs, width);
        }
    }

    fn shown(&self, lateness_shown: LatenessShown) -> Window {
        let mut window = self.window.clone();
        window.sync_lag = self.lag.percentiles();
        window.shelf_lag = self.shelf.percentiles();
        if lateness_shown == LatenessShown::Yes {
            window.lateness_wall_p99 = self.lateness.percentiles().p99;
        }
        window
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LatenessShown {
    Yes,
    No,
}

/// All windows: the run's and each channel's.
#[derive(Clone, Debug)]
pub(super) struct Windows {
    width: Span,
    /// The run first, then the channels.
    scopes: Vec<Vec<Cell>>,
    /// The window that facts are in now, …
    open: u64,
    /// … and when it ends.
    open_until: At,
}

impl Windows {
    pub(super) fn new(charter: &Charter) -> Windows {
        let whole = charter.traffic_ends.since(At::START) + charter.drain;
        let nice = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
        let width = nice
            .into_iter()
            .map(Span::from_secs)
            .take_while(|width| whole.0 / width.0 >= WINDOWS_WANTED)
            .last()
            .unwrap_or(Span::from_secs(1));
        Windows {
            width,
            scopes: vec![Vec::new(); charter.channels.len() + 1],
            open: 0,
            open_until: At(width.0),
        }
    }

    /// Moves on to `now`; `oldest` says the start of a channel's oldest change not yet shown, and
    /// is asked once a window that ends.
    pub(super) fn advance(&mut self, now: At, mut oldest: impl FnMut(ChannelId) -> Option<At>) {
        if now < self.open_until {
            return;
        }
        while now.0 / self.width.0 >= WINDOWS_MAX {
            self.widen();
        }
        let target = now.0 / self.width.0;
        if target <= self.open {
            self.open_until = At((self.open + 1) * self.width.0);
            return;
        }
        // Nothing was shown between the facts before and after a gap: one answer serves them all.
        for channel in 0..self.scopes.len() - 1 {
            let id = ChannelId(channel as u16);
            let Some(start) = oldest(id) else { continue };
            for index in self.open..target {
                let age = At((index + 1) * self.width.0).since(start);
                let seen = &mut self.cell(Some(id), index).window.oldest_unshown;
                *seen = (*seen).max(age);
                let seen = &mut self.cell(None, index).window.oldest_unshown;
                *seen = (*seen).max(age);
            }
        }
        self.open = target;
        self.open_until = At((target + 1) * self.width.0);
    }

    /// Orders due and not handed off well, by stretches of a minute or more.
    pub(super) fn unhanded(&self, channel: Option<ChannelId>) -> Clusters {
        let scope = channel.map_or(0, |channel| channel.index() + 1);
        let each = Span::from_mins(1).0.div_ceil(self.width.0).max(1) as usize;
        let mut sums = Clusters::default();
        for stretch in self.scopes[scope].chunks(each) {
            let sum = |of: fn(&Window) -> u64| stretch.iter().map(|cell| of(&cell.window)).sum();
            let (due, good): (u64, u64) = (sum(|w| w.due), sum(|w| w.handed_off));
            sums.count(due, due.saturating_sub(good));
        }
        sums.all_exposed()
    }

    /// Changes the window of `at`, of the run and of the channel.
    pub(super) fn at(&mut self, at: At, channel: Option<ChannelId>, change: impl Fn(&mut Window)) {
        let index = (at.0 / self.width.0).min(WINDOWS_MAX - 1);
        change(&mut self.cell(None, index).window);
        if channel.is_some() {
            change(&mut self.cell(channel, index).window);
        }
    }

    /// An order of about `at` that was handed off well is so no more: it is taken off the first
    /// window from there on that counts one.
    pub(super) fn spoilt(&mut self, at: At, channel: ChannelId) {
        let from = (at.0 / self.width.0).min(WINDOWS_MAX - 1) as usize;
        let scope = &self.scopes[channel.index() + 1];
        let counts = |cell: &Cell| cell.window.handed_off > 0;
        let Some(index) = scope.iter().skip(from).position(counts) else { return };
        for scope in [None, Some(channel)] {
            let window = &mut self.cell(scope, (from + index) as u64).window;
            window.handed_off = window.handed_off.saturating_sub(1);
        }
    }

    /// Something of the run that no chart shows happened at `at`.
    pub(super) fn beside(&mut self, at: At, beside: Beside) {
        let index = (at.0 / self.width.0).min(WINDOWS_MAX - 1);
        self.cell(None, index).beside.join(beside);
    }

    /// By window of the run, what [`Windows::beside`] was told.
    pub(super) fn all_beside(&self) -> Vec<Beside> {
        self.scopes[0].iter().map(|cell| cell.beside).collect()
    }

    /// A lag of a change made at `start`.
    pub(super) fn lag(&mut self, channel: ChannelId, start: At, lag: Span) {
        let index = (start.0 / self.width.0).min(WINDOWS_MAX - 1);
        self.cell(Some(channel), index).lag.record(lag);
    }

    /// Reads what a lag of this change will be counted in, for nothing but having it at hand.
    pub(super) fn look(&self, channel: ChannelId, change: Change, lag: Span) -> u64 {
        let cells = &self.scopes[channel.index() + 1];
        let cell = |at: At| cells.get((at.0 / self.width.0) as usize);
        let own = cell(change.start).map_or(0, |cell| cell.lag.look(lag));
        let since = lag + change.start.since(change.sold);
        own ^ cell(change.sold).map_or(0, |cell| cell.shelf.look(since))
    }

    /// The lag from a sale at `sold` to the offer of `channel`, another one.
    pub(super) fn shelf_lag(&mut self, channel: ChannelId, sold: At, lag: Span) {
        let index = (sold.0 / self.width.0).min(WINDOWS_MAX - 1);
        let cell = self.cell(Some(channel), index);
        cell.shelf.record(lag);
        cell.shelf_sum_us += u128::from(lag.0);
    }

    /// How long, on average, the other channels did not know of a sale made in the window of `at`;
    /// none: no sale was made in it that they had to know of.
    pub(super) fn shelf_mean(&self, at: At) -> Option<Span> {
        let index = (at.0 / self.width.0).min(WINDOWS_MAX - 1) as usize;
        let cells = self.scopes[1..].iter().filter_map(|cells| cells.get(index));
        let (sum, n) = cells.fold((0, 0), |(sum, n), cell| {
            (sum + cell.shelf_sum_us, n + u128::from(cell.shelf.count()))
        });
        (n > 0).then(|| Span((sum / n) as u64))
    }

    /// A SKU on `channel` was in this state from `from` until `until`, both past.
    pub(super) fn spent(&mut self, channel: ChannelId, state: State, from: At, until: At) {
        if from >= until {
            return;
        }
        let width = self.width.0;
        for scope in [None, Some(channel)] {
            for (at, begins) in [(from, true), (until, false)] {
                let index = (at.0 / width).min(WINDOWS_MAX - 1);
                let left = Span(((index + 1) * width).saturating_sub(at.0));
                let spent = &mut self.cell(scope, index).spent[state as usize];
                if begins { spent.began(left) } else { spent.ended(left) }
            }
        }
    }

    /// A send's lateness.
    pub(super) fn lateness(&mut self, at: At, lateness: Span) {
        let index = (at.0 / self.width.0).min(WINDOWS_MAX - 1);
        self.cell(None, index).lateness.record(lateness);
    }

    /// The windows as a report shows them, all scopes equally long, when observation ends at `end`.
    /// `sold` says how many SKUs that sold each scope offers, the run first.
    pub(super) fn series(&self, end: At, sold: &[u64]) -> Series {
        let len = self.scopes.iter().map(Vec::len).max().unwrap_or(0);
        let shown = |(scope, cells): (usize, &Vec<Cell>)| {
            let lateness = if scope == 0 { LatenessShown::Yes } else { LatenessShown::No };
            let mut windows: Vec<Window> = cells.iter().map(|c| c.shown(lateness)).collect();
            if scope == 0 {
                self.join_lags(&mut windows, len);
            }
            self.share_time(&mut windows, cells, end, sold.get(scope).copied().unwrap_or(0));
            windows.resize(len, Window::default());
            windows
        };
        let mut scopes = self.scopes.iter().enumerate().map(shown);
        let run = scopes.next().unwrap_or_default();
        Series { width: self.width, run, channels: scopes.collect() }
    }

    /// Lags of the run: those of all channels together.
    fn join_lags(&self, windows: &mut Vec<Window>, len: usize) {
        windows.resize(len, Window::default());
        for (index, window) in windows.iter_mut().enumerate() {
            let (mut lag, mut shelf) = (Hist::default(), Hist::default());
            for cell in self.scopes[1..].iter().filter_map(|cells| cells.get(index)) {
                lag.merge(&cell.lag);
                shelf.merge(&cell.shelf);
            }
            (window.sync_lag, window.shelf_lag) = (lag.percentiles(), shelf.percentiles());
        }
    }

    /// Shares of time: at the intended price, and of offering more than there is.
    fn share_time(&self, windows: &mut [Window], cells: &[Cell], end: At, sold: u64) {
        let mut inside = [0; 3];
        for (index, (window, cell)) in windows.iter_mut().zip(cells).enumerate() {
            let mut times = [0; 3];
            for ((time, spent), inside) in times.iter_mut().zip(cell.spent).zip(&mut inside) {
                *time = spent.time(inside, self.width);
            }
            let [priced, rightly, mismatched] = times;
            let whole = end.since(At(index as u64 * self.width.0)).0.min(self.width.0);
            window.price_parity = (priced > 0).then(|| Ppm::of(rightly, priced));
            let offered = whole.saturating_mul(sold);
            window.mismatch = (offered > 0).then(|| Ppm::of(mismatched, offered));
        }
    }

    fn widen(&mut self) {
        let width = self.width;
        self.width = width + width;
        self.open /= 2;
        for cells in &mut self.scopes {
            let pairs = cells.chunks(2).map(|pair| {
                let mut both = pair[0].clone();
                both.merge(pair.get(1).unwrap_or(&Cell::default()), width);
                both
            });
            *cells = pairs.collect();
        }
    }

    fn cell(&mut self, channel: Option<ChannelId>, index: u64) -> &mut Cell {
        let cells = &mut self.scopes[channel.map_or(0, |channel| channel.index() + 1)];
        if cells.len() <= index as usize {
            cells.resize_with(index as usize + 1, Cell::default);
        }
        &mut cells[index as usize]
    }
}

/// The lag from a sale on another channel, when it was one; `seen` is the lag of the change, or its
/// age when it was not seen.
pub(super) fn record_shelf(windows: &mut Windows, shelf: &mut Hist, lag: &Lag, seen: Span) {
    let sold = lag.change.sold;
    if sold == At::NEVER {
        return;
    }
    let before = lag.change.start.since(sold);
    windows.shelf_lag(lag.channel, sold, seen + before);
    match lag.high {
        Some(span) => shelf.record(span + before),
        None => shelf.record_never(),
    }
}

/// A stretch of charging one price goes to the windows that it touches.
pub(super) fn priced(windows: &mut Windows, stretch: Stretch) {
    let Stretch { channel, from, until, right } = stretch;
    windows.spent(channel, State::Priced, from, until);
    if right {
        windows.spent(channel, State::RightlyPriced, from, until);
    }
}
