//! Owns the honesty of the load: what was due, sent and answered, how late, how long it took.
//! Must not know what the calls did.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::bits::Bits;
use super::coarse::{Clocked, coarse};
use super::harness::{Harness, too_many};
use super::hist::Hist;
use super::judgement::{CallLatency, LoadHonesty};
use crate::history::charter::Charter;
use crate::history::fact::{Call, Fact, Outcome, What};
use crate::ids::{ChannelId, Intent, OpId};
use crate::units::{At, Span};

/// What a call asks, of whom, and for which intent.
type Asked = (Call, Option<ChannelId>, Intent);

/// A call under way.
#[derive(Clone, Copy, Debug)]
struct Open {
    call: Call,
    channel: Option<ChannelId>,
    intent: Intent,
    sent: At,
    intended: At,
    sent_wall: u64,
}

/// When and where a fact about a call was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    pub(super) at: At,
    pub(super) wall: u64,
}

/// Every load call.
#[derive(Clone, Debug)]
pub(super) struct Load {
    speed_milli: u64,
    lateness_max: Span,
    pub(super) sent: u64,
    pub(super) unsent: u64,
    pub(super) answered: u64,
    unknown: u64,
    resolved: u64,
    /// Answered with an unknown outcome, whatever was found out later.
    silent: u64,
    /// … orders only, by channel.
    silent_orders: Vec<u64>,
    late: u64,
    lateness: Hist,
    /// All of it together, in wall microseconds.
    lateness_us: u128,
    exchange: Hist,
    /// … of calls under way while nothing was broken on purpose.
    calm: Hist,
    /// Faults in force, …
    broken: u32,
    /// … and until when one was, in wall microseconds.
    broken_wall: Option<u64>,
    stall_max: Span,
    /// The furthest that time stepped back between two facts, in campaign time.
    pub(super) back_max: Span,
    /// Some fact has a time of the wall.
    pub(super) walled: bool,
    in_flight_max: u64,
    open: FxHashMap<OpId, Open>,
    latency: BTreeMap<(Call, Option<ChannelId>), (Hist, Hist)>,
    intents: Bits,
    /// Orders wanted, by channel: intents, not calls.
    pub(super) wanted: Vec<u64>,
    /// Calls that place an order, by channel.
    order_calls: Vec<u64>,
    unknown_orders: Vec<u64>,
    unsent_orders: Vec<u64>,
    /// Facts after the end.
    after_end: u64,
    /// Calls whose outcome is unknown, for the resolution pass.
    unresolved: FxHashMap<OpId, Asked>,
}

impl Load {
    pub(super) fn new(charter: &Charter) -> Load {
        let channels = charter.channels.len();
        Load {
            speed_milli: charter.speed_milli,
            lateness_max: Span(charter.honesty.lateness_p99_us_max),
            sent: 0,
            unsent: 0,
            answered: 0,
            unknown: 0,
            resolved: 0,
            silent: 0,
            silent_orders: vec![0; channels],
            late: 0,
            lateness: Hist::default(),
            lateness_us: 0,
            exchange: Hist::default(),
            calm: Hist::default(),
            broken: 0,
            broken_wall: None,
            stall_max: Span::ZERO,
            back_max: Span::ZERO,
            walled: false,
            in_flight_max: 0,
            open: FxHashMap::default(),
            latency: BTreeMap::new(),
            intents: Bits::default(),
            wanted: vec![0; channels],
            order_calls: vec![0; channels],
            unknown_orders: vec![0; channels],
            unsent_orders: vec![0; channels],
            after_end: 0,
            unresolved: FxHashMap::default(),
        }
    }

    /// A call left; answers its lateness in wall time, and whether it is an order not wanted
    /// before.
    pub(super) fn sent(
        &mut self,
        op: OpId,
        (call, channel, intent): Asked,
        intended: At,
        stamp: Stamp,
    ) -> (Span, bool) {
        self.sent += 1;
        let lateness = self.to_wall(stamp.at.since(intended));
        self.lateness.record(lateness);
        self.lateness_us += u128::from(lateness.0);
        self.late += u64::from(lateness > self.lateness_max);
        let (sent, sent_wall) = (stamp.at, stamp.wall);
        let open = Open { call, channel, intent, sent, intended, sent_wall };
        self.open.insert(op, open);
        if let Some(channel) = channel.filter(|_| call == Call::PlaceOrder) {
            self.order_calls[channel.index()] += 1;
        }
        self.in_flight_max = self.in_flight_max.max(self.open.len() as u64);
        (lateness, self.want(call, channel, intent))
    }

