//! Owns the command line: what was typed, what it means, where output goes, the exit code.
//! Must not know how anything is done; each subcommand is a file that calls the library.

// First: its macros are said by all that follow.
#[macro_use]
mod say;

mod advise;
mod board;
mod compare;
mod completions;
mod control;
mod earlier;
mod env;
mod export;
mod external;
mod folder;
mod headroom;
mod help;
mod init;
mod judged;
mod line;
mod man;
mod many;
mod mind;
mod operate;
mod plan;
mod pool;
mod profile;
mod progress;
mod proxy;
mod reading;
mod remedies;
mod replications;
mod report;
mod run;
mod schema;
mod serve;
mod signals;
mod simulate;
mod status;
mod step;
mod vary;

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{FromArgMatches, Parser, Subcommand};

use crate::history::reader::ReaderError;
use crate::language::Problems;
use crate::report::compare::read;
use crate::scenario::{ExternalAs, Overrides};

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
    after_help = "Exit codes:
  0    GO or GO WITH CONDITIONS, or done
  1    NO-GO
  2    bad usage or a bad scenario
  3    INCONCLUSIVE, or weaker evidence than was required
  4    doorbuster itself failed
  130  interrupted; the report is written all the same"
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a first scenario to edit, or one fitted to your orders and stock
    #[command(after_help = "Examples:
  doorbuster init
  doorbuster init black-friday.yaml --currency EUR
  doorbuster init --orders last-year.csv --catalog stock.csv
  doorbuster init --orders export.csv --columns \"time: created at, order: number\"")]
    Init(Box<init::Args>),
    /// Play a scenario over real HTTP against embedded mocks, judge it, write the report
    #[command(after_help = "Examples:
  doorbuster run scenarios/quickstart.yaml
  doorbuster run scenarios/black-friday.yaml --seed 7 --out reports/friday
  doorbuster run scenarios/drills/marketplace-outage.yaml --blind
  doorbuster run scenarios/black-friday.yaml --json > summary.json")]
    Run(run::Args),
    /// Play a scenario in virtual time: as many afternoons as settle the verdict, in seconds
    #[command(after_help = "Examples:
  doorbuster simulate scenarios/black-friday.yaml
  doorbuster simulate scenarios/black-friday.yaml --runs auto
  doorbuster simulate scenarios/black-friday-hardened.yaml --runs 1 --seed 3 --json")]
    Simulate(simulate::Args),
    /// Say what a scenario implies: what is sent, who keeps up, what can be proved
    #[command(after_help = "Examples:
  doorbuster plan scenarios/black-friday.yaml
  doorbuster plan scenarios/black-friday.yaml --runs 30 --out reports/plan
  doorbuster plan scenarios/black-friday.yaml --runs 0 --json | jq .gates")]
    Plan(plan::Args),
    /// Find how far a campaign can grow and still be a GO
    #[command(after_help = "Examples:
  doorbuster headroom scenarios/black-friday-hardened.yaml
  doorbuster headroom scenarios/black-friday-hardened.yaml --stock scales
  doorbuster headroom scenarios/black-friday.yaml --patch advice.yaml --runs 60")]
    Headroom(headroom::Args),
    /// Find what to change so that a scenario becomes a GO
    #[command(after_help = "Examples:
  doorbuster advise scenarios/black-friday.yaml
  doorbuster advise scenarios/black-friday.yaml --within 60s
  doorbuster advise scenarios/black-friday.yaml --out reports/friday
  doorbuster simulate scenarios/black-friday.yaml --patch reports/friday/advice.yaml")]
    Advise(advise::Args),
    /// Judge a run folder again from its history and render the report
    #[command(after_help = "Examples:
  doorbuster report reports/quickstart-20261123T181500Z
  doorbuster report reports/friday --json | jq .verdict
  doorbuster report reports/friday --require-evidence staging")]
    Report(report::Args),
    /// Hold runs against each other: what differs beyond chance, what was changed
    #[command(after_help = "Examples:
  doorbuster compare reports/before reports/after
  doorbuster compare reports/before reports/after --fail-on-worse --json > compare.json
  doorbuster compare reports/before-{1,2,3} reports/after-{1,2,3} --out reports/compared

The first run is the baseline. Runs whose scenarios differ in the seed only are afternoons of
one scenario, and are taken together.

Exit codes: 0 compared · 1 something is worse beyond chance, with --fail-on-worse · 2 no such run")]
    Compare(compare::Args),
    /// Judge runs of one scenario together: one verdict on all of them
    #[command(after_help = "Examples:
  doorbuster pool reports/friday-1 reports/friday-2 reports/friday-3
  doorbuster pool reports/friday-* --json | jq .verdict
  doorbuster pool reports/friday-* --out reports/fridays

