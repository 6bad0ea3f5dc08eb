//! How often the verdict of many replications errs at its limit and is reached below it, on made-up
//! replications. Knows nothing of the simulator: sums of clusters go into the same ruling.

use std::fmt::Write as _;

use anyhow::ensure;
use doorbuster::history::charter::Kpi;
use doorbuster::judge::judgement::{Band, Clusters, Measure, Pool, Unproved, Verdict};
use doorbuster::study::Replication;
use doorbuster::study::chance::{CONFIDENCE, Chance, GO_AT_LEAST};
use doorbuster::study::looks::{confidence_at, runs_at};
use doorbuster::study::pooled::Ruling;
use doorbuster::study::replication::{GateSeen, Sales, Undersold};
use doorbuster::units::{Ppm, Span};
use rand::{Rng, RngExt as _};
use rayon::prelude::*;

const LIMIT: Ppm = Ppm(12_000);
const STUDIES: u32 = 1_000;
const SKUS: u32 = 40;
const ORDERS_OF_A_SKU: f64 = 12.0;

/// How the bad orders lie.
#[derive(Clone, Copy)]
struct Way {
    about: &'static str,
    /// One SKU in so many has all of them.
    skus: u32,
    /// One replication in so many has all of them.
    replications: u32,
}

const WAYS: [Way; 4] = [
    Way { about: "alike", skus: 1, replications: 1 },
    Way { about: "one SKU in five", skus: 5, replications: 1 },
    Way { about: "one SKU in ten", skus: 10, replications: 1 },
    Way { about: "one afternoon in ten", skus: 1, replications: 10 },
];

/// A small number by its mean, by inversion of a uniform draw.
fn poisson(u: f64, mean: f64) -> u64 {
    let (mut k, mut p) = (0, (-mean).exp());
    let mut sum = p;
    while u > sum && k < 400 {
        k += 1;
        p *= mean / k as f64;
        sum += p;
    }
    k
}

fn replication(rng: &mut impl Rng, rate: f64, way: Way) -> Replication {
    let mut sums = Clusters::default();
    let strikes = rng.random_range(0..way.replications) == 0;
    for _ in 0..SKUS {
        let n = poisson(rng.random(), ORDERS_OF_A_SKU);
        let is_bad = strikes && rng.random_range(0..way.skus) == 0;
        let times = f64::from(way.skus) * f64::from(way.replications);
        let mean = if is_bad { n as f64 * rate * times } else { 0.0 };
        sums.count(n, poisson(rng.random(), mean).min(n));
    }
    sums.exposed = sums.used;
    let pool = Pool {
        possible: [sums; 2],
        definite: sums,
        exercised: true,
        observed: true,
        in_band: None,
    };
    let gate = GateSeen {
        kpi: Kpi::StockCancellations,
        channel: None,
        band: Band::NotProved(Unproved::TooFewSamples),
        value: Measure::Absent,
        bad_limits: [Ppm(5_000), LIMIT],
        pool,
        out: false,
        over: false,
        accepted: false,
    };
    let sales = Sales { wanted: sums.n, accepted: sums.n, ..Sales::default() };
    Replication {
        input: Verdict::Go,
        seed: 0,
        verdict: Verdict::Inconclusive,
        in_band: Ppm::of(sums.bad, sums.n) <= LIMIT,
        spoilt: None,
        rules: vec![],
        untested: vec![],
        sales,
        channel_sales: vec![],
        expected: vec![],
        channels: vec![],
        gates: vec![gate],
        objectives: vec![],
        facts: 0,
        oversold_units: 0,
        undersold: Undersold::default(),
        updates: 0,
        broken: 0,
        strain: 0,
        distress: 0,
        courses: vec![],
        width: Span::ZERO,
    }
}

/// Whether the ruling on these is a GO, whatever their share in band; and with it.
fn goes(replications: &[Replication], confidence: Ppm) -> [bool; 2] {
    let Some(ruling) = Ruling::on(replications, confidence, GO_AT_LEAST) else { return [false; 2] };
    [ruling.gates_hold(), ruling.is_go()]
}

/// The shares of studies that say GO: pooled alone and all, at one look of so many replications;
/// and all, at looks.
fn shares(rate: f64, runs: usize, way: Way) -> [f64; 3] {
    let seed = u64::from(way.skus * 100 + way.replications);
    let mut rng = doorbuster::rng::stream(seed, "studies");
    let mut said = [0; 3];
    for _ in 0..STUDIES {
        let mut all: Vec<Replication> =
            (0..runs).map(|_| replication(&mut rng, rate, way)).collect();
        let at_once = goes(&all, CONFIDENCE);
        said[0] += u32::from(at_once[0]);
        said[1] += u32::from(at_once[1]);
        for look in 0..4 {
            while all.len() < runs_at(look) {
                all.push(replication(&mut rng, rate, way));
            }
            let Some(ruling) = Ruling::on(&all[..runs_at(look)], confidence_at(look), GO_AT_LEAST)
            else {
                continue;
            };
            if ruling.verdict != Verdict::Inconclusive {
                said[2] += u32::from(ruling.is_go());
                break;
            }
        }
    }
    said.map(|n| f64::from(n) / f64::from(STUDIES))
}

/// The table, as Markdown.
///
/// # Errors
/// When a GO is said at the limit more often than once in twenty, beyond the chance of a thousand
/// studies.
pub(crate) fn table() -> anyhow::Result<String> {
    let mut page = "| bad orders lie | true rate | afternoons | GO, pooled alone | GO, all | GO, \
                    looks |\n|---|---|---|---|---|---|\n"
        .to_owned();
    let rates = [("the limit", 1.0, 30), ("half the limit", 0.5, 60)];
    let rows: Vec<_> = WAYS.into_iter().flat_map(|way| rates.map(|rate| (way, rate))).collect();
    // Each has draws of its own.
    let said = |(way, (_, part, runs)): &(Way, (&str, f64, usize))| {
        shares(LIMIT.as_f64() * part, *runs, *way)
    };
    let said: Vec<[f64; 3]> = rows.par_iter().map(said).collect();
    for ((way, (about, part, runs)), [pooled, all, looks]) in rows.into_iter().zip(said) {
        writeln!(
            page,
            "| {} | {about} | {runs} | {:.1} % | {:.1} % | {:.1} % |",
            way.about,
            100.0 * pooled,
            100.0 * all,
            100.0 * looks,
        )?;
        let at_limit = part >= 1.0;
        let worst = if way.replications == 1 { pooled } else { all };
        let likely = Chance::of((worst * f64::from(STUDIES)) as usize, STUDIES as usize).low;
        let says = format!("{}: GO said wrongly in {worst}", way.about);
        ensure!(!at_limit || likely <= Ppm(50_000), "{says}");
    }
    Ok(page)
}
