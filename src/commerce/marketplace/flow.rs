//! Owns the way of an order once it is placed: the seller accepts it in time, or not; it is paid,
//! or not; the seller tells that it has left. Must not know who tells, nor when it should.

use super::{Later, Marketplace, Order};
use crate::commerce::limiter::LimitedOp;
use crate::commerce::outbox::{Answer, Outbox};
use crate::commerce::protocol::{ChannelReply, Confirmation, OrderState};
use crate::commerce::terms::Payment;
use crate::history::What;
use crate::history::fact::{Confirmed, Release};
use crate::ids::{Intent, OrderId};
use crate::rng::{Draw, mix};
use crate::units::{At, Span};

impl Marketplace {
    /// It is to be told so long after an order is ours that it has left; a run is watched until
    /// then for what is due by the second.
    #[must_use]
    pub fn to_be_told_what_left(mut self, dispatch: Option<(Span, At)>) -> Marketplace {
        self.dispatch = dispatch;
        self
    }

    /// An order that is ours is to have left by a certain time.
    pub(super) fn is_due_to_leave(&mut self, now: At, number: u64) {
        let Some((within, until)) = self.dispatch else { return };
        let is_ours = |order: &Order| order.state == OrderState::Ours;
        let due = now + within;
        if due < until && self.orders.get(number).is_some_and(is_ours) {
            // At the time itself it is still in time.
            self.timers.set(due + Span(1), Later::DispatchDue { number });
        }
    }

    /// Whether something may still come of an appointment.
    pub(super) fn is_awaited(&self, later: &Later) -> bool {
        match later {
            Later::AcceptanceDue { number } => {
                let order = self.orders.get(*number);
                order.is_some_and(|order| order.state == OrderState::Waiting)
            }
            Later::DispatchDue { number } => {
                self.orders.get(*number).is_some_and(Order::is_to_leave)
            }
            Later::Payment { .. } | Later::Show { .. } | Later::Forget { .. } => true,
        }
    }

    /// An order waits so long for the seller to accept it, and is cancelled then.
    #[must_use]
    pub fn to_be_told_of_acceptance(mut self, within: Option<Span>) -> Marketplace {
        self.accept_within = within;
        self
    }

    /// Whether an order waits for the seller, and what it waits for if not.
    pub(super) fn is_to_be_accepted(&mut self, now: At, number: u64, intent: Intent) -> OrderState {
        let Some(within) = self.accept_within else {
            return self.is_to_be_paid(now, number, intent);
        };
        // At the time itself it may still be accepted.
        self.timers.set(now + within + Span(1), Later::AcceptanceDue { number });
        OrderState::Waiting
    }

    /// The seller had so long to accept an order.
    pub(super) fn gives_up_waiting(&mut self, now: At, number: u64, out: &mut Outbox) {
        if self.orders.get(number).is_some_and(|order| order.state == OrderState::Waiting) {
            self.release(now, number, Release::NotAccepted, out);
        }
    }

    fn accepted(&mut self, now: At, id: OrderId, out: &mut Outbox) -> ChannelReply {
        if self.accept_within.is_none() {
            return ChannelReply::Invalid { why: "orders come accepted here".to_owned() };
        }
        let known = self.orders.get(id.number).filter(|_| id.channel == self.id);
        let why = match known.map(|order| (order.state, order.intent)) {
            None => format!("there is no order {}", id.number),
            Some((OrderState::Waiting, intent)) => {
                out.facts.push(What::Acknowledged(Confirmed { order: id }));
                let state = self.is_to_be_paid(now, id.number, intent);
                if let Some(order) = self.orders.get_mut(id.number) {
                    order.state = state;
                }
                if state == OrderState::Ours {
                    self.is_ours(now, id.number, out);
                } else {
                    self.tell(now, id.number, out);
                }
                return ChannelReply::Confirmed;
            }
            Some((OrderState::Pending | OrderState::Ours, _)) => return ChannelReply::Confirmed,
            Some((OrderState::Released(_), _)) => "the order is cancelled".to_owned(),
        };
        ChannelReply::Invalid { why }
    }

    /// An order that was not is ours to fulfil now.
    fn is_ours(&mut self, now: At, number: u64, out: &mut Outbox) {
        out.facts.push(What::Paid { order: OrderId { channel: self.id, number } });
        self.take_when_paid(number, out);
        self.is_due_to_leave(now, number);
        self.tell(now, number, out);
    }

    /// Whether an order is ours at once, or when its payment is known to have come.
    pub(super) fn is_to_be_paid(&mut self, now: At, number: u64, intent: Intent) -> OrderState {
        match &self.play.payment {
            Payment::Immediate => OrderState::Ours,
            Payment::After { after, fails, held_for } => {
                let paid = self.draws.unit(Draw::PaymentFails, intent.0, 0) >= fails.as_f64();
                let law = held_for.as_ref().filter(|_| !paid).unwrap_or(after);
                let known_in = law.sample(self.draws.two_units(Draw::PaymentTime, intent.0, 0));
                self.timers.set(now + known_in, Later::Payment { number, paid });
                OrderState::Pending
            }
        }
    }

    pub(super) fn settle_payment(&mut self, now: At, number: u64, paid: bool, out: &mut Outbox) {
        let pending = |order: &&mut Order| order.state == OrderState::Pending;
        let Some(order) = self.orders.get_mut(number).filter(pending) else { return };
        if paid {
            order.state = OrderState::Ours;
            self.is_ours(now, number, out);
        } else {
            self.release(now, number, Release::Payment, out);
        }
    }

    /// The seller tells of a step that an order has taken.
    pub(super) fn confirm(
        &mut self,
        now: At,
        order: OrderId,
        step: Confirmation,
        out: &mut Outbox,
    ) -> Answer<ChannelReply> {
        let call = mix(mix(18, step as u64), order.number);
        if let Some(refused) = self.gate(now, LimitedOp::Order, call) {
            return Answer::heard(refused);
        }
        let reply = match step {
            Confirmation::Dispatch => self.dispatched(order, out),
            Confirmation::Acceptance => self.accepted(now, order, out),
        };
        Answer { reply, fate: self.faults.of_reply(call) }
    }

    fn dispatched(&mut self, id: OrderId, out: &mut Outbox) -> ChannelReply {
        if self.dispatch.is_none() {
            return ChannelReply::Invalid { why: "nobody asks here what has left".to_owned() };
        }
        let channel = self.id;
        let order = self.orders.get_mut(id.number).filter(|_| id.channel == channel);
        let why = match order {
            None => format!("there is no order {}", id.number),
            Some(order) => match order.state {
                OrderState::Ours => {
                    if !std::mem::replace(&mut order.has_left, true) {
                        out.facts.push(What::Dispatched(Confirmed { order: id }));
                    }
                    return ChannelReply::Confirmed;
                }
                OrderState::Waiting => "the order is not accepted".to_owned(),
                OrderState::Pending => "the order is not paid".to_owned(),
                OrderState::Released(_) => "the order is cancelled".to_owned(),
            },
        };
        ChannelReply::Invalid { why }
    }
}

impl Order {
    /// It is ours, and has not left as far as was told.
    pub(super) fn is_to_leave(&self) -> bool {
        self.state == OrderState::Ours && !self.has_left
    }
}
