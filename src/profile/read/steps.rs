//! Owns reading how one operation is done: its steps, what each sends, finds out and waits for.
//! Must not know which operation it is, but for the names that come with it.

use super::body::{BODIES, body, pairs};
use super::rules::{extraction, outcomes, path, place, test};
use crate::language::map::{Map, each, entries, items, list_of};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, duration, lasting, scalar, some, some_up_to, words, yes_no};
use crate::language::tree::{Node, Value};
use crate::profile::extract::Extraction;
use crate::profile::model::{Again, Body, Each, NextPage, Pages, Procedure, Replies, Step};
use crate::profile::names::{Pen, line_of};
use crate::profile::template::{Slot, Template, Written};
use crate::units::Span;

/// The most steps of an operation.
const STEPS_MAX: usize = 20;
/// The most items of one call.
const ITEMS_MAX: u64 = 10_000;
/// The most looks at something that is queued, and the most pages of a list.
const LOOKS_MAX: u64 = 10_000;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// A name begins with a letter; it has no braces, and no ` as `.
pub(super) fn is_name(name: &str) -> bool {
    let fine = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    name.starts_with(char::is_alphabetic) && name.chars().all(fine) && !name.contains(" as ")
}

/// An operation: steps, or one step that stands there by itself.
pub(super) fn procedure(
    node: &Node,
    section: &'static str,
    pen: &mut Pen<'_>,
    text: &str,
) -> Option<Procedure> {
    let map = Map::open(node, section, pen.r)?;
    let at_most = map.or("items at most", 1, some_up_to(ITEMS_MAX));
    let replaces_everything = map.or("replaces everything", false, yes_no);
    let overlap = map.or("overlap", Span::ZERO, duration);
    let listed = map.get("steps");
    let sends = map.has("send");
    if let (Some(_), true) = (listed, sends) {
        let at = map.key_at("steps").unwrap_or_default();
        let wrong = Wrong::new("`steps` stands beside `send`");
        pen.r.wrong(&at, wrong.expected("one of them: `send` belongs to a step"));
    }
    let steps = match listed {
        Some(node) => {
            known_in_steps(&map);
            steps(node, pen, text)
        }
        None => step(&map, pen, text).map(|one| vec![one]),
    };
    let line = line_of(text, map.at.start);
    let steps = steps?;
    check_items(&map, &steps, at_most?, pen.r);
    let needs_ids = steps.iter().flat_map(Step::slots).any(|slot| {
        let name = pen.names.0.get(usize::from(slot.0));
        name.is_some_and(|name| name.starts_with("id."))
    });
    Some(Procedure {
        line,
        steps,
        items_max: at_most? as usize,
        replaces_everything: replaces_everything?,
        needs_ids,
        overlap: overlap?,
    })
}

/// Keys of a step are known in an operation, and belong to its steps where it has any.
fn known_in_steps(map: &Map<'_>) {
    let keys = ["send", "query", "headers", "content type", "without auth", "replies", "gives"];
    let more = ["outcomes", "again", "pages", "each"];
    for key in keys.into_iter().chain(more).chain(BODIES) {
        map.elsewhere(key, "within one of the steps");
    }
}

/// What is sent for several items says what it sends for each.
fn check_items(map: &Map<'_>, steps: &[Step], at_most: u64, r: &Reading) {
    let for_items = steps.iter().any(|step| match &step.body {
        Body::Text(text, _) => text.is_for_items(),
        Body::Multipart(parts) => parts.iter().any(|part| part.text.is_for_items()),
        Body::None | Body::Form(_) => false,
    });
    if at_most > 1 && !for_items {
        let at = map.key_at("items at most").unwrap_or_default();
        let wrong = Wrong::new("several items, and nothing that is sent for each of them");
        r.wrong(&at, wrong.expected("`for each item` in a body, or a table"));
    }
}

/// Steps in their order; each knows what those before it have found.
pub(super) fn steps(node: &Node, pen: &mut Pen<'_>, text: &str) -> Option<Vec<Step>> {
    let items = items(node, "steps", pen.r)?;
    if items.is_empty() || items.len() > STEPS_MAX {
        let wrong = Wrong::new(format!("{} steps", items.len()));
        pen.r.wrong(&node.at, wrong.expected(format!("from 1 to {STEPS_MAX} steps")));
        return None;
    }
    each(items, |item| {
        let map = Map::open(item, "step", pen.r)?;
        step(&map, pen, text)
    })
}

fn step(map: &Map<'_>, pen: &mut Pen<'_>, text: &str) -> Option<Step> {
    let own = pen.scope.clone();
    // The names of pages are known in the request that is sent for each.
    let pages = map.or("pages", None, |node, r| pages(node, r).map(Some));
    if let Some(Some(pages)) = &pages {
        let name: &[&'static str] = match pages.next {
            NextPage::Cursor { .. } => &["cursor"],
            NextPage::Count { .. } => &["page"],
            NextPage::Offset { .. } => &["offset"],
            NextPage::Link(_) => &[],
        };
        pen.scope = own.and(name);
    }
    let target = map.required("send", |node, _| target(node, pen));
    let query = map.or("query", vec![], |node, _| pairs(node, "query", pen, Written::Plain));
    let headers = map.or("headers", vec![], |node, _| pairs(node, "headers", pen, Written::Header));
    let body = body(map, pen, text);
    let content_type = map.or("content type", None, |node, r| words(node, r).map(Some));
    let is_bare = map.or("without auth", false, yes_no);
    let replies = map.or("replies", Replies::Json, choice(REPLIES));
    let rules = map.or("outcomes", vec![], |node, r| outcomes(node, text, r));
    let again = map.or("again", None, |node, r| again(node, r).map(Some));
    pen.scope = own;
    let gives = map.or("gives", vec![], |node, _| gives(node, pen));
    let each = map.or("each", None, |node, _| each_of(node, pen, text).map(Some));
    let line = line_of(text, map.at.start);
    let (method, target) = target?;
    Some(Step {
        line,
        method,
        target,
        query: query?,
        headers: headers?,
        body: body?,
        content_type: content_type?,
        is_authed: !is_bare?,
        replies: replies?,
        gives: gives?,
        outcomes: rules?,
        again: again?,
        pages: pages?,
        each: each?,
    })
}

