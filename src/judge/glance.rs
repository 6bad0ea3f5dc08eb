//! Owns how a run stands while it goes on, from running counts alone: cheap, and no judgement.
//! Must not know bounds.

use super::hist::Hist;
use super::judgement::Verdict;
use super::orders::Flags;
use super::run::Run;
use super::shares::bad_limits;
use crate::history::charter::{Kpi, Limits, Phase};
use crate::ids::{AlertId, ChannelId, ConnectorId, FaultId};
use crate::units::{At, Money, Ppm, Qty, Span};

/// How a run stands while it goes on: cheap, and no judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Campaign time of the last fact.
    pub at: At,
    /// Facts eaten.
    pub facts: u64,
    /// The phase (index into the charter's); none before the charter and after traffic.
    pub phase: Option<usize>,
    /// Calls that were due.
    pub offered: u64,
    /// Calls that left.
    pub sent: u64,
    /// Calls answered done or refused.
    pub answered: u64,
    /// Calls under way.
    pub in_flight: u64,
    /// Orders accepted.
    pub accepted: u64,
    /// The running lag: p95 of the last minutes' lags and of the ages of all changes not shown yet,
    /// so that silence is not mistaken for health, nor one change that is lost for ill health.
    pub sync_lag: Span,
    /// Units oversold.
    pub oversold: Qty,
    /// Orders cancelled for want of stock.
    pub cancelled: u64,
    /// By channel, in the charter's order.
    pub channels: Vec<ChannelGlance>,
    /// All channels together; its running lag is that of all their changes.
    pub all: ChannelGlance,
    /// By connector, in the charter's order.
    pub connectors: Vec<ConnectorGlance>,
    /// Faults in force now, in the charter's order.
    pub in_force: Vec<FaultId>,
    /// Alerts that fire now, in the charter's order.
    pub firing: Vec<Firing>,
    /// What can be said so far: [`Verdict::NoGo`] once something must-be-zero is not,
    /// [`Verdict::GoWithConditions`] while a share or the lag is beyond its watch edge, else
    /// [`Verdict::Go`]. Proof comes only at the end.
    pub so_far: Verdict,
}

/// An alert that fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firing {
    /// Which rule's.
    pub alert: AlertId,
    /// The channel that it is about; none is all of them.
    pub channel: Option<ChannelId>,
    /// Since when.
    pub since: At,
}

/// How a channel sells, and how well it is kept up with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChannelGlance {
    /// Orders accepted.
    pub accepted: u64,
    /// Orders refused.
    pub refused: u64,
    /// Units oversold.
    pub oversold: Qty,
    /// Money of the orders accepted.
    pub money: Money,
    /// Accepted orders with an oversold unit.
    pub oversold_orders: u64,
    /// Orders cancelled for want of stock.
    pub cancelled: u64,
    /// Accepted orders charged a price that was not valid.
    pub mispriced: u64,
    /// Orders that the OMS had, or has, to hold.
    pub due: u64,
    /// Of these, those held late, twice or altered, or not by their deadline.
    pub missed: u64,
    /// The running lag of stock, as [`Glance::sync_lag`].
    pub sync_lag: Span,
    /// The age of the oldest change of stock that is due and not shown; zero: all is shown.
    pub oldest_unshown: Span,
    /// Attempts to update the channel that came back.
    pub tried: u64,
    /// Of these, those answered that it was too much at once (429).
    pub throttled: u64,
    /// Attempts to hand an order of the channel over that came back.
    pub handoffs: u64,
    /// Of these, those that came back otherwise than done.
    pub handoffs_failed: u64,
}

/// How a connector keeps up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectorGlance {
    /// Jobs in its queues when they were last sampled.
    pub depth: u64,
    /// Jobs it gave up.
    pub gave_up: u64,
}

impl std::iter::Sum for ChannelGlance {
    /// Of lags and ages the worst.
    fn sum<I: Iterator<Item = ChannelGlance>>(all: I) -> ChannelGlance {
        all.fold(ChannelGlance::default(), |sum, one| ChannelGlance {
            accepted: sum.accepted + one.accepted,
            refused: sum.refused + one.refused,
            oversold: sum.oversold + one.oversold,
            money: sum.money + one.money,
            oversold_orders: sum.oversold_orders + one.oversold_orders,
            cancelled: sum.cancelled + one.cancelled,
            mispriced: sum.mispriced + one.mispriced,
            due: sum.due + one.due,
            missed: sum.missed + one.missed,
            sync_lag: sum.sync_lag.max(one.sync_lag),
            oldest_unshown: sum.oldest_unshown.max(one.oldest_unshown),
            tried: sum.tried + one.tried,
            throttled: sum.throttled + one.throttled,
            handoffs: sum.handoffs + one.handoffs,
            handoffs_failed: sum.handoffs_failed + one.handoffs_failed,
        })
    }
}

impl Glance {
    /// Nothing has happened yet.
    pub(super) fn nothing() -> Glance {
        Glance {
            at: At::START,
            facts: 0,
            phase: None,
            offered: 0,
            sent: 0,
            answered: 0,
            in_flight: 0,
            accepted: 0,
            sync_lag: Span::ZERO,
            oversold: Qty::ZERO,
            cancelled: 0,
            channels: Vec::new(),
            all: ChannelGlance::default(),
            connectors: Vec::new(),
            in_force: Vec::new(),
            firing: Vec::new(),
            so_far: Verdict::Go,
        }
    }

    /// The verdict so far in a word: nothing is proved before the end.
    pub fn word(&self) -> &'static str {
        match self.so_far {
            Verdict::NoGo => "NO-GO",
            Verdict::GoWithConditions | Verdict::Inconclusive => "at risk",
            Verdict::Go => "on track",
        }
    }
}

