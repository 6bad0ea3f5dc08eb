//! Owns the campaign in windows, for charts: at most 2,000 of them, widened by merging pairs.
//! Must not decide anything.

use super::hist::Hist;
use super::judgement::{Series, Window};
use crate::history::charter::Charter;
use crate::ids::ChannelId;
use crate::units::{At, Span};

/// More windows than this are merged in pairs.
const WINDOWS_MAX: u64 = 2_000;
/// A chart has at least so many, where the campaign is long enough for windows of a second.
const WINDOWS_WANTED: u64 = 240;

/// A window as it is gathered.
#[derive(Clone, Debug, Default)]
struct Cell {
    window: Window,
    lag: Hist,
    lateness: Hist,
}

impl Cell {
    fn merge(&mut self, other: &Cell) {
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
        self.lag.merge(&other.lag);
        self.lateness.merge(&other.lateness);
    }

    fn shown(&self, lateness_shown: LatenessShown) -> Window {
        let mut window = self.window.clone();
        window.sync_lag = self.lag.percentiles();
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
    /// The window that facts are in now.
    open: u64,
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
        Windows { width, scopes: vec![Vec::new(); charter.channels.len() + 1], open: 0 }
    }

    /// Moves on to `now`; `oldest` says the start of a channel's oldest change not yet shown, and
    /// is asked once a window that ends.
    pub(super) fn advance(&mut self, now: At, mut oldest: impl FnMut(ChannelId) -> Option<At>) {
        while now.0 / self.width.0 >= WINDOWS_MAX {
            self.widen();
        }
        let target = now.0 / self.width.0;
        if target <= self.open {
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
    }

    /// Changes the window of `at`, of the run and of the channel.
    pub(super) fn at(&mut self, at: At, channel: Option<ChannelId>, change: impl Fn(&mut Window)) {
        let index = (at.0 / self.width.0).min(WINDOWS_MAX - 1);
        change(&mut self.cell(None, index).window);
        if channel.is_some() {
            change(&mut self.cell(channel, index).window);
        }
    }

    /// A lag of a change made at `start`.
    pub(super) fn lag(&mut self, channel: ChannelId, start: At, lag: Span) {
        let index = (start.0 / self.width.0).min(WINDOWS_MAX - 1);
        self.cell(None, index).lag.record(lag);
        self.cell(Some(channel), index).lag.record(lag);
    }

    /// A send's lateness.
    pub(super) fn lateness(&mut self, at: At, lateness: Span) {
        let index = (at.0 / self.width.0).min(WINDOWS_MAX - 1);
        self.cell(None, index).lateness.record(lateness);
    }

    /// The windows as a report shows them, all scopes equally long.
    pub(super) fn series(&self) -> Series {
        let len = self.scopes.iter().map(Vec::len).max().unwrap_or(0);
        let shown = |cells: &Vec<Cell>, lateness: LatenessShown| {
            let mut windows: Vec<Window> = cells.iter().map(|c| c.shown(lateness)).collect();
            windows.resize(len, Window::default());
            windows
        };
        let run = shown(&self.scopes[0], LatenessShown::Yes);
        let channels = self.scopes[1..].iter().map(|c| shown(c, LatenessShown::No));
        Series { width: self.width, run, channels: channels.collect() }
    }

    fn widen(&mut self) {
        self.width = self.width + self.width;
        self.open /= 2;
        for cells in &mut self.scopes {
            let pairs = cells.chunks(2).map(|pair| {
                let mut both = pair[0].clone();
                if let Some(second) = pair.get(1) {
                    both.merge(second);
                }
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
