//! Owns on which channels a promotion is, and from when until when on each: a time of day is said
//! in each channel's own time zone. Must not know which SKUs are in it.

use std::ops::Range;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{ToSpan, ZonedDateTime};

use super::Sold;
use crate::history::charter::PromotedOn;
use crate::ids::ChannelId;
use crate::language::map::{Map, each, entries, items};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::scalar;
use crate::language::tree::{Entry, Node, Value};
use crate::scenario::channel::Channels;
use crate::scenario::head::{Head, in_zone};
use crate::scenario::timeline::{CAMPAIGN_MAX, Timeline};
use crate::units::At;

/// How a time of day is written.
const CLOCK: &str = "a time of day such as 00:00, or with its day, 2026-11-28 00:00";

/// So many days are looked at for a time of day: more than a campaign has that is shortened a
/// thousandfold.
const DAYS_MAX: i64 = 32_000;

/// When something is due, as it is written.
pub(super) struct When {
    said: Said,
    at: Range<usize>,
}

#[derive(Clone, Copy)]
enum Said {
    /// At one moment everywhere.
    Moment(At),
    /// When the clocks of a channel's zone show this: on that day, or on the first that fits.
    Clock(Option<Date>, Time),
}

/// A channel's own times, as far as its group says any, and where its name stands.
struct Own {
    channel: ChannelId,
    name_at: Range<usize>,
    starts: Option<When>,
    ends: Option<When>,
}

/// When a promotion is on.
pub(super) struct Stretch {
    /// The earliest of its beginnings.
    pub(super) starts: At,
    /// The last of its ends.
    pub(super) ends: At,
    /// The channels that it is on, each with when; none where it is on every channel from one
    /// moment to another: then nobody has to say where.
    pub(super) apart: Vec<PromotedOn>,
}

/// What a time is read by.
pub(super) struct Clocks<'a> {
    pub(super) timeline: &'a Timeline,
    pub(super) head: &'a Head,
    pub(super) channels: &'a Channels,
}

