//! Tests of the charts: what they say, and that they stay readable whatever was measured.

mod lanes;
mod reading;

use super::picture::{Along, Panel, Picture, PlottedLine, Shade, Threshold};
use super::*;
use crate::report::sample;
use crate::report::summary::series::{Story, StoryWhat};
use crate::report::summary::{Stretch, Summary};

fn titles(summary: &Summary) -> String {
    let charts = draw_all(summary, Layout::Wide).unwrap();
    let line = |chart: &Chart| format!("{}: {}", chart.key, chart.title);
    charts.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn chart(charts: &[Chart], key: &str) -> Chart {
    charts.iter().find(|chart| chart.key == key).unwrap_or_else(|| panic!("no {key}")).clone()
}

#[test]
fn every_title_states_the_finding() {
    for (name, judgement) in sample::all() {
        insta::assert_snapshot!(name, titles(&Summary::of(&judgement)));
    }
}

#[test]
fn nothing_measured_is_said_not_drawn() {
    let summary = Summary::of(&sample::empty());
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
            assert!(chart.rows.iter().all(|row| row.len() == chart.columns.len()), "{id}");
        }
    }
}

#[test]
fn thresholds_are_dashed_and_named() {
    let charts = draw_all(&Summary::of(&sample::no_go()), Layout::Wide).unwrap();
    let lag = chart(&charts, "sync-lag").svg;
    assert!(lag.contains("stroke-dasharray"));
    assert!(lag.contains("healthy ≤ 3 min") && lag.contains("watch ≤ 12 min"));
    let handoff = chart(&charts, "handoff").svg;
    assert!(handoff.contains("healthy ≥ 99.4 %") && handoff.contains("watch ≥ 98.5 %"));
}

#[test]
fn lines_of_channels_and_spans_of_phases_can_be_found_on_a_page() {
    let charts = draw_all(&Summary::of(&sample::hostile()), Layout::Wide).unwrap();
    let orders = chart(&charts, "orders").svg;
    assert!(orders.contains("data-channel=\"amazon\""));
    assert!(orders.contains("data-channel=\"&lt;img src=x onerror=alert(1)&gt;\""));
    assert!(orders.contains("data-phase=\"peak\" data-from=\"1500000000\" data-until="));
    assert!(!orders.contains("<img"));
}

/// A telephone included: names of everyday length are written out.
#[test]
fn nothing_of_a_usual_run_is_cut() {
    for (name, judgement) in sample::all() {
        for layout in [Layout::Wide, Layout::Narrow] {
            for chart in draw_all(&Summary::of(&judgement), layout).unwrap() {
                let cut: Vec<_> = reading::texts(&chart.svg)
                    .into_iter()
                    .filter(|written| written.text.ends_with('…'))
                    .collect();
                assert!(cut.is_empty(), "{name} {layout:?} {}: {cut:?}", chart.key);
            }
        }
    }
}

#[test]
fn a_pointer_finds_what_each_line_says() {
    let summary = Summary::of(&sample::no_go());
    let charts = draw_all(&summary, Layout::Wide).unwrap();
    let data = chart(&charts, "sync-lag").data.unwrap();
    assert_eq!(data.xs.len(), data.places.len());
    assert!(
        data.left <= data.xs[0] && data.xs.is_sorted() && *data.xs.last().unwrap() <= data.right
    );
    let p95 = data.panels[0].lines.iter().find(|line| line.name == "p95").unwrap();
    let worst = (0..p95.ys.len()).min_by_key(|at| p95.ys[*at].unwrap_or(i32::MAX)).unwrap();
    assert_eq!((p95.values[worst].as_str(), data.places[worst].as_str()), ("69 min", "1:05:00"));
    let amazon = &data.panels[1].lines[1];
    assert_eq!((amazon.channel.as_deref(), amazon.colour.as_str()), (Some("amazon"), "#D55E00"));
    assert!(chart(&charts, "causes").data.is_none());
}

