//! Owns the load's side of a call in an estate: what is open from when it is planned until it is
//! over. Must not know how it travels.

use super::books::Books;
use super::cell::Cell as _;
use super::{Cells, Driver, Estate};
use crate::commerce::desk::{Afterwards, Edit, LoadCall, Purpose};
use crate::commerce::edits::EditTerms;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{CameBack, ChannelReply};
use crate::commerce::terms::CartTerms;
use crate::history::What;
use crate::history::fact::Outcome;
#[cfg(feature = "live")]
use crate::history::fact::SupplyChange;
#[cfg(feature = "live")]
use crate::ids::SkuId;
use crate::ids::{Intent, OpId, OrderId};
use crate::rng::Draws;
#[cfg(feature = "live")]
use crate::traffic::MerchantAct;
use crate::traffic::{Arrival, MerchantEvent};
use crate::units::At;
#[cfg(feature = "live")]
use crate::units::Qty;

/// What becomes of carts, and how orders are edited, by channel, where there is such.
#[derive(Clone, Debug)]
pub(in crate::drive) struct Checkouts {
    pub(in crate::drive) terms: Vec<Option<CartTerms>>,
    pub(in crate::drive) edits: Vec<Option<EditTerms>>,
    pub(in crate::drive) draws: Draws,
}

/// What is numbered for somebody who may number calls of their own counts from here.
#[cfg(feature = "live")]
const OURS_FROM: u64 = 1 << 40;

/// A call is open from [`Estate::opens`] until it is answered, or is said never to have left.
impl<C: Cells> Estate<C> {
    /// A shopper arrives: what is asked first, and what is done then. Where units are taken when
    /// they are put into a cart, that comes before the order.
    pub(in crate::drive) fn arrives(&self, arrival: Arrival) -> (LoadCall, Afterwards) {
        let Some(carts) = &self.carts.terms[arrival.channel.index()] else {
            let afterwards = self.after(&arrival);
            return (self.order(arrival), afterwards);
        };
        let call = LoadCall::cart(self.op(), &arrival);
        let checks_out = carts.checks_out(self.carts.draws, arrival.intent);
        let afterwards = checks_out
            .map_or(Afterwards::Nothing, |after| Afterwards::ChecksOut(after, Box::new(arrival)));
        (call, afterwards)
    }

    /// What whoever places an order does after it.
    pub(in crate::drive) fn after(&self, arrival: &Arrival) -> Afterwards {
        let edits = self.carts.edits[arrival.channel.index()].as_ref();
        Afterwards::of(arrival, edits, self.carts.draws)
    }

    /// A shopper's order.
    pub(in crate::drive) fn order(&self, arrival: Arrival) -> LoadCall {
        LoadCall::order(self.op(), arrival)
    }

    /// A customer's change of mind.
    pub(in crate::drive) fn cancellation(
        &self,
        at: At,
        intent: Intent,
        order: OrderId,
    ) -> LoadCall {
        LoadCall::cancellation(self.op(), at, intent, order)
    }

    /// A shopper's edit of an order.
    pub(in crate::drive) fn edit(&self, at: At, edit: Edit) -> LoadCall {
        LoadCall::edit(self.op(), at, edit)
    }

    /// The merchant's next act.
    pub(in crate::drive) fn act(&self, event: &MerchantEvent) -> LoadCall {
        let (op, place) = self.books.with(|books| (books.op(), books.act()));
        LoadCall::merchant(op, place, event)
    }

    fn op(&self) -> OpId {
        self.books.with(Books::op)
    }

    /// The act after which so many units of a SKU are available at the source. Its number is none
    /// that somebody else's merchant would give an act of theirs.
    #[cfg(feature = "live")]
    pub(in crate::drive) fn setting(&self, at: At, sku: SkuId, to: Qty) -> LoadCall {
        let is = self.oms.with(|oms| oms.available(sku)).unwrap_or(Qty::ZERO);
        let (units, why) = (to - is, SupplyChange::Correction);
        let event = MerchantEvent { at, act: MerchantAct::Adjust { sku, units, why, at: None } };
        let (op, place) = self.books.with(|books| (books.op(), books.act()));
        LoadCall::merchant(OpId(op.0 + OURS_FROM), place, &event)
    }

    /// A call is to be made.
    pub(in crate::drive) fn opens(&self, purpose: &Purpose) {
        self.books.with(|books| books.opens(shoppers(purpose)));
    }

    /// It is over.
    pub(in crate::drive) fn closes(&self, purpose: &Purpose) {
        self.books.with(|books| books.closes(shoppers(purpose)));
    }

    /// It came back: says so, and plans what its customer does then.
    pub(in crate::drive) fn answered(
        &self,
        by: &mut impl Driver,
        (purpose, afterwards): (&Purpose, Afterwards),
        came: &CameBack,
        out: &mut Outbox,
    ) {
        if matches!(came, CameBack::Unknown) {
            let late = by.may_come_late();
            self.books.with(|books| books.unknown(purpose, late));
        }
        let (now, order) = by.stamp(out, |now, out| (now, purpose.answered(came, out)));
        match (afterwards, order) {
            (Afterwards::Cancels(after), Some(order)) => {
                self.books.with(|books| books.opens(Some(purpose.intent)));
                by.cancel_at(now + after, purpose.intent, order);
            }
            (Afterwards::Edits(after, lines), Some(order)) => {
                let intent = purpose.intent;
                self.books.with(|books| books.opens(Some(intent)));
                by.edit_at(now + after, Box::new(Edit { intent, order, lines }));
            }
            (Afterwards::ChecksOut(after, mut arrival), _) if is_carted(came) => {
                self.books.with(|books| books.opens(Some(purpose.intent)));
                arrival.at = now + after;
                by.check_out_at(arrival.at, arrival);
            }
            _ => {}
        }
        self.closes(purpose);
    }

    /// What a shopper had planned (a change of mind, checking out) is a call now, or will never be
    /// one.
    pub(in crate::drive) fn comes_to_it(&self, intent: Intent) {
        self.books.with(|books| books.closes(Some(intent)));
    }

    /// The resolution pass: asks each channel what became of the calls whose outcome nobody
    /// learned, by their keys.
    pub(in crate::drive) fn resolve(&self, out: &mut Outbox) {
        for (op, (channel, intent)) in self.books.with(Books::unresolved) {
            let machine = &self.channels[channel.index()];
            let is_there = machine.with(|m| m.order_of(intent).is_some() || m.has_cart(intent));
            let outcome = if is_there { Outcome::Done } else { Outcome::Refused };
            out.facts.push(What::Resolved { op, outcome });
        }
    }
}

fn is_carted(came: &CameBack) -> bool {
    matches!(came, CameBack::Channel(ChannelReply::Carted))
}

/// The intent of a shopper's call: the merchant's are numbered by themselves, and no order's.
fn shoppers(purpose: &Purpose) -> Option<Intent> {
    purpose.channel.map(|_| purpose.intent)
}
