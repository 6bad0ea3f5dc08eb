//! Owns the estate as servers ask it, in wall time. Must not know sockets, nor what an answer
//! means.

use std::sync::Arc;

use super::carrier::Carrier;
use super::clock::Clock;
use crate::commerce::outbox::{Answer, Fate, Outbox, Wording};
use crate::commerce::protocol::{Asked, Notice, Receipt, Reply, Role};
use crate::ids::ConnectorId;
use crate::units::Span;
use crate::wire::dialect::Code;
use crate::wire::server::Serves;

/// The estate behind servers.
pub(super) struct Hosted(pub(super) Arc<Carrier>);

impl Serves for Hosted {
    fn exchange(&self, asked: Asked) -> Answer<Reply> {
        self.in_wall_time(self.0.estate.exchange(&mut &self.0, asked, &mut Outbox::default()))
    }

    fn exchange_outside(&self, asked: Asked) -> Answer<Reply> {
        self.0.party.called();
        let second = self.0.clock.now().wall_us / 1_000_000;
        let out = &mut Outbox::default();
        self.in_wall_time(self.0.estate.exchange_outside(&mut &self.0, (asked, Some(second)), out))
    }

    fn refused(&self, role: Role, code: Code) {
        self.0.outside_refused(role, code);
    }

    fn notice(&self, connector: ConnectorId, notice: Notice) -> Answer<Receipt> {
        let refused =
            self.0.estate.deliver(&mut &self.0, connector, notice, &mut Outbox::default());
        Answer::heard(if refused.is_some() { Receipt::Refused } else { Receipt::Taken })
    }
}

impl Hosted {
    fn in_wall_time(&self, answer: Answer<Reply>) -> Answer<Reply> {
        Answer { fate: in_wall_time(&self.0.clock, answer.fate), ..answer }
    }
}

/// A fate in campaign time as it is on the wall's clock.
pub(super) fn in_wall_time(clock: &Clock, fate: Fate) -> Fate {
    let wall = |span: Span| Span(clock.wall_us_in(span));
    match fate {
        Fate::Late { after, lost } => Fate::Late { after: wall(after), lost },
        Fate::Trickles { over, lost } => Fate::Trickles { over: wall(over), lost },
        Fate::Worded(Wording::RetryAt(by)) => Fate::Worded(Wording::RetryAt(wall(by))),
        fate @ (Fate::Heard
        | Fate::Lost(_)
        | Fate::NoConnection
        | Fate::Worded(Wording::Stranger)) => fate,
    }
}
