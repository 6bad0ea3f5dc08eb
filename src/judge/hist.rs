//! Owns percentiles for display: a sparse log-linear histogram of microseconds.
//! Must not decide anything: gates count, they never read a percentile (docs/measures.md, bounds).
//!
//! hdrhistogram keeps its buckets densely, some hundred kilobytes each; a judgement keeps one for
//! each window of each channel, nearly all of them nearly empty.

use super::judgement::Percentiles;
use crate::units::Span;

/// Sub-buckets an octave: a percentile is within 1/256 of the truth.
const SUB_BITS: u32 = 7;

/// Buckets of an octave.
const OCTAVE: usize = 1 << SUB_BITS;
/// So many buckets in use lie in a list; more, by octave.
const FEW: usize = 24;

/// Counts of durations, exact below 256 µs, in buckets of 1/128 of their size above; durations
/// that never ended are counted beside them and sort last.
#[derive(Clone, Debug, Default)]
pub(super) struct Hist {
    buckets: Buckets,
    count: u64,
    never: u64,
    min_us: u64,
    max_us: u64,
}

/// Buckets in use, by number.
#[derive(Clone, Debug)]
enum Buckets {
    /// A few, in order.
    Few(Vec<(u16, u32)>),
    /// Many: octaves that have any.
    Octaves(Vec<Option<Box<[u32; OCTAVE]>>>),
}

impl Default for Buckets {
    fn default() -> Buckets {
        Buckets::Few(Vec::new())
    }
}

impl Buckets {
    fn add(&mut self, bucket: u16, n: u32) {
        match self {
            Buckets::Few(few) => match few.binary_search_by_key(&bucket, |&(b, _)| b) {
                Ok(i) => few[i].1 = few[i].1.saturating_add(n),
                Err(_) if few.len() == FEW => {
                    let few = std::mem::replace(self, Buckets::Octaves(Vec::new()));
                    few.iter().for_each(|(bucket, n)| self.add(bucket, n));
                    self.add(bucket, n);
                }
                Err(i) => few.insert(i, (bucket, n)),
            },
            Buckets::Octaves(octaves) => {
                let (octave, within) = (usize::from(bucket) / OCTAVE, usize::from(bucket) % OCTAVE);
                if octaves.len() <= octave {
                    octaves.resize(octave + 1, None);
                }
                let counts = octaves[octave].get_or_insert_with(|| Box::new([0; OCTAVE]));
                counts[within] = counts[within].saturating_add(n);
            }
        }
    }

    /// What is looked at when something is added to a bucket.
    fn seen(&self, bucket: u16) -> u32 {
        let (octave, within) = (usize::from(bucket) / OCTAVE, usize::from(bucket) % OCTAVE);
        match self {
            // Short enough to be at hand when the list is.
            Buckets::Few(few) => few.first().map_or(0, |(_, n)| *n),
            Buckets::Octaves(octaves) => {
                let counts = octaves.get(octave).and_then(Option::as_ref);
                counts.map_or(0, |counts| counts[within])
            }
        }
    }

    /// Those that count something, by number.
    fn iter(&self) -> impl Iterator<Item = (u16, u32)> {
        let (few, octaves) = match self {
            Buckets::Few(few) => (&few[..], &[][..]),
            Buckets::Octaves(octaves) => (&[][..], &octaves[..]),
        };
        let used = octaves.iter().enumerate().filter_map(|(i, octave)| Some((i, octave.as_ref()?)));
        let many = used.flat_map(|(octave, counts)| {
            let first = (octave * OCTAVE) as u16;
            (first..).zip(counts.iter().copied()).filter(|(_, n)| *n > 0)
        });
        few.iter().copied().chain(many)
    }
}

impl Hist {
    pub(super) fn record(&mut self, span: Span) {
        let us = span.0;
        self.min_us = if self.count == 0 { us } else { self.min_us.min(us) };
        self.max_us = self.max_us.max(us);
        self.count += 1;
        self.buckets.add(bucket(us), 1);
    }

    /// Reads where a duration is counted, for nothing but having it at hand.
    pub(super) fn look(&self, span: Span) -> u64 {
        u64::from(self.buckets.seen(bucket(span.0)))
    }

    /// A duration that is longer than anybody could look.
    pub(super) fn record_never(&mut self) {
        self.never += 1;
    }

    /// A duration, or one that is longer than anybody could look.
    pub(super) fn record_end(&mut self, end: Option<Span>) {
        match end {
            Some(span) => self.record(span),
            None => self.record_never(),
        }
    }

