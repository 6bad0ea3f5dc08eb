//! Owns the exports that are known by name: whose they are, and what their columns say.
//! Must not know how a row is read.
//!
//! Names of columns are compared in small letters without signs (`records::plain`). A format may
//! have several layouts; the first whose marks are all there is the one. Column names: Shopify help
//! "Export orders"; `WooCommerce` by the plugins of `SkyVerge`, `WebToffee`, `AlgolPlus` and by its
//! own analytics; Amazon `GET_FLAT_FILE_ORDERS_DATA` and
//! `GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL`;
//! eBay Seller Hub's orders report; Etsy's sold order items; Magento's order grid and its table
//! `sales_order_item`; Olist and Online Retail as their owners publish them.

mod own;

use super::columns::{ColumnRole, Header};
use super::moment::DateOrder;
pub(crate) use own::{COLUMNS, CUSTOMERS, NAMES};

/// A layout of an export.
pub(crate) struct ExportLayout {
    /// The word that a scenario says.
    pub(crate) name: &'static str,
    /// What people call it.
    pub(crate) title: &'static str,
    /// Columns that it can be known by, all of them.
    marks: &'static [&'static str],
    /// Each role with the names that its column may have, the best first.
    pub(crate) columns: &'static [(ColumnRole, &'static [&'static str])],
    /// Which number of a day is usual where its times do not prove it.
    pub(crate) order: Option<DateOrder>,
    /// A line without a SKU is no slip there: it goes by its name, or is no goods.
    pub(crate) without_sku: WithoutSku,
    /// Order numbers of cancellations begin with this.
    pub(crate) cancellations: Option<&'static str>,
    /// SKUs that are no goods.
    pub(crate) no_goods: &'static [&'static str],
    /// Rows of one unit each, where no column says the quantity.
    pub(crate) one_unit: bool,
    /// What to do, where this layout has no lines or no times of orders.
    pub(crate) lacks: Option<&'static str>,
}

/// What a line without a SKU is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WithoutSku {
    /// A row that cannot be read.
    Unreadable,
    /// Goods by their name; without one, no goods.
    ByName,
    /// Without a name as well, the order's own row above its lines.
    Summary,
}

const BASE: ExportLayout = ExportLayout {
    name: "columns",
    title: "a table of order lines",
    marks: &[],
    columns: &[],
    order: None,
    without_sku: WithoutSku::ByName,
    cancellations: None,
    no_goods: &[],
    one_unit: false,
    lacks: None,
};

const WOO: ExportLayout =
    ExportLayout { name: "woocommerce", title: "a WooCommerce order export", ..BASE };

const MAGENTO: ExportLayout =
    ExportLayout { name: "magento", title: "a Magento order export", ..BASE };

