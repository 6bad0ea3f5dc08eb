//! Owns how platforms write values: amounts with decimals, numbers as text, queries, signatures.
//! Must not know any platform.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::percent_decode;
use serde_json::Value;
use sha2::Sha256;

use crate::units::Money;

/// The most digits of an amount before its point: far above any price, far below an overflow.
const DIGITS_MAX: usize = 15;

/// The longest amount as text: a sign, twenty digits, a point.
const AMOUNT_BYTES: usize = 24;

/// An amount with its decimals: `12.50`, `-0.05`, `1200`.
pub(super) fn decimal(amount: Money, digits: u8) -> String {
    // From the right, digit by digit: every product and every line of an order has some of these.
    let (mut text, mut from) = ([0; AMOUNT_BYTES], AMOUNT_BYTES);
    let (mut left, mut place) = (amount.0.unsigned_abs(), 0);
    let mut put = |byte: u8| {
        from -= 1;
        text[from] = byte;
    };
    let digits = digits.min(9);
    while left > 0 || place <= digits {
        if place == digits && digits > 0 {
            put(b'.');
        }
        put(b'0' + (left % 10) as u8);
        (left, place) = (left / 10, place + 1);
    }
    if amount.0 < 0 {
        put(b'-');
    }
    text[from..].iter().map(|byte| char::from(*byte)).collect()
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
    let mut all = Vec::with_capacity(PAIRS);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        all.push((decoded(name), decoded(value)));
    }
    all
}

/// So many most queries have.
const PAIRS: usize = 8;

/// A name or a value as it is meant. Nearly all are as they are written.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode(spaced.as_bytes()).decode_utf8_lossy().into_owned())
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

/// A signature that has more bytes is none.
const TAG_BYTES_MAX: usize = 48;

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
        let (engine, mut tag) = (base64::engine::general_purpose::STANDARD, [0; TAG_BYTES_MAX]);
        let shown = engine.decode_slice(shown.trim(), &mut tag);
        shown.is_ok_and(|bytes| self.mac(message).verify_slice(&tag[..bytes]).is_ok())
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

/// What percent-encoding leaves as it is: letters, digits and `-._~`, as RFC 3986 has it.
const KEPT: [bool; 256] = {
    let (mut kept, mut byte) = ([false; 256], 0);
    while byte < 256 {
        kept[byte] =
            (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    kept
};

/// Percent-encoded as RFC 3986 has it, all but letters, digits and `-._~`.
pub(super) fn encoded(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| KEPT[usize::from(byte)]) {
        return Cow::Borrowed(text);
    }
    let mut end = Vec::with_capacity(2 * text.len());
    encode_onto(&mut end, text);
    Cow::Owned(end.into_iter().map(char::from).collect())
}

/// The same at the end of others. Runs that stay as they are are moved whole: a signature covers
/// hundreds of bytes.
pub(super) fn encode_onto(end: &mut Vec<u8>, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut rest = text.as_bytes();
    while let Some(place) = rest.iter().position(|byte| !KEPT[usize::from(*byte)]) {
        let (kept, byte) = (&rest[..place], usize::from(rest[place]));
        end.extend_from_slice(kept);
        end.extend_from_slice(&[b'%', DIGITS[byte >> 4], DIGITS[byte & 15]]);
        rest = &rest[place + 1..];
    }
    end.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SET: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

    proptest! {
        #[test]
        fn amounts_come_as_they_went(minor in -1_000_000_i64..1_000_000, digits in 0..4_u8) {
            prop_assert_eq!(amount(&decimal(Money(minor), digits), digits), Some(Money(minor)));
        }

        /// As the URL standard reads forms, and as RFC 3986 writes.
        #[test]
        fn queries_are_read_as_others_read_them(query in "([a-zé&=+%0-9 ]|%[0-9a-fA-F]{2}){0,40}") {
            let others: Pairs<'_> = form_urlencoded::parse(query.as_bytes()).collect();
            prop_assert_eq!(pairs(&query), others);
        }

        #[test]
        fn what_is_encoded_is_read_again(text in any::<String>()) {
            let ours = encoded(&text).into_owned();
            let others = percent_encoding::utf8_percent_encode(&text, SET).to_string();
            prop_assert_eq!(&ours, &others);
            prop_assert_eq!(decoded(&ours), text);
        }

        #[test]
        fn any_text_is_an_amount_or_none(text in ".{0,40}", digits in 0..20_u8) {
            let _ = amount(&text, digits);
        }
    }

    #[test]
    fn amounts_are_written_with_their_decimals() {
        for (minor, digits, text) in [
            (1_250, 2, "12.50"),
            (-5, 2, "-0.05"),
            (0, 2, "0.00"),
            (1_200, 0, "1200"),
            (0, 0, "0"),
            (i64::MIN, 9, "-9223372036.854775808"),
            (7, 3, "0.007"),
        ] {
            assert_eq!(decimal(Money(minor), digits), text);
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
