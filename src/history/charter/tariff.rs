//! Owns what a channel charges for a price of the source: currency, tax basis, rounding; and what
//! its money comes to in the campaign's books. Must not know who charges, books or judges.
//!
//! Whole numbers alone: a price is multiplied by one, divided by another and rounded once.

use serde::{Deserialize, Serialize};

use super::Charter;
use crate::ids::ChannelId;
use crate::units::{Money, Ppm, Qty};

/// The decimal places that a currency can have.
const DIGITS_MAX: u8 = 4;
/// The dearest rate, in billionths: a million units for one.
pub const RATE_E9_MAX: u64 = 1_000_000_000_000_000;
/// The widest step of prices, in minor units.
pub const STEP_MAX: Money = Money(1_000_000);

/// How a channel's prices come of the source's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// ISO 4217 code of every amount of the channel.
    pub currency: String,
    /// Decimal places of that currency.
    pub digits: u8,
    /// Decimal places of the campaign's.
    pub source_digits: u8,
    /// Billionths of a unit of that currency for one of the campaign's: 1.17 is 1,170,000,000.
    pub rate_e9: u64,
    /// What the source's prices hold of tax.
    pub source: Tax,
    /// What the channel's prices hold of it.
    pub tax: Tax,
    /// Prices are whole multiples of so many minor units.
    pub step: Money,
    /// Which way a price goes that lies halfway between two.
    pub half: Halfway,
    /// What is rounded when the OMS books an order in the campaign's currency.
    pub books: BookedBy,
}

/// What prices hold of tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tax {
    /// Whether it is in them.
    pub prices: TaxBasis,
    /// Its rate on the net price; of net prices what would be added, zero where nobody said it.
    pub rate: Ppm,
}

impl Tax {
    /// Prices without tax, of which nothing is known.
    pub const NONE: Tax = Tax { prices: TaxBasis::Net, rate: Ppm::ZERO };

    /// What a net price is multiplied by, in millionths.
    fn factor(self) -> i128 {
        match self.prices {
            TaxBasis::Net => ONE,
            TaxBasis::Gross => ONE + i128::from(self.rate.0),
        }
    }
}

/// Whether prices hold tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxBasis {
    /// They do not.
    Net,
    /// They do.
    Gross,
}

/// Which way an amount goes that lies halfway between two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Halfway {
    /// To the larger one.
    #[default]
    Up,
    /// To the one that is an even multiple.
    Even,
}

/// What is rounded when an order is booked in the campaign's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookedBy {
    /// The price of each unit.
    Unit,
    /// The amount of each line.
    Line,
    /// The order's total.
    #[default]
    Order,
}

/// Millionths, and billionths, in one.
const ONE: i128 = 1_000_000;
const ONE_E9: i128 = 1_000_000_000;

/// A tariff as arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// A price of the source's × `times` ÷ `per` is the channel's before it is rounded.
    times: i128,
    per: i128,
    step: Money,
    half: Halfway,
    books: BookedBy,
}

impl Tariff {
    /// Why nobody could charge by it; none: somebody can.
    pub fn flaw(&self) -> Option<&'static str> {
        let is_step = Money::ZERO < self.step && self.step <= STEP_MAX;
        if self.digits.max(self.source_digits) > DIGITS_MAX {
            Some("a currency of so many decimals")
        } else if self.rate_e9 == 0 {
            Some("a currency without a rate")
        } else if self.rate_e9 > RATE_E9_MAX {
            Some("a rate beyond reason")
        } else if self.source.rate.max(self.tax.rate) > Ppm::ONE {
            Some("a tax of more than the price")
        } else if !is_step {
            Some("prices in steps of nothing, or beyond reason")
        } else {
            None
        }
    }

    /// The arithmetic of it.
    pub fn conversion(&self) -> Conversion {
        let tax = (self.source.factor(), self.tax.factor());
        self.by(i128::from(self.rate_e9), self.source_digits, tax)
    }

    /// … at another rate, from another minor unit and between other taxes, in millionths of a net
    /// price.
    fn by(
        &self,
        rate_e9: i128,
        source_digits: u8,
        (holds, is_to_hold): (i128, i128),
    ) -> Conversion {
        let minor = |digits: u8| 10_i128.pow(u32::from(digits.min(DIGITS_MAX)));
        let times = (rate_e9 * minor(self.digits) * is_to_hold).max(1);
        let per = ONE_E9 * minor(source_digits) * holds;
        let shared = common(times, per);
        let (times, per) = (times / shared, per / shared);
        Conversion { times, per, step: self.step, half: self.half, books: self.books }
    }

    /// What a price comes to where the tax basis is mistaken and the currency right: the source's
    /// is kept, or the tax of either side put on or taken off.
    pub fn mistaken_tax(&self) -> [Conversion; 5] {
        let rated = |tax: Tax| ONE + i128::from(tax.rate.0);
        let (here, there) = (rated(self.tax), rated(self.source));
        let rate_e9 = i128::from(self.rate_e9);
        [(ONE, ONE), (ONE, here), (here, ONE), (ONE, there), (there, ONE)]
            .map(|tax| self.by(rate_e9, self.source_digits, tax))
    }

    /// What a price comes to where the currency is mistaken, on the right tax basis and on the
    /// source's: the number is taken as it is, in major or in minor units.
    pub fn mistaken_currency(&self) -> [Conversion; 4] {
        let right = (self.source.factor(), self.tax.factor());
        let (major, minor) = (self.source_digits, self.digits);
        [(major, right), (major, (ONE, ONE)), (minor, right), (minor, (ONE, ONE))]
            .map(|(digits, tax)| self.by(ONE_E9, digits, tax))
    }

    /// What comes of rounding to the currency first and then putting the tax on: what a bug does.
    pub fn rounded_twice(&self, price: Money) -> Money {
        let net = Tariff { tax: self.source, ..self.clone() };
        let taxed = Tariff { source_digits: self.digits, rate_e9: ONE_E9 as u64, ..self.clone() };
        taxed.conversion().charges(net.conversion().charges(price))
    }
}

