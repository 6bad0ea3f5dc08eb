//! Owns what comes against what can be served: workers of a connector, and limits on calls.
//! Must not know what waiting does to anybody: that is seen when it is played.

use std::ops::Range;

use super::calls::{CallKind, Calls};
use super::changes::{Changes, Grid, add};
use super::keys;
use crate::commerce::limiter::{LimitedOp, LimiterKind, LimiterTerms};
use crate::commerce::terms::ConnectorPlay;
use crate::ids::{ChannelId, ConnectorId};
use crate::scenario::Plan;
use crate::units::{At, Span};

/// Who serves.
#[derive(Clone, Debug, PartialEq)]
pub enum Server {
    /// Workers of a connector.
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

/// What comes to a server.
#[derive(Clone, Debug)]
pub struct Load {
    /// Whose it is.
    pub of: Server,
    /// Jobs or calls a second in the quietest phase.
    pub base_per_s: f64,
    /// … in the busiest.
    pub peak_per_s: f64,
    /// What it can serve, a second; none where there is only a sum for the day.
    pub capacity_per_s: Option<f64>,
    /// What comes ÷ what it serves in the busiest phase; of a daily quota the calls ÷ the quota.
    pub utilisation: f64,
    /// Accepted orders a second that it can carry, all that they cause included; and those of the
    /// busiest phase. None where orders cause it no work.
    pub carries: Option<(f64, f64)>,
    /// When a daily quota is used up.
    pub used_up: Option<At>,
    /// Keys of the scenario that would give more room.
    pub keys: Vec<String>,
}

/// What loads are reckoned with.
pub(super) struct Setting<'a> {
    pub(super) plan: &'a Plan,
    pub(super) changes: &'a Changes,
    pub(super) calls: &'a [Calls],
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

    fn in_busiest(&self, cells: &[f64]) -> f64 {
        self.rate(cells, &self.busy)
    }

    /// Accepted orders a second in the busiest phase, of these channels.
    fn accepted(&self, channels: impl Iterator<Item = usize>) -> f64 {
        channels.map(|channel| self.in_busiest(&self.changes.accepted[channel])).sum()
    }

    fn load(&self, of: Server, jobs: &[f64], capacity: f64) -> Load {
        let peak_per_s = self.in_busiest(jobs);
        Load {
            of,
            base_per_s: self.rate(jobs, &self.quiet),
            peak_per_s,
            capacity_per_s: Some(capacity),
            utilisation: peak_per_s / capacity,
            carries: None,
            used_up: None,
            keys: Vec::new(),
        }
    }
}

/// Every load of the plan.
pub(super) fn loads(setting: &Setting<'_>) -> Vec<Load> {
    let world = &setting.plan.world;
    // The times of a described connector are whole: nothing waits in it.
    let played = world.connectors.iter().enumerate().filter(|(_, c)| c.described.is_none());
    let mut loads: Vec<Load> = played.map(|(place, c)| workers(setting, place, c)).collect();
    for (place, channel) in world.channels.iter().enumerate() {
        let id = ChannelId(place as u16);
        for limit in &channel.limits {
            let of = Server::Channel(id, limit.on.iter().map(|op| named(*op)).collect());
            let load = limited(setting, of, limit, |e| e.answered_by() == Some(id));
            loads.push(Load { keys: keys::channel_limit(setting.plan, id), ..load });
        }
    }
    for limit in &world.oms.limits {
        let of = Server::Oms(limit.on.iter().map(|op| named(*op)).collect());
        let load = limited(setting, of, limit, CallKind::asks_oms);
        loads.push(Load { keys: vec!["oms.limits".to_owned()], ..load });
    }
    loads
}

/// Whether a limit counts calls of this kind.
pub(super) fn counts(limit: &LimiterTerms, endpoint: CallKind) -> bool {
    endpoint.limited_as().is_some_and(|op| limit.on.is_empty() || limit.on.contains(&op))
}

