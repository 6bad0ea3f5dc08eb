//! Owns orders: read by cursor, one by one, and their items. None is made here: shoppers of the run
//! make them.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::listings::asin;
use super::shapes::Refused;
use super::{Amazon, Answered, MARKETPLACE, is_here};
use crate::commerce::inside::{OrderRead, OrderStates, OrdersSorted, OrdersWanted};
use crate::commerce::protocol::OrderState;
use crate::faces::values::{Pairs, base64, of, unbase64};
use crate::faces::{FaceClock, FaceReply, Shop, asking};
use crate::units::{At, Money, Span};

/// Orders are told so much later than they are: a list ends two minutes before it is asked for.
const BEHIND: Span = Span::from_mins(2);
/// Most orders of a page.
const PAGE_MAX: u32 = 100;
/// Paths begin the numbers of orders with this.
const PREFIX: &str = "302-";
/// Half of a number.
const HALF: u64 = 10_000_000;

/// Where a reader stands: what is asked for, and the last order that it has.
struct Cursor {
    by: OrdersSorted,
    from: At,
    before: At,
    states: OrderStates,
    limit: u32,
    last: Option<(At, u64)>,
}

impl Amazon {
    pub(super) fn list_orders(
        &self,
        now: FaceClock,
        asked: &Pairs<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        is_here(asked)?;
        for (name, _) in asked {
            if ["AmazonOrderIds", "BuyerEmail", "SellerOrderId", "PaymentMethods"]
                .contains(&&**name)
            {
                return Err(Refused::not_here(&format!("{name} of getOrders")));
            }
        }
        let mut cursor = match of(asked, "NextToken") {
            Some(token) => Cursor::read(token)
                .ok_or_else(|| Refused::input("NextToken: it is none of this shop's"))?,
            None => Cursor::asked(now, asked)?,
        };
        let (page, more) = cursor.page(shop)?;
        let orders: Vec<Value> = page.iter().map(|order| self.order(now, order)).collect();
        let mut payload = json!({ "Orders": orders });
        let until = match cursor.by {
            OrdersSorted::Placed => "CreatedBefore",
            OrdersSorted::Changed => "LastUpdatedBefore",
        };
        payload[until] = json!(now.date(cursor.before) + "Z");
        if more {
            payload["NextToken"] = json!(cursor.written());
        }
        Ok(FaceReply::json(StatusCode::OK, &json!({ "payload": payload })))
    }

    pub(super) fn get_order(&self, now: FaceClock, id: &str, shop: &mut dyn Shop) -> Answered {
        let order = one(id, shop)?;
        let told = json!({ "payload": self.order(now, &order) });
        Ok(FaceReply::json(StatusCode::OK, &told))
    }

    pub(super) fn get_items(&self, id: &str, shop: &mut dyn Shop) -> Answered {
        let order = one(id, shop)?;
        let item = |(place, line): (usize, &crate::history::fact::Line)| {
            let name = self.terms.catalogue.name(line.sku);
            let mut item = json!({
                "ASIN": asin(line.sku), "SellerSKU": name, "Title": name,
                "OrderItemId": item_id(order.number, place),
                "QuantityOrdered": line.qty.0, "QuantityShipped": 0,
                "ConditionId": "New", "ConditionSubtypeId": "New",
            });
            // What is not paid has no price yet.
            if order.state > OrderState::Pending {
                item["ItemPrice"] = self.amount(line.price.times(line.qty));
            }
            item
        };
        let items: Vec<Value> = order.lines.iter().enumerate().map(item).collect();
        let payload = json!({ "AmazonOrderId": number(order.number), "OrderItems": items });
        Ok(FaceReply::json(StatusCode::OK, &json!({ "payload": payload })))
    }

    fn amount(&self, amount: Money) -> Value {
        json!({ "CurrencyCode": self.terms.currency, "Amount": self.terms.price(amount) })
    }

