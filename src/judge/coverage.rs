//! Owns of how much of what was sold a record can speak: a kind of fact that is there for some SKUs
//! only proves nothing of the others. Must not know limits.

use super::harness::too_many;
use super::run::Run;
use super::toll::Toll;
use crate::history::charter::Kpi;
use crate::ids::ChannelId;

/// Whether a KPI rests on facts that are missing for more of the orders than may go unsent.
pub(super) fn is_partial(run: &Run, kpi: Kpi, channel: Option<ChannelId>) -> bool {
    let unknown: fn(&Toll) -> u64 = match kpi {
        Kpi::SyncLag => |toll| toll.unknown[0],
        Kpi::OversoldOrders => |toll| toll.unknown[1],
        Kpi::PriceLag | Kpi::MispricedOrders => |toll| toll.unknown[2],
        _ => return false,
    };
    let here = |i: &usize| channel.is_none_or(|channel| channel.index() == *i);
    let places = || (0..run.tolls.len()).filter(here);
    let missing = places().map(|i| unknown(&run.tolls[i])).sum();
    let accepted = places().map(|i| run.ways.ways[i].accepted).sum();
    too_many(missing, accepted, &run.charter)
}
