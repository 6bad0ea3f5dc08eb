//! Owns the systems of a live run, each behind its lock, and what passes between them.
//! Must not know servers or sockets beyond the lines it is given, nor judge.
//!
//! A machine is locked, the clock is read inside the lock, the machine is asked, its facts are
//! noted, the lock is opened; only then do its calls and notices leave. So the order of facts is
//! the order in which things happened to each machine.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use hyper::header::HeaderValue;
use parking_lot::Mutex;

use super::calendar::Later;
use super::clock::Clock;
use super::diary::Diary;
use super::harness::Befallen;
use super::jobs::{Errand, LiveJob};
use super::lines::Lines;
use crate::commerce::connector::Connector;
use crate::commerce::desk::{Asks, LoadCall};
use crate::commerce::marketplace::Marketplace;
use crate::commerce::oms::Oms;
use crate::commerce::outbox::{Calling, Outbox, Posted};
use crate::commerce::protocol::{Asked, CameBack, Notice, Role};
use crate::drive::closing::Unresolved;
use crate::drive::systems::Systems;
use crate::history::What;
use crate::history::fact::{Call, HarnessFault};
use crate::history::writer::Journal;
use crate::ids::{ChannelId, ConnectorId, OpId};
use crate::traffic::{Arrival, MerchantEvent};
use crate::units::{At, Span};

/// A webhook that is not taken is tried again this often, twice as late each time.
const WEBHOOK_ATTEMPTS: u32 = 8;
/// Wall time before its second attempt.
const WEBHOOK_AGAIN_US: u64 = 5_000;

/// The systems of a live run.
pub(super) struct World {
    pub(super) clock: Clock,
    journal: Journal,
    channels: Vec<Mutex<Marketplace>>,
    oms: Mutex<Oms>,
    connectors: Vec<Mutex<Connector>>,
    /// When each machine is already to be woken; channels, then connectors, then the OMS.
    wakes: Vec<AtomicU64>,
    pub(super) diary: Diary<Later>,
    lines: OnceLock<Lines>,
    unresolved: Mutex<Unresolved>,
    next_op: AtomicU64,
    /// Load calls and cancellations under way or planned.
    load_open: AtomicUsize,
    /// Webhooks under way or planned.
    webhooks_open: AtomicUsize,
    /// What befell the harness itself.
    pub(super) befallen: Befallen,
    /// The machines are asked no more.
    shut: AtomicBool,
}

impl World {
    pub(super) fn new(systems: Systems, clock: Clock, journal: Journal) -> Arc<World> {
        let Systems { channels, oms, connectors } = systems;
        let machines = channels.len() + connectors.len() + 1;
        Arc::new(World {
            clock,
            journal,
            wakes: (0..machines).map(|_| AtomicU64::new(At::NEVER.0)).collect(),
            channels: channels.into_iter().map(Mutex::new).collect(),
            oms: Mutex::new(oms),
            connectors: connectors.into_iter().map(Mutex::new).collect(),
            diary: Diary::new(),
            lines: OnceLock::new(),
            unresolved: Mutex::default(),
            next_op: AtomicU64::new(1),
            load_open: AtomicUsize::new(0),
            webhooks_open: AtomicUsize::new(0),
            befallen: Befallen::default(),
            shut: AtomicBool::new(false),
        })
    }

    /// Connects the lines over which calls leave, once the servers are there.
    pub(super) fn connect(&self, lines: Lines) {
        assert!(self.lines.set(lines).is_ok(), "lines are connected once");
    }

    pub(super) fn lines(&self) -> &Lines {
        self.lines.get().expect("lines are connected before the first call")
    }

    pub(super) fn bearer(&self, asked: &Asked) -> HeaderValue {
        self.lines().bearer(asked)
    }

    pub(super) fn signature(&self, to: ConnectorId, body: &[u8]) -> HeaderValue {
        self.lines().signature(to, body)
    }

    /// Notes facts that no machine made.
    pub(super) fn note(&self, out: &mut Outbox) {
        let now = self.clock.now();
        self.journal.note(now.at, now.wall_us, &mut out.facts);
    }

    pub(super) fn arrive(self: &Arc<Self>, arrival: Arrival) {
        let cancels_after = arrival.cancels_after;
        self.load(LoadCall::order(self.op(), arrival), cancels_after);
    }

    pub(super) fn act(self: &Arc<Self>, place: u64, event: &MerchantEvent) {
        let call = LoadCall::merchant(self.op(), place, event);
        self.load(call, None);
    }

    pub(super) fn op(&self) -> OpId {
        OpId(self.next_op.fetch_add(1, Ordering::Relaxed))
    }

    fn load(self: &Arc<Self>, call: LoadCall, cancels_after: Option<Span>) {
        self.load_open.fetch_add(1, Ordering::SeqCst);
        let line = match &call.asks {
            Asks::Channel(id, _) => self.lines().shoppers(*id),
            Asks::Source(_) => self.lines().merchant(),
        };
        let errand = Errand::Load { call, cancels_after };
        if let Err(job) = line.submit(LiveJob { world: Arc::clone(self), errand }) {
            if let Errand::Load { call, .. } = &job.errand {
                let mut out = Outbox::default();
                call.unsent(&mut out);
                self.note(&mut out);
            }
            self.load_open.fetch_sub(1, Ordering::SeqCst);
        }
    }

