//! Owns the arrivals of a campaign in the order of time: a demand played out, or a log replayed.
//! Must not know what becomes of them.

use std::iter::Enumerate;
use std::slice;

use super::curve::{ArrivalTimes, Curve};
use super::plan::{Arrival, LoggedOrder, Traffic};
use super::shopper::Shoppers;
use crate::ids::Intent;
use crate::rng::stream;
use crate::units::At;

impl Traffic {
    /// The arrivals that this seed stands for, made as they are asked for; intents count from 0
    /// by time. A log is the same for every seed.
    ///
    /// # Panics
    /// When a demand breaks what its fields promise (a curve in disorder, shares that are all
    /// zero): `scenario` refuses such a demand with its source line.
    pub fn arrivals(&self, seed: u64) -> Arrivals<'_> {
        let source = match self {
            Traffic::Modelled(demand) => Source::Modelled(Box::new(Modelled {
                times: Curve::new(&demand.curve).arrivals(stream(seed, "arrivals")),
                shoppers: Shoppers::new(demand, seed),
                next: Intent(0),
            })),
            Traffic::Replayed(log) => Source::Replayed(log.orders.iter().enumerate()),
        };
        Arrivals { source }
    }

    /// How many arrivals are expected from one moment until another; of a log, how many there are.
    pub fn expected(&self, from: At, until: At) -> f64 {
        match self {
            Traffic::Modelled(demand) => Curve::new(&demand.curve).expected(from, until),
            Traffic::Replayed(log) => {
                let before = |at| log.orders.partition_point(|order| order.at < at);
                before(until).saturating_sub(before(from)) as f64
            }
        }
    }
}

/// The arrivals of a campaign.
#[derive(Debug)]
pub struct Arrivals<'a> {
    source: Source<'a>,
}

#[derive(Debug)]
enum Source<'a> {
    Modelled(Box<Modelled<'a>>),
    Replayed(Enumerate<slice::Iter<'a, LoggedOrder>>),
}

#[derive(Debug)]
struct Modelled<'a> {
    times: ArrivalTimes,
    shoppers: Shoppers<'a>,
    next: Intent,
}

