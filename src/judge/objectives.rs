//! Owns whether recovery came to what was asked: each objective held against each disturbance.
//! Must not know how recovery is found (`recovery`).

use super::closing::Closing;
use super::gates::owner;
use super::judgement::{
    Band, Disturbance, Noticed, ObjectiveResult, Recovered, Series, Unproved, Verdict,
};
use super::recovery::{self, Ends, Told};
use super::run::Run;
use super::spoilt::{as_blameless, as_spoilt, is_cut_off};
use super::witnesses;
use crate::history::charter::{CountedFrom, Kpi, Objective, RECOVERY};
use crate::units::{At, Span};

/// One disturbance held against one objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Kept(u64),
    Missed(Option<u64>),
    Open(Unproved),
}

/// More disturbances are judged, and not told one by one.
const TOLD_MAX: usize = 50;

/// What came of what was broken, and whether that is what was asked.
pub(super) fn judged(
    closing: &Closing,
    series: &Series,
    spoilt: Option<Unproved>,
) -> (Vec<Disturbance>, Vec<ObjectiveResult>) {
    let (charter, within) = (&closing.run.charter, closing.run.charter.promises.handoff_within);
    let told = Told {
        beside: closing.windows.all_beside(),
        noticed: noticed(closing.run),
        ends: ends(closing.run),
        matured: (!closing.run.quiet).then(|| At(closing.end.0.saturating_sub(within.0))),
    };
    let mut all = recovery::of(charter, &closing.run.injected.seen(), (series, &told), closing.end);
    let objectives = of(closing, &all, spoilt);
    all.truncate(TOLD_MAX);
    (all, objectives)
}

/// What an objective says of the run.
pub(super) fn vote(band: Band) -> Verdict {
    match band {
        Band::Healthy | Band::Watch => Verdict::Go,
        Band::Failed => Verdict::NoGo,
        Band::NotProved(_) => Verdict::Inconclusive,
    }
}

/// How each objective of the charter fared.
fn of(
    closing: &Closing,
    disturbances: &[Disturbance],
    spoilt: Option<Unproved>,
) -> Vec<ObjectiveResult> {
    let run = closing.run;
    let each = run.charter.objectives.iter().map(|&objective| {
        let mut result = fared(objective, disturbances, run.quiet);
        if let Some(unseen) = unseen(closing, objective) {
            result.band = Band::NotProved(unseen);
        }
        let touched = run.harness.touched(None, &run.charter);
        let touched = touched.then_some(Unproved::HarnessFailed);
        result.band = as_spoilt(as_blameless(result.band, touched), spoilt);
        result.owner = owner(&run.charter, RECOVERY);
        result
    });
    each.collect()
}

/// Why nobody could have told; none where somebody could.
fn unseen(closing: &Closing, objective: Objective) -> Option<Unproved> {
    let charter = &closing.run.charter;
    // An OMS of which nothing is in the record is known to nobody, whoever was to tell of it.
    let spoke = |kpi| kpi != Kpi::HandoffSuccess || closing.run.ways.oms_spoke;
    let sees = |kpi| spoke(kpi) && charter.observes_all(witnesses::of_gate(kpi));
    let Objective::RecoversWithin { .. } = objective else {
        return (!sees(Kpi::HandoffSuccess)).then_some(Unproved::NotObserved);
    };
    let gated = [Kpi::SyncLag, Kpi::HandoffSuccess].into_iter().zip(recovery::gated(charter));
    let mut gated = gated.filter_map(|(kpi, gated)| gated.then_some(kpi)).peekable();
    // Without either there is no band to come back to.
    if gated.peek().is_none() {
        return Some(Unproved::NotExercised);
    }
    (!gated.all(sees)).then_some(Unproved::NotObserved)
}

