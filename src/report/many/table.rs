//! Owns the study's own table of measures: each over all afternoons together. Must not know where
//! it is printed, nor what one afternoon came to.

use super::ruling::Stands;
use super::words::quantile;
use super::{GateOver, Replications};
use crate::report::document::table::{Cell, Row, Table};
use crate::report::run::measures::{HEALTHY_TOLD, named};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::summary::gate::Limits;
use crate::report::words::limits::lag_of;
use crate::report::words::number::{count, share};
use crate::report::words::standing;

/// What a value is, below such a table.
pub const HOW: &str = "A lag is its 95th percentile (19 of 20 changes came sooner) in the median \
    afternoon; a share is that of all afternoons together. * So few orders in an afternoon that \
    chance decides it: only all together are judged.";
/// And its bounds, where they are told.
pub const HOW_BOUNDS: &str = "Bounds are of a lag where nine of ten afternoons lie, of a share how \
    far it may be off.";

/// Every measure of the run, and below each the channels that are not healthy; on a page the others
/// too where they are few. The limits are those of the one afternoon: all were judged by the same.
pub(in crate::report) fn together(
    caption: impl Into<String>,
    all: &Replications,
    summary: &Summary,
) -> Table {
    let columns = ["measure", "value", "~bounds", "~samples", "limit", "stands:", "~beyond it in"];
    let mut table = Table::new(caption, &columns);
    for of_run in all.gates.iter().filter(|gate| gate.channel.is_none()) {
        let of_channels =
            all.gates.iter().filter(|gate| gate.kpi == of_run.kpi && gate.channel.is_some());
        let is_healthy = |gate: &&GateOver| gate.pooled.stands == Stands::Healthy;
        let is_few = of_channels.clone().filter(is_healthy).count() <= HEALTHY_TOLD;
        table.push(row(all, summary, of_run));
        for gate in of_channels.filter(|gate| is_few || !is_healthy(gate)) {
            let row = row(all, summary, gate).aside(is_healthy(&gate));
            table.push(Row { part: true, ..row });
        }
    }
    table
}

/// A gate: of a lag its 95th percentile in the median afternoon, and where nine of ten lie; of a
/// share that of all afternoons, with its bounds.
pub(super) fn row(all: &Replications, summary: &Summary, gate: &GateOver) -> Row {
    let same = summary.gates.iter().find(|of_one| of_one.kpi == gate.kpi);
    let limits = same.map(|of_one| of_one.limits);
    let is_success = matches!(limits, Some(Limits::AtLeastPpm { .. }));
    let pooled = &gate.pooled;
    let good = |ppm: u32| if is_success { 1_000_000 - ppm.min(1_000_000) } else { ppm };
    let [low, median, high] = gate.quantiles.map(|value| quantile(gate.kpi, value));
    let (value, bounds) = if pooled.counted == 0 {
        ("—".to_owned(), "—".to_owned())
    } else if lag_of(gate.kpi) {
        (median, format!("{low} … {high}"))
    } else {
        let [one, two] = [pooled.low_ppm, pooled.high_ppm].map(good);
        let (low, high) = (one.min(two), one.max(two));
        (share(good(pooled.rate_ppm)), format!("{} … {}", share(low), share(high)))
    };
    let (stands, band) = stands(gate);
    let limit = limits.map_or("—".to_owned(), |l| standing::limit_short(l, &summary.terms));
    let cells = vec![
        named(gate.kpi, gate.channel.as_deref()),
        Cell::number(value),
        Cell::number(bounds),
        Cell::number(count(pooled.counted)),
        Cell::number(limit),
        Cell::text(stands).toned(band.into()),
        Cell::number(beyond(gate, all.runs)),
    ];
    Row::from(cells).of(gate.channel.as_deref()).marked(band == Band::Failed)
}

/// In how many afternoons it lies beyond its limit, with a star where single ones do not count.
fn beyond(gate: &GateOver, runs: u64) -> String {
    let star = if gate.by_chance > 0 { "*" } else { "" };
    format!("{} of {}{star}", count(gate.out + gate.by_chance), count(runs))
}

fn stands(gate: &GateOver) -> (&'static str, Band) {
    match gate.pooled.stands {
        Stands::Healthy => ("healthy", Band::Healthy),
        Stands::Watch => ("watch", Band::Watch),
        Stands::Failed if gate.accepted > 0 => ("accepted", Band::Failed),
        Stands::Failed => ("failed", Band::Failed),
        _ if gate.pooled.waived => ("too small", Band::NotProved),
        _ if gate.accepted > 0 => ("accepted", Band::NotProved),
        Stands::NotObserved => ("not observed", Band::NotProved),
        Stands::NotExercised => ("never tested", Band::NotProved),
        Stands::Unresolved => ("unknown", Band::NotProved),
        Stands::AtTheLimit => ("at its limit", Band::NotProved),
        Stands::MoreReplications => ("not proved", Band::NotProved),
    }
}
