//! Owns orders: listed page by page, accepted, shipped, cancelled. None is made here: shoppers of
//! the run make them.

use std::collections::BTreeSet;

use hyper::StatusCode;
use serde_json::{Value, json};

use super::shapes::Refused;
use super::{Answered, Mirakl, Page, moment, told};
use crate::commerce::inside::{Inside, InsideReply, OrderRead, OrderStates, OrdersWanted};
use crate::commerce::protocol::{Confirmation, OrderState};
use crate::faces::values::{Pairs, of};
use crate::faces::{FaceClock, FaceReply, Shop, asking};
use crate::history::fact::{Line, Release};
use crate::units::{At, Money};

/// Most orders that are named in one request.
const NAMED_MAX: usize = 100;

impl Mirakl {
    /// OR11.
    pub(super) fn list_orders(
        &self,
        now: FaceClock,
        asked: &Pairs<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let page = Page::of(asked)?;
        for (name, value) in asked {
            match &**name {
                "max" | "offset" | "order" | "order_ids" | "order_state_codes" | "start_date"
                | "end_date" | "start_update_date" | "end_update_date" | "shop_id" | "locale" => {}
                "sort" if value == "dateCreated" => {}
                "sort" => return Err(Refused::input("sort: expected dateCreated")),
                "paginate" if value != "false" => {}
                other => return Err(Refused::not_here(&format!("{} of OR11", told(other)))),
            }
        }
        let stretch = |from: &'static str, until: &'static str| -> Result<(At, At), Refused> {
            let from = moment(asked, from)?.map_or(At::START, |date| now.from(date));
            let until = moment(asked, until)?.map_or(At::NEVER, |date| now.after(date));
            Ok((from, until))
        };
        let wanted = OrdersWanted {
            placed: stretch("start_date", "end_date")?,
            changed: stretch("start_update_date", "end_update_date")?,
            only: self.named(asked)?,
            states: states(asked)?,
            last_first: page.last_first,
            skip: page.offset,
            limit: page.each,
            ..OrdersWanted::default()
        };
        let (orders, total) = asking::orders(shop, wanted)?;
        let orders: Vec<Value> = orders.iter().map(|order| self.order(now, order)).collect();
        let told = json!({ "orders": orders, "total_count": total });
        Ok(FaceReply::json(StatusCode::OK, &told))
    }

    /// The orders that are named; one that is none of this shop's is not found.
    fn named(&self, asked: &Pairs<'_>) -> Result<Option<BTreeSet<u64>>, Refused> {
        let Some(ids) = of(asked, "order_ids") else { return Ok(None) };
        if ids.split(',').count() > NAMED_MAX {
            return Err(Refused::input("Too many orders given"));
        }
        Ok(Some(ids.split(',').filter_map(|id| self.order_of(id.trim())).collect()))
    }

    /// OR21: all lines of an order that waits, or none of them.
    pub(super) fn accept(&self, id: &str, body: &[u8], shop: &mut dyn Shop) -> Answered {
        let order = self.one(id, shop)?;
        let body: Value = serde_json::from_slice(body)
            .map_err(|why| Refused::input(format!("the body is no JSON: {why}")))?;
        let said = body["order_lines"].as_array().filter(|lines| !lines.is_empty());
        let said = said.ok_or_else(|| Refused::input("order_lines: expected a list"))?;
        let mut answers = vec![None; order.lines.len()];
        for line in said {
            let is_its = |place: &usize| {
                line["id"].as_str().is_some_and(|id| id == self.line_id(order.number, place + 1))
            };
            let place = (0..order.lines.len()).find(is_its);
            let (Some(place), Some(accepted)) = (place, line["accepted"].as_bool()) else {
                return Err(Refused::input("order_lines: expected id and accepted of its lines"));
            };
            answers[place] = Some(accepted);
        }
        if order.state != OrderState::Waiting {
            return Err(Refused::order_state("the order is not WAITING_ACCEPTANCE"));
        }
        let all = |answer: bool| answers.iter().all(|one| *one == Some(answer));
        let number = order.number;
        let asked = match (all(true), all(false)) {
            (true, _) => Inside::Confirm { number, step: Confirmation::Acceptance },
            (_, true) => Inside::Cancel { number, why: Release::Stock, restocks: false },
            _ if answers.contains(&None) => {
                return Err(Refused::input("order_lines: expected every line of the order"));
            }
            _ => return Err(Refused::not_here("order of which some lines are refused (OR21)")),
        };
        done(shop.inside(asked))
    }

    /// OR24: the order has left the building.
    pub(super) fn ship(&self, id: &str, shop: &mut dyn Shop) -> Answered {
        let order = self.one(id, shop)?;
        if order.state != OrderState::Ours || order.is_shipped {
            return Err(Refused::order_state("the order is not SHIPPING"));
        }
        let step = Confirmation::Dispatch;
        done(shop.inside(Inside::Confirm { number: order.number, step }))
    }

    /// OR29: what is cancelled is cancelled by the seller; its units stay off the offer.
    pub(super) fn cancel(&self, id: &str, shop: &mut dyn Shop) -> Answered {
        let order = self.one(id, shop)?;
        if matches!(order.state, OrderState::Released(_)) {
            return Err(Refused::order_state("the order is CANCELED"));
        }
        if order.is_shipped {
            return Err(Refused::order_state("the order is SHIPPED"));
        }
        let cancel = Inside::Cancel { number: order.number, why: Release::Stock, restocks: false };
        done(shop.inside(cancel))
    }

