//! Tests of headroom: the contract, the sentences, the page.

use super::words::{breaks_first, headline};
use super::*;
use crate::report::many::tests::{SALES, currency, sample as replications};
use crate::report::summary::tests::breaches;

fn rung(demand_milli: u64, yes: u64) -> Rung {
    let all = replications();
    let low_ppm = if yes == 30 { 904_966 } else { 600_000 };
    Rung {
        demand_milli,
        holds: yes == 30,
        in_band: Chance { yes, of: 30, low_ppm, high_ppm: 1_000_000 },
        sales: SALES,
        channels: all.channels,
        gates: all.gates,
        oversold_units_milli: all.oversold_units_milli,
    }
}

fn sample() -> Headroom {
    let breaking = rung(2_000, 23);
    Headroom {
        version: HEADROOM_VERSION,
        campaign: "Doors".to_owned(),
        starts: "2026-11-27T06:00:00-05:00[America/New_York]".to_owned(),
        runs: 30,
        first_seed: 7,
        chance_ppm: 900_000,
        holds_milli: Some(1_410),
        breaks_milli: Some(2_000),
        breaks_first: words::breaking(&breaking.gates),
        stock_scales: true,
        not_told_apart: vec![[1_000, 1_410]],
        proves_nothing: vec![],
        stopped: false,
        currency: currency(),
        limits: vec![GateLimits {
            kpi: Kpi::SyncLag,
            limits: Limits::LagP95Us { healthy: 3_000, watch: 8_000 },
        }],
        rungs: vec![rung(1_000, 30), rung(1_410, 30), breaking],
    }
}

#[test]
fn it_says_how_far_and_what_breaks_first() {
    let found = sample();
    assert!(headline(&found).starts_with("The campaign can grow to 1.41x"), "{}", headline(&found));
    assert_eq!(
        breaks_first(&found).unwrap(),
        "What breaks first, at 2x: oversold orders on amazon: proved beyond its limit: 2 % of \
         120,000 orders went wrong (1.2 % may); beyond its limit in 7 of 30"
    );
    let none = Headroom { holds_milli: None, breaks_milli: None, rungs: vec![], ..sample() };
    assert_eq!(headline(&none), "Nothing was tried to its end");
}

#[test]
fn a_folder_gets_the_page_the_numbers_and_the_charts() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &sample()).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let page = read("headroom.html");
    for said in [
        "do not tell apart",
        "1x from 1.41x",
        "turned away",
        "1.41x",
        "oversold orders on amazon",
        "inventory-sync-lag-narrow",
        "holds at",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("http-equiv=\"refresh\"") && !page.contains("<script"));
    assert!(read("charts/chance.svg").starts_with("<svg"));
    assert!(folder.path().join("charts/inventory-sync-lag.png").is_file());
    let empty = Headroom { rungs: vec![], holds_milli: None, breaks_milli: None, ..sample() };
    write(folder.path(), &Headroom { stopped: true, ..empty }).unwrap();
    assert!(read("headroom.html").contains("Stopped before"));
}

#[test]
fn the_shipped_schema_is_current_and_headroom_is_valid_by_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/headroom.schema.json");
    let schema = schema();
    let current = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("DOORBUSTER_WRITE_SCHEMAS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let shipped = std::fs::read_to_string(path).unwrap_or_default();
    assert!(shipped == current, "stale: run the tests with DOORBUSTER_WRITE_SCHEMAS=1");
    let breaches = |found: &Headroom| {
        breaches(&schema, &schema, &serde_json::from_slice(&found.to_json()).unwrap(), "")
    };
    assert_eq!(breaches(&sample()), Vec::<String>::new());
    assert_eq!(breaches(&Headroom { version: 3, ..sample() }).len(), 1);
}
