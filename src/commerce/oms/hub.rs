//! Owns the OMS as a shop in which channels' orders are entered: what its own front is told, and
//! what is done there. Must not know any platform, nor how units are reserved.

use super::Oms;
use crate::commerce::imperfect::Keyed;
use crate::commerce::inside::{
    AtSource, HandedAs, HandedOver, Inside, InsideReply, OfferRead, OrdersWanted,
};
use crate::commerce::limiter::LimitedOp;
use crate::commerce::outbox::{Answer, Outbox};
use crate::commerce::protocol::{OmsReply, OmsRequest, OrderState, intent_of};
use crate::history::What;
use crate::history::fact::{Delivery, Refusal, Release};
use crate::ids::{SkuId, Version};
use crate::rng::mix;
use crate::units::{At, Qty};

impl Oms {
    /// What its front's question comes to in the words that every connector has, for whoever says
    /// what becomes of those; none: they have no such word. Counts how often an order is handed
    /// over.
    pub fn means(&mut self, asked: &Inside) -> Option<OmsRequest> {
        let hub = self.hub.as_mut()?;
        match asked {
            Inside::Offers { counts: false, .. }
            | Inside::Update { .. }
            | Inside::Enter { .. }
            | Inside::Confirm { .. } => None,
            Inside::Offers { from, limit, counts: true } => {
                Some(OmsRequest::ListLevels { after: u64::from(from.0), limit: *limit })
            }
            Inside::Orders(wanted) => wanted
                .counts
                .then_some(OmsRequest::ListLevels { after: wanted.numbers.0, limit: wanted.limit }),
            Inside::HandOver(HandedOver { order, lines, stands: HandedAs::Ours, .. }) => {
                Some(hub.handoff(*order, lines.clone()))
            }
            Inside::HandOver(HandedOver { order, lines, .. }) => {
                let (order, intent, lines) = (*order, intent_of(*order), lines.clone());
                Some(OmsRequest::Reserve { order, intent, lines })
            }
            Inside::Pay { number } => {
                let entered = hub.orders.get(*number)?;
                let (order, lines) = (entered.order, entered.lines.clone());
                Some(hub.handoff(order, lines))
            }
            Inside::Cancel { number, why, .. } => {
                let order = hub.orders.get(*number)?.order;
                Some(OmsRequest::Release { order, why: *why })
            }
        }
    }

    /// Answers its own front, of whose question is known what it comes to.
    pub fn inside(
        &mut self,
        now: At,
        asked: Inside,
        means: Option<&OmsRequest>,
        out: &mut Outbox,
    ) -> Answer<InsideReply> {
        if let Some(refused) = means.and_then(|means| self.keeps_front_out(now, means)) {
            return Answer::heard(refused);
        }
        let reply = match asked {
            Inside::Offers { from, limit, .. } => self.read_offers(now, from, limit),
            Inside::Orders(wanted) => self.read_entered(&wanted, out),
            Inside::HandOver(handed) => return self.enter(now, &handed, means, out),
            Inside::Pay { number } => return self.pay(now, number, means, out),
            Inside::Cancel { number, why, .. } => self.cancel_entered(now, number, why, out),
            Inside::Update { items, whole, .. } => self.set_by_hand(now, &items, whole, out),
            Inside::Enter { .. } | Inside::Confirm { .. } => {
                let why = "orders are those of channels here";
                InsideReply::Refused { why: why.to_owned() }
            }
        };
        Answer::heard(reply)
    }

    /// Nobody hears the answer to what its front asked.
    pub fn went_unheard(&mut self, meant: &OmsRequest) {
        if let (Some(hub), OmsRequest::Handoff { order, .. }) = (&mut self.hub, meant) {
            hub.went_unheard(*order);
        }
    }

    fn read_entered(&mut self, wanted: &OrdersWanted, out: &mut Outbox) -> InsideReply {
        let Some(hub) = &mut self.hub else { return InsideReply::Unavailable };
        let (page, total) = hub.read_orders(wanted);
        if let Some((order, attempt)) = hub.is_found(wanted, &page) {
            out.facts.push(What::Delivered { order, attempt, made: Delivery::Known });
        }
        InsideReply::Orders { page, total }
    }

    fn keeps_front_out(&mut self, now: At, means: &OmsRequest) -> Option<InsideReply> {
        let refused = match means {
            OmsRequest::ListLevels { after, .. } => {
                let hub = self.hub.as_mut()?;
                hub.turns += 1;
                let turn = Keyed::Turn(mix(12, *after), hub.turns);
                self.keeps_out(now, LimitedOp::Read, turn)
            }
            means => self.gate(now, means),
        };
        refused.map(InsideReply::from)
    }

    fn read_offers(&self, now: At, from: SkuId, limit: u32) -> InsideReply {
        let read = |(place, sku): (usize, &super::Sku)| {
            let id = SkuId(place as u32);
            let (price_version, price) = self.in_force(id, now);
            let tagged = self.hub.as_ref().map_or(At::START, |hub| hub.tagged[place]);
            let stored = sku.told(self.play.tells);
            let from_the_start = self.hub.as_ref().is_some_and(|hub| hub.listed[place]);
            OfferRead {
                sku: id,
                listed: from_the_start || sku.listing_version > Version(0),
                stored,
                shown: stored.max(Qty::ZERO),
                price,
                asks: price,
                source: Some(AtSource {
                    stock: sku.version,
                    price: price_version,
                    listing: sku.listing_version,
                    on_hand: sku.on_hand,
                    reserved: sku.reserved,
                    moved: self.hub.as_ref().map_or(At::START, |hub| hub.moved[place]),
                    tagged: tagged.max(self.in_force_since(id, now)),
                }),
            }
        };
        let page = self.skus.iter().enumerate().skip(from.index()).take(limit as usize);
        InsideReply::Offers { page: page.map(read).collect(), total: self.skus.len() as u64 }
    }

