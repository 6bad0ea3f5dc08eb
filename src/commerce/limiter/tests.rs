//! Tests of limits: a call is admitted exactly when the promise still holds.

use proptest::prelude::*;

use super::*;

fn terms(kind: LimiterKind) -> LimiterTerms {
    LimiterTerms { kind, on: Vec::new(), tells_retry_after: true }
}

fn any_kind() -> impl Strategy<Value = LimiterKind> {
    let (calls, span) = (1..6_u32, (1..5_000_u64).prop_map(Span));
    let day = DAY.0;
    prop_oneof![
        (calls.clone(), span.clone())
            .prop_map(|(burst, every)| LimiterKind::TokenBucket { burst, every }),
        (calls.clone(), span.clone())
            .prop_map(|(size, every)| LimiterKind::LeakyBucket { size, every }),
        (calls.clone(), span.clone())
            .prop_map(|(calls, window)| LimiterKind::FixedWindow { calls, window }),
        (calls.clone(), 0..day * 2)
            .prop_map(|(calls, at)| LimiterKind::DailyQuota { calls, first_reset: At(at) }),
        (calls, span).prop_map(|(calls, holds)| LimiterKind::InFlight { calls, holds }),
    ]
}

/// Moments in order, crowded and far apart.
fn moments() -> impl Strategy<Value = Vec<At>> {
    let gap = prop_oneof![Just(0), 0..50_u64, 0..9_000_u64, 0..DAY.0];
    prop::collection::vec(gap, 1..150).prop_map(|gaps| {
        let mut now = At::START;
        let mut later = |gap| {
            now = now + Span(gap);
            now
        };
        gaps.into_iter().map(&mut later).collect()
    })
}

fn admitted(limiter: &mut Limiter, moments: &[At]) -> Vec<At> {
    moments.iter().copied().filter(|at| limiter.ask(*at, LimitedOp::Stock).is_ok()).collect()
}

/// What the kind promises of any run of admitted calls, said without its state.
fn keeps_its_promise(kind: LimiterKind, admitted: &[At]) -> bool {
    let mut runs = (0..admitted.len()).flat_map(|i| (i..admitted.len()).map(move |j| (i, j)));
    runs.all(|(i, j)| {
        let (first, last, calls) = (admitted[i], admitted[j], (j - i + 1) as u64);
        let apart = last.since(first);
        match kind {
            LimiterKind::TokenBucket { burst: holds, every }
            | LimiterKind::LeakyBucket { size: holds, every } => {
                calls <= u64::from(holds) + apart.0 / every.0
            }
            LimiterKind::FixedWindow { calls: most, window } => {
                first.0 / window.0 != last.0 / window.0 || calls <= u64::from(most)
            }
            LimiterKind::DailyQuota { calls: most, first_reset } => {
                let resets = |at: At| at.0.checked_sub(first_reset.0).map(|since| since / DAY.0);
                resets(first) != resets(last) || calls <= u64::from(most)
            }
            LimiterKind::InFlight { calls: most, holds } => {
                apart >= holds || calls <= u64::from(most)
            }
        }
    })
}

proptest! {
    #[test]
    fn no_interval_holds_more_than_is_allowed(kind in any_kind(), moments in moments()) {
        let admitted = admitted(&mut Limiter::new(&terms(kind)), &moments);
        prop_assert!(keeps_its_promise(kind, &admitted));
    }

    #[test]
    fn no_call_is_refused_that_would_keep_the_promise(kind in any_kind(), moments in moments()) {
        let mut limiter = Limiter::new(&terms(kind));
        let mut admitted = Vec::new();
        for at in moments {
            let allowed = limiter.ask(at, LimitedOp::Stock).is_ok();
            admitted.push(at);
            prop_assert_eq!(allowed, keeps_its_promise(kind, &admitted));
            if !allowed {
                admitted.pop();
            }
        }
    }

    #[test]
    fn who_waits_as_told_is_admitted_exactly_then(kind in any_kind(), moments in moments()) {
        let mut limiter = Limiter::new(&terms(kind));
        for at in moments {
            if let Err(refused) = limiter.clone().ask(at, LimitedOp::Read) {
                let wait = refused.retry_after.unwrap();
                let early = limiter.clone().ask(At(at.0 + wait.0 - 1), LimitedOp::Read);
                prop_assert_eq!(early, Err(OverLimit { retry_after: Some(Span(1)) }));
                prop_assert_eq!(limiter.clone().ask(at + wait, LimitedOp::Read), Ok(()));
            } else {
                limiter.ask(at, LimitedOp::Read).unwrap();
            }
        }
    }

    #[test]
    fn several_limits_all_allow_or_none_counts(
        kinds in prop::collection::vec(any_kind(), 0..4),
        moments in moments(),
    ) {
        let each: Vec<LimiterTerms> = kinds.iter().copied().map(terms).collect();
        let mut limits = CallLimits::new(&each);
        let mut admitted = Vec::new();
        for at in moments {
            let before = limits.clone();
            match limits.ask(at, LimitedOp::Price) {
                Ok(()) => admitted.push(at),
                Err(refused) => {
                    prop_assert_eq!(&limits, &before);
                    let alone = |limiter: &Limiter| limiter.clone().ask(at, LimitedOp::Price);
                    prop_assert!(before.limiters.iter().any(|limiter| alone(limiter).is_err()));
                    let wait = refused.retry_after.unwrap();
                    let early = At(at.0 + wait.0 - 1);
                    prop_assert!(limits.clone().ask(early, LimitedOp::Price).is_err());
                    prop_assert_eq!(limits.clone().ask(at + wait, LimitedOp::Price), Ok(()));
                }
            }
        }
        prop_assert!(kinds.iter().all(|kind| keeps_its_promise(*kind, &admitted)));
    }
}

