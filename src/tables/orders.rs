//! Owns the table of orders: each accepted order and what became of it, by the facts that name it.
//! Must not judge; is fed facts that a fold has accepted, so that order numbers are believable.

use super::cell::{Cell, Column, flag, int, money, text};
use super::facts::phase;
use super::output::WriteError;
use super::sheet::Sheet;
use crate::history::charter::Charter;
use crate::history::codes::code;
use crate::history::fact::groups::{of_load, of_outside};
use crate::history::fact::{Fact, Release, What};
use crate::ids::{ChannelId, OrderId, SkuId};
use crate::units::{At, Money, Qty};

/// Orders are kept in chunks so that no doubling wastes memory.
const CHUNK: usize = 4_096;

/// What is known of an order.
#[derive(Clone, Copy)]
struct Order {
    accepted_seq: u64,
    accepted: At,
    intent: u64,
    buyer: u64,
    amount: Money,
    units: Qty,
    paid: At,
    noticed: At,
    held: At,
    released: At,
    cancelled: At,
    shipped: At,
    release_cause: Option<Release>,
    cancel_cause: Option<Release>,
    short_of: Option<SkuId>,
    first_sku: Option<SkuId>,
    lines: u16,
    attempts: u16,
    records: u16,
    is_accepted: bool,
    awaits_payment: bool,
}

impl Order {
    const UNKNOWN: Order = Order {
        accepted_seq: 0,
        accepted: At::NEVER,
        intent: 0,
        buyer: 0,
        amount: Money::ZERO,
        units: Qty::ZERO,
        paid: At::NEVER,
        noticed: At::NEVER,
        held: At::NEVER,
        released: At::NEVER,
        cancelled: At::NEVER,
        shipped: At::NEVER,
        release_cause: None,
        cancel_cause: None,
        short_of: None,
        first_sku: None,
        lines: 0,
        attempts: 0,
        records: 0,
        is_accepted: false,
        awaits_payment: false,
    };

    fn accepted(fact: &Fact) -> Order {
        let What::Accepted { intent, buyer, ref lines, awaits_payment, .. } = fact.what else {
            return Order::UNKNOWN;
        };
        Order {
            accepted_seq: fact.seq,
            accepted: fact.at,
            intent: intent.0,
            buyer: buyer.0,
            amount: lines.iter().map(|line| line.price.times(line.qty)).sum(),
            units: lines.iter().map(|line| line.qty).sum(),
            first_sku: lines.first().map(|line| line.sku),
            lines: u16::try_from(lines.len()).unwrap_or(u16::MAX),
            is_accepted: true,
            awaits_payment,
            ..Order::UNKNOWN
        }
    }
}

const _: () = assert!(size_of::<Order>() <= 128, "docs/results.md says what an order costs");

/// Every order, by channel and number.
#[derive(Default)]
pub(super) struct Orders {
    channels: Vec<Vec<Option<Box<[Order]>>>>,
}

impl Orders {
    /// Takes the next fact. Facts about an order come after its acceptance, or it is no order.
    pub(super) fn eat(&mut self, fact: &Fact) {
        let at = fact.at;
        match fact.what {
            What::Accepted { order, .. } => *self.place(order) = Order::accepted(fact),
            What::Paid { order } => self.tell(order, |of| first(&mut of.paid, at)),
            What::Noticed { order, .. } => self.tell(order, |of| first(&mut of.noticed, at)),
            What::HandoffTried { order, attempt, .. } => self.tell(order, |of| {
                of.attempts = of.attempts.max(u16::try_from(attempt).unwrap_or(u16::MAX));
            }),
            What::Held { order, .. } => self.tell(order, |of| {
                first(&mut of.held, at);
                of.records = of.records.saturating_add(1);
            }),
            What::Released { order, why } => self.tell(order, |of| {
                first(&mut of.released, at);
                of.release_cause.get_or_insert(why);
            }),
            What::OmsCancelled { order, why, sku, .. } => self.tell(order, |of| {
                first(&mut of.cancelled, at);
                of.cancel_cause.get_or_insert(why);
                of.short_of = of.short_of.or(sku);
            }),
            What::Shipped { order, .. } => self.tell(order, |of| first(&mut of.shipped, at)),
            What::TurnedAway { .. }
            | What::Carted(_)
            | What::CartEnded(_)
            | What::Edited(_)
            | What::Amended(_)
            | What::Acknowledged(_)
            | What::Dispatched(_)
            | What::Shown { .. }
            | What::Priced { .. }
            | What::Listed { .. }
            | What::Supply { .. }
            | What::Stock { .. }
            | What::PriceSet { .. }
            | What::ListingSet { .. }
            | What::RuleSet { .. }
            | What::Delivered { .. }
            | What::Pushed { .. }
            | What::GaveUp { .. }
            | What::Queue { .. }
            | of_load!()
            | of_outside!() => {}
        }
    }

    fn tell(&mut self, order: OrderId, of: impl FnOnce(&mut Order)) {
        if let Some(order) = self.known(order) {
            of(order);
        }
    }

