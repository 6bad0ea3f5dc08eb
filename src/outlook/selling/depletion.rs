//! Owns when a SKU runs out: the demand that it takes, as a distribution.
//! Must not know when that demand comes.
//!
//! Orders of a SKU are Poisson in their own expectation ("mass": the lines expected so far). With
//! everybody served the mass at which the s-th unit goes is Erlang(s, 1), so that the chance of
//! having run out at mass m is P(Poisson(m) ≥ s), exactly. Where some channels stop selling before
//! the last unit (units held back, an allocation), the ℓ-th unit from the end waits for the
//! channels that still sell, of share σ(ℓ): Exp(σ(ℓ)); the sum is kept as the gamma distribution
//! of the same mean and variance, which is the Erlang again where every σ is one.

use statrs::function::gamma::gamma_lr;

/// Beyond this shape the gamma distribution is Wilson and Hilferty's cube of a normal one.
const SHAPE_MAX: f64 = 1_500.0;

/// The mass at which something has happened: a gamma distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Depletion {
    shape: f64,
    scale: f64,
}

impl Depletion {
    /// That `units` have gone, of which the last are sold by the channels that still sell them:
    /// `selling[ℓ − 1]` is the share of channels at ℓ units left, 1 beyond its end. None: it never
    /// comes to that.
    pub(super) fn of(units: f64, selling: &[f64]) -> Option<Depletion> {
        if units <= 0.0 {
            return Some(Depletion { shape: 0.0, scale: 1.0 });
        }
        let last = &selling[..selling.len().min(units.ceil() as usize)];
        if last.iter().any(|share| *share <= 0.0) {
            return None;
        }
        let rest = (units - last.len() as f64).max(0.0);
        let mean: f64 = rest + last.iter().map(|share| 1.0 / share).sum::<f64>();
        let variance: f64 = rest + last.iter().map(|share| share.powi(-2)).sum::<f64>();
        Some(Depletion { shape: mean * mean / variance, scale: variance / mean })
    }

    /// The chance of it by this mass.
    pub(super) fn by(self, mass: f64) -> f64 {
        lower(self.shape, mass / self.scale)
    }

    /// The mean mass.
    pub(super) fn mean(self) -> f64 {
        self.shape * self.scale
    }

    /// The chance that it and, after it, an event of this rate a mass have come by this mass.
    ///
    /// P(D + E ≤ m) = F(m) − e^(−pm) ∫ f(x) e^(px) dx, and f(x)·e^(px) is again a gamma density,
    /// of scale θ/(1 − pθ), times (1 − pθ)^(−κ). Where that has no mean, the sum is the gamma of
    /// the same mean and variance; for p = 1 and an Erlang D that is exact.
    pub(super) fn then_by(self, rate: f64, mass: f64) -> f64 {
        if rate <= 0.0 || mass <= 0.0 {
            return 0.0;
        }
        if self.shape <= 0.0 {
            return -(-rate * mass).exp_m1();
        }
        let tilt = 1.0 - rate * self.scale;
        if tilt < 0.02 {
            let mean = self.mean() + 1.0 / rate;
            let variance = self.mean() * self.scale + rate.powi(-2);
            return Depletion { shape: mean * mean / variance, scale: variance / mean }.by(mass);
        }
        let by = self.by(mass);
        if by < 1e-12 {
            return 0.0;
        }
        let without = lower(self.shape, mass * tilt / self.scale);
        let factor = -rate * mass - self.shape * tilt.ln();
        let missed = if without > 0.0 { (factor + without.ln()).exp() } else { 0.0 };
        (by - missed).clamp(0.0, 1.0)
    }
}

/// P(Gamma(shape, 1) ≤ x).
fn lower(shape: f64, x: f64) -> f64 {
    if shape <= 0.0 {
        return 1.0;
    }
    if x <= 0.0 {
        return 0.0;
    }
    // Far off either way nothing is left to compute.
    let off = (x - shape) / shape.sqrt();
    if off > 9.0 + 40.0 / shape.sqrt() {
        return 1.0;
    }
    if off < -9.0 {
        return 0.0;
    }
    if shape > SHAPE_MAX {
        let ninth = 1.0 / (9.0 * shape);
        let z = ((x / shape).cbrt() - (1.0 - ninth)) / ninth.sqrt();
        return normal(z);
    }
    gamma_lr(shape, x)
}

/// The standard normal distribution function.
pub(in crate::outlook) fn normal(z: f64) -> f64 {
    0.5 * statrs::function::erf::erfc(-z / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(Poisson(m) ≥ s) term by term.
    fn poisson_reaches(mass: f64, units: u32) -> f64 {
        let mut term = (-mass).exp();
        let mut below = 0.0;
        for i in 0..units {
            below += term;
            term *= mass / f64::from(i + 1);
        }
        1.0 - below
    }

    #[test]
    fn with_everybody_served_it_is_the_poisson_sum() {
        for (mass, units) in [(3.0, 5), (6.0, 6), (20.0, 6), (0.5, 1), (40.0, 50)] {
            let seen = Depletion::of(f64::from(units), &[]).unwrap().by(mass);
            assert!((seen - poisson_reaches(mass, units)).abs() < 1e-10, "{mass} {units}: {seen}");
        }
        // The two ways of computing it meet where one takes over.
        let [exact, cubed] = [1_499.0, 1_501.0].map(|shape| lower(shape, shape - 30.0));
        assert!((exact - cubed).abs() < 2e-3, "{exact} {cubed}");
    }

    #[test]
    fn an_order_after_the_last_unit_is_the_double_sum() {
        // P(exposed) = 1 − E[(1 − p)^(N − s)⁺] over N Poisson, term by term.
        for (mass, units, rate) in [(8.0, 5, 0.3), (12.0, 12, 0.46), (6.0, 2, 0.05), (9.0, 4, 1.0)]
        {
            let mut term = f64::exp(-mass);
            let mut unexposed = 0.0;
            for n in 0..200_u32 {
                let beyond = n.saturating_sub(units) as i32;
                unexposed += term * f64::powi(1.0 - rate, beyond);
                term *= mass / f64::from(n + 1);
            }
            let seen = Depletion::of(f64::from(units), &[]).unwrap().then_by(rate, mass);
            assert!((seen - (1.0 - unexposed)).abs() < 1e-9, "{mass} {units} {rate}: {seen}");
        }
    }

    #[test]
    fn the_last_units_wait_for_those_who_sell_them() {
        let all = Depletion::of(6.0, &[1.0, 1.0]).unwrap();
        assert_eq!(all, Depletion::of(6.0, &[]).unwrap());
        let few = Depletion::of(6.0, &[0.25, 0.5]).unwrap();
        assert!((few.mean() - (4.0 + 4.0 + 2.0)).abs() < 1e-12);
        assert!(few.by(8.0) < all.by(8.0));
        // Nobody sells the last unit: it never runs out.
        assert_eq!(Depletion::of(6.0, &[0.0, 0.5]), None);
        // But an empty shelf is empty.
        assert!((Depletion::of(0.0, &[0.0]).unwrap().by(0.1) - 1.0).abs() < 1e-12);
    }
}
