//! Owns the work of a connector: a worker takes a task, works, calls, and fails or succeeds.
//! Must not know why a task came to be (`intake`).
//!
//! A worker is busy from taking a task until both its drawn service is over and the reply is
//! there. The call leaves `exchange_allowance` before the service ends, so that a live run, whose
//! exchanges take time, keeps a worker about as long as a simulated one.

mod retrying;

use super::defective;
use super::lanes::{Taken, Wishes};
use super::push::Push;
use super::{Connector, Later};
use crate::commerce::defect::Defect;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{
    Asked, CameBack, ChannelReply, ChannelRequest, Confirmation, OmsReply, OmsRequest, OrderState,
};
use crate::history::What;
use crate::history::fact::{CallOutcome, Job, PushKind, Release};
use crate::ids::{ChannelId, OrderId};
use crate::rng::{Draw, mix};
use crate::units::{At, Span};

/// A call on its way.
#[derive(Clone, Copy, Debug)]
pub(super) enum InCall {
    Task {
        task: usize,
        sent: At,
    },
    Orders(ChannelId),
    Source,
    /// Everything there is at the source.
    Levels,
}

/// Something a worker does.
#[derive(Debug)]
pub(super) struct Task {
    kind: TaskKind,
    /// The order it is about; meaningless for pushes.
    order: OrderId,
    partition: u16,
    /// What its draws are keyed by.
    key: u64,
    attempt: u32,
    /// How long it waited for its worker.
    waited: Span,
    /// When its worker's service is over.
    service_ends: At,
}

#[derive(Clone, Debug)]
pub(super) enum TaskKind {
    Handoff,
    Reserve,
    /// Tells the OMS of the newest version of an order.
    Amend,
    Release(Release),
    Cancel,
    Confirm(Confirmation),
    Push(Push),
}

impl TaskKind {
    pub(super) fn number(&self) -> u64 {
        match self {
            TaskKind::Handoff => 21,
            TaskKind::Reserve => 22,
            TaskKind::Release(_) => 23,
            TaskKind::Cancel => 24,
            TaskKind::Confirm(step) => 27 + *step as u64,
            TaskKind::Push(_) => 25,
            TaskKind::Amend => 26,
        }
    }
}

impl Task {
    pub(super) fn new(kind: TaskKind, order: OrderId, partition: u16, key: u64) -> Task {
        let (waited, service_ends) = (Span::ZERO, At::START);
        Task { kind, order, partition, key, attempt: 0, waited, service_ends }
    }
}

impl Task {
    /// What it does, and the order that this is about.
    pub(super) fn parts(&self) -> (&TaskKind, OrderId) {
        (&self.kind, self.order)
    }

    /// The channel that it calls, if it is no update: those wait in their lanes.
    fn calls_channel(&self) -> Option<ChannelId> {
        let calls = matches!(self.kind, TaskKind::Cancel | TaskKind::Confirm(_));
        calls.then_some(self.order.channel)
    }

    /// What its draws are keyed by, when it is an update.
    pub(super) fn update(&self) -> Option<u64> {
        matches!(self.kind, TaskKind::Push(_)).then_some(self.key)
    }

    /// The order it is about.
    pub(super) fn about(&self) -> Option<OrderId> {
        (!matches!(self.kind, TaskKind::Push(_))).then_some(self.order)
    }
}

impl Connector {
    /// Lets every free worker take what goes first.
    pub(super) fn start_work(&mut self, now: At, out: &mut Outbox) {
        if !self.is_at_work() || !std::mem::take(&mut self.may_start) {
            return;
        }
        for place in 0..self.partitions.len() {
            while self.partitions[place].can_start() {
                let taken = self.partitions[place].take(&self.batches);
                let Some((since, taken)) = taken else { break };
                let (since, id) = match taken {
                    Taken::Order(task) | Taken::Again(task) => (since, task),
                    Taken::Fresh(channel, kind, wishes) => {
                        let first = wishes.first().map(|wish| wish.sku);
                        let renewed = first.and_then(|sku| self.shelf.renewed(channel, sku, kind));
                        let id = self.add_push(place as u16, channel, kind, wishes);
                        (renewed.unwrap_or(since), id)
                    }
                };
                if let Some(channel) = self.tasks[id].calls_channel().filter(|c| self.holds(*c)) {
                    self.put_by(channel, place, id);
                    continue;
                }
                self.partitions[place].busy += 1;
                self.work_on(now, id, now.since(since), out);
            }
        }
    }

    fn add_push(
        &mut self,
        partition: u16,
        channel: ChannelId,
        kind: PushKind,
        wishes: Wishes,
    ) -> usize {
        let key = wishes.first().map_or(0, |first| {
            let about = mix(u64::from(first.sku.0), first.version.0);
            mix(about, mix(u64::from(channel.0), kind as u64))
        });
        let push = Push::new(channel, kind, wishes);
        self.tasks.insert(Task::new(TaskKind::Push(push), OrderId::default(), partition, key))
    }

