//! Owns what facts of the load mean to all who hear of them: honesty, answers, what was wanted.
//! Must not judge.

use super::answers::Known;
use super::load::Stamp;
use super::run::Run;
use crate::history::fact::groups::{of_channels, of_connectors, of_outside, of_sources};
use crate::history::fact::{Call, What};
use crate::ids::ChannelId;
use crate::units::At;

impl Run {
    pub(super) fn load_fact(&mut self, what: &What, stamp: Stamp) {
        match *what {
            What::Sent { op, call, channel, intent, intended } => {
                self.started = true;
                let asks = (call, channel, intent);
                let (lateness, wanted) = self.load.sent(op, asks, intended, stamp);
                let in_flight = self.load.in_flight();
                if let Some(channel) = channel.filter(|_| call == Call::PlaceOrder) {
                    self.answers.asked(channel, intent);
                }
                if let Some(channel) = channel.filter(|_| call == Call::CancelOrder) {
                    self.answers.note(channel, intent, Known::Cancel);
                }
                self.windows.lateness(stamp.at, lateness);
                self.windows.at(stamp.at, channel, |window| {
                    window.sent += 1;
                    window.in_flight = window.in_flight.max(in_flight);
                });
                if wanted {
                    self.wanted(intended.min(stamp.at), channel);
                }
            }
            What::Answered { op, outcome } => {
                if let Some((call, channel, intent)) = self.load.answered(op, outcome, stamp) {
                    match (call, channel) {
                        (Call::PlaceOrder, Some(channel)) => {
                            self.answers.answered(channel, intent, outcome);
                        }
                        (Call::CancelOrder, Some(channel)) => {
                            self.answers.cancelled(channel, intent, outcome);
                        }
                        _ => {}
                    }
                    self.windows.at(stamp.at, channel, |window| window.answered += 1);
                }
            }
            What::Unsent { op, call, channel, intent, intended } => {
                self.started = true;
                if let Some(channel) = channel.filter(|_| call == Call::PlaceOrder) {
                    self.answers.note(channel, intent, Known::Asked);
                }
                if let Some(channel) = channel.filter(|_| call == Call::CancelOrder) {
                    self.answers.never_cancelled(channel, intent);
                }
                if self.load.unsent(op, (call, channel, intent)) {
                    self.wanted(intended.min(stamp.at), channel);
                }
            }
            What::Resolved { op, outcome } => match self.load.resolved(op, outcome) {
                Some((Call::PlaceOrder, Some(channel), intent)) => {
                    self.answers.found_out(channel, intent, outcome);
                }
                Some((Call::CancelOrder, Some(channel), intent)) => {
                    self.answers.cancelled(channel, intent, outcome);
                }
                _ => {}
            },
            of_channels!() | of_sources!() | of_connectors!() | of_outside!() => {}
        }
    }

    /// An order not wanted before.
    fn wanted(&mut self, at: At, channel: Option<ChannelId>) {
        self.windows.at(at, channel, |window| window.offered += 1);
        let after = self.charter.phases.partition_point(|phase| phase.from <= at);
        if let Some(count) = self.wanted_in.get_mut(after.saturating_sub(1)) {
            *count += 1;
        }
    }
}
