//! Holds the JSON Schema, the handbook and the profiles that ship to the keys that are read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;

use super::super::{PROFILE_LANGUAGE, SHIPPED, read, read_str};
use crate::language::problem::Reading;
use crate::language::schema_check::complaint;
use crate::language::tree;

const HANDBOOK: &str = include_str!("../../../docs/profiles.md");

/// Profiles that open every group between them.
const OPENERS: [&str; 4] = [
    include_str!("every_key.yaml"),
    include_str!("more_keys.yaml"),
    "auth: { oauth 1: {} }",
    "auth: { headers: {} }\n\
     operations: { list orders: { pages: { offset by: 1, pages at most: 1, total: $.a } } }",
];

fn schema() -> Value {
    serde_json::from_str(PROFILE_LANGUAGE.schema).expect("JSON")
}

/// The keys that are asked for, by group.
fn known() -> BTreeMap<String, BTreeSet<String>> {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for text in OPENERS {
        let r = Reading::new(&PROFILE_LANGUAGE, PathBuf::from("."));
        let root = tree::parse(text, &r).expect("a tree");
        let _ = super::super::read::profile(&root, text, &r);
        for (group, keys) in r.keys() {
            let keys = keys.into_iter().map(str::to_owned);
            known.entry(group.to_owned()).or_default().extend(keys);
        }
    }
    known
}

#[test]
fn the_profiles_that_ship_are_sound() {
    for (name, text) in SHIPPED {
        if let Err(problems) = read(name) {
            panic!("{name}: {problems}");
        }
        assert_eq!(by_the_schema(text), None, "{name}");
    }
}

#[test]
fn the_samples_are_sound() {
    for text in &OPENERS[..2] {
        read_str("sample.yaml", text).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(by_the_schema(text), None);
    }
}

fn by_the_schema(text: &str) -> Option<String> {
    let value: Value = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    complaint(&schema(), &schema(), &value)
}

#[test]
fn the_schema_has_the_keys_of_the_language_and_no_others() {
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (group, shape) in schema()["$defs"].as_object().expect("$defs") {
        let Some(properties) = shape["properties"].as_object() else { continue };
        assert_eq!(shape["additionalProperties"], false, "`{group}` lets unknown keys pass");
        said.insert(group.clone(), properties.keys().cloned().collect());
        for (key, value) in properties {
            let description = value["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "`{key}` of `{group}` is not described");
            let shown = value["examples"].as_array().is_some_and(|all| !all.is_empty());
            let not_yet = description.starts_with("Not yet");
            assert!(shown != not_yet, "`{key}` of `{group}` has no example, or one too many");
            for example in value["examples"].as_array().into_iter().flatten() {
                assert_eq!(complaint(&schema(), value, example), None, "`{key}` of `{group}`");
            }
        }
    }
    assert_eq!(said, known());
}

#[test]
fn the_schema_refuses_a_slip() {
    for (piece, by) in [
        ("send: PUT /items/{sku}", "sends: PUT /items/{sku}"),
        ("is: accepted", "is: fine"),
        ("status: 2xx", "status: often"),
        ("secret: yes", "secret: maybe"),
        ("set stock", "set stocks"),
    ] {
        assert!(by_the_schema(&super::small(piece, by)).is_some(), "{by}");
    }
    assert_eq!(by_the_schema(super::SMALL), None);
}

#[test]
fn the_handbook_tells_of_every_key() {
    for (group, keys) in known() {
        for key in keys {
            assert!(HANDBOOK.contains(&format!("`{key}")), "`{key}` of `{group}`");
        }
    }
}

/// The tutorial's profile is one that is read, and its exchanges are played.
#[test]
fn the_tutorial_is_true() {
    let block = |fence: &str| {
        let (_, rest) = HANDBOOK.split_once(fence).expect("it is there");
        rest.split_once("```").expect("it ends").0
    };
    let text = block("```yaml title=lamps.yaml\n");
    let profile = read_str("lamps.yaml", text).unwrap_or_else(|problems| panic!("{problems}"));
    let exchanges = block("```text title=lamps.txt\n");
    let recorded = super::super::recorded("lamps.txt", exchanges);
    let recorded = recorded.unwrap_or_else(|problems| panic!("{problems}"));
    let settings =
        super::super::Settings::said(&profile, |setting| Some(format!("<{}>", setting.from))).0;
    let played = recorded.play(&profile, &settings);
    assert!(played.len() >= 3);
    for case in played {
        assert_eq!(case.wrong, None);
    }
}

/// The exchanges that ship go as they are written.
#[test]
fn the_exchanges_that_ship_are_true() {
    for (name, _) in SHIPPED {
        let profile = read(name).unwrap_or_else(|problems| panic!("{problems}"));
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("scenarios/profiles")
            .join(format!("{name}.txt"));
        let text = std::fs::read_to_string(&file).expect("exchanges ship beside it");
        let recorded = super::super::recorded(name, &text);
        let recorded = recorded.unwrap_or_else(|problems| panic!("{problems}"));
        let said = |setting: &super::super::ProfileSetting| {
            setting.default.clone().or_else(|| Some(format!("<{}>", setting.from)))
        };
        let settings = super::super::Settings::said(&profile, said).0;
        for case in recorded.play(&profile, &settings) {
            assert_eq!(case.wrong, None, "{name}.txt:{}", case.line);
        }
    }
}
