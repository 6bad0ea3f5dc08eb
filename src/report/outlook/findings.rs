//! Owns what to know before a plan is played, worst first, each with what to do.
//! Must not compute: it words what a [`Sheet`] says.

use std::cmp::Reverse;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sheet::{Gate, Proof, Queue, Sheet, ShortOf};
use super::words::{
    chance, clock_at, joined, length_of, limit, minutes, per_min, phase, wanted_range,
};
use crate::report::words::gate::capitalised;
use crate::report::words::number::{count, counted, share, span, speed};

/// Something to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// How bad it is.
    pub weight: Weight,
    /// What it is, in a sentence.
    pub text: String,
    /// What to do about it; empty when there is nothing to do.
    pub todo: String,
}

/// How bad a finding is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// A GO is out of reach, whatever the systems do.
    Stops,
    /// A GO is doubtful.
    Doubtful,
    /// Good to know.
    Note,
}

/// A chance that needs no remedy, in parts per million.
pub(super) const GOOD: u32 = 900_000;
/// From this utilisation on a queue is worth a word.
const BUSY: u64 = 800_000;

/// The findings of a sheet, worst first.
pub(super) fn findings(sheet: &Sheet) -> Vec<Finding> {
    let mut findings = of_gates(sheet);
    findings.extend(sheet.queues.iter().filter_map(|queue| of_queue(sheet, queue)));
    findings.extend(sheet.proofs.iter().filter_map(of_proof));
    findings.extend(of_pace(sheet));
    findings.extend(of_lags(sheet));
    findings.extend(of_stock(sheet));
    findings.extend(of_small_channels(sheet));
    findings.sort_by_key(|finding| finding.weight);
    findings
}

/// The gates that hold a GO back and have no good chance.
pub(super) fn doubtful(sheet: &Sheet) -> impl Iterator<Item = &Gate> {
    let held = |gate: &&Gate| gate.blocks && !gate.accepted;
    sheet.gates.iter().filter(held).filter(|gate| gate.chance_ppm < GOOD)
}

/// One finding for gates of one scope that are short of the same, and one for scopes whose gates
/// are.
fn of_gates(sheet: &Sheet) -> Vec<Finding> {
    let mut groups: Vec<(Option<&str>, ShortOf, Vec<&Gate>)> = Vec::new();
    let mut sorted: Vec<&Gate> = doubtful(sheet).collect();
    sorted.sort_by_key(|gate| (gate.chance_ppm.min(gate.flawless_ppm), gate.short_of));
    for gate in sorted {
        let same = |(scope, short, others): &&mut (Option<&str>, ShortOf, Vec<&Gate>)| {
            let alike = *short == gate.short_of;
            let of_lag = matches!(
                gate.short_of,
                ShortOf::Exercise | ShortOf::Minutes | ShortOf::Changes | ShortOf::Speed
            );
            let here = *scope == gate.channel.as_deref();
            alike && if of_lag { others[0].kpi == gate.kpi } else { here }
        };
        match groups.iter_mut().find(same) {
            Some((_, _, others)) => others.push(gate),
            None => groups.push((gate.channel.as_deref(), gate.short_of, vec![gate])),
        }
    }
    groups.iter().map(|(_, short, gates)| of_group(sheet, *short, gates)).collect()
}

fn of_group(sheet: &Sheet, short: ShortOf, gates: &[&Gate]) -> Finding {
    let stops = gates.iter().any(|gate| gate.flawless_ppm < GOOD);
    let weight = if stops { Weight::Stops } else { Weight::Doubtful };
    let (text, todo) = match short {
        ShortOf::Exercise => exercise(gates),
        ShortOf::Speed => too_slow(sheet, gates),
        ShortOf::Minutes | ShortOf::Changes => too_few_changes(gates),
        ShortOf::Exposed => exposed(sheet, gates),
        ShortOf::Orders | ShortOf::Margin | ShortOf::Nothing => orders(sheet, gates),
    };
    Finding { weight, text, todo }
}

