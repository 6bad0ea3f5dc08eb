//! Owns what an OMS with a defect does instead of what it should.
//! Must not know which defects there are to find: it is asked where the OMS would do right.

use super::telling::Of;
use super::{Later, Oms, Record, State, bare};
use crate::commerce::defect::{Defect, DefectMarks, Defects};
use crate::commerce::outbox::Outbox;
use crate::history::What;
use crate::history::charter::{BookedBy, Conversion};
use crate::history::fact::{Lines, Release};
use crate::ids::{OmsOrder, OpId, OrderId, SkuId};
use crate::rng::mix;
use crate::units::{At, Money, Qty, Span};

/// How long units that were reserved ahead of the handoff stay so.
const LAPSES: Span = Span::from_secs(20);
/// What an invented order's number has over that of the order it is made of.
const INVENTED: u64 = 1 << 40;

impl Oms {
    /// The same OMS with these defects.
    #[must_use]
    pub fn with_defects(mut self, defects: Defects) -> Oms {
        self.defects = defects;
        self
    }

    /// How often each of its defects has struck.
    pub(crate) fn marks(&self) -> DefectMarks {
        self.defects.marks()
    }

    /// A movement of stock was booked, and may be again.
    pub(super) fn books_again(
        &mut self,
        now: At,
        op: OpId,
        (of, units): (Of, Qty),
        out: &mut Outbox,
    ) {
        if units != Qty::ZERO && self.defects.strikes(Defect::BooksTwice, op.0) {
            self.move_units(now, of, units, out);
        }
    }

    /// Whether a level is written under the version before it.
    pub(super) fn repeats_version(&mut self, sku: SkuId) -> bool {
        let version = self.skus[sku.index()].version;
        // The same version would be drawn for again, and for ever.
        let thing = mix(u64::from(sku.0), version.0);
        self.defects.any()
            && self.defects.kept(thing).is_none()
            && self.defects.strikes(Defect::RepeatsVersions, thing)
            && self.defects.keep(thing, 1).is_none()
    }

    /// Whether a reservation is overwritten by the level that was read before it.
    pub(super) fn loses_update(&mut self, order: OrderId, sku: SkuId) -> bool {
        self.defects.strikes(Defect::LosesUpdates, mix(about(order), u64::from(sku.0)))
    }

    /// Units were reserved ahead of the handoff.
    pub(super) fn lets_lapse(&mut self, now: At, order: OrderId) {
        if self.defects.meets(Defect::ReleasesEarly, about(order)) {
            self.timers.set(now + LAPSES, Later::Lapse(order));
        }
    }

    /// They are released, unless the handoff has come.
    pub(super) fn lapse(&mut self, now: At, order: OrderId, out: &mut Outbox) {
        let ahead = self.by_order.get_mut(order).and_then(|known| known.ahead.take());
        if let Some(lines) = ahead {
            self.defects.mark(Defect::ReleasesEarly);
            self.give_back(now, order, &lines, out);
        }
    }

    /// A record has its units.
    pub(super) fn after_reserving(
        &mut self,
        now: At,
        (order, oms): (OrderId, OmsOrder),
        lines: &Lines,
        out: &mut Outbox,
    ) {
        let thing = about(order);
        if self.defects.strikes(Defect::ReservesTwice, thing) {
            self.reserve(now, order, lines, out);
        }
        if self.defects.strikes(Defect::CancelsAlive, thing) {
            self.cancel(now, oms, Release::Customer, None, out);
        }
        if self.defects.strikes(Defect::InventsOrders, thing) {
            let invented = OmsOrder(self.records.next());
            let order = OrderId { number: order.number + INVENTED, ..order };
            let held: Lines = lines.iter().map(bare).collect();
            let booked = None;
            out.facts.push(What::Held { order, oms: invented, lines: held.clone(), booked });
            let state = State::Cancelled;
            let record = self.records.get(oms.0).map(|record| record.intent);
            let intent = record.unwrap_or_default();
            self.records.push(Record { order, key: None, intent, lines: held, state });
        }
    }

    /// What an order is booked as.
    pub(super) fn books_rounded<L: Iterator<Item = (Qty, Money)>>(
        &mut self,
        order: OrderId,
        books: Conversion,
        lines: impl Fn() -> L,
    ) -> Money {
        let right = books.booked(lines());
        if !self.defects.meets(Defect::BooksRounded, about(order)) {
            return right;
        }
        let rounded = books.booking_by(BookedBy::Unit).booked(lines());
        if rounded != right {
            self.defects.mark(Defect::BooksRounded);
        }
        rounded
    }

    /// How often the units that an edit gives up are given back.
    pub(super) fn gives_up_times(&mut self, order: OrderId) -> u32 {
        1 + u32::from(self.defects.strikes(Defect::GivesUpTwice, about(order)))
    }

    /// How often the units of a record that is cancelled are given back.
    pub(super) fn gives_back_times(&mut self, order: OrderId) -> u32 {
        if self.defects.strikes(Defect::KeepsUnits, about(order)) {
            return 0;
        }
        1 + u32::from(self.defects.strikes(Defect::GivesBackTwice, about(order)))
    }

    /// Whether a cancellation for want of stock is not told.
    pub(super) fn tells_nobody(&mut self, order: OrderId) -> bool {
        self.defects.strikes(Defect::TellsNobody, about(order))
    }

    /// Whether what is shipped stays on the books.
    pub(super) fn ships_air(&mut self, order: OrderId, sku: SkuId) -> bool {
        self.defects.strikes(Defect::ShipsAir, mix(about(order), u64::from(sku.0)))
    }
}

fn about(order: OrderId) -> u64 {
    mix(u64::from(order.channel.0), order.number)
}
