//! Owns the terms a history is judged by: phases, channels, gates, limits, deadlines, owners.
//! Must not know how the campaign is driven; it is the first record of every history.

mod alerts;
mod channel;
mod flow;
mod kpi;
mod locations;
mod minor;
mod objective;
mod observed;
mod offers;
mod planned;
mod tariff;
mod told;

use serde::{Deserialize, Serialize};

pub use super::input::{Input, UNREAD_MOST, UNREAD_NEGLIGIBLE, Unread};

pub use alerts::{AlertRule, Severity, Signal};
pub use channel::{ChannelTerms, OwnSales, StockRule, TakesStock, flag};
pub use flow::OrderFlow;
pub use kpi::{Kpi, Limits};
pub use locations::{LOCATIONS_MAX, LocationTerms, Serving};
pub use minor::{HISTORY_MINOR, MINOR_ACTED_ON};
pub use objective::{CountedFrom, Objective, RECOVERY};
pub use observed::Observed;
pub use offers::{OfferPart, OfferTerms, Offers};
pub use planned::{ActorRole, FaultPlanned, StepPlanned};
pub use tariff::{BookedBy, Conversion, Halfway, RATE_E9_MAX, STEP_MAX, Tariff, Tax, TaxBasis};
pub use told::SourceTells;

use crate::ids::ChannelId;
use crate::units::{At, Ppm, Span};

/// The version of the charter and of the facts that follow it. A reader refuses a later one, and
/// reads every earlier one.
pub const HISTORY_VERSION: u32 = 2;

/// The terms of a run. All integers: spans in microseconds, shares in parts per million.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charter {
    /// [`HISTORY_VERSION`] of the writer.
    pub version: u32,
    /// [`HISTORY_MINOR`] of the writer; absent is 0.
    #[serde(default, skip_serializing_if = "minor::is_first")]
    pub minor: u32,
    /// doorbuster's own version.
    pub made_by: String,
    /// The campaign's name.
    pub campaign: String,
    /// Civil start with its zone, RFC 9557: `2026-11-27T06:00:00-05:00[America/New_York]`.
    pub starts: String,
    /// The seed of every draw.
    pub seed: u64,
    /// What the run is evidence about.
    pub evidence: Evidence,
    /// Campaign seconds a wall second, in thousandths: 60x is 60,000. Simulated runs state 0.
    pub speed_milli: u64,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Decimal places of the currency: 2 for USD, 0 for JPY.
    pub currency_digits: u8,
    /// How many SKUs there are; [`crate::ids::SkuId`]s run below it.
    pub skus: u32,
    /// Names of SKUs where the scenario has them; empty when they are only numbered.
    pub sku_names: Vec<String>,
    /// Offers that are not simply a SKU; their numbers go on behind those of the SKUs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<OfferTerms>,
    /// Where stock lies, by [`crate::ids::LocationId`]; empty where it lies in one place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<LocationTerms>,
    /// The channels, by [`ChannelId`].
    pub channels: Vec<ChannelTerms>,
    /// The connectors, by [`ConnectorId`](crate::ids::ConnectorId).
    pub connectors: Vec<ConnectorTerms>,
    /// Phases in order; they touch without a gap from [`At::START`] to the end of traffic.
    pub phases: Vec<Phase>,
    /// Promotions, for the charts.
    pub promotions: Vec<PromotionTerms>,
    /// When traffic ends.
    pub traffic_ends: At,
    /// How long the run may go on after traffic ends, for what has not matured.
    pub drain: Span,
    /// Deadlines and grace.
    pub promises: Promises,
    /// The gates, one a KPI, with the limits in force.
    pub gates: Vec<Gate>,
    /// Which band edge a GO needs.
    pub go_when: GoWhen,
    /// Who answers for each failure class, `*` for the rest.
    pub owners: Vec<Owner>,
    /// Risks that somebody has accepted, with their term.
    pub accepted_risks: Vec<AcceptedRisk>,
    /// Limits of load honesty.
    pub honesty: Honesty,
    /// Whose word the history holds: what is not here nobody could have told, and no gate that
    /// rests on it is passed or failed. Absent in a history that holds everybody's.
    #[serde(default = "Observed::everything", skip_serializing_if = "Observed::is_everything")]
    pub observes: Vec<Observed>,
    /// What the source tells of its stock.
    #[serde(default, skip_serializing_if = "SourceTells::is_available")]
    pub source_tells: SourceTells,
    /// Faults injected on purpose, by [`crate::ids::FaultId`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultPlanned>,
    /// What recovery from them is to come to; at most one of a kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<Objective>,
    /// Who may act on the run, and what each may do; none: whoever acts may do anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<ActorRole>,
    /// Steps that the scenario takes by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepPlanned>,
    /// Rules that raise alerts, by [`crate::ids::AlertId`]; no gate rests on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<AlertRule>,
    /// What the scenario leaves out, in words, for the first screen.
    pub not_tested: Vec<String>,
    /// What nobody knows of the systems played, how it was taken, and what it came to otherwise; in
    /// words, for the first screen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_known: Vec<String>,
    /// The rows of a file that the traffic rests on. Absent where it rests on none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Input>,
}

/// What a verdict is about (DESIGN: ways to play), weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Mocks and the reference or a described connector: not your systems.
    Model,
    /// Your connector between mock channels and a mock OMS.
    YourConnector,
    /// Real staging endpoints.
    Staging,
    /// Exports or read-only polling of the live estate.
    Operations,
}

