//! Owns reconciliation: the channel's book against the OMS's, by book day of the channel's zone.
//! Must not know deadlines of single orders beyond the moment of comparison it is given.
//!
//! Books compare whether and what, not how far: a released or cancelled order that both hold
//! matches. An order is in the channel's book once it is ours to fulfil.

use std::collections::BTreeMap;

use super::judgement::BookDay;
use super::orders::{Bought, Item, Pending};
use super::tills::Tills;
use crate::history::charter::Charter;
use crate::history::fact::Line;
use crate::ids::ChannelId;
use crate::units::{At, Money, Ppm, Qty, Span, US_PER_S};

const DAY_US: u64 = 86_400 * US_PER_S;

/// Counts of one day of one channel.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Day {
    pub(super) channel_orders: u64,
    pub(super) oms_orders: u64,
    pub(super) missing: u64,
    pub(super) surplus: u64,
    pub(super) altered: u64,
    units: Qty,
    money: Money,
    pub(super) units_off: Qty,
    pub(super) money_off: Money,
}

impl Day {
    /// Orders in either book; a record too many counts as one of its own.
    pub(super) fn union(&self) -> u64 {
        self.channel_orders + self.surplus
    }
}

/// What an order weighs in a book.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weight {
    pub(super) units: Qty,
    pub(super) money: Money,
}

/// Every channel's books.
#[derive(Clone, Debug)]
pub(super) struct Books {
    /// How far into its first day each channel's zone is when the campaign starts.
    into_day_us: Vec<u64>,
    traffic_ends: At,
    handoff_within: Span,
    pub(super) tills: Tills,
    pub(super) days: BTreeMap<(ChannelId, u32), Day>,
}

impl Books {
    /// None when the charter's start cannot be read.
    pub(super) fn new(charter: &Charter) -> Option<Books> {
        let utc_s = utc_second_of_day(&charter.starts)?;
        let into_day_us = charter.channels.iter().map(|c| {
            let local_s = utc_s + i64::from(c.book_offset_min) * 60;
            local_s.rem_euclid(86_400) as u64 * US_PER_S
        });
        Some(Books {
            into_day_us: into_day_us.collect(),
            traffic_ends: charter.traffic_ends,
            handoff_within: charter.promises.handoff_within,
            tills: Tills::new(charter),
            days: BTreeMap::new(),
        })
    }

    /// What items weigh in the books.
    pub(super) fn weigh(&self, channel: ChannelId, items: &[Item]) -> Weight {
        let priced = items.iter().map(|item| (item.qty, item.price));
        Weight {
            units: items.iter().map(|item| item.qty).sum(),
            money: self.tills.booked(channel, priced),
        }
    }

    /// Whether the OMS holds what was bought, and nothing but rounding lies between the two.
    pub(super) fn is_rounding(
        &self,
        channel: ChannelId,
        pending: &Pending,
        lines: &[Line],
        [bought, held]: [Weight; 2],
    ) -> bool {
        let same = Bought::new(lines);
        let (sold, same) = (pending.bought.items(), same.items());
        let is_close = |(a, b): (&Item, &Item)| {
            (a.sku, a.qty) == (b.sku, b.qty) && self.tills.is_a_step(channel, a.price, b.price)
        };
        sold.len() == same.len()
            && sold.iter().zip(same).all(is_close)
            && self.tills.is_a_step_each(channel, [bought.money, held.money], bought.units)
    }

    pub(super) fn day_of(&self, channel: ChannelId, at: At) -> u32 {
        ((self.into_day_us[channel.index()] + at.0) / DAY_US) as u32
    }

    /// When an order of this day, ours since `ours`, is compared: at the day's end (or that of
    /// traffic) + the handoff deadline, but never before its own deadline has passed.
    pub(super) fn compared_at(&self, channel: ChannelId, accepted: At, ours: At) -> At {
        self.ends(channel, self.day_of(channel, accepted)).max(ours) + self.handoff_within
    }

    /// When the books of a day are compared.
    pub(super) fn compares_at(&self, channel: ChannelId, day: u32) -> At {
        self.ends(channel, day) + self.handoff_within
    }

    /// The day's end, or that of traffic.
    fn ends(&self, channel: ChannelId, day: u32) -> At {
        let day_ends = At((u64::from(day) + 1) * DAY_US - self.into_day_us[channel.index()]);
        day_ends.min(self.traffic_ends)
    }

    /// An order is ours and not held: the channel has it, the OMS does not.
    pub(super) fn entered(&mut self, channel: ChannelId, accepted: At, weight: Weight) {
        let day = self.day(channel, accepted);
        day.channel_orders += 1;
        day.missing += 1;
        day.units += weight.units;
        day.money += weight.money;
        day.units_off += weight.units;
        day.money_off += weight.money;
    }

