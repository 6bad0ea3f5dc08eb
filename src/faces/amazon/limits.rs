//! Owns the platform's own limits: a bucket of calls an operation. Must not know what they do.
//!
//! Rates and bursts are those of the usage plans in Amazon's published models of the API.

use crate::commerce::limiter::{LimitedOp, Limiter, LimiterKind, LimiterTerms};
use crate::units::{At, Span};

use super::shapes::Refused;

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    PatchListing,
    PutListing,
    GetListing,
    GetOrders,
    GetOrder,
    GetOrderItems,
    CreateFeedDocument,
    GetFeedDocument,
    CreateFeed,
    GetFeeds,
    GetFeed,
    CancelFeed,
}

/// Each operation with its rate as headers say it, the time to gain a call, and its burst.
const PLANS: [(Operation, &str, Span, u32); 12] = [
    (Operation::PatchListing, "5.0", Span(200_000), 5),
    (Operation::PutListing, "5.0", Span(200_000), 10),
    (Operation::GetListing, "5.0", Span(200_000), 10),
    (Operation::GetOrders, "0.0167", Span(60_000_000), 20),
    (Operation::GetOrder, "0.5", Span(2_000_000), 30),
    (Operation::GetOrderItems, "0.5", Span(2_000_000), 30),
    (Operation::CreateFeedDocument, "0.5", Span(2_000_000), 15),
    (Operation::GetFeedDocument, "0.0222", Span(45_000_000), 10),
    (Operation::CreateFeed, "0.0083", Span(120_000_000), 15),
    (Operation::GetFeeds, "0.0222", Span(45_000_000), 10),
    (Operation::GetFeed, "2.0", Span(500_000), 15),
    (Operation::CancelFeed, "2.0", Span(500_000), 15),
];

impl Operation {
    /// Its rate, calls a second.
    pub(super) fn rate(self) -> &'static str {
        PLANS.iter().find(|(known, ..)| *known == self).map_or("", |(_, rate, ..)| rate)
    }
}

/// A bucket an operation.
#[derive(Debug)]
pub(super) struct Limits(Vec<(Operation, Limiter)>);

impl Default for Limits {
    fn default() -> Limits {
        let limiter = |(operation, _, every, burst): (Operation, &str, Span, u32)| {
            let kind = LimiterKind::TokenBucket { burst, every };
            let terms = LimiterTerms { kind, on: vec![], tells_retry_after: false };
            (operation, Limiter::new(&terms))
        };
        Limits(PLANS.into_iter().map(limiter).collect())
    }
}

impl Limits {
    /// One more call of an operation.
    pub(super) fn ask(&mut self, now: At, operation: Operation) -> Result<(), Refused> {
        let bucket = self.0.iter_mut().find(|(known, _)| *known == operation);
        let (_, limiter) = bucket.expect("every operation has a plan");
        limiter.ask(now, LimitedOp::Read).map_err(|_| Refused::quota())
    }
}