    /// An order is entered, whether it was before or not.
    fn enter(
        &mut self,
        now: At,
        handed: &HandedOver,
        means: Option<&OmsRequest>,
        out: &mut Outbox,
    ) -> Answer<InsideReply> {
        let HandedOver { order, lines, stands, only_if_there } = handed;
        if self.refuses_lines(lines).is_some() {
            return Answer::heard(InsideReply::TurnedAway { why: Refusal::Invalid });
        }
        if *only_if_there && !self.covers(order.channel, lines) {
            return Answer::heard(InsideReply::TurnedAway { why: Refusal::Stock });
        }
        let Some(hub) = &mut self.hub else { return Answer::heard(InsideReply::Unavailable) };
        let number = match stands {
            HandedAs::Noted => hub.note(now, *order, lines),
            HandedAs::Reserved => {
                let number = hub.push(now, *order, lines);
                hub.at_hand = Some(number);
                self.reserve_ahead(now, *order, lines, out);
                self.hands_are_free();
                number
            }
            HandedAs::Ours => {
                let number = hub.push(now, *order, lines);
                return self.becomes_ours(now, number, means, out);
            }
        };
        Answer::heard(InsideReply::Entered { number })
    }

    fn pay(
        &mut self,
        now: At,
        number: u64,
        means: Option<&OmsRequest>,
        out: &mut Outbox,
    ) -> Answer<InsideReply> {
        let entered = self.hub.as_ref().and_then(|hub| hub.orders.get(number));
        let Some(entered) = entered else { return Answer::heard(InsideReply::NoOrder) };
        match (entered.state(), means) {
            (OrderState::Pending, _) => self.becomes_ours(now, number, means, out),
            (OrderState::Ours, Some(OmsRequest::Handoff { order, attempt, .. })) => {
                let (order, attempt) = (*order, *attempt);
                out.facts.push(What::Delivered { order, attempt, made: Delivery::Known });
                Answer::heard(InsideReply::TurnedAway { why: Refusal::Invalid })
            }
            _ => Answer::heard(InsideReply::TurnedAway { why: Refusal::Invalid }),
        }
    }

    fn becomes_ours(
        &mut self,
        now: At,
        number: u64,
        means: Option<&OmsRequest>,
        out: &mut Outbox,
    ) -> Answer<InsideReply> {
        let (Some(hub), Some(OmsRequest::Handoff { order, intent, lines, key, attempt, .. })) =
            (&mut self.hub, means)
        else {
            return Answer::heard(InsideReply::Unavailable);
        };
        hub.at_hand = Some(number);
        self.hand_over(now, *order, *intent, lines, *key, *attempt, out);
        self.hands_are_free();
        let fate = self.faults.of_reply(mix(4, intent.0));
        Answer { reply: InsideReply::Entered { number }, fate }
    }

    fn hands_are_free(&mut self) {
        if let Some(hub) = &mut self.hub {
            hub.at_hand = None;
        }
    }

    /// One order of the shop, and no other that was entered for the same of a channel's.
    fn cancel_entered(
        &mut self,
        now: At,
        number: u64,
        why: Release,
        out: &mut Outbox,
    ) -> InsideReply {
        let entered = self.hub.as_ref().and_then(|hub| hub.orders.get(number));
        let Some(entered) = entered else { return InsideReply::NoOrder };
        let (order, record, state) = (entered.order, entered.record, entered.state());
        let (is_noted, is_shipped) = (entered.is_noted, entered.is_shipped);
        match (state, record) {
            (OrderState::Released(_), _) => {}
            _ if is_shipped => return InsideReply::TurnedAway { why: Refusal::Invalid },
            (_, Some(oms)) => self.cancel(now, oms, why, None, out),
            (_, None) => {
                // What was only written down has taken nothing, whatever another of it has.
                let known = self.by_order.get_mut(order).filter(|_| !is_noted);
                let ahead = known.and_then(|known| {
                    known.reserved_once = false;
                    known.ahead.take()
                });
                if let Some(lines) = ahead {
                    self.give_back(now, order, &lines, out);
                }
                if let Some(hub) = &mut self.hub {
                    hub.release(now, number, why);
                }
            }
        }
        InsideReply::Cancelled
    }
}

impl From<OmsReply> for InsideReply {
    /// What stands before every call is told in the same words; nothing else comes this way.
    fn from(refused: OmsReply) -> InsideReply {
        match refused {
            OmsReply::Throttled { retry_after } => InsideReply::Throttled { retry_after },
            OmsReply::Invalid { why } => InsideReply::Refused { why },
            OmsReply::Held { .. }
            | OmsReply::Done
            | OmsReply::Changes { .. }
            | OmsReply::Unavailable => InsideReply::Unavailable,
        }
    }
}
