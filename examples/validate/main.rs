//! What a simulation must reproduce: scenarios under scenarios/validation/ against queueing theory
//! and the laws of oversell, each exact value computed by code that is not the simulator (`exact`).
//!
//! `cargo run --release --example validate` plays them, holds docs/validation.md to what came out
//! and plays one scenario live against a thousand simulated replications. `-- --write` writes it.
//! With fewer `--seeds` than a hundred the zoo and the drills must hold as well, and the rest of
//! the page is held to what came out: `.ci/run` does that.

mod agreement;
mod cases;
mod drills;
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

/// Seeds of each row of the zoo on docs/validation.md.
const SEEDS: u64 = 100;

/// Simulations against theory.
#[derive(Parser)]
struct Args {
    /// Write docs/validation.md instead of holding it to what came out.
    #[arg(long)]
    write: bool,
    /// Leave out the live run.
    #[arg(long)]
    only_laws: bool,
    /// Only laws and cases that contain this; or a part of the page alone: `edges`, `plan`,
    /// `studies`, `zoo`, `drills`.
    #[arg(long, default_value = "")]
    of: String,
    /// Seeds of each row of the zoo, and twice those of each drill; the page has a hundred.
    #[arg(long, default_value_t = SEEDS, value_parser = clap::value_parser!(u64).range(2..))]
    seeds: u64,
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

/// What the page says beside the laws.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Edges,
    Plan,
    Studies,
    Zoo,
    Drills,
}

impl Part {
    /// In the order of the page: what is played on ever the same seeds, then what on as many as
    /// are asked for.
    const ALL: [Part; 5] = [Part::Edges, Part::Plan, Part::Studies, Part::Zoo, Part::Drills];

    fn name(self) -> &'static str {
        match self {
            Part::Edges => "edges",
            Part::Plan => "plan",
            Part::Studies => "studies",
            Part::Zoo => "zoo",
            Part::Drills => "drills",
        }
    }

    fn is_by_seeds(self) -> bool {
        matches!(self, Part::Zoo | Part::Drills)
    }

    /// The part of the page, once all that it says holds.
    fn page(self, seeds: u64) -> anyhow::Result<String> {
        let (head, told, table) = match self {
            Part::Edges => ("Edges of a verdict", include_str!("edges.md"), edges::table()?),
            Part::Plan => return plans::table(),
            Part::Studies => ("Many afternoons", include_str!("studies.md"), studies::table()?),
            Part::Zoo => ("The zoo", include_str!("zoo.md"), zoo::table(seeds)?),
            Part::Drills => {
                ("Drills over seeds", include_str!("drills.md"), drills::table(seeds.div_ceil(2))?)
            }
        };
        Ok(format!("\n## {head}\n\n{told}{table}"))
    }
}

/// Says how long something took, and gives it.
#[expect(
    clippy::disallowed_methods,
    reason = "what takes long is measured by the clock on the wall"
)]
fn timed<T>(what: &str, play: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let from = std::time::Instant::now();
    let came = play()?;
    println!("         {what}: {:.0} s", from.elapsed().as_secs_f64());
    Ok(came)
}

/// The table of laws, and how many figures of how many cases it has.
fn laws(of: &str) -> anyhow::Result<(String, usize, usize)> {
    let named = |case: &Case| format!("{} {}", case.law, case.about).contains(of);
    let cases: Vec<Case> = cases::all().into_iter().filter(named).collect();
    ensure!(!cases.is_empty(), "no law, case or part of the page is called `{of}`");
    let rows = rows(&cases)?;
    agreement::arrivals()?;
    let broken = rows.iter().filter(|row| !row.holds()).count();
    let wide = rows.iter().filter(|row| !row.is_narrow() && row.figure.exact > 0.0).count();
    ensure!(broken == 0 && wide == 0, "{broken} figures are broken, {wide} intervals too wide");
    let mut page = include_str!("head.md").to_owned();
    for row in &rows {
        writeln!(page, "{}", row.text())?;
    }
    page += include_str!("tail.md");
    Ok((page, rows.len(), cases.len()))
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    exact::check();
    if let Some(part) = Part::ALL.into_iter().find(|part| part.name() == args.of) {
        print!("{}", timed(part.name(), || part.page(args.seeds))?);
        return Ok(());
    }
    let (mut page, figures, cases) = timed("laws", || laws(&args.of))?;
    if args.of.is_empty() {
        let add = |page: &mut String, by_seeds| -> anyhow::Result<()> {
            for part in Part::ALL.into_iter().filter(|part| part.is_by_seeds() == by_seeds) {
                *page += &timed(part.name(), || part.page(args.seeds))?;
            }
            Ok(())
        };
        add(&mut page, false)?;
        let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/validation.md");
        let kept = std::fs::read_to_string(&place).unwrap_or_default();
        let told = "docs/validation.md is not what came out: run with -- --write";
        ensure!(args.write || kept.starts_with(&page), told);
        add(&mut page, true)?;
        if args.write {
            std::fs::write(&place, &page)?;
        }
        // On fewer seeds the same must hold, and what came out is another page.
        ensure!(args.write || args.seeds != SEEDS || kept == page, told);
    }
    if !args.only_laws {
        timed("live and simulated", agreement::live_and_simulated)?;
    }
    println!("{figures} figures of {cases} cases hold");
    Ok(())
}
