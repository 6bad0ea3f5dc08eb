//! Bounds against published values, brute force and simulation.

use rand::Rng;

use super::*;

#[test]
fn clean_orders_needed_are_those_of_the_measures() {
    let needed = |bad, ppm| samples_needed(bad, Ppm(ppm));
    assert_eq!([12_000, 15_000, 9_000].map(|w| needed(0, w)), [249, 199, 332]);
    assert_eq!([5_000, 6_000, 3_000].map(|h| needed(0, h)), [598, 498, 998]);
    assert_eq!([1, 2, 10].map(|bad| needed(bad, 5_000)), [947, 1_258, 3_389]);
}

#[test]
fn the_needed_sample_is_exactly_where_the_bound_enters_the_limit() {
    for (bad, limit) in [(0, 5_000), (1, 5_000), (10, 5_000), (3, 12_000)] {
        let n = samples_needed(bad, Ppm(limit));
        assert!(upper(bad as f64, n as f64) <= Ppm(limit));
        assert!(upper(bad as f64, (n - 1) as f64) > Ppm(limit));
    }
}

/// Two-sided 90 % limits have the one-sided 95 % ones as ends (exact sums, by bisection).
#[test]
fn clopper_pearson_gives_the_reference_values() {
    for (bad, n, low, high) in [
        (0.0, 10.0, 0, 258_866),
        (1.0, 10.0, 5_116, 394_163),
        (5.0, 10.0, 222_441, 777_559),
        (10.0, 10.0, 741_134, 1_000_000),
        (2.0, 100.0, 3_565, 61_619),
    ] {
        let close = |seen: Ppm, truth: u32| seen.0.abs_diff(truth) <= 2;
        assert!(close(lower(bad, n), low), "{bad}/{n}: {:?}", lower(bad, n));
        assert!(close(upper(bad, n), high), "{bad}/{n}: {:?}", upper(bad, n));
    }
}

/// P(X ≤ k) term by term, in logarithms.
fn brute_at_most(k: u64, n: u64, p: f64) -> f64 {
    let term = |i: u64| {
        let (i, n) = (i as f64, n as f64);
        let choose = ln_gamma(n + 1.0) - ln_gamma(i + 1.0) - ln_gamma(n - i + 1.0);
        (choose + i * p.ln() + (n - i) * (-p).ln_1p()).exp()
    };
    (0..=k).map(term).sum()
}

#[test]
fn tails_equal_a_sum_term_by_term_also_for_millions() {
    for (k, n, p) in [(3, 50, 30_000), (120, 10_000, 12_500), (12_100, 1_000_000, 12_000)] {
        let fast = at_most(k as f64, n as f64, Ppm(p));
        let slow = brute_at_most(k, n, Ppm(p).as_f64());
        assert!((fast - slow).abs() < 1e-6, "{k}/{n}: {fast} against {slow}");
        let rest = at_least((k + 1) as f64, n as f64, Ppm(p));
        assert!((fast + rest - 1.0).abs() < 1e-9);
    }
}

#[test]
fn the_upper_bound_covers_the_truth_at_least_95_times_in_100() {
    let mut random = crate::rng::stream(5, "coverage");
    for (n, p) in [(300_u32, 12_000_u32), (800, 5_000), (120, 60_000)] {
        let runs = 2_000;
        let covered = (0..runs)
            .filter(|_| {
                let bad = (0..n).filter(|_| random.next_u32() % 1_000_000 < p).count();
                upper(bad as f64, f64::from(n)) >= Ppm(p)
            })
            .count();
        assert!(covered as f64 >= 0.94 * f64::from(runs), "{covered} of {runs} at {n}, {p}");
    }
}

#[test]
fn students_t_gives_the_table() {
    for (freedom, t) in [(1, 6.314), (4, 2.132), (19, 1.729), (100, 1.660)] {
        assert!((student_t_95(freedom) - t).abs() < 5e-4, "{freedom}");
    }
}

/// Worked by hand: 5 clusters of 10 with 4, 2, 2, 0, 0 bad. p = 0.16; Σ(y − pn)² = 5.76, 2 · 0.16
/// and 2 · 2.56 = 11.2; v = 5/4 · 11.2/2500 = 0.0056; binomial 0.1344/50 = 0.002688;
/// deff = 2.08333; n/deff = 24; three clusters have events: (z/t₂)² = (1.644854/2.919986)² =
/// 0.317317; effective 7.61561.
#[test]
fn korn_graubard_equals_the_hand_computation() {
    let clusters = [4, 2, 2, 0, 0].map(|bad| Cluster { n: 10, bad });
    assert!((effective_sample(&clusters, 5) - 7.615_61).abs() < 1e-3);
}

/// 4 clusters of 10 with 4, 0, 0, 0 bad: p = 0.1; Σ = 9 + 3 = 12; v = 0.01; binomial 0.00225;
/// deff = 4.444; n/deff = 9. One cluster says nothing of how events cluster: worth the exposed.
#[test]
fn events_in_one_cluster_are_worth_no_more_than_the_exposed() {
    let clusters = [4, 0, 0, 0].map(|bad| Cluster { n: 10, bad });
    assert!((effective_sample(&clusters, 4) - 4.0).abs() < 1e-9);
    assert!((effective_sample(&clusters, 30) - 9.0).abs() < 1e-9, "nor than deff allows");
}

/// More events never prove more: the bound on 6,000 orders over 600 exposed SKUs.
#[test]
fn one_event_does_not_prove_more_than_none() {
    let bound = |events: usize| {
        let clusters: Vec<Cluster> =
            (0..600).map(|i| Cluster { n: 10, bad: u64::from(i < events) }).collect();
        let worth = effective_sample(&clusters, 600);
        upper(events as f64 / 6_000.0 * worth, worth)
    };
    assert!(bound(0) <= bound(1) && bound(1) <= bound(2), "{} {} {}", bound(0), bound(1), bound(2));
}

#[test]
fn without_events_only_exposed_clusters_count() {
    let clusters = vec![Cluster { n: 100, bad: 0 }; 500];
    assert!((effective_sample(&clusters, 30) - 30.0).abs() < 1e-12);
}

#[test]
fn independent_events_are_worth_nearly_their_number_and_never_more() {
    let clusters: Vec<Cluster> =
        (0..1_000).map(|i| Cluster { n: 1, bad: u64::from(i % 10 == 0) }).collect();
    let worth = effective_sample(&clusters, 1_000);
    assert!(worth > 980.0 && worth <= 1_000.0, "{worth}");
}

#[test]
fn holm_rejects_step_by_step() {
    assert_eq!(holm(&[0.01, 0.04, 0.03, 0.005]), [true, false, false, true]);
    assert_eq!(holm(&[0.04, 0.04]), [false, false]);
    assert_eq!(holm(&[0.025, 0.04]), [true, true]);
    assert!(holm(&[]).is_empty());
}

#[test]
fn ends_of_the_scale_hold() {
    assert_eq!((lower(0.0, 0.0), upper(0.0, 0.0)), (Ppm::ZERO, Ppm::ONE));
    assert_eq!(upper(3.0, 3.0), Ppm::ONE);
    assert_eq!(lower(0.0, 50.0), Ppm::ZERO);
}
