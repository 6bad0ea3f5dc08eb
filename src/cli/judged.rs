//! Owns what a command says once a run is judged: files, words, the exit code.
//! Must not know how it was played.

use std::io::Write as _;
use std::path::Path;

use clap::ValueEnum;

use super::{Exit, OutputArgs, ink};
use crate::history::charter::Evidence;
use crate::history::fact::Ending;
use crate::judge::Judgement;
use crate::judge::judgement::Verdict;
use crate::report;

/// Evidence as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum EvidenceArg {
    Model,
    YourConnector,
    Staging,
    Operations,
}

impl EvidenceArg {
    fn meant(self) -> Evidence {
        match self {
            EvidenceArg::Model => Evidence::Model,
            EvidenceArg::YourConnector => Evidence::YourConnector,
            EvidenceArg::Staging => Evidence::Staging,
            EvidenceArg::Operations => Evidence::Operations,
        }
    }
}

/// Writes the report of a judged run, says the verdict, and gives the exit code.
pub(super) fn publish(
    folder: &Path,
    judgement: &Judgement,
    output: &OutputArgs,
) -> anyhow::Result<Exit> {
    let summary = report::write_all(folder, judgement)?;
    eprintln!();
    eprint!("{}", report::terminal::text(&summary, &folder.display().to_string(), ink()));
    let mut stdout = std::io::stdout().lock();
    if output.json {
        stdout.write_all(&summary.to_json())?;
    } else {
        writeln!(stdout, "{}", folder.display())?;
    }
    let required = output.require_evidence.map(EvidenceArg::meant);
    if let Some(required) = required.filter(|required| judgement.evidence < *required) {
        eprintln!(
            "This run is evidence about {}, and --require-evidence asks for {}: exit code 3.",
            report::words::evidence(judgement.evidence.into()),
            report::words::evidence(required.into()),
        );
    }
    let weak = required.is_some_and(|required| judgement.evidence < required);
    Ok(exit_of(judgement, weak))
}

fn exit_of(judgement: &Judgement, weak: bool) -> Exit {
    if judgement.ending == Some(Ending::Interrupted) {
        return Exit::Interrupted;
    }
    match judgement.verdict {
        Verdict::NoGo => Exit::NoGo,
        Verdict::Inconclusive => Exit::Inconclusive,
        Verdict::Go | Verdict::GoWithConditions if weak => Exit::Inconclusive,
        Verdict::Go | Verdict::GoWithConditions => Exit::Go,
    }
}
