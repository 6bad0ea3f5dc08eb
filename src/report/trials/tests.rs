//! Tests of trials: the contract, and what is said of a GO.

use super::words::{did, fewer, go_if, headline};
use super::*;
use crate::report::many::tests::{SALES, currency};
use crate::report::summary::tests::breaches;

fn chance(yes: u64) -> Chance {
    let low_ppm = if yes == 30 { 904_966 } else { 0 };
    Chance { yes, of: 30, low_ppm, high_ppm: 1_000_000 }
}

fn interval(mean: i64, half: i64) -> Interval {
    Interval { mean, low: Some(mean - half), high: Some(mean + half) }
}

fn trial(what: &str, yes: u64, moved: i64) -> Trial {
    Trial {
        changes: vec![Change {
            to: "hub".to_owned(),
            what: what.to_owned(),
            owner: "ops-integration".to_owned(),
            burden: Cost::Integration,
            settings: vec!["connectors.hub.reference.updates: delta".to_owned()],
        }],
        in_band: chance(yes),
        verdict: if yes == 30 { Verdict::Go } else { Verdict::NoGo },
        is_go: yes == 30,
        closes: None,
        dropped: moved == 0,
        effects: vec![Effect {
            kpi: Kpi::OversoldOrders,
            before: 30_000,
            difference: interval(moved, 500),
        }],
        sales: Sales { kept_money: interval(120_000, 20_000), ..SALES },
        undersold_units: interval(12, 3),
        calls: interval(2, 9),
    }
}

/// Trials of which the first is the smallest set.
pub(crate) fn sample() -> Trials {
    let helps = trial("send changes instead of absolute stock", 30, -29_000);
    Trials {
        version: TRIALS_VERSION,
        campaign: "Doors".to_owned(),
        runs: 30,
        first_seed: 7,
        in_band_at_least_ppm: 900_000,
        before: chance(0),
        sales_before: SALES,
        currency: currency(),
        go_already: false,
        alone: vec![helps.clone(), trial("look twice as often", 0, 0)],
        together: Some(helps.clone()),
        recommended: Some(helps.clone()),
        smallest: Some(helps),
        patch: ["connectors:", "  hub:", "    reference:", "      updates: delta"]
            .map(str::to_owned)
            .to_vec(),
        failed: vec![],
        proves_nothing: vec![],
        stopped: false,
    }
}

#[test]
fn a_go_asks_for_the_smallest_set_with_what_it_did() {
    let trials = sample();
    let asked = go_if(&trials).unwrap();
    assert_eq!(asked.lines.len(), 1);
    assert_eq!(
        asked.lines[0].1,
        "Alone: oversold orders 3 % → 0.1 % (± 0.05 points); sales kept +USD 1.2 k (± USD 200.00); \
         +12 units unsold though there."
    );
    let note = "GO: 30 of 30 afternoons lie within every limit, 0 as it is";
    assert!(asked.note.contains(note), "{}", asked.note);
    assert_eq!(headline(&trials), format!("One change makes a {note}"));
    assert_eq!(asked.title, "go if");
}

#[test]
fn the_set_that_keeps_most_is_asked_for_by_its_verdict_and_a_smaller_one_is_told_beside_it() {
    let most = Trial {
        changes: [trial("a", 30, -1).changes, trial("b", 30, -1).changes].concat(),
        verdict: Verdict::GoWithConditions,
        ..trial("", 30, -29_000)
    };
    let dear = Sales { kept_money: interval(-10_100_000, 180_000), ..SALES };
    let smallest = Trial { sales: dear, ..trial("hold back", 30, -29_000) };
    let trials = Trials { recommended: Some(most), smallest: Some(smallest), ..sample() };
    let said = headline(&trials);
    assert!(said.starts_with("2 changes make a GO WITH CONDITIONS: 30 of 30"), "{said}");
    let [most, least] = fewer(&trials).unwrap();
    assert_eq!(
        most,
        "Recommended: 2 changes, sales kept +USD 1.2 k (± USD 200.00): GO WITH CONDITIONS"
    );
    assert!(least.starts_with("Fewer would do: 1 change, sales kept USD −101 k"), "{least}");
    let asked = go_if(&trials).unwrap();
    assert!(asked.lines.len() == 2 && asked.note.contains(&least), "{}", asked.note);
    assert!(fewer(&sample()).is_none(), "one set is told once");
}

