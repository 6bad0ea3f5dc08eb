//! Owns the command line: what was typed, what it means, where output goes, the exit code.
//! Must not know how anything is done; each subcommand is a file that calls the library.

mod compare;
mod earlier;
mod folder;
mod judged;
mod progress;
mod report;
mod run;
mod schema;
mod serve;
mod simulate;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::scenario::{Overrides, ScenarioErrors};

/// How a command ends. The numbers are a versioned interface: docs/results.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// GO or GO WITH CONDITIONS, or done.
    Go = 0,
    /// NO-GO.
    NoGo = 1,
    /// Bad usage or a bad scenario.
    BadInput = 2,
    /// INCONCLUSIVE, or weaker evidence than was required.
    Inconclusive = 3,
    /// doorbuster itself failed.
    Failed = 4,
    /// Interrupted; the report was written all the same.
    Interrupted = 130,
}

/// Plays a promotion before the day and says go or no-go.
#[derive(Debug, Parser)]
#[command(
    name = "doorbuster",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 GO or GO WITH CONDITIONS · 1 NO-GO · 2 bad usage or scenario · \
                  3 INCONCLUSIVE · 4 doorbuster failed · 130 interrupted (the report is written)"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play a scenario over real HTTP against embedded mocks, judge it, write the report
    #[command(after_help = "Examples:
  doorbuster run scenarios/quickstart.yaml
  doorbuster run scenarios/black-friday.yaml --seed 7 --out reports/friday
  doorbuster run scenarios/black-friday.yaml --json > summary.json")]
    Run(run::Args),
    /// Play a scenario in virtual time: one afternoon, in seconds
    #[command(after_help = "Examples:
  doorbuster simulate scenarios/black-friday.yaml
  doorbuster simulate scenarios/black-friday-hardened.yaml --seed 3 --json")]
    Simulate(simulate::Args),
    /// Judge a run folder again from its history and render the report
    #[command(after_help = "Examples:
  doorbuster report reports/quickstart-20261123T181500Z")]
    Report(report::Args),
    /// Hold runs against each other: what differs beyond chance, what was changed
    #[command(
        after_help = "The first run is the baseline. Runs whose scenarios differ in the seed \
                            only are afternoons of one scenario, and are taken together.

Examples:
  doorbuster compare reports/before reports/after
  doorbuster compare reports/before reports/after --fail-on-worse --json > compare.json
  doorbuster compare reports/before-{1,2,3} reports/after-{1,2,3} --out reports/compared

Exit codes: 0 compared · 1 something is worse beyond chance, with --fail-on-worse · 2 no such run"
    )]
    Compare(compare::Args),
    /// Host a scenario's mock channels and OMS, without load, until Ctrl-C
    #[command(after_help = "Examples:
  doorbuster serve scenarios/quickstart.yaml --env doorbuster.env")]
    Serve(serve::Args),
    /// Print a JSON Schema: of scenarios, of summary.json, or of compare.json
    #[command(after_help = "Examples:
  doorbuster schema scenario > scenario.schema.json")]
    Schema(schema::Args),
}

/// A scenario and what is said over it.
#[derive(Debug, clap::Args)]
struct ScenarioArgs {
    /// The scenario file
    scenario: PathBuf,
    /// Play another seed than the file's
    #[arg(long)]
    seed: Option<u64>,
    /// Campaign seconds a wall second, e.g. 60x
    #[arg(long, value_parser = crate::scenario::multiple_milli)]
    speed: Option<u64>,
    /// Shorten phases, keep rates, e.g. 10x
    #[arg(long, value_parser = crate::scenario::multiple_milli)]
    shorten: Option<u64>,
}

impl ScenarioArgs {
    fn overrides(&self) -> Overrides {
        Overrides { seed: self.seed, speed_milli: self.speed, shorten_milli: self.shorten }
    }
}

/// Where results go.
#[derive(Debug, clap::Args)]
struct OutputArgs {
    /// The run folder; it must not hold a run yet [default: reports/<campaign>-<UTC time>]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print summary.json on standard output
    #[arg(long)]
    json: bool,
    /// Weakest evidence that may say GO; less is exit code 3
    #[arg(long, value_enum)]
    require_evidence: Option<judged::EvidenceArg>,
    /// Print annotations on standard error and append report.md to $GITHUB_STEP_SUMMARY
    #[arg(long, value_enum, default_value_t)]
    annotations: judged::AnnotationsArg,
}

/// Runs the command line that was typed.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.command {
        Command::Run(args) => run::run(args),
        Command::Simulate(args) => simulate::run(args),
        Command::Report(args) => report::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Schema(args) => schema::run(args),
    };
    let exit = done.unwrap_or_else(|error| {
        if let Some(errors) = error.downcast_ref::<ScenarioErrors>() {
            eprintln!("{errors}");
            return Exit::BadInput;
        }
        eprintln!("doorbuster: {}", told(&error));
        if error.is::<folder::Refused>() || error.is::<compare::Refused>() {
            Exit::BadInput
        } else {
            Exit::Failed
        }
    });
    ExitCode::from(exit as u8)
}

/// An error with its causes, each said once.
fn told(error: &anyhow::Error) -> String {
    error.chain().skip(1).fold(error.to_string(), |said, cause| {
        let cause = cause.to_string();
        if said.contains(&cause) { said } else { format!("{said}: {cause}") }
    })
}
