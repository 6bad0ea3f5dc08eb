//! Owns how limits are worded, of what they are, and what "none of n" leaves open. Must not know
//! where a gate stands.

use super::number::{share, span};
use crate::judge::bounds;
use crate::report::summary::gate::{Invariant, InvariantKind, Kpi, Limits, Value};
use crate::report::summary::{Summary, Terms};

/// The limit that a GO needs: `12 min`, `1.2 %`, `at least 98.5 %`.
pub fn limit(limits: Limits, terms: &Terms) -> String {
    let (healthy, watch) = edges(limits);
    if terms.go_needs_healthy { healthy } else { watch }
}

/// Both edges as words, healthy first.
pub fn edges(limits: Limits) -> (String, String) {
    match limits {
        Limits::LagP95Us { healthy, watch } => (span(healthy), span(watch)),
        Limits::AtMostPpm { healthy, watch } => (share(healthy), share(watch)),
        Limits::AtLeastPpm { healthy, watch } => {
            (format!("at least {}", share(healthy)), format!("at least {}", share(watch)))
        }
    }
}

/// Whether the KPI is a percentile of durations.
pub fn lag_of(kpi: Kpi) -> bool {
    matches!(kpi, Kpi::ListingLatency | Kpi::SyncLag | Kpi::PriceLag)
}

/// What a KPI's samples are.
pub fn samples_word(kpi: Kpi) -> &'static str {
    if lag_of(kpi) { "changes" } else { "orders" }
}

/// The most that "none of n" leaves open at 95 %, as a share. One event seen none of n times has
/// one bound, whoever states it: where a gate counts the same event on the same orders, the
/// gate's (it may know that events cluster); else Clopper–Pearson's.
pub(super) fn at_most_where_none(summary: &Summary, result: &Invariant) -> u32 {
    let kpi = match result.invariant {
        InvariantKind::Oversell => Some(Kpi::OversoldOrders),
        InvariantKind::MispricedOrder => Some(Kpi::MispricedOrders),
        _ => None,
    };
    let gate = summary.gates.iter().find(|gate| {
        let same = Some(gate.kpi) == kpi && gate.channel.is_none();
        same && gate.bad.possible == 0 && gate.samples == result.of
    });
    match gate.map(|gate| gate.high) {
        Some(Value::SharePpm(high)) => high,
        _ => bounds::upper(0.0, result.of as f64).0,
    }
}
