//! Owns a marketplace's carts: which hold units, until when, and what comes of them; and what of an
//! order is taken off the offer only when it is paid.
//! Must not know why a shopper fills a cart or leaves it.

use std::collections::VecDeque;

use super::{Marketplace, Order};
use crate::commerce::outbox::{Answer, Outbox};
use crate::commerce::protocol::{ChannelReply, OrderState};
use crate::commerce::terms::Taking;
use crate::history::What;
use crate::history::charter::OwnSales;
use crate::history::fact::{Cart, CartEnd, CartEnding, Line, Lines, Refusal};
use crate::ids::{Intent, SkuId};
use crate::numbered::Numbered;
use crate::rng::mix;
use crate::units::{At, Qty};

/// Carts that hold units. All hold them equally long: the first filled is the first that lapses.
#[derive(Debug, Default)]
pub(super) struct Carts {
    open: Numbered<Intent, (At, Lines)>,
    lapse: VecDeque<(At, Intent)>,
}

impl Carts {
    /// When the next one lapses.
    pub(super) fn next(&self) -> Option<At> {
        self.lapse.front().map(|(at, _)| *at)
    }

    fn hold(&mut self, until: At, intent: Intent, lines: Lines) {
        self.open.insert(intent, (until, lines));
        self.lapse.push_back((until, intent));
    }

    /// Takes a cart out; those that were taken out before need not lapse any more.
    fn take(&mut self, intent: Intent) -> Option<Lines> {
        let (_, lines) = self.open.remove(intent)?;
        let open = &self.open;
        let is_over =
            |(until, of): &(At, Intent)| open.get(*of).is_none_or(|(newer, _)| newer != until);
        while self.lapse.front().is_some_and(is_over) {
            self.lapse.pop_front();
        }
        Some(lines)
    }
}

impl Marketplace {
    /// A shopper fills a cart: its units are nobody else's until it lapses.
    pub(super) fn fill_cart(
        &mut self,
        now: At,
        intent: Intent,
        wanted: &[(SkuId, Qty)],
        out: &mut Outbox,
    ) -> Answer<ChannelReply> {
        let Taking::AtCart(terms) = &self.play.takes else {
            let why = "this channel takes stock when it is ordered: place the order".to_owned();
            return Answer::heard(ChannelReply::Invalid { why });
        };
        let until = now + terms.held_for;
        if self.has_cart(intent) || self.order_of(intent).is_some() {
            return Answer::heard(ChannelReply::Carted);
        }
        if self.faults.unavailable(mix(4, intent.0)) {
            return self.turn_away(intent, Refusal::Unavailable, None, out);
        }
        if let Err((why, line)) = self.can_sell(intent, wanted) {
            return self.turn_away(intent, why, line, out);
        }
        let held: Lines = wanted.iter().map(|(sku, qty)| self.hold(*sku, *qty)).collect();
        let lines = self.in_parts(held);
        let channel = self.id;
        out.facts.push(What::Carted(Cart { channel, intent, lines: lines.clone() }));
        self.carts.hold(until, intent, lines);
        let fate = self.faults.of_reply(mix(4, intent.0));
        Answer { reply: ChannelReply::Carted, fate }
    }

    /// Whether a cart of this intent holds units.
    pub fn has_cart(&self, intent: Intent) -> bool {
        self.carts.open.get(intent).is_some()
    }

    /// A shopper checks out, or the hold is over: the cart's units are on offer again.
    pub(super) fn end_cart(&mut self, intent: Intent, why: CartEnding, out: &mut Outbox) {
        let Some(lines) = self.carts.take(intent) else { return };
        let channel = self.id;
        out.facts.push(What::CartEnded(CartEnd { channel, intent, why }));
        for line in self.bundles.all_sold(&lines) {
            let offer = &mut self.offers[line.sku.index()];
            offer.held = offer.held.saturating_sub(line.qty.0 as u32);
            out.facts.push(offer.as_shown(channel, line.sku));
        }
    }

    /// Ends the carts whose hold is over.
    pub(super) fn lapse_carts(&mut self, now: At, out: &mut Outbox) {
        while let Some((_, intent)) = self.carts.lapse.front().copied().filter(|(at, _)| *at <= now)
        {
            self.end_cart(intent, CartEnding::Lapsed, out);
        }
    }

    /// Turns an order or a cart away.
    pub(super) fn turn_away(
        &self,
        intent: Intent,
        why: Refusal,
        line: Option<Line>,
        out: &mut Outbox,
    ) -> Answer<ChannelReply> {
        out.facts.push(What::TurnedAway { channel: self.id, intent, why, line });
        Answer::heard(match why {
            Refusal::Unavailable => ChannelReply::Unavailable,
            why => ChannelReply::TurnedAway { why },
        })
    }

    fn hold(&mut self, sku: SkuId, qty: Qty) -> Line {
        let offer = &mut self.offers[sku.index()];
        let offered = offer.visible();
        offer.held = offer.held.saturating_add(qty.0 as u32);
        Line { offer: None, sku, qty, price: offer.price, offered, left: offer.visible() }
    }

    /// Whether an order that awaits its payment takes nothing off the offer before it.
    pub(super) fn takes_when_paid(&self) -> bool {
        self.play.takes == Taking::AtPayment
    }

    /// Whether a released order gives units back to the offer, by where it stood.
    pub(super) fn has_taken(&self, stood: OrderState) -> bool {
        self.play.own_sales == OwnSales::AtOnce
            && !(self.takes_when_paid() && stood <= OrderState::Pending)
    }

    /// An order is paid: where nothing was taken for it yet, it is now.
    pub(super) fn take_when_paid(&mut self, number: u64, out: &mut Outbox) {
        if !self.takes_when_paid() {
            return;
        }
        let lines = self.orders.get(number).map(|order: &Order| order.lines.clone());
        let lines = lines.iter().flat_map(|lines| self.bundles.all_sold(lines));
        for line in lines {
            let offer = &mut self.offers[line.sku.index()];
            offer.shown -= line.qty;
            offer.stored -= line.qty;
            out.facts.push(offer.as_shown(self.id, line.sku));
        }
    }
}
