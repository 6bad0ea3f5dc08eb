//! Owns the agenda of virtual time: what is to happen when. It is the driver of its estate: time is
//! what the agenda says. Must not know what happens then.

use crate::commerce::desk::{Afterwards, Edit, Purpose};
use crate::commerce::outbox::{Outbox, Posting};
use crate::commerce::protocol::{CameBack, Role};
use crate::commerce::timers::Timers;
use crate::drive::estate::Driver;
use crate::ids::{ConnectorId, FaultId, Intent, OpId, OrderId};
use crate::traffic::Arrival;
use crate::units::At;

/// What is to happen when. It is the driver of its estate: time is what the agenda says.
pub(super) struct Agenda {
    pub(super) now: At,
    pub(super) timers: Timers<Due>,
    /// When a hand is to be asked, as far as that is on the agenda.
    pub(super) next_turn: Option<At>,
}

pub(super) enum Due {
    Arrival(Arrival),
    Merchant,
    Cancel(Intent, OrderId),
    /// A shopper edits an order.
    Edit(Box<Edit>),
    /// A shopper checks out.
    CheckOut(Box<Arrival>),
    /// A connector's call comes back.
    CameBack(ConnectorId, OpId, CameBack),
    /// A call of the load comes back.
    Answered(Box<(Purpose, Afterwards, CameBack)>),
    /// A fault begins or ends.
    Fault(FaultId, bool),
    Wake(Role),
    /// A notice.
    Notice(Posting),
    Sample,
    Turn,
    TrafficEnds,
}

impl Driver for Agenda {
    /// What is said is taken down when the whole event is over.
    #[inline]
    fn stamp<T>(&mut self, out: &mut Outbox, happens: impl FnOnce(At, &mut Outbox) -> T) -> T {
        happens(self.now, out)
    }

    /// The estate is asked who is next.
    fn wake_at(&mut self, _: Role, _: At) {}

    fn cancel_at(&mut self, at: At, intent: Intent, order: OrderId) {
        self.timers.set(at, Due::Cancel(intent, order));
    }

    fn edit_at(&mut self, at: At, edit: Box<Edit>) {
        self.timers.set(at, Due::Edit(edit));
    }

    fn check_out_at(&mut self, at: At, arrival: Box<Arrival>) {
        self.timers.set(at, Due::CheckOut(arrival));
    }

    fn may_come_late(&self) -> Option<At> {
        None
    }

    /// A connector's calls stay where they are until its turn is over.
    fn carry(&mut self, _: Role, out: &mut Outbox) {
        for posted in out.notices.drain(..) {
            self.timers.set(posted.at.max(self.now), Due::Notice(posted.first()));
        }
    }
}
