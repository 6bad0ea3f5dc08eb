//! Owns `plan.html`: one file that fetches nothing and reads without JavaScript.
//! Must not compute: it lays out what a [`Sheet`] says.

use askama::Template;

use super::findings::{Weight, length_said};
use super::pictures::over_time;
use super::sheet::{Gate, Lag, OrderCount, Sheet, ShortOf, WantedMost};
use super::terminal::needed;
use super::words::{
    assumed, chance, clock_at, lag_title, limit, milli, per_min, wanted_range,
};
use crate::report::ReportError;
use crate::report::charts::Layout;
use crate::report::html::table::{Cell, Table};
use crate::report::words::gate::capitalised;
use crate::report::words::number::{civil, count, glued, share, span, speed};

#[derive(Template)]
#[template(path = "plan.html")]
struct Page {
    made_by: String,
    campaign: String,
    starts: String,
    class: &'static str,
    headline: String,
    assumed: String,
    needs: String,
    facts: Vec<(&'static str, String)>,
    findings: Vec<FindingLine>,
    gates: Table,
    gates_in_full: Table,
    risks: String,
    wide: String,
    narrow: String,
    over_time: Table,
    stock: String,
    sold_out: Vec<Bar>,
    phases: Vec<Tick>,
    lags: Table,
    queues: Table,
    calls: Table,
    orders: Table,
    merchant: Vec<(&'static str, String)>,
    proofs: Table,
    pace: Vec<(&'static str, String)>,
}

struct FindingLine {
    class: &'static str,
    word: &'static str,
    text: String,
    todo: String,
}

/// When a SKU sells out, as a bar over the campaign's clock.
struct Bar {
    name: String,
    stock: String,
    said: String,
    /// From where, how far, and where the middle lies, in thousandths of the axis; none: not
    /// before the end.
    bar: Option<[u64; 3]>,
}

/// Where a phase begins on the bars' axis, in thousandths.
struct Tick {
    name: String,
    at: u64,
    width: u64,
}

/// The page as text.
pub(super) fn page(sheet: &Sheet) -> Result<String, ReportError> {
    let wide = over_time(sheet, Layout::Wide)?;
    let narrow = over_time(sheet, Layout::Narrow)?;
    let page = Page {
        made_by: sheet.doorbuster.clone(),
        campaign: sheet.campaign.name.clone(),
        starts: civil(&sheet.campaign.starts),
        class: class(sheet.go.least_ppm),
        headline: sheet.headline.clone(),
        assumed: assumed(sheet),
        needs: format!("{}.", sheet.needs),
        facts: facts(sheet),
        findings: findings(sheet),
        gates: gates(sheet),
        gates_in_full: gates_in_full(sheet),
        risks: sheet.accepted_risks_yaml.clone(),
        over_time: Table::plain(&wide.title, &wide.columns, &wide.rows),
        wide: wide.svg,
        narrow: narrow.svg,
        stock: stock(sheet),
        sold_out: sheet.stock.wanted_most.iter().map(|sku| bar(sheet, sku)).collect(),
        phases: ticks(sheet),
        lags: lags(sheet),
        queues: queues(sheet),
        calls: calls(sheet),
        orders: orders(sheet),
        merchant: merchant(sheet),
        proofs: proofs(sheet),
        pace: pace(sheet),
    };
    Ok(glued(&page.render()?))
}

fn class(chance_ppm: u32) -> &'static str {
    match chance_ppm {
        900_000.. => "good",
        500_000..900_000 => "careful",
        _ => "bad",
    }
}

fn facts(sheet: &Sheet) -> Vec<(&'static str, String)> {
    let orders = &sheet.orders;
    let all = &orders.scopes[0].all;
    let give = if orders.drawn { format!(" ± {}", count(all.give_or_take)) } else { String::new() };
    vec![
        ("orders", format!("{}{give}", count(all.offered))),
        ("of them accepted", count(all.accepted)),
        ("peak", per_min(orders.peak_per_min_milli)),
        ("SKUs sold out", count(sheet.stock.sold_out)),
        ("traffic", span(sheet.campaign.traffic_ends_us)),
        ("at the wall", span(sheet.pace.traffic_wall_us)),
    ]
}

fn findings(sheet: &Sheet) -> Vec<FindingLine> {
    let line = |finding: &super::Finding| {
        let (class, word) = match finding.weight {
            Weight::Stops => ("bad", "Stops a GO"),
            Weight::Doubtful => ("careful", "Doubtful"),
            Weight::Note => ("", "Good to know"),
        };
        let todo = capitalised(&finding.todo);
        FindingLine { class, word, text: finding.text.clone(), todo }
    };
    sheet.findings.iter().map(line).collect()
}

/// A row a gate, a column a scope.
fn gates(sheet: &Sheet) -> Table {
    let mut columns = vec!["gate", "limit", "the run"];
    columns.extend(sheet.channels.iter().map(String::as_str));
    let caption = "The chance that each gate is proved (90 % is good), and the samples it gets";
    let mut table = Table::new(caption, &columns);
    for run in sheet.gates.iter().filter(|gate| gate.channel.is_none()) {
        let mut cells = vec![
            Cell::text(capitalised(run.kpi.title())),
            Cell::number(limit(run, &sheet.lags)),
        ];
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

fn gates_in_full(sheet: &Sheet) -> Table {
    let columns = [
        "gate", "limit", "taken as bad", "samples", "for 90 %", "sold-out SKUs", "without fault",
        "chance", "longer:",
    ];
    let mut table = Table::new("Each gate on the run and on each channel", &columns);
    for gate in &sheet.gates {
        let mut name = Cell::text(capitalised(gate.kpi.title()));
        name.small.push(gate.channel.clone().unwrap_or_else(|| "the run".to_owned()));
        let mut taken = Cell::number(share(gate.bad_ppm));
        taken.small.push(format!("deff {}", milli(gate.design_effect_milli)));
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

fn stock(sheet: &Sheet) -> String {
    let stock = &sheet.stock;
    format!(
        "{} of {} SKUs are expected to sell out; {} of all orders want one that has.",
        count(stock.sold_out),
        count(stock.on_sale),
        share(stock.refused_ppm)
    )
}

fn thousandths(sheet: &Sheet, at_us: u64) -> u64 {
    let ends = u128::from(sheet.campaign.traffic_ends_us.max(1));
    (u128::from(at_us) * 1_000 / ends).min(1_000) as u64
}

fn bar(sheet: &Sheet, sku: &WantedMost) -> Bar {
    let ends = sheet.campaign.traffic_ends_us;
    let bar = sku.early_us.map(|early| {
        let from = thousandths(sheet, early);
        let until = thousandths(sheet, sku.late_us.unwrap_or(ends)).max(from + 4);
        [from, until - from, thousandths(sheet, sku.middle_us.unwrap_or(ends))]
    });
    Bar {
        name: if sku.hero { format!("{} (hero)", sku.sku) } else { sku.sku.clone() },
        stock: format!("{} of {}", count(sku.stock.max(0).unsigned_abs()), count(sku.wanted)),
        said: wanted_range(sku),
        bar,
    }
}

fn ticks(sheet: &Sheet) -> Vec<Tick> {
    let tick = |phase: &crate::report::summary::Stretch| {
        let at = thousandths(sheet, phase.from_us);
        let width = thousandths(sheet, phase.until_us).saturating_sub(at);
        Tick { name: phase.name.clone(), at, width }
    };
    sheet.campaign.phases.iter().map(tick).collect()
}

/// A row a lag, a column a channel.
fn lags(sheet: &Sheet) -> Table {
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

fn queues(sheet: &Sheet) -> Table {
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

fn calls(sheet: &Sheet) -> Table {
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

fn orders(sheet: &Sheet) -> Table {
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

fn merchant(sheet: &Sheet) -> Vec<(&'static str, String)> {
    let merchant = &sheet.merchant;
    let all = [
        ("lines ordered", sheet.orders.lines),
        ("units ordered", sheet.orders.units),
        ("receipts of a SKU", merchant.receipts),
        ("stock corrections", merchant.corrections),
        ("returns", merchant.returns),
        ("single prices changed", merchant.repriced),
        ("prices of promotions", merchant.promoted),
        ("new listings", merchant.listings),
    ];
    let told = all.into_iter().filter(|(_, n)| *n > 0);
    told.map(|(name, n)| (name, count(n))).collect()
}

fn proofs(sheet: &Sheet) -> Table {
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

fn pace(sheet: &Sheet) -> Vec<(&'static str, String)> {
    let pace = &sheet.pace;
    let or_any = |said: Option<String>| said.unwrap_or_else(|| "any".to_owned());
    vec![
        ("speed", speed(pace.speed_milli)),
        ("traffic takes", span(pace.traffic_wall_us)),
        ("draining at most", span(pace.drain_wall_us_max)),
        ("calls a second", milli(pace.calls_per_wall_s_milli)),
        ("shortest duration of a gate", or_any(pace.shortest_us.map(span))),
        ("slowest honest exchange", or_any(pace.exchange_wall_us_max.map(span))),
        ("fastest honest speed", or_any(pace.speed_milli_max.map(speed))),
    ]
}
