//! Owns what is made of the numbers beside the gates as `summary.json` states it: what bad events
//! touched, the heat map of mismatch, errors by class, the checklist. Must not know how they look.
//!
//! All of it came after the first version of the contract: a summary without it still reads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mirror::mirror;
use crate::history::charter::{ChannelTerms, Charter};
use crate::judge::judgement as judged;
use crate::units::Span;

/// What bad events touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Impact {
    /// Orders.
    pub orders: u64,
    /// Units of them that are concerned.
    pub units: i64,
    /// Money of them that is concerned, in minor units.
    pub money: i64,
}

impl From<judged::Impact> for Impact {
    fn from(seen: judged::Impact) -> Impact {
        Impact { orders: seen.orders, units: seen.units.0, money: seen.money.0 }
    }
}

/// For how long channels offered more than there was, by how well the SKUs sell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mismatch {
    /// Bands of SKUs by units sold, best sellers first; only bands that exist.
    pub bands: Vec<RankBand>,
    /// In the order of `channels`, then of `bands`.
    pub channels: Vec<Vec<MismatchCell>>,
    /// The window of the run in which most was mismatched; null when nothing was.
    pub worst: Option<WorstWindow>,
}

/// SKUs between two ranks by units sold; the best seller has rank 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RankBand {
    /// The first rank.
    pub from: u32,
    /// The last rank, included.
    pub until: u32,
    /// Units that they sold.
    pub units: i64,
}

/// A band of SKUs on a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MismatchCell {
    /// Share of SKU-time during which the channel offered more than there was, in parts per
    /// million; null where it offered none of them.
    pub share_ppm: Option<u32>,
    /// That SKU-time, in SKU-microseconds.
    pub sku_us: u64,
}

/// The worst window of mismatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorstWindow {
    /// Its start.
    pub from_us: u64,
    /// Share of the SKUs that sold, over all channels that offer them, by time.
    pub share_ppm: u32,
}

impl From<&judged::Mismatch> for Mismatch {
    fn from(seen: &judged::Mismatch) -> Mismatch {
        let band = |band: &judged::RankBand| RankBand {
            from: band.from,
            until: band.until,
            units: band.units.0,
        };
        let cell = |cell: &judged::MismatchCell| MismatchCell {
            share_ppm: cell.share.map(|share| share.0),
            sku_us: cell.sku_us,
        };
        let channels = seen.channels.iter();
        Mismatch {
            bands: seen.bands.iter().map(band).collect(),
            channels: channels.map(|cells| cells.iter().map(cell).collect()).collect(),
            worst: seen
                .worst
                .map(|worst| WorstWindow { from_us: worst.from.0, share_ppm: worst.share.0 }),
        }
    }
}

/// A SKU that ran out: what the law of oversell says was sold beyond it, and what was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunOut {
    /// The SKU's name.
    pub sku: String,
    /// Units accepted of it in all.
    pub sold: i64,
    /// When nothing of it was left first.
    pub at_us: u64,
    /// Thousandths of a unit a minute that it sold then.
    pub milli_a_minute: u32,
    /// How long the other channels did not know of a sale made then, on average; null when no sale
    /// was made that another channel had to know of.
    pub unknown_for_us: Option<u64>,
    /// Thousandths of a unit that the law says were oversold, at least: λL(1 − Σp²), where channels
    /// know their own sales and no update overwrites them.
    pub predicted_least_milli: Option<u64>,
    /// The same, at most: λL.
    pub predicted_most_milli: Option<u64>,
    /// Units sold beyond what was there.
    pub oversold: i64,
    /// Units to hold back on every channel, enough with a chance of 95 %.
    pub hold_back: Option<i64>,
}

impl RunOut {
    pub(super) fn of(seen: &judged::RunOut, charter: &Charter) -> RunOut {
        RunOut {
            sku: super::named::sku_name(charter, seen.sku),
            sold: seen.sold.0,
            at_us: seen.at.0,
            milli_a_minute: seen.milli_a_minute,
            unknown_for_us: seen.unknown_for.map(|span| span.0),
            predicted_least_milli: seen.predicted_milli.map(|[least, _]| least),
            predicted_most_milli: seen.predicted_milli.map(|[_, most]| most),
            oversold: seen.oversold.0,
            hold_back: seen.hold_back.map(|units| units.0),
        }
    }
}

