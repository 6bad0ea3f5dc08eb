//! Owns a marketplace: its offers, prices and listings, the orders it accepts, what it shows when.
//! Must not know connectors or the OMS; it sells from what it shows and nothing else.
//!
//! Two quantities an offer: `stored` is what its API has taken, `shown` is what shoppers see and
//! buy from; a change travels from the one to the other in the channel's own time. Start at
//! [`Marketplace::handle`].

mod carts;
mod defective;
mod edits;
mod flow;
mod forgetting;
mod inside;
mod selling;
mod shelf;
mod telling;

use self::carts::Carts;
use self::shelf::{AskedPrices, Mixed, Offer, Remembered};
use super::defect::Defects;
use super::feed::Feed;
use super::imperfect::{Faults, Keyed};
use super::limiter::{CallLimits, LimitedOp};
use super::outbox::{Answer, Outbox};
use super::protocol::{ChannelReply, ChannelRequest, OrderState, UpdateItem};
use super::register::Register;
use super::terms::{ChannelPlay, SkuTerms};
use super::timers::Timers;
use crate::history::What;
use crate::history::charter::Offers;
use crate::history::fact::{CartEnding, Lines, Refusal, Release};
use crate::ids::{Buyer, ChannelId, ConnectorId, Intent, OrderId, SkuId, Version};
use crate::numbered::Numbered;
use crate::rng::{Draws, mix};
use crate::units::{At, Qty, Span};

/// A marketplace.
#[derive(Debug)]
pub struct Marketplace {
    id: ChannelId,
    play: ChannelPlay,
    /// Who gets its webhooks.
    tells: Option<ConnectorId>,
    draws: Draws,
    faults: Faults,
    limits: CallLimits,
    offers: Vec<Offer>,
    /// Those of them that are not simply a SKU.
    bundles: Offers,
    orders: Register<Order>,
    by_intent: Numbered<Intent, u64>,
    /// Order numbers in the order they changed; a reader's cursor is a place in it.
    changed: Feed<u64>,
    /// Nobody will read it.
    unread: bool,
    /// The latest updates by idempotency key: their repetition changes nothing.
    taken: Remembered,
    keeps: Keeps,
    mixed: Mixed,
    timers: Timers<Later>,
    carts: Carts,
    updates: u64,
    asked_prices: AskedPrices,
    /// How long an order waits for the seller to accept it; none: it does not.
    accept_within: Option<Span>,
    /// How long after an order is ours it is to be told that it has left, and until when a run is
    /// watched for that; none: it does not ask.
    dispatch: Option<(Span, At)>,
    /// How often its front has called so that nothing tells one call from the next.
    turns: u64,
    /// What is wrong with it.
    defects: Defects,
}

#[derive(Debug)]
struct Order {
    intent: Intent,
    buyer: Buyer,
    lines: Lines,
    /// How often it was edited.
    version: Version,
    state: OrderState,
    /// It has left the building, as it was told.
    has_left: bool,
    placed: At,
    /// When it last changed.
    changed: At,
}

/// Which updates it must know again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeps {
    /// Any: over a real wire any reply may be lost.
    All,
    /// Those whose reply it loses itself.
    Lost,
}

#[derive(Debug)]
enum Later {
    /// A payment goes one way or the other.
    Payment { number: u64, paid: bool },
    /// A taken change shows.
    Show { item: UpdateItem, update: u64 },
    /// By now the seller should have accepted an order.
    AcceptanceDue { number: u64 },
    /// By now it should have been told that an order has left.
    DispatchDue { number: u64 },
    /// What was shown before an update is shown again.
    Forget { sku: SkuId, version: Version, qty: Qty },
}

impl Marketplace {
    /// A marketplace that opens with the catalogue as its rule shows it.
    pub fn new(
        id: ChannelId,
        play: ChannelPlay,
        catalog: &[SkuTerms],
        tells: Option<ConnectorId>,
        seed: u64,
    ) -> Marketplace {
        let draws = Draws::new(seed);
        let offers = catalog.iter().map(|sku| Offer::opening(sku, play.rule)).collect();
        Marketplace {
            id,
            tells: tells.filter(|_| play.webhooks),
            draws,
            faults: Faults::new(play.imperfections.clone(), draws, u64::from(id.0) + 1),
            limits: CallLimits::new(&play.limits),
            offers,
            bundles: Offers::default(),
            orders: Register::default(),
            by_intent: Numbered::default(),
            changed: Feed::default(),
            unread: false,
            taken: Remembered::default(),
            keeps: Keeps::All,
            mixed: Mixed::default(),
            timers: Timers::default(),
            carts: Carts::default(),
            updates: 0,
            asked_prices: AskedPrices::default(),
            accept_within: None,
            dispatch: None,
            turns: 0,
            defects: Defects::default(),
            play,
        }
    }