    fn known(&mut self, id: OrderId) -> Option<&mut Order> {
        let chunks = self.channels.get_mut(id.channel.index())?;
        let orders = chunks.get_mut(id.number as usize / CHUNK)?.as_mut()?;
        Some(&mut orders[id.number as usize % CHUNK]).filter(|order| order.is_accepted)
    }

    fn place(&mut self, id: OrderId) -> &mut Order {
        let (channel, chunk) = (id.channel.index(), id.number as usize / CHUNK);
        if self.channels.len() <= channel {
            self.channels.resize_with(channel + 1, Vec::new);
        }
        let chunks = &mut self.channels[channel];
        if chunks.len() <= chunk {
            chunks.resize_with(chunk + 1, || None);
        }
        let orders = chunks[chunk].get_or_insert_with(|| vec![Order::UNKNOWN; CHUNK].into());
        &mut orders[id.number as usize % CHUNK]
    }

    /// Writes every accepted order, by channel and number.
    pub(super) fn write<'c>(
        &self,
        sheet: &mut Sheet<Row<'c>>,
        charter: &'c Charter,
    ) -> Result<(), WriteError> {
        for (channel, chunks) in (0..).zip(&self.channels) {
            for (chunk, orders) in chunks.iter().enumerate() {
                for (place, order) in orders.iter().flatten().enumerate() {
                    let number = (chunk * CHUNK + place) as u64;
                    if order.is_accepted {
                        sheet.row(&Row { charter, channel, number, order: *order })?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The first time counts.
fn first(time: &mut At, at: At) {
    *time = (*time).min(at);
}

/// An order with the names it is told by.
pub(super) struct Row<'c> {
    charter: &'c Charter,
    channel: u16,
    number: u64,
    order: Order,
}

impl Row<'_> {
    fn sku(&self, sku: Option<SkuId>) -> Cell<'_> {
        sku.and_then(|id| self.charter.name_of(id)).into()
    }
}

/// Every column, in order.
pub(super) fn columns<'c>() -> Vec<Column<Row<'c>>> {
    let mut columns = bought();
    columns.extend(became());
    columns
}

fn bought<'c>() -> Vec<Column<Row<'c>>> {
    vec![
        int("channel_id", "The channel's place in the scenario, from 0", |r| r.channel.into()),
        text("channel", "Its name", |r| {
            r.charter.channels.get(usize::from(r.channel)).map(|c| &*c.name).into()
        }),
        int("order_number", "The channel's own running number", |r| r.number.into()),
        int("seq", "The fact that it was accepted", |r| r.order.accepted_seq.into()),
        int("accepted_us", "When it was accepted, campaign time like all times here", |r| {
            r.order.accepted.into()
        }),
        text("phase", "The phase in which it was accepted", |r| {
            phase(&r.charter.phases, r.order.accepted).into()
        }),
        int("intent", "What the shopper wanted; two orders of one intent are a duplicate", |r| {
            r.order.intent.into()
        }),
        int("buyer", "The shopper, a number without a person", |r| r.order.buyer.into()),
        int("lines", "Lines", |r| r.order.lines.into()),
        int("units", "Units on all lines", |r| r.order.units.into()),
        money("amount", "Price × units over all lines, in the campaign's currency", |r| {
            let own = r.charter.conversion(ChannelId(r.channel));
            own.map_or(r.order.amount, |own| own.worth(r.order.amount)).into()
        }),
        int("first_sku_id", "The SKU of its first line", |r| {
            r.order.first_sku.map(|id| id.0).into()
        }),
        text("first_sku", "Its name; empty where SKUs are only numbered", |r| {
            r.sku(r.order.first_sku)
        }),
    ]
}

fn became<'c>() -> Vec<Column<Row<'c>>> {
    vec![
        flag("awaits_payment", "Not ours to fulfil until it was paid", |r| {
            r.order.awaits_payment.into()
        }),
        int("paid_us", "When it was paid", |r| r.order.paid.into()),
        int("noticed_us", "When a connector first learned of it", |r| r.order.noticed.into()),
        int("handoff_attempts", "Attempts to hand it to the OMS that came back", |r| {
            r.order.attempts.into()
        }),
        int("held_us", "When the OMS first held it", |r| r.order.held.into()),
        int("oms_records", "Records the OMS made of it; more than one is a duplicate", |r| {
            r.order.records.into()
        }),
        int("released_us", "When the channel released it", |r| r.order.released.into()),
        text("release_cause", "Why: `payment`, `customer` or `stock`", |r| {
            r.order.release_cause.as_ref().map(code).into()
        }),
        int("cancelled_us", "When the OMS cancelled it", |r| r.order.cancelled.into()),
        text("cancel_cause", "Why: `payment`, `customer` or `stock`", |r| {
            r.order.cancel_cause.as_ref().map(code).into()
        }),
        int("short_sku_id", "The SKU that the OMS was short of", |r| {
            r.order.short_of.map(|id| id.0).into()
        }),
        text("short_sku", "Its name", |r| r.sku(r.order.short_of)),
        int("shipped_us", "When it left the building", |r| r.order.shipped.into()),
    ]
}
