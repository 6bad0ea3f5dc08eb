//! Owns who keeps up: workers of a connector and limits on calls against what comes.
//! Must not know gates.

use std::ops::Range;

use super::calls::{Calls, Endpoint};
use super::changes::{Changes, Grid};
use super::queue::{Played, Work, play};
use super::selling::Selling;
use crate::commerce::limiter::{LimitedOp, LimiterKind, LimiterTerms};
use crate::commerce::terms::{ConnectorPlay, Priority};
use crate::ids::{ChannelId, ConnectorId};
use crate::scenario::Plan;
use crate::units::{At, Span};

/// Whose queue it is.
#[derive(Clone, Debug, PartialEq)]
pub enum QueueOf {
    /// Workers of a connector; the busiest of its queues.
    Workers(ConnectorId),
    /// A limit on calls to a channel, and which it counts; none named counts all.
    Channel(ChannelId, Vec<&'static str>),
    /// A limit on calls to the OMS.
    Oms(Vec<&'static str>),
}

/// A limited call as a scenario says it.
pub(super) fn named(op: LimitedOp) -> &'static str {
    match op {
        LimitedOp::Stock => "stock",
        LimitedOp::Price => "price",
        LimitedOp::Listing => "listing",
        LimitedOp::Read => "read",
        LimitedOp::Cancel => "cancel",
        LimitedOp::Order => "order",
    }
}

/// How a queue fares.
#[derive(Clone, Debug)]
pub struct QueueOutlook {
    /// Whose.
    pub of: QueueOf,
    /// Jobs or calls a second in the quietest phase.
    pub base_per_s: f64,
    /// … in the busiest.
    pub peak_per_s: f64,
    /// What it can serve, a second; none where there is only a sum for the day.
    pub capacity_per_s: Option<f64>,
    /// Load ÷ capacity in the busiest phase; of a daily quota the calls ÷ the quota.
    pub utilisation: f64,
    /// What waits at most, and when.
    pub backlog_most: (f64, At),
    /// How long what comes at the end of the busiest phase waits, in seconds.
    pub wait_s: f64,
    /// Accepted orders a second that it can carry, all that they cause included; and those of the
    /// busiest phase. None where orders cause it no work.
    pub carries: Option<(f64, f64)>,
    /// When more waits than it keeps, or a quota is used up.
    pub overflows: Option<At>,
}

/// Every queue, and how long each kind of work waits in it.
pub(super) struct Queues {
    pub(super) outlooks: Vec<QueueOutlook>,
    /// By connector: waits of stock updates, orders, and the rest, by cell.
    workers: Vec<[Vec<f64>; 3]>,
    /// Waits at a limit: which calls to whom.
    limits: Vec<(QueueOf, Vec<f64>)>,
}

/// What the queues are looked at with.
pub(super) struct Setting<'a> {
    pub(super) plan: &'a Plan,
    pub(super) changes: &'a Changes,
    pub(super) calls: &'a [Calls],
    pub(super) selling: &'a Selling,
    /// Cells of the quietest phase, and of the busiest.
    pub(super) quiet: Range<usize>,
    pub(super) busy: Range<usize>,
}

impl Setting<'_> {
    fn grid(&self) -> Grid {
        self.changes.grid
    }

    /// Events a second over cells.
    pub(super) fn rate(&self, cells: &[f64], over: &Range<usize>) -> f64 {
        cells[over.clone()].iter().sum::<f64>() / (over.len() as f64 * self.grid().seconds())
    }

    /// Accepted orders a second in the busiest phase, of these channels.
    fn accepted(&self, channels: impl Iterator<Item = usize>) -> f64 {
        channels.map(|channel| self.rate(&self.changes.accepted[channel], &self.busy)).sum()
    }
}

impl Queues {
    pub(super) fn of(setting: &Setting<'_>) -> Queues {
        let mut queues = Queues { outlooks: vec![], workers: vec![], limits: vec![] };
        for (place, connector) in setting.plan.world.connectors.iter().enumerate() {
            // The times of a described connector are whole: nothing waits in it.
            if connector.described.is_some() {
                queues.workers.push(Default::default());
                continue;
            }
            let (outlook, waits) = workers(setting, place, connector);
            queues.outlooks.push(outlook);
            queues.workers.push(waits);
        }
        for (place, channel) in setting.plan.world.channels.iter().enumerate() {
            let id = ChannelId(place as u16);
            for limit in &channel.limits {
                let of = QueueOf::Channel(id, limit.on.iter().map(|op| named(*op)).collect());
                queues.limit(setting, of, limit, |e| e.answered_by() == Some(id));
            }
        }
        for limit in &setting.plan.world.oms.limits {
            let of = QueueOf::Oms(limit.on.iter().map(|op| named(*op)).collect());
            queues.limit(setting, of, limit, Endpoint::asks_oms);
        }
        queues
    }

