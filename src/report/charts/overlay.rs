//! Owns charts that lay the same measure of several runs over each other, on one clock.
//! Must not draw, nor say which run is better.

use super::Layout;
use super::axis::{Axis, Stretch};
use super::colour::{APART, Colour, MUTED};
use super::handoff::near_the_whole;
use super::picture::{Along, Look, Panel, Picture, PlottedLine, Shade, Values};
use super::ticks::{Measured, level};
use crate::report::compare::Party;
use crate::report::document::Block;
use crate::report::document::figure::Plotted;
use crate::report::summary::Summary;
use crate::report::summary::series::Window;
use crate::report::words::number::{share, span};
use crate::units::Ppm;

/// Buckets of a table: more than this and nobody reads it.
const BUCKETS_TOLD: usize = 30;

/// A measure over time.
struct Measure {
    key: &'static str,
    /// What it is, as a title begins.
    title: &'static str,
    about: &'static str,
    measured: Measured,
    /// From the windows of a bucket and those before it.
    value: fn(&[&Window], &[&Window]) -> Option<i64>,
    /// What a run came to in one figure.
    sum: fn(&Summary) -> String,
}

const MEASURES: [Measure; 5] = [
    Measure {
        key: "accepted",
        title: "Orders accepted",
        about: "Orders accepted by the channels",
        measured: Measured::Count,
        value: |bucket, _| Some(level(bucket.iter().map(|w| w.accepted).sum())),
        sum: |summary| count(summary.totals.accepted),
    },
    Measure {
        key: "lag",
        title: "Longest sync lag of a window (p95)",
        about: "From stock change to channel, p95, by when the change was made; the worst window",
        measured: Measured::Lag,
        value: |bucket, _| bucket.iter().filter_map(|w| w.sync_lag.p95_us).max().map(level),
        sum: |summary| {
            let windows = summary.series.run.iter();
            windows.filter_map(|w| w.sync_lag.p95_us).max().map_or("—".to_owned(), span)
        },
    },
    Measure {
        key: "depth",
        title: "Deepest queue",
        about: "Jobs waiting in the connectors, the deepest seen",
        measured: Measured::Count,
        value: |bucket, _| bucket.iter().map(|w| i64::from(w.queue_depth)).max(),
        sum: |summary| {
            count(summary.series.run.iter().map(|w| w.queue_depth.into()).max().unwrap_or(0))
        },
    },
    Measure {
        key: "oversold-so-far",
        title: "Units oversold",
        about: "Units oversold so far",
        measured: Measured::Count,
        value: |bucket, before| Some(before.iter().chain(bucket).map(|w| w.oversold).sum()),
        sum: |summary| crate::report::words::number::signed(summary.totals.oversold_units),
    },
    Measure {
        key: "handed-off",
        title: "Handed off in time",
        about: "Orders due that the OMS held once, unaltered and in time, by when they were due",
        measured: Measured::Share,
        value: |bucket, _| {
            let due: u64 = bucket.iter().map(|w| w.due).sum();
            let held = bucket.iter().map(|w| w.handed_off).sum();
            (due > 0).then(|| i64::from(Ppm::of(held, due).0))
        },
        sum: |summary| match summary.totals.due {
            0 => "—".to_owned(),
            due => share(Ppm::of(summary.totals.handed_off, due).0),
        },
    },
];

fn count(n: u64) -> String {
    crate::report::words::number::count(n)
}

/// Every measure of the parties, the letters in their order from A on.
pub(in crate::report) fn overlay(parties: &[(String, &Party)]) -> Vec<Block> {
    let axis = axis(parties);
    let figure = |measure: &Measure| {
        let [wide, narrow] = [Layout::Wide, Layout::Narrow].map(|layout| {
            let names = names(parties, layout);
            picture(measure, (parties, &names), &axis, layout.buckets_max(parties.len()))
        });
        let names = names(parties, Layout::Wide);
        let told = picture(measure, (parties, &names), &axis, BUCKETS_TOLD).table(&axis);
        Block::plotted(Plotted { axis: axis.clone(), wide, narrow, told, answers: false })
    };
    MEASURES.iter().map(figure).collect()
}

