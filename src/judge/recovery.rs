//! Owns recovery: when what was broken on purpose hurt, and when all was in band again and stayed.
//! Must not know how windows are gathered. No verdict rests on it: a fault excuses nothing.

use super::judgement::{Disturbance, InjectedFault, Recovered, Series, Window};
use super::shares::bad_limits;
use super::ungated::SENT_AWAY;
use crate::history::charter::{Charter, GoWhen, Kpi, Limits};
use crate::ids::{ChannelId, FaultId};
use crate::units::{At, Ppm, Qty, Span};

/// Windows are put together to at least this.
const STRETCH: Span = Span::from_mins(1);
/// Fewer changes or orders of a stretch say nothing of its share or its 95th percentile.
const SAMPLES_MIN: u64 = 20;
/// All must be in band for so many stretches together.
const HOLD_MIN: u64 = 3;
/// Fewer shoppers of a stretch who were sent away are chance.
const AWAY_MIN: u64 = 3;
/// More than twice what was usual is beyond it, and at least so many jobs, …
const JOBS_MORE: i64 = 20;
/// … or units oversold, in a stretch: fewer are chance.
const UNITS_MORE: i64 = 5;
/// More of them are not told one by one.
const TOLD_MAX: usize = 50;

/// Each time in which something was broken, overlapping ones as one, and what came of it.
pub(super) fn of(
    charter: &Charter,
    injected: &[InjectedFault],
    series: &Series,
    end: At,
) -> Vec<Disturbance> {
    // What met nothing disturbed nothing.
    if series.width == Span::ZERO || injected.iter().all(|fault| fault.hits == 0) {
        return vec![];
    }
    let course = Course::new(charter, series);
    let hold = Span(course.width.0.saturating_mul(course.hold));
    let mut all = disturbances(injected, hold, end);
    all.truncate(TOLD_MAX);
    let begins: Vec<At> = all.iter().skip(1).map(|next| next.from).chain([end]).collect();
    all.into_iter().zip(begins).map(|(one, until)| course.followed(one, until.max(At(1)))).collect()
}

/// The stretches in which any fault was in force, with those that were; what begins again before
/// the one before could be over is one with it.
fn disturbances(injected: &[InjectedFault], hold: Span, end: At) -> Vec<Disturbance> {
    let met = injected.iter().enumerate().filter(|(_, fault)| fault.hits > 0);
    let each = met.flat_map(|(place, fault)| {
        let id = FaultId(place as u16);
        fault.spells.iter().map(move |spell| (spell.from, spell.until.unwrap_or(end), id))
    });
    let mut each: Vec<(At, At, FaultId)> = each.collect();
    each.sort_unstable();
    let mut all: Vec<Disturbance> = vec![];
    for (from, until, fault) in each {
        let Some(last) = all.last_mut().filter(|last| from <= last.until + hold) else {
            let faults = vec![fault];
            all.push(Disturbance { from, until, faults, ..Disturbance::default() });
            continue;
        };
        last.until = last.until.max(until);
        if !last.faults.contains(&fault) {
            last.faults.push(fault);
        }
    }
    all
}

/// A stretch of the campaign, as far as it says anything of bands.
#[derive(Debug, Default)]
struct Stretch {
    from: At,
    /// Channels with a measure that is out of band.
    out: Vec<ChannelId>,
    /// Changes, and orders due, by channel; of the latter those not handed off.
    changes: Vec<u64>,
    due: Vec<[u64; 2]>,
    lag: Span,
    backlog: u32,
    offered: u64,
    oversold: Qty,
    cancelled: u64,
    unhanded: u64,
    turned_away: u64,
}

/// The campaign, stretch by stretch.
struct Course {
    stretches: Vec<Stretch>,
    width: Span,
    hold: u64,
    /// Whether sync lag and handoffs are gated at all.
    gated: [bool; 2],
    handoff: Option<Ppm>,
    channels: usize,
}

/// The edges that a GO needs.
struct Edges {
    lag: Option<Span>,
    handoff: Option<Ppm>,
}

