//! Owns virtual time: one agenda of events, played on one thread, the same for the same seed.
//! Must not know sockets or clocks, nor judge what it plays.
//!
//! An exchange takes no time here: a call is answered at the moment it is made, and a lost reply
//! is known to be lost at once. What takes time is in the machines' own terms.

use crate::commerce::connector::Connector;
use crate::commerce::desk::{Asks, LoadCall};
use crate::commerce::marketplace::Marketplace;
use crate::commerce::oms::Oms;
use crate::commerce::outbox::{Answer, Calling, Outbox};
use crate::commerce::protocol::{Asked, CameBack, Notice, Role};
use crate::commerce::timers::Timers;
use crate::drive::closing::{Unresolved, end};
use crate::drive::systems::{Systems, merchant_events};
use crate::history::What;
use crate::history::fact::{Call, Ending};
use crate::history::stamp::Record;
use crate::ids::{ChannelId, ConnectorId, Intent, OpId, OrderId};
use crate::scenario::Plan;
use crate::traffic::{Arrival, MerchantEvent};
use crate::units::{At, Span};

/// How often queues are sampled and quiet is looked for.
const SAMPLE_EVERY: Span = Span::from_secs(5);

/// Whether to go on; asked at every sample.
pub enum Flow {
    /// Go on.
    Continue,
    /// Stop selling, drain, end the record.
    Interrupt,
}

/// Plays a plan in virtual time. `watch` is asked at every sample whether to go on.
pub fn play(plan: &Plan, record: &mut impl Record, watch: impl FnMut(At) -> Flow) {
    Simulation::new(plan, record).run(watch);
}

struct Simulation<'a, R> {
    plan: &'a Plan,
    record: &'a mut R,
    channels: Vec<Marketplace>,
    oms: Oms,
    connectors: Vec<Connector>,
    agenda: Timers<Due>,
    /// When each machine is to be woken: channels, then connectors, then the OMS. A look at a few
    /// machines is quicker than a heap that wakes come to and are overtaken in.
    wakes: Vec<At>,
    arrivals: Box<dyn Iterator<Item = Arrival> + 'a>,
    merchant: std::vec::IntoIter<MerchantEvent>,
    merchant_acts: u64,
    /// Arrivals and merchant's acts on the agenda.
    to_come: usize,
    /// Other events on the agenda that mean something is under way.
    under_way: usize,
    unresolved: Unresolved,
    out: Outbox,
    /// Room for calls while they are answered.
    calls: Vec<Calling>,
    next_op: u64,
    /// When it was interrupted.
    interrupted: Option<At>,
}

enum Due {
    Arrival(Arrival),
    Merchant(MerchantEvent),
    Cancel(Intent, OrderId),
    Wake(Role),
    Notice(ConnectorId, Notice),
    Sample,
    TrafficEnds,
}

impl<'a, R: Record> Simulation<'a, R> {
    fn new(plan: &'a Plan, record: &'a mut R) -> Self {
        let systems = Systems::new(plan, None);
        let mut out = Outbox::default();
        systems.open(plan, 0, &mut out);
        let Systems { channels, oms, connectors } = systems;
        Simulation {
            oms,
            wakes: vec![At::NEVER; channels.len() + connectors.len() + 1],
            channels,
            connectors,
            agenda: Timers::default(),
            arrivals: Box::new(plan.traffic.arrivals(plan.world.seed)),
            merchant: merchant_events(plan).into_iter(),
            merchant_acts: 0,
            to_come: 0,
            under_way: 0,
            unresolved: Unresolved::default(),
            out,
            calls: Vec::new(),
            next_op: 0,
            interrupted: None,
            plan,
            record,
        }
    }

    fn run(mut self, mut watch: impl FnMut(At) -> Flow) {
        self.open();
        let ends = self.plan.charter.traffic_ends;
        let mut latest = ends + self.plan.charter.drain;
        let mut now = At::START;
        let mut selling = true;
        while let Some((at, due)) = self.next_due(latest) {
            now = at;
            match due {
                Due::Sample => {
                    self.sample(now);
                    if matches!(watch(now), Flow::Interrupt) && self.interrupted.is_none() {
                        self.interrupted = Some(now);
                        if std::mem::replace(&mut selling, false) {
                            self.out.facts.push(What::TrafficEnded {});
                            self.note(now);
                        }
                        latest = latest.min(now + self.plan.charter.drain);
                    }
                    if !selling && self.is_quiet(now) {
                        self.out.facts.push(What::Quiet {});
                        break;
                    }
                }
                Due::TrafficEnds => {
                    if std::mem::replace(&mut selling, false) {
                        self.out.facts.push(What::TrafficEnded {});
                        self.note(now);
                    }
                }
                due => self.happen(now, due),
            }
        }
        let (unresolved, channels) = (std::mem::take(&mut self.unresolved), &self.channels);
        unresolved
            .resolve(|channel, intent| channels[channel.index()].order_of(intent), &mut self.out);
        let interrupted = self.interrupted.is_some();
        end(if interrupted { Ending::Interrupted } else { Ending::Finished }, &mut self.out);
        self.note(now);
    }

