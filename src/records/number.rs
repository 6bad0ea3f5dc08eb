//! Owns how a file writes numbers: decimal point or comma, thousands, currency signs.
//! Must not know which column a number stands in.
//!
//! `1.299` is one and a bit, or thirteen hundred. No reading is guessed: what the file proves is
//! used, and what it leaves open is asked about.

use super::currency;
use crate::wrong::Wrong;

/// The mark before the places of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DecimalMark {
    #[default]
    Point,
    Comma,
}

/// The largest exponent of a number: `1e12`.
const EXPONENT_MAX: i32 = 12;

/// A decimal number, exactly: `units` / 10^`places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    units: i128,
    places: u32,
}

impl Decimal {
    /// The number, when it is whole and small enough to be one.
    pub(crate) fn whole(self) -> Option<i64> {
        let one = 10_i128.checked_pow(self.places)?;
        (self.units % one == 0).then(|| i64::try_from(self.units / one).ok()).flatten()
    }

    /// In units of 10^-`digits`, rounded half away from zero.
    pub(crate) fn minor(self, digits: u8) -> Option<i64> {
        self.minor_of(digits, 1)
    }

    /// In units of 10^-`digits`, when it has no more places.
    pub(crate) fn exact(self, digits: u8) -> Option<i64> {
        let minor = self.minor(digits)?;
        let again = i128::from(minor).checked_mul(10_i128.checked_pow(self.places)?)?;
        let once = self.units.checked_mul(10_i128.pow(u32::from(digits)))?;
        (again == once).then_some(minor)
    }

    /// A `parts`th of it, in units of 10^-`digits`, rounded half away from zero.
    pub(crate) fn minor_of(self, digits: u8, parts: i64) -> Option<i64> {
        let above = self.units.checked_mul(10_i128.pow(u32::from(digits)))?;
        let below = 10_i128.checked_pow(self.places)?.checked_mul(i128::from(parts))?;
        let half = if (above < 0) == (below < 0) { below / 2 } else { -(below / 2) };
        i64::try_from(above.checked_add(half)?.checked_div(below)?).ok()
    }

    /// Whether it is nought.
    pub(crate) fn is_zero(self) -> bool {
        self.units == 0
    }

    /// Whether it is one.
    pub(crate) fn is_one(self) -> bool {
        self.whole() == Some(1)
    }

    /// As a float, for a weight.
    pub(crate) fn as_f64(self) -> f64 {
        self.units as f64 / 10_f64.powi(self.places as i32)
    }
}

/// The pieces of a number as it is written.
struct Pieces<'t> {
    negative: bool,
    body: &'t str,
    exponent: i32,
}

/// What stands between groups of three and can be nothing else.
fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '’')
}

fn pieces(text: &str) -> Option<Pieces<'_>> {
    let mut body = text.trim();
    let mut negative = false;
    // Accounts put what is negative in brackets.
    if let Some(inner) = body.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (negative, body) = (true, inner.trim());
    }
    if let Some(rest) = body.strip_prefix(['-', '−']) {
        (negative, body) = (!negative, rest.trim_start());
    } else if let Some(rest) = body.strip_suffix('-') {
        (negative, body) = (!negative, rest.trim_end());
    } else if let Some(rest) = body.strip_prefix('+') {
        body = rest.trim_start();
    }
    let mut exponent: i32 = 0;
    if let Some((before, after)) = body.split_once(['e', 'E']) {
        let digits = after.trim_start_matches(['+', '-']);
        let sound = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if !sound || after.len() - digits.len() > 1 {
            return None;
        }
        (body, exponent) = (before, after.parse().ok()?);
    }
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',') || is_gap(c);
    let sound = body.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))
        && body.contains(|c: char| c.is_ascii_digit())
        && body.chars().all(allowed);
    (sound && exponent.abs() <= EXPONENT_MAX).then_some(Pieces { negative, body, exponent })
}

/// Whether the digits before the mark stand alone or in groups of three.
fn is_grouped(whole: &str, is_group: impl Fn(char) -> bool) -> bool {
    let mut groups = whole.split(&is_group);
    let first = groups.next().unwrap_or("");
    let mut rest = groups.peekable();
    if rest.peek().is_some() && !(1..=3).contains(&first.len()) {
        return false;
    }
    first.bytes().all(|b| b.is_ascii_digit())
        && rest.all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()))
}

