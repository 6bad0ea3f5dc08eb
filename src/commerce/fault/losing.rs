//! Owns the family of faults of the way between: answers that come late, or never.
//! Must not know which calls they meet, nor what carries them.

use super::PATIENCE;
use crate::commerce::outbox::{Fate, How};
use crate::units::Span;

/// The fate of an answer that takes so long: whoever waits for it gives it up in the end.
pub(super) fn after(delay: Span) -> Fate {
    let lost = (delay >= PATIENCE).then_some(How::Close);
    Fate::Late { after: delay.min(PATIENCE), lost }
}

/// The fate of an answer that comes piece by piece: whoever waits for its end gives it up.
pub(super) fn trickling(over: Span) -> Fate {
    let lost = (over >= PATIENCE).then_some(How::HalfBody);
    Fate::Trickles { over: over.min(PATIENCE), lost }
}

/// The fate of an answer that never comes.
pub(super) fn never() -> Fate {
    after(PATIENCE)
}
