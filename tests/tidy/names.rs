//! Owns that a type that other rooms may use has a name of its own: who reads `Limits` should not
//! have to ask whose. Must not know which rooms there are.
//!
//! A JSON contract says what it states in the words of whoever found it out: its types may bear
//! their names.

use std::collections::BTreeMap;

use crate::source::{self, Source};
use crate::{Findings, none};

/// Keywords that define a type.
const KINDS: [&str; 5] = ["struct ", "enum ", "trait ", "type ", "union "];

/// The types of a file that other rooms may use, with where each is defined.
fn owned(file: &Source) -> Vec<(usize, &str)> {
    if !file.path.starts_with("src/") || file.product.contains("JsonSchema") {
        return Vec::new();
    }
    let code = &file.product;
    let mut found = Vec::new();
    let mut offset = 0;
    for line in code.split_inclusive('\n') {
        let said = line.trim_start();
        let rest = ["pub ", "pub(crate) "].iter().find_map(|open| said.strip_prefix(open));
        let name = rest.and_then(|rest| KINDS.iter().find_map(|kind| rest.strip_prefix(kind)));
        // Indented ones belong to a trait or to a module inside the file.
        if let Some(name) = name.filter(|_| said.len() == line.len()) {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            found.push((offset, &name[..end.unwrap_or(name.len())]));
        }
        offset += line.len();
    }
    found
}

/// Names with several owners.
fn shared(sources: &[Source]) -> Findings {
    let mut owners: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in sources {
        for (offset, name) in owned(file) {
            owners.entry(name).or_default().push(file.at(offset, name));
        }
    }
    owners.retain(|_, places| places.len() > 1);
    let says = |places: &Vec<String>| {
        format!("{}: it has an owner at {}", places[0], places[1..].join(", "))
    };
    owners.values().map(says).collect()
}

#[test]
fn a_type_has_a_name_of_its_own() {
    none(&shared(&source::tree()));
}

#[test]
fn two_owners_are_found() {
    let file = |path: &str, text: &str| Source::new(path, text);
    let two = [
        file("src/judge/lag.rs", "pub struct Limits;\n"),
        file("src/wire/client.rs", "pub(crate) enum Limits {}\n"),
    ];
    assert_eq!(
        shared(&two),
        ["src/judge/lag.rs:1: Limits: it has an owner at \
        src/wire/client.rs:1: Limits"]
    );
    let contract = [
        file("src/judge/lag.rs", "pub struct Limits;\n"),
        file("src/report/gate.rs", "use schemars::JsonSchema;\npub struct Limits;\n"),
        file("src/wire/server.rs", "pub(super) struct Limits;\n"),
    ];
    assert_eq!(shared(&contract), Findings::new());
}
