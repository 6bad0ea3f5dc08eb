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
        for (order, pending) in orders.pending.iter() {
            let released = orders.get(order).is_some_and(|o| o.flags.has(Flags::RELEASED));
            match pending.ours {
                _ if released => {}
                At::NEVER => under_way.unpaid += 1,
                _ => under_way.orders += 1,
            }
        }
        let lags = [&self.stock_lag, &self.price_lag, &self.listing_lag];
        under_way.changes = lags.iter().map(|lag| lag.unshown(self.last.at).count() as u64).sum();
        under_way.jobs = self.partitions.values().map(|p| u64::from(p.depth)).sum();
        under_way
    }
}

#[cfg(test)]
mod tests {
    use super::UnderWay;
    use crate::history::fact::{StockCause, What};
    use crate::ids::{Buyer, ChannelId, ConnectorId, Intent, SkuId, Version};
    use crate::judge::testing::*;
    use crate::units::Money;

    #[test]
    fn what_is_under_way_is_counted_until_it_is_done() {
        let mut play = Play::new(charter(2));
        let lines = [line(0, 1, 9)];
        play.open(0, 9).open(1, 9);
        let ours = play.sell(10, 0, &lines);
        let unpaid = order(1, 0);
        let (intent, buyer) = (Intent(77), Buyer(7));
        let (lines_of, awaits_payment) = (lines.to_vec(), true);
        play.add(
            11,
            What::Accepted { order: unpaid, intent, buyer, lines: lines_of.into(), awaits_payment },
        );
        play.stock(12, 0, [1, 9, 1, -1], StockCause::Reserve(ours));
        let (sku, version, price) = (SkuId(1), Version(1), Money(1_500));
        // Due after the last fact: nobody can show it yet.
        play.add(13, What::PriceSet { sku, version, price, due: secs(600) });
        let (connector, partition) = (ConnectorId(0), 0);
        let depth = |depth| What::Queue { connector, partition, depth, busy: 1, workers: 4 };
        play.add(14, depth(5));
        let seen = eat(&play.history()).under_way();
        // The channel that sold shows it already.
        assert_eq!(seen, UnderWay { orders: 1, unpaid: 1, changes: 1, jobs: 5 });

        play.hold(20, ours, &lines).show(21, 0, 0, 1, 8).show(22, 1, 0, 1, 8).add(23, depth(0));
        play.add(24, What::Paid { order: unpaid });
        let seen = eat(&play.history()).under_way();
        assert_eq!(seen, UnderWay { orders: 1, ..UnderWay::default() }, "it is ours now");
        for channel in [0, 1].map(ChannelId) {
            play.add(601, What::Priced { channel, sku, version, price, seen: None });
        }
        play.hold(602, unpaid, &lines);
        assert_eq!(eat(&play.history()).under_way(), UnderWay::default());
    }
}
