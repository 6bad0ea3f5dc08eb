//! Owns where an axis has its ticks and what they say. Must not draw.

use crate::report::words::number::{D, H, MIN, MS, S, share, signed, span, three_digits};

/// Steps that people count time in: of each unit so many.
const TIME_STEPS: [(u64, &[u64]); 5] = [
    (MS, &[1, 2, 5, 10, 20, 50, 100, 200, 500]),
    (S, &[1, 2, 5, 10, 20, 30]),
    (MIN, &[1, 2, 5, 10, 15, 20, 30]),
    (H, &[1, 2, 3, 6, 12]),
    (D, &[1, 2, 7, 30]),
];

/// What a vertical axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// Things.
    Count,
    /// Microseconds.
    Lag,
    /// Parts per million, topped by the whole.
    Share,
}

impl Measured {
    /// A value as a tick says it.
    pub(super) fn tick(self, value: i64) -> String {
        let size = value.unsigned_abs();
        let scaled = |by: f64, unit: &str| {
            let sign = if value < 0 { "−" } else { "" };
            format!("{sign}{} {unit}", three_digits(size as f64 / by))
        };
        match self {
            Measured::Count => match size {
                0..1_000 => signed(value),
                1_000..1_000_000 => scaled(1e3, "k"),
                1_000_000..1_000_000_000 => scaled(1e6, "M"),
                1_000_000_000..1_000_000_000_000 => scaled(1e9, "bn"),
                _ => format!("{:.1e}", value as f64),
            },
            Measured::Lag => span(value.max(0).unsigned_abs()),
            Measured::Share => share(u32::try_from(value.max(0)).unwrap_or(u32::MAX)),
        }
    }

    /// A value as a table says it.
    pub(super) fn cell(self, value: i64) -> String {
        match self {
            Measured::Count => signed(value),
            Measured::Lag | Measured::Share => self.tick(value),
        }
    }
}

/// A length of time or a count as a value of a line.
pub fn level(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Ticks of the campaign's clock between two moments, at most `most`.
pub(super) fn time(from: u64, until: u64, most: u64) -> Vec<(u64, String)> {
    let step = time_step(until.saturating_sub(from), most);
    let said = |at: u64| clock(at, step, from, until);
    multiples(step, from, until).map(|at| (at, said(at))).collect()
}

fn clock(at: u64, step: u64, from: u64, until: u64) -> String {
    let range = until.saturating_sub(from);
    if range >= 3 * D && step.is_multiple_of(D) {
        return format!("day {}", at / D);
    }
    let seconds = match at % S {
        _ if step.is_multiple_of(S) => format!("{:02}", at / S % 60),
        rest => format!("{:02}.{:03}", at / S % 60, rest / MS).trim_end_matches('0').to_owned(),
    };
    let seconds = seconds.trim_end_matches('.');
    match time_unit(from, until) {
        "m:ss" => format!("{}:{seconds}", at / MIN),
        "h:mm:ss" => format!("{}:{:02}:{seconds}", at / H, at / MIN % 60),
        _ => format!("{}:{:02}", at / H, at / MIN % 60),
    }
}

/// What the ticks of [`time`] count, for a subtitle.
pub(super) fn time_unit(from: u64, until: u64) -> &'static str {
    match (until < 10 * MIN, until.saturating_sub(from) < 10 * MIN) {
        (true, _) => "m:ss",
        (false, true) => "h:mm:ss",
        (false, false) => "h:mm",
    }
}

fn time_step(range: u64, most: u64) -> u64 {
    let mut steps = TIME_STEPS.iter().flat_map(|(unit, many)| many.iter().map(move |n| n * unit));
    let fits = steps.find(|step| range / step < most);
    fits.unwrap_or_else(|| (range / most.max(1)).max(1))
}

/// Ticks of multiples, in thousandths, at most `most`.
pub(super) fn multiple(from: u64, until: u64, most: u64) -> Vec<(u64, String)> {
    let step = decimal_step(until.saturating_sub(from), most.saturating_sub(1));
    multiples(step, from, until).map(|at| (at, multiple_said(at))).collect()
}

