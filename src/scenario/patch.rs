//! Owns changes to a scenario by key path: a patch file, `--vary`, what `advise` proposes.
//! Must not know what a key means: a patched text is read like any other, errors and all.
//!
//! A patch edits the text, so comments stay and errors point into what was really read.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::problem::{Reading, ScenarioErrors, Wrong};
use super::tree::{self, Entry, Node, Value, plain, same_key};
use super::{Overrides, Plan, path};

/// Values to write at key paths, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    changes: Vec<Change>,
}

/// One value at one path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    path: Vec<String>,
    /// As YAML in flow style, on one line.
    value: String,
    /// Where a file says so; none for what was typed or proposed.
    from: Option<Place>,
}

/// A place in a patch file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    file: Arc<str>,
    text: Arc<str>,
    at: Range<usize>,
}

/// What a change does to a text.
enum Edit {
    /// These bytes become this.
    Replace(Range<usize>, String),
    /// The group that it changes is written over several lines: key by key.
    Merge,
}

impl Patch {
    /// A patch file: the keys that change, nested as they are in a scenario.
    pub fn read(path: &Path) -> Result<Patch, ScenarioErrors> {
        let file = path.display().to_string();
        let text = super::text_of(path).map_err(|wrong| {
            let keys = "the keys that change, nested as in a scenario";
            ScenarioErrors::of_file(&file, wrong.or(keys, "a patch file, such as advice.yaml"))
        })?;
        Patch::parse(&file, &text)
    }

    /// The text of a patch file of that name.
    pub fn parse(file: &str, text: &str) -> Result<Patch, ScenarioErrors> {
        let r = Reading::new(std::path::PathBuf::new());
        let root = tree::parse(text, &r);
        match root {
            Some(Node { value: Value::Scalar(_) | Value::List(_) | Value::Empty, at, .. }) => {
                let wrong = Wrong::new("a patch that names no key");
                r.wrong(
                    &at,
                    wrong.expected("the keys that change, such as connectors.hub.workers: 16"),
                );
                Err(r.into_errors(file, text))
            }
            Some(root) if r.is_sound() => {
                let mut patch = Patch::default();
                let whole = Place { file: file.into(), text: text.into(), at: root.at.clone() };
                patch.gather(&root, &whole, &mut Vec::new());
                Ok(patch)
            }
            _ => Err(r.into_errors(file, text)),
        }
    }

    /// One change: `connectors.hub.workers` is to be `16`. The path is as [`path::of`] writes it.
    pub fn set(path: &str, value: &str) -> Patch {
        let path = path::keys(path).expect("a path that was read or printed");
        Patch { changes: vec![Change { path, value: value.to_owned(), from: None }] }
    }

