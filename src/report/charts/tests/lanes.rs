//! Tests of the chart of a drill: every alert that fired and everything that was done stand on its
//! one axis, however many they are.

use super::*;
use crate::report::summary::faults::Spell;
use crate::report::summary::{Action, Alert, Disturbance, How, Recovered};
use crate::units::Span;

const MINUTE: u64 = 60_000_000;

/// A disturbance from minute 30 to 45 with so many alerts and actions.
fn drill(alerts: usize, actions: usize, together: bool) -> Summary {
    let mut summary = Summary::of(&sample::no_go());
    let at = |place: usize, apart: u64| {
        let place = if together { 0 } else { place as u64 };
        31 * MINUTE + place * apart
    };
    summary.disturbances = vec![Disturbance {
        from_us: 30 * MINUTE,
        until_us: 45 * MINUTE,
        faults: vec!["outage".to_owned()],
        recovered: Recovered::InBand,
        recovered_us: Some(50 * MINUTE),
        ..Disturbance::default()
    }];
    let alert = |place: usize| Alert {
        name: format!("alert {place}"),
        condition: "sync lag above 5 min".to_owned(),
        severity: if place.is_multiple_of(2) { "critical" } else { "warning" }.to_owned(),
        owner: None,
        channel: None,
        first_fired_us: Some(at(place, MINUTE)),
        first_cleared_us: None,
        spells: vec![Spell {
            from_us: at(place, MINUTE),
            until_us: (!place.is_multiple_of(3)).then(|| at(place, MINUTE) + 9 * MINUTE),
        }],
    };
    let action = |place: usize| Action {
        at_us: at(place, 2 * MINUTE),
        by: "ana".to_owned(),
        role: None,
        how: How::Operator,
        act: "zero-stock".to_owned(),
        at: Some("amazon".to_owned()),
        units: None,
        share_ppm: None,
        said: None,
        allowed: !place.is_multiple_of(4),
    };
    summary.alerts = (0..alerts).map(alert).collect();
    summary.actions = (0..actions).map(action).collect();
    summary
}

/// The signs that are written on a chart, by their lane.
fn signs(svg: &str, lane: &str) -> Vec<String> {
    let group = format!("data-line=\"{lane}\" data-sign=\"");
    svg.split(&group).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn every_alert_and_every_act_is_on_the_chart_and_can_be_read() {
    for (alerts, actions) in [(1, 0), (0, 1), (12, 10), (40, 60)] {
        for together in [false, true] {
            let summary = drill(alerts, actions, together);
            for layout in [Layout::Wide, Layout::Narrow] {
                let drawn = chart(&draw_all(&summary, layout).unwrap(), "recovery");
                assert_eq!(signs(&drawn.svg, "alerts").len(), alerts, "{layout:?}");
                assert_eq!(signs(&drawn.svg, "acts").len(), actions, "{layout:?}");
                readable(&drawn);
                if alerts <= 12 && actions <= 12 {
                    let texts = reading::texts(&drawn.svg);
                    let is_written = |sign: &String| texts.iter().any(|one| one.text == *sign);
                    let all = [signs(&drawn.svg, "alerts"), signs(&drawn.svg, "acts")].concat();
                    assert!(all.iter().all(is_written), "{layout:?}: {texts:?}");
                }
            }
        }
    }
}

#[test]
fn a_chart_without_alerts_and_acts_has_no_lanes() {
    let drawn = draw_all(&drill(0, 0, false), Layout::Wide).unwrap();
    let svg = chart(&drawn, "recovery").svg;
    assert!(!svg.contains("data-sign") && !svg.contains("what fired"));
}

/// What was done long after, a resync at the end, is on the same axis.
#[test]
fn the_axis_reaches_to_what_was_done_last() {
    let mut summary = drill(1, 2, false);
    summary.actions[1].at_us = 120 * MINUTE;
    // All is in band by then: what is out of it is shown to its end.
    summary.series.run.iter_mut().for_each(|window| window.oldest_unshown_us = 0);
    let (axis, _) = recovery::picture(&summary, 100).unwrap();
    assert!(axis.until >= 120 * MINUTE, "{}", Span(axis.until));
    summary.actions.pop();
    let (shorter, _) = recovery::picture(&summary, 100).unwrap();
    assert!(shorter.until < axis.until);
}

/// The tables beside it carry the same signs.
#[test]
fn signs_are_those_of_the_tables() {
    let summary = drill(2, 2, false);
    let front = crate::report::Front::of(&summary, &crate::report::Beside::default(), ".");
    let text = crate::report::run::comment(&summary, &front, &crate::report::Beside::default());
    for sign in ["A · alert 0", "B · alert 1", "1 · 0:31:00", "2 · 0:33:00"] {
        assert!(text.contains(sign), "{sign}");
    }
}

/// The end of what went up is on the picture, though nobody marked it.
#[test]
fn the_picture_goes_on_until_what_waited_has_drained() {
    let mut summary = drill(0, 0, false);
    let width = summary.series.width_us;
    summary.disturbances[0].backlog_usual = Some(5);
    let until = |summary: &Summary| {
        crate::report::charts::recovery::picture(summary, 1_000).expect("a picture").0.until
    };
    for window in &mut summary.series.run {
        (window.queue_depth, window.oldest_unshown_us) = (0, 0);
    }
    // Ten minutes after the last mark, at 50 min.
    assert_eq!(until(&summary), 60 * MINUTE);
    for (place, window) in summary.series.run.iter_mut().enumerate() {
        let at = place as u64 * width;
        window.queue_depth = if (58 * MINUTE..75 * MINUTE).contains(&at) { 300 } else { 0 };
    }
    assert_eq!(until(&summary), 85 * MINUTE);
    summary.series.run.iter_mut().for_each(|window| window.queue_depth = 300);
    assert_eq!(until(&summary), Axis::of(&summary).until, "as far as the record goes");
}
