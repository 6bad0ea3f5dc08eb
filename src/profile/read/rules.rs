//! Owns reading what is looked for in replies: values, tests, rules and waits.
//! Must not know which step they belong to.

use regex::{Regex, RegexBuilder};

use crate::language::map::{Map, each, items};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, lasting, scalar, words};
use crate::language::tree::{Node, Value};
use crate::profile::extract::{Extraction, Path, Place};
use crate::profile::names::line_of;
use crate::profile::outcome::{Means, Rule, RuleLine, Says, Test, Waits};

/// The most rules of one list.
const RULES_MAX: usize = 100;

/// The largest pattern, compiled, in bytes: `a{1000}{1000}` is refused and not built.
const PATTERN_BYTES_MAX: usize = 256 << 10;

/// A path into JSON.
pub(super) fn path(node: &Node, r: &Reading) -> Option<Path> {
    scalar(node, r, |text| {
        Path::parse(text).map_err(|error| {
            let wrong = Wrong::new(format!("`{text}` is no JSONPath: {error}"));
            let hint = "RFC 9535: names behind points, a name with signs in brackets and quotes";
            wrong.expected("a path such as $.id or $.orders[0]['order-id']").hint(hint)
        })
    })
}

/// A pattern. It takes time in proportion to the text, whatever it says.
pub(super) fn pattern(node: &Node, r: &Reading) -> Option<Regex> {
    scalar(node, r, |text| {
        RegexBuilder::new(text).size_limit(PATTERN_BYTES_MAX).build().map_err(|error| {
            let why = error.to_string();
            let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
            let wrong = Wrong::new(format!("`{text}` is no pattern: {why}"));
            wrong.expected("a regular expression without look-around, such as page=(\\d+)")
        })
    })
}

/// `$.path` or `{ header: Retry-After }`.
pub(super) fn place(node: &Node, r: &Reading) -> Option<Place> {
    if let Value::Scalar(_) = &node.value {
        return path(node, r).map(Place::Json);
    }
    let map = Map::open(node, "header", r)?;
    map.required("header", words).map(Place::Header)
}

/// A value to be found: `$.id`, or a group with more to say.
pub(super) fn extraction(node: &Node, r: &Reading) -> Option<Extraction> {
    if let Value::Scalar(_) = &node.value {
        let place = Place::Json(path(node, r)?);
        return Some(Extraction { place, minus: None, matching: None, otherwise: None });
    }
    let map = Map::open(node, "value", r)?;
    let from = map.one_of(&["json", "header"]);
    let minus = map.or("minus", None, |node, r| path(node, r).map(Some));
    let matching = map.or("matching", None, |node, r| pattern(node, r).map(Some));
    let otherwise = map.or("otherwise", None, |node, r| words(node, r).map(Some));
    let place = match from? {
        ("json", node) => Place::Json(path(node, r)?),
        (_, node) => Place::Header(words(node, r)?),
    };
    let (minus, matching, otherwise) = (minus?, matching?, otherwise?);
    Some(Extraction { place, minus, matching, otherwise })
}

/// Words that count as the same: one, or a list.
fn one_or_several(node: &Node, r: &Reading) -> Option<Vec<String>> {
    match &node.value {
        Value::List(items) => each(items, |item| words(item, r)),
        _ => words(node, r).map(|word| vec![word]),
    }
}

/// What a place is to say.
fn says(map: &Map<'_>) -> Option<Says> {
    let one_of = map.or("says", None, |node, r| one_or_several(node, r).map(Some));
    let like = map.or("like", None, |node, r| pattern(node, r).map(Some));
    Some(match (one_of?, like?) {
        (Some(words), _) => Says::OneOf(words),
        (None, Some(pattern)) => Says::Like(pattern),
        (None, None) => Says::Anything,
    })
}

/// `{ at: $.status, says: [WAITING, RUNNING] }`.
pub(super) fn test(node: &Node, r: &Reading) -> Option<Test> {
    let map = Map::open(node, "test", r)?;
    let place = map.required("at", place);
    let says = says(&map);
    Some(Test { place: place?, says: says? })
}

