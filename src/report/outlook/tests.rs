//! Tests of the sheet and of everything that is made from it.

use super::*;
use crate::outlook::Assumed;
use crate::report::terminal::{Ink, Paper};
use crate::scenario::{self, Overrides, Plan};
use crate::units::Ppm;

fn plan(name: &str) -> Plan {
    scenario::read(format!("scenarios/{name}.yaml").as_ref(), &Overrides::default()).unwrap()
}

fn sheet_of(plan: &Plan, assumed: &Assumed) -> Sheet {
    Sheet::of(&Outlook::of(plan, assumed), &plan.charter)
}

fn sheet(name: &str) -> Sheet {
    sheet_of(&plan(name), &Assumed::default())
}

/// The shipped promotion with these replacements.
fn varied(replaced: &[(&str, &str)]) -> Sheet {
    let mut text = std::fs::read_to_string("scenarios/black-friday-hardened.yaml").unwrap();
    for (from, to) in replaced {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let plan = scenario::read_str(&text, ".".as_ref(), &Overrides::default()).unwrap();
    sheet_of(&plan, &Assumed::default())
}

fn told(sheet: &Sheet) -> String {
    let line = |f: &Finding| format!("{:?}: {}. {}\n", f.weight, f.text, f.todo);
    sheet.findings.iter().map(line).collect()
}

#[track_caller]
fn tells(sheet: &Sheet, weight: Weight, parts: &[&str]) {
    let says =
        |f: &&Finding| parts.iter().all(|part| f.text.contains(part) || f.todo.contains(part));
    let found = sheet.findings.iter().find(says);
    assert_eq!(found.map(|f| f.weight), Some(weight), "{parts:?} in\n{}", told(sheet));
}

#[test]
fn the_shipped_schema_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/plan.schema.json");
    let current = serde_json::to_string_pretty(&sheet::schema()).unwrap() + "\n";
    if std::env::var_os("DOORBUSTER_WRITE_SCHEMAS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let shipped = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        shipped == current,
        "schemas/plan.schema.json is stale: run the tests with DOORBUSTER_WRITE_SCHEMAS=1",
    );
}

#[test]
fn a_sheet_is_integers_and_words_and_reads_back() {
    fn floats(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::Number(n) => usize::from(n.is_f64()),
            serde_json::Value::Array(all) => all.iter().map(floats).sum(),
            serde_json::Value::Object(all) => all.values().map(floats).sum(),
            _ => 0,
        }
    }
    for name in ["quickstart", "black-friday"] {
        let sheet = sheet(name);
        let bytes = sheet.to_json();
        assert_eq!(floats(&serde_json::from_slice(&bytes).unwrap()), 0);
        assert_eq!(serde_json::from_slice::<Sheet>(&bytes).unwrap(), sheet);
        assert_eq!(self::sheet(name).to_json(), bytes);
    }
}

