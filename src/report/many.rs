//! Owns what many afternoons say as `afternoons.json` states it: verdict, gates, fans over time.
//! Must not know how it looks.
//!
//! Integers and strings only, as in `summary.json`: times in microseconds, shares in parts per
//! million. Additions keep the version; anything else raises it.

pub(in crate::report) mod document;
pub mod each;
pub mod fans;
pub mod helped;
pub mod junit;
pub mod recovered;
pub mod ruling;
pub mod table;
pub mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::each::Each;
use self::helped::StepWorth;
use self::recovered::ObjectiveOver;
use self::ruling::{ChannelOver, Currency, Ended, Pooled, RuleOver, Sales, Undersold};
use super::publish::json;
use super::summary::gate::{InvariantKind, Kpi};
use super::summary::input::Input;
use super::summary::mirror::{Stated, stated};
use super::summary::verdict::{Evidence, Verdict};
use crate::history::Charter;
use crate::study::chance;
use crate::study::interval::Mean;
use crate::study::looks;
use crate::study::outcome::{self, StudyOutcome};
use crate::study::replication::Course;

/// The version of this contract.
pub const REPLICATIONS_VERSION: u32 = 2;

/// What many afternoons of one scenario come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "doorbuster afternoons")]
pub struct Replications {
    /// The version of this contract.
    #[schemars(extend("const" = REPLICATIONS_VERSION))]
    pub version: u32,
    /// The campaign's name.
    pub campaign: String,
    /// Afternoons played.
    pub runs: u64,
    /// Afternoons asked for; more than were played when somebody stopped it.
    pub asked: u64,
    /// Why no more were played.
    pub ended: Ended,
    /// The seed of the first; the others of a simulation follow.
    pub first_seed: u64,
    /// The seed of the median afternoon (of two the worse), whose report stands beside this file.
    pub median_seed: u64,
    /// What the afternoons are evidence about.
    pub evidence: Evidence,
    /// The verdict on the scenario: by the pooled gates, and by the share of afternoons in band.
    pub verdict: Verdict,
    /// Afternoons that lie within every limit, of those that count.
    pub in_band: Chance,
    /// The least share of them that a GO needs, in parts per million.
    pub in_band_at_least_ppm: u32,
    /// Afternoons that would prove that share, if they went on alike; null where it is proved, or
    /// no number would.
    #[serde(rename = "in_band_afternoons_needed")]
    pub in_band_replications_needed: Option<u64>,
    /// Afternoons that count for nothing: cut off, or their load was not what it should be.
    pub spoilt: u64,
    /// How sure each bound is, in parts per million: 95 %, or more where several looks
    /// at growing numbers of afternoons share the 5 %.
    pub confidence_ppm: u32,
    /// Afternoons that are GO by themselves, with conditions or without.
    pub go: Chance,
    /// Afternoons by the verdict on each by itself.
    pub verdicts: Verdicts,
    /// Each channel over the afternoons.
    pub channels: Vec<ChannelOver>,
    /// Each gate over the afternoons.
    pub gates: Vec<GateOver>,
    /// The rows of a file that the traffic rests on; absent where it rests on none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Input>,
    /// Rules that were broken, or that make conditions, most often first.
    pub rules: Vec<RuleOver>,
    /// Rules that no afternoon put to the test.
    pub untested: Vec<InvariantKind>,
    /// Each objective for recovery over the afternoons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<ObjectiveOver>,
    /// What each of the scenario's own steps is worth; the first five.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interventions: Vec<StepWorth>,
    /// What money is counted in.
    pub currency: Currency,
    /// What was sold in an afternoon.
    pub sales: Sales,
    /// What was refused in an afternoon although the stock was there; absent in a file of before
    /// this was counted.
    #[serde(default)]
    pub undersold: Option<Undersold>,
    /// Units oversold an afternoon, in thousandths.
    pub oversold_units_milli: Interval,
    /// The campaign over time.
    pub fans: Vec<Fan>,
    /// The figures of each afternoon.
    #[serde(default)]
    pub each: Each,
}

stated! {
    /// A share of afternoons with one-sided bounds after Clopper and Pearson.
    #[derive(Copy)]
    Chance from chance::Chance {
        /// How many were.
        yes: u64,
        /// Of how many.
        of: u64,
        /// Lower bound, in parts per million.
        low_ppm(low): u32,
        /// Upper bound, in parts per million.
        high_ppm(high): u32,
    }
}

/// Afternoons by verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdicts {
    /// GO.
    pub go: u64,
    /// GO WITH CONDITIONS.
    pub go_with_conditions: u64,
    /// INCONCLUSIVE.
    pub inconclusive: u64,
    /// NO-GO.
    pub no_go: u64,
}

stated! {
    /// A gate over the afternoons: microseconds for a lag, parts per million for a share.
    GateOver from outcome::GateOver {
        /// What is gated.
        kpi: Kpi,
        /// The channel; null is the whole run.
        channel: Option<String>,
        /// Afternoons in which it was healthy by itself.
        healthy: u64,
        /// … in the watch band.
        watch: u64,
        /// … failed.
        failed: u64,
        /// … not proved.
        not_proved: u64,
        /// Afternoons in which an accepted risk covers it: it does not stand in the way then.
        accepted: u64,
        /// Afternoons in which it lies beyond its limit, everything possible counted as bad.
        out: u64,
        /// … beyond it too, of so few orders that chance decides: they count only all together.
        #[serde(default)]
        by_chance: u64,
        /// All afternoons together: what decides.
        pooled: Pooled,
        /// Afternoons in which it was later than anybody could look.
        beyond(value.beyond): u64,
        /// Mean with its 95 % t interval; null when one was beyond, or nothing was measured.
        mean(value.mean): Option<Interval>,
        /// 5th, 50th and 95th percentile over the afternoons; null is beyond.
        quantiles(value.quantiles): [Option<u64>; 3],
    }
}

