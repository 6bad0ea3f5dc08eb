//! Owns what two runs have in common that can be compared: afternoons, shoppers, gates, values.
//! Must not know what differs.

use super::{Against, Difference, Finding, Given, Party};
use crate::report::summary::Summary;
use crate::report::summary::gate::{Gate, Kpi, Value};
use crate::report::summary::verdict::Ending;

/// Whether a change of the value by so much is for the better.
pub(super) fn is_better(kpi: Kpi, by: i64) -> bool {
    if kpi == Kpi::HandoffSuccess { by > 0 } else { by < 0 }
}

/// Whether a run says anything about rates and lags: played to its end, under an honest load.
pub(super) fn is_sound(summary: &Summary) -> bool {
    let load = &summary.load;
    summary.record.ending == Some(Ending::Finished) && !load.saturated && !load.too_coarse
}

/// The runs of a party that count as afternoons: sound, and each on a seed of its own, since the
/// same shoppers met twice are one afternoon.
pub(super) fn replications_of(party: &Party) -> Vec<&Given> {
    let mut kept: Vec<&Given> = Vec::new();
    for given in party.runs.iter().filter(|given| is_sound(&given.summary)) {
        let seed = given.summary.campaign.seed;
        if kept.iter().all(|other| other.summary.campaign.seed != seed) {
            kept.push(given);
        }
    }
    kept
}

/// The same seed brought the same shoppers: demand was not changed either.
pub(super) fn same_shoppers(a: &Summary, b: &Summary) -> bool {
    let offered = |s: &Summary| {
        let channels = s.channels.iter().map(|c| (c.name.clone(), c.totals.offered));
        (s.campaign.seed, s.campaign.skus, s.totals.offered, channels.collect::<Vec<_>>())
    };
    let windows = |s: &Summary| {
        let mut offered: Vec<u64> = s.series.run.iter().map(|window| window.offered).collect();
        offered.truncate(offered.iter().rposition(|n| *n > 0).map_or(0, |last| last + 1));
        offered
    };
    let live = a.campaign.speed_milli > 0 || b.campaign.speed_milli > 0;
    let unlike = a.series.width_us != b.series.width_us;
    offered(a) == offered(b) && (live || unlike || windows(a) == windows(b))
}

/// The gate of another run on the same KPI and scope.
pub(super) fn same_gate<'a>(summary: &'a Summary, gate: &Gate) -> Option<&'a Gate> {
    let same = |other: &&Gate| other.kpi == gate.kpi && other.channel == gate.channel;
    summary.gates.iter().find(same)
}

/// A value as a number: microseconds, or parts per million.
pub(super) fn number(value: Value) -> Option<i64> {
    match value {
        Value::LagUs(us) => i64::try_from(us).ok(),
        Value::SharePpm(ppm) => Some(ppm.into()),
        Value::LaterThanObserved | Value::Absent => None,
    }
}

/// Rounded up: a p-value is never told smaller than it is.
pub(super) fn p_ppm(p: f64) -> u32 {
    (p.clamp(0.0, 1.0) * 1e6).ceil() as u32
}

/// Holm's rule over all comparisons made: those it does not reject are not beyond chance.
pub(super) fn over_all(against: &mut [Against]) {
    let all = against.iter_mut().flat_map(|against| &mut against.differences);
    let mut tested: Vec<&mut Difference> = all.filter(|d| d.p_ppm.is_some()).collect();
    let p_values: Vec<f64> =
        tested.iter().filter_map(|d| d.p_ppm).map(|ppm| f64::from(ppm) / 1e6).collect();
    let refuted = crate::judge::bounds::holm(&p_values);
    for (difference, refuted) in tested.iter_mut().zip(refuted) {
        let better = difference.by.is_some_and(|by| is_better(difference.kpi, by));
        difference.finding = match (refuted, better) {
            (true, true) => Finding::Better,
            (true, false) => Finding::Worse,
            (false, _) => Finding::NotShown,
        };
    }
}
