//! Owns when shoppers arrive: a Poisson process whose rate follows a curve of pieces.
//! Must not know what they want, nor what a curve was written as.
//!
//! Time is rescaled (Çinlar, "Introduction to Stochastic Processes", 1975, §4.7): the arrivals of
//! a unit-rate process at m₁ < m₂ < …, whose gaps are exponential with mean 1, taken back through
//! the inverse of Λ(t) = ∫ rate, are the arrivals of a process with that rate. Both shapes of
//! piece have Λ and its inverse in closed form, so nothing is thinned out and every arrival costs
//! one draw, however low the rate.

use rand::Rng;
use rand::rngs::ChaCha8Rng;

use super::plan::{Piece, Shape};
use super::word::unit_exponential;
use crate::units::{At, Span, US_PER_S};

/// A rate over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    stretches: Vec<Stretch>,
}

/// A piece in seconds and events a second.
#[derive(Clone, Debug, PartialEq)]
struct Stretch {
    from: At,
    until: At,
    length_s: f64,
    rate_from: f64,
    rate_to: f64,
    /// ln of `rate_to`/`rate_from` in an exponential piece, whose rate at u in [0, 1] of its
    /// length is `rate_from`·exp(`fold`·u).
    fold: Option<f64>,
    mass: f64,
}

impl Curve {
    /// The curve of these pieces.
    ///
    /// # Panics
    /// When a piece ends before it starts or before the one before it, or an exponential piece
    /// starts or ends at a rate of zero: `scenario` refuses such a curve with its source line.
    pub fn new(pieces: &[Piece]) -> Curve {
        for pair in pieces.windows(2) {
            assert!(pair[0].until <= pair[1].from, "pieces of a curve come in the order of time");
        }
        Curve { stretches: pieces.iter().map(Stretch::new).collect() }
    }

    /// How many arrivals are expected from one moment until another.
    pub fn expected(&self, from: At, until: At) -> f64 {
        self.stretches.iter().map(|s| s.mass_between(from, until)).sum()
    }

    /// The arrivals, drawn from this stream as they are asked for.
    pub fn arrivals(self, rng: ChaCha8Rng) -> ArrivalTimes {
        ArrivalTimes { stretches: self.stretches, current: 0, mass: 0.0, last: At::START, rng }
    }
}

impl Stretch {
    fn new(piece: &Piece) -> Stretch {
        assert!(piece.from <= piece.until, "a piece of a curve starts before it ends");
        let (rate_from, rate_to) = (piece.rate_from.per_sec_f64(), piece.rate_to.per_sec_f64());
        let fold = match piece.shape {
            Shape::Linear => None,
            Shape::Exponential => {
                assert!(
                    rate_from > 0.0 && rate_to > 0.0,
                    "an exponential piece starts and ends above zero"
                );
                Some((rate_to / rate_from).ln())
            }
        };
        let length_s = piece.until.since(piece.from).as_secs_f64();
        let (from, until) = (piece.from, piece.until);
        let mut stretch = Stretch { from, until, length_s, rate_from, rate_to, fold, mass: 0.0 };
        stretch.mass = stretch.mass_between(from, until);
        stretch
    }

    /// ∫ rate over the part of `from..until` that lies in this stretch.
    fn mass_between(&self, from: At, until: At) -> f64 {
        let (from, until) = (from.max(self.from), until.min(self.until));
        if from >= until {
            return 0.0;
        }
        let start = from.since(self.from).as_secs_f64() / self.length_s;
        let part_s = until.since(from).as_secs_f64();
        let part = part_s / self.length_s;
        let slope = self.rate_to - self.rate_from;
        match self.fold {
            // The rate in the middle of the part, times its length.
            None => part_s * (self.rate_from + slope * (start + part / 2.0)),
            // The rate where the part begins, times its length, times the growth within it.
            Some(fold) => part_s * self.rate_from * (fold * start).exp() * growth(fold * part),
        }
    }

