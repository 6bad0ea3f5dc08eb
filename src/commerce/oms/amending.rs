//! Owns what the OMS makes of a later version of an order: its record says it, and units come back.
//! Must not know who made the version, nor what its channel offers.

use super::super::outbox::{Answer, Outbox};
use super::super::protocol::OmsReply;
use super::{Known, Oms, State, bare, invalid};
use crate::commerce::edits::{by_sku, given_up};
use crate::history::What;
use crate::history::fact::{Amended, Line, Lines};
use crate::ids::{OmsOrder, OrderId, Version};
use crate::units::At;

impl Oms {
    /// A version of an order, newer than any that it knows, is what the order is from now on; one
    /// that comes before its order is kept until then. An older one changes nothing.
    pub(super) fn amend(
        &mut self,
        now: At,
        order: OrderId,
        version: Version,
        lines: &Lines,
        out: &mut Outbox,
    ) -> Answer<OmsReply> {
        if !self.amends(order) {
            return invalid("no order of that channel is edited: its terms have no `order edits`");
        }
        let known = self.by_order.or_insert_with(order, Known::default);
        if version <= known.version || known.released.is_some() {
            return Answer::heard(OmsReply::Done);
        }
        let (held, ahead) = (known.records.clone(), known.ahead.clone());
        let records: Vec<_> = held.iter().filter_map(|oms| self.records.get(oms.0)).collect();
        if records.iter().any(|record| record.state == State::Shipped) {
            return invalid("the order has left the building: no edit changes it");
        }
        let mut before = records.iter().map(|record| &record.lines).chain(&ahead);
        if before.any(|before| !is_part(lines, before)) {
            return invalid("an edit gives up lines, or units of them: it adds none");
        }
        let known = self.by_order.or_insert_with(order, Known::default);
        (known.version, known.edited) = (version, Some(lines.clone()));
        if let Some(ahead) = &ahead {
            known.ahead = Some(lines.clone());
            self.give_up_units(now, order, (ahead, lines), out);
        }
        for oms in held {
            self.amend_record(now, (order, oms, version), lines, out);
        }
        Answer::heard(OmsReply::Done)
    }

    fn amends(&self, order: OrderId) -> bool {
        self.amends.get(order.channel.index()).is_some_and(|amends| *amends)
    }

    fn amend_record(
        &mut self,
        now: At,
        (order, oms, version): (OrderId, OmsOrder, Version),
        lines: &Lines,
        out: &mut Outbox,
    ) {
        let Some(record) = self.records.get_mut(oms.0) else { return };
        if record.state == State::Cancelled {
            return;
        }
        let had_units = record.state == State::Reserved;
        let before = std::mem::replace(&mut record.lines, lines.clone());
        let told = lines.iter().map(bare).collect();
        out.facts.push(What::Amended(Amended { order, oms, version, lines: told }));
        if had_units {
            for _ in 0..self.gives_up_times(order) {
                self.give_up_units(now, order, (&before, lines), out);
            }
        }
    }

    /// Gives back what a version has fewer than the one before.
    fn give_up_units(
        &mut self,
        now: At,
        order: OrderId,
        (before, after): (&[Line], &[Line]),
        out: &mut Outbox,
    ) {
        let given_up = given_up(before, after);
        if !given_up.is_empty() {
            self.give_back(now, order, &given_up, out);
        }
    }

    /// The lines of an order that is reserved or handed over: those of a newer version, where one
    /// was told. What was reserved ahead for more than a later version has is given back.
    pub(super) fn newest_of(
        &mut self,
        now: At,
        order: OrderId,
        (version, lines): (Version, Lines),
        out: &mut Outbox,
    ) -> Lines {
        if !self.amends(order) {
            return lines;
        }
        let known = self.by_order.or_insert_with(order, Known::default);
        if known.version > version {
            return known.edited.clone().unwrap_or(lines);
        }
        // Of an order that it holds only an amendment changes the record.
        if known.records.is_empty() {
            if version > known.version {
                (known.version, known.edited) = (version, Some(lines.clone()));
            }
            if let Some(ahead) = known.ahead.clone().filter(|ahead| is_part(&lines, ahead)) {
                known.ahead = Some(lines.clone());
                self.give_up_units(now, order, (&ahead, &lines), out);
            }
        }
        lines
    }
}

/// Whether a version of an order has no unit more than another.
fn is_part(lines: &[Line], of: &[Line]) -> bool {
    let mut left = by_sku(of);
    lines.iter().all(|line| left.remove(&line.sku).is_some_and(|has| line.qty <= has))
}
