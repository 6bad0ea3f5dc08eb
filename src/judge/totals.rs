//! Owns totals, of channels and of the run, and queues. Must not decide anything.

use super::closing::Closing;
use super::hist::Hist;
use super::judgement::{
    BookDay, Converted, Count, Mischarge, Percentiles, QueueSummary, ReconciliationTime, Totals,
    WaitSummary,
};
use super::prices::Parity;
use super::tally::LagTally;
use crate::history::fact::{Refusal, Release};
use crate::ids::ChannelId;
use crate::units::{Ppm, Span};

const REFUSALS: [Refusal; 5] = [
    Refusal::Stock,
    Refusal::NotListed,
    Refusal::Throttled,
    Refusal::Unavailable,
    Refusal::Invalid,
];
const RELEASES: [Release; 4] =
    [Release::Payment, Release::Customer, Release::Stock, Release::NotAccepted];

/// Totals of these channels together.
pub(super) fn of(closing: &Closing, channels: &[ChannelId]) -> Totals {
    let run = closing.run;
    let unknown = run.load.unknown_orders();
    let mut totals = Totals::default();
    let (mut refused, mut released) = ([0; 5], [0; 4]);
    let (mut parity, mut lag) = (Parity::default(), LagTally::default());
    let (mut shelf, mut handoff) = (Hist::default(), Hist::default());
    for &channel in channels {
        let i = channel.index();
        add_way(&mut totals, closing, i);
        totals.offered += run.load.wanted[i];
        totals.takeable += run.answers.told[i].takeable;
        totals.sent_away += run.answers.told[i].unserved;
        totals.denied += run.answers.told[i].denied;
        totals.unkept += run.answers.told[i].unkept;
        totals.awaiting_payment += closing.awaiting_on[i];
        totals.unknown += unknown[i];
        totals.throttled += run.throttled[i];
        let lost = run.lost_after_throttling[i];
        totals.lost_after_throttling += lost.iter().sum::<u64>();
        for (sum, n) in totals.lost_by_kind.iter_mut().zip(lost) {
            *sum += n;
        }
        for (sum, n) in refused.iter_mut().zip(run.refusals[i]) {
            *sum += n;
        }
        for (sum, n) in released.iter_mut().zip(run.ways.ways[i].released) {
            *sum += n;
        }
        let here = closing.parity[i];
        parity.right_us = parity.right_us.saturating_add(here.right_us);
        parity.all_us = parity.all_us.saturating_add(here.all_us);
        lag.merge(&closing.stock[i]);
        shelf.merge(&closing.shelf[i]);
        handoff.merge(&run.ways.ways[i].handoff_time);
        let stale = run.supplies.stale_us(channel, closing.end);
        totals.stale_sku_us = totals.stale_sku_us.saturating_add(stale);
    }
    let counted = |n: &u64| *n > 0;
    totals.turned_away = REFUSALS.into_iter().zip(refused).filter(|(_, n)| counted(n)).collect();
    totals.released = RELEASES.into_iter().zip(released).filter(|(_, n)| counted(n)).collect();
    totals.price_parity = (parity.all_us > 0).then(|| Ppm::of(parity.right_us, parity.all_us));
    totals.sync_lag = lag.high().percentiles();
    let Percentiles { p50, p95, .. } = totals.sync_lag;
    totals.sync_jitter = p95.zip(p50).map(|(p95, p50)| p95 - p50);
    totals.shelf_lag = shelf.percentiles();
    totals.handoff_time = handoff.percentiles();
    totals
}

