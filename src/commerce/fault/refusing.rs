//! Owns the family of faults that answer in a system's stead: unavailable, throttled, refused.
//! Must not know which calls they meet.

use crate::commerce::inside::InsideReply;
use crate::commerce::limiter::{LimitedOp, Limiter, LimiterKind, LimiterTerms};
use crate::commerce::outbox::{Fate, Wording};
use crate::commerce::protocol::{ChannelReply, OmsReply};
use crate::history::fact::Refusal;
use crate::units::{At, Span};

/// An answer in a system's stead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// "Unavailable".
    Unavailable,
    /// No answer, for want of a connection.
    NoConnection,
    /// Over a limit: wait so long, when it is said.
    Throttled(Option<ToldWait>),
    /// Refused for good.
    Refused,
    /// Refused for good: the token is not known.
    Stranger,
}

/// How long callers are told to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToldWait {
    /// So long.
    pub by: Span,
    /// As the date at which the wait is over. Campaign time has no dates: the connectors of a run
    /// make nothing of one, as many do.
    pub as_date: bool,
}

impl ToldWait {
    /// So long, in seconds.
    pub fn of(by: Span) -> ToldWait {
        ToldWait { by, as_date: false }
    }
}

/// A reply that can be given in a system's stead.
pub trait Stead {
    /// The words for it.
    fn of(instead: Instead) -> Self;
}

/// What is said of a call that is refused for good.
const REFUSED: &str = "this system does not take such calls any more";
/// What is said of a call whose token is not known.
const STRANGER: &str = "the token has expired or was revoked";

impl Instead {
    /// Why a shopper was turned away.
    pub fn refusal(self) -> Refusal {
        match self {
            Instead::Unavailable | Instead::NoConnection | Instead::Throttled(_) => {
                Refusal::Unavailable
            }
            Instead::Refused | Instead::Stranger => Refusal::Invalid,
        }
    }

    /// What becomes of it on its way: on a wire some are said in words of their own.
    pub fn fate(self) -> Fate {
        match self {
            Instead::Throttled(Some(ToldWait { by, as_date: true })) => {
                Fate::Worded(Wording::RetryAt(by))
            }
            Instead::Stranger => Fate::Worded(Wording::Stranger),
            Instead::NoConnection => Fate::NoConnection,
            Instead::Unavailable | Instead::Throttled(_) | Instead::Refused => Fate::Heard,
        }
    }

    /// How long to wait, as the connectors of a run understand it.
    fn wait(says: Option<ToldWait>) -> Option<Span> {
        says.filter(|says| !says.as_date).map(|says| says.by)
    }
}

impl Stead for ChannelReply {
    fn of(instead: Instead) -> ChannelReply {
        match instead {
            Instead::Unavailable | Instead::NoConnection => ChannelReply::Unavailable,
            Instead::Throttled(says) => {
                ChannelReply::Throttled { retry_after: Instead::wait(says) }
            }
            Instead::Refused => ChannelReply::Invalid { why: REFUSED.to_owned() },
            Instead::Stranger => ChannelReply::Invalid { why: STRANGER.to_owned() },
        }
    }
}

impl Stead for InsideReply {
    fn of(instead: Instead) -> InsideReply {
        ChannelReply::of(instead).into()
    }
}

impl Stead for OmsReply {
    fn of(instead: Instead) -> OmsReply {
        match instead {
            Instead::Unavailable | Instead::NoConnection => OmsReply::Unavailable,
            Instead::Throttled(says) => OmsReply::Throttled { retry_after: Instead::wait(says) },
            Instead::Refused => OmsReply::Invalid { why: REFUSED.to_owned() },
            Instead::Stranger => OmsReply::Invalid { why: STRANGER.to_owned() },
        }
    }
}

/// What still gets through a throttle: all calls count, whatever they are for.
pub(super) fn allowing(kind: LimiterKind) -> Limiter {
    Limiter::new(&LimiterTerms { kind, on: vec![], tells_retry_after: false })
}

/// What a throttle makes of a call: none lets it pass.
pub(super) fn throttled(
    now: At,
    allows: Option<&mut Limiter>,
    says: Option<ToldWait>,
) -> Option<Instead> {
    // A throttle counts calls of every kind alike.
    let passes = allows.is_some_and(|limiter| limiter.ask(now, LimitedOp::Order).is_ok());
    (!passes).then_some(Instead::Throttled(says))
}