/// A multiple: `1.5×`.
pub(super) fn multiple_said(at: u64) -> String {
    format!("{}×", three_digits(at as f64 / 1e3))
}

/// Ticks of a vertical axis that reach `from` and `until`, about `most` at most; the last one is
/// the axis's top.
pub(super) fn values(measured: Measured, from: i64, until: i64, most: u64) -> Vec<i64> {
    let least = if measured == Measured::Lag { level(MIN) } else { 1 };
    let until = if until <= from { from.saturating_add(least) } else { until };
    let range = until.abs_diff(from);
    let step = match measured {
        Measured::Lag if range >= S => time_step(range, most),
        Measured::Lag | Measured::Count | Measured::Share => decimal_step(range, most),
    };
    let step = i128::from(step);
    let first = i128::from(from).div_euclid(step);
    let last = -(-i128::from(until)).div_euclid(step);
    (first..=last).filter_map(|n| i64::try_from(n * step).ok()).collect()
}

/// 1, 2 or 5 times a power of ten, such that at most `most` steps make the range.
fn decimal_step(range: u64, most: u64) -> u64 {
    let mut ten = 1_u64;
    loop {
        for step in [1, 2, 5].map(|m| ten.saturating_mul(m)) {
            if range.div_ceil(step) <= most.max(1) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn clock_of(from: u64, until: u64) -> String {
        time(from, until, 8).into_iter().map(|(_, said)| said).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn time_ticks_are_human() {
        assert_eq!(clock_of(0, 135 * MIN), "0:00 0:20 0:40 1:00 1:20 1:40 2:00");
        assert_eq!(clock_of(0, 60 * S), "0:00 0:10 0:20 0:30 0:40 0:50 1:00");
        let days = "day 0 day 2 day 4 day 6 day 8 day 10 day 12 day 14";
        assert_eq!(clock_of(0, 14 * D), days);
        assert_eq!(clock_of(0, 0), "0:00");
        assert_eq!(
            clock_of(25 * MIN, 25 * MIN + 12 * S),
            "0:25:00 0:25:02 0:25:04 0:25:06 0:25:08 0:25:10 0:25:12"
        );
        assert_eq!(clock_of(60 * S, 60 * S + 900 * MS), "1:00 1:00.2 1:00.4 1:00.6 1:00.8");
    }

    #[test]
    fn value_ticks_are_round_and_cover_what_there_is() {
        let said = |measured: Measured, from, until| {
            let ticks = values(measured, from, until, 6);
            ticks.into_iter().map(|tick| measured.tick(tick)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(said(Measured::Count, 0, 8_412), "0 2 k 4 k 6 k 8 k 10 k");
        assert_eq!(said(Measured::Count, 0, 0), "0 1");
        assert_eq!(said(Measured::Count, -7, 4), "−8 −6 −4 −2 0 2 4");
        let minutes = level(2_600 * S);
        assert_eq!(said(Measured::Lag, 0, minutes), "0 s 10 min 20 min 30 min 40 min 50 min");
        assert_eq!(said(Measured::Share, 980_000, 1_000_000), "98 % 98.5 % 99 % 99.5 % 100 %");
        assert_eq!(said(Measured::Share, 0, 1_000_000), "0 % 20 % 40 % 60 % 80 % 100 %");
    }

    #[test]
    fn multiples_are_round() {
        let said: Vec<String> = multiple(500, 2_000, 8).into_iter().map(|(_, said)| said).collect();
        assert_eq!(said.join(" "), "0.5× 1× 1.5× 2×");
    }

    #[test]
    fn absurd_ranges_end() {
        assert!(values(Measured::Count, i64::MIN, i64::MAX, 6).len() <= 9);
        assert!(values(Measured::Lag, 0, i64::MAX, 6).len() <= 9);
        assert!(time(0, u64::MAX / 2, 8).len() <= 9);
        assert!(multiple(0, u64::MAX, 8).len() <= 9);
    }
}
