//! Owns what many afternoons say of a scenario's own steps: what each is worth, and until when, as
//! `afternoons.json` states it and as a table. Must not know how that is found out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::sales;
use super::{Interval, Replications};
use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Tone, Voice};
use crate::report::summary::printable_text;
use crate::report::words::number::{clock, count};
use crate::study::helped;

/// What a step of the scenario's is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepWorth {
    /// Its name.
    pub name: String,
    /// Afternoons played each way.
    pub runs: u64,
    /// When it is taken; null is when an alert fires.
    pub at_us: Option<u64>,
    /// As it is planned, less without it.
    pub effect: StepEffect,
    /// At other moments, less without it, by time; the planned one is among them.
    pub moments: Vec<StepMoment>,
    /// The latest of these moments at which it still helped (docs/measures.md): it kept money, or
    /// spared oversold units at less than a hundredth of the money kept; beyond chance over all
    /// that was tried. Null: none.
    pub helps_until_us: Option<u64>,
}

/// What a step changes in an afternoon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepEffect {
    /// Sales kept, in minor units.
    pub kept_money: Interval,
    /// Units oversold, in thousandths.
    pub oversold_units_milli: Interval,
    /// Afternoons within every limit with it.
    pub in_band_with: u64,
    /// … and without it.
    pub in_band_without: u64,
}

/// A step at another moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepMoment {
    /// When.
    pub at_us: u64,
    /// What it changes then.
    pub effect: StepEffect,
}

impl StepWorth {
    /// As it was found out.
    pub fn of(seen: &helped::Helped) -> StepWorth {
        let moment = |(at, seen): &(crate::units::At, helped::StepGain)| StepMoment {
            at_us: at.0,
            effect: StepEffect::of(seen),
        };
        StepWorth {
            name: printable_text(&seen.name),
            runs: seen.effect.kept.runs as u64,
            at_us: seen.at.map(|at| at.0),
            effect: StepEffect::of(&seen.effect),
            moments: seen.moments.iter().map(moment).collect(),
            helps_until_us: seen.latest().map(|at| at.0),
        }
    }
}

impl StepEffect {
    fn of(seen: &helped::StepGain) -> StepEffect {
        let (with, without) = seen.in_band;
        StepEffect {
            kept_money: Interval::of(seen.kept, 1.0),
            oversold_units_milli: Interval::of(seen.oversold, 1_000.0),
            in_band_with: with as u64,
            in_band_without: without as u64,
        }
    }
}

const HOW: &str = "The same seeds with each step and without it, earlier and later: what differs \
    is the step's doing. Means with paired t intervals at 95 %, each for itself: one with zero in \
    it is chance, and fewer than six afternoons, or such as all differ alike, have none. That a \
    step helped is beyond chance over all steps and moments (Holm).";

/// What each step is worth; nothing where there is none.
pub(super) fn blocks(all: &Replications) -> Vec<Block> {
    if all.interventions.is_empty() {
        return Vec::new();
    }
    let columns = "step: | taken: | sales kept | ~interval | oversold units | within every limit:";
    let mut table = Table::of("What each intervention is worth, against leaving it out", columns);
    for step in &all.interventions {
        let planned = step.at_us.map_or("when its alert fires".to_owned(), clock);
        table.push(row(all, &step.name, planned, (step.runs, &step.effect)));
        for moment in &step.moments {
            if Some(moment.at_us) != step.at_us {
                let at = clock(moment.at_us);
                let taken = format!("at {at} instead");
                table.push(row(all, &step.name, taken, (step.runs, &moment.effect)));
            }
        }
    }
    let mut blocks = vec![Block::Table(table)];
    let timed = all.interventions.iter().filter(|step| step.at_us.is_some());
    blocks.extend(timed.map(|step| Block::said(Voice::Plain, until(step))));
    blocks.push(Block::said(Voice::Quiet, HOW));
    blocks
}

fn until(step: &StepWorth) -> String {
    match step.helps_until_us {
        Some(at) => format!(
            "{} still kept sales, or spared oversold units at less than 1 % of them, at {}, the \
             latest moment tried at which it did beyond chance.",
            step.name,
            clock(at)
        ),
        None => format!("{} helped at no moment tried, beyond chance.", step.name),
    }
}

fn row(all: &Replications, name: &str, taken: String, (runs, seen): (u64, &StepEffect)) -> Row {
    let money = |minor: i64| {
        let sign = if minor > 0 { "+" } else { "" };
        format!("{sign}{}", sales::money(minor, &all.currency))
    };
    let kept = seen.kept_money;
    let tone = match (kept.is_beyond_chance(), kept.mean > 0) {
        (true, true) => Tone::Good,
        (true, false) => Tone::Bad,
        (false, _) => Tone::Plain,
    };
    let interval = match (kept.low, kept.high) {
        (Some(low), Some(high)) => format!("{} … {}", money(low), money(high)),
        _ => "—".to_owned(),
    };
    let units = seen.oversold_units_milli.mean as f64 / 1_000.0;
    let band = format!(
        "{} of {}, without it {}",
        count(seen.in_band_with),
        count(runs),
        count(seen.in_band_without)
    );
    Row::from(vec![
        Cell::text(name),
        Cell::text(taken),
        Cell::number(money(kept.mean)).toned(tone),
        Cell::number(interval),
        Cell::number(format!("{units:+.1}").replace('-', "−")),
        Cell::text(band),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::markdown;
    use crate::report::many::tests::sample;

    fn interval(mean: i64, half: i64) -> Interval {
        Interval { mean, low: Some(mean - half), high: Some(mean + half) }
    }

    fn effect(kept: i64, half: i64, oversold: i64) -> StepEffect {
        StepEffect {
            kept_money: interval(kept, half),
            oversold_units_milli: interval(oversold, 500),
            in_band_with: 21,
            in_band_without: 3,
        }
    }

    #[test]
    fn each_step_is_told_with_its_moments_and_until_when_it_helped() {
        let minute = 60_000_000;
        let mut all = sample();
        all.interventions = vec![
            StepWorth {
                name: "cut".to_owned(),
                runs: 30,
                at_us: Some(30 * minute),
                effect: effect(123_400, 20_000, -8_250),
                moments: vec![
                    StepMoment { at_us: 25 * minute, effect: effect(150_000, 20_000, -9_000) },
                    StepMoment { at_us: 30 * minute, effect: effect(123_400, 20_000, -8_250) },
                    StepMoment { at_us: 50 * minute, effect: effect(-40_000, 20_000, 100) },
                ],
                helps_until_us: Some(30 * minute),
            },
            StepWorth {
                name: "fallback".to_owned(),
                runs: 30,
                at_us: None,
                effect: effect(10, 20_000, 0),
                moments: vec![],
                helps_until_us: None,
            },
        ];
        insta::assert_snapshot!(markdown::blocks(&blocks(&all)));
        all.interventions.clear();
        assert!(blocks(&all).is_empty());
    }
}
