//! Owns recovery: when what was broken on purpose hurt, and when all was in band again and stayed.
//! Must not know how windows are gathered, nor what a verdict asks of it (`objectives`).

mod stretch;

use self::stretch::{Edges, Seen, Stretch, Usual, unshown_since};
use super::judgement::{Count, Disturbance, InjectedFault, Noticed, Recovered, Series};
use super::windows::Beside;
use crate::history::charter::{Charter, Kpi};
use crate::ids::{ChannelId, FaultId};
use crate::units::{At, Ppm, Qty, Span};

/// Windows are put together to at least this.
const STRETCH: Span = Span::from_mins(1);
/// All must be in band for so many stretches together.
const HOLD_MIN: u64 = 3;

/// What recovery is told by, beside the windows of charts.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// By window of the run, what no chart shows.
    pub(super) beside: Vec<Beside>,
    /// When somebody saw that something was wrong, and when somebody acted, each in order.
    pub(super) noticed: [Vec<Noticed>; 2],
    /// How the record ends.
    pub(super) ends: Ends,
    /// What became due later may still be handed off in time.
    pub(super) matured: Option<At>,
}

/// How a record ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ends {
    /// The campaign was over and all had come to rest: nothing was to follow.
    #[default]
    AtRest,
    /// The campaign was over, and something was still under way.
    Restless,
    /// Before the campaign did.
    CutOff,
}

/// Each time in which something was broken, overlapping ones as one, and what came of it.
pub(super) fn of(
    charter: &Charter,
    injected: &[InjectedFault],
    (series, told): (&Series, &Told),
    end: At,
) -> Vec<Disturbance> {
    // What met nothing disturbed nothing.
    if series.width == Span::ZERO || injected.iter().all(|fault| fault.hits == 0) {
        return vec![];
    }
    let course = Course::new(charter, series, told);
    let all = disturbances(injected, course.hold_span(), end);
    let begins: Vec<At> = all.iter().skip(1).map(|next| next.from).chain([end]).collect();
    let follow = |(one, until): (Disturbance, At)| {
        let [detected, acted] = told.noticed.each_ref().map(|all| first_in(all, one.from, until));
        let ends = if until < end { Ends::AtRest } else { told.ends };
        let told = course.followed(one, until.max(At(1)), ends);
        let collateral = collateral(charter, &told);
        Disturbance { detected, acted, collateral, ..told }
    };
    all.into_iter().zip(begins).map(follow).collect()
}

/// The first of these moments, in order, that lies in a stretch.
fn first_in(all: &[Noticed], from: At, until: At) -> Option<Noticed> {
    all.iter().find(|noticed| noticed.at >= from).filter(|noticed| noticed.at < until).cloned()
}

/// Channels that were out of band and that nothing was aimed at; none where something was aimed at
/// what serves them all.
fn collateral(charter: &Charter, one: &Disturbance) -> Vec<ChannelId> {
    let aimed = || one.faults.iter().map(|fault| &charter.faults[fault.index()].at);
    if aimed().any(Vec::is_empty) {
        return Vec::new();
    }
    let is_aimed_at = |id: &ChannelId| aimed().any(|at| at.contains(id));
    one.out.iter().copied().filter(|id| !is_aimed_at(id)).collect()
}

/// How long a stretch of [`of`] lasts: no moment of it is told finer.
pub(super) fn stretch(series: &Series) -> Span {
    Span(series.width.0.saturating_mul(each(series) as u64))
}

/// How many windows make a stretch.
fn each(series: &Series) -> usize {
    STRETCH.0.div_ceil(series.width.0.max(1)).max(1) as usize
}

