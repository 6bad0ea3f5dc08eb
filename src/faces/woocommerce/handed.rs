//! Owns channels' orders as they are entered in a shop that holds all of them: which order of which
//! channel one is, as what it is entered, how it goes on. Must not know who is told.
//!
//! The platform has no field for where an order comes from. Here two words of its `meta_data` say
//! it: `source_name` is the channel's name, `source_identifier` the order's number there.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::orders::{items, no_order};
use super::shapes::{IDENTIFIER, NAME, Refused};
use super::{Answered, Parameters, WooCommerce};
use crate::commerce::inside::{HandedAs, HandedOver, Inside, InsideReply, OrderRead, OrdersWanted};
use crate::commerce::protocol::OrderState;
use crate::faces::source::add_line;
use crate::faces::values::amount_in;
use crate::faces::{FaceClock, FaceReply, Shop, asking};
use crate::history::fact::{Line, Release};
use crate::ids::OrderId;
use crate::units::{Money, Qty};

impl WooCommerce {
    /// An order of a channel's is entered: the platform never looks at the stock for it.
    pub(super) fn hand_over(
        &mut self,
        now: FaceClock,
        asked: &Parameters,
        shop: &mut dyn Shop,
    ) -> Answered {
        let handed = HandedOver {
            order: self.order_meant(asked)?,
            lines: self.handed_lines(asked, shop)?.into(),
            stands: stands(asked)?,
            only_if_there: false,
        };
        match shop.inside(Inside::HandOver(handed)) {
            InsideReply::Entered { number } => {
                self.tell_of(now, (number, true, false), shop);
                let order = asking::order(shop, number).ok_or_else(no_order)?;
                Ok(self.order(now, &order, |order| FaceReply::json(StatusCode::CREATED, order)))
            }
            InsideReply::TurnedAway { .. } => {
                Err(Refused::parameter("line_items", "products and quantities that make sense"))
            }
            refused => Err(refused.into()),
        }
    }

    /// Which order of which channel it is.
    fn order_meant(&self, asked: &Parameters) -> Result<OrderId, Refused> {
        let all = asked.get("meta_data").and_then(Value::as_array);
        let said = |key: &str| {
            let is = |word: &&Value| word.get("key").and_then(Value::as_str) == Some(key);
            all?.iter().find(is)?.get("value")
        };
        let channel = said(NAME).and_then(Value::as_str);
        let channel = channel.and_then(|name| self.terms.channel_called(name));
        let channel = channel.ok_or_else(|| {
            let known = self.terms.holds.as_deref().unwrap_or(&[]).join(", ");
            Refused::parameter("meta_data", format!("`{NAME}`: one of the channels: {known}"))
        })?;
        let number = said(IDENTIFIER).and_then(|told| match told {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        });
        let why = format!("`{IDENTIFIER}`: the number of an order on its channel");
        Ok(OrderId { channel, number: number.ok_or_else(|| Refused::parameter("meta_data", why))? })
    }

    /// Its lines; what says no total costs what the shop charges.
    fn handed_lines(&self, asked: &Parameters, shop: &mut dyn Shop) -> Result<Vec<Line>, Refused> {
        let mut lines = Vec::new();
        for item in items(asked)? {
            let (sku, qty) = self.line(item)?;
            let price = match item.get("total").filter(|said| !said.is_null()) {
                None => asking::offer(shop, sku).map_or(Money::ZERO, |offer| offer.asks),
                Some(said) => self.unit_price(said, qty)?,
            };
            add_line(&mut lines, (sku, qty, price));
        }
        Ok(lines)
    }

    /// What a unit costs in a line of that total.
    fn unit_price(&self, total: &Value, qty: Qty) -> Result<Money, Refused> {
        let total = amount_in(total, self.terms.digits).filter(|total| *total >= Money::ZERO);
        let Money(total) =
            total.ok_or_else(|| Refused::parameter("line_items", "a `total` such as 12.50"))?;
        if total % qty.0 != 0 {
            return Err(Refused::not_here("a line whose units do not all cost the same"));
        }
        Ok(Money(total / qty.0))
    }

    /// An order goes on to another state.
    pub(super) fn move_on(
        &mut self,
        now: FaceClock,
        order: &OrderRead,
        (status, asked): (Option<&str>, &Parameters),
        shop: &mut dyn Shop,
    ) -> Result<(), Refused> {
        let (number, is) = (order.number, self.state(order));
        let awaits = order.state == OrderState::Pending;
        let to = if is_set_paid(asked) && awaits { Some("processing") } else { status };
        let changed = match to {
            None if !is_set_paid(asked) => return Ok(()),
            // It stands so already: whoever says so was in doubt, and finds it.
            to if to.is_none_or(|same| same == is) => {
                asking::orders(shop, OrdersWanted::one(number))?;
                return Ok(());
            }
            Some("processing") if awaits => shop.inside(Inside::Pay { number }),
            Some("cancelled") => {
                // The platform has no word for why.
                let (why, restocks) = (Release::Customer, true);
                shop.inside(Inside::Cancel { number, why, restocks })
            }
            Some(
                known
                @ ("pending" | "on-hold" | "processing" | "completed" | "refunded" | "failed"),
            ) => {
                return Err(Refused::not_here(&format!(
                    "setting an order that is {is} to {known}"
                )));
            }
            _ => {
                let why = "pending, processing, on-hold, completed, cancelled, refunded or failed";
                return Err(Refused::parameter("status", why));
            }
        };
        match changed {
            InsideReply::Entered { .. } | InsideReply::Cancelled => {
                self.tell_of(now, (number, false, false), shop);
                Ok(())
            }
            InsideReply::NoOrder => Err(no_order()),
            InsideReply::TurnedAway { .. } => {
                Err(Refused::not_here(&format!("cancelling an order that is {is}")))
            }
            refused => Err(refused.into()),
        }
    }
}

/// As what it is entered: `pending` takes no units, `on-hold` does, as the platform has it.
fn stands(asked: &Parameters) -> Result<HandedAs, Refused> {
    let status = asked.get("status").and_then(Value::as_str);
    match status.map(|status| status.trim_start_matches("wc-")) {
        None | Some("pending" | "on-hold") if is_set_paid(asked) => Ok(HandedAs::Ours),
        None | Some("pending") => Ok(HandedAs::Noted),
        Some("on-hold") => Ok(HandedAs::Reserved),
        Some("processing") => Ok(HandedAs::Ours),
        Some(_) => Err(Refused::not_here("entering an order that is over already")),
    }
}

fn is_set_paid(asked: &Parameters) -> bool {
    matches!(asked.get("set_paid"), Some(Value::Bool(true)))
        || asked.get("set_paid") == Some(&json!("true"))
}
