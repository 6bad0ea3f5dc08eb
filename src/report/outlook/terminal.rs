//! Owns what `doorbuster plan` says in a terminal. Must not print.

use super::findings::Weight;
use super::sheet::{Gate, Sheet};
use super::words::{assumed, chance, clock_at, lag_title, milli, per_min, phase, wanted_range};
use crate::report::terminal::Paper;
use crate::report::terminal::lines::{Lines, Tone, pad, pad_left};
use crate::report::words::gate::capitalised;
use crate::report::words::number::{civil, count, counted, share, span, speed};

/// Findings told in full; the rest are on the page.
const TOLD: usize = 8;

/// The text.
pub fn text(sheet: &Sheet, paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    let campaign = &sheet.campaign;
    let tone = tone(sheet.go.least_ppm);
    out.hung("", 0, Some(tone), &sheet.headline);
    out.wrapped("", &assumed(sheet));
    out.wrapped("", &format!("{}.", sheet.needs));
    let (starts, lasts) = (civil(&campaign.starts), span(campaign.traffic_ends_us));
    let about = format!("{} · {starts} · {lasts} of traffic", campaign.name);
    out.hung("", 0, Some(Tone::Quiet), &about);
    out.blank();
    findings(&mut out, sheet);
    orders(&mut out, sheet);
    gates(&mut out, sheet);
    lags(&mut out, sheet);
    queues(&mut out, sheet);
    sold_out(&mut out, sheet);
    pace(&mut out, sheet);
    if !sheet.accepted_risks_yaml.is_empty() {
        out.blank();
        out.wrapped("", "To accept what is left unproved, write into the scenario:");
        out.text.push_str(&sheet.accepted_risks_yaml);
    }
    out.text
}

fn tone(chance_ppm: u32) -> Tone {
    match chance_ppm {
        900_000.. => Tone::Good,
        500_000..900_000 => Tone::Careful,
        _ => Tone::Bad,
    }
}

fn findings(out: &mut Lines, sheet: &Sheet) {
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
    titled(out, &row("orders", ["offered", "±", "accepted"]));
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
            per_min(orders.peak_per_min_milli),
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

/// Gates of the run, and those of channels that have no good chance.
fn gates(out: &mut Lines, sheet: &Sheet) {
    let row = |name: &str, cells: [&str; 4]| {
        let [samples, needed, exposed, chance] = cells;
        let numbers =
            [pad_left(samples, 9), pad_left(needed, 9), pad_left(exposed, 9), pad_left(chance, 9)];
        format!("{} {}", pad(name, 25), numbers.join(" "))
    };
    titled(out, &row("gate", ["samples", "for 90 %", "sold out", "chance"]));
    for gate in &sheet.gates {
        let told = gate.channel.is_none() || (gate.blocks && gate.chance_ppm < 900_000);
        if !told {
            continue;
        }
        let name = gate
            .channel
            .as_ref()
            .map_or_else(|| gate.kpi.title().to_owned(), |channel| format!("  {channel}"));
        let said = if gate.accepted { "accepted".to_owned() } else { chance(gate.chance_ppm) };
        let cells = [
            count(gate.samples),
            needed(gate),
            gate.exposed.map_or_else(String::new, count),
            String::new(),
        ];
        let [samples, needed, exposed, _] = &cells;
        let line = row(&name, [samples, needed, exposed, &said]);
        let painted = out.paint(tone(gate.chance_ppm), &line);
        out.push(&painted);
    }
    out.blank();
}

/// Samples for a good chance: those there are where it is good.
pub(super) fn needed(gate: &Gate) -> String {
    match (gate.chance_ppm, gate.samples_for_good) {
        (900_000.., _) => "enough".to_owned(),
        (_, Some(samples)) => count(samples),
        (_, None) => "—".to_owned(),
    }
}

/// The slowest channel of each lag.
fn lags(out: &mut Lines, sheet: &Sheet) {
    let row = |name: &str, cells: [&str; 4]| {
        let numbers = cells.map(|cell| pad_left(cell, 9)).join(" ");
        format!("{} {numbers}", pad(name, 36))
    };
    titled(out, &row("p95 by limits alone", ["quietest", "busiest", "limit", "beyond"]));
    let mut before = None;
    for lag in &sheet.lags {
        if before.replace(lag.kpi) == Some(lag.kpi) {
            continue;
        }
        let of = sheet.lags.iter().filter(|other| other.kpi == lag.kpi);
        let slowest = of.max_by_key(|lag| (lag.beyond_ppm, lag.peak_p95_us)).unwrap_or(lag);
        let cells = [
            span(slowest.base_p95_us),
            span(slowest.peak_p95_us),
            span(slowest.limit_us),
            share(slowest.beyond_ppm),
        ];
        let name = format!("{}, {}", lag_title(slowest), slowest.channel);
        out.push(&row(&name, cells.each_ref().map(String::as_str)));
    }
    out.blank();
}

fn queues(out: &mut Lines, sheet: &Sheet) {
    let busy = phase(sheet, sheet.orders.busy_phase);
    titled(out, &format!("queues in {busy}"));
    for queue in &sheet.queues {
        let used = share(u32::try_from(queue.utilisation_ppm).unwrap_or(u32::MAX));
        let serves = queue
            .capacity_per_min_milli
            .map_or_else(|| "a sum for the day".to_owned(), |c| format!("of {}", per_min(c)));
        let carries = queue.carries_per_min_milli.map_or_else(String::new, |carries| {
            format!("; carries {} accepted orders", per_min(carries))
        });
        out.wrapped(
            "",
            &format!(
                "{}: {} {serves}, {used} used{carries}",
                queue.name,
                per_min(queue.peak_per_min_milli),
            ),
        );
    }
    out.blank();
}

fn sold_out(out: &mut Lines, sheet: &Sheet) {
    let stock = &sheet.stock;
    titled(out, &format!("{} of {} SKUs sell out", count(stock.sold_out), count(stock.on_sale)));
    for sku in &stock.wanted_most {
        let hero = if sku.hero { "hero " } else { "" };
        out.wrapped(
            "",
            &format!(
                "{hero}{}: {} of {} wanted; gone {}",
                sku.sku,
                count(sku.stock.max(0).unsigned_abs()),
                count(sku.wanted),
                wanted_range(sku),
            ),
        );
    }
    out.blank();
}

fn pace(out: &mut Lines, sheet: &Sheet) {
    let pace = &sheet.pace;
    let rule = match (pace.shortest_us, pace.speed_milli_max) {
        (Some(shortest), Some(most)) => format!(
            "; an exchange may take {} of the shortest duration a gate rests on ({}): at {} an \
             exchange that allows up to {} ({} calls a second)",
            share(pace.coarse_share_ppm),
            span(shortest),
            span(sheet.assumed.exchange_wall_us),
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