const LAYOUTS: &[ExportLayout] = &[
    ExportLayout {
        name: "shopify",
        title: "a Shopify order export",
        marks: &["name", "lineitem quantity"],
        columns: &[
            (ColumnRole::Order, &["name"]),
            (ColumnRole::Time, &["created at"]),
            (ColumnRole::Sku, &["lineitem sku"]),
            (ColumnRole::Name, &["lineitem name"]),
            (ColumnRole::Quantity, &["lineitem quantity"]),
            (ColumnRole::Price, &["lineitem price"]),
            (ColumnRole::Channel, &["source"]),
            (ColumnRole::Buyer, &["email"]),
            (ColumnRole::State, &["financial status"]),
            (ColumnRole::Cancelled, &["cancelled at"]),
            (ColumnRole::Currency, &["currency"]),
        ],
        ..BASE
    },
    ExportLayout {
        name: "amazon-all-orders",
        title: "Amazon's All Orders report",
        marks: &["amazon order id", "purchase date", "quantity"],
        columns: &[
            (ColumnRole::Order, &["amazon order id"]),
            (ColumnRole::Time, &["purchase date"]),
            (ColumnRole::Sku, &["sku"]),
            (ColumnRole::Name, &["product name"]),
            (ColumnRole::Quantity, &["quantity"]),
            (ColumnRole::Total, &["item price"]),
            (ColumnRole::Channel, &["sales channel"]),
            (ColumnRole::State, &["order status"]),
            (ColumnRole::LineState, &["item status"]),
            (ColumnRole::Currency, &["currency"]),
        ],
        without_sku: WithoutSku::Unreadable,
        ..BASE
    },
    ExportLayout {
        name: "amazon-orders",
        title: "Amazon's order report",
        marks: &["order id", "order item id", "purchase date", "quantity purchased"],
        columns: &[
            (ColumnRole::Order, &["order id"]),
            (ColumnRole::Time, &["purchase date"]),
            (ColumnRole::Sku, &["sku"]),
            (ColumnRole::Name, &["product name"]),
            (ColumnRole::Quantity, &["quantity purchased"]),
            (ColumnRole::Total, &["item price"]),
            (ColumnRole::Channel, &["sales channel"]),
            (ColumnRole::Buyer, &["buyer email"]),
            (ColumnRole::State, &["order status"]),
            (ColumnRole::Currency, &["currency"]),
        ],
        without_sku: WithoutSku::Unreadable,
        ..BASE
    },
    ExportLayout {
        name: "ebay",
        title: "an eBay orders report",
        marks: &["sales record number", "item title", "sale date"],
        columns: &[
            (ColumnRole::Order, &["order number", "sales record number"]),
            (ColumnRole::Time, &["sale date"]),
            (ColumnRole::Sku, &["custom label"]),
            (ColumnRole::Name, &["item title"]),
            (ColumnRole::Variant, &["variation details"]),
            (ColumnRole::Quantity, &["quantity"]),
            (ColumnRole::Price, &["sold for", "sale price"]),
            (ColumnRole::Buyer, &["buyer username", "user id"]),
        ],
        without_sku: WithoutSku::Summary,
        ..BASE
    },
    ExportLayout {
        name: "etsy",
        title: "Etsy's sold order items",
        marks: &["sale date", "item name", "quantity", "order id", "transaction id"],
        columns: &[
            (ColumnRole::Order, &["order id"]),
            (ColumnRole::Time, &["sale date"]),
            (ColumnRole::Sku, &["sku"]),
            (ColumnRole::Name, &["item name"]),
            (ColumnRole::Variant, &["variations"]),
            (ColumnRole::Quantity, &["quantity"]),
            (ColumnRole::Price, &["price"]),
            (ColumnRole::Buyer, &["buyer"]),
            (ColumnRole::Currency, &["currency"]),
        ],
        order: Some(DateOrder::MonthFirst),
        ..BASE
    },
    ExportLayout {
        marks: &["increment id", "created at", "sku", "qty ordered"],
        columns: &[
            (ColumnRole::Order, &["increment id"]),
            (ColumnRole::Time, &["created at"]),
            (ColumnRole::Sku, &["sku"]),
            (ColumnRole::Name, &["name", "product name"]),
            (ColumnRole::Quantity, &["qty ordered"]),
            (ColumnRole::Price, &["price", "base price", "original price"]),
            (ColumnRole::Channel, &["store name"]),
            (ColumnRole::Buyer, &["customer email", "customer id"]),
            (ColumnRole::State, &["status", "state"]),
            (ColumnRole::Parent, &["parent item id"]),
            (ColumnRole::Currency, &["order currency code"]),
        ],
        without_sku: WithoutSku::Unreadable,
        ..MAGENTO
    },
    ExportLayout {
        marks: &["id", "purchase point", "purchase date", "sku"],
        columns: &[
            (ColumnRole::Order, &["id"]),
            (ColumnRole::Time, &["purchase date"]),
            (ColumnRole::Sku, &["sku"]),
            (ColumnRole::Name, &["product name", "name"]),
            (ColumnRole::Quantity, &["qty", "qty ordered", "quantity"]),
            (ColumnRole::Price, &["price", "item price"]),
            (ColumnRole::Channel, &["purchase point"]),
            (ColumnRole::Buyer, &["customer email", "bill to name"]),
            (ColumnRole::State, &["status"]),
        ],
        ..MAGENTO
    },
    ExportLayout {
        marks: &["purchase point", "purchase date", "status"],
        columns: &[(ColumnRole::Order, &["id"]), (ColumnRole::Time, &["purchase date"])],
        lacks: Some(
            "Magento's order grid has a row for each order and no lines: export the order items \
             (increment_id, created_at, status, sku, qty_ordered, price)",
        ),
        ..MAGENTO
    },
    ExportLayout {
        name: "olist",
        title: "Olist's orders joined with their items",
        marks: &["order id", "order purchase timestamp", "product id"],
        columns: &[
            (ColumnRole::Order, &["order id"]),
            (ColumnRole::Time, &["order purchase timestamp"]),
            (ColumnRole::Sku, &["product id"]),
            (ColumnRole::Price, &["price"]),
            (ColumnRole::Buyer, &["customer unique id", "customer id"]),
            (ColumnRole::State, &["order status"]),
        ],
        without_sku: WithoutSku::Unreadable,
        one_unit: true,
        ..BASE
    },
    ExportLayout {
        name: "olist",
        title: "Olist's orders",
        marks: &["order id", "order purchase timestamp"],
        lacks: Some("join the orders with olist_order_items_dataset.csv on `order_id`"),
        ..BASE
    },
    ExportLayout {
        name: "olist",
        title: "Olist's order items",
        marks: &["order id", "order item id", "product id", "shipping limit date"],
        lacks: Some("join the items with olist_orders_dataset.csv on `order_id`: it has the times"),
        ..BASE
    },
    ExportLayout {
        name: "online-retail",
        title: "the Online Retail data set",
        marks: &["stockcode", "quantity", "invoicedate"],
        columns: &[
            (ColumnRole::Order, &["invoiceno", "invoice"]),
            (ColumnRole::Time, &["invoicedate"]),
            (ColumnRole::Sku, &["stockcode"]),
            (ColumnRole::Quantity, &["quantity"]),
            (ColumnRole::Price, &["unitprice", "price"]),
            (ColumnRole::Buyer, &["customerid", "customer id"]),
        ],
        order: Some(DateOrder::MonthFirst),
        without_sku: WithoutSku::Unreadable,
        cancellations: Some("C"),
        no_goods: &[
            "POST",
            "DOT",
            "C2",
            "C3",
            "D",
            "M",
            "m",
            "S",
            "B",
            "PADS",
            "CRUK",
            "AMAZONFEE",
            "BANK CHARGES",
            "ADJUST",
            "ADJUST2",
            "TEST001",
            "TEST002",
        ],
        ..BASE
    },
    ExportLayout {
        marks: &["order number", "order date", "line items"],
        columns: &[
            (ColumnRole::Order, &["order number", "order id"]),
            (ColumnRole::Time, &["order date"]),
            (ColumnRole::Items, &["line items"]),
            (ColumnRole::Buyer, &["customer email", "billing email", "customer id"]),
            (ColumnRole::State, &["status", "order status"]),
            (ColumnRole::Currency, &["order currency", "currency"]),
        ],
        ..WOO
    },
    ExportLayout {
        marks: &["order number", "order date", "line item 1"],
        columns: &[
            (ColumnRole::Order, &["order number", "order id"]),
            (ColumnRole::Time, &["order date"]),
            (ColumnRole::Items, &["line item #"]),
            (ColumnRole::Buyer, &["customer email", "billing email", "customer id"]),
            (ColumnRole::State, &["status", "order status"]),
            (ColumnRole::Currency, &["order currency", "currency"]),
        ],
        ..WOO
    },
    ExportLayout {
        marks: &["order number", "order date", "status", "item total"],
        columns: WOO_ROWS,
        ..WOO
    },
    ExportLayout {
        marks: &["order number", "order date", "order status", "sku"],
        columns: WOO_ROWS,
        ..WOO
    },
    ExportLayout {
        marks: &["order number", "order date", "order status", "item cost"],
        columns: WOO_ROWS,
        ..WOO
    },
    ExportLayout {
        marks: &["date", "order", "status", "product s", "items sold"],
        columns: &[
            (ColumnRole::Order, &["order"]),
            (ColumnRole::Time, &["date"]),
            (ColumnRole::Items, &["product s"]),
            (ColumnRole::Buyer, &["customer"]),
            (ColumnRole::State, &["status"]),
        ],
        ..WOO
    },
];

