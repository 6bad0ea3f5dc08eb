//! Owns of how much of a campaign a record can speak: a kind of fact that is there for some SKUs
//! only proves nothing of the others, nor prices of a promotion that never came. Must not know
//! limits.

use super::edges::Edge;
use super::harness::too_many_on_record;
use super::run::Run;
use super::toll::Toll;
use crate::history::charter::Kpi;
use crate::history::fact::Refusal;
use crate::ids::ChannelId;
use crate::units::At;

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
    // Who was turned away for stock met an offer too.
    let unseen = places().map(|i| run.tolls[i].refused_unseen).sum();
    let refused = places().map(|i| run.refusals[i][Refusal::Stock as usize]).sum();
    too_many_on_record(missing, accepted, &run.charter)
        || kpi == Kpi::SyncLag && too_many_on_record(unseen, refused, &run.charter)
}

/// Whether a promotion of the charter began or ended on record, and no price was due then.
pub(super) fn misses_a_promotion(run: &Run) -> bool {
    let on_record = |edge: &Edge| edge.at > At::START && edge.at <= run.last.at;
    run.edges.iter().any(|edge| !edge.came && on_record(edge))
}