    pub(super) fn note_sent(&self, call: &LoadCall) {
        let mut out = Outbox::default();
        call.sent(&mut out);
        self.note(&mut out);
    }

    pub(super) fn load_came_back(
        &self,
        call: &LoadCall,
        cancels_after: Option<Span>,
        came: &CameBack,
    ) {
        if let (CameBack::Unknown, Call::PlaceOrder, Some(channel)) =
            (came, call.call, call.asks.channel())
        {
            self.unresolved.lock().add(call.op, channel, call.intent);
        }
        let mut out = Outbox::default();
        let order = LoadCall::answered(call.op, came, &mut out);
        let now = self.clock.now();
        self.journal.note(now.at, now.wall_us, &mut out.facts);
        if let (Some(order), Some(after)) = (order, cancels_after) {
            self.load_open.fetch_add(1, Ordering::SeqCst);
            self.diary.set(now.at + after, Later::Cancel(call.intent, order));
        }
        self.load_open.fetch_sub(1, Ordering::SeqCst);
    }

    /// A call that was said to be sent found no connection, or no place at the listener.
    pub(super) fn load_never_left(&self, call: &LoadCall) {
        let mut out = Outbox::default();
        call.unsent_after_all(&mut out);
        self.note(&mut out);
        self.load_open.fetch_sub(1, Ordering::SeqCst);
    }

    /// The same of a connector's call, or of a webhook.
    pub(super) fn never_left(&self, to: Role) {
        self.befallen.add(HarnessFault::NeverLeft, to, 1);
    }

    pub(super) fn connector_came_back(self: &Arc<Self>, id: ConnectorId, op: OpId, came: CameBack) {
        let _ = self.connector(id, |machine, now, out| machine.came_back(now, op, came, out));
    }

    pub(super) fn webhook_came_back(
        &self,
        to: ConnectorId,
        notice: Notice,
        attempt: u32,
        taken: bool,
    ) {
        if taken || attempt >= WEBHOOK_ATTEMPTS {
            self.webhooks_open.fetch_sub(1, Ordering::SeqCst);
            return;
        }
        let wall_us = self.clock.now().wall_us + (WEBHOOK_AGAIN_US << attempt);
        let at = self.clock.moment_of(wall_us).at;
        self.diary.set(at, Later::Webhook { to, notice, attempt: attempt + 1 });
    }

    /// Does what the diary says.
    pub(super) fn happen(self: &Arc<Self>, later: Later) {
        match later {
            Later::Wake(role, at) => self.wake(role, at),
            Later::Webhook { to, notice, attempt } => self.post(to, notice, attempt),
            Later::Cancel(intent, order) => {
                let now = self.clock.now();
                self.load(LoadCall::cancellation(self.op(), now.at, intent, order), None);
                self.load_open.fetch_sub(1, Ordering::SeqCst);
            }
            Later::NotSent(id, op) => self.connector_came_back(id, op, CameBack::NotSent),
            Later::Sample => {
                for connector in &self.connectors {
                    let machine = connector.lock();
                    let mut out = Outbox::default();
                    machine.sample(&mut out);
                    self.note(&mut out);
                }
            }
        }
    }

    fn wake(self: &Arc<Self>, role: Role, at: At) {
        let planned = &self.wakes[self.place(role)];
        if planned.compare_exchange(at.0, At::NEVER.0, Ordering::SeqCst, Ordering::SeqCst).is_err()
        {
            return;
        }
        // A world that is shut wakes nobody.
        let _ = match role {
            Role::Channel(id) => self.channel(id, Marketplace::wake),
            Role::Oms => self.oms(Oms::wake),
            Role::Connector(id) => self.connector(id, Connector::wake),
        };
    }

    pub(super) fn channel<T>(
        self: &Arc<Self>,
        id: ChannelId,
        ask: impl FnOnce(&mut Marketplace, At, &mut Outbox) -> T,
    ) -> Option<T> {
        let machine = &self.channels[id.index()];
        self.ask(machine, Role::Channel(id), ask, Marketplace::next_wake)
    }

    pub(super) fn oms<T>(
        self: &Arc<Self>,
        ask: impl FnOnce(&mut Oms, At, &mut Outbox) -> T,
    ) -> Option<T> {
        self.ask(&self.oms, Role::Oms, ask, Oms::next_wake)
    }

    pub(super) fn connector<T>(
        self: &Arc<Self>,
        id: ConnectorId,
        ask: impl FnOnce(&mut Connector, At, &mut Outbox) -> T,
    ) -> Option<T> {
        let machine = &self.connectors[id.index()];
        self.ask(machine, Role::Connector(id), ask, Connector::next_wake)
    }

