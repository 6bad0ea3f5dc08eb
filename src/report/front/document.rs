//! Owns what is read of a run in a terminal and in a comment: the first screen, the measures, the
//! rules. Must not compute: it puts in order what the first screen and `words` say.

use super::{Front, List as Lines};
use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Line, List, Tone, Verdict, Voice};
use crate::report::many::Replications;
use crate::report::many::document::{named, together};
use crate::report::many::table::{HOW, HOW_BOUNDS};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::summary::gate::Gate;
use crate::report::words::gate::capitalised;
use crate::report::words::number::{self, count, counted};
use crate::report::words::{self, standing};

/// What is read, up to how it is repeated.
pub(in crate::report) fn blocks(
    summary: &Summary,
    front: &Front,
    all: Option<&Replications>,
) -> Vec<Block> {
    let mut blocks = vec![Block::Verdict(Verdict {
        tone: front.verdict.into(),
        about: format!("{} · {}", front.campaign, front.starts),
        headline: front.headline.clone(),
        why: vec![front.why.clone()],
        facts: Vec::new(),
    })];
    blocks.push(Block::heading("by-channel", capitalised(&front.by_channel)));
    blocks.push(Block::Table(channels(front)));
    blocks.extend(front.lists.iter().map(list));
    if let Some(all) = all {
        blocks.extend(of_all(summary, all));
    }
    if let Some(shown) = &front.shown {
        blocks.push(Block::heading("one", "What follows is of one afternoon"));
        blocks.push(Block::said(Voice::Plain, format!("{}.", capitalised(shown))));
    }
    blocks.push(Block::heading("measures", "Measures"));
    blocks.push(Block::Table(measures(summary)));
    let told = words::gates_told(summary).len();
    if told > 0 && told < summary.gates.len() {
        let text = "Channels that are not listed are healthy, or stand where the run stands.";
        blocks.push(Block::said(Voice::Quiet, text));
    }
    blocks.extend(words::Rules::ALL.into_iter().filter_map(|which| rules(summary, which)));
    blocks.extend(front.next.as_ref().map(list));
    blocks
}

fn channels(front: &Front) -> Table {
    let mut table = Table::new("", &["channel", "verdict:", "orders", "why::"]);
    for channel in &front.channels {
        table.push(vec![
            Cell::text(&channel.name),
            Cell::text(channel.word).toned(channel.verdict.into()),
            Cell::number(channel.share.trim_end_matches(" of orders")),
            Cell::text(&channel.reason),
        ]);
    }
    table
}

fn list(list: &Lines) -> Block {
    let line =
        |line: &super::ListLine| Line { small: line.small.clone(), ..Line::plain(&line.main) };
    Block::List(List {
        title: capitalised(list.title),
        lines: list.lines.iter().map(line).collect(),
        note: list.note.clone().unwrap_or_default(),
    })
}

/// Each measure over all afternoons together, with the channels that are not healthy.
fn of_all(summary: &Summary, all: &Replications) -> [Block; 3] {
    let played = counted(all.runs, "afternoon", "afternoons");
    let how = format!("Channels that are not listed are healthy. {HOW} {HOW_BOUNDS}");
    [
        Block::heading("afternoons", format!("All {played} together")),
        Block::Table(together("", all, summary)),
        Block::said(Voice::Quiet, how),
    ]
}

/// The measures of the run, and of the channels that stand elsewhere than the run.
fn measures(summary: &Summary) -> Table {
    let columns = ["measure", "value", "~bounds", "~samples", "limit", "stands:", "~owner:"];
    let mut table = Table::new("", &columns).fine(&[5]);
    for gate in words::gates_told(summary) {
        let cells = vec![
            named(gate.kpi, gate.channel.as_deref()),
            Cell::number(number::value(gate.value)),
            Cell::number(number::interval(gate.low, gate.high)),
            Cell::number(count(gate.samples)),
            Cell::number(standing::limit_short(gate.limits, &summary.terms)),
            stands(gate).toned(gate.band.into()),
            Cell::text(&gate.owner),
        ];
        table.push(Row { part: gate.channel.is_some(), ..Row::from(cells) });
    }
    table
}

/// Where the gate stands, in a word; with its reason where there is room.
fn stands(gate: &Gate) -> Cell {
    match (&gate.accepted_risk, gate.band, gate.because) {
        (Some(_), ..) => Cell::text("accepted"),
        (None, Band::NotProved, Some(why)) => Cell::text("unproved").with(words::short(why)),
        (None, Band::NotProved, None) => Cell::text("unproved"),
        (None, band, _) => Cell::text(words::band_word(band)),
    }
}

fn rules(summary: &Summary, which: words::Rules) -> Option<Block> {
    let clean = words::rules_clean(summary, which)?;
    let broken = words::rules_told(summary, which).into_iter();
    let broken = broken.map(|line| Line { mark: (Tone::Bad, "!".to_owned()), ..Line::plain(line) });
    Some(Block::List(List {
        title: capitalised(which.title()),
        lines: broken.collect(),
        note: capitalised(&clean),
    }))
}
