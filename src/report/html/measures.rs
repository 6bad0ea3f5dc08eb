//! Owns the table of measures, and the one of every gate in full. Must not decide what is good or
//! bad.

use crate::report::document::Tone;
use crate::report::document::table::{Cell, HEALTHY_NAMED, Row, Scope, Table};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::summary::gate::Gate;
use crate::report::words::gate as said;
use crate::report::words::limits;
use crate::report::words::number::{clock, count, counted, interval, money_exact, value};

/// A row a measure: the run's value with everything that a decision needs, and each channel's.
pub(super) fn measures(summary: &Summary) -> Table {
    let columns =
        ["measure", "value", "bounds", "of", "stands:", "at stake", "by channel:", "owner:"];
    let mut table = Table::new("The run as a whole, and each channel", &columns);
    for gate in summary.gates.iter().filter(|gate| gate.channel.is_none()) {
        let (healthy, watch) = limits::edges(gate.limits);
        let p95 = if limits::lag_of(gate.kpi) { ", p95" } else { "" };
        let title = said::capitalised(gate.kpi.title());
        let row = vec![
            Cell::text(format!("{title}{p95}"))
                .with(format!("healthy {healthy}"))
                .with(format!("watch {watch}")),
            Cell::number(value(gate.value)).toned(gate.band.into()),
            Cell::number(interval(gate.low, gate.high)),
            Cell::number(count(gate.samples)).with(limits::samples_word(gate.kpi)),
            Cell::text(band(gate)).toned(gate.band.into()),
            at_stake(summary, gate),
            by_channel(summary, gate),
            owner(summary, gate),
        ];
        table.push(Row::from(row).marked(gate.band == Band::Failed));
    }
    table
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
                format!("{} orders, up to {units}", said::between(gate.bad))
            } else {
                format!("{}, {units}", counted(touched.orders, "order", "orders"))
            };
            Cell::number(money_exact(touched.money, &summary.campaign)).with(told)
        }
    };
    match (limits::lag_of(gate.kpi), gate.bad.possible) {
        (false, _) | (true, 0) => cell,
        (true, 1) => cell.with(format!("{} late change", said::between(gate.bad))),
        (true, _) => cell.with(format!("{} late changes", said::between(gate.bad))),
    }
}

/// Channels that are not healthy first; healthy ones are counted when they are many.
fn by_channel(summary: &Summary, run: &Gate) -> Cell {
    let of_channels = summary.gates.iter().filter(|g| g.kpi == run.kpi && g.channel.is_some());
    let all: Vec<&Gate> = of_channels.collect();
    let healthy = all.iter().filter(|gate| gate.band == Band::Healthy).count();
    let told = |gate: &&&Gate| gate.band != Band::Healthy || healthy <= HEALTHY_NAMED;
    let mut scopes: Vec<Scope> = all.iter().filter(told).map(|gate| scope(gate)).collect();
    scopes.extend(Scope::healthy(healthy));
    Cell { scopes, ..Cell::text("") }
}

fn scope(gate: &Gate) -> Scope {
    Scope {
        channel: gate.channel.clone(),
        name: gate.channel.clone().unwrap_or_default(),
        main: value(gate.value),
        tone: gate.band.into(),
        band: band(gate),
    }
}

/// Who answers, and who answers on channels where it stands worse.
fn owner(summary: &Summary, run: &Gate) -> Cell {
    let fails = |gate: &&Gate| gate.kpi == run.kpi && gate.band == Band::Failed;
    let failing = summary.gates.iter().any(|gate| fails(&gate));
    let mut cell = Cell::text(&run.owner).toned(if failing { Tone::Bad } else { Tone::Plain });
    let mut others: Vec<&str> = Vec::new();
    for gate in summary.gates.iter().filter(fails) {
        if gate.owner != run.owner && !others.contains(&gate.owner.as_str()) {
            others.push(&gate.owner);
        }
    }
    for other in others {
        cell = cell.with(other);
    }
    cell
}

/// A row a gate, with everything known of it.
pub(super) fn in_full(summary: &Summary) -> Table {
    let columns = [
        "gate",
        "value",
        "bounds",
        "limits",
        "bad",
        "of",
        "money",
        "first bad",
        "stands:",
        "owner:",
    ];
    let mut table = Table::new("Each gate in full", &columns);
    for gate in &summary.gates {
        let scope = gate.channel.as_deref().map_or(String::new(), |c| format!(" on {c}"));
        let (healthy, watch) = limits::edges(gate.limits);
        // A witness of a lag may be late beyond the healthy edge only: then no event was bad.
        let witness = gate.first_bad.filter(|_| gate.bad.possible > 0);
        let first = witness.map_or(Cell::number("—"), |witness| {
            Cell::number(clock(witness.at_us)).with(format!("fact {}", count(witness.seq)))
        });
        let row = vec![
            Cell::text(format!("{}{scope}", said::capitalised(gate.kpi.title()))),
            Cell::number(value(gate.value)),
            Cell::number(interval(gate.low, gate.high)),
            Cell::number(healthy).with(watch),
            Cell::number(said::between(gate.bad)),
            Cell::number(count(gate.samples)),
            Cell::number(money_exact(gate.money, &summary.campaign)),
            first,
            Cell::text(band(gate)).toned(gate.band.into()),
            Cell::text(&gate.owner),
        ];
        table.push(Row::from(row).of(gate.channel.as_deref()));
    }
    table
}

fn band(gate: &Gate) -> String {
    let said = said::band_reason(gate.band, gate.because);
    match gate.accepted_risk {
        Some(_) => format!("{said}, risk accepted"),
        None => said,
    }
}
