//! Owns looking ahead: what coming facts will be judged by is read at once, before any of them is.
//! Must not change anything, nor say anything of what it read.
//!
//! Most of a fact's time is waiting for memory: a sale concerns a dozen places that lie where its
//! SKU does, and each would be asked for when the one before has come. Asked for together they come
//! together. The updates that follow a sale find them there.

use super::run::Run;
use crate::history::fact::{Fact, Line, What};
use crate::ids::{ChannelId, SkuId};
use crate::units::At;

/// Of an order of very many lines the first are enough.
const LINES_MAX: usize = 8;

impl Run {
    /// Reads what is known of the SKUs that are sold in these facts, and what settles on the
    /// offers that are shown.
    pub(super) fn look_ahead(&self, facts: &[Fact]) {
        let mut read = 0_u64;
        for fact in facts {
            if let What::Accepted { lines, .. } = &fact.what {
                let look = |line: &Line| self.look_at_sku(line.sku);
                read = lines.iter().take(LINES_MAX).map(look).fold(read, |all, one| all ^ one);
            } else if let What::Shown { channel, sku, .. } = fact.what {
                read ^= self.look_at_lag(channel, sku, fact.at);
            }
        }
        // Else nothing would be read at all.
        std::hint::black_box(read);
    }

    /// Where the lag of what was shown before will be counted: in windows long past.
    fn look_at_lag(&self, channel: ChannelId, sku: SkuId, now: At) -> u64 {
        let settled = self.stock_lag.may_have_settled(channel, sku, now);
        settled.map_or(0, |(change, lag)| self.windows.look(channel, change, lag))
    }

    fn look_at_sku(&self, sku: SkuId) -> u64 {
        self.supplies.look(sku)
            ^ self.ledger.look(sku)
            ^ self.stock_lag.look(sku)
            ^ self.prices.look(sku)
    }
}
