//! Histories that earlier versions wrote are judged as they were, byte for byte
//! (tests/museum/README.md).

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

use std::fs;
use std::path::{Path, PathBuf};

use doorbuster::history::reader::{Ended, Reader};
use doorbuster::judge::Fold;
use doorbuster::report::compare::read::{NotASummary, summary};
use doorbuster::report::summary::{SUMMARY_VERSION, Summary};
use serde_json::Value as Json;

/// Differences that are told; of thousands the first say enough.
const TOLD: usize = 40;

fn museum() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/museum")
}

/// The summary of a history, and whether it was closed.
fn judged(history: &[u8]) -> (Vec<u8>, bool) {
    let mut reader = Reader::over(history).unwrap();
    let mut fold = Fold::new();
    for fact in reader.by_ref() {
        fold.eat(&fact).unwrap();
    }
    let judgement = fold.judge().unwrap();
    (Summary::of(&judgement).to_json(), matches!(reader.ended(), Some(Ended::Closed)))
}

/// Every place at which two summaries differ, with what stood there and what stands there now.
fn differences(was: &Json, is: &Json, path: &str, told: &mut Vec<String>) {
    match (was, is) {
        (Json::Object(old), Json::Object(new)) => {
            let added = new.keys().filter(|key| !old.contains_key(*key));
            for key in old.keys().chain(added) {
                let (was, is) = (old.get(key).unwrap_or(&Json::Null), new.get(key));
                differences(was, is.unwrap_or(&Json::Null), &format!("{path}.{key}"), told);
            }
        }
        (Json::Array(old), Json::Array(new)) if old.len() == new.len() => {
            for (place, (was, is)) in old.iter().zip(new).enumerate() {
                differences(was, is, &format!("{path}[{place}]"), told);
            }
        }
        _ if was == is => {}
        (Json::Array(old), Json::Array(new)) => {
            told.push(format!("{path}: {} entries, now {}", old.len(), new.len()));
        }
        _ => told.push(format!("{path}: {was}, now {is}")),
    }
}

/// Holds a summary to the one that is kept, and where that is asked for keeps it.
fn holds(kept: &Path, is: &[u8]) -> Result<(), String> {
    let was = fs::read(kept).map(|bytes| zstd::decode_all(bytes.as_slice()).unwrap());
    if was.as_ref().is_ok_and(|was| was == is) {
        return Ok(());
    }
    let mut told = Vec::new();
    if let Ok(was) = &was {
        let read = |bytes: &[u8]| serde_json::from_slice::<Json>(bytes).unwrap();
        differences(&read(was), &read(is), "", &mut told);
    }
    if std::env::var_os("DOORBUSTER_WRITE_MUSEUM").is_some() {
        fs::write(kept, zstd::encode_all(is, 19).unwrap()).unwrap();
    }
    let more = told.len().saturating_sub(TOLD);
    told.truncate(TOLD);
    Err(format!(
        "{} is judged otherwise:\n{}\nand {more} more\nIf that is meant: tests/museum/README.md",
        kept.display(),
        told.join("\n"),
    ))
}

#[test]
fn recorded_histories_are_judged_as_they_were() {
    let (mut seen, mut otherwise) = (0, Vec::new());
    for version in fs::read_dir(museum()).unwrap().map(|entry| entry.unwrap().path()) {
        for folder in fs::read_dir(&version).into_iter().flatten().map(|entry| entry.unwrap()) {
            let history = folder.path().join("history.jsonl.zst");
            if let Ok(history) = fs::read(history) {
                let (summary, is_closed) = judged(&history);
                assert!(is_closed, "{}", folder.path().display());
                otherwise.extend(holds(&folder.path().join("summary.json.zst"), &summary).err());
                seen += 1;
            }
        }
    }
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n\n"));
    assert!(seen >= 6, "the museum holds {seen} histories");
}

#[test]
fn a_torn_history_of_then_is_judged_as_far_as_it_goes() {
    let live = fs::read(museum().join("v1/live/history.jsonl.zst")).unwrap();
    let (summary, is_closed) = judged(&live[..live.len() * 3 / 5]);
    assert!(!is_closed);
    assert_eq!(holds(&museum().join("v1/torn.json.zst"), &summary), Ok(()));
}

#[test]
fn an_older_summary_is_refused_with_what_makes_it_again() {
    let kept = fs::read(museum().join("v1/live/summary-1.json.zst")).unwrap();
    let refused = summary(&zstd::decode_all(kept.as_slice()).unwrap()).unwrap_err();
    assert_eq!(refused, NotASummary::Older(1));
    assert!(refused.to_string().contains("doorbuster report"), "{refused}");
    let history = fs::read(museum().join("v1/live/history.jsonl.zst")).unwrap();
    let again = summary(&judged(&history).0).unwrap();
    assert_eq!(again.version, SUMMARY_VERSION, "which it does");
}

#[test]
fn a_difference_is_named_by_its_place() {
    let (was, is) = (r#"{"a": [1, 2], "b": {"c": 1}}"#, r#"{"a": [1, 3], "b": {"d": 1}}"#);
    let read = |text: &str| serde_json::from_str::<Json>(text).unwrap();
    let mut told = Vec::new();
    differences(&read(was), &read(is), "", &mut told);
    assert_eq!(told, [".a[1]: 2, now 3", ".b.c: 1, now null", ".b.d: null, now 1"]);
}
