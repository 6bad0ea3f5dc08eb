//! Owns `summary.json`: the versioned contract that every page, picture and comparison reads.
//! Must not know how anything looks. Start at [`Summary`].
//!
//! Integers and strings only: a record judged again gives the same bytes on any machine. So there
//! is no float, no path and no wall time of judging in it. Times are microseconds (`_us`) of
//! campaign time unless they say wall, shares are parts per million (`_ppm`), money is in minor
//! units of `campaign.currency`.

pub mod band;
pub mod findings;
pub mod gate;
pub mod input;
pub mod load;
pub mod measured;
mod mirror;
mod named;
mod printable;
pub(in crate::report) mod reserved;
pub mod series;
pub mod shown;
pub mod verdict;

use schemars::JsonSchema;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::findings::RunOut;
use self::findings::{Check, ErrorClass, Mismatch, Reconciliation};
use self::gate::{Gate, Invariant, Kpi};
use self::input::Input;
use self::load::Load;
use self::measured::{Causes, Latency, Totals};
pub(in crate::report) use self::printable::{printable, printable_text};
use self::series::{BookDay, Queue, Series, Story, Wait};
use self::shown::{Connector, StuckOffer, WrongOffer};
use self::verdict::{
    AcceptedRisk, Channel, Condition, Ending, Evidence, LoosenedHonesty, LoosenedLimit,
    LoosenedPromise, Reason, Verdict,
};
use crate::history::charter::{self, Charter};
use crate::judge::Judgement;
use crate::judge::judgement::ChannelVerdict;

/// The version of the contract. Additions keep it; anything else raises it.
pub const SUMMARY_VERSION: u32 = 2;

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "doorbuster summary")]
pub struct Summary {
    /// The version of this contract.
    #[schemars(extend("const" = SUMMARY_VERSION))]
    pub version: u32,
    /// The version of doorbuster that made the history.
    pub doorbuster: String,
    /// The answer, which the exit code carries: of one afternoon of many the verdict on all.
    pub verdict: Verdict,
    /// Where this is one afternoon of many: how many they are, and what it came to by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study: Option<Study>,
    /// What the run is evidence about.
    pub evidence: Evidence,
    /// The answer as people read it.
    pub headline: String,
    /// Why that is the answer.
    pub why: String,
    /// Why the run has its own verdict, worst first.
    pub reasons: Vec<Reason>,
    /// What was played.
    pub campaign: Campaign,
    /// The terms it was judged by.
    pub terms: Terms,
    /// What was recorded.
    pub record: Record,
    /// Each channel: verdict and totals.
    pub channels: Vec<Channel>,
    /// Each gate, on the run and on each channel.
    pub gates: Vec<Gate>,
    /// Each invariant.
    pub invariants: Vec<Invariant>,
    /// Gates in the watch band, each with its owner.
    pub conditions: Vec<Condition>,
    /// Gates whose limits are looser than standard.
    pub limits_loosened: Vec<LoosenedLimit>,
    /// Promises that forgive more than the standard ones.
    #[serde(default)]
    pub promises_loosened: Vec<LoosenedPromise>,
    /// Limits of load honesty that are weaker than standard.
    #[serde(default)]
    pub honesty_loosened: Vec<LoosenedHonesty>,
    /// KPIs that the record shows and no gate holds to anything.
    #[serde(default)]
    pub not_gated: Vec<Kpi>,
    /// Phases in which orders were to come, and none was wanted.
    #[serde(default)]
    pub silent_phases: Vec<String>,
    /// Risks that somebody has accepted.
    pub accepted_risks: Vec<AcceptedRisk>,
    /// What the scenario leaves out, in words.
    pub not_tested: Vec<String>,
    /// What nobody knows of the systems played, how it was taken, and what it came to otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_known: Vec<String>,
    /// The rows of a file that the traffic rests on; absent where it rests on none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Input>,
    /// Why units were oversold.
    pub causes: Causes,
    /// Totals of the run.
    pub totals: Totals,
    /// How honest the load was.
    pub load: Load,
    /// Latency by call and channel.
    pub latency: Vec<Latency>,
    /// The campaign in windows.
    pub series: Series,
    /// Books by channel and day.
    pub books: Vec<BookDay>,
    /// Queues of the connectors.
    pub queues: Vec<Queue>,
    /// How long connectors' jobs waited for a worker.
    #[serde(default)]
    pub waits: Vec<Wait>,
    /// The SKU that was oversold most.
    pub worst_sku: Option<Story>,
    /// Offers that stood still while shoppers ordered, most ordered first; ten at the most.
    #[serde(default)]
    pub stuck_offers: Vec<StuckOffer>,
    /// Offers that were wrong when all was quiet, dearest first; ten at the most.
    #[serde(default)]
    pub wrong_offers: Vec<WrongOffer>,
    /// The connectors, and which of the settings that advice may name stand already.
    #[serde(default)]
    pub connectors: Vec<Connector>,
    /// Who offered more than there was, by how well the SKUs sell.
    #[serde(default)]
    pub mismatch: Mismatch,
    /// The best sellers that ran out, and what the law of oversell says of them.
    #[serde(default)]
    pub run_outs: Vec<RunOut>,
    /// What goes wrong with orders between channel and OMS: most money first, then most orders.
    #[serde(default)]
    pub error_classes: Vec<ErrorClass>,
    /// How long putting the books straight takes.
    #[serde(default)]
    pub reconciliation: Reconciliation,
    /// What an operation rests on, and whether the run has shown it.
    #[serde(default)]
    pub checklist: Vec<Check>,
}