    fn one(&self, id: &str, shop: &mut dyn Shop) -> Result<OrderRead, Refused> {
        let none = || Refused::not_found("Order");
        let number = self.order_of(id).ok_or_else(none)?;
        asking::order(shop, number).ok_or_else(none)
    }

    fn order(&self, now: FaceClock, order: &OrderRead) -> Value {
        let id = self.order_id(order.number);
        let state = state(order);
        let is_open = !matches!(order.state, OrderState::Released(_)) && !order.is_shipped;
        let sum = order.lines.iter().fold(Money::ZERO, |sum, l| sum + l.price.times(l.qty));
        let total = self.number(sum);
        let dates = [order.placed, order.changed].map(|at| now.date(at) + "Z");
        let line = |(place, line): (usize, &Line)| self.line(order, (place + 1, line), &dates);
        json!({
            "order_id": id, "commercial_id": id.trim_end_matches("-A"),
            "created_date": dates[0], "last_updated_date": dates[1],
            "order_state": state, "can_cancel": is_open, "can_shop_ship": state == "SHIPPING",
            "currency_iso_code": self.terms.currency, "order_tax_mode": "TAX_INCLUDED",
            "price": total, "shipping_price": 0, "total_price": total, "total_commission": 0,
            "paymentType": "OTHER", "payment_type": "OTHER",
            "payment_workflow": "PAY_ON_ACCEPTANCE",
            "customer_debited_date": (order.state == OrderState::Ours).then_some(&dates[0]),
            "customer": {
                "customer_id": format!("shopper-{}", order.buyer.0),
                "firstname": "Shopper", "lastname": order.buyer.0.to_string(),
                "billing_address": Value::Null, "shipping_address": Value::Null,
            },
            "fulfillment": { "center": { "code": "DEFAULT" } },
            "fully_refunded": false, "has_customer_message": false, "has_incident": false,
            "has_invoice": false, "leadtime_to_ship": 0,
            "shipping_type_code": "STD", "shipping_type_label": "Standard",
            "shipping_zone_code": "ALL", "shipping_zone_label": "All",
            "shipping_deadline": Value::Null, "channel": Value::Null,
            "order_lines": order.lines.iter().enumerate().map(line).collect::<Vec<_>>(),
        })
    }

    fn line(&self, order: &OrderRead, (place, line): (usize, &Line), dates: &[String; 2]) -> Value {
        let name = self.terms.catalogue.name(line.sku);
        let (unit, total) = (self.number(line.price), self.number(line.price.times(line.qty)));
        json!({
            "order_line_id": self.line_id(order.number, place), "order_line_index": place,
            "order_line_state": state(order),
            "offer_id": self.offers.id(u64::from(line.sku.0)),
            "offer_sku": name, "product_sku": name, "product_title": name,
            "quantity": line.qty.0, "price_unit": unit, "price": total, "total_price": total,
            "shipping_price": 0, "total_commission": 0, "commission_fee": 0,
            "commission_rate_vat": 0, "commission_vat": 0,
            "created_date": dates[0], "last_updated_date": dates[1],
            "category_code": "all", "category_label": "All", "description": Value::Null,
            "offer_state_code": "11", "can_refund": false, "cancelations": [], "refunds": [],
            "order_line_additional_fields": [], "product_medias": [],
        })
    }

    /// An order's number as the platform writes it: the shop's part of what a customer has ordered.
    fn order_id(&self, number: u64) -> String {
        format!("{}_{number:08}-A", self.shop_id())
    }

    fn line_id(&self, number: u64, place: usize) -> String {
        format!("{}-{place}", self.order_id(number))
    }

    fn order_of(&self, id: &str) -> Option<u64> {
        let number = id.split_once('_')?.1.strip_suffix("-A")?.parse().ok()?;
        (self.order_id(number) == id).then_some(number)
    }
}

/// What was asked for is done: nothing is said of it.
fn done(reply: InsideReply) -> Answered {
    match reply {
        InsideReply::Cancelled | InsideReply::Confirmed => {
            let reply = FaceReply::json(StatusCode::NO_CONTENT, &());
            Ok(FaceReply { content: "", body: bytes::Bytes::new(), ..reply })
        }
        InsideReply::NoOrder => Err(Refused::not_found("Order")),
        refused => Err(refused.into()),
    }
}

fn state(order: &OrderRead) -> &'static str {
    match order.state {
        OrderState::Ours if order.is_shipped => "SHIPPED",
        OrderState::Waiting => "WAITING_ACCEPTANCE",
        OrderState::Pending => "WAITING_DEBIT_PAYMENT",
        OrderState::Ours => "SHIPPING",
        OrderState::Released(_) => "CANCELED",
    }
}

fn states(asked: &Pairs<'_>) -> Result<OrderStates, Refused> {
    let Some(codes) = of(asked, "order_state_codes") else { return Ok(OrderStates::ANY) };
    let mut states = OrderStates::NONE;
    for code in codes.split(',') {
        match code.trim() {
            "WAITING_ACCEPTANCE" => states.waiting = true,
            "WAITING_DEBIT_PAYMENT" => states.pending = true,
            "SHIPPING" => states.ours = true,
            "SHIPPED" => states.shipped = true,
            "CANCELED" => (states.unpaid, states.cancelled) = (true, true),
            "STAGING" | "WAITING_DEBIT" | "TO_COLLECT" | "RECEIVED" | "CLOSED" | "REFUSED" => {}
            _ => return Err(Refused::input("order_state_codes: expected states of orders")),
        }
    }
    Ok(states)
}
