//! Owns what flows in a campaign, cell of time by cell: accepted orders, and changes of stock,
//! prices and listings at the source. Must not know who carries them, nor how fast.

use std::collections::BTreeSet;

use super::basket::Basket;
use super::inflow::Inflow;
use super::taken::Taken;
use crate::commerce::terms::{Payment, Reserve};
use crate::ids::ChannelId;
use crate::scenario::Plan;
use crate::traffic::MerchantAct;
use crate::traffic::plan::Promoted;
use crate::units::{At, Ppm, Span};

/// Cells of time, at most.
const CELLS_MAX: u64 = 480;
/// Widths below a minute that divide it.
const SECONDS: [u64; 7] = [5, 6, 10, 12, 15, 20, 30];
const MINUTE: u64 = 60_000_000;

/// The campaign cut into cells of one width, which divides a minute or is a number of minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) width: Span,
    pub(super) cells: usize,
}

impl Grid {
    pub(super) fn over(ends: At) -> Grid {
        let fits = |width: &u64| ends.0.div_ceil(*width) <= CELLS_MAX;
        let seconds = SECONDS.iter().map(|s| s * 1_000_000).find(fits);
        let width = seconds.unwrap_or_else(|| {
            let minutes = ends.0.div_ceil(MINUTE).div_ceil(CELLS_MAX).max(1);
            minutes * MINUTE
        });
        Grid { width: Span(width), cells: ends.0.div_ceil(width).max(1) as usize }
    }

    pub(super) fn start(self, cell: usize) -> At {
        At(self.width.0 * cell as u64)
    }

    pub(super) fn cell(self, at: At) -> usize {
        ((at.0 / self.width.0) as usize).min(self.cells - 1)
    }

    pub(super) fn seconds(self) -> f64 {
        self.width.as_secs_f64()
    }

    /// The cells of a stretch of time, at least one.
    pub(super) fn cells_of(self, from: At, until: At) -> std::ops::Range<usize> {
        let first = self.cell(from);
        let end = (until.0.div_ceil(self.width.0) as usize).min(self.cells);
        first..end.max(first + 1)
    }

    /// How many minutes are expected to hold an event when events of each cell lie in it at random.
    pub(super) fn minutes_with(self, events: &[f64]) -> f64 {
        let per_minute = (MINUTE / self.width.0) as usize;
        let with = |expected: f64| -(-expected).exp_m1();
        if per_minute >= 1 {
            return events.chunks(per_minute).map(|minute| with(minute.iter().sum())).sum();
        }
        let minutes = self.width.0 as f64 / MINUTE as f64;
        events.iter().map(|cell| minutes * with(cell / minutes)).sum()
    }
}

/// What flows, in events a cell.
pub(super) struct Changes {
    pub(super) grid: Grid,
    /// Accepted orders by channel.
    pub(super) accepted: Vec<Vec<f64>>,
    /// By channel: stock lines reserved for its orders.
    pub(super) reserved: Vec<Vec<f64>>,
    /// By channel: stock lines given back.
    pub(super) returned: Vec<Vec<f64>>,
    /// Receipts, corrections and returns.
    pub(super) adjusted: Vec<f64>,
    /// Prices of promotions as they become due: where (no channel is every one), in which cell,
    /// and how many.
    prices: Vec<(Option<ChannelId>, usize, f64)>,
    /// Listings published.
    pub(super) listings: Vec<f64>,
    /// Prices due at moments that are written down, counted as such.
    pub(super) prices_at_random: Vec<f64>,
    /// Where and in which minutes a price is due for certain.
    price_minutes: Vec<(Option<ChannelId>, u64)>,
    /// Minutes in which a listing is published.
    pub(super) listing_minutes: u64,
    pub(super) totals: MerchantTotals,
}

/// What the merchant does in all, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MerchantTotals {
    /// Receipts of a SKU.
    pub receipts: f64,
    /// Corrections of a SKU's stock.
    pub corrections: f64,
    /// Returns and other movements known exactly.
    pub fixed: f64,
    /// Single price changes.
    pub repriced: f64,
    /// Prices that promotions set, their ends included.
    pub promoted: f64,
    /// New listings.
    pub listings: f64,
}

