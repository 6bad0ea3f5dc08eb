//! Plays a scenario on many seeds and prints how the verdicts fall: `tally <scenario> <runs>`.
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use doorbuster::scenario::{self, Overrides};
use doorbuster::study::{Afternoon, replicate};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let runs: usize = args[2].parse().expect("a number of runs");
    let first: u64 = args.get(3).map_or(1, |s| s.parse().expect("a seed"));
    let plan_of = |seed| {
        scenario::read(args[1].as_ref(), &Overrides { seed: Some(seed), ..Overrides::default() })
            .ok()
    };
    let plan = plan_of(1).expect("a scenario");
    let stop = AtomicBool::new(false);
    let began = std::time::Instant::now();
    let all = replicate(plan_of, first, runs, &stop, Afternoon::of, |_| {});
    let mut verdicts = BTreeMap::new();
    let mut gates: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    for afternoon in &all.afternoons {
        *verdicts.entry(afternoon.verdict).or_insert(0) += 1;
        for gate in &afternoon.gates {
            let channel = gate
                .channel
                .map_or("run".to_owned(), |c| plan.charter.channels[c.index()].name.clone());
            *gates
                .entry((
                    format!("{:?}", gate.kpi),
                    channel,
                    format!("{:?}{}", gate.band, if gate.accepted { " (accepted)" } else { "" }),
                ))
                .or_default() += 1;
        }
    }
    println!(
        "{verdicts:?} in {:?}; facts {} accepted {}",
        began.elapsed(),
        all.afternoons[0].facts,
        all.afternoons[0].accepted
    );
    for ((kpi, channel, band), n) in gates {
        if band != "Healthy" {
            println!("{kpi} {channel} {band}: {n}");
        }
    }
}
