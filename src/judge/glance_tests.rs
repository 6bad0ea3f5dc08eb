//! How a run is said to stand while it goes on.

use super::glance::{ChannelGlance, ConnectorGlance};
use super::testing::*;
use crate::history::charter::FaultPlanned;
use crate::history::fact::{CallOutcome, Job, PushKind, StockCause, What};
use crate::ids::{ChannelId, ConnectorId, FaultId};
use crate::units::{Qty, Span};

fn pushed(channel: u16, outcome: CallOutcome) -> What {
    What::Pushed {
        connector: ConnectorId(0),
        channel: ChannelId(channel),
        kind: PushKind::Stock,
        attempt: 1,
        waited: Span::ZERO,
        sent: secs(0),
        outcome,
        items: smallvec::SmallVec::new(),
    }
}

/// What was seen long ago says nothing of now; what is not shown says its age, on its channel.
#[test]
fn the_running_lag_is_of_the_last_minutes_and_of_what_is_not_shown() {
    let mut play = Play::new(charter(2));
    play.open(0, 900).open(1, 900);
    play.stock(60, 0, [1, 890, 0, -10], StockCause::Merchant);
    play.show(70, 0, 0, 1, 890).show(90, 1, 0, 1, 890);
    // Of many lags together a percentile is within 1/256.
    let rounded = |lag: Span| Span::from_secs((lag.0 + 500_000) / 1_000_000);
    let lags = |play: &Play| {
        let glance = eat(&play.history()).glance();
        let each = glance.channels.iter().map(|channel| rounded(channel.sync_lag));
        (each.collect::<Vec<_>>(), rounded(glance.sync_lag))
    };
    let s = Span::from_secs;
    assert_eq!(lags(&play), (vec![s(10), s(30)], s(30)), "before any of them has settled");
    play.add(239, What::TrafficEnded {});
    assert_eq!(lags(&play), (vec![s(0), s(0)], s(0)), "minutes ago");
    play.stock(240, 1, [1, 880, 0, -20], StockCause::Merchant);
    play.show(245, 0, 1, 1, 880).add(300, What::Quiet {});
    assert_eq!(lags(&play), (vec![s(5), s(60)], s(60)));
    let glance = eat(&play.history()).glance();
    let oldest = glance.channels.iter().map(|channel| channel.oldest_unshown);
    assert_eq!(oldest.collect::<Vec<_>>(), [s(0), s(60)]);
    assert_eq!(glance.all.oldest_unshown, s(60));
}

#[test]
fn a_handoff_is_missed_when_its_deadline_has_passed_or_it_was_held_late() {
    let mut play = Play::new(charter(1));
    let lines = [line(0, 1, 900)];
    play.open(0, 900);
    let [prompt, late, _never] = [10, 11, 12].map(|s| play.sell(s, 0, &lines));
    play.hold(20, prompt, &lines);
    let counts = |play: &Play| {
        let glance = eat(&play.history()).glance();
        (glance.channels[0].due, glance.channels[0].missed, glance.channels[1].due)
    };
    assert_eq!(counts(&play), (3, 0, 0), "nobody is late yet");
    play.hold(15 * 60 + 12, late, &lines);
    assert_eq!(counts(&play), (3, 1, 0), "the third has until 15:12");
    play.add(15 * 60 + 13, What::TrafficEnded {});
    assert_eq!(counts(&play), (3, 2, 0));
    assert_eq!(eat(&play.history()).glance().word(), "at risk", "two of three");
}

#[test]
fn calls_to_channels_queues_and_jobs_given_up_are_counted() {
    let mut play = Play::new(charter(1));
    let connector = ConnectorId(0);
    play.add(1, pushed(0, CallOutcome::Done)).add(2, pushed(0, CallOutcome::Throttled));
    play.add(2, pushed(1, CallOutcome::Done));
    let job = Job::Push { channel: ChannelId(0), kind: PushKind::Stock, items: Vec::new() };
    play.add(3, What::GaveUp { connector, job, attempts: 3, last: CallOutcome::Throttled });
    for (s, partition, depth) in [(4, 0, 9), (4, 1, 5), (5, 0, 2)] {
        play.add(s, What::Queue { connector, partition, depth, busy: 1, workers: 1 });
    }
    let glance = eat(&play.history()).glance();
    let tried = |channel: &ChannelGlance| (channel.tried, channel.throttled);
    assert_eq!(glance.channels.iter().map(tried).collect::<Vec<_>>(), [(2, 1), (1, 0)]);
    assert_eq!(tried(&glance.all), (3, 1));
    assert_eq!(glance.connectors, [ConnectorGlance { depth: 7, gave_up: 1 }]);
}

#[test]
fn faults_in_force_are_told_while_they_are() {
    let mut charter = charter(1);
    let planned = |name: &str| FaultPlanned {
        at: vec![],
        name: name.to_owned(),
        does: "is away".to_owned(),
        spells: vec![(secs(10), secs(20))],
    };
    charter.faults = vec![planned("storm"), planned("outage")];
    let mut play = Play::new(charter);
    let fault = FaultId(1);
    let in_force = |play: &Play| eat(&play.history()).glance().in_force;
    play.add(10, What::Fault { fault, in_force: true });
    assert_eq!(in_force(&play), [fault]);
    play.add(20, What::Fault { fault, in_force: false });
    assert_eq!(in_force(&play), []);
}

/// After the last order is due no phase is on, whatever the clock says; others are worse than one.
#[test]
fn a_run_that_drains_is_in_no_phase() {
    let mut play = Play::new(charter(1));
    play.add(10, What::Quiet {});
    assert_eq!(eat(&play.history()).glance().phase, Some(0));
    play.add(11, What::TrafficEnded {});
    assert_eq!(eat(&play.history()).glance().phase, None);
    let one = ChannelGlance { oversold: Qty(1), sync_lag: Span(5), ..ChannelGlance::default() };
    let two = ChannelGlance { oversold: Qty(2), sync_lag: Span(3), ..ChannelGlance::default() };
    let sum: ChannelGlance = [one, two].into_iter().sum();
    assert_eq!((sum.oversold, sum.sync_lag), (Qty(3), Span(5)));
}
