//! Laws of pooled proof, on made-up replications judged singly by the rules of a run: together they
//! prove no less than the weakest of them, and one without a bad event can only help.

use proptest::collection::vec;
use proptest::prelude::*;

use super::tests::{gate, poisson, replication};
use super::*;
use crate::judge::judgement::{Clusters, Unproved};
use crate::study::chance::GO_AT_LEAST;

const SURE: Ppm = Ppm(950_000);
const KPIS: [(Kpi, [Ppm; 2]); 4] = [
    (Kpi::StockCancellations, [Ppm(5_000), Ppm(12_000)]),
    (Kpi::HandoffSuccess, [Ppm(6_000), Ppm(15_000)]),
    (Kpi::PriceLag, [Ppm(50_000); 2]),
    (Kpi::MispricedOrders, [Ppm(5_000), Ppm(12_000)]),
];

/// Where one run stands by itself (docs/measures.md §4).
fn band(kpi: Kpi, [healthy, watch]: [Ppm; 2], sums: &Clusters) -> Band {
    let upper = |worth: f64| match sums.n {
        0 => Ppm::ONE,
        n => bar::upper_at(sums.bad as f64 * worth / n as f64, worth, 0.05),
    };
    let high = match kpi {
        Kpi::PriceLag if sums.n < 59 || sums.bad > 0 && sums.used < 20 => Ppm::ONE,
        Kpi::PriceLag => Ppm::of(sums.bad, sums.n),
        Kpi::StockCancellations if sums.exposed < 20 => Ppm::ONE,
        Kpi::StockCancellations => upper(sums.worth()),
        _ => upper(sums.n as f64),
    };
    match high {
        high if high <= healthy => Band::Healthy,
        high if high <= watch => Band::Watch,
        _ => Band::NotProved(Unproved::TooFewSamples),
    }
}

/// One replication of one gate, whose clusters are these (counted, bad).
fn seen((kpi, limits): (Kpi, [Ppm; 2]), clusters: &[(u64, u64)]) -> Replication {
    let mut sums = Clusters::default();
    for &(n, bad) in clusters {
        sums.count(n, bad.min(n));
    }
    sums.exposed = sums.used;
    let mut gate = gate(None, sums);
    (gate.kpi, gate.bad_limits, gate.band) = (kpi, limits, band(kpi, limits, &sums));
    replication(vec![gate])
}

fn pooled(all: &[Replication]) -> Pooled {
    Ruling::on(all, SURE, GO_AT_LEAST).unwrap().gates[0]
}

/// Clusters of few sizes, most of them without a bad one.
fn clusters() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let bad = prop_oneof![12 => Just(0_u64), 2 => 1..3_u64, 1 => 1..40_u64];
    prop_oneof![
        3 => vec((1..60_u64, bad.clone()), 1..80),
        1 => vec((1..60_u64, Just(0_u64)), 1..80),
        2 => vec((100..900_u64, bad), 1..4),
        1 => vec((100..900_u64, Just(0_u64)), 1..4),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn runs_that_each_prove_a_gate_prove_it_together(
        kpi in proptest::sample::select(KPIS.to_vec()),
        all in vec(clusters(), 1..40),
    ) {
        let proved = |a: &Replication| matches!(a.gates[0].band, Band::Healthy | Band::Watch);
        let all: Vec<Replication> = all.iter().map(|c| seen(kpi, c)).filter(proved).collect();
        prop_assume!(!all.is_empty());
        let any_watch = all.iter().any(|a| a.gates[0].band == Band::Watch);
        let weakest = if any_watch { Stands::Watch } else { Stands::Healthy };
        let stands = pooled(&all).stands;
        prop_assert!(stands == weakest || stands == Stands::Healthy, "{stands:?} of {all:#?}");
    }

    #[test]
    fn replications_without_a_bad_event_never_loosen_what_the_others_prove(
        kpi in proptest::sample::select(KPIS.to_vec()),
        all in vec(clusters(), 1..20),
        more in vec((1..900_u64, Just(0_u64)), 1..40),
    ) {
        let is_bad = |clusters: &&Vec<(u64, u64)>| clusters.iter().any(|(_, bad)| *bad > 0);
        let with_events: Vec<Replication> =
            all.iter().filter(is_bad).map(|clusters| seen(kpi, clusters)).collect();
        let mut all: Vec<Replication> = all.iter().map(|clusters| seen(kpi, clusters)).collect();
        // Of none with a bad event each of the others only adds.
        let before = pooled(if with_events.is_empty() { &all } else { &with_events });
        all.push(seen(kpi, &more));
        let after = pooled(&all);
        prop_assert!(after.high <= before.high, "{before:?} {after:?}");
        let proves = |gate: &Pooled| matches!(gate.stands, Stands::Healthy | Stands::Watch);
        prop_assert!(!proves(&before) || proves(&after), "{before:?} {after:?}");
    }
}

