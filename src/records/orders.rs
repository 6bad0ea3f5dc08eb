//! Owns what a log's rows mean together: orders, customer returns, cancellations.
//! Must not know how often they are played.
//!
//! Lines of one order and SKU are one line. A negative line is a customer return of its units at
//! its own time. An order whose number is a cancellation's prefix and the number of an order that
//! is in the stretch, with the same units, cancels that order; any other order with the prefix is a
//! return.

use std::collections::HashMap;

use super::log::{Log, Row};
use crate::ids::SkuId;
use crate::units::{Money, Qty, Span};

/// An order of the log, or what came back.
pub(crate) struct Order {
    /// The line of the file on which it begins: keys its draws.
    pub(crate) number: u64,
    pub(crate) at_us: i64,
    pub(crate) channel: Option<u16>,
    pub(crate) buyer: u64,
    pub(crate) lines: Vec<(SkuId, Qty)>,
    /// What came back, each at its time.
    pub(crate) returned: Vec<(i64, SkuId, Qty)>,
    pub(crate) cancels_after: Option<Span>,
}

/// A SKU of the log.
pub(crate) struct Sku {
    pub(crate) name: String,
    /// The median of its prices above zero.
    pub(crate) price: Money,
}

/// The stretch, as orders.
pub(crate) struct Grouped {
    pub(crate) orders: Vec<Order>,
    pub(crate) skus: Vec<Sku>,
    pub(crate) from_us: i64,
    pub(crate) until_us: i64,
    pub(crate) resolution: Span,
    /// Which stretch, in words.
    pub(crate) stretch: String,
    /// What was left out and why.
    pub(crate) notes: Vec<String>,
}

/// Puts the rows of a log together; without its returns, when they are not wanted.
pub(crate) fn group(mut log: Log, returns: bool) -> Grouped {
    let mut gathered = gather(&log.rows);
    let cancelled = cancel(&mut gathered);
    let mut orders = gathered.orders;
    if cancelled > 0 {
        log.notes.push(format!("{cancelled} orders are cancelled by their customers."));
    }
    let back = orders.iter().filter(|order| !order.returned.is_empty()).count();
    if !returns && back > 0 {
        log.notes.push(format!("{back} orders with returns: the returns are left out."));
        for order in &mut orders {
            order.returned.clear();
        }
    }
    orders.retain(|order| !order.lines.is_empty() || !order.returned.is_empty());
    let resolution = log.resolution();
    Grouped {
        skus: skus(&log),
        orders,
        from_us: log.from_us,
        until_us: log.until_us,
        resolution,
        stretch: log.stretch,
        notes: log.notes,
    }
}

/// Each SKU at its median price.
fn skus(log: &Log) -> Vec<Sku> {
    let mut prices: Vec<(u32, i64)> =
        log.rows.iter().filter(|row| row.price > 0).map(|row| (row.sku, row.price)).collect();
    prices.sort_unstable();
    let median = |sku: u32| {
        let from = prices.partition_point(|(known, _)| *known < sku);
        let until = prices.partition_point(|(known, _)| *known <= sku);
        Money(prices[from..until].get((until - from) / 2).map_or(0, |(_, price)| *price))
    };
    let names = log.skus.names.iter().enumerate();
    names.map(|(sku, name)| Sku { name: name.clone(), price: median(sku as u32) }).collect()
}

/// Orders by their keys, with those that take another back.
struct Gathered {
    orders: Vec<Order>,
    places: HashMap<u64, usize>,
    /// The place of an order, and the key of the one that it takes back.
    back: Vec<(usize, u64)>,
}

/// One order a number, in the order of first appearance; lines of one SKU are one.
fn gather(rows: &[Row]) -> Gathered {
    let mut gathered = Gathered { orders: vec![], places: HashMap::new(), back: vec![] };
    let mut buyers: HashMap<u64, u64> = HashMap::new();
    for row in rows {
        let Gathered { orders, places, back } = &mut gathered;
        let place = *places.entry(row.order).or_insert_with(|| {
            let next = buyers.len() as u64;
            orders.push(Order {
                number: row.line,
                at_us: i64::MAX,
                channel: row.channel,
                // Shoppers that the log does not tell apart are apart from those it does.
                buyer: match row.buyer {
                    Some(buyer) => *buyers.entry(buyer).or_insert(next),
                    None => row.line | 1 << 40,
                },
                lines: vec![],
                returned: vec![],
                cancels_after: None,
            });
            if let Some(original) = row.takes_back {
                back.push((orders.len() - 1, original));
            }
            orders.len() - 1
        });
        orders[place].add(row);
    }
    for order in &mut gathered.orders {
        order.settle();
    }
    gathered
}

impl Order {
    fn add(&mut self, row: &Row) {
        let units = Qty(row.qty.abs());
        let sku = SkuId(row.sku);
        if row.qty < 0 || row.takes_back.is_some() {
            match self.returned.iter_mut().find(|(at, s, _)| *at == row.at_us && *s == sku) {
                Some((_, _, sum)) => *sum += units,
                None => self.returned.push((row.at_us, sku, units)),
            }
            return;
        }
        // Placed when its first line is, whenever something came back.
        self.at_us = self.at_us.min(row.at_us);
        match self.lines.iter_mut().find(|(known, _)| *known == sku) {
            Some((_, sum)) => *sum += units,
            None => self.lines.push((sku, units)),
        }
        if let Some(at) = row.cancelled_at_us {
            // Within one unit of the log's resolution the order came first.
            let after = u64::try_from(at - row.at_us).unwrap_or(0);
            self.cancels_after = Some(Span(after).max(Span::from_secs(1)));
        }
    }

    fn settle(&mut self) {
        if self.lines.is_empty() {
            self.at_us = self.returned.iter().map(|(at, ..)| *at).min().unwrap_or(self.at_us);
        }
        // What is taken back with the whole order is no return as well.
        if self.cancels_after.is_some() {
            self.returned.clear();
        }
    }
}

/// Cancellations of whole orders of the stretch; they are then no returns.
fn cancel(gathered: &mut Gathered) -> usize {
    let Gathered { orders, places, back } = gathered;
    for (place, original) in back.iter() {
        let Some(original) = places.get(original).copied().filter(|o| o != place) else { continue };
        let after_us = orders[*place].at_us - orders[original].at_us;
        if after_us < 0 || !same_units(&orders[*place].returned, &orders[original].lines) {
            continue;
        }
        let after = Span(after_us as u64).max(Span::from_secs(1));
        orders[original].cancels_after = Some(after);
        orders[*place].returned.clear();
    }
    orders.iter().filter(|order| order.cancels_after.is_some()).count()
}

/// The same units of the same SKUs, however often each came back.
fn same_units(back: &[(i64, SkuId, Qty)], lines: &[(SkuId, Qty)]) -> bool {
    let mut sums: HashMap<SkuId, i64> = HashMap::new();
    for (_, sku, units) in back {
        *sums.entry(*sku).or_default() += units.0;
    }
    sums.len() == lines.len() && lines.iter().all(|(sku, units)| sums.get(sku) == Some(&units.0))
}
