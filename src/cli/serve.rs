//! Owns `doorbuster serve`: a scenario's mock channels and OMS without load or connector.
//! Must not know what the mocks do.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::signals::{self, Ears};
use super::{Exit, Misused, ScenarioArgs};
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
    let runtime = signals::runtime()?;
    runtime.block_on(async {
        let mut ears = Ears::open()?;
        let mut hosting = Hosting::open(&plan, &journal, keys).await?;
        let env = environment(&plan, &hosting);
        write_env(&args.env, &env)?;
        super::data(listed(&plan, &hosting, args.json).as_bytes())?;
        sayln!(
            "Addresses and tokens are in {}. The API is in docs/openapi.yaml. Ctrl-C stops.",
            args.env.display()
        );
        tokio::select! {
            kept = hosting.keep_time() => kept?,
            _ = ears.hear() => {}
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
    let places = hosting.places();
    let names = variables(places.iter().map(|(role, ..)| name_of(plan, *role)));
    let mut env = String::new();
    for ((_, address, secret), name) in places.iter().zip(names) {
        let _ = writeln!(env, "DOORBUSTER_{name}_URL=http://{address}");
        let _ = writeln!(env, "DOORBUSTER_{name}_TOKEN={secret}");
    }
    env
}

/// Names as variables may have them; those that come to the same are numbered.
fn variables(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let plain: String = name.to_uppercase().chars().map(letter).collect();
        let numbered = (2..).map(|n| format!("{plain}_{n}"));
        let mut free = std::iter::once(plain.clone()).chain(numbered);
        all.push(free.find(|name| !all.contains(name)).unwrap_or_default());
    }
    all
}

/// The file holds tokens: readable by its owner alone, and nobody's link or pipe leads it astray.
fn write_env(path: &Path, env: &str) -> anyhow::Result<()> {
    let no_file = |what: &str| {
        let place = path.display();
        Misused(format!(
            "{place} {what}: tokens are not written through it\n  \
             expected: --env with the name of a file, such as doorbuster.env"
        ))
    };
    if let Ok(there) = path.symlink_metadata()
        && !there.is_file()
    {
        let what = if there.is_symlink() { "is a link" } else { "is no file" };
        return Err(no_file(what).into());
    }
    let name = path.file_name().ok_or_else(|| no_file("has no name"))?.to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options.open(&beside).and_then(|mut file| {
        file.write_all(env.as_bytes())?;
        std::fs::rename(&beside, path)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn tokens_are_their_owners_alone_also_in_a_file_that_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("doorbuster.env");
        std::fs::write(&file, "old").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        write_env(&file, "A=1\n").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "A=1\n");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn no_link_is_followed_and_no_pipe_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let [victim, link, pipe] = ["victim", "link", "pipe"].map(|name| folder.path().join(name));
        std::fs::write(&victim, "mine").unwrap();
        symlink(&victim, &link).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for (path, says) in [(&link, "is a link"), (&pipe, "is no file")] {
            let refused = write_env(path, "A=1\n").unwrap_err();
            assert!(refused.is::<Misused>() && refused.to_string().contains(says), "{refused}");
        }
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");
    }

    #[test]
    fn every_role_has_variables_of_its_own() {
        let names = ["日本", "東京", "Shop DE", "oms"].map(str::to_owned);
        assert_eq!(variables(names.into_iter()), ["__", "___2", "SHOP_DE", "OMS"]);
    }
}
