//! When alerts fire and clear.

use super::*;
use crate::history::charter::Severity;
use crate::history::samples;
use crate::judge::{ConnectorGlance, Fold};

fn rule(when: Signal, hold_s: u64, channels: &[u16]) -> AlertRule {
    AlertRule {
        name: "a".to_owned(),
        when,
        hold: Span::from_secs(hold_s),
        severity: Severity::Warning,
        owner: None,
        channels: channels.iter().map(|&channel| ChannelId(channel)).collect(),
    }
}

fn alerts(rules: Vec<AlertRule>) -> Alerts {
    Alerts::new(&Charter { alerts: rules, ..samples::charter() })
}

/// How a run stands of which all channels together are so.
fn glance(all: ChannelGlance) -> Glance {
    let quiet = ChannelGlance::default();
    Glance { all, channels: vec![quiet, all], ..Fold::new().glance() }
}

fn lag(s: u64) -> ChannelGlance {
    ChannelGlance { sync_lag: Span::from_secs(s), ..ChannelGlance::default() }
}

/// What is said at each second, of one figure after the other: `+` an alert fires, `-` it clears.
fn told(alerts: &mut Alerts, looks: &[(u64, ChannelGlance)]) -> Vec<(u64, Option<u16>, bool)> {
    let mut told = Vec::new();
    for &(s, seen) in looks {
        for act in alerts.turn(At(s * 1_000_000), || glance(seen)) {
            let Act::Note(What::Alert { channel, firing, .. }) = act else {
                panic!("{act:?} is no alert");
            };
            told.push((s, channel.map(|channel| channel.0), firing));
        }
    }
    told
}

const ABOVE: Signal = Signal::SyncLag { above: Span::from_secs(60) };

#[test]
fn it_fires_after_its_hold_and_clears_after_as_long() {
    let looks = [
        (0, lag(60)),
        (5, lag(61)),
        (10, lag(60)),
        (15, lag(61)),
        (30, lag(99)),
        (34, lag(99)),
        (35, lag(99)),
        (40, lag(9)),
        (45, lag(99)),
        (50, lag(9)),
        (69, lag(9)),
        (75, lag(9)),
    ];
    // Above from 15 on; a look at 34 is too soon after the one at 30.
    let expected = [(35, None, true), (75, None, false)];
    assert_eq!(told(&mut alerts(vec![rule(ABOVE, 20, &[])]), &looks), expected);
    let at_once = told(&mut alerts(vec![rule(ABOVE, 0, &[])]), &looks[..3]);
    assert_eq!(at_once, [(5, None, true), (10, None, false)]);
    assert_eq!(told(&mut alerts(vec![]), &looks), []);
}

#[test]
fn each_channel_is_watched_by_itself() {
    let mut alerts = alerts(vec![rule(ABOVE, 0, &[0, 1])]);
    assert_eq!(
        told(&mut alerts, &[(0, lag(61)), (5, lag(9))]),
        [(0, Some(1), true), (5, Some(1), false)]
    );
}

/// Of ten orders a second, one is oversold at first, and none later: what is longer ago than the
/// stretch counts no more. Too few orders change nothing.
#[test]
fn a_share_is_of_the_last_minutes() {
    let signal = Signal::OversoldOrders { above: Ppm(50_000), over: Span::from_mins(1) };
    let mut alerts = alerts(vec![rule(signal, 0, &[])]);
    let seen = |s: u64| {
        let accepted = (10 * s).min(1_000);
        let oversold_orders = s.min(50);
        (s, ChannelGlance { accepted, oversold_orders, ..ChannelGlance::default() })
    };
    let looks: Vec<_> = (0..60).map(|look| seen(5 * look)).collect();
    // At 80, 30 of the last 600 orders are oversold: 5 %, and no more than that.
    assert_eq!(told(&mut alerts, &looks), [(5, None, true), (80, None, false)]);
}

#[test]
fn every_signal_is_above_its_threshold_only_beyond_it() {
    let over = Span::from_mins(5);
    let ten = Ppm(100_000);
    let none = ChannelGlance::default();
    let span = Span::from_secs(5);
    let cases = [
        (ABOVE, lag(60), lag(61)),
        (
            Signal::OldestUnshown { above: span },
            ChannelGlance { oldest_unshown: span, ..none },
            ChannelGlance { oldest_unshown: Span(span.0 + 1), ..none },
        ),
        (
            Signal::OversoldOrders { above: ten, over },
            ChannelGlance { accepted: 10, oversold_orders: 1, ..none },
            ChannelGlance { accepted: 10, oversold_orders: 2, ..none },
        ),
        (
            Signal::HandoffFailures { above: ten, over },
            ChannelGlance { handoffs: 10, handoffs_failed: 1, ..none },
            ChannelGlance { handoffs: 10, handoffs_failed: 2, ..none },
        ),
        (
            Signal::Throttled { above: ten, over },
            ChannelGlance { tried: 10, throttled: 1, ..none },
            ChannelGlance { tried: 10, throttled: 2, ..none },
        ),
    ];
    for (signal, at, beyond) in cases {
        for (seen, fires) in [(at, 0), (beyond, 1)] {
            let mut alerts = alerts(vec![rule(signal, 0, &[])]);
            let told = told(&mut alerts, &[(0, none), (5, seen)]);
            assert_eq!(told.len(), fires, "{signal:?} {seen:?}");
        }
    }
    for (depth, fires) in [(9, 0), (10, 1)] {
        let mut alerts = alerts(vec![rule(Signal::QueueDepth { above: 9 }, 0, &[])]);
        let connectors = vec![ConnectorGlance { depth, gave_up: 0 }];
        let acts = alerts.turn(At::START, || Glance { connectors, ..Fold::new().glance() });
        assert_eq!(acts.len(), fires, "{depth}");
    }
}