impl Conversion {
    /// What the channel should charge for a price of the source's.
    pub fn charges(&self, price: Money) -> Money {
        let step = self.step.0.max(1);
        let steps = rounded(price.0, self.times, self.per * i128::from(step), self.half);
        Money(steps.saturating_mul(step))
    }

    /// What an amount of the channel's is worth: in the campaign's currency and on the source's tax
    /// basis, to its minor unit.
    pub fn worth(&self, amount: Money) -> Money {
        Money(rounded(amount.0, self.per, self.times, self.half))
    }

    /// What an order of these lines, units at a price each, comes to in the OMS's books.
    pub fn booked(&self, lines: impl Iterator<Item = (Qty, Money)>) -> Money {
        match self.books {
            BookedBy::Unit => lines.map(|(qty, price)| self.worth(price).times(qty)).sum(),
            BookedBy::Line => lines.map(|(qty, price)| self.worth(price.times(qty))).sum(),
            BookedBy::Order => self.worth(lines.map(|(qty, price)| price.times(qty)).sum()),
        }
    }

    /// The same, booked in another way.
    #[must_use]
    pub fn booking_by(self, books: BookedBy) -> Conversion {
        Conversion { books, ..self }
    }

    /// Prices are multiples of this.
    pub fn step(&self) -> Money {
        self.step
    }
}

impl Charter {
    /// The arithmetic of a channel's tariff; none where it charges what the source says.
    pub fn conversion(&self, channel: ChannelId) -> Option<Conversion> {
        self.channels.get(channel.index())?.tariff.as_ref().map(Tariff::conversion)
    }

    /// Of every channel.
    pub fn conversions(&self) -> Vec<Option<Conversion>> {
        (0..self.channels.len()).map(|place| self.conversion(ChannelId(place as u16))).collect()
    }
}

/// An amount × `times` ÷ `per`, to the nearest whole; both are above zero. What is beyond counting
/// is the most that can be counted.
fn rounded(amount: i64, times: i128, per: i128, half: Halfway) -> i64 {
    let Some(whole) = i128::from(amount).checked_mul(times) else {
        return if amount < 0 { i64::MIN } else { i64::MAX };
    };
    let (below, rest) = (whole.div_euclid(per), whole.rem_euclid(per));
    let goes_up = match rest.cmp(&(per - rest)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => half == Halfway::Up || below.rem_euclid(2) == 1,
    };
    let nearest = below + i128::from(goes_up);
    i64::try_from(nearest).unwrap_or(if nearest < 0 { i64::MIN } else { i64::MAX })
}

