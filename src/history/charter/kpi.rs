//! Owns the KPIs of the band table and the two edges of each.
//! Must not know how they are measured.

use serde::{Deserialize, Serialize};

use crate::units::{Ppm, Span};

/// A KPI of the band table; each is a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kpi {
    /// Source publishes → the channel sells it, p95.
    ListingLatency,
    /// Source acknowledges a stock change → the channel offers it, p95.
    SyncLag,
    /// The price is due → the channel charges it, p95.
    PriceLag,
    /// Orders held exactly once and unaltered by the deadline ÷ orders due.
    HandoffSuccess,
    /// Missing, surplus and altered orders ÷ all orders, by book day.
    ReconciliationVariance,
    /// Orders cancelled for want of stock ÷ accepted orders.
    StockCancellations,
    /// Accepted orders with an oversold unit ÷ accepted orders.
    OversoldOrders,
    /// Accepted orders charged a price valid at no moment of the grace ÷ those of known prices.
    MispricedOrders,
}

impl Kpi {
    /// Every KPI, in the order of the band table.
    pub const ALL: [Kpi; 8] = [
        Kpi::ListingLatency,
        Kpi::SyncLag,
        Kpi::PriceLag,
        Kpi::HandoffSuccess,
        Kpi::ReconciliationVariance,
        Kpi::StockCancellations,
        Kpi::OversoldOrders,
        Kpi::MispricedOrders,
    ];

    /// As people say it.
    pub fn title(self) -> &'static str {
        match self {
            Kpi::ListingLatency => "listing publish latency",
            Kpi::SyncLag => "inventory sync lag",
            Kpi::PriceLag => "price propagation lag",
            Kpi::HandoffSuccess => "order handoff success",
            Kpi::ReconciliationVariance => "reconciliation variance",
            Kpi::StockCancellations => "cancellations for stock",
            Kpi::OversoldOrders => "oversold orders",
            Kpi::MispricedOrders => "mispriced orders",
        }
    }

    /// Its key in scenarios (`gates:`), `accepted risks:` and `summary.json`.
    pub fn key(self) -> &'static str {
        match self {
            Kpi::ListingLatency => "listing latency",
            Kpi::SyncLag => "sync lag",
            Kpi::PriceLag => "price lag",
            Kpi::HandoffSuccess => "handoff success",
            Kpi::ReconciliationVariance => "reconciliation variance",
            Kpi::StockCancellations => "stock cancellations",
            Kpi::OversoldOrders => "oversold orders",
            Kpi::MispricedOrders => "mispriced orders",
        }
    }

    /// The failure class whose owner answers for it; keys of `owners:`.
    pub fn owned_as(self) -> &'static str {
        match self {
            Kpi::ListingLatency => "listings",
            Kpi::SyncLag | Kpi::StockCancellations | Kpi::OversoldOrders => "inventory sync",
            Kpi::PriceLag | Kpi::MispricedOrders => "prices",
            Kpi::HandoffSuccess => "order handoff",
            Kpi::ReconciliationVariance => "reconciliation",
        }
    }
}

/// The two edges of a KPI's bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limits {
    /// A 95th percentile must not exceed these.
    LagP95 {
        /// Healthy up to here.
        healthy: Span,
        /// Watch up to here, intervention beyond.
        watch: Span,
    },
    /// A share must not exceed these.
    AtMost {
        /// Healthy up to here.
        healthy: Ppm,
        /// Watch up to here, intervention beyond.
        watch: Ppm,
    },
    /// A share must not fall below these.
    AtLeast {
        /// Healthy down to here.
        healthy: Ppm,
        /// Watch down to here, intervention below.
        watch: Ppm,
    },
}

impl Limits {
    /// The band table of docs/measures.md.
    pub fn standard(kpi: Kpi) -> Limits {
        let lag = |h, w| Limits::LagP95 { healthy: Span::from_mins(h), watch: Span::from_mins(w) };
        let at_most = |h, w| Limits::AtMost { healthy: Ppm(h), watch: Ppm(w) };
        match kpi {
            Kpi::ListingLatency => lag(5, 20),
            Kpi::SyncLag => lag(3, 12),
            Kpi::PriceLag => lag(6, 25),
            Kpi::HandoffSuccess => Limits::AtLeast { healthy: Ppm(994_000), watch: Ppm(985_000) },
            Kpi::ReconciliationVariance => at_most(3_000, 9_000),
            Kpi::StockCancellations | Kpi::OversoldOrders | Kpi::MispricedOrders => {
                at_most(5_000, 12_000)
            }
        }
    }

    /// Whether one of the edges forgives more than the other's.
    pub fn is_looser_than(self, standard: Limits) -> bool {
        match (self, standard) {
            (Limits::LagP95 { healthy, watch }, Limits::LagP95 { healthy: h, watch: w }) => {
                healthy > h || watch > w
            }
            (Limits::AtMost { healthy, watch }, Limits::AtMost { healthy: h, watch: w }) => {
                healthy > h || watch > w
            }
            (Limits::AtLeast { healthy, watch }, Limits::AtLeast { healthy: h, watch: w }) => {
                healthy < h || watch < w
            }
            _ => true,
        }
    }
}
