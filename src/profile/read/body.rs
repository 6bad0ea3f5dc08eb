//! Owns reading what a request carries: JSON, GraphQL, forms, tables, XML and words, compiled.
//! Must not know where it is sent.

use crate::language::map::{Map, entries};
use crate::language::problem::Wrong;
use crate::language::scalar::{scalar, words};
use crate::language::tree::{Node, Value};
use crate::profile::model::{Body, Part};
use crate::profile::names::Pen;
use crate::profile::template::{Template, Written};

/// What stands for several items within a body.
const FOR_ITEMS: &str = "for each item";

/// The keys of a step that say its body, of which one may stand.
pub(super) const BODIES: [&str; 7] = ["json", "graphql", "form", "multipart", "csv", "xml", "text"];

const JSON: &str = "application/json";

/// The body that a step says, if it says one.
pub(super) fn body(map: &Map<'_>, pen: &mut Pen<'_>, text: &str) -> Option<Body> {
    let mut said: Vec<(&'static str, &Node)> = Vec::new();
    for key in BODIES {
        if let Some(node) = map.get(key) {
            said.push((key, node));
        }
    }
    if let [(first, _), (second, _), ..] = said.as_slice() {
        let at = map.key_at(second).unwrap_or_default();
        let wrong = Wrong::new(format!("`{second}` stands beside `{first}`"));
        pen.r.wrong(&at, wrong.expected("one body of a request"));
        return None;
    }
    let Some((kind, node)) = said.first() else {
        return if BODIES.iter().any(|key| map.has(key)) { None } else { Some(Body::None) };
    };
    match *kind {
        "json" => json(node, pen, text).map(|body| Body::Text(body, JSON)),
        "graphql" => graphql(node, pen, text).map(|body| Body::Text(body, JSON)),
        "form" => pairs(node, "form", pen, Written::Plain).map(Body::Form),
        "multipart" => multipart(node, pen).map(Body::Multipart),
        "csv" => table(node, pen).map(|body| Body::Text(body, "text/csv")),
        "xml" => pen.template(node, Written::Xml).map(|xml| Body::Text(xml, "application/xml")),
        _ => pen.template(node, Written::Plain).map(|text| Body::Text(text, "text/plain")),
    }
}

/// Names that the platform chose, each with a text.
pub(super) fn pairs(
    node: &Node,
    what: &'static str,
    pen: &mut Pen<'_>,
    written: Written,
) -> Option<Vec<(String, Template)>> {
    let all: Vec<Option<(String, Template)>> = entries(node, what, pen.r)?
        .iter()
        .map(|entry| Some((entry.key.clone(), pen.template(&entry.node, written)?)))
        .collect();
    all.into_iter().collect()
}

/// JSON as YAML writes it; texts hold names.
pub(super) fn json(node: &Node, pen: &mut Pen<'_>, text: &str) -> Option<Template> {
    match &node.value {
        Value::Empty => {
            let is_said = matches!(text.get(node.at.clone()), Some("null" | "~"));
            if !is_said {
                let wrong = Wrong::new("a key without a value, where JSON is sent");
                let hint = "a name in braces stands in quotes: \"{sku}\"; null is written null";
                pen.r.wrong(&node.at, wrong.hint(hint));
            }
            is_said.then(|| Template::of("null"))
        }
        Value::Scalar(word) => {
            let is_quoted =
                text[node.at.start.min(text.len())..].starts_with(['"', '\'', '|', '>']);
            let is_bare = matches!(word.as_str(), "true" | "false")
                || serde_json::from_str::<serde_json::Number>(word).is_ok();
            if is_bare && !is_quoted {
                return Some(Template::of(word));
            }
            pen.json_text(word, &node.at)
        }
        Value::List(items) => {
            let mut list = Template::of("[");
            let mut sound = true;
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    list.push(",");
                }
                match json(item, pen, text) {
                    Some(item) => list.append(item),
                    None => sound = false,
                }
            }
            list.push("]");
            sound.then_some(list)
        }
        Value::Map(entries) if entries.len() == 1 && entries[0].key == FOR_ITEMS => {
            let each = json(&entries[0].node, pen, text)?;
            let mut list = Template::of("[");
            list.push_items(each, ",");
            list.push("]");
            Some(list)
        }
        Value::Map(entries) => {
            let mut group = Template::of("{");
            let mut sound = true;
            for (place, entry) in entries.iter().enumerate() {
                let comma = if place > 0 { "," } else { "" };
                let key = serde_json::Value::from(entry.key.as_str());
                group.push(&format!("{comma}{key}:"));
                match json(&entry.node, pen, text) {
                    Some(value) => group.append(value),
                    None => sound = false,
                }
            }
            group.push("}");
            sound.then_some(group)
        }
    }
}

fn graphql(node: &Node, pen: &mut Pen<'_>, text: &str) -> Option<Template> {
    let map = Map::open(node, "graphql", pen.r)?;
    let query = map.required("query", |node, r| scalar(node, r, |text| Ok(text.to_owned())));
    let variables = map.or("variables", None, |node, _| json(node, pen, text).map(Some));
    let mut body = Template::of(format!("{{\"query\":{}", serde_json::Value::from(query?)));
    if let Some(variables) = variables? {
        body.push(",\"variables\":");
        body.append(variables);
    }
    body.push("}");
    Some(body)
}

/// Columns with what stands in them, a row for each item.
fn table(node: &Node, pen: &mut Pen<'_>) -> Option<Template> {
    let map = Map::open(node, "csv", pen.r)?;
    let delimiter = map.or("delimiter", ',', |node, r| {
        scalar(node, r, |text| {
            let mut chars = text.chars();
            let one = chars.next().filter(|c| !c.is_alphanumeric() && *c != '"');
            one.filter(|_| chars.next().is_none()).ok_or_else(|| {
                Wrong::new(format!("`{text}` parts no cells")).expected("one sign, such as \";\"")
            })
        })
    })?;
    let columns =
        map.required("columns", |node, _| pairs(node, "columns", pen, Written::Cell(delimiter)));
    let (mut head, mut row) = (String::new(), Template::default());
    for (place, (name, cell)) in columns?.into_iter().enumerate() {
        if place > 0 {
            head.push(delimiter);
            row.push(&delimiter.to_string());
        }
        head.push_str(&name);
        row.append(cell);
    }
    row.push("\n");
    let mut whole = Template::of(head + "\n");
    whole.push_items(row, "");
    Some(whole)
}

fn multipart(node: &Node, pen: &mut Pen<'_>) -> Option<Vec<Part>> {
    let all: Vec<Option<Part>> =
        entries(node, "multipart", pen.r)?.iter().map(|entry| part(entry, pen)).collect();
    all.into_iter().collect()
}

fn part(entry: &crate::language::tree::Entry, pen: &mut Pen<'_>) -> Option<Part> {
    let name = entry.key.clone();
    if let Value::Scalar(_) = &entry.node.value {
        let text = pen.template(&entry.node, Written::Plain)?;
        return Some(Part { name, file: None, content_type: None, text });
    }
    let map = Map::open(&entry.node, "part", pen.r)?;
    let file = map.or("file name", None, |node, r| words(node, r).map(Some));
    let content_type = map.or("content type", None, |node, r| words(node, r).map(Some));
    let (kind, node) = map.one_of(&["csv", "text"])?;
    let text = match kind {
        "csv" => table(node, pen),
        _ => pen.template(node, Written::Plain),
    };
    Some(Part { name, file: file?, content_type: content_type?, text: text? })
}
