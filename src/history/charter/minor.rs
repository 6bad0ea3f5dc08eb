//! Owns which minor version a charter says. Must not know what its terms mean.

use super::{ChannelTerms, Charter, Evidence, Observed, SourceTells, TakesStock};

/// The kinds of facts and the terms that version 2 has: new ones add 1. A reader takes a later
/// minor version, and says which kinds of facts it did not know.
pub const HISTORY_MINOR: u32 = 3;

/// The least minor version of a run that somebody may act on.
pub const MINOR_ACTED_ON: u32 = 2;

impl Charter {
    /// The least minor version that has its terms, and the kinds of facts which they can come to:
    /// a charter that uses nothing new is one of old, byte for byte.
    pub fn least_minor(&self) -> u32 {
        let takes = |channel: &ChannelTerms| {
            let takes_at = channel.takes_stock != TakesStock::AtOrder;
            takes_at || channel.rule.in_or_out || channel.edits
        };
        let on_hand = self.source_tells != SourceTells::Available;
        let apart = self.promotions.iter().any(|promotion| !promotion.on.is_empty());
        let more = apart || !self.offers.is_empty() || !self.locations.is_empty();
        let converts = |channel: &ChannelTerms| channel.tariff.is_some();
        let is_new = |c: &ChannelTerms| takes(c) || converts(c) || !c.flow.is_plain();
        if self.is_outside() || on_hand || more || self.channels.iter().any(is_new) {
            return 3;
        }
        let aimed = self.faults.iter().any(|fault| !fault.at.is_empty());
        let acted_on = !self.roles.is_empty() || !self.steps.is_empty() || !self.alerts.is_empty();
        if aimed || acted_on || !self.objectives.is_empty() {
            return MINOR_ACTED_ON;
        }
        u32::from(!self.faults.is_empty())
    }

    /// Whether the connector is somebody else's program: it is known by what it was told and by
    /// what it did then, as the systems around it say.
    pub fn is_outside(&self) -> bool {
        self.evidence == Evidence::YourConnector && !self.observes.contains(&Observed::Connector)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
pub(super) fn is_first(minor: &u32) -> bool {
    *minor == 0
}
