//! Tests of the charts: what they say, and that they stay readable.

use super::*;
use crate::report::sample;
use crate::report::summary::Summary;

fn titles(summary: &Summary) -> String {
    let charts = draw_all(summary, Layout::Wide).unwrap();
    let line = |chart: &Chart| format!("{}: {}", chart.key, chart.title);
    charts.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_title_states_the_finding() {
    for (name, judgement) in sample::all() {
        insta::assert_snapshot!(name, titles(&Summary::of(&judgement)));
    }
}

#[test]
fn nothing_measured_is_said_not_drawn() {
    let mut summary = sample::summary_go();
    summary.series.run.clear();
    summary.series.channels.clear();
    insta::assert_snapshot!(titles(&summary), @"orders: No order was offered");
    let charts = draw_all(&summary, Layout::Narrow).unwrap();
    assert!(charts[0].svg.contains("nothing was measured"));
}

#[test]
fn charts_are_named_for_those_who_cannot_see_them() {
    let summary = Summary::of(&sample::no_go());
    for layout in [Layout::Wide, Layout::Narrow] {
        for chart in draw_all(&summary, layout).unwrap() {
            let id = format!("{}-{}", chart.key, layout.name());
            assert!(chart.svg.contains("role=\"img\""));
            assert!(chart.svg.contains(&format!("aria-labelledby=\"{id}-title {id}-about\"")));
            assert!(chart.svg.contains(&format!("<title id=\"{id}-title\">")));
            assert!(chart.rows.len() <= BUCKETS_TOLD && !chart.rows.is_empty());
        }
    }
}

#[test]
fn thresholds_are_dashed_and_named() {
    let charts = draw_all(&Summary::of(&sample::no_go()), Layout::Wide).unwrap();
    let lag = &charts[1].svg;
    assert!(lag.contains("stroke-dasharray"));
    assert!(lag.contains("healthy ≤ 3 min") && lag.contains("watch ≤ 12 min"));
    let handoff = &charts[4].svg;
    assert!(handoff.contains("healthy ≥ 99.4 %") && handoff.contains("watch ≥ 98.5 %"));
}

#[test]
fn a_long_campaign_is_drawn_in_buckets_that_say_so() {
    let mut summary = Summary::of(&sample::no_go());
    let windows = summary.series.run.clone();
    summary.series.run = windows.iter().cycle().take(4_320).copied().collect();
    summary.campaign.traffic_ends_us = 72 * 3_600_000_000;
    let charts = draw_all(&summary, Layout::Wide).unwrap();
    assert!(charts[1].svg.contains("18 min buckets, the worst of 1 min windows"));
    assert!(charts.iter().map(|chart| chart.svg.len()).sum::<usize>() < 300_000);
}

/// Every colour drawn is one the page's style sheet replaces in the dark, or this test says which
/// is not.
#[test]
fn the_style_sheet_knows_every_colour() {
    let css = include_str!("../../../templates/report.css");
    for chart in draw_all(&Summary::of(&sample::no_go()), Layout::Wide).unwrap() {
        for kind in ["fill", "stroke"] {
            for found in chart.svg.split(&format!(" {kind}=\"#")).skip(1) {
                let rule = format!(".chart [{kind}=\"#{}\"]", &found[..6]);
                assert!(css.contains(&rule), "{} needs {rule}", chart.key);
            }
        }
    }
}

proptest::proptest! {
    /// Whatever was measured, a chart is drawn, and everything in it lies on its sheet.
    #[test]
    fn any_campaign_can_be_drawn(
        windows in proptest::collection::vec(
            (0_u64..2_000_000, proptest::option::of(0_u64..1 << 45), 0_u64..500),
            0..40,
        ),
        width_us in 1_u64..1 << 38,
        traffic_ends_us in 0_u64..1 << 45,
    ) {
        let mut summary = sample::summary_go();
        summary.series.width_us = width_us;
        summary.campaign.traffic_ends_us = traffic_ends_us;
        let window = |&(orders, lag, bad): &(u64, Option<u64>, u64)| {
            let mut window = crate::report::summary::series::Window::default();
            (window.offered, window.due) = (orders, orders);
            window.handed_off = orders.saturating_sub(bad);
            (window.sync_lag.p95_us, window.sync_lag.count) = (lag, lag.is_some().into());
            (window.oldest_unshown_us, window.queue_depth) = (lag.unwrap_or(0) / 2, bad as u32);
            (window.oversold, window.cancelled) = (bad as i64, bad);
            window
        };
        summary.series.run = windows.iter().map(window).collect();
        for layout in [Layout::Wide, Layout::Narrow] {
            for chart in draw_all(&summary, layout).unwrap() {
                let view = chart.svg.split("viewBox=\"0 0 ").nth(1).unwrap();
                let view = view.split('"').next().unwrap();
                let (wide, high) = view.split_once(' ').unwrap();
                let sheet = [wide, high].map(|side| side.parse::<i64>().unwrap());
                for points in chart.svg.split("points=\"").skip(1) {
                    for point in points.split('"').next().unwrap().split_whitespace() {
                        let (x, y) = point.split_once(',').unwrap();
                        for (at, side) in [x, y].into_iter().zip(sheet) {
                            let at = at.parse::<i64>().unwrap();
                            let on_sheet = (-30..=side + 30).contains(&at);
                            proptest::prop_assert!(on_sheet, "{} {point}", chart.key);
                        }
                    }
                }
            }
        }
    }
}
