//! Owns what was really there: supply S, commitments C, and what each channel offered of it;
//! oversell and its causes, undersell, stale listings. Must not know orders beyond their lines.

use super::breaches::Breaches;
use super::judgement::{OversellCauses, Witness};
use crate::history::charter::{Charter, StockRule};
use crate::history::fact::{CallOutcome, Line};
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money, Qty};

/// What is true of one SKU.
#[derive(Clone, Copy, Debug, Default)]
struct Stock {
    supply: Qty,
    committed: Qty,
    /// Some supply fact spoke of it; otherwise nothing can be said of oversell.
    known: bool,
    oversold: Qty,
}

/// What one channel offers of one SKU.
#[derive(Clone, Copy, Debug, Default)]
struct Shelf {
    offered: Option<Qty>,
    listed: bool,
    /// An order wanted more than was really left.
    exposed: bool,
    stale_since: Option<At>,
    push: Option<(Version, Push)>,
}

/// What became of the newest update of a shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Push {
    Carried,
    Throttled,
    Rejected,
    Waiting,
}

/// What the source believes of a SKU, as far as its ledger is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Belief {
    /// Available and its version, once the ledger spoke.
    pub(super) available: Option<(Qty, Version)>,
    /// The ledger has broken its own law.
    pub(super) broken: bool,
}

/// What selling one line meant.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sale {
    /// Units that were not there.
    pub(super) oversold: Qty,
    /// The channel offered more than there was when the order came.
    pub(super) stale: bool,
}

/// One channel's sums.
#[derive(Clone, Debug, Default)]
pub(super) struct ShelfTotals {
    pub(super) stale_us: u64,
    pub(super) undersold_policy: Qty,
    pub(super) undersold_stale: Qty,
    pub(super) oversold: Qty,
    pub(super) oversold_money: Money,
}

/// Supply and shelves of every SKU met.
#[derive(Clone, Debug)]
pub(super) struct Supplies {
    rules: Vec<StockRule>,
    stocks: Vec<Stock>,
    /// By SKU, then channel.
    shelves: Vec<Shelf>,
    pub(super) totals: Vec<ShelfTotals>,
    pub(super) causes: OversellCauses,
    pub(super) undersell: Breaches,
    pub(super) any_known: bool,
}

impl Supplies {
    pub(super) fn new(charter: &Charter) -> Supplies {
        let channels = charter.channels.len();
        Supplies {
            rules: charter.channels.iter().map(|c| c.rule).collect(),
            stocks: Vec::new(),
            shelves: Vec::new(),
            totals: vec![ShelfTotals::default(); channels],
            causes: OversellCauses::default(),
            undersell: Breaches::new(channels),
            any_known: false,
        }
    }

    /// Goods came or went.
    pub(super) fn supplied(&mut self, sku: SkuId, units: Qty, now: At) {
        self.grow(sku);
        let stock = &mut self.stocks[sku.index()];
        let short = |s: &Stock| (s.committed - s.supply).max(Qty::ZERO);
        let before = short(stock);
        stock.supply += units;
        (stock.known, self.any_known) = (true, true);
        if units < Qty::ZERO {
            self.causes.supply_shock += short(stock) - before;
        }
        self.refresh(sku, now);
    }

    /// A channel accepted a line. `repeated`: an earlier order has the same intent.
    pub(super) fn sell(
        &mut self,
        channel: ChannelId,
        line: &Line,
        repeated: Repeated,
        belief: Belief,
        now: At,
    ) -> Sale {
        self.see(channel, line.sku, line.offered, now);
        let cell = self.cell(channel, line.sku);
        let stale = self.shelves[cell].stale_since.is_some();
        let stock = self.stocks[line.sku.index()];
        let left = stock.supply - stock.committed;
        let oversold = if stock.known { over(line.qty, left) } else { Qty::ZERO };
        if stock.known && left < line.qty {
            self.shelves[cell].exposed = true;
        }
        if oversold > Qty::ZERO {
            self.blame(channel, line, left, oversold, repeated, belief);
        }
        let stock = &mut self.stocks[line.sku.index()];
        stock.committed += line.qty;
        stock.oversold += oversold;
        let totals = &mut self.totals[channel.index()];
        totals.oversold += oversold;
        totals.oversold_money += line.price.times(oversold);
        self.shelves[cell].offered = Some(line.left);
        self.refresh(line.sku, now);
        Sale { oversold, stale }
    }

