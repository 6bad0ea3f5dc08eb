//! Owns the shapes of demand and of the merchant's calendar, already valid.
//! Must not know YAML or CSV (`scenario` reads those into these types).

use crate::history::charter::PromotedOn;
use crate::history::fact::SupplyChange;
use crate::ids::{Buyer, ChannelId, Intent, LocationId, SkuId};
use crate::law::Law;
use crate::units::{At, Money, Ppm, Qty, Rate, Span};

/// What drives the shoppers.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one in a plan")]
pub enum Traffic {
    /// A model of demand.
    Modelled(Demand),
    /// A real order log.
    Replayed(OrderLog),
}

/// A model of demand: a rate over time, and what an arrival wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// The rate of orders, piece after piece, touching.
    pub curve: Vec<Piece>,
    /// The share of orders by channel; sums to [`Ppm::ONE`].
    pub channels: Vec<Ppm>,
    /// Relative popularity by SKU (0: never ordered by chance).
    pub popularity: Vec<f64>,
    /// SKUs that get a share of orders of their own from a moment on.
    pub heroes: Option<Heroes>,
    /// Offers that are not simply a SKU, by channel: the share of its orders that wants each.
    pub offers: Vec<Vec<(SkuId, Ppm)>>,
    /// How many different SKUs an order has, with shares that sum to one.
    pub lines: Vec<(u8, Ppm)>,
    /// How many units a line has, with shares that sum to one.
    pub units: Vec<(u8, Ppm)>,
    /// Whether and when customers cancel what they ordered.
    pub cancellations: CustomerCancellations,
    /// How many different shoppers there are.
    pub buyers: u64,
}

/// A piece of the demand curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Its start.
    pub from: At,
    /// Its end.
    pub until: At,
    /// The rate at its start.
    pub rate_from: Rate,
    /// The rate at its end.
    pub rate_to: Rate,
    /// How the rate goes from the one to the other.
    pub shape: Shape,
}

/// How a rate moves within a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Along a straight line.
    Linear,
    /// By a constant factor a second; both ends above zero.
    Exponential,
}

/// SKUs that everybody wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Heroes {
    /// Which.
    pub skus: Vec<SkuId>,
    /// The share of orders that begin with one of them.
    pub of_orders: Ppm,
    /// From when.
    pub from: At,
    /// Until when.
    pub until: At,
}

/// Customers who change their minds.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerCancellations {
    /// The share of orders.
    pub share: Ppm,
    /// How long after the order.
    pub after: Law,
}

/// A real order log, read and scaled by `scenario`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrderLog {
    /// The orders in the order of time; intents are their places.
    pub orders: Vec<LoggedOrder>,
}

/// An order of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedOrder {
    /// When it was placed.
    pub at: At,
    /// Where.
    pub channel: ChannelId,
    /// By whom.
    pub buyer: Buyer,
    /// What.
    pub lines: Vec<(SkuId, Qty)>,
    /// When the customer cancelled it, counted from its placing.
    pub cancels_after: Option<Span>,
}

/// A shopper arrives with a wish. Open loop: the moment does not depend on any answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// Its number, by time.
    pub intent: Intent,
    /// When.
    pub at: At,
    /// Where.
    pub channel: ChannelId,
    /// Who.
    pub buyer: Buyer,
    /// What; SKUs differ, quantities are positive.
    pub lines: Vec<(SkuId, Qty)>,
    /// How long after placing it the customer cancels, if at all.
    pub cancels_after: Option<Span>,
}

/// The merchant's calendar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MerchantPlan {
    /// Periodic restocks.
    pub restocks: Option<Restocks>,
    /// Stock corrections at random moments.
    pub corrections: Option<Corrections>,
    /// Single price changes at random moments.
    pub repricing: Option<Repricing>,
    /// Promotions.
    pub promotions: Vec<Promotion>,
    /// New listings, spread evenly over a stretch.
    pub listings: Option<NewListings>,
    /// Events known exactly (a replayed log's customer returns).
    pub fixed: Vec<MerchantEvent>,
    /// When the merchant stops acting.
    pub until: At,
}

