//! Owns texts with names in braces: compiled once, written often. Must not know what a name holds,
//! nor where a text is sent.
//!
//! A template is a row of pieces. Each name stands in one as the number of its slot, with the way
//! in which its value is escaped there: in a JSON string, a query, a cell of a table. So one loop
//! writes every kind of body.

use std::fmt::Write as _;

/// A value that stands for a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileValue {
    /// As it is written where nothing is escaped.
    pub text: String,
    /// Of JSON, and no string: it is written without quotes.
    pub is_bare: bool,
}

impl ProfileValue {
    /// Words.
    pub fn text(text: impl Into<String>) -> ProfileValue {
        ProfileValue { text: text.into(), is_bare: false }
    }

    /// A number, or another word of JSON's that is no string.
    pub fn bare(word: impl std::fmt::Display) -> ProfileValue {
        ProfileValue { text: format!("{word}"), is_bare: true }
    }
}

/// The number of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot(pub(super) u16);

/// How a value is written where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// As it is.
    Plain,
    /// In a header: what would end it is left out.
    Header,
    /// In the path or query of an address, in a form.
    Url,
    /// Within a string of JSON.
    Json,
    /// As a value of JSON: with quotes unless it is bare.
    JsonValue,
    /// As a value of JSON that is no string: digits without quotes.
    JsonBare,
    /// Within XML.
    Xml,
    /// A cell of a table that is parted by this.
    Cell(char),
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Slot(Slot, Written),
    /// Written for each item, parted by a text.
    Items(Template, &'static str),
}

/// A text with names, compiled.
#[derive(Clone, Debug, Default)]
pub(super) struct Template(Vec<Piece>);

/// What is known when a template is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    /// Values by slot.
    pub(super) values: &'a [Option<ProfileValue>],
    /// What is known of each item beyond these.
    pub(super) items: &'a [Vec<(Slot, ProfileValue)>],
}

impl<'a> Known<'a> {
    /// The value of a name, of this item before all others.
    fn value(&self, slot: Slot, item: usize) -> Option<&'a ProfileValue> {
        let of_item = self.items.get(item).and_then(|item| item.iter().find(|(s, _)| *s == slot));
        of_item.map(|(_, value)| value).or_else(|| self.values[usize::from(slot.0)].as_ref())
    }

    /// Whether a name has a value, in every item or beside them.
    pub(super) fn has(&self, slot: Slot) -> bool {
        let items = 0..self.items.len().max(1);
        items.into_iter().all(|item| self.value(slot, item).is_some())
    }
}

impl Template {
    /// A text without names.
    pub(super) fn of(text: impl Into<String>) -> Template {
        Template(vec![Piece::Text(text.into())])
    }

    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) {
        if let Some(Piece::Text(last)) = self.0.last_mut() {
            last.push_str(text);
        } else if !text.is_empty() {
            self.0.push(Piece::Text(text.to_owned()));
        }
    }

    /// Adds a name.
    pub(super) fn push_slot(&mut self, slot: Slot, written: Written) {
        self.0.push(Piece::Slot(slot, written));
    }

    /// Adds what is written for each item.
    pub(super) fn push_items(&mut self, each: Template, between: &'static str) {
        self.0.push(Piece::Items(each, between));
    }

    /// Adds another template.
    pub(super) fn append(&mut self, mut other: Template) {
        self.0.append(&mut other.0);
    }

    /// Every name in it.
    pub(super) fn slots(&self) -> Vec<Slot> {
        let of = |piece: &Piece| match piece {
            Piece::Text(_) => vec![],
            Piece::Slot(slot, _) => vec![*slot],
            Piece::Items(each, _) => each.slots(),
        };
        self.0.iter().flat_map(of).collect()
    }

    /// Whether it is written for each of several items.
    pub(super) fn is_for_items(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Items(..)))
    }

    /// Whether nothing but a name stands there: an address that a reply gave.
    pub(super) fn begins_with_a_name(&self) -> bool {
        matches!(self.0.first(), Some(Piece::Slot(..)))
    }

    /// Whether every name in it has a value.
    pub(super) fn is_known(&self, known: Known<'_>) -> bool {
        self.slots().iter().all(|slot| known.has(*slot))
    }

    /// The text.
    pub(super) fn text(&self, known: Known<'_>) -> String {
        let mut out = String::new();
        self.write(known, 0, &mut out);
        out
    }

    fn write(&self, known: Known<'_>, item: usize, out: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Slot(slot, written) => {
                    if let Some(value) = known.value(*slot, item) {
                        write_value(value, *written, out);
                    } else if matches!(written, Written::JsonValue | Written::JsonBare) {
                        out.push_str("null");
                    }
                }
                Piece::Items(each, between) => {
                    for item in 0..known.items.len().max(1) {
                        if item > 0 {
                            out.push_str(between);
                        }
                        each.write(known, item, out);
                    }
                }
            }
        }
    }
}

