//! Owns reading a connector that is somebody else's program: how it comes, where it is told, when
//! it is still. Must not know how it is hosted (`drive::live`, `cli`).

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::super::ExternalAs;
use super::super::channel::Channels;
use super::super::faults::FAULTS;
use super::super::plan::{External, Hooks, Readiness};
use super::super::url::LocalUrl;
use super::{Read, reference};
use crate::commerce::terms::{ConnectorPlay, Rhythm};
use crate::language::map::{Map, each, items};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{lasting, scalar};
use crate::language::tree::{Entry, Node, Value};
use crate::units::Span;

/// How long it may take to be ready, unless something is said.
const READY_WITHIN: Span = Span::from_mins(1);
/// How long nothing may have moved before all is quiet, unless something is said.
const QUIET_FOR: Span = Span::from_mins(2);
/// The least that may be said: longer than it takes to see that something has not moved.
pub const QUIET_FOR_LEAST: Span = Span::from_secs(15);
/// The most words of a command.
const WORDS_MAX: usize = 256;
/// The longest word of it.
const WORD_BYTES_MAX: usize = 4_096;

/// Reads `external:`, as somebody else's program or as the reference connector in its place.
pub(super) fn external(
    entry: &Entry,
    node: &Node,
    (channels, played): (Option<&Channels>, ExternalAs),
    r: &Reading,
) -> Option<Read> {
    let name = &entry.key;
    let map = Map::open(node, "external connector", r)?;
    map.elsewhere("faults", FAULTS);
    let command = map.or("command", vec![], words);
    let folder = map.or("runs in", r.base_dir.clone(), |node, r| folder(node, played, r));
    let ready = map.or("ready", Readiness { within: READY_WITHIN, url: None }, ready);
    let webhooks = map.or("webhooks", Hooks::None, webhooks);
    let quiet_for = map.or("quiet for", QUIET_FOR, quiet_for);
    let nothing = Node::group(map.at.clone());
    let stand_in = map.get("stand in").unwrap_or(&nothing);
    let play = reference(name, stand_in, channels, r);
    if played == ExternalAs::Refused {
        let found = format!("`{name}` is somebody else's program, which only `run` can host");
        let wrong = Wrong::new(found).expected("`doorbuster run`, or `--stand-in`");
        let hint = "with --stand-in the reference connector plays in its place: evidence about a \
                    model, not about yours";
        r.wrong(&entry.key_at, wrong.hint(hint));
        return None;
    }
    let (command, webhooks, folder) = (command?, webhooks?, folder?);
    if webhooks == Hooks::Port && command.is_empty() {
        let at = map.key_at("webhooks").unwrap_or_default();
        let wrong = Wrong::new("nobody can be told a port: there is no `command`");
        r.wrong(&at, wrong.expected("where it listens, such as http://127.0.0.1:9000/notices"));
        return None;
    }
    stays(&map, &folder, r);
    let external = External { command, folder, ready: ready?, webhooks, quiet_for: quiet_for? };
    let play = play?;
    Some(match played {
        ExternalAs::StandIn => Read { play, unknown: vec![], external: None },
        ExternalAs::Refused | ExternalAs::Itself => {
            let play = told(play, &external.webhooks);
            Read { play, unknown: vec![], external: Some(external) }
        }
    })
}

/// What the systems around it must know: whether it is told, or reads.
fn told(play: ConnectorPlay, webhooks: &Hooks) -> ConnectorPlay {
    let rhythm = match webhooks {
        Hooks::None => Rhythm::Poll(Span::from_secs(1)),
        Hooks::Port | Hooks::At(_) => Rhythm::Webhook,
    };
    ConnectorPlay { orders_in: rhythm, stock_out: rhythm, ..play }
}

/// An outside party shares no campaign: nobody could tell whose call was whose.
pub(super) fn stands_alone(read: &[Read], written: &[Entry], r: &Reading) -> Option<()> {
    let outside = read.iter().position(|read| read.external.is_some());
    let (Some(outside), true) = (outside, read.len() > 1) else { return Some(()) };
    let name = &written[outside].key;
    let wrong = Wrong::new(format!("`{name}` is `external`, and has another connector beside it"));
    let wrong = wrong.expected("one connector, which serves every channel");
    let hint = "an integration of several programs is one `external` connector: they share its \
                tokens, and one command can start them all";
    r.wrong(&written[outside].key_at, wrong.hint(hint));
    None
}

