//! Owns the driver of a live run's estate: the clock, and what leaves the machines on its lines.
//! Must not know servers or sockets beyond the lines it is given, nor judge.
//!
//! A machine is locked, the clock is read inside the lock, the machine is asked, its facts are
//! noted, the lock is opened; only then do its calls and notices leave.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::watch;

use super::callers::Callers;
use super::clock::Clock;
use super::diary::Diary;
use super::fronts::Fronts;
use super::gates::Gates;
use super::harness::Befallen;
use super::jobs::{Errand, LiveJob, Office, Post};
use super::lines::Lines;
use crate::commerce::command::MachineCommand;
use crate::commerce::desk::{Afterwards, Edit, LoadCall};
use crate::commerce::outbox::{Calling, Outbox, Posting};
use crate::commerce::protocol::{Asked, CameBack, Role};
use crate::drive::estate::{Driver, Estate, Shared};
use crate::drive::hand::Act;
use crate::drive::systems::Systems;
use crate::history::What;
use crate::history::fact::HarnessFault;
use crate::history::writer::Journal;
use crate::ids::{ConnectorId, FaultId, Intent, OpId, OrderId};
use crate::traffic::Arrival;
use crate::units::At;
use crate::wire::listen::{BODY_WITHIN, HEAD_WITHIN, Shutter};

/// Wall microseconds after which a connector is told of a call that could not be made: at once it
/// may be in the middle of another.
const NOT_SENT_US: u64 = 5_000;

/// A server may take so long to hear a call whose caller has given it up: what it allows for a
/// head, then for a body.
const LATE: Duration = HEAD_WITHIN.saturating_add(BODY_WITHIN);

/// What the diary holds.
pub(super) enum Later {
    /// Wake a machine, unless an earlier wake has overtaken this one.
    Wake(Role, At),
    /// Post a notice.
    Post(Posting),
    Cancel(Intent, OrderId),
    /// A shopper edits an order.
    Edit(Box<Edit>),
    /// A shopper checks out.
    CheckOut(Box<Arrival>),
    /// A fault begins or ends.
    Fault(FaultId, bool),
    NotSent(ConnectorId, OpId),
    /// Something is due at a system's face.
    Face(Role),
    Sample,
}

/// How a run is to stop before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stop {
    Not,
    /// No more is sold; what is under way may finish.
    Drain,
    /// At once.
    Leave,
}

/// The estate of a live run and what carries between its machines.
pub(super) struct Carrier {
    pub(super) estate: Estate<Shared>,
    pub(super) clock: Clock,
    journal: Journal,
    pub(super) diary: Diary<Later>,
    lines: OnceLock<Lines>,
    pub(super) gates: Gates,
    /// The faces of channels that have one.
    pub(super) fronts: Fronts,
    /// What befell the harness itself.
    pub(super) befallen: Arc<Befallen>,
    stop: watch::Sender<Stop>,
    /// Who calls from outside.
    pub(super) party: Callers,
}

impl Driver for &Arc<Carrier> {
    fn stamp<T>(&mut self, out: &mut Outbox, happens: impl FnOnce(At, &mut Outbox) -> T) -> T {
        let now = self.clock.now();
        let happened = happens(now.at, out);
        self.journal.note(now.at, now.wall_us, &mut out.facts);
        happened
    }

    fn wake_at(&mut self, role: Role, at: At) {
        self.diary.set(at, Later::Wake(role, at));
    }

    fn cancel_at(&mut self, at: At, intent: Intent, order: OrderId) {
        self.diary.set(at, Later::Cancel(intent, order));
    }

    fn edit_at(&mut self, at: At, edit: Box<Edit>) {
        self.diary.set(at, Later::Edit(edit));
    }

    fn check_out_at(&mut self, at: At, arrival: Box<Arrival>) {
        self.diary.set(at, Later::CheckOut(arrival));
    }

    fn may_come_late(&self) -> Option<At> {
        Some(self.late())
    }

