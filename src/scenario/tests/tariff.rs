//! What is read of currencies, taxes and rounding.

use super::{plan, small};
use crate::history::charter::{BookedBy, Halfway, Tariff, Tax, TaxBasis};
use crate::units::{Money, Ppm};

const TOP: &str = "workers: 2 } }\n";

/// The small scenario in pounds, its first channel as it is written here.
fn sells(channel: &str, more: &str) -> Option<Tariff> {
    let channel = format!("{{ of orders: 60%{channel} }}");
    let text = small("{ of orders: 60% }", &channel).replace(TOP, &format!("{TOP}{more}"));
    let mut channels = plan(&format!("currency: GBP\n{text}")).charter.channels;
    assert_eq!(channels[1].tariff, None, "the other charges what the source says");
    channels.swap_remove(0).tariff
}

#[test]
fn a_channel_converts_by_what_is_written() {
    let tariff = sells(
        ", currency: EUR, tax: { prices: gross, rate: 19% }, rounding: { to: 0.05, half: even }",
        "tax: { prices: gross, rate: 20% }\nrates: { EUR: 1.17 }\noms: { books by: line }\n",
    );
    let gross = |rate| Tax { prices: TaxBasis::Gross, rate: Ppm(rate) };
    assert_eq!(
        tariff,
        Some(Tariff {
            currency: "EUR".into(),
            digits: 2,
            source_digits: 2,
            rate_e9: 1_170_000_000,
            source: gross(200_000),
            tax: gross(190_000),
            step: Money(5),
            half: Halfway::Even,
            books: BookedBy::Line,
        })
    );
}

#[test]
fn what_is_not_said_is_the_sources() {
    assert_eq!(sells("", "tax: { prices: net }\n"), None, "nothing is converted");
    assert_eq!(sells(", currency: GBP", ""), None);
    let yen = sells(", currency: JPY", "rates: { JPY: 190.25 }\n").expect("it converts");
    assert_eq!((yen.digits, yen.rate_e9, yen.step), (0, 190_250_000_000, Money(1)));
    assert_eq!((yen.tax, yen.source, yen.half), (Tax::NONE, Tax::NONE, Halfway::Up));
    let dinars = sells(", currency: KWD", "rates: { KWD: 0.4 }\n").expect("it converts");
    assert_eq!((dinars.digits, dinars.step), (3, Money(1)));
    let steps = sells(", rounding: { to: 0.10 }", "").expect("it rounds");
    assert_eq!(
        (steps.currency.as_str(), steps.rate_e9, steps.step),
        ("GBP", 1_000_000_000, Money(10))
    );
    let same = sells(", rounding: {}", "tax: { prices: gross, rate: 5% }\n").expect("it rounds");
    assert_eq!(same.tax, same.source);
}

/// A scenario that converts nothing writes the charter that it always wrote.
#[test]
fn a_charter_without_terms_of_their_own_is_as_old_as_ever() {
    let plain = plan(super::SMALL).charter;
    assert_eq!(plain.minor, 0);
    let text = serde_json::to_string(&plain).expect("a charter");
    assert!(!text.contains("tariff"), "{text}");
    let text = small("{ of orders: 60% }", "{ of orders: 60%, rounding: { to: 0.10 } }");
    assert_eq!(plan(&text).charter.minor, 3);
}

/// What nobody has put together yet is refused, not played by halves.
#[test]
fn money_of_their_own_stands_beside_no_bundles_and_no_hub() {
    let own = super::small("{ of orders: 60% }", "{ of orders: 60%, rounding: { to: 0.05 } }");
    let bundle = "bundles: [{ name: kit, parts: { SKU 0: 1, SKU 1: 2 }, price: 20.00 }]\n";
    let said = super::said(&format!("{own}{bundle}"));
    assert!(said.contains("not yet: bundles beside a channel with money of its own"), "{said}");
    let said = super::said(&format!("{own}oms: {{ dialect: shopify }}\n"));
    assert!(said.contains("not yet: an OMS with a `dialect`"), "{said}");
}
