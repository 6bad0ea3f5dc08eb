//! Owns what is open in an estate: calls by their numbers, notices on their way, orders whose
//! outcome nobody learned. Must not know machines.

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::commerce::desk::Purpose;
use crate::commerce::outbox::Posted;
use crate::history::fact::Call;
use crate::ids::{ChannelId, Intent, OpId, OrderId};
use crate::units::At;

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
    /// Their intents.
    unknown: FxHashSet<Intent>,
    /// Of how many calls of the load an intent is.
    calls_of: FxHashMap<Intent, u32>,
    /// How many notices on their way an order may be asked about for.
    notices_of: FxHashMap<OrderId, u32>,
    /// Until when each call may be heard of which nobody knows whether it was, first to last.
    late: VecDeque<(At, Late)>,
}

/// What a call that may come late speaks of.
#[derive(Clone, Copy, Debug)]
enum Late {
    Intent(Intent),
    Order(OrderId),
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

    /// A call of the load is planned or made; of an intent, when it is a shopper's.
    pub(super) fn opens(&mut self, intent: Option<Intent>) {
        self.load += 1;
        if let Some(intent) = intent {
            *self.calls_of.entry(intent).or_default() += 1;
        }
    }

    /// It is over.
    pub(super) fn closes(&mut self, intent: Option<Intent>) {
        self.load -= 1;
        if let Some(intent) = intent {
            one_less(&mut self.calls_of, &intent);
        }
    }

    /// Notices leave a machine.
    pub(super) fn notices_leave(&mut self, posted: &[Posted]) {
        self.notices += posted.len();
        for order in posted.iter().filter_map(|posted| posted.notice.about()) {
            *self.notices_of.entry(order).or_default() += 1;
        }
    }

    /// A notice was taken, or is tried no more.
    pub(super) fn notice_is_over(&mut self, about: Option<OrderId>) {
        self.notices -= 1;
        if let Some(order) = about {
            one_less(&mut self.notices_of, &order);
        }
    }

    /// Nobody knows what became of a call, which may be heard until then.
    pub(super) fn unknown(&mut self, purpose: &Purpose, late: Option<At>) {
        let Some(channel) = purpose.channel else { return };
        if matches!(purpose.call, Call::PlaceOrder | Call::FillCart) {
            self.unresolved.insert(purpose.op, (channel, purpose.intent));
            self.unknown.insert(purpose.intent);
        }
        if let Some(until) = late {
            *self.calls_of.entry(purpose.intent).or_default() += 1;
            self.late.push_back((until, Late::Intent(purpose.intent)));
        }
    }

    /// The same of a connector's call, or of a notice.
    pub(super) fn unheard(&mut self, about: OrderId, until: At) {
        *self.notices_of.entry(about).or_default() += 1;
        self.late.push_back((until, Late::Order(about)));
    }

    /// Nothing that may have come until now will come any more.
    pub(super) fn comes_no_more(&mut self, now: At) {
        while let Some((_, late)) = self.late.pop_front_if(|(until, _)| *until < now) {
            match late {
                Late::Intent(intent) => one_less(&mut self.calls_of, &intent),
                Late::Order(order) => one_less(&mut self.notices_of, &order),
            }
        }
    }

    /// Whether a call of the load is of this intent.
    pub(super) fn is_called_for(&self, intent: Intent) -> bool {
        self.calls_of.contains_key(&intent)
    }

    /// Orders that notices on their way are about.
    pub(super) fn noticed(&self) -> impl Iterator<Item = OrderId> {
        self.notices_of.keys().copied()
    }

    /// Whether nobody learned what became of an intent.
    pub(super) fn is_unknown(&self, intent: Intent) -> bool {
        self.unknown.contains(&intent)
    }

    /// The orders of which nobody knows it.
    pub(super) fn unresolved(&mut self) -> BTreeMap<OpId, (ChannelId, Intent)> {
        std::mem::take(&mut self.unresolved)
    }
}

fn one_less<K: std::hash::Hash + Eq>(counts: &mut FxHashMap<K, u32>, key: &K) {
    let Some(count) = counts.get_mut(key) else { return };
    *count -= 1;
    if *count == 0 {
        counts.remove(key);
    }
}
