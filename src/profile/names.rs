//! Owns which names a template may use where it stands, and reading a text with names in braces.
//! Must not know what a step does.

use std::ops::Range;

use super::template::{Slot, Template, Written};
use crate::language::problem::{Reading, Wrong};
use crate::language::tree::{Node, Value};

/// Ways to write a moment or a value, behind `as`.
const FORMS_OF_VALUES: &[&str] = &["text", "number"];

/// The most names of a profile.
pub(super) const NAMES_MAX: usize = 1_000;

/// All names of a profile, each with its slot.
#[derive(Debug, Default)]
pub(super) struct Names(pub(super) Vec<String>);

impl Names {
    pub(super) fn slot(&mut self, name: &str) -> Slot {
        let at = self.0.iter().position(|known| known == name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        });
        Slot(at.min(NAMES_MAX) as u16)
    }
}

/// The names that are known at a place, as they come to be.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    known: Vec<String>,
}

impl Scope {
    pub(super) fn learn(&mut self, name: &str) {
        if !self.knows(name) {
            self.known.push(name.to_owned());
        }
    }

    pub(super) fn and(&self, names: &[&str]) -> Scope {
        let mut scope = self.clone();
        for name in names {
            scope.learn(name);
        }
        scope
    }

    pub(super) fn knows(&self, name: &str) -> bool {
        self.known.iter().any(|known| known == name)
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(String::as_str)
    }
}

/// What templates are read with.
pub(super) struct Pen<'a> {
    pub(super) r: &'a Reading,
    pub(super) names: &'a mut Names,
    pub(super) scope: Scope,
}

impl Pen<'_> {
    /// A text with names, each escaped as said.
    pub(super) fn template(&mut self, node: &Node, written: Written) -> Option<Template> {
        let Value::Scalar(text) = &node.value else {
            let wrong = Wrong::new(format!("{} stands where a text is expected", node.kind()));
            self.r.wrong(&node.at, wrong.expected("a text, with names in braces: \"{sku}\""));
            return None;
        };
        self.text(text, &node.at, written)
    }

    /// The same of a text that is there.
    pub(super) fn text(
        &mut self,
        text: &str,
        at: &Range<usize>,
        written: Written,
    ) -> Option<Template> {
        let mut template = Template::default();
        let mut rest = text;
        let mut sound = true;
        while let Some(open) = rest.find(['{', '}']) {
            template.push(&rest[..open]);
            let doubled = &rest[open..];
            if doubled.starts_with("{{") || doubled.starts_with("}}") {
                template.push(&doubled[..1]);
                rest = &doubled[2..];
                continue;
            }
            let close = doubled.find('}').filter(|_| doubled.starts_with('{'));
            let Some(close) = close else {
                let wrong = Wrong::new("a brace that stands alone");
                let hint =
                    "names stand in braces: {sku}; a brace itself is written twice: {{ or }}";
                self.r.wrong(at, wrong.hint(hint));
                return None;
            };
            match self.named(&doubled[1..close], at, written) {
                Some((slot, written)) => template.push_slot(slot, written),
                None => sound = false,
            }
            rest = &doubled[close + 1..];
        }
        template.push(rest);
        sound.then_some(template)
    }

    fn named(
        &mut self,
        name: &str,
        at: &Range<usize>,
        written: Written,
    ) -> Option<(Slot, Written)> {
        let name = name.trim();
        let (base, form) =
            name.split_once(" as ").map_or((name, ""), |(b, f)| (b.trim(), f.trim()));
        if self.scope.knows(name) {
            return Some((self.names.slot(name), written));
        }
        if self.scope.knows(base) && FORMS_OF_VALUES.contains(&form) {
            let written = match (form, written) {
                ("number", Written::JsonValue) => Written::JsonBare,
                ("text", Written::JsonValue) => Written::Json,
                (_, written) => written,
            };
            return Some((self.names.slot(base), written));
        }
        let all: Vec<&str> = self.scope.all().collect();
        let listed = |names: &[&str]| {
            names.iter().map(|n| format!("{{{n}}}")).collect::<Vec<_>>().join(", ")
        };
        let wrong = if self.scope.knows(base) {
            Wrong::new(format!("`{form}` is no way to write `{base}`")).expected(
                "`as text` or `as number`; of a moment `as seconds`, `as milliseconds`, `as plain`",
            )
        } else {
            Wrong::new(format!("nothing here is called `{name}`"))
                .expected(format!("one of {}", listed(&all)))
                .nearest(name, all.iter().copied())
        };
        self.r.wrong(at, wrong);
        None
    }

    /// A text that is one name and nothing else, in JSON: its value keeps its kind. One that is
    /// said `as text` has its quotes.
    pub(super) fn json_text(&mut self, text: &str, at: &Range<usize>) -> Option<Template> {
        let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let is_name = inner.is_some_and(|name| !name.contains(['{', '}']));
        if is_name && !inner.is_some_and(|name| name.trim().ends_with(" as text")) {
            return self.text(text, at, Written::JsonValue);
        }
        let mut quoted = Template::of("\"");
        // What stands between the names is escaped here, their values when they are known.
        let escaped = serde_json::Value::from(text).to_string();
        quoted.append(self.text(&escaped[1..escaped.len() - 1], at, Written::Json)?);
        quoted.push("\"");
        Some(quoted)
    }
}

/// The line of a place, from 1.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].split(|byte| *byte == b'\n').count()
}
