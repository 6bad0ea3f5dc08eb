//! Owns how a run stands while it goes on as `state.json` states it: what the health page shows and
//! `/metrics` counts. Must not know how it looks, nor who asks.
//!
//! Integers and strings only, as in `summary.json`. Additions keep the version; anything else
//! raises it.

pub mod metrics;
pub mod page;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::history::charter::{AlertRule, Charter, Kpi, Limits};
use crate::ids::ChannelId;
use crate::judge::{ChannelGlance, ConnectorGlance, Firing, Glance, UnderWay};
use crate::units::Span;

/// The version of this contract.
pub const HEALTH_VERSION: u32 = 1;

/// The campaign that is watched, and what may be said of it.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The terms.
    pub charter: Charter,
    /// Whether its name and the names of its faults are kept to ourselves.
    pub blind: bool,
}

/// How a run stands while it goes on: no judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "doorbuster state")]
pub struct Health {
    /// The version of this contract.
    #[schemars(extend("const" = HEALTH_VERSION))]
    pub version: u32,
    /// The program that says so.
    pub made_by: String,
    /// The campaign's name; null in a blind run.
    pub campaign: Option<String>,
    /// Whether names that would give away what is tried are kept back until the debrief.
    pub blind: bool,
    /// Campaign time of the last fact, in microseconds since the campaign began.
    pub at_us: u64,
    /// When traffic ends by plan.
    pub traffic_ends_us: u64,
    /// When observation ends at the latest.
    pub drain_ends_us: u64,
    /// Campaign time against wall time, in thousandths.
    pub speed_milli: u64,
    /// The phases, in their order.
    pub phases: Vec<String>,
    /// The phase it is in; null before the first and after traffic.
    pub phase: Option<String>,
    /// How it stands so far; nothing is proved before the end.
    pub so_far: SoFar,
    /// Facts so far.
    pub facts: u64,
    /// The load.
    pub load: LoadHealth,
    /// What is under way.
    pub under_way: UnderWayHealth,
    /// The edges of the bands of sync lag.
    pub sync_lag_edges: LagEdges,
    /// All channels together.
    pub all: ChannelHealth,
    /// By channel.
    pub channels: Vec<ChannelHealth>,
    /// By connector.
    pub connectors: Vec<ConnectorHealth>,
    /// Rules that raise alerts, and whether each fires, on each of its channels.
    pub alerts: Vec<AlertHealth>,
    /// Faults that are planned, and whether each is in force; null in a blind run.
    pub faults: Option<Vec<FaultHealth>>,
}

/// How a run stands so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SoFar {
    /// No share and no lag is beyond its watch edge.
    #[serde(rename = "on track")]
    OnTrack,
    /// A share or the running lag is beyond its watch edge.
    #[serde(rename = "at risk")]
    AtRisk,
    /// Something that must be zero is not.
    #[serde(rename = "NO-GO")]
    NoGo,
}

impl SoFar {
    /// Every one, best first.
    pub const ALL: [SoFar; 3] = [SoFar::OnTrack, SoFar::AtRisk, SoFar::NoGo];

    /// As people say it.
    pub fn word(self) -> &'static str {
        match self {
            SoFar::OnTrack => "on track",
            SoFar::AtRisk => "at risk",
            SoFar::NoGo => "NO-GO",
        }
    }
}

/// Calls by shoppers and merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadHealth {
    /// Due.
    pub offered: u64,
    /// Sent.
    pub sent: u64,
    /// Answered done or refused.
    pub answered: u64,
    /// Sent and not answered yet.
    pub in_flight: u64,
}

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnderWayHealth {
    /// Orders that are ours to fulfil and not in the OMS.
    pub orders: u64,
    /// Orders that wait for their payment.
    pub unpaid: u64,
    /// Changes of stock, prices and listings that a channel does not show yet.
    pub changes: u64,
    /// Jobs in connectors' queues when they were last sampled.
    pub jobs: u64,
}

/// The two edges of the bands of sync lag, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LagEdges {
    /// Healthy up to here.
    pub healthy_us: u64,
    /// Watch up to here, intervention beyond.
    pub watch_us: u64,
}

