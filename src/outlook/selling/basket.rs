//! Owns what an order is expected to hold: lines, units, and how often each SKU is among them.
//! Must not know stock or time.

use crate::traffic::Demand;

/// What an order holds on average.
#[derive(Clone, Debug)]
pub(super) struct Basket {
    /// Shares of orders by their number of lines.
    pub(super) sizes: Vec<(f64, f64)>,
    /// Lines an order.
    pub(super) lines: f64,
    /// Units a line.
    pub(super) units: f64,
    /// E[u²]/E[u]: how many units come in a bunch, as variance sees it.
    pub(super) bunch: f64,
}

/// How many lines of a SKU an order holds on average: apart from the heroes' time, and in it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Wanted {
    pub(super) apart: f64,
    pub(super) within: f64,
}

impl Basket {
    pub(super) fn of(demand: &Demand) -> Basket {
        let counted = |shares: &[(u8, crate::units::Ppm)]| -> Vec<(f64, f64)> {
            shares.iter().map(|(n, share)| (f64::from(*n), share.as_f64())).collect()
        };
        let mean = |shares: &[(f64, f64)], power: i32| -> f64 {
            shares.iter().map(|(n, share)| n.powi(power) * share).sum()
        };
        let (sizes, units) = (counted(&demand.lines), counted(&demand.units));
        // An order holds no SKU twice: no more lines than there are SKUs that anybody wants.
        let different = demand.popularity.iter().filter(|weight| **weight > 0.0).count() as f64;
        let sizes: Vec<_> = sizes.into_iter().map(|(n, share)| (n.min(different), share)).collect();
        let each = mean(&units, 1);
        Basket { lines: mean(&sizes, 1), units: each, bunch: mean(&units, 2) / each, sizes }
    }

    /// By SKU. The first line is a hero's or by popularity. The second is by popularity among the
    /// others, P(k) = wₖ · Σ_{i≠k} fᵢ/(1 − wᵢ) with fᵢ the chance that the first is i; later lines
    /// are taken to be like the second.
    pub(super) fn wanted(&self, demand: &Demand) -> Vec<Wanted> {
        let sum: f64 = demand.popularity.iter().sum();
        let weights: Vec<f64> = demand.popularity.iter().map(|weight| weight / sum).collect();
        let more = (self.lines - 1.0).max(0.0);
        let lines = |first: &[f64]| -> Vec<f64> {
            let odds = |place: usize| first[place] / (1.0 - weights[place]).max(1e-12);
            let all: f64 = (0..first.len()).map(odds).sum();
            let of = |place: usize| first[place] + more * weights[place] * (all - odds(place));
            (0..first.len()).map(of).collect()
        };
        let apart = lines(&weights);
        let within = demand.heroes.as_ref().map_or_else(
            || apart.clone(),
            |heroes| {
                let share = heroes.of_orders.as_f64();
                let theirs: f64 = heroes.skus.iter().map(|sku| weights[sku.index()]).sum();
                let mut first = weights.clone();
                // Where only heroes have weights, whoever wants none gets one all the same.
                let beside = 1.0 - theirs;
                if beside > 1e-12 {
                    for weight in &mut first {
                        *weight /= beside;
                    }
                    for sku in &heroes.skus {
                        first[sku.index()] = 0.0;
                    }
                }
                for weight in &mut first {
                    *weight *= 1.0 - share;
                }
                for sku in &heroes.skus {
                    first[sku.index()] += share / heroes.skus.len() as f64;
                }
                lines(&first)
            },
        );
        apart.into_iter().zip(within).map(|(apart, within)| Wanted { apart, within }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, Overrides};
    use crate::traffic::Traffic;
    use crate::units::{At, Ppm};

    fn demand() -> Demand {
        let path = "scenarios/black-friday.yaml".as_ref();
        let plan = scenario::read(path, &Overrides::default()).unwrap();
        let Traffic::Modelled(demand) = plan.traffic else { unreachable!("it is modelled") };
        demand
    }

    #[test]
    fn shares_of_lines_sum_to_the_lines() {
        let mut demand = demand();
        for popularity in [demand.popularity.clone(), vec![5.0, 3.0, 1.0, 1.0, 0.5, 2.0]] {
            demand.popularity = popularity;
            let basket = Basket::of(&demand);
            let wanted = basket.wanted(&demand);
            let apart: f64 = wanted.iter().map(|w| w.apart).sum();
            let within: f64 = wanted.iter().map(|w| w.within).sum();
            assert!((apart - basket.lines).abs() < 1e-9, "{apart}");
            assert!((within - basket.lines).abs() < 1e-9, "{within}");
        }
    }

    #[test]
    fn what_is_wanted_is_what_shoppers_draw() {
        let mut demand = demand();
        demand.popularity = vec![6.0, 3.0, 2.0, 1.0, 1.0, 0.0];
        demand.lines = vec![(1, Ppm(600_000)), (2, Ppm(400_000))];
        let heroes = demand.heroes.as_mut().unwrap();
        heroes.skus.truncate(2);
        (heroes.from, heroes.until) = (At::START, At::NEVER);
        let wanted = Basket::of(&demand).wanted(&demand);
        let mut seen = [0_u32; 6];
        let mut orders = 0;
        let traffic = Traffic::Modelled(demand);
        for arrival in traffic.arrivals(9).take(20_000) {
            orders += 1;
            for (sku, _) in arrival.lines {
                seen[sku.index()] += 1;
            }
        }
        for (wanted, seen) in wanted.iter().zip(seen) {
            let share = f64::from(seen) / f64::from(orders);
            let error = (wanted.within * (1.0 - wanted.within) / f64::from(orders)).sqrt();
            assert!((share - wanted.within).abs() < 4.0 * error + 1e-9, "{share} {wanted:?}");
        }
    }
}
