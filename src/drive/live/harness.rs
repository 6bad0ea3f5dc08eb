//! Owns what befalls the harness itself in a live run: counted as it happens, said as facts now and
//! then. Must not know what it does to a verdict.

use std::collections::BTreeMap;

use parking_lot::Mutex;

use super::world::World;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::Role;
use crate::history::What;
use crate::history::fact::{Address, HarnessFault};
use crate::wire::server::{Listening, Tally};

/// What has befallen and is not said yet.
#[derive(Debug, Default)]
pub(super) struct Befallen {
    counts: Mutex<BTreeMap<(HarnessFault, Address), u64>>,
}

impl Befallen {
    pub(super) fn add(&self, fault: HarnessFault, role: Role, times: u64) {
        if times > 0 {
            *self.counts.lock().entry((fault, address(role))).or_default() += times;
        }
    }

    /// Leaves the facts of all that has not been said.
    pub(super) fn say(&self, out: &mut Outbox) {
        let counts = std::mem::take(&mut *self.counts.lock());
        let said = |((fault, at), times)| What::Harness { fault, at, times };
        out.facts.extend(counts.into_iter().map(said));
    }
}

/// What the listeners had seen when they were last looked at.
#[derive(Debug)]
pub(super) struct Doors {
    seen: Mutex<Vec<Tally>>,
}

impl Doors {
    pub(super) fn new(listening: &[Listening]) -> Doors {
        Doors { seen: Mutex::new(vec![Tally::default(); listening.len()]) }
    }

    /// Says what befell at the doors since the last look, and what else is not said yet.
    pub(super) fn look(&self, listening: &[Listening], world: &World) {
        for (before, door) in self.seen.lock().iter_mut().zip(listening) {
            let (now, role) = (door.tally(), door.role());
            let befell = |fault, count: fn(&Tally) -> u64| {
                world.befallen.add(fault, role, count(&now) - count(before));
            };
            befell(HarnessFault::TurnedAway, |tally| tally.turned_away);
            befell(HarnessFault::NotAccepted, |tally| tally.not_accepted);
            befell(HarnessFault::Panicked, |tally| tally.panicked);
            befell(HarnessFault::Stranger, |tally| tally.strangers);
            befell(HarnessFault::Evicted, |tally| tally.evicted);
            *before = now;
        }
        let mut out = Outbox::default();
        world.befallen.say(&mut out);
        world.note(&mut out);
    }
}

fn address(role: Role) -> Address {
    match role {
        Role::Channel(id) => Address::Channel(id),
        Role::Oms => Address::Oms,
        Role::Connector(id) => Address::Connector(id),
    }
}
