//! Logs and stock lists as people have them, and what they come to. Values are invented; each was
//! worked out by hand.

mod amounts;
mod aside;
mod bytes;
mod currency;
mod daytime;
mod exports;
mod json;
mod kinds;
mod parted;
mod people;
mod repeats;
mod spoilt;
mod words;
mod workbook;

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::columns::{NAMED, Said};
use super::format;
use super::log::{Log, NoLog};
use super::mapping::{Day, Mapping, Repeats, Routing};
use super::number::DecimalMark;
use super::orders::{Grouped, group};
use super::state::Standing;
use super::stock;
use super::survey::survey;
use super::table::Source;

/// What is said about a file, beside its bytes.
#[derive(Clone, Default)]
struct Asked {
    columns: Vec<(&'static str, &'static str)>,
    states: Vec<(String, Standing)>,
    decimal: Option<DecimalMark>,
    time_format: Option<&'static str>,
    format: Option<&'static str>,
    currency: Option<&'static str>,
    busiest: bool,
    day: Option<&'static str>,
    zone: Option<&'static str>,
    repeats: Option<Repeats>,
    stocked: &'static [&'static str],
    sheet: Option<&'static str>,
}

fn source(dir: &tempfile::TempDir, bytes: &[u8]) -> Source {
    let path = dir.path().join("log");
    std::fs::write(&path, bytes).expect("a file");
    Source { file: "log".to_owned(), path, delimiter: None, encoding: None, sheet: None }
}

fn read(bytes: &[u8], said: &Asked) -> Result<(Grouped, Seen), String> {
    let dir = tempfile::tempdir().expect("a folder");
    let role = |key: &str| NAMED.iter().find(|(known, _)| *known == key).expect("a role").1;
    let day = said.day.map(|day| Day::On(day.parse().expect("a day")));
    let mapping = Mapping {
        source: Source { sheet: said.sheet.map(str::to_owned), ..source(&dir, bytes) },
        format: said.format.map(str::to_owned),
        columns: Said(said.columns.iter().map(|(k, n)| (role(k), (*n).to_owned())).collect()),
        decimal: said.decimal,
        time_format: said.time_format.map(str::to_owned),
        zone: said.zone.map_or(TimeZone::UTC, |zone| TimeZone::get(zone).expect("a zone")),
        states: said.states.clone(),
        skip_skus: vec![],
        cancellation_prefix: None,
        repeats: said.repeats,
        currency: said.currency,
        digits: 2,
        day: if said.busiest { Some(Day::Busiest) } else { day },
        from: None,
        until: None,
    };
    let all = |wrongs: Vec<crate::wrong::Wrong>| {
        let one = |w: &crate::wrong::Wrong| {
            format!(
                "{w} {} {}",
                w.expected.as_deref().unwrap_or(""),
                w.hint.as_deref().unwrap_or("")
            )
        };
        wrongs.iter().map(one).collect::<Vec<_>>().join("\n")
    };
    let survey = survey(&mapping, true).map_err(all)?;
    let stocked: Vec<String> = said.stocked.iter().map(|sku| (*sku).to_owned()).collect();
    let stocked = Some(&stocked[..]).filter(|list| !list.is_empty());
    let log = Log::read(&mapping, &survey, &Routing::Words, stocked).map_err(|no| match no {
        NoLog::File(wrong) | NoLog::Stretch(wrong) => all(vec![wrong]),
    })?;
    let kept = Seen {
        rows: log.tally.rows,
        unreadable: log.tally.unreadable.count,
        missing: log.missing.unread.values().sum(),
        of: log.missing.rows,
        notes: log.notes.join("\n"),
        format: survey.layout.name,
        channels: survey.channels.keys().cloned().collect(),
    };
    Ok((group(log, true), kept))
}

/// What is looked at of a log beside its orders.
struct Seen {
    rows: u64,
    unreadable: u64,
    missing: u64,
    of: u64,
    notes: String,
    format: &'static str,
    channels: Vec<String>,
}

/// Orders in words: `+90s web LAMP×2 BULB×1 cancelled after 5 min; back +600s LAMP×1`.
fn told(grouped: &Grouped, channels: &[String]) -> Vec<String> {
    let after = |us: i64| (us - grouped.from_us) / 1_000_000;
    let name = |sku: crate::ids::SkuId| &grouped.skus[sku.index()].name;
    let order = |order: &super::orders::Order| {
        let mut said = format!("+{}s", after(order.at_us));
        if let Some(channel) = order.channel {
            let _ = write!(said, " {}", channels[usize::from(channel)]);
        }
        for (sku, units) in &order.lines {
            let _ = write!(said, " {}×{}", name(*sku), units.0);
        }
        if let Some(after) = order.cancels_after {
            let _ = write!(said, " cancelled after {} s", after.0 / 1_000_000);
        }
        for (at, sku, units) in &order.returned {
            let _ = write!(said, "; back +{}s {}×{}", after(*at), name(*sku), units.0);
        }
        said
    };
    grouped.orders.iter().map(order).collect()
}

