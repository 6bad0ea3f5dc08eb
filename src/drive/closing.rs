//! Owns how a run ends, for both drivers: what stayed unknown is looked up, then the last record.
//! Must not know what makes time pass.

use std::collections::BTreeMap;

use crate::commerce::outbox::Outbox;
use crate::history::What;
use crate::history::fact::{Ending, Outcome};
use crate::ids::{ChannelId, Intent, OpId, OrderId};

/// Orders whose outcome the shopper never learned, by call.
#[derive(Debug, Default)]
pub(super) struct Unresolved {
    orders: BTreeMap<OpId, (ChannelId, Intent)>,
}

impl Unresolved {
    pub(super) fn add(&mut self, op: OpId, channel: ChannelId, intent: Intent) {
        self.orders.insert(op, (channel, intent));
    }

    /// The resolution pass: asks each channel what became of an intent, by its key.
    pub(super) fn resolve(
        &self,
        mut order_of: impl FnMut(ChannelId, Intent) -> Option<OrderId>,
        out: &mut Outbox,
    ) {
        for (op, (channel, intent)) in &self.orders {
            let outcome = match order_of(*channel, *intent) {
                Some(_) => Outcome::Done,
                None => Outcome::Refused,
            };
            out.facts.push(What::Resolved { op: *op, outcome });
        }
    }
}

/// The last record.
pub(super) fn end(why: Ending, out: &mut Outbox) {
    out.facts.push(What::Ended { why });
}
