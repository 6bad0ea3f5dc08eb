//! Owns the tree of a YAML text: nodes that know their place in the source.
//! Must not know which keys a file has.
//!
//! Built from the events of granit-parser, the parser below serde-saphyr: serde reports one
//! problem and stops, a tree lets every problem of a file be told at once. The budgets stand
//! against hostile files: size, depth, nodes (an alias counts as what it stands for).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::problem::{Reading, Wrong, is_obeyed};

/// The most values in a file, each use of an alias counted in full.
const NODES_MAX: usize = 50_000;

/// The deepest nesting.
const DEPTH_MAX: usize = 48;

/// The most characters of a value that are said of it.
const KIND_CHARS_MAX: usize = 60;

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Bytes of the source: the scalar, the braces of a flow map, else the key it stands under.
    pub(crate) at: Range<usize>,
    /// What it is.
    pub(crate) value: Value,
    /// How many nodes it is made of.
    size: usize,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Nothing was written.
    Empty,
    /// A word, a number, a sentence.
    Scalar(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with values; keys differ.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The key.
    pub(crate) key: String,
    /// Its place.
    pub(crate) key_at: Range<usize>,
    /// Its value.
    pub(crate) node: Node,
}

impl Node {
    /// A group without a key.
    pub(crate) fn group(at: Range<usize>) -> Node {
        Node { at, value: Value::Map(vec![]), size: 1 }
    }

    /// A single value that stands nowhere.
    pub(crate) fn scalar(text: &str) -> Node {
        Node { at: 0..0, value: Value::Scalar(text.to_owned()), size: 1 }
    }

    /// What the value is, for "expected …, found …".
    pub(crate) fn kind(&self) -> Cow<'static, str> {
        match &self.value {
            Value::Empty => "nothing".into(),
            Value::Scalar(text) if text.chars().count() > KIND_CHARS_MAX => {
                let begins: String = text.chars().take(KIND_CHARS_MAX).collect();
                format!("`{begins}…`").into()
            }
            Value::Scalar(text) => format!("`{text}`").into(),
            Value::List(_) => "a list".into(),
            Value::Map(_) => "a group of keys".into(),
        }
    }
}

/// A container that is still open.
struct Open {
    at: Range<usize>,
    flow: bool,
    anchor: usize,
    under: Under,
}

enum Under {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<(String, Range<usize>)> },
}

/// The tree of a text. None when there is none; the reading then says why.
pub(crate) fn parse(text: &str, r: &Reading) -> Option<Node> {
    let options = granit_parser::options! {
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
        emit_comments: false,
    };
    let mut growing = Growing::new(r);
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => {
                let at = span.byte_range().unwrap_or(0..0);
                growing.take(&event, at)?;
            }
            Err(error) => {
                let byte = error.marker().byte_offset().unwrap_or(text.len());
                r.wrong(&(byte..byte), syntax(&error.info(), text, byte));
                return None;
            }
        }
    }
    let root = growing.root;
    if root.is_none() {
        r.wrong(
            &(0..0),
            Wrong::new("the file is empty")
                .expected(format!("a {}", r.grammar.kind))
                .hint(r.grammar.starts_from),
        );
    }
    root
}

/// A parser's complaint, with what most often causes it.
fn syntax(info: &str, text: &str, byte: usize) -> Wrong {
    let line_start = text[..byte.min(text.len())].rfind('\n').map_or(0, |i| i + 1);
    let before = &text[line_start..];
    let indent = &before[..before.len() - before.trim_start().len()];
    let wrong = Wrong::new(format!("this is not YAML: {info}"));
    if info.contains("anchor") || before.trim_end().ends_with('*') {
        wrong.hint("a word that begins with `*` or `&` stands in quotes: \"*\"")
    } else if indent.contains('\t') {
        wrong.hint("the line is indented with a tab: use spaces")
    } else {
        wrong.hint("look for a missing `:`, quote, bracket or indentation, here or just above")
    }
}

struct Growing<'r> {
    r: &'r Reading,
    stack: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    documents: usize,
    root: Option<Node>,
}

