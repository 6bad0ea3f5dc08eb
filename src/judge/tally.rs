//! Owns the tally of lags: how many were late, against which limit, in which minute and promotion.
//! Must not know tracks or versions (`lag`).

use super::bits::Bits;
use super::change::Lag;
use super::hist::Hist;
use super::judgement::{Count, Witness};
use super::minutes::Minutes;
use crate::units::{Span, US_PER_S};

/// Late changes of one promotion.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Late {
    pub(super) samples: u64,
    /// Against the healthy and the watch edge.
    pub(super) late: [Count; 2],
}

/// Counts of late changes against three limits: healthy, watch, and a third of the caller's.
#[derive(Clone, Debug, Default)]
pub(super) struct LagTally {
    pub(super) samples: u64,
    pub(super) late: [Count; 3],
    /// The changes of each promotion apart: a few late ones must not drown in everyday changes.
    pub(super) promotions: Vec<Late>,
    /// By minute: possibly later than the healthy and the watch edge, definitely than the watch and
    /// the healthy one.
    pub(super) by_minute: Minutes,
    pub(super) first_late: [Option<Witness>; 3],
    /// Lags whose two ends are the same, …
    exact: Hist,
    /// … and the ends of the others.
    low: Hist,
    high: Hist,
    /// One-minute windows in which a sample starts.
    pub(super) minutes: Bits,
}

impl LagTally {
    pub(super) fn add(&mut self, lag: &Lag, limits: &[Span; 3]) {
        self.samples += 1;
        let witness = Witness { seq: lag.change.seq, at: lag.change.start };
        let mut late = [(false, false); 3];
        for (i, &limit) in limits.iter().enumerate() {
            let definite = lag.low.is_none_or(|low| low > limit);
            let possible = definite || lag.high.is_none_or(|high| high > limit);
            late[i] = (definite, possible);
            self.late[i].definite += u64::from(definite);
            self.late[i].possible += u64::from(possible);
            if definite && self.first_late[i].is_none_or(|first| witness.seq < first.seq) {
                self.first_late[i] = Some(witness);
            }
        }
        if lag.low == lag.high {
            self.exact.record_end(lag.low);
        } else {
            self.low.record_end(lag.low);
            self.high.record_end(lag.high);
        }
        self.minutes.insert(lag.change.start.0 / (60 * US_PER_S));
        self.by_minute.count(lag.change.start, [late[0].1, late[1].1, late[1].0, late[0].0]);
        if let Some(place) = usize::from(lag.change.promotion).checked_sub(1) {
            let group = grown(&mut self.promotions, place);
            group.samples += 1;
            for (count, (definite, possible)) in group.late.iter_mut().zip(late) {
                count.definite += u64::from(definite);
                count.possible += u64::from(possible);
            }
        }
    }

    /// How long the lags were at least.
    pub(super) fn low(&self) -> Hist {
        self.exact.merged(&self.low)
    }

    /// How long they were at most.
    pub(super) fn high(&self) -> Hist {
        self.exact.merged(&self.high)
    }

    pub(super) fn merge(&mut self, other: &LagTally) {
        self.samples += other.samples;
        for i in 0..3 {
            self.late[i].definite += other.late[i].definite;
            self.late[i].possible += other.late[i].possible;
            self.first_late[i] = earlier(self.first_late[i], other.first_late[i]);
        }
        self.exact.merge(&other.exact);
        self.low.merge(&other.low);
        self.high.merge(&other.high);
        self.minutes.merge(&other.minutes);
        self.by_minute.merge(&other.by_minute);
        for (place, theirs) in other.promotions.iter().enumerate() {
            let mine = grown(&mut self.promotions, place);
            mine.samples += theirs.samples;
            for (mine, theirs) in mine.late.iter_mut().zip(theirs.late) {
                mine.definite += theirs.definite;
                mine.possible += theirs.possible;
            }
        }
    }
}

fn grown(promotions: &mut Vec<Late>, place: usize) -> &mut Late {
    if promotions.len() <= place {
        promotions.resize(place + 1, Late::default());
    }
    &mut promotions[place]
}

/// The one that came first.
pub(super) fn earlier(a: Option<Witness>, b: Option<Witness>) -> Option<Witness> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if a.seq <= b.seq { a } else { b }),
        (a, b) => a.or(b),
    }
}