    /// This patch and then another.
    #[must_use]
    pub fn then(mut self, other: Patch) -> Patch {
        self.changes.extend(other.changes);
        self
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether both write some key, so that only one of them can hold whole.
    pub fn overlaps(&self, other: &Patch) -> bool {
        self.changes.iter().any(|mine| other.changes.iter().any(|c| c.path == mine.path))
    }

    /// The keys with their values: `connectors.hub.reference.workers: 16`.
    pub fn lines(&self) -> Vec<String> {
        self.changes.iter().map(|c| format!("{}: {}", path::of(&c.path), c.value)).collect()
    }

    /// As a patch file.
    pub fn to_yaml(&self) -> String {
        let mut out = String::new();
        let mut open: Vec<&str> = Vec::new();
        let mut changes: Vec<&Change> = self.changes.iter().collect();
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        for change in changes {
            let (last, parents) = change.path.split_last().expect("a path has a key");
            let shared = open.iter().zip(parents).take_while(|(a, b)| *a == b).count();
            open.truncate(shared);
            for key in &parents[shared..] {
                out.push_str(&format!("{}{}:\n", "  ".repeat(open.len()), plain(key)));
                open.push(key);
            }
            let indent = "  ".repeat(open.len());
            out.push_str(&format!("{indent}{}: {}\n", plain(last), change.value));
        }
        out
    }

    fn gather(&mut self, node: &Node, from: &Place, path: &mut Vec<String>) {
        let is_flow = from.text[node.at.clone()].starts_with('{');
        match &node.value {
            // A group in braces is one value; all of a patch in braces is its keys.
            Value::Map(entries) if !is_flow || path.is_empty() => {
                for entry in entries {
                    // At the top no key has a point in it: it is a path, as `advise` prints it.
                    let keys = match path.as_slice() {
                        [] => path::keys(&entry.key).unwrap_or_else(|_| vec![entry.key.clone()]),
                        _ => vec![entry.key.clone()],
                    };
                    let above = path.len();
                    path.extend(keys);
                    let from = Place { at: entry.key_at.clone(), ..from.clone() };
                    self.gather(&entry.node, &from, path);
                    path.truncate(above);
                }
            }
            _ => {
                let value = flow(node, &from.text);
                self.changes.push(Change { path: path.clone(), value, from: Some(from.clone()) });
            }
        }
    }

    /// The text of the scenario of that name with the changes made; else every change that cannot
    /// be made, of the first file that has one.
    fn applied(&self, file: &str, text: &str) -> Result<String, ScenarioErrors> {
        let mut text = text.to_owned();
        let mut refused: Vec<(Option<Place>, Wrong)> = Vec::new();
        let mut ahead: Vec<Change> = self.changes.iter().rev().cloned().collect();
        while let Some(change) = ahead.pop() {
            let r = Reading::new(std::path::PathBuf::new());
            // A text that is no YAML is refused, with its places, by whoever reads it next.
            let Some(root) = tree::parse(&text, &r) else { return Ok(text) };
            match edit(&root, &text, &change) {
                Ok(Edit::Replace(at, value)) => text.replace_range(at, &value),
                Ok(Edit::Merge) => ahead.extend(change.by_key().into_iter().rev()),
                Err(wrong) => refused.push((change.from, wrong)),
            }
        }
        let Some((first, _)) = refused.first().cloned() else { return Ok(text) };
        let same = |place: &Option<Place>| {
            place.as_ref().map(|place| &place.file) == first.as_ref().map(|place| &place.file)
        };
        let problems = refused.into_iter().filter(|(place, _)| same(place));
        let placed = problems.map(|(place, wrong)| (place.map_or(0..0, |place| place.at), wrong));
        let (file, text) = first.as_ref().map_or((file, ""), |place| (&*place.file, &*place.text));
        Err(ScenarioErrors::placed(file, text, placed.collect()))
    }
}

impl Change {
    /// A group's change as changes of its keys.
    fn by_key(&self) -> Vec<Change> {
        let r = Reading::new(std::path::PathBuf::new());
        let root = tree::parse(&self.value, &r);
        let Some(Value::Map(entries)) = root.map(|root| root.value) else { return Vec::new() };
        let of = |entry: &Entry| Change {
            path: self.path.iter().cloned().chain([entry.key.clone()]).collect(),
            value: flow(&entry.node, &self.value),
            from: self.from.clone(),
        };
        entries.iter().map(of).collect()
    }
}

/// Reads a scenario file with a patch over it.
pub fn read_patched(
    path: &Path,
    overrides: &Overrides,
    patch: &Patch,
) -> Result<Plan, ScenarioErrors> {
    let file = path.display().to_string();
    let text = super::scenario_text(path, &file)?;
    let base_dir = path.parent().unwrap_or(Path::new("."));
    patched(&file, &text, base_dir, overrides, patch)
}

/// Reads the text of a scenario with a patch over it; files that it names are in `base_dir`.
pub fn read_str_patched(
    text: &str,
    base_dir: &Path,
    overrides: &Overrides,
    patch: &Patch,
) -> Result<Plan, ScenarioErrors> {
    patched("scenario.yaml", text, base_dir, overrides, patch)
}

fn patched(
    file: &str,
    text: &str,
    base_dir: &Path,
    overrides: &Overrides,
    patch: &Patch,
) -> Result<Plan, ScenarioErrors> {
    if patch.is_empty() {
        return super::read_named(file, text, base_dir, overrides);
    }
    let applied = patch.applied(file, text)?;
    super::read_named(&format!("{file}, patched"), &applied, base_dir, overrides)
}

/// A value as flow YAML on one line.
fn flow(node: &Node, text: &str) -> String {
    let all = |parts: Vec<String>| parts.join(", ");
    match &node.value {
        Value::Empty => "~".to_owned(),
        Value::Scalar(_) => text[node.at.clone()].to_owned(),
        Value::List(items) => format!("[{}]", all(items.iter().map(|n| flow(n, text)).collect())),
        Value::Map(entries) => {
            let entry = |e: &Entry| format!("{}: {}", plain(&e.key), flow(&e.node, text));
            format!("{{ {} }}", all(entries.iter().map(entry).collect()))
        }
    }
}

/// Which bytes a change replaces, and by what; or that it is made key by key.
fn edit(root: &Node, text: &str, change: &Change) -> Result<Edit, Wrong> {
    let mut node = root;
    for (depth, key) in change.path.iter().enumerate() {
        let so_far = path::of(&change.path[..depth]);
        let rest = &change.path[depth..];
        match &node.value {
            Value::Map(entries) => {
                if let Some(entry) = entries.iter().find(|entry| same_key(&entry.key, key)) {
                    node = &entry.node;
                    continue;
                }
                // `connectors.hub.workers` is how people say `connectors.hub.reference.workers`;
                // of a bought connector they leave `described` out.
                let inner = entries
                    .iter()
                    .find(|entry| matches!(entry.key.as_str(), "reference" | "described"));
                if let Some(Value::Map(known)) = inner.map(|entry| &entry.node.value) {
                    let inner = inner.map_or(node, |entry| &entry.node);
                    if let Some(entry) = known.iter().find(|entry| same_key(&entry.key, key)) {
                        node = &entry.node;
                        continue;
                    }
                    return insertion(inner, known, text, rest, &change.value);
                }
                if matches!(so_far.as_str(), "connectors" | "channels") {
                    return Err(unnamed(&so_far, rest, entries));
                }
                return insertion(node, entries, text, rest, &change.value);
            }
            Value::List(items) => {
                node = item(items, key).ok_or_else(|| {
                    Wrong::new(format!("`{so_far}` has no item `{key}`"))
                        .expected("the name of an item, or its place counted from 0")
                })?;
            }
            Value::Scalar(_) | Value::Empty => {
                return Err(Wrong::new(format!("`{so_far}` is {}, not a group", node.kind()))
                    .expected(format!("a group with a key `{key}`")));
            }
        }
    }
    let whole = &text[node.at.clone()];
    match &node.value {
        Value::Scalar(_) => Ok(Edit::Replace(node.at.clone(), change.value.clone())),
        Value::Map(_) | Value::List(_) if whole.starts_with(['{', '[']) => {
            Ok(Edit::Replace(node.at.clone(), change.value.clone()))
        }
        Value::Map(_) if change.value.starts_with('{') => Ok(Edit::Merge),
        _ => Err(Wrong::new(format!(
            "`{}` is {} over several lines",
            path::of(&change.path),
            node.kind()
        ))
        .expected("a path to a single value in it, or the group written on one line in braces")),
    }
}

/// A path leads to a connector or channel that is not there: a change makes no new ones.
fn unnamed(group: &str, rest: &[String], entries: &[Entry]) -> Wrong {
    let names: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let key = &rest[0];
    // `channels.amazon.de.share`: the points of a name part it, unless it stands in quotes.
    let meant = (2..=rest.len()).find_map(|count| {
        let joined = rest[..count].join(".");
        names.contains(&joined.as_str()).then(|| path::of([group, &joined]))
    });
    Wrong::new(format!("`{group}` has no `{key}`"))
        .expected(format!("one of {}", super::map::list_of(&names)))
        .nearest(key, names.iter().copied())
        .maybe_hint(meant.map(|path| format!("a name with a point stands in quotes: {path}")))
}

/// The item of a list: by its `name`, else by its place.
fn item<'a>(items: &'a [Node], key: &str) -> Option<&'a Node> {
    let named = |node: &&Node| match &node.value {
        Value::Map(entries) => entries.iter().any(|entry| {
            entry.key == "name" && matches!(&entry.node.value, Value::Scalar(name) if name == key)
        }),
        _ => false,
    };
    items.iter().find(named).or_else(|| items.get(key.parse::<usize>().ok()?))
}

/// A new key in a group, with what it holds.
fn insertion(
    group: &Node,
    entries: &[Entry],
    text: &str,
    path: &[String],
    value: &str,
) -> Result<Edit, Wrong> {
    let (key, below) = path.split_first().expect("something is left to be written");
    let nested = below
        .iter()
        .rev()
        .fold(value.to_owned(), |inner, key| format!("{{ {}: {inner} }}", plain(key)));
    let written = format!("{}: {nested}", plain(key));
    let start = group.at.start;
    if text[group.at.clone()].starts_with('{') {
        let comma = if entries.is_empty() { " " } else { ", " };
        return Ok(Edit::Replace(start + 1..start + 1, format!(" {written}{comma}")));
    }
    let Some(first) = entries.first() else {
        return Err(Wrong::new("the group is empty").expected("a group with a key in it"));
    };
    let at = first.key_at.start;
    let line = text[..at].rfind('\n').map_or(0, |before| before + 1);
    Ok(Edit::Replace(at..at, format!("{written}\n{}", " ".repeat(at - line))))
}

#[cfg(test)]
mod tests;
