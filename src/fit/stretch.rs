//! Owns the stretch of a log that is fitted: its bins, its clock, its phases.
//! Must not know how a curve is fitted (`curve`).

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use super::curve::{BINS_MAX, Fitted, Straight};
use crate::scenario::starter::PhaseSlot;
use crate::units::Span;

/// Widths of bins, in minutes: those that a clock has. The last fits the longest campaign.
const BINS_MIN: &[u64] = &[1, 5, 15, 30, 60, 120, 240, 480, 1_440];

/// How far back a start is moved for a clock that is turned.
const TURNED: Span = Span::from_mins(180);

/// From a round moment on, so many bins of one width.
pub(super) struct Stretch {
    start_us: i64,
    zone: TimeZone,
    pub(super) bin: Span,
    pub(super) bins: usize,
}

impl Stretch {
    /// The finest round bins that cover it, no finer than the log's own resolution.
    pub(super) fn of(from_us: i64, until_us: i64, resolution: Span, zone: &TimeZone) -> Stretch {
        let laid = |minutes: u64| {
            let bin = Span::from_mins(minutes);
            let start_us = from_us.div_euclid(bin.0 as i64) * bin.0 as i64;
            let bins = (until_us - start_us).max(1).unsigned_abs().div_ceil(bin.0) as usize;
            Stretch { start_us, zone: zone.clone(), bin, bins }
        };
        let fits = |stretch: &Stretch| stretch.bins <= BINS_MAX && stretch.bin >= resolution;
        let widest = laid(BINS_MIN[BINS_MIN.len() - 1]);
        let mut stretch = BINS_MIN.iter().map(|min| laid(*min)).find(fits).unwrap_or(widest);
        // A start that the clocks show twice is no start that a scenario can say.
        let mut back = 0;
        while stretch.is_ambiguous() && back < TURNED.0 {
            stretch.start_us -= stretch.bin.0 as i64;
            stretch.bins += 1;
            back += stretch.bin.0;
        }
        stretch.bins = stretch.bins.min(BINS_MAX);
        stretch
    }

    fn is_ambiguous(&self) -> bool {
        let civil = self.at(0).datetime();
        self.zone.to_ambiguous_zoned_datetime(civil).is_ambiguous()
    }

    fn at(&self, bin: usize) -> ZonedDateTime {
        let us = self.start_us.saturating_add((bin as u64 * self.bin.0) as i64);
        let moment = Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH);
        moment.to_zoned_datetime(self.zone.clone())
    }

    /// A moment of the log, from the start of the stretch.
    pub(super) fn since(&self, at_us: i64) -> Span {
        Span(at_us.saturating_sub(self.start_us).max(0).unsigned_abs())
    }

    /// As `starts:` says it.
    pub(super) fn starts(&self) -> String {
        let zone = self.zone.iana_name().unwrap_or("UTC");
        format!("{} {zone}", self.at(0).strftime("%Y-%m-%d %H:%M"))
    }

    /// The clock at the start of a bin; with the day where there are several.
    pub(super) fn clock(&self, bin: usize) -> String {
        let day = Span::from_mins(24 * 60);
        let length = Span(self.bin.0 * self.bins as u64);
        let format = if length <= day { "%H:%M" } else { "%-d %b %H:%M" };
        self.at(bin).strftime(format).to_string()
    }

    /// The demand at 1x, orders an hour, and the phases as multiples of it. 1x is the mean, and
    /// the phase with the highest rate is the peak.
    pub(super) fn phases(&self, fitted: &Fitted) -> (f64, Vec<PhaseSlot>) {
        let orders: f64 = fitted.pieces.iter().map(Straight::expected).sum();
        let mean = (orders / self.bins as f64).max(f64::MIN_POSITIVE);
        let rate = |piece: &Straight| f64::midpoint(piece.rate_from, piece.rate_to);
        let highest = fitted.pieces.iter().map(rate).fold(0.0, f64::max);
        let mut names = BTreeSet::new();
        let phase = |piece: &Straight| {
            let is_peak = rate(piece) >= highest && !names.contains("peak");
            let mut name = if is_peak {
                "peak".to_owned()
            } else {
                format!("from {}", self.clock(piece.from))
            };
            // The hour that the clocks show twice.
            while !names.insert(name.clone()) {
                name.push_str(" again");
            }
            PhaseSlot {
                name,
                lasts: Span((piece.until - piece.from) as u64 * self.bin.0),
                from: digits(piece.rate_from / mean, 3),
                to: digits(piece.rate_to / mean, 3),
                exponential: false,
            }
        };
        let phases = fitted.pieces.iter().map(phase).collect();
        (digits(mean * 3.6e9 / self.bin.0 as f64, 4), phases)
    }
}

/// Rounded to so many significant digits, and to ten-thousandths at the finest.
fn digits(value: f64, significant: i32) -> f64 {
    if value <= 0.0 {
        return 0.0;
    }
    let places = (significant - 1 - value.log10().floor() as i32).clamp(0, 4);
    let scale = 10_f64.powi(places);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("a moment").as_microsecond()
    }

    #[test]
    fn bins_are_round_and_as_fine_as_the_stretch_allows() {
        for (from, until, resolution, bin, bins) in [
            ("2011-11-22T08:10:00Z", "2011-11-22T08:40:00Z", 1, 1, 30),
            ("2011-11-22T08:12:00Z", "2011-11-22T17:33:00Z", 1, 5, 113),
            ("2011-11-22T00:00:00Z", "2011-11-23T00:00:00Z", 1, 15, 96),
            ("2011-11-22T08:00:00Z", "2011-11-22T10:00:00Z", 60, 60, 2),
            ("2011-11-22T00:00:00Z", "2011-11-23T00:00:00Z", 1_440, 1_440, 1),
            ("2011-11-01T00:00:00Z", "2011-12-02T00:00:00Z", 1, 480, 93),
        ] {
            let resolution = Span::from_mins(resolution);
            let stretch = Stretch::of(us(from), us(until), resolution, &TimeZone::UTC);
            assert_eq!((stretch.bin, stretch.bins), (Span::from_mins(bin), bins), "{from} {until}");
        }
    }

    #[test]
    fn a_start_that_the_clocks_show_twice_is_moved_before_it() {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        // 02:30 comes twice on 30 October 2011; this is the second.
        let from = us("2011-10-30T01:30:00Z");
        let until = from + 3 * 3_600_000_000;
        let stretch = Stretch::of(from, until, Span::from_mins(1), &zone);
        assert_eq!(stretch.starts(), "2011-10-30 01:55 Europe/Berlin");
        assert_eq!(stretch.since(until).0, stretch.bins as u64 * stretch.bin.0);
    }

    #[test]
    fn phases_have_names_of_their_own_and_one_is_the_peak() {
        let from = us("2011-11-22T08:00:00Z");
        let stretch = Stretch::of(from, from + 3_600_000_000, Span::from_mins(1), &TimeZone::UTC);
        let piece = |from, until, rate| Straight { from, until, rate_from: rate, rate_to: rate };
        let pieces = vec![piece(0, 20, 1.0), piece(20, 40, 4.0), piece(40, 60, 1.0)];
        let (per_hour, phases) = stretch.phases(&Fitted { pieces, parameters: 5 });
        assert!((per_hour - 120.0).abs() < 1e-9);
        let said: Vec<(&str, f64)> =
            phases.iter().map(|phase| (phase.name.as_str(), phase.from)).collect();
        assert_eq!(said, [("from 08:00", 0.5), ("peak", 2.0), ("from 08:40", 0.5)]);
    }
}