/// Restocks: every so often a random share of SKUs gets units.
#[derive(Clone, Debug, PartialEq)]
pub struct Restocks {
    /// How often; the first after one such span.
    pub every: Span,
    /// The share of SKUs.
    pub skus: Ppm,
    /// Units each.
    pub units: Qty,
}

/// Stock corrections: a Poisson stream of single SKUs found to be off.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrections {
    /// How many.
    pub rate: Rate,
    /// At most so many units up or down, never zero.
    pub units_max: Qty,
}

/// Price changes: a Poisson stream of single SKUs repriced.
#[derive(Clone, Debug, PartialEq)]
pub struct Repricing {
    /// How many.
    pub rate: Rate,
    /// At most this share up or down.
    pub by: Ppm,
}

/// A promotion.
#[derive(Clone, Debug, PartialEq)]
pub struct Promotion {
    /// Its name.
    pub name: String,
    /// What is in it, and at which prices.
    pub of: Promoted,
    /// When the merchant tells the source.
    pub sent: At,
    /// When its prices are due.
    pub starts: At,
    /// When the old prices are due again.
    pub ends: At,
    /// The channels that it is on, each with when, in order; none: on every channel, then. With
    /// any, `starts` is the earliest of all beginnings, and `ends` the last end.
    pub on: Vec<PromotedOn>,
}

impl Promotion {
    /// Where its prices are due, from when until when; no channel is every channel.
    pub fn stretches(&self) -> impl Iterator<Item = (Option<ChannelId>, [At; 2])> {
        let everywhere = self.on.is_empty().then_some((None, [self.starts, self.ends]));
        let each = self.on.iter().map(|on| (Some(on.channel), [on.from, on.until]));
        everywhere.into_iter().chain(each)
    }
}

/// What a promotion is of.
#[derive(Clone, Debug, PartialEq)]
pub enum Promoted {
    /// A random share of SKUs, their prices changed by so many millionths: −300,000 is 30 % off.
    Share(Ppm, i32),
    /// These, their prices changed so.
    Named(Vec<SkuId>, i32),
    /// These, each at a price of its own.
    Priced(Vec<(SkuId, Money)>),
}

impl Promoted {
    /// How many of so many SKUs are in it.
    pub fn count(&self, of: f64) -> f64 {
        match self {
            Promoted::Share(share, _) => of * share.as_f64(),
            Promoted::Named(skus, _) => skus.len() as f64,
            Promoted::Priced(prices) => prices.len() as f64,
        }
    }

    /// The SKUs that it names; none where they are drawn.
    pub fn named(&self) -> Vec<SkuId> {
        match self {
            Promoted::Share(..) => Vec::new(),
            Promoted::Named(skus, _) => skus.clone(),
            Promoted::Priced(prices) => prices.iter().map(|(sku, _)| *sku).collect(),
        }
    }
}

/// New listings.
#[derive(Clone, Debug, PartialEq)]
pub struct NewListings {
    /// The SKUs, not on sale before.
    pub skus: Vec<SkuId>,
    /// From when.
    pub from: At,
    /// Until when.
    pub until: At,
}

/// The merchant does something.
#[derive(Clone, Debug, PartialEq)]
pub struct MerchantEvent {
    /// When.
    pub at: At,
    /// What.
    pub act: MerchantAct,
}

/// What the merchant does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MerchantAct {
    /// Stock came in, was lost, was found, or came back.
    Adjust {
        /// The SKU.
        sku: SkuId,
        /// The change.
        units: Qty,
        /// Why.
        why: SupplyChange,
        /// Where; none: all stock lies in one place.
        at: Option<LocationId>,
    },
    /// A price changes.
    Price {
        /// The SKU.
        sku: SkuId,
        /// The new price.
        price: Money,
        /// When it is due.
        due: At,
        /// The channel that it is of; none: of every channel.
        channel: Option<ChannelId>,
    },
    /// A listing is published.
    Publish {
        /// The SKU.
        sku: SkuId,
    },
}
