//! Owns what a terminal shows of many afternoons: chances, headroom, advice.
//! Must not print, nor know how the afternoons were played.

use super::lines::{Lines, Paper, Tone, pad};
use super::verdict_tone;
use crate::history::Charter;
use crate::history::charter;
use crate::report::many::words::{chance, gate_name, headline, trouble, why, worst_gates};
use crate::report::many::{Afternoons, GateOver, Interval};
use crate::report::summary::gate::Kpi;
use crate::report::words::number::{count, share, signed, span, three_digits};
use crate::study::advise::{Advice, Effect, Trial};
use crate::study::headroom::{Headroom, Rung};
use crate::study::levers::Lever;

/// Gates that are told one by one.
const GATES_TOLD: usize = 8;

/// Many afternoons of one scenario.
pub fn afternoons(all: &Afternoons, paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    out.hung("", 0, Some(verdict_tone(all.verdict)), &headline(all));
    out.hung("", 0, Some(Tone::Quiet), &all.campaign);
    out.blank();
    out.wrapped("", &why(all));
    if all.runs < all.asked {
        out.wrapped("", &format!("Stopped after {} of {}.", count(all.runs), count(all.asked)));
    }
    out.blank();
    out.title("a GO, by channel");
    let widest = all.channels.iter().map(|c| c.name.chars().count()).max().unwrap_or(0);
    for channel in &all.channels {
        out.wrapped(&format!("{}  ", pad(&channel.name, widest)), &chance(&channel.go));
    }
    out.blank();
    out.title("measures of the run: median, and where nine of ten afternoons lie");
    for gate in all.gates.iter().filter(|gate| gate.channel.is_none()) {
        out.wrapped("- ", &measure(gate));
    }
    out.blank();
    let worst = worst_gates(all);
    if !worst.is_empty() {
        out.title("what stands in the way");
        for gate in worst.iter().take(GATES_TOLD) {
            out.wrapped("- ", &format!("{}: {}", gate_name(gate), trouble(gate, all.runs)));
        }
        if worst.len() > GATES_TOLD {
            out.wrapped("  ", &format!("and {} more", worst.len() - GATES_TOLD));
        }
        out.blank();
    }
    out.text
}

fn measure(gate: &GateOver) -> String {
    let said = |value: Option<u64>| value.map_or("never".to_owned(), |v| valued(gate.kpi, v));
    let [low, median, high] = gate.quantiles.map(said);
    let mean = gate.mean.map_or(String::new(), |mean| {
        let end = |value: Option<i64>| {
            value.map_or("—".to_owned(), |v| valued(gate.kpi, v.max(0).unsigned_abs()))
        };
        let middle = valued(gate.kpi, mean.mean.max(0).unsigned_abs());
        format!("; mean {middle} ({} … {})", end(mean.low), end(mean.high))
    });
    format!("{}: {median} ({low} … {high}){mean}", gate.kpi.title())
}

fn is_lag(kpi: Kpi) -> bool {
    matches!(kpi, Kpi::ListingLatency | Kpi::SyncLag | Kpi::PriceLag)
}

fn valued(kpi: Kpi, value: u64) -> String {
    if is_lag(kpi) { span(value) } else { share(value.min(1_000_000) as u32) }
}

fn times(milli: u64) -> String {
    format!("{}x", three_digits(milli as f64 / 1e3))
}

/// How far a campaign can grow.
pub fn headroom(found: &Headroom, charter: &Charter, paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    let wanted = share(crate::study::outcome::GO_AT_LEAST.0);
    let line = match (found.holds_milli, found.breaks_milli) {
        (Some(holds), Some(breaks)) => format!(
            "The campaign can grow to {} of its demand and still be a GO in at least {wanted} of \
             afternoons; at {} it is not.",
            times(holds),
            times(breaks),
        ),
        (Some(holds), None) => {
            format!("At {} of its demand it is still a GO: nothing larger was tried.", times(holds))
        }
        (None, _) => format!(
            "At no demand that was tried, from {} on, is a GO proved to have a chance of {wanted}.",
            times(found.rungs.first().map_or(1_000, |rung| rung.demand_milli)),
        ),
    };
    out.title("headroom (model: not your systems)");
    out.wrapped("", &line);
    if let Some(rung) = found.breaking() {
        let first = breaks_first(rung, charter);
        if !first.is_empty() {
            out.wrapped("", &format!("What breaks first: {first}."));
        }
    }
    out.blank();
    out.push("demand   GO            what stands in the way");
    for rung in &found.rungs {
        let go = &rung.outcome.go;
        let head = format!("{:>6}   {:>3} of {:<5}   ", times(rung.demand_milli), go.yes, go.of);
        let tone = if rung.holds() { Tone::Good } else { Tone::Bad };
        let painted = out.paint(tone, &head);
        let gates = breaks_first(rung, charter);
        let text = if gates.is_empty() { "nothing" } else { &gates };
        let mut first = true;
        for line in super::lines::wrapped(text, paper.columns() - head.chars().count()) {
            let lead = if first { painted.clone() } else { " ".repeat(head.chars().count()) };
            out.push(&format!("{lead}{line}"));
            first = false;
        }
    }
    if found.stopped {
        out.wrapped("", "Stopped before it was narrow.");
    }
    out.text
}

