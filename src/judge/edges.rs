//! Owns where promotions start and end, and which of these moments a price on record was due at.
//! Must not know lags.

use crate::history::charter::Charter;
use crate::ids::ChannelId;
use crate::units::At;

/// Where a promotion of the charter starts or ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) at: At,
    /// The channel that it is of; none: of every channel.
    of: Option<ChannelId>,
    /// A channel had to charge a price that was due then.
    pub(super) came: bool,
}

impl Edge {
    /// Those of all promotions.
    pub(super) fn of(charter: &Charter) -> Vec<Edge> {
        let edge = |of, at| Edge { at, of, came: false };
        let each = charter.promotions.iter().flat_map(|terms| {
            let everywhere = terms.on.is_empty().then_some((None, terms.from, terms.until));
            let on = terms.on.iter().map(|on| (Some(on.channel), on.from, on.until));
            everywhere.into_iter().chain(on)
        });
        each.flat_map(|(of, from, until)| [edge(of, from), edge(of, until)]).collect()
    }

    pub(super) fn is_on(&self, channel: ChannelId) -> bool {
        self.of.is_none_or(|of| of == channel)
    }
}
