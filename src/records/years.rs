//! Owns which years the times of a log are of.
//! Must not know how a time is written.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Years with a smaller share of the times than one in so many are slips, when they stand apart.
const APART_PARTS: u64 = 100;

/// The times of each year.
#[derive(Clone, Debug, Default)]
pub(super) struct Years(BTreeMap<i16, u64>);

impl Years {
    pub(super) fn hear(&mut self, year: i16) {
        *self.0.entry(year).or_default() += 1;
    }

    /// From the first to the last year, but for years far from the rest that hardly any time is of:
    /// 1970 is what nothing becomes, 2099 a slip of a key.
    pub(super) fn range(&self) -> RangeInclusive<i16> {
        let all: u64 = self.0.values().sum();
        // Runs of years without a gap of two, each with its times.
        let mut runs: Vec<(i16, i16, u64)> = vec![];
        for (year, count) in &self.0 {
            match runs.last_mut().filter(|(_, last, _)| year - *last <= 2) {
                Some(run) => (run.1, run.2) = (*year, run.2 + count),
                None => runs.push((*year, *year, *count)),
            }
        }
        runs.retain(|(.., count)| count.saturating_mul(APART_PARTS) >= all);
        match (runs.first(), runs.last()) {
            // Near New Year the zone of the log may be in another year.
            (Some((first, ..)), Some((_, last, _))) => *first - 1..=*last + 1,
            _ => i16::MIN..=i16::MAX,
        }
    }
}
