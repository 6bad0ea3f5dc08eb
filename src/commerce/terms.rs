//! Owns the terms on which each system is played, already valid.
//! Must not know YAML (`scenario` reads a file into these types).

mod located;
mod offered;

pub use located::{TakesFrom, split};
pub use offered::{OfferPlay, SkuTerms};

use super::defect::Defect;
use super::edits::EditTerms;
use super::fault::FaultTerms;
use super::limiter::LimiterTerms;
use crate::history::charter::{BookedBy, OwnSales, SourceTells, StockRule, TakesStock};
use crate::ids::{ChannelId, Intent};
use crate::law::Law;
use crate::rng::{Draw, Draws};
use crate::units::{Ppm, Span};

/// Everything that is played.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldTerms {
    /// What there is to sell, by SKU.
    pub catalog: Vec<SkuTerms>,
    /// Offers that are not simply a SKU, in the order of their numbers behind the catalogue.
    pub offers: Vec<OfferPlay>,
    /// Where stock lies: the share of each location, all together the whole; empty: in one place.
    pub locations: Vec<Ppm>,
    /// The channels, by [`ChannelId`].
    pub channels: Vec<ChannelPlay>,
    /// The OMS.
    pub oms: OmsPlay,
    /// The connectors, by [`crate::ids::ConnectorId`].
    pub connectors: Vec<ConnectorPlay>,
    /// The faults, by [`crate::ids::FaultId`].
    pub faults: Vec<FaultTerms>,
    /// What is wrong with the machines themselves. Only tests and the validation switch one on.
    pub defects: Vec<Defect>,
    /// The seed of every draw.
    pub seed: u64,
}

impl WorldTerms {
    /// The OMS as it plays with these connectors: it can know an order again by its record id only
    /// where every connector hands orders over under the channel's.
    pub fn oms_play(&self) -> OmsPlay {
        let shared = self.connectors.iter().all(|connector| connector.shares_record_ids);
        OmsPlay { knows_record_ids: self.oms.knows_record_ids && shared, ..self.oms.clone() }
    }

    /// How many items a connector puts into one update, by channel: never more than it takes.
    pub fn batches(&self, connector: &ConnectorPlay) -> Vec<u32> {
        self.channels.iter().map(|channel| connector.batch.min(channel.batch_max).max(1)).collect()
    }
}

/// How a channel behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelPlay {
    /// Its name.
    pub name: String,
    /// What it should show of what is available; the connector applies it.
    pub rule: StockRule,
    /// How it learns of its own sales.
    pub own_sales: OwnSales,
    /// When it takes units off its offer for a shopper.
    pub takes: Taking,
    /// From taking a stock or price change to showing it.
    pub shows_changes_after: Law,
    /// From taking a listing to selling it.
    pub lists_after: Law,
    /// Limits on the connector's calls; all must allow.
    pub limits: Vec<LimiterTerms>,
    /// Most items in one update.
    pub batch_max: u32,
    /// How payment goes.
    pub payment: Payment,
    /// How shoppers edit their orders, where they may.
    pub edits: Option<EditTerms>,
    /// Small everyday faults.
    pub imperfections: Imperfections,
    /// Whether it sends webhooks of orders; readers may always read.
    pub webhooks: bool,
    /// Whose API it speaks over a wire beside the neutral one.
    pub dialect: Dialect,
    /// How long a platform takes over a feed or an import, from when it is made.
    pub feeds_take: Span,
}

/// Whose API a channel speaks over a wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// The neutral one (docs/openapi.yaml), and no other.
    #[default]
    Neutral,
    /// `WooCommerce`'s REST API and Store API.
    WooCommerce,
    /// Shopify's Admin API, REST and GraphQL.
    Shopify,
    /// Amazon's Selling Partner API.
    Amazon,
    /// Mirakl's seller API.
    Mirakl,
    /// Odoo's JSON-RPC.
    Odoo,
}

