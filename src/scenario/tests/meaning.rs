//! What scenarios mean: the plan they become.

use std::path::Path;

use proptest::prelude::*;

use super::super::{Overrides, read, read_str};
use super::{SMALL, plan, small};
use crate::commerce::limiter::{LimitedOp, LimiterKind};
use crate::commerce::terms::{Imperfections, Payment, Reserve, Rhythm, Shortage, UpdateStyle};
use crate::history::charter::{Kpi, Limits};
use crate::ids::SkuId;
use crate::law::Law;
use crate::traffic::Traffic;
use crate::traffic::plan::{Demand, Shape};
use crate::units::{At, Money, Ppm, Qty, Rate, Span};

/// The example of the handbook, every concept that is built in it.
const EXAMPLE: &str = include_str!("example.yaml");

fn demand(text: &str) -> Demand {
    match plan(text).traffic {
        Traffic::Modelled(demand) => demand,
        Traffic::Replayed(_) => panic!("a log"),
    }
}

fn at_min(minutes: u64) -> At {
    At::START + Span::from_mins(minutes)
}

#[test]
fn the_example_of_the_handbook_is_read() {
    let plan = plan(EXAMPLE);
    let charter = &plan.charter;
    assert_eq!(charter.campaign, "Black Friday doors");
    assert_eq!(charter.starts, "2026-11-27T06:00:00-05:00[America/New_York]");
    assert_eq!((charter.seed, charter.speed_milli), (1127, 60_000));
    assert_eq!((charter.currency.as_str(), charter.currency_digits), ("USD", 2));
    assert_eq!(charter.skus, 2_120);
    let names: Vec<&str> = charter.phases.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["baseline", "doors open", "peak", "fade", "recovery"]);
    assert_eq!(charter.phases[3].from, at_min(45));
    assert_eq!(charter.traffic_ends, at_min(135));
    assert_eq!(charter.drain, Span::from_mins(60));
    assert_eq!(charter.channels[1].rule.shows_at_most, Some(Qty(20)));
    assert_eq!(charter.channels[2].rule.holds_back, Qty(3));
    let oversold = charter.gates.iter().find(|g| g.kpi == Kpi::OversoldOrders).expect("a gate");
    assert_eq!(oversold.limits, Limits::AtMost { healthy: Ppm(5_000), watch: Ppm(5_000) });
    assert!(!oversold.loosened);
    let promotion = &plan.merchant.promotions[0];
    assert_eq!((promotion.sent, promotion.starts), (At::START, at_min(20)));
    let of = crate::traffic::plan::Promoted::Share(Ppm(200_000), -300_000);
    assert_eq!((promotion.ends, &promotion.of), (at_min(105), &of));
    let listings = plan.merchant.listings.as_ref().expect("new listings");
    assert_eq!((listings.skus.len(), listings.skus[0]), (120, SkuId(2_000)));
    assert!(!plan.world.catalog[2_000].listed && plan.world.catalog[1_999].listed);
    let hub = &plan.world.connectors[0];
    assert_eq!(hub.orders_in, Rhythm::Poll(Span::from_secs(30)));
    assert_eq!((hub.retry.attempts, hub.reserve), (5, Reserve::OnHandoff));
    assert!(charter.connectors[0].retries);
}

#[test]
fn demand_is_laid_over_the_phases() {
    let demand = demand(EXAMPLE);
    let fade = demand.curve[3];
    assert_eq!(fade.shape, Shape::Exponential);
    assert_eq!((fade.rate_from, fade.rate_to), (Rate::per_hour(12_000), Rate::per_hour(1_800)));
    assert_eq!(demand.channels, [Ppm(500_000), Ppm(300_000), Ppm(200_000)]);
    assert_eq!(demand.lines, [(1, Ppm(900_000)), (2, Ppm(70_000)), (3, Ppm(30_000))]);
    let heroes = demand.heroes.expect("heroes");
    assert_eq!((heroes.skus.len(), heroes.from, heroes.until), (5, at_min(20), at_min(135)));
    assert_eq!(demand.popularity.len(), 2_120);
    assert!(demand.popularity[2_000..].iter().all(|weight| *weight == 0.0));
}

#[test]
fn bestsellers_make_the_share_that_is_said() {
    let demand = demand(EXAMPLE);
    let total: f64 = demand.popularity.iter().sum();
    let top: f64 = demand.popularity[..20].iter().sum();
    assert!((top / total - 0.2).abs() < 1e-6, "{}", top / total);
}

