//! Owns the sentences about many afternoons. Must not know where they are printed.

use super::{Afternoons, Chance, GateOver, Interval};
use crate::report::summary::gate::Kpi;
use crate::report::summary::verdict::Verdict;
use crate::report::words::gate::capitalised;
use crate::report::words::number::{count, counted, share, span};

/// The verdict on the scenario with its chance, in one line.
pub fn headline(all: &Afternoons) -> String {
    let word = match all.verdict {
        Verdict::Go => "GO",
        Verdict::GoWithConditions => "GO WITH CONDITIONS",
        Verdict::Inconclusive => "INCONCLUSIVE",
        Verdict::NoGo => "NO-GO",
    };
    format!("{word} (model: not your systems) · {}", chance(&all.go))
}

/// `29 of 30 afternoons are GO: 96.7 %, at least 85 % at 95 % confidence`.
pub fn chance(chance: &Chance) -> String {
    let ppm = crate::units::Ppm::of(chance.yes, chance.of).0;
    let afternoons = counted(chance.of, "afternoon is", "afternoons are");
    let bounds = format!("{} … {}", share(chance.low_ppm), share(chance.high_ppm));
    format!("{} of {afternoons} GO: {} ({bounds})", count(chance.yes), share(ppm))
}

/// Why the scenario has that verdict.
pub fn why(all: &Afternoons) -> String {
    let wanted = share(all.go_at_least_ppm);
    let worst = worst_gates(all);
    let breaks = worst.first().filter(|gate| gate.accepted == 0).map_or(String::new(), |gate| {
        format!("; most often {} ({})", gate_name(gate), trouble(gate, all.runs))
    });
    match all.verdict {
        Verdict::Go | Verdict::GoWithConditions => {
            format!("The chance of a GO is proved to be at least {wanted}.")
        }
        Verdict::NoGo => {
            format!("The chance of a GO is proved to be lower than {wanted}{breaks}.")
        }
        Verdict::Inconclusive if all.runs < crate::study::outcome::RUNS_MIN as u64 => format!(
            "{} say too little of others: at least {} are needed (`--runs`).",
            counted(all.runs, "afternoon", "afternoons"),
            crate::study::outcome::RUNS_MIN,
        ),
        Verdict::Inconclusive => format!(
            "Whether the chance of a GO is {wanted} or more is not settled: play more \
             afternoons{breaks}."
        ),
    }
}

/// The heading of a GO whose chance is not proved to be high; none where it is.
pub fn go_this_time(all: &Afternoons) -> Option<String> {
    if all.go.low_ppm >= all.go_at_least_ppm {
        return None;
    }
    let not_go = crate::units::Ppm::of(all.go.of - all.go.yes, all.go.of).0;
    Some(match not_go {
        0 => format!(
            "GO this time; up to {} of such afternoons may not be",
            share(1_000_000 - all.go.low_ppm)
        ),
        not_go => format!("GO this time; {} of such afternoons are not", share(not_go)),
    })
}

/// Gates of the first screen.
const OTHERS_SAID: usize = 3;

/// What other afternoons say, a line each: the chance, and what stands in the way most often.
pub fn others(all: &Afternoons) -> Vec<String> {
    let mut lines = vec![capitalised(&chance(&all.go))];
    for gate in worst_gates(all).iter().take(OTHERS_SAID) {
        lines.push(format!("{}: {}", capitalised(&gate_name(gate)), trouble(gate, all.runs)));
    }
    lines
}

/// Gates that stood in the way, most often first.
pub fn worst_gates(all: &Afternoons) -> Vec<&GateOver> {
    worst_of(&all.gates)
}

/// The same of these gates.
pub fn worst_of(gates: &[GateOver]) -> Vec<&GateOver> {
    let bad = |gate: &GateOver| gate.failed + gate.not_proved;
    let mut worst: Vec<&GateOver> = gates.iter().filter(|gate| bad(gate) > 0).collect();
    // What somebody answers for stands in nobody's way: it comes last.
    worst.sort_by_key(|gate| {
        (gate.accepted > 0, std::cmp::Reverse(gate.failed), std::cmp::Reverse(bad(gate)))
    });
    worst
}

/// The gate with its channel.
pub fn gate_name(gate: &GateOver) -> String {
    let scope = gate.channel.as_deref().map_or(String::new(), |name| format!(" on {name}"));
    format!("{}{scope}", gate.kpi.title())
}

/// `failed in 12, not proved in 3 of 30`.
pub fn trouble(gate: &GateOver, runs: u64) -> String {
    let parts = [(gate.failed, "failed in"), (gate.not_proved, "not proved in")];
    let said: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{what} {n}")).collect();
    // A risk that somebody answers for decides nothing, and is said to be accepted.
    let accepted = match gate.accepted {
        0 => String::new(),
        n if n == runs => "; the risk is accepted".to_owned(),
        n => format!("; the risk is accepted in {n}"),
    };
    format!("{} of {runs}{accepted}", said.join(", "))
}

/// Whether a KPI is a lag: else it is a share.
pub fn is_lag(kpi: Kpi) -> bool {
    matches!(kpi, Kpi::ListingLatency | Kpi::SyncLag | Kpi::PriceLag)
}

/// A value of a KPI: microseconds or parts per million.
pub fn valued(kpi: Kpi, value: u64) -> String {
    if is_lag(kpi) { span(value) } else { share(value.min(1_000_000) as u32) }
}

/// The bounds of a chance: `0 % … 9.5 %`.
pub fn chance_short(chance: &Chance) -> String {
    format!("{} … {}", share(chance.low_ppm), share(chance.high_ppm))
}

/// A percentile of a KPI; none is beyond what anybody could see.
pub fn quantile(kpi: Kpi, value: Option<u64>) -> String {
    value.map_or("never".to_owned(), |value| valued(kpi, value))
}

/// A mean with its interval: `2.18 min (2.1 min … 2.26 min)`.
pub fn interval(kpi: Kpi, mean: Interval) -> String {
    let said = |value: i64| valued(kpi, value.max(0).unsigned_abs());
    let end = |value: Option<i64>| value.map_or("—".to_owned(), said);
    format!("{} ({} … {})", said(mean.mean), end(mean.low), end(mean.high))
}
