//! Sessions of `doorbuster compare`: two runs played, held against each other, read back.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;

const SMALL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios/small.yaml");

fn done(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorbuster"));
    command.args(args).stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn exits(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
}

/// Plays the small scenario on a seed, with these words of it replaced; twelve times from it on
/// where its name says many.
fn played(temp: &TempDir, name: &str, seed: &str, replaced: &[(&str, &str)]) -> String {
    let mut text = fs::read_to_string(SMALL).unwrap();
    for (from, to) in replaced {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let scenario = temp.path().join(format!("{name}.yaml"));
    fs::write(&scenario, text).unwrap();
    let out = temp.path().join(name).display().to_string();
    let runs = if name.starts_with("many") { "12" } else { "1" };
    let run = done(&[
        "simulate",
        scenario.to_str().unwrap(),
        "--runs",
        runs,
        "--seed",
        seed,
        "--out",
        &out,
    ]);
    assert!(matches!(run.status.code(), Some(0 | 1 | 3)), "{}", said(&run));
    out
}

/// Fewer workers, a slower poll, reservation with the handoff: it oversells.
const NAIVE: [(&str, &str); 3] = [
    ("workers: 16\n      partitions: 4", "workers: 1"),
    ("updates: delta", "updates: absolute"),
    ("reserve: on accept", "reserve: on handoff\n      orders in: { poll: 2m }"),
];

fn compared(args: &[&str]) -> (Output, Json) {
    let temp = tempfile::tempdir().unwrap();
    let out = temp.path().join("compared").display().to_string();
    let output = done(&[&["compare"], args, &["--out", &out, "--json"]].concat());
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Json::Null);
    if !json.is_null() {
        let written = fs::read(Path::new(&out).join("compare.json")).unwrap();
        assert_eq!(written, output.stdout, "--json prints the file");
        let page = fs::read_to_string(Path::new(&out).join("compare.html")).unwrap();
        assert!(page.contains(json["groups"][0]["runs"][0]["label"].as_str().unwrap()));
    }
    (output, json)
}

fn findings(json: &Json, finding: &str) -> Vec<String> {
    let all = json["against"].as_array().unwrap().iter();
    let all = all.flat_map(|against| against["differences"].as_array().unwrap());
    let these = all.filter(|d| d["finding"] == finding && d["channel"].is_null());
    these.map(|d| d["kpi"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_change_for_the_worse_is_found_named_and_fails_when_asked() {
    let temp = tempfile::tempdir().unwrap();
    let good = played(&temp, "good", "3", &[]);
    let bad = played(&temp, "bad", "3", &NAIVE);
    let (output, json) = compared(&[&good, &bad]);
    exits(&output, 0);
    assert!(findings(&json, "worse").contains(&"oversold orders".to_owned()), "{json:#}");
    assert!(findings(&json, "better").is_empty());
    let text = said(&output);
    assert!(text.replace('\n', " ").contains("Worse in B, beyond chance: "), "{text}");
    let changed = text.lines().find(|line| line.starts_with("connectors.hub.reference.workers"));
    let changed: Vec<&str> = changed.expect("the key is told").split_whitespace().skip(1).collect();
    assert_eq!(changed, ["16", "1"], "{text}");
    assert!(text.contains("met the same shoppers (seed 3"), "{text}");
    exits(&compared(&[&good, &bad, "--fail-on-worse"]).0, 1);
    let (output, json) = compared(&[&bad, &good, "--fail-on-worse"]);
    exits(&output, 0);
    assert!(findings(&json, "better").contains(&"oversold orders".to_owned()), "{json:#}");
}

#[test]
fn two_seeds_of_one_scenario_do_not_differ_beyond_chance() {
    let temp = tempfile::tempdir().unwrap();
    let [one, two] = ["1", "2"].map(|seed| played(&temp, &format!("seed-{seed}"), seed, &[]));
    let (output, json) = compared(&[&one, &two, "--fail-on-worse"]);
    exits(&output, 0);
    assert!(
        findings(&json, "better").is_empty() && findings(&json, "worse").is_empty(),
        "{json:#}"
    );
    let text = said(&output);
    assert!(text.contains("Nothing differs beyond chance between A and B"), "{text}");
    assert!(text.contains("the same scenario but for the seed"), "{text}");
}

#[test]
fn replications_are_taken_together_pair_by_pair() {
    let temp = tempfile::tempdir().unwrap();
    let mut runs = Vec::new();
    for (name, replaced) in [("good", &[][..]), ("bad", &NAIVE[..])] {
        for seed in ["1", "2", "3"] {
            runs.push(played(&temp, &format!("{name}-{seed}"), seed, replaced));
        }
    }
    let runs: Vec<&str> = runs.iter().map(String::as_str).collect();
    let (output, json) = compared(&runs);
    exits(&output, 0);
    assert_eq!(json["against"][0]["basis"]["paired_afternoons"]["pairs"], 3, "{json:#}");
    assert!(findings(&json, "worse").contains(&"sync lag".to_owned()), "{json:#}");
    let (output, json) = compared(&runs[..3]);
    exits(&output, 0);
    assert_eq!(json["against"].as_array().unwrap().len(), 0);
    assert!(said(&output).contains("These 3 runs are afternoons of one scenario"));
}

/// The folders of many replications are compared as such; it used to be their median replications,
/// on whatever seeds those had.
#[test]
fn two_studies_are_compared_as_studies_and_not_by_the_replications_they_show() {
    let temp = tempfile::tempdir().unwrap();
    let good = played(&temp, "many-good", "3", &[]);
    let bad = played(&temp, "many-bad", "3", &NAIVE);
    let (output, json) = compared(&[&good, &bad]);
    exits(&output, 0);
    let basis = &json["against"][0]["basis"]["paired_afternoons"];
    assert_eq!((&basis["pairs"], &basis["same_shoppers"]), (&12.into(), &true.into()), "{json:#}");
    assert!(findings(&json, "worse").contains(&"oversold orders".to_owned()), "{json:#}");
    assert!(json["against"][0]["kept"]["paired"].as_bool().unwrap());
    for (group, folder) in [(0, &good), (1, &bad)] {
        let all = fs::read(Path::new(folder).join("afternoons.json")).unwrap();
        let all: Json = serde_json::from_slice(&all).unwrap();
        let run = &json["groups"][group]["runs"][0];
        assert_eq!((&run["verdict"], &run["study"]["runs"]), (&all["verdict"], &12.into()));
        assert_eq!(run["study"]["in_band"], all["in_band"]);
        assert_eq!(run["study"]["rates"][0]["pooled"], all["gates"][0]["pooled"]);
    }
    let text = said(&output);
    assert!(text.contains("over 12 afternoons") && text.contains("pair by pair"), "{text}");
    exits(&compared(&[&good, &bad, "--fail-on-worse"]).0, 1);
    // A study against a run: said to be of one replication each.
    let one = played(&temp, "one", "3", &[]);
    let text = said(&compared(&[&bad, &one]).0).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("A is many afternoons and the other is not"), "{text}");
    // The figures of a study are in its folder; without them there is nothing to compare.
    fs::remove_file(Path::new(&good).join("afternoons.json")).unwrap();
    let output = compared(&[&good, &bad]).0;
    exits(&output, 2);
    assert!(said(&output).contains("the summary beside it is of many afternoons"));
}

#[test]
fn what_cannot_be_compared_is_refused_with_what_to_do() {
    let temp = tempfile::tempdir().unwrap();
    let run = played(&temp, "run", "1", &[]);
    let place = |name: &str, text: &str| {
        let path = temp.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let newer = fs::read_to_string(Path::new(&run).join("summary.json")).unwrap();
    let newer = place("newer.json", &newer.replacen("\"version\": 2", "\"version\": 9", 1));
    let empty = temp.path().join("empty");
    fs::create_dir(&empty).unwrap();
    for (other, told) in [
        (empty.display().to_string(), "holds neither a summary.json nor a history"),
        ("/nowhere".to_owned(), "is not there"),
        (place("page.html", "<html>"), "it is not JSON"),
        (place("other.json", "{\"version\": 1}"), "no summary of doorbuster"),
        (newer, "compare with the newer doorbuster"),
        (run.clone(), "is given twice"),
        (format!("{run}/summary.json"), "is given twice"),
    ] {
        let output = done(&["compare", &run, &other]);
        exits(&output, 2);
        assert!(said(&output).contains(told), "{told}: {}", said(&output));
        assert!(output.stdout.is_empty());
    }
    exits(&done(&["compare", &run]), 2);
}

#[test]
fn a_run_that_has_a_history_only_is_judged_from_it() {
    let temp = tempfile::tempdir().unwrap();
    let one = played(&temp, "one", "1", &[]);
    let two = played(&temp, "two", "2", &[]);
    let whole = compared(&[&one, &two]).1;
    fs::remove_file(Path::new(&two).join("summary.json")).unwrap();
    let (output, json) = compared(&[&one, &two]);
    exits(&output, 0);
    assert!(said(&output).contains("it was judged from its history"), "{}", said(&output));
    assert_eq!(json, whole);
    assert!(!Path::new(&two).join("summary.json").exists(), "a run folder is left as it was");
}

#[test]
fn the_last_run_of_the_campaign_stands_beside_the_next() {
    let temp = tempfile::tempdir().unwrap();
    let first = played(&temp, "first", "3", &[]);
    let page = |run: &str| fs::read_to_string(Path::new(run).join("report.html")).unwrap();
    let line = "Since the last run of this campaign";
    assert!(!page(&first).contains(line));
    played(&temp, "of-another-campaign", "3", &[("campaign: Small", "campaign: Other")]);
    let second = played(&temp, "second", "3", &NAIVE);
    assert!(page(&second).contains(line));
    assert!(page(&second).contains("Oversold orders: "), "what moved is told");
    // Judged again, the first run has no earlier one still: the second came after it.
    done(&["report", &first]);
    assert!(!page(&first).contains(line));
}
