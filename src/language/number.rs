//! Owns what a number of the language is, and what is meant by one that is written otherwise.
//! Must not know the units that stand behind it.
//!
//! A point parts a number from its fraction, and nothing parts its thousands but `_`: `2_000`.
//! People write `2,000`, `2.000`, `2'000`, `2 000` and `2k`, and half of the world means two by the
//! second; so none is guessed at. Each is refused with what it may have meant, rightly spelt.

use super::problem::Wrong;

/// How many decimal places a value may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// At most so many: a whole number, an amount.
    AtMost(u8),
    /// Any, of a value that may be in thousands as well: `1.500` can be read both ways.
    Any,
    /// Any, of a value that nobody writes in thousands.
    Fine,
}

/// A number at the start of a text, with what follows it: digits, `_` between thousands or
/// nowhere, a point and more digits, an exponent.
pub(crate) fn leading_number(text: &str) -> Option<(f64, &str)> {
    let end = end_of_number(text)?;
    let number: f64 = text[..end].replace('_', "").parse().ok()?;
    number.is_finite().then_some((number, text[end..].trim_start()))
}

fn end_of_number(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let run = |from: usize, or: u8| {
        bytes[from..].iter().take_while(|b| b.is_ascii_digit() || **b == or).count()
    };
    let digits = |from: usize| run(from, b'0');
    let start = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let mut end = start + run(start, b'_');
    let whole = &text[start..end];
    if whole.contains('_') && !in_thousands(&whole.split('_').collect::<Vec<_>>()) {
        return None;
    }
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        if bytes.len() > end + 1 + sign && digits(end + 1 + sign) > 0 {
            end += 1 + sign + digits(end + 1 + sign);
        }
    }
    Some(end)
}

/// One to three digits, then three each time.
fn in_thousands(groups: &[&str]) -> bool {
    let (first, rest) = groups.split_first().expect("a split has a part");
    (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3)
}

/// The number that a value begins with, and what follows; refused where it can be read two ways.
pub(crate) fn number<'t>(
    text: &'t str,
    places: Places,
    not_one: &dyn Fn() -> Wrong,
) -> Result<(f64, &'t str), Wrong> {
    let meant = || not_one().maybe_hint(meant(text, places));
    let (number, rest) = leading_number(text).ok_or_else(meant)?;
    let parted = rest.starts_with(|c: char| digit(c).is_some())
        || rest.starts_with(|c| SEPARATORS.contains(&c))
            && rest.chars().nth(1).is_some_and(|c| digit(c).is_some());
    if parted || text.starts_with('+') {
        return Err(meant());
    }
    let said = &text[..end_of_number(text).unwrap_or(0)];
    if places != Places::Fine && may_be_thousands(said) {
        let bare = said.trim_start_matches('-');
        let thousands = bare.replace('.', "");
        let found = format!("`{text}` can be read as {} or as {thousands}", trimmed(bare));
        return Err(not_one().refound(found).maybe_hint(self::meant(text, places)));
    }
    Ok((number, rest))
}

/// `6.000`: six to some, six thousand to others.
fn may_be_thousands(said: &str) -> bool {
    let bare = said.trim_start_matches('-');
    let groups: Vec<&str> = bare.split('.').collect();
    groups.len() == 2 && in_thousands(&groups) && !bare.starts_with('0')
}

/// A number as the language reads it one way only.
pub(crate) fn unmistakable(number: f64) -> String {
    let said = number.to_string();
    if may_be_thousands(&said) { said + "0" } else { said }
}

/// What people part thousands or fractions by; a plain space parts only before three digits.
const SEPARATORS: [char; 9] =
    [',', '.', '\'', '\u{2019}', '_', ' ', '\u{a0}', '\u{202f}', '\u{2009}'];

/// Words that multiply, and by how much; those of one letter also without a space.
const MULTIPLIERS: [(&str, u64); 12] = [
    ("k", 1_000),
    ("thousand", 1_000),
    ("tsd", 1_000),
    ("mille", 1_000),
    ("M", 1_000_000),
    ("mn", 1_000_000),
    ("mio", 1_000_000),
    ("mln", 1_000_000),
    ("million", 1_000_000),
    ("millions", 1_000_000),
    ("bn", 1_000_000_000),
    ("billion", 1_000_000_000),
];

/// By how much a word multiplies the number before it.
pub(crate) fn multiplier(word: &str) -> Option<u64> {
    let same = |(known, _): &&(&str, u64)| {
        *known == word || known.len() > 1 && known.eq_ignore_ascii_case(word)
    };
    MULTIPLIERS.iter().find(same).map(|(_, by)| *by).or((word == "K").then_some(1_000))
}

/// The value of a digit, of whatever script.
fn digit(c: char) -> Option<u32> {
    const ZEROS: [char; 5] = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{ff10}'];
    let of = |zero: &char| (c as u32).checked_sub(*zero as u32).filter(|value| *value < 10);
    c.to_digit(10).or_else(|| ZEROS.iter().find_map(of))
}

