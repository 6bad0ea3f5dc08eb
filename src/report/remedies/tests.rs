//! Tests of remedies: the contract, and what is said of it.

use super::*;
use crate::report::sample;
use crate::report::summary::Summary;
use crate::report::summary::tests::breaches;
use crate::report::summary::verdict::Evidence;
use crate::report::words::diagnosis::diagnosis;

fn remedied(after: u64) -> Remedied {
    Remedied {
        what: "try again what is refused, too".to_owned(),
        to: "hub".to_owned(),
        owner: "ops-integration".to_owned(),
        settings: vec!["connectors.hub.reference.retry: { refusals: yes }".to_owned()],
        after,
        in_band: true,
        kept_money: 12_300,
    }
}

/// What was tried of each gate that failed in the sample.
fn tried(best: Option<&Remedied>) -> (Summary, Remedies) {
    let judgement = sample::no_go();
    let summary = Summary::of(&judgement);
    let told = diagnosis(&summary);
    let of = told.iter().map(|one| {
        let (kpi, rule) = one.shown_by;
        Remedy { kpi, rule, before: 31, best: best.cloned() }
    });
    let of = of.collect();
    let currency = Currency::of(&judgement.charter);
    let campaign = summary.campaign.name.clone();
    (summary, Remedies { version: REMEDIES_VERSION, campaign, seed: 7, played: 9, currency, of })
}

#[test]
fn each_symptom_says_what_the_action_would_have_changed() {
    let (summary, all) = tried(Some(&remedied(0)));
    let told = diagnosis(&summary);
    let said = lines(&all, &told);
    assert_eq!(said.len(), told.len());
    for line in &said {
        assert!(line.main.contains("hub: try again what is refused, too"), "{}", line.main);
        assert!(line.main.contains(" instead of 31"), "{}", line.main);
        assert!(line.main.contains("ops-integration"), "{}", line.main);
    }
    let (summary, all) = tried(None);
    let said = lines(&all, &diagnosis(&summary));
    assert!(said.iter().all(|line| line.main.contains("none of 9 actions")), "{said:?}");
    let none = Remedies { of: vec![], ..all };
    let said = lines(&none, &diagnosis(&summary));
    assert!(said.iter().all(|line| line.main.contains("no setting")), "{said:?}");
}

#[test]
fn what_was_not_tried_says_how_or_why_not() {
    let mut summary = Summary::of(&sample::no_go());
    summary.evidence = Evidence::Model;
    let said = untried(&summary, "reports/one/scenario.yaml");
    assert!(said.contains("`doorbuster simulate reports/one/scenario.yaml --runs 1`"), "{said}");
    summary.evidence = Evidence::Staging;
    assert!(!untried(&summary, "x").contains("simulate"));
}

#[test]
fn the_shipped_schema_is_current_and_remedies_are_valid_by_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/remedies.schema.json");
    let schema = schema();
    let current = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("DOORBUSTER_WRITE_SCHEMAS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let shipped = std::fs::read_to_string(path).unwrap_or_default();
    assert!(shipped == current, "stale: run the tests with DOORBUSTER_WRITE_SCHEMAS=1");
    let breaches = |all: &Remedies| {
        breaches(&schema, &schema, &serde_json::from_slice(&all.to_json()).unwrap(), "")
    };
    let (_, all) = tried(Some(&remedied(3)));
    assert_eq!(breaches(&all), Vec::<String>::new());
    assert_eq!(breaches(&Remedies { version: 9, ..all.clone() }).len(), 1);
    let again = crate::report::beside::remedies(&all.to_json()).unwrap();
    assert_eq!(again, all, "what is written can be read again");
}
