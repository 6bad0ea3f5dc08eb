//! The cases: which scenario, changed how, must come to which number.

use std::path::PathBuf;

use doorbuster::report::Summary;
use doorbuster::report::summary::series::Work;

use crate::exact::{self, Phases};
use crate::oversell;

/// Arrivals a second of the queueing cases.
const RATE: f64 = 7.0;
/// How long they come, in seconds.
const LASTS_S: f64 = 6.0 * 3_600.0;

/// A law, a scenario that must obey it, and the numbers.
pub(crate) struct Case {
    /// The law.
    pub(crate) law: &'static str,
    /// What is particular.
    pub(crate) about: String,
    /// The file under scenarios/validation/.
    pub(crate) scenario: &'static str,
    /// Keys changed, and to what.
    pub(crate) changes: Vec<(&'static str, String)>,
    /// Replications.
    pub(crate) runs: usize,
    /// What is read off each summary, and what it must come to in the mean.
    pub(crate) figures: Vec<Figure>,
}

/// A number of a summary.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) exact: f64,
    pub(crate) of: fn(&Summary) -> f64,
}

impl Case {
    pub(crate) fn path(&self) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios/validation").join(self.scenario)
    }
}

pub(crate) fn all() -> Vec<Case> {
    let mut cases = queues();
    cases.extend(pooled());
    cases.extend(replaced());
    cases.extend(losses());
    cases.push(burst());
    cases.extend(oversell::all());
    cases
}

pub(crate) fn figure(name: &'static str, exact: f64, of: fn(&Summary) -> f64) -> Figure {
    Figure { name, exact, of }
}

fn price_waits(summary: &Summary) -> Option<&doorbuster::report::summary::series::Wait> {
    summary.waits.iter().find(|wait| wait.work == Work::Price)
}

fn wait_mean(summary: &Summary) -> f64 {
    price_waits(summary).map_or(f64::NAN, |wait| wait.mean_us as f64 / 1e6)
}

fn wait_p95(summary: &Summary) -> f64 {
    price_waits(summary).and_then(|wait| wait.waits.p95_us).map_or(f64::NAN, |us| us as f64 / 1e6)
}

fn wait_p99(summary: &Summary) -> f64 {
    price_waits(summary).and_then(|wait| wait.waits.p99_us).map_or(f64::NAN, |us| us as f64 / 1e6)
}

fn depth(summary: &Summary) -> f64 {
    summary.queues.iter().map(|queue| queue.depth_mean_milli as f64 / 1e3).sum()
}

fn lost(summary: &Summary) -> f64 {
    let lost: u64 = summary.channels.iter().map(|c| c.totals.lost_after_throttling).sum();
    let tried = price_waits(summary).map_or(0, |wait| wait.waits.count);
    lost as f64 / tried as f64
}

fn waits(mean: f64, p95: Option<f64>, p99: Option<f64>) -> Vec<Figure> {
    let quantiles = [("p95 of the wait, s", p95, wait_p95 as fn(&Summary) -> f64)];
    let quantiles = quantiles.into_iter().chain([("p99 of the wait, s", p99, wait_p99 as _)]);
    let quantiles = quantiles.filter_map(|(name, exact, of)| Some(figure(name, exact?, of)));
    std::iter::once(figure("mean wait, s", mean, wait_mean))
        .chain(quantiles)
        .chain([figure("mean queue, jobs (Little: λW)", RATE * mean, depth)])
        .collect()
}

