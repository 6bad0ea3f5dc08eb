//! Windows and the map of mismatch, on histories written by hand.

use super::judgement::{Judgement, MismatchCell, RankBand, Work, WorstWindow};
use super::testing::*;
use crate::history::fact::{CallOutcome, Job, PushKind, Refusal, StockCause, SupplyChange, What};
use crate::ids::{ChannelId, ConnectorId, Intent, OmsOrder, SkuId, Version};
use crate::units::{Money, Ppm, Qty, Span};

/// Half an hour in all: windows of five seconds.
fn windowed(skus: u32) -> Play {
    let mut play = Play::new(charter(skus));
    play.charter.traffic_ends = secs(20 * 60);
    play.charter.drain = Span::from_mins(10);
    play.charter.phases[0].until = secs(20 * 60);
    play
}

#[test]
fn windows_know_the_shelf_lag_by_the_acceptance() {
    let mut play = windowed(1);
    play.open(0, 100);
    let order = play.sell(100, 0, &[line(0, 1, 100)]);
    play.stock(130, 0, [1, 100, 1, -1], StockCause::Reserve(order));
    play.show(160, 1, 0, 1, 99);
    let unseen = play.sell(200, 0, &[line(0, 1, 99)]);
    play.stock(230, 0, [2, 100, 2, -1], StockCause::Reserve(unseen));
    play.add(300, What::TrafficEnded {});
    let judgement = play.judge();
    let series = &judgement.series;
    assert_eq!(series.width, Span::from_secs(5));
    let shelf = |channel: usize, s: usize| series.channels[channel][s / 5].shelf_lag;
    assert_eq!((shelf(1, 100).count, shelf(1, 100).p95), (1, Some(Span::from_secs(60))));
    assert_eq!((shelf(0, 100).count, shelf(1, 130).count), (0, 0), "its own shelf; the change");
    assert_eq!(series.run[20].shelf_lag, shelf(1, 100));
    // Never shown: as old as it is when observation ends.
    assert_eq!(shelf(1, 200).p95, Some(Span::from_secs(100)));
    assert_eq!(judgement.totals.shelf_lag.count, 2);
    assert_eq!(judgement.totals.shelf_lag.max, None);
}

#[test]
fn windows_share_their_time_at_the_intended_price() {
    let mut play = windowed(2);
    play.open(0, 100).open(1, 100);
    let (sku, version, price) = (SkuId(0), Version(1), Money(1_500));
    play.add(50, What::PriceSet { sku, version, price, due: secs(100), channel: None });
    play.add(107, What::Priced { channel: ChannelId(0), sku, version, price, seen: None });
    play.add(100, What::Priced { channel: ChannelId(1), sku, version, price, seen: None });
    play.end(200);
    let judgement = play.judge();
    let parity = |channel: usize, s: usize| {
        judgement.series.channels[channel][s / 5].price_parity.map(|share| share.0)
    };
    // Two SKUs: wrong for 5 s of 10, then for 2 s of 10.
    assert_eq!(
        [95, 100, 105, 110].map(|s| parity(0, s)),
        [Some(1_000_000), Some(500_000), Some(800_000), Some(1_000_000)]
    );
    assert_eq!(parity(1, 100), Some(1_000_000));
    let run: Vec<_> = judgement.series.run.iter().map(|w| w.price_parity).collect();
    assert_eq!(run[20], Some(Ppm(750_000)), "both channels");
    let channel = &judgement.series.channels[0];
    let mean: u64 = channel[..40].iter().map(|w| u64::from(w.price_parity.unwrap().0)).sum::<u64>();
    assert_eq!(judgement.channel_totals[0].price_parity, Some(Ppm((mean / 40) as u32)));
}

#[test]
fn windows_count_refusals_for_stock_and_updates_lost_after_throttling() {
    let mut play = windowed(1);
    play.open(0, 1).refuse(100, 1, line(0, 2, 1));
    let (channel, why) = (ChannelId(1), Refusal::Unavailable);
    play.add(101, What::TurnedAway { channel, intent: Intent(90), why, line: None });
    let items = vec![(SkuId(0), Version(1)), (SkuId(0), Version(2))];
    let job = Job::Push { channel, kind: PushKind::Stock, items };
    for last in [CallOutcome::Throttled, CallOutcome::Unavailable] {
        let (connector, job) = (ConnectorId(0), job.clone());
        play.add(120, What::GaveUp { connector, job, attempts: 5, last });
    }
    play.end(200);
    let judgement = play.judge();
    let at = |s: usize| &judgement.series.channels[1][s / 5];
    assert_eq!((at(100).refused, at(100).refused_for_stock), (2, 1));
    assert_eq!((at(120).lost_after_throttling, at(115).lost_after_throttling), (2, 0));
    assert_eq!(judgement.series.run[24].lost_after_throttling, 2);
    assert_eq!(judgement.series.channels[0][24].lost_after_throttling, 0);
}

