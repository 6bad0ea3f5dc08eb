//! What is said of bad input, word by word: these snapshots are the product's face on a bad day.

use std::fmt::Write as _;
use std::path::Path;

use super::super::{Overrides, multiple_milli, read, read_str};
use super::{SMALL, said, small};

/// A test for each piece of the small scenario that is replaced by something bad.
macro_rules! bad {
    ($($name:ident: $piece:literal => $by:expr;)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(stringify!($name), said(&small($piece, &$by)));
        }
    )*};
}

bad! {
    // misspelt
    misspelt_key: "lasts: 10m" => "lats: 10m";
    misspelt_key_at_the_top: "traffic:" => "trafic:";
    misspelt_choice: "workers: 2" => "workers: 2, priority: inventroy first";
    misspelt_unit: "lasts: 10m" => "lasts: 10 minits";
    misspelt_phase: "workers: 2 } }\n" =>
        "workers: 2 } }\nmerchant: { new listings: { at: basline, count: 3 } }\n";
    misspelt_gate: "workers: 2 } }\n" => "workers: 2 } }\ngates: { standard: { synclag: 3m } }\n";
    misspelt_owner: "workers: 2 } }\n" => "workers: 2 } }\nowners: { inventory: ops }\n";
    misspelt_channel: "workers: 2" => "channels: [storefront, amzon]";
    misspelt_currency: "price: 9.99" => "price: { typical: 5, one in 20 above: 9, currency: USX }";
    unknown_key_that_resembles_nothing: "workers: 2" => "workers: 2, flux capacitor: on";
    misspelt_lever: "workers: 2 } }\n" => "workers: 2 } }\nlevers: { wrkers: up to 16 }\n";
    levers_without_a_bound: "workers: 2 } }\n" =>
        "workers: 2 } }\nlevers: { workers: lots, holds back: up to 0, priority: up to 3 }\n";
    levers_on_nobody: "workers: 2 } }\n" =>
        "workers: 2 } }\nlevers: { workers: yes, on: hubb }\n";
    levers_that_allow_nothing: "workers: 2 } }\n" =>
        "workers: 2 } }\nlevers: { workers: no, on: hub }\n";
    a_stock_list_that_is_not_there_has_no_way_of_writing: "stock: 100, " =>
        "stock: 100, delimiter: \";\", encoding: utf-16le, decimal: \",\", ";
    carts_that_hold_nothing: "{ of orders: 60% }" =>
        "{ of orders: 60%, carts: { held for: 15m } }";
    stock_taken_at_cart_for_how_long: "{ of orders: 60% }" =>
        "{ of orders: 60%, takes stock: at cart }";
    stock_taken_by_who_takes_none: "{ of orders: 60% }" =>
        "{ of orders: 60%, own sales: on sync, takes stock: at payment }";
    edits_of_a_platforms_channel: "{ of orders: 60% }" =>
        "{ of orders: 60%, dialect: shopify, order edits: { share: 3%, after: 2m } }";
    edits_after_nothing: "{ of orders: 60% }" =>
        "{ of orders: 60%, order edits: { share: 300%, aftre: 2m } }";
    stock_taken_when: "{ of orders: 60% }" => "{ of orders: 60%, takes stock: at chekout }";
    a_cart_without_an_end: "{ of orders: 60% }" =>
        "{ of orders: 60%, takes stock: at cart, carts: { abandoned: 30% } }";
    full_pushes_of_no_time: "workers: 2" => "workers: 2, pushes everything: { every: 0s }";
    full_pushes_how_often: "workers: 2" => "workers: 2, pushes everything: 30m";
    a_source_that_reports_what: "workers: 2 } }\n" =>
        "workers: 2 } }\noms: { reports: on shelf }\n";
    a_currency_without_a_rate: "{ of orders: 60% }" => "{ of orders: 60%, currency: EUR }";
    a_currency_that_is_none: "{ of orders: 60% }" => "{ of orders: 60%, currency: EURO }";
    rates_that_are_none: "workers: 2 } }\n" =>
        "workers: 2 } }\nrates: { EUR: 0, JPY: -1, CHF: x, USD: 1, EURO: 1.17, IRR: 1e9 }\n";
    rates_of_too_many_decimals: "workers: 2 } }\n" =>
        "workers: 2 } }\nrates: { KWD: 1.1234567891 }\n";
    a_rate_for_nobody: "workers: 2 } }\n" => "workers: 2 } }\nrates: { EUR: 1.17 }\n";
    a_tax_on_nothing_known: "{ of orders: 60% }" =>
        "{ of orders: 60%, tax: { prices: gross, rate: 19% } }";
    a_gross_price_of_no_rate: "workers: 2 } }\n" => "workers: 2 } }\ntax: { prices: gross }\n";
    a_tax_in_a_word: "workers: 2 } }\n" => "workers: 2 } }\ntax: gross\n";
    a_tax_in_the_catalogue: "stock: 100, " => "stock: 100, tax: { prices: net }, ";
    prices_in_halves_of_a_cent: "{ of orders: 60% }" =>
        "{ of orders: 60%, rounding: { to: 0.005, half: down } }";
    prices_in_steps_of_nothing: "{ of orders: 60% }" => "{ of orders: 60%, rounding: { to: 0 } }";
    // missing
    missing_keys: "campaign: Small\nstarts: 2026-11-27 06:00 America/New_York\n" => "";
    missing_value: "campaign: Small" => "campaign:";
    missing_duration: "lasts: 10m, " => "";
    missing_stock: "stock: 100, " => "";
    missing_connector: "connectors:\n  hub: { reference: { workers: 2 } }\n" => "";
    missing_share: "{ of orders: 40% }" => "{ holds back: 3 }";
    more_prices_than_can_be_kept: "workers: 2 } }\n" =>
        "workers: 2 } }\nmerchant: { repricing: { rate: 2000/s, by: 5% } }\n";
    missing_unit: "lasts: 10m" => "lasts: 10";
    missing_percent: "of orders: 60%" => "of orders: 60";
    missing_x: "rate: 1x" => "rate: 1";
    // duplicate
    duplicate_key: "lasts: 10m" => "lasts: 10m, lasts: 11m";
    duplicate_key_with_underscores: "of orders: 60%" => "of orders: 60%, of_orders: 10%";
    duplicate_channel: "  amazon:" => "  storefront:";
    a_phase_with_a_name_of_a_page: "name: peak" => format!("name: {}", "x".repeat(257));
    duplicate_phase: "name: peak" => "name: baseline";
    // wrong type
    a_word_for_a_group: "{ of orders: 60% }" => "all of them";
    a_list_for_a_value: "lasts: 10m" => "lasts: [10m, 5m]";
    a_group_for_a_list: "  phases:\n    - { name: baseline, lasts: 10m, rate: 1x }\n    - " =>
        "  phases: ";
    a_word_for_a_number: "skus: 10" => "skus: many";
    a_fraction_of_a_sku: "skus: 10" => "skus: 10.5";
    three_rates: "[1x, 3x]" => "[1x, 3x, 5x]";
    // contradictory
    shares_below_the_whole: "of orders: 60%" => "of orders: 50%";
    shares_above_the_whole: "of orders: 60%" => "of orders: 70%";
    shares_of_lines: "  phases:" => "  lines: { 1: 90%, 2: 5% }\n  phases:";
    a_channel_nobody_serves: "workers: 2" => "channels: [amazon]";
    a_channel_two_serve: "  hub: { reference: { workers: 2 } }" =>
        "  hub: { reference: {} }\n  spare: { reference: { channels: [amazon] } }";
    webhooks_from_a_silent_channel: "of orders: 60%" => "of orders: 60%, webhooks: no";
    workers_that_do_not_divide: "workers: 2" => "workers: 3, partitions: 2";
    two_kinds_of_connector: "{ workers: 2 } }" =>
        "{}, described: { stock out: every 5m, orders in: webhook } }";
    a_connector_of_no_kind: "reference: { workers: 2 }" => "";
    a_sheet_without_timings: "reference: { workers: 2 }" => "described: { retries: yes }";
    a_sheet_that_does_not_say_when: "reference: { workers: 2 }" =>
        "described: { stock out: 5m taking 30s, orders in: every 15 }";
    a_sheet_whose_times_run_backwards: "reference: { workers: 2 }" =>
        "described: { stock out: every 5m taking 4m to 30s, orders in: every 0s }";
    a_sheet_that_leaves_too_much_open: "reference: { workers: 2 }" =>
        "described: { stock out: every 5m, orders in: webhook, \
        updates: unknown, reserve: unknown }";
    a_sheet_misread: "reference: { workers: 2 }" =>
        "described: { stock out: webhook, orders in: webhook, retries: perhaps, workers: 4 }";
    two_kinds_of_limit: "of orders: 60%" =>
        "of orders: 60%, limits: [{ daily: { calls: 1 }, in flight: { calls: 1, holds: 1s } }]";
    a_limit_of_no_kind: "of orders: 60%" => "of orders: 60%, limits: [{ on: [stock] }]";
    a_promotion_that_ends_first: "workers: 2 } }\n" => "workers: 2 } }\nmerchant:\n  \
        promotions:\n    \
        - { name: p, skus: 10%, price: -5%, sent: 5m before, starts: peak, ends: baseline }\n";
    edges_the_wrong_way_round: "workers: 2 } }\n" =>
        "workers: 2 } }\ngates: { standard: { sync lag: { healthy: 12m, watch: 3m } } }\n";
    a_p95_below_the_median: "of orders: 60%" =>
        "of orders: 60%, shows changes after: { typical: 10m, one in 20 above: 90s }";
    half_a_law: "of orders: 60%" => "of orders: 60%, shows changes after: { typical: 10m }";
    bestsellers_that_sell_less: "stock: 100" =>
        "bestsellers: { top: 50% of skus, make: 20% of sales }, stock: 100";
    a_moment_before_the_campaign: "workers: 2 } }\n" => "workers: 2 } }\nmerchant:\n  \
        promotions:\n    \
        - { name: p, skus: 9%, price: -5%, sent: 0s, starts: 15m before peak, ends: peak }\n";
    // absurd
    a_rate_of_zero: "600 orders/hour" => "0 orders/hour";
    a_negative_rate: "600 orders/hour" => "-5 orders/hour";
    no_demand_at_all: "1x }\n    - { name: peak, lasts: 20m, rate: [1x, 3x] }" => "0x }";
    negative_stock: "stock: 100" => "stock: -3";
    a_phase_of_no_time: "lasts: 10m" => "lasts: 0s";
    a_phase_of_a_negative_time: "lasts: 10m" => "lasts: -10m";
    a_billion_billion_orders: "600 orders/hour" => "1e18 orders/hour";
    a_campaign_of_a_year: "lasts: 10m" => "lasts: 365d";
    a_billion_skus: "skus: 10," => "skus: 1e9,";
    no_channels: "channels:\n  storefront: { of orders: 60% }\n  amazon: { of orders: 40% }\n" =>
        "channels: {}\n";
    an_exponential_from_nothing: "rate: [1x, 3x]" => "rate: [0x, 3x], curve: exponential";
    more_than_the_whole: "of orders: 60%" => "of orders: 160%";
    a_merchant_without_rest: "workers: 2 } }\n" => "workers: 2 } }\nmerchant:\n  \
        repricing: { rate: 1000000/s, by: 5% }\n  \
        restocks: { every: 1us, skus: 50%, units: 1 }\n";
    // time
    an_unknown_zone: "America/New_York" => "America/New_Yrok";
    a_city_for_a_zone: "America/New_York" => "berlin";
    a_missing_zone: " America/New_York" => "";
    a_time_the_clocks_skip: "2026-11-27 06:00" => "2026-03-08 02:30";
    a_day_that_does_not_exist: "2026-11-27" => "2026-11-31";
    // not YAML
    a_tab: "  amazon:" => "\tamazon:";
    an_open_bracket: "[1x, 3x]" => "[1x, 3x";
    a_tag: "campaign: Small" => "campaign: !!str Small";
    a_merge_key: "  amazon: { of orders: 40% }" => "  amazon: { <<: { of orders: 40% } }";
    a_second_document: "campaign: Small" => "a: 1\n---\ncampaign: Small";
    an_owner_without_quotes: "workers: 2 } }\n" => "workers: 2 } }\nowners: { *: ops }\n";
    an_unknown_alias: "campaign: Small" => "campaign: *name";
}

