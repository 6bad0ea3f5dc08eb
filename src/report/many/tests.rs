//! Tests of what is stated of many afternoons: the contract, the sentences, the fans.

use super::words::{go_this_time, others, trouble, worst_gates};
use super::*;
use crate::report::charts::{Axis, Layout};
use crate::report::front::{Beside, Front};
use crate::report::sample;
use crate::report::summary::Summary;
use crate::report::summary::tests::breaches;

fn chance(yes: u64, low_ppm: u32, high_ppm: u32) -> Chance {
    Chance { yes, of: 30, low_ppm, high_ppm }
}

fn gate(kpi: Kpi, channel: Option<&str>, failed: u64, accepted: u64) -> GateOver {
    GateOver {
        kpi,
        channel: channel.map(str::to_owned),
        healthy: 30 - failed,
        watch: 0,
        failed,
        not_proved: 0,
        accepted,
        beyond: 0,
        mean: Some(Interval { mean: 9_000, low: Some(8_000), high: Some(10_000) }),
        quantiles: [Some(5_000), Some(9_000), Some(15_000)],
    }
}

/// Afternoons of which seven in thirty are not a GO.
pub(crate) fn sample() -> Afternoons {
    let points = (0..160).map(|n| [n, n + 10, n + 20, n + 30, n + 60]).collect();
    Afternoons {
        version: AFTERNOONS_VERSION,
        campaign: "Doors".to_owned(),
        runs: 30,
        asked: 30,
        first_seed: 7,
        median_seed: 12,
        verdict: Verdict::NoGo,
        go_at_least_ppm: 900_000,
        confidence_ppm: 950_000,
        go: chance(23, 606_000, 885_000),
        verdicts: Verdicts { go: 20, go_with_conditions: 3, inconclusive: 0, no_go: 7 },
        channels: vec![
            ChannelChance { name: "storefront".to_owned(), go: chance(30, 904_966, 1_000_000) },
            ChannelChance { name: "amazon".to_owned(), go: chance(23, 606_000, 885_000) },
        ],
        gates: vec![
            gate(Kpi::SyncLag, None, 9, 30),
            gate(Kpi::OversoldOrders, Some("amazon"), 7, 0),
        ],
        oversold_units_milli: Interval { mean: 9_000, low: Some(8_000), high: Some(10_000) },
        fans: vec![Fan { measure: Measure::OversoldUnits, width_us: 60_000_000, points }],
    }
}

#[test]
fn an_accepted_risk_is_said_to_be_accepted_and_comes_last() {
    let all = sample();
    let worst = worst_gates(&all);
    assert_eq!(worst[0].kpi, Kpi::OversoldOrders, "it failed less often, but nobody accepted it");
    assert_eq!(trouble(worst[0], all.runs), "failed in 7 of 30");
    assert_eq!(trouble(worst[1], all.runs), "failed in 9 of 30; the risk is accepted");
    assert_eq!(others(&all).len(), 3);
}

#[test]
fn a_go_that_others_are_not_is_headed_so() {
    let mut all = sample();
    let front = |all: &Afternoons| {
        let beside = Beside { afternoons: Some(all.clone()), ..Beside::default() };
        Front::of(&sample::summary_go(), &beside)
    };
    let said = front(&all);
    let heading = "GO this time; 23.3 % of such afternoons are not";
    assert!(said.headline.starts_with(heading), "{}", said.headline);
    assert_eq!(said.headline, format!("{} · {}", said.word, said.about));
    assert_eq!(said.lists[1].title, "other afternoons");
    all.go = chance(30, 850_000, 1_000_000);
    let said = go_this_time(&all).unwrap();
    assert_eq!(said, "GO this time; up to 15 % of such afternoons may not be");
    all.go = chance(30, 904_966, 1_000_000);
    assert!(
        !front(&all).headline.contains("this time"),
        "a chance that is proved needs no caution"
    );
    let beside = Beside { afternoons: Some(sample()), ..Beside::default() };
    let no_go = Front::of(&Summary::of(&sample::no_go()), &beside);
    assert!(!no_go.headline.contains("this time"), "{}", no_go.headline);
}

#[test]
fn fans_end_with_the_axis_and_their_tables_can_be_read() {
    let axis = Axis::of(&Summary::of(&sample::no_go()));
    for layout in [Layout::Wide, Layout::Narrow] {
        let charts = fans::draw_all(&sample(), &axis, layout).unwrap();
        assert_eq!(charts.len(), 1);
        assert!(charts[0].rows.len() <= 40, "{}", charts[0].rows.len());
    }
    let mut flat = sample();
    flat.fans[0].points = vec![[0; 5]; 9];
    assert!(fans::draw_all(&flat, &axis, Layout::Wide).unwrap().is_empty(), "nothing to show");
}

#[test]
fn the_shipped_schema_is_current_and_afternoons_are_valid_by_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/afternoons.schema.json");
    let schema = schema();
    let current = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("DOORBUSTER_WRITE_SCHEMAS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let shipped = std::fs::read_to_string(path).unwrap_or_default();
    assert!(shipped == current, "stale: run the tests with DOORBUSTER_WRITE_SCHEMAS=1");
    let breaches = |all: &Afternoons| {
        breaches(&schema, &schema, &serde_json::from_slice(&all.to_json()).unwrap(), "")
    };
    assert_eq!(breaches(&sample()), Vec::<String>::new());
    assert_eq!(breaches(&Afternoons { version: 2, ..sample() }).len(), 1);
    assert_eq!(crate::report::beside::afternoons(&sample().to_json()).unwrap(), sample());
    let mut odd = sample();
    odd.go.of = 31;
    assert!(
        crate::report::beside::afternoons(&odd.to_json()).is_err(),
        "counts that do not add up"
    );
}
