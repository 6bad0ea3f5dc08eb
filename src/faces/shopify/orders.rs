//! Owns orders in REST: listed, read, entered, cancelled. Must not know products beyond their ids.

use hyper::Method;
use serde_json::{Value, json};

use super::cancels::reason;
use super::handed::{CANCELLED, LINES_MAX, REST};
use super::ids::gid;
use super::pages::{RestPage, only};
use super::shapes::{Refused, created, date, ok};
use super::{Answered, Asked, Shopify};
use crate::commerce::inside::{
    Inside, InsideReply, OrderRead, OrderStates, OrdersSorted, OrdersWanted,
};
use crate::commerce::protocol::OrderState;
use crate::faces::values::whole_in;
use crate::faces::{FaceClock, Shop, asking, units};
use crate::history::fact::{Line, Release};
use crate::ids::{Buyer, SkuId};
use crate::units::{At, Money, Qty, Span};

/// States of orders that are open.
pub(super) const OPEN: OrderStates =
    OrderStates { unpaid: false, cancelled: false, ..OrderStates::ANY };
/// The number that a shop's first order has for people.
pub(super) const FIRST: u64 = 1_001;

impl Shopify {
    pub(super) fn orders(
        &mut self,
        now: FaceClock,
        method: &Method,
        parts: &[&str],
        asked: &Asked<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let (reads, posts) = (*method == Method::GET, *method == Method::POST);
        match parts {
            ["orders"] if reads => self.list_orders(now, asked, shop),
            ["orders"] if posts => {
                let order = asked.body.get("order").ok_or_else(|| Refused::missing("order"))?;
                let order = self.enter(now, order, &REST, shop)?;
                Ok(created("order", &self.order(now, &order)))
            }
            ["orders", "count"] if reads => {
                let page = RestPage::of(asked)?;
                let wanted = OrdersWanted { limit: 0, ..wanted(now, &page)? };
                Ok(ok("count", &json!(asking::orders(shop, wanted)?.1)))
            }
            ["orders", id] if reads => {
                let order = self.find(id, shop)?;
                Ok(ok("order", &only(asked, self.order(now, &order))))
            }
            ["orders", id, "cancel"] if posts => self.cancel(now, id, asked, shop),
            ["orders", id, "transactions"] if posts && self.terms.holds.is_some() => {
                self.transact(now, id, asked, shop)
            }
            ["orders", _, "close" | "open"] | ["orders", _] => {
                Err(Refused::not_here("editing, closing and deleting orders"))
            }
            ["orders", _, what, ..] => Err(Refused::not_here(&format!("{what} of orders"))),
            _ => Err(Refused::not_found()),
        }
    }

    fn list_orders(&mut self, now: FaceClock, asked: &Asked<'_>, shop: &mut dyn Shop) -> Answered {
        let page = RestPage::of(asked)?;
        let mut wanted = wanted(now, &page)?;
        wanted.limit = page.each;
        if let Some(ids) = page.says("ids") {
            let places = ids.split(',').filter_map(|id| id.trim().parse().ok());
            wanted.only = Some(places.filter_map(|id| self.ids.orders.place(id)).collect());
        }
        if let Some(since) = page.says("since_id").and_then(|id| id.parse().ok()) {
            wanted.numbers.0 = self.ids.orders.place(since).map_or(0, |n| n.saturating_add(1));
            wanted.last_first = false;
        }
        if let Some(after) = page.after {
            match (wanted.by, wanted.last_first) {
                (OrdersSorted::Placed, true) => wanted.numbers.1 = after,
                (OrdersSorted::Placed, false) => wanted.numbers.0 = after.saturating_add(1),
                (OrdersSorted::Changed, true) => wanted.changed.1 = At(after),
                (OrdersSorted::Changed, false) => wanted.changed.0 = At(after) + Span(1),
            }
        }
        let by = wanted.by;
        let (orders, total) = asking::orders(shop, wanted)?;
        let next = orders.last().filter(|_| total > orders.len() as u64).map(|last| match by {
            OrdersSorted::Placed => last.number,
            OrdersSorted::Changed => last.changed.0,
        });
        let shown = orders.iter().map(|order| only(asked, self.order(now, order))).collect();
        Ok(page.told(ok("orders", &Value::Array(shown)), asked, next))
    }

    fn find(&self, id: &str, shop: &mut dyn Shop) -> Result<OrderRead, Refused> {
        let number = self.order_at(id)?;
        let found = asking::orders(shop, OrdersWanted::one(number))?.0.pop();
        found.ok_or_else(Refused::not_found)
    }

    pub(super) fn order_at(&self, id: &str) -> Result<u64, Refused> {
        let place = id.parse().ok().and_then(|id| self.ids.orders.place(id));
        place.ok_or_else(Refused::not_found)
    }