/// What to write instead, where that can be guessed.
pub(crate) fn meant(text: &str, places: Places) -> Option<String> {
    let (sign, bare) = match text.strip_prefix('-') {
        Some(bare) => ("-", bare),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (groups, separators, rest) = grouped(bare.trim_start());
    let (word, after) = split_word(rest.trim_start());
    let (by, rest) = multiplier(word).map_or((1, rest), |by| (by, after));
    let mut said: Vec<String> = Vec::new();
    let written_places = if by == 1 { places } else { Places::Any };
    for reading in readings(&groups, &separators, written_places) {
        let number = if by == 1 { reading } else { times(&reading, by)? };
        if by != 1 && places == Places::AtMost(0) && number.contains('.') {
            continue;
        }
        let number = if may_be_thousands(&number) { number + "0" } else { number };
        let written = format!("{sign}{number}{rest}");
        if written != text && !said.contains(&written) {
            said.push(written);
        }
    }
    (!said.is_empty()).then(|| format!("write {}", said.join(", or ")))
}

/// Digits and what parts them, up to what is neither.
fn grouped(text: &str) -> (Vec<String>, Vec<char>, &str) {
    let (mut groups, mut separators) = (vec![String::new()], Vec::new());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if let Some(value) = digit(c) {
            let digit = char::from_digit(value, 10).unwrap_or('0');
            groups.last_mut().expect("there is a first group").push(digit);
        } else if SEPARATORS.contains(&c) && after.chars().next().and_then(digit).is_some() {
            let follow = after.chars().take_while(|c| digit(*c).is_some()).count();
            if c == ' ' && follow != 3 {
                break;
            }
            separators.push(c);
            groups.push(String::new());
        } else {
            break;
        }
        rest = after;
    }
    (groups, separators, rest)
}

/// What groups of digits can be read as: the whole number that they spell, and one with a fraction.
fn readings(groups: &[String], separators: &[char], places: Places) -> Vec<String> {
    let refs: Vec<&str> = groups.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    let alike = |separators: &[char]| separators.windows(2).all(|pair| pair[0] == pair[1]);
    let fits = |fraction: &str| match places {
        Places::AtMost(most) => fraction.len() <= usize::from(most),
        Places::Any | Places::Fine => true,
    };
    let is_whole = refs.len() == 1 || in_thousands(&refs) && alike(separators);
    if is_whole && (refs.len() == 1 || places != Places::Fine) && !refs[0].is_empty() {
        found.push(refs.concat());
    }
    if let (Some((',' | '.', before)), Some((last, whole))) =
        (separators.split_last().map(|(last, before)| (*last, before)), refs.split_last())
    {
        let apart =
            before.is_empty() || alike(before) && !before.contains(&separators[before.len()]);
        let bare = last.trim_end_matches('0');
        let fraction = if bare.is_empty() || last.len() > 2 { bare } else { last };
        if apart && (whole.len() == 1 || in_thousands(whole)) && fits(fraction) {
            let whole = if whole[0].is_empty() { "0".to_owned() } else { whole.concat() };
            let point = if fraction.is_empty() { "" } else { "." };
            found.push(format!("{whole}{point}{fraction}"));
        }
    }
    found
}

fn times(number: &str, by: u64) -> Option<String> {
    let product = number.parse::<f64>().ok()? * by as f64;
    (product < 1e15).then(|| product.to_string())
}

/// The letters that a text begins with, and the rest.
fn split_word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len()))
}

/// Without the zeros that end a fraction.
fn trimmed(number: &str) -> &str {
    number.trim_end_matches('0').trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        for (text, number, rest) in [
            ("2000", 2e3, ""),
            ("2_000_000 x", 2e6, "x"),
            ("-3", -3.0, ""),
            (".5%", 0.5, "%"),
            ("1.5e3/s", 1.5e3, "/s"),
            ("0x10", 0.0, "x10"),
        ] {
            assert_eq!(leading_number(text), Some((number, rest)), "{text}");
        }
        for text in ["", "x", "NaN", "inf", "1e999", "2_0", "2__000", "_2", "2_", "٣", "-", "½"] {
            assert_eq!(leading_number(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_otherwise_is_refused_with_what_was_meant() {
        let not_one = || Wrong::new("not one");
        let say = |text: &str, places| {
            number(text, places, &not_one).map_or_else(
                |wrong| wrong.hint_said().unwrap_or("no hint").to_owned(),
                |(number, rest)| format!("{number}|{rest}"),
            )
        };
        for (text, places, said) in [
            ("6,000 orders/hour", Places::Any, "write 6000 orders/hour, or 6 orders/hour"),
            ("6 000/hour", Places::Any, "write 6000/hour"),
            ("6'000", Places::AtMost(0), "write 6000"),
            ("6.000", Places::AtMost(0), "write 6000, or 6"),
            ("1.234", Places::AtMost(0), "write 1234"),
            ("1.234s", Places::Any, "write 1234s, or 1.2340s"),
            ("1.234.567,89", Places::AtMost(2), "write 1234567.89"),
            ("0,5%", Places::Fine, "write 0.5%"),
            ("12,500%", Places::Fine, "write 12.5%"),
            ("12.500%", Places::Fine, "12.5|%"),
            ("6\u{202f}000", Places::AtMost(0), "write 6000"),
            ("６０%", Places::Fine, "write 60%"),
            ("+5", Places::AtMost(0), "write 5"),
            ("2_00", Places::AtMost(0), "no hint"),
            ("1.2.3", Places::AtMost(0), "no hint"),
            ("2.50", Places::AtMost(2), "2.5|"),
            ("0.125s", Places::Any, "0.125|s"),
        ] {
            assert_eq!(say(text, places), said, "{text}");
        }
        for (text, said) in [
            ("6k", "write 6000"),
            ("1.5 million orders/hour", "write 1500000 orders/hour"),
            ("2Mio", "write 2000000"),
        ] {
            assert_eq!(meant(text, Places::Any).as_deref(), Some(said), "{text}");
        }
    }

    #[test]
    fn what_is_written_here_can_be_read_one_way_only() {
        for number in [1.125, 0.125, 2000.0, 1234.125, 12.5] {
            let said = unmistakable(number);
            assert_eq!(leading_number(&said), Some((number, "")));
            assert!(!may_be_thousands(&said), "{said}");
        }
    }
}