    /// A call was due and never left, whether or not it was said to be sent first; whether it is an
    /// order not wanted before.
    pub(super) fn unsent(&mut self, op: Option<OpId>, (call, channel, intent): Asked) -> bool {
        self.unsent += 1;
        let order_to = channel.filter(|_| call == Call::PlaceOrder);
        let said = op.and_then(|op| self.open.remove(&op)).is_some();
        self.sent -= u64::from(said);
        if let Some(channel) = order_to {
            self.order_calls[channel.index()] -= u64::from(said);
            self.unsent_orders[channel.index()] += 1;
        }
        self.want(call, channel, intent)
    }

    /// A fact came after the end.
    pub(super) fn after_the_end(&mut self) {
        self.after_end += 1;
    }

    /// Facts after the end.
    pub(super) fn after_end(&self) -> u64 {
        self.after_end
    }

    /// A fault begins or ends.
    pub(super) fn disturbed(&mut self, fact: &Fact) {
        let What::Fault { in_force, .. } = fact.what else { return };
        self.broken = if in_force { self.broken + 1 } else { self.broken.saturating_sub(1) };
        self.broken_wall = Some(fact.wall);
    }

    /// A call came back; answers what it asked, of whom, and for which intent.
    pub(super) fn answered(&mut self, op: OpId, outcome: Outcome, stamp: Stamp) -> Option<Asked> {
        let open = self.open.remove(&op)?;
        let took = Span(stamp.wall.saturating_sub(open.sent_wall));
        self.exchange.record(took);
        if self.broken == 0 && self.broken_wall.is_none_or(|until| until < open.sent_wall) {
            self.calm.record(took);
        }
        let (service, response) = self.latency.entry((open.call, open.channel)).or_default();
        service.record(stamp.at.since(open.sent));
        response.record(stamp.at.since(open.intended));
        if outcome == Outcome::Unknown {
            self.unknown += 1;
            self.silent += 1;
            self.count_unknown(open.call, open.channel, 1);
            if let Some(channel) = open.channel.filter(|_| open.call == Call::PlaceOrder) {
                self.silent_orders[channel.index()] += 1;
            }
            self.unresolved.insert(op, (open.call, open.channel, open.intent));
        } else {
            self.answered += 1;
        }
        Some((open.call, open.channel, open.intent))
    }

    /// What became of an unknown call was found out; answers what it had asked.
    pub(super) fn resolved(&mut self, op: OpId, outcome: Outcome) -> Option<Asked> {
        if outcome == Outcome::Unknown {
            return None;
        }
        if let Some(asked) = self.unresolved.remove(&op) {
            self.unknown -= 1;
            self.resolved += 1;
            self.count_unknown(asked.0, asked.1, -1);
            Some(asked)
        } else {
            let open = self.open.remove(&op)?;
            // The harness stopped waiting; the resolution pass knows all the same.
            self.resolved += 1;
            let (service, response) = self.latency.entry((open.call, open.channel)).or_default();
            service.record_never();
            response.record_never();
            Some((open.call, open.channel, open.intent))
        }
    }

    pub(super) fn stalled(&mut self, wall: Span) {
        self.stall_max = self.stall_max.max(wall);
    }

    /// A call is under way.
    pub(super) fn is_open(&self, op: OpId) -> bool {
        self.open.contains_key(&op)
    }

    /// A call came back, and nobody knows yet what became of it.
    pub(super) fn is_unresolved(&self, op: OpId) -> bool {
        self.unresolved.contains_key(&op)
    }

    pub(super) fn in_flight(&self) -> u64 {
        self.open.len() as u64
    }

    /// Orders of a channel whose outcome nobody knows, those still open included.
    pub(super) fn unknown_orders(&self) -> Vec<u64> {
        let mut unknown = self.unknown_orders.clone();
        for open in self.open.values().filter(|open| open.call == Call::PlaceOrder) {
            if let Some(channel) = open.channel {
                unknown[channel.index()] += 1;
            }
        }
        unknown
    }