fn queue(
    (law, runs): (&'static str, usize),
    service: &str,
    workers: u32,
    figures: Vec<Figure>,
) -> Case {
    let plural = if workers == 1 { "worker" } else { "workers" };
    Case {
        law,
        about: format!("service `{service}`, {workers} {plural}"),
        scenario: "queue.yaml",
        changes: vec![
            ("connectors.hub.reference.service", service.to_owned()),
            ("connectors.hub.reference.workers", workers.to_string()),
        ],
        runs,
        figures,
    }
}

/// Waits in the sync queue at ρ = 0.7.
fn queues() -> Vec<Case> {
    let rho = RATE * 0.1;
    let mmc = |servers: u32, mean: f64| {
        let quantile = |p| Some(exact::mmc_quantile(servers, RATE, mean, p));
        waits(exact::mmc_mean(servers, RATE, mean), quantile(0.95), quantile(0.99))
    };
    let phased = |phases: &Phases, second_moment: f64| {
        let quantile = |p| Some(phases.wait_quantile(rho, p));
        waits(exact::mg1_mean(RATE, 0.1, second_moment), quantile(0.95), quantile(0.99))
    };
    let constant = |p| Some(exact::md1_quantile(RATE, 0.1, p));
    let erlang = Phases::erlang(4, 0.1);
    let (p_fast, fast, slow) = (0.8, 0.05, 0.3);
    let hyper = Phases::hyperexponential(p_fast, fast, slow);
    let hyper_second = 2.0 * (p_fast * fast * fast + (1.0 - p_fast) * slow * slow);
    // Lognormal of median m and p95 q: σ = ln(q/m)/z, E[S²] = m²·e^{2σ²}, E[S] = m·e^{σ²/2}.
    let sigma = (0.2_f64 / 0.07).ln() / 1.644_853_626_951_472_7;
    let log_mean = 0.07 * (sigma * sigma / 2.0).exp();
    let log_second = 0.07_f64.powi(2) * (2.0 * sigma * sigma).exp();
    vec![
        queue(("M/M/1", 60), "{ exponential: 100ms }", 1, mmc(1, 0.1)),
        queue(("M/M/8", 112), "{ exponential: 800ms }", 8, mmc(8, 0.8)),
        queue(
            ("M/D/1", 32),
            "100ms",
            1,
            waits(exact::mg1_mean(RATE, 0.1, 0.01), constant(0.95), constant(0.99)),
        ),
        queue(
            ("M/E₄/1", 48),
            "{ erlang: { shape: 4, mean: 100ms } }",
            1,
            phased(&erlang, 0.01 * (1.0 + 0.25)),
        ),
        queue(
            ("M/H₂/1", 100),
            "{ hyperexponential: { fast: 50ms, slow: 300ms, of fast: 80% } }",
            1,
            phased(&hyper, hyper_second),
        ),
        queue(
            ("M/G/1, lognormal (the mean only)", 40),
            "{ typical: 70ms, one in 20 above: 200ms }",
            1,
            waits(exact::mg1_mean(RATE, log_mean, log_second), None, None),
        ),
    ]
}

/// The same workers behind one queue, and each behind its own: eight of M/M/1 wait far longer.
fn pooled() -> Vec<Case> {
    let service = ("connectors.hub.reference.service", "{ exponential: 800ms }".to_owned());
    let workers = ("connectors.hub.reference.workers", "8".to_owned());
    let partitions = ("connectors.hub.reference.partitions", "8".to_owned());
    let figures = vec![figure("mean wait, s", exact::mmc_mean(1, RATE / 8.0, 0.8), wait_mean)];
    vec![Case {
        law: "8 × M/M/1",
        about: "the workers of M/M/8, partitioned by SKU".to_owned(),
        scenario: "queue.yaml",
        changes: vec![service, workers, partitions],
        runs: 32,
        figures,
    }]
}

fn sent(summary: &Summary) -> f64 {
    price_waits(summary).map_or(f64::NAN, |wait| wait.waits.count as f64 / LASTS_S)
}

fn busy(summary: &Summary) -> f64 {
    summary.queues.iter().map(|queue| f64::from(queue.busy_mean_ppm) / 1e6).sum()
}

/// One SKU whose waiting change a newer one replaces: at most one waits, whatever comes.
fn replaced() -> Vec<Case> {
    let case = |service: &str, mean: f64, runs| {
        let exact = exact::Replaced::new(RATE, mean);
        let set = |key, to: &str| (key, to.to_owned());
        let changes = vec![
            set("catalog.skus", "1"),
            // Far from where a change of 0.1 % would round to nothing.
            set("catalog.price", "1000000.00"),
            set("merchant.repricing.by", "0.1%"),
            set("connectors.hub.reference.coalesce", "yes"),
            set("connectors.hub.reference.service", service),
        ];
        Case {
            law: "M/M/1/2, the waiting one replaced",
            about: format!("one SKU, `coalesce: yes`, service `{service}`"),
            scenario: "queue.yaml",
            changes,
            runs,
            figures: vec![
                figure("updates sent a second: λ(1 − π₂)", exact.sent, sent),
                figure("mean queue, jobs: π₂", exact.waiting, depth),
                figure("mean at work: 1 − π₀", exact.at_work, busy),
                figure("mean wait of those sent, s", exact.wait, wait_mean),
            ],
        }
    };
    vec![case("{ exponential: 100ms }", 0.1, 40), case("{ exponential: 300ms }", 0.3, 24)]
}

fn losses() -> Vec<Case> {
    let limit = |limit: &str| {
        let list = format!("[{{ {limit}, on: [price] }}]");
        vec![("channels.storefront.limits", list)]
    };
    let case = |law, about: &str, changes, exact| Case {
        law,
        about: about.to_owned(),
        scenario: "loss.yaml",
        changes,
        runs: 24,
        figures: vec![figure("share of calls lost", exact, lost)],
    };
    vec![
        case(
            "Erlang B",
            "8 calls in flight, 1 s each, 7 calls/s",
            limit("in flight: { calls: 8, holds: 1s }"),
            exact::erlang_b(8, RATE),
        ),
        case(
            "M/D/1/b",
            "token bucket of 5, refilled 6/s, 7 calls/s, no retry",
            limit("token bucket: { burst: 5, per: 6/s }"),
            exact::token_bucket_loss(5, RATE, 6.0),
        ),
    ]
}

fn burst() -> Case {
    let peak = (40.0 - 20.0) * 600.0;
    let figures = vec![
        figure("peak backlog, jobs: (λp − μ)T", peak, |summary| {
            summary.queues.iter().map(|queue| f64::from(queue.depth_max)).sum()
        }),
        figure("drain, s: peak/(μ − λ₀)", peak / (20.0 - 10.0), |summary| {
            summary.queues[0].emptied_after_us.map_or(f64::NAN, |us| us as f64 / 1e6)
        }),
    ];
    let (law, about) = ("fluid backlog", "10/s, 40/s for 10 min, 10/s; served 20/s".to_owned());
    Case { law, about, scenario: "burst.yaml", changes: vec![], runs: 48, figures }
}