/// A promotion has two edges: two windows a replication, and no change of them late.
#[test]
fn few_windows_without_a_late_change_are_proved_together_as_in_one_run() {
    let lag = KPIS[2];
    let edges = |n: u64| seen(lag, &[(n, 0), (n, 0)]);
    assert_eq!(edges(150).gates[0].band, Band::Healthy);
    for runs in [1, 2, 10, 30] {
        let pool = pooled(&vec![edges(150); runs]);
        assert_eq!((pool.stands, pool.worth), (Stands::Healthy, 300 * runs as u64), "{runs}");
    }
    // 30 changes prove nothing singly, 60 do.
    assert_ne!(pooled(&[edges(15)]).stands, Stands::Healthy);
    assert_eq!(pooled(&[edges(15), edges(15)]).stands, Stands::Healthy);
    // One late change in windows so few is no proof any more.
    let late = seen(lag, &[(150, 1), (150, 0)]);
    assert_ne!(pooled(&[edges(150), late]).stands, Stands::Healthy);
}

/// How many of 300 studies prove a gate whose true rate is its limit: so many replications, of
/// which one in `replications` has all bad events, in one of `clumped` clusters of some forty
/// events.
fn proved(kpi: (Kpi, [Ppm; 2]), runs: usize, (clumped, replications): (u32, u32)) -> u32 {
    const STUDIES: u32 = 300;
    let rate = kpi.1[1].as_f64() * f64::from(clumped) * f64::from(replications);
    let mut rng = crate::rng::stream(u64::from(clumped * 100 + replications), "laws");
    let mut proved = 0;
    for _ in 0..STUDIES {
        let mut one = || {
            let strikes = rng.random_range(0..replications) == 0;
            let mut cluster = || {
                let is_bad = strikes && rng.random_range(0..clumped) == 0;
                let n = poisson(rng.random(), 40.0);
                let mean = if is_bad { n as f64 * rate } else { 0.0 };
                (n, poisson(rng.random(), mean).min(n))
            };
            let clusters: Vec<(u64, u64)> = (0..60).map(|_| cluster()).collect();
            seen(kpi, &clusters)
        };
        let all: Vec<Replication> = (0..runs).map(|_| one()).collect();
        let stands = pooled(&all).stands;
        proved += u32::from(matches!(stands, Stands::Healthy | Stands::Watch));
    }
    proved
}

/// What one run may prove singly, more easily than many do, does not make a proof at the limit.
#[test]
fn at_the_limit_one_study_in_twenty_is_proved_also_where_replications_differ() {
    for kpi in KPIS {
        for (runs, how) in [(30, (1, 1)), (30, (10, 1)), (60, (1, 4)), (60, (1, 8))] {
            let proved = proved(kpi, runs, how);
            assert!(proved <= 25, "{:?}: {proved} of 300, {runs} afternoons, {how:?}", kpi.0);
        }
    }
}
