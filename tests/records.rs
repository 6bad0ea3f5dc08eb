//! Order logs and stock lists on the command line: from a file as it is to what was played.
//! Values are invented, and what is right was worked out by hand.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with files in it.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let temp = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(temp.path().join(name), bytes).unwrap();
    }
    temp
}

fn doorbuster(temp: &TempDir, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorbuster"));
    for name in ["NO_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(name);
    }
    command.args(args).current_dir(temp.path()).stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The orders that were played, a row each: columns by name.
fn orders(temp: &TempDir, columns: &[&str]) -> Vec<Vec<String>> {
    let args = ["export", "run", "--format", "csv", "--what", "orders", "--out", "-"];
    let output = doorbuster(temp, &args);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut rows = text.lines().map(|line| line.split(',').map(str::to_owned).collect());
    let header: Vec<String> = rows.next().unwrap();
    let places: Vec<usize> = columns
        .iter()
        .map(|name| header.iter().position(|n| n == name).unwrap_or_else(|| panic!("{header:?}")))
        .collect();
    let pick = |row: Vec<String>| places.iter().map(|place| row[*place].clone()).collect();
    rows.map(pick).collect()
}

fn scenario(replay: &str, more: &str) -> String {
    let channels = if more.contains("channels:") { "" } else { "channels: { web: {} }\n" };
    format!(
        "campaign: As last year\nstarts: 2026-11-27 08:00 UTC\n{channels}{more}\
         traffic: {{ replay: {{ file: orders.csv, {replay} }} }}\n\
         connectors: {{ hub: {{ reference: {{}} }} }}\n"
    )
}

fn simulate(orders: &[u8], replay: &str, more: &str) -> (TempDir, Output) {
    let scenario = scenario(replay, more);
    let stock = b"sku,stock,price\nLAMP,6,4.00\n";
    let files = [
        ("orders.csv", orders),
        ("scenario.yaml", scenario.as_bytes()),
        ("stock.csv", stock.as_slice()),
    ];
    let temp = folder(&files);
    let output = doorbuster(&temp, &["simulate", "scenario.yaml", "--runs", "1", "--out", "run"]);
    (temp, output)
}

const COVER: &str = "stock: { cover: 100% }";

#[test]
fn channels_share_numbers_and_returns_have_times_of_their_own() {
    let log = b"ts,channel,order,sku,qty,price\n\
        2025-11-28T09:00:00+02:00,web,5,LAMP,6,4.00\n\
        2025-11-28T09:00:00Z,web,5,LAMP,-6,4.00\n\
        2025-11-28T08:00:00Z,till,5,LAMP,6,4.00\n\
        2025-11-28T04:30:00-05:00,till,6,LAMP,2,4.00\n";
    let (temp, output) =
        simulate(log, "", "channels: { web: {}, till: {} }\ncatalog: { file: stock.csv }\n");
    assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{}", said(&output));
    // Six lamps: gone at 07:00, asked for in vain at 08:00, back at 09:00, two sold at 09:30.
    let summary = fs::read_to_string(temp.path().join("run/summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["totals"]["offered"], 3, "{}", summary["totals"]);
    assert_eq!(summary["totals"]["accepted"], 2, "{}", summary["totals"]);
    assert_eq!(summary["input"]["rows"], 4);
    assert_eq!(summary["input"]["not_read"], 0);
    assert_eq!(orders(&temp, &["channel"]).len(), 2);
}

fn day(rows: usize, bad: usize, bad_price: &str) -> String {
    let mut log = "ts,order,sku,qty,price\n".to_owned();
    for n in 0..rows {
        let price = if n < bad { bad_price } else { "4.00" };
        let _ = writeln!(log, "2025-11-28T08:{:02}:{:02},{n},LAMP,1,{price}", n / 60 % 60, n % 60);
    }
    log
}

#[test]
fn rows_that_cannot_be_read_stand_on_every_first_screen() {
    let (temp, output) =
        simulate(day(1_000, 30, "four").as_bytes(), COVER, "owners: { \"*\": shop }\n");
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    let words = "30 of 1,000 rows of orders.csv could not be read";
    let read = |name: &str| fs::read_to_string(temp.path().join("run").join(name)).unwrap();
    for text in [said(&output), read("report.html"), read("report.md")] {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(words), "{text}");
    }
    let summary: serde_json::Value = serde_json::from_str(&read("summary.json")).unwrap();
    assert_eq!(summary["input"]["by_reason"][0]["about"], "price");
    assert_eq!(summary["input"]["not_read_ppm"], 30_000);
    assert_eq!(summary["input"]["owner"], "shop");
    assert_eq!(summary["verdict"], "inconclusive");
    assert!(read("junit.xml").contains("rows not read"));
    // Many afternoons bring none of them back.
    let many = doorbuster(&temp, &["simulate", "scenario.yaml", "--runs", "2", "--out", "many"]);
    let text = said(&many).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(many.status.code(), Some(3), "{text}");
    assert!(text.contains(words), "{text}");
}

#[test]
fn more_than_half_of_a_day_that_cannot_be_read_is_refused() {
    let log = day(9, 5, "four");
    let (_temp, output) = simulate(log.as_bytes(), &format!("day: busiest, {COVER}"), "");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("5 of 9 rows of 2025-11-28"), "{}", said(&output));
}

#[test]
fn what_can_be_read_two_ways_is_refused_with_its_key() {
    let log = b"ts;order;sku;qty;price\n28.11.2025 08:00;1;LAMP;2.000;1.450\n28.11.2025 08:01;2;L\
    AMP;1;949,90\n";
    let (_temp, open) = simulate(log, COVER, "currency: EUR\n");
    assert_eq!(open.status.code(), Some(2));
    assert!(
        said(&open).contains("two ways") && said(&open).contains("decimal: \",\""),
        "{}",
        said(&open)
    );
    let (temp, told) = simulate(log, &format!("decimal: \",\", {COVER}"), "currency: EUR\n");
    assert!(matches!(told.status.code(), Some(0 | 1 | 3)), "{}", said(&told));
    assert!(said(&told).contains("2,001 units"), "{}", said(&told));
    assert_eq!(orders(&temp, &["channel"]).len(), 2);
}

#[test]
fn a_hostile_file_neither_reaches_the_terminal_nor_fills_the_memory() {
    let bell = b"ts,order,sku,qty,price\n2025-11-28T08:00:00,1,LAMP,1,\x1b]0;mine\x07\n";
    let (_temp, output) = simulate(bell, COVER, "");
    assert_eq!(output.status.code(), Some(2));
    assert!(!said(&output).contains(['\u{1b}', '\u{7}']), "{:?}", said(&output));
    assert!(said(&output).contains("\\u{1b}]0;mine"), "{}", said(&output));
    let header = "x,".repeat(8 << 20);
    let (_temp, output) = simulate(header.as_bytes(), COVER, "");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("orders.csv"), "{}", said(&output));
    assert!(said(&output).len() < 4_000, "{}", said(&output).len());
}

