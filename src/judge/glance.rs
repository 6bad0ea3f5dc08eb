//! Owns how a run stands while it goes on, from running counts alone: cheap, and no judgement.
//! Must not know bounds.

use super::fold::{ChannelGlance, Glance};
use super::judgement::Verdict;
use super::run::Run;
use crate::history::charter::{Kpi, Limits};
use crate::units::Ppm;

impl Run {
    /// How the run stands, from running counts alone.
    pub(super) fn glance(&self, facts: u64) -> Glance {
        let ways = &self.ways.ways;
        let now = self.last.at;
        let phases = self.charter.phases.iter();
        let accepted: u64 = ways.iter().map(|way| way.accepted).sum();
        let cancelled: u64 = ways.iter().map(|way| way.cancelled).sum();
        let oversold_orders: u64 = ways.iter().map(|way| way.oversold_orders).sum();
        let sync_lag = self.lag_signal();
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
        let beyond = |kpi, bad| match limits(kpi) {
            Limits::AtMost { watch, .. } => Ppm::of(bad, accepted) > watch,
            _ => false,
        };
        let late = match limits(Kpi::SyncLag) {
            Limits::LagP95 { watch, .. } => sync_lag > watch,
            _ => false,
        };
        let so_far = if must_be_zero.iter().any(|breaches| breaches.definite > 0) {
            Verdict::NoGo
        } else if late
            || beyond(Kpi::OversoldOrders, oversold_orders)
            || beyond(Kpi::StockCancellations, cancelled)
        {
            Verdict::GoWithConditions
        } else {
            Verdict::Go
        };
        Glance {
            at: now,
            facts,
            phase: phases.clone().position(|phase| phase.from <= now && now < phase.until),
            offered: self.load.sent + self.load.unsent,
            sent: self.load.sent,
            answered: self.load.answered,
            in_flight: self.load.in_flight(),
            accepted,
            sync_lag,
            oversold: self.supplies.totals.iter().map(|totals| totals.oversold).sum(),
            cancelled,
            channels: self.channel_glances(),
            so_far,
        }
    }

    fn channel_glances(&self) -> Vec<ChannelGlance> {
        let ways = self.ways.ways.iter().zip(&self.refusals).zip(&self.supplies.totals);
        ways.map(|((way, refusals), shelf)| ChannelGlance {
            accepted: way.accepted,
            refused: refusals.iter().sum(),
            oversold: shelf.oversold,
            money: way.money,
        })
        .collect()
    }
}
