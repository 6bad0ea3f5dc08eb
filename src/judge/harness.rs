//! Owns what befell the harness itself, and which results it may have made.
//! Must not know what was played.
//!
//! A call of a connector that found no connection is tried again and comes late: that is no doing
//! of the connector, nor of the team behind it. It can only make results worse, so what passes in
//! spite of it passes.

use std::collections::BTreeMap;

use super::judgement::HarnessSeen;
use crate::history::charter::{Charter, Honesty};
use crate::history::fact::groups::{
    of_channels, of_faults, of_load, of_operators, of_sources, of_the_party,
};
use crate::history::fact::{Address, Fact, HarnessFault, Intake, What};
use crate::ids::ChannelId;
use crate::units::Ppm;

/// Calls of connectors and webhooks: all, and those that never left.
#[derive(Clone, Copy, Debug, Default)]
struct Calls {
    all: u64,
    never_left: u64,
}

/// What is known of it.
#[derive(Clone, Debug)]
pub(super) struct Harness {
    counts: BTreeMap<HarnessFault, u64>,
    /// To each channel.
    channels: Vec<Calls>,
    /// To the OMS and to connectors: every channel rests on them.
    elsewhere: Calls,
}

impl Harness {
    pub(super) fn new(charter: &Charter) -> Harness {
        Harness {
            counts: BTreeMap::new(),
            channels: vec![Calls::default(); charter.channels.len()],
            elsewhere: Calls::default(),
        }
    }

    /// Eats a fact; most do not concern it.
    pub(super) fn eat(&mut self, fact: &Fact) {
        match fact.what {
            What::Harness { fault, at, times } => {
                let count = self.counts.entry(fault).or_default();
                *count = count.saturating_add(times);
                if fault == HarnessFault::NeverLeft {
                    let calls = match at {
                        Address::Channel(channel) => &mut self.channels[channel.index()],
                        Address::Oms | Address::Connector(_) => &mut self.elsewhere,
                    };
                    calls.never_left = calls.never_left.saturating_add(times);
                }
            }
            What::Pushed { channel, .. } => self.channels[channel.index()].all += 1,
            What::HandoffTried { .. } | What::Noticed { by: Intake::Webhook, .. } => {
                self.elsewhere.all += 1;
            }
            What::Noticed { by: Intake::Poll, .. }
            | What::GaveUp { .. }
            | What::Queue { .. }
            | What::Charter(_)
            | What::Stalled { .. }
            | of_faults!()
            | of_operators!()
            | of_the_party!()
            | What::Alert { .. }
            | What::TrafficEnded {}
            | What::Quiet {}
            | What::Ended { .. }
            | What::Unknown(_)
            | of_load!()
            | of_channels!()
            | of_sources!() => {}
        }
    }

    /// A part of it panicked: nothing of the run may be believed.
    pub(super) fn panicked(&self) -> bool {
        self.count(HarnessFault::Panicked) > 0
    }

    /// Whether a failure on a channel, or on the run, may be its doing.
    pub(super) fn touched(&self, channel: Option<ChannelId>, charter: &Charter) -> bool {
        let too_many = |calls: &Calls| {
            let all = calls.all.max(calls.never_left);
            too_many(calls.never_left, all, charter)
        };
        let here = match channel {
            Some(channel) => too_many(&self.channels[channel.index()]),
            None => self.channels.iter().any(too_many),
        };
        here || too_many(&self.elsewhere)
    }

    pub(super) fn seen(&self, after_end: u64, charter: &Charter) -> HarnessSeen {
        HarnessSeen {
            never_left: self.count(HarnessFault::NeverLeft),
            turned_away: self.count(HarnessFault::TurnedAway),
            not_accepted: self.count(HarnessFault::NotAccepted),
            panicked: self.count(HarnessFault::Panicked),
            strangers: self.count(HarnessFault::Stranger),
            evicted: self.count(HarnessFault::Evicted),
            after_end,
            touched: self.panicked() || self.touched(None, charter),
        }
    }

    fn count(&self, fault: HarnessFault) -> u64 {
        self.counts.get(&fault).copied().unwrap_or(0)
    }
}

/// Calls without an answer are bounded like calls not sent: a shopper who hears nothing was not
/// served. A handful is no share.
pub(super) fn too_many(silent: u64, calls: u64, charter: &Charter) -> bool {
    beyond(silent, calls, charter.honesty.sent_at_least)
}

/// The same of what a record leaves out or contradicts, by the standard limit at least: whoever
/// forgives the load more has not been told more.
pub(super) fn too_many_on_record(part: u64, whole: u64, charter: &Charter) -> bool {
    beyond(part, whole, charter.honesty.sent_at_least.max(Honesty::default().sent_at_least))
}

fn beyond(part: u64, whole: u64, at_least: Ppm) -> bool {
    const HANDFUL: u64 = 5;
    let allowed = u128::from(Ppm::ONE.0 - at_least.0.min(Ppm::ONE.0));
    part >= HANDFUL && u128::from(part) * 1_000_000 > u128::from(whole) * allowed
}
