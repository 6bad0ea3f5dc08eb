//! Owns what differs between two scenarios, by the path of each key. Must not know what a key
//! means, nor read the files that a scenario names.

use super::LANGUAGE;
use super::Problems;
use crate::language::path;
use crate::language::problem::Reading;
use crate::language::tree::{self, Entry, Node, Value, same_key};

/// A value that differs; none where the key is not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// Where: `connectors.hub.reference.workers`, `traffic.phases.peak.rate`, as
    /// [`path::of`] writes it.
    pub path: String,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// No more of a value is told: a list of a thousand SKUs is not read in a line.
const VALUE_CHARS_MAX: usize = 120;

/// What differs between two scenarios, in the order in which the first has it. Comments, the
/// order of keys and how a value is quoted do not count; the order of a list does.
pub fn changes(before: &str, after: &str) -> Result<Vec<KeyChange>, Problems> {
    let (before, after) = (tree_of(before)?, tree_of(after)?);
    let mut found = Vec::new();
    compare("", Some(&before), Some(&after), &mut found);
    Ok(found)
}

fn tree_of(text: &str) -> Result<Node, Problems> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let reading = Reading::new(&LANGUAGE, std::path::PathBuf::new());
    match tree::parse(text, &reading) {
        Some(root) if reading.is_sound() => Ok(root),
        _ => Err(reading.into_errors("scenario.yaml", text)),
    }
}

fn compare(path: &str, before: Option<&Node>, after: Option<&Node>, found: &mut Vec<KeyChange>) {
    match (before.map(|node| &node.value), after.map(|node| &node.value)) {
        (Some(Value::Map(a)), Some(Value::Map(b))) => keys(path, a, b, found),
        (Some(Value::List(a)), Some(Value::List(b))) => items(path, a, b, found),
        // A group that is there in one only is told key by key: that is how it was written.
        (Some(Value::Map(a)), None) => keys(path, a, &[], found),
        (None, Some(Value::Map(b))) => keys(path, &[], b, found),
        _ => whole(path, before, after, found),
    }
}

/// The values as they are written, if they differ.
fn whole(path: &str, before: Option<&Node>, after: Option<&Node>, found: &mut Vec<KeyChange>) {
    let [a, b] = [before, after].map(|node| node.map(written));
    if a != b {
        let [before, after] = [a, b].map(|text| text.map(cut));
        found.push(KeyChange { path: path.to_owned(), before, after });
    }
}

fn keys(path: &str, before: &[Entry], after: &[Entry], found: &mut Vec<KeyChange>) {
    let of = |entries: &[Entry], key: &str| entries.iter().position(|e| same_key(&e.key, key));
    for entry in before {
        let other = of(after, &entry.key).map(|at| &after[at].node);
        compare(&below(path, &entry.key), Some(&entry.node), other, found);
    }
    for entry in after.iter().filter(|entry| of(before, &entry.key).is_none()) {
        compare(&below(path, &entry.key), None, Some(&entry.node), found);
    }
}

fn below(path: &str, key: &str) -> String {
    let key = path::of([key.replace('_', " ")]);
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

/// An item of a list, by its name or its place.
fn of_item(path: &str, name: &str) -> String {
    format!("{path}.{}", path::of([name]))
}

/// Items with names are matched by them, others by their place; lists of words are told whole.
fn items(path: &str, before: &[Node], after: &[Node], found: &mut Vec<KeyChange>) {
    let groups = |items: &[Node]| items.iter().all(|item| matches!(item.value, Value::Map(_)));
    if !groups(before) || !groups(after) {
        let [a, b] = [before, after].map(|items| Some(list(items)));
        if a != b {
            let [before, after] = [a, b].map(|text| text.map(cut));
            found.push(KeyChange { path: path.to_owned(), before, after });
        }
        return;
    }
    let (Some(names), Some(others)) = (names(before), names(after)) else {
        for place in 0..before.len().max(after.len()) {
            compare(&of_item(path, &place.to_string()), before.get(place), after.get(place), found);
        }
        return;
    };
    for (name, item) in names.iter().zip(before) {
        let other = others.iter().position(|other| other == name).map(|at| &after[at]);
        compare(&of_item(path, name), Some(item), other, found);
    }
    for (name, item) in others.iter().zip(after).filter(|(name, _)| !names.contains(name)) {
        compare(&of_item(path, name), None, Some(item), found);
    }
    let common = |names: &[&str], others: &[&str]| {
        let kept = names.iter().filter(|name| others.contains(name)).copied();
        kept.collect::<Vec<&str>>().join(", ")
    };
    let (order, reordered) = (common(&names, &others), common(&others, &names));
    if order != reordered {
        let path = format!("{path} (order)");
        found.push(KeyChange { path, before: Some(cut(order)), after: Some(cut(reordered)) });
    }
}

/// The `name` of each item, if each has one of its own.
fn names(items: &[Node]) -> Option<Vec<&str>> {
    let name = |item: &'_ Node| -> Option<usize> {
        let Value::Map(entries) = &item.value else { return None };
        entries.iter().position(|entry| entry.key == "name")
    };
    let mut names: Vec<&str> = Vec::new();
    for item in items {
        let at = name(item)?;
        let Value::Map(entries) = &item.value else { return None };
        let Value::Scalar(text) = &entries[at].node.value else { return None };
        if names.contains(&text.as_str()) {
            return None;
        }
        names.push(text);
    }
    Some(names)
}

