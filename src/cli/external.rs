//! Owns a run's connector that is somebody else's program: what it is told, how it is started,
//! waited for and stopped. Must not know what it does, nor who hosts its systems (`drive::live`).

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

use anyhow::Context;

use super::env;
use super::mind;
use super::step::Step;
use crate::commerce::protocol::Role;
use crate::commerce::terms::Dialect;
use crate::drive::hand::{Act, Hand};
use crate::drive::live::{Hosting, party};
use crate::faces::Catalogue;
use crate::history::fact::PartyState;
use crate::ids::{ConnectorId, SkuId};
use crate::scenario::{External, Hooks, LocalUrl, Plan};
use crate::units::At;

/// Addresses and credentials, in the run folder.
const ENV: &str = "connector.env";
/// Which SKU has which name, in the run folder.
const CATALOG: &str = "catalog.csv";
/// What its process says, in the run folder.
const LOG: &str = "connector.log";
/// So much of the end of that is shown where it did not come.
const TAIL_LINES: usize = 8;

/// A connector from outside, as long as a run goes on.
pub(super) struct Party {
    name: String,
    external: External,
    log: PathBuf,
    started: Option<Started>,
    gone: bool,
}

/// The process that minds its process: when the first is gone, or nobody holds the other end of
/// its input, the second is stopped.
struct Started {
    minding: Child,
    /// Held open for as long as the connector may run.
    hold: Option<ChildStdin>,
}

impl Party {
    /// The party of a plan; gives it a port where it is to be told one.
    pub(super) fn of(plan: &mut Plan, folder: &Path) -> io::Result<Option<Party>> {
        let Some(external) = &mut plan.external else { return Ok(None) };
        if external.webhooks == Hooks::Port {
            // Free a moment ago: whoever takes it meanwhile is heard as an answer that is none.
            let free = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
            let at = free.local_addr()?;
            external.webhooks = Hooks::At(LocalUrl::at(at.port(), "/notices"));
        }
        let name = plan.charter.connectors[0].name.clone();
        let log = folder.join(LOG);
        Ok(Some(Party { name, external: external.clone(), log, started: None, gone: false }))
    }

    /// Writes what it is told, says where, and starts it where the scenario says how.
    pub(super) fn begin(
        &mut self,
        plan: &Plan,
        hosting: &Hosting,
        folder: &Path,
    ) -> anyhow::Result<()> {
        let catalog =
            std::path::absolute(folder.join(CATALOG)).context("no place for its catalog")?;
        write_catalog(plan, &catalog)
            .with_context(|| format!("cannot write {}", catalog.display()))?;
        let vars = variables(plan, hosting, &self.external, &catalog);
        let mut told = String::new();
        for (name, value) in &vars {
            let _ = writeln!(told, "{name}={value}");
        }
        let path = folder.join(ENV);
        env::write_env(&path, &told)?;
        sayln!("{}: addresses and credentials are in {}", self.name, path.display());
        if !self.external.command.is_empty() {
            self.started = Some(self.start(&vars)?);
        }
        Ok(())
    }

