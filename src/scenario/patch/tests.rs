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
    let patch = of_file("traffic.phases.dusk:\n  rate: 3x\nconnectors:\n  hob:\n    workers: 2\n");
    let said = patch.applied("doors.yaml", SCENARIO).unwrap_err().to_string();
    assert!(!said.contains("doors.yaml"), "{said}");
    assert!(said.contains(":2:3") && said.contains(":5:5"), "both, each with its line: {said}");
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
    for path in ["traffic.phases.nightfall.rate", "traffic.phases.7.rate", "connectors.hob.batch"] {
        assert!(Patch::set(path, "1").applied("doors.yaml", SCENARIO).is_err(), "{path}");
    }
    let said = Patch::parse("patch.yaml", "promises: {}\n").unwrap_err().to_string();
    assert!(said.contains("names no key") && said.contains(":1:1"), "{said}");
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

/// A scenario in which every kind of group has more keys than a patch names.
const GROUPS: &str = "
campaign: Doors
starts: 2026-11-27 06:00 Europe/Berlin
catalog: { skus: 20, stock: { typical: 150, one in 20 above: 1200 },
  price: { typical: 9, one in 20 above: 12, currency: EUR } }
channels: { shop: { of orders: 60%, shows changes after: 30s },
  bay: { of orders: 40%, holds back: 3, imperfections: { duplicates: 1%, unavailable: 2% } } }
traffic: { demand: 10/min, phases: [{ name: peak, lasts: 20m, rate: 4x }],
  lines: { 1: 90%, 2: 7%, 3: 3% }, payment: { after: { p50: 20s, p99: 10m }, fails: 3% } }
connectors:
  hub: { reference: { channels: [shop], workers: 4, service: { p50: 200ms, p99: 2s },
    orders in: { poll: 30s }, retry: { attempts: 5, backoff: 2s to 9s, idempotent: true } } }
  bought: { described: { channels: [bay], stock out: every 5m taking 2m,
    orders in: { every: 9m, taking: 1m }, retries: no, idempotent: no, record ids: own } }
promises: { handoff within: 5m, cancellations count for: 5m }
gates: { standard: { sync lag: { healthy: 1m, watch: 2m }, oversold orders: 0.5% } }
";

/// A text of YAML with every group over several lines.
fn over_lines(node: &Node, text: &str, indent: usize, out: &mut String) {
    match &node.value {
        Value::Map(entries) => {
            for entry in entries {
                out.push_str(&format!("\n{}{}:", "  ".repeat(indent), plain(&entry.key)));
                over_lines(&entry.node, text, indent + 1, out);
            }
        }
        Value::List(items) if items.iter().any(|i| matches!(i.value, Value::Map(_))) => {
            for item in items {
                out.push_str(&format!("\n{}- {}", "  ".repeat(indent), flow(item, text)));
            }
        }
        _ => out.push_str(&format!(" {}", flow(node, text))),
    }
}

fn in_lines(text: &str) -> String {
    let root = tree::parse(text, &Reading::new(&LANGUAGE, std::path::PathBuf::new())).unwrap();
    let mut out = String::new();
    over_lines(&root, text, 0, &mut out);
    out.trim_start().to_owned() + "\n"
}

/// What a patch makes of a scenario, whatever its text looks like: the plan, or that there is none.
fn meant(scenario: &str, patch: &str) -> Result<String, String> {
    let patch = Patch::parse("patch.yaml", patch).map_err(|e| e.to_string())?;
    let folder = std::path::Path::new(".");
    let plan = read_str_patched(scenario, folder, &Overrides::default(), &patch);
    let mut plan = plan.map_err(|e| e.to_string())?;
    plan.resolved.clear();
    Ok(format!("{plan:?}"))
}

#[track_caller]
fn alike(patch: &str) -> Result<String, String> {
    let (scenario, spread) = (in_lines(GROUPS), in_lines(patch));
    let braces = format!("{{ {} }}", patch.replace('\n', ", "));
    let ways: Vec<_> = [GROUPS, &scenario]
        .iter()
        .flat_map(|scenario| [patch, &spread, &braces].map(|patch| meant(scenario, patch)))
        .collect();
    for way in &ways {
        let same = match (way, &ways[0]) {
            (Ok(way), Ok(first)) => way == first,
            (way, first) => way.is_err() && first.is_err(),
        };
        assert!(same, "{patch}\n{:?}\n{way:?}", ways[0]);
    }
    ways.into_iter().next().unwrap()
}

