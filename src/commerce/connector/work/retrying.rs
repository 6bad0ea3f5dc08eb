//! Owns what a connector tries again by itself, how often and after which wait.
//! Must not know what a task does, nor what became of its call.

use super::{Task, TaskKind};
use crate::commerce::connector::lanes::PushEntry;
use crate::commerce::connector::{Connector, Later};
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::CameBack;
use crate::history::fact::CallOutcome;
use crate::rng::Draw;
use crate::units::{At, Span};

impl Connector {
    /// Leaves of an update what was refused of it, if that is tried again; whether any of it was.
    pub(super) fn keeps_refused_items(&self, task: &mut Task, came: &CameBack) -> bool {
        match &mut task.kind {
            TaskKind::Push(push) => self.play.retry.refusals && push.keep_refused(came),
            TaskKind::Handoff
            | TaskKind::Reserve
            | TaskKind::Amend
            | TaskKind::Release(_)
            | TaskKind::Cancel
            | TaskKind::Confirm(_) => false,
        }
    }

    /// Tries a task again, as often as it may be tried.
    pub(super) fn try_again(
        &mut self,
        now: At,
        task: Task,
        last: CallOutcome,
        wait: Option<Span>,
        out: &mut Outbox,
    ) {
        if task.attempt >= self.play.retry.attempts {
            self.give_up(&task, last, out);
        } else {
            self.retry(now, task, wait);
        }
    }

    fn retry(&mut self, now: At, task: Task, asked_to_wait: Option<Span>) {
        let retry = &self.play.retry;
        let doublings = (task.attempt - 1).min(20);
        let backoff =
            Span(retry.backoff_from.0.saturating_mul(1 << doublings)).min(retry.backoff_to);
        // Equal jitter: half is certain, half is drawn, so that failures do not come back in step.
        let drawn = self.draws.unit(Draw::Backoff, task.key, task.attempt);
        let wait = Span(backoff.0 / 2 + (backoff.0 as f64 / 2.0 * drawn) as u64);
        let wait = wait.max(asked_to_wait.unwrap_or(Span::ZERO));
        // It will be worded anew and then carry what changes meanwhile; a repetition will not.
        if let TaskKind::Push(push) = &task.kind
            && !push.repeats
        {
            for wish in &push.wishes {
                if let Some(offer) = self.shelf.offer(push.channel, wish.sku) {
                    *offer.waits(push.kind) = true;
                }
            }
        }
        self.partitions[usize::from(task.partition)].backs_off();
        let id = self.tasks.insert(task);
        self.timers.set(now + wait, Later::Again(id));
    }

    pub(in crate::commerce::connector) fn requeue(&mut self, now: At, id: usize) {
        let Some(task) = self.tasks.get(id) else { return };
        self.may_start = true;
        let partition = &mut self.partitions[usize::from(task.partition)];
        partition.comes_back();
        match &task.kind {
            TaskKind::Push(push) => {
                partition.push_change(now, push.channel, push.kind, PushEntry::Again(id));
            }
            _ => partition.push_order(now, id),
        }
    }
}
