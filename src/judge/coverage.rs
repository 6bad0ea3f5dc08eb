//! Owns of how much of a campaign a record can speak: a kind of fact that is there for some SKUs
//! only proves nothing of the others, nor prices of a promotion that never came. Must not know
//! limits.

use super::closing::Closing;
use super::harness::too_many;
use super::run::Run;
use super::toll::Toll;
use crate::history::charter::Kpi;
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
    too_many(missing, accepted, &run.charter)
}

/// Whether a promotion of the charter began or ended on record, and no price was due then.
pub(super) fn misses_a_promotion(closing: &Closing) -> bool {
    let end = closing.run.last.at;
    closing.run.charter.promotions.iter().enumerate().any(|(place, terms)| {
        let has_an_edge = [terms.from, terms.until].iter().any(|at| *at > At(0) && *at <= end);
        let mut groups = closing.price.iter().filter_map(|tally| tally.promotions.get(place));
        has_an_edge && groups.all(|group| group.samples == 0)
    })
}
