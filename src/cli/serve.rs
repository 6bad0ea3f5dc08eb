//! Owns `doorbuster serve`: a scenario's mock channels and OMS without load or connector, and the
//! address at which whoever tests against them commands them.
//! Must not know what the mocks do.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;

use super::env::{EnvFile, of_face, variables};
use super::signals::{self, Ears};
use super::{Exit, Misused, ScenarioArgs};
use crate::commerce::protocol::Role;
use crate::commerce::terms::{ChannelPlay, Dialect};
use crate::drive::live::{
    AlsoCalled, CONTROL_CONNECTIONS_MAX, FacePlace, Journals, Mocks, MocksTerms,
};
use crate::history::writer::Journal;
use crate::operate::{self, Double};
use crate::scenario::{self, HEALTH_PAGE, Plan};
use crate::wire::keys::{Keyring, Token};
use crate::wire::listen::Listening;
use crate::wire::tls::Tls;

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
    /// By which other address callers know a channel with a dialect: `shop=https://…`, a tunnel's
    #[arg(long, value_name = "CHANNEL=URL")]
    public_url: Vec<String>,
    /// Let channels with a dialect speak TLS, too, and write the authority to trust to this file
    #[arg(long, value_name = "FILE")]
    tls: Option<PathBuf>,
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
    let also = also_called(args, &plan)?;
    let tls = also.tls.clone();
    EnvFile::clear(&args.env)?;
    let terms = MocksTerms { held: args.frozen, faults_when_told: args.faults == FaultsArg::Told };
    let runtime = signals::runtime()?;
    runtime.block_on(async {
        let mut ears = Ears::open()?;
        let mut mocks =
            Mocks::open(&plan, terms, (keys, also), journals(args.history.clone())).await?;
        let double = Double::new(mocks.handle(), keys.control());
        let control = operate::open(control_port, CONTROL_CONNECTIONS_MAX, double).await;
        let control = control.context("cannot open the control endpoint")?;
        let places = places(&plan, &mocks, (&control, &keys.control()));
        let mut told = environment(&places);
        if let (Some(tls), Some(path)) = (&tls, &args.tls) {
            std::fs::write(path, tls.authority())
                .with_context(|| format!("cannot write {}", path.display()))?;
            let place = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            let _ = writeln!(told, "DOORBUSTER_CA={}", place.display());
        }
        let env = EnvFile::write(&args.env, told)?;
        super::data(listed(&places, args.json).as_bytes())?;
        let apis = if mocks.faces().is_empty() {
            "The API is in docs/openapi.yaml."
        } else {
            "The APIs are in docs/openapi.yaml and docs/dialects.md."
        };
        sayln!("Addresses and tokens are in {}. {apis} Ctrl-C stops.", args.env.display());
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

/// How systems are called beside their own addresses.
fn also_called(args: &Args, plan: &Plan) -> anyhow::Result<AlsoCalled> {
    let mut also = AlsoCalled::default();
    for said in &args.public_url {
        let faced = |name: &str| {
            let is = |play: &&ChannelPlay| play.name == name && play.dialect != Dialect::Neutral;
            let is_oms = name == "oms" && plan.world.oms.dialect != Dialect::Neutral;
            is_oms || plan.world.channels.iter().any(|play| is(&play))
        };
        let (name, url) = said.split_once('=').unwrap_or((said, ""));
        let is_url = url.starts_with("https://") || url.starts_with("http://");
        if !faced(name) || !is_url {
            return Err(Misused(format!(
                "--public-url {said}: it names no system with a dialect, or no address\n  \
                 expected: --public-url shop=https://… with a system that has `dialect:`"
            ))
            .into());
        }
        also.public_urls.insert(name.to_owned(), url.to_owned());
    }
    if args.tls.is_some() {
        let host = |url: &String| {
            let uri: hyper::Uri = url.parse().ok()?;
            uri.host().map(|host| host.trim_matches(['[', ']']).to_owned())
        };
        let names: Vec<String> = also.public_urls.values().filter_map(host).collect();
        also.tls = Some(Tls::made(&names)?);
    }
    Ok(also)
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

/// `mocks.jsonl.zst`, then `mocks-2.jsonl.zst`; `.mocks`, then `.mocks-2`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    if number == 1 {
        return path.to_owned();
    }
    // A dot at the beginning hides a file and ends nothing.
    let hides = name.len() - name.trim_start_matches('.').len();
    let stem = name[hides..].find('.').map_or(name.len(), |dot| hides + dot);
    path.with_file_name(format!("{}-{number}{}", &name[..stem], &name[stem..]))
}

/// An address, by its name, and what its callers show.
struct Stand {
    name: String,
    url: String,
    token: String,
    /// A platform's own API that the channel speaks beside it.
    face: Option<FacePlace>,
}

fn places(plan: &Plan, mocks: &Mocks, (control, token): (&Listening, &Token)) -> Vec<Stand> {
    let mut all: Vec<Stand> = mocks
        .places()
        .into_iter()
        .map(|(role, address, token)| {
            let is_its = |face: &&FacePlace| role == face.role;
            let face = mocks.faces().iter().find(is_its).cloned();
            Stand { name: name_of(plan, role), url: format!("http://{address}"), token, face }
        })
        .collect();
    let url = format!("http://{}", control.address());
    let token = token.reveal().to_owned();
    all.push(Stand { name: CONTROL.to_owned(), url, token, face: None });
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
        let own = |Stand { name, url, .. }: &Stand| serde_json::json!({ "name": name, "url": url });
        let theirs = |Stand { name, face, .. }: &Stand| {
            let FacePlace { url, dialect, .. } = face.as_ref()?;
            Some(serde_json::json!({ "name": name, "url": url, "dialect": dialect.name() }))
        };
        let mocks = places.iter().map(own).chain(places.iter().filter_map(theirs));
        return format!("{:#}\n", serde_json::json!({ "mocks": mocks.collect::<Vec<_>>() }));
    }
    places.iter().fold(String::new(), |mut listed, Stand { name, url, face, .. }| {
        let _ = writeln!(listed, "{name:<24} {url}");
        if let Some(FacePlace { url, dialect, .. }) = face {
            let _ = writeln!(listed, "{name:<24} {url} {}", dialect.name());
        }
        listed
    })
}

fn environment(places: &[Stand]) -> String {
    let names = variables(places.iter().map(|place| place.name.clone()));
    let mut env = String::new();
    for (Stand { url, token, face, .. }, name) in places.iter().zip(names) {
        let _ = writeln!(env, "DOORBUSTER_{name}_URL={url}");
        let _ = writeln!(env, "DOORBUSTER_{name}_TOKEN={token}");
        for (variable, value) in face.iter().flat_map(|face| of_face(&name, face)) {
            let _ = writeln!(env, "{variable}={value}");
        }
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
        assert_eq!(named(".mocks", 2), ".mocks-2");
        assert_eq!(named("a/.mocks.zst", 2), "a/.mocks-2.zst");
    }
}
