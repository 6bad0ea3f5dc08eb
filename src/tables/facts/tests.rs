//! No fact loses anything on its way into the table but the charter.

use serde_json::Value;

use super::super::cell::Cell;
use super::{columns, filling, phase};
use crate::history::charter::Phase;
use crate::history::fact::{Fact, What};
use crate::history::samples::{Drawn, charter, one_of_each};
use crate::units::At;

const DRAWN: Drawn =
    Drawn { small: 3, medium: 70_001, large: 8_000_000_003, signed: -41, flag: true };

/// Every number and word that a fact holds, names of fields left out.
fn leaves(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|field| leaves(field, into)),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, into)),
        Value::String(word) => into.push(word.clone()),
        Value::Null => {}
        other => into.push(other.to_string()),
    }
}

fn rows_of(fact: &Fact) -> Vec<Vec<(&'static str, String)>> {
    let charter = charter();
    let mut rows = Vec::new();
    let said = |cell: Cell<'_>| match cell {
        Cell::Empty => None,
        Cell::Int(n) | Cell::Money(n) => Some(n.to_string()),
        Cell::Text(text) => Some(text.to_owned()),
        Cell::Flag(yes) => Some(yes.to_string()),
    };
    let all: Result<(), ()> = filling::each_row(fact, &charter, |row| {
        let cells = columns().into_iter();
        rows.push(cells.filter_map(|c| Some((c.name, said((c.cell)(row))?))).collect());
        Ok(())
    });
    assert_eq!(all, Ok(()));
    rows
}

#[test]
fn nothing_that_a_fact_says_is_lost() {
    for (seq, mut what) in (0..).zip(one_of_each(DRAWN)) {
        // What the OMS holds was bought somewhere else; its lines have no offer by contract.
        let of_the_oms = match &mut what {
            What::Held { lines, .. } | What::Shipped { lines, .. } => Some(lines),
            What::Amended(amended) => Some(&mut amended.lines),
            _ => None,
        };
        for line in of_the_oms.into_iter().flat_map(std::sync::Arc::make_mut) {
            (line.offered.0, line.left.0) = (-41, -41);
        }
        let fact = Fact { seq, at: At(77), wall: 9, what };
        let json = serde_json::to_value(&fact.what).unwrap();
        let (kind, body) = json.as_object().unwrap().iter().next().unwrap();
        let cells: Vec<(&str, String)> = rows_of(&fact).concat();
        let has = |word: &str| cells.iter().any(|(_, cell)| cell == word);
        assert!(cells.contains(&("kind", kind.clone())) && has("77") && has("9"), "{kind}");
        let mut words = Vec::new();
        leaves(body, &mut words);
        if kind != "charter" {
            for word in words {
                assert!(has(&word), "{kind} says {word}, and the table does not: {cells:?}");
            }
        }
    }
}

#[test]
fn a_fact_of_several_parts_has_a_row_each() {
    let accepted =
        one_of_each(DRAWN).into_iter().find(|what| matches!(what, What::Accepted { .. }));
    let rows = rows_of(&Fact { seq: 5, at: At(1), wall: 0, what: accepted.unwrap() });
    let parts: Vec<&str> = rows.iter().map(|row| row[1].1.as_str()).collect();
    assert_eq!(parts, ["0", "1", "2"]);
    assert!(rows.iter().all(|row| row[0] == ("seq", "5".to_owned())), "and each says which fact");
}

#[test]
fn a_moment_lies_in_the_phase_that_is_not_over() {
    let mut charter = charter();
    charter.phases = [("early", 0, 10), ("late", 10, 20)]
        .map(|(name, from, until)| Phase {
            name: name.into(),
            from: At(from),
            until: At(until),
            silent: false,
        })
        .into();
    let named = [0, 9, 10, 19, 20].map(|at| phase(&charter.phases, At(at)).unwrap_or("none"));
    assert_eq!(named, ["early", "early", "late", "late", "none"]);
}
