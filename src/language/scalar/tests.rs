//! Single values: what each grammar reads and refuses.

use super::*;
use proptest::prelude::*;

#[test]
fn times_are_read_with_their_units() {
    for (text, us) in [
        ("90s", 90_000_000),
        ("40 ms", 40_000),
        ("1h 30m", 5_400_000_000),
        ("1h30m", 5_400_000_000),
        ("2.5 minutes", 150_000_000),
        ("0s", 0),
        ("7µs", 7),
    ] {
        assert_eq!(parse_duration(text), Ok(Span(us)), "{text}");
    }
    for text in ["", "20", "s", "-3s", "3 fortnights", "9e9d", "1h 30", "nan s"] {
        assert!(parse_duration(text).is_err(), "{text}");
    }
}

#[test]
fn rates_are_read_with_their_units() {
    for (text, per_hour) in [
        ("1200 orders/hour", 1200.0),
        ("2/min", 120.0),
        ("5/s", 18_000.0),
        ("90 calls per hour", 90.0),
    ] {
        assert_eq!(parse_per_hour(text), Ok(per_hour), "{text}");
    }
    for text in ["", "5", "0/s", "-1/s", "5/parsec", "/s"] {
        assert!(parse_per_hour(text).is_err(), "{text}");
    }
}

#[test]
fn amounts_keep_the_decimals_of_their_currency() {
    assert_eq!(parse_money("24.90", 2), Ok(Money(2490)));
    assert_eq!(parse_money("2490", 0), Ok(Money(2490)));
    assert!(parse_money("24.905", 2).is_err() && parse_money("24.9", 0).is_err());
    assert!(parse_money("-1", 2).is_err() && parse_money("24 USD", 2).is_err());
}

#[test]
fn thousands_stand_apart() {
    assert_eq!(grouped(1e18), "1,000,000,000,000,000,000");
    assert_eq!(grouped(999.0), "999");
}

proptest! {
    #[test]
    fn no_text_makes_a_grammar_panic(text in "\\PC{0,24}") {
        let _ = parse_duration(&text);
        let _ = parse_per_hour(&text);
        let _ = parse_percent_ppm(&text);
        let _ = parse_multiple(&text);
        let _ = parse_count(&text, "");
        let _ = parse_money(&text, 2);
    }

    #[test]
    fn a_time_said_in_milliseconds_is_that_time(ms in 0_u64..10_000_000) {
        prop_assert_eq!(parse_duration(&format!("{ms}ms")), Ok(Span::from_millis(ms)));
    }
}