#[test]
fn everything_that_is_not_built_is_refused() {
    let mut text = SMALL.replace(
        "{ of orders: 60% }",
        "{ of orders: 60%, profile: amazon-sp-api, ships: channel, \
        order flow: pending, offers: [], staging: {}, \
        penalty gates: [], faults: [] }",
    );
    text =
        text.replace("stock: 100", "stock: 100, bundles: [], locations: [], offers: [], tax: net");
    text = text.replace(
        "{ reference: { workers: 2 } }",
        "{ described: { stock out: webhook, orders in: webhook, faults: [] } }\n  \
        own: { staging: http://localhost }",
    );
    let _ = write!(
        text,
        "staging: {{}}\nfaults: []\ndrill: {{}}\n\
         interventions: []\nscorecard: {{}}\npenalty gates: []\nrequire evidence: your connector\n\
         promises: {{ dispatch cut-off: 16:00 }}\n"
    );
    insta::assert_snapshot!(said(&text));
}

#[test]
fn a_described_connector_waits_for_webhooks_from_a_silent_channel() {
    let text = small("of orders: 60%", "of orders: 60%, webhooks: no");
    let sheet = "described: { stock out: webhook, orders in: webhook }";
    insta::assert_snapshot!(said(&text.replace("reference: { workers: 2 }", sheet)));
}

