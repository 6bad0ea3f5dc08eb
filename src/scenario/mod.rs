//! Owns the scenario language: YAML → Plan (what it means). Start at [`read`].
//! Must not know how a plan is played.
//!
//! The decoders of the groups read a tree (`language`) straight into the types of the plan, so that
//! there is no second description of a scenario to keep in step; what only a whole scenario can
//! tell (names of phases and channels, shares, who serves whom) is checked as the later groups meet
//! the earlier.
//!
//! The keys that the decoders ask for are recorded, and a test holds the JSON Schema
//! (`schemas/scenario.schema.json`) and the handbook (`docs/scenario.md`) to them.

mod alerts;
mod assemble;
mod bundles;
mod catalog;
pub mod changes;
mod channel;
mod connector;
pub(crate) mod currency;
mod demand;
mod faults;
mod flow;
pub(crate) mod head;
mod interventions;
mod judged;
pub mod levers;
mod limits;
mod locations;
mod merchant;
mod names;
mod objectives;
mod parts;
pub mod patch;
pub mod plan;
mod promotions;
pub(crate) mod replay;
mod resolved;
pub(crate) mod starter;
mod stated;
mod taking;
mod tariff;
mod timeline;
mod untested;
mod url;
pub mod vary;
pub mod ways;

#[cfg(test)]
mod tests;

use std::path::Path;

pub use connector::{QUIET_FOR_LEAST, timing_in_words};
pub use head::SEED_DEFAULT;
pub use interventions::{Intervention, Trigger, Undo};
pub use names::HEALTH_PAGE;
pub use plan::{External, Hooks, Plan, Readiness};
pub use starter::Starter;
pub use url::LocalUrl;

use crate::language::problem::{Reading, Wrong};
use crate::language::{Grammar, Problems, scalar, text, tree};
use crate::units::{Ppm, Span};

/// The language of scenarios.
pub(crate) static LANGUAGE: Grammar = Grammar {
    kind: "scenario",
    schema: include_str!("../../schemas/scenario.schema.json"),
    first: "campaign: Black Friday doors",
    starts_from: "`doorbuster init` writes one to start from",
};

/// What a command line says over the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--seed`.
    pub seed: Option<u64>,
    /// `--speed`, in thousandths: `60x` is 60,000.
    pub speed_milli: Option<u64>,
    /// `--shorten`, in thousandths.
    pub shorten_milli: Option<u64>,
    /// What becomes of a connector that is somebody else's program.
    pub external: ExternalAs,
}

/// What becomes of a connector that is somebody else's program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExternalAs {
    /// Nobody can play it: it is refused where it stands.
    #[default]
    Refused,
    /// It is hosted: its systems listen, and it comes.
    Itself,
    /// The reference connector plays in its place.
    StandIn,
}

/// Reads a multiple of a command line, `60x`, in thousandths.
pub fn multiple_milli(text: &str) -> Result<u64, String> {
    match scalar::parse_multiple(text.trim()) {
        Ok(x) if (0.001..=1e6).contains(&x) => Ok((x * 1e3).round() as u64),
        Ok(_) => Err(format!("`{text}` is out of range: from 0.001x to 1000000x")),
        Err(wrong) => Err(format!("{wrong}: a multiple is written 10x or 1.5x")),
    }
}

/// Reads a share of a command line, `0.5%`.
pub fn share(text: &str) -> Result<Ppm, String> {
    match scalar::parse_percent_ppm(text.trim()) {
        Ok(ppm) if (0..=1_000_000).contains(&ppm) => Ok(Ppm(ppm as u32)),
        Ok(_) => Err(format!("`{text}` is out of range: from 0% to 100%")),
        Err(wrong) => Err(format!("{wrong}: a share is written 20% or 0.5%")),
    }
}

/// Reads a duration of a command line, `40ms`.
pub fn duration(text: &str) -> Result<Span, String> {
    match scalar::parse_duration(text.trim()) {
        Ok(span) if span > Span::ZERO => Ok(span),
        Ok(_) => Err("it takes some time".to_owned()),
        Err(wrong) => Err(format!("{wrong}: a time is written 40ms, 90s or 10m")),
    }
}

/// Reads a scenario file and everything it names. All errors of the file come at once.
pub fn read(path: &Path, overrides: &Overrides) -> Result<Plan, Problems> {
    let file = path.display().to_string();
    let text = scenario_text(path, &file)?;
    let base_dir = path.parent().unwrap_or(Path::new("."));
    read_named(&file, &text, base_dir, overrides)
}

/// The text of a scenario file, or what to give instead of what is there.
fn scenario_text(path: &Path, file: &str) -> Result<String, Problems> {
    text::of(path, &LANGUAGE).map_err(|wrong| {
        let expected = "a scenario, such as scenario.yaml";
        let inside = path.join("scenario.yaml");
        let wrong = if inside.is_file() {
            wrong.expected(inside.display().to_string())
        } else {
            wrong.or("`doorbuster init` writes a scenario to start from", expected)
        };
        Problems::of_file(file, wrong)
    })
}

/// Reads a scenario from a text; files that it names are looked for in `base_dir`.
pub fn read_str(text: &str, base_dir: &Path, overrides: &Overrides) -> Result<Plan, Problems> {
    read_named("scenario.yaml", text, base_dir, overrides)
}

fn read_named(
    file: &str,
    text: &str,
    base_dir: &Path,
    overrides: &Overrides,
) -> Result<Plan, Problems> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > text::BYTES_MAX {
        let wrong = Wrong::new("the file is larger than 4 MB").expected("a scenario");
        return Err(Problems::of_file(file, wrong));
    }
    let r = Reading::new(&LANGUAGE, base_dir.to_owned());
    let plan = tree::parse(text, &r).and_then(|root| assemble::plan(&root, text, overrides, &r));
    match plan {
        Some(plan) if r.is_sound() => Ok(plan),
        _ => {
            assert!(!r.is_sound(), "a reading without a plan has said why");
            Err(r.into_errors(file, text))
        }
    }
}