fn limited(
    setting: &Setting<'_>,
    of: Server,
    limit: &LimiterTerms,
    asks: impl Fn(CallKind) -> bool,
) -> Load {
    let mut jobs = vec![0.0; setting.grid().cells];
    let mut by_orders = 0.0;
    for calls in setting.calls {
        if !asks(calls.endpoint) || !counts(limit, calls.endpoint) {
            continue;
        }
        add(&mut jobs, &calls.cells);
        let pushes_stock = matches!(calls.endpoint, CallKind::PushStock(_));
        if pushes_stock || calls.endpoint.limited_as() == Some(LimitedOp::Order) {
            by_orders += setting.in_busiest(&calls.cells);
        }
    }
    let Some(capacity) = sustained(limit.kind) else {
        return quota(setting, of, limit.kind, &jobs);
    };
    let mut load = setting.load(of, &jobs, capacity);
    let accepted = setting.accepted(0..setting.changes.accepted.len());
    load.carries = carries(load.peak_per_s, by_orders, capacity, accepted);
    load
}

/// A connector's workers. Stock updates are dealt out to its queues by SKU, so that one of them has
/// more than its share: at best all have the same.
fn workers(setting: &Setting<'_>, place: usize, connector: &ConnectorPlay) -> Load {
    let capacity = f64::from(connector.workers) / connector.service.mean().as_secs_f64().max(1e-9);
    let mut jobs = vec![0.0; setting.grid().cells];
    let mut by_orders = 0.0;
    for calls in setting.calls.iter().filter(|calls| calls.connector == place) {
        let worked_on = match calls.endpoint {
            CallKind::PushStock(_) | CallKind::Handoff(_) | CallKind::Reserve(_) => {
                by_orders += setting.in_busiest(&calls.cells);
                true
            }
            CallKind::PushPrice(_) | CallKind::PushListing(_) => true,
            _ => false,
        };
        if worked_on {
            add(&mut jobs, &calls.cells);
        }
    }
    let id = ConnectorId(place as u16);
    let mut load = setting.load(Server::Workers(id), &jobs, capacity);
    load.keys = keys::workers(setting.plan, id);
    let own = setting.accepted(connector.channels.iter().map(|id| id.index()));
    load.carries = carries(load.peak_per_s, by_orders, capacity, own);
    load
}

/// Accepted orders a second that fit into what other work leaves, and those that come.
fn carries(load: f64, by_orders: f64, capacity: f64, accepted: f64) -> Option<(f64, f64)> {
    let each = by_orders / accepted;
    let beside = load - by_orders;
    (by_orders > 1e-12).then(|| (((capacity - beside) / each).max(0.0), accepted))
}

/// Calls a second that a limit lets through for long; none for a quota, which is a sum.
pub(super) fn sustained(kind: LimiterKind) -> Option<f64> {
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
fn quota(setting: &Setting<'_>, of: Server, kind: LimiterKind, jobs: &[f64]) -> Load {
    const DAY_US: u64 = 86_400_000_000;
    let LimiterKind::DailyQuota { calls, first_reset } = kind else {
        unreachable!("only a quota has no rate");
    };
    let day = |cell: usize| {
        let at = setting.grid().start(cell);
        if at < first_reset { 0 } else { at.since(first_reset).0 / DAY_US + 1 }
    };
    let (mut today, mut used, mut most, mut used_up) = (0, 0.0, 0.0_f64, None);
    for (cell, n) in jobs.iter().enumerate() {
        if day(cell) != today {
            (today, used) = (day(cell), 0.0);
        }
        used += n;
        most = most.max(used);
        if used > f64::from(calls) {
            used_up.get_or_insert(setting.grid().start(cell));
        }
    }
    let capacity = f64::from(calls);
    let load = setting.load(of, jobs, capacity);
    Load { capacity_per_s: None, utilisation: most / capacity, used_up, ..load }
}
