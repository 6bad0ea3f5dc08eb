//! Owns what published limits come to: how fast an operation can go, and so how far behind a
//! channel must be. Must not know when anything was called.

use super::model::{CallLimit, CallLimitKind, Profile};
use super::operation::ProfileOperation;
use crate::units::Span;

/// How long so many changes take at least, and by which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeastTime {
    /// The time.
    pub takes: Span,
    /// The line of the limit.
    pub line: usize,
}

impl CallLimitKind {
    /// How long so many points take, from full.
    fn time(self, points: u64) -> Span {
        match self {
            CallLimitKind::Bucket { holds, every } => {
                Span(every.0.saturating_mul(points.saturating_sub(holds)))
            }
            CallLimitKind::Window { calls, per } => {
                Span(per.0.saturating_mul(points.saturating_sub(1) / calls.max(1)))
            }
        }
    }
}

impl Profile {
    /// The limits on an operation.
    pub fn limits_on(&self, operation: ProfileOperation) -> Vec<&CallLimit> {
        let on = |limit: &&CallLimit| limit.on.is_empty() || limit.on.contains(&operation);
        self.limits.iter().filter(on).collect()
    }

    /// How long the operation takes for so many SKUs, by the slowest of its limits: no system can
    /// be faster. Looking whether something queued is done is not counted, nor looking up ids.
    pub fn floor(&self, operation: ProfileOperation, skus: u64) -> Option<LeastTime> {
        let procedure = self.procedure(operation)?;
        let calls = skus.div_ceil(procedure.items_max as u64);
        let of = |limit: &&CallLimit| {
            let takes = limit.kind.time(calls.saturating_mul(limit.cost));
            LeastTime { takes, line: limit.line }
        };
        let limits = self.limits_on(operation);
        limits.iter().map(of).max_by_key(|floor| (floor.takes, floor.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_gives_the_least_time() {
        // 5 at once, 5 a second: 10,000 take (10,000 − 5) ÷ 5 s, as the facts say 33 minutes.
        let patch = CallLimitKind::Bucket { holds: 5, every: Span::from_millis(200) };
        assert_eq!(patch.time(10_000), Span::from_secs(1_999));
        assert_eq!(patch.time(5), Span::ZERO);
        let window = CallLimitKind::Window { calls: 150, per: Span::from_secs(30) };
        assert_eq!(window.time(150), Span::ZERO);
        assert_eq!(window.time(151), Span::from_secs(30));
        assert_eq!(window.time(u64::MAX), Span::MAX);
    }
}
