//! Owns the sentences about many afternoons. Must not know where they are printed.

use super::{Afternoons, Chance, GateOver};
use crate::report::summary::verdict::Verdict;
use crate::report::words::number::{count, counted, share};

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
    let breaks = worst.first().map_or(String::new(), |gate| {
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

/// Gates that stood in the way, most often first.
pub fn worst_gates(all: &Afternoons) -> Vec<&GateOver> {
    let bad = |gate: &GateOver| gate.failed + gate.not_proved;
    let mut worst: Vec<&GateOver> = all.gates.iter().filter(|gate| bad(gate) > 0).collect();
    worst.sort_by_key(|gate| (std::cmp::Reverse(gate.failed), std::cmp::Reverse(bad(gate))));
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
    format!("{} of {runs}", said.join(", "))
}
