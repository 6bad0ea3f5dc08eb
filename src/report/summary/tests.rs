//! Tests of the summary and of the schema that ships with it.

use super::*;
use crate::report::sample;
use serde_json::Value as Json;

/// The part of JSON Schema that the shipped schema uses, checked strictly: an unknown keyword
/// fails, so that the checker cannot fall behind the schema.
pub(in crate::report) fn breaches(
    schema: &Json,
    root: &Json,
    value: &Json,
    at: &str,
) -> Vec<String> {
    let mut found = Vec::new();
    for (keyword, want) in schema.as_object().expect("a schema is an object") {
        let ok = match keyword.as_str() {
            "$schema"
            | "title"
            | "description"
            | "$defs"
            | "format"
            | "default"
            | "additionalProperties" => true,
            "$ref" => {
                let path = want.as_str().unwrap().trim_start_matches('#');
                found.extend(breaches(root.pointer(path).unwrap(), root, value, at));
                true
            }
            "type" => match want {
                Json::Array(any) => any.iter().any(|kind| is_a(kind, value)),
                kind => is_a(kind, value),
            },
            "const" => want == value,
            "enum" => want.as_array().unwrap().contains(value),
            "minimum" => value.as_f64().is_none_or(|n| n >= want.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|n| n <= want.as_f64().unwrap()),
            "minItems" | "maxItems" => value.as_array().is_none_or(|items| {
                let (most, n) = (keyword == "maxItems", want.as_u64().unwrap());
                if most { items.len() as u64 <= n } else { items.len() as u64 >= n }
            }),
            "required" => want.as_array().unwrap().iter().all(|name| {
                value.as_object().is_none_or(|object| object.contains_key(name.as_str().unwrap()))
            }),
            "properties" => {
                for (name, of) in want.as_object().unwrap() {
                    if let Some(inner) = value.get(name) {
                        found.extend(breaches(of, root, inner, &format!("{at}/{name}")));
                    }
                }
                true
            }
            "items" => {
                for (place, inner) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(breaches(want, root, inner, &format!("{at}/{place}")));
                }
                true
            }
            "oneOf" | "anyOf" => {
                let options = want.as_array().unwrap().iter();
                let fits = options.filter(|of| breaches(of, root, value, at).is_empty()).count();
                fits == 1 || (keyword == "anyOf" && fits > 1)
            }
            other => panic!("the checker does not know `{other}`"),
        };
        if !ok {
            found.push(format!("{at}: {keyword} {want} is not met by {value}"));
        }
    }
    found
}

fn is_a(kind: &Json, value: &Json) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the checker does not know the type `{other}`"),
    }
}

fn json(summary: &Summary) -> Json {
    serde_json::from_slice(&summary.to_json()).unwrap()
}

#[test]
fn the_shipped_schema_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/summary.schema.json");
    let current = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("DOORBUSTER_WRITE_SCHEMAS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let shipped = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        shipped == current,
        "schemas/summary.schema.json is stale: run the tests with DOORBUSTER_WRITE_SCHEMAS=1",
    );
}

