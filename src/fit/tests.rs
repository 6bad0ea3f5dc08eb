//! Logs made by a model whose parameters are known, fitted: what comes back is what went in.

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::law::Law;
use crate::traffic::Traffic;
use crate::traffic::plan::{CustomerCancellations, Demand, Piece, Shape};
use crate::units::{At, Rate};

const SKUS: u32 = 800;

/// Three hours: quiet, a climb of half an hour, busy, quiet again.
fn demand() -> Demand {
    let piece = |from, until, rate_from, rate_to| Piece {
        from: At::START + Span::from_mins(from),
        until: At::START + Span::from_mins(until),
        rate_from: Rate::per_hour(rate_from),
        rate_to: Rate::per_hour(rate_to),
        shape: Shape::Linear,
    };
    Demand {
        curve: vec![
            piece(0, 60, 2_000, 2_000),
            piece(60, 90, 2_000, 10_000),
            piece(90, 130, 10_000, 10_000),
            piece(130, 180, 3_000, 3_000),
        ],
        channels: vec![Ppm(550_000), Ppm(300_000), Ppm(150_000)],
        popularity: (1..=SKUS).map(|rank| f64::from(rank).powf(-0.7)).collect(),
        heroes: None,
        offers: vec![],
        lines: vec![(1, Ppm(800_000)), (2, Ppm(150_000)), (4, Ppm(50_000))],
        units: vec![(1, Ppm(700_000)), (6, Ppm(300_000))],
        cancellations: CustomerCancellations { share: Ppm::ZERO, after: Law::Constant(Span::ZERO) },
        buyers: 1_000,
    }
}

/// The log of one play of it, from 09:00 on 27 November 2026.
fn log(demand: Demand, seed: u64) -> String {
    let mut csv = "ts,order,sku,qty,price,channel\n".to_owned();
    let start: jiff::civil::DateTime = "2026-11-27T09:00:00".parse().expect("a time");
    for arrival in Traffic::Modelled(demand).arrivals(seed) {
        let after = jiff::SignedDuration::from_micros(arrival.at.0 as i64);
        let at = start.checked_add(after).expect("a day").strftime("%Y-%m-%dT%H:%M:%S");
        let channel = ["Web shop", "amazon", "ebay"][arrival.channel.index()];
        for (sku, units) in &arrival.lines {
            let price = 5 + sku.0 % 90;
            let _ = writeln!(
                csv,
                "{at},{},S{},{},{price}.50,{channel}",
                arrival.intent.0, sku.0, units.0
            );
        }
    }
    csv
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        std::fs::write(dir.path().join(name), bytes).expect("a file");
    }
    dir
}

fn orders_only() -> ToFit {
    ToFit { orders: Some("orders.csv".into()), ..ToFit::default() }
}