/// A number as a file with that mark writes it.
pub(crate) fn decimal(text: &str, mark: DecimalMark) -> Option<Decimal> {
    let Pieces { negative, body, exponent } = pieces(text)?;
    let (mark, other) = match mark {
        DecimalMark::Point => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let (whole, places) = body.split_once(mark).unwrap_or((body, ""));
    let groups = |c: char| c == other || is_gap(c);
    if !places.bytes().all(|b| b.is_ascii_digit()) || !is_grouped(whole, groups) {
        return None;
    }
    let digits: String = whole.chars().chain(places.chars()).filter(char::is_ascii_digit).collect();
    let mut units: i128 = if digits.len() <= 30 { digits.parse().ok()? } else { return None };
    let mut shift = places.len() as i32 - exponent;
    while shift < 0 {
        units = units.checked_mul(10)?;
        shift += 1;
    }
    Some(Decimal { units: if negative { -units } else { units }, places: shift as u32 })
}

/// Whether a number is below zero, whatever its mark.
pub(super) fn is_negative(text: &str) -> bool {
    pieces(text).is_some_and(|pieces| {
        pieces.negative && pieces.body.contains(|c: char| ('1'..='9').contains(&c))
    })
}

/// An amount without its currency, and the code or sign that stands beside it.
pub(crate) fn amount(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    let of_number =
        |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '−' | '+' | '(' | ')');
    let start = text.find(of_number).unwrap_or(text.len());
    let end = text
        .rfind(of_number)
        .map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    if end <= start || (start == 0 && end == text.len()) {
        return (text, None);
    }
    let (before, after) = (text[..start].trim(), text[end..].trim());
    match (before, after) {
        ("", sign) | (sign, "") if currency::is_one(sign) => (text[start..end].trim(), Some(sign)),
        _ => (text, None),
    }
}

/// How often something was seen, and the first time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sightings {
    pub(crate) count: u64,
    pub(crate) first: String,
}

impl Sightings {
    pub(crate) fn add(&mut self, text: &str) {
        if self.count == 0 {
            text.clone_into(&mut self.first);
        }
        self.count += 1;
    }
}

/// What the numbers of a file prove about how it writes them. Each by the point, then the comma.
#[derive(Clone, Debug, Default)]
pub(crate) struct NumberEvidence {
    /// It can only stand before places.
    decimal: [Sightings; 2],
    /// It can only stand between thousands.
    thousands: [Sightings; 2],
    /// It could be either.
    open: [Sightings; 2],
}

impl NumberEvidence {
    /// Takes a number into account.
    pub(crate) fn hear(&mut self, text: &str) {
        let Some(Pieces { body, exponent, .. }) = pieces(text) else { return };
        let of = |mark: char| body.matches(mark).count();
        let (points, commas) = (of('.'), of(','));
        let gaps = body.contains(is_gap);
        let (kind, mark) = match (points, commas) {
            (0, 0) => return,
            (_, 0) => (0, '.'),
            (0, _) => (1, ','),
            // Both: the later one stands before the places, the other between thousands.
            _ => {
                let last = usize::from(body.rfind('.') < body.rfind(','));
                if decimal(text, if last == 0 { DecimalMark::Point } else { DecimalMark::Comma })
                    .is_some()
                {
                    self.decimal[last].add(text);
                    self.thousands[1 - last].add(text);
                }
                return;
            }
        };
        let (before, after) = body.split_once(mark).unwrap_or_default();
        let first = before.len();
        let into = match () {
            () if points + commas > 1 => &mut self.thousands,
            () if after.len() != 3 || gaps || exponent != 0 => &mut self.decimal,
            () if !(1..=3).contains(&first) || before.starts_with('0') => &mut self.decimal,
            () => &mut self.open,
        };
        into[kind].add(text);
    }