/// What becomes of a channel's accepted orders.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fate {
    /// The share that is paid.
    pub(super) paid: f64,
    /// The share that customers cancel.
    pub(super) cancelled: f64,
    /// The share reserved in the OMS.
    pub(super) reserved: f64,
    /// The share given back to stock after it was reserved.
    pub(super) returned: f64,
}

impl Fate {
    pub(super) fn of(plan: &Plan, channel: usize) -> Fate {
        let fails = match &plan.world.channels[channel].payment {
            Payment::Immediate => Ppm::ZERO,
            Payment::After { fails, .. } => *fails,
        };
        let cancelled = match &plan.traffic {
            crate::traffic::Traffic::Modelled(demand) => demand.cancellations.share.as_f64(),
            crate::traffic::Traffic::Replayed(log) => {
                let cancelled = log.orders.iter().filter(|order| order.cancels_after.is_some());
                cancelled.count() as f64 / log.orders.len().max(1) as f64
            }
        };
        let carts = plan.world.channels[channel].takes.carts();
        let ordered = 1.0 - carts.map_or(0.0, |carts| carts.abandoned.as_f64());
        let paid = ordered * (1.0 - fails.as_f64());
        let connector = plan.charter.channels[channel].connector.index();
        let on_accept = plan.world.connectors[connector].reserve == Reserve::OnAccept;
        let reserved = if on_accept { ordered } else { paid };
        let returned =
            if on_accept { ordered - paid * (1.0 - cancelled) } else { paid * cancelled };
        Fate { paid, cancelled, reserved, returned }
    }
}

impl Changes {
    pub(super) fn of(
        plan: &Plan,
        inflow: &Inflow,
        (taken, basket): (&Taken, Basket),
        fates: &[Fate],
    ) -> Changes {
        let grid = Grid::over(inflow.ends());
        let channels = plan.charter.channels.len();
        let accepted: Vec<Vec<f64>> = (0..channels)
            .map(|channel| {
                let orders = |cell: usize| {
                    let (from, until) = (grid.start(cell), grid.start(cell + 1).min(inflow.ends()));
                    let middle = At(u64::midpoint(from.0, until.0));
                    let share = taken.share(channel, middle);
                    inflow.orders(Some(channel), from, until) * share
                };
                (0..grid.cells).map(orders).collect()
            })
            .collect();
        let lines = |share: fn(&Fate) -> f64| -> Vec<Vec<f64>> {
            let of = |(orders, fate): (&Vec<f64>, &Fate)| {
                orders.iter().map(|orders| orders * basket.lines * share(fate)).collect()
            };
            accepted.iter().zip(fates).map(of).collect()
        };
        let none = vec![0.0; grid.cells];
        let mut changes = Changes {
            grid,
            reserved: lines(|fate| fate.reserved),
            returned: lines(|fate| fate.returned),
            accepted,
            adjusted: none.clone(),
            prices: Vec::new(),
            listings: none.clone(),
            prices_at_random: none,
            price_minutes: Vec::new(),
            listing_minutes: 0,
            totals: MerchantTotals::default(),
        };
        changes.merchant(plan, basket.on_sale as f64);
        changes
    }

