//! Owns what corrective actions would have changed of an afternoon that failed: each is played on
//! its seed, so that it meets the same shoppers and the same faults.
//! Must not know symptoms, nor how it is told.
//!
//! One afternoon proves nothing of a change: `advise` does, on many. It shows what the change does
//! to what was seen.

mod actions;

use rayon::prelude::*;

pub use self::actions::CorrectiveAction;
use super::replication::Replication;
use super::ways::play_worst;
use crate::history::charter::Kpi;
use crate::judge::Judgement;
use crate::judge::judgement::{Band, Invariant};
use crate::scenario::Plan;
use crate::scenario::patch::Patch;

/// The most actions that are played, each once.
pub const ACTIONS_MAX: usize = 12;
/// The most facts of all of them together: of a long afternoon fewer actions are played, or none.
const FACTS_MAX: u64 = 20_000_000;

/// What failed in an afternoon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A gate, of the run or of a channel.
    Gate(Kpi),
    /// A rule.
    Rule(Invariant),
}

/// What was tried against the failures of an afternoon.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedies {
    /// The seed that all were played on.
    pub seed: u64,
    /// Actions played.
    pub played: usize,
    /// Each failure with the action that left least of it.
    pub of: Vec<Remedy>,
}

/// What became of a failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// What failed.
    pub failure: Failure,
    /// How often, as it was.
    pub before: u64,
    /// The action that left least of it; none: no action played left less.
    pub best: Option<Remedied>,
}

/// An action and what it changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedied {
    /// What was done.
    pub action: CorrectiveAction,
    /// How often it failed then.
    pub after: u64,
    /// The afternoon lay within every limit then.
    pub in_band: bool,
    /// Sales kept then, less those kept before, in minor units.
    pub kept_money: i64,
}

impl Failure {
    /// The KPI whose levers are there to mend it; none: it is mended by no setting.
    fn mended_by(self) -> Option<Kpi> {
        match self {
            Failure::Gate(kpi) => Some(kpi),
            Failure::Rule(rule) => match rule {
                Invariant::WrongOffer
                | Invariant::StuckOffer
                | Invariant::StaleListing
                | Invariant::Regression => Some(Kpi::SyncLag),
                Invariant::WrongPrice | Invariant::PriceOutOfTime | Invariant::MispricedOrder => {
                    Some(Kpi::PriceLag)
                }
                Invariant::DuplicateHandoff
                | Invariant::DoubleDecrement
                | Invariant::LostHandoff
                | Invariant::OneSidedEnd => Some(Kpi::HandoffSuccess),
                Invariant::GhostOrder | Invariant::AlteredOrder => {
                    Some(Kpi::ReconciliationVariance)
                }
                Invariant::Oversell | Invariant::Undersell => Some(Kpi::OversoldOrders),
                Invariant::LateCancellation => Some(Kpi::StockCancellations),
                Invariant::DuplicateAcceptance
                | Invariant::Conservation
                | Invariant::LostUpdate
                | Invariant::ContradictedAnswer
                | Invariant::SentAway
                | Invariant::LateDispatch
                | Invariant::LateAcceptance => None,
            },
        }
    }

    /// How often it happened in an afternoon, as far as that is certain.
    fn count(self, judgement: &Judgement) -> u64 {
        match self {
            Failure::Gate(kpi) => {
                let gates = judgement.gates.iter().filter(|gate| gate.kpi == kpi);
                gates.map(|gate| gate.bad.definite).max().unwrap_or(0)
            }
            Failure::Rule(rule) => {
                let of = judgement.invariants.iter().find(|one| one.invariant == rule);
                of.map_or(0, |one| one.breaches.definite)
            }
        }
    }
}

/// How often each failure happened in an afternoon, and what else it came to.
type Seen = (Vec<u64>, Replication);

/// What failed in an afternoon, gates before rules; nothing that is only not proved.
pub fn failures(judgement: &Judgement) -> Vec<Failure> {
    let mut found: Vec<Failure> = Vec::new();
    let gates = judgement.gates.iter().filter(|gate| gate.band == Band::Failed);
    let rules = judgement.invariants.iter().filter(|rule| rule.band == Band::Failed);
    let gates = gates.map(|gate| Failure::Gate(gate.kpi));
    for failure in gates.chain(rules.map(|rule| Failure::Rule(rule.invariant))) {
        if !found.contains(&failure) {
            found.push(failure);
        }
    }
    found
}

