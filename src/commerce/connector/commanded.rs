//! Owns what befalls a connector from outside: pauses, crashes and what is left after them, and
//! channels that are held. Must not know who commands.

use super::lanes::Partition;
use super::{Connector, Later};
use crate::commerce::command::MachineCommand;
use crate::commerce::outbox::Outbox;
use crate::ids::ChannelId;
use crate::units::At;

/// Whether a connector works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Condition {
    #[default]
    Works,
    /// It hears, and takes up nothing.
    Paused,
    /// It is not there.
    Down,
}

/// What a connector has been told to leave alone.
#[derive(Debug, Default)]
pub(super) struct Orders {
    /// Everything.
    pub(super) halted: bool,
    /// These channels.
    held: Vec<ChannelId>,
    /// Tasks other than updates that wait for their channel to be held no longer.
    waiting: Vec<(ChannelId, usize)>,
}

impl Connector {
    /// Something befalls it.
    pub fn obey(&mut self, now: At, command: MachineCommand, out: &mut Outbox) {
        self.now = now;
        match command {
            MachineCommand::Pause if self.condition == Condition::Works => {
                self.condition = Condition::Paused;
            }
            MachineCommand::Pause => {}
            MachineCommand::Crash => {
                self.condition = Condition::Down;
                self.lose_what_is_in_hand();
            }
            MachineCommand::Resume => self.condition = Condition::Works,
            MachineCommand::Halt => self.orders_of.halted = true,
            MachineCommand::GoOn => {
                self.orders_of.halted = false;
                if self.condition == Condition::Paused {
                    self.condition = Condition::Works;
                }
                for channel in std::mem::take(&mut self.orders_of.held) {
                    self.let_go(now, channel);
                }
            }
            MachineCommand::SetClock(skew) => self.skew = skew,
            MachineCommand::Hold(channel) => self.hold(channel),
            MachineCommand::Release(channel) => {
                self.orders_of.held.retain(|held| *held != channel);
                self.let_go(now, channel);
            }
            MachineCommand::Show(channel, rule) => {
                for sku in self.shelf.set_rule(channel, rule) {
                    self.wish_stock(channel, sku, out);
                }
            }
            MachineCommand::Resync(channel) => self.resync(channel, out),
            MachineCommand::Replay(channel) => self.replay(channel, out),
        }
        self.may_start = true;
        self.start_work(now, out);
    }

    /// Whether it takes up work and looks at anything.
    pub(super) fn is_at_work(&self) -> bool {
        self.condition == Condition::Works && !self.orders_of.halted
    }

    /// Whether it is to leave a channel alone.
    pub(super) fn holds(&self, channel: ChannelId) -> bool {
        self.orders_of.held.contains(&channel)
    }

    /// A task for a channel waits until the channel is held no longer.
    pub(super) fn put_by(&mut self, channel: ChannelId, partition: usize, task: usize) {
        self.partitions[partition].backs_off();
        self.orders_of.waiting.push((channel, task));
    }

    fn hold(&mut self, channel: ChannelId) {
        if self.play.channels.contains(&channel) && !self.holds(channel) {
            self.orders_of.held.push(channel);
            self.partitions.iter_mut().for_each(|partition| partition.hold(channel));
        }
    }

    fn let_go(&mut self, now: At, channel: ChannelId) {
        self.partitions.iter_mut().for_each(|partition| partition.release(channel));
        let waiting = std::mem::take(&mut self.orders_of.waiting);
        let (tasks, others) = waiting.into_iter().partition(|(of, _)| *of == channel);
        self.orders_of.waiting = others;
        let tasks: Vec<(ChannelId, usize)> = tasks;
        for (_, task) in tasks {
            self.requeue(now, task);
        }
    }

    /// Its queue lay in memory. What it knows of orders, offers and how far it has read lies on
    /// its disk; a price that is due later does too, and so does what it gave up and what it was
    /// told to leave alone.
    fn lose_what_is_in_hand(&mut self) {
        self.tasks.clear();
        self.calls.clear();
        for partition in &mut self.partitions {
            let channels = self.readers.len();
            *partition = Partition::new(partition.workers, channels, self.play.priority);
            self.orders_of.held.iter().for_each(|channel| partition.hold(*channel));
        }
        self.orders_of.waiting.clear();
        self.timers.retain(|later| {
            matches!(
                later,
                Later::ReadOrders(_) | Later::ReadSource | Later::PushAll | Later::PriceDue { .. }
            )
        });
        self.shelf.nothing_is_under_way();
        self.readers.iter_mut().flatten().for_each(|reader| reader.reading = false);
        self.source.reading = false;
        self.anew.nothing_is_under_way();
    }
}