/// `WooCommerce`, a row for each line.
const WOO_ROWS: &[(ColumnRole, &[&str])] = &[
    (ColumnRole::Order, &["order number", "order id"]),
    (ColumnRole::Time, &["order date"]),
    (ColumnRole::Sku, &["item sku", "sku", "product sku"]),
    (ColumnRole::Name, &["item name", "product name", "product name main", "name"]),
    (ColumnRole::Quantity, &["item quantity", "quantity", "quantity refund", "qty"]),
    (ColumnRole::Price, &["item cost", "item price"]),
    (ColumnRole::Total, &["item total", "order line total", "line total"]),
    (ColumnRole::Buyer, &["customer email", "billing email", "email billing", "customer id"]),
    (ColumnRole::State, &["status", "order status"]),
    (ColumnRole::Currency, &["order currency", "currency"]),
];

impl ExportLayout {
    /// A table of one's own, whose names are a guess.
    pub(super) fn is_own(&self) -> bool {
        self.name == COLUMNS.name
    }

    fn is_that_of(&self, header: &Header) -> bool {
        self.marks.iter().all(|mark| header.like(mark).is_some())
    }
}

/// The words that `format` may be.
pub(crate) fn names() -> Vec<&'static str> {
    let all = LAYOUTS.iter().chain([&COLUMNS]).map(|layout| layout.name);
    all.collect::<std::collections::BTreeSet<&str>>().into_iter().collect()
}

/// The layout that a header has; of that format, when one is said.
pub(crate) fn recognise(header: &Header, said: Option<&str>) -> Option<&'static ExportLayout> {
    let asked = |layout: &&ExportLayout| said.is_none_or(|said| layout.name == said);
    LAYOUTS.iter().filter(asked).find(|layout| layout.is_that_of(header))
}

/// The columns by which the layouts of a format are known, in words.
pub(crate) fn marks(name: &str) -> String {
    let of = LAYOUTS.iter().filter(|layout| layout.name == name && layout.lacks.is_none());
    let all: Vec<String> =
        of.map(|layout| super::columns::list(layout.marks.iter().copied())).collect();
    all.join("; or ")
}
