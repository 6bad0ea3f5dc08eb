//! Owns `--vary`: which field of a scenario is swept, and over which values.
//! Must not know what a field means: a patched text is read like any other, errors and all.

use super::patch::Patch;
use crate::language::map::list_of;
use crate::language::number::unmistakable;
use crate::language::path;
use crate::language::problem::{Problems, Wrong};
use crate::language::scalar::{leading_number, parse_duration};
use crate::units::Span;

/// More points than this nobody reads, and few would wait for.
pub const POINTS_MAX: usize = 32;

/// A field and the values it takes, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vary {
    /// The path of the field: `connectors.hub.workers`.
    pub field: String,
    /// What is written there, one after the other.
    pub values: Vec<String>,
}

impl Vary {
    /// `connectors.hub.workers=1..16`, `…=1,2,4,8`, `…=30s..5m`, `…=1..16 by 5`.
    ///
    /// # Errors
    /// Says what was found and what is expected.
    pub fn parse(text: &str) -> Result<Vary, Problems> {
        parsed(text).map_err(|wrong| Problems::of_file(&format!("--vary {text}"), wrong))
    }

    /// The field set to one of its values.
    pub fn patch(&self, place: usize) -> Patch {
        Patch::set(&self.field, &self.values[place])
    }
}

fn parsed(text: &str) -> Result<Vary, Wrong> {
    const GRAMMAR: &str = "a field and its values, such as `connectors.hub.workers=1..16`";
    let (field, values) = path::before_equals(text)
        .ok_or_else(|| Wrong::new("there is no `=` between field and values").expected(GRAMMAR))?;
    let (field, values) = (path::of(path::keys(field)?), values.trim());
    let values = match values.split_once("..") {
        Some((from, rest)) if !values.contains(['{', '[']) => range(from.trim(), rest.trim())?,
        _ => {
            is_no_thousand(values)?;
            listed(values)
        }
    };
    if values.len() < 2 {
        let wrong = Wrong::new(format!("{} is no sweep", list_of(&[text])));
        return Err(wrong.expected("two values or more: `1..16`, `1,2,4,8`, `30s..5m`"));
    }
    is_bearable(values.len())?;
    Ok(Vary { field, values })
}

fn is_bearable(points: usize) -> Result<(), Wrong> {
    if points <= POINTS_MAX {
        return Ok(());
    }
    let wrong = Wrong::new(format!("this sweep has {points} points"));
    let hint = "a range without `by` doubles from point to point: `1..1000000` has 21";
    Err(wrong.expected(format!("at most {POINTS_MAX} points")).hint(hint))
}

/// `1,000` is one number to whoever writes it so, and `1,500` may be.
fn is_no_thousand(text: &str) -> Result<(), Wrong> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = text.split(',');
    let first = parts.next().unwrap_or_default();
    let groups = parts.clone().all(|part| part.len() == 3 && is_number(part));
    let proved = parts.clone().any(|part| part.starts_with('0'));
    let one = is_number(first) && first.len() <= 3 && !first.starts_with('0');
    if !one || !groups || !(proved || parts.clone().count() == 1) {
        return Ok(());
    }
    let whole = text.replace(',', "");
    let wrong = Wrong::new(format!("`{text}` can be read two ways: {whole}, or several values"));
    let spaced = text.replace(',', ", ");
    Err(wrong.expected(format!("{whole} without a comma, or `{spaced}` for several")))
}

/// Values between commas; those in braces hold theirs together.
fn listed(text: &str) -> Vec<String> {
    let (mut values, mut depth) = (vec![String::new()], 0);
    for c in text.chars() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        match values.last_mut() {
            Some(last) if c != ',' || depth > 0 => last.push(c),
            _ => values.push(String::new()),
        }
    }
    values.iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

/// From one number to another of the same unit: doubling, or by steps.
fn range(from: &str, rest: &str) -> Result<Vec<String>, Wrong> {
    let (until, by) = match rest.split_once(" by ") {
        Some((until, by)) => (until.trim(), Some(by.trim())),
        None => (rest, None),
    };
    let (low, unit) = number(from)?;
    let (high, other) = number(until)?;
    let step = by.map(number).transpose()?;
    let same = other == unit && step.as_ref().is_none_or(|(_, unit_by)| *unit_by == unit);
    if !same {
        let wrong = Wrong::new(format!("`{from}..{rest}` mixes units"));
        return Err(wrong.expected("one unit throughout: `30s..5m`, `10%..40% by 10%`"));
    }
    if low >= high || step.as_ref().is_some_and(|(by, _)| *by <= 0.0) {
        let wrong = Wrong::new(format!("`{from}..{rest}` does not rise"));
        return Err(wrong.expected("from less to more, by steps above zero: `1..16`, `0..4 by 1`"));
    }
    if by.is_none() && low <= 0.0 {
        let wrong = Wrong::new(format!(
            "`{from}..{rest}` doubles from point to point, and {from} has no double"
        ));
        let hint = format!("or all values: `{from},1,2`");
        return Err(wrong.expected(format!("a step: `{from}..{rest} by 1`")).hint(hint));
    }
    let points = match &step {
        Some((by, _)) => (high - low) / by,
        None => (high / low).log2(),
    };
    // Counted before they are made: a million of them would be made for nothing.
    is_bearable(points.ceil().min(1e15) as usize + 1)?;
    let mut values = Vec::new();
    let mut at = low;
    while at < high * (1.0 - 1e-9) {
        values.push(written(at, &unit));
        at = match &step {
            Some((by, _)) => at + by,
            None => at * 2.0,
        };
    }
    values.push(written(high, &unit));
    Ok(values)
}