const ROWS: &str = "ts,order,sku,qty,price\n\
    2025-11-28T09:00:00,1001,LAMP,1,4.00\n\
    2025-11-28T09:01:00,1002,LAMP,2,4.00\n\
    2025-11-28T09:02:00,1003,BULB,3,1.00\n";

/// The rows with a column more, a word for each.
fn with(column: &str, words: [&str; 3]) -> String {
    let cells = [column].into_iter().chain(words);
    let rows: Vec<String> =
        ROWS.lines().zip(cells).map(|(row, cell)| format!("{row},{cell}")).collect();
    rows.join("\n") + "\n"
}

#[track_caller]
fn check(text: &str, said: &Asked, orders: &[&str]) -> Seen {
    let (grouped, log) = read(text.as_bytes(), said).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(told(&grouped, &log.channels), orders, "{}", log.notes);
    log
}

#[track_caller]
fn refused(text: &str, said: &Asked, words: &[&str]) {
    let why = match read(text.as_bytes(), said) {
        Ok((grouped, log)) => panic!("read: {:?}\n{}", told(&grouped, &log.channels), log.notes),
        Err(why) => why,
    };
    for word in words {
        assert!(why.contains(word), "`{word}` is not in: {why}");
    }
}

fn prices(text: &str, said: &Asked) -> Vec<(String, i64)> {
    let (grouped, _) = read(text.as_bytes(), said).unwrap_or_else(|why| panic!("{why}"));
    grouped.skus.iter().map(|sku| (sku.name.clone(), sku.price.0)).collect()
}

#[test]
fn offsets_of_every_row_count() {
    let rows = [
        "2025-11-28T20:00:00+09:00,J,LAMP,1,4.00",
        "2025-11-28T11:30:00Z,U,LAMP,1,4.00",
        "2025-11-28T07:00:00-05:00,N,LAMP,1,4.00",
    ];
    let iso = format!("ts,order,sku,qty,price\n{}\n", rows.join("\n"));
    check(&iso, &Asked::default(), &["+0s LAMP×1", "+1800s LAMP×1", "+3600s LAMP×1"]);
    let spaced = iso
        .replace('T', " ")
        .replace("+09:00", " +0900")
        .replace("-05:00", " -0500")
        .replace('Z', " +0000");
    let said = Asked { time_format: Some("%Y-%m-%d %H:%M:%S %z"), ..Asked::default() };
    check(&spaced, &said, &["+0s LAMP×1", "+1800s LAMP×1", "+3600s LAMP×1"]);
    check(&spaced, &Asked::default(), &["+0s LAMP×1", "+1800s LAMP×1", "+3600s LAMP×1"]);
}

#[test]
fn every_channel_counts_its_own_orders() {
    let log = "ts,channel,order,sku,qty,price\n\
        2025-11-28T09:00:00,shop,7,LAMP,1,4.00\n\
        2025-11-28T09:00:30,ebay,7,LAMP,2,4.00\n\
        2025-11-28T09:01:00,shop,7,BULB,3,1.00\n";
    check(log, &Asked::default(), &["+0s shop LAMP×1 BULB×3", "+30s ebay LAMP×2"]);
}

#[test]
fn what_comes_back_comes_back_at_its_own_time() {
    let log = "ts,order,sku,qty,price\n\
        2025-11-28T09:00:00,7,LAMP,6,4.00\n\
        2025-11-28T10:00:00,7,LAMP,-2,4.00\n\
        2025-11-28T11:00:00,7,LAMP,-1,4.00\n";
    check(log, &Asked::default(), &["+0s LAMP×6; back +3600s LAMP×2; back +7200s LAMP×1"]);
}

#[test]
fn numbers_that_can_be_read_two_ways_are_asked_about() {
    let log = "ts;order;sku;qty;price\n\
        28.11.2025 09:00;1;LAMP;2.500;1.150\n\
        28.11.2025 09:01;2;LAMP;3;949,90\n";
    refused(log, &Asked::default(), &["`2.500`", "two ways", "decimal: \",\""]);
    let said = Asked { decimal: Some(DecimalMark::Comma), ..Asked::default() };
    check(log, &said, &["+0s LAMP×2500", "+60s LAMP×3"]);
    assert_eq!(prices(log, &said), [("LAMP".to_owned(), 115_000)]);
    // One number that only has one reading settles the others.
    let settled = log.replace("1.150", "1.150,00");
    check(&settled, &Asked::default(), &["+0s LAMP×2500", "+60s LAMP×3"]);
    // Quantities alone are as open as prices.
    refused(&log.replace("1.150", "9").replace("949,90", "9"), &Asked::default(), &["`2.500`"]);
}

