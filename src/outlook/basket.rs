//! Owns what an order holds on average, and how many SKUs are on sale.
//! Must not know stock or time.

use crate::scenario::Plan;
use crate::traffic::Traffic;
use crate::units::Ppm;

/// What an order holds on average.
#[derive(Clone, Copy, Debug)]
pub(super) struct Basket {
    /// Lines an order.
    pub(super) lines: f64,
    /// Units a line.
    pub(super) units: f64,
    /// SKUs on sale from the start.
    pub(super) on_sale: u64,
}

impl Basket {
    pub(super) fn of(plan: &Plan) -> Basket {
        let on_sale = plan.world.catalog.iter().filter(|sku| sku.listed).count() as u64;
        let (lines, units) = match &plan.traffic {
            Traffic::Modelled(demand) => {
                // An order holds no SKU twice: no more lines than SKUs that anybody wants.
                let wanted = demand.popularity.iter().filter(|weight| **weight > 0.0).count();
                (mean(&demand.lines, wanted), mean(&demand.units, usize::MAX))
            }
            Traffic::Replayed(log) => {
                let lines: usize = log.orders.iter().map(|order| order.lines.len()).sum();
                let all = log.orders.iter().flat_map(|order| &order.lines);
                let units: i64 = all.map(|(_, qty)| qty.0).sum();
                (lines as f64 / log.orders.len().max(1) as f64, units as f64 / lines.max(1) as f64)
            }
        };
        Basket { lines, units, on_sale }
    }
}

fn mean(shares: &[(u8, Ppm)], most: usize) -> f64 {
    let part = |(n, share): &(u8, Ppm)| usize::from(*n).min(most) as f64 * share.as_f64();
    shares.iter().map(part).sum()
}
