//! Owns what befalls the harness itself in a live run: counted as it happens, said as facts now and
//! then. Must not know what it does to a verdict.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::commerce::protocol::Role;
use crate::drive::hand::{Act, Hand};
use crate::history::What;
use crate::history::fact::{Address, HarnessFault};
use crate::units::At;
use crate::wire::listen::{Listening, Tally};

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
    fn say(&self) -> Vec<Act> {
        let counts = std::mem::take(&mut *self.counts.lock());
        let said = |((fault, at), times)| Act::Note(What::Harness { fault, at, times });
        counts.into_iter().map(said).collect()
    }
}

/// The listeners of a run. Looked at now and then: says what befell there since the last look, and
/// what else is not said yet.
#[derive(Debug)]
pub(super) struct Doors {
    pub(super) listening: Vec<(Role, Listening)>,
    befallen: Arc<Befallen>,
    /// What the listeners had seen when they were last looked at.
    seen: Vec<Tally>,
}

impl Doors {
    pub(super) fn new(listening: Vec<(Role, Listening)>, befallen: Arc<Befallen>) -> Doors {
        let seen = vec![Tally::default(); listening.len()];
        Doors { listening, befallen, seen }
    }

    /// Other systems stand behind the doors now: says what befalls them there.
    pub(super) fn open_to(&mut self, befallen: Arc<Befallen>) {
        self.befallen = befallen;
    }

    /// Stops listening.
    pub(super) async fn close(self) {
        for (_, listening) in self.listening {
            listening.close().await;
        }
    }
}

impl Hand for Doors {
    fn turn(&mut self, _: At) -> Vec<Act> {
        for (before, door) in self.seen.iter_mut().zip(&self.listening) {
            let (role, now) = (door.0, door.1.tally());
            let befell = |fault, count: fn(&Tally) -> u64| {
                self.befallen.add(fault, role, count(&now) - count(before));
            };
            befell(HarnessFault::TurnedAway, |tally| tally.turned_away);
            befell(HarnessFault::NotAccepted, |tally| tally.not_accepted);
            befell(HarnessFault::Panicked, |tally| tally.panicked);
            befell(HarnessFault::Stranger, |tally| tally.strangers);
            befell(HarnessFault::Evicted, |tally| tally.evicted);
            *before = now;
        }
        self.befallen.say()
    }
}

fn address(role: Role) -> Address {
    match role {
        Role::Channel(id) => Address::Channel(id),
        Role::Oms => Address::Oms,
        Role::Connector(id) => Address::Connector(id),
    }
}
