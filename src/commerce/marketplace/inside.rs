//! Owns what a marketplace answers to its own front: offers and orders read, orders entered and
//! cancelled by hand. Must not know any platform.

use super::shelf::{self, Offer, Outcomes};
use super::{Marketplace, Order};
use crate::commerce::imperfect::Keyed;
use crate::commerce::inside::{Inside, InsideReply, OfferRead, OrderHead, OrderRead, OrdersWanted};
use crate::commerce::limiter::LimitedOp;
use crate::commerce::outbox::{Answer, Outbox};
use crate::commerce::protocol::{ChannelReply, ItemOutcome, OrderState, UNITS_MAX, UpdateItem};
use crate::history::What;
use crate::history::fact::{PushKind, Refusal, Release};
use crate::ids::{Buyer, Intent, OrderId, SkuId};
use crate::rng::mix;
use crate::units::{At, Qty};

impl Marketplace {
    /// Answers its own front.
    pub fn inside(&mut self, now: At, asked: Inside, out: &mut Outbox) -> Answer<InsideReply> {
        match asked {
            Inside::Offers { from, limit, counts } => {
                let call = Keyed::Turn(7, self.turn());
                let refused = counts.then(|| self.gate(now, LimitedOp::Read, call)).flatten();
                let read = || self.read_offers(from, limit);
                Answer::heard(refused.map_or_else(read, InsideReply::from))
            }
            Inside::Orders(wanted) => {
                let call = Keyed::Turn(8, self.turn());
                let gate = || self.gate(now, LimitedOp::Read, call);
                let refused = wanted.counts.then(gate).flatten();
                let read = || self.read_orders(&wanted);
                Answer::heard(refused.map_or_else(read, InsideReply::from))
            }
            Inside::Update { kind, items, whole } => self.update_inside(now, kind, &items, whole),
            Inside::Enter { intent, buyer, lines } => self.enter(now, intent, buyer, &lines, out),
            Inside::HandOver(_) | Inside::Pay { .. } => {
                let why = "orders are handed over to the OMS".to_owned();
                Answer::heard(InsideReply::Refused { why })
            }
            Inside::Confirm { number, step } => {
                let order = OrderId { channel: self.id, number };
                let Answer { reply, fate } = self.confirm(now, order, step, out);
                Answer { reply: reply.into(), fate }
            }
            Inside::Cancel { number, why, restocks } => {
                Answer::heard(match self.gate(now, LimitedOp::Cancel, mix(2, number)) {
                    Some(refused) => refused.into(),
                    None => self.cancel_inside(now, number, why, restocks, out),
                })
            }
        }
    }

    fn turn(&mut self) -> u64 {
        self.turns += 1;
        self.turns
    }

    fn update_inside(
        &mut self,
        now: At,
        kind: PushKind,
        items: &[UpdateItem],
        whole: bool,
    ) -> Answer<InsideReply> {
        let turn = self.turn();
        let call = Keyed::Turn(shelf::about(kind, items), turn);
        if let Some(refused) = self.keeps_out(now, kind, items, call) {
            return Answer::heard(refused.into());
        }
        if whole {
            let would = self.would_take(kind, items);
            if would.iter().any(|outcome| *outcome != ItemOutcome::Taken) {
                return Answer::heard(InsideReply::Updated { items: would });
            }
        }
        let take = |item: &UpdateItem| self.take(now, kind, *item, Some(turn));
        let outcomes: Outcomes = items.iter().map(take).collect();
        Answer { reply: InsideReply::Updated { items: outcomes }, fate: self.faults.of_reply(call) }
    }