/// A value in one line, as YAML would take it.
fn written(node: &Node) -> String {
    match &node.value {
        Value::Empty => "nothing".to_owned(),
        Value::Scalar(text) => text.split_whitespace().collect::<Vec<&str>>().join(" "),
        Value::List(items) => list(items),
        Value::Map(entries) => {
            let pair = |entry: &Entry| format!("{}: {}", entry.key, written(&entry.node));
            format!("{{ {} }}", entries.iter().map(pair).collect::<Vec<String>>().join(", "))
        }
    }
}

fn list(items: &[Node]) -> String {
    format!("[{}]", items.iter().map(written).collect::<Vec<String>>().join(", "))
}

fn cut(text: String) -> String {
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((at, _)) => text[..at].chars().chain(['…']).collect(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &[&str]) {
        let told = changes(before, after).unwrap().into_iter().map(|change| {
            let [a, b] = [change.before, change.after].map(|v| v.unwrap_or_else(|| "—".into()));
            format!("{}: {a} → {b}", change.path)
        });
        assert_eq!(told.collect::<Vec<String>>(), expected);
    }

    #[test]
    fn a_value_is_told_by_the_path_of_its_key() {
        check(
            "seed: 1\nconnectors:\n  hub: { reference: { workers: 8, batch: 1 } }\n",
            "# harder\nconnectors:\n  hub:\n    reference: { batch: '1', workers: 24 }\nseed: 1\n",
            &["connectors.hub.reference.workers: 8 → 24"],
        );
        check("a_b: 1", "a b: 2", &["a b: 1 → 2"]);
        check("a: { b.c: 1 }", "a: { b.c: 2 }", &["a.\"b.c\": 1 → 2"]);
    }

    #[test]
    fn keys_that_come_and_go_are_told_one_by_one() {
        check(
            "amazon: { share: 1 }\nretry: { attempts: 3, idempotent: no }",
            "amazon: { share: 1, holds back: 2 }\norders in: webhook",
            &[
                "amazon.holds back: — → 2",
                "retry.attempts: 3 → —",
                "retry.idempotent: no → —",
                "orders in: — → webhook",
            ],
        );
        check(
            "orders in: { poll: 3m }",
            "orders in: webhook",
            &["orders in: { poll: 3m } → webhook"],
        );
    }

    #[test]
    fn named_items_are_followed_through_a_list_and_their_order_counts() {
        let phase = |name: &str, rate: &str| format!("{{ name: {name}, rate: {rate} }}");
        let list = |items: &[String]| format!("phases: [{}]", items.join(", "));
        let (calm, peak) = (phase("calm", "1x"), phase("peak", "10x"));
        let before = list(&[calm.clone(), peak.clone()]);
        let more = list(&[calm.clone(), phase("peak", "[10x, 2x]"), phase("fade", "1x")]);
        check(
            &before,
            &more,
            &[
                "phases.peak.rate: 10x → [10x, 2x]",
                "phases.fade.name: — → fade",
                "phases.fade.rate: — → 1x",
            ],
        );
        check(&before, &list(&[peak, calm]), &["phases (order): calm, peak → peak, calm"]);
    }

    #[test]
    fn items_without_names_are_told_by_their_place_and_words_whole() {
        check(
            "limits: [{ on: [stock, price] }, { on: [orders] }]",
            "limits: [{ on: [stock] }]",
            &["limits.0.on: [stock, price] → [stock]", "limits.1.on: [orders] → —"],
        );
        check("rate: [1x, 2x]", "rate: [1x, 3x]", &["rate: [1x, 2x] → [1x, 3x]"]);
    }

    #[test]
    fn the_same_meaning_written_otherwise_is_no_change() {
        check("a: { b: 1 }\nc: [x, y]", "c:\n  - x\n  - \"y\"\na:\n  b: 1 # one", &[]);
    }

    #[test]
    fn what_is_no_scenario_is_refused_and_long_values_are_cut() {
        assert!(changes("a: [", "a: 1").is_err());
        assert!(changes("a: 1", "").is_err());
        let long = format!("a: {}", "x".repeat(500));
        let told = changes("a: 1", &long).unwrap();
        assert!(told[0].after.as_ref().is_some_and(|text| text.chars().count() == 121));
    }

    #[test]
    fn the_two_black_fridays_differ_in_their_connector_and_what_is_held_back() {
        let read = |name: &str| {
            let path = format!("{}/scenarios/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(path).unwrap()
        };
        let told = changes(&read("black-friday"), &read("black-friday-hardened")).unwrap();
        assert!(told.iter().all(|change| {
            change.path.starts_with("connectors.hub.reference.")
                || change.path.ends_with(".holds back")
        }));
        let workers = told.iter().find(|change| change.path.ends_with(".workers")).unwrap();
        let (before, after) = (workers.before.as_deref(), workers.after.as_deref());
        assert_eq!((before, after), (Some("6"), Some("24")));
    }
}
