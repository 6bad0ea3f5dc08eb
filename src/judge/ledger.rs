//! Owns the law of the OMS's ledger: available moves by what was asked and nothing else; what came
//! in is on hand or has left. Must not know what channels offer.

use std::collections::BTreeMap;

use super::breaches::Breaches;
use super::judgement::Witness;
use super::supply::{Belief, Supplies};
use super::tally::earlier;
use crate::history::charter::{Charter, Serving, SourceTells};
use crate::history::fact::StockCause;
use crate::ids::{ChannelId, LocationId, SkuId, Version};
use crate::units::{Money, Qty};

/// One line of the processor's cache.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Row {
    /// The last fact about it, and its version.
    last: Option<(Version, Witness)>,
    on_hand: Qty,
    available: Qty,
    /// Available as it is − as it should be.
    drift: Qty,
    shipped: Qty,
}

const _: () = assert!(size_of::<Row>() == 64, "a row is one line");

impl Row {
    /// What channels are to show by.
    fn told(&self, tells: SourceTells) -> Qty {
        match tells {
            SourceTells::Available => self.available,
            SourceTells::OnHand => self.on_hand,
        }
    }
}

/// The source's ledger as it says it is.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    rows: Vec<Row>,
    /// What is told of each location, by SKU, where stock lies at several.
    told_at: Vec<[Qty; 2]>,
    serving: Serving,
    /// What it tells channels to show by.
    tells: SourceTells,
    pub(super) lost_update: Breaches,
}

impl Ledger {
    pub(super) fn new(charter: &Charter) -> Ledger {
        let lost_update = Breaches::new(charter.channels.len());
        let (tells, serving) = (charter.source_tells, charter.serving());
        Ledger { rows: Vec::new(), told_at: Vec::new(), serving, tells, lost_update }
    }

    /// Whether it tells what is in the building, promised or not.
    pub(super) fn tells_on_hand(&self) -> bool {
        self.tells == SourceTells::OnHand
    }

    /// A new level; answers what was told of the SKU before, when that was known.
    pub(super) fn set(
        &mut self,
        (sku, at): (SkuId, Option<LocationId>),
        version: Version,
        [on_hand, reserved, change]: [Qty; 3],
        cause: StockCause,
        w: Witness,
    ) -> Option<Qty> {
        let tells = self.tells;
        let [on_hand, available] = self.over_all(sku, at, [on_hand, on_hand - reserved]);
        let row = grown(&mut self.rows, sku);
        let before = row.last.map(|_| row.available);
        let told = row.last.map(|_| row.told(tells));
        if let (Some((last, _)), Some(before)) = (row.last, before)
            && cause != StockCause::Opening
        {
            self.lost_update.checked += 1;
            let off = available - before - change;
            // A level under an old version was never asked for at all.
            if off != Qty::ZERO || version <= last {
                let units = Qty(off.0.saturating_abs());
                self.lost_update.note(w, None, None, units, Money::ZERO);
            }
            row.drift += off;
        }
        (row.last, row.on_hand, row.available) = (Some((version, w)), on_hand, available);
        told
    }

    /// What a SKU has over all locations, now that so much is on hand and available at one.
    fn over_all(&mut self, sku: SkuId, at: Option<LocationId>, levels: [Qty; 2]) -> [Qty; 2] {
        let Some(at) = at else { return levels };
        let from = sku.index() * self.serving.locations();
        let until = from + self.serving.locations();
        if self.told_at.len() < until {
            self.told_at.resize(until, [Qty::ZERO; 2]);
        }
        self.told_at[from + at.index()] = levels;
        let all = &self.told_at[from..until];
        [0, 1].map(|of| all.iter().map(|level| level[of]).sum())
    }

    /// What is on hand of a SKU, or at one of its locations.
    pub(super) fn on_hand(&self, sku: SkuId, at: Option<LocationId>) -> Qty {
        let Some(at) = at else {
            return self.rows.get(sku.index()).map_or(Qty::ZERO, |row| row.on_hand);
        };
        let level = self.told_at.get(sku.index() * self.serving.locations() + at.index());
        level.map_or(Qty::ZERO, |[on_hand, _]| *on_hand)
    }