#[test]
fn a_long_campaign_is_drawn_in_buckets_that_say_so() {
    let mut summary = Summary::of(&sample::no_go());
    let series = &mut summary.series;
    for windows in std::iter::once(&mut series.run).chain(&mut series.channels) {
        *windows = windows.iter().cycle().take(4_320).copied().collect();
    }
    summary.campaign.traffic_ends_us = 72 * 3_600_000_000;
    let charts = draw_all(&summary, Layout::Wide).unwrap();
    let said = "18 min buckets, the worst of 1 min windows";
    assert!(chart(&charts, "sync-lag").svg.contains(said));
    assert!(charts.iter().map(|chart| chart.svg.len()).sum::<usize>() < 600_000);
}

/// Every colour drawn is one the page's style sheet replaces in the dark, or this test says which
/// is not.
#[test]
fn the_style_sheet_knows_every_colour() {
    let css = include_str!("../../../templates/report.css");
    for chart in draw_all(&crowded(12, 90, 20, 400), Layout::Wide).unwrap() {
        for kind in ["fill", "stroke"] {
            for found in chart.svg.split(&format!(" {kind}=\"#")).skip(1) {
                let rule = format!(".chart [{kind}=\"#{}\"]", &found[..6]);
                assert!(css.contains(&rule), "{} needs {rule}", chart.key);
            }
        }
    }
}

#[test]
fn runs_can_be_laid_over_each_other() {
    let runs = [("before", sample::no_go()), ("after", sample::go())];
    let runs = runs.map(|(name, judgement)| (name, Summary::of(&judgement)));
    let buckets = runs.clone().map(|(_, summary)| Buckets::of(&summary.series, 240));
    let mut picture = over_time(&runs[0].1, &buckets[0])
        .into_iter()
        .find(|picture| picture.key == "sync-lag")
        .unwrap();
    let p95 = |place: usize| {
        let pictures = over_time(&runs[place].1, &buckets[place]);
        let lag = pictures.into_iter().find(|picture| picture.key == "sync-lag").unwrap();
        let line = lag.panels[0].lines[0].clone();
        PlottedLine { name: runs[place].0.to_owned(), colour: colour::APART[place], ..line }
    };
    picture.panels = vec![Panel::new("", Measured::Lag).with([p95(0), p95(1)])];
    let drawn = draw(&Axis::of(&runs[0].1), &picture, Layout::Wide).unwrap();
    assert_eq!(drawn.columns, ["from", "before", "after"]);
    readable(&drawn);
}

/// A value against a multiple of the plan, with bands of many afternoons.
#[test]
fn a_fan_over_multiples_is_drawn() {
    let points: Vec<u64> = (10..=30).map(|tenths| tenths * 100).collect();
    let of = |by: i64| points.iter().map(|at| Some((*at as i64 - 900) * by)).collect::<Vec<_>>();
    let band = |name: &str, percent, low, high| Shade {
        name: name.to_owned(),
        channel: None,
        colour: colour::BLUE,
        percent,
        low: (format!("{name}, low"), of(low)),
        high: (format!("{name}, high"), of(high)),
    };
    let mut panel =
        Panel::new("", Measured::Lag).with([PlottedLine::new("median", colour::BLUE, of(300_000))]);
    panel.bands = vec![band("90 %", 12, 100_000, 600_000), band("half", 20, 200_000, 400_000)];
    panel.thresholds.push(Threshold { name: "watch ≤ 2 min".to_owned(), value: 120_000_000 });
    let axis = Axis::multiples(1_000, 3_000, vec![(1_300, "leaves the band".to_owned())]);
    let picture = Picture {
        key: "headroom".to_owned(),
        title: "Sync lag leaves the watch band at 1.3 times the plan".to_owned(),
        subtitle: "p95 of sync lag by multiple of the planned rate".to_owned(),
        along: Along::Points(points),
        panels: vec![panel],
    };
    for layout in [Layout::Wide, Layout::Narrow] {
        let drawn = draw(&axis, &picture, layout).unwrap();
        assert_eq!(drawn.rows[3][0], "1.3×");
        assert!(drawn.svg.contains("1.5×") && drawn.svg.contains("leaves the band"));
        readable(&drawn);
    }
}

