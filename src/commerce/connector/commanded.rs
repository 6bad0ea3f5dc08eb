//! Owns what befalls a connector from outside: pauses, crashes and what is left after them.
//! Must not know who commands.

use super::lanes::Partition;
use super::{Connector, Later};
use crate::commerce::command::MachineCommand;
use crate::commerce::outbox::Outbox;
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
            MachineCommand::Resume => {
                self.condition = Condition::Works;
                self.may_start = true;
                self.start_work(now, out);
            }
        }
    }

    /// Its queue lay in memory. What it knows of orders, offers and how far it has read lies on
    /// its disk; a price that is due later does too.
    fn lose_what_is_in_hand(&mut self) {
        self.tasks.clear();
        self.calls.clear();
        for partition in &mut self.partitions {
            let channels = self.readers.len();
            *partition = Partition::new(partition.workers, channels, self.play.priority);
        }
        self.timers.retain(|later| {
            matches!(later, Later::ReadOrders(_) | Later::ReadSource | Later::PriceDue { .. })
        });
        self.shelf.nothing_is_under_way();
        self.readers.iter_mut().flatten().for_each(|reader| reader.reading = false);
        self.source.reading = false;
    }
}
