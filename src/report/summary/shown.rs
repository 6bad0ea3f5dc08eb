//! Owns what channels showed and should not have, and what connectors are set to, in
//! `summary.json`. Must not know how it is found.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mirror::mirror;
use crate::history::charter::{self, Charter};
use crate::judge::judgement as judged;

/// An offer that stood still while shoppers ordered it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StuckOffer {
    /// The channel.
    pub channel: String,
    /// The SKU's name.
    pub sku: String,
    /// The oldest change that it did not show at the first such order.
    pub since_us: u64,
    /// The last such order.
    pub until_us: u64,
    /// Lines ordered meanwhile, taken or turned away.
    pub orders: u64,
    /// Their units.
    pub units: i64,
    /// Their money, in minor units.
    pub money: i64,
}

impl StuckOffer {
    pub(super) fn of(seen: &judged::StuckOffer, charter: &Charter) -> StuckOffer {
        StuckOffer {
            channel: charter.channels[seen.channel.index()].name.clone(),
            sku: super::named::sku_name(charter, seen.sku),
            since_us: seen.since.0,
            until_us: seen.until.0,
            orders: seen.orders,
            units: seen.units.0,
            money: seen.money.0,
        }
    }
}

/// An offer that was not what the rule makes of the source when all was quiet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WrongOffer {
    /// The channel.
    pub channel: String,
    /// The SKU's name.
    pub sku: String,
    /// What it offers.
    pub offered: i64,
    /// What it should.
    pub should: i64,
    /// The difference at the price charged, in minor units.
    pub money: i64,
}

impl WrongOffer {
    pub(super) fn of(seen: &judged::WrongOffer, charter: &Charter) -> WrongOffer {
        WrongOffer {
            channel: charter.channels[seen.channel.index()].name.clone(),
            sku: super::named::sku_name(charter, seen.sku),
            offered: seen.offered.0,
            should: seen.should.0,
            money: seen.money.0,
        }
    }
}

mirror! {
    /// A setting of a connector that advice may name.
    Setting from charter::Setting {
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
}

/// A connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Connector {
    /// Its name in the scenario.
    pub name: String,
    /// What stands already.
    pub settings: Vec<Setting>,
    /// What its scenario's own times add to a lag before anything waits; empty where not known.
    pub delays: Vec<Delay>,
}

mirror! {
    /// What takes a time of its own.
    DelayOf from charter::DelayOf {
        /// Waiting until the connector looks for orders.
        OrdersLook,
        /// Waiting until it looks for changes at the source.
        ChangesLook,
        /// Waiting until the channel shows a stock figure or a price.
        Shows,
        /// Waiting until the channel sells a listing.
        Lists,
    }
}

/// A time that a change or an order takes on its way whoever is idle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delay {
    /// What takes it.
    pub of: DelayOf,
    /// The channel; null is all that the connector serves.
    pub channel: Option<String>,
    /// Nineteen of twenty take no longer.
    pub p95_us: u64,
}

impl Connector {
    pub(super) fn of(terms: &charter::ConnectorTerms, charter: &Charter) -> Connector {
        let settings = terms.settings.iter().map(|setting| Setting::from(*setting)).collect();
        let delay = |delay: &charter::Delay| Delay {
            of: delay.of.into(),
            channel: delay.channel.map(|id| charter.channels[id.index()].name.clone()),
            p95_us: delay.p95.0,
        };
        let delays = terms.delays.iter().map(delay).collect();
        Connector { name: terms.name.clone(), settings, delays }
    }
}
