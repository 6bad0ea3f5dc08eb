//! Owns what is read of all afternoons on the page of one: tiles, table of measures, gates in full,
//! fans. Must not compute: it puts in order what [`Afternoons`] says.

use super::table::{self as together, HOW, HOW_BOUNDS};
use super::words::{More, cut_short, interval, quantile, sales, stands};
use super::{Afternoons, GateOver, fans};
use crate::report::charts::Axis;
use crate::report::document::table::{Cell, HEALTHY_NAMED, Row, Scope, Table};
use crate::report::document::{Block, Fact, Voice};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::words::gate::capitalised;
use crate::report::words::limits::{lag_of, samples_word};
use crate::report::words::number::{count, counted, share};

/// What is read of all afternoons in the report of one of them.
pub(in crate::report) fn section(all: &Afternoons, summary: &Summary) -> Vec<Block> {
    let played = counted(all.runs, "afternoon", "afternoons");
    let mut blocks = vec![
        Block::heading("afternoons", format!("All {played} together")),
        Block::Table(measures(all, summary)),
        Block::said(Voice::Quiet, format!("{HOW} {HOW_BOUNDS}")),
    ];
    let fans = fans::figures(all, &Axis::of(summary)).into_iter();
    blocks.extend(fans.map(|fan| Block::Figure(Box::new(fan))));
    let in_full = "Each measure over the afternoons, in full".to_owned();
    blocks.push(Block::Details(in_full, vec![Block::Table(gates(all))]));
    blocks.push(Block::said(
        Voice::Quiet,
        format!(
            "Seeds from {} on. Bounds of shares are those of Clopper and Pearson on effective \
             samples, one-sided at {}; a mean stands with its t interval at 95 %.{}",
            all.first_seed,
            share(all.confidence_ppm),
            cut_short(all).map_or(String::new(), |said| format!(" {said}.")),
        ),
    ));
    blocks
}

/// The figures beside the verdict on all afternoons.
pub(in crate::report) fn facts(all: &Afternoons) -> Vec<Fact> {
    let (sold, of) = (&all.sales, &all.currency);
    let whole = |name: &str, mean: super::Interval| {
        let said = |milli: i64| count((milli.max(0).unsigned_abs() + 500) / 1_000);
        let bounds = mean.low.zip(mean.high);
        let small = bounds.map(|(low, high)| format!("{} to {}", said(low), said(high)));
        Fact { name: String::from(name), value: said(mean.mean), small: small.unwrap_or_default() }
    };
    let kept = sold.kept_money;
    let kept_bounds = kept.low.zip(kept.high);
    vec![
        Fact::plain("afternoons played", count(all.runs)),
        Fact {
            name: "within every limit".to_owned(),
            value: format!("{} of {}", count(all.in_band.yes), count(all.in_band.of)),
            small: format!("a GO needs {} proved", share(all.in_band_at_least_ppm)),
        },
        whole("accepted orders, mean", sold.accepted_milli),
        whole("turned away, mean", sold.turned_away_milli),
        Fact {
            name: "sales kept, mean".to_owned(),
            value: sales::money(kept.mean, of),
            small: kept_bounds.map_or(String::new(), |(low, high)| {
                format!("{} to {}", sales::money(low, of), sales::money(high, of))
            }),
        },
        whole("units oversold, mean", all.oversold_units_milli),
    ]
}

/// A row a measure: all afternoons together, on the run and on each channel.
fn measures(all: &Afternoons, summary: &Summary) -> Table {
    let columns =
        ["measure", "value", "bounds", "of", "stands:", "beyond its limit in", "by channel::"];
    let mut table = Table::new("Each measure, on the run and on each channel", &columns);
    for gate in all.gates.iter().filter(|gate| gate.channel.is_none()) {
        let told = together::row(all, summary, gate);
        let p95 = if lag_of(told.kpi) { ", p95" } else { "" };
        let title = capitalised(told.kpi.title());
        let channels = all.gates.iter().filter(|g| g.kpi == gate.kpi && g.channel.is_some());
        let channels: Vec<together::Row> =
            channels.map(|gate| together::row(all, summary, gate)).collect();
        let fails = told.band == Band::Failed;
        let row = vec![
            Cell::text(format!("{title}{p95}")).with(format!("limit {}", told.limit)),
            Cell::number(told.value).toned(told.band.into()),
            Cell::number(told.bounds),
            Cell::number(count(told.samples)).with(samples_word(told.kpi)),
            Cell::text(told.stands).toned(told.band.into()),
            Cell::number(told.beyond),
            by_channel(channels),
        ];
        table.push(Row::from(row).marked(fails));
    }
    table
}

/// Each channel that is not healthy; healthy ones are counted when they are many.
fn by_channel(channels: Vec<together::Row>) -> Cell {
    let healthy = channels.iter().filter(|row| row.band == Band::Healthy).count();
    let named = |row: &together::Row| row.band != Band::Healthy || healthy <= HEALTHY_NAMED;
    let scope = |row: together::Row| Scope {
        name: row.channel.clone().unwrap_or_default(),
        channel: row.channel,
        main: row.value,
        tone: row.band.into(),
        band: row.stands.to_owned(),
    };
    let mut scopes: Vec<Scope> = channels.into_iter().filter(named).map(scope).collect();
    scopes.extend(Scope::healthy(healthy));
    Cell { scopes, ..Cell::text("") }
}

/// Every gate, those that stand in the way most often first.
fn gates(all: &Afternoons) -> Table {
    let columns = [
        "measure",
        "all together",
        "beyond its limit in",
        "median",
        "90 % lie within",
        "mean",
        "by itself: healthy",
        "watch",
        "failed",
        "not proved",
    ];
    let mut table = Table::new("Each measure over the afternoons", &columns);
    let mut order: Vec<&GateOver> = all.gates.iter().collect();
    let rank = |gate: &GateOver| (gate.pooled.in_the_way, gate.out, gate.failed, gate.not_proved);
    order.sort_by_key(|gate| std::cmp::Reverse(rank(gate)));
    for gate in order {
        let times = |n: u64, band: Band| match n {
            0 => Cell::number("0"),
            n => Cell::number(count(n)).toned(band.into()),
        };
        let scope = gate.channel.as_deref().map_or(String::new(), |name| format!(" on {name}"));
        let accepted = if gate.accepted > 0 { "risk accepted" } else { "" };
        let [low, median, high] = gate.quantiles.map(|value| quantile(gate.kpi, value));
        let cells = vec![
            Cell::text(format!("{}{scope}", capitalised(gate.kpi.title()))).with(accepted),
            Cell::text(stands(gate, More::of(all)).replace('`', "")),
            times(gate.out, Band::Failed),
            Cell::number(median),
            Cell::number(format!("{low} … {high}")),
            Cell::number(gate.mean.map_or("—".to_owned(), |mean| interval(gate.kpi, mean))),
            times(gate.healthy, Band::Healthy),
            times(gate.watch, Band::Watch),
            times(gate.failed, Band::Failed),
            times(gate.not_proved, Band::NotProved),
        ];
        table.push(Row::from(cells).of(gate.channel.as_deref()));
    }
    table
}
