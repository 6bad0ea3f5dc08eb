//! Owns what was really there: supply S, commitments C, and what each channel offered of it;
//! oversell, undersell, mismatch. Must not know orders beyond their lines.

mod causes;
mod left;
mod look;
mod pace;
mod pools;
mod rules;
mod seen;
mod shelf;
mod turned;

use rustc_hash::FxHashMap;

use super::breaches::Breaches;
use super::bundled::Part;
use super::judgement::OversellCauses;
use crate::history::charter::{Charter, Offers};
use crate::ids::{ChannelId, SkuId};
use crate::units::{At, Money, Qty};

pub(super) use causes::Belief;
use causes::Short;
use pace::Pace;
use pools::Pools;
use rules::Rules;
pub(super) use shelf::OfferTime;
use shelf::{Past, Shelf, UNKNOWN};
pub(super) use turned::Turned;

/// What is true of one SKU: one line of the processor's cache.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Stock {
    supply: Qty,
    committed: Qty,
    /// Some supply fact spoke of it; otherwise nothing can be said of oversell.
    known: bool,
    oversold: Qty,
    /// Accepted in all, released or not.
    sold: Qty,
    pace: Pace,
}

/// A stretch in which a channel offered more of a SKU than there was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mismatched {
    pub(super) channel: ChannelId,
    pub(super) from: At,
    pub(super) until: At,
}

/// What selling one line meant.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sale {
    /// Units that were not there.
    pub(super) oversold: Qty,
    /// … because the channel had not been told in time.
    pub(super) by_sync_lag: Qty,
    /// The channel offered more than there was when the order came.
    pub(super) stale: bool,
}

/// One channel's sums.
#[derive(Clone, Debug, Default)]
pub(super) struct ShelfTotals {
    pub(super) undersold_policy: Qty,
    pub(super) undersold_stale: Qty,
    /// Units that others' carts held.
    pub(super) undersold_carts: Qty,
    pub(super) undersold_money: Money,
    pub(super) oversold: Qty,
    pub(super) oversold_money: Money,
}

/// Supply and shelves of every SKU met.
#[derive(Clone, Debug)]
pub(super) struct Supplies {
    pub(super) rules: Rules,
    /// Those that are not simply a SKU.
    offers: Offers,
    stocks: Vec<Stock>,
    /// Where supply lies and who may sell it, where that is not one place.
    pools: Option<Box<Pools>>,
    /// By SKU, then channel.
    shelves: Vec<Shelf>,
    /// The same.
    pasts: Vec<Past>,
    /// Units that carts hold.
    carts: FxHashMap<(ChannelId, SkuId), Qty>,
    pub(super) totals: Vec<ShelfTotals>,
    pub(super) causes: OversellCauses,
    pub(super) undersell: Breaches,
    pub(super) any_known: bool,
    /// Mismatches that ended since [`Supplies::take_mismatched`].
    mismatched: Vec<Mismatched>,
}

impl Supplies {
    pub(super) fn new(charter: &Charter) -> Supplies {
        let channels = charter.channels.len();
        Supplies {
            rules: Rules::new(charter),
            offers: charter.numbered_offers(),
            stocks: Vec::new(),
            pools: Pools::new(charter).map(Box::new),
            shelves: Vec::new(),
            pasts: Vec::new(),
            carts: FxHashMap::default(),
            totals: vec![ShelfTotals::default(); channels],
            causes: OversellCauses::default(),
            undersell: Breaches::new(channels),
            any_known: false,
            mismatched: Vec::new(),
        }
    }

    /// A channel accepted a line. `repeated`: an earlier order has the same intent.
    pub(super) fn sell(
        &mut self,
        channel: ChannelId,
        part: &Part,
        repeated: Repeated,
        belief: Belief,
        now: At,
    ) -> Sale {
        let line = &part.line;
        self.grow(line.sku);
        if let Some(sold) = &part.sold {
            self.see(channel, sold.sku, sold.offered, now);
            self.own_settled(channel, sold.sku, sold.qty);
        }
        let stale = self.is_sold_stale(channel, part);
        let cell = self.cell(channel, line.sku);
        let stock = self.stocks[line.sku.index()];
        let left = self.left_on(channel, line.sku);
        let oversold = if stock.known { over(line.qty, left) } else { Qty::ZERO };
        if stock.known && left < line.qty {
            self.pasts[cell].exposed = true;
        }
        let mut by_sync_lag = Qty::ZERO;
        if oversold > Qty::ZERO {
            by_sync_lag = self.blame(channel, part, Short { left, oversold }, repeated, belief);
        }
        let stock = &mut self.stocks[line.sku.index()];
        stock.committed += line.qty;
        if let Some(pools) = &mut self.pools {
            pools.promised(channel, line.sku, line.qty);
        }
        stock.sold += line.qty;
        stock.oversold += oversold;
        if stock.known {
            stock.pace.sold(line.qty, stock.supply - stock.committed, now);
        }
        let totals = &mut self.totals[channel.index()];
        totals.oversold += oversold;
        totals.oversold_money += line.price.times(oversold);
        if let Some(sold) = &part.sold {
            let cell = self.cell(channel, sold.sku);
            self.shelves[cell].offered = sold.left;
        }
        self.refresh(line.sku, now);
        Sale { oversold, by_sync_lag, stale }
    }

