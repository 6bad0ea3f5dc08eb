//! Tests of looks: how often they err when they share their error, and when they do not.

use rand::RngExt as _;

use super::super::chance::{Chance, GO_AT_LEAST};
use super::*;

/// The share of studies that wrongly say GO, or NO-GO, of a scenario whose share in band is that,
/// looking with these confidences.
fn wrong(chance: f64, confidence: impl Fn(u32) -> Ppm) -> (f64, f64) {
    const STUDIES: u32 = 4_000;
    let mut rng = crate::rng::stream(9, "looks");
    let (mut go, mut no_go) = (0, 0);
    for _ in 0..STUDIES {
        let (mut yes, mut of) = (0, 0);
        while of < FIRST {
            yes += usize::from(rng.random::<f64>() < chance);
            of += 1;
        }
        if Chance::at(yes, of, FIRST_CONFIDENCE).high < GO_AT_LEAST {
            no_go += 1;
            continue;
        }
        for look in 0..LOOKS {
            while of < runs_at(look) {
                yes += usize::from(rng.random::<f64>() < chance);
                of += 1;
            }
            let seen = Chance::at(yes, of, confidence(look));
            if seen.low >= GO_AT_LEAST {
                go += 1;
                break;
            }
            if seen.high < GO_AT_LEAST {
                no_go += 1;
                break;
            }
        }
    }
    (f64::from(go) / f64::from(STUDIES), f64::from(no_go) / f64::from(STUDIES))
}

#[test]
fn looking_often_errs_no_more_than_once_in_twenty() {
    let (go, no_go) = wrong(0.899_999, confidence_at);
    assert!(go <= 0.05, "GO said wrongly in {go}");
    assert!(no_go <= 0.05, "NO-GO said wrongly in {no_go}");
}

#[test]
fn looking_as_often_without_sharing_the_error_would_err_more() {
    let (go, _) = wrong(0.899_999, |_| CONFIDENCE);
    assert!(go > 0.07, "the test above would find it: {go}");
}

#[test]
fn what_is_spent_is_never_more_than_there_is() {
    let spent: u32 = (0..LOOKS).map(|look| 1_000_000 - confidence_at(look).0).sum();
    let first = 1_000_000 - FIRST_CONFIDENCE.0;
    assert!(spent + first < 1_000_000 - CONFIDENCE.0, "{spent} and {first}");
    assert_eq!((runs_at(0), runs_most()), (30, 960));
}

#[test]
fn none_of_ten_in_band_need_no_more() {
    assert!(Chance::at(0, FIRST, FIRST_CONFIDENCE).high < GO_AT_LEAST);
    assert!(Chance::at(FIRST, FIRST, FIRST_CONFIDENCE).low < GO_AT_LEAST, "and none is a GO");
}

/// How fast a machine is does not enter into it.
#[test]
fn what_is_played_unasked_is_counted_in_facts() {
    let played = |facts: u64, n: usize| vec![Replication { facts, ..one() }; n];
    assert!(is_taken_unasked(&played(650_000, 30), 60), "five channels reach their verdict");
    assert!(is_taken_unasked(&played(650_000, 60), 120));
    assert!(!is_taken_unasked(&played(650_000, 120), 240));
    assert!(is_taken_unasked(&played(50_000_000, 10), 30), "fewer prove nothing");
    assert!(!is_taken_unasked(&played(50_000_000, 30), 60));
}

fn one() -> Replication {
    let path = "tests/scenarios/small.yaml".as_ref();
    let plan = crate::scenario::read(path, &crate::scenario::Overrides::default()).unwrap();
    Replication::of(&super::super::replication::play(&plan, || true).unwrap())
}
