//! Owns what is made of the numbers beside the gates as `summary.json` states it: what bad events
//! touched, the heat map of mismatch, errors by class, the checklist. Must not know how they look.
//!
//! All of it came after the first version of the contract: a summary without it still reads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mirror::{Stated, mirror, stated};
use crate::history::Charter;
use crate::judge::judgement as judged;

stated! {
    /// What bad events touched.
    #[derive(Copy, Default)]
    Impact from judged::Impact {
        /// Orders.
        orders: u64,
        /// Units of them that are concerned.
        units: i64,
        /// Money of them that is concerned, in minor units.
        money: i64,
    }
}

stated! {
    /// For how long channels offered more than there was, by how well the SKUs sell.
    #[derive(Default)]
    Mismatch from judged::Mismatch {
        /// Bands of SKUs by units sold, best sellers first; only bands that exist.
        bands: Vec<RankBand>,
        /// In the order of `channels`, then of `bands`.
        channels: Vec<Vec<MismatchCell>>,
        /// The window of the run in which most was mismatched; null when nothing was.
        worst: Option<WorstWindow>,
    }
}

stated! {
    /// SKUs between two ranks by units sold; the best seller has rank 1.
    #[derive(Copy)]
    RankBand from judged::RankBand {
        /// The first rank.
        from: u32,
        /// The last rank, included.
        until: u32,
        /// Units that they sold.
        units: i64,
    }
}

stated! {
    /// A band of SKUs on a channel.
    #[derive(Copy, Default)]
    MismatchCell from judged::MismatchCell {
        /// Share of SKU-time during which the channel offered more than there was, in parts per
        /// million; null where it offered none of them.
        share_ppm(share): Option<u32>,
        /// That SKU-time, in SKU-microseconds.
        sku_us: u64,
    }
}

stated! {
    /// The worst window of mismatch.
    #[derive(Copy)]
    WorstWindow from judged::WorstWindow {
        /// Its start.
        from_us(from): u64,
        /// Share of the SKUs that sold, over all channels that offer them, by time.
        share_ppm(share): u32,
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

impl Stated<RunOut> for judged::RunOut {
    fn state(&self, charter: &Charter) -> RunOut {
        let seen = self;
        RunOut {
            sku: seen.sku.state(charter),
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

stated! {
    /// Orders that went wrong in one way.
    ErrorClass from judged::ErrorRow {
        /// How.
        class: ErrorKind,
        /// How many orders.
        orders(touched.orders): u64,
        /// Their units that are concerned.
        units(touched.units): i64,
        /// Their money that is concerned, in minor units; of a mispriced order the difference.
        money(touched.money): i64,
        /// The channel with most of them.
        most_on: Option<String>,
        /// The team that answers.
        owner: String,
    }
}

stated! {
    /// Money of orders in danger, in minor units. The parts may share orders; the total counts an
    /// order once.
    #[derive(Copy, Default)]
    MoneyAtRisk from judged::MoneyAtRisk {
        /// Of units that were not there.
        oversold: i64,
        /// Of orders cancelled for want of stock.
        cancelled: i64,
        /// Between what was charged and what was intended.
        mispriced: i64,
        /// Of orders that never reached the OMS.
        lost: i64,
        /// Of orders dead in the OMS that their channel still promises.
        #[serde(default)]
        dead: i64,
        /// All together, no order twice.
        total: i64,
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

impl Stated<Check> for judged::Check {
    /// Without the sentence.
    fn state(&self, _: &Charter) -> Check {
        let (topic, state) = (self.topic.into(), self.state.into());
        Check { topic, state, because: String::new() }
    }
}

stated! {
    /// How long putting the books straight takes.
    #[derive(Copy, Default)]
    Reconciliation from judged::ReconciliationTime {
        /// From the end of traffic until nothing was under way any more; null when that did not
        /// come.
        drain_us(drain): Option<u64>,
        /// Orders in one book only, once too often or different, that somebody must look at.
        unmatched: u64,
    }
}