impl<'a> Clocks<'a> {
    pub(super) fn of(sold: &Sold<'a>, timeline: Option<&'a Timeline>) -> Option<Clocks<'a>> {
        Some(Clocks { timeline: timeline?, head: sold.head?, channels: sold.channels? })
    }

    /// A moment of the campaign, or `00:00`, or `2026-11-28 00:00`.
    pub(super) fn when(&self, node: &Node, r: &Reading) -> Option<When> {
        let clock = match &node.value {
            Value::Scalar(text) if !self.timeline.has(text.trim()) => clock(text.trim()),
            _ => None,
        };
        let said = match clock {
            Some(clock) => scalar(node, r, |_| clock)?,
            None => Said::Moment(self.timeline.moment(node, r)?),
        };
        Some(When { said, at: node.at.clone() })
    }

    /// When that is on a channel. A time of day without its day is the first after a moment, or
    /// from the campaign's start on.
    fn resolve(&self, when: &When, channel: ChannelId, after: Option<At>) -> Result<At, Wrong> {
        let (day, time) = match when.said {
            Said::Moment(at) => return Ok(at),
            Said::Clock(day, time) => (day, time),
        };
        let zone = self.zone(channel);
        if let Some(day) = day {
            let moment = in_zone(day.to_datetime(time), &zone)?;
            let at = self.campaign_time(&moment).filter(|at| at.0 <= CAMPAIGN_MAX.0);
            return at.ok_or_else(|| {
                let said = moment.strftime("%Y-%m-%d %H:%M %Q");
                Wrong::new(format!("{said} is before the campaign, or long after it"))
                    .expected("a time within 31 days of the campaign's start")
            });
        }
        let fits = |at: At| after.is_none_or(|after| at > after);
        let first = self.head.starts.0.with_time_zone(zone.clone()).date();
        let days = (0..DAYS_MAX).map_while(|days| first.checked_add(days.days()).ok());
        for civil in days.map(|day| day.to_datetime(time)) {
            // Which moment is meant is asked of the day alone that it comes to.
            let moment = zone.clone().into_ambiguous_zoned_datetime(civil);
            let Ok(moment) = moment.compatible() else { break };
            if self.campaign_time(&moment).is_some_and(fits) {
                let moment = in_zone(civil, &zone)?;
                return self.campaign_time(&moment).ok_or_else(|| Wrong::new("no such moment"));
            }
        }
        Err(Wrong::new("no day of the campaign has that time").expected(CLOCK))
    }

    fn zone(&self, channel: ChannelId) -> TimeZone {
        let specs = self.channels.specs.as_deref().unwrap_or_default();
        let own = specs.get(channel.index()).and_then(|spec| spec.zone.clone());
        own.unwrap_or_else(|| self.head.starts.0.time_zone().clone())
    }

    /// The campaign time of a moment, shortened as the phases are; none before the start.
    fn campaign_time(&self, moment: &ZonedDateTime) -> Option<At> {
        let at = self.head.starts.campaign_time(moment.timestamp())?;
        Some(At::START + self.timeline.shortened(at.since(At::START)))
    }

    /// Where a promotion is, from when until when, by its `starts` and `ends` and by what its
    /// `channels` and `only on` say.
    pub(super) fn stretch(
        &self,
        map: &Map<'_>,
        times: Option<(&When, &When)>,
        r: &Reading,
    ) -> Option<Stretch> {
        let only = map.or("only on", None, |node, r| self.only_on(node, r).map(Some));
        let own = map.or("channels", vec![], |node, r| self.own_times(node, r));
        let ((starts, ends), only, own) = (times?, only?, own?);
        let is_on = |channel: ChannelId| only.as_ref().is_none_or(|only| only.contains(&channel));
        if let Some(stray) = own.iter().find(|own| !is_on(own.channel)) {
            let name = &self.channels.names[stray.channel.index()];
            let wrong = Wrong::new(format!("the promotion is not on `{name}`"));
            r.wrong(&stray.name_at, wrong.expected("only channels that `only on` names"));
            return None;
        }
        let all = (0..self.channels.specs.as_ref()?.len() as u16).map(ChannelId);
        let each = all.filter(|channel| is_on(*channel)).map(|channel| {
            let own = own.iter().find(|own| own.channel == channel);
            let starts = own.and_then(|own| own.starts.as_ref()).unwrap_or(starts);
            let ends = own.and_then(|own| own.ends.as_ref()).unwrap_or(ends);
            self.on_channel(channel, [starts, ends], r)
        });
        let on = each.collect::<Option<Vec<PromotedOn>>>()?;
        let starts = on.iter().map(|on| on.from).min()?;
        let ends = on.iter().map(|on| on.until).max()?;
        let together = on.iter().all(|on| (on.from, on.until) == (starts, ends));
        let everywhere = on.len() == self.channels.names.len();
        let apart = if together && everywhere { vec![] } else { on };
        Some(Stretch { starts, ends, apart })
    }

    fn on_channel(
        &self,
        channel: ChannelId,
        [starts, ends]: [&When; 2],
        r: &Reading,
    ) -> Option<PromotedOn> {
        let placed = |when: &When, after| {
            self.resolve(when, channel, after).map_err(|wrong| r.wrong(&when.at, wrong)).ok()
        };
        let from = placed(starts, None)?;
        let until = placed(ends, Some(from))?;
        if until <= from {
            let name = &self.channels.names[channel.index()];
            let wrong = Wrong::new(format!("a promotion that ends on `{name}` before it starts"));
            r.wrong(&ends.at, wrong.expected(super::IN_ORDER));
            return None;
        }
        Some(PromotedOn { channel, from, until })
    }

    /// `[amazon, store]`.
    fn only_on(&self, node: &Node, r: &Reading) -> Option<Vec<ChannelId>> {
        let items = items(node, "only on", r)?;
        if items.is_empty() {
            let wrong = Wrong::new("a promotion on no channel");
            r.wrong(&node.at, wrong.expected("at least one, such as only on: [storefront]"));
            return None;
        }
        each(items, |item| scalar(item, r, |name| self.channels.find(name)))
    }

    /// `amazon: { starts: 00:00, ends: 06:00 }`, for each channel that has its own.
    fn own_times(&self, node: &Node, r: &Reading) -> Option<Vec<Own>> {
        each(entries(node, "channels", r)?, |entry: &Entry| {
            let found = self.channels.find(&entry.key);
            let channel = found.map_err(|wrong| r.wrong(&entry.key_at, wrong)).ok();
            let map = Map::open(&entry.node, "promotion on a channel", r)?;
            let starts = map.or("starts", None, |node, r| self.when(node, r).map(Some));
            let ends = map.or("ends", None, |node, r| self.when(node, r).map(Some));
            let (starts, ends) = (starts?, ends?);
            if starts.is_none() && ends.is_none() {
                let wrong = Wrong::new("no times of its own");
                r.wrong(&map.at, wrong.expected("`starts`, `ends` or both, such as starts: 00:00"));
                return None;
            }
            Some(Own { channel: channel?, name_at: entry.key_at.clone(), starts, ends })
        })
    }
}

/// A time of day with or without its day; none: it is written as something else.
fn clock(text: &str) -> Option<Result<Said, Wrong>> {
    let (day, time) = match text.rsplit_once(' ') {
        Some((day, time)) => (Some(day.trim()), time),
        None => (None, text),
    };
    let is_of = |text: &str, also: u8| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == also)
    };
    if !is_of(time, b':') || !time.contains(':') || day.is_some_and(|day| !is_of(day, b'-')) {
        return None;
    }
    let wrong = |what: String| Wrong::new(what).expected(CLOCK);
    let read = || {
        let sound = time.len() == "00:00".len();
        let of_day = time.parse::<Time>().ok().filter(|_| sound);
        let of_day = of_day.ok_or_else(|| wrong(format!("there is no time of day `{time}`")))?;
        let day = day
            .map(|day| day.parse::<Date>().map_err(|_| wrong(format!("there is no day `{day}`"))));
        Ok(Said::Clock(day.transpose()?, of_day))
    };
    Some(read())
}
