//! Owns a stretch of the campaign as recovery sees it: what was out of band, and what it cost.
//! Must not know disturbances.

use crate::history::charter::{Charter, GoWhen, Kpi, Limits};
use crate::ids::ChannelId;
use crate::judge::judgement::{Series, Window};
use crate::judge::shares::bad_limits;
use crate::judge::ungated::SENT_AWAY;
use crate::judge::windows::Beside;
use crate::units::{At, Ppm, Qty, Span};

/// Fewer changes or orders of a stretch say nothing of its share or its 95th percentile.
const SAMPLES_MIN: u64 = 20;
/// Fewer shoppers of a stretch who were sent away are chance.
const AWAY_MIN: u64 = 3;
/// More than twice what was usual is beyond it, and at least so many jobs, …
const JOBS_MORE: i64 = 20;
/// … or units oversold, in a stretch: fewer are chance.
const UNITS_MORE: i64 = 5;

/// A stretch of the campaign, as far as it says anything of bands.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    pub(super) from: At,
    /// Channels with a measure that is out of band.
    pub(super) out: Vec<ChannelId>,
    /// Changes, and orders due, by channel; of the latter those not handed off.
    pub(super) changes: Vec<u64>,
    pub(super) due: Vec<[u64; 2]>,
    pub(super) lag: Span,
    pub(super) backlog: u32,
    pub(super) offered: u64,
    pub(super) oversold: Qty,
    pub(super) cancelled: u64,
    pub(super) unhanded: u64,
    pub(super) turned_away: u64,
    /// Jobs waiting × time in microseconds, by the deepest of each window.
    pub(super) area: u128,
    /// The mean over its windows of the greatest share of busy workers seen in each.
    pub(super) busy: Ppm,
    /// What no chart shows of it.
    pub(super) beside: Beside,
}

/// The edges that a GO needs.
pub(super) struct Edges {
    pub(super) lag: Option<Span>,
    pub(super) handoff: Option<Ppm>,
}

impl Edges {
    pub(super) fn of(charter: &Charter) -> Edges {
        let limits =
            |kpi| charter.gates.iter().find(|gate| gate.kpi == kpi).map(|gate| gate.limits);
        let strict = charter.go_when == GoWhen::Healthy;
        let lag = limits(Kpi::SyncLag).and_then(|limits| match limits {
            Limits::LagP95 { healthy, watch } => Some(if strict { healthy } else { watch }),
            Limits::AtMost { .. } | Limits::AtLeast { .. } => None,
        });
        let handoff = limits(Kpi::HandoffSuccess).map(|limits| {
            let (healthy, watch) = bad_limits(limits);
            if strict { healthy } else { watch }
        });
        Edges { lag, handoff }
    }
}

/// What stretches come to together: few orders of each may be enough of all.
pub(super) struct Seen {
    /// By channel, as in [`Stretch`].
    pub(super) changes: Vec<u64>,
    pub(super) due: Vec<[u64; 2]>,
}

impl Seen {
    /// Nothing yet, of so many channels.
    pub(super) fn nothing(channels: usize) -> Seen {
        Seen { changes: vec![0; channels], due: vec![[0; 2]; channels] }
    }

    pub(super) fn add(&mut self, stretch: &Stretch) {
        for (changes, more) in self.changes.iter_mut().zip(&stretch.changes) {
            *changes += more;
        }
        for ([due, unhanded], [more, lost]) in self.due.iter_mut().zip(&stretch.due) {
            (*due, *unhanded) = (*due + more, *unhanded + lost);
        }
    }

    /// Whether enough was seen of all that is gated: of all channels together, and of each of those
    /// that were out of band.
    pub(super) fn tells(&self, [lag, handoff]: [bool; 2], hurt: &[ChannelId]) -> bool {
        let enough = |changes: u64, orders: u64| {
            (!lag || changes >= SAMPLES_MIN) && (!handoff || orders >= SAMPLES_MIN)
        };
        let orders = |[due, _]: &[u64; 2]| *due;
        enough(self.changes.iter().sum(), self.due.iter().map(orders).sum())
            && hurt.iter().all(|id| enough(self.changes[id.index()], self.due[id.index()][0]))
    }

    /// The channels that lost more orders than they may.
    pub(super) fn losing(&self, edge: Option<Ppm>) -> impl Iterator<Item = ChannelId> + '_ {
        let each = self.due.iter().enumerate();
        each.filter_map(move |(channel, [due, lost])| {
            let beyond = *due >= SAMPLES_MIN && Ppm::of(*lost, *due) > edge?;
            beyond.then_some(ChannelId(channel as u16))
        })
    }
}

/// A change that is never shown in time is out of band from when it was made until it is shown,
/// also while it is young.
pub(super) fn unshown_since(
    stretches: &mut [Stretch],
    series: &Series,
    (each, width): (usize, Span),
    edge: Option<Span>,
) {
    let Some(edge) = edge else { return };
    for (channel, windows) in series.channels.iter().enumerate() {
        let channel = ChannelId(channel as u16);
        for (place, window) in windows.iter().enumerate().filter(|(_, w)| w.oldest_unshown > edge) {
            let seen = (place as u64 + 1) * series.width.0;
            let made = seen.saturating_sub(window.oldest_unshown.0) / width.0;
            let last = (place / each).min(stretches.len().saturating_sub(1));
            for stretch in stretches.iter_mut().take(last + 1).skip(made as usize) {
                if !stretch.out.contains(&channel) {
                    stretch.out.push(channel);
                }
            }
        }
    }
}

