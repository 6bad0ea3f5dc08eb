//! Owns the book days of a campaign before it is played: how its orders fall on them.
//! Must not know whether they match.

use super::chance::Events;
use super::inflow::Inflow;
use super::selling::Selling;
use crate::judge::bar::utc_second_of_day;
use crate::scenario::Plan;
use crate::units::{At, Ppm, US_PER_S};

const DAY_US: u64 = 86_400 * US_PER_S;

/// How far into its book day each channel is when the campaign starts.
fn into_day_us(plan: &Plan) -> Vec<u64> {
    let utc_s = utc_second_of_day(&plan.charter.starts).unwrap_or(0);
    let of = |offset_min: i32| {
        let local_s = utc_s + i64::from(offset_min) * 60;
        local_s.rem_euclid(86_400) as u64 * US_PER_S
    };
    plan.charter.channels.iter().map(|channel| of(channel.book_offset_min)).collect()
}

/// The share of a scope's accepted orders on each book day; days are taken together by their
/// number, as the books are.
pub(super) fn shares(
    plan: &Plan,
    inflow: &Inflow,
    selling: &Selling,
    scope: Option<usize>,
) -> Vec<f64> {
    let mut days: Vec<f64> = Vec::new();
    for (channel, into) in into_day_us(plan).into_iter().enumerate() {
        if scope.is_some_and(|scope| scope != channel) {
            continue;
        }
        let mut from = At::START;
        let mut day = 0;
        while from < inflow.ends() {
            let until = At((day as u64 + 1) * DAY_US - into).min(inflow.ends());
            if days.len() <= day {
                days.push(0.0);
            }
            days[day] += selling.accepted.orders(inflow, channel, from, until);
            (from, day) = (until, day + 1);
        }
    }
    let all: f64 = days.iter().sum();
    days.into_iter().filter(|orders| *orders > 0.0).map(|orders| orders / all.max(1e-9)).collect()
}

/// The chance that no day's own share is beyond the limit. The product over the days: the more
/// events one has, the more has the sum, so that the chance of all is no smaller.
pub(super) fn each_within(events: Events, days: &[f64], limit: Ppm) -> f64 {
    if days.len() < 2 {
        return 1.0;
    }
    let within = |share: &f64| {
        let day = Events { n: events.n * share, ..events };
        day.at_most((day.n * limit.as_f64() + 1e-9).floor())
    };
    days.iter().map(within).product()
}
