//! Owns where an axis has its ticks and what they say. Must not draw.

use crate::report::words::number::{count, share, span, three_digits};

const S: u64 = 1_000_000;
const MIN: u64 = 60 * S;
const H: u64 = 60 * MIN;
const D: u64 = 24 * H;

/// Steps that people count time in.
const TIME_STEPS: [u64; 22] = [
    S,
    2 * S,
    5 * S,
    10 * S,
    20 * S,
    30 * S,
    MIN,
    2 * MIN,
    5 * MIN,
    10 * MIN,
    15 * MIN,
    20 * MIN,
    30 * MIN,
    H,
    2 * H,
    3 * H,
    6 * H,
    12 * H,
    D,
    2 * D,
    7 * D,
    30 * D,
];

/// What a vertical axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measured {
    /// Things.
    Count,
    /// Microseconds.
    Lag,
    /// Parts per million, topped by the whole.
    Share,
}

impl Measured {
    /// A value as a tick says it.
    pub(super) fn tick(self, value: u64) -> String {
        match self {
            Measured::Count if value >= 1_000_000 => {
                format!("{} M", three_digits(value as f64 / 1e6))
            }
            Measured::Count if value >= 1_000 => format!("{} k", three_digits(value as f64 / 1e3)),
            Measured::Count => value.to_string(),
            Measured::Lag => span(value),
            Measured::Share => share(value as u32),
        }
    }

    /// A value as a table says it.
    pub(super) fn cell(self, value: u64) -> String {
        match self {
            Measured::Count => count(value),
            Measured::Lag | Measured::Share => self.tick(value),
        }
    }
}

/// Ticks of the campaign's clock from 0 to `end_us`, at most `most`.
pub(super) fn time(end_us: u64, most: u64) -> Vec<(u64, String)> {
    let step = time_step(end_us, most);
    let (fine, days) = (end_us < 10 * MIN, end_us >= 3 * D && step.is_multiple_of(D));
    let said = |at: u64| match (fine, days) {
        (true, _) => format!("{}:{:02}", at / MIN, at / S % 60),
        (_, true) => format!("day {}", at / D),
        _ => format!("{}:{:02}", at / H, at / MIN % 60),
    };
    multiples(step, 0, end_us).map(|at| (at, said(at))).collect()
}

/// What the ticks of [`time`] count, for a subtitle.
pub(super) fn time_unit(end_us: u64) -> &'static str {
    if end_us < 10 * MIN { "m:ss" } else { "h:mm" }
}

fn time_step(end_us: u64, most: u64) -> u64 {
    let fits = TIME_STEPS.into_iter().find(|step| end_us / step < most);
    fits.unwrap_or_else(|| (end_us / most.max(1)).max(1))
}

/// Ticks of a vertical axis from `from` to at least `until`; the last one is the axis's top.
pub(super) fn values(measured: Measured, from: u64, until: u64) -> Vec<u64> {
    let least = if measured == Measured::Lag { MIN } else { 1 };
    let until = if until <= from { from.saturating_add(least) } else { until };
    let range = until - from;
    match measured {
        Measured::Lag if range >= S => up_to(time_step(range, 6), from, until),
        Measured::Lag | Measured::Count => up_to(decimal_step(range), from, until),
        Measured::Share => multiples(decimal_step(range), from, until).collect(),
    }
}

/// 1, 2 or 5 times a power of ten, such that at most six steps make the range.
fn decimal_step(range: u64) -> u64 {
    let mut ten = 1_u64;
    loop {
        for step in [1, 2, 5].map(|m| ten.saturating_mul(m)) {
            if range.div_ceil(step) <= 6 {
                return step;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

fn multiples(step: u64, from: u64, until: u64) -> impl Iterator<Item = u64> {
    let first = from.div_ceil(step);
    (first..=until / step).map(move |n| n * step)
}

fn up_to(step: u64, from: u64, until: u64) -> Vec<u64> {
    multiples(step, from, until.div_ceil(step).saturating_mul(step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(end_us: u64) -> String {
        time(end_us, 8).into_iter().map(|(_, said)| said).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn time_ticks_are_human() {
        assert_eq!(clock(135 * MIN), "0:00 0:20 0:40 1:00 1:20 1:40 2:00");
        assert_eq!(clock(60 * S), "0:00 0:10 0:20 0:30 0:40 0:50 1:00");
        assert_eq!(clock(14 * D), "day 0 day 2 day 4 day 6 day 8 day 10 day 12 day 14");
        assert_eq!(clock(0), "0:00");
    }

    #[test]
    fn value_ticks_are_round_and_cover_what_there_is() {
        let said = |measured: Measured, from, until| {
            let ticks = values(measured, from, until);
            ticks.into_iter().map(|tick| measured.tick(tick)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(said(Measured::Count, 0, 8_412), "0 2 k 4 k 6 k 8 k 10 k");
        assert_eq!(said(Measured::Count, 0, 0), "0 1");
        assert_eq!(said(Measured::Lag, 0, 2_600 * S), "0 s 10 min 20 min 30 min 40 min 50 min");
        assert_eq!(said(Measured::Share, 980_000, 1_000_000), "98 % 98.5 % 99 % 99.5 % 100 %");
    }

    #[test]
    fn absurd_ranges_end() {
        assert!(values(Measured::Count, 0, u64::MAX / 2).len() <= 8);
        assert!(time(u64::MAX / 2, 8).len() <= 9);
    }
}