const SHOPIFY: &str = "Name,Email,Financial Status,Created at,Cancelled at,Source,Lineitem sku,Li\
    neitem name,Lineitem quantity,Lineitem price,Currency\n";

#[test]
fn an_export_is_checked_and_fitted_by_its_name_alone() {
    let mut log = SHOPIFY.to_owned();
    for n in 0..60 {
        let state = if n % 20 == 19 { "voided" } else { "paid" };
        let source = if n % 3 == 0 { "pos" } else { "web" };
        let _ = writeln!(
            log,
            "#{n},a@x.example,{state},2025-11-28 09:{n:02}:00 +0100,,{source},LAMP-{},Lamp,2,40.0\
            0,EUR",
            n % 7
        );
        let _ = writeln!(log, "#{n},a@x.example,,,,,BULB,Bulb,1,5.00,");
    }
    let temp = folder(&[("shop.csv", log.as_bytes())]);
    let check = doorbuster(&temp, &["init", "--orders", "shop.csv", "--check"]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    let text = String::from_utf8(check.stdout).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // 57 of 60 orders stand: 114 lines, 171 units, 57 × 85.00.
    for words in [
        "a Shopify order export",
        "rows 120 in the file: 114 read, 6 left out",
        "orders 57",
        "lines 114",
        "units 171",
        "money 4,845.00 EUR",
        "2025-11-28 09:00:00 to 2025-11-28 09:58:00 (Etc/GMT-1)",
        "6 rows in the state `voided`",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!temp.path().join("scenario.yaml").exists());
    let fitted = doorbuster(&temp, &["init", "--orders", "shop.csv"]);
    assert_eq!(fitted.status.code(), Some(0), "{}", said(&fitted));
    let scenario = fs::read_to_string(temp.path().join("scenario.yaml")).unwrap();
    for words in ["format: shopify", "currency: EUR", "  web:", "  pos:"] {
        assert!(scenario.contains(words), "{words}: {scenario}");
    }
    let played = doorbuster(&temp, &["simulate", "scenario.yaml", "--runs", "1"]);
    assert!(matches!(played.status.code(), Some(0 | 1 | 3)), "{}", said(&played));
}