/// `oversold orders and cancellations for stock`.
fn titles(gates: &[&Gate]) -> String {
    let mut titles: Vec<&str> = Vec::new();
    for gate in gates {
        if !titles.contains(&gate.kpi.title()) {
            titles.push(gate.kpi.title());
        }
    }
    joined(&titles)
}

fn scopes(gates: &[&Gate]) -> String {
    if gates.iter().any(|gate| gate.channel.is_none()) {
        return String::new();
    }
    let names: Vec<&str> = gates.iter().filter_map(|gate| gate.channel.as_deref()).collect();
    format!(" on {}", joined(&names))
}

fn the_worst<'a>(gates: &[&'a Gate]) -> &'a Gate {
    gates.iter().min_by_key(|gate| gate.chance_ppm).expect("a group has a gate")
}

fn exercise(gates: &[&Gate]) -> (String, String) {
    let title = capitalised(&format!("{}{}", titles(gates), scopes(gates)));
    if gates[0].samples > 0 {
        let text = format!(
            "{title} has a chance of {} because what would put it to the test may not happen",
            chance(the_worst(gates).chance_ppm)
        );
        let todo = "leave the everyday imperfections on and let SKUs run out".to_owned();
        return (text, todo);
    }
    let (missing, todo) = match gates[0].kpi.title() {
        "price propagation lag" => ("no price changes", "add `repricing` or `promotions`"),
        "listing publish latency" => ("nothing new is listed", "add `new listings`"),
        _ => ("there is nothing to count", "let something happen that it counts"),
    };
    let text = format!("{title} cannot be proved: {missing}");
    (text, format!("{todo} to the scenario, or accept the risk"))
}

fn too_slow(sheet: &Sheet, gates: &[&Gate]) -> (String, String) {
    let worst = gates.iter().max_by_key(|gate| gate.implied_ppm).expect("a group has a gate");
    let text = format!(
        "{}{} cannot be within {}: the plan's own limits put at least {} of it beyond",
        capitalised(&titles(gates)),
        scopes(gates),
        limit(worst, &sheet.lags),
        share(worst.implied_ppm),
    );
    (text, "give the queue that is named below more room, or the campaign less".to_owned())
}

fn too_few_changes(gates: &[&Gate]) -> (String, String) {
    let worst = the_worst(gates);
    let text = format!(
        "{}{} cannot be proved: {} expected in {}, and it takes 59 in 20 different minutes",
        capitalised(&titles(gates)),
        scopes(gates),
        counted(worst.samples, "change is", "changes are"),
        counted(worst.minutes.unwrap_or(0), "minute", "different minutes"),
    );
    let todo = match worst.kpi.title() {
        "price propagation lag" => "let prices change now and then: `repricing: { rate: 2/min }`",
        "listing publish latency" => "spread more `new listings` over the campaign",
        _ => "let stock change more often: more orders, or `stock corrections`",
    };
    (text, format!("{todo}; or accept the risk"))
}

fn exposed(sheet: &Sheet, gates: &[&Gate]) -> (String, String) {
    let worst = the_worst(gates);
    let scope = worst.channel.as_deref().unwrap_or("the run");
    let text = format!(
        "{} has a chance of {} to prove {}: {} expected to run out under its orders; with \
         nothing bad at all it takes {}, and never fewer than 20",
        capitalised(scope),
        chance(worst.chance_ppm),
        titles(gates),
        counted(worst.exposed.unwrap_or(0), "SKU is", "SKUs are"),
        count(worst.needed_clean),
    );
    let other = "let more SKUs run out (smaller `stock`, more `skus`)";
    (text, remedy(sheet, gates, other))
}

fn orders(sheet: &Sheet, gates: &[&Gate]) -> (String, String) {
    let worst = the_worst(gates);
    let scope = worst.channel.as_deref().unwrap_or("the run");
    let takes = match worst.samples_for_good {
        Some(samples) => format!("and about {} give 90 %", count(samples)),
        None => "and no number within reach gives 90 %".to_owned(),
    };
    let text = format!(
        "{} has a chance of {} to prove {}: {} expected, {takes} (did the systems no wrong, the \
         chance would be {})",
        capitalised(scope),
        chance(worst.chance_ppm),
        titles(gates),
        counted(worst.samples, "order is", "orders are"),
        chance(worst.flawless_ppm),
    );
    (text, remedy(sheet, gates, "state what is known of the systems (`--oversold 0.1%`)"))
}