#[test]
fn all_errors_of_a_file_come_at_once() {
    let text = SMALL
        .replace("600 orders/hour", "600")
        .replace("lasts: 10m", "lats: 10m")
        .replace("stock: 100", "stock: -1")
        .replace("of orders: 40%", "of orders: 30%")
        .replace("New_York", "New_Yrok");
    insta::assert_snapshot!(said(&text));
}

#[test]
fn no_more_than_fifty_errors_are_shown() {
    let mut text = SMALL.to_owned();
    for n in 0..80 {
        let _ = writeln!(text, "nonsense{n}: 1");
    }
    let said = said(&text);
    assert_eq!(said.matches("unknown key").count(), 50);
    assert!(said.contains("and 30 more, not shown"), "{said}");
}

#[test]
fn an_empty_file_is_no_scenario() {
    insta::assert_snapshot!(said("# nothing\n"));
}

#[test]
fn a_list_is_no_scenario() {
    insta::assert_snapshot!(said("- a\n- b\n"));
}

/// Ten levels of nine aliases each stand for three billion values; the budget stops at once.
#[test]
fn an_alias_bomb_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..10 {
        let uses = vec![format!("*a{}", n - 1); 9].join(", ");
        let _ = writeln!(text, "a{n}: &a{n} [{uses}]");
    }
    insta::assert_snapshot!(said(&text));
}