    fn carry(&mut self, from: Role, out: &mut Outbox) {
        for posted in out.notices.drain(..) {
            let at = posted.at;
            if at <= self.clock.now().at {
                self.post(posted.first());
            } else {
                self.diary.set(at, Later::Post(posted.first()));
            }
        }
        if let Role::Connector(id) = from {
            for calling in out.calls.drain(..) {
                self.call(id, calling);
            }
        }
    }
}

impl Carrier {
    pub(super) fn new(
        (systems, fronts): (Systems, Fronts),
        (clock, journal): (Clock, Journal),
    ) -> Arc<Carrier> {
        Arc::new(Carrier {
            estate: Estate::new(systems),
            clock,
            party: Callers::default(),
            journal,
            diary: Diary::new(),
            lines: OnceLock::new(),
            gates: Gates::default(),
            fronts,
            befallen: Arc::default(),
            stop: watch::Sender::new(Stop::Not),
        })
    }

    /// Connects the lines over which calls leave, and the gates of the servers, once they are
    /// there.
    pub(super) fn connect(&self, lines: Lines, gates: Vec<(Role, Shutter)>) {
        let connected = self.lines.set(lines).is_ok() && self.gates.set(gates);
        assert!(connected, "lines are connected once");
    }

    /// Shuts the addresses whose connections a fault refuses now, and opens the others.
    pub(super) fn shut_gates(&self) {
        self.gates.shut(|role| {
            let (may, does) = self.estate.refuses_connections(role);
            may.then_some(does)
        });
    }

    pub(super) fn lines(&self) -> &Lines {
        self.lines.get().expect("lines are connected before the first call")
    }

    /// Notes facts that no machine made.
    pub(super) fn note(&self, out: &mut Outbox) {
        let now = self.clock.now();
        self.journal.note(now.at, now.wall_us, &mut out.facts);
    }

    /// Does what a hand does.
    pub(super) fn obey(self: &Arc<Self>, acts: Vec<Act>) {
        for act in acts {
            match act {
                Act::Note(what) => self.say(what),
                Act::Do(action) => {
                    let mut out = Outbox::default();
                    let befalls = self.estate.operated(&mut &*self, *action, &mut out);
                    self.befall(befalls, &mut out);
                }
                Act::Merchant(event) => self.load(self.estate.act(&event), Afterwards::Nothing),
                Act::Still(is_still) => self.party.is_still(is_still),
                Act::Drain => self.stop(Stop::Drain),
                Act::Leave => self.stop(Stop::Leave),
            }
        }
    }

    fn befall(self: &Arc<Self>, befalls: Vec<(ConnectorId, MachineCommand)>, out: &mut Outbox) {
        for (id, command) in befalls {
            self.estate.command(&mut &*self, id, command, out);
        }
    }

    fn stop(&self, asked: Stop) {
        self.stop.send_if_modified(|stop| {
            let is_more = asked > *stop;
            *stop = asked.max(*stop);
            is_more
        });
    }

    /// Waits until the run is to stop so or sooner.
    pub(super) async fn stopped(&self, so: Stop) {
        let asked = self.stop.subscribe().wait_for(|stop| *stop >= so).await.map(drop);
        asked.expect("its sender is here");
    }

    /// Notes one fact of the run itself.
    pub(super) fn say(&self, what: What) {
        let mut out = Outbox::default();
        out.facts.push(what);
        self.note(&mut out);
    }

    pub(super) fn arrive(self: &Arc<Self>, arrival: Arrival) {
        let (call, afterwards) = self.estate.arrives(arrival);
        self.load(call, afterwards);
    }

    fn load(self: &Arc<Self>, call: LoadCall, afterwards: Afterwards) {
        self.estate.opens(&call.purpose);
        let line = match &call.asked {
            Asked::Channel(id, _) => self.lines().shoppers(*id),
            Asked::Oms(_) => self.lines().merchant(),
        };
        let errand = Errand::Load { call, afterwards };
        let refused = line.submit(self.job(errand));
        if let Err(LiveJob { errand: Errand::Load { call, .. }, .. }) = refused {
            let mut out = Outbox::default();
            call.purpose.unsent(&mut out);
            self.note(&mut out);
            self.estate.closes(&call.purpose);
        }
    }

