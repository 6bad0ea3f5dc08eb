//! Owns `doorbuster report`: a run folder judged again from its history, bit for bit.
//! Must not know how the run was played.

use std::path::PathBuf;

use super::reading::Reading;
use super::step::Step;
use super::{Exit, OutputArgs, folder, judged};
use crate::judge::Fold;

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder, or its history
    run: PathBuf,
    /// The folder for the report, so that nothing is written in the run's own [default: the run
    /// folder]
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

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let (folder, history) = folder::history_in(&args.run)?;
    if let Some(out) = &args.out {
        folder::is_free(out, &folder)?;
    }
    let mut reading = Reading::open(&history)?;
    let mut fold = Fold::new();
    for fact in reading.by_ref() {
        fold.eat(&fact)?;
    }
    if reading.finish("judged").is_some() {
        fold.torn();
    }
    let output = OutputArgs {
        out: None,
        json: args.json,
        require_evidence: args.require_evidence,
        annotations: args.annotations,
    };
    let step = Step::begin("judging");
    let judgement = fold
        .judge()
        .ok_or_else(|| anyhow::anyhow!("the history has no charter: nothing to judge"))?;
    step.done();
    match &args.out {
        Some(out) => judged::publish_from(&folder, out, &judgement, &output),
        None => judged::publish(&folder, &judgement, &output),
    }
}