mirror! {
    /// A way in which an order goes wrong between channel and OMS, or in its price.
    ErrorKind from judged::ErrorClass {
        /// Never in the OMS, and nobody said why.
        LostHandoff,
        /// Never in the OMS: it rejected the order.
        RejectedHandoff,
        /// Never in the OMS: the connector gave up after other failures.
        AbandonedHandoff,
        /// In the OMS after its deadline.
        LateHandoff,
        /// In the OMS once too often.
        DuplicateHandoff,
        /// In the OMS and never accepted.
        GhostOrder,
        /// In the OMS and different from what was accepted.
        AlteredOrder,
        /// One intent accepted again.
        DuplicateAcceptance,
        /// Reserved in the OMS twice.
        DoubleDecrement,
        /// Released or cancelled on one side, and the other never told.
        EndNotTold,
        /// Charged a price that was not valid within the grace.
        MispricedOrder,
    }
}

/// Orders that went wrong in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorClass {
    /// How.
    pub class: ErrorKind,
    /// How many orders.
    pub orders: u64,
    /// Their units that are concerned.
    pub units: i64,
    /// Their money that is concerned, in minor units; of a mispriced order the difference.
    pub money: i64,
    /// The channel with most of them.
    pub most_on: Option<String>,
    /// The team that answers.
    pub owner: String,
}

impl ErrorClass {
    pub(super) fn of(row: &judged::ErrorRow, channels: &[ChannelTerms]) -> ErrorClass {
        let Impact { orders, units, money } = row.touched.into();
        ErrorClass {
            class: row.class.into(),
            orders,
            units,
            money,
            most_on: row.most_on.map(|id| channels[id.index()].name.clone()),
            owner: super::printable_text(&row.owner),
        }
    }
}

/// Money of orders in danger, in minor units. The parts may share orders; the total counts an
/// order once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MoneyAtRisk {
    /// Of units that were not there.
    pub oversold: i64,
    /// Of orders cancelled for want of stock.
    pub cancelled: i64,
    /// Between what was charged and what was intended.
    pub mispriced: i64,
    /// Of orders that never reached the OMS.
    pub lost: i64,
    /// Of orders dead in the OMS that their channel still promises.
    #[serde(default)]
    pub dead: i64,
    /// All together, no order twice.
    pub total: i64,
}

impl From<judged::MoneyAtRisk> for MoneyAtRisk {
    fn from(seen: judged::MoneyAtRisk) -> MoneyAtRisk {
        MoneyAtRisk {
            oversold: seen.oversold.0,
            cancelled: seen.cancelled.0,
            mispriced: seen.mispriced.0,
            lost: seen.lost.0,
            dead: seen.dead.0,
            total: seen.total.0,
        }
    }
}

mirror! {
    /// What an operation rests on.
    Topic from judged::Topic {
        /// Every channel's state is known.
        ChannelVisibility,
        /// Failures are retried, and that costs nothing.
        ReliabilityControls,
        /// Books are compared day by day, and agree.
        ReconciliationCadence,
        /// Each failure class has exactly one owner.
        OwnershipModel,
        /// Another channel could be added.
        ExpansionReadiness,
    }
}

mirror! {
    /// Where an item of the checklist stands.
    CheckState from judged::CheckState {
        /// The run has shown it.
        Pass,
        /// The run has shown that it is not so.
        Fail,
        /// The run never put it to the test.
        NotExercised,
    }
}

/// An item of the operating checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What.
    pub topic: Topic,
    /// Where it stands.
    pub state: CheckState,
    /// Why, in a sentence.
    pub because: String,
}

impl Check {
    pub(super) fn unsaid(check: &judged::Check) -> Check {
        let (topic, state) = (check.topic.into(), check.state.into());
        Check { topic, state, because: String::new() }
    }
}

/// How long putting the books straight takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reconciliation {
    /// From the end of traffic until nothing was under way any more; null when that did not come.
    pub drain_us: Option<u64>,
    /// Orders in one book only, once too often or different, that somebody must look at.
    pub unmatched: u64,
}

impl From<judged::ReconciliationTime> for Reconciliation {
    fn from(seen: judged::ReconciliationTime) -> Reconciliation {
        let drain_us = seen.drain.map(|Span(us)| us);
        Reconciliation { drain_us, unmatched: seen.unmatched }
    }
}
