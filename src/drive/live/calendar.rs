//! Owns what shoppers and merchant are to do in a live run, and saying at its end what was due and
//! never left. Must not know how calls travel.

use super::clock::Clock;
use super::jobs::Errand;
use super::pacer::Pacer;
use super::play::LiveError;
use super::world::World;
use crate::commerce::desk::LoadCall;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{Notice, Role};
use crate::drive::systems::merchant_events;
use crate::history::fact::HarnessFault;
use crate::ids::{ConnectorId, Intent, OpId, OrderId};
use crate::scenario::Plan;
use crate::traffic::{Arrival, MerchantEvent};
use crate::units::At;

pub(super) type Due<'a, T> = Box<dyn Iterator<Item = (At, T)> + 'a>;

/// What the diary holds.
pub(super) enum Later {
    /// Wake a machine, unless an earlier wake has overtaken this one.
    Wake(Role, At),
    Webhook {
        to: ConnectorId,
        notice: Notice,
        attempt: u32,
    },
    Cancel(Intent, OrderId),
    NotSent(ConnectorId, OpId),
    Sample,
}

/// What shoppers and merchant are to do. It outlives the selling: what was due and not done when a
/// run is stopped is said.
pub(super) struct Calendar<'a> {
    pub(super) arrivals: Pacer<Due<'a, Arrival>>,
    /// The merchant's acts by their place.
    pub(super) acts: Pacer<Due<'a, (u64, MerchantEvent)>>,
}

impl<'a> Calendar<'a> {
    pub(super) fn new(plan: &'a Plan, clock: Clock) -> Result<Calendar<'a>, LiveError> {
        let arrivals: Due<'a, Arrival> =
            Box::new(plan.traffic.arrivals(plan.world.seed).map(|a| (a.at, a)));
        let acts: Due<'a, (u64, MerchantEvent)> =
            Box::new((1..).zip(merchant_events(plan)).map(|(place, e)| (e.at, (place, e))));
        Ok(Calendar { arrivals: Pacer::new(clock, arrivals)?, acts: Pacer::new(clock, acts)? })
    }

    pub(super) fn give_up(mut self, world: &World) {
        let now = world.clock.now().at;
        let arrivals = self.arrivals.overdue(now).into_iter().map(|(_, arrival)| arrival);
        let acts = self.acts.overdue(now).into_iter().map(|(_, act)| act);
        world.never_sent(arrivals, acts);
    }
}

impl World {
    /// Orders and acts that were due and that nobody came to send.
    fn never_sent(
        &self,
        arrivals: impl Iterator<Item = Arrival>,
        acts: impl Iterator<Item = (u64, MerchantEvent)>,
    ) {
        let mut out = Outbox::default();
        for arrival in arrivals {
            LoadCall::order(self.op(), arrival).unsent(&mut out);
        }
        for (place, event) in acts {
            LoadCall::merchant(self.op(), place, &event).unsent(&mut out);
        }
        self.note(&mut out);
    }

    /// Closes every line. What was due and still waited for one was not sent; nor was a change of
    /// mind that was due and that the diary did not come to.
    pub(super) async fn hang_up(&self) {
        let mut out = Outbox::default();
        let (never_left, panicked) = self.lines().close().await;
        for (role, times) in panicked {
            self.befallen.add(HarnessFault::Panicked, role, times);
        }
        for job in never_left {
            if let Errand::Load { call, .. } = &job.errand {
                call.unsent(&mut out);
            }
        }
        let now = self.clock.now();
        for later in self.diary.overdue(now.at) {
            if let Later::Cancel(intent, order) = later {
                LoadCall::cancellation(self.op(), now.at, intent, order).unsent(&mut out);
            }
        }
        self.note(&mut out);
    }
}