/// What each party's line is called: its letter and what tells its folder from the others', if
/// there is room for the whole of it at the right of a chart.
fn names(parties: &[(String, &Party)], layout: Layout) -> Vec<String> {
    let letters_max = match layout {
        Layout::Wide => 20,
        Layout::Narrow => 13,
    };
    let alone: Vec<&str> = parties
        .iter()
        .filter(|(_, party)| party.runs.len() == 1)
        .map(|(_, party)| party.runs[0].label.as_str())
        .collect();
    let shared = shared_words(&alone);
    let named = parties.iter().map(|(letter, party)| {
        let name = match &party.runs[..] {
            [one] => format!("{letter} {}", one.label.get(shared..).unwrap_or_default()),
            runs => format!("{letter}, {} runs", runs.len()),
        };
        if name.chars().count() <= letters_max { name } else { letter.clone() }
    });
    named.collect()
}

/// How many bytes of whole words, each with its hyphen, all labels begin with.
fn shared_words(labels: &[&str]) -> usize {
    let Some((first, rest)) = labels.split_first() else { return 0 };
    let ends = first.match_indices(['-', '_', ' ']).map(|(at, word)| at + word.len());
    let shared = |end: &usize| rest.iter().all(|label| label.starts_with(&first[..*end]));
    match rest {
        [] => 0,
        _ => ends.take_while(shared).last().unwrap_or(0),
    }
}