    /// A channel accepted a line that promises nothing before it is paid.
    pub(super) fn ordered(&mut self, channel: ChannelId, part: &Part, now: At) -> Sale {
        if let Some(sold) = &part.sold {
            self.see(channel, sold.sku, sold.offered, now);
        }
        let stale = self.is_sold_stale(channel, part);
        if let Some(sold) = &part.sold {
            self.see(channel, sold.sku, sold.left, now);
        }
        Sale { stale, ..Sale::default() }
    }

    /// Whether what a line was sold as was offered beyond what there was of its SKU.
    fn is_sold_stale(&self, channel: ChannelId, part: &Part) -> bool {
        if part.number == part.line.sku {
            return self.is_stale(channel, part.line.sku);
        }
        let left = self.left_on(channel, part.line.sku).max(Qty::ZERO);
        self.is_known(part.line.sku) && part.line.offered > left
    }

    /// Whether the channel offered more of the SKU than there was; of another offer, more than
    /// could be made of some part.
    pub(super) fn is_stale(&self, channel: ChannelId, sku: SkuId) -> bool {
        let Some(terms) = self.offers.get(sku) else {
            return self.shelves.get(self.cell(channel, sku)).is_some_and(Shelf::is_stale);
        };
        let offered = self.offers(channel, sku).unwrap_or(Qty::ZERO);
        terms.parts.iter().any(|part| {
            let units = offered.0.saturating_mul(i64::from(part.count));
            let left = self.left_on(channel, part.sku).max(Qty::ZERO);
            self.is_known(part.sku) && Qty(units) > left
        })
    }

    /// The source took so many units off for a channel's own order (or, positive, gave them back);
    /// or the channel gave units of one back.
    pub(super) fn own_settled(&mut self, channel: ChannelId, sku: SkuId, units: Qty) {
        self.grow(sku);
        let cell = self.cell(channel, sku);
        self.pasts[cell].own_open += units;
    }

    /// Whether nothing that the channel sold or gave back is on its way to the source.
    pub(super) fn is_settled(&self, channel: ChannelId, sku: SkuId) -> bool {
        let past = self.pasts.get(self.cell(channel, sku));
        past.is_none_or(|past| past.own_open == Qty::ZERO)
    }

    /// A channel was seen to offer this.
    pub(super) fn see(&mut self, channel: ChannelId, sku: SkuId, offered: Qty, now: At) {
        self.grow(sku);
        let cell = self.cell(channel, sku);
        let shelf = &mut self.shelves[cell];
        if shelf.offered == UNKNOWN {
            self.pasts[cell].since = now;
        }
        shelf.offered = offered;
        self.refresh_cell(channel, sku, now);
    }

    pub(super) fn listed(&mut self, channel: ChannelId, sku: SkuId) {
        self.grow(sku);
        let cell = self.cell(channel, sku);
        self.pasts[cell].listed = true;
    }

    pub(super) fn is_listed(&self, channel: ChannelId, sku: SkuId) -> bool {
        self.pasts.get(self.cell(channel, sku)).is_some_and(|past| past.listed)
    }

    /// When a SKU ran out first, and how many thousandths of a unit a minute it sold then.
    pub(super) fn ran_out(&self, sku: SkuId) -> Option<(At, u32)> {
        self.stocks.get(sku.index())?.pace.ran_out()
    }

    /// Every SKU that ran out, and when it first did.
    pub(super) fn all_ran_out(&self) -> Vec<(SkuId, At)> {
        let first = |(sku, stock): (usize, &Stock)| {
            stock.pace.ran_out().map(|(at, _)| (SkuId(sku as u32), at))
        };
        self.stocks.iter().enumerate().filter_map(first).collect()
    }

    pub(super) fn oversold(&self, sku: SkuId) -> Qty {
        self.stocks.get(sku.index()).map_or(Qty::ZERO, |stock| stock.oversold)
    }