#[test]
fn stock_meets_both_percentiles() {
    let plan = plan(EXAMPLE);
    let mut stock: Vec<i64> = plan.world.catalog[5..2_000].iter().map(|s| s.stock.0).collect();
    stock.sort_unstable();
    let (median, p95) = (stock[stock.len() / 2] as f64, stock[stock.len() * 95 / 100] as f64);
    assert!((median / 150.0 - 1.0).abs() < 0.1 && (p95 / 1200.0 - 1.0).abs() < 0.15);
    assert!(plan.world.catalog[..5].iter().all(|sku| sku.stock == Qty(500)));
}

#[test]
fn the_catalogue_depends_on_the_seed_alone() {
    let catalog = |seed| {
        let overrides = Overrides { seed: Some(seed), ..Overrides::default() };
        read_str(EXAMPLE, Path::new("."), &overrides).expect("the example").world.catalog
    };
    assert_eq!(catalog(7), catalog(7));
    assert_ne!(catalog(7), catalog(8));
}

#[test]
fn what_is_not_said_has_the_defaults_of_the_handbook() {
    let plan = plan(SMALL);
    assert_eq!(plan.charter.seed, super::super::SEED_DEFAULT);
    assert_eq!(plan.charter.speed_milli, 1_000);
    let channel = &plan.world.channels[0];
    assert_eq!((channel.batch_max, channel.webhooks), (25, true));
    assert_eq!(channel.payment, Payment::Immediate);
    assert_eq!(channel.imperfections.duplicates, Ppm(2_000));
    assert!(matches!(plan.world.oms.shortage, Shortage::Cancel { .. }));
    let hub = &plan.world.connectors[0];
    assert_eq!((hub.updates, hub.batch, hub.coalesce), (UpdateStyle::Absolute, 1, false));
    assert_eq!(hub.retry.attempts, 1);
    assert!(!plan.charter.connectors[0].retries && hub.shares_record_ids);
    assert_eq!(plan.charter.channels[0].book_offset_min, -300);
    assert!(plan.notes.iter().any(|note| note.contains("shows changes after")));
    assert!(plan.charter.not_tested.iter().any(|what| what.contains("your own systems")));
}

#[test]
fn shortening_keeps_rates_and_service_times() {
    let overrides = Overrides { shorten_milli: Some(10_000), ..Overrides::default() };
    let short = read_str(EXAMPLE, Path::new("."), &overrides).expect("the example");
    let long = plan(EXAMPLE);
    assert_eq!(short.charter.traffic_ends, At(long.charter.traffic_ends.0 / 10));
    assert_eq!(short.merchant.promotions[0].sent, At::START);
    let rates = |plan: &crate::scenario::Plan| match &plan.traffic {
        Traffic::Modelled(demand) => demand.curve.iter().map(|p| p.rate_to).collect::<Vec<_>>(),
        Traffic::Replayed(_) => vec![],
    };
    assert_eq!(rates(&short), rates(&long));
    assert_eq!(short.world.connectors, long.world.connectors);
}

#[test]
fn the_resolved_scenario_is_the_same_plan() {
    for text in [EXAMPLE, SMALL, &format!("# first\n---\n  {}", SMALL.replace('\n', "\n  "))] {
        for overrides in [
            Overrides::default(),
            Overrides {
                seed: Some(99),
                speed_milli: Some(120_000),
                shorten_milli: Some(2_500),
                ..Overrides::default()
            },
        ] {
            let first = read_str(text, Path::new("."), &overrides).expect("a scenario");
            let again = plan(&first.resolved);
            assert_eq!(first.charter, again.charter);
            assert_eq!(first.world, again.world);
            assert_eq!(first.resolved, again.resolved);
        }
    }
}

#[test]
fn a_scenario_in_braces_resolves_too() {
    let flow = "{campaign: a, starts: 2026-01-01 00:00 UTC, \
        catalog: {skus: 1, stock: 1, price: 1}, \
        channels: {s: {}}, traffic: {demand: 9/s, phases: [{name: p, lasts: 1m, rate: 1x}]}, \
        connectors: {c: {reference: {}}}}";
    let first = plan(flow);
    assert!(first.resolved.starts_with("{seed: 1, speed: 1x, campaign: a"), "{}", first.resolved);
    assert_eq!(first.charter, plan(&first.resolved).charter);
}