    /// The moment by which this stretch has brought `mass` arrivals; never its end.
    fn moment(&self, mass: f64) -> At {
        let level = mass / self.length_s;
        let place = match self.fold {
            // Of a·u²/2 + r·u = m the root that loses no digits: 2m/(r + √(r² + 2am)).
            None => {
                let squared =
                    self.rate_from.powi(2) + 2.0 * (self.rate_to - self.rate_from) * level;
                2.0 * level / (self.rate_from + squared.max(0.0).sqrt())
            }
            // r·(e^(fold·u) − 1)/fold = m
            Some(fold) => {
                let level = level / self.rate_from;
                level / growth_inverse(fold * level)
            }
        };
        // Not a number only at zero mass on a rate of zero: its beginning.
        let place = if place.is_nan() && mass <= 0.0 { 0.0 } else { place.min(1.0) };
        let offset = (place * self.length_s * US_PER_S as f64).floor() as u64;
        let last = Span(self.until.since(self.from).0.saturating_sub(1));
        self.from + Span(offset).min(last)
    }
}

/// (eʸ − 1)/y, 1 at zero: the limit of an exponential piece with equal rates.
fn growth(y: f64) -> f64 {
    if y == 0.0 { 1.0 } else { y.exp_m1() / y }
}

/// y/ln(1 + y), 1 at zero.
fn growth_inverse(y: f64) -> f64 {
    if y == 0.0 { 1.0 } else { y / y.ln_1p() }
}

/// The moments of arrivals, in order, without end while the curve goes on.
#[derive(Debug)]
pub struct ArrivalTimes {
    stretches: Vec<Stretch>,
    current: usize,
    /// What has been used of the current stretch. Kept by stretch, not from the start, so that a
    /// quiet piece after a busy one loses no digits.
    mass: f64,
    last: At,
    rng: ChaCha8Rng,
}

impl Iterator for ArrivalTimes {
    type Item = At;