#[test]
fn a_deep_nest_is_refused() {
    let said = said(&format!("campaign: {}{}", "[".repeat(9_000), "]".repeat(9_000)));
    assert!(said.contains("this is not YAML"), "{said}");
}

#[test]
fn a_huge_file_is_refused() {
    let said = said(&"# a comment\n".repeat(500_000));
    assert!(said.contains("larger than 4 MB"), "{said}");
}

#[test]
fn a_long_line_is_cut_around_the_caret() {
    let long = format!("{{ skus: {}, ", "9".repeat(300));
    insta::assert_snapshot!(said(&small("{ skus: 10, ", &format!("{long}stok: 5, "))));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let errors = read(Path::new("no/such.yaml"), &Overrides::default()).expect_err("no file");
    insta::assert_snapshot!(errors.to_string());
}

#[test]
fn a_file_that_is_not_text_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("a.yaml");
    let mut all = String::new();
    for bytes in [
        &b"campaign: a\nstarts: M\xfcnchen"[..],
        b"\xff\xfec\0a\0m\0p\0",
        b"PK\x03\x04\x14\0\x06\0\x9c\xf8",
        b"",
        b"ts,order,sku,qty,price\n2011-11-17T08:10:00,576640,22465,12,1.65\n",
    ] {
        std::fs::write(&path, bytes).expect("a file");
        let errors = read(&path, &Overrides::default()).expect_err("no scenario");
        let _ = writeln!(all, "{errors}");
    }
    let errors = read(dir.path(), &Overrides::default()).expect_err("a folder");
    let _ = write!(all, "{errors}");
    insta::assert_snapshot!(all.replace(&dir.path().display().to_string(), "…"));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_read() {
    let text = format!("\u{feff}{}", SMALL.replace('\n', "\r\n"));
    assert_eq!(said(&text), "nothing is wrong");
}

