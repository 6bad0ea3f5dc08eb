//! Owns what a verdict is said with reserve about: conditions, limits and promises loosened,
//! accepted risks. Must not know how they are told.

use super::band::Band;
use super::gate::{Gate, Limits};
use super::verdict::{AcceptedRisk, Condition, LoosenedHonesty, LoosenedLimit, LoosenedPromise};
use crate::history::charter::{self, Charter, Honesty, Promises};

pub(super) fn conditions(gates: &[Gate]) -> Vec<Condition> {
    // What an accepted risk on a channel covers is told with the risk.
    let answered_for = |gate: &Gate| gate.channel.is_some() && gate.accepted_risk.is_some();
    let is_watched = |gate: &Gate| gate.band == Band::Watch && !answered_for(gate);
    let watched = gates.iter().enumerate().filter(|(_, gate)| is_watched(gate));
    watched
        .map(|(place, gate)| Condition {
            gate: place,
            kpi: gate.kpi,
            channel: gate.channel.clone(),
            owner: gate.owner.clone(),
        })
        .collect()
}

pub(super) fn limits_loosened(charter: &Charter) -> Vec<LoosenedLimit> {
    let loosened = charter.gates.iter().filter(|gate| gate.loosened);
    loosened
        .map(|gate| LoosenedLimit {
            kpi: gate.kpi.into(),
            limits: gate.limits.into(),
            standard: Limits::from(charter::Limits::standard(gate.kpi)),
        })
        .collect()
}

pub(super) fn accepted_risks(charter: &Charter, gates: &[Gate]) -> Vec<AcceptedRisk> {
    let covered_by = |risk: usize| {
        // A gate that is healthy needs nobody to answer for it.
        let needed = |g: &Gate| g.accepted_risk == Some(risk) && g.band != Band::Healthy;
        let covered = gates.iter().enumerate().filter(|(_, gate)| needed(gate));
        covered.map(|(place, _)| place).collect()
    };
    let risks = charter.accepted_risks.iter().enumerate();
    risks
        .map(|(place, risk)| AcceptedRisk {
            kpi: risk.gate.into(),
            channel: risk.channel.map(|id| charter.channels[id.index()].name.clone()),
            why: risk.why.clone(),
            by: risk.by.clone(),
            until: risk.until.clone(),
            expired: risk.expired,
            covers: covered_by(place),
        })
        .collect()
}

/// Promises that forgive more than the standard ones.
pub(in crate::report) fn promises_loosened(charter: &Charter) -> Vec<LoosenedPromise> {
    let (ours, standard) = (charter.promises, Promises::default());
    let promises = [
        ("handoff within", ours.handoff_within, standard.handoff_within, true),
        ("handoff sla", ours.handoff_sla, standard.handoff_sla, true),
        // A cancellation that comes later than this is not counted.
        (
            "cancellations count for",
            ours.cancellations_count_for,
            standard.cancellations_count_for,
            false,
        ),
        ("price grace", ours.price_grace, standard.price_grace, true),
    ];
    let looser = promises.into_iter().filter(|(_, ours, standard, longer_is_looser)| {
        if *longer_is_looser { ours > standard } else { ours < standard }
    });
    looser
        .map(|(promise, ours, standard, _)| LoosenedPromise {
            promise: promise.to_owned(),
            in_force_us: ours.0,
            standard_us: standard.0,
        })
        .collect()
}

/// Limits of load honesty that forgive more than the standard ones.
pub(in crate::report) fn honesty_loosened(charter: &Charter) -> Vec<LoosenedHonesty> {
    let (ours, standard) = (charter.honesty, Honesty::default());
    let ppm = |ppm: crate::units::Ppm| u64::from(ppm.0);
    let limits = [
        ("sent at least", ppm(ours.sent_at_least), ppm(standard.sent_at_least), false),
        ("lateness p99", ours.lateness_p99_us_max, standard.lateness_p99_us_max, true),
        ("coarse share", ppm(ours.coarse_share_max), ppm(standard.coarse_share_max), true),
    ];
    let looser =
        limits.into_iter().filter(
            |(_, ours, standard, more_is_looser)| {
                if *more_is_looser { ours > standard } else { ours < standard }
            },
        );
    looser
        .map(|(limit, in_force, standard, _)| LoosenedHonesty {
            limit: limit.to_owned(),
            in_force,
            standard,
        })
        .collect()
}

/// Phases by their names.
pub(super) fn silent_phases(charter: &Charter, places: &[usize]) -> Vec<String> {
    places.iter().map(|&place| charter.phases[place].name.clone()).collect()
}
