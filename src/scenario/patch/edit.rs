//! Owns where a change goes in the text of a scenario, and what stands there after it.
//! Must not know where a change comes from.

use std::ops::Range;

use super::super::LANGUAGE;
use super::super::limits::KINDS;
use crate::language::map::list_of;
use crate::language::problem::{Reading, Wrong};
use crate::language::tree::{self, Entry, Node, Value, plain, same_key};
use crate::language::{law, path};

/// What a change does to a text.
pub(super) enum Edit {
    /// These bytes become this, which is said of the scenario's key at this path.
    Replace { at: Range<usize>, text: String, path: Vec<String> },
    /// A value of one line is written as the group that it means, and the change made to that.
    Spell { at: Range<usize>, text: String },
    /// The group that it changes is there: key by key.
    Merge,
}

/// A group of which some keys say one thing together: where a patch says it, what was said goes.
#[derive(Clone, Copy)]
enum OneThing {
    /// A law of times, of stock or of prices.
    Law,
    /// What kind of connector it is.
    Connector,
    /// What kind of limit it is.
    Limit,
    /// How many lines an order has: shares that make 100 % together.
    Counts,
}

impl OneThing {
    /// What a group says in full, if it is said of one thing.
    fn said(path: &[String], keys: &[&str]) -> Option<OneThing> {
        let any = |words: &[&str]| keys.iter().any(|key| words.iter().any(|w| same_key(w, key)));
        let counts = |key: &&str| key.parse::<u8>().is_ok();
        // What stands at the top of a scenario has keys that are names.
        if path.len() < 2 {
            None
        } else if let [group, _] = path
            && group == "connectors"
        {
            any(&["reference", "described"]).then_some(OneThing::Connector)
        } else if law::is_law(keys) {
            Some(OneThing::Law)
        } else if any(KINDS) {
            Some(OneThing::Limit)
        } else {
            (!keys.is_empty() && keys.iter().all(counts)).then_some(OneThing::Counts)
        }
    }

    fn has(self, key: &str) -> bool {
        let any = |words: &[&str]| words.iter().any(|word| same_key(word, key));
        match self {
            OneThing::Law => law::is_of_law(key),
            OneThing::Connector => any(&["reference", "described"]),
            OneThing::Limit => any(KINDS),
            OneThing::Counts => true,
        }
    }
}

/// Whether a group of a patch stays together on its way into a scenario.
pub(super) fn is_one_thing(path: &[String], entries: &[Entry]) -> bool {
    OneThing::said(path, &keys(entries)).is_some()
}

fn keys(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.key.as_str()).collect()
}

fn has_key(entries: &[Entry], key: &str) -> bool {
    entries.iter().any(|entry| same_key(&entry.key, key))
}

/// A value as flow YAML on one line.
pub(super) fn flow(node: &Node, text: &str) -> String {
    let all = |parts: Vec<String>| parts.join(", ");
    match &node.value {
        Value::Empty => "~".to_owned(),
        Value::Scalar(_) => text[node.at.clone()].to_owned(),
        Value::List(items) => format!("[{}]", all(items.iter().map(|n| flow(n, text)).collect())),
        Value::Map(entries) => {
            let pairs = entries.iter().map(|entry| pair(entry, text));
            format!("{{ {} }}", all(pairs.collect()))
        }
    }
}

fn pair(entry: &Entry, text: &str) -> String {
    format!("{}: {}", plain(&entry.key), flow(&entry.node, text))
}

