//! Owns the family of faults that answer in a system's stead: unavailable, throttled, refused.
//! Must not know which calls they meet.

use crate::commerce::limiter::{LimitedOp, Limiter, LimiterKind, LimiterTerms};
use crate::commerce::protocol::{ChannelReply, OmsReply};
use crate::history::fact::Refusal;
use crate::units::{At, Span};

/// An answer in a system's stead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// "Unavailable".
    Unavailable,
    /// Over a limit: wait so long, when it is said.
    Throttled(Option<Span>),
    /// Refused for good.
    Refused,
}

/// A reply that can be given in a system's stead.
pub trait Stead {
    /// The words for it.
    fn of(instead: Instead) -> Self;
}

/// What is said of a call that is refused for good.
const REFUSED: &str = "this system does not take such calls any more";

impl Instead {
    /// Why a shopper was turned away.
    pub fn refusal(self) -> Refusal {
        match self {
            Instead::Unavailable | Instead::Throttled(_) => Refusal::Unavailable,
            Instead::Refused => Refusal::Invalid,
        }
    }
}

impl Stead for ChannelReply {
    fn of(instead: Instead) -> ChannelReply {
        match instead {
            Instead::Unavailable => ChannelReply::Unavailable,
            Instead::Throttled(retry_after) => ChannelReply::Throttled { retry_after },
            Instead::Refused => ChannelReply::Invalid { why: REFUSED.to_owned() },
        }
    }
}

impl Stead for OmsReply {
    fn of(instead: Instead) -> OmsReply {
        match instead {
            Instead::Unavailable => OmsReply::Unavailable,
            Instead::Throttled(retry_after) => OmsReply::Throttled { retry_after },
            Instead::Refused => OmsReply::Invalid { why: REFUSED.to_owned() },
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
    says: Option<Span>,
) -> Option<Instead> {
    // A throttle counts calls of every kind alike.
    let passes = allows.is_some_and(|limiter| limiter.ask(now, LimitedOp::Order).is_ok());
    (!passes).then_some(Instead::Throttled(says))
}