/// The afternoons of which a run is one: `verdict`, `headline` and `why` of the summary are theirs,
/// and `afternoons.json` has the rest of what they say; all else is of this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Study {
    /// Afternoons that the verdict rests on.
    pub runs: u64,
    /// What this one came to by itself.
    pub by_itself: Answer,
}

/// An answer with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The answer.
    pub verdict: Verdict,
    /// As people read it.
    pub headline: String,
    /// Why.
    pub why: String,
}

/// What was played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Campaign {
    /// Its name.
    pub name: String,
    /// Civil start with its zone, RFC 9557.
    pub starts: String,
    /// The seed of every draw.
    pub seed: u64,
    /// Campaign seconds a wall second, in thousandths; 0 is a simulated run.
    pub speed_milli: u64,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Decimal places of the currency.
    pub currency_digits: u8,
    /// How many SKUs there are.
    pub skus: u32,
    /// When traffic ends.
    pub traffic_ends_us: u64,
    /// How long the run may go on after that.
    pub drain_us: u64,
    /// Phases in order.
    pub phases: Vec<Stretch>,
    /// Promotions.
    pub promotions: Vec<Stretch>,
}

/// A named stretch of the campaign, `from_us` included, `until_us` not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stretch {
    /// Its name.
    pub name: String,
    /// Its start.
    pub from_us: u64,
    /// Its end.
    pub until_us: u64,
}

/// The terms of judgement that are not a gate's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// A GO needs the healthy edge: the watch band is not good enough.
    pub go_needs_healthy: bool,
    /// An order must be in the OMS this long after it is ours to fulfil.
    pub handoff_within_us: u64,
    /// The stricter handoff promise.
    pub handoff_sla_us: u64,
    /// A cancellation counts when it comes this soon after acceptance.
    pub cancellations_count_for_us: u64,
    /// An order may still be charged the price that was valid this long ago.
    pub price_grace_us: u64,
    /// Sent ÷ offered must reach this for the load to be honest.
    pub sent_at_least_ppm: u32,
    /// The 99th percentile of a send's lateness must not exceed this, in wall microseconds.
    pub lateness_p99_wall_us_max: u64,
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Facts judged.
    pub facts: u64,
    /// Campaign time of the last fact.
    pub observed_until_us: u64,
    /// How the history ends; null is truncated.
    pub ending: Option<Ending>,
    /// Facts of kinds that this doorbuster does not know, by kind: a later version wrote them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unknown_kinds: BTreeMap<String, u64>,
}

