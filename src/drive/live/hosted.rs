//! Owns the estate as servers ask it, in wall time. Must not know sockets, nor what an answer
//! means.

use std::sync::Arc;

use super::carrier::Carrier;
use super::clock::Clock;
use crate::commerce::outbox::{Answer, Fate, Outbox, Wording};
use crate::commerce::protocol::{Asked, Notice, Receipt, Reply};
use crate::ids::ConnectorId;
use crate::units::Span;
use crate::wire::server::Serves;

/// The estate behind servers.
pub(super) struct Hosted(pub(super) Arc<Carrier>);

impl Serves for Hosted {
    fn exchange(&self, asked: Asked) -> Answer<Reply> {
        let answer = self.0.estate.exchange(&mut &self.0, asked, &mut Outbox::default());
        let fate = in_wall_time(&self.0.clock, answer.fate);
        Answer { fate, ..answer }
    }

    fn notice(&self, connector: ConnectorId, notice: Notice) -> Answer<Receipt> {
        let refused =
            self.0.estate.deliver(&mut &self.0, connector, notice, &mut Outbox::default());
        Answer::heard(if refused.is_some() { Receipt::Refused } else { Receipt::Taken })
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
