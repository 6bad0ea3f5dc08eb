//! Owns the tables of a plan. Must not compute.

use crate::report::document::Tone;
use crate::report::document::table::{Cell, Table};
use crate::report::outlook::findings::gates_told;
use crate::report::outlook::sheet::{Lag, OrderCount, Sheet, Stood};
use crate::report::outlook::words::{
    clock_at, lag_title, limit, milli, orders_per_min, per_min, provable, served_per_min, within,
};
use crate::report::run::measures::named;
use crate::report::words::gate::capitalised;
use crate::report::words::number::{count, share, span};
use crate::report::words::short;

/// How each gate stood, and beside it what it takes to prove it: two questions.
pub(super) fn gates(sheet: &Sheet) -> Table {
    let caption = "How each gate stood, and what it takes to prove it";
    let mut columns = vec!["gate", "limit"];
    columns.extend(sheet.played.as_ref().map(|_| "within limit"));
    columns.extend(["samples", "to prove it"]);
    let mut table = Table::new(caption, &columns);
    for gate in gates_told(sheet) {
        let name = named(gate.kpi, gate.channel.as_deref());
        let mut cells = vec![name, Cell::number(limit(gate, &sheet.lags))];
        cells.extend(gate.stood.map(within_cell));
        let tone = if gate.replications_needed.is_some() { Tone::Plain } else { Tone::Bad };
        let needs = format!("needs {}", count(gate.needed));
        cells.push(Cell::number(count(gate.samples)).with(needs));
        cells.push(Cell::number(provable(gate)).toned(tone));
        table.push(cells);
    }
    table
}

fn within_cell(stood: Stood) -> Cell {
    let tone = if stood.beyond == 0 { Tone::Good } else { Tone::Bad };
    Cell::number(within(stood)).toned(tone)
}

/// Every gate in full.
pub(super) fn gates_in_full(sheet: &Sheet) -> Table {
    let columns = "gate | limit | samples | minutes | sold-out SKUs | needs | to prove it: | \
        within limit | proves neither alone:";
    let mut table = Table::of("Each gate on the run and on each channel, in an afternoon", columns);
    for gate in &sheet.gates {
        let mut name = Cell::text(capitalised(gate.kpi.title()));
        name.small.push(gate.channel.clone().unwrap_or_else(|| "the run".to_owned()));
        let or_none = |n: Option<u64>| Cell::number(n.map_or_else(String::new, count));
        table.push(vec![
            name,
            Cell::number(limit(gate, &sheet.lags)),
            Cell::number(count(gate.samples)),
            or_none(gate.minutes),
            or_none(gate.exposed),
            Cell::number(count(gate.needed)),
            Cell::text(provable(gate)),
            gate.stood.map_or_else(Cell::default, within_cell),
            gate.stood.map_or_else(Cell::default, unproved_cell),
        ]);
    }
    table
}

/// Afternoons that prove neither by themselves, and why.
fn unproved_cell(stood: Stood) -> Cell {
    let why = stood.why.map_or(String::new(), |why| format!(": {}", short(why)));
    Cell::text(format!("{}{why}", count(stood.unproved)))
}

/// A row a lag, a column a channel.
pub(super) fn lags(sheet: &Sheet) -> Table {
    let mut columns = vec!["lag", "limit"];
    columns.extend(sheet.channels.iter().map(String::as_str));
    let caption = "About where the 95th percentile lies before anything waits: by when changes are \
                   heard of, worked on and shown";
    let mut table = Table::new(caption, &columns);
    let mut before = None;
    for first in &sheet.lags {
        if before.replace(first.kpi) == Some(first.kpi) {
            continue;
        }
        let mut cells =
            vec![Cell::text(capitalised(lag_title(first))), Cell::number(span(first.limit_us))];
        for channel in &sheet.channels {
            let here = |lag: &&Lag| lag.kpi == first.kpi && lag.channel == *channel;
            let found = sheet.lags.iter().find(here);
            cells.push(found.map_or_else(|| Cell::number("—"), lag_cell));
        }
        table.push(cells);
    }
    table
}

