//! Owns what is told of channels that convert prices: by which terms, what they took in their own
//! money, and where it went wrong. Must not convert anything.

use super::super::document::table::{Cell, Row, Table};
use super::super::document::{Block, Voice};
use super::super::summary::Summary;
use super::super::summary::own_money::{Booked, Mischarge, OwnMoney, Tax, TaxBasis};
use super::super::words::number::{count, counted, money, money_in, share};

/// Terms, money and mistakes by channel; nothing where every channel charges what the source says.
pub(super) fn section(summary: &Summary) -> Vec<Block> {
    let own = |channel: &super::super::summary::verdict::Channel| {
        channel.own_money.clone().map(|own| (channel.name.clone(), own))
    };
    let all: Vec<(String, OwnMoney)> = summary.channels.iter().filter_map(own).collect();
    if all.is_empty() {
        return vec![];
    }
    let campaign = &summary.campaign;
    let columns = "channel | sales in its own money | prices:: | wrong prices:: | \
                   rounding between books::";
    let mut table = Table::of("What it charges for a price of the source's", columns);
    for (name, own) in &all {
        let wrong = own.mischarged.iter().any(|one| one.orders > 0) || own.rounded_orders > 0;
        let rounded = match own.rounded_orders {
            0 => "none".to_owned(),
            orders => format!(
                "{}, {} in all",
                counted(orders, "order", "orders"),
                money(own.rounded_money, campaign)
            ),
        };
        let cells = vec![
            Cell::text(name),
            Cell::number(money_in(own.money, &own.currency, own.currency_digits)),
            Cell::text(terms(own, &campaign.currency)),
            Cell::text(mistakes(own)),
            Cell::text(rounded),
        ];
        table.push(Row::from(cells).of(Some(name)).marked(wrong));
    }
    let said = format!(
        "All other money in this report is in {}, on the tax basis of the source's prices: what \
         these channels took is converted back, unit by unit, and orders as they are booked.",
        campaign.currency
    );
    vec![
        Block::heading("own-money", "Channels with money of their own"),
        Block::Table(table),
        Block::said(Voice::Plain, said),
    ]
}

/// `EUR at 1.17, gross of 19 % from net, to EUR 0.01 half up; booked by order`.
fn terms(own: &OwnMoney, campaign: &str) -> String {
    let exchanged = if own.currency == campaign {
        own.currency.clone()
    } else {
        format!("{} at {}", own.currency, rate(own.rate_e9))
    };
    let taxed = if own.tax == own.source_tax {
        String::new()
    } else {
        format!(", {} from {}", basis(own.tax), basis(own.source_tax))
    };
    let half = if own.half_up { "up" } else { "to even" };
    let booked = match own.booked_by {
        Booked::Unit => "unit",
        Booked::Line => "line",
        Booked::Order => "order",
    };
    let step = money_in(own.step, &own.currency, own.currency_digits);
    format!("{exchanged}{taxed}, to {step} half {half}; booked by {booked}")
}

fn basis(tax: Tax) -> String {
    match tax.prices {
        TaxBasis::Net => "net".to_owned(),
        TaxBasis::Gross => format!("gross of {}", share(tax.rate_ppm)),
    }
}

/// A rate without zeros that say nothing.
fn rate(e9: u64) -> String {
    let (whole, rest) = (e9 / 1_000_000_000, e9 % 1_000_000_000);
    let text = format!("{}.{rest:09}", count(whole));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `3 orders by rounding, 12 on another tax basis`.
fn mistakes(own: &OwnMoney) -> String {
    let said = own.mischarged.iter().map(|one| {
        let what = match one.by {
            Mischarge::Rounding => "off by rounding",
            Mischarge::AnotherPrice => "at another price of the source's",
            Mischarge::TaxBasis => "on a wrong tax basis",
            Mischarge::Currency => "in a wrong currency",
            Mischarge::Unexplained => "unexplained",
        };
        format!("{} {what}", counted(one.orders, "order", "orders"))
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { "none".to_owned() } else { said.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_and_mistakes_are_said_as_a_person_would() {
        use crate::report::summary::own_money::Mischarged;
        let net = Tax { prices: TaxBasis::Net, rate_ppm: 0 };
        let own = OwnMoney {
            currency: "EUR".to_owned(),
            currency_digits: 2,
            rate_e9: 1_170_000_000,
            source_tax: net,
            tax: Tax { prices: TaxBasis::Gross, rate_ppm: 190_000 },
            step: 5,
            half_up: true,
            booked_by: Booked::Order,
            money: 0,
            mischarged: vec![
                Mischarged { by: Mischarge::Rounding, orders: 1 },
                Mischarged { by: Mischarge::TaxBasis, orders: 12 },
            ],
            rounded_orders: 0,
            rounded_money: 0,
        };
        assert_eq!(
            terms(&own, "GBP"),
            "EUR at 1.17, gross of 19 % from net, to EUR 0.05 half up; booked by order"
        );
        assert_eq!(mistakes(&own), "1 order off by rounding; 12 orders on a wrong tax basis");
        let plain = OwnMoney { tax: net, mischarged: vec![], half_up: false, ..own };
        assert_eq!(terms(&plain, "EUR"), "EUR, to EUR 0.05 half to even; booked by order");
        assert_eq!(mistakes(&plain), "none");
    }
}
