//! Owns at which location the units of the OMS's ledger are, and from which an order's are taken.
//! Must not know why anything changes, nor how others hear of it.
//!
//! What a SKU has over all locations stands in the ledger itself; where all stock lies in one place
//! nothing stands here.

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::Oms;
use crate::commerce::protocol::Levels;
use crate::commerce::terms::TakesFrom;
use crate::history::charter::Serving;
use crate::history::fact::Line;
use crate::ids::{ChannelId, LocationId, OrderId, SkuId};
use crate::units::Qty;

type Parts = SmallVec<[(LocationId, Qty); 2]>;
/// Units by where they are; no location: all stock lies in one place.
pub(super) type Places = SmallVec<[(Option<LocationId>, Qty); 1]>;

#[derive(Debug)]
pub(super) struct Located {
    serving: Serving,
    takes: TakesFrom,
    /// By SKU, then location.
    levels: Vec<Level>,
    /// What is reserved for an order, and where.
    taken: FxHashMap<OrderId, Vec<(SkuId, LocationId, Qty)>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Level {
    on_hand: Qty,
    reserved: Qty,
}

impl Level {
    fn available(self) -> Qty {
        self.on_hand - self.reserved
    }
}

impl Located {
    fn row(&self, sku: SkuId) -> &[Level] {
        let from = sku.index() * self.serving.locations();
        &self.levels[from..from + self.serving.locations()]
    }

    fn level(&mut self, sku: SkuId, at: LocationId) -> &mut Level {
        &mut self.levels[sku.index() * self.serving.locations() + at.index()]
    }

    /// From where a line's units are taken: from one location that has them all, else from several.
    /// What nobody has is promised by the first.
    fn allot(&self, channel: ChannelId, line: &Line) -> Parts {
        let row = self.row(line.sku);
        let available = |at: &LocationId| row[at.index()].available();
        let mut from: SmallVec<[LocationId; 4]> = self.serving.of(channel).into();
        if self.takes == TakesFrom::MostStock {
            from.sort_by_key(|at| std::cmp::Reverse(available(at)));
        }
        if let Some(at) = from.iter().find(|at| available(at) >= line.qty) {
            return smallvec![(*at, line.qty)];
        }
        let (mut rest, mut taken) = (line.qty, Parts::new());
        for at in &from {
            let units = available(at).max(Qty::ZERO).min(rest);
            if units > Qty::ZERO {
                taken.push((*at, units));
                rest -= units;
            }
        }
        match (taken.first_mut(), from.first()) {
            (Some((_, units)), _) => *units += rest,
            (None, Some(first)) => taken.push((*first, rest)),
            (None, None) => {}
        }
        taken
    }

    /// Where units are that were reserved for an order: they are known of no more.
    fn let_go(&mut self, order: OrderId, line: &Line) -> Parts {
        let (mut rest, mut places) = (line.qty, Parts::new());
        if let Some(taken) = self.taken.get_mut(&order) {
            for (_, at, units) in taken.iter_mut().filter(|(sku, ..)| *sku == line.sku) {
                let part = (*units).min(rest);
                if part > Qty::ZERO {
                    (*units, rest) = (*units - part, rest - part);
                    places.push((*at, part));
                }
            }
            taken.retain(|(.., units)| *units > Qty::ZERO);
            if taken.is_empty() {
                self.taken.remove(&order);
            }
        }
        // More than was ever reserved: the channel's first location has it.
        if let Some(first) = self.serving.of(order.channel).first().filter(|_| rest > Qty::ZERO) {
            places.push((*first, rest));
        }
        places
    }
}

impl Oms {
    /// Its stock lies at several locations: so many units of each SKU at each.
    #[must_use]
    pub fn with_locations(mut self, serving: Serving, takes: TakesFrom, levels: &[Qty]) -> Oms {
        if serving.locations() > 0 {
            let level = |on_hand: &Qty| Level { on_hand: *on_hand, ..Level::default() };
            let levels = levels.iter().map(level).collect();
            let taken = FxHashMap::default();
            self.located = Some(Box::new(Located { serving, takes, levels, taken }));
        }
        self
    }

    /// What a channel has available of a SKU.
    pub(super) fn available_to(&self, channel: ChannelId, sku: SkuId) -> Qty {
        let Some(located) = &self.located else { return self.skus[sku.index()].available() };
        let row = located.row(sku);
        let of = located.serving.of(channel).iter();
        of.map(|at| row[at.index()].available()).sum()
    }

    /// From where the units of an order's line are taken now.
    pub(super) fn takes_from(&mut self, order: OrderId, line: &Line) -> Places {
        let Some(located) = &mut self.located else { return smallvec![(None, line.qty)] };
        let places = located.allot(order.channel, line);
        let taken = located.taken.entry(order).or_default();
        taken.extend(places.iter().map(|(at, units)| (line.sku, *at, *units)));
        places.into_iter().map(|(at, units)| (Some(at), units)).collect()
    }

    /// Where the units of an order's line are that were taken for it.
    pub(super) fn taken_from(&mut self, order: OrderId, line: &Line) -> Places {
        let Some(located) = &mut self.located else { return smallvec![(None, line.qty)] };
        let places = located.let_go(order, line);
        places.into_iter().map(|(at, units)| (Some(at), units)).collect()
    }

    /// So many units more are in the building, and so many more promised.
    pub(super) fn put(
        &mut self,
        sku: SkuId,
        at: Option<LocationId>,
        [on_hand, reserved]: [Qty; 2],
    ) {
        let all = &mut self.skus[sku.index()];
        all.on_hand += on_hand;
        all.reserved += reserved;
        if let (Some(located), Some(at)) = (&mut self.located, at) {
            let level = located.level(sku, at);
            level.on_hand += on_hand;
            level.reserved += reserved;
        }
    }

    /// What is on hand and what is promised of a SKU, where it changed.
    pub(super) fn stands_at(&self, sku: SkuId, at: Option<LocationId>) -> [Qty; 2] {
        let all = &self.skus[sku.index()];
        match (&self.located, at) {
            (Some(located), Some(at)) => {
                let level = located.row(sku)[at.index()];
                [level.on_hand, level.reserved]
            }
            _ => [all.on_hand, all.reserved],
        }
    }

    /// What is available of a SKU at each location, as connectors are told of it.
    pub(super) fn by_location(&self, sku: SkuId) -> Levels {
        let located = self.located.as_ref()?;
        Some(located.row(sku).iter().map(|level| level.available()).collect())
    }

    /// Every place where stock may lie.
    pub(super) fn places(&self) -> SmallVec<[Option<LocationId>; 8]> {
        match &self.located {
            None => smallvec![None],
            Some(located) => located.serving.all().map(Some).collect(),
        }
    }

    /// What is wrong with the place of a movement of stock.
    pub(super) fn refuses_place(&self, at: Option<LocationId>) -> Option<&'static str> {
        match (&self.located, at) {
            (None, None) => None,
            (None, Some(_)) => Some("all stock lies in one place: a movement has no location"),
            (Some(_), None) => Some("stock lies at several locations: `at` says at which it moved"),
            (Some(located), Some(at)) => {
                (at.index() >= located.serving.locations()).then_some("there is no such location")
            }
        }
    }
}

#[cfg(test)]
#[path = "located_tests.rs"]
mod tests;
