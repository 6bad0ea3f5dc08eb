//! Owns sale orders as they are entered for channels: which order of which channel one is, when it
//! is confirmed, what becomes of one that is cancelled. Must not know how orders are found.
//!
//! The platform has two fields for where an order comes from, and neither has to be the only one of
//! its kind. Here `origin` is the channel's name, `client_order_ref` the order's number there.

use serde_json::{Map, Value, json};

use super::calls::Call;
use super::rpc::Fault;
use super::schema::Model;
use super::{Answered, Odoo, fixed};
use crate::commerce::inside::{HandedAs, HandedOver, Inside, InsideReply};
use crate::commerce::protocol::OrderState;
use crate::faces::source::add_line;
use crate::faces::values::{amount_in, whole_in};
use crate::faces::{Shop, asking};
use crate::history::fact::{Line, Release};
use crate::ids::{OrderId, SkuId};
use crate::units::{Money, Qty};

/// Most lines of one order.
const LINES_MAX: usize = 500;
/// What may be said of one that is entered.
const ORDER: [&str; 6] = [
    "partner_id",
    "partner_invoice_id",
    "partner_shipping_id",
    "origin",
    "client_order_ref",
    "order_line",
];
/// The same of a line.
const LINE: [&str; 5] = ["product_id", "product_uom_qty", "price_unit", "name", "product_uom"];

impl Odoo {
    /// A quotation is written down: it takes no units before it is confirmed.
    pub(super) fn create_order(&mut self, call: &Call<'_>, shop: &mut dyn Shop) -> Answered {
        let (wanted, is_list) = match call.said(0, "vals_list").or_else(|| call.said(0, "vals")) {
            Some(Value::Object(wanted)) => (wanted, false),
            Some(Value::Array(all)) => match all.as_slice() {
                [Value::Object(wanted)] => (wanted, true),
                _ => return Err(Fault::not_here("several orders in one create")),
            },
            _ => return Err(Fault::value("create takes values by field")),
        };
        only(wanted, &ORDER, Model::Orders)?;
        self.has_partner(wanted)?;
        let handed = HandedOver {
            order: self.order_meant(wanted)?,
            lines: self.lines(wanted, shop)?.into(),
            stands: HandedAs::Noted,
            only_if_there: false,
        };
        match shop.inside(Inside::HandOver(handed)) {
            InsideReply::Entered { number } => {
                let id = self.ids.orders.id(number);
                Ok(if is_list { json!([id]) } else { json!(id) })
            }
            InsideReply::TurnedAway { .. } => {
                Err(Fault::validation("order_line: products and quantities that make sense"))
            }
            refused => Err(refused.into()),
        }
    }

    fn has_partner(&self, wanted: &Map<String, Value>) -> Result<(), Fault> {
        let id = wanted.get("partner_id").and_then(Value::as_u64);
        let id = id.ok_or_else(|| {
            Fault::validation(
                "The operation cannot be completed: Missing required value for the field \
                 'Customer' (partner_id)",
            )
        })?;
        let all = fixed::records(&self.terms, Model::Partners);
        let is_known = all.iter().any(|partner| partner["id"] == json!(id));
        if is_known { Ok(()) } else { Err(Fault::missing("res.partner", &id.to_string())) }
    }

    /// Which order of which channel it is.
    fn order_meant(&self, wanted: &Map<String, Value>) -> Result<OrderId, Fault> {
        let text = |field: &str| wanted.get(field).and_then(Value::as_str).unwrap_or("");
        let channel = self.terms.channel_called(text("origin")).ok_or_else(|| {
            let known = self.terms.holds.as_deref().unwrap_or(&[]).join(", ");
            Fault::validation(format!("origin: it is none of the channels: {known}"))
        })?;
        let number = text("client_order_ref").parse().map_err(|_| {
            Fault::validation("client_order_ref: it is no number of an order on its channel")
        })?;
        Ok(OrderId { channel, number })
    }

