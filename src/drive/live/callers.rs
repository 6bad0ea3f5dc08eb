//! Owns who calls a live run from outside: whether somebody has, and whether they are still.
//! Must not know what they ask.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// Who calls from outside.
#[derive(Debug, Default)]
pub(super) struct Callers {
    has_called: watch::Sender<bool>,
    is_still: AtomicBool,
}

impl Callers {
    /// Somebody calls with the connector's token.
    pub(super) fn called(&self) {
        self.has_called.send_if_modified(|called| !std::mem::replace(called, true));
    }

    /// Waits until somebody has.
    pub(super) async fn have_called(&self) {
        let mut called = self.has_called.subscribe();
        let called = called.wait_for(|called| *called).await.map(drop);
        called.expect("its sender is here");
    }

    /// Whether nothing is known to move there.
    pub(super) fn are_still(&self) -> bool {
        self.is_still.load(Ordering::SeqCst)
    }

    /// Whether nothing moves there any more.
    pub(super) fn is_still(&self, is: bool) {
        self.is_still.store(is, Ordering::SeqCst);
    }
}