    fn open(&mut self) {
        self.note(At::START);
        self.agenda.set(At::START, Due::Sample);
        self.agenda.set(self.plan.charter.traffic_ends, Due::TrafficEnds);
        self.next_arrival();
        self.next_merchant();
        for place in 0..self.channels.len() {
            self.plan_wake(Role::Channel(ChannelId(place as u16)));
        }
        for place in 0..self.connectors.len() {
            self.plan_wake(Role::Connector(ConnectorId(place as u16)));
        }
    }

    fn happen(&mut self, now: At, due: Due) {
        match due {
            Due::Arrival(arrival) => {
                self.to_come -= 1;
                if let Some(stopped) = self.interrupted {
                    if arrival.at <= stopped {
                        self.next_arrival();
                        self.not_sent(now, |op| LoadCall::order(op, arrival));
                    }
                } else {
                    self.next_arrival();
                    let (intent, cancels_after) = (arrival.intent, arrival.cancels_after);
                    let call = LoadCall::order(self.op(), arrival);
                    let order = self.load(now, call);
                    if let (Some(order), Some(after)) = (order, cancels_after) {
                        self.under_way += 1;
                        self.agenda.set(now + after, Due::Cancel(intent, order));
                    }
                }
            }
            Due::Merchant(event) => {
                self.to_come -= 1;
                if let Some(stopped) = self.interrupted {
                    if event.at <= stopped {
                        self.next_merchant();
                        self.merchant_acts += 1;
                        let place = self.merchant_acts;
                        self.not_sent(now, |op| LoadCall::merchant(op, place, &event));
                    }
                } else {
                    self.next_merchant();
                    self.merchant_acts += 1;
                    let call = LoadCall::merchant(self.op(), self.merchant_acts, &event);
                    self.load(now, call);
                }
            }
            Due::Cancel(intent, order) => {
                self.under_way -= 1;
                let call = LoadCall::cancellation(self.op(), now, intent, order);
                self.load(now, call);
            }
            Due::Notice(to, notice) => {
                self.under_way -= 1;
                self.connectors[to.index()].notice(now, notice, &mut self.out);
                self.answer_calls(now, to);
                self.drain(now);
                self.plan_wake(Role::Connector(to));
            }
            Due::Wake(role) => self.wake(now, role),
            Due::Sample | Due::TrafficEnds => {}
        }
    }

    /// It was due when the run was stopped.
    fn not_sent(&mut self, now: At, call: impl FnOnce(OpId) -> LoadCall) {
        call(self.op()).unsent(&mut self.out);
        self.note(now);
    }

    fn op(&mut self) -> OpId {
        self.next_op += 1;
        OpId(self.next_op)
    }

    fn next_arrival(&mut self) {
        if let Some(arrival) = self.arrivals.next() {
            self.to_come += 1;
            self.agenda.set(arrival.at, Due::Arrival(arrival));
        }
    }

    fn next_merchant(&mut self) {
        if let Some(event) = self.merchant.next() {
            self.to_come += 1;
            self.agenda.set(event.at, Due::Merchant(event));
        }
    }

    /// Makes a load call; says which order came of it.
    fn load(&mut self, now: At, call: LoadCall) -> Option<OrderId> {
        call.sent(&mut self.out);
        let LoadCall { op, call, intent, asks, .. } = call;
        let channel = asks.channel();
        let came = match asks {
            Asks::Channel(channel, request) => self.ask(now, Asked::Channel(channel, request)),
            Asks::Source(request) => self.ask(now, Asked::Oms(request)),
        };
        if let (CameBack::Unknown, Call::PlaceOrder, Some(channel)) = (&came, call, channel) {
            self.unresolved.add(op, channel, intent);
        }
        let order = LoadCall::answered(op, &came, &mut self.out);
        self.drain(now);
        order
    }

