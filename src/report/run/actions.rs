//! Owns the table of what somebody did to the run: when, who, what. Must not judge by it.

use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Tone, Voice};
use crate::report::summary::{Action, How, Summary};
use crate::report::words::number::{clock, counted, share};

/// Actions that are told one by one.
const TOLD: usize = 60;

/// What was done; nothing where nothing was.
pub(super) fn section(summary: &Summary) -> Vec<Block> {
    if summary.actions.is_empty() {
        return Vec::new();
    }
    let columns = "when | who: | what was done::";
    let mut table = Table::of("What was done while it went on", columns);
    for (place, action) in summary.actions.iter().take(TOLD).enumerate() {
        let tone = if action.allowed { Tone::Plain } else { Tone::Bad };
        let cells = vec![
            Cell::text(when(place, action, summary)),
            Cell::text(who(action)),
            Cell::text(what(action)).toned(tone),
        ];
        table.push(Row::from(cells));
    }
    let mut blocks = vec![Block::heading("actions", "What was done"), Block::Table(table)];
    let more = summary.actions.len().saturating_sub(TOLD) as u64 + summary.more_actions;
    if more > 0 {
        let more = format!("And {} in history.jsonl.zst.", counted(more, "more", "more"));
        blocks.push(Block::said(Voice::Quiet, &more));
    }
    blocks
}

/// With its sign on the chart of the drill, where there is one.
fn when(place: usize, action: &Action, summary: &Summary) -> String {
    match summary.disturbances.as_slice() {
        [] => clock(action.at_us),
        _ => format!("{} · {}", place + 1, clock(action.at_us)),
    }
}

/// `ana, on call` or `cut, a step of the scenario`.
fn who(action: &Action) -> String {
    let by = match action.how {
        How::Script => format!("{}, a step of the scenario", action.by),
        How::Operator | How::Elsewhere => action.by.clone(),
    };
    match &action.role {
        Some(role) => format!("{by}, {role}"),
        None => by,
    }
}

/// What an action is, in words: `hold back 5 at amazon`.
pub(in crate::report) fn what(action: &Action) -> String {
    let act = action.act.replace('-', " ");
    let at = action.at.as_deref().unwrap_or_default();
    let said = action.said.as_deref().unwrap_or_default();
    let units = action.units.unwrap_or_default();
    let words = match &*action.act {
        "hold-back" => format!("hold back {units} at {at}"),
        "cap" if action.units.is_none() => format!("lift the cap at {at}"),
        "cap" => format!("cap at {units} at {at}"),
        "allocate" => format!("allocate {} to {at}", share(action.share_ppm.unwrap_or_default())),
        "end-promotion" => format!("end promotion {at}"),
        "detected" | "did" | "note" => format!("{act}: {said}"),
        _ => format!("{act} {at}"),
    };
    if action.allowed { words } else { format!("{words}: refused, the role may not") }
}
