//! Owns the exports that are known by name: whose they are, and what their columns say.
//! Must not know how a row is read.
//!
//! Names of columns are compared in small letters without signs (`columns::plain`). A format may
//! have several layouts; the first whose marks are all there is the one. Column names: Shopify help
//! "Export orders"; `WooCommerce` by the plugins of `SkyVerge`, `WebToffee`, `AlgolPlus` and by its
//! own analytics; Amazon `GET_FLAT_FILE_ORDERS_DATA` and
//! `GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL`;
//! eBay Seller Hub's orders report; Etsy's sold order items; Magento's order grid and its table
//! `sales_order_item`; Olist and Online Retail as their owners publish them.

mod own;

use super::columns::{Header, Role};
use super::moment::Order;
pub(crate) use own::COLUMNS;

/// A layout of an export.
pub(crate) struct Layout {
    /// The word that a scenario says.
    pub(crate) name: &'static str,
    /// What people call it.
    pub(crate) title: &'static str,
    /// Columns that it can be known by, all of them.
    marks: &'static [&'static str],
    /// Each role with the names that its column may have, the best first.
    pub(crate) columns: &'static [(Role, &'static [&'static str])],
    /// Which number of a day is usual where its times do not prove it.
    pub(crate) order: Option<Order>,
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

const BASE: Layout = Layout {
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

const WOO: Layout = Layout { name: "woocommerce", title: "a WooCommerce order export", ..BASE };

const MAGENTO: Layout = Layout { name: "magento", title: "a Magento order export", ..BASE };

const LAYOUTS: &[Layout] = &[
    Layout {
        name: "shopify",
        title: "a Shopify order export",
        marks: &["name", "lineitem quantity"],
        columns: &[
            (Role::Order, &["name"]),
            (Role::Time, &["created at"]),
            (Role::Sku, &["lineitem sku"]),
            (Role::Name, &["lineitem name"]),
            (Role::Quantity, &["lineitem quantity"]),
            (Role::Price, &["lineitem price"]),
            (Role::Channel, &["source"]),
            (Role::Buyer, &["email"]),
            (Role::State, &["financial status"]),
            (Role::Cancelled, &["cancelled at"]),
            (Role::Currency, &["currency"]),
        ],
        ..BASE
    },
    Layout {
        name: "amazon-all-orders",
        title: "Amazon's All Orders report",
        marks: &["amazon order id", "purchase date", "quantity"],
        columns: &[
            (Role::Order, &["amazon order id"]),
            (Role::Time, &["purchase date"]),
            (Role::Sku, &["sku"]),
            (Role::Name, &["product name"]),
            (Role::Quantity, &["quantity"]),
            (Role::Total, &["item price"]),
            (Role::Channel, &["sales channel"]),
            (Role::State, &["order status"]),
            (Role::LineState, &["item status"]),
            (Role::Currency, &["currency"]),
        ],
        without_sku: WithoutSku::Unreadable,
        ..BASE
    },
    Layout {
        name: "amazon-orders",
        title: "Amazon's order report",
        marks: &["order id", "order item id", "purchase date", "quantity purchased"],
        columns: &[
            (Role::Order, &["order id"]),
            (Role::Time, &["purchase date"]),
            (Role::Sku, &["sku"]),
            (Role::Name, &["product name"]),
            (Role::Quantity, &["quantity purchased"]),
            (Role::Total, &["item price"]),
            (Role::Channel, &["sales channel"]),
            (Role::Buyer, &["buyer email"]),
            (Role::State, &["order status"]),
            (Role::Currency, &["currency"]),
        ],
        without_sku: WithoutSku::Unreadable,
        ..BASE
    },
    Layout {
        name: "ebay",
        title: "an eBay orders report",
        marks: &["sales record number", "item title", "sale date"],
        columns: &[
            (Role::Order, &["order number", "sales record number"]),
            (Role::Time, &["sale date"]),
            (Role::Sku, &["custom label"]),
            (Role::Name, &["item title"]),
            (Role::Variant, &["variation details"]),
            (Role::Quantity, &["quantity"]),
            (Role::Price, &["sold for", "sale price"]),
            (Role::Buyer, &["buyer username", "user id"]),
        ],
        without_sku: WithoutSku::Summary,
        ..BASE
    },
    Layout {
        name: "etsy",
        title: "Etsy's sold order items",
        marks: &["sale date", "item name", "quantity", "order id", "transaction id"],
        columns: &[
            (Role::Order, &["order id"]),
            (Role::Time, &["sale date"]),
            (Role::Sku, &["sku"]),
            (Role::Name, &["item name"]),
            (Role::Variant, &["variations"]),
            (Role::Quantity, &["quantity"]),
            (Role::Price, &["price"]),
            (Role::Buyer, &["buyer"]),
            (Role::Currency, &["currency"]),
        ],
        order: Some(Order::MonthFirst),
        ..BASE
    },
    Layout {
        marks: &["increment id", "created at", "sku", "qty ordered"],
        columns: &[
            (Role::Order, &["increment id"]),
            (Role::Time, &["created at"]),
            (Role::Sku, &["sku"]),
            (Role::Name, &["name", "product name"]),
            (Role::Quantity, &["qty ordered"]),
            (Role::Price, &["price", "base price", "original price"]),
            (Role::Channel, &["store name"]),
            (Role::Buyer, &["customer email", "customer id"]),
            (Role::State, &["status", "state"]),
            (Role::Parent, &["parent item id"]),
            (Role::Currency, &["order currency code"]),
        ],
        without_sku: WithoutSku::Unreadable,
        ..MAGENTO
    },
    Layout {
        marks: &["id", "purchase point", "purchase date", "sku"],
        columns: &[
            (Role::Order, &["id"]),
            (Role::Time, &["purchase date"]),
            (Role::Sku, &["sku"]),
            (Role::Name, &["product name", "name"]),
            (Role::Quantity, &["qty", "qty ordered", "quantity"]),
            (Role::Price, &["price", "item price"]),
            (Role::Channel, &["purchase point"]),
            (Role::Buyer, &["customer email", "bill to name"]),
            (Role::State, &["status"]),
        ],
        ..MAGENTO
    },
    Layout {
        marks: &["purchase point", "purchase date", "status"],
        columns: &[(Role::Order, &["id"]), (Role::Time, &["purchase date"])],
        lacks: Some(
            "Magento's order grid has a row for each order and no lines: export the order items \
             (increment_id, created_at, status, sku, qty_ordered, price)",
        ),
        ..MAGENTO
    },
    Layout {
        name: "olist",
        title: "Olist's orders joined with their items",
        marks: &["order id", "order purchase timestamp", "product id"],
        columns: &[
            (Role::Order, &["order id"]),
            (Role::Time, &["order purchase timestamp"]),
            (Role::Sku, &["product id"]),
            (Role::Price, &["price"]),
            (Role::Buyer, &["customer unique id", "customer id"]),
            (Role::State, &["order status"]),
        ],
        without_sku: WithoutSku::Unreadable,
        one_unit: true,
        ..BASE
    },
    Layout {
        name: "olist",
        title: "Olist's orders",
        marks: &["order id", "order purchase timestamp"],
        lacks: Some("join the orders with olist_order_items_dataset.csv on `order_id`"),
        ..BASE
    },
    Layout {
        name: "olist",
        title: "Olist's order items",
        marks: &["order id", "order item id", "product id", "shipping limit date"],
        lacks: Some("join the items with olist_orders_dataset.csv on `order_id`: it has the times"),
        ..BASE
    },
    Layout {
        name: "online-retail",
        title: "the Online Retail data set",
        marks: &["stockcode", "quantity", "invoicedate"],
        columns: &[
            (Role::Order, &["invoiceno", "invoice"]),
            (Role::Time, &["invoicedate"]),
            (Role::Sku, &["stockcode"]),
            (Role::Quantity, &["quantity"]),
            (Role::Price, &["unitprice", "price"]),
            (Role::Buyer, &["customerid", "customer id"]),
        ],
        order: Some(Order::MonthFirst),
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
    Layout {
        marks: &["order number", "order date", "line items"],
        columns: &[
            (Role::Order, &["order number", "order id"]),
            (Role::Time, &["order date"]),
            (Role::Items, &["line items"]),
            (Role::Buyer, &["customer email", "billing email", "customer id"]),
            (Role::State, &["status", "order status"]),
            (Role::Currency, &["order currency", "currency"]),
        ],
        ..WOO
    },
    Layout {
        marks: &["order number", "order date", "line item 1"],
        columns: &[
            (Role::Order, &["order number", "order id"]),
            (Role::Time, &["order date"]),
            (Role::Items, &["line item #"]),
            (Role::Buyer, &["customer email", "billing email", "customer id"]),
            (Role::State, &["status", "order status"]),
            (Role::Currency, &["order currency", "currency"]),
        ],
        ..WOO
    },
    Layout {
        marks: &["order number", "order date", "status", "item total"],
        columns: WOO_ROWS,
        ..WOO
    },
    Layout {
        marks: &["order number", "order date", "order status", "sku"],
        columns: WOO_ROWS,
        ..WOO
    },
    Layout {
        marks: &["order number", "order date", "order status", "item cost"],
        columns: WOO_ROWS,
        ..WOO
    },
    Layout {
        marks: &["date", "order", "status", "product s", "items sold"],
        columns: &[
            (Role::Order, &["order"]),
            (Role::Time, &["date"]),
            (Role::Items, &["product s"]),
            (Role::Buyer, &["customer"]),
            (Role::State, &["status"]),
        ],
        ..WOO
    },
];

/// `WooCommerce`, a row for each line.
const WOO_ROWS: &[(Role, &[&str])] = &[
    (Role::Order, &["order number", "order id"]),
    (Role::Time, &["order date"]),
    (Role::Sku, &["item sku", "sku", "product sku"]),
    (Role::Name, &["item name", "product name", "product name main", "name"]),
    (Role::Quantity, &["item quantity", "quantity", "quantity refund", "qty"]),
    (Role::Price, &["item cost", "item price"]),
    (Role::Total, &["item total", "order line total", "line total"]),
    (Role::Buyer, &["customer email", "billing email", "email billing", "customer id"]),
    (Role::State, &["status", "order status"]),
    (Role::Currency, &["order currency", "currency"]),
];

impl Layout {
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
pub(crate) fn recognise(header: &Header, said: Option<&str>) -> Option<&'static Layout> {
    let asked = |layout: &&Layout| said.is_none_or(|said| layout.name == said);
    LAYOUTS.iter().filter(asked).find(|layout| layout.is_that_of(header))
}

/// The columns by which the layouts of a format are known, in words.
pub(crate) fn marks(name: &str) -> String {
    let of = LAYOUTS.iter().filter(|layout| layout.name == name && layout.lacks.is_none());
    let all: Vec<String> =
        of.map(|layout| super::columns::list(layout.marks.iter().copied())).collect();
    all.join("; or ")
}