    fn next(&mut self) -> Option<At> {
        if self.current >= self.stretches.len() {
            return None;
        }
        self.mass += unit_exponential(self.rng.next_u64());
        while let Some(stretch) = self.stretches.get(self.current) {
            if self.mass < stretch.mass {
                // Rounding may put an arrival a hair before the one before it.
                self.last = self.last.max(stretch.moment(self.mass));
                return Some(self.last);
            }
            self.mass -= stretch.mass;
            self.current += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rng::stream;
    use crate::units::Rate;

    fn piece(from_s: u64, until_s: u64, from: u64, to: u64, shape: Shape) -> Piece {
        let at = |s| At::START + Span::from_secs(s);
        let (rate_from, rate_to) = (Rate(from), Rate(to));
        Piece { from: at(from_s), until: at(until_s), rate_from, rate_to, shape }
    }

    /// Flat, ramp from nothing, fall to nothing, silence, exponential fade, equal ends.
    fn doors_open() -> Curve {
        Curve::new(&[
            piece(0, 600, 3_600_000, 3_600_000, Shape::Linear),
            piece(600, 900, 0, 36_000_000, Shape::Linear),
            piece(900, 1_200, 36_000_000, 0, Shape::Linear),
            piece(1_200, 1_800, 0, 0, Shape::Linear),
            piece(1_800, 3_600, 36_000_000, 1_000_000, Shape::Exponential),
            piece(3_600, 4_000, 9_000_000, 9_000_000, Shape::Exponential),
        ])
    }

    fn times(curve: &Curve, seed: u64) -> Vec<At> {
        curve.clone().arrivals(stream(seed, "arrivals")).collect()
    }

    /// Gaps in rescaled time.
    fn gaps(curve: &Curve, times: &[At]) -> Vec<f64> {
        let mut before = At::START;
        let mut gap = |at: &At| {
            let gap = curve.expected(before, *at);
            before = *at;
            gap
        };
        times.iter().map(&mut gap).collect()
    }

    /// Kolmogorov's distance from the unit exponential, times √n.
    fn distance_from_exponential(mut gaps: Vec<f64>) -> f64 {
        gaps.sort_by(f64::total_cmp);
        let n = gaps.len() as f64;
        let off = |(i, gap): (usize, &f64)| {
            let chance = -(-gap).exp_m1();
            (chance - i as f64 / n).max((i as f64 + 1.0) / n - chance)
        };
        gaps.iter().enumerate().map(off).fold(0.0, f64::max) * n.sqrt()
    }

    #[test]
    fn rescaled_gaps_are_unit_exponential() {
        let curve = doors_open();
        // 1.95 is the 0.1 % point of Kolmogorov's distribution.
        for seed in 0..8 {
            let gaps = gaps(&curve, &times(&curve, seed));
            let n = gaps.len() as f64;
            let mean = gaps.iter().sum::<f64>() / n;
            let variance = gaps.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / n;
            assert!((mean - 1.0).abs() < 4.0 / n.sqrt(), "{seed}: mean {mean}");
            // The fourth central moment of the unit exponential is 9, so the variance's is 8/n.
            assert!((variance - 1.0).abs() < 4.0 * (8.0 / n).sqrt(), "{seed}: variance {variance}");
            let distance = distance_from_exponential(gaps);
            assert!(distance < 1.95, "{seed}: {distance}");
        }
        // And it fires: arrivals of another curve, rescaled by this one.
        let flat = Curve::new(&[piece(0, 4_000, 8_000_000, 8_000_000, Shape::Linear)]);
        assert!(distance_from_exponential(gaps(&curve, &times(&flat, 1))) > 1.95);
    }

    #[test]
    fn counts_are_poisson_in_every_stretch() {
        let curve = doors_open();
        let seeds = 400;
        let runs: Vec<Vec<At>> = (0..seeds).map(|seed| times(&curve, seed)).collect();
        for [from_s, until_s] in [[0, 300], [600, 700], [850, 950], [1_800, 1_900], [3_500, 3_700]]
        {
            let [from, until] = [from_s, until_s].map(|s| At::START + Span::from_secs(s));
            let count = |run: &Vec<At>| {
                let before = |at| run.partition_point(|t| *t < at) as f64;
                before(until) - before(from)
            };
            let counts: Vec<f64> = runs.iter().map(count).collect();
            let n = seeds as f64;
            let mean = counts.iter().sum::<f64>() / n;
            let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / (n - 1.0);
            let expected = curve.expected(from, until);
            assert!((mean - expected).abs() < 4.0 * (expected / n).sqrt(), "{mean}: {expected}");
            // The index of dispersion times n − 1 is nearly chi-square with n − 1 degrees.
            let dispersion = variance / mean;
            assert!((dispersion - 1.0).abs() < 4.0 * (2.0 / n).sqrt(), "{from_s}: {dispersion}");
        }
    }

    #[test]
    fn arrivals_are_in_order_and_none_in_silence() {
        let curve = doors_open();
        let run = times(&curve, 5);
        assert!(run.is_sorted());
        let silent = At(1_200 * US_PER_S)..At(1_800 * US_PER_S);
        assert!(!run.iter().any(|at| silent.contains(at)));
        assert!(run.iter().all(|at| *at < At(4_000 * US_PER_S)));
        assert_eq!(Curve::new(&[]).arrivals(stream(1, "arrivals")).next(), None);
        let empty =
            Curve::new(&[piece(0, 9, 0, 0, Shape::Linear), piece(9, 9, 5, 5, Shape::Linear)]);
        assert_eq!(times(&empty, 1), []);
    }

    #[test]
    fn rates_from_one_a_day_to_a_million_a_second() {
        let day = 86_400;
        let rare = Curve::new(&[piece(0, 1_000 * day, 42, 41, Shape::Exponential)]);
        let n = times(&rare, 2).len() as f64;
        let expected = rare.expected(At::START, At::NEVER);
        assert!((n - expected).abs() < 4.0 * expected.sqrt(), "{n}: {expected}");
        let busy = 3_600_000_000_000;
        for shape in [Shape::Linear, Shape::Exponential] {
            let crowd = Curve::new(&[piece(7 * day, 8 * day, busy, 1, shape)]);
            let run: Vec<At> = crowd.clone().arrivals(stream(2, "arrivals")).take(20_000).collect();
            let span = crowd.expected(At::START, run[19_999]);
            assert!((span - 20_000.0).abs() < 4.0 * 20_000_f64.sqrt(), "{shape:?}: {span}");
        }
    }

    /// ∫ rate by Simpson's rule: another way to the same number.
    fn numeric(piece: &Piece, from: At, until: At) -> f64 {
        let (from, until) = (from.max(piece.from), until.min(piece.until));
        if from >= until {
            return 0.0;
        }
        let length = piece.until.since(piece.from).as_secs_f64();
        let [r0, r1] = [piece.rate_from, piece.rate_to].map(Rate::per_sec_f64);
        let rate = |s: f64| match piece.shape {
            Shape::Linear => r0 + (r1 - r0) * s / length,
            Shape::Exponential => r0 * (r1 / r0).powf(s / length),
        };
        let start = from.since(piece.from).as_secs_f64();
        let step = until.since(from).as_secs_f64() / 2_000.0;
        let weight = |i: u32| if i == 0 || i == 2_000 { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
        (0..=2_000).map(|i| weight(i) * rate(start + f64::from(i) * step)).sum::<f64>() * step / 3.0
    }

    proptest! {
        #[test]
        fn expected_counts_equal_numeric_integration(
            ends in prop::array::uniform2(1..50_000_000_u64),
            exponential: bool,
            equal: bool,
            length_us in 1..90_000_000_000_u64,
            cut in prop::array::uniform2(0.0..1.2_f64),
        ) {
            let shape = if exponential { Shape::Exponential } else { Shape::Linear };
            let [rate_from, rate_to] = [Rate(ends[0]), Rate(ends[usize::from(!equal)])];
            let (from, until) = (At(77), At(77 + length_us));
            let piece = Piece { from, until, rate_from, rate_to, shape };
            let mut cut = cut.map(|c| At((c * until.0 as f64) as u64));
            cut.sort();
            let exact = Curve::new(&[piece]).expected(cut[0], cut[1]);
            let numeric = numeric(&piece, cut[0], cut[1]);
            prop_assert!((exact - numeric).abs() <= 1e-7 * numeric, "{exact} {numeric}");
        }

        #[test]
        fn the_moment_of_a_mass_has_that_mass_before_it(
            ends in prop::array::uniform2(prop_oneof![Just(1_u64), 1..1_000_000_000_u64]),
            exponential: bool,
            length_us in 1_000..90_000_000_000_u64,
            share in 0.0..1.0_f64,
        ) {
            let shape = if exponential { Shape::Exponential } else { Shape::Linear };
            let [rate_from, rate_to] = ends.map(Rate);
            let piece = Piece { from: At(5), until: At(5 + length_us), rate_from, rate_to, shape };
            let stretch = Stretch::new(&piece);
            let mass = share * stretch.mass;
            let at = stretch.moment(mass);
            let microsecond = rate_from.max(rate_to).per_sec_f64() / 1e6;
            let off = (stretch.mass_between(At::START, at) - mass).abs();
            prop_assert!(off <= microsecond * 1.001 + 1e-9 * stretch.mass, "{off}");
            prop_assert!(piece.from <= at && at < piece.until);
        }
    }

    #[test]
    #[should_panic(expected = "starts and ends above zero")]
    fn an_exponential_piece_cannot_reach_zero() {
        Curve::new(&[piece(0, 1, 1, 0, Shape::Exponential)]);
    }
}
