//! Plain load on one URL through the live driver's own pacer, client and journal: what measures
//! the load generator itself.
//!
//! `plain_load --url http://127.0.0.1:8080/ --open 20000 --seconds 8 --history plain.jsonl.zst`
//!
//! Open load is Poisson; closed load keeps so many calls in flight. Latency runs from the
//! *intended* time. Prints one JSON object.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use clap::Parser;
use doorbuster::drive::live::{Clock, Moment, Pacer};
use doorbuster::history::charter::{
    Charter, Evidence, GoWhen, HISTORY_MINOR, HISTORY_VERSION, Honesty, Promises,
};
use doorbuster::history::fact::{Call, Ending};
use doorbuster::history::{Journal, Outcome, What};
use doorbuster::ids::{Intent, OpId};
use doorbuster::rng;
use doorbuster::units::{At, Span};
use doorbuster::wire::call::{CallResult, Caller, Unknown};
use doorbuster::wire::client::{Client, ClientLimits};
use doorbuster::wire::permit::Permit;
use hdrhistogram::Histogram;
use http_body_util::Full;
use hyper::{Request, Uri};
use parking_lot::Mutex;
use rand_distr::{Distribution, Exp};
use rustix::time::{ClockId, clock_gettime};

/// Plain HTTP load, measured without coordinated omission.
#[derive(Parser)]
struct Args {
    /// What to call.
    #[arg(long)]
    url: Uri,
    /// Open load: Poisson arrivals a second.
    #[arg(long, required_unless_present = "closed", conflicts_with = "closed")]
    open: Option<f64>,
    /// Closed load: calls kept in flight.
    #[arg(long)]
    closed: Option<usize>,
    /// How long load is offered.
    #[arg(long, default_value_t = 8.0)]
    seconds: f64,
    /// Closed load ends after so many calls, if that comes first.
    #[arg(long)]
    requests: Option<u64>,
    /// Where the history goes; without it facts are made, serialised and thrown away.
    #[arg(long)]
    history: Option<PathBuf>,
    /// Most calls in flight of open load.
    #[arg(long, default_value_t = 1_024)]
    in_flight_max: usize,
    /// Most calls that wait for one of them.
    #[arg(long, default_value_t = 65_536)]
    waiting_max: usize,
    /// Seconds waited for open calls after the last one was due.
    #[arg(long, default_value_t = 5.0)]
    grace: f64,
    /// Seconds after which a call is given up as unknown.
    #[arg(long, default_value_t = 30.0)]
    timeout: f64,
    /// Seed of the arrivals.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What all calls share.
struct Bench {
    clock: Clock,
    journal: Journal,
    url: Uri,
    ledger: Mutex<Ledger>,
}

/// What became of the calls. Histograms in microseconds, three digits, up to an hour.
struct Ledger {
    scheduled: u64,
    sent: u64,
    answered: u64,
    failed: u64,
    timed_out: u64,
    open_at_end: u64,
    unsent: u64,
    /// Intended → sent.
    lateness: Histogram<u64>,
    /// Sent → answered.
    service: Histogram<u64>,
    /// Intended → answered; a call still open at the end counts with its age, a lower bound.
    response: Histogram<u64>,
    /// Kept so that no call allocates for its two facts.
    said: Vec<What>,
}

impl Ledger {
    fn new() -> anyhow::Result<Ledger> {
        let histogram = || Histogram::new_with_bounds(1, 3_600_000_000, 3);
        Ok(Ledger {
            scheduled: 0,
            sent: 0,
            answered: 0,
            failed: 0,
            timed_out: 0,
            open_at_end: 0,
            unsent: 0,
            lateness: histogram()?,
            service: histogram()?,
            response: histogram()?,
            said: Vec::with_capacity(1),
        })
    }

    fn count(&mut self, ending: &Became) {
        *match ending {
            Became::Answered => &mut self.answered,
            Became::Failed => &mut self.failed,
            Became::TimedOut => &mut self.timed_out,
            Became::OpenAtEnd => &mut self.open_at_end,
        } += 1;
    }
}

/// How a call that was sent ended.
enum Became {
    Answered,
    Failed,
    TimedOut,
    OpenAtEnd,
}

impl Bench {
    fn note(&self, ledger: &mut Ledger, now: Moment, what: What) {
        ledger.said.push(what);
        self.journal.note(now.at, now.wall_us, &mut ledger.said);
    }

