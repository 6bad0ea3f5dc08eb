//! Owns what a run that drains still waits for: orders, payments, changes, jobs.
//! Must not judge; it is for whoever watches.

use super::orders::Flags;
use super::run::Run;
use crate::units::At;

/// What is under way. All zero is not yet quiet: calls may be open and machines at work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnderWay {
    /// Orders that are ours to fulfil and not in the OMS.
    pub orders: u64,
    /// Orders that wait for their payment.
    pub unpaid: u64,
    /// Changes of stock, prices and listings that a channel does not show yet.
    pub changes: u64,
    /// Jobs in the connectors' queues when they were last sampled.
    pub jobs: u64,
}

impl Run {
    /// What is under way; takes the time of a look at every open order and change.
    pub(super) fn under_way(&self) -> UnderWay {
        let mut under_way = UnderWay::default();
        let orders = &self.ways.orders;
        for (order, pending) in &orders.pending {
            let released = orders.get(*order).is_some_and(|o| o.flags.has(Flags::RELEASED));
            match pending.ours {
                _ if released => {}
                At::NEVER => under_way.unpaid += 1,
                _ => under_way.orders += 1,
            }
        }
        let lags = [&self.stock_lag, &self.price_lag, &self.listing_lag];
        under_way.changes = lags.iter().map(|lag| lag.unshown(self.last.at)).sum();
        under_way.jobs = self.partitions.values().map(|p| u64::from(p.depth)).sum();
        under_way
    }
}
