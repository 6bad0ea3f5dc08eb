//! Owns the end of observation: what has not matured, and what each order came to, by cluster.
//! Must not know limits.

use std::collections::BTreeMap;

use super::accepting::AcceptancesClosed;
use super::bounds::Cluster;
use super::breaches::Breaches;
use super::change::Lag;
use super::dispatch::DispatchesClosed;
use super::edited::Behind;
use super::endings::OneSided;
use super::hist::Hist;
use super::judgement::{Impact, Series, Witness, WrongOffer};
use super::kept::KeptBy;
use super::lag::LagBook;
use super::mismatch;
use super::orders::{Flags, Harmed};
use super::prices::Parity;
use super::run::Run;
use super::tally::{LagTally, earlier};
use super::windows::{Beside, State, Windows, priced, record_shelf};
use super::witnesses;
use super::wrong::Wrong;
use crate::history::charter::{Evidence, Kpi};
use crate::ids::{ChannelId, OrderId};
use crate::units::{At, Money, Qty, Span};

/// Orders whose first short SKU, else first SKU, is this one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OrderCluster {
    n: u64,
    oversold: u64,
    cancelled: u64,
    /// Neither cancelled nor safe from it yet.
    immature: u64,
}

/// What the clusters are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    /// Orders with an oversold unit.
    Oversold,
    /// Orders cancelled for stock.
    Cancelled,
    /// … or that still may be.
    MayBeCancelled,
}

/// How the OMS came to never get an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// Nobody said.
    Unsaid,
    /// It refused to take it.
    Rejected,
    /// The connector gave it up after other failures.
    GivenUp,
}

/// Orders that the OMS holds as something else than their last version.
pub(super) struct Unamended {
    /// Those that it was not told of in time, or that it altered by itself.
    pub(super) altered: Breaches,
    /// Those that it may still be told of.
    pub(super) open: u64,
    /// By channel: units of the former that were well held but for that, and the first.
    pub(super) on: Vec<(Qty, Option<Witness>)>,
}

impl Unamended {
    fn new(altered: Breaches, channels: usize) -> Unamended {
        Unamended { altered, open: 0, on: vec![(Qty::ZERO, None); channels] }
    }
}

/// The run as it looks when observation ends.
pub(super) struct Closing<'a> {
    pub(super) run: &'a Run,
    /// Somebody could have told what the OMS holds, and what was cancelled: else nothing is lost.
    pub(super) sees_the_books: bool,
    /// Somebody could have told what the source changed and channels showed: else nothing is late.
    pub(super) sees_the_shelves: bool,
    pub(super) end: At,
    pub(super) stock: Vec<LagTally>,
    pub(super) price: Vec<LagTally>,
    pub(super) listing: Vec<LagTally>,
    pub(super) windows: Windows,
    /// Sale → shelf, by channel.
    pub(super) shelf: Vec<Hist>,
    /// By channel: orders due whose deadline has not passed, and their money.
    pub(super) handoffs_open: Vec<(u64, Money)>,
    /// By channel: orders that nobody has paid yet, and that were not released.
    pub(super) awaiting_on: Vec<u64>,
    /// By channel: units of orders due that were released there and that the OMS never held.
    pub(super) released_on: Vec<Qty>,
    /// Ended on one side, and alive on the other.
    pub(super) one_sided: OneSided,
    pub(super) acceptances: AcceptancesClosed,
    pub(super) dispatches: DispatchesClosed,
    /// Beside in a book whose hour of comparison has not come.
    pub(super) books_open: BTreeMap<(ChannelId, u32), u64>,
    /// In the OMS, and something else than the last version.
    pub(super) unamended: Unamended,
    /// Absent from the OMS after the deadline.
    pub(super) lost: Breaches,
    /// … by [`Lost`], …
    lost_as: [Breaches; 3],
    /// … by channel, …
    pub(super) lost_on: Vec<Impact>,
    /// … and what of them was not at risk before.
    pub(super) lost_at_risk: Vec<Harmed>,
    pub(super) lost_open: u64,
    /// By channel.
    pub(super) parity: Vec<Parity>,
    /// SKUs that sold and are offered: over all channels, then on each.
    pub(super) sold: Vec<u64>,
    /// By channel, then SKU.
    clusters: Vec<Vec<OrderCluster>>,
    pub(super) conservation: Breaches,
    pub(super) wrong_offers: (Wrong, Vec<WrongOffer>),
    pub(super) wrong_prices: Wrong,
}

