//! Owns `summary.json`: the versioned contract that every page, picture and comparison reads.
//! Must not know how anything looks. Start at [`Summary`].
//!
//! Integers and strings only: a record judged again gives the same bytes on any machine. So there
//! is no float, no path and no wall time of judging in it. Times are microseconds (`_us`) of
//! campaign time unless they say wall, shares are parts per million (`_ppm`), money is in minor
//! units of `campaign.currency`.

pub mod findings;
pub mod gate;
pub mod input;
pub mod measured;
mod reserved;
pub mod series;
pub mod shown;
pub mod verdict;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::findings::RunOut;
use self::findings::{Check, ErrorClass, Mismatch, Reconciliation};
use self::gate::{Gate, Invariant};
use self::input::Input;
use self::measured::{Causes, Latency, Load, Totals};
use self::series::{BookDay, Queue, Series, Story, Wait};
use self::shown::{Connector, StuckOffer, WrongOffer};
use self::verdict::{
    AcceptedRisk, Channel, Condition, Ending, Evidence, LoosenedLimit, LoosenedPromise, Reason,
    Verdict,
};
use super::many::Afternoons;
use super::words;
use crate::history::charter::{self, Charter};
use crate::judge::Judgement;
use crate::judge::judgement::ChannelVerdict;

/// The version of the contract. Additions keep it; anything else raises it.
pub const SUMMARY_VERSION: u32 = 1;

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "doorbuster summary")]
pub struct Summary {
    /// The version of this contract.
    #[schemars(extend("const" = SUMMARY_VERSION))]
    pub version: u32,
    /// The version of doorbuster that made the history.
    pub doorbuster: String,
    /// The answer.
    pub verdict: Verdict,
    /// The verdict on the scenario, where this is one afternoon of many: it goes before this one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study: Option<Study>,
    /// What the run is evidence about.
    pub evidence: Evidence,
    /// The answer as people read it.
    pub headline: String,
    /// Why, in one sentence.
    pub why: String,
    /// Why, worst first.
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

/// The verdict on a scenario of which a run is one afternoon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Study {
    /// The verdict on the scenario; `afternoons.json` says why.
    pub verdict: Verdict,
    /// Afternoons that it rests on.
    pub runs: u64,
}

impl Study {
    pub(super) fn of(all: &Afternoons) -> Study {
        Study { verdict: all.verdict, runs: all.runs }
    }
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Facts judged.
    pub facts: u64,
    /// Campaign time of the last fact.
    pub observed_until_us: u64,
    /// How the history ends; null is truncated.
    pub ending: Option<Ending>,
}

impl Summary {
    /// States a judgement.
    pub fn of(judgement: &Judgement) -> Summary {
        let charter = &printable(&judgement.charter);
        let channels = &charter.channels;
        let gates: Vec<Gate> =
            judgement.gates.iter().map(|gate| Gate::of(gate, channels)).collect();
        let totals = judgement.channel_totals.iter().map(Totals::from);
        let told = channels.iter().zip(&judgement.channels).zip(totals);
        let mut summary = Summary {
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
            },
            channels: told.map(|((terms, seen), totals)| channel(terms, seen, totals)).collect(),
            conditions: reserved::conditions(&gates),
            accepted_risks: reserved::accepted_risks(charter, &gates),
            gates,
            invariants: judgement.invariants.iter().map(|i| Invariant::of(i, channels)).collect(),
            limits_loosened: reserved::limits_loosened(charter),
            promises_loosened: reserved::promises_loosened(charter),
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
            connectors: charter.connectors.iter().map(Connector::of).collect(),
            mismatch: (&judgement.mismatch).into(),
            run_outs: judgement.run_outs.iter().map(|seen| RunOut::of(seen, charter)).collect(),
            error_classes: judgement
                .errors
                .iter()
                .map(|row| ErrorClass::of(row, channels))
                .collect(),
            reconciliation: judgement.reconciliation.into(),
            checklist: judgement.checklist.iter().map(|check| Check::of(check, charter)).collect(),
        };
        summary.headline = words::headline(&summary);
        summary.why = words::why(&summary);
        summary
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

/// The charter with names that can be printed anywhere: a control character in a campaign's name
/// could move a terminal's cursor or break an XML file, a change of writing direction could make
/// a name read as another.
pub(in crate::report) fn printable(charter: &Charter) -> Charter {
    let mut charter = charter.clone();
    let texts = [&mut charter.made_by, &mut charter.campaign, &mut charter.starts]
        .into_iter()
        .chain([&mut charter.currency])
        .chain(charter.sku_names.iter_mut())
        .chain(charter.channels.iter_mut().map(|channel| &mut channel.name))
        .chain(charter.connectors.iter_mut().map(|connector| &mut connector.name))
        .chain(charter.phases.iter_mut().map(|phase| &mut phase.name))
        .chain(charter.promotions.iter_mut().map(|promotion| &mut promotion.name))
        .chain(charter.not_tested.iter_mut())
        .chain(charter.not_known.iter_mut());
    let risks = charter.accepted_risks.iter_mut();
    for text in texts.chain(risks.flat_map(|r| [&mut r.why, &mut r.by, &mut r.until])) {
        *text = printable_text(text);
    }
    charter
}

/// The text with everything that is not a visible letter or a space replaced by `�`.
pub(in crate::report) fn printable_text(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect()
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
        totals,
    }
}

#[cfg(test)]
pub(in crate::report) mod tests;
