//! Owns whose word each gate, rule and item of the checklist rests on. Must not know how any is
//! judged.
//!
//! What nobody could have told neither passes nor fails: a missing fact convicts nobody.

use super::judgement::{Invariant, Topic};
use crate::history::charter::{Kpi, Observed};

/// Whose word a gate rests on: without it, it neither passes nor fails. What a channel has on sale
/// decides which changes are samples; a cancellation exempts an order from its handoff, and frees
/// its units.
pub(super) fn of_gate(kpi: Kpi) -> &'static [Observed] {
    match kpi {
        Kpi::SyncLag => &[Observed::SourceStock, Observed::Offers, Observed::Listings],
        Kpi::PriceLag => &[Observed::Prices, Observed::Listings],
        Kpi::MispricedOrders => &[Observed::Prices],
        Kpi::ListingLatency => &[Observed::Listings],
        Kpi::HandoffSuccess | Kpi::ReconciliationVariance => {
            &[Observed::OmsOrders, Observed::Cancellations]
        }
        Kpi::StockCancellations => &[Observed::Cancellations],
        Kpi::OversoldOrders => &[Observed::Supply, Observed::Cancellations],
    }
}

/// … and without which it may fail, and does not pass: that something ran out says the supply.
pub(super) fn to_pass(kpi: Kpi) -> &'static [Observed] {
    match kpi {
        Kpi::StockCancellations => &[Observed::Supply],
        Kpi::SyncLag
        | Kpi::PriceLag
        | Kpi::MispricedOrders
        | Kpi::ListingLatency
        | Kpi::HandoffSuccess
        | Kpi::ReconciliationVariance
        | Kpi::OversoldOrders => &[],
    }
}

/// Whose word an invariant rests on.
pub(super) fn of_invariant(invariant: Invariant) -> &'static [Observed] {
    match invariant {
        Invariant::DuplicateHandoff | Invariant::GhostOrder | Invariant::AlteredOrder => {
            &[Observed::OmsOrders]
        }
        Invariant::LostHandoff | Invariant::OneSidedEnd => {
            &[Observed::OmsOrders, Observed::Cancellations]
        }
        Invariant::DoubleDecrement | Invariant::LostUpdate => &[Observed::SourceStock],
        // What left the building says the OMS.
        Invariant::Conservation => {
            &[Observed::SourceStock, Observed::Supply, Observed::OmsOrders, Observed::Cancellations]
        }
        // Channels say themselves what they accepted, and for which intent.
        Invariant::DuplicateAcceptance
        | Invariant::SentAway
        | Invariant::LateDispatch
        | Invariant::LateAcceptance => &[],
        Invariant::ContradictedAnswer => &[Observed::Load],
        Invariant::LateCancellation => &[Observed::Cancellations],
        Invariant::Oversell | Invariant::Undersell => &[Observed::Supply, Observed::Cancellations],
        Invariant::StaleListing => &[Observed::Supply, Observed::Offers, Observed::Cancellations],
        Invariant::MispricedOrder => &[Observed::Prices],
        Invariant::PriceOutOfTime | Invariant::WrongPrice => {
            &[Observed::Prices, Observed::Listings]
        }
        Invariant::Regression => &[Observed::SourceStock, Observed::Offers],
        Invariant::WrongOffer | Invariant::StuckOffer => {
            &[Observed::SourceStock, Observed::Offers, Observed::Listings]
        }
    }
}

/// Whose word a topic rests on.
pub(super) fn of_topic(topic: Topic) -> &'static [Observed] {
    match topic {
        Topic::ChannelVisibility => &[Observed::SourceStock, Observed::Offers, Observed::Listings],
        Topic::ReliabilityControls => {
            &[Observed::OmsOrders, Observed::SourceStock, Observed::Cancellations]
        }
        Topic::ReconciliationCadence => &[Observed::OmsOrders, Observed::Cancellations],
        Topic::OwnershipModel | Topic::ExpansionReadiness => &[],
    }
}