    /// Its lines; what says no price costs what the product does.
    fn lines(&self, wanted: &Map<String, Value>, shop: &mut dyn Shop) -> Result<Vec<Line>, Fault> {
        let all = wanted.get("order_line").and_then(Value::as_array);
        let all = all.filter(|all| !all.is_empty() && all.len() <= LINES_MAX);
        let why = || Fault::validation(format!("order_line: 1 to {LINES_MAX} lines"));
        let mut lines = Vec::new();
        for command in all.ok_or_else(why)? {
            // As the platform has it: 0 makes one, of values that come third.
            let parts = command.as_array().map_or(&[][..], Vec::as_slice);
            let [Value::Number(makes), _, Value::Object(line)] = parts else {
                return Err(Fault::value("order_line: commands (0, 0, values)"));
            };
            if makes.as_u64() != Some(0) {
                return Err(Fault::not_here("commands of order_line other than (0, 0, values)"));
            }
            only(line, &LINE, Model::Lines)?;
            let (sku, qty) = self.line(line)?;
            let price = match line.get("price_unit").filter(|said| !said.is_null()) {
                None => asking::offer(shop, sku).map_or(Money::ZERO, |offer| offer.asks),
                Some(said) => amount_in(said, self.terms.digits)
                    .filter(|price| *price >= Money::ZERO)
                    .ok_or_else(|| Fault::validation("price_unit: an amount, not below 0"))?,
            };
            add_line(&mut lines, (sku, qty, price));
        }
        Ok(lines)
    }

    fn line(&self, line: &Map<String, Value>) -> Result<(SkuId, Qty), Fault> {
        let id = line.get("product_id").and_then(Value::as_u64);
        let place = id.and_then(|id| self.ids.products.place(id));
        let sku = place.and_then(|place| self.terms.catalogue.at(place));
        let sku = sku.ok_or_else(|| Fault::validation("product_id: it is no product"))?;
        let qty =
            line.get("product_uom_qty").map_or(Some(1), whole_in).and_then(crate::faces::units);
        let qty = qty.filter(|qty| *qty > Qty::ZERO);
        let why = || Fault::validation("product_uom_qty: a whole number of units, 1 or more");
        Ok((sku, qty.ok_or_else(why)?))
    }

    /// A quotation becomes an order: the handoff.
    pub(super) fn confirm(&mut self, call: &Call<'_>, shop: &mut dyn Shop) -> Answered {
        let id = call.id()?;
        match shop.inside(Inside::Pay { number: self.order_of(id)? }) {
            InsideReply::Entered { .. } => Ok(json!(true)),
            InsideReply::NoOrder => Err(Fault::missing("sale.order", &id.to_string())),
            InsideReply::TurnedAway { .. } => {
                Err(Fault::user("Some orders are not in a state requiring confirmation."))
            }
            refused => Err(refused.into()),
        }
    }

    /// An order is cancelled, if it is a quotation or whoever asks has said that he means it: else
    /// the platform answers with a window for a person, and nothing is cancelled.
    pub(super) fn cancel(&mut self, call: &Call<'_>, shop: &mut dyn Shop) -> Answered {
        let id = call.id()?;
        let number = self.order_of(id)?;
        let missing = || Fault::missing("sale.order", &id.to_string());
        let order = asking::order(shop, number).ok_or_else(missing)?;
        let locked = || Fault::user("You cannot cancel a locked order. Please unlock it first.");
        if order.is_shipped {
            return Err(locked());
        }
        let is_draft = order.state == OrderState::Pending;
        if !is_draft && !call.context_says("disable_cancel_warning") {
            return Ok(json!({
                "name": "Cancel Sales Order",
                "view_mode": "form",
                "res_model": "sale.order.cancel",
                "type": "ir.actions.act_window",
                "context": { "default_order_id": id, "mark_so_as_canceled": true },
                "target": "new",
            }));
        }
        // The platform has no word for why.
        let (why, restocks) = (Release::Customer, true);
        match shop.inside(Inside::Cancel { number, why, restocks }) {
            InsideReply::Cancelled => Ok(json!(true)),
            InsideReply::NoOrder => Err(missing()),
            InsideReply::TurnedAway { .. } => Err(locked()),
            refused => Err(refused.into()),
        }
    }

    fn order_of(&self, id: u64) -> Result<u64, Fault> {
        let place = self.ids.orders.place(id);
        place.ok_or_else(|| Fault::missing("sale.order", &id.to_string()))
    }
}

/// Nothing is said but what is understood.
fn only(said: &Map<String, Value>, known: &[&str], model: Model) -> Result<(), Fault> {
    let other = said.keys().find(|field| !known.contains(&field.as_str()));
    match other {
        None => Ok(()),
        Some(other) => {
            let what = format!("setting the field {other} of {}", model.name());
            Err(Fault::not_here(&what))
        }
    }
}
