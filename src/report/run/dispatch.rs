//! Owns what is told of orders that wait for us, and of those whose channel is to be told that they
//! have left: how many in time, and of how many nobody knows yet. Must not count anything.

use super::super::document::table::{Cell, Row, Table};
use super::super::document::{Block, Voice};
use super::super::summary::Summary;
use super::super::summary::dispatch::Dispatch;
use super::super::summary::measured::Percentiles;
use super::super::words::number::{count, counted, share, span};

/// What waits for us and what is to leave; nothing where no channel asks for either.
pub(super) fn section(summary: &Summary) -> Vec<Block> {
    [accepted(summary), dispatched(summary)].into_iter().flatten().collect()
}

/// A row a channel whose orders wait for us.
fn accepted(summary: &Summary) -> Vec<Block> {
    let columns = "channel | waits:: | accepted in time | too late | cancelled for it | \
                   still waiting | orders | from placed to accepted, half / 95 %::";
    let mut table = Table::of("Orders that waited for us to accept them", columns);
    let mut any = false;
    for channel in &summary.channels {
        let Some(of) = &channel.acceptance else { continue };
        any = true;
        let cells = vec![
            Cell::text(&channel.name),
            Cell::text(span(of.within_us)),
            Cell::number(count(of.in_time)),
            Cell::number(count(of.late.definite)),
            Cell::number(count(of.cancelled)),
            Cell::number(count(of.late.possible - of.late.definite)),
            Cell::number(count(of.orders)),
            Cell::text(took(&of.took)),
        ];
        table.push(Row::from(cells).of(Some(&channel.name)).marked(of.late.definite > 0));
    }
    let heading = Block::heading("acceptance", "Orders that wait for us");
    if any { vec![heading, Block::Table(table)] } else { vec![] }
}

/// A row a channel that asks what has left.
fn dispatched(summary: &Summary) -> Vec<Block> {
    let asks = |channel: &super::super::summary::verdict::Channel| {
        channel.dispatch.clone().map(|of| (channel.name.clone(), of))
    };
    let all: Vec<(String, Dispatch)> = summary.channels.iter().filter_map(asks).collect();
    if all.is_empty() {
        return vec![];
    }
    let columns = "channel | promised:: | in time:: | late | not due yet | orders | \
                   from ours to told, half / 95 %::";
    let mut table = Table::of("Orders that each channel was told have left", columns);
    for (name, of) in &all {
        let cells = vec![
            Cell::text(name),
            Cell::text(format!("within {}", span(of.within_us))),
            Cell::text(kept(of)),
            Cell::number(late(of)),
            Cell::number(count(of.open())),
            Cell::number(count(of.orders)),
            Cell::text(took(&of.took)),
        ];
        table.push(Row::from(cells).of(Some(name)).marked(of.late.definite > 0));
    }
    let mut blocks =
        vec![Block::heading("dispatch", "Dispatch within promise"), Block::Table(table)];
    let open: u64 = all.iter().map(|(_, of)| of.open()).sum();
    if open > 0 {
        let said = format!(
            "{} not due when the run ended: neither in time nor late, and so the share lies \
             between two numbers.",
            counted(open, "order was", "orders were")
        );
        blocks.push(Block::said(Voice::Plain, said));
    }
    for (name, of) in all.iter().filter(|(_, of)| of.told_ahead > 0) {
        let said = format!(
            "{name} was told of {} before they had left: they count by when they did.",
            counted(of.told_ahead, "order", "orders")
        );
        blocks.push(Block::said(Voice::Plain, said));
    }
    blocks
}

/// `98.2 %`, or `96.1 % to 98.2 %`.
fn kept(of: &Dispatch) -> String {
    match (of.low_ppm, of.high_ppm) {
        (Some(low), Some(high)) if low == high => share(low),
        (Some(low), Some(high)) => format!("{} to {}", share(low), share(high)),
        _ => "no order".to_owned(),
    }
}

/// `12 (at most 4 %)`.
fn late(of: &Dispatch) -> String {
    match of.late_max_ppm {
        Some(most) => format!("{} (at most {})", count(of.late.definite), share(most)),
        None => count(of.late.definite),
    }
}

fn took(of: &Percentiles) -> String {
    let said = |us: Option<u64>| us.map_or("later".to_owned(), span);
    if of.count == 0 {
        return "none".to_owned();
    }
    format!("{} / {}", said(of.p50_us), said(of.p95_us))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::summary::gate::Count;

    fn promised(definite: u64, possible: u64) -> Dispatch {
        Dispatch {
            within_us: 86_400_000_000,
            late_max_ppm: None,
            orders: 200,
            in_time: 200 - possible,
            late: Count { definite, possible },
            low_ppm: Some(((200 - possible) * 5_000) as u32),
            high_ppm: Some(((200 - definite) * 5_000) as u32),
            told_ahead: 0,
            took: Percentiles::default(),
        }
    }

    #[test]
    fn what_is_not_known_yet_makes_an_interval() {
        assert_eq!(kept(&promised(2, 2)), "99 %");
        assert_eq!(kept(&promised(2, 12)), "94 % to 99 %");
        assert_eq!(promised(2, 12).open(), 10);
        let limited = Dispatch { late_max_ppm: Some(40_000), ..promised(2, 2) };
        assert_eq!((late(&limited), late(&promised(2, 2))), ("2 (at most 4 %)".into(), "2".into()));
        let none = Dispatch { orders: 0, low_ppm: None, high_ppm: None, ..promised(0, 0) };
        assert_eq!((kept(&none), took(&none.took)), ("no order".to_owned(), "none".to_owned()));
    }
}
