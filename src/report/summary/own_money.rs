//! Owns what summary.json says of a channel that converts prices: by which terms, what it took in
//! its own money, and where money went wrong between the books. Must not convert anything.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mirror::{Stated, mirror, stated};
use crate::history::charter::{self, Charter};
use crate::ids::ChannelId;
use crate::judge::judgement as judged;

/// A channel's own currency, tax basis and rounding, and what came of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnMoney {
    /// ISO 4217 code of its prices.
    pub currency: String,
    /// Decimal places of that currency.
    pub currency_digits: u8,
    /// Billionths of a unit of that currency for one of the campaign's.
    pub rate_e9: u64,
    /// What the source's prices hold of tax.
    pub source_tax: Tax,
    /// What the channel's prices hold of it.
    pub tax: Tax,
    /// Prices are whole multiples of so many minor units.
    pub step: i64,
    /// A price halfway between two goes to the larger one: not to the even multiple.
    pub half_up: bool,
    /// What is rounded when the OMS books an order in the campaign's currency.
    pub booked_by: Booked,
    /// Money of accepted orders, in the channel's own currency.
    pub money: i64,
    /// Orders that were charged a wrong price, by the gravest mistake on them.
    pub mischarged: Vec<Mischarged>,
    /// Orders with nothing but rounding between the channel's books and the OMS's, …
    pub rounded_orders: u64,
    /// … and what that comes to, in the campaign's currency.
    pub rounded_money: i64,
}

/// Wrong prices of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mischarged {
    /// By which mistake they may have come about.
    pub by: Mischarge,
    /// Orders.
    pub orders: u64,
}

mirror! {
    /// By which mistake a wrong price may have come about.
    Mischarge from judged::Mischarge {
        /// It is a step of the channel's prices from the right one, or less.
        Rounding,
        /// It is another price of the source's, converted rightly: an old one, or one set ahead.
        AnotherPrice,
        /// The currency is right and the tax basis is not.
        TaxBasis,
        /// The number was taken over as it is.
        Currency,
        /// None of these.
        Unexplained,
    }
}

mirror! {
    /// Whether prices hold tax.
    TaxBasis from charter::TaxBasis {
        /// They do not.
        Net,
        /// They do.
        Gross,
    }
}

mirror! {
    /// What is rounded when an order is booked.
    Booked from charter::BookedBy {
        /// The price of each unit.
        Unit,
        /// The amount of each line.
        Line,
        /// The order's total.
        Order,
    }
}

stated! {
    /// What prices hold of tax.
    #[derive(Copy)]
    Tax from charter::Tax {
        /// Whether it is in them.
        prices: TaxBasis,
        /// Its rate on the net price, in parts per million; of net prices what would be added.
        rate_ppm(rate): u32,
    }
}

impl OwnMoney {
    /// Of the channel at a place; none where it charges what the source says.
    pub(super) fn of(
        charter: &Charter,
        all: &[judged::Converted],
        place: usize,
    ) -> Option<OwnMoney> {
        let came = all.iter().find(|came| came.channel == ChannelId(place as u16))?;
        let tariff = charter.channels.get(place)?.tariff.as_ref()?;
        let mischarged = came.mischarged.iter();
        Some(OwnMoney {
            currency: tariff.currency.clone(),
            currency_digits: tariff.digits,
            rate_e9: tariff.rate_e9,
            source_tax: tariff.source.state(charter),
            tax: tariff.tax.state(charter),
            step: tariff.step.0,
            half_up: tariff.half == charter::Halfway::Up,
            booked_by: tariff.books.into(),
            money: came.own.0,
            mischarged: mischarged
                .map(|&(by, orders)| Mischarged { by: by.into(), orders })
                .collect(),
            rounded_orders: came.rounded.orders,
            rounded_money: came.rounded.money.0,
        })
    }
}
