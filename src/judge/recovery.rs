//! Owns recovery: when what was broken on purpose hurt, and when all was in band again and stayed.
//! Must not know how windows are gathered. No verdict rests on it: a fault excuses nothing.

use super::judgement::{Disturbance, InjectedFault, Recovered, Series, Window};
use super::shares::bad_limits;
use crate::history::charter::{Charter, GoWhen, Kpi, Limits};
use crate::ids::{ChannelId, FaultId};
use crate::units::{At, Ppm, Qty, Span};

/// Windows are put together to at least this.
const STRETCH: Span = Span::from_mins(1);
/// Fewer changes or orders of a stretch say nothing of its share or its 95th percentile.
const SAMPLES_MIN: u64 = 20;
/// So many stretches must be known to be in band, of each measure, …
const KNOWN_MIN: u64 = 3;
/// … and all must be in band for so many together.
const HOLD_MIN: u64 = 3;
/// More than twice what was usual is beyond it, and at least so many jobs, …
const JOBS_MORE: u32 = 20;
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
    let mut all = disturbances(injected, end);
    if all.is_empty() || series.width == Span::ZERO {
        return vec![];
    }
    all.truncate(TOLD_MAX);
    let course = Course::new(charter, series);
    let begins: Vec<At> = all.iter().skip(1).map(|next| next.from).chain([end]).collect();
    all.into_iter().zip(begins).map(|(one, until)| course.followed(one, until.max(At(1)))).collect()
}

/// The stretches in which any fault was in force, with those that were.
fn disturbances(injected: &[InjectedFault], end: At) -> Vec<Disturbance> {
    let each = injected.iter().enumerate().flat_map(|(place, fault)| {
        let id = FaultId(place as u16);
        fault.spells.iter().map(move |spell| (spell.from, spell.until.unwrap_or(end), id))
    });
    let mut each: Vec<(At, At, FaultId)> = each.collect();
    each.sort_unstable();
    let mut all: Vec<Disturbance> = vec![];
    for (from, until, fault) in each {
        let Some(last) = all.last_mut().filter(|last| from <= last.until) else {
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
    /// Whether sync lag and handoffs are known on any channel.
    known: [bool; 2],
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
        let looks = charter.connectors.iter().filter_map(|terms| terms.looks).max();
        let looks = looks.map_or(0, |looks| (looks.0.saturating_mul(2)).div_ceil(width.0));
        Course {
            stretches: stretches.collect(),
            width,
            hold: looks.max(HOLD_MIN),
            gated: [edges.lag.is_some(), edges.handoff.is_some()],
        }
    }

    /// What came of a disturbance, until the next one begins or the record ends.
    fn followed(&self, one: Disturbance, until: At) -> Disturbance {
        let place = |at: At| ((at.0 / self.width.0) as usize).min(self.stretches.len());
        let from = place(one.from);
        let to = (place(At(until.0 - 1)) + 1).clamp(from, self.stretches.len());
        let before = Usual::of(&self.stretches[..from], self.stretches.get(from));
        let after = &self.stretches[from..to];
        let bad = |stretch: &Stretch| !stretch.out.is_empty() || before.is_exceeded(stretch);
        // What goes wrong long after it has ended is not its doing.
        let near = (place(one.until) + 1 - from.min(place(one.until))) + self.hold as usize;
        let hurt = after.iter().take(near).position(bad);
        let recovered = self.recovered(after, (hurt, near), bad, until);
        let over = match recovered {
            Recovered::At(at) => after.iter().take_while(|s| s.from < at).count(),
            Recovered::NeverOut | Recovered::Unknown => near,
            Recovered::NotBy(_) => after.len(),
        };
        let within = &after[..over.min(after.len())];
        let sum = |of: fn(&Stretch) -> u64| within.iter().map(of).sum();
        let mut out: Vec<ChannelId> = within.iter().flat_map(|s| s.out.iter().copied()).collect();
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

    /// The first moment from which all was in band for as long as it must hold.
    fn recovered(
        &self,
        after: &[Stretch],
        (hurt, near): (Option<usize>, usize),
        bad: impl Fn(&Stretch) -> bool,
        until: At,
    ) -> Recovered {
        let enough = |known: [u64; 2]| {
            known.iter().zip(self.gated).all(|(known, gated)| !gated || *known >= KNOWN_MIN)
        };
        let knows = |known: &mut [u64; 2], stretch: &Stretch| {
            known.iter_mut().zip(stretch.known).for_each(|(sum, known)| *sum += u64::from(known));
        };
        let Some(hurt) = hurt else {
            let mut known = [0; 2];
            after.iter().take(near).for_each(|stretch| knows(&mut known, stretch));
            return if enough(known) { Recovered::NeverOut } else { Recovered::Unknown };
        };
        let (mut since, mut known) = (hurt, [0; 2]);
        for (place, stretch) in after.iter().enumerate().skip(hurt) {
            if bad(stretch) {
                (since, known) = (place + 1, [0; 2]);
                continue;
            }
            knows(&mut known, stretch);
            if (place - since) as u64 + 1 >= self.hold && enough(known) {
                return Recovered::At(after[since].from);
            }
        }
        Recovered::NotBy(until)
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
        let (many, orders) = (changes >= SAMPLES_MIN, due >= SAMPLES_MIN);
        // One lost update is never silent: its age goes on growing, however few changes there are.
        let late = edges.lag.is_some_and(|edge| oldest > edge || many && p95 > edge);
        let unhanded = due.saturating_sub(good);
        let lost = edges.handoff.is_some_and(|edge| orders && Ppm::of(unhanded, due) > edge);
        if late || lost {
            self.out.push(channel);
        }
        self.known = [self.known[0] | many | late, self.known[1] | orders];
        self.lag = self.lag.max(oldest).max(if many { p95 } else { Span::ZERO });
        self.unhanded += unhanded;
        self.cancelled += sum(|w| w.cancelled);
        self.turned_away += sum(|w| w.refused.saturating_sub(w.refused_for_stock));
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
        let jobs = |usual: u32| stretch.backlog > (2 * usual).max(usual + JOBS_MORE);
        let units = |usual: Qty| stretch.oversold.0 > (2 * usual.0).max(usual.0 + UNITS_MORE);
        self.backlog.is_some_and(jobs) || self.oversold.is_some_and(units)
    }
}
