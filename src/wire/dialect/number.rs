//! Owns the one way numbers are read outside JSON: plain decimal digits.
//! Must not know where they stand (path, query, header).

/// A decimal number: digits only, no sign, no space, at most 2⁶⁴ − 1. `str::parse` would let `+7`
/// pass, which no other implementation has to.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn only_digits_in_range_are_numbers() {
        assert_eq!(decimal(b"18446744073709551615"), Some(u64::MAX));
        for text in ["", "+7", "-7", " 7", "7.0", "0x7", "18446744073709551616", "٧"] {
            assert_eq!(decimal(text.as_bytes()), None, "{text}");
        }
    }
}
