//! Owns `compare.json`: what two or more runs say beside each other, as a versioned contract.
//! Must not judge, nor know what a scenario means. Start at [`Comparison::of`].
//!
//! Integers and strings only, as in `summary.json`. Which differences are called beyond chance is
//! decided by `study::differ` (within an afternoon) and `study::estimate` (between afternoons);
//! the rule is in docs/measures.md, comparing runs.

mod alike;
mod cautions;
mod document;
mod estimated;
mod kept;
mod measures;
pub mod read;
mod replications;
mod run;
mod since;
mod studies;
pub(super) mod words;

pub use estimated::KeptDifference;
pub use measures::BrokenIn;
pub use run::Run;
pub use since::since;
pub use studies::{Rate, Study};

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ReportError;
use super::document::{html, terminal};
use super::many::Replications;
use super::publish::{self, json};
use super::summary::Summary;
use super::summary::gate::{Count, Gate, InvariantKind, Kpi, Value};
use super::summary::verdict::Verdict;
use super::terminal::Paper;
use super::words::standing;

/// The version of the contract. Additions keep it; anything else raises it.
pub const COMPARE_VERSION: u32 = 2;

/// A run to be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// What to call it: the name of its folder.
    pub label: String,
    /// What it came to; of a study what the afternoon came to that its report shows.
    pub summary: Summary,
    /// The study that it is, where it is one.
    pub study: Option<Replications>,
}

/// Runs of one scenario: one run, several afternoons on seeds of their own, or one study.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// The runs.
    pub runs: Vec<Given>,
    /// What its scenario changes of the baseline's; none where a scenario is not at hand.
    pub changes: Option<Vec<Change>>,
}

/// What the runs say beside each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "doorbuster compare")]
pub struct Comparison {
    /// The version of this contract.
    #[schemars(extend("const" = COMPARE_VERSION))]
    pub version: u32,
    /// What differs beyond chance, in a sentence.
    pub headline: String,
    /// What else there is to say, a sentence each.
    pub sentences: Vec<String>,
    /// What stands in the way of comparing, or of concluding.
    pub cautions: Vec<String>,
    /// The runs, by scenario; the first is the baseline.
    pub groups: Vec<Group>,
    /// Each other group against the baseline.
    pub against: Vec<Against>,
}

/// Runs of one scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// `A` is the baseline.
    pub letter: String,
    /// Its runs.
    pub runs: Vec<Run>,
    /// Every KPI on the run and on each channel; of several afternoons the mean.
    pub measures: Vec<Measure>,
}

/// A KPI on the run or on one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Measure {
    /// What is measured.
    pub kpi: Kpi,
    /// The channel; null is the whole run.
    pub channel: Option<String>,
    /// What was seen.
    pub seen: Seen,
}

/// What a group saw of a KPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seen {
    /// Afternoons that it rests on.
    #[serde(rename = "afternoons")]
    pub replications: u64,
    /// The value; of several afternoons their mean.
    pub value: Value,
    /// Its lower bound: that of the run's gate; of several afternoons of the 95 % t interval.
    pub low: Value,
    /// Its upper bound.
    pub high: Value,
    /// The least of the afternoons.
    pub least: Value,
    /// The most.
    pub most: Value,
    /// Orders or changes counted.
    pub samples: u64,
    /// Bad events among them.
    pub bad: Count,
}

/// A group against the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Against {
    /// The group's letter.
    pub letter: String,
    /// What the difference rests on.
    pub basis: Basis,
    /// Every KPI that both have.
    pub differences: Vec<Difference>,
    /// Sales kept, less the baseline's; null where the runs are not of one currency, or where
    /// nothing is concluded from one of them.
    #[serde(default)]
    pub kept: Option<KeptDifference>,
    /// Invariants that must be zero and were broken in one of them.
    pub broken: Vec<Broken>,
    /// What its scenario changes; null where a scenario is not at hand.
    pub changes: Option<Vec<Change>>,
}

