//! Owns looking ahead: what the next order will concern is read at once, before it comes.
//! Must not change anything, nor say anything of what it read.
//!
//! An order and the updates that follow it concern a dozen places that lie where its SKU does, on
//! every machine; each would be waited for when the one before has come. Asked for together they
//! come together.

use super::cell::Cell as _;
use super::{Cells, Estate};
use crate::traffic::Arrival;

/// Of an order of very many lines the first are enough.
const LINES_MAX: usize = 4;

impl<C: Cells> Estate<C> {
    /// Reads what the machines know of the SKUs that an order is for.
    pub(in crate::drive) fn look_ahead(&self, arrival: &Arrival) {
        let mut read = 0_u64;
        for (sku, _) in arrival.lines.iter().take(LINES_MAX) {
            read ^= self.oms.with(|oms| oms.look(*sku));
            for connector in self.played() {
                read ^= connector.with(|connector| connector.look(*sku));
            }
            for channel in &self.channels {
                read ^= channel.with(|channel| channel.look(*sku));
            }
        }
        // Else nothing would be read at all.
        std::hint::black_box(read);
    }
}
