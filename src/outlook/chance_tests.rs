//! Chances against sums by hand, other formulas, and the judge's own verdicts on drawn samples.

#![expect(clippy::float_cmp, reason = "certain and impossible are exact")]

use rand::Rng;

use super::*;
use crate::judge::bar::{Cluster, effective_sample};
use crate::rng::stream;

fn events(n: f64, rate: f64, design_effect: f64) -> Events {
    Events { n, rate, design_effect }
}

fn near(seen: f64, exact: f64, within: f64) {
    assert!((seen - exact).abs() <= within, "{seen} against {exact}");
}

/// Σ_{i≤b} C(n, i) pⁱ (1 − p)^(n − i), term by term.
fn binomial_sum(n: u32, p: f64, most: u32) -> f64 {
    let mut term = (1.0 - p).powi(n as i32);
    let mut sum = 0.0;
    for i in 0..=most {
        sum += term;
        term *= f64::from(n - i) / f64::from(i + 1) * p / (1.0 - p);
    }
    sum
}

#[test]
fn independent_events_are_the_binomial_sum() {
    for (n, p, most) in [(249, 0.006, 0), (500, 0.006, 3), (4_000, 0.0075, 35), (60, 0.025, 3)] {
        let seen = events(f64::from(n), p, 1.0).at_most(f64::from(most));
        near(seen, binomial_sum(n, p, most), 1e-9);
    }
}

#[test]
fn clustered_events_are_the_poisson_gamma_sum() {
    // P(B = b) = Γ(κ + b)/(Γ(κ) b!) δ^(−κ) (1 − 1/δ)^b, term by term.
    for (mean, design_effect, most) in [(6.0, 1.5, 9_u32), (24.0, 3.0, 30), (0.5, 2.0, 0)] {
        let shape: f64 = mean / (design_effect - 1.0);
        let mut term = f64::powf(design_effect, -shape);
        let mut sum = 0.0;
        for b in 0..=most {
            sum += term;
            term *= (shape + f64::from(b)) / f64::from(b + 1) * (1.0 - 1.0 / design_effect);
        }
        let seen = events(1_000.0, mean / 1_000.0, design_effect).at_most(f64::from(most));
        near(seen, sum, 1e-10);
    }
}

#[test]
fn a_share_is_proved_as_often_as_by_the_table_of_measures() {
    // docs/measures.md: at 1.2 % no event of 249 proves it, at 1.5 % none of 199.
    let clean = |n: f64, limit| Chances::share(events(n, 0.0, 1.0), Ppm(limit));
    assert_eq!([clean(249.0, 12_000), clean(248.0, 12_000)], [1.0, 0.0]);
    assert_eq!([clean(199.0, 15_000), clean(198.0, 15_000)], [1.0, 0.0]);
    // With 0.75 % true, only those without any event: 0.9925^199.
    let seen = Chances::share(events(199.0, 0.007_5, 1.0), Ppm(15_000));
    near(seen, 0.992_5_f64.powi(199), 1e-9);
    // docs/measures.md: one event needs 947 at 0.5 %.
    let seen = Chances::share(events(947.0, 0.002_5, 1.0), Ppm(5_000));
    near(seen, binomial_sum(947, 0.002_5, 1), 1e-9);
}

#[test]
fn a_census_needs_changes_minutes_and_few_late_ones() {
    let known = |n: f64| (n, 0.0);
    let of =
        |n: f64, minutes: f64| Chances::census(events(n, 0.025, 1.0), [known(n), known(minutes)]);
    assert_eq!([of(58.0, 40.0), of(400.0, 19.0)], [0.0, 0.0]);
    // At most 20 of 400 late at 2.5 %.
    near(of(400.0, 20.0), binomial_sum(400, 0.025, 20), 1e-9);
    near(of(59.0, 20.0), binomial_sum(59, 0.025, 2), 1e-9);
}

#[test]
fn counts_are_reached_as_normal_ones_are() {
    near(reaches((249.0, 0.0), 249), 1.0, 0.0);
    near(reaches((248.9, 0.0), 249), 0.0, 0.0);
    // Mean 100, deviation 10, reaching 116: z = 1.55.
    near(reaches((100.0, 100.0), 116), 0.060_6, 1e-3);
}

