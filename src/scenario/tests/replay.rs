//! Replayed logs: what becomes of their rows.

use std::fmt::Write as _;
use std::path::Path;

use super::super::{Overrides, Plan, Problems, read_str};
use crate::history::fact::SupplyChange;
use crate::ids::{ChannelId, SkuId};
use crate::traffic::Traffic;
use crate::traffic::plan::{LoggedOrder, MerchantAct};
use crate::units::{At, Money, Ppm, Qty, Span};

/// Two days; 101 on the second is cancelled, 102 comes back in part, 103 has a line twice.
const LOG: &str = "\
ts,order,sku,qty,price
2011-11-16T09:00:00,90,A,1,1.00
2011-11-17T08:10:00,100,A,2,1.00
2011-11-17T08:10:00,100,B,3,2.50
2011-11-17T08:12:00,101,A,1,1.20
2011-11-17T08:30:00,102,C,4,9.00
2011-11-17T08:40:00,103,B,1,2.50
2011-11-17T08:40:00,103,B,2,2.50
2011-11-17T08:40:00,103,POST,1,5.00
2011-11-17T08:50:00,C101,A,-1,1.20
2011-11-17T08:55:00,C102,C,-1,9.00
2011-11-17T09:00:00,104,C,-2,9.00
";

const REPLAY: &str = "\
campaign: Replay
starts: 2026-11-27 06:00 Europe/London
currency: GBP
channels:
  storefront: { of orders: 70% }
  amazon: { of orders: 30% }
traffic:
  replay:
    file: orders.csv
    day: busiest
    skip skus: [POST]
    cancellations: { prefix: C }
    stock: { cover: 90% }
connectors:
  hub: { reference: {} }
";

fn try_read(text: &str, log: &[u8]) -> Result<Plan, Problems> {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("orders.csv"), log).expect("a log");
    std::fs::write(dir.path().join("stock.csv"), "sku,stock,price\nA,5,1\nB,5,2.5\nC,5,9\n")
        .expect("a stock list");
    read_str(text, dir.path(), &Overrides::default())
}

