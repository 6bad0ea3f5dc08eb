//! Owns `summary.json`: the versioned contract that every page, picture and comparison reads.
//! Must not know how anything looks. Start at [`Summary`].
//!
//! Integers and strings only, no path, no wall time of judging: judged again, the same bytes.
//! Times are microseconds (`_us`) of campaign time unless they say wall, shares are parts per
//! million (`_ppm`), money is in minor units of `campaign.currency`.

pub mod actions;
pub mod alerts;
pub mod band;
pub mod dispatch;
pub mod faults;
pub mod findings;
pub mod gate;
pub mod input;
pub mod load;
pub mod measured;
pub(in crate::report) mod mirror;
mod named;
pub mod objectives;
pub mod own_money;
pub mod party;
mod printable;
pub(in crate::report) mod reserved;
pub mod series;
pub mod shown;
pub mod verdict;

use schemars::JsonSchema;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::actions::{Action, How};
pub use self::alerts::Alert;
use self::dispatch::{Acceptance, Dispatch};
pub use self::faults::{By, Disturbance, Fault, Recovered};
pub use self::findings::RunOut;
use self::findings::{Check, ErrorClass, Mismatch, Reconciliation};
use self::gate::{Gate, Invariant, Kpi};
use self::input::Input;
use self::load::Load;
use self::measured::{Causes, Latency, Totals};
pub(in crate::report) use self::mirror::Stated;
use self::mirror::stated;
pub use self::objectives::Objective;
use self::own_money::OwnMoney;
pub use self::party::Party;
pub(crate) use self::printable::printable;
pub(in crate::report) use self::printable::printable_text;
use self::series::{BookDay, Queue, Series, Story, Wait};
use self::shown::{Connector, StuckOffer, WrongOffer};
use self::verdict::{
    AcceptedRisk, Channel, Condition, Ending, Evidence, LoosenedHonesty, LoosenedLimit,
    LoosenedPromise, Reason, Verdict,
};
use super::publish::json;
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
    /// Faults injected on purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// Alerts that were raised while the run went on, in the order of their rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<Alert>,
    /// What came of each time in which something was broken; fifty at the most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disturbances: Vec<Disturbance>,
    /// What somebody did to the run, in order; a thousand at the most, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// … and how much more.
    #[serde(default, skip_serializing_if = "is_none_more")]
    pub more_actions: u64,
    /// What recovery was to come to in each of them, and whether it did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<Objective>,
    /// A connector that is somebody else's program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
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

stated! {
    /// What was played.
    Campaign from Charter {
        /// Its name.
        name(campaign): String,
        /// Civil start with its zone, RFC 9557.
        starts: String,
        /// The seed of every draw.
        seed: u64,
        /// Campaign seconds a wall second, in thousandths; 0 is a simulated run.
        speed_milli: u64,
        /// ISO 4217 code of every amount.
        currency: String,
        /// Decimal places of the currency.
        currency_digits: u8,
        /// How many SKUs there are.
        skus: u32,
        /// When traffic ends.
        traffic_ends_us(traffic_ends): u64,
        /// How long the run may go on after that.
        drain_us(drain): u64,
        /// Phases in order.
        phases: Vec<Stretch>,
        /// Promotions.
        promotions: Vec<Stretch>,
    }
}

stated! {
    /// A named stretch of the campaign, `from_us` included, `until_us` not.
    Stretch from charter::Phase {
        /// Its name.
        name: String,
        /// Its start.
        from_us(from): u64,
        /// Its end.
        until_us(until): u64,
    }
}

stated! {
    /// The terms of judgement that are not a gate's own.
    #[derive(Copy)]
    Terms from Charter {
        /// A GO needs the healthy edge: the watch band is not good enough.
        go_needs_healthy(go_when): bool,
        /// An order must be in the OMS this long after it is ours to fulfil.
        handoff_within_us(promises.handoff_within): u64,
        /// The stricter handoff promise.
        handoff_sla_us(promises.handoff_sla): u64,
        /// A cancellation counts when it comes this soon after acceptance.
        cancellations_count_for_us(promises.cancellations_count_for): u64,
        /// An order may still be charged the price that was valid this long ago.
        price_grace_us(promises.price_grace): u64,
        /// Sent ÷ offered must reach this for the load to be honest.
        sent_at_least_ppm(honesty.sent_at_least): u32,
        /// The 99th percentile of a send's lateness must not exceed this, in wall microseconds.
        lateness_p99_wall_us_max(honesty.lateness_p99_us_max): u64,
    }
}

