//! Owns the JSON of `WooCommerce`'s API: products, orders, errors. Must not know what they mean.

use std::borrow::Cow;

use hyper::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::faces::FaceReply;

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
#[derive(Serialize)]
pub(super) struct Product<'a> {
    pub(super) id: u64,
    pub(super) name: &'a str,
    pub(super) slug: &'a str,
    pub(super) permalink: &'a str,
    pub(super) date_created: &'a str,
    pub(super) date_created_gmt: &'a str,
    pub(super) date_modified: &'a str,
    pub(super) date_modified_gmt: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) catalog_visibility: &'static str,
    pub(super) sku: &'a str,
    pub(super) price: &'a str,
    pub(super) regular_price: &'a str,
    pub(super) sale_price: &'a str,
    pub(super) on_sale: bool,
    pub(super) purchasable: bool,
    pub(super) manage_stock: bool,
    pub(super) stock_quantity: i64,
    pub(super) stock_status: &'static str,
    pub(super) backorders: &'static str,
    pub(super) parent_id: u64,
    pub(super) variations: [u64; 0],
    pub(super) attributes: [u64; 0],
    pub(super) meta_data: [u64; 0],
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
    pub(super) meta_data: [u64; 0],
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