    fn limit(
        &mut self,
        setting: &Setting<'_>,
        of: QueueOf,
        limit: &LimiterTerms,
        asks: impl Fn(Endpoint) -> bool,
    ) {
        let counts = |op: LimitedOp| limit.on.is_empty() || limit.on.contains(&op);
        let counted = |calls: &&Calls| {
            asks(calls.endpoint) && calls.endpoint.limited_as().is_some_and(counts)
        };
        let mut jobs = vec![0.0; setting.grid().cells];
        let mut by_orders = 0.0;
        for calls in setting.calls.iter().filter(counted) {
            super::changes::add(&mut jobs, &calls.cells);
            if calls.endpoint.limited_as() == Some(LimitedOp::Order) {
                by_orders += setting.rate(&calls.cells, &setting.busy);
            }
        }
        let most = f64::INFINITY;
        let Some(capacity) = sustained(limit.kind) else {
            self.outlooks.push(quota(setting, of, limit.kind, &jobs));
            return;
        };
        let played = play(setting.grid(), &[Work { jobs: jobs.clone(), rank: 0, most }], capacity);
        let mut outlook = outlook(setting, of.clone(), &jobs, capacity, &played);
        if let QueueOf::Channel(channel, ..) = of {
            let stock = setting.calls.iter().filter(counted);
            let stock = stock.filter(|calls| calls.endpoint == Endpoint::PushStock(channel));
            by_orders += stock.map(|c| setting.rate(&c.cells, &setting.busy)).sum::<f64>();
        }
        let all = 0..setting.changes.accepted.len();
        outlook.carries = carries(outlook.peak_per_s, by_orders, capacity, setting.accepted(all));
        self.limits.push((of, played.waits[0].clone()));
        self.outlooks.push(outlook);
    }

    /// How long a call of this kind waits, by cell: in the connector's queue or at a limit,
    /// whichever holds it longer (what is held at the one does not pile up at the other).
    pub(super) fn wait(&self, connector: usize, endpoint: Endpoint, cell: usize) -> f64 {
        let kind = match endpoint {
            Endpoint::PushStock(_) => 0,
            Endpoint::Handoff(_) | Endpoint::Reserve(_) => 1,
            _ => 2,
        };
        let at_work = self.workers[connector][kind].get(cell).copied().unwrap_or(0.0);
        let op = endpoint.limited_as().map(named);
        let concerns =
            |on: &Vec<&'static str>| on.is_empty() || op.is_some_and(|op| on.contains(&op));
        let held = self.limits.iter().filter(|(of, _)| match of {
            QueueOf::Channel(channel, on) => {
                endpoint.answered_by() == Some(*channel) && concerns(on)
            }
            QueueOf::Oms(on) => endpoint.asks_oms() && concerns(on),
            QueueOf::Workers(_) => false,
        });
        held.map(|(_, waits)| waits[cell]).fold(at_work, f64::max)
    }
}

/// A connector's busiest queue: stock updates are dealt out by SKU, the rest evenly.
fn workers(
    setting: &Setting<'_>,
    place: usize,
    connector: &ConnectorPlay,
) -> (QueueOutlook, [Vec<f64>; 3]) {
    let queues = usize::from(connector.partitions.max(1));
    let each = f64::from(connector.workers / connector.partitions.max(1));
    let capacity = each / connector.service.mean().as_secs_f64().max(1e-9);
    let evenly = 1.0 / queues as f64;
    let mut works = ranks(connector.priority).map(|rank| Work {
        jobs: vec![0.0; setting.grid().cells],
        rank,
        most: f64::INFINITY,
    });
    let stock_share = setting.selling.busiest_queue(queues);
    let mut kept = 0.0;
    for calls in setting.calls.iter().filter(|calls| calls.connector == place) {
        let (kind, share) = match calls.endpoint {
            Endpoint::PushStock(_) => (0, stock_share),
            Endpoint::Handoff(_) | Endpoint::Reserve(_) => (1, evenly),
            Endpoint::PushPrice(_) | Endpoint::PushListing(_) => (2, evenly),
            _ => continue,
        };
        if kind == 0 {
            kept += setting.selling.on_sale as f64 * evenly / calls.batch;
        }
        let here: Vec<f64> = calls.cells.iter().map(|n| n * share).collect();
        super::changes::add(&mut works[kind].jobs, &here);
    }
    if connector.coalesce {
        works[0].most = kept.max(1.0);
        works[2].most = (2.0 * kept).max(1.0);
    }
    let mut jobs = works[0].jobs.clone();
    super::changes::add(&mut jobs, &works[1].jobs);
    super::changes::add(&mut jobs, &works[2].jobs);
    let played = play(setting.grid(), &works, capacity);
    let of = QueueOf::Workers(ConnectorId(place as u16));
    let mut outlook = outlook(setting, of, &jobs, capacity, &played);
    let by_orders: f64 =
        [0, 1].map(|kind| setting.rate(&works[kind].jobs, &setting.busy)).iter().sum();
    let own = connector.channels.iter().map(|id| id.index());
    outlook.carries = carries(outlook.peak_per_s, by_orders, capacity, setting.accepted(own));
    let fits = f64::from(connector.queue_max) * evenly;
    let over = played.backlog.iter().position(|waiting| *waiting > fits);
    outlook.overflows = over.map(|cell| setting.grid().start(cell));
    let [stock, orders, rest] = [0, 1, 2].map(|kind| played.waits[kind].clone());
    (outlook, [stock, orders, rest])
}