    fn start(&self, vars: &[(String, String)]) -> anyhow::Result<Started> {
        let own = std::env::current_exe().context("cannot find doorbuster itself")?;
        let log = std::path::absolute(&self.log).context("no place for its log")?;
        let mut command = Command::new(own);
        command.arg(mind::NAME).arg("--log").arg(&log).arg("--").args(&self.external.command);
        if !self.external.folder.as_os_str().is_empty() {
            command.current_dir(&self.external.folder);
        }
        command.envs(vars.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // A Ctrl-C of the terminal is for the run, which drains first.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut minding = command.spawn().with_context(|| format!("cannot start {}", self.name))?;
        let hold = minding.stdin.take();
        Ok(Started { minding, hold })
    }

    /// Waits until it is ready; says why it is not.
    pub(super) async fn came(&mut self, hosting: &Hosting, asked: impl Fn() -> bool) -> bool {
        let within = self.external.ready.within;
        let how = match &self.external.ready.url {
            Some(url) => format!("until {} answers", url.as_str()),
            None => "for its first call".to_owned(),
        };
        sayln!("waiting for {} {how}, {within} at most …", self.name);
        let step = Step::begin("waiting for your connector");
        let external = self.external.clone();
        let came = hosting.came(&external, || !asked() && self.ended().is_none()).await;
        step.done();
        if came {
            return true;
        }
        match self.ended() {
            Some(code) => sayln!("{} ended{} before it was ready", self.name, with(code.code())),
            None if asked() => sayln!("stopped before {} was ready", self.name),
            None => sayln!("{} was not ready within {within}: nothing was sold", self.name),
        }
        if self.started.is_some() {
            let said = std::fs::read(&self.log).unwrap_or_default();
            let said = String::from_utf8_lossy(&said);
            let lines: Vec<&str> = said.lines().collect();
            let from = lines.len().saturating_sub(TAIL_LINES);
            for line in &lines[from..] {
                sayln!("  {}", super::printable(line));
            }
            sayln!("what it said is in {}", self.log.display());
        }
        false
    }

    /// How its process ended, when it has.
    fn ended(&mut self) -> Option<ExitStatus> {
        self.started.as_mut()?.minding.try_wait().ok()?
    }
}

impl Hand for Party {
    fn turn(&mut self, at: At) -> Vec<Act> {
        if self.gone {
            return vec![];
        }
        let Some(ended) = self.ended() else { return vec![] };
        let code = ended.code();
        self.gone = true;
        let when = at.since(At::START);
        sayln!("{} ended{} at {when}; the run goes on without it", self.name, with(code));
        vec![Act::Note(party(PartyState::Gone(code)))]
    }
}

impl Drop for Party {
    /// However the run ends: it is asked to end, and made to.
    fn drop(&mut self) {
        if let Some(started) = &mut self.started {
            drop(started.hold.take());
            let _ = started.minding.wait();
        }
    }
}

fn with(code: Option<i32>) -> String {
    code.map(|code| format!(" with code {code}")).unwrap_or_default()
}

/// The numbers that the OMS knows SKUs by, with the names that channels of a dialect have for them.
fn write_catalog(plan: &Plan, path: &Path) -> Result<(), csv::Error> {
    let mut written = csv::Writer::from_path(path)?;
    written.write_record(["sku", "name"])?;
    let named = Catalogue::new(plan.charter.skus, &plan.charter.sku_names);
    for sku in (0..plan.charter.skus).map(SkuId) {
        written.write_record([&sku.0.to_string(), named.name(sku)])?;
    }
    Ok(written.flush()?)
}

/// What it is told, by names that are documented in docs/external-connector.md.
fn variables(
    plan: &Plan,
    hosting: &Hosting,
    external: &External,
    catalog: &Path,
) -> Vec<(String, String)> {
    let places = hosting.places();
    let name = |role: Role| match role {
        Role::Channel(id) => plan.charter.channels[id.index()].name.clone(),
        Role::Oms | Role::Connector(_) => "oms".to_owned(),
    };
    let names = env::variables(places.iter().map(|(role, ..)| name(*role)));
    let mut vars = Vec::new();
    for ((role, address, token), name) in places.iter().zip(names) {
        vars.push((format!("DOORBUSTER_{name}_URL"), format!("http://{address}")));
        vars.push((format!("DOORBUSTER_{name}_TOKEN"), token.clone()));
        if let Role::Channel(id) = role {
            vars.push((format!("DOORBUSTER_{name}_CHANNEL"), id.0.to_string()));
            if plan.world.oms.dialect != Dialect::Neutral {
                let source = plan.charter.channels[id.index()].name.clone();
                vars.push((format!("DOORBUSTER_{name}_SOURCE"), source));
            }
            vars.extend(env::of_tariff(&name, &plan.charter, *id));
        }
        let face = hosting.faces().iter().find(|face| face.role == *role);
        vars.extend(face.into_iter().flat_map(|face| env::of_face(&name, face)));
    }
    vars.push(("DOORBUSTER_CATALOG".to_owned(), catalog.display().to_string()));
    vars.extend(env::of_source(&plan.charter));
    if let Hooks::At(url) = &external.webhooks {
        vars.push(("DOORBUSTER_WEBHOOK_URL".to_owned(), url.as_str().to_owned()));
        vars.push(("DOORBUSTER_WEBHOOK_PORT".to_owned(), url.port().to_string()));
        let secret = hosting.signing_key(ConnectorId(0));
        vars.push(("DOORBUSTER_WEBHOOK_SECRET".to_owned(), secret));
    }
    vars
}