#[test]
fn seats_are_those_of_ewens() {
    // Four events, κ = 2: P(k) = |s(4, k)| κ^k / (κ)(κ+1)(κ+2)(κ+3) with |s(4,·)| = 6, 11, 6, 1.
    let mut seated = Seated::first();
    for _ in 0..3 {
        seated = seated.next(2.0);
    }
    let each: Vec<_> = seated.each().collect();
    let whole = 2.0 * 3.0 * 4.0 * 5.0;
    for (place, stirling) in [6.0, 11.0, 6.0, 1.0].into_iter().enumerate() {
        near(each[place].1, stirling * 2.0_f64.powi(place as i32 + 1) / whole, 1e-12);
    }
    // One SKU holds all four; four hold one each; two hold 1 + 3 (8 of 11 ways) or 2 + 2 (3).
    near(each[0].2, 16.0, 1e-12);
    near(each[3].2, 4.0, 1e-12);
    near(each[1].2, (8.0 * 10.0 + 3.0 * 8.0) / 11.0, 1e-12);
}

#[test]
fn without_events_exposed_skus_are_the_samples() {
    let chances = Chances::default();
    let of = |mean, variance| {
        let exposed = Exposed { mean, variance, concentration: 0.01 };
        chances.clustered(events(4_000.0, 0.0, 1.0), Ppm(12_000), exposed)
    };
    assert_eq!([of(249.0, 0.0), of(248.0, 0.0), of(19.0, 0.0)], [1.0, 0.0, 0.0]);
    near(of(249.0, 100.0), reaches((249.0, 100.0), 249), 1e-12);
}

/// A Poisson draw by its gaps.
fn poisson(mean: f64, rng: &mut impl Rng) -> u64 {
    let (mut sum, mut events) = (-unit(rng).ln(), 0);
    while sum <= mean {
        sum -= unit(rng).ln();
        events += 1;
    }
    events
}

fn unit(rng: &mut impl Rng) -> f64 {
    ((rng.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

/// A logarithmic draw with this ratio, by inversion.
fn logarithmic(ratio: f64, rng: &mut impl Rng) -> u64 {
    let (mut left, mut term) = (unit(rng), -ratio / (-ratio).ln_1p());
    let mut size = 1;
    while left > term && size < 10_000 {
        left -= term;
        term *= ratio * size as f64 / (size + 1) as f64;
        size += 1;
    }
    size
}

/// The share of afternoons, drawn, that the judge's own code proves.
fn judged(events: Events, limit: Ppm, exposed: u64, afternoons: u32) -> f64 {
    let each = 12_u64;
    let skus = events.n as usize / each as usize;
    let mut rng = stream(17, "afternoons");
    let ratio = 1.0 - 1.0 / events.design_effect;
    // The mean of a logarithmic cluster.
    let cluster = ratio / (1.0 - ratio) / -(-ratio).ln_1p();
    let mut proved = 0;
    for _ in 0..afternoons {
        let mut clusters = vec![Cluster { n: each, bad: 0 }; skus];
        for _ in 0..poisson(events.mean() / cluster, &mut rng) {
            let place = (rng.next_u64() % skus as u64) as usize;
            let size = logarithmic(ratio, &mut rng);
            clusters[place].bad = (clusters[place].bad + size).min(each);
        }
        let n: u64 = clusters.iter().map(|c| c.n).sum();
        let bad: u64 = clusters.iter().map(|c| c.bad).sum();
        let worth = effective_sample(&clusters, exposed);
        proved += u32::from(bar::proves(bad as f64 * worth / n as f64, worth, limit));
    }
    f64::from(proved) / f64::from(afternoons)
}

#[test]
fn what_is_said_is_what_the_judge_does_to_drawn_afternoons() {
    let chances = Chances::default();
    let limit = Ppm(12_000);
    for (n, rate, design_effect, exposed) in [
        (4_000.0, 0.006, 1.5, 300),
        (4_000.0, 0.006, 1.5, 60),
        (2_400.0, 0.004, 2.5, 120),
        (8_000.0, 0.002, 1.2, 200),
        (1_600.0, 0.001, 1.5, 249),
    ] {
        let events = events(n, rate, design_effect);
        let known = Exposed { mean: exposed as f64, variance: 0.0, concentration: 0.01 };
        let said = chances.clustered(events, limit, known);
        let seen = judged(events, limit, exposed, 2_000);
        // Two thousand afternoons are known to 1.1 points; the estimate of the design effect, which
        // is taken at its mean, is allowed the rest.
        assert!((said - seen).abs() < 0.05, "{n} {rate} {design_effect}: {said} against {seen}");
    }
}

#[test]
fn both_ways_of_summing_meet() {
    let chances = Chances::default();
    let exposed = Exposed { mean: 400.0, variance: 0.0, concentration: 0.01 };
    let at = |n: f64| chances.clustered(events(n, 0.006, 1.5), Ppm(12_000), exposed);
    let [summed, looked_for] = [at(9_900.0), at(10_100.0)];
    near(summed, looked_for, 0.03);
    assert!(at(1e7) > 0.999);
}
