//! Owns how often each operation may be called. Must not know what it does.
//!
//! Frequencies are the "maximum usage" of each operation in Mirakl's published description of the
//! seller API. One that says "at each …" has none.

use super::shapes::Refused;
use crate::commerce::limiter::{LimitedOp, Limiter, LimiterKind, LimiterTerms};
use crate::units::{At, Span};

/// What can be asked, by the platform's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    A01,
    Of02,
    Of03,
    Of21,
    Of22,
    Of24,
    Or11,
    Or21,
    Or24,
    Or29,
    Pri01,
    Pri02,
    Pri03,
    Sto01,
    Sto02,
    Sto03,
}

const MINUTE: Span = Span::from_mins(1);

/// Each operation that has a limit, with the time between two calls.
const EVERY: [(Operation, Span); 10] = [
    (Operation::Of02, MINUTE),
    (Operation::Of03, MINUTE),
    (Operation::Of24, MINUTE),
    (Operation::Or11, MINUTE),
    (Operation::Pri01, MINUTE),
    (Operation::Pri02, MINUTE),
    (Operation::Pri03, MINUTE),
    (Operation::Sto01, MINUTE),
    (Operation::Sto02, Span::from_secs(15)),
    (Operation::Sto03, MINUTE),
];

/// A limit an operation.
#[derive(Debug)]
pub(super) struct Limits(Vec<(Operation, Limiter)>);

impl Default for Limits {
    fn default() -> Limits {
        let limiter = |(operation, every): (Operation, Span)| {
            let kind = LimiterKind::TokenBucket { burst: 1, every };
            let terms = LimiterTerms { kind, on: vec![], tells_retry_after: true };
            (operation, Limiter::new(&terms))
        };
        Limits(EVERY.into_iter().map(limiter).collect())
    }
}

impl Limits {
    /// One more call of an operation.
    pub(super) fn ask(&mut self, now: At, operation: Operation) -> Result<(), Refused> {
        let Some((_, limiter)) = self.0.iter_mut().find(|(known, _)| *known == operation) else {
            return Ok(());
        };
        let asked = limiter.ask(now, LimitedOp::Read);
        asked.map_err(|over| Refused::throttled(over.retry_after))
    }
}