/// The greatest number that divides both.
fn common(a: i128, b: i128) -> i128 {
    if b == 0 { a.max(1) } else { common(b, a % b) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn euros() -> Tariff {
        Tariff {
            currency: "EUR".into(),
            digits: 2,
            source_digits: 2,
            rate_e9: 1_170_000_000,
            source: Tax::NONE,
            tax: Tax { prices: TaxBasis::Gross, rate: Ppm(190_000) },
            step: Money(1),
            half: Halfway::Up,
            books: BookedBy::Order,
        }
    }

    #[test]
    fn a_price_is_multiplied_divided_and_rounded_once() {
        // 24.90 × 1.17 × 1.19 = 34.66827; rounded after each step it would be 34.67 all the same.
        assert_eq!(euros().conversion().charges(Money(2_490)), Money(3_467));
        // 0.75 × 1.17 = 0.8775, × 1.19 = 1.044225; from the rounded 0.88 it would be 1.05.
        assert_eq!(euros().conversion().charges(Money(75)), Money(104));
    }

    #[test]
    fn a_gross_price_changes_its_tax() {
        let source = Tax { prices: TaxBasis::Gross, rate: Ppm(200_000) };
        let tariff = Tariff { source, rate_e9: 1_000_000_000, ..euros() };
        assert_eq!(tariff.conversion().charges(Money(12_000)), Money(11_900));
    }

    #[test]
    fn minor_units_and_steps_are_those_of_the_currency() {
        let plain = Tariff { tax: Tax::NONE, ..euros() };
        let yen = Tariff { digits: 0, rate_e9: 190_250_000_000, ..plain.clone() };
        assert_eq!(yen.conversion().charges(Money(1_000)), Money(1_903), "half up: 1902.5");
        let even = Tariff { half: Halfway::Even, ..yen.clone() };
        assert_eq!(even.conversion().charges(Money(1_000)), Money(1_902));
        let tens = Tariff { step: Money(10), ..yen };
        assert_eq!(tens.conversion().charges(Money(1_000)), Money(1_900));
        let dinars = Tariff { digits: 3, rate_e9: 410_000_000, ..plain };
        assert_eq!(dinars.conversion().charges(Money(1_000)), Money(4_100));
    }

    #[test]
    fn books_round_units_lines_or_the_order() {
        let plain = Tariff { tax: Tax::NONE, ..euros() };
        let booked = |books| {
            let lines = [(Qty(3), Money(100)), (Qty(1), Money(50))];
            plain.conversion().booking_by(books).booked(lines.into_iter())
        };
        // 1.00 / 1.17 = 0.8547; 3.00 is 2.5641, 0.50 is 0.4274, 3.50 is 2.9915.
        let all = [BookedBy::Unit, BookedBy::Line, BookedBy::Order].map(booked);
        assert_eq!(all, [Money(298), Money(299), Money(299)]);
    }

    #[test]
    fn what_nobody_can_charge_by_is_said() {
        assert_eq!(euros().flaw(), None);
        for (tariff, flaw) in [
            (Tariff { rate_e9: 0, ..euros() }, "a currency without a rate"),
            (Tariff { rate_e9: u64::MAX, ..euros() }, "a rate beyond reason"),
            (Tariff { digits: 9, ..euros() }, "a currency of so many decimals"),
            (Tariff { step: Money(0), ..euros() }, "prices in steps of nothing, or beyond reason"),
        ] {
            assert_eq!(tariff.flaw(), Some(flaw));
        }
    }

    proptest! {
        /// Dearer at the source is never cheaper on the channel, and what it charges lies within
        /// half a step of the exact amount.
        #[test]
        fn a_conversion_keeps_the_order_and_is_the_nearest(
            price in 0_i64..100_000_000,
            more in 0_i64..1_000,
            rate_e9 in 1_u64..=10_000_000_000,
            (source_tax, tax) in (0_u32..=300_000, 0_u32..=300_000),
            (digits, step) in (0_u8..=3, 1_i64..=100),
            up in any::<bool>(),
        ) {
            let tariff = Tariff {
                digits,
                rate_e9,
                source: Tax { prices: TaxBasis::Gross, rate: Ppm(source_tax) },
                tax: Tax { prices: TaxBasis::Gross, rate: Ppm(tax) },
                step: Money(step),
                half: if up { Halfway::Up } else { Halfway::Even },
                ..euros()
            };
            let converts = tariff.conversion();
            let charged = converts.charges(Money(price));
            prop_assert!(charged <= converts.charges(Money(price + more)));
            prop_assert_eq!(charged.0 % step, 0);
            let off = i128::from(charged.0) * converts.per - i128::from(price) * converts.times;
            prop_assert!(2 * off.abs() <= converts.per * i128::from(step));
        }

        #[test]
        fn nothing_overflows(
            price in any::<i64>(),
            (rate_e9, source_digits) in (1_u64..=RATE_E9_MAX, 0..=DIGITS_MAX),
            (digits, step) in (0..=DIGITS_MAX, 1_i64..=STEP_MAX.0),
            (source_tax, tax) in (0_u32..=1_000_000, 0_u32..=1_000_000),
        ) {
            let tariff = Tariff {
                digits,
                source_digits,
                rate_e9,
                source: Tax { prices: TaxBasis::Gross, rate: Ppm(source_tax) },
                tax: Tax { prices: TaxBasis::Gross, rate: Ppm(tax) },
                step: Money(step),
                ..euros()
            };
            let converts = tariff.conversion();
            converts.worth(converts.charges(Money(price)));
            for one in tariff.mistaken_tax() {
                one.charges(Money(price));
            }
            for one in tariff.mistaken_currency() {
                one.charges(Money(price));
            }
        }
    }
}
