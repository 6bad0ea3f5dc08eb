//! Owns what a plan implies before it is played: arithmetic on the plan, nothing played or drawn.
//! Must not know how it is shown. Start at [`Outlook::of`].
//!
//! Floats are at home here: nothing of this is a fact, and nothing is judged by it. docs/plan.md
//! has every formula.

mod basket;
mod calls;
mod changes;
mod floors;
mod gates;
mod given_up;
mod inflow;
mod keys;
mod loads;
mod pace;
mod proofs;
mod taken;
#[cfg(test)]
mod tests;
mod unprovable;

pub use calls::CallKind;
pub use changes::MerchantTotals;
pub use floors::Floor;
pub use gates::{GateOutlook, Provable, REPLICATIONS_MOST};
pub use given_up::GivenUp;
pub use inflow::Peak;
pub use keys::of_channel;
pub use loads::{Load, Server};
pub use pace::Pace;
pub use proofs::Proofs;
pub use taken::Taken;
pub use unprovable::{Unprovable, cannot_prove};

use self::basket::Basket;
use self::calls::Calls;
use self::changes::{Changes, Fate, Grid};
use self::gates::Bench;
use self::inflow::{Inflow, quiet_and_busy};
use self::loads::Setting;
use crate::history::charter::{Kpi, Limits, Phase};
use crate::ids::ChannelId;
use crate::scenario::Plan;
use crate::units::{At, Span};

/// What a plan implies.
#[derive(Clone, Debug)]
pub struct Outlook {
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
    pub endpoints: Vec<(CallKind, f64, f64)>,
    /// What comes against what can be served.
    pub loads: Vec<Load>,
    /// Retries that limits outlast.
    pub given_up: Vec<GivenUp>,
    /// The least lags.
    pub floors: Vec<Floor>,
    /// SKUs on sale from the start.
    pub on_sale: u64,
    /// What must have happened at all.
    pub proofs: Proofs,
    /// Each gate on each scope.
    pub gates: Vec<GateOutlook>,
    /// What a GO needs and this campaign cannot prove, however its systems do.
    pub unprovable: Vec<Unprovable>,
    /// How fast it goes.
    pub pace: Pace,
    /// Demand over time, for a chart.
    pub series: Expected,
}

/// Orders of one channel.
#[derive(Clone, Debug, PartialEq)]
pub struct OrdersOutlook {
    /// Orders offered, by phase.
    pub offered: Vec<f64>,
    /// Orders accepted, by phase: the share of them that was taken.
    pub accepted: Vec<f64>,
}

/// What is expected, over time, in cells of one width.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
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
    /// What this plan implies where so much is taken of what is offered, an exchange on the machine
    /// taking so long at worst.
    pub fn of(plan: &Plan, taken: &Taken, exchange: Span) -> Outlook {
        let channels = plan.charter.channels.len();
        let inflow = Inflow::of(plan);
        let basket = Basket::of(plan);
        let fates: Vec<Fate> = (0..channels).map(|channel| Fate::of(plan, channel)).collect();
        let changes = Changes::of(plan, &inflow, (taken, basket), &fates);
        let calls = calls::all(plan, &inflow, &changes, &fates);
        let (quiet, busy) = quiet_and_busy(&inflow, &plan.charter.phases);
        let cells = |phase: usize| {
            let phase = &plan.charter.phases[phase];
            changes.grid.cells_of(phase.from, phase.until)
        };
        let (in_quiet, in_busy) = (cells(quiet), cells(busy));
        let setting =
            Setting { plan, changes: &changes, calls: &calls, quiet: in_quiet, busy: in_busy };
        let loads = loads::loads(&setting);
        let floors = floors::floors(&setting, |kpi| limit_s(plan, kpi));
        let orders = orders(plan, &inflow, (changes.grid, taken));
        let sums = |of: fn(&OrdersOutlook) -> &Vec<f64>| {
            orders.iter().map(|orders| of(orders).iter().sum()).collect()
        };
        let bench = Bench {
            plan,
            taken,
            floors: &floors,
            offered: sums(|orders| &orders.offered),
            accepted: sums(|orders| &orders.accepted),
            paid: fates.iter().map(|fate| fate.paid).collect(),
        };
        let gates = bench.gates();
        let proofs = Proofs::of(plan, &changes, &calls, &fates);
        Outlook {
            unprovable: unprovable::unprovable(plan, &gates, &proofs),
            gates,
            drawn: inflow.is_drawn(),
            peak: inflow.peak(),
            quiet_phase: quiet,
            busy_phase: busy,
            basket: (basket.lines, basket.units),
            merchant: changes.totals,
            endpoints: endpoints(&setting, &calls),
            given_up: given_up::given_up(&setting),
            on_sale: basket.on_sale,
            proofs,
            pace: pace::pace(plan, &setting, &calls, exchange),
            series: series(plan, (&changes, taken), &calls, &loads),
            orders,
            loads,
            floors,
        }
    }
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