    fn read_offers(&self, from: SkuId, limit: u32) -> InsideReply {
        let read = |(sku, offer): (usize, &Offer)| OfferRead {
            sku: SkuId(sku as u32),
            listed: offer.listed,
            stored: offer.stored,
            shown: offer.visible(),
            price: offer.price,
            asks: self
                .asked_prices
                .get(&SkuId(sku as u32))
                .map_or(offer.price, |(_, price)| *price),
            source: None,
        };
        let page = self.offers.iter().enumerate().skip(from.index()).take(limit as usize);
        InsideReply::Offers { page: page.map(read).collect(), total: self.offers.len() as u64 }
    }

    fn read_orders(&self, wanted: &OrdersWanted) -> InsideReply {
        let (from, below) = wanted.numbers;
        if below == from.saturating_add(1) && wanted.only.is_none() {
            let page: Vec<_> = self.order_read(from).into_iter().collect();
            return InsideReply::Orders { total: page.len() as u64, page };
        }
        let head = |(number, order): (u64, &Order)| OrderHead {
            number,
            state: order.state,
            placed: order.placed,
            changed: order.changed,
            source: None,
            is_noted: false,
            is_shipped: order.has_left,
        };
        let (page, total) = wanted.pick(self.orders.iter().map(head));
        let page = page.into_iter().filter_map(|number| self.order_read(number)).collect();
        InsideReply::Orders { page, total }
    }

    fn order_read(&self, number: u64) -> Option<OrderRead> {
        let order = self.orders.get(number)?;
        Some(OrderRead {
            number,
            buyer: order.buyer,
            state: order.state,
            lines: order.lines.clone(),
            placed: order.placed,
            changed: order.changed,
            source: None,
            is_noted: false,
            is_shipped: order.has_left,
        })
    }

    /// What is entered by hand is sold, whether there is stock or not.
    fn enter(
        &mut self,
        now: At,
        intent: Intent,
        buyer: Buyer,
        wanted: &[(SkuId, Qty)],
        out: &mut Outbox,
    ) -> Answer<InsideReply> {
        if let Some(order) = self.order_of(intent) {
            return Answer::heard(InsideReply::Entered { number: order.number });
        }
        let sane = |(sku, qty): &(SkuId, Qty)| {
            sku.index() < self.offers.len() && *qty > Qty::ZERO && *qty <= UNITS_MAX
        };
        let why = if self.faults.unavailable(mix(1, intent.0)) {
            Some(Refusal::Unavailable)
        } else if wanted.is_empty() || super::selling::repeats_a_sku(wanted) {
            Some(Refusal::Invalid)
        } else {
            (!wanted.iter().all(sane)).then_some(Refusal::Invalid)
        };
        if let Some(why) = why {
            out.facts.push(What::TurnedAway { channel: self.id, intent, why, line: None });
            return Answer::heard(match why {
                Refusal::Unavailable => InsideReply::Unavailable,
                why => InsideReply::TurnedAway { why },
            });
        }
        let number = self.accept(now, intent, buyer, wanted, out).number;
        let fate = self.faults.of_reply(mix(1, intent.0));
        Answer { reply: InsideReply::Entered { number }, fate }
    }

    fn cancel_inside(
        &mut self,
        now: At,
        number: u64,
        why: Release,
        restocks: bool,
        out: &mut Outbox,
    ) -> InsideReply {
        let Some(order) = self.orders.get(number) else { return InsideReply::NoOrder };
        if order.has_left {
            return InsideReply::Refused { why: "the order is on its way".to_owned() };
        }
        if !matches!(order.state, OrderState::Released(_)) {
            self.release_and(now, number, why, restocks, out);
        }
        InsideReply::Cancelled
    }
}

impl From<ChannelReply> for InsideReply {
    /// What stands before every call is told in the same words, and steps that are told; nothing
    /// else comes this way.
    fn from(reply: ChannelReply) -> InsideReply {
        match reply {
            ChannelReply::Confirmed => InsideReply::Confirmed,
            ChannelReply::Throttled { retry_after } => InsideReply::Throttled { retry_after },
            ChannelReply::Invalid { why } => InsideReply::Refused { why },
            _ => InsideReply::Unavailable,
        }
    }
}
