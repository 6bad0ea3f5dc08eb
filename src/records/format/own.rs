//! Owns the names that columns of a table of one's own go by without saying.
//! Must not know the shops whose exports have others.

use super::{BASE, Layout, WithoutSku};
use crate::records::columns::Role;
use crate::records::currency;

/// Columns under names of one's own, and the names that go without saying.
pub(crate) const COLUMNS: Layout = Layout {
    columns: &[
        (
            Role::Time,
            &["ts", "time", "timestamp", "date", "created at", "order date", "order time"],
        ),
        (Role::Order, &["order", "order id", "order number", "order no"]),
        (
            Role::Sku,
            &["sku", "item sku", "product sku", "variant sku", "line items sku", "items sku"],
        ),
        (Role::Quantity, &["qty", "quantity", "units", "line items quantity", "items quantity"]),
        (
            Role::Price,
            &["price", "unit price", "line items price", "items price", "sale price", "price paid"],
        ),
        (Role::Total, &["line total", "item total"]),
        (Role::Channel, &["channel", "sales channel", "channel name", "marketplace", "kanal"]),
        (
            Role::State,
            &[
                "state",
                "status",
                "order status",
                "order state",
                "financial status",
                "payment status",
            ],
        ),
        (Role::Cancelled, &["cancelled at", "canceled at"]),
        (Role::Currency, currency::NAMES),
        (Role::Items, &["line items"]),
    ],
    without_sku: WithoutSku::Unreadable,
    ..BASE
};
