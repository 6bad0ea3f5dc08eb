//! Owns orders: listed, read, entered, cancelled. Must not know products beyond their ids.

use std::collections::BTreeSet;

use hyper::StatusCode;
use serde_json::{Value, json};

use super::pages::{PageWanted, between};
use super::products::list;
use super::shapes::{Meta, Order, OrderLine, Refused};
use super::{Answered, Parameters, VERSION, WooCommerce};
use crate::commerce::inside::{
    Inside, InsideReply, OrderRead, OrderStates, OrdersSorted, OrdersWanted,
};
use crate::commerce::protocol::OrderState;
use crate::faces::values::whole_in;
use crate::faces::{FaceClock, FaceReply, Shop, asking, units};
use crate::history::fact::Release;
use crate::ids::{Buyer, SkuId};
use crate::units::{Money, Qty};

/// Most lines of one order.
const LINES_MAX: usize = 1_000;

impl WooCommerce {
    pub(super) fn list_orders(
        &mut self,
        now: FaceClock,
        asked: &Parameters,
        shop: &mut dyn Shop,
    ) -> Answered {
        let page = PageWanted::of(asked)?;
        let wanted = OrdersWanted {
            placed: between(now, asked, ("after", "before"))?,
            changed: between(now, asked, ("modified_after", "modified_before"))?,
            only: asked.get("include").map(|ids| self.numbers(ids)),
            states: self.states(asked)?,
            by: match asked.get("orderby").and_then(Value::as_str) {
                None | Some("date" | "id") => OrdersSorted::Placed,
                Some("modified") => OrdersSorted::Changed,
                Some(_) => return Err(Refused::parameter("orderby", "date, modified or id")),
            },
            last_first: page.last_first,
            skip: page.skip(),
            limit: page.each() as u32,
            ..OrdersWanted::default()
        };
        let (orders, total) = asking::orders(shop, wanted)?;
        let orders: Vec<Value> = orders
            .iter()
            .map(|order| {
                self.order(now, order, |order| serde_json::to_value(order).unwrap_or_default())
            })
            .collect();
        Ok(page.told(FaceReply::json(StatusCode::OK, &orders), total))
    }

    fn numbers(&self, ids: &Value) -> BTreeSet<u64> {
        let ids = list(ids).into_iter().filter_map(|id| id.parse().ok());
        ids.filter_map(|id: u64| self.orders.place(id)).collect()
    }

    pub(super) fn get_order(&mut self, now: FaceClock, id: &str, shop: &mut dyn Shop) -> Answered {
        let number = self.order_of(id)?;
        let (found, _) = asking::orders(shop, OrdersWanted::one(number))?;
        let order = found.first().ok_or_else(no_order)?;
        Ok(self.order(now, order, |order| FaceReply::json(StatusCode::OK, order)))
    }

    /// An order is entered: the platform never looks at the stock for it.
    pub(super) fn create_order(
        &mut self,
        now: FaceClock,
        asked: &Parameters,
        shop: &mut dyn Shop,
    ) -> Answered {
        if self.terms.holds.is_some() {
            return self.hand_over(now, asked, shop);
        }
        match asked.get("status").and_then(Value::as_str) {
            None | Some("pending" | "processing" | "on-hold") => {}
            Some(_) => return Err(Refused::not_here("entering an order that is over already")),
        }
        let items = items(asked)?;
        let mut lines: Vec<(SkuId, Qty)> = Vec::new();
        for item in items {
            let (sku, qty) = self.line(item)?;
            match lines.iter_mut().find(|(known, _)| *known == sku) {
                Some((_, units)) => *units += qty,
                None => lines.push((sku, qty)),
            }
        }
        let intent = self.terms.intent(self.entered);
        self.entered += 1;
        let customer = asked.get("customer_id").and_then(whole_in).filter(|id| *id > 0);
        let buyer = Buyer(customer.map_or(intent.0, |id| (1 << 61) + id as u64));
        match shop.inside(Inside::Enter { intent, buyer, lines }) {
            InsideReply::Entered { number } => {
                let order = asking::order(shop, number).ok_or_else(no_order)?;
                Ok(self.order(now, &order, |order| FaceReply::json(StatusCode::CREATED, order)))
            }
            InsideReply::TurnedAway { .. } => {
                Err(Refused::parameter("line_items", "products and quantities that make sense"))
            }
            refused => Err(refused.into()),
        }
    }

