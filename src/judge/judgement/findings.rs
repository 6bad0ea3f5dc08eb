//! Owns what is made of the numbers beside the gates: what bad events touched, the heat map of
//! mismatch, errors by class, the checklist. Must not know how they are found.

use crate::ids::{ChannelId, SkuId};
use crate::units::{At, Money, Ppm, Qty, Span};

/// What bad events touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// Orders.
    pub orders: u64,
    /// Units of them that are concerned.
    pub units: Qty,
    /// Money of them that is concerned.
    pub money: Money,
}

impl Impact {
    /// One more, of so many units and so much money.
    pub(in crate::judge) fn add(&mut self, units: Qty, money: Money) {
        *self += Impact { orders: 1, units, money };
    }
}

impl std::ops::AddAssign for Impact {
    fn add_assign(&mut self, other: Impact) {
        self.orders += other.orders;
        self.units += other.units;
        self.money += other.money;
    }
}

/// For how long channels offered more than there was, by how well the SKUs sell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mismatch {
    /// Bands of SKUs by units sold, best first.
    pub bands: Vec<RankBand>,
    /// By [`ChannelId`], then band.
    pub channels: Vec<Vec<MismatchCell>>,
    /// The window of the run in which most was mismatched.
    pub worst: Option<WorstWindow>,
}

/// SKUs between two ranks by units sold, both included; the best seller has rank 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankBand {
    /// The first rank.
    pub from: u32,
    /// The last.
    pub until: u32,
    /// Units that they sold.
    pub units: Qty,
}

/// A band on a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MismatchCell {
    /// Share of SKU-time during which more was offered than there was; none: none offered.
    pub share: Option<Ppm>,
    /// That SKU-time, in microseconds.
    pub sku_us: u64,
}

/// A SKU that ran out: how many units the law of oversell says were sold beyond it, and how many
/// were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOut {
    /// The SKU.
    pub sku: SkuId,
    /// Units accepted of it in all.
    pub sold: Qty,
    /// When nothing of it was left first.
    pub at: At,
    /// Thousandths of a unit a minute that it sold then.
    pub milli_a_minute: u32,
    /// How long the other channels did not know of a sale made then, on average; none: nothing to
    /// know.
    pub unknown_for: Option<Span>,
    /// Thousandths of a unit: λL(1 − Σp²) and λL (docs/measures.md).
    pub predicted_milli: Option<[u64; 2]>,
    /// Units sold beyond what was there.
    pub oversold: Qty,
    /// Units to hold back on every channel, enough with a chance of 95 %.
    pub hold_back: Option<Qty>,
}

/// An offer older than the watch edge of sync lag while shoppers ordered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StuckOffer {
    /// Where.
    pub channel: ChannelId,
    /// Of what.
    pub sku: SkuId,
    /// The oldest change that it did not show at the first such order.
    pub since: At,
    /// The last such order.
    pub until: At,
    /// Lines ordered meanwhile, taken or turned away.
    pub orders: u64,
    /// Their units.
    pub units: Qty,
    /// Their money.
    pub money: Money,
}

/// At quiet, an offer that is not what the rule makes of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongOffer {
    /// Where.
    pub channel: ChannelId,
    /// Of what.
    pub sku: SkuId,
    /// What it offers.
    pub offered: Qty,
    /// What it should.
    pub should: Qty,
    /// The difference at the price charged.
    pub money: Money,
}

/// The worst window of mismatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorstWindow {
    /// Its start.
    pub from: At,
    /// Share of the SKUs that sold, over all channels that offer them, by time.
    pub share: Ppm,
}

listed! {
    /// A way in which an order goes wrong between channel and OMS, or in its price.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ErrorClass {
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorRow {
    /// How.
    pub class: ErrorClass,
    /// How many, their units and money.
    pub touched: Impact,
    /// The channel with most of them.
    pub most_on: Option<ChannelId>,
    /// The team that answers.
    pub owner: String,
}

/// Money of orders that are in danger, by why; an order in two of them counts once in the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MoneyAtRisk {
    /// Of units that were not there.
    pub oversold: Money,
    /// Of orders cancelled for want of stock.
    pub cancelled: Money,
    /// Between what was charged and what was intended.
    pub mispriced: Money,
    /// Of orders that never reached the OMS.
    pub lost: Money,
    /// Of orders dead in the OMS that their channel still promises.
    pub dead: Money,
    /// All together, no order twice.
    pub total: Money,
}

/// How long putting the books straight takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReconciliationTime {
    /// From the end of traffic until all was quiet.
    pub drain: Option<Span>,
    /// Orders in one book only, once too often or different.
    pub unmatched: u64,
}

/// Why units were oversold; additive over [`OversellCauses::total`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OversellCauses {
    /// Units of an intent accepted twice.
    pub duplicate: Qty,
    /// The OMS's ledger had broken its own law.
    pub lost_update: Qty,
    /// Sold, and not yet reserved in the OMS.
    pub reservation_gap: Qty,
    /// Reserved, and the channel not yet told: the change waited in the connector.
    pub lag_queue: Qty,
    /// … the push had been throttled.
    pub lag_throttle: Qty,
    /// … the push had been rejected, or given up.
    pub lag_rejected: Qty,
    /// … the channel had taken the change and did not show it yet.
    pub lag_unapplied: Qty,
    /// Two sales closer together than any offer can follow.
    pub channel_race: Qty,
    /// The offer or the ledger is not known.
    pub unexplained: Qty,
    /// Not a cause of oversell: supply fell below what was already accepted.
    pub supply_shock: Qty,
}

impl OversellCauses {
    /// Oversold units in all; supply shocks are on their own row.
    pub fn total(&self) -> Qty {
        self.duplicate
            + self.lost_update
            + self.reservation_gap
            + self.lag_queue
            + self.lag_throttle
            + self.lag_rejected
            + self.lag_unapplied
            + self.channel_race
            + self.unexplained
    }
}
