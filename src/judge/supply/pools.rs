//! Owns what lies at several locations and which channels may sell it: how many more units each can
//! promise. Must not know what channels offer.
//!
//! Which location an order's units come from is open until they have left it. So promises can be
//! kept when some way of taking them all from locations that serve their channels is left: for each
//! set of locations, the channels that have no other must not have promised more than lies there.
//! Only unions of channels' own sets can be the tightest, with whatever locations lack units that
//! have left them already: more was lost there than they had. (docs/measures.md, §3)

use std::collections::BTreeSet;

use crate::history::charter::{Charter, Serving};
use crate::ids::{ChannelId, LocationId, SkuId};
use crate::units::Qty;

/// A set of locations, a bit each.
type Set = u8;

#[derive(Clone, Debug)]
pub(super) struct Pools {
    serving: Serving,
    /// Channels by the locations that serve them, …
    groups: Vec<Set>,
    /// … and each channel's.
    of: Vec<usize>,
    /// Unions of groups, none of them among these: those that can be too small.
    unions: Vec<Set>,
    /// By SKU: what lies at each location and has not left for an order, then what each group has
    /// promised and not shipped.
    cells: Vec<Qty>,
}

impl Pools {
    /// None where all stock lies in one place.
    pub(super) fn new(charter: &Charter) -> Option<Pools> {
        let serving = charter.serving();
        if serving.locations() == 0 {
            return None;
        }
        let channels = (0..charter.channels.len() as u16).map(ChannelId);
        let set = |channel| serving.of(channel).iter().fold(0, |set, at| set | bit(*at));
        let sets: Vec<Set> = channels.map(set).collect();
        let groups: Vec<Set> = sets.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let of = sets.iter().map(|set| groups.binary_search(set).unwrap_or(0)).collect();
        let mut unions = BTreeSet::from([0]);
        for group in &groups {
            let more: Vec<Set> = unions.iter().map(|union| union | group).collect();
            unions.extend(more);
        }
        let unions = unions.into_iter().collect();
        Some(Pools { serving, groups, of, unions, cells: Vec::new() })
    }

    /// Units came to a location, or (negative) were lost there.
    pub(super) fn supplied(&mut self, sku: SkuId, at: Option<LocationId>, units: Qty) {
        let Some(at) = at else { return };
        let cell = self.grown(sku) + at.index();
        self.cells[cell] += units;
    }

    /// A channel promised units, or (negative) is free of them.
    pub(super) fn promised(&mut self, channel: ChannelId, sku: SkuId, units: Qty) {
        let cell = self.grown(sku) + self.serving.locations() + self.of[channel.index()];
        self.cells[cell] += units;
    }

    /// Units left a location for a channel's order: they are promised no more, and lie there no
    /// more. What no promise is known of changes nothing.
    pub(super) fn left_for(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        at: Option<LocationId>,
        units: Qty,
    ) {
        let row = self.grown(sku);
        let promised = row + self.serving.locations() + self.of[channel.index()];
        let Some(at) = at else { return };
        let units = units.min(self.cells[promised]).max(Qty::ZERO);
        self.cells[promised] -= units;
        self.cells[row + at.index()] -= units;
    }

    /// Units promised that no way of taking them from locations can provide.
    pub(super) fn short(&self, sku: SkuId) -> Qty {
        self.unions.iter().map(|union| self.over(sku, *union)).fold(Qty::ZERO, Qty::max)
    }

    /// How many more units a channel can promise so that no more than now are short.
    pub(super) fn left(&self, channel: ChannelId, sku: SkuId) -> Qty {
        let (short, own) = (self.short(sku), self.groups[self.of[channel.index()]]);
        let wider = self.unions.iter().filter(|union| *union & own == own);
        wider.map(|union| short - self.over(sku, *union)).min().unwrap_or(Qty::ZERO)
    }

    /// What the channels that have no other locations promised, over what lies at these and is
    /// lacking elsewhere.
    fn over(&self, sku: SkuId, union: Set) -> Qty {
        let row = sku.index() * self.width();
        let Some(row) = self.cells.get(row..row + self.width()) else { return Qty::ZERO };
        let (levels, promised) = row.split_at(self.serving.locations());
        let of = |at: LocationId| {
            let level = levels[at.index()];
            if union & bit(at) > 0 { level } else { level.min(Qty::ZERO) }
        };
        let lies: Qty = self.serving.all().map(of).sum();
        let groups = self.groups.iter().zip(promised).filter(|(group, _)| *group & !union == 0);
        groups.map(|(_, units)| *units).sum::<Qty>() - lies
    }

    fn width(&self) -> usize {
        self.serving.locations() + self.groups.len()
    }

    fn grown(&mut self, sku: SkuId) -> usize {
        let from = sku.index() * self.width();
        if self.cells.len() < from + self.width() {
            self.cells.resize(from + self.width(), Qty::ZERO);
        }
        from
    }
}

fn bit(at: LocationId) -> Set {
    1 << at.0
}

#[cfg(test)]
#[path = "pools_tests.rs"]
mod tests;
