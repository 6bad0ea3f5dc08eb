//! Owns what to know before a plan is put to a verdict, worst first, each with what to do.
//! Must not compute: it words what a [`Sheet`] says.

mod reserve;
mod seen;

pub(super) use reserve::reserves;

use super::finding::{Finding, Weight};
use super::sheet::{Gate, GivenUp, Lag, Load, Proof, Provable, Sheet};
use super::words::{
    clock_at, held, joined, lag_title, orders_per_min, phase, ranged, served_per_min,
};
use crate::outlook::Unprovable;
use crate::report::summary::band::Unproved;
use crate::report::summary::gate::Kpi;
use crate::report::summary::printable_text;
use crate::report::words::gate::{capitalised, is};
use crate::report::words::number::{count, counted, share, span, speed};
use crate::report::words::short;

/// From this utilisation on a load is worth a word.
const BUSY: u64 = 800_000;

/// The findings of a sheet, worst first.
pub(super) fn findings(
    sheet: &Sheet,
    unprovable: &[Unprovable],
    ungated_kpis: &[Kpi],
    reserves: Vec<Finding>,
) -> Vec<Finding> {
    let cannot = |what: &Unprovable| Finding {
        weight: Weight::Stops,
        text: capitalised(&printable_text(&what.to_string())),
        todo: what.remedy().to_owned(),
    };
    let mut findings: Vec<Finding> = unprovable.iter().map(cannot).collect();
    findings.extend(too_late(sheet));
    findings.extend(sheet.given_up.iter().map(|seen| of_given_up(sheet, seen)));
    findings.extend(sheet.loads.iter().filter_map(|load| of_load(sheet, load)));
    if let Some(played) = &sheet.played {
        findings.extend(seen::all(sheet, played));
    }
    findings.extend(sheet.proofs.iter().filter_map(|proof| of_proof(sheet, proof)));
    findings.extend(of_pace(sheet));
    findings.extend(together(sheet));
    findings.extend(small_channels(sheet));
    findings.extend(ungated(ungated_kpis));
    findings.extend(reserves);
    findings.sort_by_key(|finding| finding.weight);
    findings
}

/// What nothing in the campaign puts in question, so that no gate asks for it.
fn ungated(kpis: &[Kpi]) -> Option<Finding> {
    let titles: Vec<&str> = kpis.iter().map(|kpi| kpi.title()).collect();
    let is = if titles.len() == 1 { is(kpis[0]) } else { "are" };
    (!titles.is_empty()).then(|| Finding {
        weight: Weight::Note,
        text: format!(
            "{} {is} not gated: nothing in this campaign puts that to the test",
            capitalised(&joined(&titles))
        ),
        todo: "prices change by `merchant.repricing` or `merchant.promotions`, listings are \
               published by `merchant.new listings`"
            .to_owned(),
    })
}

/// Gates of a short table: those of the run, and of channels those that one run does not prove or
/// that afternoons were beyond.
pub(super) fn gates_told(sheet: &Sheet) -> impl Iterator<Item = &Gate> {
    sheet.gates.iter().filter(|gate| {
        let beyond = gate.stood.is_some_and(|stood| stood.beyond > 0);
        gate.channel.is_none() || gate.blocks && (beyond || gate.replications_needed != Some(1))
    })
}

