//! Owns what the source says of its changes. Must not know who hears of them.

use super::Levels;
use crate::ids::{ChannelId, OrderId, SkuId, Version};
use crate::units::{At, Money, Qty};

/// What the source says of a change, in a webhook or on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceNotice {
    /// A stock level.
    Stock {
        /// The SKU.
        sku: SkuId,
        /// Its version.
        version: Version,
        /// On hand − reserved.
        available: Qty,
        /// The order that caused the change, if one did, with the change it made.
        by: Option<(OrderId, Qty)>,
        /// The same by location.
        at: Levels,
    },
    /// A price.
    Price {
        /// The SKU.
        sku: SkuId,
        /// Its version.
        version: Version,
        /// The price.
        price: Money,
        /// When it is due.
        due: At,
        /// The channel that it is of; none: of every channel.
        channel: Option<ChannelId>,
    },
    /// A listing.
    Listing {
        /// The SKU.
        sku: SkuId,
        /// Its version.
        version: Version,
        /// Its price now.
        price: Money,
        /// What is available now.
        available: Qty,
        /// The version of that stock level.
        stock_version: Version,
        /// The same by location.
        at: Levels,
    },
    /// The OMS cancelled an order for want of stock: the channel must be told.
    Short {
        /// The order.
        order: OrderId,
    },
    /// An order has left the building, and its channel is to be told.
    Shipped {
        /// The order.
        order: OrderId,
    },
}
