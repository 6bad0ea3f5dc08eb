//! The difference of two shares against published values, exact sums and simulation.

use super::*;
use crate::judge::bounds::{Cluster, effective_sample, holm, lower};

fn plain(bad: u64, n: u64) -> Sample {
    let bad = Count { definite: bad, possible: bad };
    Sample { n, bad, worth: [n as f64; 2] }
}

#[track_caller]
fn close(seen: f64, truth: f64, within: f64) {
    assert!((seen - truth).abs() <= within, "{seen} is not {truth}");
}

/// Wilson's limits at 95 %, the ones that Newcombe puts in.
fn wilson(bad: f64, n: f64) -> (f64, f64) {
    let z = 1.959_963_984_540_054_f64;
    let middle = 2.0 * bad + z * z;
    let half = z * (z * z + 4.0 * bad * (1.0 - bad / n)).sqrt();
    let whole = 2.0 * (n + z * z);
    ((middle - half) / whole, (middle + half) / whole)
}

/// Newcombe 1998, table II, method 10: the eight pairs of proportions and their 95 % limits.
#[test]
fn limits_are_combined_as_newcombe_published() {
    for (x, m, y, n, low, high) in [
        (56.0, 70.0, 48.0, 80.0, 0.0524, 0.3339),
        (9.0, 10.0, 3.0, 10.0, 0.1705, 0.8090),
        (6.0, 7.0, 2.0, 7.0, 0.0582, 0.8062),
        (5.0, 56.0, 0.0, 29.0, -0.0381, 0.1926),
        (0.0, 10.0, 0.0, 20.0, -0.1611, 0.2775),
        (0.0, 10.0, 0.0, 10.0, -0.2775, 0.2775),
        (10.0, 10.0, 0.0, 20.0, 0.6791, 1.0),
        (10.0, 10.0, 0.0, 10.0, 0.6075, 1.0),
    ] {
        let ((p, q), (a, b)) = ((x / m, y / n), (wilson(x, m), wilson(y, n)));
        close(lower_of_difference((p, a.0), (q, b.1)), low, 5.1e-5);
        close(-lower_of_difference((q, b.0), (p, a.1)), high, 5.1e-5);
    }
}

/// Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 5.
#[test]
fn exact_limits_are_the_published_ones() {
    for (bad, n, low, high) in [
        (81.0, 263.0, 0.2527, 0.3676),
        (15.0, 148.0, 0.0578, 0.1617),
        (0.0, 20.0, 0.0, 0.1684),
        (1.0, 29.0, 0.0009, 0.1776),
    ] {
        close(exact_low(bad, n, 0.025), low, 5.1e-5);
        close(exact_high(bad, n, 0.025), high, 5.1e-5);
    }
}

/// P(X ≥ x) of Fisher's exact test, term by term; two-sided by doubling.
fn fisher_doubled(x: u64, m: u64, y: u64, n: u64) -> f64 {
    use statrs::function::gamma::ln_gamma;
    let choose = |n: u64, k: u64| {
        ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
    };
    let (all, bad) = (m + n, x + y);
    let term = |k: u64| (choose(m, k) + choose(n, bad - k) - choose(all, bad)).exp();
    let least = bad.saturating_sub(n);
    let above: f64 = (x..=bad.min(m)).map(term).sum();
    let below: f64 = (least..=x).map(term).sum();
    (2.0 * above.min(below)).min(1.0)
}

/// Four cups of eight told right, three of them: P = 17/70, one-sided (Fisher 1935).
#[test]
fn three_cups_of_four_prove_nothing() {
    close(fisher_doubled(3, 4, 1, 4), 2.0 * 17.0 / 70.0, 1e-9);
    assert!(p_value(&plain(1, 4), &plain(3, 4)) > 0.2);
    assert!(p_value(&plain(0, 4), &plain(4, 4)) > 0.02, "Fisher has 2/70 for all four");
}

#[test]
fn the_test_agrees_with_fishers_where_nothing_clusters() {
    for (x, m, y, n) in [
        (10, 1_000, 0, 1_000),
        (30, 1_000, 10, 1_000),
        (1, 300, 0, 30_000),
        (3, 300, 3, 30_000),
        (620, 13_000, 590, 13_000),
        (12, 12_000, 2, 2_000),
    ] {
        let (ours, fishers) = (p_value(&plain(y, n), &plain(x, m)), fisher_doubled(x, m, y, n));
        assert!(ours < 2.0 * fishers && fishers < 2.0 * ours, "{x}/{m} {y}/{n}: {ours} {fishers}");
    }
}

/// P(X = k) of n with this share, for every k.
fn binomial(n: u64, share: f64) -> Vec<f64> {
    let at_most = |k: u64| match k {
        _ if k >= n => 1.0,
        k => beta_reg((n - k) as f64, k as f64 + 1.0, 1.0 - share),
    };
    let below = |k: u64| if k == 0 { 0.0 } else { at_most(k - 1) };
    (0..=n).map(|k| at_most(k) - below(k)).collect()
}

