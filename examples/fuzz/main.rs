//! Plays seeded mutations of shipped scenarios, logs, patches and histories through every door by
//! which somebody else's bytes come in. docs/fuzzing.md says how, and what `fuzz/` adds to it.
//!
//! `cargo run --release --example fuzz -- scenario --runs 100000 --seed 1`
//!
//! A panic is told with the number of its execution and counted; an execution of more than 5 s, or
//! a process of more than 512 MB, ends it at once. Exit code 1 when there was any.

mod mutate;
mod targets;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use doorbuster::drive::hand::Nobody;
use doorbuster::drive::simulated;
use doorbuster::history::Fact;
use doorbuster::history::stamp::Tape;
use doorbuster::scenario::{self, Overrides};
use mutate::{Dice, mutated};
use targets::{PATCHED, TARGETS, Target};

/// Longer than this no bytes may keep anybody busy.
const SECONDS_MAX: u64 = 5;
/// More than this no bytes may take.
const MEMORY_BYTES_MAX: u64 = 512 << 20;

/// Mutations of shipped files, played through the doors by which files come in.
#[derive(Parser)]
struct Args {
    /// The target; all unless said.
    target: Option<String>,
    /// How many executions of each.
    #[arg(long, default_value_t = 10_000)]
    runs: u64,
    /// The seed of the mutations.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// This execution alone, its input printed.
    #[arg(long)]
    only: Option<u64>,
}

/// The execution under way and when it began, in milliseconds from the start; 0 is none.
static RUN: AtomicU64 = AtomicU64::new(0);
static BEGAN: AtomicU64 = AtomicU64::new(0);
/// Where the last panic was, and what it said.
static PANICKED: Mutex<String> = Mutex::new(String::new());

#[expect(clippy::disallowed_methods, reason = "a hang is measured by the clock on the wall")]
fn now() -> Instant {
    Instant::now()
}

fn main() {
    let args = Args::parse();
    let chosen: Vec<&Target> = TARGETS
        .iter()
        .filter(|(name, _)| args.target.as_deref().is_none_or(|asked| asked == *name))
        .collect();
    assert!(!chosen.is_empty(), "the targets are {:?}", TARGETS.map(|(name, _)| name));
    let clock = now();
    std::thread::spawn(move || watch(clock));
    std::panic::set_hook(Box::new(|info| {
        *PANICKED.lock().expect("one thread panics") = info.to_string();
    }));
    let mut found = 0;
    for target in chosen {
        found += fuzz(target, &args, clock);
    }
    std::process::exit(i32::from(found > 0));
}

/// Plays a target; how many executions panicked.
fn fuzz(&(name, body): &Target, args: &Args, clock: Instant) -> u64 {
    let corpus = corpus(name);
    let began = now();
    let mut panics: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let runs = args.only.map_or(0..args.runs, |only| only..only + 1);
    for run in runs {
        let mut dice = Dice::new(args.seed, run);
        let [file, other] = [(); 2].map(|()| &corpus[dice.below(corpus.len())]);
        let bytes = mutated(file, other, &mut dice);
        if args.only.is_some() {
            println!("{}", String::from_utf8_lossy(&bytes));
        }
        RUN.store(run, Ordering::Relaxed);
        BEGAN.store(clock.elapsed().as_millis() as u64 + 1, Ordering::Relaxed);
        if catch_unwind(AssertUnwindSafe(|| body(&bytes))).is_err() {
            let said = PANICKED.lock().expect("one thread panics").clone();
            panics.entry(said).or_insert((run, 0)).1 += 1;
        }
        BEGAN.store(0, Ordering::Relaxed);
    }
    for (said, (first, times)) in &panics {
        println!("{name}: {times} panics, first in execution {first}: {said}");
    }
    let count = panics.values().map(|(_, times)| times).sum();
    let (runs, seconds) = (args.only.map_or(args.runs, |_| 1), began.elapsed().as_secs());
    println!("{name}: {runs} executions, seed {}, {seconds} s, {count} panics", args.seed);
    count
}

