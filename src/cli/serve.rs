//! Owns `doorbuster serve`: a scenario's mock channels and OMS without load or connector, and the
//! address at which whoever tests against them commands them.
//! Must not know what the mocks do.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;

use super::env::{EnvFile, variables};
use super::signals::{self, Ears};
use super::{Exit, Misused, ScenarioArgs};
use crate::commerce::protocol::Role;
use crate::drive::live::{CONTROL_CONNECTIONS_MAX, Journals, Mocks, MocksTerms};
use crate::history::writer::Journal;
use crate::operate::{self, Double};
use crate::scenario::{self, HEALTH_PAGE, Plan};
use crate::wire::keys::{Keyring, Token};
use crate::wire::listen::Listening;

/// The environment variable with a secret that tokens are made from, so that they stay the same.
const SECRET: &str = "DOORBUSTER_SECRET";
/// The name of the address at which mocks are commanded.
const CONTROL: &str = "control";

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Write addresses and tokens as NAME=value lines to this file, once all of them answer
    #[arg(long, default_value = "doorbuster.env")]
    env: PathBuf,
    /// Keep the mocks' own journal in this file; after each reset in one of its own
    #[arg(long)]
    history: Option<PathBuf>,
    /// Listen there: a channel, oms or control, and a port; 0 chooses one
    #[arg(long, value_name = "NAME=PORT")]
    port: Vec<String>,
    /// Begin with the clock held: it moves when it is told to
    #[arg(long)]
    frozen: bool,
    /// When the scenario's faults begin and end
    #[arg(long, value_enum, default_value_t)]
    faults: FaultsArg,
    /// Print addresses as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// When faults begin and end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum FaultsArg {
    /// As the scenario says, and when told to
    #[default]
    Scheduled,
    /// Only when told to
    Told,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let mut plan = scenario::read(&args.scenario.scenario, &args.scenario.hosting())?;
    let control_port = ports(&mut plan, &args.port)?;
    let keys = match std::env::var(SECRET) {
        Ok(secret) => Keyring::of(&secret).context(SECRET)?,
        Err(_) => Keyring::random()?,
    };
    EnvFile::clear(&args.env)?;
    let terms = MocksTerms { held: args.frozen, faults_when_told: args.faults == FaultsArg::Told };
    let runtime = signals::runtime()?;
    runtime.block_on(async {
        let mut ears = Ears::open()?;
        let mut mocks = Mocks::open(&plan, terms, keys, journals(args.history.clone())).await?;
        let double = Double::new(mocks.handle(), keys.control());
        let control = operate::open(control_port, CONTROL_CONNECTIONS_MAX, double).await;
        let control = control.context("cannot open the control endpoint")?;
        let places = places(&plan, &mocks, (&control, &keys.control()));
        let env = EnvFile::write(&args.env, environment(&places))?;
        super::data(listed(&places, args.json).as_bytes())?;
        sayln!(
            "Addresses and tokens are in {}. The API is in docs/openapi.yaml. Ctrl-C stops.",
            args.env.display()
        );
        let kept = tokio::select! {
            kept = mocks.keep_time() => kept,
            _ = ears.hear() => Ok(()),
        };
        drop(env);
        let closed = mocks.close().await;
        control.close().await;
        anyhow::Ok(kept.and(closed)?)
    })?;
    Ok(Exit::Go)
}

/// Takes in the ports that were typed; leaves that of the control endpoint.
fn ports(plan: &mut Plan, typed: &[String]) -> Result<u16, Misused> {
    let channels = plan.charter.channels.iter().map(|channel| channel.name.clone());
    let names: Vec<String> = channels.chain(["oms".to_owned()]).collect();
    let mut control = plan.ports.get(HEALTH_PAGE).copied().unwrap_or(0);
    for typed in typed {
        let expected = || format!("NAME=PORT, NAME one of {}, {CONTROL}", names.join(", "));
        let wrong =
            |what: String| Misused(format!("--port {typed}: {what}\n  expected: {}", expected()));
        let (name, port) = typed.rsplit_once('=').ok_or_else(|| wrong("no port".to_owned()))?;
        let port = port.parse().map_err(|_| wrong(format!("`{port}` is no port")))?;
        if names.iter().any(|known| known == name) {
            plan.ports.insert(name.to_owned(), port);
        } else if name == CONTROL {
            control = port;
        } else {
            return Err(wrong(format!("nobody is called `{name}`")));
        }
    }
    Ok(control)
}

/// The journal of each beginning: the file that was named, then others beside it.
fn journals(history: Option<PathBuf>) -> Journals {
    Box::new(move |number, observer| match &history {
        Some(path) => Journal::create(&numbered(path, number), Some(observer)),
        None => Journal::over(std::io::sink(), Some(observer)),
    })
}

/// `mocks.jsonl.zst`, then `mocks-2.jsonl.zst`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    match (number, name.split_once('.')) {
        (1, _) => path.to_owned(),
        (_, Some((stem, rest))) => path.with_file_name(format!("{stem}-{number}.{rest}")),
        (_, None) => path.with_file_name(format!("{name}-{number}")),
    }
}

/// An address, by its name, and what its callers show.
struct Stand {
    name: String,
    url: String,
    token: String,
}

fn places(plan: &Plan, mocks: &Mocks, (control, token): (&Listening, &Token)) -> Vec<Stand> {
    let mut all: Vec<Stand> = mocks
        .places()
        .into_iter()
        .map(|(role, address, token)| Stand {
            name: name_of(plan, role),
            url: format!("http://{address}"),
            token,
        })
        .collect();
    let url = format!("http://{}", control.address());
    all.push(Stand { name: CONTROL.to_owned(), url, token: token.reveal().to_owned() });
    all
}

fn name_of(plan: &Plan, role: Role) -> String {
    match role {
        Role::Channel(id) => plan.charter.channels[id.index()].name.clone(),
        Role::Oms => "oms".to_owned(),
        Role::Connector(id) => plan.charter.connectors[id.index()].name.clone(),
    }
}

/// Who listens where; tokens go to the file alone.
fn listed(places: &[Stand], json: bool) -> String {
    if json {
        let mocks = places
            .iter()
            .map(|Stand { name, url, .. }| serde_json::json!({ "name": name, "url": url }));
        return format!("{:#}\n", serde_json::json!({ "mocks": mocks.collect::<Vec<_>>() }));
    }
    places.iter().fold(String::new(), |mut listed, Stand { name, url, .. }| {
        let _ = writeln!(listed, "{name:<24} {url}");
        listed
    })
}

fn environment(places: &[Stand]) -> String {
    let names = variables(places.iter().map(|place| place.name.clone()));
    let mut env = String::new();
    for (Stand { url, token, .. }, name) in places.iter().zip(names) {
        let _ = writeln!(env, "DOORBUSTER_{name}_URL={url}");
        let _ = writeln!(env, "DOORBUSTER_{name}_TOKEN={token}");
    }
    env
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_beginning_has_a_file_of_its_own() {
        let named = |path: &str, number| numbered(Path::new(path), number).display().to_string();
        assert_eq!(named("a.b/mocks.jsonl.zst", 1), "a.b/mocks.jsonl.zst");
        assert_eq!(named("a.b/mocks.jsonl.zst", 2), "a.b/mocks-2.jsonl.zst");
        assert_eq!(named("mocks", 3), "mocks-3");
    }
}