    /// Asks a machine, unless the world is shut.
    fn ask<M, T>(
        self: &Arc<Self>,
        machine: &Mutex<M>,
        role: Role,
        ask: impl FnOnce(&mut M, At, &mut Outbox) -> T,
        next_wake: impl FnOnce(&M) -> Option<At>,
    ) -> Option<T> {
        let mut out = Outbox::default();
        let (answer, next) = {
            let mut machine = machine.lock();
            if self.shut.load(Ordering::SeqCst) {
                return None;
            }
            let now = self.clock.now();
            let answer = ask(&mut machine, now.at, &mut out);
            self.journal.note(now.at, now.wall_us, &mut out.facts);
            // Counted inside the lock: quiet must never be seen between a cause and its effect.
            self.webhooks_open.fetch_add(out.notices.len(), Ordering::SeqCst);
            (answer, next_wake(&machine))
        };
        for Posted { to, at, notice } in out.notices {
            if at <= self.clock.now().at {
                self.post(to, notice, 1);
            } else {
                self.diary.set(at, Later::Webhook { to, notice, attempt: 1 });
            }
        }
        if let Role::Connector(id) = role {
            for calling in out.calls {
                self.call(id, calling);
            }
        }
        self.plan_wake(role, next);
        Some(answer)
    }

    /// From here on no machine is asked any more, whoever calls: what was being answered has been,
    /// when this returns.
    pub(super) fn shut(&self) {
        self.shut.store(true, Ordering::SeqCst);
        self.channels.iter().for_each(|machine| drop(machine.lock()));
        self.connectors.iter().for_each(|machine| drop(machine.lock()));
        drop(self.oms.lock());
    }

    fn post(self: &Arc<Self>, to: ConnectorId, notice: Notice, attempt: u32) {
        let errand = Errand::Webhook { to, notice, attempt };
        let job = LiveJob { world: Arc::clone(self), errand };
        if let Err(LiveJob { errand: Errand::Webhook { to, notice, attempt }, .. }) =
            self.lines().webhooks(to).submit(job)
        {
            self.webhook_came_back(to, notice, attempt, false);
        }
    }

    fn call(self: &Arc<Self>, id: ConnectorId, calling: Calling) {
        let op = calling.op;
        let line = match &calling.asked {
            Asked::Channel(channel, _) => self.lines().to_channel(id, *channel),
            Asked::Oms(_) => self.lines().to_oms(id),
        };
        let errand = Errand::Connector { id, calling };
        if line.submit(LiveJob { world: Arc::clone(self), errand }).is_err() {
            // Told a little later, by the diary: here the connector may be in the middle of a call.
            let at = self.clock.moment_of(self.clock.now().wall_us + WEBHOOK_AGAIN_US).at;
            self.diary.set(at, Later::NotSent(id, op));
        }
    }

    pub(super) fn plan_first_wakes(&self) {
        for (place, machine) in self.channels.iter().enumerate() {
            let next = machine.lock().next_wake();
            self.plan_wake(Role::Channel(ChannelId(place as u16)), next);
        }
        for (place, machine) in self.connectors.iter().enumerate() {
            let next = machine.lock().next_wake();
            self.plan_wake(Role::Connector(ConnectorId(place as u16)), next);
        }
    }

    fn plan_wake(&self, role: Role, next: Option<At>) {
        let Some(at) = next else { return };
        let before = self.wakes[self.place(role)].fetch_min(at.0, Ordering::SeqCst);
        if at.0 < before {
            self.diary.set(at, Later::Wake(role, at));
        }
    }

    fn place(&self, role: Role) -> usize {
        match role {
            Role::Channel(id) => id.index(),
            Role::Connector(id) => self.channels.len() + id.index(),
            Role::Oms => self.wakes.len() - 1,
        }
    }

    /// No call of shoppers or merchant is under way or planned.
    #[cfg(test)]
    pub(super) fn is_idle(&self) -> bool {
        self.load_open.load(Ordering::SeqCst) == 0
    }

    /// No call, webhook, payment, change or job is under way anywhere.
    pub(super) fn is_quiet(&self) -> bool {
        let cursors: Vec<u64> = self.channels.iter().map(|c| c.lock().cursor()).collect();
        let source = self.oms.lock().cursor();
        self.load_open.load(Ordering::SeqCst) == 0
            && self.webhooks_open.load(Ordering::SeqCst) == 0
            && self.channels.iter().all(|c| c.lock().is_quiet())
            && self.oms.lock().is_quiet()
            && self.connectors.iter().all(|c| c.lock().is_quiet(&cursors, source))
    }

    /// The resolution pass: what became of calls whose outcome nobody learned.
    pub(super) fn resolve(&self) {
        let mut out = Outbox::default();
        let order_of =
            |channel: ChannelId, intent| self.channels[channel.index()].lock().order_of(intent);
        self.unresolved.lock().resolve(order_of, &mut out);
        self.note(&mut out);
    }

    /// Notes one fact of the run itself.
    pub(super) fn say(&self, what: What) {
        let mut out = Outbox::default();
        out.facts.push(what);
        self.note(&mut out);
    }
}
