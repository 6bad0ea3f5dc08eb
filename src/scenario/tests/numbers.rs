//! Numbers as people write them: what is refused, by the reader and by the schema, and what is
//! offered instead. Each once stood for another number, without a word.

use super::language::by_the_schema;
use super::{SMALL, said, small, try_read};

/// Where a number of each kind stands in the small scenario.
const RATE: &str = "demand: 600 orders/hour";
const COUNT: &str = "\n  hub: { reference: { workers: 2 } }\n";
const SHARE: &str = "{ of orders: 60% }";
const TIME: &str = "lasts: 10m,";
const MULTIPLE: &str = "rate: 1x";
const AMOUNT: &str = "price: 9.99 }";

fn with(place: &str, value: &str) -> String {
    let by = match place {
        RATE => format!("demand: {value}"),
        COUNT => format!("\n  hub:\n    reference:\n      queue at most: {value}\n"),
        SHARE => format!("\n    of orders: {value}"),
        TIME => format!("lasts: \"{value}\","),
        MULTIPLE => format!("rate: \"{value}\""),
        _ => format!("price: \"{value}\" }}"),
    };
    small(place, &by)
}

/// Where it stands, what is written, and what is offered; nothing where nobody can guess.
const MISSPELT: &[(&str, &str, &str)] = &[
    (RATE, "6,000/hour", "6000/hour"),
    (RATE, "6,000 orders/hour", "6000 orders/hour"),
    (RATE, "6k/hour", "6000/hour"),
    (RATE, "6k orders/hour", "6000 orders/hour"),
    (RATE, "6 K orders/hour", "6000 orders/hour"),
    (RATE, "6 thousand orders/hour", "6000 orders/hour"),
    (RATE, "6 000/hour", "6000/hour"),
    (RATE, "6 000 orders/hour", "6000 orders/hour"),
    (RATE, "6\u{a0}000 orders/hour", "6000 orders/hour"),
    (RATE, "6'000/hour", "6000/hour"),
    (RATE, "6’000/hour", "6000/hour"),
    (RATE, "6.000/hour", "6000/hour"),
    (RATE, "6.000 orders per hour", "6000 orders per hour"),
    (RATE, "1.200.000/day", "1200000/day"),
    (RATE, "+600/hour", "600/hour"),
    (RATE, "６００/hour", "600/hour"),
    (RATE, "600 big orders/hour", ""),
    (RATE, "600 x 2/hour", ""),
    (RATE, "600orders/hour", "600 orders/hour"),
    (RATE, "0x258/hour", ""),
    (RATE, "NaN/hour", ""),
    (RATE, "inf/hour", ""),
    (RATE, "1e999/hour", ""),
    (RATE, "6_00/hour", ""),
    (RATE, "600/hour and more", ""),
    (RATE, "600/5 min", ""),
    (COUNT, "6,000", "6000"),
    (COUNT, "6k", "6000"),
    (COUNT, "1.5M", "1500000"),
    (COUNT, "6 000", "6000"),
    (COUNT, "6'000", "6000"),
    (COUNT, "\"6.000\"", "6000"),
    (COUNT, "٦", "6"),
    (COUNT, "\"+6\"", "6"),
    (COUNT, "0x10", ""),
    (COUNT, "6 pieces", ""),
    (SHARE, "60,5%", "60.5%"),
    (SHARE, "0.6", "60% or 0.6%"),
    (SHARE, "60 percent", ""),
    (SHARE, "60%%", ""),
    (SHARE, "6_0%", ""),
    (TIME, "1,5h", "1.5h"),
    (TIME, "1.500s", "1500s, or 1.5s"),
    (TIME, "5 m in", ""),
    (TIME, "5m 5m", ""),
    (TIME, "30m 1h", ""),
    (TIME, "10m!", ""),
    (TIME, "PT10M", ""),
    (MULTIPLE, "1,5x", "1.5x"),
    (MULTIPLE, "1.000x", "1000x, or 1x"),
    (MULTIPLE, "x", ""),
    (MULTIPLE, "2x2", ""),
    (AMOUNT, "9,99", "9.99"),
    (AMOUNT, "1.234,50", "1234.50"),
    (AMOUNT, "1,234.50", "1234.5"),
    (AMOUNT, "1 234", "1234"),
    (AMOUNT, "9.99 USD", "currency: USD"),
    (AMOUNT, "$9.99", ""),
    (AMOUNT, "1e308", ""),
];