    fn ask(&mut self, now: At, asked: Asked) -> CameBack {
        match asked {
            Asked::Channel(id, request) => {
                let answer = self.channels[id.index()].handle(now, request, &mut self.out);
                self.plan_wake(Role::Channel(id));
                heard(answer, CameBack::Channel)
            }
            Asked::Oms(request) => {
                let answer = self.oms.handle(now, request, &mut self.out);
                self.plan_wake(Role::Oms);
                heard(answer, CameBack::Oms)
            }
        }
    }

    fn wake(&mut self, now: At, role: Role) {
        let place = self.place(role);
        self.wakes[place] = At::NEVER;
        match role {
            Role::Channel(id) => self.channels[id.index()].wake(now, &mut self.out),
            Role::Oms => self.oms.wake(now, &mut self.out),
            Role::Connector(id) => {
                self.connectors[id.index()].wake(now, &mut self.out);
                self.answer_calls(now, id);
            }
        }
        self.drain(now);
        self.plan_wake(role);
    }

    /// Records what happened and puts notices on the agenda.
    fn drain(&mut self, now: At) {
        self.note(now);
        for posted in self.out.notices.drain(..) {
            self.under_way += 1;
            self.agenda.set(posted.at.max(now), Due::Notice(posted.to, posted.notice));
        }
        debug_assert!(self.out.calls.is_empty(), "a connector's calls are answered at once");
    }

    /// Answers the calls that a connector has just made, and those that the answers lead to.
    fn answer_calls(&mut self, now: At, id: ConnectorId) {
        // Those that answers lead to come after all that were made before.
        let mut calls = std::mem::take(&mut self.calls);
        while !self.out.calls.is_empty() {
            std::mem::swap(&mut calls, &mut self.out.calls);
            for Calling { op, asked } in calls.drain(..) {
                let came = self.ask(now, asked);
                self.connectors[id.index()].came_back(now, op, came, &mut self.out);
            }
        }
        self.calls = calls;
    }

    fn note(&mut self, now: At) {
        self.record.note(now, 0, &mut self.out.facts);
    }

    fn sample(&mut self, now: At) {
        for connector in &self.connectors {
            connector.sample(&mut self.out);
        }
        self.note(now);
        self.agenda.set(now + SAMPLE_EVERY, Due::Sample);
    }

    fn is_quiet(&self, now: At) -> bool {
        let cursors: Vec<u64> = self.channels.iter().map(Marketplace::cursor).collect();
        // What an interrupted run still has on its agenda will not be sent; what was due at that
        // very moment is to be said.
        (self.to_come == 0 || self.interrupted.is_some_and(|stopped| now > stopped))
            && self.under_way == 0
            && self.channels.iter().all(Marketplace::is_quiet)
            && self.oms.is_quiet()
            && self.connectors.iter().all(|c| c.is_quiet(&cursors, self.oms.cursor()))
    }

    /// What is due next, if it is by `latest`. Of one moment the machines' own affairs come first,
    /// so that a sample sees what its moment brought.
    fn next_due(&mut self, latest: At) -> Option<(At, Due)> {
        let (place, wake) = self.wakes.iter().enumerate().min_by_key(|(_, at)| **at)?;
        let wake = *wake;
        let at = self.agenda.next().unwrap_or(At::NEVER);
        match at.min(wake) {
            next if next > latest || next == At::NEVER => None,
            next if next == wake => Some((wake, Due::Wake(self.role(place)))),
            next => self.agenda.due_since(next),
        }
    }

    fn role(&self, place: usize) -> Role {
        let channels = self.channels.len();
        match place {
            _ if place < channels => Role::Channel(ChannelId(place as u16)),
            _ if place + 1 < self.wakes.len() => {
                Role::Connector(ConnectorId((place - channels) as u16))
            }
            _ => Role::Oms,
        }
    }

    fn place(&self, role: Role) -> usize {
        match role {
            Role::Channel(id) => id.index(),
            Role::Connector(id) => self.channels.len() + id.index(),
            Role::Oms => self.wakes.len() - 1,
        }
    }

    fn plan_wake(&mut self, role: Role) {
        let next = match role {
            Role::Channel(id) => self.channels[id.index()].next_wake(),
            Role::Oms => self.oms.next_wake(),
            Role::Connector(id) => self.connectors[id.index()].next_wake(),
        };
        let place = self.place(role);
        self.wakes[place] = self.wakes[place].min(next.unwrap_or(At::NEVER));
    }
}

fn heard<T>(answer: Answer<T>, wrap: impl Fn(T) -> CameBack) -> CameBack {
    if answer.lost { CameBack::Unknown } else { wrap(answer.reply) }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
