//! Owns `doorbuster schema`: the versioned interfaces as JSON Schema.
//! Must not know what they describe.

use clap::ValueEnum;

use super::Exit;

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Of what
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    /// The scenario language
    Scenario,
    /// The language of profiles
    Profile,
    /// summary.json
    Summary,
    /// compare.json
    Compare,
    /// plan.json
    Plan,
    /// afternoons.json
    #[value(name = "afternoons")]
    Replications,
    /// state.json, of a run that goes on
    State,
    /// trials.json
    Trials,
    /// remedies.json
    Remedies,
    /// headroom.json
    Headroom,
    /// vary.json
    Vary,
}

/// The scenario language as JSON Schema.
pub(super) const SCENARIO: &str = include_str!("../../schemas/scenario.schema.json");

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let schema = match args.of {
        Of::Scenario => SCENARIO,
        Of::Profile => include_str!("../../schemas/profile.schema.json"),
        Of::Compare => include_str!("../../schemas/compare.schema.json"),
        Of::Summary => include_str!("../../schemas/summary.schema.json"),
        Of::Plan => include_str!("../../schemas/plan.schema.json"),
        Of::Replications => include_str!("../../schemas/afternoons.schema.json"),
        Of::Headroom => include_str!("../../schemas/headroom.schema.json"),
        Of::Vary => include_str!("../../schemas/vary.schema.json"),
        Of::State => include_str!("../../schemas/state.schema.json"),
        Of::Remedies => include_str!("../../schemas/remedies.schema.json"),
        Of::Trials => include_str!("../../schemas/trials.schema.json"),
    };
    super::data(schema.as_bytes())?;
    Ok(Exit::Go)
}