    /// A channel turned an order away because of this line, when `for_stock` is said.
    pub(super) fn refused(&mut self, channel: ChannelId, line: &Line, why: Turned, w: Witness) {
        self.see(channel, line.sku, line.offered, w.at);
        let stock = self.stocks[line.sku.index()];
        if why == Turned::Otherwise || !stock.known {
            return;
        }
        self.undersell.checked += 1;
        let left = stock.supply - stock.committed;
        if left < line.qty {
            let cell = self.cell(channel, line.sku);
            self.shelves[cell].exposed = true;
            return;
        }
        let informed = self.rules[channel.index()].should_show(left);
        let totals = &mut self.totals[channel.index()];
        if informed < line.qty {
            totals.undersold_policy += line.qty;
        } else {
            totals.undersold_stale += line.qty;
        }
        self.undersell.note(w, Some(channel), None, line.qty, line.price.times(line.qty));
    }

    /// Whether the channel offered more of the SKU than there was.
    pub(super) fn is_stale(&self, channel: ChannelId, sku: SkuId) -> bool {
        self.shelves.get(self.cell(channel, sku)).is_some_and(|shelf| shelf.stale_since.is_some())
    }

    /// A released order's units are free again.
    pub(super) fn released(&mut self, sku: SkuId, qty: Qty, now: At) {
        self.grow(sku);
        self.stocks[sku.index()].committed -= qty;
        self.refresh(sku, now);
    }

    /// A channel was seen to offer this.
    pub(super) fn see(&mut self, channel: ChannelId, sku: SkuId, offered: Qty, now: At) {
        self.grow(sku);
        let cell = self.cell(channel, sku);
        self.shelves[cell].offered = Some(offered);
        self.refresh_cell(channel, sku, now);
    }

    pub(super) fn listed(&mut self, channel: ChannelId, sku: SkuId) {
        self.grow(sku);
        let cell = self.cell(channel, sku);
        self.shelves[cell].listed = true;
    }

    pub(super) fn is_listed(&self, channel: ChannelId, sku: SkuId) -> bool {
        self.shelves.get(self.cell(channel, sku)).is_some_and(|shelf| shelf.listed)
    }

    /// What became of an update of a shelf.
    pub(super) fn pushed(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        version: Version,
        outcome: CallOutcome,
    ) {
        let push = match outcome {
            CallOutcome::Done => Push::Carried,
            CallOutcome::Throttled => Push::Throttled,
            CallOutcome::Rejected => Push::Rejected,
            CallOutcome::Unavailable | CallOutcome::Unknown => Push::Waiting,
        };
        self.put_push(channel, sku, version, push);
    }

    /// A connector gave an update up.
    pub(super) fn given_up(&mut self, channel: ChannelId, sku: SkuId, version: Version) {
        self.put_push(channel, sku, version, Push::Rejected);
    }

    /// Really left: supply − accepted.
    pub(super) fn left(&self, sku: SkuId) -> Qty {
        self.stocks.get(sku.index()).map_or(Qty::ZERO, |s| s.supply - s.committed)
    }

    /// Supply as the facts sum it up; none when they do not speak of the SKU.
    pub(super) fn supply(&self, sku: SkuId) -> Option<Qty> {
        self.stocks.get(sku.index()).filter(|s| s.known).map(|s| s.supply)
    }

