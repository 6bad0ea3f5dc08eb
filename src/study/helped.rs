//! Owns what a scenario's own steps are worth: the same seeds with each and without it, earlier and
//! later. Must not know what a step does, nor how it is told.
//!
//! The runs of a pair share their shoppers and their faults; what differs between them is the
//! step's doing. Intervals are those of paired differences (Student's t, 95 %), each for itself;
//! that a step helped is claimed by Holm's rule over all steps and moments tried, since the latest
//! of many would be one that chance favoured.

use super::estimate::Estimate;
use super::interval::Mean;
use super::replicate::replicate;
use super::replication::Replication;
use crate::judge::bounds::holm;
use crate::scenario::{Intervention, Plan, Trigger, Undo};
use crate::units::At;

/// The most replications of each way that a step is tried.
pub const RUNS_MAX: usize = 30;
/// Fewer pairs prove nothing: five that all went one way are chance by their signs alone
/// (2 ÷ 2⁵ is more than 5 %).
pub const RUNS_MIN: usize = 6;
/// Steps that are tried; those behind them are not.
pub const STEPS_MAX: usize = 5;
/// What spares oversold units may cost: less than so many parts of the money kept without it.
const COST_PARTS: f64 = 100.0;
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
    /// Money kept, in minor units; of too few pairs, or of pairs that all differ alike, without an
    /// interval.
    pub kept: Mean,
    /// Units oversold, in the same way.
    pub oversold: Mean,
    /// Replications within every limit with it, and without it.
    pub in_band: (usize, usize),
    /// It keeps more money, or spares oversold units at next to no cost: beyond chance, over all
    /// that was tried.
    pub helps: bool,
    /// The p-values of the two.
    p: [f64; 2],
}

impl Helped {
    /// The latest of the moments tried at which it still helped; none: at none.
    pub fn latest(&self) -> Option<At> {
        self.moments.iter().rev().find(|(_, effect)| effect.helps).map(|(at, _)| *at)
    }

