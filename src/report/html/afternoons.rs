//! Owns the page's section on other afternoons: the chance of a GO, gates over afternoons, fans.
//! Must not compute: it lays out what [`Afternoons`] says.

use askama::Template;

use super::class;
use super::figure::{Figure, figure};
use super::table::{Cell, Row, Table, tone};
use crate::report::ReportError;
use crate::report::charts::{Axis, Layout};
use crate::report::many::words::{
    More, chance_short, cut_short, headline, interval, quantile, sales, stands, why,
};
use crate::report::many::{Afternoons, GateOver, fans};
use crate::report::summary::verdict::Band;
use crate::report::words::gate::capitalised;
use crate::report::words::number::{count, share};
use crate::report::words::verdict_word;

#[derive(Template)]
#[template(path = "afternoons.html")]
struct Section {
    headline: String,
    why: String,
    sold: String,
    channels: Table,
    gates: Table,
    fans: Vec<Figure>,
    how: String,
}

/// The section; nothing where only this afternoon was played.
pub(super) fn section(all: Option<&Afternoons>, axis: &Axis) -> Result<String, ReportError> {
    let Some(all) = all else { return Ok(String::new()) };
    let wide = fans::draw_all(all, axis, Layout::Wide)?;
    let narrow = fans::draw_all(all, axis, Layout::Narrow)?;
    let section = Section {
        headline: headline(all),
        why: why(all),
        sold: capitalised(&sales::kept(&all.sales, &all.currency)),
        channels: channels(all),
        gates: gates(all),
        fans: wide.into_iter().zip(&narrow).map(|(wide, narrow)| figure(wide, narrow)).collect(),
        how: format!(
            "Played on seeds {} to {}; the rest of this page is {}, seed {}. \
             Shares stand with their bounds after Clopper and Pearson, each one-sided at {}; the \
             measures of all afternoons together on their effective samples.{}",
            all.first_seed,
            all.first_seed.wrapping_add(all.runs - 1),
            if all.runs == 2 { "the worse of both" } else { "the median afternoon" },
            all.median_seed,
            share(all.confidence_ppm),
            cut_short(all).map_or(String::new(), |said| format!(" {said}.")),
        ),
    };
    Ok(section.render()?)
}

fn channels(all: &Afternoons) -> Table {
    let columns = ["", "verdict", "afternoons within limits"];
    let mut table = Table::new("All afternoons together, and by channel", &columns);
    table.push(Row::from(vec![
        Cell::text("the run"),
        Cell::text(verdict_word(all.verdict)).toned(class(all.verdict)),
        Cell::number(format!("{} of {}", count(all.in_band.yes), count(all.in_band.of)))
            .with(chance_short(&all.in_band)),
    ]));
    for channel in &all.channels {
        let cells = vec![
            Cell::text(&channel.name),
            Cell::text(verdict_word(channel.verdict)).toned(class(channel.verdict)),
            Cell::number(""),
        ];
        table.push(Row::from(cells).of(Some(&channel.name)));
    }
    table
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
            n => Cell::number(count(n)).toned(tone(band)),
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