/// Three SKUs: one sells out at 100 s and is offered on the bazaar until 140 s; one sells a unit
/// and is offered rightly; one sells nothing and its supply is corrected away from 60 s to 90 s.
fn mismatched() -> Judgement {
    let mut play = windowed(3);
    play.open(0, 5).open(1, 9).open(2, 4);
    play.sell(100, 0, &[line(1, 1, 9)]);
    play.show(100, 1, 1, 1, 8);
    play.sell(100, 0, &[line(0, 5, 5)]);
    play.show(140, 1, 0, 1, 0);
    let supply =
        |units| What::Supply { sku: SkuId(2), units, why: SupplyChange::Correction, at: None };
    play.add(60, supply(Qty(-4))).add(90, supply(Qty(4)));
    play.end(200);
    play.judge()
}

#[test]
fn mismatch_is_mapped_by_rank_and_channel() {
    let judgement = mismatched();
    let mismatch = &judgement.mismatch;
    assert_eq!(
        mismatch.bands,
        [
            RankBand { from: 1, until: 1, units: Qty(5) },
            RankBand { from: 2, until: 3, units: Qty(1) },
        ]
    );
    let cell = |ppm, s: u64| MismatchCell { share: Some(Ppm(ppm)), sku_us: s * 1_000_000 };
    assert_eq!(mismatch.channels[1], [cell(200_000, 40), cell(75_000, 30)]);
    assert_eq!(mismatch.channels[0], [cell(0, 0), cell(75_000, 30)]);
    assert_eq!(judgement.channel_totals[1].stale_sku_us, 70_000_000);
    let map: u64 = mismatch.channels.iter().flatten().map(|cell| cell.sku_us).sum();
    assert_eq!(map, judgement.totals.stale_sku_us);
}

#[test]
fn the_worst_window_counts_skus_that_sell() {
    let judgement = mismatched();
    let share = |s: usize| judgement.series.channels[1][s / 5].mismatch;
    assert_eq!((share(100), share(135), share(140)), (Some(Ppm(500_000)), share(100), share(60)));
    assert_eq!(share(60), Some(Ppm::ZERO), "nobody had bought that one");
    let worst = Some(WorstWindow { from: secs(100), share: Ppm(250_000) });
    assert_eq!(judgement.mismatch.worst, worst, "of two SKUs on two channels, one");
    assert_eq!(healthy().judge().mismatch.bands.len(), 6);
}

#[test]
fn a_mismatch_that_goes_on_counts_until_observation_ends() {
    let mut play = windowed(1);
    play.open(0, 5);
    play.sell(100, 0, &[line(0, 5, 5)]);
    play.end(200);
    let judgement = play.judge();
    assert_eq!(judgement.mismatch.channels[1][0].share, Some(Ppm(500_000)));
    assert_eq!(judgement.series.channels[1][39].mismatch, Some(Ppm::ONE));
}

/// The chart of handoffs must not call good what the gate calls bad.
#[test]
fn an_order_created_twice_leaves_the_window_that_counted_it() {
    let mut play = windowed(1);
    play.open(0, 100);
    let lines = [line(0, 1, 100)];
    let twice = play.sell(100, 0, &lines);
    play.hold(110, twice, &lines);
    let handed_off = |judgement: &Judgement| {
        let sum = |windows: &[super::judgement::Window]| -> u64 {
            windows.iter().map(|window| window.handed_off).sum()
        };
        let series = &judgement.series;
        (sum(&series.run), sum(&series.channels[0]), judgement.totals.handed_off)
    };
    assert_eq!(handed_off(&play.judge()), (1, 1, 1));
    play.add(
        120,
        What::Held { order: twice, oms: OmsOrder(90_001), lines: lines.into(), booked: None },
    );
    assert_eq!(handed_off(&play.judge()), (0, 0, 0));
}

#[test]
fn waits_are_told_by_kind_of_job_and_queues_by_their_samples() {
    let mut play = windowed(1);
    play.open(0, 100);
    let (connector, outcome) = (ConnectorId(0), CallOutcome::Done);
    let order = play.sell(100, 0, &[line(0, 1, 100)]);
    for (s, waited) in [(110, 2), (120, 4)] {
        let (waited, sent) = (Span::from_secs(waited), secs(s));
        play.add(s, What::HandoffTried { connector, order, attempt: 1, waited, sent, outcome });
    }
    for (s, depth) in [(200, 0), (205, 8), (210, 3), (215, 0), (220, 1)] {
        play.add(s, What::Queue { connector, partition: 0, depth, busy: 1, workers: 2 });
    }
    let judgement = play.judge();
    let [wait] = &judgement.waits[..] else { panic!("one kind of job: {:?}", judgement.waits) };
    assert_eq!((wait.work, wait.mean), (Work::Handoff, Span::from_secs(3)));
    assert_eq!((wait.waits.count, wait.waits.max), (2, Some(Span::from_secs(4))));
    let queue = &judgement.queues[0];
    assert_eq!((queue.depth_max, queue.depth_mean_milli), (8, 2_400));
    assert_eq!(queue.emptied_after, Some(Span::from_secs(10)), "the first empty one after it");
}