/// The longer campaign that all of these need, or what else would do; and the accepted risk.
fn remedy(sheet: &Sheet, gates: &[&Gate], other: &str) -> String {
    let lengths: Option<Vec<u64>> = gates.iter().map(|gate| gate.length_milli).collect();
    let accept = if gates[0].channel.is_some() {
        "or accept the risk on this channel: the gate of the run stands"
    } else {
        "or accept the risk"
    };
    match lengths.and_then(|lengths| lengths.into_iter().max()) {
        Some(milli) => {
            let (name, now, then) = longer(sheet, milli);
            format!("lengthen “{name}” from {} to {}; {other}; {accept}", span(now), span(then))
        }
        None => format!("{other}; {accept}"),
    }
}

/// The busiest phase, how long it lasts, and how long it must for so many times the orders.
fn longer(sheet: &Sheet, milli: u64) -> (String, u64, u64) {
    let busy = sheet.orders.busy_phase as usize;
    let phase = &sheet.campaign.phases[busy];
    let lasts = phase.until_us - phase.from_us;
    let all = &sheet.orders.scopes[0];
    let more = u128::from(all.all.offered) * u128::from(milli.saturating_sub(1_000)) / 1_000;
    let in_phase = u128::from(all.phases[busy].offered).max(1);
    let longer = u128::from(lasts) + more * u128::from(lasts) / in_phase;
    (phase.name.clone(), lasts, minutes(longer as u64))
}

fn of_queue(sheet: &Sheet, queue: &Queue) -> Option<Finding> {
    let busy = phase(sheet, sheet.orders.busy_phase);
    if let (None, Some(at)) = (queue.capacity_per_min_milli, queue.overflows_at_us) {
        let text = format!("{} is used up at {}", capitalised(&queue.name), clock_at(at));
        let todo = "ask for a larger quota, or send fewer updates".to_owned();
        return Some(Finding { weight: Weight::Stops, text, todo });
    }
    let capacity = queue.capacity_per_min_milli?;
    let ceiling = match (queue.carries_per_min_milli, queue.brings_per_min_milli) {
        (Some(carries), Some(brings)) => format!(
            "; it carries {} of accepted orders, and {} come",
            per_min(carries),
            per_min(brings)
        ),
        _ => String::new(),
    };
    if queue.utilisation_ppm < BUSY && queue.backlog_most < 1 {
        return None;
    }
    if queue.utilisation_ppm < 1_000_000 {
        let waits = match queue.backlog_most {
            0 => String::new(),
            most => format!(
                "; a burst makes {} wait at {}",
                count(most),
                clock_at(queue.backlog_most_at_us)
            ),
        };
        let said = share(u32::try_from(queue.utilisation_ppm).unwrap_or(u32::MAX));
        let name = capitalised(&queue.name);
        let text = format!("{name}: {said} of its capacity is used in {busy}{waits}{ceiling}");
        return Some(Finding { weight: Weight::Note, text, todo: String::new() });
    }
    let overflows = queue.overflows_at_us.map_or_else(String::new, |at| {
        format!("; from {} on it keeps no more and work is given up", clock_at(at))
    });
    let text = format!(
        "{} cannot keep up in {busy}: {} come and {} are served, so that what waits grows by {} \
         to {} at {}; what comes last waits {}{overflows}{ceiling}",
        capitalised(&queue.name),
        per_min(queue.peak_per_min_milli),
        per_min(capacity),
        per_min(queue.growth_per_min_milli),
        count(queue.backlog_most),
        clock_at(queue.backlog_most_at_us),
        span(queue.wait_us),
    );
    let todo = "more workers or a higher limit, larger batches, `coalesce: yes`".to_owned();
    Some(Finding { weight: Weight::Doubtful, text, todo })
}

