//! Owns examples of right values, as somebody would write them. Must not know how one is read.
//!
//! They are the examples of the JSON Schema, so that an editor proposes what an error proposes. The
//! schema is looked into only once something is wrong; JSON is YAML, and a tree keeps the order.

use std::path::PathBuf;

use super::Grammar;
use super::problem::Reading;
use super::tree::{self, Entry, Node, Value};

/// A key of a group with a value that is right: `lasts: 20m`.
pub(crate) fn of(grammar: &'static Grammar, section: &str, key: &str) -> Option<String> {
    let schema = schema(grammar)?;
    let property = at(&schema, &["$defs", section, "properties", key])?;
    written(key, property)
}

/// A group with what must be in it, or else with its first key: `{ name: peak, lasts: 20m }`.
pub(crate) fn of_group(grammar: &'static Grammar, section: &str) -> Option<String> {
    let schema = schema(grammar)?;
    let group = at(&schema, &["$defs", section])?;
    let required: Vec<&str> = at(group, &["required"]).map(words).unwrap_or_default();
    let properties = entries(at(group, &["properties"])?);
    let must: Vec<&Entry> =
        properties.iter().filter(|entry| required.contains(&entry.key.as_str())).collect();
    let shown = if must.is_empty() { properties.iter().take(1).collect() } else { must };
    let keys: Option<Vec<String>> =
        shown.into_iter().map(|entry| written(&entry.key, &entry.node)).collect();
    Some(format!("{{ {} }}", keys?.join(", ")))
}

/// A key with a value that is right, in whichever group first has it: the outermost before others.
pub(crate) fn anywhere(grammar: &'static Grammar, key: &str) -> Option<String> {
    let schema = schema(grammar)?;
    let groups = entries(at(&schema, &["$defs"])?);
    let outermost = groups.iter().filter(|group| group.key == grammar.kind);
    let others = groups.iter().filter(|group| group.key != grammar.kind);
    let mut found =
        outermost.chain(others).filter_map(|group| at(&group.node, &["properties", key]));
    found.find_map(|property| written(key, property))
}

fn schema(grammar: &'static Grammar) -> Option<Node> {
    tree::parse(grammar.schema, &Reading::new(grammar, PathBuf::new()))
}

fn entries(node: &Node) -> &[Entry] {
    if let Value::Map(entries) = &node.value { entries } else { &[] }
}

fn at<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| {
        entries(node).iter().find(|entry| entry.key == *key).map(|entry| &entry.node)
    })
}

fn words(list: &Node) -> Vec<&str> {
    if let Value::List(items) = &list.value {
        items.iter().filter_map(text).collect()
    } else {
        vec![]
    }
}

fn text(node: &Node) -> Option<&str> {
    if let Value::Scalar(text) = &node.value { Some(text) } else { None }
}

fn written(key: &str, property: &Node) -> Option<String> {
    let Value::List(examples) = &at(property, &["examples"])?.value else { return None };
    Some(format!("{key}: {}", flow(examples.first()?)))
}

/// A value on one line.
fn flow(node: &Node) -> String {
    match &node.value {
        Value::Empty => String::new(),
        Value::Scalar(word) if word.starts_with(['%', '*', '&', ';', ',', '|']) => {
            format!("{word:?}")
        }
        Value::Scalar(word) => word.clone(),
        Value::List(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) => {
            let entry = |entry: &Entry| {
                let key = if entry.key == "*" { "\"*\"" } else { &entry.key };
                format!("{key}: {}", flow(&entry.node))
            };
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::LANGUAGE as SCENARIO;

    #[test]
    fn a_key_and_a_group_have_an_example_in_the_order_of_the_schema() {
        for (section, key, example) in [
            ("phase", "lasts", "lasts: 20m"),
            ("catalog", "stock", "stock: { typical: 150, one in 20 above: 1200 }"),
            ("catalog", "delimiter", "delimiter: \";\""),
            (
                "scenario",
                "channels",
                "channels: { storefront: { of orders: 60% }, amazon: { of orders: 40% } }",
            ),
        ] {
            assert_eq!(of(&SCENARIO, section, key).as_deref(), Some(example));
        }
        assert_eq!(of_group(&SCENARIO, "channel").as_deref(), Some("{ of orders: 30% }"));
        assert_eq!(
            of_group(&SCENARIO, "stock").as_deref(),
            Some("{ typical: 150, one in 20 above: 1200 }")
        );
        assert_eq!((of(&SCENARIO, "phase", "flux"), of_group(&SCENARIO, "flux")), (None, None));
        assert_eq!(anywhere(&SCENARIO, "lasts").as_deref(), Some("lasts: 20m"));
    }
}
