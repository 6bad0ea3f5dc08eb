//! Owns what a plan implies before it is played: arithmetic on the plan, nothing played or drawn.
//! Must not know how it is shown. Start at [`Outlook::of`].
//!
//! Floats are at home here: nothing of this is a fact, and nothing is judged by it. docs/plan.md
//! has every formula.

mod assumed;
mod calls;
mod chance;
mod changes;
mod days;
mod floors;
mod gates;
mod inflow;
mod pace;
mod proofs;
mod queue;
mod queues;
mod selling;
mod spread;
#[cfg(test)]
mod tests;

pub use assumed::{Assumed, DESIGN_EFFECT};
pub use calls::Endpoint;
pub use changes::MerchantTotals;
pub use floors::Floor;
pub use gates::{GateOutlook, ShortOf};
pub use inflow::Peak;
pub use pace::Pace;
pub use proofs::Proofs;
pub use queues::{QueueOf, QueueOutlook};
pub use selling::WantedMost;

use self::calls::Calls;
use self::changes::{Changes, Fate};
use self::gates::{Bench, GOOD_CHANCE};
use self::inflow::{Inflow, quiet_and_busy};
use self::queues::{Queues, Setting};
use self::selling::Selling;
use crate::history::charter::{Kpi, Limits};
use crate::ids::ChannelId;
use crate::scenario::Plan;
use crate::units::{At, Ppm, Span};

/// What a plan implies.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// What was assumed.
    pub assumed: Assumed,
    /// Orders by channel and phase.
    pub orders: Vec<OrdersOutlook>,
    /// Whether counts of orders are Poisson; those of a log are known.
    pub drawn: bool,
    /// The busiest moment.
    pub peak: Peak,
    /// The quietest phase that sells, and the busiest, by their places.
    pub quiet_phase: usize,
    /// See there.
    pub busy_phase: usize,
    /// Lines an order, units a line.
    pub basket: (f64, f64),
    /// What the merchant does.
    pub merchant: MerchantTotals,
    /// Calls a second in the quietest and in the busiest phase.
    pub endpoints: Vec<(Endpoint, f64, f64)>,
    /// Who keeps up.
    pub queues: Vec<QueueOutlook>,
    /// The least lags.
    pub floors: Vec<Floor>,
    /// SKUs on sale from the start, and how many of them are expected to run out.
    pub on_sale: u64,
    /// See there.
    pub sold_out: f64,
    /// The SKUs wanted most, heroes first.
    pub wanted_most: Vec<WantedMost>,
    /// What must have happened at all.
    pub proofs: Proofs,
    /// Each gate on each scope.
    pub gates: Vec<GateOutlook>,
    /// The chance of a GO, conditions included.
    pub go: GoChance,
    /// The largest share of every limit at which the chance of a GO is good, whatever gates have to
    /// do with each other; none: not even systems that do no wrong have it.
    pub good_at: Option<Ppm>,
    /// How fast it goes.
    pub pace: Pace,
    /// Demand over time, for a chart.
    pub series: Series,
}

/// Orders of one channel.
#[derive(Clone, Debug, PartialEq)]
pub struct OrdersOutlook {
    /// Orders offered, by phase.
    pub offered: Vec<f64>,
    /// Orders accepted, by phase: those whose lines are all still there.
    pub accepted: Vec<f64>,
}

/// The chance of a GO.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GoChance {
    /// At least this, whatever gates have to do with each other: 1 − Σ(1 − p) (Bonferroni).
    pub least: f64,
    /// At most this: the smallest of them (Fréchet).
    pub most: f64,
    /// This, had they nothing to do with each other.
    pub independent: f64,
}

/// What is expected, over time, in cells of one width.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The width.
    pub width: Span,
    /// Orders offered, by channel.
    pub offered: Vec<Vec<f64>>,
    /// The share of them that is accepted, by channel.
    pub accepted: Vec<Vec<f64>>,
    /// Stock updates that each channel is to get.
    pub updates: Vec<Vec<f64>>,
    /// Stock updates that a channel's limits let through in a cell, in full batches; none where
    /// nothing limits them.
    pub limits: Vec<Option<f64>>,
}

