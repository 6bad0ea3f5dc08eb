//! Owns each gate before the run: the samples it will get against those that a proof needs, in one
//! replication and in as many as are ever pooled. Must not know words, nor how the systems do.

use super::floors::Floor;
use super::taken::Taken;
use crate::history::charter::{Gate, GoWhen, Kpi, Limits};
use crate::ids::ChannelId;
use crate::judge::bar::{
    LAG_MINUTES_MIN, LAG_SAMPLES_MIN, LATE_MAX, SHARE_TO_BLOCK, bad_limits, samples_needed,
};
use crate::scenario::Plan;
use crate::units::{Ppm, Span};

/// Replications that are pooled at most: what these cannot prove nothing can.
pub const REPLICATIONS_MOST: u64 = 960;

/// A gate on one scope.
#[derive(Clone, Debug)]
pub struct GateOutlook {
    /// What is gated.
    pub kpi: Kpi,
    /// Where; none is the run.
    pub channel: Option<ChannelId>,
    /// The limits in force.
    pub limits: Limits,
    /// Samples expected in a replication: orders, or changes.
    pub samples: f64,
    /// Minutes with changes expected; none: not a lag.
    pub minutes: Option<f64>,
    /// SKUs that run out in a replication, where that is what counts and somebody looked.
    pub exposed: Option<f64>,
    /// The fewest samples (changes; SKUs that run out; orders) that prove it with nothing bad seen.
    pub needed: u64,
    /// Whether it can hold a GO back: a channel with few orders cannot for want of samples.
    pub blocks: bool,
    /// Somebody has accepted the risk.
    pub accepted: bool,
    /// What it takes to prove it.
    pub proof: Provable,
}

/// What it takes to prove a gate, were nothing bad ever seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Provable {
    /// So many replications, about; 1 is one run.
    In(u64),
    /// Nothing that it counts ever happens.
    NothingCounted,
    /// Orders are offered, and none was seen to be accepted.
    NothingTaken,
    /// Too little of it happens, in as many replications as are ever pooled.
    TooFew,
    /// The plan's own times put at least this share beyond its limit.
    TooLate(f64),
}

/// What gates are looked at with.
pub(super) struct Bench<'a> {
    pub(super) plan: &'a Plan,
    pub(super) taken: &'a Taken,
    pub(super) floors: &'a [Floor],
    /// Orders by channel: offered, and accepted.
    pub(super) offered: Vec<f64>,
    pub(super) accepted: Vec<f64>,
    /// The share of accepted orders that is paid, by channel.
    pub(super) paid: Vec<f64>,
}

/// The limit of a GO as a share of bad events; of a lag one change in twenty.
fn limit_of(gate: &Gate, go_when: GoWhen) -> Ppm {
    if matches!(gate.limits, Limits::LagP95 { .. }) {
        return LATE_MAX;
    }
    let (healthy, watch) = bad_limits(gate.limits);
    if go_when == GoWhen::Healthy { healthy } else { watch }
}

/// The limit of a GO on a lag.
pub(super) fn lag_limit(limits: Limits, go_when: GoWhen) -> Span {
    match (limits, go_when) {
        (Limits::LagP95 { healthy, .. }, GoWhen::Healthy) => healthy,
        (Limits::LagP95 { watch, .. }, GoWhen::Watch) => watch,
        _ => Span::ZERO,
    }
}