#[test]
fn days_that_can_be_read_two_ways_are_asked_about() {
    let log =
        "ts,order,sku,qty,price\n05/11/2025 09:00,1,LAMP,1,4.00\n06/11/2025 09:00,2,LAMP,1,4.00\n";
    refused(log, &Asked::default(), &["05/11/2025", "time format"]);
    let said = Asked { time_format: Some("%m/%d/%Y %H:%M"), ..Asked::default() };
    check(log, &said, &["+0s LAMP×1", "+2678400s LAMP×1"]);
    let proved = log.replace("06/11", "26/11");
    check(&proved, &Asked::default(), &["+0s LAMP×1", "+1814400s LAMP×1"]);
}

#[test]
fn a_row_without_a_number_belongs_to_the_order_above() {
    let log = "Order,Date,SKU,Qty,Price\n\
        71,2025-11-28 09:00,LAMP,1,4.00\n,,BULB,2,1.00\n,2025-11-28 09:00,CORD,1,2.00\n\
        72,2025-11-28 09:05,LAMP,1,4.00\n,2025-11-28 10:00,BULB,9,1.00\n\
        73,soon,LAMP,1,4.00\n,,BULB,5,1.00\n\
        74,2025-11-28 09:06,LAMP,1,4.00\nTotal,,,9,16.00\n";
    let said = Asked::default();
    let log = check(log, &said, &["+0s LAMP×1 BULB×2 CORD×1", "+300s LAMP×1", "+360s LAMP×1"]);
    // Another time, and an order that cannot be read itself: nobody knows whose lines these are.
    assert_eq!((log.rows, log.unreadable), (9, 3), "{}", log.notes);
    assert!(
        log.notes.contains("line 6: no order number, and its time is not that"),
        "{}",
        log.notes
    );
}

#[test]
fn lines_are_numbered_as_an_editor_shows_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = [
            "ts,order,sku,qty,price",
            "",
            "2025-11-28,1,,1,4",
            "2025-11-28,2,\"A",
            "B\",1,4",
            "2025-11-28,3,A,1,4",
            "2025-11-28,4,,1,4",
            "2025-11-28,5,A,1,4",
            "2025-11-28,6,A,1,4",
            "2025-11-28,7,A,1,4",
        ];
        let (_, log) = read(text.join(end).as_bytes(), &Asked::default())
            .unwrap_or_else(|why| panic!("{why}"));
        assert!(log.notes.contains("line 3: no sku; line 4: the sku"), "{}", log.notes);
        assert!(log.notes.contains("line 7: no sku"), "{}", log.notes);
    }
}