impl Summary {
    /// A judgement without a sentence about it.
    pub(super) fn unsaid(judgement: &Judgement) -> Summary {
        let charter = &printable(&judgement.charter);
        let channels = &charter.channels;
        let gates: Vec<Gate> =
            judgement.gates.iter().map(|gate| Gate::of(gate, channels)).collect();
        let totals = judgement.channel_totals.iter().map(Totals::from);
        let told = channels.iter().zip(&judgement.channels).zip(totals);
        Summary {
            version: SUMMARY_VERSION,
            doorbuster: charter.made_by.clone(),
            verdict: judgement.verdict.into(),
            study: None,
            evidence: judgement.evidence.into(),
            headline: String::new(),
            why: String::new(),
            reasons: judgement.reasons.iter().map(Reason::from).collect(),
            campaign: Campaign::of(charter),
            terms: Terms::of(charter),
            record: Record {
                facts: judgement.facts,
                observed_until_us: judgement.observed_until.0,
                ending: judgement.ending.map(Ending::from),
                unknown_kinds: judgement.unknown_kinds.iter().cloned().collect(),
            },
            channels: told.map(|((terms, seen), totals)| channel(terms, seen, totals)).collect(),
            conditions: reserved::conditions(&gates),
            accepted_risks: reserved::accepted_risks(charter, &gates),
            gates,
            invariants: judgement.invariants.iter().map(|i| Invariant::of(i, channels)).collect(),
            limits_loosened: reserved::limits_loosened(charter),
            promises_loosened: reserved::promises_loosened(charter),
            honesty_loosened: reserved::honesty_loosened(charter),
            not_gated: judgement.not_gated.iter().map(|&kpi| kpi.into()).collect(),
            silent_phases: reserved::silent_phases(charter, &judgement.silent_phases),
            not_tested: charter.not_tested.clone(),
            not_known: charter.not_known.clone(),
            input: Input::of(charter),
            causes: judgement.causes.into(),
            totals: (&judgement.totals).into(),
            load: (&judgement.load).into(),
            latency: judgement.latency.iter().map(|l| Latency::of(l, channels)).collect(),
            series: (&judgement.series).into(),
            books: judgement.books.iter().map(|day| BookDay::of(day, channels)).collect(),
            waits: judgement.waits.iter().map(|wait| Wait::of(wait, charter)).collect(),
            queues: judgement.queues.iter().map(|queue| Queue::of(queue, charter)).collect(),
            worst_sku: judgement.worst.as_ref().map(|worst| Story::of(worst, charter)),
            stuck_offers: judgement.stuck.iter().map(|o| StuckOffer::of(o, charter)).collect(),
            wrong_offers: judgement.wrong.iter().map(|o| WrongOffer::of(o, charter)).collect(),
            connectors: charter.connectors.iter().map(|c| Connector::of(c, charter)).collect(),
            mismatch: (&judgement.mismatch).into(),
            run_outs: judgement.run_outs.iter().map(|seen| RunOut::of(seen, charter)).collect(),
            error_classes: judgement
                .errors
                .iter()
                .map(|row| ErrorClass::of(row, channels))
                .collect(),
            reconciliation: judgement.reconciliation.into(),
            checklist: judgement.checklist.iter().map(Check::unsaid).collect(),
        }
    }

    /// The same as one of so many afternoons, whose answer goes before its own.
    #[must_use]
    pub fn as_one_of(self, runs: u64, answer: Answer) -> Summary {
        let Summary { verdict, headline, why, .. } = self;
        let study = Some(Study { runs, by_itself: Answer { verdict, headline, why } });
        let Answer { verdict, headline, why } = answer;
        Summary { verdict, study, headline, why, ..self }
    }

    /// The verdict on this run alone.
    pub fn verdict_by_itself(&self) -> Verdict {
        self.study.as_ref().map_or(self.verdict, |study| study.by_itself.verdict)
    }

    /// The bytes of `summary.json`: the same summary gives the same bytes.
    ///
    /// # Panics
    /// Never: JSON takes strings and integers under string keys.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .expect("a summary is strings and integers under string keys: JSON takes it");
        bytes.push(b'\n');
        bytes
    }
}

/// The JSON Schema of `summary.json`, shipped as `schemas/summary.schema.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Summary).to_value()
}

impl Campaign {
    pub(in crate::report) fn of(charter: &Charter) -> Campaign {
        let phase = |p: &charter::Phase| stretch(&p.name, p.from.0, p.until.0);
        let promotion = |p: &charter::PromotionTerms| stretch(&p.name, p.from.0, p.until.0);
        Campaign {
            name: charter.campaign.clone(),
            starts: charter.starts.clone(),
            seed: charter.seed,
            speed_milli: charter.speed_milli,
            currency: charter.currency.clone(),
            currency_digits: charter.currency_digits,
            skus: charter.skus,
            traffic_ends_us: charter.traffic_ends.0,
            drain_us: charter.drain.0,
            phases: charter.phases.iter().map(phase).collect(),
            promotions: charter.promotions.iter().map(promotion).collect(),
        }
    }
}

fn stretch(name: &str, from_us: u64, until_us: u64) -> Stretch {
    Stretch { name: name.to_owned(), from_us, until_us }
}

impl Terms {
    fn of(charter: &Charter) -> Terms {
        let promises = &charter.promises;
        Terms {
            go_needs_healthy: charter.go_when == charter::GoWhen::Healthy,
            handoff_within_us: promises.handoff_within.0,
            handoff_sla_us: promises.handoff_sla.0,
            cancellations_count_for_us: promises.cancellations_count_for.0,
            price_grace_us: promises.price_grace.0,
            sent_at_least_ppm: charter.honesty.sent_at_least.0,
            lateness_p99_wall_us_max: charter.honesty.lateness_p99_us_max,
        }
    }
}

fn channel(terms: &charter::ChannelTerms, seen: &ChannelVerdict, totals: Totals) -> Channel {
    Channel {
        name: terms.name.clone(),
        verdict: seen.verdict.into(),
        share_ppm: seen.share.0,
        too_small_to_block: seen.too_small_to_block,
        reasons: seen.reasons.iter().map(Reason::from).collect(),
        stock_rule: Some(terms.rule.into()),
        totals,
    }
}

#[cfg(test)]
pub(in crate::report) mod tests;
