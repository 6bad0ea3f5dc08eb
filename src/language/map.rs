//! Owns reading a group of keys: required and optional ones, those not built yet, unknown ones.
//! Must not know any particular key.
//!
//! A decoder asks for all keys of its group first and only then looks at what it got: a group
//! reports the keys that nobody asked for when it is dropped, so that this cannot be forgotten.

use std::cell::RefCell;
use std::ops::Range;

use super::problem::{Reading, Wrong, nearest};
use super::tree::{Entry, Node, Value, same_key};
use super::{Grammar, example};

/// A group of keys being read.
pub(crate) struct Map<'n> {
    /// The place to point at when a key is missing.
    pub(crate) at: Range<usize>,
    section: &'static str,
    entries: &'n [Entry],
    asked: RefCell<Vec<&'static str>>,
    /// Keys that are known and refused: they are not offered to anybody.
    unbuilt: RefCell<Vec<&'static str>>,
    /// Keys of another group, refused with where they stand.
    strayed: RefCell<Vec<&'static str>>,
    missing: RefCell<Vec<&'static str>>,
    r: &'n Reading,
}

impl<'n> Map<'n> {
    /// Opens a node as the group that the schema calls `section`.
    pub(crate) fn open(node: &'n Node, section: &'static str, r: &'n Reading) -> Option<Map<'n>> {
        let Value::Map(entries) = &node.value else {
            let wrong = Wrong::new(format!("{} cannot stand here", node.kind()));
            let example =
                example::of_group(r.grammar, section).unwrap_or_else(|| "{ … }".to_owned());
            let expected = if section == r.grammar.kind {
                format!("keys with a value after the colon, such as `{}`", r.grammar.first)
            } else {
                format!("a group of keys, such as {example}")
            };
            r.wrong(&node.at, wrong.expected(expected));
            return None;
        };
        Some(Map {
            at: node.at.clone(),
            section,
            entries,
            asked: RefCell::default(),
            unbuilt: RefCell::default(),
            strayed: RefCell::default(),
            missing: RefCell::default(),
            r,
        })
    }

    /// The value of a key, if it is written.
    pub(crate) fn get(&self, key: &'static str) -> Option<&'n Node> {
        self.asked.borrow_mut().push(key);
        let entry = self.entries.iter().find(|e| same_key(&e.key, key))?;
        if matches!(entry.node.value, Value::Empty) {
            let wrong = Wrong::new(format!("`{key}` has no value"));
            let wrong = match example::of(self.r.grammar, self.section, key) {
                Some(example) => wrong.expected(format!("a value after the colon: `{example}`")),
                None => wrong.expected("a value after the colon"),
            };
            self.r.wrong(&entry.key_at, wrong);
            return None;
        }
        Some(&entry.node)
    }

    /// A value further down, looked at without reading the groups on the way.
    pub(crate) fn peek(&self, path: &[&str]) -> Option<&'n Node> {
        let (first, rest) = path.split_first()?;
        let mut node = &self.entries.iter().find(|e| same_key(&e.key, first))?.node;
        for key in rest {
            let Value::Map(entries) = &node.value else { return None };
            node = &entries.iter().find(|e| same_key(&e.key, key))?.node;
        }
        (!matches!(node.value, Value::Empty)).then_some(node)
    }

    /// The place of a key, if it is written.
    pub(crate) fn key_at(&self, key: &str) -> Option<Range<usize>> {
        self.entries.iter().find(|e| same_key(&e.key, key)).map(|e| e.key_at.clone())
    }

    /// Whether a key is written, with or without a value.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.key_at(key).is_some()
    }

    /// A key that is known, whether or not it is looked at.
    pub(crate) fn known(&self, key: &'static str) {
        self.asked.borrow_mut().push(key);
    }

    /// Whether every key that is written was asked for by now.
    pub(crate) fn has_only_known(&self) -> bool {
        let asked = self.asked.borrow();
        self.entries.iter().all(|entry| asked.iter().any(|key| same_key(key, &entry.key)))
    }

    /// A key that must be there.
    pub(crate) fn required<T>(
        &self,
        key: &'static str,
        decode: impl FnOnce(&'n Node, &'n Reading) -> Option<T>,
    ) -> Option<T> {
        if !self.has(key) {
            self.missing.borrow_mut().push(key);
        }
        self.get(key).and_then(|node| decode(node, self.r))
    }

    /// A key that may be there. None also when its value is wrong, which is then reported.
    pub(crate) fn optional<T>(
        &self,
        key: &'static str,
        decode: impl FnOnce(&'n Node, &'n Reading) -> Option<T>,
    ) -> Option<T> {
        self.get(key).and_then(|node| decode(node, self.r))
    }

    /// A key with a default. None only when its value is wrong.
    pub(crate) fn or<T>(
        &self,
        key: &'static str,
        default: T,
        decode: impl FnOnce(&'n Node, &'n Reading) -> Option<T>,
    ) -> Option<T> {
        match self.get(key) {
            Some(node) => decode(node, self.r),
            None if self.has(key) => None,
            None => Some(default),
        }
    }