impl Outlook {
    /// What this plan implies, the systems doing as is assumed.
    pub fn of(plan: &Plan, assumed: &Assumed) -> Outlook {
        let channels = plan.charter.channels.len();
        let inflow = Inflow::of(plan);
        let fates: Vec<Fate> = (0..channels).map(|channel| Fate::of(plan, channel)).collect();
        let selling = Selling::of(plan, &inflow, kept(&inflow, &fates));
        let changes = Changes::of(plan, &inflow, &selling, &fates);
        let calls = calls::all(plan, &inflow, &changes, &fates);
        let (quiet, busy) = quiet_and_busy(&inflow, &plan.charter.phases);
        let cells = |phase: usize| {
            let phase = &plan.charter.phases[phase];
            changes.grid.cells_of(phase.from, phase.until)
        };
        let setting = Setting {
            plan,
            changes: &changes,
            calls: &calls,
            selling: &selling,
            quiet: cells(quiet),
            busy: cells(busy),
        };
        let queues = Queues::of(&setting);
        let floors = floors::floors(&setting, &queues, |kpi| limit_s(plan, kpi));
        let proofs = Proofs::of(plan, &changes, &calls, &selling, &fates);
        let accepted = (0..channels).map(|c| selling.accepted_in_all(&inflow, Some(c))).collect();
        let bench = Bench {
            plan,
            inflow: &inflow,
            selling: &selling,
            fates: &fates,
            floors: &floors,
            proofs: &proofs,
            chances: chance::Chances::default(),
            accepted,
        };
        let gates = bench.gates(assumed);
        let go = go(bench.chances(assumed), &proofs);
        let good_at = good_at(&bench, assumed, &proofs);
        Outlook {
            assumed: assumed.clone(),
            orders: orders(plan, &inflow, &selling),
            drawn: inflow.is_drawn(),
            peak: inflow.peak(),
            quiet_phase: quiet,
            busy_phase: busy,
            basket: (selling.lines, selling.units),
            merchant: changes.totals,
            endpoints: endpoints(&setting, &calls),
            queues: queues.outlooks.clone(),
            on_sale: selling.on_sale,
            sold_out: selling.sold_out,
            wanted_most: selling.wanted_most.clone(),
            go,
            good_at,
            pace: pace::pace(plan, &setting, &calls, assumed.exchange),
            series: series(plan, &changes, &calls, &queues, &selling),
            floors,
            proofs,
            gates,
        }
    }
}

/// The share of sold units that stay sold.
fn kept(inflow: &Inflow, fates: &[Fate]) -> f64 {
    let orders = |channel: usize| inflow.orders(Some(channel), At::START, inflow.ends());
    let all: f64 = (0..fates.len()).map(orders).sum();
    let of = |(channel, fate): (usize, &Fate)| orders(channel) * fate.paid * (1.0 - fate.cancelled);
    fates.iter().enumerate().map(of).sum::<f64>() / all.max(1e-9)
}

/// The limit of a GO in seconds: of a lag, and of the time to the OMS.
fn limit_s(plan: &Plan, kpi: Kpi) -> f64 {
    let charter = &plan.charter;
    if kpi == Kpi::HandoffSuccess {
        return charter.promises.handoff_within.as_secs_f64();
    }
    let gate = charter.gates.iter().find(|gate| gate.kpi == kpi);
    let limits = gate.map_or(Limits::standard(kpi), |gate| gate.limits);
    gates::lag_limit(limits, charter.go_when).as_secs_f64()
}

fn orders(plan: &Plan, inflow: &Inflow, selling: &Selling) -> Vec<OrdersOutlook> {
    let phases = &plan.charter.phases;
    let of = |channel: usize| OrdersOutlook {
        offered: phases.iter().map(|p| inflow.orders(Some(channel), p.from, p.until)).collect(),
        accepted: phases
            .iter()
            .map(|p| selling.accepted.orders(inflow, channel, p.from, p.until))
            .collect(),
    };
    (0..plan.charter.channels.len()).map(of).collect()
}

