//! Owns recovery: when what was broken on purpose hurt, and when all was in band again and stayed.
//! Must not know how windows are gathered, nor what a verdict asks of it (`objectives`).

mod stretch;

use self::stretch::{Edges, Seen, Stretch, Usual, unshown_since};
use super::judgement::{Count, Disturbance, InjectedFault, Recovered, Series};
use super::windows::Missing;
use crate::history::charter::{Charter, Kpi};
use crate::ids::{ChannelId, FaultId};
use crate::units::{At, Ppm, Qty, Span};

/// Windows are put together to at least this.
const STRETCH: Span = Span::from_mins(1);
/// All must be in band for so many stretches together.
const HOLD_MIN: u64 = 3;

/// Each time in which something was broken, overlapping ones as one, and what came of it. `missing`
/// says of each window of the run which orders the OMS had late, or never.
pub(super) fn of(
    charter: &Charter,
    injected: &[InjectedFault],
    (series, missing): (&Series, &[Missing]),
    end: At,
) -> Vec<Disturbance> {
    // What met nothing disturbed nothing.
    if series.width == Span::ZERO || injected.iter().all(|fault| fault.hits == 0) {
        return vec![];
    }
    let course = Course::new(charter, series, missing);
    let hold = Span(course.width.0.saturating_mul(course.hold));
    let all = disturbances(injected, hold, end);
    let begins: Vec<At> = all.iter().skip(1).map(|next| next.from).chain([end]).collect();
    all.into_iter().zip(begins).map(|(one, until)| course.followed(one, until.max(At(1)))).collect()
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
    channels: usize,
}

impl Course {
    fn new(charter: &Charter, series: &Series, missing: &[Missing]) -> Course {
        let edges = Edges::of(charter);
        let (each, width) = (each(series), stretch(series));
        let stretches = series.run.chunks(each).enumerate().map(|(place, run)| {
            let mut stretch = Stretch { from: At(place as u64 * width.0), ..Stretch::default() };
            for (channel, windows) in series.channels.iter().enumerate() {
                let from = (place * each).min(windows.len());
                let windows = &windows[from..(from + each).min(windows.len())];
                stretch.add(ChannelId(channel as u16), windows, &edges);
            }
            stretch.backlog = run.iter().map(|w| w.queue_depth).max().unwrap_or(0);
            stretch.offered = run.iter().map(|w| w.offered).sum();
            let missing = missing.iter().skip(place * each).take(each);
            missing.for_each(|window| stretch.missing.join(*window));
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
            None if self.seen(near).tells(self.gated, &[]) => Recovered::NeverOut,
            None => Recovered::Unknown,
        };
        let within = match recovered {
            Recovered::At(at) => &after[..after.iter().take_while(|s| s.from < at).count()],
            Recovered::NeverOut => near,
            Recovered::Unknown if hurt.is_none() => near,
            Recovered::NotBy(_) | Recovered::Unknown => after,
        };
        let first = hurt.map_or(0, |hurt| hurt.max(over));
        let last_out = Course::last_out(within, &usual);
        let back = match recovered {
            // After a relapse nobody knows better.
            Recovered::At(at) if after[first].from < at => Some(at),
            Recovered::At(_) => self.back(within, &usual),
            Recovered::NeverOut | Recovered::NotBy(_) | Recovered::Unknown => None,
        };
        let told = self.cost(within, one);
        let impact = hurt.map(|hurt| after[hurt].from.max(told.from));
        Disturbance { impact, recovered, last_out, back, ..told }
    }

    /// What stretches come to together.
    fn cost(&self, within: &[Stretch], one: Disturbance) -> Disturbance {
        let sum = |of: fn(&Stretch) -> u64| within.iter().map(of).sum();
        let mut out: Vec<ChannelId> = within.iter().flat_map(|s| s.out.iter().copied()).collect();
        out.extend(self.seen(within).losing(self.handoff));
        out.sort_unstable();
        out.dedup();
        let mut missing = Missing::default();
        within.iter().for_each(|stretch| missing.join(stretch.missing));
        Disturbance {
            out,
            worst_lag: within.iter().map(|s| s.lag).max().unwrap_or_default(),
            backlog: within.iter().map(|s| s.backlog).max().unwrap_or(0),
            oversold: within.iter().map(|s| s.oversold).fold(Qty::ZERO, |sum, units| sum + units),
            cancelled: sum(|s| s.cancelled),
            unhanded: sum(|s| s.unhanded),
            turned_away: sum(|s| s.turned_away),
            lost: Count { definite: missing.lost, possible: missing.lost + missing.open },
            longest_wait: missing.wait,
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

    /// The beginning of the last stretch that was out by itself.
    fn last_out(within: &[Stretch], usual: &Usual) -> Option<At> {
        within.iter().rev().find(|stretch| is_out(stretch, usual)).map(|stretch| stretch.from)
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
        stretches.iter().for_each(|stretch| seen.add(stretch));
        seen
    }
}

/// Whether anything of it is out of band or beyond the usual by itself.
fn is_out(stretch: &Stretch, usual: &Usual) -> bool {
    !stretch.out.is_empty() || usual.is_exceeded(stretch)
}
