//! What one replication in virtual time costs: played alone, and judged as it is played.
//!
//! `replication benches/million.yaml --times 3`
//!
//! Prints one JSON object a playing: wall seconds, facts, orders, nanoseconds a fact. Memory is for
//! `/usr/bin/time -v` to say.

use std::path::PathBuf;
use std::time::Instant;

use clap::Parser;
use doorbuster::drive::hand::Nobody;
use doorbuster::drive::simulated;
use doorbuster::history::Fact;
use doorbuster::history::stamp::Tape;
use doorbuster::scenario::{self, Overrides, Plan};
use doorbuster::study::replication;

/// One replication in virtual time, timed.
#[derive(Parser)]
struct Args {
    /// The scenario.
    scenario: PathBuf,
    /// How often.
    #[arg(long, default_value_t = 1)]
    times: u32,
    /// Only play: nobody judges.
    #[arg(long)]
    unjudged: bool,
    /// Judge on a thread of its own.
    #[arg(long)]
    beside: bool,
}

fn unjudged(plan: &Plan) -> u64 {
    let mut facts = 0;
    let mut tape = Tape::new(|_: Fact| facts += 1);
    simulated::play(plan, &mut tape, &mut Nobody);
    facts
}

#[expect(clippy::disallowed_methods, reason = "timing is what this example is for")]
fn now() -> Instant {
    Instant::now()
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let plan = scenario::read(&args.scenario, &Overrides::default())?;
    for _ in 0..args.times {
        let began = now();
        let (facts, orders) = if args.unjudged {
            (unjudged(&plan), None)
        } else {
            let played = if args.beside {
                replication::play_beside(&plan, || true)
            } else {
                replication::play(&plan, || true)
            };
            let played = played.expect("nobody stops it");
            (played.judgement.facts, Some(played.judgement.totals.accepted))
        };
        let seconds = began.elapsed().as_secs_f64();
        let a_fact = seconds * 1e9 / facts as f64;
        let said = serde_json::json!({
            "judged": !args.unjudged, "beside": args.beside, "seconds": seconds, "facts": facts,
            "accepted_orders": orders, "ns_a_fact": a_fact,
        });
        println!("{said}");
    }
    Ok(())
}
