//! Owns what is assumed of the systems before they are played: how well they do.
//! Must not know the plan.

use crate::history::charter::Kpi;
use crate::units::{Ppm, Span};

/// The least design effect taken where none is stated: a sold-out SKU loses several orders at once.
pub const DESIGN_EFFECT: f64 = 1.5;

/// How well the systems are taken to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumed {
    /// The true share of bad events, as a share of the limit that a GO needs.
    pub of_limit: Ppm,
    /// True shares of bad events of single KPIs, stated outright. Of a lag: the share of changes
    /// that are later than its limit.
    pub stated: Vec<(Kpi, Ppm)>,
    /// How much more bad events vary than independent ones; none: from the scenario's skew, and no
    /// less than [`DESIGN_EFFECT`].
    pub design_effect: Option<f64>,
    /// What an exchange with a mock, or a stall of the driver, takes on the machine at worst.
    pub exchange: Span,
}

impl Default for Assumed {
    fn default() -> Assumed {
        Assumed {
            of_limit: Ppm(500_000),
            stated: Vec::new(),
            design_effect: None,
            exchange: Span::from_millis(1),
        }
    }
}

impl Assumed {
    /// The true share of bad events of a KPI whose limit, as a share of bad ones, is this.
    pub(super) fn rate(&self, kpi: Kpi, limit: Ppm) -> f64 {
        let stated = self.stated.iter().rev().find(|(of, _)| *of == kpi);
        stated.map_or(limit.as_f64() * self.of_limit.as_f64(), |(_, share)| share.as_f64())
    }

    /// The design effect where so many events are expected on SKUs of this concentration: were
    /// SKUs hit in proportion to what they sell, it would be 1 + events × concentration.
    pub(super) fn design_effect(&self, events: f64, concentration: f64) -> f64 {
        let skew = || (1.0 + events * concentration).max(DESIGN_EFFECT);
        self.design_effect.map_or_else(skew, |stated| stated.max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stated_goes_before_what_is_a_share_of_the_limit() {
        let stated = vec![(Kpi::OversoldOrders, Ppm(2_000)), (Kpi::OversoldOrders, Ppm(1_000))];
        let assumed = Assumed { stated, ..Assumed::default() };
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(assumed.rate(Kpi::OversoldOrders, Ppm(12_000)), 0.001);
        near(assumed.rate(Kpi::StockCancellations, Ppm(12_000)), 0.006);
    }

    #[test]
    fn skew_makes_events_cluster() {
        let assumed = Assumed::default();
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(assumed.design_effect(24.0, 0.001), 1.5);
        near(assumed.design_effect(24.0, 0.1), 3.4);
        let stated = Assumed { design_effect: Some(1.0), ..assumed };
        near(stated.design_effect(24.0, 0.1), 1.0);
    }
}
