//! Owns when the clock of a run was too fast for what was played: what took too long for it, and
//! which speed would have done. Must not know what the calls did.

use super::judgement::{Coarse, Percentiles, TookTooLong};
use crate::history::charter::{Charter, Kpi, Limits};
use crate::units::{Ppm, Span};

/// What took wall time that no system played asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocked {
    /// Exchanges, of calls under way while nothing was broken on purpose where there are any.
    pub(super) exchange: Percentiles,
    /// Lateness of sends, …
    pub(super) lateness: Percentiles,
    /// … and its mean.
    pub(super) late_mean: Span,
    /// The longest stall of the driver.
    pub(super) stall: Span,
    /// The furthest step back between two facts, in campaign time.
    pub(super) back: Span,
    /// It says how its clock ran: a record without a speed is of virtual time, which nothing
    /// stalls.
    pub(super) paced: bool,
}

/// A campaign time as it was, and the longest it may be, in millionths of a microsecond.
struct Held {
    what: TookTooLong,
    took: Span,
    campaign: u128,
    at_most: u128,
}

const MILLION: u128 = 1_000_000;

/// What was furthest beyond what it may be, if anything was.
pub(super) fn coarse(clocked: &Clocked, charter: &Charter) -> Option<Coarse> {
    if !clocked.paced {
        return Some(Coarse::default());
    }
    held(clocked, charter)
        .filter(|held| held.campaign * MILLION > held.at_most)
        .map(|held| {
            let speed = u128::from(charter.speed_milli) * held.at_most;
            let speed = u64::try_from(speed / (held.campaign * MILLION)).unwrap_or(u64::MAX);
            Coarse { what: held.what, took: held.took, speed_milli_max: Some(speed) }
        })
        .min_by_key(|coarse| coarse.speed_milli_max)
}

fn held(clocked: &Clocked, charter: &Charter) -> impl Iterator<Item = Held> {
    let speed = u128::from(charter.speed_milli);
    let Ppm(share) = charter.honesty.coarse_share_max;
    let gates = shortest_duration(charter).map(|least| u128::from(least.0) * u128::from(share));
    // An exchange that outlasts the work it belongs to makes the connector another one, and so does
    // a stall in which it would have looked again. What makes sends late makes its work late too,
    // in the mean by as much.
    let stated = |span: Option<Span>| span.map(|span| u128::from(span.0) * MILLION);
    let works = stated(shortest_work(charter));
    let looks = stated(charter.connectors.iter().filter_map(|terms| terms.looks).min());
    let looks = looks.filter(|&us| us > 0);
    let wall = [
        (TookTooLong::SlowExchanges, clocked.exchange.p99, gates),
        (TookTooLong::LateSends, clocked.lateness.p99, gates),
        (TookTooLong::Stall, Some(clocked.stall), gates),
        (TookTooLong::Exchanges, clocked.exchange.p50, works),
        (TookTooLong::Sends, Some(clocked.late_mean), works),
        (TookTooLong::Stall, Some(clocked.stall), looks),
    ];
    let back = gates.map(|at_most| Held {
        what: TookTooLong::StepBack,
        took: clocked.back,
        campaign: clocked.back.0.into(),
        at_most,
    });
    let held = wall.into_iter().filter_map(move |(what, took, at_most)| {
        let (took, at_most) = (took?, at_most?);
        Some(Held { what, took, campaign: u128::from(took.0) * speed / 1_000, at_most })
    });
    held.chain(back)
}

/// The shortest duration that a gate of the charter rests on.
pub(crate) fn shortest_duration(charter: &Charter) -> Option<Span> {
    let promises = charter.promises;
    let durations = charter.gates.iter().filter_map(|gate| match (gate.limits, gate.kpi) {
        (Limits::LagP95 { healthy, .. }, _) => Some(healthy),
        (_, Kpi::HandoffSuccess | Kpi::ReconciliationVariance) => Some(promises.handoff_within),
        (_, Kpi::StockCancellations) => Some(promises.cancellations_count_for),
        _ => None,
    });
    durations.min()
}

/// How long the quickest connector of the charter is stated to work on a job in the mean.
pub(crate) fn shortest_work(charter: &Charter) -> Option<Span> {
    let works = charter.connectors.iter().filter_map(|terms| terms.works);
    works.min().filter(|&work| work > Span::ZERO)
}
