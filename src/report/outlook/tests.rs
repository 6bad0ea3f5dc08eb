//! Tests of the sheet and of everything that is made from it.

use super::*;
use crate::outlook::Taken;
use crate::report::terminal::{Ink, Paper};
use crate::scenario::{self, Overrides, Plan};
use crate::study::preview::{self, Previewed};
use crate::study::replication;
use crate::units::Span;

fn plan(name: &str) -> Plan {
    scenario::read(format!("scenarios/{name}.yaml").as_ref(), &Overrides::default()).unwrap()
}

/// The sheet of a plan with this afternoon played so many times: what is said of several.
fn sheet_of(plan: &Plan, replications: usize) -> Sheet {
    let seen: Vec<Previewed> = match replications {
        0 => Vec::new(),
        n => vec![preview::see(&replication::play(plan, || true).unwrap()); n],
    };
    let preview = Preview::of(plan, &seen);
    let taken = preview.as_ref().map_or_else(Taken::everything, |preview| preview.taken.clone());
    let outlook = Outlook::of(plan, &taken, Span::from_millis(1));
    Sheet::of(&outlook, preview.as_ref(), &plan.charter, "scenario.yaml")
}

fn sheet(name: &str) -> Sheet {
    sheet_of(&plan(name), 0)
}

fn varied_plan(replaced: &[(&str, &str)]) -> Plan {
    let mut text = std::fs::read_to_string("scenarios/black-friday-hardened.yaml").unwrap();
    for (from, to) in replaced {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    scenario::read_str(&text, ".".as_ref(), &Overrides::default()).unwrap()
}

/// The shipped promotion with these replacements, by arithmetic alone.
fn varied(replaced: &[(&str, &str)]) -> Sheet {
    sheet_of(&varied_plan(replaced), 0)
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
    for (name, replications) in
        [("quickstart", 0), ("black-friday", 1), ("black-friday-hardened", 3)]
    {
        let sheet = sheet_of(&plan(name), replications);
        let pages = std::env::var_os("DOORBUSTER_REPORT_SAMPLES");
        if let Some(to) = pages {
            write(&Path::new(&to).join(name), &sheet).unwrap();
        }
        let text = text(&sheet, Paper::new(Ink::Plain, Some(80)));
        assert!(text.lines().all(|line| line.chars().count() <= 80 || line.starts_with("  - {")));
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn a_small_channel_is_named_and_holds_nothing_back() {
    let tiny = varied(&[("of orders: 46%", "of orders: 69%"), ("of orders: 26%", "of orders: 3%")]);
    tells(&tiny, Weight::Note, &["ebay carries under 5 %"]);
    assert!(!tiny.accepted_risks_yaml.contains("ebay"), "{}", tiny.accepted_risks_yaml);
}

#[test]
fn what_one_run_is_too_short_for_is_told_with_the_replications_it_takes() {
    let small = varied(&[("demand: 2400 orders/hour", "demand: 24 orders/hour")]);
    tells(&small, Weight::Note, &["One run is too short to prove", "afternoons together"]);
    let of = |kpi: &str| {
        let here = |gate: &&sheet::Gate| gate.kpi.title() == kpi && gate.channel.is_some();
        small.gates.iter().find(here).unwrap().clone()
    };
    let oversold = of("oversold orders");
    assert_eq!(oversold.replications_needed, Some(oversold.needed.div_ceil(oversold.samples)));
}

#[test]
fn accepted_risks_can_be_pasted_and_then_hold_nothing_back() {
    // One order in an afternoon: a channel of a fourth of them gets too few of them for ever.
    let replaced = ("demand: 2400 orders/hour", "demand: 3 orders/day");
    let before = varied(&[replaced]);
    assert_eq!(before.headline, "This campaign cannot prove a GO");
    let parts = ["cannot be proved", "too few, even of 960 afternoons", "`traffic.demand`"];
    tells(&before, Weight::Stops, &parts);
    let after =
        varied(&[replaced, ("promises:", &format!("{}promises:", before.accepted_risks_yaml))]);
    assert_eq!(after.headline, "Arithmetic alone rules nothing out", "{}", told(&after));
    assert!(after.accepted_risks_yaml.is_empty());
}

#[test]
fn who_cannot_keep_up_is_named_with_what_would_give_room() {
    let slow =
        varied(&[("workers: 24", "workers: 8"), ("p50: 40ms, p99: 400ms", "p50: 2s, p99: 4s")]);
    let key = "`connectors.hub.reference.workers`";
    tells(&slow, Weight::Doubtful, &["Hub's workers cannot keep up in “peak”", "more wait", key]);
    // It coalesces already: nobody is told to.
    assert!(!told(&slow).contains("coalesce"), "{}", told(&slow));
    let ceiling = varied(&[("per: 20/s", "per: 10/min")]);
    let key = "`channels.amazon.limits`";
    tells(
        &ceiling,
        Weight::Doubtful,
        &["Amazon's limit on stock, price, listing calls cannot", key],
    );
    let quota = varied(&[(
        "token bucket: { burst: 50, per: 20/s }",
        "daily: { calls: 100, resets: 00:00 America/New_York }",
    )]);
    tells(&quota, Weight::Doubtful, &["is used up at", key]);
    assert!(!told(&sheet("black-friday-hardened")).contains("cannot keep up"));
}

/// 20 updates a minute for some three hundred, tried three times within seconds.
fn impatient() -> Plan {
    let text = std::fs::read_to_string("scenarios/black-friday.yaml").unwrap();
    let text = text.replace("burst: 50, per: 20/s", "burst: 5, per: 20/min");
    scenario::read_str(&text, ".".as_ref(), &Overrides::default()).unwrap()
}

#[test]
fn retries_that_a_limit_outlasts_are_told_with_the_updates_that_are_lost() {
    let plan = impatient();
    let keys = ["`connectors.hub.reference.retry`", "`channels.amazon.limits`"];
    tells(
        &sheet_of(&plan, 0),
        Weight::Doubtful,
        &["gives up after 3 attempts", "so about", keys[0]],
    );
    let played = sheet_of(&plan, 1);
    tells(&played, Weight::Doubtful, &["updates were given up an afternoon", keys[0], keys[1]]);
    let lost = played.played.as_ref().unwrap().given_up[1].median;
    let about = played.given_up[0].updates;
    assert!(lost.abs_diff(about) * 10 < about, "{lost} of about {about}");
}

#[test]
fn a_connector_that_looks_too_rarely_can_never_be_in_time() {
    let rare =
        sheet_of(&varied_plan(&[(&line("stock out:"), "      stock out: { every: 40m }")]), 0);
    let parts = [
        "Inventory sync lag on",
        "cannot be within 12 min",
        "`connectors.hub.reference.stock out`",
    ];
    tells(&rare, Weight::Stops, &parts);
    assert_eq!(rare.headline, "No GO: the plan's own times break a limit");
}

#[test]
fn what_is_not_gated_is_told() {
    let no_prices = varied(&[
        (&line("repricing:"), ""),
        (&line("promotions:"), ""),
        (&line("- { name: doors, "), ""),
    ]);
    tells(
        &no_prices,
        Weight::Note,
        &["Price propagation lag and mispriced orders are not gated", "`merchant.repricing`"],
    );
    let no_listings = varied(&[(&line("new listings:"), "")]);
    tells(
        &no_listings,
        Weight::Note,
        &["Listing publish latency is not gated", "`merchant.new listings`"],
    );
    assert!(no_listings.gates.iter().all(|gate| gate.kpi.title() != "listing publish latency"));
}

fn line(start: &str) -> String {
    let text = std::fs::read_to_string("scenarios/black-friday-hardened.yaml").unwrap();
    text.lines().find(|line| line.trim_start().starts_with(start)).unwrap().to_owned()
}

/// Every key that a finding names is one that a scenario may have, and every flag and command one
/// that there is.
#[test]
fn every_key_that_is_named_is_a_key() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../schemas/scenario.schema.json")).unwrap();
    let sheets = [
        sheet_of(&plan("black-friday"), 1),
        sheet_of(&plan("bought-connector"), 1),
        sheet_of(&impatient(), 1),
        varied(&[(&line("new listings:"), ""), (&line("repricing:"), "")]),
        varied(&[(&line("stock out:"), "      stock out: { every: 40m }")]),
        varied(&[("speed: 60x", "speed: 60000x"), ("per: 20/s", "per: 10/min")]),
        varied(&[("demand: 2400 orders/hour", "demand: 3 orders/day")]),
    ];
    let mut keys = 0;
    for said in sheets.iter().flat_map(|sheet| &sheet.findings) {
        for code in said.todo.split('`').skip(1).step_by(2) {
            if let Some(command) = code.strip_prefix("doorbuster ") {
                let typed = ["simulate scenario.yaml", "advise scenario.yaml"];
                assert!(typed.contains(&command), "{code}");
                continue;
            }
            let path = code.split(':').next().unwrap();
            assert!(is_a_key(&schema, &path.split('.').collect::<Vec<_>>()), "{code}");
            keys += 1;
        }
    }
    assert!(keys > 10, "{keys}");
    assert!(!is_a_key(&schema, &["connectors", "hub", "reference", "patience"]));
}

/// What a node of a schema stands for, references followed.
fn resolved<'a>(
    defs: &'a serde_json::Value,
    node: &'a serde_json::Value,
) -> Vec<&'a serde_json::Value> {
    if let Some(name) = node["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return resolved(defs, &defs[name]);
    }
    match node["anyOf"].as_array() {
        Some(any) => any.iter().flat_map(|one| resolved(defs, one)).collect(),
        None => vec![node],
    }
}

