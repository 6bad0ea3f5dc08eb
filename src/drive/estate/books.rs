//! Owns what is open in an estate: calls by their numbers, notices on their way, orders whose
//! outcome nobody learned. Must not know machines.

use std::collections::BTreeMap;

use crate::commerce::desk::Purpose;
use crate::history::fact::Call;
use crate::ids::{ChannelId, Intent, OpId};

/// What is open.
#[derive(Debug, Default)]
pub(super) struct Books {
    ops: u64,
    acts: u64,
    /// Calls of the load that are under way, and those that are planned.
    pub(super) load: usize,
    /// Notices that nobody has taken and that will still be tried.
    pub(super) notices: usize,
    /// Orders whose outcome the shopper never learned, by call.
    unresolved: BTreeMap<OpId, (ChannelId, Intent)>,
}

impl Books {
    /// The number of one more call.
    pub(super) fn op(&mut self) -> OpId {
        self.ops += 1;
        OpId(self.ops)
    }

    /// The number of one more act of the merchant's.
    pub(super) fn act(&mut self) -> u64 {
        self.acts += 1;
        self.acts
    }

    /// Nobody knows what became of a call.
    pub(super) fn unknown(&mut self, purpose: &Purpose) {
        if let (Call::PlaceOrder, Some(channel)) = (purpose.call, purpose.channel) {
            self.unresolved.insert(purpose.op, (channel, purpose.intent));
        }
    }

    /// The orders of which nobody knows it.
    pub(super) fn unresolved(&mut self) -> BTreeMap<OpId, (ChannelId, Intent)> {
        std::mem::take(&mut self.unresolved)
    }
}