/// What a comparison rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// One afternoon each, on the same shoppers: these places among the runs of each group.
    SameShoppers {
        /// Of the baseline.
        baseline: usize,
        /// Of the other.
        other: usize,
    },
    /// One afternoon each, on shoppers of their own.
    OwnShoppers {
        /// Of the baseline.
        baseline: usize,
        /// Of the other.
        other: usize,
    },
    /// So many afternoons of each, pair by pair on the same seeds.
    #[serde(rename = "paired_afternoons")]
    PairedReplications {
        /// Pairs.
        pairs: u64,
        /// As many orders were wanted in both of each pair: the same shoppers.
        same_shoppers: bool,
    },
    /// Afternoons of each on seeds of their own.
    #[serde(rename = "afternoons")]
    Replications {
        /// Of the baseline.
        baseline: u64,
        /// Of the other.
        other: u64,
    },
}

/// How a KPI of a group differs from the baseline's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// What is measured.
    pub kpi: Kpi,
    /// The channel; null is the whole run.
    pub channel: Option<String>,
    /// The baseline's.
    pub baseline: Seen,
    /// The group's.
    pub other: Seen,
    /// The group's less the baseline's, in parts per million of a share or in microseconds; null
    /// where nothing was measured.
    pub by: Option<i64>,
    /// Its lower bound: at 95 % for a share or over afternoons, else what is unknown.
    pub by_low: Option<i64>,
    /// Its upper bound.
    pub by_high: Option<i64>,
    /// The p-value of "they do not differ", in parts per million; null where there is none.
    pub p_ppm: Option<u32>,
    /// How much of its limit the worse of the two has used, in parts per million: over a million
    /// is beyond it; null where that cannot be said.
    #[serde(default)]
    pub used_ppm: Option<u64>,
    /// What can be said.
    pub finding: Finding,
}

/// What can be said of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Better, beyond chance at 5 % over all comparisons made.
    Better,
    /// Worse, beyond chance at 5 % over all comparisons made.
    Worse,
    /// Better in these two runs; chance between afternoons is not excluded.
    BetterHere,
    /// Worse in these two runs; chance between afternoons is not excluded.
    WorseHere,
    /// Not shown to differ.
    NotShown,
    /// Not measured on both sides, or by a run that proves nothing.
    NotComparable,
}

/// An invariant that must be zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Broken {
    /// Which.
    pub invariant: InvariantKind,
    /// What is counted.
    pub counted: BrokenIn,
    /// In the baseline, over all its runs.
    pub baseline: Count,
    /// In the other.
    pub other: Count,
}

/// A value of the scenario that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Where: `connectors.hub.reference.workers`.
    pub path: String,
    /// In the baseline; null where it is not written.
    pub before: Option<String>,
    /// In the other.
    pub after: Option<String>,
}

impl Comparison {
    /// Holds every party against the first.
    ///
    /// # Panics
    /// When there is no party, or one without a run.
    pub fn of(parties: &[Party]) -> Comparison {
        assert!(parties.iter().all(|party| !party.runs.is_empty()), "a party has a run");
        let (baseline, others) = parties.split_first().expect("there is a baseline");
        let groups: Vec<Group> =
            parties.iter().enumerate().map(|(place, party)| Group::of(place, party)).collect();
        let mut against: Vec<Against> = others
            .iter()
            .zip(&groups[1..])
            .map(|(party, group)| Against::of(baseline, (party, group)))
            .collect();
        alike::over_all(&mut against);
        for (against, party) in against.iter_mut().zip(others) {
            against.weigh(baseline, party);
        }
        let mut comparison = Comparison {
            version: COMPARE_VERSION,
            headline: String::new(),
            sentences: Vec::new(),
            cautions: cautions::cautions(parties, &groups),
            groups,
            against,
        };
        comparison.headline = words::headline(&comparison);
        comparison.sentences = words::sentences(&comparison);
        comparison
    }