/// A share that lies at the top of its plot leaves no room there for the name of a moment.
#[test]
fn the_name_of_a_moment_lies_on_no_line() {
    let named_at = |share: i64| {
        let line = PlottedLine::new("within", colour::BLUE, vec![Some(share), Some(share)]);
        let mut panel = Panel::new("", Measured::Share).with([line]);
        panel.until = 1_000_000;
        let picture = Picture {
            key: "chance".to_owned(),
            title: "A GO is proved up to 2x".to_owned(),
            subtitle: String::new(),
            along: Along::Points(vec![1_000, 4_000]),
            panels: vec![panel],
        };
        let axis = Axis::multiples(1_000, 4_000, vec![(2_000, "holds at 2x".to_owned())]);
        let svg = draw(&axis, &picture, Layout::Wide).unwrap().svg;
        let text = svg.split("<text").find(|text| text.contains("holds at 2x")).unwrap();
        let y = text.split(" y=\"").nth(1).unwrap().split('"').next().unwrap();
        y.parse::<i32>().unwrap()
    };
    let (over, under) = (named_at(1_000_000), named_at(100_000));
    assert!(over > under + 500, "{over} is not far below {under}");
}

/// Nothing off its sheet, no letters over other letters.
fn readable(chart: &Chart) {
    let wrong = unreadable(chart);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn unreadable(chart: &Chart) -> Vec<String> {
    let (width, height) = reading::view(&chart.svg);
    let mut wrong = Vec::new();
    for (x, y) in reading::points(&chart.svg) {
        if !(-30..=width + 30).contains(&x) || !(0..=height).contains(&y) {
            wrong.push(format!("{}: ({x}, {y}) is off {width} × {height}", chart.key));
        }
    }
    let texts = reading::texts(&chart.svg);
    for (place, one) in texts.iter().enumerate() {
        if one.left < 0 || one.right > width || one.top < 0 || one.bottom > height {
            wrong.push(format!("{}: {one:?} is off {width} × {height}", chart.key));
        }
        let covered = texts[place + 1..].iter().filter(|other| one.covers(other));
        wrong.extend(covered.map(|other| format!("{}: {one:?} covers {other:?}", chart.key)));
    }
    wrong
}

/// A campaign of these sizes with everything wrong that a chart can show.
fn crowded(channels: usize, windows: usize, name_len: usize, scale: u64) -> Summary {
    let mut summary = Summary::of(&sample::no_go());
    let name = |i: usize| -> String {
        format!("{i} {}", "Wörld-Märkt 漢字 ".repeat(9)).chars().take(name_len).collect()
    };
    let first = summary.channels[0].clone();
    let window = |i: usize, of: usize| {
        let mut window = summary.series.run[i % summary.series.run.len()];
        let lag = scale.saturating_mul((i % 7 * (of + 1)) as u64);
        let many = lag.min(1 << 45);
        (window.offered, window.accepted, window.refused) = (many, many / 2, many / 3);
        (window.due, window.handed_off) = (many, many - many / 20);
        (window.sync_lag.p50_us, window.sync_lag.p95_us) = (Some(lag / 9), Some(lag));
        (window.sync_lag.p99_us, window.sync_lag.count) = (Some(lag.saturating_mul(2)), 1);
        (window.oldest_unshown_us, window.oversold) = (lag / 3, (many / 5) as i64);
        (window.cancelled, window.in_flight) = (many / 7, many);
        (window.queue_depth, window.busy_ppm) = (u32::try_from(many).unwrap_or(u32::MAX), 700_000);
        (window.lateness_wall_p99_us, window.shelf_lag) = (Some(lag), window.sync_lag);
        window.price_parity_ppm = Some(1_000_000 - (i % 9) as u32 * 20_000);
        window.lost_after_throttling = many;
        window
    };
    let series = |of: usize| (0..windows).map(|i| window(i, of)).collect::<Vec<_>>();
    let run = series(0);
    let by_channel = (0..channels).map(series).collect();
    (summary.series.run, summary.series.channels) = (run, by_channel);
    summary.channels = (0..channels)
        .map(|i| crate::report::summary::verdict::Channel { name: name(i), ..first.clone() })
        .collect();
    let phase = |i: u64| Stretch {
        name: name(i as usize),
        from_us: i * i * 60_000_000,
        until_us: (i + 1) * (i + 1) * 60_000_000,
    };
    summary.campaign.phases = (0..9).map(phase).collect();
    summary.campaign.promotions = vec![phase(2), phase(3)];
    for latency in &mut summary.latency {
        latency.channel = Some(name(3));
        latency.response.p99_us = Some(scale.max(1));
    }
    let cells = summary.mismatch.channels[0].clone();
    summary.mismatch.channels = vec![cells; channels];
    summary.causes.lag_queue = i64::try_from(scale).unwrap_or(i64::MAX / 16) / 16;
    summary.worst_sku = summary.worst_sku.map(|story| retold(story, channels, scale));
    summary
}

/// The story with more orders, close together, on other channels.
fn retold(mut story: Story, channels: usize, scale: u64) -> Story {
    let events = story.events.clone();
    story.sku = "SKU 漢字 of a long name".repeat(3);
    story.events = events.iter().cycle().take(40).cloned().collect();
    for (i, event) in story.events.iter_mut().enumerate() {
        event.at_us = 1_500_000_000 + (i as u64 / 3) * (scale % 900_000_000);
        event.really_left = 20 - i as i64;
        event.offered = (0..channels).map(|of| Some((30 - i as i64 + of as i64).max(0))).collect();
        if let StoryWhat::Shown { .. } = event.what {
            event.what = events[0].what.clone();
        }
    }
    story
}

#[test]
fn every_size_stays_readable() {
    let mut wrong = Vec::new();
    for channels in [1, 2, 7, 12] {
        for (windows, name_len, scale) in
            [(0, 3, 1), (1, 60, 1 << 20), (10_000, 12, 1 << 40), (333, 200, u64::MAX / 8)]
        {
            let summary = crowded(channels, windows, name_len, scale);
            for layout in [Layout::Wide, Layout::Narrow] {
                for chart in draw_all(&summary, layout).unwrap() {
                    let size = format!("{channels} channels, {windows} windows, {layout:?}");
                    wrong.extend(unreadable(&chart).into_iter().map(|it| format!("{size}: {it}")));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} are wrong, such as\n{}",
        wrong.len(),
        wrong[..wrong.len().min(90)].join("\n")
    );
}

#[test]
fn samples_stay_readable() {
    let edges = [("hostile", sample::hostile()), ("empty", sample::empty())];
    for (_, judgement) in sample::all().into_iter().chain(edges) {
        for layout in [Layout::Wide, Layout::Narrow] {
            let charts = draw_all(&Summary::of(&judgement), layout).unwrap();
            charts.iter().for_each(readable);
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]
    /// Whatever was measured, its charts are drawn and can be read.
    #[test]
    fn any_campaign_can_be_drawn(
        channels in 1_usize..9,
        windows in 0_usize..300,
        name_len in 1_usize..40,
        scale in 0_u64..1 << 45,
        width_us in 1_u64..1 << 38,
        traffic_ends_us in 0_u64..1 << 45,
    ) {
        let mut summary = crowded(channels, windows, name_len, scale);
        summary.series.width_us = width_us;
        summary.campaign.traffic_ends_us = traffic_ends_us;
        for layout in [Layout::Wide, Layout::Narrow] {
            draw_all(&summary, layout).unwrap().iter().for_each(readable);
        }
    }
}