    fn merchant(&mut self, plan: &Plan, on_sale: f64) {
        let merchant = &plan.merchant;
        let length = merchant.until.since(At::START).as_secs_f64();
        let of_skus = |share: Ppm| match share {
            Ppm::ZERO => 0.0,
            share => (share.as_f64() * on_sale).round().max(1.0).min(on_sale),
        };
        if let Some(restocks) = &merchant.restocks {
            let mut at = At::START + restocks.every;
            while at < merchant.until && restocks.every > Span::ZERO {
                self.adjusted[self.grid.cell(at)] += of_skus(restocks.skus);
                self.totals.receipts += of_skus(restocks.skus);
                at = at + restocks.every;
            }
        }
        if let Some(corrections) = merchant.corrections.as_ref().filter(|_| on_sale > 0.0) {
            self.totals.corrections = corrections.rate.per_sec_f64() * length;
            self.steadily(corrections.rate.per_sec_f64(), merchant.until, |changes, cell, n| {
                changes.adjusted[cell] += n;
            });
        }
        if let Some(repricing) = merchant.repricing.as_ref().filter(|_| on_sale > 0.0) {
            self.totals.repriced = repricing.rate.per_sec_f64() * length;
            self.steadily(repricing.rate.per_sec_f64(), merchant.until, |changes, cell, n| {
                changes.prices_at_random[cell] += n;
            });
        }
        for promotion in &merchant.promotions {
            let skus = match &promotion.of {
                Promoted::Share(share, _) => of_skus(*share),
                named => named.count(on_sale),
            };
            for (channel, due) in
                promotion.stretches().flat_map(|(on, dues)| dues.map(|due| (on, due)))
            {
                self.prices.push((channel, self.grid.cell(due), skus));
                self.totals.promoted += skus;
                self.price_minutes.extend((skus > 0.0).then_some((channel, due.0 / MINUTE)));
            }
        }
        if let Some(listings) = &merchant.listings {
            let length = listings.until.since(listings.from).0;
            let count = listings.skus.len() as u64;
            self.totals.listings = count as f64;
            let mut before = None;
            for place in 0..count {
                let at = u128::from(length) * u128::from(2 * place + 1) / u128::from(2 * count);
                let at = At(listings.from.0 + at as u64);
                self.listings[self.grid.cell(at)] += 1.0;
                let minute = Some(at.0 / MINUTE);
                self.listing_minutes += u64::from(minute != before);
                before = minute;
            }
        }
        for event in &merchant.fixed {
            if matches!(event.act, MerchantAct::Adjust { .. }) {
                self.adjusted[self.grid.cell(event.at)] += 1.0;
                self.totals.fixed += 1.0;
            }
        }
    }

    /// A steady stream from the start until a moment.
    fn steadily(&mut self, per_s: f64, until: At, add: impl Fn(&mut Changes, usize, f64)) {
        for cell in 0..self.grid.cells {
            let (from, end) = (self.grid.start(cell), self.grid.start(cell + 1).min(until));
            add(self, cell, end.since(from).as_secs_f64() * per_s);
        }
    }

    /// Stock changes that a channel has to show, a cell: those of all but its own sales, unless it
    /// learns of its own only from the next update.
    pub(super) fn stock_to_show(&self, channel: usize, own: bool) -> Vec<f64> {
        let mut sum = self.adjusted.clone();
        for other in 0..self.accepted.len() {
            if other != channel || own {
                add(&mut sum, &self.reserved[other]);
                add(&mut sum, &self.returned[other]);
            }
        }
        sum
    }

    /// All stock changes at the source, a cell.
    pub(super) fn stock(&self) -> Vec<f64> {
        self.stock_to_show(usize::MAX, true)
    }

    /// Prices as they become due, a cell: on a channel, or all that the source tells of.
    pub(super) fn prices(&self, on: Option<ChannelId>) -> Vec<f64> {
        let mut prices = self.prices_at_random.clone();
        for (_, cell, skus) in self.prices.iter().filter(|(of, ..)| is_on(*of, on)) {
            prices[*cell] += skus;
        }
        prices
    }

    /// Minutes in which a price is expected to be due on a channel.
    pub(super) fn price_minutes(&self, channel: ChannelId) -> f64 {
        let mean = self.grid.minutes_with(&self.prices_at_random);
        let minutes = (self.grid.cells as f64 * self.grid.seconds() / 60.0).max(1.0);
        // A minute that has one for certain needs no other.
        let free = 1.0 - mean / minutes;
        let here = self.price_minutes.iter().filter(|(of, _)| is_on(*of, Some(channel)));
        let certain: BTreeSet<u64> = here.map(|(_, minute)| *minute).collect();
        mean + certain.len() as f64 * free.max(0.0)
    }
}

/// Whether what is of a channel, or of all, is asked for.
fn is_on(of: Option<ChannelId>, asked: Option<ChannelId>) -> bool {
    of.is_none() || asked.is_none() || of == asked
}

pub(super) fn add(sum: &mut [f64], other: &[f64]) {
    for (sum, other) in sum.iter_mut().zip(other) {
        *sum += other;
    }
}