fn orders(plan: &Plan, inflow: &Inflow, (grid, taken): (Grid, &Taken)) -> Vec<OrdersOutlook> {
    let phases = &plan.charter.phases;
    let accepted = |channel: usize, phase: &Phase| -> f64 {
        let part = |cell: usize| {
            let from = grid.start(cell).max(phase.from);
            let until = grid.start(cell + 1).min(phase.until);
            let share = taken.share(channel, At(u64::midpoint(from.0, until.0)));
            if from < until { inflow.orders(Some(channel), from, until) * share } else { 0.0 }
        };
        grid.cells_of(phase.from, phase.until).map(part).sum()
    };
    let of = |channel: usize| OrdersOutlook {
        offered: phases.iter().map(|p| inflow.orders(Some(channel), p.from, p.until)).collect(),
        accepted: phases.iter().map(|phase| accepted(channel, phase)).collect(),
    };
    (0..plan.charter.channels.len()).map(of).collect()
}

fn endpoints(setting: &Setting<'_>, calls: &[Calls]) -> Vec<(CallKind, f64, f64)> {
    let rates = |calls: &Calls| {
        let rate = |over| setting.rate(&calls.cells, over);
        (calls.endpoint, rate(&setting.quiet), rate(&setting.busy))
    };
    let mut endpoints: Vec<_> = calls.iter().map(rates).collect();
    endpoints.sort_by_key(|(endpoint, _, _)| *endpoint);
    endpoints
}

fn series(
    plan: &Plan,
    (changes, taken): (&Changes, &Taken),
    calls: &[Calls],
    loads: &[Load],
) -> Expected {
    let channels = 0..plan.charter.channels.len();
    let of = |wanted: fn(CallKind) -> bool, channel: usize| -> Vec<f64> {
        let here = |calls: &&Calls| {
            let answered_by = calls.endpoint.answered_by();
            wanted(calls.endpoint) && answered_by == Some(ChannelId(channel as u16))
        };
        let found = calls.iter().find(here);
        found.map_or_else(Vec::new, |calls| calls.cells.iter().map(|n| n * calls.batch).collect())
    };
    let accepted = |channel: usize| {
        let share = |cell| taken.share(channel, changes.grid.start(cell));
        (0..changes.grid.cells).map(share).collect()
    };
    let limit = |channel: usize| {
        let batch = calls
            .iter()
            .find(|calls| matches!(calls.endpoint, CallKind::PushStock(c) if c.index() == channel));
        let batch = batch.map_or(1.0, |calls| calls.batch);
        let of = loads.iter().filter(|load| match &load.of {
            Server::Channel(id, on) => {
                id.index() == channel && (on.is_empty() || on.contains(&"stock"))
            }
            _ => false,
        });
        let rates = of.filter_map(|load| load.capacity_per_s);
        let least = rates.fold(f64::INFINITY, f64::min);
        least.is_finite().then(|| least * batch * changes.grid.seconds())
    };
    Expected {
        width: changes.grid.width,
        offered: channels
            .clone()
            .map(|c| of(|e| matches!(e, CallKind::PlaceOrder(_)), c))
            .collect(),
        accepted: channels.clone().map(accepted).collect(),
        updates: channels.clone().map(|c| of(|e| matches!(e, CallKind::PushStock(_)), c)).collect(),
        limits: channels.map(limit).collect(),
    }
}
