//! Owns which orders a marketplace forgets: those that nobody can ask it for.
//! Must not know who asks; it is told which orders are spoken of.

use super::{Marketplace, Order};
use crate::commerce::protocol::OrderState;
use crate::commerce::spoken::Spoken;
use crate::ids::{Intent, OrderId};

impl Marketplace {
    /// How many orders and changes of them it keeps.
    pub fn kept(&self) -> usize {
        self.orders.kept() + self.changed.kept()
    }

    /// Its readers have read its changes up to here.
    pub fn read_up_to(&mut self, cursor: u64) {
        self.changed.read_up_to(cursor);
    }

    /// Says which orders are spoken of: those that wait to be accepted, paid, or told to have left,
    /// those of intents that somebody is about to speak of, those whose changes are unread.
    pub fn speak(&self, is_about: impl Fn(Intent) -> bool, spoken: &mut Spoken) {
        let asks = self.dispatch.is_some();
        let is_open = |order: &Order| {
            let waits = order.state <= OrderState::Pending || asks && order.is_to_leave();
            waits || is_about(order.intent)
        };
        for (number, _) in self.orders.iter().filter(|(_, order)| is_open(order)) {
            spoken.note(OrderId { channel: self.id, number });
        }
        for number in self.changed.iter() {
            spoken.note(OrderId { channel: self.id, number: *number });
        }
    }

    /// Forgets orders of which nothing speaks. What became of an intent is known as long as its
    /// order is, or as long as somebody is to find it out.
    pub fn forget(&mut self, spoken: &Spoken, is_unresolved: impl Fn(Intent) -> bool) {
        let (channel, by_intent) = (self.id, &mut self.by_intent);
        self.orders.retain(|number, order| {
            let keeps = spoken.has(OrderId { channel, number });
            let is_its = by_intent.get(order.intent) == Some(&number);
            if !keeps && is_its && !is_unresolved(order.intent) {
                by_intent.remove(order.intent);
            }
            keeps
        });
    }
}
