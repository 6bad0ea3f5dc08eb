//! Owns a mean over replications with its t interval, the difference of two, and whether it is more
//! than chance. Must not know what is measured.
//!
//! Student's t over the replications' values, pair by pair where both scenarios met the same
//! shoppers, else Welch's (Welch, "The generalization of Student's problem when several different
//! population variances are involved", Biometrika 34, 1947).

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Half of the risk of an interval.
const TAIL: f64 = 0.025;

/// A mean with how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean itself.
    pub mean: f64,
    /// Its standard error; zero where every replication was the same.
    error: f64,
    freedom: f64,
}

impl Estimate {
    /// Of these values, one a replication.
    pub fn of(values: &[f64]) -> Estimate {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let spread = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        let freedom = (n - 1.0).max(1.0);
        Estimate { mean, error: (spread / freedom / n).sqrt(), freedom }
    }

    /// The difference of two means, by Welch.
    #[must_use]
    pub fn less(self, baseline: Estimate) -> Estimate {
        let [a, b] = [baseline, self].map(|estimate| estimate.error.powi(2));
        let both = a + b;
        let parts = a.powi(2) / baseline.freedom + b.powi(2) / self.freedom;
        let freedom = if parts > 0.0 { both.powi(2) / parts } else { 1.0 };
        Estimate { mean: self.mean - baseline.mean, error: both.sqrt(), freedom }
    }

    fn student(self) -> StudentsT {
        StudentsT::new(0.0, 1.0, self.freedom.max(1.0)).expect("its degrees of freedom are ≥ 1")
    }

    /// Its interval at 95 %.
    pub fn interval(self) -> (f64, f64) {
        let half = self.student().inverse_cdf(1.0 - TAIL) * self.error;
        (self.mean - half, self.mean + half)
    }

    /// The p-value of "the mean is zero"; none where every replication was the same, because then
    /// nothing is known of how they vary.
    pub fn p_value(self) -> Option<f64> {
        let t = (self.mean / self.error).abs();
        (self.error > 0.0).then(|| (2.0 * self.student().cdf(-t)).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(seen: f64, truth: f64, within: f64) {
        assert!((seen - truth).abs() <= within, "{seen} is not {truth}");
    }

    /// "Student" 1908, hours of sleep gained by ten patients under two drugs: the paired test's
    /// t = 4.0621, p = 0.002833; Welch's t = 1.8608 on 17.776 degrees, p = 0.07939.
    #[test]
    fn students_sleep_gives_the_published_tests() {
        let one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let each: Vec<f64> = one.iter().zip(&two).map(|(a, b)| b - a).collect();
        let paired = Estimate::of(&each);
        close(paired.mean / paired.error, 4.0621, 5e-5);
        close(paired.p_value().unwrap(), 0.002_833, 5e-7);
        let (low, high) = paired.interval();
        close(low, 0.700_114, 1e-6);
        close(high, 2.459_886, 1e-6);
        let welch = Estimate::of(&two).less(Estimate::of(&one));
        close(welch.mean / welch.error, 1.8608, 5e-5);
        close(welch.freedom, 17.776, 5e-4);
        close(welch.p_value().unwrap(), 0.079_39, 5e-6);
        let (low, high) = welch.interval();
        close(low, -0.205_483, 1e-6);
        close(high, 3.365_483, 1e-6);
    }

    #[test]
    fn replications_that_are_all_the_same_prove_nothing() {
        let same = Estimate::of(&[3.0, 3.0, 3.0]);
        assert_eq!((same.error, same.p_value()), (0.0, None));
        assert_eq!(same.less(Estimate::of(&[1.0, 1.0])).p_value(), None);
        let varied = Estimate::of(&[5.0, 6.0, 7.0]).less(same);
        assert!(varied.p_value().is_some() && (varied.freedom - 2.0).abs() < 1e-9);
    }
}
