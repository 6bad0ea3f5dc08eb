//! Owns what a run that drains still waits for: orders, payments, changes, jobs.
//! Must not judge; it is for whoever watches.

use super::orders::Flags;
use super::run::Run;
use crate::units::At;

/// What is under way. All zero is not yet quiet: calls may be open and machines at work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnderWay {
    /// Orders that are ours to fulfil and not in the OMS; with a connector from outside also those
    /// that are over on one side and not on the other.
    pub orders: u64,
    /// Orders that wait for their payment.
    pub unpaid: u64,
    /// Changes of stock, prices and listings that a channel does not show yet; or that a connector
    /// from outside was not told.
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
        if self.outside.is() {
            under_way.orders += self.ways.behind(self.last.at).count() as u64;
            under_way.orders += self.ways.endings.untold() + self.ways.kept.untold(orders);
            under_way.orders += self.dispatches.untold();
            under_way.changes += self.untold();
        }
        under_way.jobs = self.partitions.values().map(|p| u64::from(p.depth)).sum();
        under_way
    }
}

#[cfg(test)]
mod tests {
    use super::UnderWay;
    use crate::history::charter::{Evidence, Observed};
    use crate::history::fact::{Party, PartyAct, Release, SourceSaid, StockCause, What};
    use crate::ids::{Buyer, ChannelId, ConnectorId, Intent, SkuId, Version};
    use crate::judge::testing::*;
    use crate::units::{Money, Qty};

    #[test]
    fn of_an_outside_party_also_what_it_was_not_told_and_did_not_tell() {
        let mut play = Play::new(charter(1));
        play.charter.evidence = Evidence::YourConnector;
        play.charter.observes.retain(|kind| *kind != Observed::Connector);
        let lines = [line(0, 1, 9)];
        play.open(0, 9);
        let ours = play.sell(10, 0, &lines);
        play.hold(11, ours, &lines);
        play.stock(11, 0, [1, 9, 1, -1], StockCause::Reserve(ours)).show(12, 1, 0, 0, 8);
        let way = |play: &Play| eat(&play.history()).under_way();
        // The other channel shows by chance what it should; nobody was told why.
        assert_eq!(way(&play), UnderWay { changes: 1, ..UnderWay::default() });
        let told = SourceSaid::Stock { version: Version(1), available: Qty(8) };
        let act = PartyAct::Read { sku: SkuId(0), told };
        play.add(13, What::Party(Party { connector: ConnectorId(0), act }));
        assert_eq!(way(&play), UnderWay::default());
        play.add(14, What::Released { order: ours, why: Release::Customer });
        assert_eq!(way(&play), UnderWay { orders: 1, ..UnderWay::default() }, "the OMS holds it");
    }

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
        play.add(13, What::PriceSet { sku, version, price, due: secs(600), channel: None });
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
