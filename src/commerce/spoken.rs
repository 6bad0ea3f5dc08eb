//! Owns which orders somebody may still ask for: those that something under way speaks of.
//! Must not know machines, nor what is under way.

use rustc_hash::FxHashSet;

use super::protocol::{Notice, SourceNotice};
use crate::ids::OrderId;

/// The orders that something under way speaks of. Nobody can ask for another: whoever asks does so
/// because of a notice, a task, a call or an appointment, and each of these is gathered here.
#[derive(Debug, Default)]
pub struct Spoken {
    orders: FxHashSet<OrderId>,
}

impl Spoken {
    /// Something speaks of this one.
    pub fn note(&mut self, order: OrderId) {
        self.orders.insert(order);
    }

    /// Whether anything does.
    pub fn has(&self, order: OrderId) -> bool {
        self.orders.contains(&order)
    }
}

impl Notice {
    /// The order that whoever gets it may ask about.
    pub fn about(&self) -> Option<OrderId> {
        match self {
            Notice::Order(notice) => Some(notice.order),
            Notice::Source(notice) => notice.about(),
        }
    }
}

impl SourceNotice {
    /// The order that whoever reads it may ask about.
    pub fn about(&self) -> Option<OrderId> {
        match self {
            SourceNotice::Stock { by, .. } => by.map(|(order, _)| order),
            SourceNotice::Short { order } | SourceNotice::Shipped { order } => Some(*order),
            SourceNotice::Price { .. } | SourceNotice::Listing { .. } => None,
        }
    }
}