    pub(super) fn line(&self, item: &Value) -> Result<(SkuId, Qty), Refused> {
        let by_id = item.get("product_id").and_then(whole_in).filter(|id| *id != 0);
        let by_name = item.get("sku").and_then(Value::as_str);
        let sku = match (by_id, by_name) {
            (Some(id), _) => self.product_of(&id.to_string()).ok(),
            (None, Some(name)) => self.terms.catalogue.find(name),
            (None, None) => None,
        };
        let sku = sku.ok_or_else(|| {
            let why = "a line needs the id of a product";
            Refused::new(400, "woocommerce_rest_required_product_reference", why)
        })?;
        let quantity = item.get("quantity").map_or(Some(1), whole_in).and_then(units);
        let quantity = quantity.filter(|units| *units > Qty::ZERO);
        let why = "a whole number of units, 1 or more";
        Ok((sku, quantity.ok_or_else(|| Refused::parameter("line_items", why))?))
    }

    /// An order's state is set: what is cancelled goes back on offer.
    pub(super) fn put_order(
        &mut self,
        now: FaceClock,
        id: &str,
        asked: &Parameters,
        shop: &mut dyn Shop,
    ) -> Answered {
        let number = self.order_of(id)?;
        let order = asking::order(shop, number).ok_or_else(no_order)?;
        if asked.get("line_items").is_some() {
            return Err(Refused::not_here("editing the lines of an order"));
        }
        let status = asked.get("status").and_then(Value::as_str);
        match status.map(|status| status.trim_start_matches("wc-")) {
            status if self.terms.holds.is_some() => {
                self.move_on(now, &order, (status, asked), shop)?;
            }
            None => {}
            Some(same) if same == state(&order) => {}
            Some("cancelled") => {
                let (why, restocks) = (Release::Stock, true);
                match shop.inside(Inside::Cancel { number, why, restocks }) {
                    InsideReply::Cancelled => {}
                    InsideReply::NoOrder => return Err(no_order()),
                    refused => return Err(refused.into()),
                }
            }
            Some(known @ ("pending" | "processing" | "on-hold" | "completed" | "refunded")) => {
                return Err(Refused::not_here(&format!("setting an order to {known}")));
            }
            Some(_) => {
                let why = "pending, processing, on-hold, completed, cancelled, refunded or failed";
                return Err(Refused::parameter("status", why));
            }
        }
        let order = asking::order(shop, number).unwrap_or(order);
        Ok(self.order(now, &order, |order| FaceReply::json(StatusCode::OK, order)))
    }

