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
    // Many replications bring none of them back.
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
        "2025-11-28 09:00:00 to 2025-11-28 09:58:00 (UTC+01:00)",
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

/// A log of these columns; a row is made of its number.
fn log(header: &str, row: impl Fn(usize) -> String) -> String {
    let rows: Vec<String> = (0..60).map(row).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

fn at(n: usize) -> String {
    format!("2025-11-28T08:{n:02}:17")
}

/// `simulate`, `init` and `init --check` all refuse a log, with these words.
#[track_caller]
fn refused_everywhere(log: &str, words: &[&str]) {
    let (temp, played) = simulate(log.as_bytes(), COVER, "");
    let fitted = doorbuster(&temp, &["init", "fit.yaml", "--orders", "orders.csv"]);
    let checked = doorbuster(&temp, &["init", "--orders", "orders.csv", "--check"]);
    for output in [played, fitted, checked] {
        let text = said(&output).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(output.status.code(), Some(2), "{text}");
        for word in words {
            assert!(text.contains(word), "`{word}` is not in: {text}");
        }
    }
    assert!(!temp.path().join("fit.yaml").exists());
}

const COLUMNS: &str = "ts,order,sku,qty,price";

#[test]
fn prices_of_no_currency_that_is_ours_are_refused_by_the_check_as_well() {
    let crowns = log(COLUMNS, |n| format!("2025-11-28T{:02}:{:02}:07,{n},LAMP,1,10 kr", n / 7, n));
    refused_everywhere(&crowns, &["has its prices in `KR`", "--currency EUR"]);
}

#[test]
fn a_log_that_knows_no_times_of_day_is_refused() {
    let days = log(COLUMNS, |n| format!("2025-11-28,{n},LAMP,1,4.00"));
    let whole = "every time in `ts` is a whole day";
    refused_everywhere(&days, &[whole, "a column with times of day", "traffic: { demand:"]);
    refused_everywhere(&days.replace("-28,", "-28 00:00:00,"), &[whole]);
    refused_everywhere(&days.replace("2025-11-28", "45989"), &[whole]);
    // One row with a time of day makes no log of times.
    let one = days.replacen("2025-11-28", "2025-11-28T10:00:00", 1);
    refused_everywhere(&one, &["59 of 60 times in `ts` are whole days"]);
    let hours = log(COLUMNS, |n| format!("2025-11-28T{:02}:00,{n},LAMP,1,4.00", n % 24));
    refused_everywhere(&hours, &["every time in `ts` is a full hour"]);
    let noon = log(COLUMNS, |n| format!("2025-11-{:02}T12:34:56,{n},LAMP,1,4.00", n % 28 + 1));
    refused_everywhere(&noon, &["every time in `ts` is the same time of day"]);
    let header = "Sales Record Number,Order Number,Item Title,Custom Label,Quantity,Sold For,Sale \
                  Date";
    let ebay = log(header, |n| format!("{n},21-{n},Lamp,LAMP,1,$4.00,Nov-28-25"));
    refused_everywhere(&ebay, &["every time in `Sale Date`", "eBay's orders report has days only"]);
    let temp = folder(&[("orders.csv", days.as_bytes())]);
    let checked = doorbuster(&temp, &["init", "--orders", "orders.csv", "--check"]);
    let text = String::from_utf8(checked.stdout).unwrap();
    assert!(text.contains("refused") && text.contains("60 in the file"), "{text}");
}

#[test]
fn two_columns_that_could_mean_the_same_are_asked_about() {
    for (header, more) in [
        ("ts,order,sku,qty,price,Quantity", "5"),
        ("ts,order,sku,qty,price,qty", "5"),
        ("ts,order,sku,QTY,price,Qty", "5"),
        ("ts,order,sku,qty,price,unit price", "9.00"),
        ("ts,order,sku,qty,price,order number", "7"),
        ("ts,order,sku,qty,price,created at", "2025-11-29T08:00:01"),
        ("ts,order,sku,qty,price,variant sku", "BULB"),
    ] {
        let two = log(header, |n| format!("{},{n},LAMP,1,4.00,{more}", at(n)));
        refused_everywhere(&two, &["several columns could say the", "they differ in line 2"]);
    }
    let twice = "ts,order,sku,qty,price,Quantity";
    let same = log(twice, |n| format!("{},{n},LAMP,1,4.00,1", at(n)));
    let (_temp, output) = simulate(same.as_bytes(), COVER, "");
    assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{}", said(&output));
    let two = same.replace("4.00,1\n", "4.00,5\n");
    let (_temp, output) =
        simulate(two.as_bytes(), &format!("columns: {{ quantity: Quantity }}, {COVER}"), "");
    assert!(said(&output).contains("300 units"), "{}", said(&output));
    let stock = b"sku,stock,available,price\nLAMP,6,60,4.00\n";
    let temp = folder(&[("stock.csv", stock)]);
    let output = doorbuster(&temp, &["init", "--catalog", "stock.csv"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("`stock`, `available`"), "{}", said(&output));
}

#[test]
fn two_exports_in_one_file_are_refused_or_told() {
    let one = log(COLUMNS, |n| format!("{},{n},LAMP,1,4.00", at(n)));
    let two = log("ts,order,sku,price,qty", |n| format!("{},x{n},LAMP,4,1", at(n)));
    refused_everywhere(&format!("{one}{two}"), &["line 62", "in another order"]);
    let other = log(COLUMNS, |n| format!("{},y{n},LAMP,1,4.00", at(n)));
    let temp = folder(&[
        ("orders.csv", format!("{one}{other}").as_bytes()),
        ("overlap.csv", format!("{one}{one}").as_bytes()),
    ]);
    let check = |file: &str, more: &[&str]| {
        let args = [&["init", "--orders", file, "--check"], more].concat();
        let checked = doorbuster(&temp, &args);
        let text = String::from_utf8(checked.stdout.clone()).unwrap() + &said(&checked);
        (checked.status.code(), text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let (code, text) = check("orders.csv", &[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("the header stands once among the rows"), "{text}");
    // The same orders again are no more orders, and are not counted as more units in silence.
    let (code, text) = check("overlap.csv", &[]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("60 rows repeat a line of their order, first in line 63"), "{text}");
    for (how, units) in [("once", "units 60"), ("each", "units 120")] {
        let (code, text) = check("overlap.csv", &["--repeated-rows", how]);
        assert!(code == Some(0) && text.contains(units), "{text}");
    }
}

#[test]
fn a_check_ends_as_a_verdict_would() {
    for (bad, code, words) in [
        (1, 0, "999 read, 1 cannot be read"),
        (2, 0, "a condition of any go"),
        (20, 0, "a condition of any go"),
        (21, 3, "too many for a verdict"),
        (501, 2, "501 of 1,000 rows"),
    ] {
        let temp = folder(&[("orders.csv", day(1_000, bad, "four").as_bytes())]);
        let checked = doorbuster(&temp, &["init", "--orders", "orders.csv", "--check"]);
        let text = String::from_utf8(checked.stdout.clone()).unwrap();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(checked.status.code(), Some(code), "{bad}: {text}");
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn what_was_called_off_is_never_played_as_sold_in_silence() {
    for (name, yes, no) in [
        ("cancelled", "yes", "no"),
        ("is_cancelled", "true", "false"),
        ("canceled", "1", "0"),
        ("fulfillment status", "cancelled", "fulfilled"),
        ("type", "Refund", "Order"),
        ("refunded amount", "4.00", "0.00"),
        ("cancelled on", "2025-11-28T09:00:00", ""),
    ] {
        let word = |n: usize| if n.is_multiple_of(10) { yes } else { no };
        let header = format!("{COLUMNS},{name}");
        let hidden = log(&header, |n| format!("{},{n},LAMP,1,4.00,{}", at(n), word(n)));
        // No list of states could say what each amount means.
        let of = if name == "refunded amount" { "none" } else { name };
        let state = format!("columns: {{ state: {of} }}");
        refused_everywhere(&hidden, &[&format!("the column `{name}`"), "6 rows", &state]);
        let said_none = format!("columns: {{ state: none }}, {COVER}");
        let (_temp, output) = simulate(hidden.as_bytes(), &said_none, "");
        assert!(said(&output).contains("60 orders"), "{}", said(&output));
    }
    for name in ["order_state", "payment status"] {
        let word = |n: usize| if n.is_multiple_of(10) { "cancelled" } else { "paid" };
        let header = format!("{COLUMNS},{name}");
        let states = log(&header, |n| format!("{},{n},LAMP,1,4.00,{}", at(n), word(n)));
        let (_temp, output) = simulate(states.as_bytes(), COVER, "");
        assert!(said(&output).contains("54 orders"), "{}", said(&output));
    }
}

#[test]
fn a_log_without_prices_or_without_rows_is_no_sound_check() {
    let free = log("ts,order,sku,qty", |n| format!("{},{n},LAMP,1", at(n)));
    refused_everywhere(&free, &["no column `price`"]);
    let stock = b"sku,stock,price\nLAMP,6,4.00\n";
    let temp = folder(&[("orders.csv", free.as_bytes()), ("stock.csv", stock)]);
    let args = ["init", "--orders", "orders.csv", "--catalog", "stock.csv", "--check"];
    let checked = doorbuster(&temp, &args);
    let text = String::from_utf8(checked.stdout.clone()).unwrap();
    assert_eq!(checked.status.code(), Some(0), "{}", said(&checked));
    assert!(text.contains("no column of prices"), "{text}");
    refused_everywhere(&format!("{COLUMNS}\n"), &["no row"]);
}

#[test]
fn rows_that_a_quote_swallows_are_counted_wherever_it_is_closed() {
    let quoted = |n| match n {
        20 => format!("{},{n},\"LAMP,1,4.00", at(n)),
        30 => format!("{},{n},LAMP\",1,4.00", at(n)),
        _ => format!("{},{n},LAMP,1,4.00", at(n)),
    };
    let temp = folder(&[("orders.csv", log(COLUMNS, quoted).as_bytes())]);
    let checked = doorbuster(&temp, &["init", "--orders", "orders.csv", "--check"]);
    let text = String::from_utf8(checked.stdout).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("60 in the file: 49 read, 11 cannot be read"), "{text}");
    assert!(text.contains("line 22 to 32: a quote that is opened here is closed"), "{text}");
}
