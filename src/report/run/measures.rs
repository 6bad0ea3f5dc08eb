//! Owns the table of measures, and the one of every gate in full. Must not decide what is good or
//! bad.

use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Tone, Voice};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::summary::gate::{Gate, Kpi};
use crate::report::words::gate::{band_reason, between, capitalised};
use crate::report::words::number::{clock, count, counted, interval, money_exact, value};
use crate::report::words::{self, limits, standing};

/// Healthy channels of a page's table of measures; where there are more, they stand in full only.
pub(in crate::report) const HEALTHY_TOLD: usize = 4;

/// What the run came to, measure by measure.
pub(super) fn measures(summary: &Summary) -> Vec<Block> {
    if summary.gates.is_empty() {
        return vec![Block::said(Voice::Quiet, "No measure was gated.")];
    }
    let mut blocks = vec![Block::Table(told(summary))];
    let listed = words::gates_told(summary).len();
    if listed < summary.gates.len() {
        let text = "Channels that are not listed are healthy, or stand where the run stands.";
        blocks.push(Block::said(Voice::Quiet, text));
    }
    let full = "Every gate in full, on the run and on each channel".to_owned();
    blocks.push(Block::Details(full, vec![Block::Table(in_full(summary))]));
    blocks
}

/// What a row of measures is called: of a lag it is the 95th percentile; a channel stands below.
pub(in crate::report) fn named(kpi: Kpi, channel: Option<&str>) -> Cell {
    let p95 = if limits::lag_of(kpi) { ", p95" } else { "" };
    match channel {
        None => Cell::text(format!("{}{p95}", capitalised(kpi.title()))).toned(Tone::Strong),
        Some(channel) => Cell::text(format!("… on {channel}")),
    }
}

/// The measures of the run, and of the channels that stand elsewhere than the run; on a page of
/// the others too, where they are few.
fn told(summary: &Summary) -> Table {
    let columns = "measure | value | ~bounds | ~samples | ^healthy | limit | stands: | \
        ~owner: | ^at stake";
    let mut table = Table::of("The run as a whole, and each channel", columns).fine(&[6]);
    let listed = words::gates_told(summary);
    let is_listed = |gate: &&Gate| listed.iter().any(|other| std::ptr::eq(*other, *gate));
    for of_run in summary.gates.iter().filter(|gate| gate.channel.is_none()) {
        let same = summary.gates.iter().filter(|gate| gate.kpi == of_run.kpi);
        let healthy = same.clone().filter(|gate| !is_listed(gate)).count();
        for gate in same.filter(|gate| is_listed(gate) || healthy <= HEALTHY_TOLD) {
            let cells = vec![
                named(gate.kpi, gate.channel.as_deref()),
                Cell::number(value(gate.value)),
                Cell::number(interval(gate.low, gate.high)),
                Cell::number(count(gate.samples)),
                Cell::number(limits::edges(gate.limits).0.replace("at least", "≥")),
                Cell::number(standing::limit_short(gate.limits, &summary.terms)),
                stands(gate).toned(gate.band.into()),
                Cell::text(&gate.owner),
                at_stake(summary, gate),
            ];
            let row = Row { part: gate.channel.is_some(), ..Row::from(cells) };
            let row = row.aside(!is_listed(&gate)).of(gate.channel.as_deref());
            table.push(row.marked(gate.band == Band::Failed));
        }
    }
    table
}

/// Where the gate stands, in a word; with its reason where there is room.
fn stands(gate: &Gate) -> Cell {
    match (&gate.accepted_risk, gate.band, gate.because) {
        (Some(_), ..) => Cell::text("accepted").with(band_reason(gate.band, gate.because)),
        (None, Band::NotProved, Some(why)) => Cell::text("unproved").with(words::short(why)),
        (None, Band::NotProved, None) => Cell::text("unproved"),
        (None, band, _) => Cell::text(words::band_word(band)),
    }
}

/// What the bad events touched, and how many late changes touched it.
fn at_stake(summary: &Summary, gate: &Gate) -> Cell {
    let cell = match gate.impact {
        None => Cell::number("—"),
        Some(touched) if touched.orders == 0 && touched.money == 0 => Cell::number("nothing"),
        Some(touched) => {
            let units = counted(touched.units.unsigned_abs(), "unit", "units");
            let is_open = gate.bad.possible > gate.bad.definite && !limits::lag_of(gate.kpi);
            let told = if is_open {
                format!("{} orders, up to {units}", between(gate.bad))
            } else {
                format!("{}, {units}", counted(touched.orders, "order", "orders"))
            };
            Cell::number(money_exact(touched.money, &summary.campaign)).with(told)
        }
    };
    match (limits::lag_of(gate.kpi), gate.bad.possible) {
        (false, _) | (true, 0) => cell,
        (true, 1) => cell.with(format!("{} late change", between(gate.bad))),
        (true, _) => cell.with(format!("{} late changes", between(gate.bad))),
    }
}

/// A row a gate, with everything known of it.
fn in_full(summary: &Summary) -> Table {
    let columns =
        "gate | value | bounds | limits | bad | of | money | first bad | stands: | owner:";
    let mut table = Table::of("Each gate in full", columns);
    for gate in &summary.gates {
        let scope = gate.channel.as_deref().map_or(String::new(), |c| format!(" on {c}"));
        let (healthy, watch) = limits::edges(gate.limits);
        // A witness of a lag may be late beyond the healthy edge only: then no event was bad.
        let witness = gate.first_bad.filter(|_| gate.bad.possible > 0);
        let first = witness.map_or(Cell::number("—"), |witness| {
            Cell::number(clock(witness.at_us)).with(format!("fact {}", count(witness.seq)))
        });
        let row = vec![
            Cell::text(format!("{}{scope}", capitalised(gate.kpi.title()))),
            Cell::number(value(gate.value)),
            Cell::number(interval(gate.low, gate.high)),
            Cell::number(healthy).with(watch),
            Cell::number(between(gate.bad)),
            Cell::number(count(gate.samples)),
            Cell::number(money_exact(gate.money, &summary.campaign)),
            first,
            stands(gate).toned(gate.band.into()),
            Cell::text(&gate.owner),
        ];
        table.push(Row::from(row).of(gate.channel.as_deref()));
    }
    table
}