#[test]
fn a_number_that_is_written_otherwise_is_refused_with_the_right_spelling() {
    for (place, value, offer) in MISSPELT {
        let said = said(&with(place, value));
        assert!(said != "nothing is wrong" && said.contains(offer), "{value}: {said}");
    }
}

/// What an editor can tell; a number that YAML reads without its spelling it cannot.
#[test]
fn the_schema_refuses_them_as_well() {
    for (place, value) in [
        (RATE, "6,000/hour"),
        (RATE, "6k/hour"),
        (RATE, "6 k orders/hour"),
        (RATE, "6 000/hour"),
        (RATE, "6'000/hour"),
        (RATE, "6.000/hour"),
        (RATE, "600 big orders/hour"),
        (RATE, "600/hour and more"),
        (COUNT, "6,000"),
        (COUNT, "6k"),
        (COUNT, "6 000"),
        (COUNT, "6'000"),
        (COUNT, "\"6.000\""),
        (SHARE, "60,5%"),
        (SHARE, "0.6"),
        (TIME, "1,5h"),
        (TIME, "1.500s"),
        (TIME, "5 m in"),
        (MULTIPLE, "1,5x"),
        (MULTIPLE, "1.000x"),
        (AMOUNT, "9,99"),
        (AMOUNT, "9.99 USD"),
    ] {
        assert_ne!(by_the_schema(&with(place, value)), None, "{value}");
    }
}

#[test]
fn what_is_rightly_spelt_is_read_and_fits_the_schema() {
    for (place, value) in [
        (RATE, "600/hour"),
        (RATE, "6_000 orders per hour"),
        (RATE, "600 per hour"),
        (RATE, "1234.5 / hour"),
        (RATE, "1.2340 orders/min"),
        (RATE, "0.125/s"),
        (RATE, "600 commandes/hour"),
        (RATE, "6e2 orders/hour"),
        (COUNT, "6000"),
        (COUNT, "6_000"),
        (COUNT, "1e6"),
        (SHARE, "60.00%"),
        (SHARE, "60 %"),
        (TIME, "1h 30m"),
        (TIME, "0.125h"),
        (TIME, "1500ms"),
        (TIME, "7μs"),
        (MULTIPLE, "1.25x"),
        (MULTIPLE, ".5×"),
        (AMOUNT, "9.9"),
        (AMOUNT, "1_234.50"),
    ] {
        let text = with(place, value);
        let read = try_read(&text);
        // So short a phase is refused for another reason than its spelling.
        let fine = read.is_ok() || place == TIME && value == "7μs";
        assert!(fine, "{value}: {}", read.unwrap_err());
        assert_eq!(by_the_schema(&text), None, "{value}");
    }
}

/// Within braces a comma begins a key, so that `1,000` reads as 1: the `000` tells.
#[test]
fn a_comma_within_braces_is_told() {
    for (piece, by) in [("skus: 10,", "skus: 1,000,"), ("of orders: 60%", "of orders: 60,0%")] {
        let said = said(&small(piece, by));
        assert!(said.contains("write 6000, not 6,000"), "{said}");
    }
}

#[test]
fn no_rate_is_beyond_what_can_be_reckoned_with() {
    for (place, value) in [(RATE, "1e308/s"), (RATE, "1e13/hour"), (RATE, "1e12/us")] {
        let said = said(&with(place, value));
        assert!(said.contains("at most 1,000,000,000,000 an hour"), "{value}: {said}");
    }
    let text = SMALL.replace("600 orders/hour", "1e11/hour");
    let text = text.replace("lasts: 10m", "lasts: 1us").replace("lasts: 20m", "lasts: 1us");
    let said = said(&text.replace("rate: 1x", "rate: 1e5x"));
    assert!(said.contains("in any phase"), "{said}");
}

#[test]
fn a_moment_whose_time_is_misspelt_says_so() {
    let text = small(
        "workers: 2 } }\n",
        "workers: 2 } }\nmerchant: { new listings: { from: \"1,5m after peak\", \
         until: end of peak, count: 3 } }\n",
    );
    assert!(said(&text).contains("write 1.5m"), "{}", said(&text));
}