/// A mean with its 95 % interval over afternoons, rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// The mean.
    pub mean: i64,
    /// Lower end; null with one afternoon.
    pub low: Option<i64>,
    /// Upper end.
    pub high: Option<i64>,
}

/// A measure over time and afternoons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fan {
    /// What is measured.
    pub measure: Measure,
    /// Width of a window, in microseconds.
    pub width_us: u64,
    /// By window: 5th, 25th, 50th, 75th and 95th percentile over the afternoons.
    pub points: Vec<[u64; 5]>,
}

/// What a fan measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Orders accepted in the window.
    Accepted,
    /// Sync lag p95 of changes made in the window, or of the last ones where none was; those never
    /// shown with their age; microseconds.
    SyncLag,
    /// Jobs waiting in the connectors.
    QueueDepth,
    /// Units oversold so far.
    OversoldUnits,
    /// Orders cancelled for want of stock so far.
    CancelledOrders,
}

impl Replications {
    /// States an outcome in the terms of the scenario's charter.
    pub fn of(
        outcome: &StudyOutcome,
        charter: &Charter,
        (asked, ended): (usize, looks::LooksEnd),
    ) -> Replications {
        let charter = &super::summary::printable(charter);
        let name = |place: usize| charter.channels[place].name.clone();
        let [go, go_with_conditions, inconclusive, no_go] = outcome.verdicts.map(|n| n as u64);
        let (ruling, go_of) = (&outcome.ruling, &outcome.channels);
        let channel = |(place, over): (usize, &crate::study::pooled::ChannelOver)| ChannelOver {
            name: name(place),
            verdict: over.verdict.into(),
            share_ppm: over.share.0,
            accepted_none: over.dead,
            too_small_to_block: over.waived,
            go: go_of[place].state(charter),
        };
        let objective = |over| ObjectiveOver::of(over, ruling.at_least, charter);
        Replications {
            version: REPLICATIONS_VERSION,
            campaign: charter.campaign.clone(),
            runs: outcome.runs as u64,
            asked: asked as u64,
            ended: ended.into(),
            first_seed: outcome.first_seed,
            median_seed: outcome.median_seed,
            evidence: charter.evidence.into(),
            verdict: outcome.verdict().into(),
            in_band: ruling.in_band.state(charter),
            in_band_at_least_ppm: ruling.at_least.0,
            in_band_replications_needed: ruling.band_needs().map(|runs| runs as u64),
            spoilt: ruling.spoilt as u64,
            confidence_ppm: outcome.confidence.0,
            go: outcome.go.state(charter),
            verdicts: Verdicts { go, go_with_conditions, inconclusive, no_go },
            channels: ruling.channels.iter().enumerate().map(channel).collect(),
            gates: outcome.gates.state(charter),
            input: Input::of(charter),
            rules: ruling.rules.state(charter),
            untested: ruling.untested.state(charter),
            objectives: ruling.objectives.iter().map(objective).collect(),
            interventions: Vec::new(),
            currency: Currency::of(charter),
            sales: (&outcome.sales).into(),
            undersold: Some((&outcome.undersold).into()),
            oversold_units_milli: Interval::of(outcome.oversold_units, 1_000.0),
            fans: outcome.fans.iter().map(Fan::of).collect(),
            each: Each::of(&outcome.each),
        }
    }

    /// The bytes of `afternoons.json`: the same afternoons give the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        json(self)
    }
}

/// The JSON Schema of `afternoons.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Replications).to_value()
}

impl Stated<Interval> for Mean {
    fn state(&self, _: &Charter) -> Interval {
        Interval::of(*self, 1.0)
    }
}

impl Interval {
    /// Rounded, in units of which `scale` make one.
    pub fn of(mean: Mean, scale: f64) -> Interval {
        let rounded = |value: f64| (value * scale).round() as i64;
        let end = |value: f64| value.is_finite().then(|| rounded(value));
        Interval { mean: rounded(mean.mean), low: end(mean.low()), high: end(mean.high()) }
    }

    /// Whether zero lies outside of it; of one without a width nothing is claimed.
    pub fn is_beyond_chance(&self) -> bool {
        let outside = |(low, high): (i64, i64)| low < high && (low > 0 || high < 0);
        self.low.zip(self.high).is_some_and(outside)
    }
}

impl Fan {
    fn of(fan: &outcome::Fan) -> Fan {
        let measure = match fan.course {
            Course::Accepted => Measure::Accepted,
            Course::SyncLag => Measure::SyncLag,
            Course::Queue => Measure::QueueDepth,
            Course::Oversold => Measure::OversoldUnits,
            Course::Cancelled => Measure::CancelledOrders,
        };
        Fan { measure, width_us: fan.width.0, points: fan.points.clone() }
    }
}

#[cfg(test)]
pub(super) mod tests;