impl Run {
    /// How the run stands, from running counts alone. Takes the time of a look at every order and
    /// change that is under way.
    pub(super) fn glance(&self, facts: u64) -> Glance {
        let now = self.last.at;
        let mut phases = self.charter.phases.iter();
        let is_on = |phase: &Phase| phase.from <= now && now < phase.until;
        let (channels, lags) = self.channel_glances();
        let all: ChannelGlance = channels.iter().copied().sum();
        let sync_lag = lags.percentiles().p95.unwrap_or(Span::ZERO);
        let all = ChannelGlance { sync_lag, ..all };
        Glance {
            at: now,
            facts,
            phase: if self.traffic_ended.is_some() { None } else { phases.position(is_on) },
            offered: self.load.sent + self.load.unsent,
            sent: self.load.sent,
            answered: self.load.answered,
            in_flight: self.load.in_flight(),
            accepted: all.accepted,
            sync_lag,
            oversold: all.oversold,
            cancelled: all.cancelled,
            channels,
            all,
            connectors: self.connector_glances(),
            in_force: self.in_force(),
            firing: self.firing(),
            so_far: self.so_far(&all),
        }
    }

    /// What is seen of all channels together, so far.
    fn so_far(&self, all: &ChannelGlance) -> Verdict {
        let must_be_zero = [
            &self.ways.duplicate,
            &self.ways.ghost,
            &self.ways.altered,
            &self.ways.double,
            &self.repeated,
            &self.ledger.lost_update,
        ];
        let limits = |kpi| {
            let gate = self.charter.gates.iter().find(|gate| gate.kpi == kpi);
            gate.map_or(Limits::standard(kpi), |gate| gate.limits)
        };
        let beyond = |kpi, bad, of| Ppm::of(bad, of) > bad_limits(limits(kpi)).1;
        let shares = [
            (Kpi::OversoldOrders, all.oversold_orders, all.accepted),
            (Kpi::StockCancellations, all.cancelled, all.accepted),
            (Kpi::MispricedOrders, all.mispriced, all.accepted),
            (Kpi::HandoffSuccess, all.missed, all.due),
        ];
        let late = match limits(Kpi::SyncLag) {
            Limits::LagP95 { watch, .. } => all.sync_lag > watch,
            Limits::AtMost { .. } | Limits::AtLeast { .. } => false,
        };
        if must_be_zero.iter().any(|breaches| breaches.definite > 0) {
            Verdict::NoGo
        } else if late || shares.into_iter().any(|(kpi, bad, of)| beyond(kpi, bad, of)) {
            Verdict::GoWithConditions
        } else {
            Verdict::Go
        }
    }

    /// Each channel, and what the running lag of all of them is made of.
    fn channel_glances(&self) -> (Vec<ChannelGlance>, Hist) {
        let (now, mut lags, in_time) = (self.last.at, Hist::default(), self.open_in_time());
        let each = self.ways.ways.iter().enumerate().map(|(place, way)| {
            let channel = ChannelId(place as u16);
            let running = self.stock_lag.running(channel, now);
            lags.merge(&running);
            let oldest = self.stock_lag.peek_oldest(channel);
            ChannelGlance {
                accepted: way.accepted,
                refused: self.refusals[place].iter().sum(),
                oversold: self.supplies.totals[place].oversold,
                money: way.money,
                oversold_orders: way.oversold_orders,
                cancelled: way.cancelled,
                mispriced: self.mispriced.by_channel[place],
                due: way.due,
                missed: way.due.saturating_sub(way.good + in_time[place]),
                sync_lag: running.percentiles().p95.unwrap_or(Span::ZERO),
                oldest_unshown: oldest.map_or(Span::ZERO, |start| now.since(start)),
                tried: self.running.tried[place],
                throttled: self.throttled[place],
                handoffs: self.running.handoffs[place][0],
                handoffs_failed: self.running.handoffs[place][1],
            }
        });
        (each.collect(), lags)
    }

    /// Orders by channel that are due, not held, and not late yet.
    fn open_in_time(&self) -> Vec<u64> {
        let (orders, within) = (&self.ways.orders, self.ways.promises.handoff_within);
        let mut open = vec![0; self.charter.channels.len()];
        for (order, pending) in orders.pending.iter() {
            let is_late = pending.ours == At::NEVER || self.last.at > pending.ours + within;
            if !is_late && orders.get(order).is_some_and(|o| !o.flags.has(Flags::EXEMPT)) {
                open[order.channel.index()] += 1;
            }
        }
        for behind in self.ways.behind(self.last.at) {
            let in_time = behind.in_time && orders.is_due(behind.order);
            open[behind.order.channel.index()] += u64::from(in_time);
        }
        open
    }

    fn connector_glances(&self) -> Vec<ConnectorGlance> {
        let gave_up = self.running.gave_up.iter();
        let mut all: Vec<ConnectorGlance> =
            gave_up.map(|&gave_up| ConnectorGlance { depth: 0, gave_up }).collect();
        for (&(ConnectorId(connector), _), queue) in &self.partitions {
            all[usize::from(connector)].depth += u64::from(queue.depth);
        }
        all
    }

    fn firing(&self) -> Vec<Firing> {
        let firing = self.alarms.firing();
        firing.map(|(alert, channel, since)| Firing { alert, channel, since }).collect()
    }

    fn in_force(&self) -> Vec<FaultId> {
        let faults = (0..self.charter.faults.len()).map(|place| FaultId(place as u16));
        faults.filter(|fault| self.injected.is_in_force(*fault)).collect()
    }
}
