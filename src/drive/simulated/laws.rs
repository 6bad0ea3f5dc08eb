//! The laws of oversell (docs/measures.md §8): one SKU, Poisson demand, and what must come out.
//!
//! L is the time from a sale to the other channels' offers: notice (0 by webhook) + work on the
//! handoff + notice of the change (0) + work on the update + what the channel takes to show it.

use crate::commerce::terms::{Described, OfferPlay, Rhythm, UpdateStyle};
use crate::drive::testing::{Sketch, Sums, facts, own_sales, rule, seeded};
use crate::history::What;
use crate::history::charter::{OfferPart, OfferTerms, OwnSales, StockRule};
use crate::history::fact::PushKind;
use crate::ids::{ChannelId, SkuId};
use crate::law::Law;
use crate::scenario::Plan;
use crate::traffic::Traffic;
use crate::traffic::plan::Repricing;
use crate::units::{Money, Ppm, Qty, Rate, Span};

/// Orders a second.
const LAMBDA: f64 = 2.0;
/// From a sale to the other offers.
const L: Span = Span::from_secs(30);
const LAMBDA_L: f64 = 60.0;
const RUNS: u64 = 60;

/// Every shelf as blind as can be: own sales unknown, absolute updates, L all in the showing.
fn blind(stock: i64, shares: &[u32]) -> Plan {
    let lasts = Span::from_secs((stock as f64 / LAMBDA) as u64 + 200);
    let mut plan =
        Sketch { shares, skus: 1, stock_each: stock, orders_per_hour: 7_200, lasts }.plan();
    own_sales(&mut plan, OwnSales::OnSync);
    plan.world.connectors[0].updates = UpdateStyle::Absolute;
    for channel in &mut plan.world.channels {
        channel.shows_changes_after = Law::Constant(L);
    }
    plan
}

fn oversold(plan: &Plan) -> Vec<i64> {
    oversold_stocked(plan, |_| plan.world.catalog[0].stock.0)
}

/// Each run with a stock of its own. Whoever looks every so often looks at the same moments in
/// every run: with stocks that differ by what is sold in a period, shelves are emptied at all
/// moments between two looks alike.
fn oversold_stocked(plan: &Plan, stock: impl Fn(u64) -> i64) -> Vec<i64> {
    let run = |seed| {
        let mut plan = plan.clone();
        plan.world.catalog[0].stock = Qty(stock(seed));
        seeded(&mut plan, seed);
        let sums = Sums::of(&facts(&plan));
        assert!(sums.turned_away > 0, "the stock ran out");
        sums.oversold_units
    };
    (1..=RUNS).map(run).collect()
}

/// Mean within four standard errors and `bias` of the law's value.
fn check_mean(plan: &Plan, law: f64, bias: f64) {
    check_seen(&oversold(plan), law, bias);
}

