//! Owns each gate before the run: the samples it will get against those it needs, and the chance
//! that it is proved when the systems do as is assumed. Must not know words.

use super::assumed::{Assumed, DESIGN_EFFECT};
use super::chance::{Chances, Events, reaches};
use super::changes::Fate;
use super::days;
use super::floors::Floor;
use super::inflow::Inflow;
use super::proofs::Proofs;
use super::selling::Selling;
use crate::history::charter::{Gate, GoWhen, Kpi, Limits};
use crate::ids::ChannelId;
use crate::judge::bar::{
    EXPOSED_MIN, LAG_MINUTES_MIN, LAG_SAMPLES_MIN, LATE_MAX, SHARE_TO_BLOCK, bad_limits,
    samples_needed,
};
use crate::scenario::Plan;
use crate::units::{Ppm, Span};

/// A chance that needs no remedy.
pub(super) const GOOD_CHANCE: f64 = 0.9;
/// The longest campaign that is proposed, as a multiple.
pub(super) const LONGEST: f64 = 10.0;

/// A gate on one scope.
#[derive(Clone, Debug)]
pub struct GateOutlook {
    /// What is gated.
    pub kpi: Kpi,
    /// Where; none is the run.
    pub channel: Option<ChannelId>,
    /// The limits in force.
    pub limits: Limits,
    /// The true share of bad events taken; of a lag, of changes beyond its limit.
    pub rate: f64,
    /// How much more they vary than independent ones.
    pub design_effect: f64,
    /// Samples expected: orders, or changes.
    pub samples: f64,
    /// Minutes with changes expected, and needed.
    pub minutes: Option<(f64, u64)>,
    /// SKUs whose empty shelf an order meets: expected, and needed whatever else is seen.
    pub exposed: Option<(f64, u64)>,
    /// The fewest samples (changes; exposed SKUs; orders) that prove it when nothing bad is seen.
    pub needed_clean: u64,
    /// The least share of bad events that the plan's own limits imply.
    pub implied: f64,
    /// Whether it can hold the run back: a channel with few orders cannot for want of samples.
    pub blocks: bool,
    /// Somebody has accepted the risk.
    pub accepted: bool,
    /// The chance that it is proved, conditions included.
    pub chance: f64,
    /// That chance, did the systems do no wrong at all.
    pub flawless: f64,
    /// What it is short of where that chance is not good.
    pub short_of: ShortOf,
    /// How many times as long the campaign must be for a good chance; none: no such length, or no
    /// need of one.
    pub length: Option<f64>,
    /// The samples it then has.
    pub good_samples: Option<f64>,
}

/// What a gate is short of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortOf {
    /// Nothing.
    Nothing,
    /// Anything that would put it to the test.
    Exercise,
    /// Speed: the plan's own limits imply more than the limit allows.
    Speed,
    /// Minutes that hold a change.
    Minutes,
    /// Changes.
    Changes,
    /// SKUs that run out.
    Exposed,
    /// Orders.
    Orders,
    /// Distance between the assumed performance and the limit.
    Margin,
}

/// What gates are looked at with.
pub(super) struct Bench<'a> {
    pub(super) plan: &'a Plan,
    pub(super) inflow: &'a Inflow,
    pub(super) selling: &'a Selling,
    pub(super) fates: &'a [Fate],
    pub(super) floors: &'a [Floor],
    pub(super) proofs: &'a Proofs,
    pub(super) chances: Chances,
    /// Accepted orders by channel.
    pub(super) accepted: Vec<f64>,
}

