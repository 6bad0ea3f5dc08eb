//! Owns channels' orders as they are entered in a shop that holds all of them: which order of which
//! channel one is, when it is paid, who is told. Must not know products beyond their ids.
//!
//! The platform has two fields for where an order comes from. Here `source_name` is the channel's
//! name, and `source_identifier` the order's number there.

use serde_json::Value;

use super::Shopify;
use super::shapes::Refused;
use crate::commerce::inside::{HandedAs, HandedOver, Inside, InsideReply, OrderRead};
use crate::faces::source::add_line;
use crate::faces::values::amount_in;
use crate::faces::{FaceClock, Shop, asking};
use crate::history::fact::{Line, Refusal};
use crate::ids::{ChannelId, OrderId};
use crate::units::Money;

/// Most lines of one order.
pub(super) const LINES_MAX: usize = 500;

/// What an order is called by those who enter it, in REST or in GraphQL.
pub(super) struct Words {
    lines: &'static str,
    name: &'static str,
    identifier: &'static str,
    paid: &'static str,
    stock: &'static str,
}

pub(super) const REST: Words = Words {
    lines: "line_items",
    name: "source_name",
    identifier: "source_identifier",
    paid: "financial_status",
    stock: "inventory_behaviour",
};
pub(super) const GRAPHQL: Words = Words {
    lines: "lineItems",
    name: "sourceName",
    identifier: "sourceIdentifier",
    paid: "financialStatus",
    stock: "inventoryBehaviour",
};

/// What an order that is cancelled is told under.
pub(super) const CANCELLED: [&str; 2] = ["orders/cancelled", "orders/updated"];
const PAID: [&str; 2] = ["orders/paid", "orders/updated"];

impl Shopify {
    /// Enters an order: a shopper's of this shop, or one of a channel's where it holds those.
    pub(super) fn enter(
        &mut self,
        now: FaceClock,
        order: &Value,
        words: &Words,
        shop: &mut dyn Shop,
    ) -> Result<OrderRead, Refused> {
        if self.terms.holds.is_none() {
            return self.enter_sold(order, words.lines, shop);
        }
        let handed = HandedOver {
            order: self.source(order, words)?,
            lines: self.handed_lines(order, words, shop)?.into(),
            stands: stands(order, words)?,
            only_if_there: only_if_there(order, words)?,
        };
        let events: &[&str] = if handed.stands == HandedAs::Ours {
            &["orders/create", "orders/paid"]
        } else {
            &["orders/create"]
        };
        match shop.inside(Inside::HandOver(handed)) {
            InsideReply::Entered { number } => {
                self.tell_of_own(now, number, events, shop);
                asking::order(shop, number).ok_or_else(Refused::not_found)
            }
            InsideReply::TurnedAway { why: Refusal::Stock } => {
                Err(Refused::field(words.lines, "Unable to reserve inventory"))
            }
            InsideReply::TurnedAway { .. } => Err(Refused::field(words.lines, "make no sense")),
            refused => Err(refused.into()),
        }
    }

    /// Which order of which channel it is.
    fn source(&self, order: &Value, words: &Words) -> Result<OrderId, Refused> {
        let name = order.get(words.name).and_then(Value::as_str).unwrap_or("");
        let channel = self.terms.channel_called(name).ok_or_else(|| {
            let known = self.terms.holds.as_deref().unwrap_or(&[]).join(", ");
            Refused::field(words.name, &format!("is none of the channels: {known}"))
        })?;
        let number = order.get(words.identifier).and_then(|told| match told {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        });
        let wrong = || Refused::field(words.identifier, "is no number of an order on its channel");
        Ok(OrderId { channel, number: number.ok_or_else(wrong)? })
    }

    /// The channel that a filter names; of one that is not there no order is found.
    pub(super) fn channel_meant(&self, name: &str) -> ChannelId {
        self.terms.channel_called(name).unwrap_or(ChannelId(u16::MAX))
    }

    /// Its lines, one a SKU; what says no price costs what the shop charges.
    fn handed_lines(
        &self,
        order: &Value,
        words: &Words,
        shop: &mut dyn Shop,
    ) -> Result<Vec<Line>, Refused> {
        let items = order.get(words.lines).and_then(Value::as_array);
        let items = items.filter(|items| !items.is_empty() && items.len() <= LINES_MAX);
        let items = items.ok_or_else(|| Refused::field(words.lines, "can't be blank"))?;
        let mut lines: Vec<Line> = Vec::new();
        for item in items {
            let (sku, qty) = self.line(item, words.lines)?;
            let said = item.get("price").or_else(|| item.pointer("/priceSet/shopMoney/amount"));
            let price = match said.filter(|said| !said.is_null()) {
                None => asking::offer(shop, sku).map_or(Money::ZERO, |offer| offer.asks),
                Some(said) => amount_in(said, self.terms.digits)
                    .filter(|price| *price >= Money::ZERO)
                    .ok_or_else(|| Refused::field(words.lines, "need a price that is an amount"))?,
            };
            add_line(&mut lines, (sku, qty, price));
        }
        Ok(lines)
    }

    /// An order is paid; one that is paid or cancelled already cannot be.
    pub(super) fn pay(
        &mut self,
        now: FaceClock,
        number: u64,
        shop: &mut dyn Shop,
    ) -> Result<OrderRead, Refused> {
        match shop.inside(Inside::Pay { number }) {
            InsideReply::Entered { number } => {
                self.tell_of_own(now, number, &PAID, shop);
                asking::order(shop, number).ok_or_else(Refused::not_found)
            }
            InsideReply::NoOrder => Err(Refused::not_found()),
            InsideReply::TurnedAway { .. } => {
                Err(Refused::field("base", "Order cannot be marked as paid."))
            }
            refused => Err(refused.into()),
        }
    }

    /// Tells of an order that this face has changed, where it holds channels' orders: nobody else
    /// does.
    pub(super) fn tell_of_own(
        &mut self,
        now: FaceClock,
        number: u64,
        events: &[&str],
        shop: &mut dyn Shop,
    ) {
        if self.terms.holds.is_some() {
            self.tell_of(now, (number, events, false), shop);
        }
    }
}

/// Whether it is entered as paid: unless it says otherwise.
fn stands(order: &Value, words: &Words) -> Result<HandedAs, Refused> {
    match order.get(words.paid).and_then(Value::as_str) {
        None => Ok(HandedAs::Ours),
        Some(text) if text.eq_ignore_ascii_case("paid") => Ok(HandedAs::Ours),
        Some(text) if text.eq_ignore_ascii_case("pending") => Ok(HandedAs::Reserved),
        Some(_) => Err(Refused::not_here("orders that are neither pending nor paid")),
    }
}

/// Whether an order is turned away where there is not enough. The platform's default takes no units
/// at all, which no source of record can be played with.
fn only_if_there(order: &Value, words: &Words) -> Result<bool, Refused> {
    let said = order.get(words.stock).and_then(Value::as_str).unwrap_or("bypass");
    match said.to_ascii_lowercase().as_str() {
        "decrement_obeying_policy" => Ok(true),
        "decrement_ignoring_policy" => Ok(false),
        "bypass" => Err(Refused::not_here(&format!(
            "an order that takes no stock (`{}: bypass`, which is the platform's default)",
            words.stock
        ))),
        _ => Err(Refused::field(words.stock, "is none of the platform's")),
    }
}
