//! Owns what is read of all afternoons on the page of one: tiles, table of measures, gates in full,
//! fans. Must not compute: it puts in order what [`Afternoons`] says.

use super::table::{self as together, HOW, HOW_BOUNDS};
use super::words::{More, cut_short, interval, quantile, sales, stands};
use super::{GateOver, Interval, Replications, fans};
use crate::report::charts::Axis;
use crate::report::document::table::{Cell, HEALTHY_NAMED, Row, Scope, Table};
use crate::report::document::{Block, Fact, Tone, Voice};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::summary::gate::Kpi;
use crate::report::words::gate::capitalised;
use crate::report::words::limits::{lag_of, samples_word};
use crate::report::words::number::{count, counted, share};

/// What is read of all afternoons in the report of one of them.
pub(in crate::report) fn section(all: &Replications, summary: &Summary) -> Vec<Block> {
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
pub(in crate::report) fn facts(all: &Replications) -> Vec<Fact> {
    let (sold, of) = (&all.sales, &all.currency);
    let fact = |name: &str, mean: Interval, said: &dyn Fn(i64) -> String| {
        let (value, small) = sales::bounded(mean, said);
        Fact { name: String::from(name), value, small }
    };
    let whole = |name: &str, mean: Interval| fact(name, mean, &sales::rounded);
    vec![
        Fact::plain("afternoons played", count(all.runs)),
        Fact {
            name: "within every limit".to_owned(),
            value: format!("{} of {}", count(all.in_band.yes), count(all.in_band.of)),
            small: format!("a GO needs {} proved", share(all.in_band_at_least_ppm)),
        },
        whole("accepted orders, mean", sold.accepted_milli),
        whole("turned away, mean", sold.turned_away_milli),
        fact("sales kept, mean", sold.kept_money, &|minor| sales::money(minor, of)),
        whole("units oversold, mean", all.oversold_units_milli),
    ]
}

/// What a row of measures is called: of a lag it is the 95th percentile; a channel stands below.
pub(in crate::report) fn named(kpi: Kpi, channel: Option<&str>) -> Cell {
    let p95 = if lag_of(kpi) { ", p95" } else { "" };
    match channel {
        None => Cell::text(format!("{}{p95}", capitalised(kpi.title()))).toned(Tone::Strong),
        Some(channel) => Cell::text(format!("… on {channel}")),
    }
}

/// Each measure over all afternoons together, with the channels that are not healthy.
pub(in crate::report) fn together(
    caption: impl Into<String>,
    all: &Replications,
    summary: &Summary,
) -> Table {
    let columns = ["measure", "value", "~bounds", "~samples", "limit", "stands:", "~beyond it in"];
    let mut table = Table::new(caption, &columns);
    for told in together::told(all, summary) {
        let cells = vec![
            named(told.kpi, told.channel.as_deref()),
            Cell::number(told.value),
            Cell::number(told.bounds),
            Cell::number(count(told.samples)),
            Cell::number(told.limit),
            Cell::text(told.stands).toned(told.band.into()),
            Cell::number(told.beyond),
        ];
        table.push(Row { part: told.channel.is_some(), ..Row::from(cells) });
    }
    table
}

/// A row a measure: all afternoons together, on the run and on each channel.
fn measures(all: &Replications, summary: &Summary) -> Table {
    let columns =
        ["measure", "value", "bounds", "of", "stands:", "beyond its limit in", "by channel::"];
    let mut table = Table::new("Each measure, on the run and on each channel", &columns);
    for gate in all.gates.iter().filter(|gate| gate.channel.is_none()) {
        let told = together::row(all, summary, gate);
        let channels = all.gates.iter().filter(|g| g.kpi == gate.kpi && g.channel.is_some());
        let channels: Vec<together::Row> =
            channels.map(|gate| together::row(all, summary, gate)).collect();
        let fails = told.band == Band::Failed;
        let row = vec![
            named(told.kpi, None).toned(Tone::Plain).with(format!("limit {}", told.limit)),
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
fn gates(all: &Replications) -> Table {
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
