//! Owns counts by minute of what may be late or bad: the clusters of what shares a queue.
//! Must not know what is counted.

use super::judgement::Clusters;
use crate::units::{At, US_PER_S};

/// More minutes than this are merged in pairs: memory does not grow with the campaign.
const MINUTES_MAX: usize = 4_096;

/// What fell into a minute, and how much of it was bad in each of four senses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Minute {
    n: u64,
    bad: [u64; 4],
}

impl Minute {
    fn add(&mut self, other: Minute) {
        self.n += other.n;
        for (mine, theirs) in self.bad.iter_mut().zip(other.bad) {
            *mine += theirs;
        }
    }
}

/// Counts by stretches of one minute, of two, of four, … as many as the campaign needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Minutes {
    /// A stretch is so many times doubled.
    doublings: u32,
    minutes: Vec<Minute>,
}

impl Minutes {
    /// Counts one that began at `at`.
    pub(super) fn count(&mut self, at: At, bad: [bool; 4]) {
        let minute = self.minute(at.0 / (60 * US_PER_S));
        minute.n += 1;
        for (count, bad) in minute.bad.iter_mut().zip(bad) {
            *count += u64::from(bad);
        }
    }

    pub(super) fn merge(&mut self, other: &Minutes) {
        while self.doublings < other.doublings {
            self.widen();
        }
        for (place, minute) in other.minutes.iter().enumerate() {
            self.minute((place as u64) << other.doublings).add(*minute);
        }
    }

    /// The clusters in one of the four senses; each that has anything could have gone bad.
    pub(super) fn clusters(&self, sense: usize) -> Clusters {
        let mut sums = Clusters::default();
        self.minutes.iter().for_each(|minute| sums.count(minute.n, minute.bad[sense]));
        sums.all_exposed()
    }

    fn minute(&mut self, minute: u64) -> &mut Minute {
        while (minute >> self.doublings) as usize >= MINUTES_MAX {
            self.widen();
        }
        let place = (minute >> self.doublings) as usize;
        if self.minutes.len() <= place {
            self.minutes.resize(place + 1, Minute::default());
        }
        &mut self.minutes[place]
    }

    fn widen(&mut self) {
        self.doublings += 1;
        let pairs = self.minutes.chunks(2).map(|pair| {
            let mut sum = pair[0];
            pair.iter().skip(1).for_each(|second| sum.add(*second));
            sum
        });
        self.minutes = pairs.collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widening_keeps_every_count() {
        let mut minutes = Minutes::default();
        let minute = |m: u64| At(m * 60 * US_PER_S);
        for m in [0, 1, 4_095] {
            minutes.count(minute(m), [true, m > 0, false, false]);
        }
        assert_eq!(minutes.clusters(0).used, 3);
        minutes.count(minute(20_000), [false; 4]);
        let sums = minutes.clusters(0);
        assert_eq!(
            (sums.n, sums.bad, sums.used, sums.exposed),
            (4, 3, 3, 3),
            "0 and 1 are one now"
        );
        assert_eq!(minutes.clusters(1).bad, 2);
        let mut fine = Minutes::default();
        fine.count(minute(1), [true; 4]);
        fine.merge(&minutes);
        assert_eq!((fine.clusters(0).n, fine.clusters(0).used), (5, 3));
    }
}
