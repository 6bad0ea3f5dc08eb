//! Owns lags as they are seen, for running signals: this minute's and the last one's.
//! Must not know what they are lags of, nor decide anything.

use super::hist::Hist;
use crate::units::{At, Span};

/// How long a lag counts as recent, at the least; at the most twice as long.
const MINUTE_US: u64 = 60_000_000;

/// Lags as they are seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent {
    minute: u64,
    now: Hist,
    before: Hist,
}

impl Recent {
    /// A lag is seen at `at`.
    pub(super) fn record(&mut self, lag: Span, at: At) {
        let minute = at.0 / MINUTE_US;
        if minute != self.minute {
            let now = std::mem::take(&mut self.now);
            self.before = if minute == self.minute + 1 { now } else { Hist::default() };
            self.minute = minute;
        }
        self.now.record(lag);
    }

    /// Those seen in the minute of `now` and in the one before.
    pub(super) fn seen(&self, now: At) -> Hist {
        match (now.0 / MINUTE_US).saturating_sub(self.minute) {
            0 => self.before.merged(&self.now),
            1 => self.now.clone(),
            _ => Hist::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lag_is_recent_for_one_minute_at_least_and_two_at_most() {
        let mut recent = Recent::default();
        let counts = |recent: &Recent, s: u64| recent.seen(At(s * 1_000_000)).count();
        recent.record(Span(5), At(30_000_000));
        recent.record(Span(7), At(70_000_000));
        assert_eq!([30, 119, 120, 179, 180].map(|s| counts(&recent, s)), [2, 2, 1, 1, 0]);
        // Nothing was seen for minutes: what was seen before is long ago.
        recent.record(Span(9), At(300_000_000));
        let seen = recent.seen(At(301_000_000));
        assert_eq!((seen.count(), seen.percentiles().max), (1, Some(Span(9))));
    }
}