impl Bench<'_> {
    /// Every gate on the run and on each channel.
    pub(super) fn gates(&self) -> Vec<GateOutlook> {
        let mut gates = self.plan.charter.gates.clone();
        gates.sort_by_key(|gate| gate.kpi);
        let scopes = || std::iter::once(None).chain((0..self.accepted.len()).map(Some));
        let of = |gate: &Gate| scopes().map(|scope| self.gate(gate, scope)).collect::<Vec<_>>();
        gates.iter().flat_map(of).collect()
    }

    /// A channel with few of the orders cannot hold the run back for want of samples; one that
    /// wants many and is refused them all can.
    fn blocks(&self, scope: Option<usize>) -> bool {
        let share = |of: &[f64], channel: usize| of[channel] / of.iter().sum::<f64>().max(1e-9);
        scope.is_none_or(|channel| {
            share(&self.offered, channel).max(share(&self.accepted, channel))
                >= SHARE_TO_BLOCK.as_f64()
        })
    }

    fn accepted_risk(&self, gate: &Gate, channel: Option<ChannelId>) -> bool {
        self.plan.charter.accepted_risks.iter().any(|risk| {
            let covers = risk.channel.is_none() || risk.channel == channel;
            !risk.expired && risk.gate == gate.kpi && covers
        })
    }

    fn gate(&self, gate: &Gate, scope: Option<usize>) -> GateOutlook {
        let channel = scope.map(|channel| ChannelId(channel as u16));
        let is_lag = matches!(gate.limits, Limits::LagP95 { .. });
        let limit = limit_of(gate, self.plan.charter.go_when);
        let floors = self.floors_of(gate.kpi, scope);
        let in_floors: f64 = floors.iter().map(|floor| floor.samples).sum();
        let late = floors.iter().map(|floor| floor.late * floor.samples).sum::<f64>();
        let late = if in_floors > 0.0 { late / in_floors } else { 0.0 };
        let minutes = floors.iter().map(|floor| floor.minutes).fold(0.0, f64::max);
        let minutes = is_lag.then_some(minutes);
        let clusters = matches!(gate.kpi, Kpi::StockCancellations | Kpi::OversoldOrders);
        // Where stock lies at several locations, what runs out at one counts too: nobody looked.
        let one_place = self.plan.charter.locations.is_empty();
        let exposed = self.taken.sold_out.filter(|_| clusters && one_place);
        let samples = if is_lag { in_floors } else { self.orders(gate.kpi, scope) };
        let needed = if is_lag { LAG_SAMPLES_MIN } else { samples_needed(0, limit) };
        let proof = match exposed {
            // Charged rightly at prices that never change says nothing.
            _ if gate.kpi == Kpi::MispricedOrders && !self.reprices() => Provable::NothingCounted,
            _ if samples <= 0.0 && !is_lag && self.wanted(scope) > 0.0 => Provable::NothingTaken,
            // A channel's own sales that come back may have to be shown: nothing is certain.
            _ if samples <= 0.0 && gate.kpi == Kpi::SyncLag && self.wanted(scope) > 0.0 => {
                Provable::In(1)
            }
            _ if samples <= 0.0 => Provable::NothingCounted,
            _ if late > limit.as_f64() => Provable::TooLate(late),
            // That no SKU ran out in a few replications says nothing of many.
            Some(exposed) if exposed > 0.0 => provable(exposed.min(samples), needed),
            _ => provable(samples, needed).and(minutes, LAG_MINUTES_MIN),
        };
        GateOutlook {
            kpi: gate.kpi,
            channel,
            limits: gate.limits,
            samples,
            minutes,
            exposed,
            needed,
            blocks: self.blocks(scope),
            accepted: self.accepted_risk(gate, channel),
            proof,
        }
    }

    /// The orders that a share is a share of.
    fn orders(&self, kpi: Kpi, scope: Option<usize>) -> f64 {
        let of_paid = matches!(kpi, Kpi::HandoffSuccess | Kpi::ReconciliationVariance);
        let due = |channel: usize| {
            self.accepted[channel] * if of_paid { self.paid[channel] } else { 1.0 }
        };
        match scope {
            Some(channel) => due(channel),
            None => (0..self.accepted.len()).map(due).sum(),
        }
    }

    fn reprices(&self) -> bool {
        self.floors_of(Kpi::PriceLag, None).iter().any(|floor| floor.samples > 0.0)
    }

    fn wanted(&self, scope: Option<usize>) -> f64 {
        scope.map_or_else(|| self.offered.iter().sum(), |channel| self.offered[channel])
    }

    fn floors_of(&self, kpi: Kpi, scope: Option<usize>) -> Vec<&Floor> {
        let here = |floor: &&Floor| scope.is_none_or(|channel| floor.channel.index() == channel);
        self.floors.iter().filter(|floor| floor.kpi == kpi).filter(here).collect()
    }
}

/// In how many replications of so many samples each there are as many as are needed.
fn provable(samples: f64, needed: u64) -> Provable {
    let replications = (needed as f64 / samples).ceil().max(1.0);
    if replications <= REPLICATIONS_MOST as f64 {
        Provable::In(replications as u64)
    } else {
        Provable::TooFew
    }
}

impl Provable {
    /// Both this and so many minutes with changes, where a lag needs them. In a single run fewer
    /// minutes do when no change at all is late.
    fn and(self, minutes: Option<f64>, needed: u64) -> Provable {
        match (self, minutes.map(|minutes| provable(minutes, needed))) {
            (Provable::In(most), Some(Provable::In(more))) if most > 1 => {
                Provable::In(most.max(more))
            }
            (seen, _) => seen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replications_are_as_many_as_the_samples_need() {
        assert_eq!(provable(249.0, 249), Provable::In(1));
        assert_eq!(provable(248.0, 249), Provable::In(2));
        assert_eq!(provable(0.26, 249), Provable::In(958));
        assert_eq!(provable(0.25, 249), Provable::TooFew);
        // Two edges of a promotion, 30 changes: two replications for 59 changes, ten for 20
        // minutes.
        assert_eq!(provable(30.0, 59).and(Some(2.0), 20), Provable::In(10));
        // In one run it is enough that none is late.
        assert_eq!(provable(60.0, 59).and(Some(2.0), 20), Provable::In(1));
    }
}