/// Ends the process when an execution takes too long, or too much.
fn watch(clock: Instant) {
    loop {
        std::thread::park_timeout(Duration::from_millis(50));
        let began = BEGAN.load(Ordering::Relaxed);
        let run = RUN.load(Ordering::Relaxed);
        let took = (clock.elapsed().as_millis() as u64).saturating_sub(began);
        if began > 0 && took > SECONDS_MAX * 1_000 {
            println!("execution {run} takes more than {SECONDS_MAX} s: --only {run} shows it");
            std::process::exit(1);
        }
        if memory_bytes().is_some_and(|bytes| bytes > MEMORY_BYTES_MAX) {
            println!("execution {run} takes more than 512 MB: --only {run} shows it");
            std::process::exit(1);
        }
    }
}

/// What the process has in memory, where the system says so.
fn memory_bytes() -> Option<u64> {
    let said = std::fs::read_to_string("/proc/self/statm").ok()?;
    said.split_whitespace().nth(1)?.parse::<u64>().ok().map(|pages| pages * 4_096)
}

/// What is mutated.
fn corpus(target: &str) -> Vec<String> {
    match target {
        "scenario" => {
            let mut all = texts(&["scenarios", "scenarios/validation", "tests/scenarios"]);
            all.extend(texts(&["src/scenario/tests"]));
            all.push(scenario::Starter::default().text("scenario.yaml"));
            all
        }
        "order_log" => vec![log(',', 40), log(';', 12), log(',', 3)],
        "stock_list" => vec![
            "sku,stock,price,weight\nA-1,10,9.99,1\nA-2,0,1.00,0.5\nB 3,2500,129.00,0\n".to_owned(),
            "sku;stock;price\nx;1;2\ny;3;4.5\n".to_owned(),
        ],
        "patch" => vec![
            PATCHED.to_owned(),
            "connectors:\n  hub:\n    workers: 16\n    retry: { attempts: 8 }\n".to_owned(),
            "channels.storefront.holds back: 2\ntraffic.phases.peak.rate: 9x\n".to_owned(),
            "traffic:\n  phases:\n    0: { name: a, lasts: 1m, rate: 1x }\ngates: standard\n"
                .to_owned(),
        ],
        "faces" => {
            let of = [
                "src/faces/amazon/exchanges",
                "src/faces/mirakl/exchanges",
                "src/faces/odoo/exchanges",
                "src/faces/shopify/exchanges",
                "src/faces/woocommerce/exchanges",
            ];
            texts_of("txt", &of)
        }
        _ => vec![recorded("tests/scenarios/small.yaml"), recorded("scenarios/quickstart.yaml")],
    }
}

fn texts(folders: &[&str]) -> Vec<String> {
    texts_of("yaml", folders)
}

fn texts_of(ending: &str, folders: &[&str]) -> Vec<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(here.join(folder)).expect("the folder ships"))
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == ending))
        .collect();
    files.sort();
    files.iter().map(|path| std::fs::read_to_string(path).expect("a text")).collect()
}

/// An order log of so many lines.
fn log(by: char, lines: usize) -> String {
    let mut text = "ts,order,sku,qty,price,channel,buyer\n".to_owned();
    for line in 0..lines {
        let (hour, minute) = (8 + line / 60, line % 60);
        let kind = if line % 9 == 8 { "C" } else { "" };
        let (order, sku, qty) = (line / 2, line % 5, if line % 7 == 6 { -1 } else { 2 });
        let channel = if line % 3 == 0 { "amazon" } else { "web" };
        let when = format!("2025-11-28T{hour:02}:{minute:02}:00");
        text += &format!("{when},{kind}{order},S{sku},{qty},9.9{sku},{channel},b{order}\n");
    }
    text.replace(',', &by.to_string())
}

/// The lines of a short run's history.
fn recorded(scenario: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(scenario);
    let mut plan = scenario::read(&path, &Overrides::default()).expect("a scenario that ships");
    plan.multiply_demand(20);
    let mut lines = String::new();
    let mut tape = Tape::new(|fact: Fact| {
        lines += &serde_json::to_string(&fact).expect("a fact is JSON");
        lines.push('\n');
    });
    simulated::play(&plan, &mut tape, &mut Nobody);
    // A mutation is to be found: a line in a few hundred, not in a hundred thousand.
    let all: Vec<&str> = lines.lines().collect();
    let kept = all.iter().take(600).chain(all.iter().skip(600.max(all.len().saturating_sub(200))));
    kept.copied().collect::<Vec<_>>().join("\n") + "\n"
}
