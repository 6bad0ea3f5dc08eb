//! Owns the JSON of `WooCommerce`'s API: products, orders, errors. Must not know what they mean.

use std::borrow::Cow;

use hyper::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::faces::FaceReply;
use crate::faces::written::Written;

/// A refusal in the platform's shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) code: Cow<'static, str>,
    pub(super) message: String,
    /// What `data` has beside the status.
    pub(super) data: Map<String, Value>,
    pub(super) is_known: bool,
}

impl Refused {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Refused {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let (code, message, data) = (Cow::Borrowed(code), message.into(), Map::new());
        Refused { status, code, message, data, is_known: true }
    }

    /// The same to somebody who has not shown who they are.
    pub(super) fn into_stranger(self) -> Refused {
        Refused { is_known: false, ..self }
    }

    /// Nobody has said who they are.
    pub(super) fn nobody(message: &str) -> Refused {
        Refused::new(401, "woocommerce_rest_cannot_view", message).into_stranger()
    }

    /// Whoever it is has not proved it.
    pub(super) fn unknown(message: &str) -> Refused {
        Refused::new(401, "woocommerce_rest_authentication_error", message).into_stranger()
    }

    /// A parameter that makes no sense.
    pub(super) fn parameter(name: &str, why: impl Into<String>) -> Refused {
        let why = why.into();
        let mut refused =
            Refused::new(400, "rest_invalid_param", format!("Invalid parameter(s): {name}"));
        refused.data.insert("params".to_owned(), json!({ name: why }));
        refused
    }

    /// What this face does not have, by name.
    pub(super) fn not_here(what: &str) -> Refused {
        let message = format!("{what}: not in this mock; docs/dialects.md says what is");
        Refused::new(501, "doorbuster_not_implemented", message)
    }

    /// The same as JSON: what a batch tells of one item, too.
    pub(super) fn shape(&self) -> Value {
        let mut data = self.data.clone();
        data.insert("status".to_owned(), json!(self.status.as_u16()));
        json!({ "code": self.code, "message": self.message, "data": data })
    }

    pub(super) fn told(&self) -> FaceReply {
        let reply = FaceReply::json(self.status, &self.shape());
        FaceReply { is_known: self.is_known, ..reply }
    }
}

/// A product.
pub(super) struct Product<'a> {
    pub(super) id: u64,
    pub(super) name: &'a str,
    pub(super) created: &'a str,
    pub(super) modified: &'a str,
    pub(super) status: &'static str,
    pub(super) price: &'a str,
    pub(super) regular_price: &'a str,
    pub(super) sale_price: &'a str,
    pub(super) on_sale: bool,
    pub(super) purchasable: bool,
    pub(super) stock_quantity: i64,
    pub(super) stock_status: &'static str,
}

impl Product<'_> {
    /// With all that the platform tells of one.
    pub(super) fn write(&self, to: &mut Written) {
        let truth = |is: bool| if is { "true" } else { "false" };
        to.raw("{\"id\":").number(self.id as i64);
        to.raw(",\"name\":").text(self.name).raw(",\"slug\":").text(self.name);
        to.raw(",\"permalink\":\"\",\"date_created\":").text(self.created);
        to.raw(",\"date_created_gmt\":").text(self.created);
        to.raw(",\"date_modified\":").text(self.modified);
        to.raw(",\"date_modified_gmt\":").text(self.modified);
        to.raw(",\"type\":\"simple\",\"status\":").text(self.status);
        to.raw(",\"catalog_visibility\":\"visible\",\"sku\":").text(self.name);
        to.raw(",\"price\":").text(self.price);
        to.raw(",\"regular_price\":").text(self.regular_price);
        to.raw(",\"sale_price\":").text(self.sale_price);
        to.raw(",\"on_sale\":").raw(truth(self.on_sale));
        to.raw(",\"purchasable\":").raw(truth(self.purchasable));
        to.raw(",\"manage_stock\":true,\"stock_quantity\":").number(self.stock_quantity);
        to.raw(",\"stock_status\":").text(self.stock_status);
        to.raw(",\"backorders\":\"no\",\"parent_id\":0,\"variations\":[],\"attributes\":[]");
        to.raw(",\"meta_data\":[]}");
    }
}

/// An order.
#[derive(Serialize)]
pub(super) struct Order<'a> {
    pub(super) id: u64,
    pub(super) parent_id: u64,
    pub(super) number: String,
    pub(super) order_key: String,
    pub(super) created_via: &'static str,
    pub(super) version: &'static str,
    pub(super) status: &'static str,
    pub(super) currency: &'a str,
    pub(super) prices_include_tax: bool,
    pub(super) date_created: &'a str,
    pub(super) date_created_gmt: &'a str,
    pub(super) date_modified: &'a str,
    pub(super) date_modified_gmt: &'a str,
    pub(super) date_paid: Option<&'a str>,
    pub(super) date_paid_gmt: Option<&'a str>,
    pub(super) discount_total: &'a str,
    pub(super) shipping_total: &'a str,
    pub(super) total: String,
    pub(super) total_tax: &'a str,
    pub(super) customer_id: u64,
    pub(super) billing: Value,
    pub(super) shipping: Value,
    pub(super) payment_method: &'static str,
    pub(super) payment_method_title: &'static str,
    pub(super) line_items: Vec<OrderLine<'a>>,
    pub(super) tax_lines: [u64; 0],
    pub(super) shipping_lines: [u64; 0],
    pub(super) fee_lines: [u64; 0],
    pub(super) coupon_lines: [u64; 0],
    pub(super) refunds: [u64; 0],
    pub(super) meta_data: Vec<Meta>,
}

/// A word beside an order that the platform has no field for.
#[derive(Serialize)]
pub(super) struct Meta {
    pub(super) id: u64,
    pub(super) key: &'static str,
    pub(super) value: String,
}

/// The words that say where an order of a channel's comes from.
pub(super) const NAME: &str = "source_name";
pub(super) const IDENTIFIER: &str = "source_identifier";

impl Meta {
    /// What an order says of where it comes from.
    pub(super) fn of(order: u64, (name, number): (&str, u64)) -> Vec<Meta> {
        let one = |place: u64, key, value| Meta { id: order * 10 + place, key, value };
        vec![one(1, NAME, name.to_owned()), one(2, IDENTIFIER, number.to_string())]
    }
}

/// A line of an order.
#[derive(Serialize)]
pub(super) struct OrderLine<'a> {
    pub(super) id: u64,
    pub(super) name: &'a str,
    pub(super) product_id: u64,
    pub(super) variation_id: u64,
    pub(super) quantity: i64,
    pub(super) subtotal: String,
    pub(super) total: String,
    pub(super) total_tax: &'a str,
    pub(super) sku: &'a str,
    pub(super) price: f64,
    pub(super) taxes: [u64; 0],
    pub(super) meta_data: [u64; 0],
}