fn is_a_key(schema: &serde_json::Value, path: &[&str]) -> bool {
    let defs = &schema["$defs"];
    let mut nodes = resolved(defs, schema);
    for key in path {
        let below = nodes.iter().filter_map(|node| {
            let named = node["properties"].get(key);
            named.or_else(|| node.get("additionalProperties").filter(|more| more.is_object()))
        });
        nodes = below.flat_map(|node| resolved(defs, node)).collect();
    }
    !nodes.is_empty()
}

#[test]
fn a_speed_at_which_nothing_is_proved_is_named() {
    let fast = varied(&[("speed: 60x", "speed: 60000x")]);
    tells(&fast, Weight::Stops, &["At 60000x a live run is too coarse", "131x"]);
}

#[test]
fn what_replications_showed_is_the_chance_and_nothing_else_is() {
    let plan = plan("black-friday");
    let sheet = sheet_of(&plan, 3);
    let go = preview::see(&replication::play(&plan, || true).unwrap());
    let good = Preview::of(&plan, &[go]).unwrap().good.yes as u64 * 3;
    assert_eq!(sheet.headline, format!("{good} of 3 simulated afternoons kept every limit"));
    assert_eq!(good, 0, "the naive connector is expected to fail");
    // Clopper and Pearson: 1 − 0.05^(1/3) = 63 %.
    assert!(sheet.chance.contains("the chance of such a one is at most 63 %"), "{}", sheet.chance);
    tells(
        &sheet,
        Weight::Stops,
        &[
            "and oversold orders are beyond their limits in 3 of 3 afternoons",
            "`doorbuster advise scenario.yaml`",
        ],
    );
}

