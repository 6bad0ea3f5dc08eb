//! Owns changes to a scenario by key path: a patch file, `--vary`, what `advise` proposes.
//! Must not know what a key means: a patched text is read like any other, errors and all.
//!
//! A group merges into a group key by key, however either is written; what says one thing, such as
//! a law, is replaced. A patch edits the text, so comments stay and errors point into what was
//! really read.

mod edit;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use self::edit::{Edit, flow};
use super::{LANGUAGE, Overrides, Plan};
use crate::language::path;
use crate::language::problem::{Problems, Reading, Wrong};
use crate::language::tree::{self, Entry, Node, Value, plain, same_key};

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

impl Patch {
    /// A patch file: the keys that change, nested as they are in a scenario.
    pub fn read(path: &Path) -> Result<Patch, Problems> {
        let file = path.display().to_string();
        let text = crate::language::text::of(path, &LANGUAGE).map_err(|wrong| {
            let keys = "the keys that change, nested as in a scenario";
            Problems::of_file(&file, wrong.or(keys, "a patch file, such as advice.yaml"))
        })?;
        Patch::parse(&file, &text)
    }

    /// The text of a patch file of that name.
    pub fn parse(file: &str, text: &str) -> Result<Patch, Problems> {
        let r = Reading::new(&LANGUAGE, std::path::PathBuf::new());
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
                patch.gather(&root, &whole, &mut Vec::new(), &r);
                if r.is_sound() { Ok(patch) } else { Err(r.into_errors(file, text)) }
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

    fn gather(&mut self, node: &Node, from: &Place, path: &mut Vec<String>, r: &Reading) {
        let is_flow = from.text[node.at.clone()].starts_with('{');
        match &node.value {
            Value::Map(entries) if entries.is_empty() => {
                let wrong = Wrong::new("a group that names no key: it would change nothing");
                r.wrong(&from.at, wrong.expected("a key with its value, or no group at all"));
            }
            // A group in braces goes into its place as one; all of a patch in braces is its keys.
            Value::Map(entries)
                if path.is_empty() || !(is_flow || edit::is_one_thing(path, entries)) =>
            {
                for entry in entries {
                    // At the top no key has a point in it: it is a path, as `advise` prints it.
                    let keys = match path.as_slice() {
                        [] => path::keys(&entry.key).unwrap_or_else(|_| vec![entry.key.clone()]),
                        _ => vec![entry.key.clone()],
                    };
                    let above = path.len();
                    path.extend(keys);
                    let from = Place { at: entry.key_at.clone(), ..from.clone() };
                    self.gather(&entry.node, &from, path, r);
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
    fn applied(&self, file: &str, text: &str) -> Result<String, Problems> {
        let mut text = text.to_owned();
        let mut refused: Vec<(Option<Place>, Wrong)> = Vec::new();
        let mut ahead: Vec<Change> = self.changes.iter().rev().cloned().collect();
        let mut written = Written::default();
        while let Some(change) = ahead.pop() {
            let r = Reading::new(&LANGUAGE, std::path::PathBuf::new());
            // A text that is no YAML is refused, with its places, by whoever reads it next.
            let Some(root) = tree::parse(&text, &r) else { return Ok(text) };
            match edit::edit(&root, &text, &change.path, &change.value) {
                Ok(Edit::Spell { at, text: whole }) => {
                    text.replace_range(at, &whole);
                    ahead.push(change);
                }
                Ok(Edit::Replace { at, text: value, path }) => {
                    text.replace_range(at, &value);
                    refused.extend(written.twice(path, &change));
                }
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
        Err(Problems::placed(file, text, placed.collect()))
    }
}

impl Change {
    /// A group's change as changes of its keys; none of a single value's.
    fn by_key(&self) -> Vec<Change> {
        let of = |entry: &Entry| Change {
            path: self.path.iter().cloned().chain([entry.key.clone()]).collect(),
            value: flow(&entry.node, &self.value),
            from: self.from.clone(),
        };
        self.entries().iter().map(of).collect()
    }

    fn is_one_thing(&self) -> bool {
        edit::is_one_thing(&self.path, &self.entries())
    }

    fn entries(&self) -> Vec<Entry> {
        let r = Reading::new(&LANGUAGE, std::path::PathBuf::new());
        match tree::parse(&self.value, &r).map(|root| root.value) {
            Some(Value::Map(entries)) => entries,
            _ => Vec::new(),
        }
    }
}

/// What was written so far, by the key of the scenario and where the patch says so.
#[derive(Default)]
struct Written(Vec<(Vec<String>, Place)>);

impl Written {
    /// Takes down a change that was made, and refuses it if its file wrote that key before, in
    /// whatever spelling. Of two files the later one holds.
    fn twice(&mut self, path: Vec<String>, change: &Change) -> Vec<(Option<Place>, Wrong)> {
        let Some(place) = &change.from else { return Vec::new() };
        let mut leaves = Vec::new();
        leaves_of(path, &change.value, &mut leaves);
        let earlier = |leaf: &Vec<String>| {
            let same = |a: &[String]| a.iter().zip(leaf).all(|(a, b)| same_key(a, b));
            let found =
                self.0.iter().find(|(a, from)| same(a) && Arc::ptr_eq(&from.text, &place.text));
            found.map(|(_, from)| (path::of(leaf), from.clone()))
        };
        let found = leaves.iter().find_map(earlier);
        self.0.extend(leaves.into_iter().map(|leaf| (leaf, place.clone())));
        let Some((key, first)) = found else { return Vec::new() };
        let line = |place: &Place| 1 + place.text[..place.at.start].matches('\n').count();
        let (of, and) = (line(&first), line(place));
        let wrong = |at: usize| {
            let there = format!("here and in line {at} it has a value");
            Wrong::new(format!("`{key}` is written twice: {there}")).hint("keep one of the two")
        };
        let both = [(Some(first), wrong(and)), (Some(place.clone()), wrong(of))];
        both.into()
    }
}

/// The keys that a value comes to where it is written at a path; what says one thing is one.
fn leaves_of(path: Vec<String>, value: &str, leaves: &mut Vec<Vec<String>>) {
    let change = Change { path, value: value.to_owned(), from: None };
    let below = change.by_key();
    if below.is_empty() || change.is_one_thing() {
        leaves.push(change.path);
    } else {
        for below in below {
            leaves_of(below.path, &below.value, leaves);
        }
    }
}

/// Reads a scenario file with a patch over it.
pub fn read_patched(path: &Path, overrides: &Overrides, patch: &Patch) -> Result<Plan, Problems> {
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
) -> Result<Plan, Problems> {
    patched("scenario.yaml", text, base_dir, overrides, patch)
}

fn patched(
    file: &str,
    text: &str,
    base_dir: &Path,
    overrides: &Overrides,
    patch: &Patch,
) -> Result<Plan, Problems> {
    if patch.is_empty() {
        return super::read_named(file, text, base_dir, overrides);
    }
    let applied = patch.applied(file, text)?;
    super::read_named(&format!("{file}, patched"), &applied, base_dir, overrides)
}

#[cfg(test)]
mod tests;