fn summaries<'a>(parties: &'a [(String, &'a Party)]) -> impl Iterator<Item = &'a Summary> + 'a {
    parties.iter().flat_map(|(_, party)| party.runs.iter().map(|given| &given.summary))
}

/// The clock of the baseline, as long as the longest run.
fn axis(parties: &[(String, &Party)]) -> Axis {
    let baseline = &parties[0].1.runs[0].summary;
    let mut axis = Axis::of(baseline);
    let traffic_ends = baseline.campaign.traffic_ends_us;
    axis.until = summaries(parties).map(|summary| Axis::of(summary).until).max().unwrap_or(1);
    axis.phases.clone_from(&baseline.campaign.phases);
    if axis.until > traffic_ends {
        let name = "drain".to_owned();
        axis.phases.push(Stretch { name, from_us: traffic_ends, until_us: axis.until });
    }
    axis
}

fn picture(
    measure: &Measure,
    (parties, names): (&[(String, &Party)], &[String]),
    axis: &Axis,
    buckets_max: usize,
) -> Picture {
    let widest =
        summaries(parties).map(|summary| summary.series.width_us).max().unwrap_or(1).max(1);
    let each = axis.until.div_ceil(widest).div_ceil(buckets_max as u64).max(1);
    let width_us = widest * each;
    let buckets = axis.until.div_ceil(width_us) as usize;
    let mut panel = Panel::new("", measure.measured);
    for (place, (letter, party)) in parties.iter().enumerate() {
        let colour = APART.get(place).copied().unwrap_or(MUTED);
        let name = names.get(place).unwrap_or(letter);
        add(&mut panel, measure, (name, party, colour), (width_us, buckets));
    }
    if measure.measured == Measured::Share {
        near_the_whole(&mut panel);
    }
    let phases = summaries(parties)
        .any(|s| s.campaign.phases != parties[0].1.runs[0].summary.campaign.phases);
    Picture {
        key: measure.key.to_owned(),
        title: title(measure, parties),
        subtitle: format!(
            "{} · {} buckets · {} since the start{}",
            measure.about,
            span(width_us),
            axis.clock(),
            if phases { " · phases of A" } else { "" },
        ),
        along: Along::Buckets { width_us, count: buckets },
        panels: vec![panel],
    }
}

/// `Deepest queue: A 8,412, B 14`.
fn title(measure: &Measure, parties: &[(String, &Party)]) -> String {
    let told = parties.iter().map(|(letter, party)| match &party.runs[..] {
        [one] => format!("{letter} {}", (measure.sum)(&one.summary)),
        [first, .., last] => {
            let [first, last] = [first, last].map(|given| (measure.sum)(&given.summary));
            format!("{letter} {first} on the first afternoon, {last} on the last")
        }
        [] => letter.clone(),
    });
    format!("{}: {}", measure.title, told.collect::<Vec<String>>().join(", "))
}

/// A party's line; of several afternoons the middle one at each time, with the band of all.
fn add(
    panel: &mut Panel,
    measure: &Measure,
    (name, party, colour): (&str, &Party, Colour),
    (width_us, buckets): (u64, usize),
) {
    let each: Vec<Values> =
        party.runs.iter().map(|given| values(measure, &given.summary, width_us, buckets)).collect();
    if let [values] = &each[..] {
        panel.lines.push(PlottedLine::new(name, colour, values.clone()));
        return;
    }
    let ranked = |rank: fn(usize) -> usize| -> Values {
        let at = |place: usize| {
            let mut all: Vec<i64> =
                each.iter().filter_map(|values| values.get(place).copied().flatten()).collect();
            all.sort_unstable();
            (!all.is_empty()).then(|| all[rank(all.len())])
        };
        (0..buckets).map(at).collect()
    };
    panel.bands.push(Shade {
        name: String::new(),
        channel: None,
        colour,
        percent: 16,
        low: (format!("{name}: least"), ranked(|_| 0)),
        high: (format!("{name}: most"), ranked(|n| n - 1)),
    });
    let middle = PlottedLine::new(name, colour, ranked(|n| (n - 1) / 2));
    panel.lines.push(middle.looking(Look::Plain));
}

/// The measure of a run in buckets of this width; none where its record has ended.
fn values(measure: &Measure, summary: &Summary, width_us: u64, buckets: usize) -> Values {
    let series = &summary.series;
    let bucket_of = |place: usize| (series.width_us.max(1) * place as u64 / width_us) as usize;
    let mut before: Vec<&Window> = Vec::new();
    let mut values = Vec::with_capacity(buckets);
    let mut windows = series.run.iter().enumerate().peekable();
    for bucket in 0..buckets {
        let mut here: Vec<&Window> = Vec::new();
        while let Some((_, window)) = windows.next_if(|(place, _)| bucket_of(*place) <= bucket) {
            here.push(window);
        }
        values.push(if here.is_empty() { None } else { (measure.value)(&here, &before) });
        before.extend(here);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::charts::Chart;
    use crate::report::compare::tests::{no_go_and_go, replication};
    use crate::report::document::Document;

    fn named(parties: &[Party]) -> Vec<(String, &Party)> {
        ["A", "B", "C"].into_iter().map(str::to_owned).zip(parties).collect()
    }

    fn charts(parties: &[Party]) -> Vec<Chart> {
        let blocks = overlay(&named(parties));
        Document { title: String::new(), blocks }.charts().unwrap()
    }

    #[test]
    fn every_measure_is_drawn_with_a_line_a_run() {
        let parties = no_go_and_go();
        let charts = charts(&parties);
        let titles: Vec<&str> = charts.iter().map(|chart| chart.title.as_str()).collect();
        insta::assert_snapshot!(titles.join("\n"));
        for chart in &charts {
            assert_eq!(chart.columns, ["from", "A naive", "B hardened"]);
            assert!(chart.svg.contains("A naive") && chart.svg.contains("B hardened"));
        }
    }

    #[test]
    fn a_name_is_whole_or_a_letter() {
        let mut parties = no_go_and_go();
        parties[0].runs[0].label = "black-friday-1127".to_owned();
        parties[1].runs[0].label = "black-friday-hardened-1127".to_owned();
        assert_eq!(names(&named(&parties), Layout::Wide), ["A 1127", "B hardened-1127"]);
        assert_eq!(names(&named(&parties), Layout::Narrow), ["A 1127", "B"]);
        assert_eq!(shared_words(&["one-run"]), 0);
        assert_eq!(shared_words(&["a-b-c", "a-bc"]), 2);
    }

    #[test]
    fn what_is_drawn_adds_up_to_what_was_counted() {
        let parties = no_go_and_go();
        let summary = &parties[0].runs[0].summary;
        let drawn = |place: usize| values(&MEASURES[place], summary, 7 * 60_000_000, 40);
        let accepted: i64 = drawn(0).into_iter().flatten().sum();
        let windows = &summary.series.run;
        assert_eq!(accepted, windows.iter().map(|w| w.accepted as i64).sum::<i64>());
        let oversold = drawn(3).into_iter().flatten().last();
        assert_eq!(oversold, Some(windows.iter().map(|w| w.oversold).sum()));
    }

    #[test]
    fn a_shorter_run_ends_where_its_record_ends() {
        let parties = no_go_and_go();
        let axis = axis(&named(&parties));
        let shown = picture(&MEASURES[0], (&named(&parties), &[]), &axis, 1_000);
        let lines = &shown.panels[0].lines;
        let last = |line: &PlottedLine| line.values.iter().rposition(Option::is_some);
        assert!(last(&lines[0]) > last(&lines[1]));
        assert_eq!(axis.until, Axis::of(&parties[0].runs[0].summary).until);
    }

    #[test]
    fn replications_are_a_band_with_the_middle_one() {
        let runs = (0..3).flat_map(|seed| replication("x", seed).runs).collect();
        let parties = [Party { runs, changes: None }];
        let charts = charts(&parties);
        assert_eq!(charts[0].columns, ["from", "A, 3 runs: least", "A, 3 runs: most", "A, 3 runs"]);
    }
}