    /// What a channel is told of a SKU now, and was told before it changed by so many at a place:
    /// what lies where a channel is not served from is none of its concern.
    pub(super) fn told_to(
        &self,
        channel: ChannelId,
        (sku, at): (SkuId, Option<LocationId>),
        changed: Qty,
    ) -> [Qty; 2] {
        let told = self.belief_on(channel, sku).available.map_or(Qty::ZERO, |(told, _)| told);
        let concerns = self.serving.serves(channel, at);
        [told, if concerns { told - changed } else { told }]
    }

    /// An offer is said to have that many, and its parts make so many: none, where the source has
    /// not spoken of one.
    pub(super) fn made(&mut self, sku: SkuId, told: Qty, made: Option<Qty>, w: Witness) {
        self.lost_update.checked += 1;
        let off = made.map_or(told, |made| told - made);
        if off != Qty::ZERO {
            let units = Qty(off.0.saturating_abs());
            self.lost_update.note(w, None, None, units, Money::ZERO);
            grown(&mut self.rows, sku).drift += off;
        }
    }

    /// So many units of a SKU were given back that had not been reserved for the order.
    pub(super) fn given_back_beyond(&mut self, sku: SkuId, units: Qty, w: Witness) {
        if units > Qty::ZERO {
            self.lost_update.note(w, None, None, units, Money::ZERO);
            grown(&mut self.rows, sku).drift += units;
        }
    }

    pub(super) fn shipped(&mut self, sku: SkuId, qty: Qty) {
        grown(&mut self.rows, sku).shipped += qty;
    }

    /// Reads what is known of a SKU, for nothing but having it at hand.
    pub(super) fn look(&self, sku: SkuId) -> u64 {
        let row = self.rows.get(sku.index());
        row.map_or(0, |row| row.available.0 as u64)
    }

    /// Whether the source has said anything of its ledger.
    pub(super) fn spoke(&self) -> bool {
        self.rows.iter().any(|row| row.last.is_some())
    }

    pub(super) fn belief(&self, sku: SkuId) -> Belief {
        self.rows.get(sku.index()).map_or(Belief::default(), |row| Belief {
            available: row.last.map(|(version, _)| (row.told(self.tells), version)),
            broken: row.drift != Qty::ZERO,
        })
    }

    /// The same of what a channel is told: of stock at several locations, what lies at its own.
    pub(super) fn belief_on(&self, channel: ChannelId, sku: SkuId) -> Belief {
        let all = self.belief(sku);
        if self.serving.locations() == 0 {
            return all;
        }
        let of = usize::from(self.tells == SourceTells::Available);
        let from = sku.index() * self.serving.locations();
        let row = self.told_at.get(from..from + self.serving.locations()).unwrap_or_default();
        let own = self.serving.of(channel).iter().filter_map(|at| row.get(at.index()));
        let told: Qty = own.map(|level| level[of]).sum();
        Belief { available: all.available.map(|(_, version)| (told, version)), ..all }
    }

    /// The last fact about a SKU.
    pub(super) fn last(&self, sku: SkuId) -> Option<Witness> {
        self.rows.get(sku.index()).and_then(|row| row.last).map(|(_, w)| w)
    }

    /// Supply against on hand + shipped, for each SKU that both sides speak of; beside it the units
    /// `kept` for orders that are over. One breach a SKU, whichever of the two it is.
    pub(super) fn conservation(
        &self,
        supplies: &Supplies,
        kept: &BTreeMap<SkuId, (Qty, Witness)>,
        channels: usize,
    ) -> Breaches {
        let mut breaches = Breaches::new(channels);
        for (sku, row) in (0..).map(SkuId).zip(&self.rows) {
            let kept = kept.get(&sku);
            let law = supplies.supply(sku).zip(row.last);
            let off = law.map_or(Qty::ZERO, |(supply, _)| supply - row.on_hand - row.shipped);
            breaches.checked += u64::from(law.is_some() || kept.is_some());
            let broken = law.filter(|_| off != Qty::ZERO).map(|(_, (_, w))| w);
            let Some(w) = earlier(broken, kept.map(|(_, since)| *since)) else { continue };
            let units = Qty(off.0.saturating_abs()) + kept.map_or(Qty::ZERO, |(units, _)| *units);
            breaches.note(w, None, None, units, Money::ZERO);
        }
        breaches
    }
}

fn grown(rows: &mut Vec<Row>, sku: SkuId) -> &mut Row {
    if rows.len() <= sku.index() {
        rows.resize_with(sku.index() + 1, Row::default);
    }
    &mut rows[sku.index()]
}
