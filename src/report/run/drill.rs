//! Owns the drill's own tables: its marks and scores, what was lost, and what a debrief asks.
//! Must not judge, nor say in one number how it went.

use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, List, ListLine, Tone};
use crate::report::summary::gate::Count;
use crate::report::summary::{Disturbance, Recovered, Summary};
use crate::report::words::gate::between;
use crate::report::words::number::{clock, count, counted, span};
use crate::report::words::objective;

/// Disturbances that stand beside each other; more are in `summary.json`.
const BESIDE: usize = 3;

/// Marks and scores of the first disturbances, and the questions of a debrief; nothing where
/// nothing was broken.
pub(super) fn section(summary: &Summary) -> Vec<Block> {
    let told = &summary.disturbances[..summary.disturbances.len().min(BESIDE)];
    if told.is_empty() {
        return Vec::new();
    }
    let more = summary.disturbances.len() - told.len();
    let note = match more {
        0 => String::new(),
        more => format!("{} in summary.json.", counted(more as u64, "more is", "more are")),
    };
    let debrief = List { title: "Debrief".to_owned(), lines: debrief(summary), note };
    vec![Block::Table(scores(told)), Block::List(debrief)]
}

/// A row a score, a column a disturbance.
fn scores(told: &[Disturbance]) -> Table {
    let mut heads = vec!["score".to_owned()];
    heads.extend(told.iter().map(|one| format!("broken at {}", clock(one.from_us))));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut table = Table::new("Marks and scores", &heads);
    for (name, value) in SCORES {
        let mut cells = vec![Cell::text(*name)];
        cells.extend(told.iter().map(|one| Cell::number(value(one))));
        table.push(Row::from(cells));
    }
    table
}

type Score = (&'static str, fn(&Disturbance) -> String);

/// Every score of a disturbance, in the order of its marks.
const SCORES: &[Score] = &[
    ("it lasted", |one| span(one.until_us.saturating_sub(one.from_us))),
    ("first out of band, after", |one| after(one, one.impact_us, "never")),
    ("first seen by somebody, after", |one| after(one, one.detected_us, "no fact tells")),
    ("first act, after", |one| after(one, one.acted_us, "no fact tells")),
    ("in band again, after it began", |one| after(one, one.in_band_us(), not_back(one))),
    ("… after it ended", |one| match one.in_band_us() {
        Some(at) if at <= one.until_us => "before it ended".to_owned(),
        Some(at) => span(at - one.until_us),
        None => not_back(one).to_owned(),
    }),
    ("most jobs waiting (usual)", |one| {
        let usual = one.backlog_usual.map_or("not known".to_owned(), |n| count(n.into()));
        format!("{} ({usual})", count(one.backlog.into()))
    }),
    ("jobs × minutes waiting", |one| count(one.backlog_area_us / 60_000_000)),
    ("drained, after it ended", |one| match one.drained_us {
        _ if one.backlog_usual.is_some_and(|usual| one.backlog <= usual) => {
            "never more than usual".to_owned()
        }
        Some(at) if at <= one.until_us => "before it ended".to_owned(),
        Some(at) => span(at - one.until_us),
        None => "not while it was followed".to_owned(),
    }),
    ("… by arithmetic, B ÷ (μ − λ)", |one| {
        one.drains_in_us.map_or("not known".to_owned(), span)
    }),
    ("orders late at the OMS, or never there", |one| count(one.unhanded)),
    ("… never there", |one| between(one.lost)),
    ("the oldest waited", |one| one.longest_wait_us.map_or("for ever".to_owned(), span)),
    ("orders made twice in the OMS", |one| count(one.duplicates)),
    ("units oversold", |one| count(one.oversold.unsigned_abs())),
    ("orders cancelled for stock", |one| count(one.cancelled)),
    ("orders charged a wrong price", |one| count(one.mispriced)),
    ("orders refused though in stock", |one| count(one.undersold)),
    ("shoppers sent away", |one| count(one.turned_away)),
    ("channels hurt that nothing was aimed at", |one| match one.collateral.as_slice() {
        [] => "none".to_owned(),
        channels => channels.join(", "),
    }),
];

fn after(one: &Disturbance, at: Option<u64>, none: &str) -> String {
    at.map_or(none.to_owned(), |at| span(at.saturating_sub(one.from_us)))
}

fn not_back(one: &Disturbance) -> &'static str {
    match one.recovered {
        Recovered::NeverOut => "never out of it",
        Recovered::NotBy => "not while it was followed",
        Recovered::InBand | Recovered::Unknown => "not known",
    }
}

/// What a debrief asks, each with what the record says.
fn debrief(summary: &Summary) -> Vec<ListLine> {
    let all = &summary.disturbances;
    let times = |some: usize| format!("{some} of {}", counted(all.len() as u64, "time", "times"));
    let of = |is: fn(&Disturbance) -> bool| all.iter().filter(|one| is(one)).count();
    let hurt = of(|one| one.impact_us.is_some());
    let (seen, acted) = (of(|one| one.detected_us.is_some()), of(|one| one.acted_us.is_some()));
    let back = of(|one| matches!(one.recovered, Recovered::InBand | Recovered::NeverOut));
    let sum = |of: fn(&Count) -> u64| all.iter().map(|one| of(&one.lost)).sum::<u64>();
    let lost = Count { definite: sum(|lost| lost.definite), possible: sum(|lost| lost.possible) };
    let twice: u64 = all.iter().map(|one| one.duplicates).sum();
    let beside = of(|one| !one.collateral.is_empty());
    let mut lines = vec![
        told(Some(hurt == 0), "Did it hurt?", format!("out of band {}", times(hurt))),
        told(
            (seen > 0).then_some(seen == all.len()),
            "Was it seen?",
            match seen {
                0 => "no fact tells: note who saw it, and when".to_owned(),
                seen => format!("somebody saw it {}", times(seen)),
            },
        ),
        told(
            (acted > 0).then_some(true),
            "Did somebody act?",
            match acted {
                0 => "no fact tells of an act: what came back came back by itself".to_owned(),
                acted => format!("somebody did {}", times(acted)),
            },
        ),
        told(Some(back == all.len()), "Did it come back?", format!("in band {}", times(back))),
        told(
            (lost.definite > 0 || lost.possible == 0).then_some(lost.possible == 0),
            "Was anything lost for good?",
            format!("orders that never reached the OMS: {}", between(lost)),
        ),
        told(
            Some(twice == 0),
            "Did sending again do harm?",
            format!("{} made twice", counted(twice, "order was", "orders were")),
        ),
        told(
            Some(beside == 0),
            "Was anybody hurt beside those it was aimed at?",
            match beside {
                0 => "nobody, or it was aimed at what serves them all".to_owned(),
                beside => format!("another channel {}", times(beside)),
            },
        ),
    ];
    lines.extend(summary.objectives.iter().map(|one| {
        let kept = match one.because {
            Some(_) => None,
            None => Some(one.missed == 0),
        };
        told(kept, "Was the objective kept?", objective::sentence(one))
    }));
    lines
}

/// A question with its answer; none is not known.
fn told(good: Option<bool>, question: &str, answer: impl std::fmt::Display) -> ListLine {
    let mark = match good {
        Some(true) => (Tone::Good, "✓"),
        Some(false) => (Tone::Bad, "!"),
        None => (Tone::Quiet, "?"),
    };
    let mark = (mark.0, mark.1.to_owned());
    ListLine { mark, ..ListLine::new(format!("{question} {answer}"), "") }
}
