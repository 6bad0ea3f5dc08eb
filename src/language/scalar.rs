//! Owns the grammar of single values: durations, rates, shares, multiples, money, counts.
//! Must not know which key a value belongs to.
//!
//! Every function reads a text and answers with the value or with what is wrong with it. Every
//! value that has a unit must state it: a bare `20` is refused where a time is expected.

pub(crate) use super::number::leading_number;
use super::number::{Places, meant, multiplier, number};
use super::problem::{Reading, Wrong};
use super::tree::{Node, Value};
use crate::units::{Money, Ppm, Qty, Rate, Span, thousands};

/// The longest time that can be said: a year and a day.
const SPAN_MAX_S: f64 = 366.0 * 86_400.0;

/// The highest rate, in events an hour.
pub(crate) const RATE_MAX_PER_HOUR: f64 = 1e12;

/// The largest count, of units or of things.
const COUNT_MAX: f64 = 1e12;

/// Reads a node that must be a single value.
pub(crate) fn scalar<T>(
    node: &Node,
    r: &Reading,
    parse: impl FnOnce(&str) -> Result<T, Wrong>,
) -> Option<T> {
    let read = match &node.value {
        Value::Scalar(text) => parse(text.trim()),
        _ => parse("").map_err(|wrong| {
            wrong.refound(format!("{} stands where one value is expected", node.kind()))
        }),
    };
    read.map_err(|wrong| r.wrong(&node.at, wrong)).ok()
}

/// What was found is not what is expected.
fn refused<T>(found: &str, expected: &str) -> Result<T, Wrong> {
    Err(Wrong::new(found).expected(expected))
}

/// A decoder of nodes from a grammar of texts.
macro_rules! decoders {
    ($($(#[$doc:meta])* $name:ident -> $type:ty = $parse:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name(node: &Node, r: &Reading) -> Option<$type> {
            scalar(node, r, $parse)
        }
    )*};
}

decoders! {
    /// A time, zero allowed.
    duration -> Span = parse_duration;
    /// A time above zero.
    lasting -> Span = parse_lasting;
    /// A rate above zero.
    rate -> Rate = |text| {
        parse_per_hour(text).map(|per_hour| Rate(((per_hour * 1e3).round() as u64).max(1)))
    };
    /// A share from 0 % to 100 %.
    share -> Ppm = parse_share;
    /// A share above zero.
    some_share -> Ppm = |text| match parse_share(text)? {
        Ppm::ZERO => refused("0% is none at all", "a share above 0%, such as 20%"),
        share => Ok(share),
    };
    /// A multiple above zero, in thousandths.
    multiple_milli -> u64 = |text| match parse_multiple(text)? {
        x if x <= 0.0 => refused("0x is none at all", "a multiple above zero, such as 10x"),
        x => Ok(((x * 1e3).round() as u64).max(1)),
    };
    /// A whole number above zero.
    some -> u64 = |text| match parse_count(text, "a whole number above zero, such as 40")? {
        0 => refused("`0` is none at all", "a whole number above zero, such as 40"),
        n => Ok(n),
    };
    /// Units of stock, zero allowed, never negative.
    units -> Qty = |text| {
        parse_count(text, "a whole number of units, such as 40 or 0").map(|n| Qty(n as i64))
    };
    /// `yes` or `no`.
    yes_no -> bool = |text| match text {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        other => refused(&format!("`{other}` is neither yes nor no"), "`yes` or `no`"),
    };
    /// Words, not empty, on one line.
    words -> String = |text| {
        if text.is_empty() {
            return Err(Wrong::new("nothing is written").expected("a word or two"));
        }
        // On one line, wherever it is shown.
        Ok(text.replace(['\n', '\r'], " "))
    };
}

/// Words of up to `max` letters.
pub(crate) fn name_up_to(max: usize) -> impl Fn(&Node, &Reading) -> Option<String> {
    move |node, r| {
        let name = words(node, r)?;
        let letters = name.chars().count();
        if letters > max {
            let wrong = Wrong::new(format!("a name of {} letters", grouped(letters as f64)));
            r.wrong(&node.at, wrong.expected(format!("a name of at most {max} letters")));
            return None;
        }
        Some(name)
    }
}

/// A whole number from 1 up to `max`.
pub(crate) fn some_up_to(max: u64) -> impl Fn(&Node, &Reading) -> Option<u64> {
    move |node, r| {
        let n = some(node, r)?;
        if n > max {
            let at_most = format!("a whole number from 1 to {}", grouped(max as f64));
            let wrong = Wrong::new(format!("{} is too many", grouped(n as f64))).expected(at_most);
            r.wrong(&node.at, wrong);
            return None;
        }
        Some(n)
    }
}

/// One of a few words.
pub(crate) fn choice<T: Copy>(
    choices: &'static [(&'static str, T)],
) -> impl Fn(&Node, &Reading) -> Option<T> {
    move |node, r| {
        scalar(node, r, |text| {
            let hit = choices.iter().find(|(word, _)| *word == text);
            hit.map(|(_, value)| *value).ok_or_else(|| {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                let one_of = if words.len() > 1 { "one of " } else { "" };
                Wrong::new(format!("`{text}` is not a word that can stand here"))
                    .expected(format!("{one_of}{}", super::map::list_of(&words)))
                    .nearest(text, words.iter().copied())
            })
        })
    }
}