/// The limit of a GO as a share of bad events; of a lag one change in twenty.
pub(super) fn limit_of(gate: &Gate, go_when: GoWhen) -> Ppm {
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

/// What is expected of a gate on a scope in a campaign of some length.
#[derive(Clone, Copy, Default)]
struct Expected {
    samples: f64,
    design_effect: f64,
    rate: f64,
    implied: f64,
    minutes: Option<(f64, f64)>,
    exposed: Option<f64>,
    chance: f64,
}

impl Bench<'_> {
    /// Every gate on the run and on each channel.
    pub(super) fn gates(&self, assumed: &Assumed) -> Vec<GateOutlook> {
        self.scoped().map(|(gate, scope)| self.gate(assumed, &gate, scope)).collect()
    }

    /// The chances of those gates that can hold a GO back.
    pub(super) fn chances(&self, assumed: &Assumed) -> Vec<f64> {
        let blocking = |(gate, scope): &(Gate, Option<usize>)| {
            self.blocks(*scope) && !self.accepted_risk(gate, *scope)
        };
        let chance =
            |(gate, scope): (Gate, Option<usize>)| self.expected(assumed, &gate, scope, 1.0).chance;
        self.scoped().filter(blocking).map(chance).collect()
    }

    fn scoped(&self) -> impl Iterator<Item = (Gate, Option<usize>)> {
        let channels = 0..self.plan.charter.channels.len();
        let scopes: Vec<Option<usize>> = std::iter::once(None).chain(channels.map(Some)).collect();
        let mut gates = self.plan.charter.gates.clone();
        gates.sort_by_key(|gate| gate.kpi);
        gates
            .into_iter()
            .flat_map(move |gate| scopes.clone().into_iter().map(move |scope| (gate, scope)))
    }

    /// A channel with few of the accepted orders cannot hold the run back for want of samples.
    fn blocks(&self, scope: Option<usize>) -> bool {
        let all: f64 = self.accepted.iter().sum();
        let share = scope.map_or(1.0, |channel| self.accepted[channel] / all.max(1e-9));
        share >= SHARE_TO_BLOCK.as_f64()
    }

    fn accepted_risk(&self, gate: &Gate, scope: Option<usize>) -> bool {
        let channel = scope.map(|channel| ChannelId(channel as u16));
        self.plan.charter.accepted_risks.iter().any(|risk| {
            let covers = risk.channel.is_none() || risk.channel == channel;
            !risk.expired && risk.gate == gate.kpi && covers
        })
    }

    fn gate(&self, assumed: &Assumed, gate: &Gate, scope: Option<usize>) -> GateOutlook {
        let channel = scope.map(|channel| ChannelId(channel as u16));
        let now = self.expected(assumed, gate, scope, 1.0);
        let blocks = self.blocks(scope);
        let chance_at = |length: f64| self.expected(assumed, gate, scope, length).chance;
        let bad = blocks && now.chance < GOOD_CHANCE;
        let far = bad.then(|| chance_at(LONGEST)).filter(|chance| *chance >= GOOD_CHANCE);
        let length = far.map(|_| {
            let (mut low, mut high) = (1.0_f64, LONGEST);
            // By factors: what is asked for is small or large.
            for _ in 0..7 {
                let middle = (low * high).sqrt();
                if chance_at(middle) >= GOOD_CHANCE { high = middle } else { low = middle }
            }
            high
        });
        let flawless = Assumed { of_limit: Ppm::ZERO, stated: Vec::new(), ..assumed.clone() };
        let limit = limit_of(gate, self.plan.charter.go_when);
        let is_lag = matches!(gate.limits, Limits::LagP95 { .. });
        GateOutlook {
            kpi: gate.kpi,
            channel,
            limits: gate.limits,
            rate: now.rate,
            design_effect: now.design_effect,
            samples: now.samples,
            minutes: now.minutes.map(|(minutes, _)| (minutes, LAG_MINUTES_MIN)),
            exposed: now.exposed.map(|exposed| (exposed, EXPOSED_MIN)),
            needed_clean: if is_lag { LAG_SAMPLES_MIN } else { samples_needed(0, limit) },
            implied: now.implied,
            blocks,
            accepted: self.accepted_risk(gate, scope),
            chance: now.chance,
            flawless: self.expected(&flawless, gate, scope, 1.0).chance,
            short_of: self.short_of(gate, scope, &now),
            length,
            good_samples: length.map(|length| self.expected(assumed, gate, scope, length).samples),
        }
    }

    fn expected(
        &self,
        assumed: &Assumed,
        gate: &Gate,
        scope: Option<usize>,
        length: f64,
    ) -> Expected {
        match gate.kpi {
            Kpi::SyncLag | Kpi::PriceLag | Kpi::ListingLatency => {
                self.lag(assumed, gate, scope, length)
            }
            Kpi::HandoffSuccess | Kpi::ReconciliationVariance | Kpi::MispricedOrders => {
                self.share(assumed, gate, scope, length)
            }
            Kpi::StockCancellations | Kpi::OversoldOrders => {
                self.clustered(assumed, gate, scope, length)
            }
        }
    }

    fn lag(&self, assumed: &Assumed, gate: &Gate, scope: Option<usize>, length: f64) -> Expected {
        let floors = self.floors_of(gate.kpi, scope);
        let samples: f64 = floors.iter().map(|floor| floor.samples).sum();
        let late: f64 = floors.iter().map(|floor| floor.late * floor.samples).sum();
        let implied = if samples > 0.0 { (late / samples).max(0.0) } else { 0.0 };
        let minutes = floors.iter().map(|floor| floor.minutes);
        let minutes = minutes.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
        let minutes = (minutes.0 * length, minutes.1 * length);
        let rate = assumed.rate(gate.kpi, LATE_MAX).max(implied);
        let design_effect = assumed.design_effect.unwrap_or(DESIGN_EFFECT);
        let events = Events { n: samples * length, rate, design_effect };
        // Listings are counted; what shoppers and the merchant do at random is not.
        let drawn = self.inflow.is_drawn() && gate.kpi != Kpi::ListingLatency;
        let variance = if drawn { events.n } else { 0.0 };
        let chance = Chances::census(events, [(events.n, variance), minutes]);
        let minutes = Some(minutes);
        Expected { samples: events.n, design_effect, rate, implied, minutes, exposed: None, chance }
    }

    /// Accepted orders of a channel in a campaign so many times as long.
    fn orders(&self, channel: usize, length: f64) -> f64 {
        self.accepted[channel] * self.selling.growth_at(channel, length)
    }

    fn floors_of(&self, kpi: Kpi, scope: Option<usize>) -> Vec<&Floor> {
        let here = |floor: &&Floor| scope.is_none_or(|channel| floor.channel.index() == channel);
        self.floors.iter().filter(|floor| floor.kpi == kpi).filter(here).collect()
    }

    fn share(&self, assumed: &Assumed, gate: &Gate, scope: Option<usize>, length: f64) -> Expected {
        let limit = limit_of(gate, self.plan.charter.go_when);
        let scoped = |channel: &usize| scope.is_none_or(|scope| scope == *channel);
        let due = |channel: usize| self.orders(channel, length) * self.fates[channel].paid;
        let n: f64 = (0..self.accepted.len()).filter(scoped).map(due).sum();
        let floors = self.floors_of(Kpi::HandoffSuccess, scope);
        let orders: f64 = floors.iter().map(|floor| floor.samples).sum();
        let late: f64 = floors.iter().map(|floor| floor.late * floor.samples).sum();
        let is_handoff = gate.kpi == Kpi::HandoffSuccess;
        let implied = if is_handoff && orders > 0.0 { (late / orders).max(0.0) } else { 0.0 };
        let rate = assumed.rate(gate.kpi, limit).max(implied);
        let design_effect = assumed.design_effect.unwrap_or(DESIGN_EFFECT);
        let events = Events { n, rate, design_effect };
        let mut chance = Chances::share(events, limit);
        if is_handoff {
            chance *= self.proofs.retried(self.plan, scope, length);
        } else {
            let days = days::shares(self.plan, self.inflow, self.selling, scope);
            chance *= days::each_within(events, &days, limit);
        }
        Expected { samples: n, design_effect, rate, implied, chance, ..Expected::default() }
    }

    fn clustered(
        &self,
        assumed: &Assumed,
        gate: &Gate,
        scope: Option<usize>,
        length: f64,
    ) -> Expected {
        let limit = limit_of(gate, self.plan.charter.go_when);
        let scoped = |channel: &usize| scope.is_none_or(|scope| scope == *channel);
        let channels = (0..self.accepted.len()).filter(scoped);
        let n: f64 = channels.map(|channel| self.orders(channel, length)).sum();
        let exposed = self.selling.exposed_at(scope.map_or(0, |channel| channel + 1), length);
        let rate = assumed.rate(gate.kpi, limit);
        let design_effect = assumed.design_effect(n * rate, exposed.concentration);
        let events = Events { n, rate, design_effect };
        let mut chance = self.chances.clustered(events, limit, exposed);
        if scope.is_none() {
            chance *= self.proofs.runs_out;
        }
        let exposed = Some(exposed.mean);
        Expected { samples: n, design_effect, rate, exposed, chance, ..Expected::default() }
    }

    fn short_of(&self, gate: &Gate, scope: Option<usize>, now: &Expected) -> ShortOf {
        if now.chance >= GOOD_CHANCE {
            return ShortOf::Nothing;
        }
        let limit = limit_of(gate, self.plan.charter.go_when);
        if now.samples < 0.5 {
            return ShortOf::Exercise;
        }
        if now.implied > limit.as_f64() {
            return ShortOf::Speed;
        }
        let few = |(mean, variance): (f64, f64), wanted| reaches((mean, variance), wanted) < 0.95;
        if let Some(minutes) = now.minutes {
            if few(minutes, LAG_MINUTES_MIN) {
                return ShortOf::Minutes;
            }
            if few((now.samples, now.samples), LAG_SAMPLES_MIN) {
                return ShortOf::Changes;
            }
            return ShortOf::Margin;
        }
        if gate.kpi == Kpi::HandoffSuccess && self.proofs.retried(self.plan, scope, 1.0) < 0.95 {
            return ShortOf::Exercise;
        }
        if now.exposed.is_some() && scope.is_none() && self.proofs.runs_out < 0.95 {
            return ShortOf::Exercise;
        }
        let many = Events { n: 1e7, rate: now.rate, design_effect: now.design_effect };
        if Chances::share(many, limit) < GOOD_CHANCE {
            return ShortOf::Margin;
        }
        if now.exposed.is_some() {
            let known = super::selling::Exposed {
                mean: now.samples.min(1e6),
                variance: 0.0,
                concentration: 0.0,
            };
            let events =
                Events { n: now.samples, rate: now.rate, design_effect: now.design_effect };
            // Were every order on a SKU of its own that runs out, would that do?
            if self.chances.clustered(events, limit, known) > now.chance + 0.1 {
                return ShortOf::Exposed;
            }
        }
        ShortOf::Orders
    }
}
