//! Owns a channel's shelf of one SKU: what it offers, and for how long more than there was.
//! Must not know what there was (`supply`).

use super::causes::Push;
use crate::ids::Version;
use crate::units::{At, Qty};

/// What one channel offers of one SKU: what every sale of it looks at, on every channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shelf {
    /// [`UNKNOWN`] until it was seen.
    pub(super) offered: Qty,
    /// It offers more than there is since then.
    pub(super) stale_since: At,
}

/// Nothing that anybody offers; a fact that says so says nothing.
pub(super) const UNKNOWN: Qty = Qty(i64::MIN);

impl Default for Shelf {
    fn default() -> Shelf {
        Shelf { offered: UNKNOWN, stale_since: At::NEVER }
    }
}

impl Shelf {
    pub(super) fn offered(&self) -> Option<Qty> {
        Some(self.offered).filter(|offered| *offered != UNKNOWN)
    }

    pub(super) fn is_stale(&self) -> bool {
        self.stale_since != At::NEVER
    }

    pub(super) fn time(&self, past: &Past, end: At) -> OfferTime {
        let open = if self.is_stale() { end.since(self.stale_since).0 } else { 0 };
        OfferTime {
            offered_us: end.since(past.since).0,
            mismatched_us: past.stale_us.saturating_add(open),
        }
    }
}

/// What else is known of a shelf, and less often asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Past {
    /// Its offer is known since then.
    pub(super) since: At,
    /// It offered more than there was for so long, up to the last time that it did not.
    pub(super) stale_us: u64,
    pub(super) push: Option<(Version, Push)>,
    pub(super) listed: bool,
    /// An order wanted more than was really left.
    pub(super) exposed: bool,
    /// Units the channel sold and the source has not taken off yet, less those it gave back.
    pub(super) own_open: Qty,
}

impl Default for Past {
    fn default() -> Past {
        Past {
            since: At::NEVER,
            stale_us: 0,
            push: None,
            listed: false,
            exposed: false,
            own_open: Qty::ZERO,
        }
    }
}

/// How long a channel's offer of a SKU was known, and was more than there was.
#[derive(Clone, Copy, Debug)]
pub(in crate::judge) struct OfferTime {
    pub(in crate::judge) offered_us: u64,
    pub(in crate::judge) mismatched_us: u64,
}
