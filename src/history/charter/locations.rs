//! Owns at which locations stock lies, and which of them serve each channel.
//! Must not know how much lies there.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ChannelTerms, Charter};
use crate::ids::{ChannelId, LocationId};
use crate::units::Qty;

/// The most locations: whether promises can be kept is asked of each set of them.
pub const LOCATIONS_MAX: usize = 8;

/// A location at which stock lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocationTerms {
    /// Its name in the scenario.
    pub name: String,
}

/// Which locations serve each channel. Where stock lies in one place, that place serves all.
#[derive(Clone, Debug, Default)]
pub struct Serving {
    locations: usize,
    /// By channel, in the order in which the scenario has them.
    from: Arc<[Vec<LocationId>]>,
}

impl Charter {
    /// Which locations serve each channel.
    pub fn serving(&self) -> Serving {
        let from = self.channels.iter().map(|channel| channel.from.clone());
        Serving { locations: self.locations.len(), from: from.collect() }
    }

    /// The names of the locations that serve a channel.
    pub fn locations_of(&self, channel: &ChannelTerms) -> Vec<String> {
        let of = channel.from.iter().filter_map(|at| self.locations.get(at.index()));
        of.map(|location| location.name.clone()).collect()
    }
}

impl Serving {
    /// How many locations there are; none: all stock lies in one place.
    pub fn locations(&self) -> usize {
        self.locations
    }

    /// All locations; none where stock lies in one place.
    pub fn all(&self) -> impl Iterator<Item = LocationId> + use<> {
        (0..self.locations as u8).map(LocationId)
    }

    /// Those that serve a channel, in the order in which the scenario has them.
    pub fn of(&self, channel: ChannelId) -> &[LocationId] {
        self.from.get(channel.index()).map_or(&[], Vec::as_slice)
    }

    /// Whether a channel sells what lies there; none: all stock lies in one place.
    pub fn serves(&self, channel: ChannelId, at: Option<LocationId>) -> bool {
        at.is_none_or(|at| self.of(channel).contains(&at))
    }

    /// What a channel has of levels by location.
    pub fn sum(&self, channel: ChannelId, levels: &[Qty]) -> Qty {
        let each = self.of(channel).iter().filter_map(|at| levels.get(at.index()));
        each.copied().sum()
    }
}