stated! {
    /// What was recorded.
    Record from Judgement {
        /// Facts judged.
        facts: u64,
        /// Campaign time of the last fact.
        observed_until_us(observed_until): u64,
        /// How the history ends; null is truncated.
        ending: Option<Ending>,
        /// Facts of kinds that this doorbuster does not know, by kind: a later version wrote them.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        unknown_kinds: BTreeMap<String, u64>,
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_none_more(more: &u64) -> bool {
    *more == 0
}

fn channels(charter: &Charter, judgement: &Judgement) -> Vec<Channel> {
    let totals: Vec<Totals> = judgement.channel_totals.state(charter);
    let told = charter.channels.iter().zip(&judgement.channels).zip(totals).enumerate();
    let channel =
        |(i, ((terms, seen), totals)): (_, ((&charter::ChannelTerms, &ChannelVerdict), _))| {
            Channel {
                name: terms.name.clone(),
                verdict: seen.verdict.into(),
                share_ppm: seen.share.0,
                too_small_to_block: seen.too_small_to_block,
                reasons: seen.reasons.state(charter),
                stock_rule: Some(terms.rule.state(charter)),
                from: charter.locations_of(terms),
                own_money: OwnMoney::of(charter, &judgement.converted, i),
                acceptance: Acceptance::of(charter, &judgement.accepted, i),
                dispatch: Dispatch::of(charter, &judgement.dispatched, i),
                totals,
            }
        };
    told.map(channel).collect()
}

impl Summary {
    /// A judgement without a sentence about it.
    pub(super) fn unsaid(judgement: &Judgement) -> Summary {
        let charter = &printable(&judgement.charter);
        let gates: Vec<Gate> = judgement.gates.state(charter);
        let injected = faults::of(charter, &judgement.injected);
        let actions = actions::of(charter, &judgement.actions);
        Summary {
            version: SUMMARY_VERSION,
            doorbuster: charter.made_by.clone(),
            verdict: judgement.verdict.into(),
            study: None,
            evidence: judgement.evidence.into(),
            headline: String::new(),
            why: String::new(),
            reasons: judgement.reasons.state(charter),
            campaign: charter.state(charter),
            terms: charter.state(charter),
            record: judgement.state(charter),
            channels: channels(charter, judgement),
            conditions: reserved::conditions(&gates),
            accepted_risks: reserved::accepted_risks(charter, &gates),
            gates,
            invariants: judgement.invariants.state(charter),
            limits_loosened: reserved::limits_loosened(charter),
            promises_loosened: reserved::promises_loosened(charter),
            honesty_loosened: reserved::honesty_loosened(charter),
            not_gated: judgement.not_gated.state(charter),
            silent_phases: reserved::silent_phases(charter, &judgement.silent_phases),
            not_tested: actions::not_tested(charter, &injected, &actions),
            actions,
            more_actions: judgement.more_actions,
            faults: injected,
            alerts: alerts::of(charter, &judgement.alerts),
            disturbances: judgement.disturbances.state(charter),
            objectives: judgement.objectives.state(charter),
            not_known: charter.not_known.clone(),
            party: judgement.party.state(charter),
            input: Input::of(charter),
            causes: judgement.causes.state(charter),
            totals: judgement.totals.state(charter),
            load: judgement.load.state(charter),
            latency: judgement.latency.state(charter),
            series: judgement.series.state(charter),
            books: judgement.books.state(charter),
            waits: judgement.waits.state(charter),
            queues: judgement.queues.state(charter),
            worst_sku: judgement.worst.state(charter),
            stuck_offers: judgement.stuck.state(charter),
            wrong_offers: judgement.wrong.state(charter),
            connectors: charter.connectors.state(charter),
            mismatch: judgement.mismatch.state(charter),
            run_outs: judgement.run_outs.state(charter),
            error_classes: judgement.errors.state(charter),
            reconciliation: judgement.reconciliation.state(charter),
            checklist: judgement.checklist.state(charter),
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
    pub fn to_json(&self) -> Vec<u8> {
        json(self)
    }
}

/// The JSON Schema of `summary.json`, shipped as a file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Summary).to_value()
}

#[cfg(test)]
pub(in crate::report) mod tests;
