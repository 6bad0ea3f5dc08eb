//! Owns what is said of many replications: a mean with its t interval, quantiles by order
//! statistics, a share by Clopper–Pearson. Must not know what is measured.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// A mean over independent replications with a confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// How many replications.
    pub runs: usize,
    /// Their mean.
    pub mean: f64,
    /// Half the width of the interval; infinite with one replication.
    pub half: f64,
}

impl Mean {
    /// The t interval: mean ± t(n − 1) · s / √n.
    ///
    /// # Panics
    /// When the confidence is not between 0 and 1.
    pub fn of(values: &[f64], confidence: f64) -> Mean {
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n.max(1) as f64;
        if n < 2 {
            return Mean { runs: n, mean, half: f64::INFINITY };
        }
        let freedom = n as f64 - 1.0;
        let spread = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / freedom;
        let t = StudentsT::new(0.0, 1.0, freedom).expect("n − 1 is positive");
        let half = t.inverse_cdf(0.5 + confidence / 2.0) * (spread / n as f64).sqrt();
        Mean { runs: n, mean, half }
    }

    /// Lower end.
    pub fn low(&self) -> f64 {
        self.mean - self.half
    }

    /// Upper end.
    pub fn high(&self) -> f64 {
        self.mean + self.half
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Student (1908), the sleep data: ten differences, mean 1.58, 95 % interval 0.70 … 2.46
    /// (R: `t.test(extra ~ group, data = sleep, paired = TRUE)`).
    #[test]
    fn the_sleep_of_ten_patients() {
        let gained = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
        let mean = Mean::of(&gained, 0.95);
        assert!((mean.mean - 1.58).abs() < 1e-12);
        assert!((mean.low() - 0.700_114_2).abs() < 1e-6, "{}", mean.low());
        assert!((mean.high() - 2.459_885_8).abs() < 1e-6, "{}", mean.high());
    }

    #[test]
    fn one_replication_says_nothing_about_others() {
        assert!(Mean::of(&[3.0], 0.95).half.is_infinite());
    }
}