fn endpoints(setting: &Setting<'_>, calls: &[Calls]) -> Vec<(Endpoint, f64, f64)> {
    let rates = |calls: &Calls| {
        let rate = |over| setting.rate(&calls.cells, over);
        (calls.endpoint, rate(&setting.quiet), rate(&setting.busy))
    };
    let mut endpoints: Vec<_> = calls.iter().map(rates).collect();
    endpoints.sort_by_key(|(endpoint, _, _)| *endpoint);
    endpoints
}

/// What gates and conditions come to together. A risk that somebody has accepted holds nothing
/// back, and neither does a channel with few orders.
fn go(chances: Vec<f64>, proofs: &Proofs) -> GoChance {
    let chances = chances.into_iter().chain([proofs.handed_twice_chance()]);
    let none = GoChance { least: 1.0, most: 1.0, independent: 1.0 };
    let mut go = chances.fold(none, |go, chance| GoChance {
        least: go.least - (1.0 - chance),
        most: go.most.min(chance),
        independent: go.independent * chance,
    });
    go.least = go.least.max(0.0);
    go
}

/// The largest share of every limit, in hundredths, at which the chance of a GO is good.
fn good_at(bench: &Bench<'_>, assumed: &Assumed, proofs: &Proofs) -> Option<Ppm> {
    let good = |percent: u32| {
        let of_limit = Ppm(percent * 10_000);
        let at = Assumed { of_limit, stated: Vec::new(), ..assumed.clone() };
        go(bench.chances(&at), proofs).least >= GOOD_CHANCE
    };
    if !good(0) {
        return None;
    }
    let (mut low, mut high) = (0, 100);
    while high - low > 1 {
        let middle = u32::midpoint(low, high);
        if good(middle) { low = middle } else { high = middle }
    }
    Some(Ppm(low * 10_000))
}

fn series(
    plan: &Plan,
    changes: &Changes,
    calls: &[Calls],
    queues: &Queues,
    selling: &Selling,
) -> Series {
    let channels = 0..plan.charter.channels.len();
    let of = |wanted: fn(Endpoint) -> bool, channel: usize| -> Vec<f64> {
        let here = |calls: &&Calls| {
            let answered_by = calls.endpoint.answered_by();
            wanted(calls.endpoint) && answered_by == Some(ChannelId(channel as u16))
        };
        let found = calls.iter().find(here);
        found.map_or_else(Vec::new, |calls| calls.cells.iter().map(|n| n * calls.batch).collect())
    };
    let accepted = |channel: usize| {
        let share = |cell| selling.accepted.share(channel, changes.grid.start(cell));
        (0..changes.grid.cells).map(share).collect()
    };
    let limit = |channel: usize| {
        let batch = calls
            .iter()
            .find(|calls| matches!(calls.endpoint, Endpoint::PushStock(c) if c.index() == channel));
        let batch = batch.map_or(1.0, |calls| calls.batch);
        let of = queues.outlooks.iter().filter(|queue| match &queue.of {
            QueueOf::Channel(id, on) => {
                id.index() == channel && (on.is_empty() || on.contains(&"stock"))
            }
            _ => false,
        });
        let rates = of.filter_map(|queue| queue.capacity_per_s);
        let least = rates.fold(f64::INFINITY, f64::min);
        least.is_finite().then(|| least * batch * changes.grid.seconds())
    };
    Series {
        width: changes.grid.width,
        offered: channels
            .clone()
            .map(|c| of(|e| matches!(e, Endpoint::PlaceOrder(_)), c))
            .collect(),
        accepted: channels.clone().map(accepted).collect(),
        updates: channels.clone().map(|c| of(|e| matches!(e, Endpoint::PushStock(_)), c)).collect(),
        limits: channels.map(limit).collect(),
    }
}