    fn late_us(&self, intended: At, now: Moment) -> u64 {
        now.wall_us.saturating_sub(self.clock.wall_us_of(intended))
    }
}

/// One plain request.
struct PlainCall {
    bench: Arc<Bench>,
    op: OpId,
    intended: At,
    stage: Stage,
    /// Closed load: where the next call is handed in.
    next: Option<Arc<Closed>>,
}

enum Stage {
    Waiting,
    Sent(Moment),
    Over,
}

impl PlainCall {
    fn over(&mut self, outcome: Outcome, became: &Became) {
        let Stage::Sent(sent) = std::mem::replace(&mut self.stage, Stage::Over) else { return };
        let mut ledger = self.bench.ledger.lock();
        let now = self.bench.clock.now();
        self.bench.note(&mut ledger, now, What::Answered { op: self.op, outcome });
        ledger.count(became);
        ledger.service.saturating_record(now.wall_us - sent.wall_us);
        ledger.response.saturating_record(self.bench.late_us(self.intended, now));
    }
}

impl Caller for PlainCall {
    fn request(&mut self) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::default());
        *request.uri_mut() = self.bench.url.clone();
        let mut ledger = self.bench.ledger.lock();
        let now = self.bench.clock.now();
        let (op, intended) = (self.op, self.intended);
        let intent = Intent(op.0);
        let sent = What::Sent { op, call: Call::Plain, channel: None, intent, intended };
        self.bench.note(&mut ledger, now, sent);
        ledger.sent += 1;
        ledger.lateness.saturating_record(self.bench.late_us(intended, now));
        self.stage = Stage::Sent(now);
        request
    }

    fn done(mut self, result: CallResult) {
        let (outcome, became) = match result {
            CallResult::Answered(answer) if answer.status < 400 => {
                (Outcome::Done, Became::Answered)
            }
            CallResult::NotSent(_) => (Outcome::Refused, Became::Failed),
            CallResult::Unknown(Unknown::TimedOut(_)) => (Outcome::Unknown, Became::TimedOut),
            CallResult::Answered(_) | CallResult::Unknown(_) => (Outcome::Unknown, Became::Failed),
        };
        self.over(outcome, &became);
        if let Some(closed) = self.next.take() {
            closed.offer();
        }
    }
}

impl Drop for PlainCall {
    fn drop(&mut self) {
        if let Stage::Waiting = self.stage {
            let mut ledger = self.bench.ledger.lock();
            let now = self.bench.clock.now();
            let (intent, intended) = (Intent(self.op.0), self.intended);
            let unsent =
                What::Unsent { op: None, call: Call::Plain, channel: None, intent, intended };
            self.bench.note(&mut ledger, now, unsent);
            ledger.unsent += 1;
        }
        self.over(Outcome::Unknown, &Became::OpenAtEnd);
    }
}

/// Closed load: each call that ends hands in the next.
struct Closed {
    bench: Arc<Bench>,
    client: Client<PlainCall>,
    until: At,
    requests_max: u64,
}

