//! One scenario, simulated and played live, agrees: the live figures lie within the order
//! statistics of many simulated replications (docs/measures.md, other replications).

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

use std::path::Path;
use std::sync::Arc;

use doorbuster::drive::hand::Nobody;
use doorbuster::drive::{live, simulated};
use doorbuster::history::charter::Kpi;
use doorbuster::history::stamp::Tape;
use doorbuster::history::{Fact, writer::Journal};
use doorbuster::judge::judgement::Measure;
use doorbuster::judge::{Fold, Judgement};
use doorbuster::law::Law;
use doorbuster::scenario::{self, Overrides, Plan};
use doorbuster::units::Span;
use parking_lot::Mutex;

const REPLICATIONS: u64 = 40;

fn plan(seed: u64) -> Plan {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios/small.yaml"));
    // 60 times, not 200: an exchange over loopback is then a few hundredths of a second of the
    // campaign, against services of 0.2 s.
    let overrides =
        Overrides { seed: Some(seed), speed_milli: Some(60_000), ..Overrides::default() };
    scenario::read(path, &overrides).expect("the scenario is valid")
}

fn simulated(plan: &Plan) -> Judgement {
    let mut fold = Fold::new();
    let mut tape = Tape::new(|fact: Fact| fold.eat(&fact).expect("a driver writes a history"));
    simulated::play(plan, &mut tape, &mut Nobody);
    fold.judge().expect("a history has a charter")
}

fn played_live(plan: &Plan) -> Judgement {
    let fold = Arc::new(Mutex::new(Fold::new()));
    let eats = Arc::clone(&fold);
    let observer = move |fact: &Fact| eats.lock().eat(fact).expect("a driver writes a history");
    let journal = Journal::over(std::io::sink(), Some(Box::new(observer))).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(live::play(plan, &journal, &mut Nobody)).unwrap();
    journal.close().unwrap();
    let judgement = fold.lock().judge();
    judgement.expect("a history has a charter")
}

/// The figures that are compared, as plain numbers.
fn figures(judgement: &Judgement) -> Vec<(String, f64)> {
    let kpis = [Kpi::SyncLag, Kpi::PriceLag, Kpi::StockCancellations, Kpi::OversoldOrders];
    let mut figures: Vec<(String, f64)> = judgement
        .gates
        .iter()
        .filter(|gate| kpis.contains(&gate.kpi))
        .map(|gate| {
            let value = match gate.value {
                Measure::Lag(Some(Span(us))) => us as f64 / 1e6,
                Measure::Lag(None) => f64::INFINITY,
                Measure::Share(share) => share.as_f64() * 100.0,
                Measure::Absent => f64::NAN,
            };
            (format!("{} {:?}", gate.kpi.key(), gate.channel), value)
        })
        .collect();
    let totals = &judgement.totals;
    figures.push(("accepted".into(), totals.accepted as f64));
    figures.push(("handed off".into(), totals.handed_off as f64 / totals.due as f64));
    figures.push(("released".into(), totals.released.iter().map(|(_, n)| *n as f64).sum()));
    figures
}

/// Which figures lie outside what the replications spread over, a tenth of their middle allowed.
fn outside(seen: &Judgement, replications: &[Judgement]) -> Vec<String> {
    let replications: Vec<_> = replications.iter().map(figures).collect();
    let mut out = Vec::new();
    for (place, (name, value)) in figures(seen).into_iter().enumerate() {
        let mut all: Vec<f64> = replications.iter().map(|figures| figures[place].1).collect();
        all.sort_by(f64::total_cmp);
        let (low, high) = (all[0], all[all.len() - 1]);
        let room = all[all.len() / 2].abs() / 10.0;
        if !(low - room <= value && value <= high + room) {
            out.push(format!("{name}: {value} is not within {low} to {high}"));
        }
    }
    out
}

#[test]
fn live_lies_within_simulated_replications_and_a_wrong_driver_does_not() {
    let replications: Vec<Judgement> =
        (1..=REPLICATIONS).map(|seed| simulated(&plan(seed))).collect();
    let live = played_live(&plan(3));
    assert_eq!(outside(&live, &replications), [""; 0]);

    let mut slow = plan(3);
    for connector in &mut slow.world.connectors {
        connector.service = Law::Constant(Span::from_secs(6));
    }
    assert!(!outside(&simulated(&slow), &replications).is_empty(), "a wrong driver would be seen");
}