fn add_way(totals: &mut Totals, closing: &Closing, i: usize) {
    let (way, shelf) = (&closing.run.ways.ways[i], &closing.run.supplies.totals[i]);
    totals.accepted += way.accepted;
    totals.lines += way.lines;
    totals.units += way.units;
    totals.money += way.money;
    if closing.sees_the_books {
        totals.due += way.due;
        totals.handed_off += way.good;
        totals.handed_off_in_sla += way.in_sla;
    }
    let oversold = totals.oversold_orders.definite + way.oversold_orders;
    totals.oversold_orders = Count { definite: oversold, possible: oversold };
    totals.oversold_units += shelf.oversold;
    totals.oversold_money += shelf.oversold_money;
    totals.cancelled += way.cancelled;
    totals.cancelled_money += way.cancelled_money;
    totals.undersold_policy += shelf.undersold_policy;
    totals.undersold_stale += shelf.undersold_stale;
    totals.undersold_carts += shelf.undersold_carts;
    totals.undersold_money += shelf.undersold_money;
    let risk = &mut totals.money_at_risk;
    risk.oversold += shelf.oversold_money;
    risk.cancelled += way.cancelled_money;
    risk.mispriced += closing.run.tolls[i].mispriced.money;
    risk.lost += closing.lost_on[i].money;
    let dead = closing.one_sided.dead_on[i];
    risk.dead += dead.money;
    let at_risk = way.at_risk + closing.lost_at_risk[i].money + dead.money;
    risk.total += at_risk;
    totals.kept.money += way.money - at_risk;
    let units_at_risk = way.units_at_risk + closing.lost_at_risk[i].units + dead.units;
    totals.kept.units += way.units - units_at_risk;
}

/// The channels that convert prices.
pub(super) fn converted(closing: &Closing) -> Vec<Converted> {
    let ways = closing.run.ways.ways.iter().map(|way| way.taken);
    let all = (0..).map(ChannelId).zip(&closing.run.charter.channels).zip(ways);
    all.filter_map(|((channel, terms), taken)| {
        let counts = Mischarge::ALL.into_iter().zip(taken.mischarged);
        Some(Converted {
            channel,
            tariff: terms.tariff.clone()?,
            own: taken.own,
            mischarged: counts.filter(|(_, n)| *n > 0).collect(),
            rounded: taken.rounded,
        })
    })
    .collect()
}

/// The books of each day; none where nobody could have told what the OMS holds.
pub(super) fn books(closing: &Closing) -> Vec<BookDay> {
    if closing.sees_the_books { closing.run.ways.books.report() } else { Vec::new() }
}

/// How long putting the books straight takes.
pub(super) fn reconciliation(closing: &Closing) -> ReconciliationTime {
    let run = closing.run;
    let days = run.ways.books.days.values();
    ReconciliationTime {
        drain: run.quiet_at.zip(run.traffic_ended).map(|(quiet, ended)| {
            // What a run is watched for beyond that is goods on their way, and nobody's work.
            let watched = run.charter.channels.iter().any(|c| c.flow.dispatch_within.is_some());
            let done = if watched { run.booked_at.min(quiet) } else { quiet };
            done.since(ended)
        }),
        unmatched: days
            .filter(|_| closing.sees_the_books)
            .map(|day| day.missing + day.surplus + day.altered)
            .sum(),
    }
}

/// Waits for workers.
pub(super) fn waits(closing: &Closing) -> Vec<WaitSummary> {
    let waits = closing.run.waits.iter();
    let shown = waits.map(|(&(connector, work), seen)| WaitSummary {
        connector,
        work,
        mean: Span((seen.sum_us / u128::from(seen.hist.count().max(1))) as u64),
        waits: seen.hist.percentiles(),
    });
    shown.collect()
}

/// Queues, as sampled.
pub(super) fn queues(closing: &Closing) -> Vec<QueueSummary> {
    let partitions = closing.run.partitions.iter();
    let shown = partitions.map(|(&(connector, partition), seen)| QueueSummary {
        connector,
        partition,
        depth_max: seen.depth_max,
        depth_mean_milli: seen.depth_sum.saturating_mul(1_000) / seen.samples.max(1),
        emptied_after: seen.emptied_after,
        busy_mean: Ppm::of(seen.busy, seen.workers),
    });
    shown.collect()
}