fn lag_cell(lag: &Lag) -> Cell {
    let tone = match lag.beyond_ppm {
        0 => Tone::Plain,
        1..=50_000 => Tone::Careful,
        _ => Tone::Bad,
    };
    let mut cell = Cell::number(span(lag.p95_us)).toned(tone);
    if lag.beyond_ppm > 0 {
        cell.small.push(format!("{} beyond the limit", share(lag.beyond_ppm)));
    }
    cell
}

pub(super) fn loads(sheet: &Sheet) -> Table {
    let columns = ["who serves", "quiet", "busiest", "serves", "used", "carries"];
    let mut table = Table::new("What comes against what is served, in full batches", &columns);
    for load in &sheet.loads {
        let tone = match load.utilisation_ppm {
            0..800_000 => Tone::Plain,
            800_000..1_000_000 => Tone::Careful,
            _ => Tone::Bad,
        };
        let used = share(u32::try_from(load.utilisation_ppm).unwrap_or(u32::MAX));
        let mut used = Cell::number(used).toned(tone);
        used.small.extend(load.used_up_at_us.map(|at| format!("used up at {}", clock_at(at))));
        let or_dash = |rate: Option<String>| Cell::number(rate.unwrap_or("—".to_owned()));
        let served = |rate: u64| served_per_min(load, rate);
        let mut carries = or_dash(load.carries_per_min_milli.map(orders_per_min));
        if let Some(brings) = load.brings_per_min_milli {
            carries.small.push(format!("{} come", orders_per_min(brings)));
        }
        table.push(vec![
            Cell::text(capitalised(&load.name)),
            Cell::number(served(load.base_per_min_milli)),
            Cell::number(served(load.peak_per_min_milli)),
            or_dash(load.capacity_per_min_milli.map(served)),
            used,
            carries,
        ]);
    }
    table
}

pub(super) fn calls(sheet: &Sheet) -> Table {
    let caption = "Calls in the quietest and in the busiest phase, updates in full batches";
    let mut table = Table::new(caption, &["call", "quietest", "busiest"]);
    for call in &sheet.calls {
        table.push(vec![
            Cell::text(format!("{} {}", capitalised(&call.call), call.of)),
            Cell::number(per_min(call.base_per_min_milli)),
            Cell::number(per_min(call.peak_per_min_milli)),
        ]);
    }
    table
}

pub(super) fn orders(sheet: &Sheet) -> Table {
    let mut columns = vec!["orders", "whole campaign"];
    columns.extend(sheet.campaign.phases.iter().map(|phase| phase.name.as_str()));
    let caption = if sheet.orders.drawn {
        "Orders offered; nine campaigns in ten lie within ±; below, those accepted"
    } else {
        "Orders of the log; below, those accepted"
    };
    let mut table = Table::new(caption, &columns);
    for scope in &sheet.orders.scopes {
        let mut cells = vec![Cell::text(scope.channel.as_deref().unwrap_or("All channels"))];
        let cell = |of: &OrderCount| {
            let give = match of.give_or_take {
                0 => String::new(),
                give => format!(" ± {}", count(give)),
            };
            let mut cell = Cell::number(format!("{}{give}", count(of.offered)));
            cell.small.push(count(of.accepted));
            cell
        };
        cells.push(cell(&scope.all));
        cells.extend(scope.phases.iter().map(cell));
        table.push(cells);
    }
    table
}

pub(super) fn proofs(sheet: &Sheet) -> Table {
    let caption = "What must have happened at all: else a gate is not put to the test";
    let mut table = Table::new(caption, &["condition", "times expected"]);
    for proof in &sheet.proofs {
        let tone = if proof.expected_milli == 0 { Tone::Bad } else { Tone::Plain };
        table.push(vec![
            Cell::text(capitalised(&proof.what)),
            Cell::number(milli(proof.expected_milli)).toned(tone),
        ]);
    }
    // Elsewhere than on the page what would not happen is among the findings.
    table.aside(true)
}
