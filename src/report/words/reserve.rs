//! Owns what a verdict is said with reserve about: limits and promises loosened, risks accepted,
//! and the numbers that they cover. Must not know where the lines are printed.

use super::limits::{edges, lag_of};
use super::number::{count, counted, share, span, value, value_said};
use crate::report::summary::Summary;
use crate::report::summary::gate::{Gate, Kpi, Value};
use crate::report::summary::verdict::{
    AcceptedRisk, LoosenedHonesty, LoosenedLimit, LoosenedPromise,
};

/// What the answer itself must not be read without: `2 limits loosened, 1 risk accepted`.
pub(super) fn in_headline(summary: &Summary) -> Option<String> {
    let loosened = summary.limits_loosened.len()
        + summary.promises_loosened.len()
        + summary.honesty_loosened.len();
    let used = summary.accepted_risks.iter().filter(|risk| !risk.covers.is_empty()).count();
    let mut parts = Vec::new();
    if loosened > 0 {
        parts.push(counted(loosened as u64, "limit loosened", "limits loosened"));
    }
    if used > 0 {
        parts.push(counted(used as u64, "risk accepted", "risks accepted"));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Limits and promises looser than standard, a line each, with the numbers that they cover.
pub fn limits_loosened(summary: &Summary) -> Vec<String> {
    let limits = summary.limits_loosened.iter().map(|loosened| limit(summary, loosened));
    let promises = summary.promises_loosened.iter().map(|p| promise(summary, p));
    limits.chain(promises).chain(summary.honesty_loosened.iter().map(honesty)).collect()
}

fn honesty(loosened: &LoosenedHonesty) -> String {
    let said = |value: u64| match loosened.limit.as_str() {
        "lateness p99" => span(value),
        _ => share(u32::try_from(value).unwrap_or(u32::MAX)),
    };
    let (ours, standard) = (said(loosened.in_force), said(loosened.standard));
    format!("honesty of the load, `{}`: {ours} (standard: {standard})", loosened.limit)
}

fn limit(summary: &Summary, loosened: &LoosenedLimit) -> String {
    let ((healthy, watch), (h, w)) = (edges(loosened.limits), edges(loosened.standard));
    let title = loosened.kpi.title();
    let seen = of_run(summary, loosened.kpi).map_or(String::new(), |gate| {
        let p95 = if lag_of(gate.kpi) { "p95 " } else { "" };
        format!("; this run: {p95}{}", value_said(gate.value))
    });
    format!("{title}: healthy {healthy}, limit {watch} (standard: {h} and {w}){seen}")
}

fn of_run(summary: &Summary, kpi: Kpi) -> Option<&Gate> {
    let mut gates = summary.gates.iter();
    gates.find(|g| g.kpi == kpi && g.channel.is_none() && g.value != Value::Absent)
}

fn promise(summary: &Summary, loosened: &LoosenedPromise) -> String {
    let LoosenedPromise { promise, in_force_us, standard_us } = loosened;
    let totals = &summary.totals;
    let ppm = |part: u64, whole: u64| {
        share((u128::from(part) * 1_000_000 / u128::from(whole.max(1))) as u32)
    };
    let covers = match promise.as_str() {
        "cancellations count for" => format!(
            "; this run: {} of {} orders ({}) were cancelled for want of stock, sooner or later",
            count(totals.cancelled),
            count(totals.accepted),
            ppm(totals.cancelled, totals.accepted),
        ),
        "handoff within" | "handoff sla" => format!(
            "; this run: {} of {} orders due ({}) were in the OMS within {}",
            count(totals.handed_off_in_sla),
            count(totals.due),
            ppm(totals.handed_off_in_sla, totals.due),
            span(summary.terms.handoff_sla_us),
        ),
        _ => String::new(),
    };
    format!(
        "promise `{promise}`: {} (standard: {}){covers}",
        span(*in_force_us),
        span(*standard_us)
    )
}

/// Accepted risks, with what they cover or why they count for nothing; those that one person
/// accepts for one reason together.
pub fn accepted_risks(summary: &Summary) -> Vec<String> {
    let mut groups: Vec<Vec<&AcceptedRisk>> = Vec::new();
    let same = |a: &AcceptedRisk, b: &AcceptedRisk| {
        (&a.channel, &a.why, &a.by, &a.until, a.expired)
            == (&b.channel, &b.why, &b.by, &b.until, b.expired)
    };
    for risk in &summary.accepted_risks {
        match groups.iter_mut().find(|group| same(group[0], risk)) {
            Some(group) => group.push(risk),
            None => groups.push(vec![risk]),
        }
    }
    groups.iter().map(|group| accepted_risk(summary, group)).collect()
}

fn accepted_risk(summary: &Summary, group: &[&AcceptedRisk]) -> String {
    let risk = group[0];
    let scope = risk.channel.as_deref().map_or(String::new(), |c| format!(" on {c}"));
    let covers: u64 = group.iter().map(|risk| risk.covers.len() as u64).sum();
    let seen: Vec<String> = group
        .iter()
        .flat_map(|risk| &risk.covers)
        .map(|place| &summary.gates[*place])
        .filter(|gate| gate.value != Value::Absent)
        .map(|gate| format!("{} {}", gate.kpi.title(), value(gate.value)))
        .collect();
    let state = match (risk.expired, covers) {
        (true, _) => "EXPIRED, counts for nothing".to_owned(),
        (false, 0) => "not needed in this run".to_owned(),
        (false, covers) if seen.is_empty() => {
            format!("covers {}", counted(covers, "gate", "gates"))
        }
        (false, covers) => {
            format!("covers {}: {}", counted(covers, "gate", "gates"), seen.join(", "))
        }
    };
    let titles: Vec<&str> = group.iter().map(|risk| risk.kpi.title()).collect();
    format!(
        "{}{scope}: {} — accepted by {} until {} ({state})",
        titles.join(", "),
        risk.why,
        risk.by,
        risk.until,
    )
}