/// Which bytes a change replaces, and by what; or that it is made key by key.
pub(super) fn edit(root: &Node, text: &str, to: &[String], value: &str) -> Result<Edit, Wrong> {
    let (mut node, mut found) = (root, Vec::new());
    for (depth, key) in to.iter().enumerate() {
        let so_far = path::of(&to[..depth]);
        let rest = &to[depth..];
        match &node.value {
            Value::Map(entries) => {
                if let Some(entry) = entries.iter().find(|entry| same_key(&entry.key, key)) {
                    node = &entry.node;
                    found.push(entry.key.clone());
                    continue;
                }
                // `connectors.hub.workers` is how people say `connectors.hub.reference.workers`;
                // of a bought connector they leave `described` out.
                let kind = |key: &str| matches!(key, "reference" | "described");
                let inner = entries.iter().find(|entry| kind(&entry.key) && !kind(key));
                if let Some((inner, Value::Map(known))) = inner.map(|e| (e, &e.node.value)) {
                    found.push(inner.key.clone());
                    if let Some(entry) = known.iter().find(|entry| same_key(&entry.key, key)) {
                        node = &entry.node;
                        found.push(entry.key.clone());
                        continue;
                    }
                    return insertion(&inner.node, known, text, (found, rest), value);
                }
                if matches!(so_far.as_str(), "connectors" | "channels") {
                    return Err(unnamed(&so_far, rest, entries));
                }
                return insertion(node, entries, text, (found, rest), value);
            }
            Value::List(items) => {
                let place = place(items, key).ok_or_else(|| {
                    Wrong::new(format!("`{so_far}` has no item `{key}`"))
                        .expected("the name of an item, or its place counted from 0")
                })?;
                node = &items[place];
                found.push(place.to_string());
            }
            Value::Scalar(said) => {
                return Ok(group_for(node, said, (found, rest), value));
            }
            Value::Empty => {
                return Err(Wrong::new(format!("`{so_far}` is {}, not a group", node.kind()))
                    .expected(format!("a group with a key `{key}`")));
            }
        }
    }
    in_place_of(node, text, to, value, found)
}

/// What stands at a path gives way to a value, or takes it up key by key.
fn in_place_of(
    node: &Node,
    text: &str,
    to: &[String],
    value: &str,
    found: Vec<String>,
) -> Result<Edit, Wrong> {
    let r = Reading::new(&LANGUAGE, std::path::PathBuf::new());
    let new = tree::parse(value, &r);
    match (&node.value, new.as_ref().map(|new| &new.value)) {
        (Value::Map(old), Some(Value::Map(new))) => {
            let Some(thing) = OneThing::said(&found, &keys(new)) else { return Ok(Edit::Merge) };
            let goes = |entry: &&Entry| thing.has(&entry.key) && !has_key(new, &entry.key);
            if !old.iter().any(|entry| goes(&entry)) {
                return Ok(Edit::Merge);
            }
            let stays = |entry: &&Entry| !thing.has(&entry.key) && !has_key(new, &entry.key);
            let kept = old.iter().filter(stays).map(|entry| pair(entry, text));
            let pairs: Vec<String> = kept.chain(new.iter().map(|e| pair(e, value))).collect();
            Ok(replacement(node, text, &format!("{{ {} }}", pairs.join(", ")), found))
        }
        (Value::Scalar(said), Some(Value::Map(_))) => Ok(match spelled_out(&found, said) {
            Some(text) => Edit::Spell { at: node.at.clone(), text },
            None => replacement(node, text, value, found),
        }),
        (Value::Empty, _) => Err(Wrong::new(format!("`{}` has no value", path::of(to)))
            .expected("a value there before it is changed")),
        _ => Ok(replacement(node, text, value, found)),
    }
}

/// Another value in the place of one, whatever the style of either.
fn replacement(node: &Node, text: &str, value: &str, path: Vec<String>) -> Edit {
    let first = match &node.value {
        Value::Map(entries) => entries.first().map(|entry| entry.key_at.start),
        Value::List(items) => items.first().map(|item| item.at.start),
        _ => None,
    };
    let Some(first) = first.filter(|_| !text[node.at.clone()].starts_with(['{', '['])) else {
        return Edit::Replace { at: node.at.clone(), text: value.to_owned(), path };
    };
    // Over several lines: a key is its place, and what it holds begins behind it.
    let end = text[..end_of(node, text)].trim_end().len();
    if node.at.start < first {
        Edit::Replace { at: node.at.end..end, text: format!(": {value}"), path }
    } else {
        Edit::Replace { at: first..end, text: value.to_owned(), path }
    }
}