    /// Both together.
    pub(super) fn merged(&self, other: &Hist) -> Hist {
        let mut both = self.clone();
        both.merge(other);
        both
    }

    pub(super) fn merge(&mut self, other: &Hist) {
        if other.count > 0 {
            self.min_us =
                if self.count == 0 { other.min_us } else { self.min_us.min(other.min_us) };
            self.max_us = self.max_us.max(other.max_us);
        }
        self.count += other.count;
        self.never += other.never;
        for (bucket, n) in other.buckets.iter() {
            self.buckets.add(bucket, n);
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count + self.never
    }

    /// The smallest duration that at least `share_ppm` of all do not exceed; none: never ended.
    pub(super) fn quantile(&self, share_ppm: u64) -> Option<Span> {
        let all = u128::from(self.count());
        let rank = (all * u128::from(share_ppm)).div_ceil(1_000_000).max(1);
        let mut seen = 0_u128;
        for (bucket, n) in self.buckets.iter() {
            seen += u128::from(n);
            if seen >= rank {
                return Some(Span(middle(bucket).clamp(self.min_us, self.max_us)));
            }
        }
        None
    }

    pub(super) fn percentiles(&self) -> Percentiles {
        if self.count() == 0 {
            return Percentiles::default();
        }
        Percentiles {
            count: self.count(),
            p50: self.quantile(500_000),
            p95: self.quantile(950_000),
            p99: self.quantile(990_000),
            max: (self.never == 0).then_some(Span(self.max_us)),
        }
    }
}

fn bucket(us: u64) -> u16 {
    if us < 1 << (SUB_BITS + 1) {
        return us as u16;
    }
    let octave = us.ilog2() - SUB_BITS;
    // (us >> octave) lies in [128, 256): the octave's 128 sub-buckets follow the exact ones.
    ((octave << SUB_BITS) + (us >> octave) as u32) as u16
}

fn middle(bucket: u16) -> u64 {
    let bucket = u64::from(bucket);
    if bucket < 1 << (SUB_BITS + 1) {
        return bucket;
    }
    let octave = (bucket >> SUB_BITS) - 1;
    let low = (bucket - (octave << SUB_BITS)) << octave;
    low + (1 << octave) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_half_a_percent_of_the_truth() {
        let mut hist = Hist::default();
        for i in 1..=100_000_u64 {
            hist.record(Span(i * 37));
        }
        let seen = hist.percentiles();
        for (value, truth) in [(seen.p50, 50_000.0), (seen.p95, 95_000.0), (seen.p99, 99_000.0)] {
            let value = value.unwrap().0 as f64 / 37.0;
            assert!((value / truth - 1.0).abs() < 0.005, "{value} against {truth}");
        }
        assert_eq!(seen.max, Some(Span(3_700_000)));
    }

    #[test]
    fn what_never_ended_sorts_last() {
        let mut hist = Hist::default();
        (0..94).for_each(|_| hist.record(Span(5)));
        (0..6).for_each(|_| hist.record_never());
        assert_eq!((hist.quantile(940_000), hist.quantile(950_000)), (Some(Span(5)), None));
    }

    #[test]
    fn buckets_hold_their_middles_up_to_the_longest_span() {
        for us in [0, 1, 255, 256, 1_000, 123_456_789, u64::MAX / 3, u64::MAX] {
            assert_eq!(bucket(middle(bucket(us))), bucket(us), "{us}");
        }
    }

    #[test]
    fn a_look_reads_what_recording_counts_in() {
        let mut hist = Hist::default();
        (0..1_000).for_each(|i| hist.record(Span(i * i)));
        assert!(matches!(hist.buckets, Buckets::Octaves(_)));
        for span in [0, 250, 123_456].map(Span) {
            let before = hist.look(span);
            hist.record(span);
            assert_eq!(hist.look(span), before + 1, "{span:?}");
        }
    }

    #[test]
    fn merging_is_recording_both() {
        let (mut a, mut b, mut both) = (Hist::default(), Hist::default(), Hist::default());
        for i in 0..1_000 {
            let span = Span(i * i);
            let part = if i % 3 == 0 { &mut a } else { &mut b };
            part.record(span);
            both.record(span);
        }
        assert!(matches!(a.buckets, Buckets::Octaves(_)));
        a.merge(&b);
        assert_eq!(a.percentiles(), both.percentiles());
    }
}