#[test]
fn where_nothing_is_enough_it_says_so_and_names_what_helps() {
    let mut trials = Trials { recommended: None, smallest: None, ..sample() };
    trials.together.as_mut().unwrap().verdict = Verdict::NoGo;
    let asked = go_if(&trials).unwrap();
    assert!(asked.note.starts_with("No set that was tried makes a GO"), "{}", asked.note);
    assert_eq!(asked.lines.len(), 1, "what did nothing is not proposed");
    assert_ne!(asked.title, "go if", "it is no GO with these either");
    assert!(!asked.note.contains("--runs"), "none of 30 is settled: {}", asked.note);
    let near = Trial { verdict: Verdict::Inconclusive, ..trial("almost", 29, -29_000) };
    trials.together = Some(near);
    let open = "29 of 30 afternoons lie within every limit; more of them may settle it (`--runs`)";
    assert!(headline(&trials).ends_with(open), "{}", headline(&trials));
    trials.stopped = true;
    assert!(headline(&trials).starts_with("Stopped"), "{}", headline(&trials));
    assert!(headline(&trials).ends_with(open), "what was found is told: {}", headline(&trials));
    trials.go_already = true;
    assert!(go_if(&trials).is_none(), "a GO asks for nothing");
    assert_eq!(
        did(&sample(), &Trial { calls: interval(9, 1), ..trial("x", 0, 0) })
            .matches("calls")
            .count(),
        1
    );
}

/// A change that makes a GO by itself is a set, however little was tried beside it.
#[test]
fn a_search_that_was_stopped_offers_the_change_that_is_enough() {
    let trials = Trials { stopped: true, together: None, ..sample() };
    let said = headline(&trials);
    assert!(said.starts_with("One change makes a GO: 30 of 30"), "{said}");
    assert!(said.ends_with("stopped before everything was tried"), "{said}");
    assert_eq!(go_if(&trials).unwrap().title, "go if");
}

#[test]
fn what_closes_a_channel_is_never_proposed() {
    let mut trials = Trials { recommended: None, smallest: None, ..sample() };
    trials.alone[0].closes = Some("amazon".to_owned());
    let asked = go_if(&trials).unwrap();
    assert!(asked.lines.is_empty(), "{:?}", asked.lines);
    let said = did(&trials, &trials.alone[0]);
    assert!(said.starts_with("no remedy: amazon sells far less"), "{said}");
}

#[test]
fn what_can_prove_nothing_says_why_and_nothing_else() {
    let mut trials = Trials { recommended: None, smallest: None, alone: vec![], ..sample() };
    trials.proves_nothing = vec!["oversold orders: it never came up".to_owned()];
    assert_eq!(
        headline(&trials),
        "No change can be proved to help: oversold orders: it never came up"
    );
    assert!(go_if(&trials).is_none());
}

#[test]
fn the_shipped_schema_is_current_and_trials_are_valid_by_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/trials.schema.json");
    let schema = schema();
    let current = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("DOORBUSTER_WRITE_SCHEMAS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let shipped = std::fs::read_to_string(path).unwrap_or_default();
    assert!(shipped == current, "stale: run the tests with DOORBUSTER_WRITE_SCHEMAS=1");
    let breaches = |trials: &Trials| {
        breaches(&schema, &schema, &serde_json::from_slice(&trials.to_json()).unwrap(), "")
    };
    assert_eq!(breaches(&sample()), Vec::<String>::new());
    assert_eq!(breaches(&Trials { version: 2, ..sample() }).len(), 1);
    let again = crate::report::beside::trials(&sample().to_json()).unwrap();
    assert_eq!(again, sample(), "what is written can be read again");
}