#[test]
fn a_terminal_reads_like_this() {
    for name in ["quickstart", "black-friday", "black-friday-hardened"] {
        let text = terminal::text(&sheet(name), Paper::new(Ink::Plain, Some(80)));
        assert!(text.lines().all(|line| line.chars().count() <= 80 || line.starts_with("  - {")));
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn a_channel_that_is_too_small_is_named_with_what_would_do() {
    // 249 SKUs that sell out, or 249 orders, prove nothing where there are fewer of either.
    let few_skus = varied(&[("skus: 2000", "skus: 200"), ("typical: 6", "typical: 30")]);
    tells(&few_skus, Weight::Stops, &["Amazon has a chance of", "run out under its orders", "249"]);
    let small =
        varied(&[("of orders: 46%", "of orders: 65%"), ("of orders: 26%", "of orders: 7%")]);
    tells(
        &small,
        Weight::Doubtful,
        &["Ebay has a chance of", "orders are expected", "accept the risk"],
    );
    let risks = &small.accepted_risks_yaml;
    assert!(risks.contains("channel: \"ebay\""), "{risks}");
    // Below a twentieth of the orders it holds nothing back.
    let tiny = varied(&[("of orders: 46%", "of orders: 69%"), ("of orders: 26%", "of orders: 3%")]);
    tells(&tiny, Weight::Note, &["ebay carries under 5 %"]);
    assert!(!tiny.accepted_risks_yaml.contains("ebay"), "{}", tiny.accepted_risks_yaml);
}

#[test]
fn accepted_risks_can_be_pasted_and_then_hold_nothing_back() {
    let replaced = ("skus: 2000", "skus: 300");
    let before = varied(&[replaced]);
    assert!(before.go.most_ppm < 900_000);
    let after =
        varied(&[replaced, ("promises:", &format!("{}promises:", before.accepted_risks_yaml))]);
    assert!(after.go.most_ppm >= 900_000, "{}", told(&after));
    assert!(after.accepted_risks_yaml.is_empty());
}

#[test]
fn a_queue_that_cannot_keep_up_is_named_with_its_growth() {
    let slow =
        varied(&[("workers: 24", "workers: 8"), ("p50: 40ms, p99: 400ms", "p50: 2s, p99: 4s")]);
    tells(&slow, Weight::Doubtful, &["Hub's workers cannot keep up in “peak”", "grows by"]);
    let ceiling = varied(&[("per: 20/s", "per: 10/min")]);
    tells(&ceiling, Weight::Doubtful, &["Amazon's limit on stock, price, listing calls cannot"]);
    let quota = varied(&[(
        "token bucket: { burst: 50, per: 20/s }",
        "daily: { calls: 100, resets: 00:00 America/New_York }",
    )]);
    tells(&quota, Weight::Stops, &["is used up at"]);
    assert!(!told(&sheet("black-friday-hardened")).contains("cannot keep up"));
}

#[test]
fn gates_that_nothing_puts_to_the_test_are_named() {
    let text = std::fs::read_to_string("scenarios/black-friday-hardened.yaml").unwrap();
    let line = |start: &str| {
        text.lines().find(|line| line.trim_start().starts_with(start)).unwrap().to_owned()
    };
    let no_prices = varied(&[
        (&line("repricing:"), ""),
        (&line("promotions:"), ""),
        (&line("- { name: doors, "), ""),
    ]);
    tells(&no_prices, Weight::Stops, &["Price propagation lag", "no price changes", "repricing"]);
    // A promotion alone changes prices in two minutes only.
    let two_minutes = varied(&[(&line("repricing:"), "")]);
    tells(&two_minutes, Weight::Stops, &["2 different minutes", "20 different minutes"]);
    let no_listings = varied(&[(&line("new listings:"), "")]);
    tells(&no_listings, Weight::Stops, &["Listing publish latency", "nothing new is listed"]);
}

#[test]
fn a_speed_at_which_nothing_is_proved_is_named() {
    let fast = varied(&[("speed: 60x", "speed: 60000x")]);
    tells(&fast, Weight::Stops, &["At 60000x a run is too coarse", "18000x"]);
}

#[test]
fn better_systems_have_a_better_chance() {
    let plan = plan("black-friday-hardened");
    let at = |percent: u32| {
        let assumed = Assumed { of_limit: Ppm(percent * 10_000), ..Assumed::default() };
        sheet_of(&plan, &assumed).go
    };
    let chances = [0, 20, 50, 80].map(|percent| at(percent).most_ppm);
    assert!(chances.is_sorted_by(|a, b| a >= b) && chances[0] > 990_000, "{chances:?}");
    let good = at(50).good_at_ppm.unwrap() / 10_000;
    assert!(at(good).least_ppm >= 900_000 && at(good + 1).least_ppm < 900_000);
}

#[test]
fn the_page_is_whole_and_hostile_names_stay_text() {
    let folder = tempfile::tempdir().unwrap();
    let sheet =
        varied(&[("campaign: Black Friday doors", "campaign: \"<script>alert(1)</script>\"")]);
    write(folder.path(), &sheet).unwrap();
    let page = std::fs::read_to_string(folder.path().join("plan.html")).unwrap();
    assert!(!page.contains("<script>") && page.contains("&#60;script&#62;"), "the name is text");
    let fetched = page.matches("http").count() - page.matches("http-equiv").count();
    assert_eq!(fetched, page.matches("http://www.w3.org/2000/svg").count(), "it fetches nothing");
    assert!(page.contains("What sells out, and when") && page.trim_end().ends_with("</html>"));
    assert_eq!(std::fs::read(folder.path().join("plan.json")).unwrap(), sheet.to_json());
}

/// Set `DOORBUSTER_REPORT_SAMPLES` to a folder to look at the pages in a browser.
#[test]
fn pages_can_be_looked_at() {
    let temporary = tempfile::tempdir().unwrap();
    let asked = std::env::var_os("DOORBUSTER_REPORT_SAMPLES");
    let folder = asked.map_or_else(|| temporary.path().to_owned(), std::path::PathBuf::from);
    for name in ["quickstart", "black-friday", "black-friday-hardened"] {
        let folder = folder.join(format!("plan-{name}"));
        write(&folder, &sheet(name)).unwrap();
        assert!(folder.join("plan.html").is_file());
    }
}