    /// The mark that the file proves; what it leaves open is to be asked about.
    pub(crate) fn mark(&self) -> Result<DecimalMark, Wrong> {
        let [point, comma] = [0, 1].map(|i| self.decimal[i].count + self.thousands[1 - i].count);
        let ask = |found: String, hint: String| {
            Err(Wrong::new(found).expected("`decimal: \".\"` or `decimal: \",\"`").hint(hint))
        };
        let some = |i: usize| {
            let seen = [&self.decimal[i], &self.thousands[1 - i]];
            seen.into_iter().find(|seen| seen.count > 0).map_or("", |seen| &seen.first)
        };
        let open = |i: usize| {
            let Sightings { count, first } = &self.open[i];
            let (mark, thousand) = (['.', ','][i], first.replace(['.', ','], ""));
            ask(
                format!(
                    "`{first}` can be read two ways: as {thousand}, or as {}",
                    first.replace(',', ".")
                ),
                format!(
                    "a `{mark}` before exactly three digits ({} of the file's numbers): nothing \
                     says whether it stands between thousands or before places",
                    super::grouped(*count),
                ),
            )
        };
        match (point, comma) {
            (1.., 1..) => ask(
                format!("numbers are written both like `{}` and like `{}`", some(0), some(1)),
                "say which one the file means; rows with the other cannot be read then".to_owned(),
            ),
            // The other mark stands between thousands only if some number proves that it does.
            (1.., 0) if self.open[1].count > 0 && self.thousands[1].count == 0 => open(1),
            (0, 1..) if self.open[0].count > 0 && self.thousands[0].count == 0 => open(0),
            (0, 0) if self.open[0].count > 0 => open(0),
            (0, 0) if self.open[1].count > 0 => open(1),
            (_, 0) => Ok(DecimalMark::Point),
            (0, _) => Ok(DecimalMark::Comma),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(numbers: &[&str]) -> Result<DecimalMark, String> {
        let mut evidence = NumberEvidence::default();
        for number in numbers {
            evidence.hear(number);
        }
        evidence.mark().map_err(|wrong| wrong.to_string())
    }

    #[test]
    fn numbers_are_read_exactly() {
        let read = |text, mark| decimal(text, mark).and_then(|number| number.minor(2));
        for (text, mark, minor) in [
            ("1,099.00", DecimalMark::Point, Some(109_900)),
            ("1.099,00", DecimalMark::Comma, Some(109_900)),
            ("1.000", DecimalMark::Comma, Some(100_000)),
            ("1.000", DecimalMark::Point, Some(100)),
            ("1 299,5", DecimalMark::Comma, Some(129_950)),
            ("1'299.50", DecimalMark::Point, Some(129_950)),
            ("-12", DecimalMark::Point, Some(-1_200)),
            ("(12.5)", DecimalMark::Point, Some(-1_250)),
            ("12-", DecimalMark::Point, Some(-1_200)),
            ("1.2E+3", DecimalMark::Point, Some(120_000)),
            ("1e-1", DecimalMark::Point, Some(10)),
            ("0.005", DecimalMark::Point, Some(1)),
            ("1e400", DecimalMark::Point, None),
            ("1e", DecimalMark::Point, None),
            ("12.50", DecimalMark::Comma, None),
            ("1,09,900", DecimalMark::Point, None),
            ("1.2.3", DecimalMark::Point, None),
            ("NaN", DecimalMark::Point, None),
            ("", DecimalMark::Point, None),
            ("9999999999999999999999999999999999", DecimalMark::Point, None),
        ] {
            assert_eq!(read(text, mark), minor, "{text}");
        }
        assert_eq!(decimal("2.50", DecimalMark::Point).and_then(Decimal::whole), None);
        assert_eq!(decimal("2.00", DecimalMark::Point).and_then(Decimal::whole), Some(2));
        let third = decimal("10.00", DecimalMark::Point).and_then(|total| total.minor_of(2, 3));
        assert_eq!(third, Some(333));
    }

    #[test]
    fn the_file_proves_its_mark_or_is_asked() {
        assert_eq!(evidence(&["12", "5"]), Ok(DecimalMark::Point));
        assert_eq!(evidence(&["12.50", "1.000"]), Ok(DecimalMark::Point));
        assert_eq!(evidence(&["999.00", "1,099.00", "2,000"]), Ok(DecimalMark::Point));
        assert_eq!(evidence(&["899,50", "1.299,00", "2.000"]), Ok(DecimalMark::Comma));
        assert_eq!(evidence(&["1 299,000"]), Ok(DecimalMark::Comma));
        assert_eq!(evidence(&["0.125"]), Ok(DecimalMark::Point));
        for open in [
            &["1.299", "899,50"][..],
            &["1,299", "899.50"],
            &["1.299"],
            &["1,299"],
            &["12.50", "12,50"],
        ] {
            assert!(evidence(open).is_err(), "{open:?}");
        }
        assert_eq!(
            evidence(&["899,50", "1.299"]).unwrap_err(),
            "`1.299` can be read two ways: as 1299, or as 1.299"
        );
    }

    #[test]
    fn currencies_are_taken_off() {
        for (text, number, sign) in [
            ("$1,299.00", "1,299.00", Some("$")),
            ("1.299,00 €", "1.299,00", Some("€")),
            ("EUR 12,50", "12,50", Some("EUR")),
            ("US $12.50", "12.50", Some("US $")),
            ("12.50", "12.50", None),
            ("12 pieces", "12 pieces", None),
            ("4.00%", "4.00%", None),
            ("4.00 each", "4.00 each", None),
        ] {
            assert_eq!(amount(text), (number, sign), "{text}");
        }
    }
}
