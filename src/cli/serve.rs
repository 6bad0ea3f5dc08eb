//! Owns `doorbuster serve`: a scenario's mock channels and OMS without load or connector.
//! Must not know what the mocks do.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context;

use super::signals::Ears;
use super::{Exit, ScenarioArgs};
use crate::commerce::protocol::Role;
use crate::drive::live::Hosting;
use crate::history::writer::Journal;
use crate::scenario::{self, Plan};
use crate::wire::keys::Keyring;

/// The environment variable with a secret that tokens are made from, so that they stay the same.
const SECRET: &str = "DOORBUSTER_SECRET";

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Write addresses and tokens as NAME=value lines to this file
    #[arg(long, default_value = "doorbuster.env")]
    env: PathBuf,
    /// Keep the mocks' own journal in this file
    #[arg(long)]
    history: Option<PathBuf>,
    /// Print addresses as JSON on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let mut plan = scenario::read(&args.scenario.scenario, &args.scenario.overrides())?;
    // Mocks alone: your own connector stands between them, and reads instead of being told.
    plan.world.connectors.clear();
    let keys = match std::env::var(SECRET) {
        Ok(secret) => Keyring::of(&secret).context(SECRET)?,
        Err(_) => Keyring::random()?,
    };
    let journal = match &args.history {
        Some(path) => Journal::create(path, None)?,
        None => Journal::over(std::io::sink(), None)?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        let mut ears = Ears::open().context("cannot listen for Ctrl-C")?;
        let hosting = Hosting::open(&plan, &journal, keys).await?;
        let env = environment(&plan, &hosting);
        write_env(&args.env, &env)?;
        super::data(listed(&plan, &hosting, args.json).as_bytes())?;
        eprintln!(
            "Addresses and tokens are in {}. The API is in docs/openapi.yaml. Ctrl-C stops.",
            args.env.display()
        );
        tokio::select! {
            kept = hosting.keep_time() => kept?,
            () = ears.hear() => {}
        }
        hosting.close().await;
        anyhow::Ok(())
    })?;
    journal.close()?;
    Ok(Exit::Go)
}

fn name_of(plan: &Plan, role: Role) -> String {
    match role {
        Role::Channel(id) => plan.charter.channels[id.index()].name.clone(),
        Role::Oms => "oms".to_owned(),
        Role::Connector(id) => plan.charter.connectors[id.index()].name.clone(),
    }
}

/// Who listens where; tokens go to the file alone.
fn listed(plan: &Plan, hosting: &Hosting, json: bool) -> String {
    let places = hosting.places().into_iter();
    if json {
        let mocks = places.map(|(role, address, _)| {
            serde_json::json!({ "name": name_of(plan, role), "url": format!("http://{address}") })
        });
        return format!("{:#}\n", serde_json::json!({ "mocks": mocks.collect::<Vec<_>>() }));
    }
    places.fold(String::new(), |mut listed, (role, address, _)| {
        let _ = writeln!(listed, "{:<24} http://{address}", name_of(plan, role));
        listed
    })
}

fn environment(plan: &Plan, hosting: &Hosting) -> String {
    let mut env = String::new();
    for (role, address, secret) in hosting.places() {
        let name: String = name_of(plan, role)
            .to_uppercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        let _ = writeln!(env, "DOORBUSTER_{name}_URL=http://{address}");
        let _ = writeln!(env, "DOORBUSTER_{name}_TOKEN={secret}");
    }
    env
}

/// The file holds tokens: readable by its owner alone.
fn write_env(path: &std::path::Path, env: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file =
        options.open(path).with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(env.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}
