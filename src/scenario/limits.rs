//! Owns reading limits on calls.
//! Must not know whose calls they limit.

use jiff::ToSpan as _;
use jiff::civil::Time;

use super::head::{Head, Start, in_zone, parse_zone};
use crate::commerce::limiter::{LimitedOp, LimiterKind, LimiterTerms};
use crate::language::map::{Map, each, items};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, lasting, rate, scalar, some_up_to, yes_no};
use crate::language::tree::Node;
use crate::units::{At, Rate, Span};

/// The most limits at once on one system.
const LIMITS_MAX: usize = 32;

/// The most calls in a limit.
const CALLS_MAX: u64 = 1_000_000_000;

pub(super) const KINDS: &[&str] = &["token bucket", "leaky bucket", "window", "daily", "in flight"];

const OPERATIONS: &[(&str, LimitedOp)] = &[
    ("stock", LimitedOp::Stock),
    ("price", LimitedOp::Price),
    ("listing", LimitedOp::Listing),
    ("read", LimitedOp::Read),
    ("cancel", LimitedOp::Cancel),
    ("order", LimitedOp::Order),
];

/// A list of limits; all of them must allow a call.
pub(super) fn limits(node: &Node, head: Option<&Head>, r: &Reading) -> Option<Vec<LimiterTerms>> {
    let items = items(node, "limits", r)?;
    if items.len() > LIMITS_MAX {
        r.wrong(&node.at, Wrong::new(format!("more than {LIMITS_MAX} limits")));
        return None;
    }
    each(items, |item| limit(item, head, r))
}

fn limit(node: &Node, head: Option<&Head>, r: &Reading) -> Option<LimiterTerms> {
    let map = Map::open(node, "limit", r)?;
    let kind = map.one_of(KINDS).and_then(|(kind, node)| match kind {
        "token bucket" => bucket(node, "token bucket", "burst", r)
            .map(|(burst, every)| LimiterKind::TokenBucket { burst, every }),
        "leaky bucket" => bucket(node, "leaky bucket", "size", r)
            .map(|(size, every)| LimiterKind::LeakyBucket { size, every }),
        "window" => window(node, r),
        "daily" => daily(node, head, r),
        _ => in_flight(node, r),
    });
    let on = map.or("on", vec![], |node, r| {
        each(items(node, "on", r)?, |item| choice(OPERATIONS)(item, r))
    });
    let tells_retry_after = map.or("says when to retry", true, yes_no);
    Some(LimiterTerms { kind: kind?, on: on?, tells_retry_after: tells_retry_after? })
}

fn calls(node: &Node, r: &Reading) -> Option<u32> {
    some_up_to(CALLS_MAX)(node, r).map(|n| n as u32)
}

/// `{ burst: 10, per: 5/s }`: what it holds, and the time for one.
pub(super) fn bucket(
    node: &Node,
    section: &'static str,
    holds: &'static str,
    r: &Reading,
) -> Option<(u32, Span)> {
    let map = Map::open(node, section, r)?;
    let size = map.required(holds, calls);
    let every = map.required("per", |node, r| {
        let span = time_for_one(rate(node, r)?);
        if span == Span::ZERO {
            let wrong = Wrong::new("more than a million calls a second");
            r.wrong(&node.at, wrong.expected("a rate that limits"));
            return None;
        }
        Some(span)
    });
    Some((size?, every?))
}

/// An hour in microseconds ÷ events an hour.
fn time_for_one(rate: Rate) -> Span {
    Span(3_600_000_000_000 / rate.0.max(1))
}

fn window(node: &Node, r: &Reading) -> Option<LimiterKind> {
    let map = Map::open(node, "window", r)?;
    let calls = map.required("calls", calls);
    let window = map.required("per", lasting);
    Some(LimiterKind::FixedWindow { calls: calls?, window: window? })
}

fn in_flight(node: &Node, r: &Reading) -> Option<LimiterKind> {
    let map = Map::open(node, "in flight", r)?;
    let calls = map.required("calls", calls);
    let holds = map.required("holds", lasting);
    Some(LimiterKind::InFlight { calls: calls?, holds: holds? })
}

fn daily(node: &Node, head: Option<&Head>, r: &Reading) -> Option<LimiterKind> {
    let map = Map::open(node, "daily", r)?;
    let calls = map.required("calls", calls);
    let start = head.map(|head| &head.starts);
    let said =
        map.or("resets", None, |node, r| scalar(node, r, |text| resets(text, start)).map(Some));
    let first_reset = if let Some(at) = said? {
        at
    } else {
        let start = start?;
        next_reset(start, Time::midnight(), start.0.time_zone()).ok()?
    };
    Some(LimiterKind::DailyQuota { calls: calls?, first_reset: first_reset? })
}

/// `00:00 America/Los_Angeles`; none when the campaign's own start is not known.
fn resets(text: &str, start: Option<&Start>) -> Result<Option<At>, Wrong> {
    let wrong = || {
        let expected = "a time of day and a time zone, such as 00:00 America/Los_Angeles";
        Wrong::new(format!("`{text}`")).expected(expected)
    };
    let (time, zone) = text.split_once(' ').ok_or_else(wrong)?;
    let time: Time = time.parse().map_err(|_| wrong())?;
    let zone = parse_zone(zone.trim())?;
    match start {
        Some(start) => next_reset(start, time, &zone),
        None => Ok(None),
    }
}

/// The first time after the campaign's start that clocks in that zone show this time of day.
fn next_reset(start: &Start, time: Time, zone: &jiff::tz::TimeZone) -> Result<Option<At>, Wrong> {
    let there = zone.to_datetime(start.0.timestamp());
    let mut day = there.date();
    if there.time() >= time {
        day = day.checked_add(1.day()).map_err(|error| Wrong::new(error.to_string()))?;
    }
    let reset = in_zone(day.to_datetime(time), zone)?;
    Ok(start.campaign_time(reset.timestamp()))
}