const REPLIES: &[(&str, Replies)] = &[("json", Replies::Json), ("anything", Replies::Anything)];

/// `PUT /products/{id.product}`, or a whole address that an earlier step has found.
fn target(node: &Node, pen: &mut Pen<'_>) -> Option<(&'static str, Template)> {
    let said = scalar(node, pen.r, |text| {
        let (method, target) = text.split_once(' ').unwrap_or((text, ""));
        let target = target.trim();
        let method = METHODS.iter().find(|known| **known == method);
        let is_target = target.starts_with('/') || target.starts_with('{');
        match method.filter(|_| is_target && !outside_braces(target).contains(['?', '#', ' '])) {
            Some(method) => Ok((*method, target.to_owned())),
            None => Err(Wrong::new(format!("`{text}` is no request"))
                .expected(format!("one of {} and a path: PUT /products/{{sku}}", list_of(&METHODS)))
                .hint("what stands behind a `?` goes under `query`")),
        }
    })?;
    let (method, target) = said;
    // A whole address stands as it was found; a part of a path is escaped.
    let written = if target.starts_with('{') { Written::Plain } else { Written::Url };
    Some((method, pen.text(&target, &node.at, written)?))
}

/// What stands outside the names of a text.
fn outside_braces(text: &str) -> String {
    text.split('{').map(|part| part.rsplit('}').next().unwrap_or(part)).collect()
}

/// Names with where each is found; later steps know them.
pub(super) fn gives(node: &Node, pen: &mut Pen<'_>) -> Option<Vec<(Slot, Extraction)>> {
    let mut all = Vec::new();
    let mut sound = true;
    for entry in entries(node, "gives", pen.r)? {
        if !is_name(&entry.key) {
            let wrong = Wrong::new(format!("`{}` is no name", entry.key));
            pen.r.wrong(&entry.key_at, wrong.expected("letters, digits and spaces"));
            sound = false;
            continue;
        }
        pen.scope.learn(&entry.key);
        match extraction(&entry.node, pen.r) {
            Some(found) => all.push((pen.names.slot(&entry.key), found)),
            None => sound = false,
        }
    }
    sound.then_some(all)
}

fn each_of(node: &Node, pen: &mut Pen<'_>, text: &str) -> Option<Each> {
    let map = Map::open(node, "each", pen.r)?;
    let among = map.required("among", path);
    let own = pen.scope.clone();
    let gives = map.or("gives", vec![], |node, _| gives(node, pen));
    pen.scope = own;
    let outcomes = map.or("outcomes", vec![], |node, r| outcomes(node, text, r));
    let known_by = map.or("known by", None, |node, r| match &node.value {
        Value::Scalar(word) if word == "place" => Some(None),
        _ => extraction(node, r).map(Some),
    });
    Some(Each { among: among?, gives: gives?, outcomes: outcomes?, known_by: known_by? })
}

fn again(node: &Node, r: &Reading) -> Option<Again> {
    let map = Map::open(node, "again", r)?;
    let while_ = map.required("while", test);
    let every = map.required("every", lasting);
    let at_most = map.required("looks at most", some_up_to(LOOKS_MAX));
    Some(Again { while_: while_?, every: every?, at_most: at_most? })
}

fn pages(node: &Node, r: &Reading) -> Option<Pages> {
    let map = Map::open(node, "pages", r)?;
    let kind = map.one_of(&["cursor", "link", "count from", "offset by"]);
    let at_most = map.required("pages at most", some_up_to(LOOKS_MAX));
    let more = map.or("more", None, |node, r| place(node, r).map(Some));
    let end = |key: &'static str, wanted: bool| {
        if wanted {
            return map.required(key, extraction);
        }
        map.elsewhere(key, "beside what it ends");
        None
    };
    let (kind, node) = kind?;
    let last = end("last", kind == "count from");
    let total = end("total", kind == "offset by");
    if kind != "cursor" {
        map.elsewhere("more", "beside `cursor`");
    }
    let next = match kind {
        "cursor" => NextPage::Cursor { at: extraction(node, r)?, more: more? },
        "link" => NextPage::Link(words(node, r)?),
        "count from" => NextPage::Count { from: count(node, r)?, last: last? },
        _ => NextPage::Offset { by: some(node, r)?, total: total? },
    };
    Some(Pages { next, at_most: at_most? })
}

fn count(node: &Node, r: &Reading) -> Option<u64> {
    scalar(node, r, |text| {
        text.parse::<u64>()
            .ok()
            .filter(|n| *n <= 1)
            .ok_or_else(|| Wrong::new(format!("`{text}` is no first page")).expected("0 or 1"))
    })
}
