//! Owns the page's section on other afternoons: the chance of a GO, gates over afternoons, fans.
//! Must not compute: it lays out what [`Afternoons`] says.

use askama::Template;

use super::figure::{Figure, figure};
use super::table::{Cell, Row, Table, tone};
use crate::report::ReportError;
use crate::report::charts::{Axis, Layout};
use crate::report::many::words::{chance_short, headline, interval, quantile, why};
use crate::report::many::{Afternoons, GateOver, fans};
use crate::report::summary::verdict::Band;
use crate::report::words::gate::capitalised;
use crate::report::words::number::{count, share};

#[derive(Template)]
#[template(path = "afternoons.html")]
struct Section {
    headline: String,
    why: String,
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
        channels: channels(all),
        gates: gates(all),
        fans: wide.into_iter().zip(&narrow).map(|(wide, narrow)| figure(wide, narrow)).collect(),
        how: format!(
            "Played on seeds {} to {}; the rest of this page is the median afternoon, seed {}. A \
             chance stands with its bounds after Clopper and Pearson, each one-sided at {}.",
            all.first_seed,
            all.first_seed.wrapping_add(all.runs - 1),
            all.median_seed,
            share(all.confidence_ppm),
        ),
    };
    Ok(section.render()?)
}

fn channels(all: &Afternoons) -> Table {
    let mut table = Table::new("How often it is a GO", &["", "GO", "share"]);
    let channels = all.channels.iter().map(|channel| (channel.name.as_str(), channel.go));
    for (name, go) in [("the run", all.go)].into_iter().chain(channels) {
        let class = match go.low_ppm {
            low if low >= all.go_at_least_ppm => "good",
            _ if go.high_ppm < all.go_at_least_ppm => "bad",
            _ => "careful",
        };
        let channel = (name != "the run").then_some(name);
        let cells = vec![
            Cell::text(name),
            Cell::number(format!("{} of {}", count(go.yes), count(go.of))),
            Cell::number(share(crate::units::Ppm::of(go.yes, go.of).0))
                .toned(class)
                .with(chance_short(&go)),
        ];
        table.push(Row::from(cells).of(channel));
    }
    table
}

/// Every gate, those that stand in the way most often first.
fn gates(all: &Afternoons) -> Table {
    let columns =
        ["gate", "healthy", "watch", "failed", "not proved", "median", "90 % lie within", "mean"];
    let mut table = Table::new("Each gate over the afternoons", &columns);
    let mut order: Vec<&GateOver> = all.gates.iter().collect();
    order.sort_by_key(|gate| std::cmp::Reverse((gate.failed, gate.not_proved, gate.watch)));
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
            times(gate.healthy, Band::Healthy),
            times(gate.watch, Band::Watch),
            times(gate.failed, Band::Failed),
            times(gate.not_proved, Band::NotProved),
            Cell::number(median),
            Cell::number(format!("{low} … {high}")),
            Cell::number(gate.mean.map_or("—".to_owned(), |mean| interval(gate.kpi, mean))),
        ];
        table.push(Row::from(cells).of(gate.channel.as_deref()));
    }
    table
}