    pub(super) fn offered(&self, sku: SkuId) -> impl Iterator<Item = Option<Qty>> + '_ {
        let from = sku.index() * self.rules.len();
        (from..from + self.rules.len()).map(|i| self.shelves.get(i).and_then(Shelf::offered))
    }

    /// The SKU with most oversold units; the first of equals.
    pub(super) fn worst(&self) -> Option<(SkuId, Qty)> {
        let by_sku = self.stocks.iter().enumerate().filter(|(_, s)| s.oversold > Qty::ZERO);
        by_sku
            .max_by(|(i, a), (j, b)| a.oversold.cmp(&b.oversold).then(j.cmp(i)))
            .map(|(i, s)| (SkuId(i as u32), s.oversold))
    }

    /// SKUs that ran out under an order, on this channel or, for none, on any.
    pub(super) fn exposed(&self, channel: Option<ChannelId>) -> u64 {
        let rows = self.pasts.chunks(self.rules.len());
        rows.filter(|row| match channel {
            Some(channel) => row[channel.index()].exposed,
            None => row.iter().any(|past| past.exposed),
        })
        .count() as u64
    }

    /// The most channels on which one SKU ran out under an order.
    pub(super) fn exposed_channels_max(&self) -> usize {
        let rows = self.pasts.chunks(self.rules.len());
        rows.map(|row| row.iter().filter(|past| past.exposed).count()).max().unwrap_or(0)
    }

    /// Mismatches that ended since the last call, of SKUs that somebody had bought.
    pub(super) fn take_mismatched(&mut self, each: impl FnMut(Mismatched)) {
        self.mismatched.drain(..).for_each(each);
    }

    /// Mismatches that go on when observation ends, of SKUs that somebody has bought.
    pub(super) fn still_mismatched(&self, end: At, mut each: impl FnMut(Mismatched)) {
        let rows = self.stocks.iter().zip(self.shelves.chunks(self.rules.len()));
        for (_, row) in rows.filter(|(stock, _)| stock.sold > Qty::ZERO) {
            for (i, shelf) in row.iter().enumerate().filter(|(_, shelf)| shelf.is_stale()) {
                let channel = ChannelId(i as u16);
                each(Mismatched { channel, from: shelf.stale_since, until: end });
            }
        }
    }

    /// SKUs whose supply is known, by units sold, most first; of equals the first.
    pub(super) fn ranked(&self) -> Vec<(SkuId, Qty)> {
        let known = self.stocks.iter().enumerate().filter(|(_, stock)| stock.known);
        let mut skus: Vec<_> = known.map(|(i, s)| (SkuId(i as u32), s.sold)).collect();
        skus.sort_by_key(|&(sku, sold)| (std::cmp::Reverse(sold), sku));
        skus
    }

    /// How long a channel offered a SKU when observation ends; none: it never did.
    pub(super) fn offer_time(&self, channel: ChannelId, sku: SkuId, end: At) -> Option<OfferTime> {
        let cell = self.cell(channel, sku);
        let shelf = self.shelves.get(cell)?;
        shelf.offered().map(|_| shelf.time(&self.pasts[cell], end))
    }

    /// SKU-time of a channel's mismatches when observation ends.
    pub(super) fn stale_us(&self, channel: ChannelId, end: At) -> u64 {
        let cells = self.shelves.iter().zip(&self.pasts);
        let shelves = cells.skip(channel.index()).step_by(self.rules.len());
        let time = |(shelf, past): (&Shelf, &Past)| shelf.time(past, end).mismatched_us;
        shelves.map(time).fold(0, u64::saturating_add)
    }

    fn refresh(&mut self, sku: SkuId, now: At) {
        for channel in 0..self.rules.len() {
            self.refresh_cell(ChannelId(channel as u16), sku, now);
        }
    }

    fn refresh_cell(&mut self, channel: ChannelId, sku: SkuId, now: At) {
        let stock = self.stocks[sku.index()];
        let left = self.left_on(channel, sku).max(Qty::ZERO);
        let cell = self.cell(channel, sku);
        let shelf = &mut self.shelves[cell];
        let stale = stock.known && shelf.offered > left;
        match (shelf.is_stale(), stale) {
            (false, true) => shelf.stale_since = now,
            (true, false) => {
                let from = std::mem::replace(&mut shelf.stale_since, At::NEVER);
                let past = &mut self.pasts[cell];
                past.stale_us = past.stale_us.saturating_add(now.since(from).0);
                if stock.sold > Qty::ZERO {
                    self.mismatched.push(Mismatched { channel, from, until: now });
                }
            }
            _ => {}
        }
    }

    fn cell(&self, channel: ChannelId, sku: SkuId) -> usize {
        sku.index() * self.rules.len() + channel.index()
    }

    fn grow(&mut self, sku: SkuId) {
        if self.stocks.len() <= sku.index() {
            self.stocks.resize_with(sku.index() + 1, Stock::default);
            let cells = (sku.index() + 1) * self.rules.len();
            self.shelves.resize_with(cells, Shelf::default);
            self.pasts.resize_with(cells, Past::default);
        }
    }
}

/// Whether an order repeats an intent that was already accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeated {
    /// The first of its intent.
    First,
    /// An earlier order has the same intent.
    Intent,
}

/// min(q, max(0, C + q − S)) with left = S − C.
pub(super) fn over(q: Qty, left: Qty) -> Qty {
    q.min((q - left).max(Qty::ZERO))
}