    /// Enters an order: unless told to, the platform does not look at the stock for it.
    pub(super) fn enter_sold(
        &mut self,
        order: &Value,
        lines: &'static str,
        shop: &mut dyn Shop,
    ) -> Result<OrderRead, Refused> {
        let items = order.get(lines).and_then(Value::as_array);
        let items = items.filter(|items| !items.is_empty() && items.len() <= LINES_MAX);
        let items = items.ok_or_else(|| Refused::field(lines, "can't be blank"))?;
        let mut wanted: Vec<(SkuId, Qty)> = Vec::new();
        for item in items {
            let (sku, qty) = self.line(item, lines)?;
            match wanted.iter_mut().find(|(known, _)| *known == sku) {
                Some((_, units)) => *units += qty,
                None => wanted.push((sku, qty)),
            }
        }
        let intent = self.terms.intent(self.entered);
        self.entered += 1;
        let buyer = Buyer(intent.0);
        match shop.inside(Inside::Enter { intent, buyer, lines: wanted }) {
            InsideReply::Entered { number } => {
                asking::order(shop, number).ok_or_else(Refused::not_found)
            }
            InsideReply::TurnedAway { .. } => Err(Refused::field(lines, "make no sense")),
            refused => Err(refused.into()),
        }
    }

    pub(super) fn line(&self, item: &Value, name: &'static str) -> Result<(SkuId, Qty), Refused> {
        let id = item.get("variant_id").or_else(|| item.get("variantId"));
        let id = id.and_then(|id| match id {
            Value::String(text) => super::ids::number("ProductVariant", text),
            other => whole_in(other).and_then(|id| u64::try_from(id).ok()),
        });
        let place = id.and_then(|id| self.ids.variants.place(id));
        let sku = place.and_then(|place| self.terms.catalogue.at(place));
        let by_name = item.get("sku").and_then(Value::as_str);
        let sku = sku.or_else(|| by_name.and_then(|name| self.terms.catalogue.find(name)));
        let sku = sku.ok_or_else(|| Refused::field(name, "need a variant of this shop"))?;
        let qty = item.get("quantity").map_or(Some(1), whole_in).and_then(units);
        let qty = qty.filter(|qty| *qty > Qty::ZERO);
        Ok((sku, qty.ok_or_else(|| Refused::field(name, "need a quantity of 1 or more"))?))
    }

    /// Some clients send the reason in the query, with nothing in the body.
    fn cancel(
        &mut self,
        now: FaceClock,
        id: &str,
        asked: &Asked<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let number = self.order_at(id)?;
        let said = asked.text("reason").unwrap_or_else(|| "other".to_owned());
        let why = reason(&said);
        let why = why.ok_or_else(|| {
            Refused::field("reason", "is none of customer, inventory, fraud, declined, other")
        })?;
        let restocks = asked.body.get("restock").is_some_and(|value| value == &json!(true))
            || asked.text("restock").is_some_and(|text| text == "true");
        match shop.inside(Inside::Cancel { number, why, restocks }) {
            InsideReply::Cancelled => self.tell_of_own(now, number, &CANCELLED, shop),
            InsideReply::NoOrder => return Err(Refused::not_found()),
            InsideReply::TurnedAway { .. } => {
                return Err(Refused::new(422, json!("Cannot cancel a fulfilled order")));
            }
            refused => return Err(refused.into()),
        }
        let order = asking::order(shop, number).ok_or_else(Refused::not_found)?;
        Ok(ok("order", &self.order(now, &order)))
    }

    /// A payment is taken down for an order that was entered unpaid.
    pub(super) fn transact(
        &mut self,
        now: FaceClock,
        id: &str,
        asked: &Asked<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let wanted = asked.body.get("transaction");
        let wanted = wanted.ok_or_else(|| Refused::missing("transaction"))?;
        let kind = wanted.get("kind").and_then(Value::as_str).unwrap_or("");
        if !matches!(kind, "capture" | "sale") {
            return Err(Refused::not_here("transactions other than `sale` and `capture`"));
        }
        let number = self.order_at(id)?;
        let order = self.pay(now, number, shop)?;
        let id = self.ids.orders.id(order.number);
        Ok(created(
            "transaction",
            &json!({
                "id": id,
                "admin_graphql_api_id": gid("OrderTransaction", id),
                "order_id": id,
                "kind": kind,
                "status": "success",
                "amount": self.terms.price(total(&order)),
                "currency": self.terms.currency,
                "created_at": date(now, order.changed),
            }),
        ))
    }