fn fared(objective: Objective, disturbances: &[Disturbance], quiet: bool) -> ObjectiveResult {
    let mut result = ObjectiveResult {
        objective,
        band: Band::Healthy,
        kept: 0,
        missed: 0,
        open: 0,
        worst: None,
        first: None,
        owner: String::new(),
    };
    let (mut why, mut never, mut open_at) = (None, false, None);
    for one in disturbances {
        match held(objective, one, quiet) {
            Held::Kept(value) => {
                result.kept += 1;
                result.worst = result.worst.max(Some(value));
            }
            Held::Missed(value) => {
                result.missed += 1;
                result.first = result.first.or(Some(one.from));
                result.worst = result.worst.max(value);
                never |= value.is_none();
            }
            Held::Open(reason) => {
                result.open += 1;
                open_at = open_at.or(Some(one.from));
                why = why.or(Some(reason));
            }
        }
    }
    result.first = result.first.or(open_at);
    result.worst = result.worst.filter(|_| !never);
    result.band = match why {
        _ if result.missed > 0 => Band::Failed,
        Some(why) => Band::NotProved(why),
        None if result.kept == 0 => Band::NotProved(Unproved::NotExercised),
        None => Band::Healthy,
    };
    result
}

fn held(objective: Objective, one: &Disturbance, quiet: bool) -> Held {
    match objective {
        Objective::RecoversWithin { within, counted_from } => recovers(one, within, counted_from),
        Objective::LosesAtMost { orders } => match one.lost {
            lost if lost.definite > orders => Held::Missed(Some(lost.definite)),
            // Of a record that is cut off, more may be lost.
            lost if lost.possible > orders || one.cut => Held::Open(Unproved::Unresolved),
            lost => Held::Kept(lost.possible),
        },
        Objective::OldestWaits { at_most } => match one.longest_wait {
            Span::MAX => Held::Missed(None),
            wait if wait > at_most => Held::Missed(Some(wait.0)),
            // It goes on waiting, or others may.
            _ if (one.lost.possible > 0 && !quiet) || one.cut => Held::Open(Unproved::Unresolved),
            wait => Held::Kept(wait.0),
        },
    }
}

/// Kept where no stretch beyond the time was out of band, even with others added up; missed where
/// one that lies wholly beyond it was, by itself.
fn recovers(one: &Disturbance, within: Span, from: CountedFrom) -> Held {
    let from = match from {
        CountedFrom::Beginning => one.from,
        CountedFrom::End => one.until,
    };
    let by = from + within;
    if one.last_out.is_some_and(|out| out >= by) {
        let back = match one.recovered {
            Recovered::At(_) => one.back,
            Recovered::NeverOut | Recovered::NotBy(_) | Recovered::Unknown => None,
        };
        return Held::Missed(back.map(|back| back.since(from).0));
    }
    match (one.recovered, one.back) {
        (Recovered::NeverOut, _) => Held::Kept(0),
        (Recovered::At(_), Some(back)) if back <= by => Held::Kept(back.since(from).0),
        (Recovered::At(_), _) => Held::Open(Unproved::AtTheLimit),
        (Recovered::NotBy(_), _) => Held::Open(Unproved::Unresolved),
        (Recovered::Unknown, _) => Held::Open(Unproved::TooFewSamples),
    }
}

/// Whether an objective keeps a run out of band: it was missed, or it is not known whether it was.
pub(crate) fn is_in_the_way(band: Band) -> bool {
    let untold = [Unproved::NotExercised, Unproved::NotObserved].map(Band::NotProved);
    band != Band::Healthy && !untold.contains(&band)
}

/// When something was seen (by an alert, or by somebody who says so), and when somebody acted; of
/// the same moment alerts first, in the order of their rules.
fn noticed(run: &Run) -> [Vec<Noticed>; 2] {
    let [said, acted] = run.operated.noticed();
    let mut seen: Vec<Noticed> = run.alarms.fired().collect();
    seen.extend(said);
    seen.sort_by_key(|noticed| noticed.at);
    [seen, acted]
}

fn ends(run: &Run) -> Ends {
    match (is_cut_off(run), run.quiet) {
        (true, _) => Ends::CutOff,
        (false, true) => Ends::AtRest,
        (false, false) => Ends::Restless,
    }
}
