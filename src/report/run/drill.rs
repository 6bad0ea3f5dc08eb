//! Owns the drill's own tables: its marks and scores, what was lost, and what a debrief asks.
//! Must not judge, nor say in one number how it went.

use super::faults::of_its_end;
use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, List, ListLine, Tone};
use crate::report::summary::gate::Count;
use crate::report::summary::{By, Disturbance, Recovered, Summary};
use crate::report::words::acted;
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
    let debrief = List { title: String::new(), lines: debrief(summary), note };
    vec![
        Block::Table(scores(summary, told)),
        Block::heading("debrief", "Debrief"),
        Block::List(debrief),
    ]
}

/// A row a score, a column a disturbance.
fn scores(summary: &Summary, told: &[Disturbance]) -> Table {
    let mut heads = vec!["score".to_owned()];
    heads.extend(told.iter().map(|one| format!("broken at {}", clock(one.from_us))));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut table = Table::new("Marks and scores", &heads);
    let lasted = told.iter().map(|one| {
        let lasted = span(one.until_us.saturating_sub(one.from_us));
        let is_open = one.is_open(&summary.faults);
        let open = format!("not over when the record ended, {lasted} later");
        Cell::number(if is_open { open } else { lasted })
    });
    table.push(Row::from(
        std::iter::once(Cell::text("it lasted")).chain(lasted).collect::<Vec<_>>(),
    ));
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
    ("first out of band, after", |one| after(one, one.impact_us, "never")),
    ("first seen, after", |one| noticed(one, seen(one))),
    ("first act, after", |one| noticed(one, done(one))),
    ("in band again, after it began", |one| after(one, one.in_band_us(), not_back(one))),
    ("… after it ended", |one| match one.in_band_us() {
        Some(at) => of_its_end(one, at).replace(" after it ended", ""),
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

/// When something was seen or done, and by whom.
type Moment<'a> = Option<(u64, Option<&'a By>)>;

fn seen(one: &Disturbance) -> Moment<'_> {
    Some((one.detected_us?, one.detected_by.as_ref()))
}

fn done(one: &Disturbance) -> Moment<'_> {
    Some((one.acted_us?, one.acted_by.as_ref()))
}

/// `3 min, by ana`; `9.4 min, after it was over, by ana`.
fn noticed(one: &Disturbance, moment: Moment<'_>) -> String {
    let Some((at, by)) = moment else { return "no fact tells".to_owned() };
    let late = if is_late(one, at) { ", after it was over" } else { "" };
    let by = by.map_or(String::new(), |by| format!(", by {}", acted::by(by)));
    format!("{}{late}{by}", span(at.saturating_sub(one.from_us)))
}

/// Whether all was over, and in band again, by then.
fn is_late(one: &Disturbance, at: u64) -> bool {
    one.over_us().is_some_and(|over| at > over)
}

fn not_back(one: &Disturbance) -> &'static str {
    match one.recovered {
        Recovered::NeverOut => "never out of it",
        Recovered::NotBy => "not while it was followed",
        Recovered::InBand | Recovered::Unknown => "not known",
    }
}

/// How many of all, in words.
fn times(some: usize, all: &[Disturbance]) -> String {
    format!("{some} of {}", counted(all.len() as u64, "time", "times"))
}

/// What a debrief asks, each with what the record says.
fn debrief(summary: &Summary) -> Vec<ListLine> {
    let all = &summary.disturbances;
    let mut lines = vec![
        hurt(all),
        told_of(all, seen, "Was it seen?", "no fact tells: note who saw it, and when"),
        told_of(
            all,
            done,
            "Did somebody act?",
            "no fact tells of an act: what came back came back by itself",
        ),
        back(all),
    ];
    lines.extend(harm(all));
    lines.extend(summary.objectives.iter().map(|one| {
        let kept = match one.because {
            Some(_) => None,
            None => Some(one.missed == 0),
        };
        told(kept, "Was the objective kept?", objective::sentence(one))
    }));
    lines
}