    fn job(self: &Arc<Self>, errand: Errand) -> LiveJob {
        LiveJob { office: Arc::clone(self) as Arc<dyn Office>, errand }
    }

    fn post(self: &Arc<Self>, posting: Posting) {
        let to = posting.to;
        if self.is_the_fronts(&posting) {
            return;
        }
        let job = self.job(Errand::Webhook(posting));
        if let Err(LiveJob { errand: Errand::Webhook(posting), .. }) =
            self.lines().webhooks(to).submit(job)
        {
            Arc::clone(self).posted(posting, Post::NotTaken);
        }
    }

    fn call(self: &Arc<Self>, id: ConnectorId, calling: Calling) {
        let op = calling.op;
        let line = match &calling.asked {
            Asked::Channel(channel, _) => self.lines().to_channel(id, *channel),
            Asked::Oms(_) => self.lines().to_oms(id),
        };
        if line.submit(self.job(Errand::Connector { id, calling })).is_err() {
            self.diary.set(self.in_wall_us(NOT_SENT_US), Later::NotSent(id, op));
        }
    }

    /// Until when what has left by now may be heard.
    pub(super) fn late(&self) -> At {
        self.in_wall_us(LATE.as_micros() as u64)
    }

    pub(super) fn in_wall_us(&self, after: u64) -> At {
        self.clock.moment_of(self.clock.now().wall_us + after).at
    }

    /// Does what the diary says.
    pub(super) fn happen(self: &Arc<Self>, later: Later) {
        let mut out = Outbox::default();
        match later {
            Later::Wake(role, at) => self.estate.wake(&mut &*self, role, at, &mut out),
            Later::Post(posting) => self.post(posting),
            Later::Cancel(intent, order) => {
                let now = self.clock.now();
                let call = self.estate.cancellation(now.at, intent, order);
                self.load(call, Afterwards::Nothing);
                self.estate.comes_to_it(intent);
            }
            Later::Edit(edit) => {
                let intent = edit.intent;
                let call = self.estate.edit(self.clock.now().at, *edit);
                self.load(call, Afterwards::Nothing);
                self.estate.comes_to_it(intent);
            }
            Later::CheckOut(arrival) => {
                let (intent, afterwards) = (arrival.intent, self.estate.after(&arrival));
                self.load(self.estate.order(*arrival), afterwards);
                self.estate.comes_to_it(intent);
            }
            Later::Fault(fault, begins) => {
                let befalls = self.estate.set_fault(&mut &*self, fault, begins, &mut out);
                self.befall(befalls, &mut out);
                self.shut_gates();
            }
            Later::NotSent(id, op) => {
                self.estate.came_back(&mut &*self, (id, op), CameBack::NotSent, &mut out);
            }
            Later::Sample => {
                self.estate.sample(&mut &*self, &mut out);
                self.forget();
            }
            Later::Face(role) => self.wake_front(role),
        }
    }

    /// Closes every line. What was due and still waited for one was not sent; nor was what a
    /// shopper had planned, was due and the diary did not come to.
    pub(super) async fn hang_up(&self) {
        let mut out = Outbox::default();
        self.fronts.hang_up().await;
        let (never_left, panicked) = self.lines().close().await;
        for (role, times) in panicked {
            self.befallen.add(HarnessFault::Panicked, role, times);
        }
        for job in never_left {
            if let Errand::Load { call, .. } = &job.errand {
                call.purpose.unsent(&mut out);
            }
        }
        let now = self.clock.now();
        let planned = self.diary.overdue(now.at).into_iter().filter_map(|later| match later {
            Later::Cancel(intent, order) => Some(self.estate.cancellation(now.at, intent, order)),
            Later::Edit(edit) => Some(self.estate.edit(now.at, *edit)),
            Later::CheckOut(arrival) => Some(self.estate.order(*arrival)),
            _ => None,
        });
        planned.for_each(|call| call.purpose.unsent(&mut out));
        self.note(&mut out);
    }
}