    /// An order in the platform's words.
    pub(super) fn order(&self, now: FaceClock, order: &OrderRead) -> Value {
        let id = self.ids.orders.id(order.number);
        let lines = order.lines.iter().enumerate();
        let lines: Vec<Value> =
            lines.map(|(place, line)| self.line_shape(id, place, line)).collect();
        let total = self.terms.price(total(order));
        let (financial, cancelled) = standing(order.state);
        let mut shape = json!({
            "id": id,
            "admin_graphql_api_id": gid("Order", id),
            "name": format!("#{}", FIRST + order.number),
            "number": order.number + 1,
            "order_number": FIRST + order.number,
            "created_at": date(now, order.placed),
            "processed_at": date(now, order.placed),
            "updated_at": date(now, order.changed),
            "cancelled_at": cancelled.map(|_| date(now, order.changed)),
            "cancel_reason": cancelled,
            "closed_at": Value::Null,
            "confirmed": true,
            "test": false,
            "currency": self.terms.currency,
            "email": format!("shopper-{}@example.com", order.buyer.0),
            "financial_status": financial,
            "fulfillment_status": order.is_shipped.then_some("fulfilled"),
            "subtotal_price": total,
            "total_price": total,
            "total_tax": self.terms.price(Money::ZERO),
            "line_items": lines,
        });
        if let Some((name, identifier)) = self.terms.comes_from(order) {
            shape["source_name"] = json!(name);
            shape["source_identifier"] = json!(identifier.to_string());
        }
        shape
    }

    fn line_shape(&self, order: u64, place: usize, line: &Line) -> Value {
        let (id, sku) = (line_id(order, place), u64::from(line.sku.0));
        let name = self.terms.catalogue.name(line.sku);
        json!({
            "id": id,
            "admin_graphql_api_id": gid("LineItem", id),
            "product_id": self.ids.products.id(sku),
            "variant_id": self.ids.variants.id(sku),
            "sku": name,
            "title": name,
            "name": name,
            "quantity": line.qty.0,
            "price": self.terms.price(line.price),
        })
    }
}

/// What an order comes to.
pub(super) fn total(order: &OrderRead) -> Money {
    order.lines.iter().fold(Money::ZERO, |sum, line| sum + line.price.times(line.qty))
}

/// The id of a line of an order.
pub(super) fn line_id(order: u64, place: usize) -> u64 {
    order * 100 + place as u64 + 1
}

/// What is said of the money, and why it was cancelled, if it was.
pub(super) fn standing(state: OrderState) -> (&'static str, Option<&'static str>) {
    match state {
        OrderState::Waiting | OrderState::Pending => ("pending", None),
        OrderState::Ours => ("paid", None),
        OrderState::Released(Release::Payment) => ("voided", Some("declined")),
        OrderState::Released(Release::Customer) => ("refunded", Some("customer")),
        OrderState::Released(Release::Stock) => ("refunded", Some("inventory")),
        OrderState::Released(Release::NotAccepted) => ("voided", Some("other")),
    }
}

/// The orders that filters ask for.
fn wanted(now: FaceClock, page: &RestPage) -> Result<OrdersWanted, Refused> {
    let moment = |name: &'static str| match page.says(name) {
        None => Ok(None),
        Some(text) => {
            FaceClock::read(text).map(Some).ok_or_else(|| Refused::field(name, "is not a date"))
        }
    };
    // Dates have whole seconds, and both ends are included.
    let from = |name| Ok::<_, Refused>(moment(name)?.map_or(At::START, |date| now.from(date)));
    let until = |name| Ok::<_, Refused>(moment(name)?.map_or(At::NEVER, |date| now.after(date)));
    let mut states = match page.says("status") {
        None | Some("open") => OPEN,
        Some("any") => OrderStates::ANY,
        Some("cancelled") => OrderStates { unpaid: true, cancelled: true, ..OrderStates::NONE },
        Some("closed") => OrderStates::NONE,
        Some(_) => return Err(Refused::field("status", "is none of open, closed, cancelled, any")),
    };
    match page.says("financial_status") {
        None | Some("any") => {}
        Some("pending" | "unpaid") => {
            states = OrderStates {
                waiting: states.waiting,
                pending: states.pending,
                ..OrderStates::NONE
            };
        }
        Some("paid") => {
            let (ours, shipped) = (states.ours, states.shipped);
            states = OrderStates { ours, shipped, ..OrderStates::NONE };
        }
        Some(_) => return Err(Refused::not_here("this financial_status of orders")),
    }
    let (by, last_first) = match page.says("order").map(str::to_ascii_lowercase).as_deref() {
        None | Some("created_at desc" | "processed_at desc" | "id desc") => {
            (OrdersSorted::Placed, true)
        }
        Some("created_at asc" | "processed_at asc" | "id asc" | "created_at" | "id") => {
            (OrdersSorted::Placed, false)
        }
        Some("updated_at desc") => (OrdersSorted::Changed, true),
        Some("updated_at asc" | "updated_at") => (OrdersSorted::Changed, false),
        Some(_) => return Err(Refused::not_here("this order of orders")),
    };
    Ok(OrdersWanted {
        placed: (from("created_at_min")?, until("created_at_max")?),
        changed: (from("updated_at_min")?, until("updated_at_max")?),
        states,
        by,
        last_first,
        ..OrdersWanted::default()
    })
}
