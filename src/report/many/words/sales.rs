//! Owns the sentences about sales: what was sold in an afternoon, what a change does to it.
//! Must not know where they are printed.

use super::super::ruling::{Currency, Sales};
use super::super::{Interval, Replications};
use crate::report::summary::{Campaign, Summary};
use crate::report::words::Refused;
use crate::report::words::number::{self, count, signed};
use crate::units::Ppm;

/// Money in minor units.
pub fn money(minor: i64, currency: &Currency) -> String {
    // Money is said of a campaign everywhere; here nothing else of it is known, or matters.
    let campaign = Campaign {
        name: String::new(),
        starts: String::new(),
        seed: 0,
        speed_milli: 0,
        currency: currency.code.clone(),
        currency_digits: currency.digits,
        skus: 0,
        traffic_ends_us: 0,
        drain_us: 0,
        phases: vec![],
        promotions: vec![],
    };
    number::money(minor, &campaign)
}

fn whole(milli: i64) -> i64 {
    (milli as f64 / 1e3).round() as i64
}

/// `sales kept in an afternoon: USD 1.2 M (1.1 M … 1.3 M), 3,400 units; 3,900 orders accepted, 120
/// turned away`.
pub fn kept(sales: &Sales, currency: &Currency) -> String {
    let end = |end: Option<i64>| end.map_or("—".to_owned(), |minor| money(minor, currency));
    let money_kept = sales.kept_money;
    let count_of = |milli: Interval| whole(milli.mean).max(0).unsigned_abs();
    let (turned, wanted) = (count_of(sales.turned_away_milli), count_of(sales.wanted_milli));
    format!(
        "sales kept in an afternoon: {} ({} … {}), {} units; {} orders accepted, {} turned away, \
         {} of all wanted",
        money(money_kept.mean, currency),
        end(money_kept.low),
        end(money_kept.high),
        signed(whole(sales.kept_units_milli.mean)),
        count(count_of(sales.accepted_milli)),
        count(turned),
        number::share(Ppm::of(turned, wanted).0),
    )
}

/// What was refused in an afternoon although the stock was there; none where that is little, or
/// not known.
pub fn refused(all: &Replications, summary: &Summary) -> Option<String> {
    let undersold = all.undersold.as_ref()?;
    let mean = |milli: Interval| whole(milli.mean).max(0).unsigned_abs();
    let refused = Refused {
        orders: mean(undersold.orders_milli),
        wanted: mean(all.sales.wanted_milli),
        money: money(undersold.money.mean, &all.currency),
        by_rule: mean(undersold.by_rule_units_milli),
        stale: mean(undersold.stale_units_milli),
        carts: undersold.cart_units_milli.map_or(0, mean),
    };
    refused.told(summary).map(|said| format!("In an afternoon {said}"))
}

/// `+USD 12 k` and `± USD 1.2 k`: what a change does to the sales kept.
pub fn gained(kept: Interval, currency: &Currency) -> (String, String) {
    let sign = if kept.mean > 0 { "+" } else { "" };
    let half = match (kept.low, kept.high) {
        (Some(low), Some(high)) => money((high - low) / 2, currency),
        _ => "—".to_owned(),
    };
    (format!("{sign}{}", money(kept.mean, currency)), format!("± {half}"))
}

/// `sales kept +USD 12 k (± USD 1.2 k)`; none where chance explains it.
pub fn moved(kept: Interval, currency: &Currency) -> Option<String> {
    kept.is_beyond_chance().then(|| {
        let (mean, half) = gained(kept, currency);
        format!("sales kept {mean} ({half})")
    })
}

/// A mean and its bounds, as `said` says each; without bounds the second is empty.
pub fn bounded(mean: Interval, said: &dyn Fn(i64) -> String) -> (String, String) {
    let bounds = mean.low.zip(mean.high);
    let bounds = bounds.map(|(low, high)| format!("{} to {}", said(low), said(high)));
    (said(mean.mean), bounds.unwrap_or_default())
}

/// A count in thousandths that is never below none.
pub fn rounded(milli: i64) -> String {
    signed(whole(milli.max(0)))
}

/// The mean of a count in thousandths, for a column.
pub fn mean(milli: Interval) -> String {
    signed(whole(milli.mean))
}