The runs differ in the seed only: each `--seed` is another afternoon of the same systems.")]
    Pool(pool::Args),
    /// Write a run as tables for analysts: CSV or Parquet
    #[command(after_help = "Examples:
  doorbuster export reports/friday --format parquet
  doorbuster export reports/friday --format csv --what gates,windows --out tables
  doorbuster export reports/friday --format csv --what orders --out - | head")]
    Export(export::Args),
    /// Host a scenario's mock channels and OMS, without load, to test against, until Ctrl-C
    #[command(after_help = "Examples:
  doorbuster serve scenarios/quickstart.yaml --env doorbuster.env
  doorbuster serve scenarios/quickstart.yaml --json
  doorbuster serve shop.yaml --frozen --faults told --port amazon=8101 --port control=8100
  DOORBUSTER_SECRET=$(openssl rand -hex 16) doorbuster serve scenarios/quickstart.yaml

Tokens are drawn anew each time, unless DOORBUSTER_SECRET gives a secret to make them from.
The control endpoint resets, holds and moves the clock, places orders, sets stock, begins and ends
faults, and tells the journal: docs/test-double.md.")]
    Serve(serve::Args),
    /// Command a run that goes on, or say how it stands
    #[command(after_help = "Examples:
  doorbuster operate status
  doorbuster operate pause amazon --as \"shift lead\" --role \"on call\"
  doorbuster operate hold-back ebay 5
  doorbuster operate cap \"every channel\" none
  doorbuster operate detected stock on amazon stands still
  doorbuster operate did pause amazon

Commands need the token in operate.json of the run's folder, which only its owner can read.

Exit codes: 0 done · 2 no such run, no such command, or a role that may not · 4 it did not answer")]
    Operate(operate::Args),
    /// Play a scenario's faults before an endpoint of this machine that is yours
    #[command(after_help = "Examples:
  doorbuster proxy drill.yaml --at amazon --to http://127.0.0.1:8080
  doorbuster proxy drill.yaml --at oms --to http://localhost:3000 --listen 127.0.0.1:9000 --now
  doorbuster proxy drill.yaml --at amazon --to http://127.0.0.1:8080 --speed 60x --json

Faults begin and end when the scenario says, counted from the proxy's start, at the wall's speed
unless --speed says another. What is about items, pages, webhooks or kinds of call is not played:
the proxy passes on what it cannot read. Whatever ends it ends every fault.")]
    Proxy(proxy::Args),
    /// Check a description of a platform's API, or show one that ships
    #[command(after_help = "Examples:
  doorbuster profile check woocommerce
  doorbuster profile show shopify > ours.yaml
  doorbuster profile check ours.yaml --against face
  doorbuster profile check ours.yaml --against recorded.txt

A profile says in YAML how stock, prices and orders are read and written on a platform:
docs/profiles.md.")]
    Profile(profile::Args),
    /// Print a JSON Schema: of scenarios, profiles, summary.json, compare.json or plan.json
    #[command(after_help = "Examples:
  doorbuster schema scenario > scenario.schema.json")]
    Schema(schema::Args),
    /// Print completions of this command line for a shell
    #[command(after_help = "Examples:
  doorbuster completions bash > ~/.local/share/bash-completion/completions/doorbuster
  doorbuster completions zsh > ~/.zfunc/_doorbuster
  doorbuster completions fish > ~/.config/fish/completions/doorbuster.fish")]
    Completions(completions::Args),
    /// Print the manual page, or write it and one a subcommand to a folder
    #[command(after_help = "Examples:
  doorbuster man | man -l -
  doorbuster man --out ~/.local/share/man/man1")]
    Man(man::Args),
    /// Mind a connector's process: for doorbuster itself
    #[command(name = mind::NAME, hide = true)]
    Mind(mind::Args),
}

/// What was typed cannot be meant.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Misused(String);

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
    /// Play the reference connector in the place of one that is `external`
    #[arg(long)]
    stand_in: bool,
}

impl ScenarioArgs {
    fn overrides(&self) -> Overrides {
        let external = if self.stand_in { ExternalAs::StandIn } else { ExternalAs::Refused };
        Overrides {
            seed: self.seed,
            speed_milli: self.speed,
            shorten_milli: self.shorten,
            external,
        }
    }

    /// For a command that hosts systems over HTTP: somebody else's program can come.
    fn hosting(&self) -> Overrides {
        let external = if self.stand_in { ExternalAs::StandIn } else { ExternalAs::Itself };
        Overrides { external, ..self.overrides() }
    }
}