    /// Keys of the language whose behaviour is not built: refused, never ignored.
    pub(crate) fn not_yet(&self, keys: &[(&'static str, &str)]) {
        for (key, what) in keys {
            self.unbuilt.borrow_mut().push(key);
            if let Some(at) = self.key_at(key) {
                self.r.wrong(&at, not_yet(what));
            }
        }
    }

    /// A key that stands in another group.
    pub(crate) fn elsewhere(&self, key: &'static str, where_to: &str) {
        self.strayed.borrow_mut().push(key);
        if let Some(at) = self.key_at(key) {
            let wrong = Wrong::new(format!("`{key}` does not stand here"));
            self.r.wrong(&at, wrong.expected(where_to));
        }
    }

    /// Exactly one of these keys must be there: its name and value.
    pub(crate) fn one_of(&self, keys: &'static [&'static str]) -> Option<(&'static str, &'n Node)> {
        let found: Vec<_> =
            keys.iter().filter_map(|key| self.get(key).map(|node| (*key, node))).collect();
        let choices = || list_of(keys);
        match found.as_slice() {
            [one] => Some(*one),
            [] => {
                // A misspelt key is reported as unknown; the choices are then named there.
                if !self.entries.iter().any(|e| nearest(&e.key, keys.iter().copied()).is_some()) {
                    let wrong = Wrong::new(format!("this {} does not say its kind", self.section));
                    let wrong = wrong.expected(format!("one of {}", choices()));
                    let example =
                        example::of(self.r.grammar, self.section, keys[0]).unwrap_or_default();
                    self.r.wrong(&self.at, wrong.hint(format!("for example `{example}`")));
                }
                None
            }
            [(first, _), (second, _), ..] => {
                let at = self.key_at(second).unwrap_or_default();
                let wrong = Wrong::new(format!("`{second}` stands beside `{first}`"));
                let wrong = wrong.expected(format!("only one of {}", choices()));
                let hint = format!("write two: [{{ {first}: … }}, {{ {second}: … }}]");
                self.r.wrong(&at, wrong.hint(hint));
                None
            }
        }
    }
}

impl Drop for Map<'_> {
    fn drop(&mut self) {
        let asked = self.asked.get_mut();
        let unbuilt = self.unbuilt.get_mut();
        let strayed = self.strayed.get_mut();
        self.r.known(self.section, asked);
        self.r.known(self.section, unbuilt);
        let missing = self.missing.get_mut();
        for entry in self.entries {
            let mut known = asked.iter().chain(unbuilt.iter()).chain(strayed.iter());
            if known.any(|key| same_key(key, &entry.key)) {
                continue;
            }
            // A key that is not there yet is the likelier meaning of a slip.
            let absent: Vec<&str> = asked
                .iter()
                .copied()
                .filter(|key| !self.entries.iter().any(|e| same_key(&e.key, key)))
                .collect();
            let near = nearest(&entry.key, absent.iter().copied())
                .or_else(|| nearest(&entry.key, asked.iter().chain(unbuilt.iter()).copied()));
            let mut wrong = Wrong::new(format!("unknown key `{}`", entry.key));
            if is_rest_of_a_number(entry) {
                wrong = wrong.hint(
                    "within braces a comma begins the next key: write 6000, not 6,000, \
                     and 0.5%, not 0,5%",
                );
            } else if entry.key == "<<" {
                wrong = wrong.hint("merge keys are not part of the language: repeat the keys");
            } else if let Some(near) = near {
                missing.retain(|key| *key != near);
                wrong = wrong.hint(format!("did you mean `{near}`?"));
            } else {
                wrong = wrong.expected(format!("one of {}", list_of(asked.iter())));
            }
            self.r.wrong(&entry.key_at, wrong);
        }
        for key in missing {
            self.r.wrong(&self.at, missing_key(self.r.grammar, self.section, key));
        }
    }
}

/// `{ burst: 1,000 }` reads as `burst: 1` and a key `000` without a value.
fn is_rest_of_a_number(entry: &Entry) -> bool {
    matches!(entry.node.value, Value::Empty) && entry.key.starts_with(|c: char| c.is_ascii_digit())
}

/// What is said of a key that must be there and is not.
pub(crate) fn missing_key(grammar: &'static Grammar, section: &str, key: &str) -> Wrong {
    let place = if section == grammar.kind { "the file".into() } else { format!("this {section}") };
    let wrong = Wrong::new(format!("`{key}` is missing in {place}"));
    match example::of(grammar, section, key) {
        Some(example) => wrong.hint(format!("add it, for example `{example}`")),
        None => wrong,
    }
}

/// The answer to a concept whose behaviour is not built.
pub(crate) fn not_yet(what: &str) -> Wrong {
    Wrong::new(format!("not yet: {what}"))
        .hint("this version cannot play it; remove the key to go on")
}

/// Names in a row, each in backticks.
pub(crate) fn list_of<'a>(names: impl IntoIterator<Item = &'a &'a str>) -> String {
    names.into_iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}

/// The keys of a group whose names the writer chose.
pub(crate) fn entries<'n>(node: &'n Node, what: &str, r: &Reading) -> Option<&'n [Entry]> {
    if let Value::Map(entries) = &node.value {
        return Some(entries);
    }
    let wrong = Wrong::new(format!("`{what}` cannot be {}", node.kind()));
    let example = example::anywhere(r.grammar, what);
    let such_as = example.map(|example| format!(": `{example}`")).unwrap_or_default();
    let expected = format!("names, each with its value after a colon{such_as}");
    r.wrong(&node.at, wrong.expected(expected));
    None
}

/// The items of a list.
pub(crate) fn items<'n>(node: &'n Node, what: &str, r: &Reading) -> Option<&'n [Node]> {
    if let Value::List(items) = &node.value {
        return Some(items);
    }
    let wrong = Wrong::new(format!("`{what}` cannot be {}", node.kind()));
    r.wrong(&node.at, wrong.expected("a list: [one, two], or one item a line, each after a dash"));
    None
}

/// Decodes every item, reporting all that is wrong; None when any was.
pub(crate) fn each<'n, T, U>(
    items: impl IntoIterator<Item = &'n U>,
    decode: impl FnMut(&'n U) -> Option<T>,
) -> Option<Vec<T>>
where
    U: 'n,
{
    let all: Vec<Option<T>> = items.into_iter().map(decode).collect();
    all.into_iter().collect()
}