impl Iterator for Arrivals<'_> {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        match &mut self.source {
            Source::Modelled(modelled) => {
                let at = modelled.times.next()?;
                let intent = modelled.next;
                modelled.next = Intent(intent.0 + 1);
                Some(modelled.shoppers.arrival(intent, at))
            }
            Source::Replayed(orders) => {
                let (place, order) = orders.next()?;
                Some(Arrival {
                    intent: Intent(place as u64),
                    at: order.at,
                    channel: order.channel,
                    buyer: order.buyer,
                    lines: order.lines.clone(),
                    cancels_after: order.cancels_after,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Buyer, ChannelId, SkuId};
    use crate::law::Law;
    use crate::traffic::plan::{CustomerCancellations, Demand, Heroes, OrderLog, Piece, Shape};
    use crate::units::{Ppm, Qty, Rate, Span};

    /// 30,000 orders expected in an hour; heroes 3 and 4 in its second half.
    fn demand() -> Demand {
        let hour = At::START + Span::from_mins(60);
        let rate = Rate::per_hour(30_000);
        let (rate_from, rate_to) = (rate, rate);
        let shape = Shape::Linear;
        Demand {
            curve: vec![Piece { from: At::START, until: hour, rate_from, rate_to, shape }],
            channels: vec![Ppm(500_000), Ppm(300_000), Ppm(200_000)],
            popularity: (0..200).map(|i| 1.0 / f64::from(i + 1)).collect(),
            heroes: Some(Heroes {
                skus: vec![SkuId(3), SkuId(4)],
                of_orders: Ppm(250_000),
                from: At::START + Span::from_mins(30),
                until: hour,
            }),
            offers: vec![],
            lines: vec![(1, Ppm(900_000)), (2, Ppm(70_000)), (5, Ppm(30_000))],
            units: vec![(1, Ppm(800_000)), (3, Ppm(200_000))],
            cancellations: CustomerCancellations {
                share: Ppm(20_000),
                after: Law::Exponential { mean: Span::from_mins(5) },
            },
            buyers: 1_000,
        }
    }

    fn all(demand: Demand, seed: u64) -> Vec<Arrival> {
        Traffic::Modelled(demand).arrivals(seed).collect()
    }

    /// The share of arrivals that meet a condition lies within four standard deviations.
    fn check_share(arrivals: &[Arrival], stated: f64, meets: impl Fn(&Arrival) -> bool) {
        let n = arrivals.len() as f64;
        let seen = arrivals.iter().filter(|a| meets(a)).count() as f64 / n;
        let bound = 4.0 * (stated * (1.0 - stated) / n).sqrt();
        assert!((seen - stated).abs() <= bound, "{seen} against {stated} ± {bound}");
    }

    #[test]
    fn a_seed_stands_for_its_arrivals() {
        let traffic = Traffic::Modelled(demand());
        let arrivals: Vec<Arrival> = traffic.arrivals(7).collect();
        assert_eq!(arrivals, all(demand(), 7));
        assert_ne!(arrivals, all(demand(), 8));
        let prefix: Vec<Arrival> = traffic.arrivals(7).take(100).collect();
        assert_eq!(prefix, arrivals[..100]);
        assert!(arrivals.is_sorted_by_key(|a| a.at));
        assert!(arrivals.iter().enumerate().all(|(i, a)| a.intent == Intent(i as u64)));
        let expected = traffic.expected(At::START, At::NEVER);
        assert!((arrivals.len() as f64 - expected).abs() < 4.0 * expected.sqrt());
    }

    #[test]
    fn content_depends_on_seed_and_intent_alone() {
        let demand = demand();
        let shoppers = Shoppers::new(&demand, 7);
        let forwards = all(demand.clone(), 7);
        for arrival in forwards.iter().rev().step_by(97) {
            assert_eq!(shoppers.arrival(arrival.intent, arrival.at), *arrival);
        }
        // Another curve, the same shoppers, only at other times (and heroes are a matter of time).
        let mut hurried = demand.clone();
        hurried.heroes = None;
        let calm = all(hurried.clone(), 7);
        hurried.curve[0].rate_to = Rate::per_hour(90_000);
        for (a, b) in calm.iter().zip(all(hurried, 7)) {
            assert_eq!(a.lines, b.lines);
            assert_eq!(
                (a.channel, a.buyer, a.cancels_after),
                (b.channel, b.buyer, b.cancels_after)
            );
        }
    }

    #[test]
    fn baskets_hold_different_skus_and_follow_their_shares() {
        let arrivals = all(demand(), 1);
        for arrival in &arrivals {
            let mut skus: Vec<SkuId> = arrival.lines.iter().map(|(sku, _)| *sku).collect();
            skus.sort();
            skus.dedup();
            assert_eq!(skus.len(), arrival.lines.len());
            assert!(arrival.lines.iter().all(|(_, units)| *units > Qty::ZERO));
        }
        for (lines, share) in [(1, 0.9), (2, 0.07), (5, 0.03)] {
            check_share(&arrivals, share, |a| a.lines.len() == lines);
        }
        check_share(&arrivals, 0.2, |a| a.lines[0].1 == Qty(3));
        for (channel, share) in [(0, 0.5), (1, 0.3), (2, 0.2)] {
            check_share(&arrivals, share, |a| a.channel == ChannelId(channel));
        }
        check_share(&arrivals, 0.1, |a| a.buyer < Buyer(100));
        assert!(arrivals.iter().all(|a| a.buyer < Buyer(1_000)));
    }

    #[test]
    fn heroes_get_their_share_from_their_moment_on() {
        let arrivals = all(demand(), 2);
        let half = arrivals.partition_point(|a| a.at < At::START + Span::from_mins(30));
        let (before, after) = arrivals.split_at(half);
        let begins_with = |a: &Arrival, sku| a.lines[0].0 == SkuId(sku);
        check_share(after, 0.25, |a| begins_with(a, 3) || begins_with(a, 4));
        check_share(after, 0.125, |a| begins_with(a, 4));
        let harmonic: f64 = (1..=200).map(|i| 1.0 / f64::from(i)).sum();
        check_share(before, (0.25 + 0.2) / harmonic, |a| begins_with(a, 3) || begins_with(a, 4));
        // What is not theirs goes to the others by their popularity.
        let others = harmonic - 0.25 - 0.2;
        check_share(after, 0.75 / others, |a| begins_with(a, 0));
    }

    #[test]
    fn customers_cancel_as_stated() {
        let mut demand = demand();
        demand.cancellations.share = Ppm(300_000);
        let arrivals = all(demand.clone(), 3);
        check_share(&arrivals, 0.3, |a| a.cancels_after.is_some());
        let median = Span::from_secs_f64(300.0 * 2_f64.ln());
        check_share(&arrivals, 0.15, |a| a.cancels_after.is_some_and(|after| after < median));
        demand.cancellations.share = Ppm::ZERO;
        assert!(all(demand, 3).iter().all(|a| a.cancels_after.is_none()));
    }

    #[test]
    fn a_basket_wider_than_the_catalogue_takes_all_of_it_by_weight() {
        let mut demand = demand();
        demand.heroes = None;
        demand.lines = vec![(3, Ppm::ONE)];
        demand.popularity = vec![1e12, 0.0, 2.0, 1.0, 0.0];
        for arrival in all(demand.clone(), 4).iter().take(200) {
            let mut skus: Vec<u32> = arrival.lines.iter().map(|(sku, _)| sku.0).collect();
            skus.sort_unstable();
            assert_eq!(skus, [0, 2, 3]);
        }
        // After the giant the second line is weighed out: two to one.
        check_share(&all(demand.clone(), 4), 2.0 / 3.0, |a| a.lines[1].0 == SkuId(2));
        demand.lines = vec![(200, Ppm::ONE)];
        assert!(all(demand, 4).iter().take(50).all(|a| a.lines.len() == 3));
    }

    #[test]
    fn a_log_is_replayed_as_it_stands() {
        let order = |s, channel| LoggedOrder {
            at: At::START + Span::from_secs(s),
            channel: ChannelId(channel),
            buyer: Buyer(s),
            lines: vec![(SkuId(9), Qty(2))],
            cancels_after: (s == 4).then_some(Span::from_secs(60)),
        };
        let orders = vec![order(1, 0), order(4, 1), order(4, 0), order(9, 1)];
        let traffic = Traffic::Replayed(OrderLog { orders: orders.clone() });
        let arrivals: Vec<Arrival> = traffic.arrivals(1).collect();
        assert_eq!(arrivals, traffic.arrivals(2).collect::<Vec<_>>());
        for (i, (arrival, order)) in arrivals.iter().zip(&orders).enumerate() {
            assert_eq!(arrival.intent, Intent(i as u64));
            assert_eq!((arrival.at, arrival.channel), (order.at, order.channel));
            assert_eq!((arrival.buyer, &arrival.lines), (order.buyer, &order.lines));
            assert_eq!(arrival.cancels_after, order.cancels_after);
        }
        let at = |s| At::START + Span::from_secs(s);
        assert_eq!((traffic.expected(at(1), at(4)), traffic.expected(at(4), at(99))), (1.0, 3.0));
    }
}