/// `a`, `b` or `c`, each as it stands in a scenario.
fn keys(keys: &[String]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Gates whose limit the plan's own times break.
fn too_late(sheet: &Sheet) -> Vec<Finding> {
    let late =
        |kpi: &Kpi| held(sheet).any(|gate| gate.kpi == *kpi && gate.provable == Provable::TooLate);
    let worst = |kpi: Kpi| {
        let lags = sheet.lags.iter().filter(|lag| lag.kpi == kpi);
        lags.max_by_key(|lag| lag.beyond_ppm)
    };
    let told = kpis(sheet).into_iter().filter(late).filter_map(worst).map(|lag| Finding {
        weight: Weight::Stops,
        text: late_text(lag),
        todo: late_todo(lag),
    });
    told.collect()
}

fn late_text(lag: &Lag) -> String {
    format!(
        "{} on {} cannot be within {}: by its own times at least {} of all is later, and its p95 \
         about {}",
        capitalised(lag_title(lag)),
        lag.channel,
        span(lag.limit_us),
        share(lag.beyond_ppm),
        span(lag.p95_us),
    )
}

fn late_todo(lag: &Lag) -> String {
    match lag.keys.as_slice() {
        [] => String::new(),
        known => format!("change {}", keys(known)),
    }
}

fn of_given_up(sheet: &Sheet, seen: &GivenUp) -> Finding {
    let after = match seen.attempts {
        0 | 1 => "tries once".to_owned(),
        n => format!("gives up after {n} attempts, within {}", span(seen.patience_us)),
    };
    let measured = sheet.played.as_ref().and_then(|played| {
        let place = sheet.channels.iter().position(|channel| *channel == seen.channel)?;
        Some((played.given_up.get(place)?, played.replications))
    });
    let lost = match measured {
        Some((lost, replications)) if lost.most > 0 => format!(
            "{} updates were given up an afternoon ({} played)",
            ranged(lost),
            count(replications)
        ),
        _ => format!("so about {} are given up", counted(seen.updates, "update", "updates")),
    };
    Finding {
        weight: Weight::Doubtful,
        text: format!(
            "{} cannot take what comes before {} {after}: {lost}",
            capitalised(&seen.limit),
            seen.connector,
        ),
        todo: format!("change {}", keys(&seen.keys)),
    }
}

fn of_load(sheet: &Sheet, load: &Load) -> Option<Finding> {
    let busy = phase(sheet, sheet.orders.busy_phase);
    let name = capitalised(&load.name);
    let todo = format!("change {}", keys(&load.keys));
    if let (None, Some(at)) = (load.capacity_per_min_milli, load.used_up_at_us) {
        let text = format!("{name} is used up at {}", clock_at(at));
        return Some(Finding { weight: Weight::Doubtful, text, todo });
    }
    let capacity = load.capacity_per_min_milli?;
    let ceiling = match (load.carries_per_min_milli, load.brings_per_min_milli) {
        (Some(carries), Some(brings)) => format!(
            "; it carries {} accepted, and {} come",
            orders_per_min(carries),
            orders_per_min(brings)
        ),
        _ => String::new(),
    };
    let used = share(u32::try_from(load.utilisation_ppm).unwrap_or(u32::MAX));
    match load.utilisation_ppm {
        0..BUSY => None,
        BUSY..1_000_000 => {
            let text = format!("{name}: {used} of its capacity is used in {busy}{ceiling}");
            Some(Finding::note(text))
        }
        _ => {
            let text = format!(
                "{name} cannot keep up in {busy}: {} come and {} are served, so that {} more wait \
                 every minute{ceiling}",
                served_per_min(load, load.peak_per_min_milli),
                served_per_min(load, capacity),
                super::words::milli(load.peak_per_min_milli - capacity),
            );
            Some(Finding { weight: Weight::Doubtful, text, todo })
        }
    }
}

/// What is gated where it can hold a GO back, in order.
fn kpis(sheet: &Sheet) -> Vec<Kpi> {
    let mut kpis: Vec<Kpi> = held(sheet).map(|gate| gate.kpi).collect();
    kpis.dedup();
    kpis
}

/// Gates that one run is too short for, and many together are not.
fn together(sheet: &Sheet) -> Option<Finding> {
    let gates: Vec<&Gate> =
        held(sheet).filter(|gate| gate.provable == Provable::Together).collect();
    let most = gates.iter().filter_map(|gate| gate.replications_needed).max()?;
    let mut titles: Vec<&str> = gates.iter().map(|gate| gate.kpi.title()).collect();
    titles.dedup();
    let text = format!(
        "One run is too short to prove {}: it takes {} together at least",
        joined(&titles),
        counted(most, "afternoon", "afternoons"),
    );
    let why: Option<Unproved> = gates.iter().find_map(|gate| gate.stood?.why);
    let text = why.map_or(text.clone(), |why| format!("{text} (alone: {})", short(why)));
    let todo = format!("`{}` takes as many together as it needs", sheet.simulate());
    Some(Finding { weight: Weight::Note, text, todo })
}

fn of_proof(sheet: &Sheet, proof: &Proof) -> Option<Finding> {
    // What never happens at all is told as unprovable.
    let rare = (1..1_000).contains(&proof.expected_milli);
    rare.then(|| Finding {
        weight: Weight::Note,
        text: format!(
            "For a GO {}; that is expected {} times an afternoon",
            proof.what,
            super::words::milli(proof.expected_milli)
        ),
        todo: format!("`{}` takes many afternoons together", sheet.simulate()),
    })
}

fn of_pace(sheet: &Sheet) -> Option<Finding> {
    let pace = &sheet.pace;
    let most = pace.speed_milli_max.filter(|most| pace.speed_milli > *most)?;
    let text = format!(
        "At {} a live run is too coarse to prove anything: with exchanges of {} it may go at {} \
         at most",
        speed(pace.speed_milli),
        span(pace.exchange_wall_us),
        speed(most),
    );
    let todo = format!("`speed: {}`, or `{}`", speed(most), sheet.simulate());
    Some(Finding { weight: Weight::Stops, text, todo })
}

fn small_channels(sheet: &Sheet) -> Option<Finding> {
    let mut small: Vec<&str> = Vec::new();
    for gate in sheet.gates.iter().filter(|gate| !gate.blocks) {
        small.extend(gate.channel.as_deref().filter(|channel| !small.contains(channel)));
    }
    small.sort_unstable();
    (!small.is_empty()).then(|| {
        Finding::note(format!(
            "{} carries under 5 % of the orders: too few samples there hold nothing back",
            joined(&small)
        ))
    })
}
