//! Owns `doorbuster operate`: a command to a run that goes on, from another terminal.
//! Must not know what the run makes of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use clap::Subcommand;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Method, Request, Uri};

use super::control::{self, Found};
use super::{Exit, Misused, status};
use crate::operate::{Commanded, OperatorCommand};
use crate::report::health::Health;
use crate::wire::call::{CallResult, WholeReply};
use crate::wire::client::{Client, ClientLimits};
use crate::wire::keys::Token;
use crate::wire::permit::Permit;

/// Where runs lie unless they are given another place.
const REPORTS: &str = "reports";
/// How long a run may take to answer.
const WITHIN: Duration = Duration::from_secs(5);

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder of the run [default: the only one that goes on below reports/]
    #[arg(long, global = true)]
    run: Option<PathBuf>,
    /// Who you are, for the record [default: $USER]
    #[arg(long = "as", global = true, value_name = "NAME")]
    by: Option<String>,
    /// In which of the scenario's roles [default: the only one]
    #[arg(long, global = true)]
    role: Option<String>,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say how the run stands
    Status {
        /// Print state.json on standard output
        #[arg(long)]
        json: bool,
    },
    /// Send nothing to a channel and read nothing there; what is to be sent waits
    Pause {
        /// A channel, `every channel`, or a connector
        at: String,
    },
    /// Go on with it; stock that was set to zero is shown again
    Resume {
        /// A channel, `every channel`, or a connector
        at: String,
    },
    /// Show no stock at all on a channel, until `resume`
    ZeroStock {
        /// A channel, or `every channel`
        at: String,
    },
    /// Hold so many units back from a channel
    HoldBack {
        /// A channel, or `every channel`
        at: String,
        /// Units, whatever was held back before
        units: String,
    },
    /// Show at most so many units on a channel
    Cap {
        /// A channel, or `every channel`
        at: String,
        /// Units, or `none`
        units: String,
    },
    /// Let a channel offer this share of what is available
    Allocate {
        /// A channel, or `every channel`
        at: String,
        /// A share: 30%
        share: String,
    },
    /// End the prices of a promotion at once
    EndPromotion {
        /// Its name
        promotion: String,
    },
    /// Read everything at the source and tell a channel all of it
    Resync {
        /// A channel, or `every channel`
        at: String,
    },
    /// Try again what was given up for a channel, and read the orders that it never told of
    Replay {
        /// A channel, or `every channel`
        at: String,
    },
    /// Say for the record that you see something is wrong
    Detected {
        /// In your words
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Say for the record what you did by means of your own
    Did {
        /// In your words: did pause amazon
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Note something for the debrief
    Note {
        /// In your words
        #[arg(required = true)]
        words: Vec<String>,
    },
}

/// Whether a blind run goes on in a folder.
pub(super) fn is_blind(folder: &Path) -> bool {
    let Ok(Some(found)) = control::found(folder) else { return false };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let health = runtime.ok().and_then(|runtime| runtime.block_on(state(&found)));
    health.is_some_and(|health| health.campaign.is_none())
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        let (found, health) = the_run(args.run.as_deref()).await?;
        match command(args) {
            None => {
                let What::Status { json } = args.what else { return Ok(Exit::Go) };
                let told = if json {
                    health.to_json()
                } else {
                    status::text(&health, &found).into_bytes()
                };
                super::data(&told)?;
                Ok(Exit::Go)
            }
            Some(command) => send(&found, &command).await,
        }
    })
}