impl<'r> Growing<'r> {
    fn new(r: &'r Reading) -> Growing<'r> {
        Growing { r, stack: vec![], anchors: BTreeMap::new(), nodes: 0, documents: 0, root: None }
    }

    fn take(&mut self, event: &Event<'_>, at: Range<usize>) -> Option<()> {
        if event.tag().is_some() {
            self.r.wrong(
                &at,
                Wrong::new(format!("a YAML tag (`!x`): {}s have none", self.r.grammar.kind))
                    .hint("remove the `!` and its word"),
            );
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let wrong = Wrong::new("a second document begins here (`---`)");
                    self.r
                        .wrong(&at, wrong.expected(format!("one {} a file", self.r.grammar.kind)));
                    return None;
                }
            }
            Event::Scalar(text, style, anchor, _) => {
                let bare = *style == ScalarStyle::Plain && matches!(&**text, "" | "~" | "null");
                let value = if bare { Value::Empty } else { Value::Scalar(text.to_string()) };
                return self.add(Node { at, value, size: 1 }, *anchor);
            }
            Event::SequenceStart(style, anchor, _) => {
                self.open(at, *style, *anchor, Under::List(vec![]));
            }
            Event::MappingStart(style, anchor, _) => {
                self.open(at, *style, *anchor, Under::Map { entries: vec![], key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => return self.close(&at),
            Event::Alias(id) => return self.alias(*id, at),
            _ => {}
        }
        Some(())
    }

    fn open(&mut self, at: Range<usize>, style: StructureStyle, anchor: usize, under: Under) {
        self.stack.push(Open { at, flow: style == StructureStyle::Flow, anchor, under });
    }

    fn close(&mut self, at: &Range<usize>) -> Option<()> {
        let Open { at: opened, flow, anchor, under } = self.stack.pop()?;
        let (value, size) = match under {
            Under::List(items) => {
                let size = items.iter().map(|n| n.size).sum::<usize>();
                (Value::List(items), size)
            }
            Under::Map { entries, .. } => {
                let size = entries.iter().map(|e| e.node.size + 1).sum::<usize>();
                (Value::Map(entries), size)
            }
        };
        let first = match &value {
            Value::Map(entries) => entries.first().map(|e| e.key_at.clone()),
            Value::List(items) => items.first().map(|n| n.at.clone()),
            _ => None,
        };
        let at = if flow { opened.start..at.end } else { first.unwrap_or(opened) };
        let node = Node { at, value, size: size + 1 };
        let block_key = match self.stack.last() {
            Some(Open { under: Under::Map { key: Some((_, key_at)), .. }, .. }) if !flow => {
                Some(key_at.clone())
            }
            _ => None,
        };
        let node = Node { at: block_key.unwrap_or(node.at.clone()), ..node };
        self.add(node, anchor)
    }

    fn alias(&mut self, id: usize, at: Range<usize>) -> Option<()> {
        let Some(meant) = self.anchors.get(&id).cloned() else {
            self.r.wrong(&at, Wrong::new("an alias within what it stands for"));
            return None;
        };
        self.nodes += meant.size;
        if self.nodes > NODES_MAX {
            self.too_many(&at);
            return None;
        }
        self.add(meant, 0)
    }

    fn too_many(&self, at: &Range<usize>) {
        let wrong = Wrong::new(format!("more than {NODES_MAX} values, aliases counted in full"));
        let expected = format!("a {} that a person wrote", self.r.grammar.kind);
        self.r.wrong(at, wrong.expected(expected));
    }

    /// What moves a cursor or turns the way of reading round is in no name: every page, log and
    /// terminal would have to be told.
    fn refuse_unprintable(&self, text: &str, at: &Range<usize>) {
        let bad = |c: &char| is_obeyed(*c) && !matches!(c, '\n' | '\t' | '\r');
        if let Some(c) = text.chars().find(bad) {
            let wrong = Wrong::new(format!("a character that cannot be seen: U+{:04X}", c as u32));
            self.r.wrong(at, wrong.expected("letters, digits and signs").hint("remove it"));
        }
    }

    fn add(&mut self, node: Node, anchor: usize) -> Option<()> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            self.too_many(&node.at);
            return None;
        }
        if let Value::Scalar(text) = &node.value {
            self.refuse_unprintable(text, &node.at);
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.stack.last_mut().map(|open| &mut open.under) {
            None => self.root = Some(node),
            Some(Under::List(items)) => items.push(node),
            Some(Under::Map { entries, key }) => match key.take() {
                None => {
                    let Value::Scalar(text) = &node.value else {
                        let wrong = Wrong::new(format!("a key that is {}", node.kind()));
                        self.r.wrong(&node.at, wrong.expected("a word before the colon"));
                        return None;
                    };
                    *key = Some((text.clone(), node.at));
                }
                Some((key, key_at)) => {
                    if let Some(first) = entries.iter().find(|e| same_key(&e.key, &key)) {
                        let wrong = Wrong::new(format!("`{}` is written twice", first.key));
                        self.r.wrong(&key_at, wrong.hint("keep one of the two"));
                    } else {
                        entries.push(Entry { key, key_at, node });
                    }
                }
            },
        }
        Some(())
    }
}

/// Keys are the same whether words are joined by spaces or by underscores.
pub(crate) fn same_key(a: &str, b: &str) -> bool {
    let plain = |c: u8| if c == b'_' { b' ' } else { c };
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| plain(a) == plain(b))
}

/// A word that YAML takes as it stands; any other in quotes.
pub(crate) fn plain(word: &str) -> String {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | ':');
    let spelt = word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.ends_with(|c: char| c.is_ascii_alphanumeric())
        && word.chars().all(letters)
        && !word.contains(": ");
    let meant_otherwise = matches!(word, "null" | "yes" | "no" | "true" | "false" | "on" | "off");
    if spelt && !meant_otherwise {
        return word.to_owned();
    }
    // A JSON string is a double-quoted scalar of YAML.
    serde_json::Value::from(word).to_string()
}
