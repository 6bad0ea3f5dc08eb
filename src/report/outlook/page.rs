//! Owns `plan.html`: one file that fetches nothing and reads without JavaScript.
//! Must not compute: it lays out what a [`Sheet`] says.

mod tables;

use askama::Template;

use super::findings::Weight;
use super::pictures::over_time;
use super::sheet::{Sheet, WantedMost};
use super::words::{assumed, milli, per_min, wanted_range};
use crate::report::ReportError;
use crate::report::charts::Layout;
use crate::report::html::coded;
use crate::report::html::table::Table;
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
        gates: tables::gates(sheet),
        gates_in_full: tables::gates_in_full(sheet),
        risks: sheet.accepted_risks_yaml.clone(),
        over_time: Table::plain(&wide.title, &wide.columns, &wide.rows),
        wide: wide.svg,
        narrow: narrow.svg,
        stock: stock(sheet),
        sold_out: sheet.stock.wanted_most.iter().map(|sku| bar(sheet, sku)).collect(),
        phases: ticks(sheet),
        lags: tables::lags(sheet),
        queues: tables::queues(sheet),
        calls: tables::calls(sheet),
        orders: tables::orders(sheet),
        merchant: merchant(sheet),
        proofs: tables::proofs(sheet),
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
    let give =
        if orders.drawn { format!(" ± {}", count(all.give_or_take)) } else { String::new() };
    vec![
        ("orders", format!("{}{give}", count(all.offered))),
        ("of them accepted", count(all.accepted)),
        ("peak", per_min(orders.peak_per_min_milli)),
        ("SKUs sold out", count(sheet.stock.sold_out)),
        ("traffic", span(sheet.campaign.traffic_ends_us)),
        ("wall time", span(sheet.pace.traffic_wall_us)),
    ]
}

fn findings(sheet: &Sheet) -> Vec<FindingLine> {
    let line = |finding: &super::Finding| {
        let (class, word) = match finding.weight {
            Weight::Stops => ("bad", "Stops a GO"),
            Weight::Doubtful => ("careful", "Doubtful"),
            Weight::Note => ("", "Good to know"),
        };
        let [text, todo] = [finding.text.clone(), capitalised(&finding.todo)].map(|t| coded(&t));
        FindingLine { class, word, text, todo }
    };
    sheet.findings.iter().map(line).collect()
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