const UNITS_OF_TIME: &[(&str, f64)] = &[
    ("us", 1e-6),
    ("µs", 1e-6),
    ("μs", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("sec", 1.0),
    ("second", 1.0),
    ("seconds", 1.0),
    ("m", 60.0),
    ("min", 60.0),
    ("minute", 60.0),
    ("minutes", 60.0),
    ("h", 3_600.0),
    ("hour", 3_600.0),
    ("hours", 3_600.0),
    ("d", 86_400.0),
    ("day", 86_400.0),
    ("days", 86_400.0),
];

fn seconds_in(unit: &str) -> Option<f64> {
    UNITS_OF_TIME.iter().find(|(name, _)| *name == unit).map(|(_, s)| *s)
}

/// `90s`, `10m`, `2h`, `40ms`; larger units before smaller: `1h 30m`.
pub(crate) fn parse_duration(text: &str) -> Result<Span, Wrong> {
    let expected = "a time with its unit, such as 90s, 10m, 2h or 40ms";
    let not_one = || Wrong::new(format!("`{text}` is not a time")).expected(expected);
    let mut rest = text;
    let (mut total_s, mut larger_s) = (0.0, f64::INFINITY);
    while !rest.is_empty() {
        let (number, after) = number(rest, Places::Any, &not_one)?;
        if number < 0.0 {
            return Err(Wrong::new(format!("`{text}` is a negative time")).expected(expected));
        }
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let unit = &after[..end];
        if unit.is_empty() {
            return Err(Wrong::new(format!("`{text}` has no unit"))
                .expected(expected)
                .hint(format!("write {number}s for seconds, {number}m for minutes")));
        }
        let seconds = seconds_in(unit).ok_or_else(|| not_a_unit(unit).expected(expected))?;
        if seconds >= larger_s {
            let found = format!("`{text}` has `{unit}` behind a unit that is no larger");
            return Err(Wrong::new(found).expected("a time, such as 1h 30m or 90s"));
        }
        larger_s = seconds;
        total_s += number * seconds;
        rest = after[end..].trim_start();
    }
    if text.is_empty() {
        return Err(not_one());
    }
    if total_s > SPAN_MAX_S {
        return Err(Wrong::new(format!("`{text}` is longer than a year")).expected(expected));
    }
    Ok(Span::from_secs_f64(total_s))
}

fn not_a_unit(unit: &str) -> Wrong {
    let names = UNITS_OF_TIME.iter().map(|(name, _)| *name).filter(|name| name.len() > 2);
    Wrong::new(format!("`{unit}` is not a unit of time")).nearest(unit, names)
}

/// A time above zero.
pub(crate) fn parse_lasting(text: &str) -> Result<Span, Wrong> {
    match parse_duration(text)? {
        Span::ZERO => refused("`0` is no time at all", "a time above zero, such as 10m"),
        span => Ok(span),
    }
}

/// `1200 orders/hour`, `2/min`, `5/s`, `90 per hour`: events an hour, above zero. Between the
/// number and the unit of time stands one word, for the reader.
pub(crate) fn parse_per_hour(text: &str) -> Result<f64, Wrong> {
    let expected = "a rate, such as 1200 orders/hour, 2/min or 5/s";
    let not_one = || Wrong::new(format!("`{text}` is not a rate")).expected(expected);
    let slip = || not_one().maybe_hint(meant(text, Places::Any));
    let (number, rest) = number(text, Places::Any, &not_one)?;
    let parts = rest.split_once('/').or_else(|| match rest.strip_prefix("per ") {
        Some(unit) => Some(("", unit)),
        None => rest.split_once(" per "),
    });
    let (word, unit) = parts.ok_or_else(slip)?;
    let (word, unit) = (word.trim(), unit.trim());
    if multiplier(word).is_some() || !word.chars().all(char::is_alphabetic) {
        return Err(slip());
    }
    // `5k/hour`, `5m/s`: letters that touch a number are taken for a part of it.
    let apart = &text[..text.len() - rest.len()];
    if !word.is_empty() && (word.chars().count() < 2 || !apart.ends_with(char::is_whitespace)) {
        return Err(
            not_one().hint(format!("write {0} orders/{unit}, or {0}/{unit}", apart.trim_end()))
        );
    }
    let seconds = seconds_in(unit).ok_or_else(|| not_a_unit(unit).expected(expected))?;
    if number < 0.0 {
        return Err(Wrong::new(format!("`{text}` is a negative rate")).expected(expected));
    }
    if number == 0.0 {
        return Err(Wrong::new("a rate of zero")
            .expected(expected)
            .hint("if nothing of the kind should happen, remove the key"));
    }
    let per_hour = number * (3_600.0 / seconds);
    if per_hour > RATE_MAX_PER_HOUR {
        let found = format!("`{text}` is too many");
        let most = format!("at most {} an hour, such as 1200/hour", grouped(RATE_MAX_PER_HOUR));
        return Err(Wrong::new(found).expected(most));
    }
    Ok(per_hour)
}

/// A percentage as a signed number of millionths.
pub(crate) fn parse_percent_ppm(text: &str) -> Result<i64, Wrong> {
    let expected = "a percentage, such as 20% or 0.5%";
    let not_one = || Wrong::new(format!("`{text}` is not a percentage")).expected(expected);
    let (number, rest) = number(text, Places::Fine, &not_one)?;
    match rest {
        "%" if number.abs() <= 1e6 => Ok((number * 1e4).round() as i64),
        "" => Err(Wrong::new(format!("`{text}` has no unit"))
            .expected(expected)
            .hint(as_percent(number))),
        _ => Err(not_one()),
    }
}

/// `0.6` is six tenths to some, and 0.6 % to others; `60` is 60 %.
fn as_percent(number: f64) -> String {
    if number.abs() > 1.0 {
        return format!("write {number}%");
    }
    format!("write {}% or {number}%", (number * 1e8).round() / 1e6)
}

/// A share from 0 % to 100 %.
pub(crate) fn parse_share(text: &str) -> Result<Ppm, Wrong> {
    let expected = "a share from 0% to 100%, such as 20%";
    match parse_percent_ppm(text)? {
        ppm @ 0..=1_000_000 => Ok(Ppm(ppm as u32)),
        _ => Err(Wrong::new(format!("`{text}` is no part of a whole")).expected(expected)),
    }
}

/// A share with the words that say of what: `1% of skus`; the words may be left out.
pub(crate) fn share_of(of: &'static str) -> impl Fn(&Node, &Reading) -> Option<Ppm> {
    move |node, r| {
        scalar(node, r, |text| {
            let bare = text.strip_suffix(of).map_or(text, str::trim_end);
            let bare = bare.strip_suffix("of").map_or(bare, str::trim_end);
            match parse_share(bare)? {
                Ppm::ZERO => {
                    refused("0% is none at all", &format!("a share above 0%, such as 1% of {of}"))
                }
                share => Ok(share),
            }
        })
    }
}

/// `10x`, `1.5x`: zero or more.
pub(crate) fn parse_multiple(text: &str) -> Result<f64, Wrong> {
    let expected = "a multiple, such as 10x or 1.5x";
    let wrong = |what: &str| Wrong::new(format!("`{text}` {what}")).expected(expected);
    let (number, rest) = number(text, Places::Any, &|| wrong("is not a multiple"))?;
    match rest {
        _ if number < 0.0 => Err(wrong("is negative")),
        _ if number > 1e9 => Err(wrong("is absurdly large")),
        "x" | "×" => Ok(number),
        "" => Err(wrong("has no unit").hint(format!("write {number}x"))),
        _ => Err(wrong("is not a multiple")),
    }
}

/// A whole number, zero or more.
pub(crate) fn parse_count(text: &str, expected: &str) -> Result<u64, Wrong> {
    let wrong = |what: &str| Wrong::new(format!("`{text}` {what}")).expected(expected);
    let whole = Places::AtMost(0);
    match number(text, whole, &|| wrong("is not a number"))? {
        (number, "") if number < 0.0 => Err(wrong("is negative")),
        (number, "") if number > COUNT_MAX => Err(wrong("is too many")),
        (number, "") if number.fract() == 0.0 => Ok(number as u64),
        (_, "") => Err(wrong("is not whole")),
        _ => Err(wrong("is not a number").maybe_hint(meant(text, whole))),
    }
}

/// An amount in a currency of that many decimal places, zero or more.
pub(crate) fn parse_money(text: &str, digits: u8) -> Result<Money, Wrong> {
    let expected = if digits == 0 { "an amount, such as 2490" } else { "an amount, such as 24.90" };
    let wrong = |what: &str| Wrong::new(format!("`{text}` {what}")).expected(expected);
    let places = if digits < 3 { Places::AtMost(digits) } else { Places::Fine };
    let (number, rest) = number(text, places, &|| wrong("is not an amount"))?;
    let minor = number * 10_f64.powi(i32::from(digits));
    match rest {
        "" if number < 0.0 => Err(wrong("is negative")),
        "" if minor > COUNT_MAX => Err(wrong("is absurdly large")),
        "" if (minor - minor.round()).abs() > 1e-6 => {
            Err(wrong(&format!("has more than the {digits} decimal places of its currency")))
        }
        "" => Ok(Money(minor.round() as i64)),
        _ if multiplier(rest).is_some() => {
            Err(wrong("is not an amount").maybe_hint(meant(text, places)))
        }
        _ => Err(wrong("is not an amount").hint("name the currency once, as `currency: USD`")),
    }
}

/// A whole number with its thousands apart: `1,000,000`. Above what a float can count exactly only
/// its first three digits mean anything.
pub(crate) fn grouped(number: f64) -> String {
    let zeros = if number < 9e15 { 0 } else { number.log10() as usize - 2 };
    let first = number / 10_f64.powi(zeros as i32);
    thousands(&format!("{first:.0}{}", "0".repeat(zeros)))
}

#[cfg(test)]
mod tests;