    fn work_on(&mut self, now: At, id: usize, waited: Span, out: &mut Outbox) {
        let task = &mut self.tasks[id];
        task.attempt += 1;
        task.waited = waited;
        if let TaskKind::Push(push) = &mut task.kind
            && !push.repeats
        {
            push.fix(&self.play, &mut self.shelf);
        }
        let service = self.service(&self.tasks[id]);
        self.tasks[id].service_ends = now + service;
        let until_call = service - self.play.exchange_allowance;
        if until_call == Span::ZERO {
            self.call(now, id, out);
        } else {
            self.timers.set(now + until_call, Later::Call(id));
        }
    }

    /// How long a worker works on a task. The time that is stated of a described connector goes by
    /// once: a retry waits out its backoff and no more.
    fn service(&self, task: &Task) -> Span {
        if self.play.described.is_some() && task.attempt > 1 {
            return Span::ZERO;
        }
        let law = match task.kind {
            TaskKind::Handoff | TaskKind::Reserve | TaskKind::Amend | TaskKind::Release(_) => {
                self.play.order_service()
            }
            TaskKind::Cancel | TaskKind::Confirm(_) | TaskKind::Push(_) => &self.play.service,
        };
        law.sample(self.draws.two_units(Draw::Service, task.key, task.attempt))
    }

    /// Makes a task's call, or drops the task when it has become moot.
    pub(super) fn call(&mut self, now: At, id: usize, out: &mut Outbox) {
        if let Some(asked) = self.word(id) {
            self.ask(InCall::Task { task: id, sent: now }, asked, out);
        } else {
            let task = self.tasks.remove(id);
            self.free_worker(now, &task);
        }
    }

    fn word(&mut self, id: usize) -> Option<Asked> {
        let task = &mut self.tasks[id];
        let order = task.order;
        if let TaskKind::Push(push) = &mut task.kind {
            let (connector, wordings) = (self.id, &mut self.next_wording);
            let key = || {
                *wordings += 1;
                mix(u64::from(connector.0), *wordings)
            };
            let first = !push.repeats;
            let mut request = push.word(&self.play, &mut self.shelf, key)?;
            if self.defects.any() {
                let (channel, shelf) = (push.channel, &self.shelf);
                let about = (channel, shelf.source.len(), first);
                let believed = |sku| shelf.believed(channel, sku);
                defective::sent(&mut self.defects, &mut request, about, believed);
                if let Some((tariff, _)) = shelf.tariff(channel) {
                    let about = (channel, first, push.worded.as_slice());
                    defective::converted(&mut self.defects, &mut request, about, tariff);
                }
            }
            let (channel, resets) = (push.channel, push.resets());
            self.overwrite_sales(channel, resets);
            return Some(Asked::Channel(channel, request));
        }
        let known = self.orders.get_mut(order)?;
        let state = known.state;
        let released = matches!(state, OrderState::Released(_));
        let (intent, version, lines) = (known.intent, known.version, known.lines.clone());
        match task.kind {
            TaskKind::Handoff | TaskKind::Reserve | TaskKind::Amend | TaskKind::Confirm(_)
                if released =>
            {
                None
            }
            TaskKind::Handoff => {
                let key = mix(u64::from(order.channel.0), order.number);
                let about = (order, task.attempt);
                let (key, lines) = defective::handed_over(&mut self.defects, about, known, key);
                let key = self.play.retry.idempotent.then_some(key);
                let attempt = task.attempt;
                // From here on the OMS may hold it: a release must be told.
                known.handed = true;
                let request = OmsRequest::Handoff { order, intent, version, lines, key, attempt };
                Some(Asked::Oms(request))
            }
            TaskKind::Amend => Some(Asked::Oms(OmsRequest::Amend { order, version, lines })),
            TaskKind::Reserve => Some(Asked::Oms(OmsRequest::Reserve { order, intent, lines })),
            TaskKind::Release(why) => Some(Asked::Oms(OmsRequest::Release { order, why })),
            TaskKind::Cancel => {
                let request = ChannelRequest::CancelOrder { order, why: Release::Stock };
                Some(Asked::Channel(order.channel, request))
            }
            TaskKind::Confirm(Confirmation::Acceptance) if state > OrderState::Waiting => None,
            TaskKind::Confirm(step) => {
                Some(Asked::Channel(order.channel, ChannelRequest::Confirm { order, step }))
            }
            TaskKind::Push(_) => None,
        }
    }

