//! Owns how long a run takes and how fast it may go: the rule of docs/measures.md §5, turned round.
//! Must not measure anything.

use super::calls::Calls;
use super::loads::Setting;
use crate::judge::bar::{shortest_duration, shortest_work};
use crate::scenario::Plan;
use crate::units::{Ppm, Span};

/// How fast a run goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    /// Campaign seconds a wall second, in thousandths.
    pub speed_milli: u64,
    /// Wall time of the traffic, and the most that draining may add.
    pub traffic_wall: Span,
    /// See there.
    pub drain_wall_max: Span,
    /// The shortest duration that a gate rests on.
    pub shortest: Option<Span>,
    /// The share of it that an exchange or a stall may take.
    pub coarse_share: Ppm,
    /// How long a connector is stated to work on a job in the mean, of the quickest: an exchange
    /// may not take longer in the mean.
    pub work: Option<Span>,
    /// What an exchange is taken to take at worst.
    pub exchange: Span,
    /// The largest speed at which that is honest, in thousandths; none: any.
    pub speed_milli_max: Option<u64>,
    /// The slowest exchange that is honest at the scenario's speed.
    pub exchange_max: Option<Span>,
    /// Calls a wall second in the busiest phase, at the scenario's speed.
    pub calls_per_wall_s: f64,
    /// … at the largest honest speed.
    pub calls_per_wall_s_max: Option<f64>,
}

pub(super) fn pace(plan: &Plan, setting: &Setting<'_>, calls: &[Calls], exchange: Span) -> Pace {
    let charter = &plan.charter;
    let speed_milli = charter.speed_milli.max(1);
    let wall = |span: Span| Span((u128::from(span.0) * 1_000 / u128::from(speed_milli)) as u64);
    let shortest = shortest_duration(charter);
    let coarse_share = charter.honesty.coarse_share_max;
    let work = shortest_work(charter);
    // exchange × speed ≤ share × shortest, and half of an exchange × speed ≤ work
    let share = |s: Span| u128::from(s.0) * u128::from(coarse_share.0) / 1_000_000;
    let room = shortest.map(share).into_iter().chain(work.map(|work| u128::from(work.0) * 2)).min();
    let speed_milli_max =
        room.map(|room| (room * 1_000 / u128::from(exchange.0.max(1))).min(1 << 60) as u64);
    let exchange_max = room.map(|room| Span((room * 1_000 / u128::from(speed_milli)) as u64));
    let per_s: f64 = calls.iter().map(|calls| setting.rate(&calls.cells, &setting.busy)).sum();
    let at = |milli: u64| per_s * milli as f64 / 1e3;
    Pace {
        speed_milli,
        traffic_wall: wall(Span(charter.traffic_ends.0)),
        drain_wall_max: wall(charter.drain),
        shortest,
        coarse_share,
        work,
        exchange,
        speed_milli_max,
        exchange_max,
        calls_per_wall_s: at(speed_milli),
        calls_per_wall_s_max: speed_milli_max.map(at),
    }
}
