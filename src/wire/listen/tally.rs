//! Owns what a listener saw, in counts that may be read while it is open.
//! Must not know what is made of them.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a listener saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Connections served.
    pub connections: u64,
    /// Connections turned away: all places taken by callers of the run.
    pub turned_away: u64,
    /// Connections that could not be accepted: no descriptor was left.
    pub not_accepted: u64,
    /// Strangers' connections closed to make room.
    pub evicted: u64,
    /// Requests refused at the door: no route, no credentials, not readable, no HTTP.
    pub refused: u64,
    /// … those of callers who had not shown the right credentials.
    pub strangers: u64,
    /// Connections cut when the listener closed.
    pub cut: u64,
    /// Connections on which the machine panicked. A bug: nothing of the run may be believed.
    pub panicked: u64,
}

/// The same, while they grow.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) connections: AtomicU64,
    pub(super) turned_away: AtomicU64,
    pub(super) not_accepted: AtomicU64,
    pub(super) evicted: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) strangers: AtomicU64,
    pub(super) cut: AtomicU64,
    pub(super) panicked: AtomicU64,
}

impl Counters {
    /// A request was refused at the door, of somebody known or of a stranger.
    pub(super) fn refused(&self, is_known: bool) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        self.strangers.fetch_add(u64::from(!is_known), Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Tally {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Tally {
            connections: count(&self.connections),
            turned_away: count(&self.turned_away),
            not_accepted: count(&self.not_accepted),
            evicted: count(&self.evicted),
            refused: count(&self.refused),
            strangers: count(&self.strangers),
            cut: count(&self.cut),
            panicked: count(&self.panicked),
        }
    }
}
