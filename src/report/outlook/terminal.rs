//! Owns what `doorbuster plan` says in a terminal. Must not print.

use super::finding::Weight;
use super::findings::gates_told;
use super::sheet::{Played, RunsOut, Sheet};
use super::words::{
    self, Standing, clock_at, lag_title, milli, orders_per_min, phase, provable, ranged,
    ranged_span, run_out, runs_out, served_per_min, standing,
};
use crate::report::terminal::Paper;
use crate::report::terminal::lines::{Lines, Tone, pad, pad_left};
use crate::report::words::gate::capitalised;
use crate::report::words::number::{civil, count, counted, money, share, span, speed};

/// Findings told in full; the rest are on the page.
const TOLD: usize = 8;
/// SKUs that are no heroes and run out first.
const FIRST_TOLD: usize = 3;

/// The text.
pub fn text(sheet: &Sheet, paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    let campaign = &sheet.campaign;
    let tone = match standing(sheet) {
        Standing::Good => Tone::Good,
        Standing::Careful => Tone::Careful,
        Standing::Bad => Tone::Bad,
    };
    out.hung("", 0, Some(tone), &sheet.headline);
    out.wrapped("", &format!("{}.", sheet.chance));
    let (starts, lasts) = (civil(&campaign.starts), span(campaign.traffic_ends_us));
    let about = format!("{} · {starts} · {lasts} of traffic", campaign.name);
    out.hung("", 0, Some(Tone::Quiet), &about);
    out.blank();
    findings(&mut out, sheet);
    orders(&mut out, sheet);
    gates(&mut out, sheet);
    lags(&mut out, sheet);
    loads(&mut out, sheet);
    if let Some(played) = &sheet.played {
        seen(&mut out, sheet, played);
    }
    pace(&mut out, sheet);
    if !sheet.accepted_risks_yaml.is_empty() {
        out.blank();
        out.wrapped("", "To accept what cannot be proved, write into the scenario:");
        out.text.push_str(&sheet.accepted_risks_yaml);
    }
    out.text
}

fn findings(out: &mut Lines, sheet: &Sheet) {
    if sheet.findings.is_empty() {
        out.push(words::nothing_found(sheet));
    }
    for finding in sheet.findings.iter().take(TOLD) {
        let head = match finding.weight {
            Weight::Stops => "!! ",
            Weight::Doubtful => "!  ",
            Weight::Note => "·  ",
        };
        out.wrapped(head, &format!("{}.", finding.text));
        if !finding.todo.is_empty() {
            out.wrapped("   → ", &format!("{}.", capitalised(&finding.todo)));
        }
    }
    if sheet.findings.len() > TOLD {
        let more = sheet.findings.len() - TOLD;
        out.push(&format!("   and {more} more on the page (--out) and in the JSON"));
    }
    out.blank();
}

fn titled(out: &mut Lines, text: &str) {
    let painted = out.paint(Tone::Strong, text);
    out.push(&painted);
}

/// Columns: name 20, orders 9, give or take 7, accepted 9; then the peak.
fn orders(out: &mut Lines, sheet: &Sheet) {
    let orders = &sheet.orders;
    let row = |name: &str, cells: [&str; 3]| {
        let [offered, give, accepted] = cells;
        let numbers = [pad_left(offered, 9), pad_left(give, 8), pad_left(accepted, 9)];
        format!("{} {}", pad(name, 24), numbers.join(" "))
    };
    let accepted = if sheet.played.is_some() { "accepted" } else { "at most" };
    titled(out, &row("orders", ["offered", "±", accepted]));
    let mut told = |name: &str, of: &super::sheet::OrderCount| {
        let give = if orders.drawn { count(of.give_or_take) } else { "known".to_owned() };
        out.push(&row(name, [&count(of.offered), &give, &count(of.accepted)]));
    };
    for scope in &orders.scopes {
        told(scope.channel.as_deref().unwrap_or("all"), &scope.all);
    }
    for (phase, of) in sheet.campaign.phases.iter().zip(&orders.scopes[0].phases) {
        told(&format!("  in {}", phase.name), of);
    }
    let merchant = &sheet.merchant;
    let stock = merchant.receipts + merchant.corrections + merchant.returns;
    let prices = merchant.repriced + merchant.promoted;
    out.wrapped(
        "",
        &format!(
            "peak {} at {}; {}, {}; the merchant: {}, {}, {}",
            orders_per_min(orders.peak_per_min_milli),
            clock_at(orders.peak_at_us),
            counted(orders.lines, "line", "lines"),
            counted(orders.units, "unit", "units"),
            counted(stock, "movement of stock", "movements of stock"),
            counted(prices, "price", "prices"),
            counted(merchant.listings, "listing", "listings"),
        ),
    );
    out.blank();
}

/// How each gate stood, and beside it what it takes to prove it: two questions.
fn gates(out: &mut Lines, sheet: &Sheet) {
    let row = |name: &str, cells: [&str; 4]| {
        let [samples, needs, provable, within] = cells;
        let numbers = [
            pad_left(within, 12),
            pad_left(samples, 10),
            pad_left(needs, 7),
            pad_left(provable, 12),
        ];
        format!("{} {}", pad(name, 25), numbers.join(" "))
    };
    let within = if sheet.played.is_some() { "within limit" } else { "" };
    titled(out, &row("gate", ["samples", "needs", "to prove it", within]));
    for gate in gates_told(sheet) {
        let name = gate
            .channel
            .as_ref()
            .map_or_else(|| gate.kpi.title().to_owned(), |channel| format!("  {channel}"));
        let within = gate.stood.map_or_else(String::new, words::within);
        let line =
            row(&name, [&count(gate.samples), &count(gate.needed), &provable(gate), &within]);
        let tone = match (gate.afternoons_needed, gate.stood) {
            _ if gate.accepted => Tone::Quiet,
            (None, _) => Tone::Bad,
            (_, Some(stood)) if stood.beyond > 0 => Tone::Bad,
            (_, Some(_)) | (Some(1), None) => Tone::Good,
            (Some(_), None) => Tone::Careful,
        };
        let painted = out.paint(tone, &line);
        out.push(&painted);
    }
    out.hung("", 0, Some(Tone::Quiet), &format!("{}.", words::two_questions(sheet)));
    out.blank();
}