#[test]
fn every_sample_is_valid_by_the_schema() {
    let schema = schema();
    for (name, judgement) in sample::all() {
        let found = breaches(&schema, &schema, &json(&Summary::of(&judgement)), "");
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

#[test]
fn the_schema_refuses_what_is_not_a_summary() {
    let schema = schema();
    let good = json(&sample::summary_go());
    let spoilt: [fn(&mut Json); 5] = [
        |j| j["version"] = 9.into(),
        |j| j["verdict"] = "maybe".into(),
        |j| j["totals"]["accepted"] = (-1).into(),
        |j| j["gates"][0]["value"] = serde_json::json!({"lag_us": 0.5}),
        |j| drop(j.as_object_mut().unwrap().remove("load")),
    ];
    for (place, spoil) in spoilt.into_iter().enumerate() {
        let mut bad = good.clone();
        spoil(&mut bad);
        assert!(!breaches(&schema, &schema, &bad, "").is_empty(), "spoilt {place} passes");
    }
}

#[test]
fn a_summary_holds_integers_and_strings_only() {
    fn floats(value: &Json) -> usize {
        match value {
            Json::Number(n) => usize::from(n.is_f64()),
            Json::Array(all) => all.iter().map(floats).sum(),
            Json::Object(all) => all.values().map(floats).sum(),
            Json::Null | Json::Bool(_) | Json::String(_) => 0,
        }
    }
    for (name, judgement) in sample::all() {
        assert_eq!(floats(&json(&Summary::of(&judgement))), 0, "{name}");
    }
}

#[test]
fn the_same_judgement_gives_the_same_bytes_and_they_read_back() {
    for (_, judgement) in sample::all() {
        let summary = Summary::of(&judgement);
        assert_eq!(summary.to_json(), Summary::of(&judgement).to_json());
        assert_eq!(serde_json::from_slice::<Summary>(&summary.to_json()).unwrap(), summary);
    }
}

/// What the first version of the contract did not have.
const ADDED: [(&str, &[&str]); 4] = [
    ("", &["mismatch", "run_outs", "error_classes", "reconciliation", "checklist"]),
    ("/totals", &["undersold_money", "money_at_risk", "sync_jitter_us", "lost_by_kind"]),
    ("/gates/0", &["impact"]),
    (
        "/series/run/0",
        &[
            "refused_for_stock",
            "shelf_lag",
            "price_parity_ppm",
            "mismatch_ppm",
            "lost_after_throttling",
        ],
    ),
];

#[test]
fn a_summary_of_the_first_version_still_reads_and_is_valid() {
    let mut old = json(&sample::summary_go());
    for (at, names) in ADDED {
        for name in names {
            let object = old.pointer_mut(at).unwrap().as_object_mut().unwrap();
            assert!(object.remove(*name).is_some(), "{at}/{name} is not there");
        }
    }
    let schema = schema();
    assert_eq!(breaches(&schema, &schema, &old, ""), Vec::<String>::new());
    let read: Summary = serde_json::from_value(old).unwrap();
    assert_eq!((read.error_classes.len(), read.mismatch.bands.len()), (0, 0));
    assert_eq!(read.gates[0].impact, None);
}

#[test]
fn kpi_keys_are_those_of_scenarios() {
    for kpi in charter::Kpi::ALL {
        let own = gate::Kpi::from(kpi);
        assert_eq!(serde_json::to_value(own).unwrap(), kpi.key());
        assert_eq!(own.title(), kpi.title());
    }
}

#[test]
fn names_are_made_printable_once() {
    let summary = Summary::of(&sample::hostile());
    let text = String::from_utf8(summary.to_json()).unwrap();
    for hidden in ["\\u001b", "\\u0007", "\\r", "\u{202e}"] {
        assert!(!text.contains(hidden), "{hidden:?} is still there");
    }
    assert!(summary.campaign.name.ends_with("\u{fffd}[31m\u{fffd}"), "{}", summary.campaign.name);
}

#[test]
fn risks_know_what_they_cover() {
    let summary = Summary::of(&sample::go_with_conditions());
    let covers: Vec<_> = summary.accepted_risks.iter().map(|risk| risk.covers.clone()).collect();
    assert_eq!(covers, [vec![3], vec![]]);
    assert_eq!(summary.conditions.len(), 2);
    assert_eq!(summary.limits_loosened.len(), 1);
}

#[test]
fn an_honesty_weaker_than_standard_is_a_limit_loosened() {
    let mut judgement = sample::go_with_conditions();
    assert!(Summary::of(&judgement).honesty_loosened.is_empty());
    judgement.charter.honesty.sent_at_least = crate::units::Ppm(500_000);
    judgement.charter.honesty.lateness_p99_us_max = 1_000;
    let summary = Summary::of(&judgement);
    let limits: Vec<&str> = summary.honesty_loosened.iter().map(|l| l.limit.as_str()).collect();
    assert_eq!(limits, ["sent at least"]);
    assert!(summary.headline.contains("2 limits loosened"), "{}", summary.headline);
}

#[test]
fn a_no_go_reads_like_this() {
    let mut summary = Summary::of(&sample::no_go());
    // The rest of the windows says nothing new about the shape.
    summary.series.run.truncate(2);
    summary.series.channels.truncate(1);
    summary.series.channels[0].truncate(1);
    summary.gates.truncate(8);
    // Nor do the channels after the first that fails.
    summary.channels.truncate(2);
    let json = String::from_utf8(summary.to_json()).unwrap();
    let folded = folded(&json);
    let words = |text: &str| serde_json::from_str::<Json>(text).unwrap();
    assert_eq!(words(&folded), words(&json));
    insta::assert_snapshot!(folded);
}

/// The same JSON with as much on each line as fits the page: what a reviewer can read.
fn folded(pretty: &str) -> String {
    let lines: Vec<&str> = pretty.lines().collect();
    let depth = |line: &str| line.len() - line.trim_start().len();
    let fits = |depth: usize, said: &str| depth + said.chars().count() <= 100;
    let mut filled: Vec<(usize, String)> = Vec::new();
    let mut next = 0;
    while let Some(&line) = lines.get(next) {
        let depth_here = depth(line);
        let closes = lines[next + 1..].iter().position(|later| depth(later) == depth_here);
        let opens = line.ends_with(['{', '[']);
        let group = &lines[next..=next + if opens { closes.unwrap() + 1 } else { 0 }];
        let one = group.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        let whole = fits(depth_here, &one);
        let said = if whole { one } else { line.trim().to_owned() };
        let fragment = |said: &str| said.ends_with(['{', '[']) || said.starts_with(['}', ']']);
        match filled.last_mut() {
            Some((depth, before))
                if *depth == depth_here
                    && !fragment(&said)
                    && !fragment(before)
                    && fits(*depth, &format!("{before} {said}")) =>
            {
                before.push(' ');
                before.push_str(&said);
            }
            _ => filled.push((depth_here, said)),
        }
        next += if whole { group.len() } else { 1 };
    }
    let lines = filled.into_iter().map(|(depth, said)| format!("{:depth$}{said}\n", ""));
    lines.collect()
}