/// Rules in their order.
pub(super) fn outcomes(node: &Node, text: &str, r: &Reading) -> Option<Vec<Rule>> {
    let items = items(node, "outcomes", r)?;
    if items.len() > RULES_MAX {
        r.wrong(&node.at, Wrong::new(format!("more than {RULES_MAX} rules")));
        return None;
    }
    each(items, |item| outcome(item, text, r))
}

fn outcome(node: &Node, text: &str, r: &Reading) -> Option<Rule> {
    let map = Map::open(node, "outcome", r)?;
    let means = map.required("is", choice(Means::WORDS));
    let statuses = map.or("status", vec![], statuses);
    let has_place = map.has("at");
    let place = map.or("at", None, |node, r| place(node, r).map(Some));
    let says = says(&map);
    let lacks = map.or("lacks", None, |node, r| self::place(node, r).map(Some));
    let also = map.or("and", vec![], |node, r| each(items(node, "and", r)?, |item| test(item, r)));
    let waits = map.or("wait", None, |node, r| waits(node, r).map(Some));
    for key in ["says", "like"] {
        if let (false, Some(at)) = (has_place, map.key_at(key)) {
            let wrong = Wrong::new(format!("`{key}` stands without `at`"));
            r.wrong(&at, wrong.expected("where in the reply: `at: $.code` beside it"));
        }
    }
    if let (Some(says), Some(at)) = (map.key_at("says"), map.key_at("like")) {
        let at = if at.start > says.start { at } else { says };
        r.wrong(&at, Wrong::new("`says` and `like` stand together").expected("one of them"));
    }
    let (mut tests, says) = (also?, says?);
    if let Some(place) = place? {
        tests.insert(0, Test { place, says });
    }
    tests.extend(lacks?.map(|place| Test { place, says: Says::Nothing }));
    let line = RuleLine(line_of(text, map.at.start));
    Some(Rule { line, means: means?, statuses: statuses?, tests, waits: waits? })
}

/// `429`, `2xx`, `500 to 599`, or a list of these.
fn statuses(node: &Node, r: &Reading) -> Option<Vec<(u16, u16)>> {
    let status = |node: &Node| scalar(node, r, status);
    match &node.value {
        Value::List(items) => each(items, status),
        _ => status(node).map(|one| vec![one]),
    }
}

fn status(text: &str) -> Result<(u16, u16), Wrong> {
    let number = |text: &str| text.trim().parse::<u16>().ok().filter(|n| (100..=599).contains(n));
    let hundred = text.strip_suffix("xx").and_then(|first| first.parse::<u16>().ok());
    let read = match (text.split_once(" to "), hundred) {
        (Some((from, to)), _) => number(from).zip(number(to)).filter(|(from, to)| from <= to),
        (None, Some(first)) => (1..=5).contains(&first).then(|| (first * 100, first * 100 + 99)),
        (None, None) => number(text).map(|one| (one, one)),
    };
    read.ok_or_else(|| {
        Wrong::new(format!("`{text}` is no status"))
            .expected("a status of HTTP: 429, 2xx, 500 to 599, or a list of these")
    })
}

fn waits(node: &Node, r: &Reading) -> Option<Waits> {
    let map = Map::open(node, "wait", r)?;
    let (kind, node) = map.one_of(&["lasts", "seconds", "milliseconds", "refills"])?;
    match kind {
        "lasts" => lasting(node, r).map(Waits::For),
        "seconds" => extraction(node, r).map(|from| Waits::Told(Box::new(from), 1e3)),
        "milliseconds" => extraction(node, r).map(|from| Waits::Told(Box::new(from), 1.0)),
        _ => {
            let map = Map::open(node, "refills", r)?;
            let needs = map.required("needs", path);
            let has = map.required("has", path);
            let per_second = map.required("per second", path);
            Some(Waits::Refills { needs: needs?, has: has?, per_second: per_second? })
        }
    }
}
