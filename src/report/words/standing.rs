//! Owns how a gate stands against its limit, in clauses. Must not know which gates are told.

use super::limits::{edges, lag_of, limit, samples_word};
use super::number::{count, counted, money, value, value_said};
use super::short;
use crate::report::summary::band::Band;
use crate::report::summary::gate::{Gate, Limits, Value};
use crate::report::summary::{Summary, Terms};

/// The same for a column: `12 min`, `1.2 %`, `≥ 98.5 %`.
pub fn limit_short(limits: Limits, terms: &Terms) -> String {
    limit(limits, terms).replace("at least", "≥")
}

/// How near a proved gate comes to its limit, by the bound that decides: `p95 at most 1.32 min
/// against 12 min`, `at least 99.9 % against at least 98.5 %`.
pub fn bound_against_limit(gate: &Gate, terms: &Terms) -> String {
    let p95 = if lag_of(gate.kpi) { "p95 " } else { "" };
    let bound = match gate.limits {
        Limits::AtLeastPpm { .. } => format!("at least {}", value(gate.low)),
        Limits::AtMostPpm { .. } | Limits::LagP95Us { .. } => {
            format!("at most {}", value(gate.high))
        }
    };
    format!("{p95}{bound} against {}", limit(gate.limits, terms))
}

/// `inventory sync lag p95 41.2 min`.
fn seen(gate: &Gate) -> String {
    let p95 = if lag_of(gate.kpi) { "p95 " } else { "" };
    format!("{} {p95}{}", gate.kpi.title(), value_said(gate.value))
}

/// A gate in the watch band: `inventory sync lag on amazon at p95 5.02 min (healthy up to 3 min,
/// limit 12 min)`.
pub fn in_watch(gate: &Gate, terms: &Terms) -> String {
    let scope = gate.channel.as_deref().map_or(String::new(), |name| format!(" on {name}"));
    let p95 = if lag_of(gate.kpi) { "p95 " } else { "" };
    let (title, value) = (gate.kpi.title(), value_said(gate.value));
    if gate.bad.possible == 0 {
        return format!("{title}{scope}, {}", none_seen(gate));
    }
    format!("{title}{scope} at {p95}{value} ({})", watch_band(gate.limits, terms))
}

/// Why a gate without a bad event is not healthy: `none seen, but 3,563 orders prove only at most
/// 0.554 % (healthy up to 0.5 %)`.
pub fn none_seen(gate: &Gate) -> String {
    let (samples, healthy) = (count(gate.samples), edges(gate.limits).0);
    let what = samples_word(gate.kpi);
    match gate.limits {
        Limits::AtLeastPpm { .. } => format!(
            "none failed, but {samples} {what} prove only at least {} (healthy {healthy})",
            value(gate.low),
        ),
        Limits::AtMostPpm { .. } | Limits::LagP95Us { .. } => format!(
            "none seen, but {samples} {what} prove only at most {} (healthy up to {healthy})",
            value(gate.high),
        ),
    }
}

pub(in crate::report) fn watch_band(limits: Limits, terms: &Terms) -> String {
    let healthy = edges(limits).0;
    let up_to = if matches!(limits, Limits::AtLeastPpm { .. }) { "" } else { "up to " };
    format!("healthy {up_to}{healthy}, limit {}", limit(limits, terms))
}

/// Where a gate of a channel stands, in a clause: no channel, no sentence.
pub fn clause(summary: &Summary, gate: &Gate) -> String {
    let terms = &summary.terms;
    let said = match (gate.band, gate.because) {
        (Band::NotProved, Some(why)) => format!("{} not proved ({})", gate.kpi.title(), short(why)),
        (Band::Watch, _) if gate.bad.possible == 0 => {
            format!("{}: {}", gate.kpi.title(), none_seen(gate))
        }
        (Band::Watch, _) => format!("{} ({})", seen(gate), watch_band(gate.limits, terms)),
        _ => {
            let limit = limit(gate.limits, terms);
            format!("{} against {limit}{}", seen(gate), stake(summary, gate))
        }
    };
    let accepted = if gate.accepted_risk.is_some() { ", risk accepted" } else { "" };
    said + accepted
}

/// Where a KPI must stay: `within 12 min`, `at least 98.5 %`.
pub fn limit_in_words(limits: Limits, terms: &Terms) -> String {
    match limits {
        Limits::AtLeastPpm { .. } => format!("at {}", limit(limits, terms)),
        _ => format!("within {}", limit(limits, terms)),
    }
}

/// What stands for a team where the scenario names none.
pub(super) const NOBODY: &str = "no owner named";

/// Who watches a gate.
pub fn watched_by(owner: &str) -> String {
    match owner {
        NOBODY => "Nobody is named to watch it: name one under `owners:`.".to_owned(),
        team => format!("{team} watches it."),
    }
}

/// How much of the way to its limit a proved gate's bad bound has gone, in parts per million;
/// none where that cannot be said.
pub fn share_of_limit_used_ppm(gate: &Gate, terms: &Terms) -> Option<u64> {
    let pick = |healthy: u64, watch: u64| if terms.go_needs_healthy { healthy } else { watch };
    let (used, room) = match (gate.limits, gate.low, gate.high) {
        (Limits::LagP95Us { healthy, watch }, _, Value::LagUs(high)) => {
            (high, pick(healthy, watch))
        }
        (Limits::AtMostPpm { healthy, watch }, _, Value::SharePpm(high)) => {
            (u64::from(high), pick(healthy.into(), watch.into()))
        }
        (Limits::AtLeastPpm { healthy, watch }, Value::SharePpm(low), _) => {
            let miss = |share: u32| u64::from(1_000_000u32.saturating_sub(share));
            (miss(low), pick(miss(healthy), miss(watch)))
        }
        _ => return None,
    };
    let used = u128::from(used) * 1_000_000 / u128::from(room.max(1));
    Some(u64::try_from(used).unwrap_or(u64::MAX))
}

/// `, USD 18.4 k at stake`, or nothing.
pub(super) fn stake(summary: &Summary, gate: &Gate) -> String {
    match gate.money {
        0 => String::new(),
        minor => format!(", {} at stake", money(minor, &summary.campaign)),
    }
}

/// What the bad events touched, at the end of a sentence: `, 444 units and USD 20.9 k at stake`;
/// of a lag, whose bad events are changes: `; it hit 343 orders (319 units, USD 15.5 k)`.
pub(super) fn touched(summary: &Summary, gate: &Gate) -> String {
    let Some(impact) = gate.impact.filter(|impact| impact.orders > 0) else {
        return stake(summary, gate);
    };
    let units = counted(impact.units.unsigned_abs(), "unit", "units");
    let money = money(impact.money, &summary.campaign);
    if lag_of(gate.kpi) {
        let orders = counted(impact.orders, "order", "orders");
        format!("; it hit {orders} ({units}, {money})")
    } else {
        format!(", {units} and {money} at stake")
    }
}