fn hurt(all: &[Disturbance]) -> ListLine {
    let of = |is: fn(&Disturbance) -> bool| all.iter().filter(|one| is(one)).count();
    let hurt = of(|one| one.impact_us.is_some());
    let unknown = of(|one| one.impact_us.is_none() && one.recovered == Recovered::Unknown);
    let good = if hurt > 0 { Some(false) } else { (unknown == 0).then_some(true) };
    told(good, "Did it hurt?", format!("out of band {}{}", times(hurt, all), untold(unknown, all)))
}

fn back(all: &[Disturbance]) -> ListLine {
    let of = |is: fn(&Disturbance) -> bool| all.iter().filter(|one| is(one)).count();
    let back = of(|one| matches!(one.recovered, Recovered::InBand | Recovered::NeverOut));
    let unknown = of(|one| one.recovered == Recovered::Unknown || one.cut);
    let good =
        if back + unknown < all.len() { Some(false) } else { (unknown == 0).then_some(true) };
    let said = format!("in band {}{}", times(back, all), untold(unknown, all));
    told(good, "Did it come back?", said)
}

/// `; not known 1 of 2 times: the record was cut off`.
fn untold(unknown: usize, all: &[Disturbance]) -> String {
    let why = if all.iter().any(|one| one.cut) {
        "the record was cut off"
    } else {
        "too little was seen"
    };
    match unknown {
        0 => String::new(),
        unknown => format!("; not known {}: {why}", times(unknown, all)),
    }
}

/// Whether something was seen, or done, while it could still help, and by whom.
fn told_of(
    all: &[Disturbance],
    of: fn(&Disturbance) -> Moment<'_>,
    question: &str,
    none: &str,
) -> ListLine {
    let moments = || all.iter().filter_map(|one| of(one).map(|(at, by)| (is_late(one, at), by)));
    let by = |late: bool| {
        let those = || moments().filter(move |(is_late, _)| *is_late == late).map(|(_, by)| by);
        let many = those().count();
        (many, format!("by {}", acted::by_all(those())))
    };
    let ((soon, by_soon), (late, by_late)) = (by(false), by(true));
    let soon_said = format!("{by_soon} {}", times(soon, all));
    let late_said = format!("only after it was over {}, {by_late}", times(late, all));
    match (soon, late) {
        (0, 0) => told(None, question, none),
        (_, 0) => told(Some(soon == all.len()), question, soon_said),
        (0, _) => told(Some(false), question, late_said),
        (..) => told(Some(false), question, format!("{soon_said}; {late_said}")),
    }
}

/// What it cost for good. Of a record that is cut off, nothing is known to have cost nothing.
fn harm(all: &[Disturbance]) -> [ListLine; 3] {
    let is_cut = all.iter().any(|one| one.cut);
    let none = (!is_cut).then_some(true);
    let so_far = if is_cut { ", until the record was cut off" } else { "" };
    let sum = |of: fn(&Count) -> u64| all.iter().map(|one| of(&one.lost)).sum::<u64>();
    let lost = Count { definite: sum(|lost| lost.definite), possible: sum(|lost| lost.possible) };
    let twice: u64 = all.iter().map(|one| one.duplicates).sum();
    let beside = all.iter().filter(|one| !one.collateral.is_empty()).count();
    [
        told(
            match lost {
                Count { definite: 0, possible: 0 } => none,
                Count { definite: 0, .. } => None,
                Count { .. } => Some(false),
            },
            "Was anything lost for good?",
            format!("orders that never reached the OMS: {}{so_far}", between(lost)),
        ),
        told(
            if twice == 0 { none } else { Some(false) },
            "Did sending again do harm?",
            format!("{} made twice{so_far}", counted(twice, "order was", "orders were")),
        ),
        told(
            if beside == 0 { none } else { Some(false) },
            "Was anybody hurt beside those it was aimed at?",
            match beside {
                0 => format!("nobody, or it was aimed at what serves them all{so_far}"),
                beside => format!("another channel {}", times(beside, all)),
            },
        ),
    ]
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
