//! Owns how platforms write values: amounts with decimals, numbers as text, queries, signatures.
//! Must not know any platform.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use sha2::Sha256;

use crate::units::Money;

/// The most digits of an amount before its point: far above any price, far below an overflow.
const DIGITS_MAX: usize = 15;

/// An amount with its decimals: `12.50`, `-0.05`, `1200`.
pub(super) fn decimal(amount: Money, digits: u8) -> String {
    if digits == 0 {
        return amount.0.to_string();
    }
    let unit = 10_u64.pow(u32::from(digits.min(9)));
    let (sign, whole) = (if amount.0 < 0 { "-" } else { "" }, amount.0.unsigned_abs());
    let width = usize::from(digits.min(9));
    format!("{sign}{}.{:0width$}", whole / unit, whole % unit)
}

/// An amount out of text, rounded half up to the currency's decimals; none where it is no amount.
pub(super) fn amount(text: &str, digits: u8) -> Option<Money> {
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty())
        || whole.len() > DIGITS_MAX
        || !plain(whole)
        || !plain(part)
    {
        return None;
    }
    let kept = usize::from(digits.min(9));
    let mut minor: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    for place in 0..kept {
        let digit = part.as_bytes().get(place).map_or(0, |byte| i64::from(byte - b'0'));
        minor = minor.checked_mul(10)?.checked_add(digit)?;
    }
    let up = part.as_bytes().get(kept).is_some_and(|next| *next >= b'5');
    Some(Money(sign * (minor + i64::from(up))))
}

/// An amount in JSON, as text or as a number.
pub(super) fn amount_in(value: &Value, digits: u8) -> Option<Money> {
    match value {
        Value::String(text) => amount(text, digits),
        Value::Number(number) => amount(&number.to_string(), digits),
        _ => None,
    }
}

/// A whole number in JSON, as a number or as text; a float only where it is whole.
pub(super) fn whole_in(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            (float.fract() == 0.0 && float.abs() < 1e15).then_some(float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The pairs of a query or a form, decoded where they are not plain.
pub(super) type Pairs<'q> = Vec<(Cow<'q, str>, Cow<'q, str>)>;

/// The pairs of a query or a form.
pub(super) fn pairs(query: &str) -> Pairs<'_> {
    form_urlencoded::parse(query.as_bytes()).collect()
}

/// The last value of a name in a query.
pub(super) fn of<'q, T: AsRef<str>>(pairs: &'q [(T, T)], name: &str) -> Option<&'q str> {
    let last = pairs.iter().rev().find(|(known, _)| known.as_ref() == name);
    last.map(|(_, value)| value.as_ref())
}

/// HMAC-SHA256 in base64, as platforms sign.
pub(super) fn signature(key: &[u8], message: &[u8]) -> String {
    base64(&Signer::of(key).mac(message).finalize().into_bytes())
}

/// A key, with what it makes of every message alike already made.
#[derive(Clone)]
pub(super) struct Signer(Hmac<Sha256>);

impl Signer {
    pub(super) fn of(key: &[u8]) -> Signer {
        Signer(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    /// Whether a signature in base64 is that of a message; takes as long for a near miss as for a
    /// far one.
    pub(super) fn has_signed(&self, message: &[u8], shown: &str) -> bool {
        use base64::Engine as _;
        let shown = base64::engine::general_purpose::STANDARD.decode(shown.trim());
        shown.is_ok_and(|shown| self.mac(message).verify_slice(&shown).is_ok())
    }

    fn mac(&self, message: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(message);
        mac
    }
}

/// Whether two texts are the same, found out in the same time wherever they differ.
pub(super) fn is_same(a: &str, b: &str) -> bool {
    let differing = a.bytes().zip(b.bytes()).fold(0_u8, |seen, (x, y)| seen | (x ^ y));
    a.len() == b.len() && std::hint::black_box(differing) == 0
}

/// Bytes in base64.
pub(super) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Bytes out of base64, as text.
pub(super) fn unbase64(text: &str) -> Option<String> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok()?;
    String::from_utf8(bytes).ok()
}

/// What percent-encoding leaves as it is beside letters and digits, as RFC 3986 has it.
const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encoded as RFC 3986 has it, all but letters, digits and `-._~`.
pub(super) fn encoded(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, &KEPT).into()
}

/// The same at the end of a text.
pub(super) fn encode_onto(end: &mut String, text: &str) {
    end.extend(utf8_percent_encode(text, &KEPT));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn amounts_come_as_they_went(minor in -1_000_000_i64..1_000_000, digits in 0..4_u8) {
            prop_assert_eq!(amount(&decimal(Money(minor), digits), digits), Some(Money(minor)));
        }

        #[test]
        fn any_text_is_an_amount_or_none(text in ".{0,40}", digits in 0..20_u8) {
            let _ = amount(&text, digits);
        }
    }

    #[test]
    fn amounts_are_read_as_they_are_written() {
        for (text, minor) in [
            ("12.5", Some(1_250)),
            ("12.345", Some(1_235)),
            ("12.344", Some(1_234)),
            (".5", Some(50)),
            ("7", Some(700)),
            ("-1.01", Some(-101)),
            ("", None),
            (".", None),
            ("1e3", None),
            ("1,000", None),
            ("12 EUR", None),
            ("9999999999999999", None),
        ] {
            assert_eq!(amount(text, 2), minor.map(Money), "{text}");
        }
    }

    #[test]
    fn numbers_come_as_text_too_and_floats_only_whole() {
        let whole = |json: &str| whole_in(&serde_json::from_str(json).unwrap());
        assert_eq!(whole("7"), Some(7));
        assert_eq!(whole("\"7\""), Some(7));
        assert_eq!(whole("7.0"), Some(7));
        assert_eq!(whole("7.5"), None);
        assert_eq!(whole("1e18"), None);
        assert_eq!(whole("null"), None);
    }
}