impl Dialect {
    /// Every dialect, with its name in a scenario.
    pub const ALL: [(&'static str, Dialect); 6] = [
        ("neutral", Dialect::Neutral),
        ("woocommerce", Dialect::WooCommerce),
        ("shopify", Dialect::Shopify),
        ("amazon", Dialect::Amazon),
        ("mirakl", Dialect::Mirakl),
        ("odoo", Dialect::Odoo),
    ];
    /// Those of a channel: an Odoo is none.
    pub const OF_CHANNELS: &'static [(&'static str, Dialect)] = Dialect::ALL.split_at(5).0;

    /// Its name in a scenario.
    pub fn name(self) -> &'static str {
        Dialect::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}

/// How payment goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Payment {
    /// Paid when accepted.
    Immediate,
    /// Paid, or failed, after a while.
    After {
        /// How long.
        after: Law,
        /// The share that fails.
        fails: Ppm,
        /// How long an order whose payment fails is held until it is released; none: no longer
        /// than a payment takes.
        held_for: Option<Law>,
    },
}

/// When a channel takes units off its offer for a shopper.
#[derive(Clone, Debug, PartialEq)]
pub enum Taking {
    /// When they are put into a cart.
    AtCart(CartTerms),
    /// When they are ordered.
    AtOrder,
    /// When the order is paid.
    AtPayment,
}

impl Taking {
    /// As the charter has it.
    pub fn when(&self) -> TakesStock {
        match self {
            Taking::AtCart(_) => TakesStock::AtCart,
            Taking::AtOrder => TakesStock::AtOrder,
            Taking::AtPayment => TakesStock::AtPayment,
        }
    }

    /// What becomes of carts, where there are any.
    pub fn carts(&self) -> Option<&CartTerms> {
        match self {
            Taking::AtCart(carts) => Some(carts),
            Taking::AtOrder | Taking::AtPayment => None,
        }
    }
}

/// What becomes of a cart.
#[derive(Clone, Debug, PartialEq)]
pub struct CartTerms {
    /// How long it holds its units.
    pub held_for: Span,
    /// How long after filling it a shopper checks out.
    pub checks_out_after: Law,
    /// The share of carts that nobody checks out.
    pub abandoned: Ppm,
}

impl CartTerms {
    /// How long after filling a cart the shopper checks out; none: never.
    pub fn checks_out(&self, draws: Draws, intent: Intent) -> Option<Span> {
        let stays = draws.unit(Draw::Cart, intent.0, 0) >= self.abandoned.as_f64();
        let after = || self.checks_out_after.sample(draws.two_units(Draw::Cart, intent.0, 1));
        stays.then(after)
    }
}

/// Small everyday faults, on by default.
#[derive(Clone, Debug, PartialEq)]
pub struct Imperfections {
    /// Webhooks delivered twice.
    pub duplicates: Ppm,
    /// Webhooks that come late, so that later ones overtake them.
    pub reordered: Ppm,
    /// How late.
    pub reordered_by: Law,
    /// Calls answered "unavailable".
    pub unavailable: Ppm,
    /// Calls carried out whose reply is lost.
    pub lost_replies: Ppm,
}

impl Imperfections {
    /// None at all: for laws and for tests.
    pub const NONE: Imperfections = Imperfections {
        duplicates: Ppm::ZERO,
        reordered: Ppm::ZERO,
        reordered_by: Law::Constant(Span::ZERO),
        unavailable: Ppm::ZERO,
        lost_replies: Ppm::ZERO,
    };
}

/// How the OMS behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct OmsPlay {
    /// Knows an order again by the record id it shares with the channel.
    pub knows_record_ids: bool,
    /// What it tells connectors of its stock.
    pub tells: SourceTells,
    /// What it does with an order it is short for.
    pub shortage: Shortage,
    /// From holding an order to shipping it; none never ships within the campaign.
    pub ships_after: Option<Law>,
    /// Limits on the connectors' calls; all must allow.
    pub limits: Vec<LimiterTerms>,
    /// Small everyday faults.
    pub imperfections: Imperfections,
    /// Whose API it speaks over a wire beside the neutral one.
    pub dialect: Dialect,
    /// What it rounds when it books an order of another currency.
    pub books: BookedBy,
    /// From which of a channel's locations it takes what an order wants.
    pub takes: TakesFrom,
}

