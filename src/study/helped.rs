//! Owns what a scenario's own steps are worth: the same seeds with each and without it, earlier and
//! later. Must not know what a step does, nor how it is told.
//!
//! The runs of a pair share their shoppers and their faults; what differs between them is the
//! step's doing. Intervals are those of paired differences (Student's t, 95 %).

use super::interval::Mean;
use super::replicate::replicate;
use super::replication::Replication;
use crate::scenario::{Plan, Trigger, Undo};
use crate::units::At;

/// The most replications of each way that a step is tried.
pub const RUNS_MAX: usize = 30;
/// Steps that are tried; those behind them are not.
pub const STEPS_MAX: usize = 5;
/// A step is tried so much earlier or later, in thirtieths of the campaign.
const SHIFTS: [i64; 6] = [-2, -1, 1, 2, 4, 8];
const PARTS: u64 = 30;

/// What a step is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Helped {
    /// Its name.
    pub name: String,
    /// When it is taken, as planned; none: when an alert fires.
    pub at: Option<At>,
    /// As planned, against not at all.
    pub effect: StepGain,
    /// At other moments, by time; the planned one is among them.
    pub moments: Vec<(At, StepGain)>,
}

/// What a step changes: with it, less without it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepGain {
    /// Money kept, in minor units.
    pub kept: Mean,
    /// Units oversold.
    pub oversold: Mean,
    /// Replications within every limit with it, and without it.
    pub in_band: (usize, usize),
}

impl Helped {
    /// The latest of the moments tried at which it still helped; none: at none.
    pub fn latest(&self) -> Option<At> {
        let helps = |effect: &StepGain| effect.helps();
        self.moments.iter().rev().find(|(_, effect)| helps(effect)).map(|(at, _)| *at)
    }
}

