//! Tests of patches: where values go, what is refused, and where that is shown.

use super::*;

const SCENARIO: &str = "campaign: Doors # kept
traffic:
  demand: 10/min
  phases:
    - { name: peak, rate: 4x }
connectors:
  hub:
    reference:
      workers: 4   # few
      retry: { attempts: 2 }
";

#[track_caller]
fn check(path: &str, value: &str, from: &str, to: &str) {
    let patched = Patch::set(path, value).applied("doors.yaml", SCENARIO).unwrap();
    assert_eq!(patched, SCENARIO.replace(from, to));
}

#[test]
fn a_value_is_replaced_where_it_stands() {
    check("connectors.hub.reference.workers", "16", "workers: 4 ", "workers: 16 ");
    check("connectors.hub.workers", "16", "workers: 4 ", "workers: 16 ");
    check("traffic.phases.peak.rate", "9x", "4x", "9x");
    check("traffic.phases.0.rate", "9x", "4x", "9x");
    check("connectors.hub.retry.attempts", "8", "attempts: 2", "attempts: 8");
    check("connectors.hub.retry", "{ attempts: 8 }", "{ attempts: 2 }", "{ attempts: 8 }");
}

#[test]
fn a_key_that_was_not_there_is_written() {
    check("connectors.hub.batch", "10", "workers: 4 ", "batch: 10\n      workers: 4 ");
    check("connectors.hub.retry.idempotent", "yes", "{ att", "{ idempotent: yes,  att");
    check(
        "gates.standard.sync_lag",
        "5m",
        "campaign",
        "gates: { standard: { sync_lag: 5m } }\ncampaign",
    );
}

fn of_file(text: &str) -> Patch {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    Patch::read(file.path()).unwrap()
}

#[test]
fn a_group_in_braces_is_merged_into_one_over_several_lines() {
    let patch = of_file("connectors: { hub: { reference: { workers: 16, batch: 10 } } }\n");
    let patched = patch.applied("doors.yaml", SCENARIO).unwrap();
    let to = "batch: 10\n      workers: 16 ";
    assert_eq!(patched, SCENARIO.replace("workers: 4 ", to));
}

#[test]
fn what_a_patch_cannot_change_is_shown_in_the_patch() {
    let patch = of_file("traffic:\n  phases: 3\ncampaign:\n  name: Doors\n");
    let said = patch.applied("doors.yaml", SCENARIO).unwrap_err().to_string();
    assert!(!said.contains("doors.yaml"), "{said}");
    assert!(said.contains(":2:3") && said.contains(":4:3"), "both, each with its line: {said}");
}

/// A point within a name parts no path; what is told of such a place can be typed.
#[test]
fn names_with_points_and_spaces_are_reached() {
    let text = "channels:\n  amazon.de: { of orders: 60% }\n  Shop DE: { of orders: 40% }\n";
    for (path, from, to) in [
        ("channels.\"amazon.de\".of orders", "60%", "59%"),
        ("channels.Shop DE.of orders", "40%", "39%"),
    ] {
        let patch = Patch::set(path, to);
        assert_eq!(patch.applied("doors.yaml", text).unwrap(), text.replace(from, to));
        assert_eq!(patch.lines(), [format!("{path}: {to}")]);
        let file = tempfile::NamedTempFile::new().unwrap();
        for written in [patch.to_yaml(), format!("{path}: {to}\n")] {
            std::fs::write(file.path(), written).unwrap();
            assert_eq!(Patch::read(file.path()).unwrap().lines(), patch.lines());
        }
    }
    let unquoted = Patch::set("channels.amazon.de.of orders", "59%").applied("doors.yaml", text);
    let said = unquoted.unwrap_err().to_string();
    assert!(said.contains("in quotes: channels.\"amazon.de\""), "{said}");
}

/// Found by fuzzing: a patch without a key became a change without a path.
#[test]
fn a_patch_has_keys_also_in_braces() {
    for text in ["webhook", "[a, b]", "~", "- a: 1"] {
        let said = Patch::parse("patch.yaml", text).unwrap_err().to_string();
        assert!(said.contains("names no key"), "{text}: {said}");
    }
    let patch = Patch::parse("patch.yaml", "{ connectors: { hub: { workers: 16 } } }").unwrap();
    assert_eq!(patch.lines(), ["connectors: { hub: { workers: 16 } }"]);
    assert!(!patch.to_yaml().is_empty());
}

#[test]
fn what_cannot_be_written_is_refused() {
    for path in ["campaign.name", "traffic.phases.nightfall.rate", "connectors.hub"] {
        assert!(Patch::set(path, "1").applied("doors.yaml", SCENARIO).is_err(), "{path}");
    }
}

#[test]
fn a_patch_file_says_what_it_was_made_from() {
    let patch = Patch::set("connectors.hub.workers", "16")
        .then(Patch::set("connectors.hub.retry", "{ attempts: 8 }"))
        .then(Patch::set("channels.ebay.holds back", "2"));
    let text = patch.to_yaml();
    assert_eq!(
        text,
        "channels:\n  ebay:\n    holds back: 2\nconnectors:\n  hub:\n\
         \x20   retry: { attempts: 8 }\n    workers: 16\n"
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &text).unwrap();
    assert_eq!(Patch::read(file.path()).unwrap().to_yaml(), text);
}
