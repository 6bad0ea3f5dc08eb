//! Owns the scenario as resolved: the text as written, with the values in force.
//! Must not know what the values mean. Comments and `${ENV}` references stay as they are.

use std::ops::Range;

use crate::language::problem::Reading;
use crate::language::tree::{Node, Value, same_key};

/// The text with `values` at the top of the scenario and the places that the reading resolved.
pub(super) fn text(source: &str, root: &Node, values: &[(&str, String)], r: &Reading) -> String {
    let mut edits: Vec<(Range<usize>, String)> = r.edits();
    let Value::Map(entries) = &root.value else { return source.to_owned() };
    for (key, value) in values {
        if let Some(entry) = entries.iter().find(|entry| same_key(&entry.key, key)) {
            edits.push((entry.node.at.clone(), value.clone()));
        } else {
            let at = entries.first().map_or(0, |entry| entry.key_at.start);
            edits.push((at..at, format!("{key}: {value}{}", separator(source, &root.at, at))));
        }
    }
    for (group, at, text) in r.added() {
        let separator = separator(source, &group, at);
        edits.push((at..at, text + &separator));
    }
    edits.sort_by_key(|(at, _)| (at.start, at.end));
    edits.dedup();
    let mut resolved = String::with_capacity(source.len() + 64);
    let mut written = 0;
    for (at, value) in edits {
        resolved.push_str(&source[written..at.start]);
        resolved.push_str(&value);
        written = at.end;
    }
    resolved.push_str(&source[written..]);
    resolved
}

/// What stands between two keys of a group: a line break with its indentation, or a comma.
fn separator(source: &str, group: &Range<usize>, key: usize) -> String {
    if source[group.clone()].starts_with('{') {
        return ", ".to_owned();
    }
    let line = source[..key].rfind('\n').map_or(0, |at| at + 1);
    format!("\n{}", " ".repeat(key - line))
}
