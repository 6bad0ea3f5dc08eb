//! Owns who is connected to a listener, and who goes when there is no room.
//! Must not know HTTP.
//!
//! A caller of the run shows its credentials with its first request; a stranger may hold a
//! connection open and say nothing. So room is made at the cost of the connection that has been
//! silent longest, and the run goes on as if nobody had come.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time;

use super::tally::Counters;

/// What is known of a connection.
#[derive(Clone, Debug)]
pub struct Guest {
    /// It has shown the right credentials.
    known: Arc<AtomicBool>,
    /// It is to end with a reset.
    resets: Arc<AtomicBool>,
    /// It speaks TLS.
    is_secure: bool,
    counters: Arc<Counters>,
}

impl Guest {
    fn new(counters: &Arc<Counters>) -> Guest {
        let (known, resets) = (Arc::default(), Arc::default());
        Guest { known, resets, is_secure: false, counters: Arc::clone(counters) }
    }

    /// Its credentials are right.
    pub fn is_known_now(&self) {
        self.known.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_known(&self) -> bool {
        self.known.load(Ordering::Relaxed)
    }

    /// A request of it is refused at the door.
    pub fn refused(&self) {
        self.counters.refused(self.is_known());
    }

    /// A request without the right credentials is refused: whatever its connection showed before,
    /// it is by nobody who is known.
    pub fn refused_as_a_stranger(&self) {
        self.counters.refused(false);
    }

    /// The same guest, over TLS.
    pub(super) fn over_tls(self) -> Guest {
        Guest { is_secure: true, ..self }
    }

    /// Whether it came over TLS.
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Its connection ends with a reset.
    pub fn is_to_be_reset(&self) {
        self.resets.store(true, Ordering::Relaxed);
    }

    pub(super) fn resets(&self) -> bool {
        self.resets.load(Ordering::Relaxed)
    }
}

/// Everybody who is connected.
pub(super) struct Guests {
    places: usize,
    open: JoinSet<()>,
    /// In the order of their coming; those that have left are cleared away now and then.
    order: VecDeque<(Guest, AbortHandle)>,
}

impl Guests {
    pub(super) fn new(places: usize) -> Guests {
        Guests { places, open: JoinSet::new(), order: VecDeque::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Waits for one of them to leave.
    pub(super) async fn left(&mut self, counters: &Counters) {
        if let Some(ended) = self.open.join_next().await {
            count(counters, &ended);
        }
    }

    /// A place for one more, if there is one or can be made.
    pub(super) fn admit(&mut self, counters: &Arc<Counters>) -> Option<Guest> {
        if self.open.len() >= self.places {
            self.order.retain(|(_, task)| !task.is_finished());
            let Some(oldest) = self.order.iter().position(|(guest, _)| !guest.is_known()) else {
                counters.turned_away.fetch_add(1, Ordering::Relaxed);
                return None;
            };
            if let Some((_, task)) = self.order.remove(oldest) {
                task.abort();
                counters.evicted.fetch_add(1, Ordering::Relaxed);
            }
        }
        counters.connections.fetch_add(1, Ordering::Relaxed);
        Some(Guest::new(counters))
    }

    /// Serves a guest on a task of its own.
    pub(super) fn seat(&mut self, guest: Guest, serve: impl Future<Output = ()> + Send + 'static) {
        if self.order.len() >= 2 * self.places.max(8) {
            self.order.retain(|(_, task)| !task.is_finished());
        }
        let task = self.open.spawn(serve);
        self.order.push_back((guest, task));
    }

    /// Cuts all of them.
    pub(super) async fn cut(&mut self, counters: &Counters) {
        self.open.abort_all();
        while let Some(ended) = self.open.join_next().await {
            count(counters, &ended);
        }
        self.order.clear();
    }

    /// Waits for all of them to leave, and cuts those that do not.
    pub(super) async fn see_out(mut self, within: Duration, counters: &Counters) {
        let drained = async {
            while let Some(ended) = self.open.join_next().await {
                count(counters, &ended);
            }
        };
        if time::timeout(within, drained).await.is_err() {
            counters.cut.fetch_add(self.open.len() as u64, Ordering::Relaxed);
            self.open.shutdown().await;
        }
    }
}

fn count(counters: &Counters, ended: &Result<(), JoinError>) {
    // A connection that was closed to make room is cancelled: no bug of ours.
    if ended.as_ref().is_err_and(JoinError::is_panic) {
        counters.panicked.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Those who have left hold no place: whoever came first of those who are still there goes.
    #[tokio::test]
    async fn who_has_left_is_not_shown_out_for_one_who_is_there() {
        let counters = Arc::new(Counters::default());
        let mut guests = Guests::new(2);
        let gone = guests.admit(&counters).expect("a place");
        guests.seat(gone, async {});
        guests.left(&counters).await;
        let there = [Arc::new(()), Arc::new(())];
        for held in &there {
            let guest = guests.admit(&counters).expect("a place");
            let held = Arc::clone(held);
            guests.seat(guest, async move {
                std::future::pending::<()>().await;
                drop(held);
            });
        }
        tokio::task::yield_now().await;
        guests.admit(&counters).expect("a place is made");
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        let held = there.map(|held| Arc::strong_count(&held) - 1);
        assert_eq!(held, [0, 1], "the first of them has gone");
        assert_eq!(counters.evicted.load(Ordering::Relaxed), 1);
    }
}
