//! Owns the tables of `plan.html`. Must not compute.

use super::class;
use crate::report::html::table::{Cell, Table};
use crate::report::outlook::findings::length_said;
use crate::report::outlook::sheet::{Gate, Lag, OrderCount, Sheet, ShortOf};
use crate::report::outlook::terminal::needed;
use crate::report::outlook::words::{chance, clock_at, lag_title, limit, milli, per_min};
use crate::report::words::gate::capitalised;
use crate::report::words::number::{count, share, span};

/// A row a gate, a column a scope.
pub(super) fn gates(sheet: &Sheet) -> Table {
    let mut columns = vec!["gate", "limit", "the run"];
    columns.extend(sheet.channels.iter().map(String::as_str));
    let caption = "The chance that each gate is proved (90 % is good), and the samples it gets";
    let mut table = Table::new(caption, &columns);
    for run in sheet.gates.iter().filter(|gate| gate.channel.is_none()) {
        let mut cells =
            vec![Cell::text(capitalised(run.kpi.title())), Cell::number(limit(run, &sheet.lags))];
        let scopes = sheet.gates.iter().filter(|gate| gate.kpi == run.kpi);
        cells.extend(scopes.map(|gate| {
            let mut cell = chance_cell(gate);
            cell.small.push(samples(gate));
            cell
        }));
        table.push(cells);
    }
    table
}

/// `2,865 of 3,837`: those expected, of those that give a good chance.
fn samples(gate: &Gate) -> String {
    match (gate.chance_ppm, gate.samples_for_good) {
        (0..900_000, Some(needed)) => format!("{} of {}", count(gate.samples), count(needed)),
        _ => count(gate.samples),
    }
}

pub(super) fn gates_in_full(sheet: &Sheet) -> Table {
    let columns = [
        "gate",
        "limit",
        "taken as bad",
        "samples",
        "for 90 %",
        "sold-out SKUs",
        "without fault",
        "chance",
        "longer:",
    ];
    let mut table = Table::new("Each gate on the run and on each channel", &columns);
    for gate in &sheet.gates {
        let mut name = Cell::text(capitalised(gate.kpi.title()));
        name.small.push(gate.channel.clone().unwrap_or_else(|| "the run".to_owned()));
        let mut taken = Cell::number(share(gate.bad_ppm));
        taken.small.push(format!("clusters count {}×", milli(gate.design_effect_milli)));
        table.push(vec![
            name,
            Cell::number(limit(gate, &sheet.lags)),
            taken,
            Cell::number(count(gate.samples)),
            Cell::number(needed(gate)),
            Cell::number(gate.exposed.map_or_else(String::new, count)),
            Cell::number(chance(gate.flawless_ppm)),
            chance_cell(gate),
            Cell::text(length_said(sheet, gate)),
        ]);
    }
    table
}

fn chance_cell(gate: &Gate) -> Cell {
    let mut cell = Cell::number(chance(gate.chance_ppm)).toned(class(gate.chance_ppm));
    let why = match (gate.accepted, gate.blocks, gate.short_of) {
        (true, ..) => "risk accepted",
        (_, false, _) => "cannot hold the run back",
        (.., ShortOf::Exercise) => "not put to the test",
        (.., ShortOf::Speed) => "limits too slow",
        (.., ShortOf::Minutes) => "too few minutes",
        (.., ShortOf::Changes) => "too few changes",
        (.., ShortOf::Exposed) => "too few sold out",
        (.., ShortOf::Orders) => "too few orders",
        (.., ShortOf::Margin) => "too near the limit",
        (.., ShortOf::Nothing) => "",
    };
    cell.small.extend((!why.is_empty()).then(|| why.to_owned()));
    cell
}

/// A row a lag, a column a channel.
pub(super) fn lags(sheet: &Sheet) -> Table {
    let mut columns = vec!["lag", "limit"];
    columns.extend(sheet.channels.iter().map(String::as_str));
    let caption = "The 95th percentile that the plan's own limits imply at the end of the busiest \
                   phase; in small that of the quietest";
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
        0 => "",
        1..=50_000 => "careful",
        _ => "bad",
    };
    let mut cell = Cell::number(span(lag.peak_p95_us)).toned(tone);
    cell.small.push(span(lag.base_p95_us));
    if lag.beyond_ppm > 0 {
        cell.small.push(format!("{} beyond the limit", share(lag.beyond_ppm)));
    }
    cell
}

pub(super) fn queues(sheet: &Sheet) -> Table {
    let columns =
        ["queue", "quiet", "busiest", "serves", "used", "most waiting", "then waits", "carries"];
    let mut table = Table::new("Who keeps up, in full batches and on average", &columns);
    for queue in &sheet.queues {
        let tone = match queue.utilisation_ppm {
            0..800_000 => "",
            800_000..1_000_000 => "careful",
            _ => "bad",
        };
        let used = share(u32::try_from(queue.utilisation_ppm).unwrap_or(u32::MAX));
        let mut most = Cell::number(count(queue.backlog_most));
        if queue.backlog_most > 0 {
            most.small.push(format!("at {}", clock_at(queue.backlog_most_at_us)));
        }
        if queue.growth_per_min_milli > 0 {
            most.small.push(format!("+{}", per_min(queue.growth_per_min_milli)));
        }
        let mut carries =
            Cell::number(queue.carries_per_min_milli.map_or_else(|| "—".to_owned(), per_min));
        if let Some(brings) = queue.brings_per_min_milli {
            carries.small.push(format!("{} orders come", per_min(brings)));
        }
        table.push(vec![
            Cell::text(capitalised(&queue.name)),
            Cell::number(per_min(queue.base_per_min_milli)),
            Cell::number(per_min(queue.peak_per_min_milli)),
            Cell::number(queue.capacity_per_min_milli.map_or_else(|| "—".to_owned(), per_min)),
            Cell::number(used).toned(tone),
            most,
            Cell::number(span(queue.wait_us)),
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
        "Orders offered; nine campaigns in ten lie within ±; in small those accepted"
    } else {
        "Orders of the log; in small those accepted"
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
    let caption = "What must have happened at all: else a gate is not exercised";
    let mut table = Table::new(caption, &["condition", "times expected", "chance"]);
    for proof in &sheet.proofs {
        table.push(vec![
            Cell::text(capitalised(&proof.what)),
            Cell::number(proof.expected_milli.map_or_else(|| "—".to_owned(), milli)),
            Cell::number(chance(proof.chance_ppm)).toned(class(proof.chance_ppm)),
        ]);
    }
    table
}
