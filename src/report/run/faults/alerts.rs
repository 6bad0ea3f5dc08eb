//! Owns the table of alerts: which fired, when, for how long, who was told. Must not judge by them.

use super::spells;
use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Voice};
use crate::report::summary::{Alert, Summary};
use crate::report::words::number::letters;

/// Alerts that were raised while the run went on; nothing where the scenario has no rule.
pub(super) fn section(summary: &Summary) -> Vec<Block> {
    if summary.alerts.is_empty() {
        return Vec::new();
    }
    let columns = "alert | fires while:: | fired: | told:";
    let mut table = Table::of("Alerts, in the order of their rules", columns);
    for (place, alert) in summary.alerts.iter().enumerate() {
        let on = alert.channel.as_deref().unwrap_or("all together");
        let cells = vec![
            Cell::text(name(place, alert, summary)).with(on),
            Cell::text(&alert.condition),
            Cell::text(fired(alert)),
            Cell::text(alert.owner.as_deref().unwrap_or("nobody")).with(&alert.severity),
        ];
        table.push(Row::from(cells));
    }
    vec![Block::heading("alerts", "Alerts"), Block::Table(table), Block::said(Voice::Quiet, MEANS)]
}

/// With its sign on the chart of the drill, where there is one.
fn name(place: usize, alert: &Alert, summary: &Summary) -> String {
    match summary.disturbances.as_slice() {
        [] => alert.name.clone(),
        _ => format!("{} · {}", letters(place), alert.name),
    }
}

const MEANS: &str = "Raised from running figures while the run went on. One that did not fire: its \
    condition never held for so long. No gate rests on an alert, and none that is silent proves \
    anything.";

/// Each time that it fired, and for how long.
fn fired(alert: &Alert) -> String {
    match alert.spells.as_slice() {
        [] => "did not fire".to_owned(),
        all => spells(all),
    }
}
