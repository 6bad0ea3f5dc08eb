//! Does the reported latency tell the truth about a server that freezes? Plays plain load at a
//! server frozen for a second in the middle, and at one frozen across the end of the load, and
//! holds the reported p99 against the truth, which is known because the freeze was made.
//!
//! `cargo build --release --examples && target/release/examples/frozen_server`
//!
//! The truth: a call intended at t within the freeze [from, until) is answered at `until`, any
//! other at once. The schedule's own intended times are read back from the history, so that the
//! draw of arrivals does not blur the comparison. Exits 1 when a p99 is over 1 % off.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};
use clap::Parser;
use doorbuster::history::{Reader, What};

/// Holds reported percentiles against a truth that was constructed.
#[derive(Parser)]
struct Args {
    /// Arrivals a second.
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// Seconds of load.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
}

/// Kills the server however the case ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let examples = std::env::current_exe()?.parent().context("an example has a folder")?.to_owned();
    let folder = std::env::temp_dir().join(format!("doorbuster-frozen-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let middle = args.seconds / 2.0 - 0.5;
    let across = args.seconds - 0.5;
    let mut worst: f64 = 0.0;
    for (name, freeze_at) in [("middle", middle), ("across the end", across)] {
        let history = folder.join(format!("{freeze_at}.jsonl.zst"));
        let off = play(&args, &examples, &history, name, freeze_at)?;
        worst = worst.max(off);
    }
    std::fs::remove_dir_all(&folder)?;
    ensure!(worst <= 0.01, "a reported p99 is {:.2} % off the truth", worst * 100.0);
    Ok(())
}

fn play(
    args: &Args,
    examples: &Path,
    history: &PathBuf,
    name: &str,
    freeze_at: f64,
) -> anyhow::Result<f64> {
    let mut server = Command::new(examples.join("loopback_server"))
        .args(["--freeze-at", &freeze_at.to_string(), "--freeze-for", "1"])
        .stdout(Stdio::piped())
        .spawn()
        .context("build the examples first: loopback_server is missing")?;
    let said = server.stdout.take().context("the server's output was asked for")?;
    let _server = Server(server);
    let mut url = String::new();
    BufReader::new(said).read_line(&mut url)?;
    let load = Command::new(examples.join("plain_load"))
        .args(["--url", url.trim(), "--open", &args.rate.to_string()])
        .args(["--seconds", &args.seconds.to_string(), "--history"])
        .arg(history)
        .output()
        .context("build the examples first: plain_load is missing")?;
    ensure!(load.status.success(), "plain_load: {}", String::from_utf8_lossy(&load.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&load.stdout)?;
    let reported = summary["response_us"]["p99"].as_u64().context("a summary has a p99")?;
    let truth = true_p99_us(history, freeze_at)?;
    let off = (reported as f64 / truth as f64 - 1.0).abs();
    println!(
        "frozen {name}: p99 reported {:.1} ms, true {:.1} ms, {:.2} % off; \
         {} scheduled, {} answered, {} open at the end, {} unsent",
        reported as f64 / 1e3,
        truth as f64 / 1e3,
        off * 100.0,
        summary["scheduled"],
        summary["answered"],
        summary["open_at_end"],
        summary["unsent"],
    );
    Ok(off)
}

/// The 99th percentile of what each scheduled call had to wait for the freeze to end.
fn true_p99_us(history: &Path, freeze_at: f64) -> anyhow::Result<u64> {
    let mut first_sent_us = None;
    let mut intended_us = Vec::new();
    for fact in Reader::open(history)? {
        if let What::Sent { intended, .. } = fact.what {
            first_sent_us.get_or_insert(fact.wall);
            intended_us.push(intended.0);
        }
    }
    let from = first_sent_us.context("something was sent")? + (freeze_at * 1e6) as u64;
    let until = from + 1_000_000;
    let mut waits: Vec<u64> = intended_us
        .into_iter()
        .map(|at| if (from..until).contains(&at) { until - at } else { 0 })
        .collect();
    waits.sort_unstable();
    Ok(waits[(waits.len() * 99).div_ceil(100) - 1])
}