/// The gates that fail most often on a rung, in words.
fn breaks_first(rung: &Rung, charter: &Charter) -> String {
    let all = Afternoons::of(&rung.outcome, charter, rung.outcome.runs);
    let worst = worst_gates(&all);
    let told: Vec<String> = worst
        .iter()
        .take(2)
        .map(|gate| format!("{} ({})", gate_name(gate), trouble(gate, all.runs)))
        .collect();
    told.join("; ")
}

/// What to change.
pub fn advice(found: &Advice, levers: &[Lever], paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    out.title("advice (model: not your systems)");
    let go = |trial: &Trial| format!("{} of {} GO", trial.outcome.go.yes, trial.outcome.go.of);
    let base = &found.baseline.go;
    out.wrapped("", &format!("As it is: {} of {} afternoons are GO.", base.yes, base.of));
    match (&found.smallest, &found.together) {
        (Some(smallest), _) => {
            out.wrapped("", &format!("With these changes together: {}.", go(smallest)));
            for place in &smallest.levers {
                let lever = &levers[*place];
                out.wrapped("  - ", &format!("{}: {}", lever.to, lever.what));
            }
            out.wrapped("", &format!("What it costs: {}.", costs(smallest)));
        }
        (None, Some(together)) => {
            let text = format!("Even everything together is not enough: {}.", go(together));
            out.wrapped("", &text);
        }
        (None, None) if found.stopped => out.wrapped("", "Stopped before levers were combined."),
        (None, None) => out.wrapped("", "It is a GO already: nothing needs to change."),
    }
    out.blank();
    out.title("one change at a time, most helpful first");
    for trial in &found.alone {
        let lever = &levers[trial.levers[0]];
        let dropped = if trial.dropped { ", does not help" } else { "" };
        out.wrapped("- ", &format!("{}: {}: {}{dropped}", lever.to, lever.what, go(trial)));
        let effects = effects(trial);
        if !effects.is_empty() && !trial.dropped {
            out.hung("", 2, Some(Tone::Quiet), &effects);
        }
    }
    if found.stopped {
        out.wrapped("", "Stopped: not everything was tried.");
    }
    out.text
}

/// What a change costs, an afternoon.
fn costs(trial: &Trial) -> String {
    let rounded = |mean: &crate::study::interval::Mean| Interval::of(*mean, 1.0).mean;
    format!(
        "{} units not sold although there, {} calls to channels, an afternoon",
        signed(rounded(&trial.undersold)),
        signed(rounded(&trial.calls)),
    )
}

/// What a change does to the KPIs of the run, where that is beyond chance.
fn effects(trial: &Trial) -> String {
    let told: Vec<String> = trial.effects.iter().filter_map(effect).collect();
    told.join("; ")
}

fn effect(effect: &Effect) -> Option<String> {
    let mean = effect.difference?;
    let is_beyond_chance = mean.half.is_finite() && (mean.low() > 0.0 || mean.high() < 0.0);
    is_beyond_chance.then(|| {
        let kpi: Kpi = effect.kpi.into();
        let sign = if mean.mean < 0.0 { "−" } else { "+" };
        let size = |value: f64| valued(kpi, value.abs().round() as u64);
        format!(
            "{} {sign}{} (± {})",
            charter::Kpi::title(effect.kpi),
            size(mean.mean),
            size(mean.half)
        )
    })
}
