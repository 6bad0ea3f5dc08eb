//! Owns `plan.html`: one file that fetches nothing and reads without JavaScript.
//! Must not compute: it lays out what a [`Sheet`] says.

mod tables;

use askama::Template;

use super::finding::Weight;
use super::pictures::over_time;
use super::sheet::{Played, RunsOut, Sheet};
use super::words::{
    Standing, milli, nothing_found, orders_per_min, ranged, ranged_span, run_out, runs_out,
    standing,
};
use crate::report::ReportError;
use crate::report::charts::Layout;
use crate::report::html::coded;
use crate::report::html::table::Table;
use crate::report::words::gate::capitalised;
use crate::report::words::number::{civil, count, counted, glued, money, span, speed};

#[derive(Template)]
#[template(path = "plan.html")]
struct Page {
    made_by: String,
    campaign: String,
    starts: String,
    class: &'static str,
    headline: String,
    chance: String,
    facts: Vec<(&'static str, String)>,
    findings: Vec<FindingLine>,
    nothing_found: &'static str,
    gates: Table,
    gates_in_full: Table,
    risks: String,
    wide: String,
    narrow: String,
    over_time: Table,
    seen: Option<Seen>,
    phases: Vec<Tick>,
    lags: Table,
    loads: Table,
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

/// What the afternoons showed.
struct Seen {
    said: String,
    facts: Vec<(String, String)>,
    sold_out: Vec<Bar>,
}

/// When a SKU runs out, as a bar over the campaign's clock.
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
        class: match standing(sheet) {
            Standing::Good => "good",
            Standing::Careful => "careful",
            Standing::Bad => "bad",
        },
        headline: sheet.headline.clone(),
        chance: coded(&format!("{}.", sheet.chance)),
        facts: facts(sheet),
        findings: findings(sheet),
        nothing_found: nothing_found(sheet),
        gates: tables::gates(sheet),
        gates_in_full: tables::gates_in_full(sheet),
        risks: sheet.accepted_risks_yaml.clone(),
        over_time: Table::plain(&wide.title, &wide.columns, &wide.rows),
        wide: wide.svg,
        narrow: narrow.svg,
        seen: sheet.played.as_ref().map(|played| seen(sheet, played)),
        phases: ticks(sheet),
        lags: tables::lags(sheet),
        loads: tables::loads(sheet),
        calls: tables::calls(sheet),
        orders: tables::orders(sheet),
        merchant: merchant(sheet),
        proofs: tables::proofs(sheet),
        pace: pace(sheet),
    };
    Ok(glued(&page.render()?))
}

fn facts(sheet: &Sheet) -> Vec<(&'static str, String)> {
    let orders = &sheet.orders;
    let all = &orders.scopes[0].all;
    let give =
        if orders.drawn { format!(" ± {}", count(all.give_or_take)) } else { String::new() };
    let mut facts = vec![("orders", format!("{}{give}", count(all.offered)))];
    if let Some(played) = &sheet.played {
        facts.push(("of them accepted", count(played.accepted.median)));
        facts.push(("SKUs sold out", count(played.sold_out.median)));
    }
    facts.push(("peak", orders_per_min(orders.peak_per_min_milli)));
    facts.push(("traffic", span(sheet.campaign.traffic_ends_us)));
    facts.push(("live at this speed", span(sheet.pace.traffic_wall_us)));
    facts
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

fn seen(sheet: &Sheet, played: &Played) -> Seen {
    let mut facts = vec![
        ("orders accepted".to_owned(), ranged(&played.accepted)),
        ("cancelled for stock".to_owned(), ranged(&played.cancelled)),
        ("units oversold".to_owned(), ranged(&played.oversold_units)),
        ("sales kept".to_owned(), money(played.kept_minor, &sheet.campaign)),
    ];
    for queue in played.queues.iter().filter(|queue| queue.depth.most > 0) {
        facts.push((format!("{}: jobs waiting at most", queue.connector), ranged(&queue.depth)));
        facts.push((format!("{}: 95 % wait up to", queue.connector), ranged_span(&queue.wait_us)));
    }
    for (channel, lost) in sheet.channels.iter().zip(&played.given_up) {
        if lost.most > 0 {
            facts.push((format!("{channel}: updates given up"), ranged(lost)));
        }
    }
    let n = counted(played.afternoons, "simulated afternoon", "simulated afternoons");
    Seen {
        said: format!(
            "{n}, from seed {} on: the middle one of each number, the least and the most in \
             brackets. {}.",
            played.first_seed,
            run_out(&played.sold_out, sheet.on_sale),
        ),
        facts,
        sold_out: played.run_outs.iter().map(|sku| bar(sheet, played, sku)).collect(),
    }
}

fn thousandths(sheet: &Sheet, at_us: u64) -> u64 {
    let ends = u128::from(sheet.campaign.traffic_ends_us.max(1));
    (u128::from(at_us) * 1_000 / ends).min(1_000) as u64
}

fn bar(sheet: &Sheet, played: &Played, sku: &RunsOut) -> Bar {
    let bar = sku.at_us.map(|at| {
        let from = thousandths(sheet, at.least);
        let until = thousandths(sheet, at.most).max(from + 4);
        [from, until - from, thousandths(sheet, at.median)]
    });
    Bar {
        name: if sku.hero { format!("{} (hero)", sku.sku) } else { sku.sku.clone() },
        stock: count(sku.stock.max(0).unsigned_abs()),
        said: runs_out(sku, played),
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
