//! Owns what a platform can be asked, and which names each brings with it.
//! Must not know how any platform is asked.

use std::fmt;

/// What a marketplace or shop can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProfileOperation {
    /// How many units an offer has.
    ReadStock,
    /// Say how many it has.
    SetStock,
    /// What an offer costs.
    ReadPrice,
    /// Say what it costs.
    SetPrice,
    /// Order something.
    PlaceOrder,
    /// How an order stands.
    ReadOrder,
    /// Which orders there are since a moment.
    ListOrders,
    /// Accept an order that waits for it.
    AcceptOrder,
    /// Say that an order was sent.
    ShipOrder,
    /// Cancel an order.
    CancelOrder,
}

impl ProfileOperation {
    /// All, in the order in which a check plays them.
    pub const ALL: [ProfileOperation; 10] = [
        ProfileOperation::ReadStock,
        ProfileOperation::SetStock,
        ProfileOperation::ReadPrice,
        ProfileOperation::SetPrice,
        ProfileOperation::PlaceOrder,
        ProfileOperation::ListOrders,
        ProfileOperation::ReadOrder,
        ProfileOperation::AcceptOrder,
        ProfileOperation::ShipOrder,
        ProfileOperation::CancelOrder,
    ];

    /// Its name in a profile.
    pub fn name(self) -> &'static str {
        match self {
            ProfileOperation::ReadStock => "read stock",
            ProfileOperation::SetStock => "set stock",
            ProfileOperation::ReadPrice => "read price",
            ProfileOperation::SetPrice => "set price",
            ProfileOperation::PlaceOrder => "place order",
            ProfileOperation::ReadOrder => "read order",
            ProfileOperation::ListOrders => "list orders",
            ProfileOperation::AcceptOrder => "accept order",
            ProfileOperation::ShipOrder => "ship order",
            ProfileOperation::CancelOrder => "cancel order",
        }
    }

    /// The names that it brings with it, of each item first.
    pub(super) fn arguments(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            ProfileOperation::ReadStock | ProfileOperation::ReadPrice => (&["sku"], &[]),
            ProfileOperation::SetStock => (&["sku", "quantity", "was", "change"], &[]),
            ProfileOperation::SetPrice => (&["sku", "price"], &[]),
            ProfileOperation::PlaceOrder => (&["sku", "quantity", "price"], &["reference"]),
            ProfileOperation::ReadOrder | ProfileOperation::AcceptOrder => (&[], &["order"]),
            ProfileOperation::ListOrders => {
                (&[], &["since", "since as seconds", "since as milliseconds", "since as plain"])
            }
            ProfileOperation::ShipOrder => (&[], &["order", "carrier", "tracking"]),
            ProfileOperation::CancelOrder => (&[], &["order", "reason"]),
        }
    }

    /// What it must find out.
    pub(super) fn must_give(self) -> Option<&'static str> {
        match self {
            ProfileOperation::ReadStock => Some("quantity"),
            ProfileOperation::ReadPrice => Some("price"),
            ProfileOperation::PlaceOrder | ProfileOperation::ListOrders => Some("order"),
            ProfileOperation::ReadOrder => Some("state"),
            ProfileOperation::SetStock
            | ProfileOperation::SetPrice
            | ProfileOperation::AcceptOrder
            | ProfileOperation::ShipOrder
            | ProfileOperation::CancelOrder => None,
        }
    }
}

impl fmt::Display for ProfileOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
