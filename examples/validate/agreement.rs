//! Arrivals against the curve they come from, and one scenario live against a thousand simulated
//! replications.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use doorbuster::drive::hand::Nobody;
use doorbuster::drive::{live, simulated};
use doorbuster::history::charter::Kpi;
use doorbuster::history::fact::Call;
use doorbuster::history::stamp::Tape;
use doorbuster::history::{Fact, What, writer::Journal};
use doorbuster::judge::judgement::Measure;
use doorbuster::judge::{Fold, Judgement};
use doorbuster::scenario::{self, Overrides, Plan};
use doorbuster::study::replicate::replicate;
use doorbuster::units::Span;
use parking_lot::Mutex;

/// Standard errors of a 99.9 % interval.
const WITHIN: f64 = 3.29;

fn plan(file: &str, overrides: &Overrides) -> anyhow::Result<Plan> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    Ok(scenario::read(&path, overrides)?)
}

/// The expected number of arrivals of `arrivals.yaml` until `t` seconds, from its text by hand.
fn expected_until(t: f64) -> f64 {
    let level = |rate: f64, s: f64| rate * s;
    let ramp = |s: f64| 20.0 * s + (200.0 - 20.0) * s * s / (2.0 * 1_800.0);
    let fade = |s: f64| {
        let decay = (10.0_f64).ln() / 3_600.0;
        200.0 * (1.0 - (-decay * s).exp()) / decay
    };
    let part = |from: f64, lasts: f64| (t - from).clamp(0.0, lasts);
    level(20.0, part(0.0, 1_800.0))
        + ramp(part(1_800.0, 1_800.0))
        + level(200.0, part(3_600.0, 1_800.0))
        + fade(part(5_400.0, 3_600.0))
}

/// Rescaled gaps of an inhomogeneous Poisson process are unit exponential.
pub(crate) fn arrivals() -> anyhow::Result<()> {
    let plan = plan("scenarios/validation/arrivals.yaml", &Overrides::default())?;
    let mut at = Vec::new();
    let mut tape = Tape::new(|fact: Fact| {
        if let What::Sent { call: Call::PlaceOrder, intended, .. } = fact.what {
            at.push(expected_until(intended.0 as f64 / 1e6));
        }
    });
    simulated::play(&plan, &mut tape, &mut Nobody);
    let gaps: Vec<f64> = at.windows(2).map(|two| two[1] - two[0]).collect();
    let n = gaps.len() as f64;
    let mean = |of: fn(f64) -> f64| gaps.iter().map(|gap| of(*gap)).sum::<f64>() / n;
    let above = (-1.0_f64).exp();
    // Variances of X, X² and 1{X > 1} for X unit exponential: 1, 20, (1/e)(1 − 1/e).
    let figures = [
        ("mean gap", mean(|x| x), 1.0, 1.0),
        ("mean square of gaps", mean(|x| x * x), 2.0, 20.0),
        (
            "share of gaps above one",
            mean(|x| f64::from(u8::from(x > 1.0))),
            above,
            above * (1.0 - above),
        ),
    ];
    for (name, seen, exact, variance) in figures {
        let half = WITHIN * (f64::sqrt(variance) / n.sqrt());
        println!("{name}: {seen:.5}, exact {exact:.5} ± {half:.5} over {n} arrivals");
        ensure!((seen - exact).abs() <= half, "{name} is {seen}, not {exact} ± {half}");
    }
    Ok(())
}

const REPLICATIONS: usize = 1_000;

fn small(seed: u64) -> anyhow::Result<Plan> {
    // 60 times: an exchange over loopback is then a few hundredths of a campaign second, against
    // services of 0.2 s.
    let overrides =
        Overrides { seed: Some(seed), speed_milli: Some(60_000), ..Overrides::default() };
    plan("tests/scenarios/small.yaml", &overrides)
}

fn played_live(plan: &Plan) -> anyhow::Result<Judgement> {
    let fold = Arc::new(Mutex::new(Fold::new()));
    let eats = Arc::clone(&fold);
    let observer = move |fact: &Fact| eats.lock().eat(fact).expect("a driver writes a history");
    let journal = Journal::over(std::io::sink(), Some(Box::new(observer)))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(live::play(plan, &journal, &mut Nobody))?;
    journal.close()?;
    let judgement = fold.lock().judge();
    judgement.context("a history has a charter")
}

/// The figures that are compared, as plain numbers.
fn figures(judgement: &Judgement) -> Vec<(String, f64)> {
    let kpis = [Kpi::SyncLag, Kpi::PriceLag, Kpi::StockCancellations, Kpi::OversoldOrders];
    let gates = judgement.gates.iter().filter(|gate| kpis.contains(&gate.kpi));
    let mut figures: Vec<(String, f64)> = gates
        .map(|gate| {
            let value = match gate.value {
                Measure::Lag(Some(Span(us))) => us as f64 / 1e6,
                Measure::Lag(None) => f64::INFINITY,
                Measure::Share(share) => share.as_f64() * 100.0,
                Measure::Absent => f64::NAN,
            };
            let scope = gate.channel.map_or("the run".to_owned(), |id| format!("channel {}", id.0));
            (format!("{}, {scope}", gate.kpi.key()), value)
        })
        .collect();
    let totals = &judgement.totals;
    figures.push(("accepted".into(), totals.accepted as f64));
    figures.push(("handed off".into(), totals.handed_off as f64 / totals.due as f64));
    figures.push(("released".into(), totals.released.iter().map(|(_, n)| *n as f64).sum()));
    figures
}

/// Every live figure lies between the least and the most of a thousand simulated ones.
pub(crate) fn live_and_simulated() -> anyhow::Result<()> {
    let plan_of = |seed| small(seed).ok();
    let keep = |played: &doorbuster::study::replication::Played| figures(&played.judgement);
    let all = replicate(plan_of, 1, REPLICATIONS, &|| false, keep, |_| ()).replications;
    let live = figures(&played_live(&small(3)?)?);
    for (place, (name, value)) in live.into_iter().enumerate() {
        let of = all.iter().map(|figures| figures[place].1);
        let (low, high) = of.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        println!("live {name}: {value:.3}, simulated {low:.3} … {high:.3}");
        ensure!((low..=high).contains(&value), "live {name} is {value}, outside {low} … {high}");
    }
    Ok(())
}
