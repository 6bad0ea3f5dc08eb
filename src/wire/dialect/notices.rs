//! Owns the JSON shapes of what the source says of its changes, and of a webhook's body.
//! Must not know who hears them. Described for others in docs/openapi.yaml.
//!
//! Unlike replies, notices may carry fields that are not known: a system under test says more
//! than it must.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::commerce::protocol::{Levels, OrderNotice, SourceNotice};
use crate::ids::{ChannelId, OrderId, SkuId, Version};
use crate::units::{At, Money, Qty};

/// A webhook's body: who speaks is the only key.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Notified<'a> {
    Order(Cow<'a, OrderNotice>),
    Source(Source),
}

/// A change at the source: what changed is the only key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Source {
    Stock {
        sku: SkuId,
        version: Version,
        available: Qty,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<By>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Levels,
    },
    Price {
        sku: SkuId,
        version: Version,
        price: Money,
        due: At,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
    },
    Listing {
        sku: SkuId,
        version: Version,
        price: Money,
        available: Qty,
        stock_version: Version,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Levels,
    },
    Short {
        order: OrderId,
    },
    Shipped {
        order: OrderId,
    },
}

/// The order that caused a change: an object, where the protocol's pair would be an array whose
/// places nobody can read.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct By {
    order: OrderId,
    change: Qty,
}

impl From<&SourceNotice> for Source {
    fn from(notice: &SourceNotice) -> Source {
        match *notice {
            SourceNotice::Stock { sku, version, available, by, ref at } => {
                let by = by.map(|(order, change)| By { order, change });
                Source::Stock { sku, version, available, by, at: at.clone() }
            }
            SourceNotice::Price { sku, version, price, due, channel } => {
                Source::Price { sku, version, price, due, channel }
            }
            SourceNotice::Listing { sku, version, price, available, stock_version, ref at } => {
                let at = at.clone();
                Source::Listing { sku, version, price, available, stock_version, at }
            }
            SourceNotice::Short { order } => Source::Short { order },
            SourceNotice::Shipped { order } => Source::Shipped { order },
        }
    }
}

impl From<Source> for SourceNotice {
    fn from(source: Source) -> SourceNotice {
        match source {
            Source::Stock { sku, version, available, by, at } => {
                let by = by.map(|By { order, change }| (order, change));
                SourceNotice::Stock { sku, version, available, by, at }
            }
            Source::Price { sku, version, price, due, channel } => {
                SourceNotice::Price { sku, version, price, due, channel }
            }
            Source::Listing { sku, version, price, available, stock_version, at } => {
                SourceNotice::Listing { sku, version, price, available, stock_version, at }
            }
            Source::Short { order } => SourceNotice::Short { order },
            Source::Shipped { order } => SourceNotice::Shipped { order },
        }
    }
}
