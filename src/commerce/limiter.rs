//! Owns limits on calls: token bucket, leaky bucket, fixed window, daily quota, calls in flight.
//! Must not know who is limited; time is an argument and all arithmetic is in integers.

use std::collections::VecDeque;

use crate::units::{At, Span};

/// A civil day without a change of clocks.
const DAY: Span = Span::from_mins(24 * 60);

/// A limit, already valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimiterTerms {
    /// How it limits.
    pub kind: LimiterKind,
    /// Which calls it counts; empty counts all.
    pub on: Vec<LimitedOp>,
    /// Whether a throttled caller is told how long to wait.
    pub tells_retry_after: bool,
}

/// What a limiter can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LimitedOp {
    /// Stock updates.
    Stock,
    /// Price updates.
    Price,
    /// Listing updates.
    Listing,
    /// Reading orders or changes.
    Read,
    /// Cancellations.
    Cancel,
    /// Handoffs, reservations and releases.
    Order,
}

/// How a limit limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimiterKind {
    /// A token bucket: `burst` calls at once, refilled by one every `every`.
    TokenBucket {
        /// Tokens it holds.
        burst: u32,
        /// Time to gain one.
        every: Span,
    },
    /// A leaky bucket as a meter: each call adds one, one leaks every `every`, full refuses.
    LeakyBucket {
        /// What it holds.
        size: u32,
        /// Time to leak one.
        every: Span,
    },
    /// At most `calls` in each window of this width, windows touching from the start.
    FixedWindow {
        /// Calls a window.
        calls: u32,
        /// The width.
        window: Span,
    },
    /// At most `calls` a civil day, `first_reset` after the campaign's start for the first time.
    DailyQuota {
        /// Calls a day.
        calls: u32,
        /// When the first day of the campaign ends.
        first_reset: At,
    },
    /// At most `calls` answered at the same time; each holds its place for `holds`.
    InFlight {
        /// Calls at once.
        calls: u32,
        /// How long a call holds its place.
        holds: Span,
    },
}

/// A call is over a limit and was not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("over a limit on calls; wait before asking again")]
pub struct OverLimit {
    /// How long to wait, when the limit tells: asked exactly then, with no other call in between,
    /// it allows.
    pub retry_after: Option<Span>,
}

/// A limit at work. It is asked in the order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limiter {
    terms: LimiterTerms,
    state: State,
}

/// What a limit remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// A bucket, as the generic cell rate algorithm keeps it (ITU-T I.371, annex A): the moment
    /// at which it would be full of tokens, or empty of water, again. One number says exactly what
    /// a fractional token count would say with rounding.
    Bucket { whole_at: At },
    /// Calls counted in the window or day of this number.
    Counted { period: u64, calls: u32 },
    /// When each call in flight gives up its place, earliest first.
    InFlight { ends: VecDeque<At> },
}

impl Limiter {
    /// The limit of these terms, unused.
    ///
    /// # Panics
    /// When the terms allow no call at all, or a window has no width: `scenario` refuses them.
    pub fn new(terms: &LimiterTerms) -> Limiter {
        let (calls_max, state) = match terms.kind {
            LimiterKind::TokenBucket { burst: calls, .. }
            | LimiterKind::LeakyBucket { size: calls, .. } => {
                (calls, State::Bucket { whole_at: At::START })
            }
            LimiterKind::FixedWindow { calls, window } => {
                assert!(window > Span::ZERO, "a window of calls has a width");
                (calls, State::Counted { period: 0, calls: 0 })
            }
            LimiterKind::DailyQuota { calls, .. } => {
                (calls, State::Counted { period: 0, calls: 0 })
            }
            LimiterKind::InFlight { calls, .. } => {
                (calls, State::InFlight { ends: VecDeque::new() })
            }
        };
        assert!(calls_max > 0, "a limit allows some call");
        Limiter { terms: terms.clone(), state }
    }

    /// May this call be answered now? If so it is counted.
    pub fn ask(&mut self, now: At, op: LimitedOp) -> Result<(), OverLimit> {
        let wait = self.wait(now, op);
        if wait > Span::ZERO {
            return Err(OverLimit { retry_after: self.terms.tells_retry_after.then_some(wait) });
        }
        self.count(now, op);
        Ok(())
    }