/// One meaning for one YAML: what a patch does not name stays.
#[test]
fn a_group_merges_into_a_group_whatever_the_style_of_either() {
    for (patch, same) in [
        (
            "promises: { price grace: 2m }",
            "promises: { price grace: 2m, handoff within: 5m, cancellations count for: 5m }",
        ),
        (
            "gates: { standard: { sync lag: 5m } }",
            "gates: { standard: { sync lag: 5m, oversold orders: 0.5% } }",
        ),
        (
            "gates: { standard: { sync lag: { watch: 9m } } }",
            "gates: { standard: { sync lag: { healthy: 1m, watch: 9m } } }",
        ),
        (
            "connectors: { hub: { reference: { retry: { attempts: 2 } } } }",
            "connectors: { hub: { retry: { attempts: 2, backoff: 2s to 9s, idempotent: true } } }",
        ),
        (
            "connectors: { hub: { service: { exponential: 2s } } }",
            "connectors.hub.reference.service: { exponential: 2s }",
        ),
        (
            "connectors: { hub: { service: { p99: 9s } } }",
            "connectors: { hub: { service: { p50: 200ms, p99: 9s } } }",
        ),
        ("connectors: { hub: { orders in: webhook } }", "connectors.hub.orders in: webhook"),
        (
            "connectors: { bought: { stock out: { every: 7m } } }",
            "connectors: { bought: { stock out: every 7m taking 2m } }",
        ),
        (
            "connectors: { bought: { orders in: { every: webhook } } }",
            "connectors: { bought: { orders in: webhook taking 1m } }",
        ),
        (
            "channels: { bay: { imperfections: { duplicates: 3% } } }",
            "channels: { bay: { imperfections: { duplicates: 3%, unavailable: 2% } } }",
        ),
        ("traffic: { lines: { 1: 80%, 2: 20% } }", "traffic.lines: { 1: 80%, 2: 20% }"),
        (
            "catalog: { price: { typical: 8, one in 20 above: 30 } }",
            "catalog: { price: { typical: 8, one in 20 above: 30, currency: EUR } }",
        ),
    ] {
        assert_eq!(alike(patch).unwrap(), alike(same).unwrap(), "{patch}");
        assert_ne!(alike(patch), meant(GROUPS, "campaign: Doors"), "{patch}");
    }
}

/// Which kind of connector, law or limit it is, a patch can say anew.
#[test]
fn what_says_one_thing_is_replaced() {
    let bought = "connectors: { hub: { described: { channels: [shop], stock out: every 5m, \
                  orders in: webhook, retries: no, idempotent: no, record ids: own } } }";
    let plan = alike(bought).unwrap();
    assert_eq!(plan.matches("described: Some").count(), 2, "{plan}");
    let without = alike("traffic: { lines: { 1: 100% } }").unwrap();
    assert_ne!(without, meant(GROUPS, "campaign: Doors").unwrap());
    assert!(alike("connectors: { hub: { service: { p95: 1s } } }").is_err(), "a third quantile");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    /// Any keys, any part of them named: however it is spelled, it is the same plan.
    #[test]
    fn every_spelling_of_a_patch_gives_the_same_plan(named in 1_u32..256) {
        let parts: [(&str, [&str; 2]); 4] = [
            ("promises", ["handoff within: 7m", "price grace: 2m"]),
            ("gates", ["standard: { sync lag: { watch: 7m } }",
                "standard: { sync lag: 5m, oversold orders: 1% }"]),
            ("connectors", ["hub: { retry: { attempts: 3 }, orders in: { poll: 9s } }",
                "bought: { orders in: { taking: 9s } }"]),
            ("channels", ["bay: { shows changes after: { exponential: 9s } }",
                "shop: { holds back: 2 }"]),
        ];
        let groups: Vec<String> = parts.iter().enumerate().filter_map(|(place, (group, keys))| {
            let chosen = named >> (2 * place) & 3;
            // Both of a gate's are one key.
            let keys = match chosen {
                0 => return None,
                3 if *group != "gates" => keys.join(", "),
                n => keys[(n as usize - 1) % 2].to_owned(),
            };
            Some(format!("{group}: {{ {keys} }}"))
        }).collect();
        alike(&groups.join("\n")).map_err(proptest::test_runner::TestCaseError::fail)?;
    }
}

/// A key has one place, however it is spelled.
#[test]
fn a_key_that_a_patch_writes_twice_is_refused_with_both_places() {
    for text in [
        "connectors.hub.workers: 16\nconnectors:\n  hub:\n    reference:\n      workers: 4\n",
        "connectors.hub.reference.workers: 16\nconnectors: { hub: { workers: 4 } }\n",
        "promises.price_grace: 2m\npromises: { price grace: 3m }\n",
        "connectors.hub.service: { p50: 1s, p99: 2s }\nconnectors.hub.reference.service.p99: 3s\n",
        "connectors.hub.retry: none\nconnectors: { hub: { retry: { attempts: 3 } } }\n",
        "traffic.phases.peak.rate: 2x\ntraffic.phases.0.rate: 3x\n",
    ] {
        let said = meant(GROUPS, text).unwrap_err();
        assert!(said.contains("is written twice") && said.contains("in line"), "{text}\n{said}");
        assert!(said.contains("patch.yaml:1:1"), "{said}");
        assert!(said.contains("patch.yaml:2:1") || said.contains("patch.yaml:3:3"), "{said}");
    }
    let both = Patch::parse("a.yaml", "promises.price grace: 2m").unwrap();
    let both = both.then(Patch::parse("b.yaml", "promises.price grace: 3m").unwrap());
    let folder = std::path::Path::new(".");
    assert!(read_str_patched(GROUPS, folder, &Overrides::default(), &both).is_ok(), "a later file");
    let keys = "gates: { standard: { sync lag: 5m } }\ngates.standard.oversold orders: 1%\n";
    assert!(meant(GROUPS, keys).is_ok());
}