impl Stretch {
    /// What the run's windows say of it.
    pub(super) fn of_run(from: At, run: &[Window], width: Span, beside: &[Beside]) -> Stretch {
        let deep = |window: &Window| u128::from(window.queue_depth) * u128::from(width.0);
        let busy: u64 = run.iter().map(|window| u64::from(window.busy.0)).sum();
        let mut stretch = Stretch {
            from,
            backlog: run.iter().map(|w| w.queue_depth).max().unwrap_or(0),
            offered: run.iter().map(|w| w.offered).sum(),
            area: run.iter().map(deep).sum(),
            busy: Ppm((busy / run.len().max(1) as u64) as u32),
            ..Stretch::default()
        };
        for window in beside {
            stretch.beside.join(*window);
        }
        stretch
    }

    /// What a channel's windows add to it.
    pub(super) fn add(&mut self, channel: ChannelId, windows: &[Window], edges: &Edges) {
        let sum = |of: fn(&Window) -> u64| windows.iter().map(of).sum::<u64>();
        let longest = |of: fn(&Window) -> Span| windows.iter().map(of).max().unwrap_or_default();
        let changes = sum(|w| w.sync_lag.count);
        let oldest = longest(|w| w.oldest_unshown);
        let p95 = longest(|w| w.sync_lag.p95.unwrap_or_default());
        let (due, good) = (sum(|w| w.due), sum(|w| w.handed_off));
        let (wanted, many) = (sum(|w| w.offered), changes >= SAMPLES_MIN);
        let late = edges.lag.is_some_and(|edge| many && p95 > edge);
        let unhanded = due.saturating_sub(good);
        let beyond = |edge| due >= SAMPLES_MIN && Ppm::of(unhanded, due) > edge;
        let away = sum(|w| w.refused.saturating_sub(w.refused_for_stock));
        let shut = away >= AWAY_MIN && Ppm::of(away, wanted) >= SENT_AWAY;
        if late || shut || edges.handoff.is_some_and(beyond) {
            self.out.push(channel);
        }
        self.changes.push(changes);
        self.due.push([due, unhanded]);
        self.lag = self.lag.max(oldest).max(if many { p95 } else { Span::ZERO });
        self.unhanded += unhanded;
        self.cancelled += sum(|w| w.cancelled);
        self.turned_away += away;
        self.oversold = windows.iter().fold(self.oversold, |sum, w| sum + w.oversold);
    }
}

/// What was usual before, in stretches in which at least half as many orders were wanted; none
/// where there was none like it.
#[derive(Default)]
pub(super) struct Usual {
    /// The most jobs waiting, …
    pub(super) backlog: Option<u32>,
    /// … and 99 of 100 stretches had no more.
    pub(super) backlog_p99: Option<u32>,
    pub(super) oversold: Option<Qty>,
    /// Attempts of workers, the microseconds in which they were made, and how busy they were.
    pub(super) attempts: u64,
    pub(super) over: u128,
    pub(super) busy: Ppm,
}

impl Usual {
    pub(super) fn of(before: &[Stretch], then: Option<&Stretch>, width: Span) -> Usual {
        let wanted = then.map_or(0, |stretch| stretch.offered);
        let alike = || before.iter().filter(|stretch| stretch.offered * 2 >= wanted.max(1));
        let mut depths: Vec<u32> = alike().map(|stretch| stretch.backlog).collect();
        depths.sort_unstable();
        let rank = (depths.len() * 99).div_ceil(100);
        let busy: u64 = alike().map(|stretch| u64::from(stretch.busy.0)).sum();
        Usual {
            backlog: depths.last().copied(),
            backlog_p99: rank.checked_sub(1).map(|place| depths[place]),
            oversold: alike().map(|stretch| stretch.oversold).max(),
            attempts: alike().map(|stretch| stretch.beside.attempts).sum(),
            over: depths.len() as u128 * u128::from(width.0),
            busy: Ppm((busy / depths.len().max(1) as u64) as u32),
        }
    }

    /// How long so many jobs take beside those that come: B ÷ (μ − λ), λ what workers attempted
    /// and μ what they would at that share of them busy, were all. None where that is not known.
    pub(super) fn drains_in(&self, jobs: u32) -> Option<Span> {
        let busy = u128::from(self.busy.0);
        let idle = u128::from(Ppm::ONE.0).checked_sub(busy).filter(|idle| *idle > 0 && busy > 0)?;
        let faster = u128::from(self.attempts) * idle;
        let takes = (u128::from(jobs) * self.over).checked_mul(busy)?.checked_div(faster)?;
        Some(Span(u64::try_from(takes).unwrap_or(u64::MAX)))
    }

    pub(super) fn is_exceeded(&self, stretch: &Stretch) -> bool {
        let beyond = |now: i64, usual: i64, more: i64| {
            now > usual.saturating_mul(2).max(usual.saturating_add(more))
        };
        let jobs = |usual: u32| beyond(stretch.backlog.into(), usual.into(), JOBS_MORE);
        let units = |usual: Qty| beyond(stretch.oversold.0, usual.0, UNITS_MORE);
        self.backlog.is_some_and(jobs) || self.oversold.is_some_and(units)
    }
}
