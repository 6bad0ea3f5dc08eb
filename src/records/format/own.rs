//! Owns the names that columns of a table of one's own go by without saying.
//! Must not know the shops whose exports have others.

use super::{BASE, ExportLayout, WithoutSku};
use crate::records::columns::ColumnRole;
use crate::records::currency;

/// Names of columns that name the goods.
pub(crate) const NAMES: &[&str] = &[
    "name",
    "product name",
    "product",
    "item name",
    "title",
    "description",
    "artikel",
    "artikelname",
    "bezeichnung",
    "artikelbezeichnung",
    "beschreibung",
    "désignation",
    "designation",
    "libellé",
    "descripción",
    "descrizione",
    "omschrijving",
];

/// Names of columns that say who bought.
pub(crate) const CUSTOMERS: &[&str] = &[
    "customer id",
    "customer email",
    "customer",
    "buyer",
    "buyer email",
    "email",
    "e mail",
    "billing email",
    "customer name",
    "kunde",
    "kundennummer",
    "kundennr",
    "client",
    "cliente",
    "klant",
];

/// Columns under names of one's own, and the names that go without saying.
pub(crate) const COLUMNS: ExportLayout = ExportLayout {
    columns: &[
        (
            ColumnRole::Time,
            &["ts", "time", "timestamp", "date", "created at", "order date", "order time"],
        ),
        (ColumnRole::Order, &["order", "order id", "order number", "order no"]),
        (
            ColumnRole::Sku,
            &["sku", "item sku", "product sku", "variant sku", "line items sku", "items sku"],
        ),
        (
            ColumnRole::Quantity,
            &["qty", "quantity", "units", "line items quantity", "items quantity"],
        ),
        (
            ColumnRole::Price,
            &["price", "unit price", "line items price", "items price", "sale price", "price paid"],
        ),
        (ColumnRole::Total, &["line total", "item total"]),
        (
            ColumnRole::Channel,
            &["channel", "sales channel", "channel name", "marketplace", "kanal"],
        ),
        (
            ColumnRole::State,
            &[
                "state",
                "status",
                "order status",
                "order state",
                "financial status",
                "payment status",
            ],
        ),
        (ColumnRole::Cancelled, &["cancelled at", "canceled at"]),
        (ColumnRole::Currency, currency::NAMES),
        (ColumnRole::Items, &["line items"]),
    ],
    without_sku: WithoutSku::Unreadable,
    ..BASE
};