    /// Takes the outcome of a task's call.
    pub(super) fn finish(
        &mut self,
        now: At,
        id: usize,
        sent: At,
        came: &CameBack,
        out: &mut Outbox,
    ) {
        let mut task = self.tasks.remove(id);
        self.free_worker(now, &task);
        let (outcome, wait) = outcome_of(came);
        if matches!(task.kind, TaskKind::Handoff) {
            out.facts.push(What::HandoffTried {
                connector: self.id,
                order: task.order,
                attempt: task.attempt,
                waited: task.waited,
                sent,
                outcome,
            });
        }
        if let TaskKind::Push(push) = &mut task.kind {
            self.record_push(push, (task.attempt, task.waited, sent), outcome, came, out);
            self.settle_push(push, outcome, came, out);
        }
        match outcome {
            CallOutcome::Done if self.keeps_refused_items(&mut task, came) => {
                self.try_again(now, task, CallOutcome::Rejected, wait, out);
            }
            CallOutcome::Done => match task.kind {
                TaskKind::Handoff => self.after_handoff(&task, out),
                TaskKind::Release(_) => self.after_release(task.order, out),
                TaskKind::Reserve
                | TaskKind::Amend
                | TaskKind::Cancel
                | TaskKind::Confirm(_)
                | TaskKind::Push(_) => {}
            },
            CallOutcome::Throttled
                if task.update().is_some_and(|key| self.drops_throttled(key)) => {}
            CallOutcome::Rejected if !self.play.retry.refusals => {
                self.give_up(&task, outcome, out);
            }
            _ => self.try_again(now, task, outcome, wait, out),
        }
    }

    /// A customer may have cancelled while the handoff was under way.
    fn after_handoff(&mut self, task: &Task, out: &mut Outbox) {
        let state = self.orders.get(task.order).map(|known| known.state);
        match state {
            Some(OrderState::Released(why)) if why != Release::Stock => {
                self.queue_order(&TaskKind::Release(why), task.order, out);
            }
            _ => {}
        }
    }

    pub(super) fn give_up(&mut self, task: &Task, last: CallOutcome, out: &mut Outbox) {
        let job = match &task.kind {
            TaskKind::Handoff => Job::Handoff(task.order),
            TaskKind::Reserve => Job::Reserve(task.order),
            TaskKind::Amend => Job::Amend(task.order),
            TaskKind::Release(_) => Job::Release(task.order),
            TaskKind::Cancel => Job::Cancel(task.order),
            TaskKind::Confirm(Confirmation::Acceptance) => Job::Accept(task.order),
            TaskKind::Confirm(Confirmation::Dispatch) => Job::Dispatch(task.order),
            TaskKind::Push(push) => Job::Push {
                channel: push.channel,
                kind: push.kind,
                items: push.worded.iter().map(|item| (item.sku, item.version)).collect(),
            },
        };
        let (connector, attempts) = (self.id, task.attempt);
        if self.defects.strikes(Defect::SwallowsDeadLetters, task.key) {
            return;
        }
        out.facts.push(What::GaveUp { connector, job, attempts, last });
        self.lay_by(task);
        // The OMS keeps what was given up: its channel offers units that are not there.
        if matches!(task.kind, TaskKind::Amend) {
            self.after_release(task.order, out);
        }
        // Given up with its outcome unknown: what waited for it waits no longer.
        if let TaskKind::Push(push) = &task.kind
            && push.repeats
        {
            for item in &push.worded {
                let offer = self.shelf.offer(push.channel, item.sku);
                let waited = offer.map(|offer| offer.call_is_over(push.kind));
                self.say_what_waited(push.channel, item.sku, waited.unwrap_or_default(), out);
            }
        }
    }

    fn free_worker(&mut self, now: At, task: &Task) {
        if task.service_ends > now {
            self.timers.set(task.service_ends, Later::Free(task.partition));
        } else {
            self.partitions[usize::from(task.partition)].busy -= 1;
            self.may_start = true;
        }
    }
}

/// What a call came to, and how long the other side asked to wait.
fn outcome_of(came: &CameBack) -> (CallOutcome, Option<Span>) {
    match came {
        CameBack::Channel(reply) => match reply {
            ChannelReply::Placed { .. }
            | ChannelReply::Carted
            | ChannelReply::Cancelled
            | ChannelReply::Confirmed
            | ChannelReply::Edited
            | ChannelReply::Updated { .. }
            | ChannelReply::Orders { .. } => (CallOutcome::Done, None),
            ChannelReply::TurnedAway { .. } | ChannelReply::Invalid { .. } => {
                (CallOutcome::Rejected, None)
            }
            ChannelReply::Throttled { retry_after } => (CallOutcome::Throttled, *retry_after),
            ChannelReply::Unavailable => (CallOutcome::Unavailable, None),
        },
        CameBack::Oms(reply) => match reply {
            OmsReply::Held { .. } | OmsReply::Done | OmsReply::Changes { .. } => {
                (CallOutcome::Done, None)
            }
            OmsReply::Throttled { retry_after } => (CallOutcome::Throttled, *retry_after),
            OmsReply::Unavailable => (CallOutcome::Unavailable, None),
            OmsReply::Invalid { .. } => (CallOutcome::Rejected, None),
        },
        CameBack::NotSent => (CallOutcome::Unavailable, None),
        CameBack::Unknown => (CallOutcome::Unknown, None),
    }
}