/// What is to be sent; none where only its state is asked for.
fn command(args: &Args) -> Option<OperatorCommand> {
    let (word, at, value) = match &args.what {
        What::Status { .. } => return None,
        What::Pause { at } => ("pause", Some(at), None),
        What::Resume { at } => ("resume", Some(at), None),
        What::ZeroStock { at } => ("zero-stock", Some(at), None),
        What::HoldBack { at, units } => ("hold-back", Some(at), Some(units.clone())),
        What::Cap { at, units } => ("cap", Some(at), Some(units.clone())),
        What::Allocate { at, share } => ("allocate", Some(at), Some(share.clone())),
        What::EndPromotion { promotion } => ("end-promotion", Some(promotion), None),
        What::Resync { at } => ("resync", Some(at), None),
        What::Replay { at } => ("replay", Some(at), None),
        What::Detected { words } => ("detected", None, Some(words.join(" "))),
        What::Did { words } => ("did", None, Some(words.join(" "))),
        What::Note { words } => ("note", None, Some(words.join(" "))),
    };
    let by = args.by.clone().or_else(|| std::env::var("USER").ok()).filter(|by| !by.is_empty());
    Some(OperatorCommand {
        command: word.to_owned(),
        at: at.cloned(),
        value,
        by,
        role: args.role.clone(),
    })
}

/// The run that is meant, and how it stands.
async fn the_run(folder: Option<&Path>) -> anyhow::Result<(Found, Health)> {
    let Some(folder) = folder else { return only_one().await };
    let none = || {
        Misused(format!(
            "no run goes on in {}\n  expected: the folder of a run that goes on, as `run` says it",
            folder.display()
        ))
    };
    let found = control::found(folder)?.ok_or_else(none)?;
    let health = state(&found).await.ok_or_else(none)?;
    Ok((found, health))
}

/// The only run that goes on where runs lie.
async fn only_one() -> anyhow::Result<(Found, Health)> {
    let mut going_on = vec![];
    for found in control::below(Path::new(REPORTS)) {
        if let Some(health) = state(&found).await {
            going_on.push((found, health));
        }
    }
    match (going_on.pop(), &going_on[..]) {
        (Some(only), []) => Ok(only),
        (None, _) => Err(Misused(format!(
            "no run goes on below {REPORTS}/\n  expected: a `doorbuster run` in another terminal, \
             or --run with its folder"
        ))
        .into()),
        (Some(last), others) => {
            let folders = others.iter().chain([&last]).map(|(found, _)| found.folder.display());
            let folders: Vec<String> = folders.map(|folder| format!("  {folder}")).collect();
            let (runs, folders) = (folders.len(), folders.join("\n"));
            let said = format!("{runs} runs go on\n  expected: --run with one of\n{folders}");
            Err(Misused(said).into())
        }
    }
}

/// How a run stands; none where nobody answers as a run does.
async fn state(found: &Found) -> Option<Health> {
    let reply = ask(found, Method::GET, "state.json", Bytes::new()).await.ok()?;
    (reply.status == 200).then(|| serde_json::from_slice(&reply.body).ok())?
}

async fn send(found: &Found, command: &OperatorCommand) -> anyhow::Result<Exit> {
    let body = serde_json::to_vec(command)?;
    let reply = ask(found, Method::POST, "commands", body.into()).await?;
    let Ok(commanded) = serde_json::from_slice::<Commanded>(&reply.body) else {
        anyhow::bail!("{} answers {}, and no run does", found.url, reply.status);
    };
    if !commanded.done {
        return Err(Misused(commanded.said).into());
    }
    // It repeats the words that it was given, whatever those do to a terminal.
    super::data(format!("done: {}\n", super::printable(&commanded.said)).as_bytes())?;
    Ok(Exit::Go)
}

async fn ask(found: &Found, method: Method, path: &str, body: Bytes) -> anyhow::Result<WholeReply> {
    let url = format!("{}{path}", found.url);
    let uri: Uri = url.parse().with_context(|| format!("{url} is no address"))?;
    let limits = ClientLimits { reply_within: WITHIN, ..ClientLimits::default() };
    let client = Client::new(Permit::loopback(&uri)?, limits);
    let token = Token::given(&found.token)?;
    let request = Request::builder()
        .method(method)
        .uri(uri.path())
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, token.header())
        .body(Full::new(body))?;
    match client.call(request).await {
        CallResult::Answered(reply) => Ok(reply),
        CallResult::NotSent(why) => Err(why.into()),
        CallResult::Unknown(why) => Err(why.into()),
    }
}
