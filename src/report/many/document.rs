//! Owns what is read of all afternoons in the report of one: tiles, measures, gates in full, fans.
//! Must not compute: it puts in order what [`Afternoons`] says.

use super::table::{HOW, HOW_BOUNDS, together};
use super::words::{More, cut_short, interval, quantile, sales, stands};
use super::{GateOver, Interval, Replications, fans, helped, recovered};
use crate::report::charts::Axis;
use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Fact, Voice};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::words::gate::capitalised;
use crate::report::words::number::{count, counted, share};

/// What is read of all afternoons in the report of one of them.
pub(in crate::report) fn section(all: &Replications, summary: &Summary) -> Vec<Block> {
    let played = counted(all.runs, "afternoon", "afternoons");
    let mut blocks = vec![
        Block::heading("afternoons", format!("All {played} together")),
        Block::Table(together("Each measure over all of them", all, summary)),
        Block::said(
            Voice::Quiet,
            format!("Channels that are not listed are healthy. {HOW} {HOW_BOUNDS}"),
        ),
    ];
    blocks.extend(recovered::table(&all.objectives).map(Block::Table));
    blocks.extend(helped::blocks(all));
    blocks.extend(fans::figures(all, &Axis::of(summary)));
    let in_full = "Each measure over the afternoons, in full".to_owned();
    blocks.push(Block::Details(in_full, vec![Block::Table(gates(all))]));
    blocks.push(Block::said(
        Voice::Fine,
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

/// Every gate, those that stand in the way most often first.
fn gates(all: &Replications) -> Table {
    let columns = "measure | all together | beyond its limit in | median | 90 % lie within | \
        mean | by itself: healthy | watch | failed | not proved";
    let mut table = Table::of("Each measure over the afternoons", columns);
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
            Cell::text(stands(gate, More::of(all))),
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
