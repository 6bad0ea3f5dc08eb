//! Owns `doorbuster proxy`: a scenario's faults in front of an endpoint that is not doorbuster's.
//! Must not know what a fault does.

use std::fmt::Write as _;
use std::net::SocketAddr;

use super::signals::{self, Ears};
use super::{Exit, Misused, ScenarioArgs};
use crate::commerce::protocol::Role;
use crate::drive::live::{FaultProxy, ProxiedFault, ProxyWish};
use crate::ids::ChannelId;
use crate::language::scalar::grouped;
use crate::scenario::{self, Plan};
use crate::wire::permit::Permit;

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Whose faults are played: a channel of the scenario, or oms
    #[arg(long, value_name = "NAME")]
    at: String,
    /// The endpoint behind the proxy, on this machine, e.g. `http://127.0.0.1:8080`
    #[arg(long, value_name = "URL")]
    to: hyper::Uri,
    /// Where to listen, on this machine; port 0 chooses one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Play all of them from now until Ctrl-C, whenever the scenario has them
    #[arg(long)]
    now: bool,
    /// Print the address and the faults as JSON on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let mut plan = scenario::read(&args.scenario.scenario, &args.scenario.hosting())?;
    // Whoever is behind it lives by the wall's clock, whatever speed the scenario is played at.
    plan.charter.speed_milli = args.scenario.speed.unwrap_or(1_000);
    let at = role(&plan, &args.at)?;
    let permit = Permit::loopback(&args.to).map_err(|why| {
        Misused(format!(
            "--to: {why}\n  expected: an address of this machine, such as http://127.0.0.1:8080"
        ))
    })?;
    bare(&args.to)?;
    if !args.listen.ip().is_loopback() {
        let listen = args.listen;
        return Err(Misused(format!(
            "--listen: {listen} can be reached from other machines\n  \
             expected: an address of this machine alone, such as 127.0.0.1:0"
        ))
        .into());
    }
    let runtime = signals::runtime()?;
    runtime.block_on(async {
        let mut ears = Ears::open()?;
        let wish = ProxyWish { at, listen: args.listen, at_once: args.now };
        let mut proxy = FaultProxy::open(&plan, permit, wish).await?;
        let faults = proxy.faults();
        if faults.iter().all(|fault| fault.not_played.is_some()) {
            return Err(nothing_to_play(&args.at, faults));
        }
        super::data(opened(args, &proxy).as_bytes())?;
        for fault in faults {
            if let Some(why) = fault.not_played {
                super::note(&format!("fault `{}` is not played: {why}", fault.name));
            }
        }
        sayln!("Point your client at it. Ctrl-C ends every fault and stops.");
        let tell = |fault: &ProxiedFault, begins| {
            sayln!("{} {}", if begins { "begins:" } else { "ends:  " }, fault.name);
        };
        tokio::select! {
            kept = proxy.keep_time(tell) => kept?,
            _ = ears.hear() => {}
        }
        for fault in proxy.close().await.iter().filter(|fault| fault.not_played.is_none()) {
            if fault.uncounted {
                sayln!("{} refused connections, which are not counted", fault.name);
            } else {
                sayln!("{} met {}", fault.name, grouped(fault.hits as f64));
            }
        }
        Ok(Exit::Go)
    })
}

/// Whom the proxy stands for.
fn role(plan: &Plan, name: &str) -> Result<Role, Misused> {
    let channels = &plan.charter.channels;
    if let Some(place) = channels.iter().position(|channel| channel.name == name) {
        return Ok(Role::Channel(ChannelId(place as u16)));
    }
    if name == "oms" {
        return Ok(Role::Oms);
    }
    let names: Vec<&str> = channels.iter().map(|channel| channel.name.as_str()).collect();
    Err(Misused(format!(
        "--at: nobody is called at `{name}`\n  expected: one of {}, oms",
        names.join(", ")
    )))
}

/// What is behind it is an address: what is asked there says the caller.
fn bare(to: &hyper::Uri) -> Result<(), Misused> {
    if to.query().is_none() && matches!(to.path(), "" | "/") {
        return Ok(());
    }
    let host = to.authority().map_or("127.0.0.1:8080", |host| host.as_str());
    let said = to.path_and_query().map_or("/", |said| said.as_str());
    Err(Misused(format!(
        "--to: {to} says more than an address, and a proxy passes on what its callers ask for\n  \
         expected: http://{host}; give your client the proxy's address with {said} behind it"
    )))
}

fn nothing_to_play(at: &str, faults: &[ProxiedFault]) -> anyhow::Error {
    let mut why = if faults.is_empty() {
        format!("no fault of this scenario befalls `{at}`")
    } else {
        format!("no fault that befalls `{at}` can be played in front of it")
    };
    for fault in faults {
        let _ = write!(why, "\n  `{}`: {}", fault.name, fault.not_played.unwrap_or_default());
    }
    why.push_str(
        "\n  expected: a fault such as { name: outage, at: amazon, does: unavailable, \
         from: 5m, lasts: 2m }",
    );
    Misused(why).into()
}

/// Where it listens and what it plays.
fn opened(args: &Args, proxy: &FaultProxy) -> String {
    let url = format!("http://{}", proxy.address());
    if args.json {
        let played = proxy.faults().iter().filter(|fault| fault.not_played.is_none());
        let names: Vec<&str> = played.map(|fault| fault.name.as_str()).collect();
        let to = args.to.to_string();
        let opened = serde_json::json!({ "name": args.at, "url": url, "to": to, "faults": names });
        return format!("{opened:#}\n");
    }
    format!("{:<24} {url} -> {}\n", args.at, args.to)
}