#[test]
fn limits_are_read_with_their_kinds() {
    let limits = "{ of orders: 40%, limits: [
        { token bucket: { burst: 10, per: 5/s }, on: [stock, price] },
        { leaky bucket: { size: 40, per: 2/s }, says when to retry: no },
        { window: { calls: 150, per: 30s } },
        { daily: { calls: 5000, resets: \"00:00 America/Los_Angeles\" } },
        { in flight: { calls: 4, holds: 200ms } } ] }";
    let plan = plan(&small("{ of orders: 40% }", limits));
    let limits = &plan.world.channels[1].limits;
    let kinds: Vec<LimiterKind> = limits.iter().map(|limit| limit.kind).collect();
    assert_eq!(
        kinds,
        [
            LimiterKind::TokenBucket { burst: 10, every: Span::from_millis(200) },
            LimiterKind::LeakyBucket { size: 40, every: Span::from_millis(500) },
            LimiterKind::FixedWindow { calls: 150, window: Span::from_secs(30) },
            // 06:00 in New York is 03:00 in Los Angeles: 21 hours to its midnight.
            LimiterKind::DailyQuota { calls: 5000, first_reset: at_min(21 * 60) },
            LimiterKind::InFlight { calls: 4, holds: Span::from_millis(200) },
        ]
    );
    assert_eq!(limits[0].on, [LimitedOp::Stock, LimitedOp::Price]);
    assert!(limits[0].tells_retry_after && !limits[1].tells_retry_after);
}

/// A law with a quantile more than it can hold would be another than it says.
#[test]
fn a_law_leaves_no_room_for_another_key() {
    for law in [
        "{ p50: 200ms, p99: 2s, p95: 900s }",
        "{ typical: 1s, one in 20 above: 9s, p99: 2s }",
        "{ exponential: 1s, p99: 2s }",
    ] {
        let said = super::said(&super::small("workers: 2", &format!("workers: 2, service: {law}")));
        assert!(said.contains("stand together"), "{law}: {said}");
    }
    let said = super::said(&super::small(
        "price: 9.99",
        "price: 9.99, zipf: 1, bestsellers: \
        { top: 10% of skus, make: 20% of sales }",
    ));
    assert!(said.contains("`zipf` stands beside `bestsellers`"), "{said}");
}

#[test]
fn laws_are_read_in_all_their_forms() {
    let law = |text: &str| {
        let by = format!("{{ of orders: 60%, shows changes after: {text} }}");
        plan(&small("{ of orders: 60% }", &by)).world.channels[0].shows_changes_after.clone()
    };
    let s = Span::from_secs;
    assert_eq!(law("90s"), Law::Constant(s(90)));
    assert_eq!(law("30s to 4m"), Law::Uniform { from: s(30), to: s(240) });
    assert_eq!(law("{ typical: 90s, one in 20 above: 10m }"), Law::lognormal(s(90), s(600), 0.95));
    assert_eq!(
        law("{ p50: 40ms, p99: 400ms }"),
        Law::lognormal(Span::from_millis(40), Span::from_millis(400), 0.99)
    );
    assert_eq!(law("{ exponential: 2s }"), Law::Exponential { mean: s(2) });
    assert_eq!(law("{ erlang: { shape: 4, mean: 2s } }"), Law::Erlang { shape: 4, mean: s(2) });
    assert_eq!(
        law("{ hyperexponential: { fast: 1s, slow: 9s, of fast: 80% } }"),
        Law::Hyperexponential { p_fast: 0.8, fast: s(1), slow: s(9) }
    );
    assert_eq!(law("{ one of: [1s, 2s] }"), Law::Empirical(vec![s(1), s(2)]));
}

#[test]
fn moments_are_said_by_phases() {
    let promotion = |starts: &str, sent: &str| {
        let text = format!(
            "{SMALL}merchant:\n  promotions:\n    - {{ name: p, skus: 10%, price: -5%, \
             sent: {sent}, starts: {starts}, ends: end of campaign }}\n"
        );
        let promotion = plan(&text).merchant.promotions[0].clone();
        (promotion.starts, promotion.sent)
    };
    assert_eq!(promotion("peak", "start of campaign"), (at_min(10), At::START));
    assert_eq!(promotion("5m after peak", "10m before"), (at_min(15), at_min(5)));
    assert_eq!(promotion("2m before end of peak", "peak"), (at_min(28), at_min(10)));
    assert_eq!(promotion("12m", "0s before"), (at_min(12), at_min(12)));
}

