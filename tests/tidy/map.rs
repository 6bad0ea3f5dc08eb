//! Owns the code map of docs/ARCHITECTURE.md: what it names is there, and every room is on it.

use crate::source::{self, Source, is_rust_path};
use crate::{Findings, none};

const MAP: &str = "docs/ARCHITECTURE.md";

/// Files named in the map that are nowhere.
fn gone(map: &str, tree: &[Source]) -> Findings {
    let named = map.split('`').skip(1).step_by(2).filter(|word| is_rust_path(word));
    named
        .filter(|name| {
            let below = format!("/{name}");
            !tree.iter().any(|file| file.path == **name || file.path.ends_with(&below))
        })
        .map(|name| format!("{MAP}: `{name}` is not there"))
        .collect()
}

/// Folders right below `src/` that the map does not name.
fn unmapped(map: &str, tree: &[Source]) -> Findings {
    let mut rooms: Vec<&str> = tree
        .iter()
        .filter_map(|file| file.path.strip_prefix("src/")?.split_once('/'))
        .map(|(room, _)| room)
        .collect();
    rooms.dedup();
    rooms.retain(|room| !map.contains(&format!("`src/{room}`")));
    rooms.into_iter().map(|room| format!("{MAP}: `src/{room}` is not on the map")).collect()
}

#[test]
fn the_map_is_true() {
    let tree = source::tree();
    let map = tree.iter().find(|file| file.path == MAP).expect("there is a map");
    none(&gone(&map.text, &tree));
    none(&unmapped(&map.text, &tree));
}

#[test]
fn a_map_that_is_not_true_is_found() {
    let tree = [Source::new("src/judge/lag.rs", ""), Source::new("src/wire/mod.rs", "")];
    assert_eq!(gone("`lag.rs`, `judge/lag.rs`, `ag.rs`, `src/jag.rs`, bag.rs", &tree).len(), 2);
    assert_eq!(unmapped("### `src/judge`", &tree).len(), 1);
    assert_eq!(unmapped("### `src/judge` and `src/wire`", &tree).len(), 0);
}