/// Where a running lag lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LagBand {
    /// Up to the healthy edge.
    Healthy,
    /// Up to the watch edge.
    Watch,
    /// Beyond it.
    Intervention,
}

impl LagEdges {
    fn of(charter: &Charter) -> LagEdges {
        let gate = charter.gates.iter().find(|gate| gate.kpi == Kpi::SyncLag);
        let limits = gate.map_or(Limits::standard(Kpi::SyncLag), |gate| gate.limits);
        let edges =
            |healthy: Span, watch: Span| LagEdges { healthy_us: healthy.0, watch_us: watch.0 };
        match limits {
            Limits::LagP95 { healthy, watch } => edges(healthy, watch),
            Limits::AtMost { .. } | Limits::AtLeast { .. } => edges(Span::ZERO, Span::ZERO),
        }
    }

    fn band(self, lag: Span) -> LagBand {
        if lag.0 <= self.healthy_us {
            LagBand::Healthy
        } else if lag.0 <= self.watch_us {
            LagBand::Watch
        } else {
            LagBand::Intervention
        }
    }
}

/// How a channel sells, and how well it is kept up with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelHealth {
    /// Its name.
    pub name: String,
    /// Orders accepted.
    pub accepted: u64,
    /// Orders turned away.
    pub turned_away: u64,
    /// The running sync lag: p95 of the last minutes' lags and of the ages of all changes that are
    /// not shown yet, in microseconds.
    pub sync_lag_us: u64,
    /// Where that lies.
    pub sync_lag_band: LagBand,
    /// The age of the oldest change of stock that is not shown; 0: all are.
    pub oldest_unshown_us: u64,
    /// Orders that the OMS had, or has, to hold.
    pub handoffs_due: u64,
    /// Of these, those held late, twice or altered, or not by their deadline.
    pub handoffs_missed: u64,
    /// Accepted orders with an oversold unit.
    pub oversold_orders: u64,
    /// Units oversold.
    pub oversold_units: i64,
    /// Orders cancelled for want of stock.
    pub cancelled: u64,
    /// Accepted orders charged a price that was not valid.
    pub mispriced: u64,
    /// Attempts to update the channel that came back.
    pub updates_tried: u64,
    /// Of these, those answered that it was too much at once (429).
    pub updates_throttled: u64,
}

/// How a connector keeps up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectorHealth {
    /// Its name.
    pub name: String,
    /// Jobs in its queues when they were last sampled.
    pub queue_depth: u64,
    /// Jobs it gave up: what they carried is lost unless something newer replaces it.
    pub gave_up: u64,
}

/// A rule that raises an alert, on one channel or on all of them together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AlertHealth {
    /// Its name.
    pub name: String,
    /// What is watched, above what, for how long; in words.
    pub condition: String,
    /// The channel; null is all of them together.
    pub channel: Option<String>,
    /// How bad it is: `warning`, `critical`.
    pub severity: String,
    /// Who is told; null: nobody owns it.
    pub owner: Option<String>,
    /// Since when it fires; null: it does not.
    pub firing_since_us: Option<u64>,
}

/// A fault injected on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FaultHealth {
    /// Its name.
    pub name: String,
    /// Whether it is in force now.
    pub in_force: bool,
}