/// What an OMS does with an order it is short for.
#[derive(Clone, Debug, PartialEq)]
pub enum Shortage {
    /// Cancels it after a while.
    Cancel {
        /// How long.
        after: Law,
    },
    /// Keeps it until stock comes: available goes negative.
    BackOrder,
}

/// How a connector works.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectorPlay {
    /// Its name.
    pub name: String,
    /// The channels it serves.
    pub channels: Vec<ChannelId>,
    /// Workers in all; a multiple of `partitions`.
    pub workers: u16,
    /// Queues with workers of their own; a job's SKU or order says which.
    pub partitions: u16,
    /// Which jobs go first.
    pub priority: Priority,
    /// How long a worker works on a job; of a described one, from learning of a change to sending
    /// it.
    pub service: Law,
    /// A bought one, of which its timings are known and nothing of what goes on in it.
    pub described: Option<Described>,
    /// How it learns of orders.
    pub orders_in: Rhythm,
    /// How often it also reads orders, where it is told of them.
    pub sweeps: Option<Span>,
    /// How it learns of changes at the source.
    pub stock_out: Rhythm,
    /// How often it also reads everything at the source, and tells its channels all of it.
    pub pushes_all: Option<Span>,
    /// Most items in one update.
    pub batch: u32,
    /// A waiting update is replaced by a newer one of the same SKU.
    pub coalesce: bool,
    /// How it words stock updates.
    pub updates: UpdateStyle,
    /// What it does with failures.
    pub retry: Retry,
    /// When it reserves units in the OMS.
    pub reserve: Reserve,
    /// Hands orders over under the channel's record id (else under ids of its own).
    pub shares_record_ids: bool,
    /// Most jobs waiting; beyond it new ones are given up.
    pub queue_max: u32,
    /// How much earlier than the end of its service a worker makes its call: about one exchange
    /// over the wire. Zero in a simulation, where an exchange takes no time.
    pub exchange_allowance: Span,
    /// What it keeps for somebody who may act on it.
    pub keeps: KeptForOperator,
}

impl ConnectorPlay {
    /// How often it reads orders by itself; none: it is told of all.
    pub fn reads_orders_every(&self) -> Option<Span> {
        match self.orders_in {
            Rhythm::Poll(every) => Some(every),
            Rhythm::Webhook => self.sweeps,
        }
    }

    /// How long an order takes from being learned of to being handed over, waiting left out.
    pub fn order_service(&self) -> &Law {
        self.described.as_ref().map_or(&self.service, |described| &described.orders_take)
    }
}

/// What a connector keeps for somebody who may act on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeptForOperator {
    /// Nothing: nobody acts.
    #[default]
    Nothing,
    /// What it gave up, to be tried again.
    DeadLetters,
    /// … and its place among all orders that it was not told of, to be read.
    Orders,
}

/// What is known of a bought connector beside when it looks. The times are stated whole: nothing
/// waits in it, and what it sends is what it knew when the time began.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// From learning of an order to handing it over.
    pub orders_take: Law,
}

/// Which jobs go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// First come, first served.
    None,
    /// Stock updates, then reservations and orders, then prices and listings.
    InventoryFirst,
    /// Reservations and orders, then stock updates, then prices and listings.
    OrdersFirst,
}

/// How a connector learns of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// It is told at once.
    Webhook,
    /// It looks every so often.
    Poll(Span),
}

/// How stock updates are worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateStyle {
    /// "Offer 7": forgets sales that the source has not heard of yet.
    Absolute,
    /// "Offer 2 fewer".
    Delta,
    /// "If you offer 9, offer 7."
    CompareAndSet,
}

/// What a connector does with failures.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// Attempts in all, at least 1; 1 is no retry.
    pub attempts: u32,
    /// The first wait; doubles each time.
    pub backoff_from: Span,
    /// The longest wait.
    pub backoff_to: Span,
    /// Handoffs carry an idempotency key.
    pub idempotent: bool,
    /// What is refused for good, calls and single items of updates, is tried again like what
    /// failed.
    pub refusals: bool,
}

/// When a connector reserves units in the OMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserve {
    /// When it learns of the order, paid or not.
    OnAccept,
    /// When it learns that the order is paid.
    OnPayment,
    /// With the handoff itself.
    OnHandoff,
}