#[test]
fn one_sku_runs_out_and_several_run_out() {
    let of = |least, median, most| sheet::Range { least, median, most };
    for (sold_out, on_sale, words) in [
        (of(1, 1, 1), 1, "1 of 1 SKU runs out"),
        (of(1, 1, 1), 40, "1 of 40 SKUs runs out"),
        (of(9, 12, 14), 40, "12 (9–14) of 40 SKUs run out"),
        (of(0, 0, 0), 1, "0 of 1 SKU run out"),
    ] {
        assert_eq!(super::words::run_out(&sold_out, on_sale), words);
    }
}

#[test]
fn the_page_is_whole_and_hostile_names_stay_text() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = ("campaign: Black Friday doors", "campaign: \"<script>alert(1)</script>\"");
    let sheet = sheet_of(&varied_plan(&[hostile]), 1);
    write(folder.path(), &sheet).unwrap();
    let page = std::fs::read_to_string(folder.path().join("plan.html")).unwrap();
    assert!(!page.contains("<script>") && page.contains("&#60;script&#62;"), "the name is text");
    let fetched = page.matches("http").count() - page.matches("http-equiv").count();
    assert_eq!(fetched, page.matches("http://www.w3.org/2000/svg").count(), "it fetches nothing");
    assert!(page.contains("What a few afternoons showed") && page.trim_end().ends_with("</html>"));
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
        let replications = usize::from(name != "quickstart");
        write(&folder, &sheet_of(&plan(name), replications)).unwrap();
        assert!(folder.join("plan.html").is_file());
    }
}

/// "Nothing stands in the way" is a claim: not where a limit is looser or nothing was played.
#[test]
fn nothing_is_in_the_way_only_where_that_is_known() {
    let free = Sheet { findings: vec![], ..sheet_of(&plan("quickstart"), 1) };
    assert_eq!(words::nothing_found(&free), "Nothing stands in the way.");
    let unplayed = Sheet { played: None, ..free };
    assert!(words::nothing_found(&unplayed).starts_with("By arithmetic alone"));
    let mut loose = plan("quickstart");
    let gate = loose.charter.gates.iter_mut().find(|gate| gate.kpi == charter::Kpi::SyncLag);
    gate.unwrap().limits =
        charter::Limits::LagP95 { healthy: Span::from_mins(30), watch: Span::from_mins(90) };
    let said = sheet_of(&loose, 1);
    let named = "looser than standard, and a GO says so: inventory sync lag";
    assert!(said.findings.iter().any(|finding| finding.text.contains(named)), "{said:?}");
}