/// Tries each step; none where there is none, or somebody stopped it.
pub fn helped(
    plan_of: &(dyn Fn(u64) -> Option<Plan> + Sync),
    (first_seed, runs): (u64, usize),
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<Helped>> {
    let plan = plan_of(first_seed)?;
    let runs = runs.min(RUNS_MAX);
    let play = |change: &(dyn Fn(&mut Plan) + Sync)| {
        let changed = |seed| {
            let mut plan = plan_of(seed)?;
            change(&mut plan);
            Some(plan)
        };
        let keep = |played: &_| Replication::of(played);
        let played = replicate(changed, first_seed, runs, stop, keep, |_| ());
        (!played.stopped).then_some(played.replications)
    };
    let planned = play(&|_| ())?;
    let steps = plan.interventions.iter().enumerate().take(STEPS_MAX);
    let step = |(place, step): (usize, &crate::scenario::Intervention)| {
        let without = play(&|plan| drop(plan.interventions.remove(place)))?;
        let effect = StepGain::of(&planned, &without);
        let at = match step.when {
            Trigger::At(at) => Some(at),
            Trigger::Alert { .. } => None,
        };
        let mut moments: Vec<(At, StepGain)> = at.map(|at| (at, effect)).into_iter().collect();
        for at in at.into_iter().flat_map(|at| moments_of(at, plan.charter.traffic_ends)) {
            let moved = play(&|plan| shift(plan, place, at))?;
            moments.push((at, StepGain::of(&moved, &without)));
        }
        moments.sort_by_key(|(at, _)| *at);
        Some(Helped { name: step.name.clone(), at, effect, moments })
    };
    steps.map(step).collect()
}

/// Other moments to take a step at, within the campaign.
fn moments_of(at: At, ends: At) -> impl Iterator<Item = At> {
    let part = (ends.0 / PARTS).max(1);
    SHIFTS.into_iter().filter_map(move |parts| {
        let moved = at.0.checked_add_signed(parts * part as i64)?;
        (moved < ends.0).then_some(At(moved))
    })
}

/// Takes a step at another moment, for as long as it holds.
fn shift(plan: &mut Plan, place: usize, at: At) {
    let step = &mut plan.interventions[place];
    if let (Trigger::At(planned), Undo::At(until)) = (step.when, step.undo) {
        step.undo = Undo::After(until.since(planned));
    }
    step.when = Trigger::At(at);
}

impl StepGain {
    /// It keeps money beyond chance, or spares oversold units without costing any.
    pub fn helps(&self) -> bool {
        let spares = self.oversold.high() < 0.0 && self.kept.high() >= 0.0;
        self.kept.low() > 0.0 || spares
    }

    fn of(with: &[Replication], without: &[Replication]) -> StepGain {
        let paired = |value: fn(&Replication) -> f64| {
            let pairs = with.iter().zip(without);
            let values: Vec<f64> =
                pairs.map(|(with, without)| value(with) - value(without)).collect();
            Mean::of(&values, 0.95)
        };
        let in_band = |all: &[Replication]| all.iter().filter(|one| one.in_band).count();
        StepGain {
            kept: paired(|one| one.sales.kept_money as f64),
            oversold: paired(|one| one.oversold_units as f64),
            in_band: (in_band(with), in_band(without)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::fault::{FaultEffect, FaultTerms};
    use crate::commerce::protocol::Role;
    use crate::drive::testing::{Sketch, seeded};
    use crate::history::charter::FaultPlanned;
    use crate::history::fact::OperatorAct;
    use crate::ids::{ChannelId, ConnectorId};
    use crate::scenario::Intervention;
    use crate::units::{Ppm, Span};

    fn minute(minute: u64) -> At {
        At::START + Span::from_mins(minute)
    }

    /// The connector stands still for the second half: two channels sell the same units, unless
    /// somebody takes one off.
    fn plan(seed: u64, at: u64, act: OperatorAct) -> Plan {
        let lasts = Span::from_mins(30);
        let sketch = Sketch {
            shares: &[500_000, 500_000],
            skus: 4,
            stock_each: 150,
            orders_per_hour: 3_000,
            lasts,
        };
        let mut plan = sketch.plan();
        seeded(&mut plan, seed);
        let spells = vec![(minute(10), minute(30))];
        plan.charter.faults = vec![FaultPlanned {
            name: "still".to_owned(),
            does: "pauses".to_owned(),
            at: vec![],
            spells: spells.clone(),
        }];
        plan.world.faults = vec![FaultTerms {
            name: "still".to_owned(),
            at: vec![Role::Connector(ConnectorId(0))],
            on: vec![],
            skus: None,
            share: Ppm::ONE,
            rises_to: None,
            at_most: None,
            spells,
            does: FaultEffect::Pauses,
        }];
        plan.interventions = vec![Intervention {
            name: "step".to_owned(),
            role: None,
            when: Trigger::At(minute(at)),
            acts: vec![act],
            undo: Undo::Never,
            undone: vec![],
        }];
        plan
    }

    fn of(at: u64, act: &OperatorAct) -> Helped {
        let plan_of = |seed| Some(plan(seed, at, act.clone()));
        helped(&plan_of, (1, 6), &|| false).expect("nobody stops it").remove(0)
    }

    /// A resume ends what the fault paused: the sooner, the fewer units are sold twice.
    #[test]
    fn what_mends_keeps_more_the_sooner_it_comes() {
        let at = crate::history::fact::ActedOn::Connector(ConnectorId(0));
        let mended = of(14, &OperatorAct::Resume { at });
        assert!(mended.effect.helps(), "{:?}", mended.effect);
        assert!(mended.effect.oversold.high() < 0.0, "{:?}", mended.effect);
        let moments: Vec<u64> = mended.moments.iter().map(|(at, _)| at.0 / 60_000_000).collect();
        assert_eq!(moments, [12, 13, 14, 15, 16, 18, 22]);
        let oversold = mended.moments.iter().map(|(_, effect)| effect.oversold.mean);
        let oversold: Vec<f64> = oversold.collect();
        assert!(oversold.first() < oversold.last(), "{oversold:?}");
        assert!(mended.latest() >= Some(minute(14)), "{:?}", mended.latest());
    }

    #[test]
    fn what_changes_nothing_is_worth_nothing() {
        let note = OperatorAct::Note { what: "hm".to_owned() };
        let none = of(14, &note);
        let zero = |mean: Mean| mean.mean == 0.0 && mean.half == 0.0;
        assert!(none.moments.iter().all(|(_, effect)| zero(effect.kept) && zero(effect.oversold)));
        assert_eq!(none.latest(), None);
    }

    /// Taking a channel off that is all right turns its shoppers away.
    #[test]
    fn what_does_harm_is_seen_to_cost() {
        let mut harm = plan(1, 2, OperatorAct::ZeroStock { channel: ChannelId(0) });
        (harm.world.faults, harm.charter.faults) = (vec![], vec![]);
        harm.world.catalog.iter_mut().for_each(|sku| sku.stock.0 = 5_000);
        let plan_of = |seed| {
            let mut plan = harm.clone();
            seeded(&mut plan, seed);
            Some(plan)
        };
        let cost = helped(&plan_of, (1, 6), &|| false).expect("nobody stops it").remove(0);
        assert!(cost.effect.kept.high() < 0.0, "{:?}", cost.effect);
        assert_eq!(cost.latest(), None);
    }

    #[test]
    fn a_step_is_moved_within_the_campaign_and_keeps_its_length() {
        let mut plan = plan(1, 29, OperatorAct::Note { what: "hm".to_owned() });
        plan.interventions[0].undo = Undo::At(minute(33));
        let ends = plan.charter.traffic_ends;
        let all: Vec<At> = moments_of(minute(29), ends).collect();
        assert_eq!(all, [minute(27), minute(28)]);
        assert_eq!(moments_of(At::START, ends).next(), Some(minute(1)));
        shift(&mut plan, 0, minute(20));
        assert_eq!(plan.interventions[0].when, Trigger::At(minute(20)));
        assert_eq!(plan.interventions[0].undo, Undo::After(Span::from_mins(4)));
    }

    #[test]
    fn what_is_stopped_says_nothing() {
        let note = OperatorAct::Note { what: "hm".to_owned() };
        let plan_of = |seed| Some(plan(seed, 14, note.clone()));
        assert_eq!(helped(&plan_of, (1, 2), &|| true), None);
    }
}