    fn order(&self, now: FaceClock, order: &OrderRead) -> Value {
        let units: i64 = order.lines.iter().map(|line| line.qty.0).sum();
        let is_ours = order.state == OrderState::Ours;
        let mut told = json!({
            "AmazonOrderId": number(order.number),
            "PurchaseDate": now.date(order.placed) + "Z",
            "LastUpdateDate": now.date(order.changed) + "Z",
            "OrderStatus": match order.state {
                OrderState::Waiting | OrderState::Pending => "Pending",
                OrderState::Ours => "Unshipped",
                OrderState::Released(_) => "Canceled",
            },
            "FulfillmentChannel": "MFN", "SalesChannel": "Amazon.de", "OrderType": "StandardOrder",
            "MarketplaceId": MARKETPLACE, "IsBusinessOrder": false, "IsPrime": false,
            "NumberOfItemsShipped": 0, "NumberOfItemsUnshipped": if is_ours { units } else { 0 },
        });
        // What is not paid has no price yet.
        if is_ours {
            let sum = order.lines.iter();
            let sum = sum.fold(Money::ZERO, |sum, line| sum + line.price.times(line.qty));
            told["OrderTotal"] = self.amount(sum);
            told["PaymentMethod"] = json!("Other");
        }
        told
    }
}

fn one(id: &str, shop: &mut dyn Shop) -> Result<OrderRead, Refused> {
    let none = || Refused::new(StatusCode::NOT_FOUND, "NotFound", "there is no such order");
    let place = place(id).ok_or_else(none)?;
    let (found, _) = asking::orders(shop, OrdersWanted::one(place))?;
    found.into_iter().next().ok_or_else(none)
}

impl Cursor {
    /// What a query asks for that is the first of its kind.
    fn asked(now: FaceClock, asked: &Pairs<'_>) -> Result<Cursor, Refused> {
        let moment = |name: &str| match of(asked, name) {
            None => Ok(None),
            Some(text) => match FaceClock::read(text) {
                Some(date) => Ok(Some(now.from(date))),
                None => Err(Refused::input(format!(
                    "{name}: expected a date such as 2026-11-27T06:00:00Z"
                ))),
            },
        };
        let (created, updated) = (moment("CreatedAfter")?, moment("LastUpdatedAfter")?);
        let (by, from, until) = match (created, updated) {
            (Some(from), None) => (OrdersSorted::Placed, from, "CreatedBefore"),
            (None, Some(from)) => (OrdersSorted::Changed, from, "LastUpdatedBefore"),
            (None, None) => {
                return Err(Refused::input("either CreatedAfter or LastUpdatedAfter is needed"));
            }
            (Some(_), Some(_)) => {
                return Err(Refused::input("CreatedAfter and LastUpdatedAfter are not both taken"));
            }
        };
        let latest = At(now.at.0.saturating_sub(BEHIND.0));
        let before = match moment(until)? {
            None => latest,
            Some(before) if before > latest => {
                let why = "at least two minutes before the current time";
                return Err(Refused::input(format!("{until}: expected {why}")));
            }
            Some(before) if before < from => {
                return Err(Refused::input(format!(
                    "{until}: it lies before what it is to follow"
                )));
            }
            Some(before) => before,
        };
        let limit = match of(asked, "MaxResultsPerPage").map(str::parse) {
            None => PAGE_MAX,
            Some(Ok(limit)) if (1..=PAGE_MAX).contains(&limit) => limit,
            Some(_) => return Err(Refused::input("MaxResultsPerPage: expected 1 to 100")),
        };
        Ok(Cursor { by, from, before, states: states(asked)?, limit, last: None })
    }

