//! Owns what channels showed and should not have, and what connectors are set to, in
//! `summary.json`. Must not know how it is found.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mirror::{Stated, mirror, stated};
use crate::history::charter;
use crate::judge::judgement as judged;

stated! {
    /// An offer that stood still while shoppers ordered it.
    StuckOffer from judged::StuckOffer {
        /// The channel.
        channel: String,
        /// The SKU's name.
        sku: String,
        /// The oldest change that it did not show at the first such order.
        since_us(since): u64,
        /// The last such order.
        until_us(until): u64,
        /// Lines ordered meanwhile, taken or turned away.
        orders: u64,
        /// Their units.
        units: i64,
        /// Their money, in minor units.
        money: i64,
    }
}

stated! {
    /// An offer that was not what the rule makes of the source when all was quiet.
    WrongOffer from judged::WrongOffer {
        /// The channel.
        channel: String,
        /// The SKU's name.
        sku: String,
        /// What it offers.
        offered: i64,
        /// What it should.
        should: i64,
        /// The difference at the price charged, in minor units.
        money: i64,
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

stated! {
    /// A connector.
    Connector from charter::ConnectorTerms {
        /// Its name in the scenario.
        name: String,
        /// What stands already.
        settings: Vec<Setting>,
        /// What its scenario's own times add to a lag before anything waits; empty where not known.
        delays: Vec<Delay>,
    }
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

stated! {
    /// A time that a change or an order takes on its way whoever is idle.
    Delay from charter::Delay {
        /// What takes it.
        of: DelayOf,
        /// The channel; null is all that the connector serves.
        channel: Option<String>,
        /// Nineteen of twenty take no longer.
        p95_us(p95): u64,
    }
}