/// Somebody else's program lives in wall time: a campaign that runs faster would hold its seconds
/// for minutes, and a slower one would forgive them.
pub(in crate::scenario) fn in_wall_time(
    speed_milli: u64,
    written: Option<&Range<usize>>,
    connectors: &Range<usize>,
    r: &Reading,
) {
    if speed_milli == 1_000 {
        return;
    }
    let found = format!("{}x, with a connector of your own", speed_milli as f64 / 1e3);
    let wrong = Wrong::new(found).expected("1x: its waits, retries and limits are the wall's");
    let hint = "for a quick run `shorten` makes the phases shorter, such as `--shorten 10x`";
    r.wrong(written.unwrap_or(connectors), wrong.hint(hint));
}

/// A folder, beside the scenario where it is not said from the root on.
fn folder(node: &Node, played: ExternalAs, r: &Reading) -> Option<PathBuf> {
    let folder = scalar(node, r, |text| bounded(text).map(|text| r.base_dir.join(text)))?;
    if played == ExternalAs::Itself && !folder.is_dir() {
        let wrong = Wrong::new(format!("`{}` is no folder", folder.display()));
        r.wrong(&node.at, wrong.expected("the folder that the command is to be run in"));
        return None;
    }
    Some(folder)
}

/// The scenario in the run folder names the folder in full: from there it is not beside it.
fn stays(map: &Map<'_>, folder: &Path, r: &Reading) {
    let full = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let full = format!("{:?}", full.display().to_string());
    if let Some(said) = map.get("runs in") {
        r.resolve(&said.at, full);
    } else if let Some(command) = map.key_at("command") {
        r.add(&map.at, command.start, format!("runs in: {full}"));
    }
}

/// A command, word by word: no shell reads it.
fn words(node: &Node, r: &Reading) -> Option<Vec<String>> {
    let expected = "a list of words, such as [python3, connector.py]";
    if let Value::Scalar(text) = &node.value {
        let wrong = Wrong::new(format!("`{text}` is not a list; no shell reads it"));
        let parts: Vec<&str> = text.split_whitespace().collect();
        let hint = format!("did you mean `[{}]`?", parts.join(", "));
        r.wrong(&node.at, wrong.expected(expected).hint(hint));
        return None;
    }
    let listed = items(node, "command", r)?;
    if listed.is_empty() || listed.len() > WORDS_MAX {
        let wrong = Wrong::new(format!("{} words", listed.len()));
        r.wrong(&node.at, wrong.expected(expected));
        return None;
    }
    each(listed, |word| scalar(word, r, |text| bounded(text).map(str::to_owned)))
}

fn bounded(text: &str) -> Result<&str, Wrong> {
    if text.len() > WORD_BYTES_MAX || text.contains('\0') {
        let wrong = Wrong::new("that cannot be said to a program");
        return Err(wrong.expected(format!("at most {WORD_BYTES_MAX} bytes, none of them NUL")));
    }
    Ok(text)
}

fn quiet_for(node: &Node, r: &Reading) -> Option<Span> {
    let said = lasting(node, r)?;
    if said < QUIET_FOR_LEAST {
        let wrong = Wrong::new(format!("{said} is over before anybody could see something move"));
        let expected = format!("at least {QUIET_FOR_LEAST}, and longer than it waits for anything");
        r.wrong(&node.at, wrong.expected(expected));
        return None;
    }
    Some(said)
}

/// `30s`, or `{ within: 30s, url: http://127.0.0.1:9000/ready }`.
fn ready(node: &Node, r: &Reading) -> Option<Readiness> {
    if let Value::Scalar(_) = node.value {
        return lasting(node, r).map(|within| Readiness { within, url: None });
    }
    let map = Map::open(node, "ready", r)?;
    let within = map.or("within", READY_WITHIN, lasting);
    let url = map.or("url", None, |node, r| scalar(node, r, LocalUrl::of).map(Some));
    Some(Readiness { within: within?, url: url? })
}

/// `yes`, `no`, or where.
fn webhooks(node: &Node, r: &Reading) -> Option<Hooks> {
    scalar(node, r, |text| match text {
        "yes" | "true" => Ok(Hooks::Port),
        "no" | "false" => Ok(Hooks::None),
        text => LocalUrl::of(text).map(Hooks::At),
    })
}
