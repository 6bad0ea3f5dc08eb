//! Owns reading `levers:`: what `advise` may propose, and within which bounds.
//! Must not know what a lever does, nor which are worth trying.

use std::collections::BTreeMap;

use crate::language::map::{Map, each, items, list_of};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{parse_count, parse_duration, scalar, words};
use crate::language::tree::{Node, Value};

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Which jobs of a connector go first.
    Priority,
    /// Queues of a connector; at most so many.
    Partitions,
    /// Workers of a connector; at most so many.
    Workers,
    /// Hearing of orders and of stock by webhook.
    Webhook,
    /// Looking more often; no more often than every so many microseconds.
    Poll,
    /// Items in one update; at most so many.
    Batch,
    /// Letting a newer update replace a waiting one.
    Coalesce,
    /// Sending changes instead of absolute stock.
    Updates,
    /// Retries with an idempotency key.
    Retry,
    /// Reserving earlier.
    Reserve,
    /// One record id across channel and OMS.
    RecordIds,
    /// Units held back from a channel, or from all; so many more than today.
    HoldsBack,
    /// A cap on what a channel shows; no lower than so many units.
    ShowsAtMost,
    /// Stock divided between the channels.
    Allocation,
    /// The start moved; by so many microseconds either way.
    Start,
}

/// How a bound of a kind is written, and what it is unless said.
#[derive(Clone, Copy)]
enum Bound {
    YesNo,
    UpTo(u64),
    DownTo(u64),
    DownToTime(u64),
    ByTime(u64),
}

const HOUR: u64 = 3_600_000_000;

const KINDS: [(&str, Kind, Bound); 15] = [
    ("priority", Kind::Priority, Bound::YesNo),
    ("partitions", Kind::Partitions, Bound::UpTo(64)),
    ("workers", Kind::Workers, Bound::UpTo(64)),
    ("webhook", Kind::Webhook, Bound::YesNo),
    ("poll", Kind::Poll, Bound::DownToTime(1_000_000)),
    ("batch", Kind::Batch, Bound::UpTo(10)),
    ("coalesce", Kind::Coalesce, Bound::YesNo),
    ("updates", Kind::Updates, Bound::YesNo),
    ("retry", Kind::Retry, Bound::YesNo),
    ("reserve", Kind::Reserve, Bound::YesNo),
    ("record ids", Kind::RecordIds, Bound::YesNo),
    ("holds back", Kind::HoldsBack, Bound::UpTo(2)),
    ("shows at most", Kind::ShowsAtMost, Bound::DownTo(5)),
    ("allocation", Kind::Allocation, Bound::YesNo),
    ("start", Kind::Start, Bound::ByTime(HOUR)),
];

/// What may be proposed: each kind with its bound; zero where a kind has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levers {
    bounds: BTreeMap<Kind, u64>,
    on: Option<Vec<String>>,
}

impl Default for Levers {
    /// Everything but moving the start, which is somebody else's to decide.
    fn default() -> Levers {
        let all = KINDS.iter().filter(|(_, kind, _)| *kind != Kind::Start);
        Levers { bounds: all.map(|(_, kind, bound)| (*kind, bound.usual())).collect(), on: None }
    }
}

impl Levers {
    /// The bound of a kind; none where it may not be proposed.
    pub fn bound(&self, kind: Kind) -> Option<u64> {
        self.bounds.get(&kind).copied()
    }

    /// Whether a connector or channel may be changed.
    pub fn covers(&self, name: &str) -> bool {
        self.on.as_ref().is_none_or(|on| on.iter().any(|covered| covered == name))
    }
}

impl Bound {
    fn usual(self) -> u64 {
        match self {
            Bound::YesNo => 0,
            Bound::UpTo(usual)
            | Bound::DownTo(usual)
            | Bound::DownToTime(usual)
            | Bound::ByTime(usual) => usual,
        }
    }

    /// What may be written, for an error.
    fn grammar(self) -> &'static str {
        match self {
            Bound::YesNo => "`yes` or `no`",
            Bound::UpTo(_) => "`up to 16`, `yes` or `no`",
            Bound::DownTo(_) => "`down to 5`, `yes` or `no`",
            Bound::DownToTime(_) => "`down to 30s`, `yes` or `no`",
            Bound::ByTime(_) => "`by 1h`, `yes` or `no`",
        }
    }

    /// The bound that a text says; none for `no`.
    fn parse(self, text: &str) -> Result<Option<u64>, Wrong> {
        let wrong =
            || Wrong::new(format!("`{text}` is no bound of this lever")).expected(self.grammar());
        let some = |n: u64| if n == 0 { Err(wrong()) } else { Ok(Some(n)) };
        match (text, self) {
            ("yes" | "true", _) => return Ok(Some(self.usual())),
            ("no" | "false", _) => return Ok(None),
            _ => {}
        }
        let after = |lead: &str| text.strip_prefix(lead).map(str::trim);
        match self {
            Bound::YesNo => Err(wrong()),
            Bound::UpTo(_) => {
                some(parse_count(after("up to ").ok_or_else(wrong)?, self.grammar())?)
            }
            Bound::DownTo(_) => {
                some(parse_count(after("down to ").ok_or_else(wrong)?, self.grammar())?)
            }
            Bound::DownToTime(_) => some(parse_duration(after("down to ").ok_or_else(wrong)?)?.0),
            Bound::ByTime(_) => some(parse_duration(after("by ").ok_or_else(wrong)?)?.0),
        }
    }
}

/// Reads `levers:`; `known` are the connectors and channels that can be named.
pub(super) fn read(node: &Node, known: &[String], r: &Reading) -> Option<Levers> {
    let map = Map::open(node, "levers", r)?;
    let mut bounds = BTreeMap::new();
    let mut is_sound = true;
    for (key, kind, bound) in KINDS {
        let read = map.or(key, None, |node, r| scalar(node, r, |text| bound.parse(text)));
        is_sound &= read.is_some();
        bounds.extend(read.flatten().map(|at| (kind, at)));
    }
    let on = map.or("on", None, |node, r| names(node, known, r).map(Some))?;
    if !is_sound {
        return None;
    }
    if bounds.is_empty() {
        // A misspelt lever is reported as unknown: nothing more needs to be said of it.
        if map.has_only_known() {
            let wrong = Wrong::new("`levers` allows nothing to be tried");
            let wrong =
                wrong.expected("a lever with `yes` or a bound, such as `workers: up to 16`");
            r.wrong(&node.at, wrong.hint("without `levers`, `advise` tries all but the start"));
        }
        return None;
    }
    Some(Levers { bounds, on })
}

/// One name, or a list of them.
fn names(node: &Node, known: &[String], r: &Reading) -> Option<Vec<String>> {
    let one = |node: &Node| {
        let name = words(node, r)?;
        if known.contains(&name) {
            return Some(name);
        }
        let all: Vec<&str> = known.iter().map(String::as_str).collect();
        let wrong = Wrong::new(format!("no connector or channel is named `{name}`"));
        let wrong = wrong.expected(format!("one of {}", list_of(&all)));
        r.wrong(&node.at, wrong.nearest(&name, all.iter().copied()));
        None
    };
    match &node.value {
        Value::Scalar(_) => one(node).map(|name| vec![name]),
        _ => each(items(node, "on", r)?, one),
    }
}
