//! Owns what a log's rows mean together: orders, customer returns, cancellations.
//! Must not know how often they are played.
//!
//! Lines of one order and SKU are one line. A negative line is a customer return of its units at
//! its time. An order whose number is a cancellation's prefix and the number of an order that is
//! in the stretch played, with the same units, cancels that order; any other order with the prefix
//! is a return.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::{Date, DateTime};

use super::super::problem::{Reading, Wrong};
use super::log::{Log, Row};
use super::{Day, Spec};
use crate::ids::{ChannelId, SkuId};
use crate::units::{Money, Qty, Span};

/// An order of the log, or what came back.
pub(in crate::scenario) struct Order {
    /// Its place in the log: keys its draws.
    pub(in crate::scenario) number: u64,
    pub(in crate::scenario) at_us: i64,
    pub(in crate::scenario) channel: Option<ChannelId>,
    pub(in crate::scenario) buyer: u64,
    pub(in crate::scenario) lines: Vec<(SkuId, Qty)>,
    pub(in crate::scenario) returned: Vec<(SkuId, Qty)>,
    pub(in crate::scenario) cancels_after: Option<Span>,
}

/// A SKU of the log.
pub(in crate::scenario) struct Sku {
    pub(in crate::scenario) name: String,
    /// The median of its prices above zero.
    pub(in crate::scenario) price: Money,
}

/// The stretch played, as orders.
pub(in crate::scenario) struct Grouped {
    pub(in crate::scenario) orders: Vec<Order>,
    pub(in crate::scenario) skus: Vec<Sku>,
    pub(in crate::scenario) from_us: i64,
    pub(in crate::scenario) until_us: i64,
    pub(in crate::scenario) resolution: Span,
    /// Which stretch, in words.
    pub(in crate::scenario) stretch: String,
    /// What was left out and why.
    pub(in crate::scenario) notes: Vec<String>,
}

/// Chooses the stretch and groups its rows.
pub(super) fn group(spec: &Spec, mut log: Log, r: &Reading) -> Option<Grouped> {
    let mut notes = vec![];
    if log.unreadable.count > 0 {
        let (count, examples) = (log.unreadable.count, log.unreadable.examples());
        let rows =
            if count == 1 { "row cannot be read and is" } else { "rows cannot be read and are" };
        notes.push(format!("{count} {rows} left out ({examples})."));
    }
    if log.skipped > 0 {
        notes.push(format!("{} rows of the file are of skipped SKUs and left out.", log.skipped));
    }
    let stretch = choose(spec, &mut log);
    if log.rows.is_empty() {
        let wrong = Wrong::new(format!("`{}` has no rows{stretch}", spec.file));
        r.wrong(&spec.at, wrong.hint("look at `day`, `from`, `until` and `zone`"));
        return None;
    }
    let resolution = log.resolution;
    let at = |said: &Option<DateTime>| {
        let moment = said.and_then(|civil| spec.zone.to_zoned_datetime(civil).ok());
        moment.map(|moment| moment.timestamp().as_microsecond())
    };
    let first = log.rows.iter().map(|row| row.at_us).min()?;
    let last = log.rows.iter().map(|row| row.at_us).max()?;
    let from_us = at(&spec.from).unwrap_or(first);
    let until_us = at(&spec.until).unwrap_or(last + resolution.0 as i64);
    let skus = renumber_skus(&mut log, spec.cover_ppm.is_some());
    let prefix = spec.cancellation_prefix.as_deref();
    let mut orders = gather(&log, prefix);
    let cancelled = cancel(&mut orders, &log, prefix);
    if cancelled > 0 {
        notes.push(format!("{cancelled} orders are cancelled by their customers."));
    }
    let returns = orders.iter().filter(|order| !order.returned.is_empty()).count();
    if !spec.returns && returns > 0 {
        notes.push(format!("{returns} orders with returns: the returns are left out."));
        for order in &mut orders {
            order.returned.clear();
        }
    }
    orders.retain(|order| !order.lines.is_empty() || !order.returned.is_empty());
    Some(Grouped { orders, skus, from_us, until_us, resolution, stretch, notes })
}

/// Keeps the rows of the stretch that is said; says it in words.
fn choose(spec: &Spec, log: &mut Log) -> String {
    let mut stretch = String::new();
    if let Some(day) = &spec.day {
        let day = match day {
            Day::On(day) => Some(*day),
            Day::Busiest => busiest(log, spec.cancellation_prefix.as_deref()),
        };
        log.rows.retain(|row| Some(row.civil.date()) == day);
        stretch = day.map_or(" of a day on which something is bought".to_owned(), |day| {
            format!(" of {day}")
        });
    }
    if let Some(from) = spec.from {
        log.rows.retain(|row| row.civil >= from);
        stretch = format!("{stretch} from {from}");
    }
    if let Some(until) = spec.until {
        log.rows.retain(|row| row.civil < until);
        stretch = format!("{stretch} until {until}");
    }
    stretch
}