impl Health {
    /// What a glance at a run says.
    pub fn of(watched: &Watched, glance: &Glance, under_way: UnderWay) -> Health {
        let Watched { charter, blind } = watched;
        let edges = LagEdges::of(charter);
        let seen = |place| glance.channels.get(place).copied().unwrap_or_default();
        let channels = charter.channels.iter().enumerate();
        let connectors = charter.connectors.iter().enumerate();
        let jobs = |place| glance.connectors.get(place).copied().unwrap_or_default();
        let phases = charter.phases.iter().map(|phase| phase.name.clone());
        let phase = glance.phase.and_then(|place| charter.phases.get(place));
        Health {
            version: HEALTH_VERSION,
            made_by: concat!("doorbuster ", env!("CARGO_PKG_VERSION")).to_owned(),
            campaign: (!blind).then(|| charter.campaign.clone()),
            blind: *blind,
            at_us: glance.at.0,
            traffic_ends_us: charter.traffic_ends.0,
            drain_ends_us: (charter.traffic_ends + charter.drain).0,
            speed_milli: charter.speed_milli,
            phases: phases.collect(),
            phase: phase.map(|phase| phase.name.clone()),
            so_far: so_far(glance),
            facts: glance.facts,
            load: LoadHealth::of(glance),
            under_way: under_way.into(),
            sync_lag_edges: edges,
            all: ChannelHealth::of("all channels", glance.all, edges),
            channels: channels.map(|(i, c)| ChannelHealth::of(&c.name, seen(i), edges)).collect(),
            connectors: connectors.map(|(i, c)| ConnectorHealth::of(&c.name, jobs(i))).collect(),
            alerts: alerts(charter, glance),
            faults: (!blind).then(|| faults(charter, glance)),
        }
    }

    /// As it is sent.
    pub fn to_json(&self) -> Vec<u8> {
        super::publish::json(self)
    }
}

fn so_far(glance: &Glance) -> SoFar {
    let said = SoFar::ALL.into_iter().find(|so_far| so_far.word() == glance.word());
    said.expect("a glance says one of these words")
}

fn alerts(charter: &Charter, glance: &Glance) -> Vec<AlertHealth> {
    let one = |place: usize, rule: &AlertRule, channel: Option<ChannelId>| {
        let mut firing = glance.firing.iter();
        let is_it = |f: &&Firing| f.alert.index() == place && f.channel == channel;
        let name = |id: ChannelId| charter.channels.get(id.index()).map(|c| c.name.clone());
        AlertHealth {
            name: rule.name.clone(),
            condition: rule.condition(),
            channel: channel.and_then(name),
            severity: rule.severity.word().to_owned(),
            owner: rule.owner.clone(),
            firing_since_us: firing.find(is_it).map(|firing| firing.since.0),
        }
    };
    let rules = charter.alerts.iter().enumerate();
    rules
        .flat_map(|(place, rule)| {
            let all = rule.channels.is_empty().then_some(None);
            let on = all.into_iter().chain(rule.channels.iter().copied().map(Some));
            on.map(move |channel| one(place, rule, channel))
        })
        .collect()
}

fn faults(charter: &Charter, glance: &Glance) -> Vec<FaultHealth> {
    let named = charter.faults.iter().enumerate();
    let in_force = |place| glance.in_force.iter().any(|fault| fault.index() == place);
    named
        .map(|(i, fault)| FaultHealth { name: fault.name.clone(), in_force: in_force(i) })
        .collect()
}

impl LoadHealth {
    fn of(glance: &Glance) -> LoadHealth {
        let &Glance { offered, sent, answered, in_flight, .. } = glance;
        LoadHealth { offered, sent, answered, in_flight }
    }
}

impl From<UnderWay> for UnderWayHealth {
    fn from(under_way: UnderWay) -> UnderWayHealth {
        let UnderWay { orders, unpaid, changes, jobs } = under_way;
        UnderWayHealth { orders, unpaid, changes, jobs }
    }
}

impl ChannelHealth {
    fn of(name: &str, seen: ChannelGlance, edges: LagEdges) -> ChannelHealth {
        ChannelHealth {
            name: name.to_owned(),
            accepted: seen.accepted,
            turned_away: seen.refused,
            sync_lag_us: seen.sync_lag.0,
            sync_lag_band: edges.band(seen.sync_lag),
            oldest_unshown_us: seen.oldest_unshown.0,
            handoffs_due: seen.due,
            handoffs_missed: seen.missed,
            oversold_orders: seen.oversold_orders,
            oversold_units: seen.oversold.0,
            cancelled: seen.cancelled,
            mispriced: seen.mispriced,
            updates_tried: seen.tried,
            updates_throttled: seen.throttled,
        }
    }
}

impl ConnectorHealth {
    fn of(name: &str, seen: ConnectorGlance) -> ConnectorHealth {
        ConnectorHealth { name: name.to_owned(), queue_depth: seen.depth, gave_up: seen.gave_up }
    }
}
