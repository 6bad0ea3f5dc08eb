//! Owns the table of faults injected on purpose: what each did, when, and how often.
//! Must not judge by them.

use crate::report::document::Block;
use crate::report::document::table::{Cell, Row, Table};
use crate::report::summary::{Fault, Summary};
use crate::report::words::number::{clock, count, counted, span};

/// Spells of one fault that are told one by one.
const SPELLS_TOLD: usize = 3;

/// What was broken on purpose; nothing where nothing was.
pub(super) fn section(summary: &Summary) -> Vec<Block> {
    if summary.faults.is_empty() {
        return Vec::new();
    }
    let columns = "fault | what it does:: | in force | met";
    let mut table =
        Table::of("Faults injected on purpose, in the order in which they are asked", columns);
    for fault in &summary.faults {
        let cells = vec![
            Cell::text(&fault.name),
            Cell::text(&fault.does),
            Cell::text(spells(fault)),
            Cell::number(count(fault.hits)),
        ];
        table.push(Row::from(cells));
    }
    vec![Block::heading("faults", "What was broken on purpose"), Block::Table(table)]
}

/// `10:20 for 5 min`, and how many more there were.
fn spells(fault: &Fault) -> String {
    let told = fault.spells.iter().take(SPELLS_TOLD).map(|spell| match spell.until_us {
        Some(until) => {
            format!("{} for {}", clock(spell.from_us), span(until.saturating_sub(spell.from_us)))
        }
        None => format!("from {} on", clock(spell.from_us)),
    });
    let mut told: Vec<String> = told.collect();
    match fault.spells.len() {
        0 => return "never".to_owned(),
        many if many > SPELLS_TOLD => {
            let more = (many - SPELLS_TOLD) as u64;
            told.push(counted(more, "time more", "times more"));
        }
        _ => {}
    }
    told.join(", ")
}