fn of_proof(proof: &Proof) -> Option<Finding> {
    if proof.chance_ppm >= GOOD {
        return None;
    }
    let expected = proof.expected_milli.map_or_else(String::new, |milli| {
        format!(" ({} times expected)", super::words::milli(milli))
    });
    let text = format!(
        "For a GO {}{expected}; the chance that this happens is {}",
        proof.what,
        chance(proof.chance_ppm)
    );
    let todo = "leave the everyday imperfections on, or lengthen the campaign".to_owned();
    Some(Finding { weight: Weight::Stops, text, todo })
}

fn of_pace(sheet: &Sheet) -> Option<Finding> {
    let pace = &sheet.pace;
    let most = pace.speed_milli_max.filter(|most| pace.speed_milli > *most)?;
    let text = format!(
        "At {} a run is too coarse to prove anything: with exchanges of {} it may go at {} at \
         most",
        speed(pace.speed_milli),
        span(sheet.assumed.exchange_wall_us),
        speed(most),
    );
    let todo = format!("`speed: {}`, or `doorbuster simulate`", speed(most));
    Some(Finding { weight: Weight::Stops, text, todo })
}

/// Lags that are near their limits by the plan alone, though not beyond.
fn of_lags(sheet: &Sheet) -> Vec<Finding> {
    let near = sheet.lags.iter().filter(|lag| {
        lag.peak_p95_us * 2 > lag.limit_us && lag.beyond_ppm > 0 && lag.beyond_ppm <= 50_000
    });
    let said = near.map(|lag| Finding {
        weight: Weight::Note,
        text: format!(
            "{} on {}: at the end of {} limits alone make its p95 {}, and put {} of all beyond {}",
            capitalised(lag.kpi.title()),
            lag.channel,
            phase(sheet, sheet.orders.busy_phase),
            span(lag.peak_p95_us),
            share(lag.beyond_ppm),
            span(lag.limit_us),
        ),
        todo: String::new(),
    });
    said.collect()
}

fn of_stock(sheet: &Sheet) -> Vec<Finding> {
    let stock = &sheet.stock;
    let note = |text: String| Finding { weight: Weight::Note, text, todo: String::new() };
    let mut findings = Vec::new();
    if stock.sold_out > 0 {
        findings.push(note(format!(
            "{} of {} run out, and {} of all orders are refused for it",
            count(stock.sold_out),
            counted(stock.on_sale, "SKU", "SKUs"),
            share(stock.refused_ppm),
        )));
    }
    let mut heroes: Vec<_> = stock.wanted_most.iter().filter(|sku| sku.hero).collect();
    heroes.sort_by_key(|sku| (sku.middle_us.is_none(), sku.middle_us));
    if let Some(first) = heroes.first().filter(|sku| sku.middle_us.is_some()) {
        let others = match heroes.len() {
            1 => format!("The hero {} sells out", first.sku),
            n => format!("The first of {n} heroes sells out"),
        };
        findings.push(note(format!("{others} {}", wanted_range(first))));
    } else if !heroes.is_empty() {
        let most = heroes.iter().map(|sku| sku.chance_ppm).max().unwrap_or(0);
        let text = format!("No hero is likely to sell out: the chance is {}", chance(most));
        findings.push(note(text));
    }
    findings
}

fn of_small_channels(sheet: &Sheet) -> Vec<Finding> {
    let mut small: Vec<&str> = Vec::new();
    for gate in sheet.gates.iter().filter(|gate| !gate.blocks) {
        small.extend(gate.channel.as_deref().filter(|channel| !small.contains(channel)));
    }
    small.sort_unstable_by_key(|name| Reverse(name.len()));
    small.sort_unstable();
    if small.is_empty() {
        return Vec::new();
    }
    let text = format!(
        "{} carries under 5 % of the orders: too few samples there hold nothing back",
        joined(&small)
    );
    vec![Finding { weight: Weight::Note, text, todo: String::new() }]
}

/// What of the campaign's length the remedy is, for a table.
pub(super) fn length_said(sheet: &Sheet, gate: &Gate) -> String {
    gate.length_milli.map_or_else(String::new, |milli| {
        let (name, _, then) = longer(sheet, milli);
        format!("{} of the orders: “{name}” {}", length_of(milli), span(then))
    })
}
