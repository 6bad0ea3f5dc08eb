//! What an event of virtual time costs: `cargo bench --bench agenda`.
//!
//! Two models, each on our agenda and on `NeXosim` 1.0 in the same run. The first is a connector's
//! queue alone: M/M/8 at 80 % with a ledger of 1,000 SKUs that every job moves. The second holds
//! 100,000 appointments, of which each that is kept makes the next. Both sides take the same times
//! from the same table, so that what differs is the agenda.
#![expect(clippy::unused_async, reason = "the macro of a model awaits what begins it")]

use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use doorbuster::commerce::timers::Timers;
use doorbuster::rng::{Draw, Draws};
use doorbuster::units::{At, Span};
use nexosim::model::{Context, Model, schedulable};
use nexosim::simulation::{Mailbox, SimInit, Simulation};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

const WORKERS: u32 = 8;
const SKUS: usize = 1_000;
const PENDING: usize = 100_000;
/// Mean microseconds of a job; arrivals come at 80 % of what eight workers do.
const SERVICE_US: f64 = 100_000.0;
const BETWEEN_US: f64 = SERVICE_US / (WORKERS as f64 * 0.8);
/// Mean microseconds until an appointment of the second model.
const AHEAD_US: f64 = 60_000_000.0;

/// Exponential times, drawn once and told again and again.
#[derive(Serialize, Deserialize)]
struct Times {
    units: Vec<f64>,
    next: usize,
}

impl Times {
    fn new() -> Times {
        let draws = Draws::new(5);
        let units = (0..1 << 16).map(|i| -draws.unit(Draw::Service, i, 0).ln()).collect();
        Times { units, next: 0 }
    }

    /// Microseconds, at least one: nothing may be due at the moment that it is made.
    fn draw(&mut self, mean_us: f64) -> u64 {
        self.next = (self.next + 1) % self.units.len();
        (self.units[self.next] * mean_us) as u64 + 1
    }
}

/// A level of the ledger.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Level {
    available: i64,
    version: u64,
}

/// The state of the queue; what happens to it is the same on either agenda.
#[derive(Serialize, Deserialize)]
struct Queue {
    times: Times,
    waiting: VecDeque<u32>,
    busy: u32,
    arrived: u32,
    ledger: Vec<Level>,
}

impl Queue {
    fn new() -> Queue {
        let (waiting, ledger) = (VecDeque::new(), vec![Level::default(); SKUS]);
        Queue { times: Times::new(), waiting, busy: 0, arrived: 0, ledger }
    }

    /// A job arrives; says when the next does, and when this one is done if a worker was free.
    fn arrive(&mut self) -> (u64, Option<(u64, u32)>) {
        let sku = self.arrived % SKUS as u32;
        self.arrived = self.arrived.wrapping_add(7);
        let next = self.times.draw(BETWEEN_US);
        if self.busy < WORKERS {
            self.busy += 1;
            return (next, Some((self.times.draw(SERVICE_US), sku)));
        }
        self.waiting.push_back(sku);
        (next, None)
    }

    /// A job is done and moves the ledger; says when the worker's next one is.
    fn done(&mut self, sku: u32) -> Option<(u64, u32)> {
        let level = &mut self.ledger[sku as usize];
        level.available -= 1;
        level.version += 1;
        let Some(next) = self.waiting.pop_front() else {
            self.busy -= 1;
            return None;
        };
        Some((self.times.draw(SERVICE_US), next))
    }
}

enum Due {
    Arrival,
    Done(u32),
}

/// The queue on our agenda.
struct Ours {
    queue: Queue,
    agenda: Timers<Due>,
    now: At,
}

impl Ours {
    fn new() -> Ours {
        let mut agenda = Timers::default();
        agenda.set(At(1), Due::Arrival);
        Ours { queue: Queue::new(), agenda, now: At::START }
    }