/// The chance that `holds` of what two samples come to, by summing over every pair of outcomes.
fn chance(of: [(u64, f64); 2], holds: impl Fn(&Sample, &Sample) -> bool) -> f64 {
    let [(m, one), (n, two)] = of;
    let (one, two) = (binomial(m, one), binomial(n, two));
    let likely = |terms: &[f64]| -> Vec<(u64, f64)> {
        let all = terms.iter().enumerate().map(|(k, chance)| (k as u64, *chance));
        all.filter(|(_, chance)| *chance > 1e-7).collect()
    };
    let mut sum = 0.0;
    for (x, chance_x) in likely(&one) {
        for (y, chance_y) in likely(&two) {
            if holds(&plain(x, m), &plain(y, n)) {
                sum += chance_x * chance_y;
            }
        }
    }
    sum
}

#[test]
fn where_nothing_differs_a_claim_is_as_rare_as_it_says() {
    for (m, n, share) in [(400, 400, 0.01), (400, 2_000, 0.004), (60, 900, 0.05), (200, 200, 0.3)] {
        for alpha in [0.05, 0.01, 0.002] {
            let seen = chance([(m, share), (n, share)], |a, b| p_value(a, b) <= alpha);
            assert!(seen <= alpha, "{seen} at {alpha} for {m}, {n}, {share}");
        }
    }
}

#[test]
fn the_interval_covers_the_difference_that_there_is() {
    for (m, p, n, q) in [(400, 0.01, 400, 0.03), (300, 0.05, 900, 0.05), (200, 0.3, 100, 0.1)] {
        let covers = |a: &Sample, b: &Sample| {
            let interval = difference(a, b, ALPHA);
            (interval.low..=interval.high).contains(&(q - p))
        };
        let seen = chance([(m, p), (n, q)], covers);
        assert!((0.95..0.995).contains(&seen), "{seen} for {m}, {p}, {n}, {q}");
    }
}

/// A run of 300 SKUs with ten orders each: a SKU in twelve goes bad, and takes several with it.
fn clustered(random: &mut impl rand::Rng, one_in: u32) -> Sample {
    let clusters: Vec<Cluster> = (0..300)
        .map(|_| match random.next_u32() % one_in {
            0 => Cluster { n: 10, bad: u64::from(1 + random.next_u32() % 9) },
            _ => Cluster { n: 10, bad: 0 },
        })
        .collect();
    let (n, bad) = (3_000, clusters.iter().map(|cluster| cluster.bad).sum::<u64>());
    let worth = effective_sample(&clusters, 300);
    let effective = bad as f64 * worth / n as f64;
    let [low, high] = [lower(effective, worth), upper(effective, worth)];
    Sample::behind(n, Count { definite: bad, possible: bad }, low, high)
}

#[test]
fn clustered_shares_that_do_not_differ_are_not_told_apart() {
    let mut random = crate::rng::stream(11, "clusters");
    for one_in in [12, 60] {
        let (mut singly, mut families) = (0, 0);
        for _ in 0..150 {
            let mut family = Vec::new();
            for _ in 0..8 {
                let pair = [0; 2].map(|_| clustered(&mut random, one_in));
                family.push(p_value(&pair[0], &pair[1]));
            }
            singly += family.iter().filter(|p| **p <= ALPHA).count();
            families += usize::from(holm(&family).contains(&true));
        }
        assert!(singly <= 75, "{singly} of 1,200 single comparisons at one in {one_in}");
        assert!(families <= 13, "{families} of 150 families of eight at one in {one_in}");
    }
}

#[test]
fn a_difference_that_is_there_is_seen() {
    let mut random = crate::rng::stream(12, "clusters");
    for _ in 0..50 {
        let (rare, common) = (clustered(&mut random, 60), clustered(&mut random, 6));
        let p = p_value(&rare, &common);
        assert!(p < 0.01, "{p}");
        assert!(difference(&rare, &common, ALPHA).low > 0.0);
        assert!(difference(&common, &rare, ALPHA).high < 0.0);
    }
}

#[test]
fn a_samples_worth_is_found_behind_its_bounds() {
    for (bad, n, worth) in [(676, 13_175, 8_000.0), (0, 12_353, 1_016.0), (40, 3_000, 120.0)] {
        let effective = bad as f64 * worth / n as f64;
        let [low, high] = [lower(effective, worth), upper(effective, worth)];
        for possible in [bad, bad + 7] {
            let count = Count { definite: bad, possible };
            let [definite, _] = Sample::behind(n, count, low, high).worth;
            if bad > 0 || possible == bad {
                assert!((0.97..=1.0).contains(&(definite / worth)), "{definite} of {worth}");
            }
        }
    }
    let clean = plain(8, 12_767);
    let [low, high] = [lower(8.0, 12_767.0), upper(8.0, 12_767.0)];
    assert_eq!(Sample::behind(clean.n, clean.bad, low, high), clean, "nothing clusters");
}

#[test]
fn unknown_outcomes_widen_the_interval_and_alone_prove_nothing() {
    let sure = plain(40, 4_000);
    let unsure = Sample { bad: Count { definite: 40, possible: 120 }, ..sure };
    let worse = plain(100, 4_000);
    assert!(p_value(&sure, &worse) < 0.001);
    close(p_value(&unsure, &worse), 1.0, 1e-9);
    let interval = difference(&sure, &unsure, ALPHA);
    assert!(interval.low < 0.0 && interval.high > 0.02, "{interval:?}");
}

#[test]
fn nothing_counted_differs_from_nothing() {
    let none = plain(0, 0);
    close(p_value(&none, &plain(50, 100)), 1.0, 1e-9);
    close(p_value(&none, &none), 1.0, 1e-9);
    assert_eq!(difference(&none, &none, ALPHA), Interval { low: -1.0, high: 1.0 });
}