/// Whether sync lag and handoffs are gated: what is not puts nothing out of band.
pub(super) fn gated(charter: &Charter) -> [bool; 2] {
    [Kpi::SyncLag, Kpi::HandoffSuccess].map(|kpi| charter.gates.iter().any(|gate| gate.kpi == kpi))
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

/// The campaign, stretch by stretch.
struct Course {
    stretches: Vec<Stretch>,
    width: Span,
    hold: u64,
    gated: [bool; 2],
    handoff: Option<Ppm>,
    matured: At,
    channels: usize,
}

impl Course {
    fn new(charter: &Charter, series: &Series, told: &Told) -> Course {
        let edges = Edges::of(charter);
        let (each, width) = (each(series), stretch(series));
        let stretches = series.run.chunks(each).enumerate().map(|(place, run)| {
            let beside = told.beside.iter().skip(place * each).take(each);
            let beside: Vec<Beside> = beside.copied().collect();
            let from = At(place as u64 * width.0);
            let mut stretch = Stretch::of_run(from, run, series.width, &beside);
            for (channel, windows) in series.channels.iter().enumerate() {
                let from = (place * each).min(windows.len());
                let windows = &windows[from..(from + each).min(windows.len())];
                stretch.add(ChannelId(channel as u16), windows, &edges);
            }
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
            gated: gated(charter),
            handoff: edges.handoff,
            matured: told.matured.filter(|_| edges.handoff.is_some()).unwrap_or(At::NEVER),
            channels: series.channels.len(),
        }
    }

    /// For how long all must be in band.
    fn hold_span(&self) -> Span {
        Span(self.width.0.saturating_mul(self.hold))
    }

    /// What came of a disturbance, until the next one begins or the record ends.
    fn followed(&self, one: Disturbance, until: At, ends: Ends) -> Disturbance {
        let place = |at: At| ((at.0 / self.width.0) as usize).min(self.stretches.len());
        let from = place(one.from);
        let to = (place(At(until.0 - 1)) + 1).clamp(from, self.stretches.len());
        let usual = Usual::of(&self.stretches[..from], self.stretches.get(from), self.width);
        let after = &self.stretches[from..to];
        let over = place(At(one.until.0 + self.width.0 - 1)).saturating_sub(from);
        // What goes wrong long after it has ended is not its doing.
        let near = &after[..over.saturating_add(self.hold as usize).min(after.len())];
        let hurt = self.hurt(near, &usual);
        // Where the record stops before that, what it does not show may hurt.
        let is_seen = ends == Ends::AtRest || until >= one.until + self.hold_span();
        let recovered = match hurt {
            Some(hurt) => self.recovered((after, near), hurt.max(over), &usual, until),
            None if is_seen && self.seen(near).tells(self.gated, &[]) => Recovered::NeverOut,
            None => Recovered::Unknown,
        };
        let within = match recovered {
            Recovered::At(at) => &after[..after.iter().take_while(|s| s.from < at).count()],
            Recovered::NeverOut => near,
            Recovered::Unknown if hurt.is_none() => near,
            Recovered::NotBy(_) | Recovered::Unknown => after,
        };
        let first = hurt.map_or(0, |hurt| hurt.max(over));
        let last_out = self.last_out(within, &usual);
        let back = match recovered {
            // After a relapse nobody knows better.
            Recovered::At(at) if after[first].from < at => Some(at),
            Recovered::At(_) => self.back(within, &usual),
            Recovered::NeverOut | Recovered::NotBy(_) | Recovered::Unknown => None,
        };
        let told = self.cost(within, one);
        let told = Self::backlog((within, after), over, &usual, told);
        let impact = hurt.map(|hurt| after[hurt].from.max(told.from));
        let is_over = match recovered {
            Recovered::NeverOut | Recovered::At(_) => true,
            Recovered::NotBy(_) => false,
            Recovered::Unknown => is_seen,
        };
        let cut = ends == Ends::CutOff && !is_over;
        Disturbance { impact, recovered, cut, last_out, back, ..told }
    }

    /// What stretches come to together.
    fn cost(&self, within: &[Stretch], one: Disturbance) -> Disturbance {
        let sum = |of: fn(&Stretch) -> u64| within.iter().map(of).sum();
        let mut out: Vec<ChannelId> = within.iter().flat_map(|s| s.out.iter().copied()).collect();
        out.extend(self.seen(within).losing(self.handoff));
        out.sort_unstable();
        out.dedup();
        let mut beside = Beside::default();
        for stretch in within {
            beside.join(stretch.beside);
        }
        let [duplicates, mispriced, undersold] = beside.broken;
        Disturbance {
            out,
            worst_lag: within.iter().map(|s| s.lag).max().unwrap_or_default(),
            oversold: within.iter().map(|s| s.oversold).fold(Qty::ZERO, |sum, units| sum + units),
            cancelled: sum(|s| s.cancelled),
            unhanded: sum(|s| s.unhanded),
            turned_away: sum(|s| s.turned_away),
            lost: Count { definite: beside.lost, possible: beside.lost + beside.open },
            longest_wait: beside.wait,
            duplicates,
            mispriced,
            undersold,
            ..one
        }
    }

    /// What waited in connectors, how much and how long. `over`: the stretch after its end.
    fn backlog(
        (within, after): (&[Stretch], &[Stretch]),
        over: usize,
        usual: &Usual,
        one: Disturbance,
    ) -> Disturbance {
        let most = within.iter().map(|stretch| stretch.backlog).max().unwrap_or(0);
        let peak = within.iter().position(|stretch| stretch.backlog == most).unwrap_or(0);
        let is_usual =
            |stretch: &&Stretch| usual.backlog_p99.is_some_and(|usual| stretch.backlog <= usual);
        let left = after.get(over.saturating_sub(1)).map_or(0, |stretch| stretch.backlog);
        let area: u128 = within.iter().map(|stretch| stretch.area).sum();
        Disturbance {
            backlog: most,
            backlog_usual: usual.backlog_p99,
            backlog_area: u64::try_from(area).unwrap_or(u64::MAX),
            drained: after.iter().skip(peak).find(is_usual).map(|s| s.from.max(one.from)),
            drains_in: usual.drains_in(left),
            ..one
        }
    }

    /// The first stretch that is out of band or beyond the usual, by itself or with those before.
    fn hurt(&self, near: &[Stretch], usual: &Usual) -> Option<usize> {
        let (mut seen, mut first) = (Seen::nothing(self.channels), None);
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
        let (mut seen, mut relapsed) = (Seen::nothing(self.channels), false);
        for (place, stretch) in after.iter().enumerate().skip(since) {
            seen.add(stretch);
            let known = hurt.len();
            hurt.extend(seen.losing(self.handoff).chain(stretch.out.iter().copied()));
            if hurt.len() > known || usual.is_exceeded(stretch) {
                hurt.sort_unstable();
                hurt.dedup();
                (since, seen, relapsed) = (place + 1, Seen::nothing(self.channels), true);
            } else if (place - since) as u64 + 1 >= self.hold && seen.tells(self.gated, &hurt) {
                return Recovered::At(after[since].from);
            }
        }
        // Where nothing was out of band for as long as it must hold, too little was seen.
        let held = after.len().saturating_sub(since) as u64 >= self.hold;
        if held && !relapsed { Recovered::Unknown } else { Recovered::NotBy(until) }
    }

    /// The beginning of the last stretch that was out by itself, of those of which all is known
    /// that could still come in time.
    fn last_out(&self, within: &[Stretch], usual: &Usual) -> Option<At> {
        let is_known = |stretch: &&Stretch| stretch.from + self.width <= self.matured;
        let mut known = within.iter().rev().filter(is_known);
        known.find(|stretch| is_out(stretch, usual)).map(|stretch| stretch.from)
    }

    /// The end of the last stretch that was, or that lost orders of a channel which lost too many.
    fn back(&self, within: &[Stretch], usual: &Usual) -> Option<At> {
        let losing: Vec<ChannelId> = self.seen(within).losing(self.handoff).collect();
        let lost = |stretch: &Stretch| losing.iter().any(|id| stretch.due[id.index()][1] > 0);
        let last = within.iter().rev().find(|stretch| is_out(stretch, usual) || lost(stretch));
        last.map(|stretch| stretch.from + self.width)
    }

    fn seen(&self, stretches: &[Stretch]) -> Seen {
        let mut seen = Seen::nothing(self.channels);
        for stretch in stretches {
            seen.add(stretch);
        }
        seen
    }
}

/// Whether anything of it is out of band or beyond the usual by itself.
fn is_out(stretch: &Stretch, usual: &Usual) -> bool {
    !stretch.out.is_empty() || usual.is_exceeded(stretch)
}