impl Closed {
    fn offer(self: &Arc<Self>) {
        let now = self.bench.clock.now();
        let op = {
            let mut ledger = self.bench.ledger.lock();
            if now.at >= self.until || ledger.scheduled >= self.requests_max {
                return;
            }
            ledger.scheduled += 1;
            OpId(ledger.scheduled - 1)
        };
        let call = PlainCall {
            bench: Arc::clone(&self.bench),
            op,
            intended: now.at,
            stage: Stage::Waiting,
            next: Some(Arc::clone(self)),
        };
        // A call that is handed back counts itself as unsent.
        let _ = self.client.submit(call);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let until = At(Span::from_secs_f64(args.seconds).0);
    let journal = match &args.history {
        Some(path) => Journal::create(path, None)?,
        None => Journal::over(std::io::sink(), None)?,
    };
    journal.note(At::START, 0, &mut vec![What::Charter(Box::new(charter(&args, until)))]);
    let bench = Arc::new(Bench {
        clock: Clock::start(1_000),
        journal: journal.clone(),
        url: args.url.path_and_query().map_or("/", |p| p.as_str()).parse()?,
        ledger: Mutex::new(Ledger::new()?),
    });
    let limits = ClientLimits {
        in_flight_max: args.closed.unwrap_or(args.in_flight_max),
        waiting_max: args.waiting_max,
        reply_within: Duration::from_secs_f64(args.timeout),
        ..ClientLimits::default()
    };
    let client = Client::new(Permit::loopback(&args.url)?, limits);
    match (args.open, args.closed) {
        (Some(rate), _) => open_load(&bench, &client, poisson(rate, args.seed, until)).await?,
        (None, connections) => {
            let requests_max = args.requests.unwrap_or(u64::MAX);
            let closed =
                Closed { bench: bench.clone(), client: client.clone(), until, requests_max };
            let closed = Arc::new(closed);
            (0..connections.unwrap_or(1)).for_each(|_| closed.offer());
            closed.client.quiet().await;
        }
    }
    say(&bench, What::TrafficEnded {});
    let _ = tokio::time::timeout(Duration::from_secs_f64(args.grace), client.quiet()).await;
    client.close().await;
    say(&bench, What::Ended { why: Ending::Finished });
    let wall_s = bench.clock.now().wall_us as f64 / 1e6;
    let kept = journal.close()?;
    let busy = client.busy();
    let ledger = bench.ledger.lock();
    let summary = serde_json::json!({
        "scheduled": ledger.scheduled, "sent": ledger.sent, "answered": ledger.answered,
        "failed": ledger.failed, "timed_out": ledger.timed_out,
        "open_at_end": ledger.open_at_end, "unsent": ledger.unsent,
        "adds_up": ledger.scheduled == ledger.answered + ledger.failed + ledger.timed_out
            + ledger.open_at_end + ledger.unsent,
        "lateness_us": percentiles(&ledger.lateness),
        "service_us": percentiles(&ledger.service),
        "response_us": percentiles(&ledger.response),
        "in_flight_max": busy.in_flight_max, "waiting_max": busy.waiting_max,
        "wall_s": wall_s, "cpu_s": cpu_s(), "rss_mb_max": rss_mb_max(),
        "requests_per_cpu_s": (ledger.answered as f64 / cpu_s()).round(),
        "history": { "facts": kept.facts, "bytes": kept.bytes, "waits": kept.waits },
    });
    println!("{summary}");
    Ok(())
}

fn say(bench: &Bench, what: What) {
    let now = bench.clock.now();
    bench.note(&mut bench.ledger.lock(), now, what);
}

/// Arrivals of a Poisson process, drawn one by one.
fn poisson(rate: f64, seed: u64, until: At) -> impl Iterator<Item = (At, ())> {
    let mut draws = rng::stream(seed, "plain arrivals");
    let gaps = Exp::new(rate).expect("clap gave a number; a rate is positive");
    let mut time_s = 0.0;
    std::iter::repeat_with(move || {
        time_s += gaps.sample(&mut draws);
        (At(Span::from_secs_f64(time_s).0), ())
    })
    .take_while(move |(at, ())| *at < until)
}

async fn open_load(
    bench: &Arc<Bench>,
    client: &Client<PlainCall>,
    schedule: impl Iterator<Item = (At, ())>,
) -> anyhow::Result<()> {
    let mut pacer = Pacer::new(bench.clock.clone(), schedule).context("cannot make a timer")?;
    let mut due = Vec::new();
    while pacer.take_due(&mut due).await?.is_some() {
        for (intended, ()) in due.drain(..) {
            let op = {
                let mut ledger = bench.ledger.lock();
                ledger.scheduled += 1;
                OpId(ledger.scheduled - 1)
            };
            let bench = Arc::clone(bench);
            // A call that is handed back counts itself as unsent.
            let _ =
                client.submit(PlainCall { bench, op, intended, stage: Stage::Waiting, next: None });
        }
        if let Some(why) = bench.journal.failed() {
            anyhow::bail!(why);
        }
    }
    Ok(())
}

fn charter(args: &Args, until: At) -> Charter {
    Charter {
        offers: Vec::new(),
        locations: Vec::new(),
        version: HISTORY_VERSION,
        minor: HISTORY_MINOR,
        made_by: env!("CARGO_PKG_VERSION").to_owned(),
        campaign: "plain load".to_owned(),
        starts: "1970-01-01T00:00:00+00:00[UTC]".to_owned(),
        seed: args.seed,
        evidence: Evidence::Model,
        speed_milli: 1_000,
        currency: "XXX".to_owned(),
        currency_digits: 0,
        skus: 0,
        sku_names: Vec::new(),
        channels: Vec::new(),
        connectors: Vec::new(),
        phases: Vec::new(),
        promotions: Vec::new(),
        faults: Vec::new(),
        roles: vec![],
        steps: vec![],
        objectives: vec![],
        alerts: vec![],
        traffic_ends: until,
        drain: Span::from_secs_f64(args.grace),
        promises: Promises::default(),
        gates: Vec::new(),
        go_when: GoWhen::Watch,
        owners: Vec::new(),
        accepted_risks: Vec::new(),
        honesty: Honesty::default(),
        observes: doorbuster::history::charter::Observed::everything(),
        source_tells: doorbuster::history::charter::SourceTells::Available,
        not_tested: Vec::new(),
        not_known: Vec::new(),
        input: None,
    }
}

fn percentiles(histogram: &Histogram<u64>) -> serde_json::Value {
    serde_json::json!({
        "p50": histogram.value_at_quantile(0.5),
        "p99": histogram.value_at_quantile(0.99),
        "max": histogram.max(),
    })
}

/// Processor seconds of this process, all threads, user and system.
fn cpu_s() -> f64 {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
}

/// The most memory this process held, from the kernel's own account.
fn rss_mb_max() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok().map(|kib: f64| kib / 1024.0)
}
