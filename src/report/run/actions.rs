//! Owns the table of what somebody did to the run: when, who, what. Must not judge by it.

use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Tone, Voice};
use crate::report::summary::{Action, Summary};
use crate::report::words::acted::{what, who};
use crate::report::words::number::{clock, counted};

/// Actions that are told one by one: of those that were done, …
const DONE: usize = 60;
/// … and of those that were refused, which take no room of what was done.
const REFUSED: usize = 20;

/// What was done; nothing where nothing was.
pub(super) fn section(summary: &Summary) -> Vec<Block> {
    if summary.actions.is_empty() {
        return Vec::new();
    }
    let columns = "when | who: | what was done::";
    let mut table = Table::of("What was done while it went on", columns);
    let (mut room, mut untold) = ([REFUSED, DONE], summary.more_actions);
    for (place, action) in summary.actions.iter().enumerate() {
        let room = &mut room[usize::from(action.allowed)];
        if *room == 0 {
            untold += 1;
            continue;
        }
        *room -= 1;
        let tone = if action.allowed { Tone::Plain } else { Tone::Bad };
        let cells = vec![
            Cell::text(when(place, action, summary)),
            Cell::text(who(action)),
            Cell::text(what(action)).toned(tone),
        ];
        table.push(Row::from(cells));
    }
    let mut blocks = vec![Block::heading("actions", "What was done"), Block::Table(table)];
    if untold > 0 {
        let more = format!("And {} in history.jsonl.zst.", counted(untold, "more", "more"));
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
