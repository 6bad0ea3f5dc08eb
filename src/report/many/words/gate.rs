//! Owns how one gate over many afternoons is said, and which stand in the way.
//! Must not know where it is printed.

use super::super::ruling::{Ended, Stands};
use super::super::{GateOver, Replications};
use crate::report::summary::gate::Kpi;
use crate::report::words::limits::lag_of;
use crate::report::words::limits::samples_word;
use crate::report::words::number::{count, counted, share};

/// Gates that stand in the way, or lie beyond their limit in some afternoons: the worst first.
pub fn worst_gates(all: &Replications) -> Vec<&GateOver> {
    worst_of(&all.gates)
}

/// The same of these gates.
pub fn worst_of(gates: &[GateOver]) -> Vec<&GateOver> {
    let is_bad = |gate: &&GateOver| gate.out > 0 || gate.pooled.in_the_way;
    let mut worst: Vec<&GateOver> = gates.iter().filter(is_bad).collect();
    // What somebody answers for stands in nobody's way: it comes last.
    worst.sort_by_key(|gate| {
        let failed = gate.pooled.stands == Stands::Failed;
        let rank = (gate.accepted > 0, !failed, std::cmp::Reverse(gate.out));
        (rank, !gate.pooled.in_the_way)
    });
    worst
}

/// The gate with its channel.
pub fn gate_name(gate: &GateOver) -> String {
    let scope = gate.channel.as_deref().map_or(String::new(), |name| format!(" on {name}"));
    format!("{}{scope}", gate.kpi.title())
}

/// How more afternoons come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// They are played.
    Played,
    /// So many runs were made one by one: more are made the same way.
    Runs(u64),
}

impl More {
    /// Of these afternoons.
    pub fn of(all: &Replications) -> More {
        match all.ended {
            Ended::Pooled => More::Runs(all.runs),
            Ended::Played | Ended::OutOfTime | Ended::Stopped => More::Played,
        }
    }

    /// What so many afternoons in all would do, and how they come about.
    pub fn settled_by(self, needed: u64) -> String {
        match self {
            More::Played => {
                format!("about {} afternoons would settle it (`--runs {needed}`)", count(needed))
            }
            More::Runs(runs) => format!(
                "about {} like these, each on a seed of its own, would settle it",
                counted(needed.saturating_sub(runs), "more run", "more runs")
            ),
        }
    }
}

/// `1.4 % of 120,000 orders went wrong (1.2 % may)`; of a lag, of changes later than its limit.
pub fn told(gate: &GateOver) -> String {
    let pooled = &gate.pooled;
    let (rate, limit) = (share(pooled.rate_ppm), share(pooled.limit_ppm));
    let counted = format!("{} {}", count(pooled.counted), samples_word(gate.kpi));
    let what = if lag_of(gate.kpi) { "came later than the limit" } else { "went wrong" };
    format!("{rate} of {counted} {what} ({limit} may)")
}

/// Where a gate stands over all afternoons, and what settles it where it is open.
pub fn stands(gate: &GateOver, more: More) -> String {
    match gate.pooled.stands {
        Stands::Healthy | Stands::Watch => told(gate),
        Stands::Failed => format!("proved beyond its limit: {}", told(gate)),
        Stands::NotObserved => "nothing in the record can show it: record it too".to_owned(),
        Stands::NotExercised => match gate.pooled.counted {
            0 => "it never came up: play a campaign in which it does".to_owned(),
            _ if hangs_on_selling_out(gate.kpi) => format!(
                "too few products sell out to tell: play a busier campaign, or with less stock; {}",
                told(gate)
            ),
            _ => format!(
                "it came up too seldom to tell: play a busier or a longer campaign; {}",
                told(gate)
            ),
        },
        Stands::Unresolved => {
            format!("outcomes that nobody knows could tip it: find them out; {}", told(gate))
        }
        Stands::AtTheLimit => {
            let any = match more {
                More::Played => "any number of afternoons",
                More::Runs(_) => "any number of such runs",
            };
            format!(
                "too near to its limit for {any}, so lower it: {}; {}",
                told(gate),
                so_far(gate)
            )
        }
        Stands::MoreReplications => {
            let needed = gate.pooled.replications_needed.unwrap_or_default();
            format!("{}; {}: {}", told(gate), so_far(gate), more.settled_by(needed))
        }
    }
}

fn hangs_on_selling_out(kpi: Kpi) -> bool {
    matches!(kpi, Kpi::StockCancellations | Kpi::OversoldOrders)
}

/// What an open gate has proved: the bound that decides.
fn so_far(gate: &GateOver) -> String {
    let what = if lag_of(gate.kpi) { "are later" } else { "go wrong" };
    let samples = samples_word(gate.kpi);
    format!(
        "that proves only that no more than {} of {samples} {what}",
        share(gate.pooled.high_ppm)
    )
}

/// What a gate did: where it stands if it is in the way, and in how many afternoons it lies beyond
/// its limit.
pub fn trouble(gate: &GateOver, runs: u64, more: More) -> String {
    let mut said = Vec::new();
    if gate.pooled.in_the_way || gate.accepted > 0 {
        said.push(stands(gate, more));
    }
    if gate.out > 0 {
        said.push(format!("beyond its limit in {} of {}", count(gate.out), count(runs)));
    } else if gate.by_chance > 0 {
        said.push(format!(
            "beyond its limit in {} of {}, each of too few orders to be judged by itself",
            count(gate.by_chance),
            count(runs)
        ));
    }
    // A risk that somebody answers for decides nothing, and is said to be accepted.
    match gate.accepted {
        0 => {}
        n if n == runs => said.push("the risk is accepted".to_owned()),
        n => said.push(format!("the risk is accepted in {n}")),
    }
    said.join("; ")
}

/// What stands in the way, short, for a row of a table; at most two gates.
pub fn in_the_way(gates: &[GateOver], runs: u64) -> String {
    let short = |gate: &GateOver| match gate.pooled.stands {
        _ if gate.out > 0 => format!("beyond its limit in {} of {runs}", gate.out),
        Stands::Failed => "beyond its limit".to_owned(),
        Stands::NotObserved => "not observed".to_owned(),
        Stands::NotExercised => "never comes up".to_owned(),
        Stands::Unresolved => "unknown outcomes".to_owned(),
        Stands::AtTheLimit => "at its limit".to_owned(),
        Stands::MoreReplications | Stands::Healthy | Stands::Watch => "more afternoons".to_owned(),
    };
    let in_the_way = worst_of(gates).into_iter().filter(|gate| gate.accepted == 0);
    let told: Vec<String> =
        in_the_way.take(2).map(|gate| format!("{} ({})", gate_name(gate), short(gate))).collect();
    if told.is_empty() { "nothing".to_owned() } else { told.join("; ") }
}