/// Tries what could be done about each failure of an afternoon. `plan_of` gives its plan under a
/// change; one that is refused is left out. None where nothing failed, where an afternoon is too
/// long to be played again, or where somebody stopped it.
pub fn remedies(
    plan_of: &(dyn Fn(&Patch) -> Option<Plan> + Sync),
    judgement: &Judgement,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Remedies> {
    let failures = failures(judgement);
    let room = (FACTS_MAX / judgement.facts.max(1)) as usize;
    if failures.is_empty() || room == 0 {
        return None;
    }
    let plan = plan_of(&Patch::default())?;
    let kpis: Vec<Kpi> = failures.iter().filter_map(|failure| failure.mended_by()).collect();
    let mut actions = actions::of(&plan, &kpis);
    actions.truncate(ACTIONS_MAX.min(room));
    let play = |patch: &Patch| {
        let played = play_worst(&plan_of(patch)?, || !stop())?;
        let counts: Vec<u64> =
            failures.iter().map(|failure| failure.count(&played.judgement)).collect();
        Some((counts, Replication::of(&played)))
    };
    let before: Seen = play(&Patch::default())?;
    let each = actions.into_par_iter().map(|action| {
        let seen: Option<Seen> = play(&action.patch);
        (action, seen)
    });
    let each: Vec<(CorrectiveAction, Option<Seen>)> = each.collect();
    if stop() {
        return None;
    }
    let each: Vec<(CorrectiveAction, Seen)> =
        each.into_iter().filter_map(|(action, seen)| Some((action, seen?))).collect();
    let remedy = |(place, failure): (usize, &Failure)| {
        let least = each
            .iter()
            .min_by_key(|(action, (counts, seen))| (counts[place], !seen.in_band, action.burden));
        let best = least.filter(|(_, (counts, _))| counts[place] < before.0[place]);
        let best = best.map(|(action, (counts, seen))| Remedied {
            action: action.clone(),
            after: counts[place],
            in_band: seen.in_band,
            kept_money: seen.sales.kept_money - before.1.sales.kept_money,
        });
        Remedy { failure: *failure, before: before.0[place], best }
    };
    let of = failures.iter().enumerate().map(remedy).collect();
    Some(Remedies { seed: plan.charter.seed, played: each.len(), of })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::Overrides;
    use crate::scenario::patch::read_patched;

    fn drill(file: &str, more: &str) -> (impl Fn(&Patch) -> Option<Plan> + Sync, Judgement) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/drills").join(file);
        let base = if more.is_empty() {
            Patch::default()
        } else {
            Patch::parse("naive.yaml", more).expect("a patch")
        };
        let plan_of = move |patch: &Patch| {
            let patch = base.clone().then(patch.clone());
            read_patched(&path, &Overrides::default(), &patch).ok()
        };
        let plan = plan_of(&Patch::default()).expect("a drill that is read");
        let judgement = play_worst(&plan, || true).expect("nobody stops it").judgement;
        (plan_of, judgement)
    }

    /// A token that nobody knows for a while leaves offers wrong for good, unless what it refuses
    /// is tried again, or the channel is told everything once more.
    #[test]
    fn what_is_given_up_is_mended_on_the_same_seed() {
        let naive = "connectors: { hub: { reference: { retry: { attempts: 12, backoff: 1s to 30s, \
                     idempotent: yes, refusals: no } } } }";
        let (plan_of, judgement) = drill("expired-token.yaml", naive);
        let found = remedies(&plan_of, &judgement, &|| false).expect("it failed");
        assert_eq!(found.seed, judgement.charter.seed);
        assert!(found.played > 1 && found.played <= ACTIONS_MAX);
        let stuck = found.of.iter().find(|one| one.before > 0).expect("something went wrong");
        let best = stuck.best.as_ref().expect("something helps");
        assert!(best.after < stuck.before, "{stuck:?}");
        assert!(!best.action.patch.is_empty() && !best.action.owner.is_empty());
        assert_eq!(remedies(&plan_of, &judgement, &|| true), None, "stopped");
    }

    #[test]
    fn where_nothing_failed_nothing_is_tried() {
        let (_, go) = drill("duplicates.yaml", "");
        assert_eq!(failures(&go), []);
        let plan_of = |_: &Patch| panic!("nothing is played");
        assert_eq!(remedies(&plan_of, &go, &|| false), None);
    }
}