fn fitted(asked: &ToFit, files: &[(&str, &[u8])]) -> Fitted {
    let dir = folder(files);
    fit(asked, dir.path()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// What is said of files that cannot be fitted; the folder's name is another each time.
fn said(asked: &ToFit, files: &[(&str, &[u8])]) -> String {
    let dir = folder(files);
    match fit(asked, dir.path()) {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(errors) => errors.to_string().replace(&dir.path().display().to_string(), "…"),
    }
}

fn plan(fitted: &Fitted) -> Plan {
    let text = fitted.starter.text("scenario.yaml");
    let plan = scenario::read_str(&text, Path::new("."), &Overrides::default());
    plan.unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

#[test]
fn what_made_a_log_is_found_in_it_again() {
    let csv = log(demand(), 11);
    let fitted = fitted(&orders_only(), &[("orders.csv", csv.as_bytes())]);
    let plan = plan(&fitted);
    let Traffic::Modelled(found) = &plan.traffic else { panic!("a log") };
    let truth = Traffic::Modelled(demand());
    // A quarter of an hour's orders lie nearer to the truth than their own chance: the fit pools.
    for quarter in 0..12 {
        let at = |q: u64| At::START + Span::from_mins(15 * q);
        let (expected, fitted) = (
            truth.expected(at(quarter), at(quarter + 1)),
            plan.traffic.expected(at(quarter), at(quarter + 1)),
        );
        assert!(
            (expected - fitted).abs() < 2.5 * expected.sqrt(),
            "{quarter}: {expected} {fitted}"
        );
    }
    let n = fitted.goodness.log.as_ref().expect("a log").orders as f64;
    let near = |found: Ppm, truth: f64, n: f64| {
        let chance = 4.0 * (truth * (1.0 - truth) / n).sqrt() + 1e-3;
        assert!((found.as_f64() - truth).abs() < chance, "{found} {truth}");
    };
    for (found, truth) in found.channels.iter().zip([0.55, 0.3, 0.15]) {
        near(*found, truth, n);
    }
    assert_eq!(found.lines.iter().map(|(lines, _)| *lines).collect::<Vec<_>>(), [1, 2, 4]);
    for ((_, found), truth) in found.lines.iter().zip([0.8, 0.15, 0.05]) {
        near(*found, truth, n);
    }
    near(found.units[1].1, 0.3, n);
    assert!((fitted.starter.zipf - 0.7).abs() < 0.04, "{}", fitted.starter.zipf);
    assert!((780..=820).contains(&fitted.starter.skus), "{}", fitted.starter.skus);
    // Prices run evenly from 5.50 to 94.50.
    assert!((4_500..=5_500).contains(&fitted.starter.price.0), "{:?}", fitted.starter.price);
    assert_eq!(plan.charter.starts, "2026-11-27T09:00:00+00:00[UTC]");
}

#[test]
fn a_fit_says_how_near_it_came() {
    let csv = log(demand(), 12);
    let goodness = fitted(&orders_only(), &[("orders.csv", csv.as_bytes())]).goodness;
    let log = goodness.log.expect("a log");
    assert_eq!((log.channels, log.cancelled), (3, None));
    assert!(log.sold_out <= SOLD_OUT_MAX && log.sold_out > 0.0, "{}", log.sold_out);
    let test = log.curve.chi_square.expect("thousands of orders");
    assert!(test.chance > 0.001, "{test:?}");
    assert!(log.lines.moved < 1e-3 && log.units.moved < 1e-3, "{log:?}");
    assert!((log.skew.observed / log.skew.fitted - 1.0).abs() < 0.1, "{:?}", log.skew);
    // Even prices are no lognormal, and a fit that is off is said to be.
    assert!(goodness.price.expect("prices").apart > 0.05);
}

/// The judgement of a curve fires where the fit cannot follow: at more turns than it may have.
#[test]
fn a_curve_that_leaves_turns_out_is_seen() {
    let mut restless = demand();
    restless.curve = (0..30)
        .map(|i| Piece {
            from: At::START + Span::from_mins(15 * i),
            until: At::START + Span::from_mins(15 * (i + 1)),
            rate_from: Rate::per_hour(if i % 2 == 0 { 400 } else { 4_000 }),
            rate_to: Rate::per_hour(if i % 2 == 0 { 400 } else { 4_000 }),
            shape: Shape::Linear,
        })
        .collect();
    let csv = log(restless, 13);
    let goodness = fitted(&orders_only(), &[("orders.csv", csv.as_bytes())]).goodness;
    let curve = goodness.log.expect("a log").curve;
    assert!(curve.chi_square.expect("enough").chance < 1e-6, "{curve:?}");
    let (seen, expected) = (curve.worst.observed as f64, curve.worst.expected);
    assert!((seen - expected).abs() > 4.0 * expected.sqrt(), "{:?}", curve.worst);
}

#[test]
fn either_file_alone_is_enough_and_the_rest_is_marked_as_a_guess() {
    let mut list = "sku,stock,price,weight\n".to_owned();
    for n in 1..=500_u32 {
        let _ = writeln!(list, "S{n},{},{}.00,{}", n % 60, 5 + n % 20, f64::from(n).powf(-0.9));
    }
    let csv = log(demand(), 14);
    let files = [("orders.csv", csv.as_bytes()), ("stock.csv", list.as_bytes())];
    let list_only = ToFit { catalog: Some("stock.csv".into()), ..ToFit::default() };
    let both = ToFit { catalog: Some("stock.csv".into()), ..orders_only() };
    let guesses = |asked: &ToFit| {
        let fitted = fitted(asked, &files);
        plan(&fitted);
        (fitted.starter.skus, fitted.starter.guesses.into_iter().collect::<Vec<_>>())
    };
    assert_eq!(guesses(&list_only), (500, vec![Slot::Shares, Slot::Merchant]));
    assert_eq!(guesses(&both), (500, vec![Slot::Merchant]));
    let (skus, orders_guess) = guesses(&orders_only());
    assert!(skus > 700);
    assert_eq!(orders_guess, [Slot::Stock, Slot::Merchant]);
    let alone = fitted(&list_only, &files);
    assert!((alone.starter.zipf - 0.9).abs() < 0.02);
    let stock = alone.goodness.stock.expect("stock");
    assert!((stock.zero - 8.0 / 500.0).abs() < 1e-9, "{stock:?}");
    assert_eq!(alone.goodness.log, None);
}

#[test]
fn cancellations_are_fitted_and_bad_rows_are_counted() {
    let mut csv = "ts,order,sku,qty,price\n".to_owned();
    for n in 0..200 {
        let _ = writeln!(csv, "2026-11-27T09:{:02}:00,{n},A,1,2.00", n % 60);
    }
    for n in 0..20 {
        let _ = writeln!(csv, "2026-11-27T10:{:02}:00,C{n},A,-1,2.00", n % 60);
    }
    csv.push_str("yesterday,999,A,1,2.00\n2026-11-27T09:00:00,998,A,lots,2.00\n");
    let asked = ToFit { cancellations: Some("C".into()), ..orders_only() };
    let fitted = fitted(&asked, &[("orders.csv", csv.as_bytes())]);
    let (share, typical, above) = fitted.starter.cancellations;
    assert_eq!((share, typical, above), (Ppm(100_000), Span::from_mins(60), Span::from_mins(60)));
    assert_eq!(plan(&fitted).charter.currency, "USD");
    insta::assert_snapshot!(fitted.notes.join("\n"));
}

#[test]
fn what_cannot_be_fitted_is_refused_with_what_to_do() {
    let few = "ts,order,sku,qty,price\n2026-11-27T09:00:00,1,A,1,2.00\n";
    let names = "when,number,sku,qty,price\n2026-11-27T09:00:00,1,A,1,2.00\n";
    let mut many = "ts,order,sku,qty,price,channel\n".to_owned();
    for n in 0..100 {
        let _ = writeln!(many, "2026-11-27T09:00:00,{n},A,1,2.00,user{n}");
    }
    let with = |change: fn(&mut ToFit)| {
        let mut asked = orders_only();
        change(&mut asked);
        asked
    };
    let mut all = String::new();
    for (asked, csv) in [
        (orders_only(), few),
        (orders_only(), names),
        (orders_only(), many.as_str()),
        (orders_only(), ""),
        (with(|a| a.orders = Some("gone.csv".into())), few),
        (with(|a| a.day = Some("tuesday".into())), few),
        (with(|a| a.day = Some("2026-12-24".into())), few),
        (with(|a| a.columns = Some("tiem: when".into())), names),
        (with(|a| a.columns = Some("time: [".into())), names),
        (with(|a| a.zone = Some("berlin".into())), few),
        (with(|a| a.currency = Some("dollars".into())), few),
        (with(|a| a.delimiter = Some("-".into())), few),
        (with(|a| a.catalog = Some("orders.csv".into())), few),
    ] {
        let _ = writeln!(all, "{}", said(&asked, &[("orders.csv", csv.as_bytes())]));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_file_that_means_harm_is_refused_or_fitted_and_never_more() {
    let deep = format!("ts,order,sku,qty,price\n{}", "\"".repeat(10_000));
    let wide = format!("{}\n{}\n", "x,".repeat(20_000), "1,".repeat(20_000));
    let mut huge = "ts,order,sku,qty,price\n".to_owned();
    for n in 0..200 {
        let _ = writeln!(huge, "9999-12-31T23:59:00,{n},{},1000000000,1000000000", "s".repeat(999));
    }
    let mut ages = "ts,order,sku,qty,price\n".to_owned();
    for n in 0..200 {
        let _ = writeln!(ages, "{:04}-01-01T00:00:00,{n},A,1,0", 1_000 + n * 40);
    }
    for bytes in
        [deep.as_bytes(), wide.as_bytes(), huge.as_bytes(), ages.as_bytes(), b"\xff\xfe\x00"]
    {
        let dir = folder(&[("orders.csv", bytes)]);
        for stretch in [None, Some("0001-01-01".to_owned())] {
            let both = ToFit { catalog: Some("orders.csv".into()), ..orders_only() };
            for asked in [ToFit { from: stretch.clone(), ..orders_only() }, both] {
                if let Ok(fitted) = fit(&asked, dir.path()) {
                    plan(&fitted);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_log_makes_a_fit_panic(
        rows in proptest::collection::vec(
            (
                "[0-3][0-9]", 0_u32..90, "[A-C\"]{0,2}",
                -3_i64..900, "[0-9.,]{0,6}", "[a-c*: ]{0,3}",
            ),
            0..120,
        )
    ) {
        let mut csv = "ts,order,sku,qty,price,channel\n".to_owned();
        for (minute, order, sku, qty, price, channel) in rows {
            let at = format!("2026-11-27T09:{minute}:00");
            let _ = writeln!(csv, "{at},{order},{sku},{qty},{price},{channel}");
        }
        let dir = folder(&[("orders.csv", csv.as_bytes())]);
        if let Ok(fitted) = fit(&orders_only(), dir.path()) {
            plan(&fitted);
        }
    }
}