/// Ranks of stock updates, orders, and the rest.
fn ranks(priority: Priority) -> [u8; 3] {
    match priority {
        Priority::None => [0, 0, 0],
        Priority::InventoryFirst => [0, 1, 2],
        Priority::OrdersFirst => [1, 0, 2],
    }
}

/// Accepted orders a second that fit into what other work leaves, and those that come.
fn carries(load: f64, by_orders: f64, capacity: f64, accepted: f64) -> Option<(f64, f64)> {
    let each = by_orders / accepted;
    let beside = load - by_orders;
    (by_orders > 1e-12).then(|| (((capacity - beside) / each).max(0.0), accepted))
}

fn outlook(
    setting: &Setting<'_>,
    of: QueueOf,
    jobs: &[f64],
    capacity: f64,
    played: &Played,
) -> QueueOutlook {
    let most = played.backlog.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
    let (cell, backlog) = most.unwrap_or((0, 0.0));
    let peak_per_s = setting.rate(jobs, &setting.busy);
    let end = setting.busy.end - 1;
    QueueOutlook {
        of,
        base_per_s: setting.rate(jobs, &setting.quiet),
        peak_per_s,
        capacity_per_s: Some(capacity),
        utilisation: peak_per_s / capacity,
        backlog_most: (backlog, setting.grid().start(cell + 1)),
        wait_s: played.waits.iter().map(|waits| waits[end]).fold(0.0, f64::max),
        carries: None,
        overflows: None,
    }
}

/// Calls a second that a limit lets through for long; none for a quota, which is a sum.
fn sustained(kind: LimiterKind) -> Option<f64> {
    let a = |calls: u32, per: Span| Some(f64::from(calls) / per.as_secs_f64().max(1e-9));
    match kind {
        LimiterKind::TokenBucket { every, .. } | LimiterKind::LeakyBucket { every, .. } => {
            a(1, every)
        }
        LimiterKind::FixedWindow { calls, window } => a(calls, window),
        LimiterKind::InFlight { calls, holds } => a(calls, holds),
        LimiterKind::DailyQuota { .. } => None,
    }
}

/// A daily quota: what is used of it, and when it is used up.
fn quota(setting: &Setting<'_>, of: QueueOf, kind: LimiterKind, jobs: &[f64]) -> QueueOutlook {
    const DAY_US: u64 = 86_400_000_000;
    let LimiterKind::DailyQuota { calls, first_reset } = kind else {
        unreachable!("only a quota has no rate");
    };
    let day = |cell: usize| {
        let at = setting.grid().start(cell);
        if at < first_reset { 0 } else { at.since(first_reset).0 / DAY_US + 1 }
    };
    let (mut today, mut used, mut most, mut overflows) = (0, 0.0, 0.0_f64, None);
    for (cell, n) in jobs.iter().enumerate() {
        if day(cell) != today {
            (today, used) = (day(cell), 0.0);
        }
        used += n;
        most = most.max(used);
        if used > f64::from(calls) {
            overflows.get_or_insert(setting.grid().start(cell));
        }
    }
    QueueOutlook {
        of,
        base_per_s: setting.rate(jobs, &setting.quiet),
        peak_per_s: setting.rate(jobs, &setting.busy),
        capacity_per_s: None,
        utilisation: most / f64::from(calls),
        backlog_most: (0.0, At::START),
        wait_s: 0.0,
        carries: None,
        overflows,
    }
}
