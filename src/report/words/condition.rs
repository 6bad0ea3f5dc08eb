//! Owns what a condition means for the shop, and what its owner can do or decide before the day.
//! Must not know where it is printed, nor mend what nothing is wrong with.

use super::advised::NextStep;
use super::mend::to_mend;
use super::standing::NOBODY;
use crate::report::summary::Summary;
use crate::report::summary::gate::{Gate, Kpi};
use crate::report::summary::verdict::Evidence;

/// What a KPI means that is within its limit, and no better than that.
pub fn means(kpi: Kpi) -> &'static str {
    match kpi {
        Kpi::SyncLag => {
            "so long shoppers may still buy what is gone, or not find what is there again"
        }
        Kpi::PriceLag => "so long shoppers may still be charged the old price",
        Kpi::ListingLatency => "so long a new listing does not sell yet",
        Kpi::HandoffSuccess => "those that are missing are shipped late, or only after a search",
        Kpi::ReconciliationVariance => "so many orders somebody compares by hand",
        Kpi::StockCancellations => "so many buyers are told afterwards that there is nothing left",
        Kpi::OversoldOrders => "so many buyers are sold what is not there",
        Kpi::MispricedOrders => "so many buyers pay a price that was not valid",
    }
}

/// What the owner of a gate in the watch band does or decides before the day.
pub fn asks(summary: &Summary, gate: &Gate) -> String {
    decides(&gate.owner, lever(summary, gate).as_ref(), summary.evidence)
}

/// The same for a KPI that many afternoons put there, of which this is one.
pub fn asks_of(summary: &Summary, kpi: Kpi, channel: Option<&str>) -> String {
    let here = |gate: &&Gate| gate.kpi == kpi && gate.channel.as_deref() == channel;
    let of_run = |gate: &&Gate| gate.kpi == kpi && gate.channel.is_none();
    let gates = || summary.gates.iter();
    match gates().find(here).or_else(|| gates().find(of_run)) {
        Some(gate) => {
            let lever = to_mend(summary, gate);
            decides(&gate.owner, Some(&lever), summary.evidence)
        }
        None => String::new(),
    }
}

/// What would make a gate healthy by what the record shows; none where nothing went wrong in it.
fn lever(summary: &Summary, gate: &Gate) -> Option<NextStep> {
    (gate.bad.possible > 0).then(|| to_mend(summary, gate))
}

fn decides(owner: &str, lever: Option<&NextStep>, of: Evidence) -> String {
    let who = match owner {
        NOBODY => "whoever answers for it (name one under `owners:`)",
        team => team,
    };
    let Some(lever) = lever else {
        return format!("{who} watches it; nothing has to change.");
    };
    let setting = match (of, lever.setting.as_str()) {
        (Evidence::Model, setting) if !setting.is_empty() => format!(" ({setting})"),
        _ => String::new(),
    };
    let seen = match lever.evidence.as_str() {
        "" => String::new(),
        seen => format!(" Seen: {seen}."),
    };
    format!(
        "Before the day {who} decides: it is good enough, and is watched; or {}{setting}.{seen}",
        lever.action
    )
}