/// Where the last thing in a value ends.
fn end_of(node: &Node, text: &str) -> usize {
    match &node.value {
        Value::Map(entries) if !text[node.at.clone()].starts_with('{') => {
            let end = |entry: &Entry| {
                let key = &entry.key_at;
                let colon = text[key.end..].find(':').map_or(key.end, |at| key.end + at + 1);
                let is_left_open = matches!(entry.node.value, Value::Empty);
                let is_written = !is_left_open || !entry.node.at.is_empty();
                if is_written { end_of(&entry.node, text).max(colon) } else { colon }
            };
            entries.iter().map(end).max().unwrap_or(node.at.end)
        }
        Value::List(items) if !text[node.at.clone()].starts_with('[') => {
            items.iter().map(|item| end_of(item, text)).max().unwrap_or(node.at.end)
        }
        _ => node.at.end,
    }
}

/// A group where a single value was: `orders in: webhook` becomes `{ poll: 3m }`.
fn group_for(node: &Node, said: &str, to: (Vec<String>, &[String]), value: &str) -> Edit {
    let (mut path, rest) = to;
    if let Some(text) = spelled_out(&path, said) {
        return Edit::Spell { at: node.at.clone(), text };
    }
    path.extend_from_slice(rest);
    Edit::Replace { at: node.at.clone(), text: nested(rest, value), path }
}

/// What a sheet says in one line, as the group of the same meaning: `every 5m taking 2m`.
fn spelled_out(path: &[String], said: &str) -> Option<String> {
    let [group, _, kind, _] = path else { return None };
    if group != "connectors" || kind != "described" {
        return None;
    }
    let (looks, takes) = said.split_once(" taking ").map_or((said, None), |(a, b)| (a, Some(b)));
    let looks = looks.trim();
    let every = looks.strip_prefix("every ").or((looks == "webhook").then_some(looks))?;
    let takes = takes.map(|takes| format!(", taking: {}", takes.trim())).unwrap_or_default();
    Some(format!("{{ every: {}{takes} }}", every.trim()))
}

/// A path leads to a connector or channel that is not there: a change makes no new ones.
fn unnamed(group: &str, rest: &[String], entries: &[Entry]) -> Wrong {
    let names = keys(entries);
    let key = &rest[0];
    // `channels.amazon.de.share`: the points of a name part it, unless it stands in quotes.
    let meant = (2..=rest.len()).find_map(|count| {
        let joined = rest[..count].join(".");
        names.contains(&joined.as_str()).then(|| path::of([group, &joined]))
    });
    Wrong::new(format!("`{group}` has no `{key}`"))
        .expected(format!("one of {}", list_of(&names)))
        .nearest(key, names.iter().copied())
        .maybe_hint(meant.map(|path| format!("a name with a point stands in quotes: {path}")))
}

/// The place of an item in a list: by its `name`, else as it is counted.
fn place(items: &[Node], key: &str) -> Option<usize> {
    let named = |node: &Node| match &node.value {
        Value::Map(entries) => entries.iter().any(|entry| {
            entry.key == "name" && matches!(&entry.node.value, Value::Scalar(name) if name == key)
        }),
        _ => false,
    };
    let counted = || key.parse::<usize>().ok().filter(|place| *place < items.len());
    items.iter().position(named).or_else(counted)
}

/// A value under keys, in braces.
fn nested(path: &[String], value: &str) -> String {
    let keys = path.iter().rev();
    keys.fold(value.to_owned(), |inner, key| format!("{{ {}: {inner} }}", plain(key)))
}

/// A new key in a group, with what it holds.
fn insertion(
    group: &Node,
    entries: &[Entry],
    text: &str,
    to: (Vec<String>, &[String]),
    value: &str,
) -> Result<Edit, Wrong> {
    let (mut path, rest) = to;
    path.extend_from_slice(rest);
    let (key, below) = rest.split_first().expect("something is left to be written");
    let written = format!("{}: {}", plain(key), nested(below, value));
    let start = group.at.start;
    if text[group.at.clone()].starts_with('{') {
        let comma = if entries.is_empty() { " " } else { ", " };
        let text = format!(" {written}{comma}");
        return Ok(Edit::Replace { at: start + 1..start + 1, text, path });
    }
    let Some(first) = entries.first() else {
        return Err(Wrong::new("the group is empty").expected("a group with a key in it"));
    };
    let at = first.key_at.start;
    let line = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let text = format!("{written}\n{}", " ".repeat(at - line));
    Ok(Edit::Replace { at: at..at, text, path })
}
