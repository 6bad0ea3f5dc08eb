//! Owns the model's quantities: integer time, units of stock, money, rates and shares.
//! Must not know what they are used for, nor read a clock.
//!
//! Integers because floats must never order events and because `summary.json` carries no float.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

/// Microseconds in a second, the resolution of campaign time.
pub const US_PER_S: u64 = 1_000_000;

/// Digits with their thousands apart: `1,000,000`.
pub(crate) fn thousands(digits: &str) -> String {
    let mut said = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// A moment of campaign time: microseconds since the campaign's start.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct At(pub u64);

impl At {
    /// The campaign's start.
    pub const START: At = At(0);
    /// Later than anything that happens.
    pub const NEVER: At = At(u64::MAX);

    /// The time from `earlier` to `self`; zero when `earlier` is later.
    pub fn since(self, earlier: At) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for At {
    type Output = At;
    fn add(self, span: Span) -> At {
        At(self.0.saturating_add(span.0))
    }
}

/// A length of campaign time in microseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(pub u64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// Longer than anything lasts.
    pub const MAX: Span = Span(u64::MAX);

    /// `s` whole seconds.
    pub const fn from_secs(s: u64) -> Span {
        Span(s * US_PER_S)
    }

    /// `m` whole minutes.
    pub const fn from_mins(m: u64) -> Span {
        Span(m * 60 * US_PER_S)
    }

    /// `ms` whole milliseconds.
    pub const fn from_millis(ms: u64) -> Span {
        Span(ms * 1_000)
    }

    /// The length in seconds, for statistics and display.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / US_PER_S as f64
    }

    /// Whether it is no time at all.
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// The nearest whole microsecond to `s` seconds; negative and absurd values are clamped.
    pub fn from_secs_f64(s: f64) -> Span {
        Span((s * US_PER_S as f64).round() as u64)
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Span;
    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Span {
    /// For people: `350 µs`, `40 ms`, `2.5 s`, `4 min 10 s`, `1 h 5 min`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let us = self.0;
        let write_scaled = |f: &mut fmt::Formatter<'_>, value: f64, unit: &str| {
            if value >= 100.0 || (value - value.round()).abs() < 0.005 {
                write!(f, "{value:.0} {unit}")
            } else if value >= 10.0 {
                write!(f, "{value:.1} {unit}")
            } else {
                let text = format!("{value:.2}");
                write!(f, "{} {unit}", text.trim_end_matches('0').trim_end_matches('.'))
            }
        };
        match us {
            0 => f.write_str("0 s"),
            1..1_000 => write!(f, "{us} µs"),
            1_000..1_000_000 => write_scaled(f, us as f64 / 1e3, "ms"),
            1_000_000..60_000_000 => write_scaled(f, us as f64 / 1e6, "s"),
            60_000_000..3_600_000_000 => {
                let s = us.div_euclid(US_PER_S);
                match s % 60 {
                    0 => write!(f, "{} min", s / 60),
                    rest => write!(f, "{} min {rest} s", s / 60),
                }
            }
            _ => {
                let min = us / (60 * US_PER_S);
                match min % 60 {
                    0 => write!(f, "{} h", min / 60),
                    rest => write!(f, "{} h {rest} min", min / 60),
                }
            }
        }
    }
}

macro_rules! signed_quantity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// Nothing.
            pub const ZERO: $name = $name(0);
        }
        impl Add for $name {
            type Output = $name;
            fn add(self, other: $name) -> $name { $name(self.0.saturating_add(other.0)) }
        }
        impl Sub for $name {
            type Output = $name;
            fn sub(self, other: $name) -> $name { $name(self.0.saturating_sub(other.0)) }
        }
        impl Neg for $name {
            type Output = $name;
            fn neg(self) -> $name { $name(self.0.saturating_neg()) }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: $name) { *self = *self + other; }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, other: $name) { *self = *self - other; }
        }
        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = $name>>(all: I) -> $name { all.fold($name::ZERO, Add::add) }
        }
    };
}

signed_quantity! {
    /// Units of a product: stock, an order line's quantity, or a change of either.
    Qty
}
signed_quantity! {
    /// Money in minor units (cents) of the campaign's currency.
    Money
}

impl Money {
    /// The price of `qty` units at this price each.
    #[must_use]
    pub fn times(self, qty: Qty) -> Money {
        Money(self.0.saturating_mul(qty.0))
    }
}

/// A share in parts per million: 1 % is 10,000.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Ppm(pub u32);

impl Ppm {
    /// None.
    pub const ZERO: Ppm = Ppm(0);
    /// The whole.
    pub const ONE: Ppm = Ppm(1_000_000);

    /// The share as a number between 0 and 1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1e6
    }

    /// `part` of `whole` to the nearest millionth; zero when the whole is.
    pub fn of(part: u64, whole: u64) -> Ppm {
        if whole == 0 {
            return Ppm::ZERO;
        }
        let ppm = (u128::from(part) * 1_000_000 + u128::from(whole) / 2) / u128::from(whole);
        Ppm(ppm.min(u128::from(u32::MAX)) as u32)
    }
}

impl fmt::Display for Ppm {
    /// As a percentage of at most three significant digits: `99.4 %`, `0.35 %`, `0 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = f64::from(self.0) / 1e4;
        let text = match percent {
            0.0 => "0".to_owned(),
            p if (99.0..100.0).contains(&p) => format!("{p:.2}"),
            p if p >= 10.0 => format!("{p:.1}"),
            p if p >= 1.0 => format!("{p:.2}"),
            p if p >= 0.01 => format!("{p:.3}"),
            p => format!("{p:.4}"),
        };
        let text = if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            &text
        };
        write!(f, "{text} %")
    }
}

/// A rate in thousandths of an event per hour: 1,200 orders an hour is 1,200,000.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Rate(pub u64);

impl Rate {
    /// `n` events an hour.
    pub const fn per_hour(n: u64) -> Rate {
        Rate(n * 1_000)
    }

    /// Events a second, for the arithmetic of arrivals.
    pub fn per_sec_f64(self) -> f64 {
        self.0 as f64 / 3_600_000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_like_a_person_wrote_them() {
        let said = [0, 350, 40_000, 2_500_000, 250_000_000, 3_900_000_000]
            .map(|us| Span(us).to_string())
            .join(", ");
        assert_eq!(said, "0 s, 350 µs, 40 ms, 2.5 s, 4 min 10 s, 1 h 5 min");
    }

    #[test]
    fn shares_keep_three_digits() {
        let said =
            [0, 12, 3_500, 50_000, 994_000, 1_000_000].map(|p| Ppm(p).to_string()).join(", ");
        assert_eq!(said, "0 %, 0.0012 %, 0.35 %, 5 %, 99.4 %, 100 %");
    }

    #[test]
    fn a_share_of_nothing_is_zero_and_rounds_to_nearest() {
        assert_eq!(Ppm::of(1, 0), Ppm::ZERO);
        assert_eq!(Ppm::of(2, 3), Ppm(666_667));
    }
}