/// A number with its unit; times in microseconds.
fn number(text: &str) -> Result<(f64, String), Wrong> {
    if let Ok(span) = parse_duration(text)
        && text.ends_with(char::is_alphabetic)
    {
        return Ok((span.0 as f64, "time".to_owned()));
    }
    leading_number(text).map(|(number, unit)| (number, unit.trim().to_owned())).ok_or_else(|| {
        Wrong::new(format!("`{text}` is no number")).expected("a number with its unit: 4, 30s, 20%")
    })
}

fn written(value: f64, unit: &str) -> String {
    if unit != "time" {
        let value = (value * 1e6).round() / 1e6;
        return format!("{}{unit}", unmistakable(value));
    }
    written_span(Span(value.round() as u64))
}

/// A length of time as the language writes it, exactly and in the largest unit of which it is a
/// whole number: `150s`, `2m`.
pub fn written_span(span: Span) -> String {
    const UNITS: &[(u64, &str)] =
        &[(3_600_000_000, "h"), (60_000_000, "m"), (1_000_000, "s"), (1_000, "ms")];
    let whole = UNITS.iter().find(|(size, _)| span.0 > 0 && span.0.is_multiple_of(*size));
    whole.map_or_else(|| format!("{}us", span.0), |(size, unit)| format!("{}{unit}", span.0 / size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, values: &[&str]) {
        let vary = Vary::parse(&format!("a.b={text}")).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(
            (vary.field.as_str(), vary.values),
            ("a.b", values.iter().map(|v| (*v).to_owned()).collect())
        );
    }

    #[test]
    fn spans_are_written_in_the_largest_whole_unit() {
        for (us, text) in [
            (150_000_000, "150s"),
            (120_000_000, "2m"),
            (12_500_000, "12500ms"),
            (5_400_000_000, "90m"),
            (7_200_000_000, "2h"),
        ] {
            assert_eq!(written_span(Span(us)), text);
            assert_eq!(crate::scenario::duration(text), Ok(Span(us)));
        }
    }

    #[test]
    fn values_are_listed_doubled_or_stepped() {
        check("1,2, 8", &["1", "2", "8"]);
        check("100,200,300", &["100", "200", "300"]);
        check("1, 500", &["1", "500"]);
        check("10,20", &["10", "20"]);
        check("1..16", &["1", "2", "4", "8", "16"]);
        check("3..20", &["3", "6", "12", "20"]);
        check("0..4 by 2", &["0", "2", "4"]);
        check("30s..5m", &["30s", "1m", "2m", "4m", "5m"]);
        check("10%..40% by 10%", &["10%", "20%", "30%", "40%"]);
        check("{ poll: 1m, x: 2 },webhook", &["{ poll: 1m, x: 2 }", "webhook"]);
        check("none,inventory first", &["none", "inventory first"]);
    }

    #[test]
    fn a_field_may_bear_a_name_with_points_and_spaces() {
        let vary = Vary::parse("channels.\"amazon.de = x\".holds back=0,1").unwrap();
        assert_eq!(vary.field, "channels.\"amazon.de = x\".holds back");
        assert_eq!(vary.values, ["0", "1"]);
        let patch = Patch::set("channels.\"amazon.de = x\".holds back", "1");
        assert_eq!(vary.patch(1), patch);
    }

    #[test]
    fn a_sweep_that_cannot_be_meant_is_refused_with_what_is_expected() {
        for (text, says) in [
            ("connectors.hub.workers", "no `=`"),
            ("=1..4", "is no field"),
            ("a..b=1..4", "is no field"),
            ("a=4", "two values or more"),
            ("a=1..1000000 by 1", "has 1000000 points"),
            ("a=16..1", "does not rise"),
            ("a=0..8", "a step: `0..8 by 1`"),
            ("a=4..4", "does not rise"),
            ("a=1,000", "1000 without a comma"),
            ("a=1,500", "`1, 500` for several"),
            ("a=1,000,000", "can be read two ways"),
            ("a=1..5m", "mixes units"),
            ("a=few..many", "is no number"),
        ] {
            let said = Vary::parse(text).unwrap_err().to_string();
            assert!(
                said.contains(says) && said.contains(&format!("--vary {text}")),
                "{text}: {said}"
            );
        }
    }
}
