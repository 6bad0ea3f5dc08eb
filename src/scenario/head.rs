//! Owns the head of a scenario: its name, civil start and zone, seed, speed, currency.
//! Must not know what happens in the campaign.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use super::Overrides;
use super::currency::{Currency, Exchanged, currency, rates, tax};
use crate::history::charter::Tax;
use crate::ids::NAME_CHARS_MAX;
use crate::language::map::Map;
use crate::language::number::{Places, meant};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{multiple_milli, name_up_to, scalar};
use crate::language::tree::Node;
use crate::units::At;

/// The seed of a scenario that names none.
pub const SEED_DEFAULT: u64 = 1;

/// The fastest clock: beyond it a wall millisecond is a campaign quarter of an hour.
const SPEED_MILLI_MAX: u64 = 1_000_000_000;

/// What the head says.
pub(crate) struct Head {
    pub(crate) campaign: String,
    pub(crate) starts: Start,
    pub(crate) seed: u64,
    pub(crate) speed_milli: u64,
    pub(crate) shorten_milli: u64,
    pub(crate) currency: Currency,
    /// What the source's prices hold of tax, where anybody said it.
    pub(super) tax: Option<Tax>,
    pub(super) rates: Vec<Exchanged>,
}

/// When the campaign starts, in civil time.
pub(crate) struct Start(pub(crate) ZonedDateTime);

impl Start {
    /// The campaign time of a moment; none before the start.
    pub(crate) fn campaign_time(&self, moment: Timestamp) -> Option<At> {
        let us = moment.as_microsecond() - self.0.timestamp().as_microsecond();
        u64::try_from(us).ok().map(At)
    }

    /// Minutes east of UTC at the campaign's start.
    pub(crate) fn offset_min(&self, zone: &TimeZone) -> i32 {
        zone.to_offset(self.0.timestamp()).seconds() / 60
    }
}

/// US dollars, until another currency is named.
const USD: Currency = Currency { code: "USD", digits: 2 };

/// The campaign's currency: said at the top, or beside the catalogue's prices.
fn campaign_currency(top: &Map<'_>, r: &Reading) -> Option<Currency> {
    let beside = top.peek(&["catalog", "price", "currency"]);
    let at_top = top.get("currency");
    match (at_top, beside) {
        (Some(node), None) | (None, Some(node)) => currency(node, r),
        (Some(node), Some(beside)) => {
            let (first, second) = (currency(node, r)?, currency(beside, r)?);
            if first != second {
                let wrong = Wrong::new(format!("{} here, {} above", second.code, first.code));
                r.wrong(&beside.at, wrong.expected("one currency for the campaign"));
                return None;
            }
            Some(first)
        }
        (None, None) => {
            r.note("No currency is said: amounts are US dollars.");
            Some(USD)
        }
    }
}

/// Reads the head's keys; None when one of them is wrong.
pub(crate) fn read(top: &Map<'_>, overrides: &Overrides, r: &Reading) -> Option<Head> {
    let campaign = top.required("campaign", name_up_to(NAME_CHARS_MAX));
    let starts = top.required("starts", start);
    let seed_said = top.or("seed", SEED_DEFAULT, seed);
    let speed = top.or("speed", 1_000, speed);
    let shorten = top.or("shorten", 1_000, multiple_milli);
    let currency = campaign_currency(top, r);
    let tax = top.or("tax", None, |node, r| tax(node, r).map(Some));
    let rates = top.or("rates", vec![], |node, r| rates(node, currency, r));
    Some(Head {
        campaign: campaign?,
        starts: starts?,
        seed: overrides.seed.or(seed_said)?,
        speed_milli: overrides.speed_milli.or(speed)?,
        shorten_milli: overrides.shorten_milli.or(shorten)?,
        currency: currency?,
        tax: tax?,
        rates: rates?,
    })
}

fn seed(node: &Node, r: &Reading) -> Option<u64> {
    scalar(node, r, |text| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits).ok_or_else(|| {
            let wrong = Wrong::new(format!("`{text}` is not a seed"));
            let expected = format!("a whole number up to {}, such as 1127", u64::MAX);
            wrong.expected(expected).maybe_hint(meant(text, Places::AtMost(0)))
        })
    })
}

fn speed(node: &Node, r: &Reading) -> Option<u64> {
    let milli = multiple_milli(node, r)?;
    if milli > SPEED_MILLI_MAX {
        let wrong = Wrong::new(format!("{}x is too fast", milli / 1_000));
        let expected = format!("at most {}x, such as 60x", SPEED_MILLI_MAX / 1_000);
        r.wrong(&node.at, wrong.expected(expected));
        return None;
    }
    Some(milli)
}

/// `2026-11-27 06:00 America/New_York`.
fn start(node: &Node, r: &Reading) -> Option<Start> {
    scalar(node, r, |text| {
        let expected = "a date, a time and a time zone, such as 2026-11-27 06:00 America/New_York";
        let not_one = |what: String| Wrong::new(what).expected(expected);
        let parts: Vec<&str> = text.split_whitespace().collect();
        let [date, time, zone] = parts.as_slice() else {
            return Err(not_one(format!("`{text}` does not have these three parts")));
        };
        let date: Date = date.parse().map_err(|_| not_one(format!("there is no day `{date}`")))?;
        let time: Time =
            time.parse().map_err(|_| not_one(format!("there is no time of day `{time}`")))?;
        let zone = parse_zone(zone)?;
        Ok(Start(in_zone(date.to_datetime(time), &zone)?))
    })
}

/// A civil time in a zone, refused when the clocks skip it or show it twice.
pub(crate) fn in_zone(civil: DateTime, zone: &TimeZone) -> Result<ZonedDateTime, Wrong> {
    let moment = zone.clone().into_ambiguous_zoned_datetime(civil);
    let ambiguous = moment.is_ambiguous();
    moment.unambiguous().map_err(|_| {
        let why = if ambiguous { "is skipped or shown twice" } else { "cannot be reached" };
        let said = civil.strftime("%Y-%m-%d %H:%M");
        Wrong::new(format!("{said} {why} by the clocks of that time zone"))
            .expected("another time, such as an hour or two later")
    })
}

/// A time zone by its name.
pub(crate) fn parse_zone(name: &str) -> Result<TimeZone, Wrong> {
    let db = jiff::tz::db();
    db.get(name).map_err(|_| {
        let known: Vec<String> = db.available().map(|name| name.as_str().to_owned()).collect();
        let wrong = Wrong::new(format!("`{name}` is not a time zone I know"))
            .expected("a name such as America/New_York, Europe/London or UTC");
        let typed = name.to_lowercase().replace(' ', "_");
        let city = |known: &String| known.to_lowercase().rsplit('/').next() == Some(&typed);
        match known.iter().find(|known| city(known)) {
            Some(known) => wrong.hint(format!("did you mean `{known}`?")),
            None => wrong.nearest(name, known.iter().map(String::as_str)),
        }
    })
}

/// A decoder of time zones.
pub(crate) fn zone(node: &Node, r: &Reading) -> Option<TimeZone> {
    scalar(node, r, parse_zone)
}
