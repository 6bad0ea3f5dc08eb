//! Owns the table of books by channel and day. Must not compare them anew.

use crate::report::document::table::{Cell, Row, Table};
use crate::report::summary::Summary;
use crate::report::summary::series::BookDay;
use crate::report::words::number::{count, counted, share};

/// Days in the table; beyond, days without a difference are counted, channel by channel.
const DAYS_TOLD: usize = 60;

/// A row a channel and day.
pub(super) fn by_day(summary: &Summary) -> Table {
    let columns = "books | channel orders | OMS orders | missing | surplus | altered | \
        variance | by units | by money";
    let mut table = Table::of("Books by channel and day", columns);
    let many = summary.books.len() > DAYS_TOLD;
    for day in summary.books.iter().filter(|day| !many || differs(day)) {
        table.push(row(day));
    }
    for channel in summary.channels.iter().filter(|_| many) {
        let clean = |day: &&BookDay| day.channel == channel.name && !differs(day);
        let days: Vec<&BookDay> = summary.books.iter().filter(clean).collect();
        if !days.is_empty() {
            table.push(clean_days(&channel.name, &days));
        }
    }
    table
}

fn differs(day: &BookDay) -> bool {
    day.missing + day.surplus + day.altered > 0
}

fn row(day: &BookDay) -> Row {
    let partial = if day.partial { ", partial" } else { "" };
    let cells = vec![
        Cell::text(format!("{}, day {}{partial}", day.channel, day.day + 1)),
        Cell::number(count(day.channel_orders)),
        Cell::number(count(day.oms_orders)),
        Cell::number(count(day.missing)),
        Cell::number(count(day.surplus)),
        Cell::number(count(day.altered)),
        Cell::number(share(day.variance_ppm)),
        Cell::number(share(day.units_variance_ppm)),
        Cell::number(share(day.money_variance_ppm)),
    ];
    Row::from(cells).of(Some(&day.channel))
}

fn clean_days(channel: &str, days: &[&BookDay]) -> Row {
    let sum = |of: fn(&BookDay) -> u64| count(days.iter().map(|day| of(day)).sum());
    let counted = counted(days.len() as u64, "day", "days");
    let none = || Cell::number("0");
    let cells = vec![
        Cell::text(format!("{channel}, {counted} without a difference")),
        Cell::number(sum(|day| day.channel_orders)),
        Cell::number(sum(|day| day.oms_orders)),
        none(),
        none(),
        none(),
        Cell::number(share(0)),
        Cell::number(share(0)),
        Cell::number(share(0)),
    ];
    Row::from(cells).of(Some(channel))
}