fn write_value(value: &ProfileValue, written: Written, out: &mut String) {
    let text = value.text.as_str();
    match written {
        Written::Plain => out.push_str(text),
        Written::Header => out.extend(text.chars().filter(|c| !c.is_control())),
        Written::Url => out.push_str(&url_encoded(text)),
        Written::Json => write_json(text, out),
        Written::JsonValue if value.is_bare => out.push_str(text),
        Written::JsonValue => {
            out.push('"');
            write_json(text, out);
            out.push('"');
        }
        // What is no number stays a string: JSON stays JSON.
        Written::JsonBare if serde_json::from_str::<serde_json::Number>(text).is_ok() => {
            out.push_str(text);
        }
        Written::JsonBare => write_value(value, Written::JsonValue, out),
        Written::Xml => text.chars().for_each(|c| match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }),
        Written::Cell(delimiter) => {
            let quotes = text.contains([delimiter, '"', '\n', '\r']);
            if quotes {
                let _ = write!(out, "\"{}\"", text.replace('"', "\"\""));
            } else {
                out.push_str(text);
            }
        }
    }
}

/// The letters of a JSON string, without its quotes.
fn write_json(text: &str, out: &mut String) {
    let quoted = serde_json::Value::from(text).to_string();
    out.push_str(&quoted[1..quoted.len() - 1]);
}

/// As RFC 3986 has it: all but letters, digits and `-._~`.
pub(super) fn url_encoded(text: &str) -> String {
    const KEPT: percent_encoding::AsciiSet =
        percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(text, &KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(value: ProfileValue, as_: Written) -> String {
        let mut template = Template::default();
        template.push_slot(Slot(0), as_);
        template.text(Known { values: &[Some(value)], items: &[] })
    }

    #[test]
    fn a_value_is_escaped_by_where_it_stands() {
        let odd = || ProfileValue::text("a \"b\"&<c>;\r\n/é");
        assert_eq!(written(odd(), Written::Header), "a \"b\"&<c>;/é");
        assert_eq!(written(odd(), Written::Url), "a%20%22b%22%26%3Cc%3E%3B%0D%0A%2F%C3%A9");
        assert_eq!(written(odd(), Written::Json), "a \\\"b\\\"&<c>;\\r\\n/é");
        assert_eq!(written(odd(), Written::Xml), "a &quot;b&quot;&amp;&lt;c&gt;;\r\n/é");
        assert_eq!(written(odd(), Written::Cell(';')), "\"a \"\"b\"\"&<c>;\r\n/é\"");
        assert_eq!(written(ProfileValue::text("a b"), Written::Cell(';')), "a b");
        assert_eq!(written(ProfileValue::bare(7), Written::JsonValue), "7");
        assert_eq!(written(ProfileValue::text("7"), Written::JsonValue), "\"7\"");
        assert_eq!(written(ProfileValue::text("7.50"), Written::JsonBare), "7.50");
        assert_eq!(written(ProfileValue::text("7,50"), Written::JsonBare), "\"7,50\"");
    }

    #[test]
    fn items_are_written_one_after_the_other_and_know_what_all_know() {
        let mut each = Template::of("{");
        each.push_slot(Slot(0), Written::JsonValue);
        each.push(":");
        each.push_slot(Slot(1), Written::JsonValue);
        each.push("}");
        let mut template = Template::of("[");
        template.push_items(each, ",");
        template.push("]");
        let item = |sku: &str| vec![(Slot(0), ProfileValue::text(sku))];
        let (values, items) = ([None, Some(ProfileValue::bare(3))], [item("a"), item("b")]);
        let known = Known { values: &values, items: &items };
        assert_eq!(template.text(known), r#"[{"a":3},{"b":3}]"#);
        assert!(template.is_for_items() && template.is_known(known));
        assert!(!template.is_known(Known { values: &[None, None], items: &items }));
    }

    proptest! {
        /// Whatever a value holds, JSON stays JSON and says it.
        #[test]
        fn json_says_the_value(text in ".*") {
            let said = written(ProfileValue::text(&text), Written::JsonValue);
            prop_assert_eq!(serde_json::from_str::<String>(&said).unwrap(), text);
        }

        /// Whatever a value holds, a header has one line and an address none of its signs.
        #[test]
        fn nothing_is_smuggled(text in ".*") {
            let header = written(ProfileValue::text(&text), Written::Header);
            prop_assert!(!header.contains(['\r', '\n']));
            let url = written(ProfileValue::text(&text), Written::Url);
            prop_assert!(url.is_ascii() && !url.contains(['/', '?', '&', '#', ' ', '=']));
        }
    }
}