#[test]
fn half_a_log_behind_a_quote_weighs_as_the_rows_that_it_swallows() {
    let mut log = "ts,order,sku,qty,price\n".to_owned();
    for n in 0..100 {
        let quote = if n == 60 { "\"" } else { "" };
        let _ = writeln!(log, "2025-11-28T09:00:00,{n},{quote}LAMP,1,4.00");
    }
    let (_, read1) = read(log.as_bytes(), &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!((read1.missing, read1.of), (40, 100), "{}", read1.notes);
    refused(
        &log.replace('"', "").replacen("LAMP", "\"LAMP", 1),
        &Asked::default(),
        &["100 of 100 rows"],
    );
}

#[test]
fn the_busiest_day_counts_rows_that_cannot_be_read() {
    let mut log = "ts,order,sku,qty,price\n".to_owned();
    for n in 0..5 {
        let _ = writeln!(log, "2025-11-27T09:0{n}:00,{n},LAMP,1,4.00");
    }
    for n in 5..15 {
        let qty = if n < 14 { "some" } else { "1" };
        let _ = writeln!(log, "2025-11-28T09:0{}:00,{n},LAMP,{qty},4.00", n - 5);
    }
    let said = Asked { busiest: true, ..Asked::default() };
    refused(&log, &said, &["9 of 10 rows of 2025-11-28"]);
    // The other day is sound, and can be played.
    let said = Asked { day: Some("2025-11-27"), ..Asked::default() };
    assert_eq!(
        read(log.as_bytes(), &said).map_err(|why| panic!("{why}")).map(|(_, log)| log.missing),
        Ok(0)
    );
}

#[test]
fn a_quantity_that_nobody_names_is_asked_about() {
    let log =
        "ts,order,sku,price\n2025-11-28T09:00:00,1,LAMP,4.00\n2025-11-28T09:00:00,1,LAMP,4.00\n";
    let log1 = check(log, &Asked::default(), &["+0s LAMP×2"]);
    assert!(log1.notes.contains("each row is one unit"), "{}", log1.notes);
    let hidden = log.replace("price\n", "price,Gebinde\n").replace("4.00\n", "4.00,12\n");
    refused(&hidden, &Asked::default(), &["`qty`", "Gebinde", "quantity: none"]);
    let said = Asked {
        columns: vec![("quantity", "Gebinde")],
        repeats: Some(Repeats::Each),
        ..Asked::default()
    };
    check(&hidden, &said, &["+0s LAMP×24"]);
    let two = log
        .replace("ts,order", "date,order")
        .replace("price\n", "price,qty,created_at\n")
        .replace("4.00\n", "4.00,1,2025-11-29\n");
    refused(&two, &Asked::default(), &["`date`", "`created_at`", "columns: { time:"]);
}

#[test]
fn nothing_of_a_hostile_file_reaches_a_terminal() {
    let log = "ts,order,sku,qty,price\n2025-11-28,1,A,1,\u{1b}]0;mine\u{7}\n2025-11-28,\u{1b}[2J2\
    ,A,1,1\n2025-11-28,3,A\u{202e},1,1\n2025-11-28,4,A,1,1\n2025-11-28,5,A,1,1\n";
    let (_, log) = read(log.as_bytes(), &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
    assert!(log.notes.contains("\\u{1b}]0;mine\\u{7}"), "{}", log.notes);
    assert!(!log.notes.contains(|c: char| c.is_control() && c != '\n'), "{:?}", log.notes);
    let columns: Vec<String> = (0..500).map(|n| format!("\u{1b}[31mcolumn {n}")).collect();
    let why = read(format!("{}\n1\n", columns.join(",")).as_bytes(), &Asked::default())
        .map(|_| ())
        .unwrap_err();
    assert!(!why.contains('\u{1b}') && why.contains("and 488 more"), "{why}");
    assert!(why.chars().count() < 3_000, "{}", why.chars().count());
}

#[test]
fn formats_are_said_or_recognised() {
    let said = Asked { format: Some("etsy"), ..Asked::default() };
    refused(exports::SHOPIFY, &said, &["not in the format `etsy`", "sale date"]);
    assert!(format::names().contains(&"columns"));
    refused("\u{0}\u{1}binary\u{0}", &Asked::default(), &["not a text file"]);
    refused("[{\"order\":1}]", &Asked::default(), &["one JSON list"]);
    refused("", &Asked::default(), &["is empty"]);
    refused(&"x".repeat(3 << 20), &Asked::default(), &["1 MB"]);
}

/// SKU, stock, price in minor units.
type Stocked = (String, i64, i64);

fn stock_list(text: &str, decimal: Option<DecimalMark>) -> Result<(Vec<Stocked>, String), String> {
    let dir = tempfile::tempdir().expect("a folder");
    let list = stock::read(&source(&dir, text.as_bytes()), decimal, ("EUR", 2));
    let list = list.map_err(|wrongs| {
        let one = |w: &crate::wrong::Wrong| format!("{w} {}", w.hint.as_deref().unwrap_or(""));
        wrongs.iter().map(one).collect::<Vec<_>>().join("\n")
    })?;
    let row = |row: stock::StockRow| (row.sku, row.stock.0, row.price.0);
    Ok((list.rows.into_iter().map(row).collect(), list.notes.join("\n")))
}

#[test]
fn stock_of_several_locations_is_added_up_and_repeats_are_refused() {
    let list = "SKU,Location,Available (not editable),Price\n\
        LAMP,North,4,40.00\nLAMP,South,not stocked,40.00\nLAMP,East,-1,40.00\nBULB,North,-3,5.00\n";
    let (rows, notes) = stock_list(list, None).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(rows, [("LAMP".to_owned(), 3, 4_000), ("BULB".to_owned(), 0, 500)]);
    assert!(notes.contains("below zero") && notes.contains("not stocked"), "{notes}");
    let twice = stock_list("sku,stock,price\nLAMP,4,40\nBULB,1,5\nLAMP,5,40\n", None).unwrap_err();
    assert!(twice.contains("line 4: sku `LAMP` is there already, in line 2"), "{twice}");
    let open = stock_list("sku;stock;price\nLAMP;1.200;40,50\n", None).unwrap_err();
    assert!(open.contains("`1.200` can be read two ways"), "{open}");
    let rows = stock_list("sku;stock;price\nLAMP;1.200;40,50\n", Some(DecimalMark::Comma))
        .map(|(rows, _)| rows);
    assert_eq!(rows, Ok(vec![("LAMP".to_owned(), 1_200, 4_050)]));
}
