//! Holds the JSON Schema and the handbook to the keys that the decoders know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;

use super::super::problem::Reading;
use super::super::{Overrides, assemble, tree};
use super::SMALL;

const SCHEMA: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/scenario.schema.json"));
const HANDBOOK: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenario.md"));

/// Scenarios that open every group of the language between them.
const OPENERS: &[&str] = &[include_str!("example.yaml"), include_str!("every_group.yaml")];

/// The keys that the decoders ask for, by group.
fn known() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut known: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
    let replay = SMALL.replace(
        "  demand: 600 orders/hour\n",
        "  replay: { file: x, columns: {}, cancellations: {}, stock: {} }\n",
    );
    for text in OPENERS.iter().copied().chain([replay.as_str()]) {
        let r = Reading::new(PathBuf::from("."));
        let root = tree::parse(text, &r).expect("a tree");
        let _ = assemble::plan(&root, text, &Overrides::default(), &r);
        for (group, keys) in r.keys() {
            known.entry(group).or_default().extend(keys);
        }
    }
    known
}

#[test]
fn the_schema_has_the_keys_of_the_language_and_no_others() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (group, shape) in schema["$defs"].as_object().expect("$defs") {
        let Some(properties) = shape["properties"].as_object() else { continue };
        assert_eq!(shape["additionalProperties"], false, "`{group}` lets unknown keys pass");
        said.insert(group.clone(), properties.keys().cloned().collect());
        for (key, value) in properties {
            assert!(value["description"].is_string(), "`{key}` of `{group}` is not described");
        }
    }
    let known: BTreeMap<String, BTreeSet<String>> = known()
        .into_iter()
        .map(|(group, keys)| (group.to_owned(), keys.into_iter().map(str::to_owned).collect()))
        .collect();
    assert_eq!(said, known);
}

#[test]
fn the_handbook_tells_of_every_key() {
    for (group, keys) in known() {
        for key in keys {
            assert!(HANDBOOK.contains(&format!("`{key}`")), "`{key}` of `{group}` is not told");
        }
    }
}

#[test]
fn the_example_of_the_handbook_is_the_one_that_is_tested() {
    assert!(HANDBOOK.contains(OPENERS[0].trim_end()), "docs/scenario.md shows another example");
}
