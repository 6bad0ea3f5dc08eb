//! Owns when alerts fire and clear: rules of the charter held against running figures, look by
//! look, in campaign time. Must not know how a figure comes about, nor who is told.

use std::collections::VecDeque;

use crate::drive::hand::Act;
use crate::history::What;
use crate::history::charter::{AlertRule, Charter, Signal};
use crate::ids::{AlertId, ChannelId};
use crate::judge::{ChannelGlance, Glance};
use crate::units::{At, Ppm, Span};

/// How often rules are looked at, in campaign time: as often as connectors' queues are sampled.
const EVERY: Span = Span::from_secs(5);
/// Fewer events say nothing of a share: what held before is taken to hold.
const EVENTS_MIN: u64 = 10;

/// The rules, and what each has seen.
pub struct Alerts {
    guards: Vec<Guard>,
    next: At,
}

/// A rule on one channel, or on all of them together.
struct Guard {
    alert: AlertId,
    rule: AlertRule,
    channel: Option<ChannelId>,
    /// Bad events and all of them up to each look, as far back as a share reaches.
    past: VecDeque<(At, [u64; 2])>,
    /// Whether the figure is above its threshold, and since when it is or is not.
    holds: bool,
    since: At,
    firing: bool,
}

impl Alerts {
    /// Those of the charter.
    pub fn new(charter: &Charter) -> Alerts {
        let mut guards = Vec::new();
        for (place, rule) in charter.alerts.iter().enumerate() {
            let channels = rule.channels.iter().copied().map(Some);
            let all = rule.channels.is_empty().then_some(None);
            guards.extend(all.into_iter().chain(channels).map(|channel| Guard {
                alert: AlertId(place as u16),
                rule: rule.clone(),
                channel,
                past: VecDeque::new(),
                holds: false,
                since: At::START,
                firing: false,
            }));
        }
        Alerts { guards, next: At::START }
    }

    /// What there is to say at `now` of a run that stands as `glance` says; it is asked for when
    /// the rules are due to be looked at, and else not.
    pub fn turn(&mut self, now: At, glance: impl FnOnce() -> Glance) -> Vec<Act> {
        if self.guards.is_empty() || now < self.next {
            return Vec::new();
        }
        self.next = now + EVERY;
        let glance = glance();
        self.guards.iter_mut().filter_map(|guard| guard.look(now, &glance)).map(Act::Note).collect()
    }
}

impl Guard {
    /// Looks at the figure; says so when the alert fires or clears.
    fn look(&mut self, now: At, glance: &Glance) -> Option<What> {
        if let Some(holds) = self.is_above(now, glance)
            && holds != self.holds
        {
            (self.holds, self.since) = (holds, now);
        }
        let is_settled = now.since(self.since) >= self.rule.hold;
        if self.holds == self.firing || !is_settled {
            return None;
        }
        self.firing = self.holds;
        let (alert, channel, firing) = (self.alert, self.channel, self.firing);
        Some(What::Alert { alert, channel, firing })
    }

    /// Whether the figure is above its threshold; none: too little is known of it.
    fn is_above(&mut self, now: At, glance: &Glance) -> Option<bool> {
        let seen = match self.channel {
            None => glance.all,
            // Before the charter was read no channel is known.
            Some(channel) => *glance.channels.get(channel.index())?,
        };
        let ChannelGlance { oversold_orders, accepted, .. } = seen;
        match self.rule.when {
            Signal::SyncLag { above } => Some(seen.sync_lag > above),
            Signal::OldestUnshown { above } => Some(seen.oldest_unshown > above),
            Signal::QueueDepth { above } => {
                Some(glance.connectors.iter().map(|connector| connector.depth).sum::<u64>() > above)
            }
            Signal::OversoldOrders { above, over } => {
                self.share((now, over), [oversold_orders, accepted]).map(|share| share > above)
            }
            Signal::HandoffFailures { above, over } => {
                let counts = [seen.handoffs_failed, seen.handoffs];
                self.share((now, over), counts).map(|share| share > above)
            }
            Signal::Throttled { above, over } => {
                let counts = [seen.throttled, seen.tried];
                self.share((now, over), counts).map(|share| share > above)
            }
        }
    }

    /// The share of bad events since the last look at least so long ago.
    fn share(&mut self, (now, over): (At, Span), counts: [u64; 2]) -> Option<Ppm> {
        self.past.push_back((now, counts));
        while self.past.get(1).is_some_and(|(at, _)| now.since(*at) >= over) {
            self.past.pop_front();
        }
        let (_, before) = self.past.front()?;
        let [bad, all] = [0, 1].map(|i: usize| counts[i].saturating_sub(before[i]));
        (all >= EVENTS_MIN).then(|| Ppm::of(bad, all))
    }
}

#[cfg(test)]
#[path = "alerts_tests.rs"]
mod tests;