impl<'a> Closing<'a> {
    pub(super) fn new(run: &'a Run) -> Closing<'a> {
        let (end, quiet) = (run.last.at, run.quiet);
        let channels = run.charter.channels.len();
        let (mut windows, mut shelf) = (run.windows.clone(), run.shelf_lag.clone());
        let sees = |kpi| run.charter.observes_all(witnesses::of_gate(kpi));
        let tallies = |kpi, book: &LagBook, each: &mut dyn FnMut(&Lag)| {
            let unseen = || vec![LagTally::default(); channels];
            if sees(kpi) { book.closed(end, quiet, each) } else { unseen() }
        };
        let stock = tallies(Kpi::SyncLag, &run.stock_lag, &mut |lag| {
            let age = lag.high.or(lag.low).unwrap_or_else(|| end.since(lag.change.start));
            windows.lag(lag.channel, lag.change.start, age);
            record_shelf(&mut windows, &mut shelf[lag.channel.index()], lag, age);
        });
        note_the_oldest(run, &mut windows, end);
        let parity = run.prices.closed(end, |stretch| priced(&mut windows, stretch));
        run.supplies.still_mismatched(end, |m| {
            windows.spent(m.channel, State::Mismatched, m.from, m.until);
        });
        let kept = run.ways.kept.by_orders(&run.ways.orders);
        let mut closing = Closing {
            run,
            sees_the_books: sees(Kpi::ReconciliationVariance),
            sees_the_shelves: sees(Kpi::SyncLag),
            end,
            stock,
            price: tallies(Kpi::PriceLag, &run.price_lag, &mut |_| {}),
            listing: tallies(Kpi::ListingLatency, &run.listing_lag, &mut |_| {}),
            windows,
            shelf,
            handoffs_open: vec![(0, Money::ZERO); channels],
            awaiting_on: vec![0; channels],
            released_on: vec![Qty::ZERO; channels],
            one_sided: run.ways.endings.closed(
                &run.ways.orders,
                &kept,
                (end, quiet),
                run.charter.promises.handoff_within,
            ),
            acceptances: run.acceptances.closed(&run.charter, end),
            dispatches: run.dispatches.closed(&run.charter, end),
            books_open: BTreeMap::new(),
            unamended: Unamended::new(run.ways.altered.clone(), channels),
            lost: Breaches::new(channels),
            lost_as: std::array::from_fn(|_| Breaches::new(channels)),
            lost_on: vec![Impact::default(); channels],
            lost_at_risk: vec![Harmed::default(); channels],
            lost_open: 0,
            parity,
            sold: mismatch::sold(&run.supplies, channels, end),
            clusters: vec![Vec::new(); channels],
            conservation: conservation(run, &kept),
            wrong_offers: run.wrong_offers(end),
            wrong_prices: run.wrong_prices(end),
        };
        closing.sort_pending();
        closing.sort_behind();
        closing.gather_clusters();
        closing
    }

    /// The windows of charts. They show no handover, and no change, that nobody could have told.
    pub(super) fn series(&self) -> Series {
        let mut series = self.windows.series(self.end, &self.sold);
        for window in series.run.iter_mut().chain(series.channels.iter_mut().flatten()) {
            if !self.sees_the_books {
                (window.due, window.handed_off) = (0, 0);
            }
            if !self.sees_the_shelves {
                window.oldest_unshown = Span::ZERO;
            }
        }
        series
    }

    /// Clusters of a channel, or of the run: by SKU.
    pub(super) fn clusters(&self, channel: Option<ChannelId>, bad: Bad) -> Vec<Cluster> {
        let pick = |cluster: &OrderCluster| match bad {
            Bad::Oversold => cluster.oversold,
            Bad::Cancelled => cluster.cancelled,
            Bad::MayBeCancelled => cluster.cancelled + cluster.immature,
        };
        let mut sums: Vec<Cluster> = Vec::new();
        for (i, clusters) in self.clusters.iter().enumerate() {
            if channel.is_some_and(|channel| channel.index() != i) {
                continue;
            }
            if sums.len() < clusters.len() {
                sums.resize(clusters.len(), Cluster::default());
            }
            for (sum, cluster) in sums.iter_mut().zip(clusters) {
                sum.n += cluster.n;
                sum.bad += pick(cluster);
            }
        }
        sums
    }

    /// Orders not in the OMS: lost when their deadline has passed, open before.
    fn sort_pending(&mut self) {
        let run = self.run;
        let within = run.charter.promises.handoff_within;
        self.lost.checked = run.ways.ways.iter().map(|way| way.due).sum();
        for (order, pending) in run.ways.orders.pending.iter() {
            let Some(record) = run.ways.orders.get(order) else { continue };
            // Until its channel let it go; nobody else ever will.
            let wait = match pending.left {
                At::NEVER if run.quiet => Span::MAX,
                At::NEVER => self.end.since(pending.ours),
                left => left.since(pending.ours),
            };
            if record.flags.has(Flags::RELEASED) {
                // Too late, or for a payment that had come: due all the same, and nobody's loss.
                let units: Qty = pending.bought.items().iter().map(|item| item.qty).sum();
                self.released_on[order.channel.index()] += units;
                if self.sees_the_books {
                    self.windows.beside(pending.ours, Beside { wait, ..Beside::default() });
                }
                continue;
            }
            if pending.ours == At::NEVER {
                self.awaiting_on[order.channel.index()] += 1;
                continue;
            }
            if !self.sees_the_books {
                continue;
            }
            let passed = run.quiet || self.end > pending.ours + within;
            let (lost, open) = (u64::from(passed), u64::from(!passed));
            self.windows.beside(pending.ours, Beside { wait, lost, open, ..Beside::default() });
            if passed {
                let w = Witness { seq: pending.seq, at: record.accepted };
                let units: Qty = pending.bought.items().iter().map(|item| item.qty).sum();
                self.lost.note_order(w, order, units, record.money);
                let why = lost_as(record.flags);
                self.lost_as[why as usize].note_order(w, order, units, record.money);
                self.lost_on[order.channel.index()].add(units, record.money);
                let harm = run.ways.orders.harm(order, record.flags);
                if !record.flags.has(Flags::CANCELLED) {
                    let lost = &mut self.lost_at_risk[order.channel.index()];
                    lost.money += (record.money - harm.money).max(Money::ZERO);
                    lost.units += (units - harm.units).max(Qty::ZERO);
                }
            } else {
                let open = &mut self.handoffs_open[order.channel.index()];
                open.0 += 1;
                open.1 += record.money;
                self.lost_open += 1;
            }
            self.open_books(order, record.accepted, pending.ours, record.flags);
        }
    }

    /// Orders that the OMS holds in another version than the last: altered when the deadline has
    /// passed, open before.
    fn sort_behind(&mut self) {
        let run = self.run;
        let orders = &run.ways.orders;
        let mut behind: Vec<_> = run.ways.behind(self.end).collect();
        behind.sort_unstable_by_key(|behind| behind.made.seq);
        for Behind { order, made, has, in_time } in behind {
            let Some(record) = orders.get(order) else { continue };
            let (channel, is_due) = (order.channel.index(), orders.is_due(order));
            if in_time && !run.quiet {
                self.unamended.open += 1;
                if is_due {
                    let open = &mut self.handoffs_open[channel];
                    *open = (open.0 + 1, open.1 + record.money);
                }
                self.open_books(order, record.accepted, made.at, record.flags);
                continue;
            }
            self.unamended.altered.note_order(made, order, has.units, has.money);
            if is_due {
                let behind = &mut self.unamended.on[channel];
                *behind = (behind.0 + has.units, earlier(behind.1, Some(made)));
            }
        }
    }

    fn open_books(&mut self, order: OrderId, accepted: At, ours: At, flags: Flags) {
        let books = &self.run.ways.books;
        let compared = books.compared_at(order.channel, accepted, ours);
        if flags.has(Flags::IN_BOOK) && !self.run.quiet && self.end <= compared {
            let day = (order.channel, books.day_of(order.channel, accepted));
            *self.books_open.entry(day).or_default() += 1;
        }
    }

    fn gather_clusters(&mut self) {
        let run = self.run;
        let term = run.charter.promises.cancellations_count_for;
        // In an import an order may well be held long before its payment.
        let waits = run.charter.evidence != Evidence::Operations;
        for (channel, clusters) in self.clusters.iter_mut().enumerate() {
            for (number, record) in run.ways.orders.of_channel(channel) {
                let order = OrderId { channel: ChannelId(channel as u16), number };
                let sku = run.ways.orders.cluster(order, record);
                if clusters.len() <= sku.index() {
                    clusters.resize(sku.index() + 1, OrderCluster::default());
                }
                let cluster = &mut clusters[sku.index()];
                let flags = record.flags;
                cluster.n += 1;
                cluster.oversold += u64::from(flags.has(Flags::OVERSOLD));
                cluster.cancelled += u64::from(flags.has(Flags::CANCELLED_IN_TERM));
                let over = flags.has(Flags::RELEASED)
                    || flags.has(Flags::CANCELLED)
                    || flags.has(Flags::SHIPPED);
                let open = !run.quiet && !over && self.end <= record.accepted + term;
                cluster.immature += u64::from(open);
                let paid = flags.has(Flags::OURS) || flags.has(Flags::SHIPPED);
                let ended = paid || flags.has(Flags::RELEASED);
                self.awaiting_on[channel] += u64::from(waits && flags.has(Flags::HELD) && !ended);
            }
        }
    }

    /// Lost orders of one kind.
    pub(super) fn lost_as(&self, why: Lost) -> &Breaches {
        &self.lost_as[why as usize]
    }

    /// The first order of a channel, or of any, that the OMS never got.
    pub(super) fn first_lost(&self, channel: Option<ChannelId>) -> Option<Witness> {
        let run = self.run;
        let within = run.charter.promises.handoff_within;
        let mut first = None;
        for (order, pending) in run.ways.orders.pending.iter() {
            let due = pending.ours != At::NEVER && (run.quiet || self.end > pending.ours + within);
            if due && channel.is_none_or(|channel| channel == order.channel) {
                let at = pending.ours + within;
                first = earlier(first, Some(Witness { seq: pending.seq, at }));
            }
        }
        first
    }
}

/// What the ledger comes to; a record that is cancelled gives its units back, and what it still
/// holds nobody can sell.
/// How long the oldest change has gone unshown, of each channel, into the last window.
fn note_the_oldest(run: &Run, windows: &mut Windows, end: At) {
    for channel in (0..run.charter.channels.len()).map(|c| ChannelId(c as u16)) {
        let oldest = run.stock_lag.peek_oldest(channel);
        let age = oldest.map_or(Span::ZERO, |start| end.since(start));
        windows.at(end, Some(channel), |w| w.oldest_unshown = w.oldest_unshown.max(age));
    }
}

fn conservation(run: &Run, kept: &[KeptBy]) -> Breaches {
    let mut by_sku = BTreeMap::new();
    for kept in kept.iter().filter(|kept| kept.was_held) {
        for (sku, units) in run.ways.orders.reserved_of(kept.order) {
            let held = by_sku.entry(sku).or_insert((Qty::ZERO, kept.since));
            held.0 += units;
        }
    }
    run.ledger.conservation(&run.supplies, &by_sku, run.charter.channels.len())
}

fn lost_as(flags: Flags) -> Lost {
    if flags.has(Flags::REJECTED) {
        Lost::Rejected
    } else if flags.has(Flags::GIVEN_UP) {
        Lost::GivenUp
    } else {
        Lost::Unsaid
    }
}
