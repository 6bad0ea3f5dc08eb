//! Owns the tables of what happened, and of what was lost to throttling, by channel. Must not
//! count anything anew.

use crate::report::document::table::{Cell, Table};
use crate::report::summary::Summary;
use crate::report::summary::measured::{Percentiles, Refusal, Totals};
use crate::report::words::gate as said;
use crate::report::words::number::{count, money_exact, share, signed, span};
use crate::units::Ppm;

/// A row: its name and how to fill a cell of it.
type Line = (&'static str, fn(&Summary, &Totals) -> String);

/// Channels side by side; more of them take another table, so that paper holds them.
const CHANNELS_ACROSS: usize = 5;

/// Counts down, scopes across.
pub(super) fn totals(summary: &Summary) -> Vec<Table> {
    let carts = if summary.totals.undersold_carts > 0 { &CARTS[..] } else { &[] };
    across(
        summary,
        "Totals of the run and of each channel; durations are campaign time",
        &[&ORDERS[..], &MONEY, carts, &TIMES].concat(),
    )
}

/// What throttling did, by channel.
pub(super) fn throttling(summary: &Summary) -> Vec<Table> {
    across(summary, "Calls to channels that were throttled, and updates lost to it", &THROTTLING)
}

const ORDERS: [Line; 9] = [
    ("Orders offered", |_, t| count(t.offered)),
    ("Accepted", |_, t| count(t.accepted)),
    ("Refused for stock", |_, t| turned_away(t, &[Refusal::Stock])),
    ("Refused, throttled or unavailable", |_, t| {
        turned_away(t, &[Refusal::Throttled, Refusal::Unavailable])
    }),
    ("Refused for another reason", |_, t| turned_away(t, &[Refusal::NotListed, Refusal::Invalid])),
    ("Outcome unknown", |_, t| count(t.unknown)),
    ("Due at the OMS", |_, t| count(t.due)),
    ("Handed off in time", |_, t| with_share(t.handed_off, t.due)),
    ("Handed off within the stricter promise", |_, t| with_share(t.handed_off_in_sla, t.due)),
];

const MONEY: [Line; 11] = [
    ("Lines / units accepted", |_, t| format!("{} / {}", count(t.lines), signed(t.units))),
    ("Sales", |s, t| money_exact(t.money, &s.campaign)),
    ("Oversold orders", |_, t| said::between(t.oversold_orders)),
    ("Oversold units", |_, t| signed(t.oversold_units)),
    ("Oversold money", |s, t| money_exact(t.oversold_money, &s.campaign)),
    ("Cancelled for stock", |_, t| count(t.cancelled)),
    ("Cancelled money", |s, t| money_exact(t.cancelled_money, &s.campaign)),
    ("Undersold by policy, units", |_, t| signed(t.undersold_policy)),
    ("Undersold by stale listing, units", |_, t| signed(t.undersold_stale)),
    ("Undersold money", |s, t| money_exact(t.undersold_money, &s.campaign)),
    ("Money at risk, no order counted twice", |s, t| {
        money_exact(t.money_at_risk.total, &s.campaign)
    }),
];

const CARTS: [Line; 1] = [("Undersold to others' carts, units", |_, t| signed(t.undersold_carts))];

const TIMES: [Line; 6] = [
    ("Stale listings, SKU-time", |_, t| span(t.stale_sku_us)),
    ("Price parity", |_, t| t.price_parity_ppm.map_or("—".to_owned(), share)),
    ("Sync lag p50 / p95 / p99", |_, t| three(&t.sync_lag)),
    ("Sync jitter, p95 − p50", |_, t| t.sync_jitter_us.map_or("—".to_owned(), span)),
    ("Sale to other shelves p50 / p95 / p99", |_, t| three(&t.shelf_lag)),
    ("Handoff time p50 / p95 / p99", |_, t| three(&t.handoff_time)),
];

const THROTTLING: [Line; 2] = [
    ("Calls throttled", |_, t| count(t.throttled)),
    ("Updates given up after throttling", |_, t| count(t.lost_after_throttling)),
];

fn across(summary: &Summary, caption: &str, lines: &[Line]) -> Vec<Table> {
    let channels = &summary.channels;
    let of = channels.len().div_ceil(CHANNELS_ACROSS).max(1);
    let part = |at: usize| {
        let channels = channels.chunks(CHANNELS_ACROSS).nth(at).unwrap_or_default();
        let names = channels.iter().map(|channel| channel.name.as_str());
        let columns: Vec<&str> = ["figure:", "the run"].into_iter().chain(names).collect();
        let part = if of > 1 { format!(", part {} of {of}", at + 1) } else { String::new() };
        let mut table = Table::new(format!("{caption}{part}"), &columns);
        for (title, cell) in lines {
            let scopes = channels.iter().map(|channel| &channel.totals);
            let scopes = std::iter::once(&summary.totals).chain(scopes);
            let cells = scopes.map(|totals| Cell::number(cell(summary, totals)));
            let row: Vec<Cell> = std::iter::once(Cell::text(*title)).chain(cells).collect();
            table.push(row);
        }
        table
    };
    (0..of).map(part).collect()
}

fn turned_away(totals: &Totals, whys: &[Refusal]) -> String {
    count(totals.turned_away.iter().filter(|t| whys.contains(&t.why)).map(|t| t.orders).sum())
}

fn with_share(part: u64, whole: u64) -> String {
    match whole {
        0 => "—".to_owned(),
        _ => format!("{} ({})", count(part), share(Ppm::of(part, whole).0)),
    }
}

fn three(seen: &Percentiles) -> String {
    let said = [seen.p50_us, seen.p95_us, seen.p99_us].map(|us| us.map_or("—".to_owned(), span));
    said.join(" / ")
}