/// Where results go.
#[derive(Clone, Debug, clap::Args)]
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
    /// Print annotations on standard error and append report.md to the job summary
    #[arg(long, value_enum, default_value_t)]
    annotations: judged::AnnotationsArg,
}

/// Runs the command line that was typed.
pub fn main() -> ExitCode {
    let mut command = help::command();
    let typed = command
        .try_get_matches_from_mut(std::env::args_os())
        .and_then(|typed| Cli::from_arg_matches(&typed).map_err(|e| e.format(&mut command)));
    let cli = match typed {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(help::explain(&error)),
    };
    let done = match &cli.command {
        Some(Command::Init(args)) => init::run(args),
        Some(Command::Run(args)) => run::run(args),
        Some(Command::Simulate(args)) => simulate::run(args),
        Some(Command::Plan(args)) => plan::run(args),
        Some(Command::Headroom(args)) => headroom::run(args),
        Some(Command::Advise(args)) => advise::run(args),
        Some(Command::Report(args)) => report::run(args),
        Some(Command::Compare(args)) => compare::run(args),
        Some(Command::Pool(args)) => pool::run(args),
        Some(Command::Export(args)) => export::run(args),
        Some(Command::Serve(args)) => serve::run(args),
        Some(Command::Operate(args)) => operate::run(args),
        Some(Command::Proxy(args)) => proxy::run(args),
        Some(Command::Profile(args)) => profile::run(args),
        Some(Command::Schema(args)) => schema::run(args),
        Some(Command::Completions(args)) => completions::run(args),
        Some(Command::Man(args)) => man::run(args),
        Some(Command::Mind(args)) => mind::run(args),
        None => {
            // No verdict was given: a pipeline that lost its arguments must not read a GO.
            say!("{}", help::FIRST_STEPS);
            Ok(Exit::BadInput)
        }
    };
    let exit = done.unwrap_or_else(|error| {
        if let Some(errors) = error.downcast_ref::<Problems>() {
            sayln!("{}", printable(&errors.to_string()));
            return Exit::BadInput;
        }
        sayln!("doorbuster: {}", printable(&told(&error)));
        if error.downcast_ref::<ReaderError>().is_some_and(is_no_history) {
            sayln!("  expected: the folder of a run, or the history.jsonl.zst in it");
        }
        let misused = error.is::<folder::Refused>()
            || error.is::<compare::Refused>()
            || error.is::<Misused>()
            || error.downcast_ref::<ReaderError>().is_some_and(is_no_history);
        if misused { Exit::BadInput } else { Exit::Failed }
    });
    ExitCode::from(exit as u8)
}

/// Whether something else was given where a history is wanted; one that broke is no bad input.
fn is_no_history(error: &ReaderError) -> bool {
    match error {
        ReaderError::Open { .. }
        | ReaderError::Empty
        | ReaderError::NotZstd
        | ReaderError::Repacked(_)
        | ReaderError::NotACharter(_) => true,
        ReaderError::NoCharter(_) | ReaderError::Later { .. } | ReaderError::Decoder(_) => false,
    }
}

/// An error with its causes, each said once.
fn told(error: &anyhow::Error) -> String {
    error.chain().skip(1).fold(error.to_string(), |said, cause| {
        let cause = cause.to_string();
        if said.contains(&cause) { said } else { format!("{said}: {cause}") }
    })
}

/// Says something to keep in mind, in lines as wide as the reader's.
fn note(text: &str) {
    say!("{}", crate::report::terminal::row("note: ", 6, text, judged::paper()));
}

/// Lines as a terminal and a log may have them: what a file or a folder is called moves no cursor,
/// and begins no line with a command to whoever runs a pipeline.
fn printable(text: &str) -> String {
    let line = |line: &str| {
        let line = read::printable(line);
        let indent = line.len() - line.trim_start().len();
        match line[indent..].strip_prefix("::") {
            Some(rest) => format!("{}\u{2236}\u{2236}{rest}", &line[..indent]),
            None => line,
        }
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Writes data on standard output. A reader that has gone (`… | head`) has what it wanted.
fn data(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("cannot write to standard output"))
        }
        _ => Ok(()),
    }
}

/// How wide the terminal of standard error is, when it is one that says so.
fn columns() -> Option<usize> {
    #[cfg(unix)]
    return rustix::termios::tcgetwinsize(std::io::stderr())
        .ok()
        .map(|size| usize::from(size.ws_col))
        .filter(|columns| *columns > 0);
    #[cfg(not(unix))]
    None
}