/// The slowest channel of each lag.
fn lags(out: &mut Lines, sheet: &Sheet) {
    let row = |name: &str, cells: [&str; 3]| {
        let numbers = cells.map(|cell| pad_left(cell, 9)).join(" ");
        format!("{} {numbers}", pad(name, 44))
    };
    titled(out, &row("p95 by the plan's own times", ["about", "limit", "beyond"]));
    let mut before = None;
    for lag in &sheet.lags {
        if before.replace(lag.kpi) == Some(lag.kpi) {
            continue;
        }
        let of = sheet.lags.iter().filter(|other| other.kpi == lag.kpi);
        let slowest = of.max_by_key(|lag| (lag.beyond_ppm, lag.p95_us)).unwrap_or(lag);
        let beyond = share(slowest.beyond_ppm);
        let cells = [span(slowest.p95_us), span(slowest.limit_us), beyond];
        let name = format!("{}, {}", lag_title(slowest), slowest.channel);
        out.push(&row(&name, cells.each_ref().map(String::as_str)));
    }
    out.blank();
}

fn loads(out: &mut Lines, sheet: &Sheet) {
    if sheet.loads.is_empty() {
        return;
    }
    let busy = phase(sheet, sheet.orders.busy_phase);
    titled(out, &format!("what comes in {busy}, and what is served"));
    for load in &sheet.loads {
        let used = share(u32::try_from(load.utilisation_ppm).unwrap_or(u32::MAX));
        let serves = load.capacity_per_min_milli.map_or_else(
            || "a sum for the day".to_owned(),
            |c| format!("of {}", served_per_min(load, c)),
        );
        let carries = load.carries_per_min_milli.map_or_else(String::new, |carries| {
            format!("; carries {} accepted", orders_per_min(carries))
        });
        out.wrapped(
            "",
            &format!(
                "{}: {} {serves}, {used} used{carries}",
                load.name,
                served_per_min(load, load.peak_per_min_milli),
            ),
        );
    }
    out.blank();
}

/// What the afternoons showed.
fn seen(out: &mut Lines, sheet: &Sheet, played: &Played) {
    let n = counted(played.afternoons, "afternoon", "afternoons");
    titled(out, &format!("seen in {n}, from seed {} (least–most)", played.first_seed));
    out.wrapped(
        "",
        &format!(
            "{} orders accepted, {} cancelled for stock, {} units oversold; sales kept {} \
             in the middle one",
            ranged(&played.accepted),
            ranged(&played.cancelled),
            ranged(&played.oversold_units),
            money(played.kept_minor, &sheet.campaign),
        ),
    );
    for queue in played.queues.iter().filter(|queue| queue.depth.most > 0) {
        out.wrapped(
            "",
            &format!(
                "{}: at most {} jobs waiting; 95 of 100 of the slowest kind wait {} or less",
                queue.connector,
                ranged(&queue.depth),
                ranged_span(&queue.wait_us),
            ),
        );
    }
    out.push(&run_out(&played.sold_out, sheet.on_sale));
    let (heroes, rest): (Vec<_>, Vec<_>) = played.run_outs.iter().partition(|sku| sku.hero);
    for sku in heroes {
        out.wrapped("", &format!("hero {} {}", stocked(sku), runs_out(sku, played)));
    }
    // Which of many run out first is chance: a few of them, in one sentence.
    let first = rest.iter().take(FIRST_TOLD);
    let first: Vec<String> =
        first.map(|sku| format!("{} {}", stocked(sku), runs_out(sku, played))).collect();
    if !first.is_empty() {
        out.wrapped("", &format!("first to go: {}", first.join("; ")));
    }
    out.blank();
}

/// `SKU 13 (3 in stock)`.
fn stocked(sku: &RunsOut) -> String {
    format!("{} ({} in stock)", sku.sku, count(sku.stock.max(0).unsigned_abs()))
}

fn pace(out: &mut Lines, sheet: &Sheet) {
    let pace = &sheet.pace;
    let rule = match (pace.shortest_us, pace.speed_milli_max) {
        (Some(shortest), Some(most)) => format!(
            "; an exchange may take {} of the shortest duration a gate rests on ({}): at {} an \
             exchange that allows up to {} ({} calls a second)",
            share(pace.coarse_share_ppm),
            span(shortest),
            span(pace.exchange_wall_us),
            speed(most),
            milli(pace.calls_per_wall_s_milli_max.unwrap_or(0)),
        ),
        _ => String::new(),
    };
    out.wrapped(
        "",
        &format!(
            "at {} it takes {} and up to {} of draining, with {} calls a second in the busiest \
             phase{rule}",
            speed(pace.speed_milli),
            span(pace.traffic_wall_us),
            span(pace.drain_wall_us_max),
            milli(pace.calls_per_wall_s_milli),
        ),
    );
}