fn check_seen(seen: &[i64], law: f64, bias: f64) {
    let n = seen.len() as f64;
    let mean = seen.iter().sum::<i64>() as f64 / n;
    let variance = seen.iter().map(|x| (*x as f64 - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let tolerance = 4.0 * (variance / n).sqrt() + bias;
    eprintln!("mean {mean:.2}, law {law:.2}, variance {variance:.1}, ±{tolerance:.2}");
    assert!((mean - law).abs() <= tolerance, "mean {mean:.2}, law {law:.2}, ±{tolerance:.2}");
}

#[test]
fn blind_channels_oversell_what_is_ordered_meanwhile_whatever_the_stock_and_their_number() {
    for stock in [300, 900] {
        check_mean(&blind(stock, &[1_000_000]), LAMBDA_L, 0.0);
        check_mean(&blind(stock, &[500_000, 300_000, 200_000]), LAMBDA_L, 0.0);
    }
}

#[test]
fn what_oversells_is_poisson() {
    let seen = oversold(&blind(300, &[500_000, 500_000]));
    let mean = seen.iter().sum::<i64>() as f64 / seen.len() as f64;
    let spread = seen.iter().map(|x| (*x as f64 - mean).powi(2)).sum::<f64>();
    let dispersion = spread / (seen.len() as f64 - 1.0) / mean;
    // The variance of a variance: 4 standard errors of sqrt(2/(n − 1)).
    let tolerance = 4.0 * (2.0 / (seen.len() as f64 - 1.0)).sqrt();
    assert!((dispersion - 1.0).abs() < tolerance, "variance ÷ mean is {dispersion:.2}");
}

#[test]
fn work_on_the_handoff_and_on_the_update_both_count() {
    let mut plan = blind(300, &[600_000, 400_000]);
    plan.world.connectors[0].service = Law::Constant(Span::from_secs(7));
    for channel in &mut plan.world.channels {
        channel.shows_changes_after = Law::Constant(Span::from_secs(16));
    }
    // Coalescing hides none of it: a worker is free for every change, and what it has taken says
    // what was known when it was taken.
    for coalesce in [false, true] {
        plan.world.connectors[0].coalesce = coalesce;
        check_mean(&plan, LAMBDA_L, 0.0);
    }
}

/// One SKU, one worker, changes at random: at most one change waits, and a newer one takes its
/// place. That is M/M/1/2 in which an arrival at a full system pushes the waiting one out. With
/// ρ = λ/μ, πₙ = ρⁿ/(1 + ρ + ρ²): replaced is who comes after, a share π₂ of all; π₂ wait in the
/// mean; and of those sent a share π₁/(π₀ + π₁) waits, since the last arrival before the worker
/// was free: 1/(λ + μ).
#[test]
fn coalescing_is_a_queue_of_one_in_which_the_waiting_one_is_replaced() {
    for (rate, served) in [(1.0, 1.0), (2.0, 1.0)] {
        let mut plan = Sketch {
            shares: &[1_000_000],
            skus: 1,
            stock_each: 10,
            orders_per_hour: 1,
            lasts: Span::from_mins(400),
        }
        .plan();
        plan.merchant.repricing =
            Some(Repricing { rate: Rate::per_hour((rate * 3_600.0) as u64), by: Ppm(10_000) });
        plan.merchant.until = plan.charter.traffic_ends;
        plan.world.catalog[0].price = Money(1_000_000_000);
        let hub = &mut plan.world.connectors[0];
        hub.workers = 1;
        hub.service = Law::Exponential { mean: Span::from_secs_f64(1.0 / served) };
        let (mut changes, mut sent, mut waited, mut depth) = (0.0, 0.0, 0.0, Vec::new());
        for fact in facts(&plan) {
            match fact.what {
                What::PriceSet { .. } => changes += 1.0,
                What::Pushed { kind: PushKind::Price, waited: span, .. } => {
                    sent += 1.0;
                    waited += span.as_secs_f64();
                }
                What::Queue { depth: waiting, .. } if fact.at < plan.charter.traffic_ends => {
                    depth.push(f64::from(waiting));
                }
                _ => {}
            }
        }
        let rho: f64 = rate / served;
        let all = 1.0 + rho + rho * rho;
        let waits = rho / (1.0 + rho) / (rate + served);
        let mean_depth = depth.iter().sum::<f64>() / depth.len() as f64;
        // Four standard errors of a share of 24,000 and of 4,800 samples are below 2 and 3 points.
        let near = |seen: f64, law: f64, off: f64, what: &str| {
            assert!((seen - law).abs() <= off, "{what}: {seen:.4}, law {law:.4}");
        };
        near(1.0 - sent / changes, rho * rho / all, 0.02, "replaced");
        near(mean_depth, rho * rho / all, 0.03, "waiting");
        near(waited / sent, waits, 0.05 * waits, "wait of those sent");
    }
}

#[test]
fn channels_that_know_their_own_sales_oversell_only_the_others() {
    for style in [UpdateStyle::Delta, UpdateStyle::CompareAndSet] {
        for shares in [&[500_000, 500_000][..], &[700_000, 200_000, 100_000]] {
            let mut plan = blind(300, shares);
            own_sales(&mut plan, OwnSales::AtOnce);
            plan.world.connectors[0].updates = style;
            let others = 1.0 - shares.iter().map(|p| (f64::from(*p) / 1e6).powi(2)).sum::<f64>();
            check_mean(&plan, LAMBDA_L * others, 0.0);
        }
        let mut alone = blind(300, &[1_000_000]);
        own_sales(&mut alone, OwnSales::AtOnce);
        alone.world.connectors[0].updates = style;
        assert!(oversold(&alone).iter().all(|units| *units == 0));
    }
}

/// A second listing is another channel to its part: whoever sells the one knows nothing of the
/// other until it is told.
#[test]
fn a_second_listing_oversells_as_a_second_channel_does() {
    let mut plan = blind(300, &[1_000_000]);
    own_sales(&mut plan, OwnSales::AtOnce);
    plan.world.connectors[0].updates = UpdateStyle::Delta;
    let parts = vec![OfferPart { sku: SkuId(0), count: 1, price: plan.world.catalog[0].price }];
    let terms = OfferTerms { name: "again".to_owned(), parts };
    plan.charter.offers = vec![terms.clone()];
    plan.world.offers = vec![OfferPlay { terms, on: vec![ChannelId(0)] }];
    let Traffic::Modelled(demand) = &mut plan.traffic else { panic!("a sketch is modelled") };
    demand.offers = vec![vec![(SkuId(1), Ppm(400_000))]];
    check_mean(&plan, LAMBDA_L * (1.0 - 0.6 * 0.6 - 0.4 * 0.4), 0.0);
}

#[test]
fn plain_overwrites_forget_own_sales() {
    for shares in [&[1_000_000][..], &[500_000, 500_000]] {
        let mut plan = blind(300, shares);
        own_sales(&mut plan, OwnSales::AtOnce);
        check_mean(&plan, LAMBDA_L, 0.0);
    }
}

#[test]
fn periodic_sync_adds_half_a_period() {
    let mut plan = blind(300, &[500_000, 500_000]);
    let period = Span::from_secs(40);
    plan.world.connectors[0].stock_out = Rhythm::Poll(period);
    check_mean(&plan, LAMBDA_L + LAMBDA * period.as_secs_f64() / 2.0, 0.0);
}

/// The time of a described connector is all of it: a sale waits for the orders' look and time, then
/// for the stock's look and time, nothing is hidden and nothing is added.
#[test]
fn a_described_connector_oversells_what_its_timings_say() {
    let s = Span::from_secs;
    let plain = |seconds| Law::Constant(s(seconds));
    let spread = Law::Uniform { from: s(10), to: s(50) };
    for (orders_in, orders_take, stock_out, takes, lag) in [
        (Rhythm::Webhook, plain(0), Rhythm::Poll(s(60)), plain(30), 30.0 + 30.0),
        (Rhythm::Webhook, plain(0), Rhythm::Poll(s(60)), spread, 30.0 + 30.0),
        (Rhythm::Webhook, plain(10), Rhythm::Webhook, plain(30), 10.0 + 30.0),
        (Rhythm::Poll(s(20)), plain(10), Rhythm::Poll(s(60)), plain(5), 10.0 + 10.0 + 30.0 + 5.0),
    ] {
        let mut plan = blind(400, &[500_000, 500_000]);
        let play = &mut plan.world.connectors[0];
        (play.orders_in, play.stock_out, play.service) = (orders_in, stock_out, takes);
        play.described = Some(Described { orders_take });
        for channel in &mut plan.world.channels {
            channel.shows_changes_after = Law::Constant(Span::ZERO);
        }
        // What sells in a minute, of which every period here is a part.
        let seen = oversold_stocked(&plan, |seed| 400 + (seed * 120 / RUNS) as i64);
        // Orders come in steps too, and between them and the stock's looks one phase is fixed.
        let bias = if orders_in == Rhythm::Webhook { 0.0 } else { LAMBDA * 2.0 };
        check_seen(&seen, LAMBDA * lag, bias);
    }
}

#[test]
fn a_holdback_is_enough_when_fewer_are_ordered_meanwhile() {
    for holdback in [55, 60, 66] {
        let mut plan = blind(300, &[500_000, 500_000]);
        rule(&mut plan, StockRule { holds_back: Qty(holdback), ..StockRule::ALL });
        let hit = oversold(&plan).iter().filter(|units| **units > 0).count() as f64;
        let (p, n) = (poisson_above(holdback as u32, LAMBDA_L), RUNS as f64);
        let tolerance = 4.0 * (p * (1.0 - p) / n).sqrt();
        assert!((hit / n - p).abs() <= tolerance, "{holdback}: {:.2}, law {p:.2}", hit / n);
    }
}

/// P(Poisson(mean) > k).
fn poisson_above(k: u32, mean: f64) -> f64 {
    let terms = (0..=k).scan((-mean).exp(), |term, i| {
        let now = *term;
        *term *= mean / f64::from(i + 1);
        Some(now)
    });
    1.0 - terms.sum::<f64>()
}