/// The day with the most orders that buy something; the first of several.
fn busiest(log: &Log, prefix: Option<&str>) -> Option<Date> {
    let is_cancellation =
        |row: &Row| prefix.is_some_and(|p| log.orders.names[row.order as usize].starts_with(p));
    let mut first_day: BTreeMap<u32, Date> = BTreeMap::new();
    for row in log.rows.iter().filter(|row| row.qty > 0 && !is_cancellation(row)) {
        let day = row.civil.date();
        first_day.entry(row.order).and_modify(|known| *known = day.min(*known)).or_insert(day);
    }
    let mut orders: BTreeMap<Date, u64> = BTreeMap::new();
    for day in first_day.values() {
        *orders.entry(*day).or_default() += 1;
    }
    let most = orders.values().max()?;
    orders.iter().find(|(_, count)| *count == most).map(|(day, _)| *day)
}

/// Numbers the SKUs of the stretch by first appearance, unless a stock list numbers them.
fn renumber_skus(log: &mut Log, derived: bool) -> Vec<Sku> {
    if !derived {
        let sku = |name: &String| Sku { name: name.clone(), price: Money(1) };
        return log.skus.names.iter().map(sku).collect();
    }
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    let mut names: Vec<String> = vec![];
    let mut prices: Vec<Vec<i64>> = vec![];
    for row in &mut log.rows {
        let number = *numbers.entry(row.sku).or_insert_with(|| {
            names.push(log.skus.names[row.sku as usize].clone());
            prices.push(vec![]);
            (names.len() - 1) as u32
        });
        row.sku = number;
        if row.price > Money::ZERO {
            prices[number as usize].push(row.price.0);
        }
    }
    let median = |mut prices: Vec<i64>| {
        prices.sort_unstable();
        Money(prices.get(prices.len() / 2).copied().unwrap_or(0))
    };
    names.into_iter().zip(prices).map(|(name, p)| Sku { name, price: median(p) }).collect()
}

/// One order a number, in the order of first appearance; lines of one SKU are one.
fn gather(log: &Log, prefix: Option<&str>) -> Vec<Order> {
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut orders: Vec<Order> = vec![];
    for row in &log.rows {
        let place = *places.entry(row.order).or_insert_with(|| {
            orders.push(Order {
                number: u64::from(row.order),
                at_us: row.at_us,
                channel: row.channel,
                // Shoppers that the log does not tell apart are apart from those it does.
                buyer: row.buyer.map_or(u64::from(row.order) | 1 << 40, u64::from),
                lines: vec![],
                returned: vec![],
                cancels_after: None,
            });
            orders.len() - 1
        });
        let order = &mut orders[place];
        order.at_us = order.at_us.min(row.at_us);
        let comes_back = row.qty < 0 || is_cancellation(log, row.order, prefix);
        let lines = if comes_back { &mut order.returned } else { &mut order.lines };
        let units = Qty(row.qty.abs());
        match lines.iter_mut().find(|(sku, _)| sku.0 == row.sku) {
            Some((_, sum)) => *sum += units,
            None => lines.push((SkuId(row.sku), units)),
        }
    }
    orders
}

fn is_cancellation(log: &Log, order: u32, prefix: Option<&str>) -> bool {
    prefix.is_some_and(|prefix| log.orders.names[order as usize].starts_with(prefix))
}

/// Cancellations of whole orders of the stretch; they are then no returns.
fn cancel(orders: &mut [Order], log: &Log, prefix: Option<&str>) -> usize {
    let Some(prefix) = prefix else { return 0 };
    let places: HashMap<u64, usize> =
        orders.iter().enumerate().map(|(place, order)| (order.number, place)).collect();
    let mut cancelled = 0;
    for place in 0..orders.len() {
        let name = &log.orders.names[orders[place].number as usize];
        let original = name
            .strip_prefix(prefix)
            .and_then(|number| log.orders.find(number))
            .and_then(|number| places.get(&u64::from(number)).copied());
        let Some(original) = original.filter(|original| *original != place) else { continue };
        let after_us = orders[place].at_us - orders[original].at_us;
        if after_us < 0 || !same_units(&orders[place].returned, &orders[original].lines) {
            continue;
        }
        // Within one unit of the log's resolution the order came first: a second at the least.
        let after = Span(after_us as u64).max(Span::from_secs(1));
        orders[original].cancels_after = Some(after);
        orders[place].returned.clear();
        cancelled += 1;
    }
    cancelled
}

fn same_units(a: &[(SkuId, Qty)], b: &[(SkuId, Qty)]) -> bool {
    a.len() == b.len() && a.iter().all(|line| b.contains(line))
}
