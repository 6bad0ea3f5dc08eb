//! Owns how numbers are written: three significant digits and a unit, counts and clocks in full.
//! Must not know what the numbers mean.

use crate::report::summary::Campaign;
use crate::report::summary::gate::Value;
use crate::units::{Ppm, thousands};

const US: u64 = 1;
pub(in crate::report) const MS: u64 = 1_000;
pub(in crate::report) const S: u64 = 1_000_000;
pub(in crate::report) const MIN: u64 = 60 * S;
pub(in crate::report) const H: u64 = 60 * MIN;
pub(in crate::report) const D: u64 = 24 * H;

/// Units of time: the unit, and the length from which on it is used. A unit takes over late (from
/// two hours, from two days), because "75 min" is how people say it.
const TIME_UNITS: [(u64, &str, u64); 6] = [
    (D, "d", 2 * D),
    (H, "h", 2 * H),
    (MIN, "min", MIN),
    (S, "s", S),
    (MS, "ms", MS),
    (US, "µs", 0),
];

/// At most three significant digits, without a trailing zero after the point: `4.17`, `41.2`,
/// `413`, `2`.
pub fn three_digits(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

/// A length of time: `350 µs`, `2.5 s`, `4.17 min`, `75 min`, `2.25 h`.
pub fn span(us: u64) -> String {
    if us == 0 {
        return "0 s".to_owned();
    }
    let (value, unit) = in_unit(us, time_unit(us));
    format!("{value} {unit}")
}

fn time_unit(us: u64) -> (u64, &'static str) {
    let fits = TIME_UNITS.iter().find(|(_, _, from)| us >= *from);
    fits.map_or((US, "µs"), |&(size, name, _)| (size, name))
}

fn in_unit(us: u64, (size, name): (u64, &'static str)) -> (String, &'static str) {
    (three_digits(us as f64 / size as f64), name)
}

/// A share: `0.35 %`, `99.4 %`.
pub fn share(ppm: u32) -> String {
    Ppm(ppm).to_string()
}

/// A difference of shares, without its sign: `5.13 points`, `0.0052 points`. Shares differ by
/// points, never by percent: 4 % to 2 % is 2 points less, or half.
pub fn points(ppm: u64) -> String {
    let points = ppm as f64 / 1e4;
    let said = match points {
        0.0 => "0".to_owned(),
        ..0.00995 => format!("{points:.4}").trim_end_matches('0').to_owned(),
        ..0.0995 => format!("{points:.3}").trim_end_matches('0').to_owned(),
        _ => three_digits(points),
    };
    format!("{said} points")
}

/// The campaign's own clock, and how it stands to the wall's: what a duration on the page is
/// measured in.
pub fn campaign_time(speed_milli: u64) -> String {
    match speed_milli {
        0 => "campaign time".to_owned(),
        1_000 => "campaign time, which ran as fast as the wall clock".to_owned(),
        milli => format!(
            "campaign time: at {} a second of it took {} of wall time",
            speed(milli),
            span(1_000 * S / milli),
        ),
    }
}

/// A count in full, thousands apart: `24,010`.
pub fn count(n: u64) -> String {
    thousands(&n.to_string())
}

/// A count in six characters: in full below 100,000, then to three digits.
pub fn count_short(n: u64) -> String {
    match n {
        0..100_000 => count(n),
        100_000..1_000_000 => format!("{} k", three_digits(n as f64 / 1e3)),
        _ => format!("{} M", three_digits(n as f64 / 1e6)),
    }
}

/// A signed count in full, with a true minus.
pub fn signed(n: i64) -> String {
    let sign = if n < 0 { "−" } else { "" };
    format!("{sign}{}", count(n.unsigned_abs()))
}

/// `1 order`, `24,010 orders`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// Money of the campaign to three digits: `USD 24.90`, `USD 18.4 k`, `JPY 1.2 M`.
pub fn money(minor: i64, campaign: &Campaign) -> String {
    money_in(minor, &campaign.currency, campaign.currency_digits)
}

/// The same in a currency of so many decimal places.
pub fn money_in(minor: i64, currency: &str, digits: u8) -> String {
    let major = minor as f64 / 10f64.powi(i32::from(digits));
    let text = match major.abs() {
        size if size < 1_000.0 => return exact_in(minor, currency, digits),
        size if size < 999_500.0 => format!("{} k", three_digits(major / 1e3)),
        size if size < 999_500_000.0 => format!("{} M", three_digits(major / 1e6)),
        _ => format!("{} bn", three_digits(major / 1e9)),
    };
    format!("{currency} {}", text.replace('-', "−"))
}

/// Money of the campaign to the cent: `USD 18,437.20`.
pub fn money_exact(minor: i64, campaign: &Campaign) -> String {
    exact_in(minor, &campaign.currency, campaign.currency_digits)
}

fn exact_in(minor: i64, currency: &str, digits: u8) -> String {
    let one = 10u64.checked_pow(u32::from(digits)).unwrap_or(1);
    let sign = if minor < 0 { "−" } else { "" };
    let (major, rest) = (minor.unsigned_abs() / one, minor.unsigned_abs() % one);
    let places = usize::from(digits);
    match places {
        0 => format!("{currency} {sign}{}", count(major)),
        _ => format!("{currency} {sign}{}.{rest:0places$}", count(major)),
    }
}

/// A moment of the campaign on its own clock: `0:42:07`.
pub fn clock(us: u64) -> String {
    let s = us / S;
    format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

/// The sign of the thing at that place of a list: `A` … `Z`, `AA`, …
pub fn letters(place: usize) -> String {
    let last = char::from(b'A' + (place % 26) as u8);
    match place / 26 {
        0 => last.to_string(),
        before => letters(before - 1) + &last.to_string(),
    }
}

/// A KPI's value: `4.17 min`, `99.4 %`, `not seen`, `—`.
pub fn value(value: Value) -> String {
    match value {
        Value::LagUs(us) => span(us),
        Value::LaterThanObserved => "not seen".to_owned(),
        Value::SharePpm(ppm) => share(ppm),
        Value::Absent => "—".to_owned(),
    }
}

/// The same in a sentence, where there is room to say until when.
pub fn value_said(seen: Value) -> String {
    match seen {
        Value::LaterThanObserved => "never shown by the end".to_owned(),
        seen => value(seen),
    }
}

/// Two bounds, the unit said once where they share it: `3.08–4.17 min`, `41 s–2.1 min`,
/// `0–0.35 %`, `> 41.2 min`.
pub fn interval(low: Value, high: Value) -> String {
    match (low, high) {
        (Value::LagUs(low), Value::LagUs(high)) if low == high => span(low),
        (Value::LagUs(low), Value::LagUs(high)) => {
            let unit = time_unit(high);
            let ((a, _), (b, name)) = (in_unit(low, unit), in_unit(high, unit));
            if low == 0 || time_unit(low) == unit {
                return format!("{a}–{b} {name}");
            }
            format!("{}–{}", span(low), span(high))
        }
        (Value::LagUs(low), Value::LaterThanObserved) => format!("> {}", span(low)),
        (Value::LaterThanObserved, Value::LaterThanObserved) => "not seen".to_owned(),
        (Value::SharePpm(low), Value::SharePpm(high)) => {
            format!("{}–{}", share(low).trim_end_matches(" %"), share(high))
        }
        (Value::Absent, _) | (_, Value::Absent) => "—".to_owned(),
        (low, high) => format!("{}–{}", value(low), value(high)),
    }
}

/// A civil moment as people write it: `2026-11-27 06:00 America/New_York`; anything else as it is.
pub fn civil(rfc_9557: &str) -> String {
    let zone = rfc_9557.split_once('[').and_then(|(_, rest)| rest.strip_suffix(']'));
    match (rfc_9557.get(..16), zone) {
        (Some(minute), Some(zone)) => format!("{} {zone}", minute.replacen('T', " ", 1)),
        _ => rfc_9557.to_owned(),
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The same without year and zone, for a headline: `27 Nov 06:00`.
pub fn civil_short(rfc_9557: &str) -> String {
    let part = |from: usize, until: usize| rfc_9557.get(from..until);
    let month = part(5, 7).and_then(|digits| digits.parse::<usize>().ok());
    let month = month.and_then(|of_year| MONTHS.get(of_year.wrapping_sub(1)));
    let day = part(8, 10).and_then(|digits| digits.parse::<u8>().ok());
    match (day, month, part(11, 16)) {
        (Some(day), Some(month), Some(minute)) => format!("{day} {month} {minute}"),
        _ => rfc_9557.to_owned(),
    }
}

/// Units that must not be torn from their number at the end of a line.
const UNITS: [&str; 10] = ["%", "µs", "ms", "s", "min", "h", "d", "k", "M", "bn"];

/// The text with a space that does not break between every number and its unit, and after ±.
pub fn glued(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let after_digit = out.ends_with(|c: char| c.is_ascii_digit());
        let before_unit = || UNITS.iter().any(|unit| starts_with_word(&text[at + 1..], unit));
        let glues = c == ' ' && (out.ends_with('±') || (after_digit && before_unit()));
        out.push(if glues { '\u{a0}' } else { c });
    }
    out
}

fn starts_with_word(text: &str, word: &str) -> bool {
    let rest = text.strip_prefix(word);
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
}

/// How fast the campaign's clock ran: `60x`, `1.5x`, `simulated`.
pub fn speed(speed_milli: u64) -> String {
    match speed_milli {
        0 => "simulated".to_owned(),
        milli => format!("{}x", three_digits(milli as f64 / 1e3)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(said: &[String], expected: &[&str]) {
        assert_eq!(said, expected);
    }

    #[test]
    fn signs_go_on_behind_z() {
        check(
            &[0, 25, 26, 51, 52, 701, 702].map(letters),
            &["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"],
        );
    }

    #[test]
    fn spans_have_three_digits_and_one_unit() {
        let us = [0, 350, 40_000, 2_500_000, 250_000_000, 4_500_000_000, 8_100_000_000];
        check(&us.map(span), &["0 s", "350 µs", "40 ms", "2.5 s", "4.17 min", "75 min", "2.25 h"]);
    }

    #[test]
    fn counts_keep_every_digit() {
        check(&[0, 999, 1_000, 24_010_007].map(count), &["0", "999", "1,000", "24,010,007"]);
        check(&[99_999, 412_608, 24_010_007].map(count_short), &["99,999", "413 k", "24 M"]);
        check(&[signed(-1_200), signed(3)], &["−1,200", "3"]);
        check(
            &[counted(1, "order", "orders"), counted(0, "order", "orders")],
            &["1 order", "0 orders"],
        );
    }

    #[test]
    fn money_names_its_currency_and_keeps_its_decimals() {
        let mut campaign = crate::report::sample::summary_go().campaign;
        let usd = [0, 2_490, -5, 99_999, 1_843_720, 124_000_000].map(|m| money(m, &campaign));
        check(
            &usd,
            &["USD 0.00", "USD 24.90", "USD −0.05", "USD 999.99", "USD 18.4 k", "USD 1.24 M"],
        );
        assert_eq!(money_exact(1_843_720, &campaign), "USD 18,437.20");
        (campaign.currency, campaign.currency_digits) = ("JPY".to_owned(), 0);
        check(&[money(980, &campaign), money(-12_400, &campaign)], &["JPY 980", "JPY −12.4 k"]);
    }

    #[test]
    fn bounds_say_their_unit_once() {
        let lag = Value::LagUs;
        let said = [
            interval(lag(185 * S), lag(250 * S)),
            interval(lag(41 * S), lag(126 * S)),
            interval(lag(0), lag(126 * S)),
            interval(lag(2_472 * S), Value::LaterThanObserved),
            interval(Value::SharePpm(0), Value::SharePpm(3_500)),
            interval(Value::Absent, Value::Absent),
        ];
        let expected =
            ["3.08–4.17 min", "41 s–2.1 min", "0–2.1 min", "> 41.2 min", "0–0.35 %", "—"];
        check(&said, &expected);
    }

    #[test]
    fn a_number_keeps_its_unit_on_its_line() {
        assert_eq!(glued("3 min of 5 minutes"), "3\u{a0}min of 5 minutes");
        assert_eq!(glued("0.5 %; USD 2 k, 4"), "0.5\u{a0}%; USD 2\u{a0}k, 4");
        assert_eq!(glued("order 7 s"), "order 7\u{a0}s");
        assert_eq!(glued("7 "), "7 ");
    }

    #[test]
    fn shares_differ_by_points() {
        let said = [0, 52, 99, 630, 51_300, 413_000].map(points);
        let expected = ["0", "0.0052", "0.0099", "0.063", "5.13", "41.3"];
        check(&said, &expected.map(|points| format!("{points} points")).each_ref().map(|s| &**s));
    }

    #[test]
    fn a_clock_that_ran_faster_says_what_its_second_is() {
        let said = [0, 1_000, 45_000].map(campaign_time);
        assert_eq!(said[0], "campaign time");
        assert_eq!(said[1], "campaign time, which ran as fast as the wall clock");
        assert_eq!(said[2], "campaign time: at 45x a second of it took 22.2 ms of wall time");
    }

    #[test]
    fn clocks_and_speeds() {
        check(&[clock(0), clock(2_527 * S)], &["0:00:00", "0:42:07"]);
        let starts = "2026-11-27T06:00:00-05:00[America/New_York]";
        check(&[civil(starts), civil("soon")], &["2026-11-27 06:00 America/New_York", "soon"]);
        let short = ["27 Nov 06:00", "2026-13-01T06:00", "soon"];
        check(&[starts, "2026-13-01T06:00", "soon"].map(civil_short), &short);
        check(&[0, 60_000, 1_500].map(speed), &["simulated", "60x", "1.5x"]);
    }
}
