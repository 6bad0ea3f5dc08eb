//! Owns what a channel that has a currency, a tax basis or a rounding of its own should charge,
//! what its money is worth, and by what mistake another price may have come about.
//! Must not know when a price is valid (`prices`), nor books.

use super::judgement::{Impact, Mischarge};
use crate::history::charter::{Charter, Conversion, Tariff};
use crate::history::fact::Line;
use crate::ids::ChannelId;
use crate::units::{Money, Qty};

/// One channel's.
#[derive(Clone, Debug)]
struct Till {
    converts: Conversion,
    mistaken_tax: [Conversion; 5],
    mistaken_currency: [Conversion; 4],
}

/// Every channel's; nothing where no channel has terms of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Tills(Vec<Option<Till>>);

impl Tills {
    pub(super) fn new(charter: &Charter) -> Tills {
        let till = |tariff: &Tariff| Till {
            converts: tariff.conversion(),
            mistaken_tax: tariff.mistaken_tax(),
            mistaken_currency: tariff.mistaken_currency(),
        };
        let all = charter.channels.iter().map(|channel| channel.tariff.as_ref().map(till));
        let all: Vec<_> = all.collect();
        Tills(if all.iter().any(Option::is_some) { all } else { Vec::new() })
    }

    fn of(&self, channel: ChannelId) -> Option<&Till> {
        self.0.get(channel.index())?.as_ref()
    }

    /// Whether it charges anything but what the source says.
    pub(super) fn converts(&self, channel: ChannelId) -> bool {
        self.of(channel).is_some()
    }

    /// What the channel should charge for a price of the source's.
    pub(super) fn charges(&self, channel: ChannelId, price: Money) -> Money {
        self.of(channel).map_or(price, |till| till.converts.charges(price))
    }

    /// What an amount of the channel's is worth.
    pub(super) fn worth(&self, channel: ChannelId, amount: Money) -> Money {
        self.of(channel).map_or(amount, |till| till.converts.worth(amount))
    }

    /// A line at what its units are worth.
    pub(super) fn line(&self, channel: ChannelId, line: &Line) -> Line {
        Line { price: self.worth(channel, line.price), ..*line }
    }

    /// What an order of so many units at a price each comes to in the OMS's books.
    pub(super) fn booked(
        &self,
        channel: ChannelId,
        lines: impl Iterator<Item = (Qty, Money)>,
    ) -> Money {
        match self.of(channel) {
            Some(till) => till.converts.booked(lines),
            None => lines.map(|(qty, price)| price.times(qty)).sum(),
        }
    }

    /// Whether two prices of a unit are no further apart than a step of the channel's prices.
    pub(super) fn is_a_step(&self, channel: ChannelId, a: Money, b: Money) -> bool {
        self.of(channel).is_some_and(|till| is_within(till.converts.step(), a, b))
    }

    /// Whether books that should say one amount and say another are no further apart than a step
    /// for each unit.
    pub(super) fn is_a_step_each(&self, channel: ChannelId, [a, b]: [Money; 2], of: Qty) -> bool {
        self.of(channel).is_some_and(|till| {
            let step = till.converts.worth(till.converts.step()).max(Money(1));
            is_within(step.times(of.max(Qty(1))), a, b)
        })
    }

    /// Why a channel charges a price that is none of `valid`, the source's prices of which one was
    /// to be charged, where `others` are all that it is known to have had or set ahead. None: the
    /// channel charges what the source says, and nobody asks.
    pub(super) fn why(
        &self,
        channel: ChannelId,
        price: Money,
        valid: &(impl Iterator<Item = Money> + Clone),
        mut others: impl Iterator<Item = Money>,
    ) -> Option<Mischarge> {
        let till = self.of(channel)?;
        let step = till.converts.step();
        let comes_of = |conversions: &[Conversion]| {
            valid
                .clone()
                .any(|set| conversions.iter().any(|one| is_within(step, one.charges(set), price)))
        };
        Some(if comes_of(&[till.converts]) {
            Mischarge::Rounding
        } else if others.any(|set| till.converts.charges(set) == price) {
            Mischarge::AnotherPrice
        } else if comes_of(&till.mistaken_tax) {
            Mischarge::TaxBasis
        } else if comes_of(&till.mistaken_currency) {
            Mischarge::Currency
        } else {
            Mischarge::Unexplained
        })
    }
}

fn is_within(step: Money, a: Money, b: Money) -> bool {
    a.0.abs_diff(b.0) <= step.0.unsigned_abs()
}

/// What a channel took in money of its own, and where its money went wrong.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taken {
    /// Money of accepted orders, in its own currency.
    pub(super) own: Money,
    /// Orders charged a wrong price, by the gravest mistake on them.
    pub(super) mischarged: [u64; Mischarge::ALL.len()],
    /// Orders that the OMS holds with nothing but rounding between its books and the channel's;
    /// their money is what that comes to.
    pub(super) rounded: Impact,
}