    pub(super) fn offered(&self, sku: SkuId) -> impl Iterator<Item = Option<Qty>> + '_ {
        let from = sku.index() * self.rules.len();
        (from..from + self.rules.len()).map(|i| self.shelves.get(i).and_then(|s| s.offered))
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
        let rows = self.shelves.chunks(self.rules.len());
        rows.filter(|row| match channel {
            Some(channel) => row[channel.index()].exposed,
            None => row.iter().any(|shelf| shelf.exposed),
        })
        .count() as u64
    }

    /// The most channels on which one SKU ran out under an order.
    pub(super) fn exposed_channels_max(&self) -> usize {
        let rows = self.shelves.chunks(self.rules.len());
        rows.map(|row| row.iter().filter(|shelf| shelf.exposed).count()).max().unwrap_or(0)
    }

    /// Stale time of a channel when observation ends at `end`.
    pub(super) fn stale_us(&self, channel: ChannelId, end: At) -> u64 {
        let open = self.shelves.iter().skip(channel.index()).step_by(self.rules.len());
        let open: u64 = open
            .filter_map(|shelf| shelf.stale_since)
            .fold(0, |sum, since| sum.saturating_add(end.since(since).0));
        self.totals[channel.index()].stale_us.saturating_add(open)
    }

    /// Splits oversold units by cause, one step (docs/measures.md): with a = what is left, b what
    /// the source's ledger would let the channel offer, c what it did offer, each at least the
    /// one before, the parts of q between a and b waited for a reservation, between b and c for
    /// the sync, beyond c nothing could have told the channel.
    fn blame(
        &mut self,
        channel: ChannelId,
        line: &Line,
        left: Qty,
        oversold: Qty,
        repeated: Repeated,
        belief: Belief,
    ) {
        let held_by = self.held_by(channel, line.sku, belief);
        let causes = &mut self.causes;
        if repeated == Repeated::Intent {
            causes.duplicate += oversold;
        } else if belief.broken {
            causes.lost_update += oversold;
        } else if let Some((available, _)) = belief.available {
            let q = line.qty;
            let a = left.max(Qty::ZERO);
            let b = a.max(self.rules[channel.index()].should_show(available));
            let c = b.max(line.offered);
            causes.reservation_gap += q.min(b) - q.min(a);
            let lag = q.min(c) - q.min(b);
            match held_by {
                Some(Push::Throttled) => causes.lag_throttle += lag,
                Some(Push::Rejected) => causes.lag_rejected += lag,
                Some(Push::Carried) => causes.lag_unapplied += lag,
                Some(Push::Waiting) | None => causes.lag_queue += lag,
            }
            causes.channel_race += q - q.min(c);
        } else {
            causes.unexplained += oversold;
        }
    }

    /// What holds the newest level back; a carried update counts when it was the newest.
    fn held_by(&self, channel: ChannelId, sku: SkuId, belief: Belief) -> Option<Push> {
        let (version, push) = self.shelves[self.cell(channel, sku)].push?;
        let (_, needed) = belief.available?;
        (push != Push::Carried || version >= needed).then_some(push)
    }

    fn put_push(&mut self, channel: ChannelId, sku: SkuId, version: Version, push: Push) {
        self.grow(sku);
        let cell = self.cell(channel, sku);
        let known = &mut self.shelves[cell].push;
        if known.is_none_or(|(newest, _)| version >= newest) {
            *known = Some((version, push));
        }
    }

    fn refresh(&mut self, sku: SkuId, now: At) {
        for channel in 0..self.rules.len() {
            self.refresh_cell(ChannelId(channel as u16), sku, now);
        }
    }

    fn refresh_cell(&mut self, channel: ChannelId, sku: SkuId, now: At) {
        let stock = self.stocks[sku.index()];
        let left = (stock.supply - stock.committed).max(Qty::ZERO);
        let cell = self.cell(channel, sku);
        let shelf = &mut self.shelves[cell];
        let stale = stock.known && shelf.offered.is_some_and(|offered| offered > left);
        match (shelf.stale_since, stale) {
            (None, true) => shelf.stale_since = Some(now),
            (Some(since), false) => {
                shelf.stale_since = None;
                let total = &mut self.totals[channel.index()].stale_us;
                *total = total.saturating_add(now.since(since).0);
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
            self.shelves.resize_with((sku.index() + 1) * self.rules.len(), Shelf::default);
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

/// Why an order was turned away, as supply sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turned {
    /// For want of stock.
    ForStock,
    /// For any other reason.
    Otherwise,
}

/// min(q, max(0, C + q − S)) with left = S − C.
pub(super) fn over(q: Qty, left: Qty) -> Qty {
    q.min((q - left).max(Qty::ZERO))
}