    /// Those of its offers that are not simply a SKU: it knows which lines they make in an order,
    /// and nothing of what they have in common.
    #[must_use]
    pub fn with_offers(mut self, bundles: Offers) -> Marketplace {
        self.bundles = bundles;
        self
    }

    /// Its callers hear every answer but those that it loses itself, as over no wire: only of these
    /// can a call be repeated, and no other need be known again.
    #[must_use]
    pub fn heard_but_for_losses(mut self) -> Marketplace {
        self.keeps = Keeps::Lost;
        self
    }

    /// Nobody reads its orders: its connector gets webhooks. It keeps no list of changes.
    #[must_use]
    pub fn unread(mut self) -> Marketplace {
        self.unread = true;
        self
    }

    /// Says what it sells at the start.
    pub fn open(&self, out: &mut Outbox) {
        for (sku, offer) in self.offers.iter().enumerate().filter(|(_, o)| o.listed) {
            let (channel, sku, version) = (self.id, SkuId(sku as u32), offer.version);
            out.facts.push(What::Listed { channel, sku, version, seen: None });
            out.facts.push(What::Priced { channel, sku, version, price: offer.price, seen: None });
            out.facts.push(What::Shown { channel, sku, version, qty: offer.shown, seen: None });
        }
    }

    /// Answers a request.
    pub fn handle(
        &mut self,
        now: At,
        request: ChannelRequest,
        out: &mut Outbox,
    ) -> Answer<ChannelReply> {
        match request {
            ChannelRequest::PlaceOrder { intent, buyer, lines } => {
                self.place(now, intent, buyer, &lines, out)
            }
            ChannelRequest::FillCart { intent, lines, .. } => {
                self.fill_cart(now, intent, &lines, out)
            }
            ChannelRequest::CancelOrder { order, why } => {
                // The seller's cancellations are a connector's calls; the customer's are not.
                let thing = mix(2, order.number);
                let refused = (why == Release::Stock)
                    .then(|| self.gate(now, LimitedOp::Cancel, thing))
                    .flatten();
                Answer::heard(refused.unwrap_or_else(|| self.cancel(now, order, why, out)))
            }
            ChannelRequest::Confirm { order, step } => self.confirm(now, order, step, out),
            ChannelRequest::EditOrder { order, lines } => {
                Answer::heard(self.edit(now, order, &lines, out))
            }
            ChannelRequest::Update { key, kind, items } => self.update(now, key, kind, &items),
            ChannelRequest::ListOrders { after, limit } => {
                if let Some(reply) = self.gate(now, LimitedOp::Read, mix(3, after)) {
                    return Answer::heard(reply);
                }
                Answer::heard(self.list(after, limit))
            }
        }
    }

    /// When it next has something to do by itself.
    pub fn next_wake(&self) -> Option<At> {
        self.timers.next().into_iter().chain(self.carts.next()).min()
    }

    /// Does what is due.
    pub fn wake(&mut self, now: At, out: &mut Outbox) {
        self.lapse_carts(now, out);
        while let Some(later) = self.timers.due(now) {
            match later {
                Later::Payment { number, paid } => self.settle_payment(now, number, paid, out),
                Later::DispatchDue { .. } => {}
                Later::AcceptanceDue { number } => self.gives_up_waiting(now, number, out),
                Later::Show { item, update } => self.show(now, item, update, out),
                Later::Forget { sku, version, qty } => {
                    self.forget_update(sku, (version, qty), out);
                }
            }
        }
    }

    /// Nothing is under way inside it.
    pub fn is_quiet(&self) -> bool {
        self.carts.next().is_none() && !self.timers.any(|later| self.is_awaited(later))
    }

    /// The cursor of a reader that has read everything.
    pub fn cursor(&self) -> u64 {
        self.changed.end()
    }

    /// The order that an intent became, for the resolution pass.
    pub fn order_of(&self, intent: Intent) -> Option<OrderId> {
        self.by_intent.get(intent).map(|number| OrderId { channel: self.id, number: *number })
    }

