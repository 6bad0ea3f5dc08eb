//! Owns which orders the OMS forgets: those that nobody can ask it for and that it has no plans
//! for. Must not know who asks; it is told which orders are spoken of.

use super::{Oms, Record, State};
use crate::commerce::protocol::SourceNotice;
use crate::commerce::spoken::Spoken;

impl Oms {
    /// How many orders, records and changes it keeps.
    pub fn kept(&self) -> usize {
        self.records.kept() + self.changes.kept()
    }

    /// Its readers have read its changes up to here.
    pub fn read_up_to(&mut self, cursor: u64) {
        self.changes.read_up_to(cursor);
    }

    /// Says which orders are spoken of: those that are short, since their connector and channel
    /// will hear of it when they are given up, those whose channel will hear that they have left,
    /// and those that changes unread are about.
    pub fn speak(&self, spoken: &mut Spoken) {
        let is_told = |record: &Record| match record.state {
            State::Short => true,
            State::Reserved => self.is_told_what_left(record.order),
            State::Cancelled | State::Shipped => false,
        };
        for (_, record) in self.records.iter().filter(|(_, record)| is_told(record)) {
            spoken.note(record.order);
        }
        self.changes.iter().filter_map(SourceNotice::about).for_each(|order| spoken.note(order));
    }

    /// Forgets orders of which nothing speaks; one that is to be shipped is told to nobody then,
    /// and kept.
    pub fn forget(&mut self, spoken: &Spoken) {
        let (records, by_key) = (&mut self.records, &mut self.by_key);
        let ships = self.play.ships_after.is_some();
        self.by_order.retain(|order, known| {
            let mut states = known.records.iter().filter_map(|oms| records.get(oms.0));
            let keeps =
                spoken.has(order) || ships && states.any(|record| record.state == State::Reserved);
            for oms in known.records.iter().filter(|_| !keeps) {
                let key = records.remove(oms.0).and_then(|record| record.key);
                key.and_then(|key| by_key.remove(&key));
            }
            keeps
        });
        if let Some(hub) = &mut self.hub {
            let by_order = &self.by_order;
            hub.forget(|order| by_order.get(order).is_some());
        }
    }
}