/// A stock list with these bytes.
fn stock_list(csv: &str) -> String {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("stock.csv"), csv).expect("a file");
    let text = small("{ skus: 10, stock: 100, price: 9.99 }", "{ file: stock.csv }");
    match read_str(&text, dir.path(), &Overrides::default()) {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn stock_lists_that_cannot_be_used() {
    let mut all = String::new();
    for csv in [
        "",
        "sku,stock,price\n",
        "sku;stock;price\nA;1;2\n",
        "sku,stok,price\nA,1,2\n",
        "sku,stock,price\nA,-1,2\nB,x,2\nC,1,2.3456\nA,1,1\n,1,1\nD,1\nE,1,1,1\n",
        "sku,stock,price,weight\nA,1,1,0\n",
    ] {
        let _ = writeln!(all, "--- {csv:?}\n{}", stock_list(csv));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_stock_list_that_is_not_there() {
    let text = small("{ skus: 10, stock: 100, price: 9.99 }", "{ file: gone.csv }");
    let errors = read_str(&text, Path::new("/nowhere"), &Overrides::default()).expect_err("gone");
    insta::assert_snapshot!(errors.to_string());
}

#[test]
fn multiples_of_a_command_line() {
    assert_eq!(multiple_milli("60x"), Ok(60_000));
    for text in ["0x", "60", "-1x", "fast", "1e12x"] {
        assert!(multiple_milli(text).is_err(), "{text}");
    }
}

/// What is refused is what cannot be kept, and no less: shared by more SKUs, or looked back on for
/// less long, the same changes are played.
#[test]
fn as_many_prices_as_can_be_kept_are_played() {
    let repriced = |more: &str, skus: &str| {
        let more = format!(
            "workers: 2 }} }}\nmerchant: {{ repricing: {{ rate: 2000/s, by: 5% }} }}\n{more}"
        );
        let text = small("workers: 2 } }\n", &more).replace("skus: 10", skus);
        read_str(&text, Path::new("."), &Overrides::default()).is_ok()
    };
    assert!(!repriced("", "skus: 10"));
    assert!(repriced("", "skus: 12"));
    assert!(repriced("promises: { price grace: 5m }\n", "skus: 10"));
}