    /// Whether too many of a channel's orders came back without an answer.
    pub(super) fn is_unanswered_on(&self, channel: ChannelId, charter: &Charter) -> bool {
        let open = self
            .open
            .values()
            .filter(|open| open.call == Call::PlaceOrder && open.channel == Some(channel));
        let silent = self.silent_orders[channel.index()] + open.count() as u64;
        too_many(silent, self.order_calls[channel.index()], charter)
    }

    /// Whether too many of a channel's orders never left the harness.
    pub(super) fn is_unsent_on(&self, channel: ChannelId, charter: &Charter) -> bool {
        let unsent = self.unsent_orders[channel.index()];
        too_many(unsent, self.order_calls[channel.index()] + unsent, charter)
    }

    pub(super) fn honesty(&self, harness: &Harness, charter: &Charter) -> LoadHonesty {
        let offered = self.sent + self.unsent;
        let terms = charter.honesty;
        let too_few = u128::from(self.sent) * 1_000_000
            < u128::from(offered) * u128::from(terms.sent_at_least.0);
        // p99 above the limit is "more than one send in a hundred is": counted, not estimated.
        let too_late = u128::from(self.late) * 100 > u128::from(self.sent);
        let coarse = coarse(&self.clocked(), charter);
        LoadHonesty {
            offered,
            sent: self.sent,
            answered: self.answered,
            unknown: self.unknown + self.in_flight(),
            unsent: self.unsent,
            resolved: self.resolved,
            lateness_wall: self.lateness.percentiles(),
            in_flight_max: self.in_flight_max,
            stall_wall_max: self.stall_max,
            exchange_wall: self.exchange.percentiles(),
            silent: self.silent + self.in_flight(),
            unanswered: too_many(self.silent + self.in_flight(), self.sent, charter),
            saturated: too_few || too_late,
            too_coarse: coarse.is_some(),
            coarse,
            harness: harness.seen(self.after_end, charter),
        }
    }

    pub(super) fn latency(&self) -> Vec<CallLatency> {
        let mut open: BTreeMap<(Call, Option<ChannelId>), u64> = BTreeMap::new();
        for call in self.open.values() {
            *open.entry((call.call, call.channel)).or_default() += 1;
        }
        let keys = self.latency.keys().chain(open.keys());
        let keys: std::collections::BTreeSet<_> = keys.copied().collect();
        let shown = keys.into_iter().map(|key| {
            let (mut service, mut response) = self.latency.get(&key).cloned().unwrap_or_default();
            for _ in 0..open.get(&key).copied().unwrap_or(0) {
                service.record_never();
                response.record_never();
            }
            CallLatency {
                call: key.0,
                channel: key.1,
                service: service.percentiles(),
                response: response.percentiles(),
            }
        });
        shown.collect()
    }

    fn clocked(&self) -> Clocked {
        // What a fault keeps waiting is no doing of the clock's.
        let exchange = if self.calm.count() > 0 { &self.calm } else { &self.exchange };
        let lateness = self.lateness.percentiles();
        Clocked {
            exchange: exchange.percentiles(),
            lateness,
            late_mean: Span((self.lateness_us / u128::from(lateness.count.max(1))) as u64),
            stall: self.stall_max,
            back: self.back_max,
            paced: self.speed_milli > 0 || self.stall_max == Span::ZERO && !self.walled,
        }
    }

    /// Campaign time as wall time; a simulated run has none.
    fn to_wall(&self, campaign: Span) -> Span {
        match self.speed_milli {
            0 => Span::ZERO,
            speed => Span((u128::from(campaign.0) * 1_000 / u128::from(speed)) as u64),
        }
    }

    fn want(&mut self, call: Call, channel: Option<ChannelId>, intent: Intent) -> bool {
        let Some(channel) = channel.filter(|_| call == Call::PlaceOrder) else { return false };
        let new = self.intents.insert(intent.0);
        self.wanted[channel.index()] += u64::from(new);
        new
    }

    fn count_unknown(&mut self, call: Call, channel: Option<ChannelId>, by: i64) {
        if let Some(channel) = channel.filter(|_| call == Call::PlaceOrder) {
            let count = &mut self.unknown_orders[channel.index()];
            *count = count.saturating_add_signed(by);
        }
    }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
