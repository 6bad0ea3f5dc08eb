//! Owns the tables of faults injected on purpose: what each did, when, how often, what came of it.
//! Must not judge by them.

mod alerts;

use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Tone, Voice};
use crate::report::summary::faults::Spell;
use crate::report::summary::{Disturbance, Objective, Recovered, Summary};
use crate::report::words::gate::capitalised;
use crate::report::words::number::{clock, count, counted, span};
use crate::report::words::objective;

/// Spells of one fault or alert that are told one by one.
const SPELLS_TOLD: usize = 3;

/// What was broken on purpose, and which alerts were raised; nothing where there were none.
pub(super) fn section(summary: &Summary) -> Vec<Block> {
    let mut blocks = broken(summary);
    blocks.extend(alerts::section(summary));
    blocks
}

fn broken(summary: &Summary) -> Vec<Block> {
    if summary.faults.is_empty() {
        return Vec::new();
    }
    let columns = "fault | what it does:: | in force: | met";
    let mut table =
        Table::of("Faults injected on purpose, in the order in which they are asked", columns);
    for fault in &summary.faults {
        let cells = vec![
            Cell::text(&fault.name),
            Cell::text(&fault.does),
            Cell::text(spells(&fault.spells)),
            Cell::number(count(fault.hits)),
        ];
        table.push(Row::from(cells));
    }
    let mut blocks =
        vec![Block::heading("faults", "What was broken on purpose"), Block::Table(table)];
    if !summary.disturbances.is_empty() {
        blocks.push(Block::Table(recoveries(summary)));
        let rests = if summary.objectives.is_empty() { ", and no verdict rests on it" } else { "" };
        blocks.push(Block::said(Voice::Quiet, format!("{MEANS}{rests}.")));
    }
    blocks.extend(objectives(&summary.objectives).map(Block::Table));
    blocks
}

/// What recovery was to come to; none where nothing was asked.
fn objectives(all: &[Objective]) -> Option<Table> {
    let columns = "objective: | stands: | kept | missed | not known | at worst | who answers::";
    let mut table = Table::of("What recovery was to come to", columns);
    for one in all {
        let cells = vec![
            Cell::text(capitalised(&objective::title(one.asks, one.at_most))),
            Cell::text(objective::band(one)).toned(one.band.into()),
            Cell::number(count(one.kept)),
            Cell::number(count(one.missed)),
            Cell::number(count(one.open)),
            Cell::text(objective::worst(one)),
            Cell::text(&one.owner),
        ];
        table.push(Row::from(cells));
    }
    (!table.rows.is_empty()).then_some(table)
}

const MEANS: &str = "Out of band is a minute in which a channel's sync lag or handoffs were beyond \
    the limit that a GO needs, or at least three shoppers, and 1 % of those who wanted to buy, \
    were sent away though not for want of stock; or in which more than twice as many jobs waited \
    (and at least 20 more) or units were oversold (and at least 5 more) as in any before. In band \
    again: from the end of the last such minute on, once there had been none for three minutes at \
    least after what was broken had ended. Prices are not looked at";

/// What came of each time in which something was broken.
fn recoveries(summary: &Summary) -> Table {
    let columns =
        "broken | in band again: | worst sync lag of a minute | most jobs waiting | what it cost::";
    let mut table = Table::of("What came of it, until all was in band again", columns);
    for one in &summary.disturbances {
        let since = |at: u64| span(at.saturating_sub(one.from_us));
        let again = match (one.recovered, one.in_band_us(), one.recovered_us) {
            (Recovered::NeverOut, ..) => ("not out of it, nor just after".to_owned(), Tone::Good),
            (_, Some(at), _) => (in_band(one, at), Tone::Good),
            (Recovered::NotBy, _, Some(at)) => (format!("not within {}", since(at)), Tone::Bad),
            _ if one.cut => ("not known: the record was cut off".to_owned(), Tone::Plain),
            _ => ("not known: too little was seen".to_owned(), Tone::Plain),
        };
        let lasts = span(one.until_us.saturating_sub(one.from_us));
        let (from, faults) = (clock(one.from_us), one.faults.join(", "));
        let broken = if one.is_open(&summary.faults) {
            format!("from {from} on: {faults}")
        } else {
            format!("{from} for {lasts}: {faults}")
        };
        let cells = vec![
            Cell::text(broken),
            Cell::text(again.0).toned(again.1),
            Cell::number(span(one.worst_lag_us)),
            Cell::number(count(one.backlog.into())),
            Cell::text(cost(one)),
        ];
        table.push(Row::from(cells));
    }
    table
}

/// `out of band on amazon, first after 2 min; 87 units oversold, 81 orders cancelled`.
fn cost(one: &Disturbance) -> String {
    let out = one.impact_us.map(|at| {
        let first = span(at.saturating_sub(one.from_us));
        match one.out.as_slice() {
            [] => format!("more waiting or oversold than before it, first after {first}"),
            channels => format!("out of band on {}, first after {first}", channels.join(", ")),
        }
    });
    let units = one.oversold.unsigned_abs();
    let orders = |many: u64, what: &str| {
        (many > 0).then(|| format!("{} {what}", counted(many, "order", "orders")))
    };
    let harm = [
        (units > 0).then(|| format!("{} oversold", counted(units, "unit", "units"))),
        orders(one.cancelled, "cancelled for stock"),
        orders(one.unhanded, "not handed off in time"),
        orders(one.turned_away, "sent away"),
    ];
    let harm: Vec<String> = harm.into_iter().flatten().collect();
    let harm = if harm.is_empty() { "no order".to_owned() } else { harm.join(", ") };
    out.map_or_else(|| harm.clone(), |out| format!("{out}; {harm}"))
}

/// `12 min after it began, 2 min after it ended`.
fn in_band(one: &Disturbance, at: u64) -> String {
    let began = span(at.saturating_sub(one.from_us));
    format!("{began} after it began, {}", of_its_end(one, at))
}

/// `2 min after it ended`; at its end, where the digits that are shown do not tell them apart.
pub(super) fn of_its_end(one: &Disturbance, at: u64) -> String {
    let [took, lasted] = [at, one.until_us].map(|at| span(at.saturating_sub(one.from_us)));
    match at.checked_sub(one.until_us) {
        _ if took == lasted => "when it ended".to_owned(),
        None => "before it ended".to_owned(),
        Some(after) => format!("{} after it ended", span(after)),
    }
}

/// `10:20 for 5 min`, and how many more there were.
fn spells(spells: &[Spell]) -> String {
    let told = spells.iter().take(SPELLS_TOLD).map(|spell| match spell.until_us {
        Some(until) => {
            format!("{} for {}", clock(spell.from_us), span(until.saturating_sub(spell.from_us)))
        }
        None => format!("from {} on", clock(spell.from_us)),
    });
    let mut told: Vec<String> = told.collect();
    match spells.len() {
        0 => return "never".to_owned(),
        many if many > SPELLS_TOLD => {
            let more = (many - SPELLS_TOLD) as u64;
            told.push(counted(more, "time more", "times more"));
        }
        _ => {}
    }
    told.join(", ")
}