#[test]
fn a_bucket_gives_its_burst_then_one_at_a_time() {
    let every = Span::from_millis(500);
    for kind in
        [LimiterKind::TokenBucket { burst: 2, every }, LimiterKind::LeakyBucket { size: 2, every }]
    {
        let mut limiter = Limiter::new(&terms(kind));
        let at = |ms| At::START + Span::from_millis(ms);
        let mut ask = |ms| limiter.ask(at(ms), LimitedOp::Stock).map_err(|r| r.retry_after);
        assert_eq!([ask(0), ask(0)], [Ok(()); 2]);
        assert_eq!(ask(0), Err(Some(every)));
        assert_eq!(ask(400), Err(Some(Span::from_millis(100))));
        assert_eq!(ask(500), Ok(()));
        assert_eq!(ask(999), Err(Some(Span::from_millis(1))));
        // Idle for long: no more than the burst was saved.
        assert_eq!([ask(9_000), ask(9_000)], [Ok(()); 2]);
        assert_eq!(ask(9_000), Err(Some(every)));
    }
}

#[test]
fn a_quota_starts_afresh_each_day() {
    let first_reset = At::START + Span::from_mins(60);
    let mut limiter = Limiter::new(&terms(LimiterKind::DailyQuota { calls: 1, first_reset }));
    let at = |min| At::START + Span::from_mins(min);
    let mut ask = |min| limiter.ask(at(min), LimitedOp::Listing).map_err(|r| r.retry_after);
    assert_eq!((ask(0), ask(59)), (Ok(()), Err(Some(Span::from_mins(1)))));
    assert_eq!((ask(60), ask(61)), (Ok(()), Err(Some(Span::from_mins(24 * 60 - 1)))));
    assert_eq!(ask(60 + 24 * 60), Ok(()));
}

#[test]
fn a_limit_counts_only_its_own_calls() {
    let kind = LimiterKind::FixedWindow { calls: 1, window: Span::from_secs(1) };
    let terms = LimiterTerms { kind, on: vec![LimitedOp::Stock], tells_retry_after: false };
    let mut limits = CallLimits::new(&[terms]);
    assert_eq!(limits.ask(At(0), LimitedOp::Stock), Ok(()));
    assert_eq!(limits.ask(At(1), LimitedOp::Order), Ok(()));
    assert_eq!(limits.ask(At(2), LimitedOp::Stock), Err(OverLimit { retry_after: None }));
    assert_eq!(limits.ask(At(3), LimitedOp::Order), Ok(()));
}

#[test]
fn the_longest_wait_is_the_one_that_is_told() {
    let window = |s, tells_retry_after| LimiterTerms {
        kind: LimiterKind::FixedWindow { calls: 1, window: Span::from_secs(s) },
        on: Vec::new(),
        tells_retry_after,
    };
    let told = |each: &[LimiterTerms]| {
        let mut limits = CallLimits::new(each);
        limits.ask(At(0), LimitedOp::Read).unwrap();
        limits.ask(At(0), LimitedOp::Read).unwrap_err().retry_after
    };
    assert_eq!(told(&[window(1, false), window(9, true)]), Some(Span::from_secs(9)));
    // A shorter wait than the silent one would be a lie.
    assert_eq!(told(&[window(1, true), window(9, false)]), None);
}

#[test]
fn great_numbers_neither_wrap_nor_block() {
    let bucket = LimiterKind::TokenBucket { burst: u32::MAX, every: Span(u64::MAX) };
    let mut limiter = Limiter::new(&terms(bucket));
    for _ in 0..3 {
        assert_eq!(limiter.ask(At(5), LimitedOp::Read), Ok(()));
    }
    let window = LimiterKind::FixedWindow { calls: 1, window: Span(u64::MAX) };
    let mut limiter = Limiter::new(&terms(window));
    assert_eq!(limiter.ask(At(5), LimitedOp::Read), Ok(()));
    let wait = Some(Span(u64::MAX - 6));
    assert_eq!(limiter.ask(At(6), LimitedOp::Read), Err(OverLimit { retry_after: wait }));
    let free = LimiterKind::TokenBucket { burst: 1, every: Span::ZERO };
    let mut limiter = Limiter::new(&terms(free));
    assert_eq!([(); 9].map(|()| limiter.ask(At(1), LimitedOp::Read)), [Ok(()); 9]);
}

#[test]
#[should_panic(expected = "a limit allows some call")]
fn a_limit_that_allows_nothing_is_no_limit() {
    Limiter::new(&terms(LimiterKind::InFlight { calls: 0, holds: Span(1) }));
}