    fn step(&mut self) {
        let Some((at, due)) = self.agenda.due_since(At::NEVER) else { return };
        self.now = at;
        let done = match due {
            Due::Arrival => {
                let (next, done) = self.queue.arrive();
                self.agenda.set(at + Span(next), Due::Arrival);
                done
            }
            Due::Done(sku) => self.queue.done(sku),
        };
        if let Some((after, sku)) = done {
            self.agenda.set(at + Span(after), Due::Done(sku));
        }
    }
}

/// The queue as a `NeXosim` model.
#[derive(Serialize, Deserialize)]
struct Desk {
    queue: Queue,
}

#[Model]
impl Desk {
    #[nexosim(init)]
    async fn begin(&mut self, cx: &Context<Self>) {
        cx.schedule_event(Duration::from_micros(1), schedulable!(Self::arrive), ())
            .expect("later than now");
    }

    #[nexosim(schedulable)]
    fn arrive(&mut self, (): (), cx: &Context<Self>) {
        let (next, done) = self.queue.arrive();
        cx.schedule_event(Duration::from_micros(next), schedulable!(Self::arrive), ())
            .expect("later than now");
        Self::plan(done, cx);
    }

    #[nexosim(schedulable)]
    fn done(&mut self, sku: u32, cx: &Context<Self>) {
        Self::plan(self.queue.done(sku), cx);
    }

    fn plan(done: Option<(u64, u32)>, cx: &Context<Self>) {
        if let Some((after, sku)) = done {
            cx.schedule_event(Duration::from_micros(after), schedulable!(Self::done), sku)
                .expect("later than now");
        }
    }
}

/// Appointments that make their successors, as a `NeXosim` model.
#[derive(Serialize, Deserialize)]
struct Keeper {
    times: Times,
}

#[Model]
impl Keeper {
    #[nexosim(init)]
    async fn begin(&mut self, cx: &Context<Self>) {
        for i in 0..PENDING as u32 {
            self.kept(i, cx);
        }
    }

    #[nexosim(schedulable)]
    fn kept(&mut self, what: u32, cx: &Context<Self>) {
        let after = Duration::from_micros(self.times.draw(AHEAD_US));
        cx.schedule_event(after, schedulable!(Self::kept), what).expect("later than now");
    }
}

/// One thread: what an event costs, not how many threads share it.
fn nexosim<M: Model<Env: Default>>(model: M) -> Simulation {
    SimInit::with_num_threads(1)
        .add_model(model, Mailbox::new(), "model")
        .init(MonotonicTime::EPOCH)
        .expect("a bench of one model")
}

fn queue(c: &mut Criterion) {
    let mut group = c.benchmark_group("M/M/8 and a ledger, an event");
    group.throughput(Throughput::Elements(1));
    let mut ours = Ours::new();
    group.bench_function("doorbuster", |b| b.iter(|| ours.step()));
    let mut theirs = nexosim(Desk { queue: Queue::new() });
    group.bench_function("NeXosim", |b| b.iter(|| theirs.step().expect("the next event")));
    black_box(ours.queue.ledger[0].version);
    group.finish();
}

fn hold(c: &mut Criterion) {
    let mut group = c.benchmark_group("100,000 pending, an event");
    group.throughput(Throughput::Elements(1));
    let (mut times, mut agenda) = (Times::new(), Timers::default());
    for i in 0..PENDING as u32 {
        agenda.set(At(times.draw(AHEAD_US)), i);
    }
    group.bench_function("doorbuster", |b| {
        b.iter(|| {
            let Some((at, what)) = agenda.due_since(At::NEVER) else { return };
            agenda.set(at + Span(times.draw(AHEAD_US)), what);
        });
    });
    let mut theirs = nexosim(Keeper { times: Times::new() });
    group.bench_function("NeXosim", |b| b.iter(|| theirs.step().expect("the next event")));
    group.finish();
}

criterion_group!(benches, queue, hold);
criterion_main!(benches);
