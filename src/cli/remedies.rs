//! Owns trying, on the seed of a simulated afternoon that failed, what could be done about it.
//! Must not know which actions there are (`study::remedies`), nor how they are told (`report`).

use std::path::Path;

use super::step::Step;
use super::{ScenarioArgs, signals};
use crate::history::fact::Ending;
use crate::judge::Judgement;
use crate::report;
use crate::report::remedies::Remedies;
use crate::scenario::Overrides;
use crate::scenario::patch::{self, Patch};
use crate::study::remedies::{failures, remedies};

/// Tries it and writes `remedies.json` beside the run, whose report is made with it; nothing where
/// nothing failed.
pub(super) fn write(
    args: &ScenarioArgs,
    patch: &Patch,
    judgement: &Judgement,
    folder: &Path,
) -> anyhow::Result<()> {
    if judgement.ending == Some(Ending::Interrupted) || failures(judgement).is_empty() {
        return Ok(());
    }
    let overrides = Overrides { seed: Some(judgement.charter.seed), ..args.overrides() };
    let plan_of = |more: &Patch| {
        let patch = patch.clone().then(more.clone());
        patch::read_patched(&args.scenario, &overrides, &patch).ok()
    };
    let signals = signals::listen(2)?;
    let step = Step::begin("trying on the same seed what could be done");
    let found = remedies(&plan_of, judgement, &|| signals.times() > 0);
    step.done();
    if let Some(found) = found {
        let told = Remedies::of(&found, &judgement.charter);
        report::write_beside(folder, "remedies.json", &told.to_json())?;
    }
    Ok(())
}
