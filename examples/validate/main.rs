//! What a simulation must reproduce: scenarios under scenarios/validation/ against queueing theory
//! and the laws of oversell, each exact value computed by code that is not the simulator (`exact`).
//!
//! `cargo run --release --example validate` plays them, holds docs/validation.md to what came out
//! and plays one scenario live against a thousand simulated replications. `-- --write` writes it.

mod agreement;
mod cases;
mod edges;
mod exact;
mod oversell;
mod plans;
mod studies;
mod zoo;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, ensure};
use cases::{Case, Figure};
use clap::Parser;
use doorbuster::report::Summary;
use doorbuster::scenario::Overrides;
use doorbuster::scenario::patch::{Patch, read_patched};
use doorbuster::study::interval::Mean;
use doorbuster::study::replicate::replicate;

/// Confidence of every interval.
const CONFIDENCE: f64 = 0.999;
/// Half an interval's width ÷ the exact value, at most.
const HALF_WIDTH_MAX: f64 = 0.02;

/// Simulations against theory.
#[derive(Parser)]
struct Args {
    /// Write docs/validation.md instead of holding it to what came out.
    #[arg(long)]
    write: bool,
    /// Leave out the live run.
    #[arg(long)]
    only_laws: bool,
    /// Only laws and cases that contain this; `plan` compares `plan` with `simulate`, `zoo` plays
    /// the defects alone.
    #[arg(long, default_value = "")]
    of: String,
}

/// What one figure of a case came to.
struct Row<'a> {
    case: &'a Case,
    figure: &'a Figure,
    seen: Mean,
}

impl Row<'_> {
    fn holds(&self) -> bool {
        (self.seen.low()..=self.seen.high()).contains(&self.figure.exact)
    }

    fn is_narrow(&self) -> bool {
        self.seen.half <= HALF_WIDTH_MAX * self.figure.exact
    }

    fn text(&self) -> String {
        let (law, about, name) = (self.case.law, &self.case.about, self.figure.name);
        let number = |value: f64| format!("{value:.4}");
        let (exact, mean) = (number(self.figure.exact), number(self.seen.mean));
        let (low, high) = (number(self.seen.low()), number(self.seen.high()));
        let half = 100.0 * self.seen.half / self.figure.exact;
        let half = if self.figure.exact > 0.0 { format!("{half:.2} %") } else { "—".to_owned() };
        let played = format!("{} × `{}`", self.case.runs, self.case.scenario);
        format!(
            "| {law} | {about} | {name} | {exact} | {mean} | {low} … {high} | {half} | {played} |"
        )
    }
}

fn play(case: &Case) -> anyhow::Result<Vec<Vec<f64>>> {
    let changes = case.changes.iter();
    let patch = changes.fold(Patch::default(), |all, (key, to)| all.then(Patch::set(key, to)));
    let plan_of = |seed| {
        let overrides = Overrides { seed: Some(seed), ..Overrides::default() };
        read_patched(&case.path(), &overrides, &patch)
    };
    plan_of(1).with_context(|| format!("{}, {}", case.law, case.about))?;
    let keep = |played: &doorbuster::study::replication::Played| {
        let summary = Summary::of(&played.judgement);
        case.figures.iter().map(|figure| (figure.of)(&summary)).collect::<Vec<f64>>()
    };
    let played = replicate(|seed| plan_of(seed).ok(), 1, case.runs, &|| false, keep, |_| ());
    Ok(played.replications)
}

fn rows(cases: &[Case]) -> anyhow::Result<Vec<Row<'_>>> {
    let mut rows = Vec::new();
    for case in cases {
        let replications = play(case)?;
        for (place, figure) in case.figures.iter().enumerate() {
            let values: Vec<f64> = replications.iter().map(|figures| figures[place]).collect();
            let row = Row { case, figure, seen: Mean::of(&values, CONFIDENCE) };
            let verdict = match (row.holds(), row.is_narrow() || figure.exact == 0.0) {
                (true, true) => "holds",
                (true, false) => "too wide",
                (false, _) => "BROKEN",
            };
            println!("{verdict:8} {}", row.text());
            rows.push(row);
        }
    }
    Ok(rows)
}

const HEAD: &str = include_str!("head.md");
const TAIL: &str = include_str!("tail.md");
const EDGES: &str = include_str!("edges.md");
const ZOO: &str = include_str!("zoo.md");
const STUDIES: &str = include_str!("studies.md");

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    exact::check();
    if args.of == "zoo" {
        print!("\n## The zoo\n\n{ZOO}{}", zoo::table()?);
        return Ok(());
    }
    let cases: Vec<Case> = cases::all()
        .into_iter()
        .filter(|case| format!("{} {}", case.law, case.about).contains(&args.of))
        .collect();
    let rows = rows(&cases)?;
    agreement::arrivals()?;
    let mut page = HEAD.to_owned();
    for row in &rows {
        writeln!(page, "{}", row.text())?;
    }
    page += TAIL;
    page += "\n## Edges of a verdict\n\n";
    page += EDGES;
    page += &edges::table()?;
    if "plan against simulate".contains(&args.of) {
        page += &plans::table()?;
    }
    page += "\n## Many afternoons\n\n";
    page += STUDIES;
    page += &studies::table()?;
    page += "\n## The zoo\n\n";
    page += ZOO;
    page += &zoo::table()?;
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/validation.md");
    let broken = rows.iter().filter(|row| !row.holds()).count();
    let wide = rows.iter().filter(|row| !row.is_narrow() && row.figure.exact > 0.0).count();
    ensure!(broken == 0 && wide == 0, "{broken} figures are broken, {wide} intervals too wide");
    if args.write {
        std::fs::write(&place, &page)?;
    } else if args.of.is_empty() {
        let kept = std::fs::read_to_string(&place).unwrap_or_default();
        ensure!(kept == page, "docs/validation.md is not what came out: run with -- --write");
    }
    if !args.only_laws {
        agreement::live_and_simulated()?;
    }
    println!("{} figures of {} cases hold", rows.len(), cases.len());
    Ok(())
}