#[test]
fn several_connectors_share_the_channels() {
    let two = "  hub: { reference: { channels: [amazon] } }\n  \
               shop: { reference: { channels: [storefront] } }";
    let plan = plan(&small("  hub: { reference: { workers: 2 } }", two));
    let served: Vec<u16> = plan.charter.channels.iter().map(|c| c.connector.0).collect();
    assert_eq!(served, [1, 0]);
}

#[test]
fn an_accepted_risk_lapses_after_its_day() {
    let risk = |until: &str| {
        let text = format!(
            "{SMALL}accepted risks:\n  - {{ gate: sync lag, channel: amazon, why: small, by: Ann, \
             until: {until} }}\n"
        );
        plan(&text).charter.accepted_risks[0].expired
    };
    assert!(risk("2026-11-26") && !risk("2026-11-27"));
}

#[test]
fn loosened_limits_are_marked() {
    let loosened = |limit: &str| {
        let text = format!("{SMALL}gates: {{ standard: {{ {limit} }} }}\n");
        plan(&text).charter.gates.iter().any(|gate| gate.loosened)
    };
    assert!(loosened("sync lag: 4m") && !loosened("sync lag: 3m"));
    assert!(loosened("handoff success: { healthy: 99.4%, watch: 98% }"));
    assert!(!loosened("handoff success: { healthy: 99.5%, watch: 99% }"));
}

#[test]
fn a_phase_in_which_hardly_anybody_is_to_come_says_so() {
    let silent = |rate: &str| {
        let text = small("lasts: 10m, rate: 1x", &format!("lasts: 10m, rate: {rate}"));
        plan(&text).charter.phases.iter().map(|phase| phase.silent).collect::<Vec<_>>()
    };
    assert_eq!(silent("1x"), [false, false]);
    assert_eq!(silent("0.01x"), [true, false], "one order in ten minutes");
}

#[test]
fn imperfections_can_be_switched_off() {
    let plan = plan(&small("{ of orders: 60% }", "{ of orders: 60%, imperfections: none }"));
    assert_eq!(plan.world.channels[0].imperfections, Imperfections::NONE);
}

#[test]
fn a_stock_list_is_a_catalogue() {
    let dir = tempfile::tempdir().expect("a folder");
    let csv = "\u{feff}sku,stock,price,weight\r\n\"A,1\",5,9.99,2\r\nB,0,24.50,1\r\n";
    std::fs::write(dir.path().join("stock.csv"), csv).expect("a file");
    let text = small("{ skus: 10, stock: 100, price: 9.99 }", "{ file: stock.csv }");
    let plan = read_str(&text, dir.path(), &Overrides::default()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(plan.charter.sku_names, ["A,1", "B"]);
    assert_eq!(plan.world.catalog[1].price, Money(2450));
    assert_eq!(plan.world.catalog[0].stock, Qty(5));
    match &plan.traffic {
        Traffic::Modelled(demand) => assert_eq!(demand.popularity, [2.0, 1.0]),
        Traffic::Replayed(_) => panic!("a log"),
    }
    // The copy in a run folder is read from elsewhere.
    let again = read_str(&plan.resolved, Path::new("/"), &Overrides::default());
    assert_eq!(again.unwrap_or_else(|e| panic!("{e}")).charter, plan.charter);
}

#[test]
fn the_scenarios_that_ship_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("scenarios/") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|ext| ext == "yaml") {
            read(&path, &Overrides::default()).unwrap_or_else(|errors| panic!("{errors}"));
            seen += 1;
        }
    }
    assert!(seen >= 3);
}

proptest! {
    /// However a scenario is mangled, it is read or refused: never a panic, never a hang.
    #[test]
    fn a_mangled_scenario_is_read_or_refused(
        at in 0..EXAMPLE.len(),
        cut in 0..40_usize,
        put in "[-\\[\\]{}:,&*!|>'\"%@`#a-z0-9 \n\t]{0,6}",
    ) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        let until = (at + cut).min(bytes.len());
        bytes.splice(at..until, put.bytes());
        let text = String::from_utf8_lossy(&bytes);
        if let Err(errors) = read_str(&text, Path::new("."), &Overrides::default()) {
            prop_assert!(!errors.to_string().is_empty());
        }
    }
}
