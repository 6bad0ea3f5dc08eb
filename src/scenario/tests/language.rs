//! Holds the JSON Schema and the handbook to the keys that the decoders know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::LANGUAGE;
use super::super::Starter;
use super::super::{Overrides, assemble, tree};
use super::SMALL;
use crate::language::problem::Reading;
use crate::language::schema_check::complaint;

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
    let external =
        SMALL.replace("reference: { workers: 2 }", "external: { ready: { within: 1s } }");
    let money = SMALL.replace(
        "{ of orders: 60% }",
        "{ of orders: 60%, tax: { prices: net }, rounding: { to: 0.05, half: even } }",
    );
    let edits = SMALL
        .replace("{ of orders: 60% }", "{ of orders: 60%, order edits: { share: 3%, after: 2m } }");
    let located = format!("{SMALL}locations: {{ shed: {{ of stock: 100% }} }}\n");
    let more = [&replay, &external, &money, &edits, &located].map(String::as_str);
    for text in OPENERS.iter().copied().chain(more) {
        let r = Reading::new(&LANGUAGE, PathBuf::from("."));
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
            let description = value["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "`{key}` of `{group}` is not described");
            let shown = value["examples"].as_array().is_some_and(|examples| !examples.is_empty());
            let not_yet = description.starts_with("Not yet");
            assert!(shown != not_yet, "`{key}` of `{group}` has no example, or one too many");
        }
    }
    let known: BTreeMap<String, BTreeSet<String>> = known()
        .into_iter()
        .map(|(group, keys)| (group.to_owned(), keys.into_iter().map(str::to_owned).collect()))
        .collect();
    assert_eq!(said, known);
}

/// What is wrong with a scenario by its schema alone, as an editor sees it.
pub(super) fn by_the_schema(text: &str) -> Option<String> {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let value: Value = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    complaint(&schema, &schema, &value)
}

/// Every scenario that ships, with its name.
fn shipped() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let all = [folder.clone(), folder.join("validation"), folder.join("drills")];
    let files = all.iter().flat_map(|folder| {
        let files = std::fs::read_dir(folder).expect("scenarios ship");
        files.map(|file| file.expect("a file").path()).filter(|path| path.is_file())
    });
    let files = files
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("a text")));
    // Beside a drill lies what makes it naive, which is a patch.
    let is_scenario = |name: &str| {
        Path::new(name).extension() == Some("yaml".as_ref()) && !name.contains(".naive.")
    };
    let scenarios: Vec<_> = files.filter(|(name, _)| is_scenario(name)).collect();
    assert!(scenarios.len() >= 3, "scenarios ship");
    scenarios
}

#[test]
fn the_schema_accepts_every_scenario_that_ships() {
    for (name, text) in shipped() {
        assert_eq!(by_the_schema(&text), None, "{name}");
    }
    for text in [SMALL, OPENERS[0], OPENERS[1], &Starter::default().text("scenario.yaml")] {
        assert_eq!(by_the_schema(text), None, "{text}");
    }
}

#[test]
fn the_schema_refuses_a_slip() {
    for (piece, by, says) in [
        ("lasts: 10m", "lats: 10m", "lats"),
        ("lasts: 10m", "lasts: 10", "lasts"),
        ("of orders: 60%", "of orders: sixty", "of orders"),
        ("traffic:", "trafic:", "trafic"),
        ("workers: 2", "workers: 2, priority: inventory frist", "priority"),
        ("rate: 1x", "rate: 1", "rate"),
    ] {
        let said = by_the_schema(&super::small(piece, by)).unwrap_or_default();
        assert!(said.contains(says), "{by}: {said}");
    }
}

/// Editors show the examples, and errors propose them: each is right where it stands.
#[test]
fn every_example_of_the_schema_is_right() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let mut shown = 0;
    for (group, shape) in schema["$defs"].as_object().expect("$defs") {
        for (key, property) in shape["properties"].as_object().into_iter().flatten() {
            for example in property["examples"].as_array().into_iter().flatten() {
                assert_eq!(complaint(&schema, property, example), None, "`{key}` of `{group}`");
                shown += 1;
            }
        }
    }
    assert!(shown > 200, "{shown} examples");
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
