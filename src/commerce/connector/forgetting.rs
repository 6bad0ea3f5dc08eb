//! Owns which orders a connector forgets: those that nothing can speak of to it any more.
//! Must not know who would; it is told which orders are spoken of.

use super::Connector;
use super::work::InCall;
use crate::commerce::spoken::Spoken;
use crate::commerce::terms::{KeptForOperator, Rhythm};
use crate::ids::{ChannelId, OpId, OrderId};

impl Connector {
    /// How many orders it keeps.
    #[cfg(test)]
    pub(crate) fn kept(&self) -> usize {
        self.orders.iter().count()
    }

    /// Up to where it has read a channel's orders; none: it does not read them.
    pub fn has_read(&self, channel: ChannelId) -> Option<u64> {
        let reader = self.readers.get(channel.index())?.as_ref()?;
        let kept = self.play.keeps == KeptForOperator::Orders;
        let reads = self.play.reads_orders_every().is_some() || kept;
        reads.then_some(reader.cursor)
    }

    /// Up to where it has read the source's changes; none: it does not read them.
    pub fn has_read_source(&self) -> Option<u64> {
        (self.play.stock_out != Rhythm::Webhook).then_some(self.source.cursor)
    }

    /// Says which orders its tasks are about: those that wait, are worked on, called for, are
    /// to be tried again, or were given up and may be.
    pub fn speak(&self, spoken: &mut Spoken) {
        self.tasks.iter().filter_map(|(_, task)| task.about()).for_each(|order| spoken.note(order));
        self.anew.orders().for_each(|order| spoken.note(order));
    }

    /// The order that a call is about.
    pub fn about(&self, op: OpId) -> Option<OrderId> {
        match self.open_call(op)? {
            InCall::Task { task, .. } => self.tasks.get(*task)?.about(),
            InCall::Orders(_) | InCall::Source | InCall::Levels => None,
        }
    }

    /// Forgets orders of which nothing speaks.
    pub fn forget(&mut self, spoken: &Spoken) {
        self.orders.retain(|order, _| spoken.has(order));
    }
}
