//! Owns the shop's numbers: of products, variants, items, orders, each from a base of its own, and
//! the global ids that GraphQL has for them. Must not know what they stand for.

use crate::faces::catalogue::Ids;
use crate::ids::ChannelId;

/// How far shops lie apart.
const SHOPS_APART: u64 = 10_000_000_000;

/// The bases of one shop.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShopIds {
    shop: u64,
    pub(super) products: Ids,
    pub(super) variants: Ids,
    pub(super) items: Ids,
    pub(super) orders: Ids,
}

impl ShopIds {
    pub(super) fn of(channel: ChannelId) -> ShopIds {
        let shop = u64::from(channel.0);
        let above = |kind: u64| Ids::above(kind * 1_000_000_000_000 + shop * SHOPS_APART);
        ShopIds {
            shop: 60_000_000_001 + shop,
            products: above(7),
            variants: above(42),
            items: above(44),
            orders: above(5),
        }
    }

    pub(super) fn shop(self) -> u64 {
        self.shop
    }

    /// There is one place from which everything ships.
    pub(super) fn location(self) -> u64 {
        self.shop + 5_000_000_000
    }
}

/// A global id: `gid://shopify/Order/5000000000001`.
pub(super) fn gid(kind: &str, id: u64) -> String {
    format!("gid://shopify/{kind}/{id}")
}

/// The number in a global id of that kind; clients send plain numbers, too.
pub(super) fn number(kind: &str, text: &str) -> Option<u64> {
    let id = match text.strip_prefix("gid://shopify/") {
        Some(rest) => rest.strip_prefix(kind)?.strip_prefix('/')?,
        None => text,
    };
    id.split('?').next().and_then(|id| id.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn global_ids_are_of_one_kind() {
        assert_eq!(gid("Order", 5), "gid://shopify/Order/5");
        assert_eq!(number("Order", "gid://shopify/Order/5"), Some(5));
        assert_eq!(number("Order", "5"), Some(5));
        assert_eq!(number("Order", "gid://shopify/Product/5"), None);
        assert_eq!(number("InventoryLevel", "gid://shopify/InventoryLevel/9?x=1"), Some(9));
        assert_eq!(number("Order", "gid://shopify/Order/"), None);
    }

    #[test]
    fn no_two_shops_share_a_number() {
        let [one, other] = [0, 1].map(|n| ShopIds::of(ChannelId(n)));
        assert_ne!(one.location(), other.location());
        assert_eq!(other.products.place(one.products.id(7)), None);
        assert_eq!(one.variants.place(one.products.id(7)), None);
    }
}