impl Edges {
    fn of(charter: &Charter) -> Edges {
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

impl Course {
    fn new(charter: &Charter, series: &Series) -> Course {
        let edges = Edges::of(charter);
        let each = STRETCH.0.div_ceil(series.width.0).max(1) as usize;
        let width = Span(series.width.0 * each as u64);
        let stretches = series.run.chunks(each).enumerate().map(|(place, run)| {
            let mut stretch = Stretch { from: At(place as u64 * width.0), ..Stretch::default() };
            for (channel, windows) in series.channels.iter().enumerate() {
                let from = (place * each).min(windows.len());
                let windows = &windows[from..(from + each).min(windows.len())];
                stretch.add(ChannelId(channel as u16), windows, &edges);
            }
            stretch.backlog = run.iter().map(|w| w.queue_depth).max().unwrap_or(0);
            stretch.offered = run.iter().map(|w| w.offered).sum();
            stretch
        });
        let mut stretches: Vec<Stretch> = stretches.collect();
        unshown_since(&mut stretches, series, (each, width), edges.lag);
        let looks = charter.connectors.iter().filter_map(|terms| terms.looks).max();
        let looks = looks.map_or(0, |looks| (looks.0.saturating_mul(2)).div_ceil(width.0));
        Course {
            stretches,
            width,
            hold: looks.max(HOLD_MIN),
            gated: [edges.lag.is_some(), edges.handoff.is_some()],
            handoff: edges.handoff,
            channels: series.channels.len(),
        }
    }

    /// What came of a disturbance, until the next one begins or the record ends.
    fn followed(&self, one: Disturbance, until: At) -> Disturbance {
        let place = |at: At| ((at.0 / self.width.0) as usize).min(self.stretches.len());
        let from = place(one.from);
        let to = (place(At(until.0 - 1)) + 1).clamp(from, self.stretches.len());
        let usual = Usual::of(&self.stretches[..from], self.stretches.get(from));
        let after = &self.stretches[from..to];
        let over = place(At(one.until.0 + self.width.0 - 1)).saturating_sub(from);
        // What goes wrong long after it has ended is not its doing.
        let near = &after[..over.saturating_add(self.hold as usize).min(after.len())];
        let hurt = self.hurt(near, &usual);
        let recovered = match hurt {
            Some(hurt) => self.recovered((after, near), hurt.max(over), &usual, until),
            None if self.seen(near).tells(self, &[]) => Recovered::NeverOut,
            None => Recovered::Unknown,
        };
        let within = match recovered {
            Recovered::At(at) => &after[..after.iter().take_while(|s| s.from < at).count()],
            Recovered::NeverOut => near,
            Recovered::Unknown if hurt.is_none() => near,
            Recovered::NotBy(_) | Recovered::Unknown => after,
        };
        let sum = |of: fn(&Stretch) -> u64| within.iter().map(of).sum();
        let mut out: Vec<ChannelId> = within.iter().flat_map(|s| s.out.iter().copied()).collect();
        out.extend(self.seen(within).losing(self.handoff));
        out.sort_unstable();
        out.dedup();
        Disturbance {
            impact: hurt.map(|hurt| after[hurt].from.max(one.from)),
            out,
            recovered,
            worst_lag: within.iter().map(|s| s.lag).max().unwrap_or_default(),
            backlog: within.iter().map(|s| s.backlog).max().unwrap_or(0),
            oversold: within.iter().map(|s| s.oversold).fold(Qty::ZERO, |sum, units| sum + units),
            cancelled: sum(|s| s.cancelled),
            unhanded: sum(|s| s.unhanded),
            turned_away: sum(|s| s.turned_away),
            ..one
        }
    }

    /// The first stretch that is out of band or beyond the usual, by itself or with those before.
    fn hurt(&self, near: &[Stretch], usual: &Usual) -> Option<usize> {
        let (mut seen, mut first) = (self.seen(&[]), None);
        for (place, stretch) in near.iter().enumerate() {
            if usual.is_exceeded(stretch) || !stretch.out.is_empty() {
                return Some(place);
            }
            seen.add(stretch);
            first = first.or((stretch.unhanded > 0).then_some(place));
            if seen.losing(self.handoff).next().is_some() {
                return first;
            }
        }
        None
    }

    /// The first moment at `since` or later from which all was in band for as long as it must hold.
    fn recovered(
        &self,
        (after, near): (&[Stretch], &[Stretch]),
        mut since: usize,
        usual: &Usual,
        until: At,
    ) -> Recovered {
        let before = &after[..since.min(after.len())];
        let mut hurt: Vec<ChannelId> = before.iter().flat_map(|s| s.out.iter().copied()).collect();
        hurt.extend(self.seen(near).losing(self.handoff));
        let (mut seen, mut relapsed) = (self.seen(&[]), false);
        for (place, stretch) in after.iter().enumerate().skip(since) {
            seen.add(stretch);
            let known = hurt.len();
            hurt.extend(seen.losing(self.handoff).chain(stretch.out.iter().copied()));
            if hurt.len() > known || usual.is_exceeded(stretch) {
                hurt.sort_unstable();
                hurt.dedup();
                (since, seen, relapsed) = (place + 1, self.seen(&[]), true);
            } else if (place - since) as u64 + 1 >= self.hold && seen.tells(self, &hurt) {
                return Recovered::At(after[since].from);
            }
        }
        // Where nothing was out of band for as long as it must hold, too little was seen.
        let held = after.len().saturating_sub(since) as u64 >= self.hold;
        if held && !relapsed { Recovered::Unknown } else { Recovered::NotBy(until) }
    }

    fn seen(&self, stretches: &[Stretch]) -> Seen {
        let none = [0; 2];
        let (changes, due) = (vec![0; self.channels], vec![none; self.channels]);
        let mut seen = Seen { changes, due };
        for stretch in stretches {
            seen.add(stretch);
        }
        seen
    }
}

/// What stretches come to together: few orders of each may be enough of all.
struct Seen {
    /// By channel, as in [`Stretch`].
    changes: Vec<u64>,
    due: Vec<[u64; 2]>,
}

impl Seen {
    fn add(&mut self, stretch: &Stretch) {
        for (changes, more) in self.changes.iter_mut().zip(&stretch.changes) {
            *changes += more;
        }
        for ([due, unhanded], [more, lost]) in self.due.iter_mut().zip(&stretch.due) {
            (*due, *unhanded) = (*due + more, *unhanded + lost);
        }
    }

    /// Whether enough was seen of all that is gated: of all channels together, and of each of those
    /// that were out of band.
    fn tells(&self, course: &Course, hurt: &[ChannelId]) -> bool {
        let [lag, handoff] = course.gated;
        let enough = |changes: u64, orders: u64| {
            (!lag || changes >= SAMPLES_MIN) && (!handoff || orders >= SAMPLES_MIN)
        };
        let orders = |[due, _]: &[u64; 2]| *due;
        enough(self.changes.iter().sum(), self.due.iter().map(orders).sum())
            && hurt.iter().all(|id| enough(self.changes[id.index()], self.due[id.index()][0]))
    }

    /// The channels that lost more orders than they may.
    fn losing(&self, edge: Option<Ppm>) -> impl Iterator<Item = ChannelId> + '_ {
        let each = self.due.iter().enumerate();
        each.filter_map(move |(channel, [due, lost])| {
            let beyond = *due >= SAMPLES_MIN && Ppm::of(*lost, *due) > edge?;
            beyond.then_some(ChannelId(channel as u16))
        })
    }
}

/// A change that is never shown in time is out of band from when it was made until it is shown,
/// also while it is young.
fn unshown_since(
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
    /// What a channel's windows add to it.
    fn add(&mut self, channel: ChannelId, windows: &[Window], edges: &Edges) {
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
struct Usual {
    backlog: Option<u32>,
    oversold: Option<Qty>,
}

impl Usual {
    fn of(before: &[Stretch], then: Option<&Stretch>) -> Usual {
        let wanted = then.map_or(0, |stretch| stretch.offered);
        let alike = || before.iter().filter(|stretch| stretch.offered * 2 >= wanted.max(1));
        Usual {
            backlog: alike().map(|stretch| stretch.backlog).max(),
            oversold: alike().map(|stretch| stretch.oversold).max(),
        }
    }

    fn is_exceeded(&self, stretch: &Stretch) -> bool {
        let beyond = |now: i64, usual: i64, more: i64| {
            now > usual.saturating_mul(2).max(usual.saturating_add(more))
        };
        let jobs = |usual: u32| beyond(stretch.backlog.into(), usual.into(), JOBS_MORE);
        let units = |usual: Qty| beyond(stretch.oversold.0, usual.0, UNITS_MORE);
        self.backlog.is_some_and(jobs) || self.oversold.is_some_and(units)
    }
}