    fn concerns(&self, op: LimitedOp) -> bool {
        self.terms.on.is_empty() || self.terms.on.contains(&op)
    }

    /// How long until the call would be allowed; zero when it is.
    fn wait(&self, now: At, op: LimitedOp) -> Span {
        if !self.concerns(op) {
            return Span::ZERO;
        }
        match (&self.state, self.terms.kind) {
            (
                State::Bucket { whole_at },
                LimiterKind::TokenBucket { burst: holds, every }
                | LimiterKind::LeakyBucket { size: holds, every },
            ) => {
                // All but one of what it holds may be missing.
                let slack = u64::from(holds - 1).saturating_mul(every.0);
                whole_at.since(now) - Span(slack)
            }
            (State::Counted { period, calls }, kind) => {
                let (current, next, calls_max) = period_at(kind, now);
                let full = current == *period && *calls >= calls_max;
                if full { next.since(now) } else { Span::ZERO }
            }
            (State::InFlight { ends }, LimiterKind::InFlight { calls, .. }) => {
                let over = ends.partition_point(|end| *end <= now);
                let busy = ends.len() - over;
                // The one whose end leaves a place: the first, as no more than `calls` got in.
                if busy < calls as usize { Span::ZERO } else { ends[over].since(now) }
            }
            (State::Bucket { .. } | State::InFlight { .. }, _) => {
                unreachable!("a limit keeps the state of its own kind")
            }
        }
    }

    /// Counts a call that is allowed.
    fn count(&mut self, now: At, op: LimitedOp) {
        if !self.concerns(op) {
            return;
        }
        match (&mut self.state, self.terms.kind) {
            (
                State::Bucket { whole_at },
                LimiterKind::TokenBucket { every, .. } | LimiterKind::LeakyBucket { every, .. },
            ) => *whole_at = (*whole_at).max(now) + every,
            (State::Counted { period, calls }, kind) => {
                let (current, _, _) = period_at(kind, now);
                *calls = if current == *period { *calls + 1 } else { 1 };
                *period = current;
            }
            (State::InFlight { ends }, LimiterKind::InFlight { holds, .. }) => {
                while ends.front().is_some_and(|end| *end <= now) {
                    ends.pop_front();
                }
                ends.push_back(now + holds);
            }
            (State::Bucket { .. } | State::InFlight { .. }, _) => {
                unreachable!("a limit keeps the state of its own kind")
            }
        }
    }
}

/// The number of the window or day that `now` lies in, when the next begins, and what one allows.
fn period_at(kind: LimiterKind, now: At) -> (u64, At, u32) {
    match kind {
        LimiterKind::FixedWindow { calls, window } => {
            let period = now.0 / window.0;
            (period, At((period + 1).saturating_mul(window.0)), calls)
        }
        LimiterKind::DailyQuota { calls, first_reset } if now < first_reset => {
            (0, first_reset, calls)
        }
        LimiterKind::DailyQuota { calls, first_reset } => {
            let days = now.since(first_reset).0 / DAY.0 + 1;
            (days, first_reset + Span(days.saturating_mul(DAY.0)), calls)
        }
        LimiterKind::TokenBucket { .. }
        | LimiterKind::LeakyBucket { .. }
        | LimiterKind::InFlight { .. } => unreachable!("only windows and days have periods"),
    }
}

/// Several limits on the same calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallLimits {
    limiters: Vec<Limiter>,
}

impl CallLimits {
    /// The limits of these terms, unused.
    pub fn new(terms: &[LimiterTerms]) -> CallLimits {
        CallLimits { limiters: terms.iter().map(Limiter::new).collect() }
    }

    /// May this call be answered now? All must allow; when one refuses, none counts the call. The
    /// wait told is that of the limit that refuses longest, if it tells.
    pub fn ask(&mut self, now: At, op: LimitedOp) -> Result<(), OverLimit> {
        let longest = self
            .limiters
            .iter()
            .map(|limiter| (limiter.wait(now, op), limiter.terms.tells_retry_after))
            .filter(|(wait, _)| *wait > Span::ZERO)
            .max();
        if let Some((wait, tells)) = longest {
            return Err(OverLimit { retry_after: tells.then_some(wait) });
        }
        for limiter in &mut self.limiters {
            limiter.count(now, op);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