    /// It was released before it was held: neither has it.
    pub(super) fn withdrawn(&mut self, channel: ChannelId, accepted: At, weight: Weight) {
        let day = self.day(channel, accepted);
        day.channel_orders -= 1;
        day.missing -= 1;
        day.units -= weight.units;
        day.money -= weight.money;
        day.units_off -= weight.units;
        day.money_off -= weight.money;
    }

    /// The OMS holds it, as `held`.
    pub(super) fn matched(
        &mut self,
        channel: ChannelId,
        accepted: At,
        [bought, held]: [Weight; 2],
        equal: Equality,
    ) {
        let day = self.day(channel, accepted);
        day.missing -= 1;
        day.oms_orders += 1;
        day.altered += u64::from(equal == Equality::Altered);
        day.units_off += Qty((bought.units - held.units).0.saturating_abs()) - bought.units;
        day.money_off += Money((bought.money - held.money).0.saturating_abs()) - bought.money;
    }

    /// Neither has it any more, as both had it.
    pub(super) fn unmatched(
        &mut self,
        channel: ChannelId,
        accepted: At,
        ([bought, held], equal): ([Weight; 2], Equality),
    ) {
        let day = self.day(channel, accepted);
        day.channel_orders -= 1;
        day.oms_orders -= 1;
        day.altered -= u64::from(equal == Equality::Altered);
        day.units -= bought.units;
        day.money -= bought.money;
        day.units_off -= Qty((bought.units - held.units).0.saturating_abs());
        day.money_off -= Money((bought.money - held.money).0.saturating_abs());
    }

    /// The OMS has a record that the channel has not, or not twice.
    pub(super) fn surplus(&mut self, channel: ChannelId, at: At, held: Weight) {
        let day = self.day(channel, at);
        day.oms_orders += 1;
        day.surplus += 1;
        day.units_off += held.units;
        day.money_off += held.money;
    }

    /// The days as a report shows them.
    pub(super) fn report(&self) -> Vec<BookDay> {
        let share = |off: i64, all: i64| Ppm::of(off.max(0) as u64, all.max(0) as u64);
        let shown = self.days.iter().map(|(&(channel, day), d)| BookDay {
            channel,
            day,
            partial: self.is_partial(channel, day),
            channel_orders: d.channel_orders,
            oms_orders: d.oms_orders,
            missing: d.missing,
            surplus: d.surplus,
            altered: d.altered,
            variance: Ppm::of(d.missing + d.surplus + d.altered, d.union()),
            units_variance: share(d.units_off.0, d.units.0),
            money_variance: share(d.money_off.0, d.money.0),
        });
        shown.collect()
    }

    fn is_partial(&self, channel: ChannelId, day: u32) -> bool {
        let into = self.into_day_us[channel.index()];
        let day_ends = (u64::from(day) + 1) * DAY_US - into;
        (day == 0 && into > 0) || day_ends > self.traffic_ends.0
    }

    fn day(&mut self, channel: ChannelId, at: At) -> &mut Day {
        let day = self.day_of(channel, at);
        self.days.entry((channel, day)).or_default()
    }
}

/// Whether the OMS's record says what the channel sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Equality {
    /// It does.
    Equal,
    /// It says something else.
    Altered,
}

/// The second of the UTC day of an RFC 9557 time: `2026-11-27T06:00:00-05:00[America/New_York]`.
/// The sum may lie outside the day; callers take it modulo.
pub(crate) fn utc_second_of_day(starts: &str) -> Option<i64> {
    let time = starts.split(['T', 't', ' ']).nth(1)?;
    let time = time.split('[').next()?;
    let two = |from: usize| -> Option<i64> {
        let digits = time.get(from..from + 2)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let seconds = if time.get(5..6) == Some(":") { two(6)? } else { 0 };
    let local = two(0)? * 3_600 + two(3)? * 60 + seconds;
    let offset_from = time.find(['+', '-', 'Z', 'z'])?;
    let sign = match time.as_bytes()[offset_from] {
        b'-' => -1,
        b'+' => 1,
        _ => return Some(local),
    };
    let offset = two(offset_from + 1)? * 3_600 + two(offset_from + 4).unwrap_or(0) * 60;
    Some(local - sign * offset)
}

#[cfg(test)]
mod tests {
    use super::utc_second_of_day;

    #[test]
    fn the_start_is_read_with_its_offset() {
        for (starts, utc) in [
            ("2026-11-27T06:00:00-05:00[America/New_York]", Some(11 * 3_600)),
            ("2026-11-27T06:00:30.5+05:30[Asia/Kolkata]", Some(1_830)),
            ("2026-11-27T06:00Z", Some(6 * 3_600)),
            ("2026-11-27", None),
            ("2026-11-27Té:00:00Z", None),
            ("", None),
        ] {
            assert_eq!(utc_second_of_day(starts), utc, "{starts}");
        }
    }
}