    /// Something is worse than in the baseline, beyond chance; or a study is a NO-GO and that of
    /// the baseline was a GO, which are beyond chance both.
    pub fn worse(&self) -> bool {
        let mut all = self.against.iter().flat_map(|against| &against.differences);
        let studies = |group: &Group| {
            let studies = group.runs.iter().filter(|run| run.study.is_some());
            studies.map(|run| run.verdict).max()
        };
        let was_go = studies(&self.groups[0]).is_some_and(|was| was <= Verdict::GoWithConditions);
        let mut others = self.groups[1..].iter();
        all.any(|difference| difference.finding == Finding::Worse)
            || was_go && others.any(|group| studies(group) == Some(Verdict::NoGo))
    }

    /// The bytes of `compare.json`.
    pub fn to_json(&self) -> Vec<u8> {
        json(self)
    }
}

/// Writes `compare.json` and `compare.html` into `folder`, each whole or not at all; the page
/// last, so that whoever waits for it finds the rest.
pub fn write_all(
    folder: &Path,
    parties: &[Party],
    comparison: &Comparison,
) -> Result<(), ReportError> {
    publish::file(folder, "compare.json", &comparison.to_json())?;
    publish::file(
        folder,
        "compare.html",
        html::page(&document::document(parties, comparison))?.as_bytes(),
    )
}

/// What a terminal shows of it.
pub fn text(parties: &[Party], comparison: &Comparison, paper: Paper) -> String {
    terminal::text(&document::document(parties, comparison), paper)
}

/// The JSON Schema of `compare.json`, shipped as `schemas/compare.schema.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Comparison).to_value()
}

impl Group {
    fn of(place: usize, party: &Party) -> Group {
        Group {
            letter: letter(place),
            runs: party.runs.iter().map(Run::of).collect(),
            measures: match studies::of(party) {
                Some(all) => studies::measures(all),
                None => measures::measures(party),
            },
        }
    }
}

/// `A` to `Z`, then `A1` and so on: nobody reads so many.
fn letter(place: usize) -> String {
    let round = if place < 26 { String::new() } else { (place / 26).to_string() };
    format!("{}{round}", char::from(b'A' + (place % 26) as u8))
}

impl Against {
    /// Says how much of its limit each measure has used, by the terms of each.
    fn weigh(&mut self, baseline: &Party, party: &Party) {
        for difference in &mut self.differences {
            let used = |party: &Party, seen: &Seen| {
                let summary = &party.runs[0].summary;
                let of =
                    |gate: &&Gate| gate.kpi == difference.kpi && gate.channel == difference.channel;
                let gate = summary.gates.iter().find(of)?;
                if seen.value == Value::LaterThanObserved {
                    // Further than anything that was seen; JSON's readers count no higher.
                    return Some(u32::MAX.into());
                }
                let seen = Gate { low: seen.value, high: seen.value, ..gate.clone() };
                standing::share_of_limit_used_ppm(&seen, &summary.terms)
            };
            let both = [used(baseline, &difference.baseline), used(party, &difference.other)];
            difference.used_ppm = both.into_iter().flatten().max();
        }
    }

    fn of(baseline: &Party, (party, group): (&Party, &Group)) -> Against {
        if let Some((a, b)) = studies::of(baseline).zip(studies::of(party)) {
            let strict = measures::must_be_zero(baseline);
            let against = studies::against(a, (&group.letter, b), &strict);
            return Against { changes: party.changes.clone(), ..against };
        }
        let basis = measures::basis(baseline, party);
        Against {
            letter: group.letter.clone(),
            basis,
            differences: measures::differences(baseline, party, basis),
            kept: kept::difference(baseline, party, basis),
            broken: measures::broken(baseline, party),
            changes: party.changes.clone(),
        }
    }
}

#[cfg(test)]
pub(in crate::report) mod tests;