    /// How it stands, in the platform's words: a shop that holds orders puts those on hold whose
    /// units are reserved.
    pub(super) fn state(&self, order: &OrderRead) -> &'static str {
        match order.state {
            OrderState::Pending if self.terms.holds.is_some() && !order.is_noted => "on-hold",
            _ => state(order),
        }
    }

    fn states(&self, asked: &Parameters) -> Result<OrderStates, Refused> {
        let Some(wanted) = asked.get("status") else { return Ok(OrderStates::ANY) };
        let (mut states, holds) = (OrderStates::NONE, self.terms.holds.is_some());
        for status in list(wanted) {
            match status.trim_start_matches("wc-") {
                "any" => states = OrderStates::ANY,
                "pending" if holds => states.noted = true,
                "pending" => states.pending = true,
                "on-hold" if holds => states.pending = true,
                "on-hold" => states.waiting = true,
                "processing" => states.ours = true,
                "completed" => states.shipped = true,
                "failed" => states.unpaid = true,
                "cancelled" => states.cancelled = true,
                "refunded" | "trash" | "checkout-draft" => {}
                _ => return Err(Refused::parameter("status", "states of orders")),
            }
        }
        Ok(states)
    }

    fn order_of(&self, id: &str) -> Result<u64, Refused> {
        id.parse().ok().and_then(|id| self.orders.place(id)).ok_or_else(no_order)
    }

    /// An order in the platform's words.
    pub(super) fn order<T>(
        &self,
        now: FaceClock,
        order: &OrderRead,
        told: impl FnOnce(&Order<'_>) -> T,
    ) -> T {
        let id = self.orders.id(order.number);
        let (created, modified) = (now.date(order.placed), now.date(order.changed));
        let price = |amount| self.terms.price(amount);
        let none = price(Money::ZERO);
        let total =
            order.lines.iter().fold(Money::ZERO, |sum, line| sum + line.price.times(line.qty));
        let line = |(place, line): (usize, &crate::history::fact::Line)| OrderLine {
            id: id * 100 + place as u64 + 1,
            name: self.terms.catalogue.name(line.sku),
            product_id: self.products.id(u64::from(line.sku.0)),
            variation_id: 0,
            quantity: line.qty.0,
            subtotal: price(line.price.times(line.qty)),
            total: price(line.price.times(line.qty)),
            total_tax: &none,
            sku: self.terms.catalogue.name(line.sku),
            price: price(line.price).parse().unwrap_or(0.0),
            taxes: [],
            meta_data: [],
        };
        let paid = (order.state == OrderState::Ours).then_some(&*created);
        let comes_from = self.terms.comes_from(order);
        told(&Order {
            id,
            parent_id: 0,
            number: order.number.to_string(),
            order_key: format!("wc_order_{id}"),
            created_via: "rest-api",
            version: VERSION,
            status: self.state(order),
            currency: &self.terms.currency,
            prices_include_tax: self.terms.gross,
            date_created: &created,
            date_created_gmt: &created,
            date_modified: &modified,
            date_modified_gmt: &modified,
            date_paid: paid,
            date_paid_gmt: paid,
            discount_total: &none,
            shipping_total: &none,
            total: price(total),
            total_tax: &none,
            customer_id: 0,
            billing: json!({ "email": format!("shopper-{}@example.com", order.buyer.0) }),
            shipping: json!({}),
            payment_method: "other",
            payment_method_title: "Other",
            line_items: order.lines.iter().enumerate().map(line).collect(),
            tax_lines: [],
            shipping_lines: [],
            fee_lines: [],
            coupon_lines: [],
            refunds: [],
            meta_data: comes_from.map_or_else(Vec::new, |of| Meta::of(id, of)),
        })
    }
}

/// The lines that are sent.
pub(super) fn items(asked: &Parameters) -> Result<&[Value], Refused> {
    let items = asked.get("line_items").and_then(Value::as_array);
    let items = items.filter(|items| !items.is_empty() && items.len() <= LINES_MAX);
    items.map(Vec::as_slice).ok_or_else(|| {
        Refused::parameter("line_items", format!("a list of 1 to {LINES_MAX} lines"))
    })
}

pub(super) fn no_order() -> Refused {
    Refused::new(404, "woocommerce_rest_shop_order_invalid_id", "there is no order with this id")
}

fn state(order: &OrderRead) -> &'static str {
    match order.state {
        OrderState::Waiting => "on-hold",
        OrderState::Pending => "pending",
        OrderState::Ours if order.is_shipped => "completed",
        OrderState::Ours => "processing",
        OrderState::Released(Release::Payment) => "failed",
        OrderState::Released(Release::Customer | Release::Stock | Release::NotAccepted) => {
            "cancelled"
        }
    }
}