/// A connector, as judgement needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectorTerms {
    /// Its name in the scenario.
    pub name: String,
    /// Whether it is meant to retry failed calls: without, "retry" is not exercised.
    pub retries: bool,
    /// What it is set to, as far as advice could name it; nothing where that is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Setting>,
    /// How long its worker works on a job, on average, as it is stated; absent where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub works: Option<Span>,
    /// The shortest time after which it looks again for orders or changes; absent where it is told
    /// of them, or nothing is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looks: Option<Span>,
    /// What its scenario's own times add to a lag before anything waits; nothing where that is not
    /// known. For advice alone: no number is judged by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delays: Vec<Delay>,
}

/// A time that a change or an order takes on its way whoever is idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// What takes it.
    pub of: DelayOf,
    /// The channel; none is all that the connector serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// Nineteen of twenty take no longer.
    pub p95: Span,
}

/// What takes a time of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelayOf {
    /// Waiting until the connector looks for orders.
    OrdersLook,
    /// Waiting until it looks for changes at the source.
    ChangesLook,
    /// Waiting until the channel shows a stock figure or a price.
    Shows,
    /// Waiting until the channel sells a listing.
    Lists,
}

/// A setting of a connector that somebody could be advised to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// A repeated call carries the key of the first.
    Idempotent,
    /// Calls that fail are tried again.
    Retries,
    /// Stock goes before orders, prices and listings.
    InventoryFirst,
    /// The queue is in several parts.
    Partitions,
    /// A newer change replaces one that waits.
    Coalesce,
    /// Stock is changed by difference, or only where it is what was expected.
    ByDifference,
    /// Orders are learned of as they happen.
    OrdersByWebhook,
    /// Changes at the source are learned of as they happen.
    ChangesByWebhook,
    /// Units are reserved when an order is accepted.
    ReserveOnAccept,
    /// One order id across channel and OMS.
    SharedIds,
}

/// A stretch of the campaign, `from` included, `until` not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Its name in the scenario.
    pub name: String,
    /// Its start.
    pub from: At,
    /// Its end.
    pub until: At,
    /// Hardly anybody is meant to order in it: that nobody does is no gap in the record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
}

/// A promotion: prices differ while it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromotionTerms {
    /// Its name in the scenario.
    pub name: String,
    /// When its prices are due.
    pub from: At,
    /// When the old prices are due again.
    pub until: At,
    /// The channels that it is on, each with when, in order; none: on every channel, then. With
    /// any, `from` is the earliest beginning of all, and `until` the last end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<PromotedOn>,
}

/// When a promotion is on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromotedOn {
    /// The channel.
    pub channel: ChannelId,
    /// When its prices are due there.
    pub from: At,
    /// When the old prices are due there again.
    pub until: At,
}

impl PromotionTerms {
    /// From when until when it is on a channel; none: it is not.
    pub fn on(&self, channel: ChannelId) -> Option<(At, At)> {
        if self.on.is_empty() {
            return Some((self.from, self.until));
        }
        let on = self.on.iter().find(|on| on.channel == channel)?;
        Some((on.from, on.until))
    }
}

/// A SKU may have this many prices set ahead; more is not a price list.
pub const PRICES_AHEAD_MAX: usize = 512;

/// … and so many that came into force within the price grace: 180 a second for the standard grace.
/// Whoever judges keeps them all.
pub const PRICES_IN_GRACE_MAX: usize = 65_536;

/// Deadlines and grace, in campaign time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promises {
    /// An order must be in the OMS this long after it is ours to fulfil.
    pub handoff_within: Span,
    /// The stricter handoff promise, reported beside the gate.
    pub handoff_sla: Span,
    /// A cancellation counts when it comes this soon after acceptance.
    pub cancellations_count_for: Span,
    /// An order may still be charged the price that was valid this long ago.
    pub price_grace: Span,
}

impl Default for Promises {
    fn default() -> Promises {
        Promises {
            handoff_within: Span::from_mins(15),
            handoff_sla: Span::from_mins(5),
            cancellations_count_for: Span::from_mins(60),
            price_grace: Span::from_mins(6),
        }
    }
}

/// A gate: a KPI with the limits in force, overall and for each channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// What is gated.
    pub kpi: Kpi,
    /// The limits in force.
    pub limits: Limits,
    /// Whether they are looser than [`Limits::standard`]; said on the first screen.
    pub loosened: bool,
}

/// Which band edge a GO needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoWhen {
    /// Watch is a GO WITH CONDITIONS.
    #[default]
    Watch,
    /// The healthy edge is the limit.
    Healthy,
}

/// Who answers for a failure class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// The failure class ([`Kpi::owned_as`]), or `*`.
    pub class: String,
    /// The team.
    pub team: String,
}

/// A risk that somebody has accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedRisk {
    /// The gate that may be unproved or failed.
    pub gate: Kpi,
    /// The channel; none means the whole run.
    pub channel: Option<ChannelId>,
    /// Why it is acceptable.
    pub why: String,
    /// Who accepted it.
    pub by: String,
    /// The last civil day it holds, `2026-12-01`.
    pub until: String,
    /// Void because the campaign starts after `until`: printed, and counts for nothing.
    pub expired: bool,
}

/// When the load itself counts as honest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Honesty {
    /// Sent ÷ offered must reach this.
    pub sent_at_least: Ppm,
    /// The 99th percentile of a send's lateness must not exceed this, in *wall* microseconds.
    pub lateness_p99_us_max: u64,
    /// (exchange time or loop stall) × speed must not exceed this share of the shortest duration
    /// that a gate rests on.
    pub coarse_share_max: Ppm,
}

impl Default for Honesty {
    fn default() -> Honesty {
        Honesty {
            sent_at_least: Ppm(990_000),
            lateness_p99_us_max: 100_000,
            coarse_share_max: Ppm(100_000),
        }
    }
}