    /// What was tried: at each moment, or when its alert fires.
    fn tried(&mut self) -> impl Iterator<Item = &mut StepGain> {
        let once = self.moments.is_empty().then_some(&mut self.effect);
        self.moments.iter_mut().map(|(_, effect)| effect).chain(once)
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
    let step = |(place, step): (usize, &Intervention)| {
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
    let mut all: Vec<Helped> = steps.map(step).collect::<Option<_>>()?;
    claim(&mut all);
    Some(all)
}

/// Says which helped, by Holm's rule at 5 % over both claims of every step and moment.
fn claim(all: &mut [Helped]) {
    let mut tried: Vec<&mut StepGain> = all.iter_mut().flat_map(Helped::tried).collect();
    let p: Vec<f64> = tried.iter().flat_map(|effect| effect.p).collect();
    for (effect, beyond) in tried.iter_mut().zip(holm(&p).chunks(2)) {
        effect.helps = beyond.contains(&true);
    }
    for step in all {
        let planned = step.moments.iter().find(|(at, _)| Some(*at) == step.at);
        step.effect = planned.map_or(step.effect, |(_, effect)| *effect);
    }
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
    fn of(with: &[Replication], without: &[Replication]) -> StepGain {
        let money = |one: &Replication| one.sales.kept_money as f64;
        let units = |one: &Replication| one.oversold_units as f64;
        let paired = |value: fn(&Replication) -> f64| -> Vec<f64> {
            with.iter().zip(without).map(|(with, without)| value(with) - value(without)).collect()
        };
        let before = without.iter().map(money).sum::<f64>() / without.len().max(1) as f64;
        let in_band = |all: &[Replication]| all.iter().filter(|one| one.in_band).count();
        let in_band = (in_band(with), in_band(without));
        StepGain::from_pairs(&paired(money), &paired(units), before, in_band)
    }

    /// From what each pair differs by, and the money that is kept without it.
    fn from_pairs(kept: &[f64], oversold: &[f64], before: f64, in_band: (usize, usize)) -> Self {
        // Whoever loses nothing in any pair needs no test of how little it loses.
        let costs = if kept.iter().all(|more| *more >= 0.0) {
            0.0
        } else {
            p_more(kept.iter().map(|more| more + before / COST_PARTS))
        };
        let spares = p_more(oversold.iter().map(|more| -more)).max(costs);
        StepGain {
            kept: interval(kept),
            oversold: interval(oversold),
            in_band,
            helps: false,
            p: [p_more(kept.iter().copied()), spares],
        }
    }
}

/// The p-value of "it is not more than zero", two-sided; 1 where nothing can be claimed: too few,
/// or all the same, so that nothing is known of how they vary.
fn p_more(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    let mean = Estimate::of(&values);
    let tells = values.len() >= RUNS_MIN && mean.mean > 0.0;
    mean.p_value().filter(|_| tells).unwrap_or(1.0)
}

/// Its mean at 95 %, the interval without an end where nothing can be claimed; nothing at all that
/// differs is no difference.
fn interval(values: &[f64]) -> Mean {
    let mean = Mean::of(values, 0.95);
    let alike = mean.half == 0.0 && mean.mean != 0.0;
    let half = if alike || values.len() < RUNS_MIN { f64::INFINITY } else { mean.half };
    Mean { half, ..mean }
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
        assert!(mended.effect.helps, "{:?}", mended.effect);
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

    fn gain(kept: &[f64], oversold: &[f64]) -> StepGain {
        StepGain::from_pairs(kept, oversold, 10_000.0, (0, 0))
    }

    /// So many steps of one moment each, the first of them this one, the others worth nothing.
    fn claimed(first: StepGain, steps: usize) -> bool {
        let nothing = gain(&[0.0; 12], &[0.0; 12]);
        let one = |effect| Helped { name: "step".into(), at: None, effect, moments: vec![] };
        let mut all: Vec<Helped> = std::iter::repeat_n(nothing, steps - 1).map(one).collect();
        all.insert(0, one(first));
        claim(&mut all);
        assert!(all[1..].iter().all(|step| !step.effect.helps));
        all[0].effect.helps
    }

    /// Three equal differences were once certain: half the width of their interval was zero.
    #[test]
    fn pairs_that_are_few_or_all_differ_alike_claim_nothing() {
        let none = [0.0; 12];
        for kept in [&[500.0; 3][..], &[500.0; 12], &[499.0, 500.0, 501.0, 500.0, 502.0]] {
            let seen = gain(kept, &none[..kept.len()]);
            assert!(seen.kept.half.is_infinite() && !claimed(seen, 1), "{kept:?}");
        }
        let varied = gain(&[499.0, 500.0, 501.0, 500.0, 502.0, 498.0], &none[..6]);
        assert!(varied.kept.low() > 490.0 && claimed(varied, 1));
    }

    /// A difference that chance gives once in thirty such is no finding among seventy.
    #[test]
    fn the_more_is_tried_the_more_it_takes_to_have_helped() {
        let kept = [9.0, -2.0, 14.0, 3.0, 8.0, -1.0, 11.0, 6.0, -3.0, 7.0, 12.0, 1.0];
        let seen = gain(&kept, &[0.0; 12]);
        assert!(seen.kept.low() > 0.0, "beyond chance by itself: {:?}", seen.kept);
        assert!(claimed(seen, 1) && !claimed(seen, 35));
    }

    #[test]
    fn sparing_units_helps_where_it_is_known_to_cost_next_to_nothing() {
        let fewer = [-5.0, -6.0, -7.0, -5.0, -4.0, -6.0, -8.0, -5.0];
        // A loss that is merely not proved is no proof that there is none.
        let vague = [-900.0, 800.0, -700.0, 600.0, -300.0, 400.0, -500.0, 300.0];
        assert!(gain(&vague, &fewer).kept.high() > 0.0);
        assert!(!claimed(gain(&vague, &fewer), 1));
        let close = [-9.0, 8.0, -7.0, 6.0, -3.0, 4.0, -5.0, 3.0];
        assert!(claimed(gain(&close, &fewer), 1), "less than a hundredth of what was kept");
        assert!(claimed(gain(&[0.0; 8], &fewer), 1), "nothing in any pair");
        assert!(!claimed(gain(&[0.0; 8], &fewer.map(|units| -units)), 1), "more oversold");
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