    /// Limits and everyday faults that stand before every call of a connector.
    fn gate(&mut self, now: At, op: LimitedOp, call: impl Into<Keyed>) -> Option<ChannelReply> {
        if let Err(refused) = self.limits.ask(now, op) {
            return Some(ChannelReply::Throttled { retry_after: refused.retry_after });
        }
        self.faults.unavailable(call).then_some(ChannelReply::Unavailable)
    }

    fn place(
        &mut self,
        now: At,
        intent: Intent,
        buyer: Buyer,
        wanted: &[(SkuId, Qty)],
        out: &mut Outbox,
    ) -> Answer<ChannelReply> {
        if let Some(order) = self.order_of(intent) {
            return Answer::heard(ChannelReply::Placed { order });
        }
        // Whom nobody answers has not checked out: the cart holds what it held.
        if self.faults.unavailable(mix(1, intent.0)) {
            return self.turn_away(intent, Refusal::Unavailable, None, out);
        }
        self.end_cart(intent, CartEnding::CheckedOut, out);
        if let Err((why, line)) = self.can_sell(intent, wanted) {
            return self.turn_away(intent, why, line, out);
        }
        let mut order = self.accept(now, intent, buyer, wanted, out);
        if self.accepts_again(intent) {
            order = self.accept(now, intent, buyer, wanted, out);
        }
        let fate = self.faults.of_reply(mix(1, intent.0));
        Answer { reply: self.tells(intent, ChannelReply::Placed { order }), fate }
    }

    fn accept(
        &mut self,
        now: At,
        intent: Intent,
        buyer: Buyer,
        wanted: &[(SkuId, Qty)],
        out: &mut Outbox,
    ) -> OrderId {
        let order = OrderId { channel: self.id, number: self.orders.next() };
        let state = self.is_to_be_accepted(now, order.number, intent);
        let takes = self.has_taken(state);
        let sell = |(sku, qty): &(SkuId, Qty)| self.sell(intent, *sku, *qty, takes);
        let sold: Lines = wanted.iter().map(sell).collect();
        let lines = self.in_parts(sold);
        out.facts.push(What::Accepted {
            order,
            intent,
            buyer,
            lines: lines.clone(),
            awaits_payment: state != OrderState::Ours,
        });
        self.by_intent.insert(intent, order.number);
        let (version, has_left, placed, changed) = (Version(0), false, now, now);
        self.orders.push(Order { intent, buyer, lines, version, state, has_left, placed, changed });
        self.is_due_to_leave(now, order.number);
        self.tell(now, order.number, out);
        order
    }

    fn cancel(&mut self, now: At, order: OrderId, why: Release, out: &mut Outbox) -> ChannelReply {
        let known = self.orders.get(order.number).filter(|_| order.channel == self.id);
        let Some(known) = known else {
            return ChannelReply::Invalid { why: format!("there is no order {}", order.number) };
        };
        let (intent, state) = (known.intent, known.state);
        if known.has_left {
            return ChannelReply::Invalid { why: "the order is on its way".to_owned() };
        }
        if !matches!(state, OrderState::Released(_)) && !self.ignores_cancel(intent, why) {
            self.release(now, order.number, why, out);
        }
        ChannelReply::Cancelled
    }

    fn release(&mut self, now: At, number: u64, why: Release, out: &mut Outbox) {
        // A seller who cancels for want of stock does not put the units back on offer.
        self.release_and(now, number, why, why != Release::Stock, out);
    }

    fn release_and(
        &mut self,
        now: At,
        number: u64,
        why: Release,
        puts_back: bool,
        out: &mut Outbox,
    ) {
        let Some(order) = self.orders.get_mut(number) else { return };
        let stood = std::mem::replace(&mut order.state, OrderState::Released(why));
        let (intent, lines) = (order.intent, order.lines.clone());
        out.facts.push(What::Released { order: OrderId { channel: self.id, number }, why });
        if puts_back && self.has_taken(stood) && !self.keeps_released(intent) {
            for line in self.bundles.all_sold(&lines) {
                let offer = &mut self.offers[line.sku.index()];
                offer.shown += line.qty;
                offer.stored += line.qty;
                out.facts.push(offer.as_shown(self.id, line.sku));
            }
        }
        self.tell(now, number, out);
    }
}

#[cfg(test)]
mod tests;