fn plan(text: &str, log: &str) -> Plan {
    try_read(text, log.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn said(text: &str, log: &str) -> String {
    match try_read(text, log.as_bytes()) {
        Ok(plan) => plan.notes.join("\n"),
        // The folder's name is another each time.
        Err(errors) => {
            let said = errors.to_string();
            said.lines().filter(|line| !line.contains("looked for")).collect::<Vec<_>>().join("\n")
        }
    }
}

fn orders(plan: &Plan) -> &[LoggedOrder] {
    match &plan.traffic {
        Traffic::Replayed(log) => &log.orders,
        Traffic::Modelled(_) => panic!("no log"),
    }
}

/// The scenario with a line added to its replay.
fn with(line: &str) -> String {
    REPLAY.replace("    day: busiest\n", &format!("    day: busiest\n    {line}\n"))
}

fn min(minutes: u64) -> Span {
    Span::from_mins(minutes)
}

#[test]
fn orders_are_what_the_rows_say() {
    let plan = plan(REPLAY, LOG);
    let orders = orders(&plan);
    let lines: Vec<_> = orders.iter().map(|o| o.lines.as_slice()).collect();
    let (a, b, c) = (SkuId(0), SkuId(1), SkuId(2));
    assert_eq!(
        lines,
        [&[(a, Qty(2)), (b, Qty(3))][..], &[(a, Qty(1))], &[(c, Qty(4))], &[(b, Qty(3))]]
    );
    assert_eq!(plan.charter.sku_names, ["A", "B", "C"]);
    // The first order's minute is the campaign's first; within a minute the second is not known.
    for (order, minutes) in orders.iter().zip([0, 2, 20, 30]) {
        let late = order.at.since(At::START + min(minutes));
        assert!(order.at >= At::START + min(minutes) && late < min(1), "{order:?}");
    }
    assert_eq!(plan.charter.traffic_ends, At::START + min(51));
}

#[test]
fn a_cancelled_order_is_cancelled_and_everything_else_comes_back() {
    let plan = plan(REPLAY, LOG);
    let cancels: Vec<_> = orders(&plan).iter().map(|order| order.cancels_after).collect();
    assert_eq!(cancels, [None, Some(min(38)), None, None]);
    let returns: Vec<_> = plan
        .merchant
        .fixed
        .iter()
        .map(|event| match event.act {
            MerchantAct::Adjust { sku, units, why: SupplyChange::Return, .. } => (sku, units),
            ref other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(returns, [(SkuId(2), Qty(1)), (SkuId(2), Qty(2))]);
}

#[test]
fn stock_covers_a_share_of_the_demand_at_the_median_price() {
    let plan = plan(REPLAY, LOG);
    let stock: Vec<i64> = plan.world.catalog.iter().map(|sku| sku.stock.0).collect();
    // 90 % of 3, 6 and 4 units.
    assert_eq!(stock, [3, 5, 4]);
    let prices: Vec<Money> = plan.world.catalog.iter().map(|sku| sku.price).collect();
    assert_eq!(prices, [Money(120), Money(250), Money(900)]);
}

#[test]
fn copies_keep_the_counts_and_the_minutes() {
    let plan = plan(&with("scale: 20x"), LOG);
    let orders = orders(&plan);
    assert_eq!(orders.len(), 80);
    let units: Qty = orders.iter().flat_map(|o| &o.lines).map(|(_, qty)| *qty).sum();
    assert_eq!(units, Qty(20 * 13));
    assert_eq!(plan.merchant.fixed.len(), 40);
    assert!(orders.is_sorted_by_key(|order| order.at));
    let first_minute = orders.iter().filter(|order| order.at < At::START + min(1));
    let mut moments: Vec<_> = first_minute.map(|order| order.at).collect();
    moments.dedup();
    assert_eq!(moments.len(), 20, "the copies of an order are apart");
    let mut buyers: Vec<_> = orders.iter().map(|order| order.buyer).collect();
    buyers.sort_unstable();
    buyers.dedup();
    assert_eq!(buyers.len(), 80);
    let stock: Vec<i64> = plan.world.catalog.iter().map(|sku| sku.stock.0).collect();
    assert_eq!(stock, [54, 108, 72]);
}

#[test]
fn a_share_of_a_copy_is_drawn() {
    let count = |scale| orders(&plan(&with(&format!("scale: {scale}")), &long_log())).len();
    let half = count("0.5x");
    assert!((430..570).contains(&half), "{half} of 1,000");
    let more = count("2.5x");
    assert!((2_430..2_570).contains(&more), "{more} of 2,500");
}

#[test]
fn channels_are_drawn_by_their_shares() {
    let plan = plan(REPLAY, &long_log());
    let storefront = orders(&plan).iter().filter(|o| o.channel == ChannelId(0)).count();
    assert!((650..750).contains(&storefront), "{storefront} of 1,000");
}

fn long_log() -> String {
    let mut log = "ts,order,sku,qty,price\n".to_owned();
    for n in 0..1_000 {
        let _ = writeln!(log, "2011-11-17T08:{:02}:00,{n},A,1,1.00", n % 60);
    }
    log
}

#[test]
fn columns_delimiter_zone_and_channels_can_be_said() {
    let log = "when;number;what;how many;each;where;who\n\
        17/11/2011 08:10;1;A;1;1,5;Web;ann\n\
        17/11/2011 08:11;2;A;1;1.5;Web;ann\n\
        17/11/2011 08:12;3;A;1;1.5;storefront;bob\n\
        17/11/2011 08:13;4;A;1;1.5;Shop;bob\n";
    let text = REPLAY.replace(
        "    day: busiest\n",
        "    decimal: \".\"\n    zone: Europe/Berlin\n    time format: \"%d/%m/%Y %H:%M\"\n    \
         columns: { time: when, order: number, sku: what, quantity: how many, price: each, \
         channel: where, buyer: who }\n    channels: { Web: amazon }\n",
    );
    let plan = plan(&text, log);
    let placed: Vec<_> = orders(&plan).iter().map(|o| (o.channel, o.buyer.0)).collect();
    assert_eq!(placed, [(ChannelId(1), 0), (ChannelId(0), 1)]);
    assert_eq!(plan.charter.channels[0].share, Ppm(500_000));
    insta::assert_snapshot!(plan.notes.join("\n"));
}

#[test]
fn a_stretch_of_the_log_can_be_chosen() {
    let text =
        REPLAY.replace("day: busiest", "from: 2011-11-17 08:12\n    until: 2011-11-17 08:40");
    let plan = plan(&text, LOG);
    assert_eq!(orders(&plan).len(), 2);
    assert_eq!(plan.charter.traffic_ends, At::START + min(28));
    let day = REPLAY.replace("busiest", "2011-11-16");
    assert_eq!(orders(&self::plan(&day, LOG)).len(), 1);
}

#[test]
fn a_stock_list_can_stand_beside_a_log() {
    let text = REPLAY
        .replace("    stock: { cover: 90% }\n", "")
        .replace("channels:", "catalog: { file: stock.csv }\nchannels:");
    let plan = plan(&text, LOG);
    assert_eq!(plan.world.catalog.len(), 3);
    assert_eq!(plan.world.catalog[0].stock, Qty(5));
    let unpriced = LOG.replace(",price\n", ",cost\n");
    assert_eq!(orders(&self::plan(&text, &unpriced)).len(), 4);
}

/// How it is written can be said of it as of a log.
#[test]
fn a_stock_list_beside_a_log_can_be_of_another_kind() {
    let text = REPLAY.replace("    stock: { cover: 90% }\n", "").replace(
        "channels:",
        "catalog: { file: list.csv, delimiter: \";\", encoding: windows-1252, decimal: \",\" }\n\
         channels:",
    );
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("orders.csv"), LOG).expect("a log");
    let list = "sku;stock;price\nA;5;1,250\nB;9;2,000\nC;7;1,00\n".as_bytes();
    std::fs::write(folder.path().join("list.csv"), list).expect("a stock list");
    let plan = read_str(&text, folder.path(), &Overrides::default());
    let plan = plan.unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(plan.world.catalog[0].price, Money(125));
}

/// The day alone would be midnight; the column that says the rest is named.
#[test]
fn a_log_of_days_names_the_column_with_the_times() {
    let log: String = (0..20).fold("ts,at,order,sku,qty,price\n".to_owned(), |mut log, n| {
        let _ = writeln!(log, "2011-11-17,08:{n:02}:30,{n},A,1,1.00");
        log
    });
    let said = said(REPLAY, &log);
    assert!(said.contains("every time in `ts` is a whole day"), "{said}");
    assert!(said.contains("columns: { date: ts, time: at }"), "{said}");
    let both = with("columns: { date: ts, time: at }");
    assert_eq!(orders(&plan(&both, &log)).len(), 20);
}

/// A currency that nobody says is not that of half the prices.
#[test]
fn prices_in_two_currencies_want_a_word_on_which_counts() {
    let log = LOG.replace(",2.50", ",$2.50").replace(",9.00", ",9.00 €");
    let text = REPLAY.replace("currency: GBP\n", "");
    let asked = said(&text, &log);
    assert!(asked.contains("several currencies"), "{asked}");
    let told = plan(&format!("currency: EUR\n{text}"), &log).notes.join("\n");
    assert!(told.contains("in another currency and"), "{told}");
}

#[test]
fn byte_order_mark_windows_line_ends_and_quotes_are_read() {
    let log = format!("\u{feff}{}", LOG.replace('\n', "\r\n").replace(",A,", ",\"A\","));
    let quoted = plan(REPLAY, &log);
    assert_eq!(orders(&quoted), orders(&plan(REPLAY, LOG)));
}

#[test]
fn phases_can_be_named_over_a_log() {
    let phases = |lasts: &str| {
        REPLAY.replace(
            "connectors:",
            &format!("  phases: [{{ name: all, lasts: {lasts} }}]\nconnectors:"),
        )
    };
    assert_eq!(plan(&phases("1h"), LOG).charter.traffic_ends, At::START + min(60));
    insta::assert_snapshot!(said(&phases("10m"), LOG));
}

#[test]
fn the_resolved_replay_names_its_file_in_full() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("orders.csv"), LOG).expect("a log");
    let first = read_str(REPLAY, dir.path(), &Overrides::default()).expect("a plan");
    let again = read_str(&first.resolved, Path::new("/"), &Overrides::default());
    let again = again.unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!((first.traffic, first.charter), (again.traffic, again.charter));
}

#[test]
fn a_tenth_of_bad_rows_is_counted_and_shown() {
    let mut log = long_log();
    for n in 0..100 {
        let _ = writeln!(log, "2011-11-17T08:00:00,{n},A,lots,1.00");
    }
    insta::assert_snapshot!(said(REPLAY, &log));
}

#[test]
fn logs_that_cannot_be_replayed() {
    let mut all = String::new();
    for log in [
        "",
        "ts,order,sku,qty,price\n",
        "ts;order;sku;qty;price\n2011-11-17T08:10:00;1;A;1;1.00\n",
        "ts,order,sku,quantity,price\n2011-11-17T08:10:00,1,A,1,1.00\n",
        "ts,order,sku,qty,price\nyesterday,1,A,1,1\n2011-11-17,1,A,0,1\n2011-11-17,,A,1,1\n",
        "ts,order,sku,qty,price\n2011-11-17T08:10:00,1,A,-1,1.00\n",
    ] {
        let _ = writeln!(all, "--- {log:?}\n{}\n", said(REPLAY, log));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn replays_that_contradict_themselves() {
    let mut all = String::new();
    for text in [
        with("scale: 1000000000x"),
        with("skip skus: [A, B, C]"),
        with("zone: Mars/Olympus"),
        REPLAY.replace("    stock: { cover: 90% }\n", ""),
        REPLAY.replace("channels:", "catalog: { file: stock.csv }\nchannels:"),
        REPLAY.replace("channels:", "catalog: { skus: 5 }\nchannels:"),
        REPLAY.replace("busiest", "2011-12-24"),
        REPLAY.replace("currency: GBP", "shorten: 10x"),
        REPLAY.replace("replay:", "demand: 5/s\n  replay:"),
    ] {
        let _ = writeln!(all, "---\n{}\n", said(&text, LOG));
    }
    insta::assert_snapshot!(all);
}

/// A day of so many rows of which some have no quantity.
fn with_gaps(rows: usize, bad: usize) -> String {
    let mut log = "ts,order,sku,qty,price\n".to_owned();
    for n in 0..rows {
        let qty = if n < bad { "" } else { "1" };
        let _ = writeln!(log, "2011-11-17T08:{:02}:00,{n},A,{qty},1.00", n % 60);
    }
    log
}

#[test]
fn rows_that_cannot_be_read_are_counted_by_the_stretch_that_is_played() {
    let mut log = with_gaps(1_000, 7);
    log.push_str("2011-11-16T08:00:00,x,A,none,1.00\n");
    let input = plan(REPLAY, &log).charter.input.expect("a replay rests on a file");
    assert_eq!((input.file.as_str(), input.stretch.as_str()), ("orders.csv", "of 2011-11-17"));
    assert_eq!((input.rows, input.missing()), (1_000, 7));
    assert_eq!(input.unread[0].about, "quantity");
}

#[test]
fn more_than_half_of_the_stretch_refuses_the_log_however_sound_the_rest_of_the_file_is() {
    let mut log = with_gaps(10, 6);
    for n in 0..50 {
        let _ = writeln!(log, "2011-11-16T08:{n:02}:00,x{n},A,1,1.00");
    }
    let on = |day: &str| said(&REPLAY.replace("busiest", day), &log);
    assert!(on("2011-11-17").contains("6 of 10 rows of 2011-11-17 in `orders.csv` cannot be read"));
    assert!(
        on("2011-11-16").contains("50 orders of the log of 2011-11-16"),
        "{}",
        on("2011-11-16")
    );
}

#[test]
fn a_column_of_channels_is_used_where_no_channel_says_its_share() {
    let log = "ts,channel,order,sku,qty,price\n\
        2011-11-17T08:00:00,Storefront,1,A,1,1.00\n\
        2011-11-17T08:01:00,amazon,1,A,2,1.00\n\
        2011-11-17T08:02:00,till,2,A,4,1.00\n\
        2011-11-17T08:03:00,amazon,3,A,1,1.00\n";
    let open = REPLAY.replace("{ of orders: 70% }", "{}").replace("{ of orders: 30% }", "{}");
    let open = plan(&open, log);
    let channels: Vec<_> = orders(&open).iter().map(|order| order.channel.0).collect();
    assert_eq!(channels, [0, 1, 1]);
    let input = open.charter.input.expect("a file");
    assert_eq!((input.missing(), input.unread[0].about.as_str()), (1, "channel"));
    // Shares that are written hold, and the column is said not to be used.
    let written = plan(REPLAY, log);
    assert_eq!(orders(&written).len(), 4);
    assert!(written.notes.iter().any(|note| note.contains("its column `channel`")));
}