    /// The next orders, and whether there are more. An order that changes while its pages are read
    /// comes again, later: none is passed over.
    fn page(&mut self, shop: &mut dyn Shop) -> Result<(Vec<OrderRead>, bool), Refused> {
        let key = |order: &OrderRead| match self.by {
            OrdersSorted::Placed => (order.placed, order.number),
            OrdersSorted::Changed => (order.changed, order.number),
        };
        let from = self.last.map_or(self.from, |(at, _)| at);
        // A date that says "before or at" has whole seconds in it.
        let stretch = (from, At(self.before.0.saturating_add(1)));
        let everything = (At::START, At::NEVER);
        let (placed, changed) = match self.by {
            OrdersSorted::Placed => (stretch, everything),
            OrdersSorted::Changed => (everything, stretch),
        };
        let (mut page, mut skip) = (Vec::new(), 0);
        loop {
            let wanted = OrdersWanted {
                placed,
                changed,
                states: self.states,
                by: self.by,
                skip,
                limit: PAGE_MAX + 1,
                counts: skip == 0,
                ..OrdersWanted::default()
            };
            let (found, _) = asking::orders(shop, wanted)?;
            let are_all = found.len() <= PAGE_MAX as usize;
            skip += found.len() as u64;
            page.extend(found.into_iter().filter(|order| Some(key(order)) > self.last));
            if are_all || page.len() > self.limit as usize {
                break;
            }
        }
        let more = page.len() > self.limit as usize;
        page.truncate(self.limit as usize);
        let last = page.last().map(key);
        self.last = last.or(self.last);
        Ok((page, more))
    }

    fn written(&self) -> String {
        let by = if self.by == OrdersSorted::Placed { "c" } else { "u" };
        let OrderStates { pending, ours, unpaid, cancelled, .. } = self.states;
        let states = [pending, ours, unpaid, cancelled].map(|one| if one { '1' } else { '0' });
        let states: String = states.iter().collect();
        let (at, number) = self.last.unwrap_or((self.from, 0));
        let (from, before, limit) = (self.from.0, self.before.0, self.limit);
        base64(format!("{by} {from} {before} {states} {limit} {} {number}", at.0).as_bytes())
    }

    fn read(token: &str) -> Option<Cursor> {
        let text = unbase64(token)?;
        let parts: Vec<&str> = text.split(' ').collect();
        let [by, from, before, states, limit, at, number] = parts.as_slice() else { return None };
        let by = match *by {
            "c" => OrdersSorted::Placed,
            "u" => OrdersSorted::Changed,
            _ => return None,
        };
        let has = |place: usize| states.as_bytes().get(place) == Some(&b'1');
        let (pending, ours, unpaid, cancelled) = (has(0), has(1), has(2), has(3));
        let states =
            OrderStates { waiting: pending, pending, ours, unpaid, cancelled, ..OrderStates::NONE };
        let limit = limit.parse().ok().filter(|limit| (1..=PAGE_MAX).contains(limit))?;
        let last = Some((At(at.parse().ok()?), number.parse().ok()?));
        let (from, before) = (At(from.parse().ok()?), At(before.parse().ok()?));
        Some(Cursor { by, from, before, states, limit, last })
    }
}

fn states(asked: &Pairs<'_>) -> Result<OrderStates, Refused> {
    let mut said = asked.iter().filter(|(name, _)| name == "OrderStatuses").peekable();
    if said.peek().is_none() {
        return Ok(OrderStates::ANY);
    }
    let mut states = OrderStates::NONE;
    for status in said.flat_map(|(_, statuses)| statuses.split(',')) {
        match status {
            "Pending" => (states.waiting, states.pending) = (true, true),
            "Unshipped" => states.ours = true,
            "Canceled" => (states.unpaid, states.cancelled) = (true, true),
            "PendingAvailability"
            | "PartiallyShipped"
            | "Shipped"
            | "InvoiceUnconfirmed"
            | "Unfulfillable" => {}
            _ => return Err(Refused::input("OrderStatuses: expected states of orders")),
        }
    }
    Ok(states)
}

/// An order's number as the platform writes it: three digits, seven, seven.
/// The ids of an order's items.
pub(super) fn items(order: &OrderRead) -> Vec<String> {
    (0..order.lines.len()).map(|place| item_id(order.number, place)).collect()
}

fn item_id(order: u64, place: usize) -> String {
    format!("{}{place:04}", number(order).replace('-', ""))
}

pub(super) fn number(place: u64) -> String {
    format!("{PREFIX}{:07}-{:07}", place / HALF, place % HALF)
}

pub(super) fn place(id: &str) -> Option<u64> {
    let (high, low) = id.strip_prefix(PREFIX)?.split_once('-')?;
    let half = |digits: &str| -> Option<u64> {
        let is_half = digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_half.then(|| digits.parse().ok()).flatten()
    };
    Some(half(high)? * HALF + half(low)?)
}
