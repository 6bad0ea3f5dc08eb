//! Owns in which currency a file has its prices: signs and codes, and where two are said.
//! Must not know what the prices come to.

use std::collections::BTreeMap;

use super::{list, short};
use crate::wrong::Wrong;

/// Signs with the currencies that they stand for.
const SIGNS: &[(&str, &[&str])] = &[
    ("$", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS"]),
    ("US $", &["USD"]),
    ("US$", &["USD"]),
    ("C $", &["CAD"]),
    ("C$", &["CAD"]),
    ("CA$", &["CAD"]),
    ("AU $", &["AUD"]),
    ("AU$", &["AUD"]),
    ("A$", &["AUD"]),
    ("€", &["EUR"]),
    ("EURO", &["EUR"]),
    ("EUROS", &["EUR"]),
    ("US DOLLAR", &["USD"]),
    ("US DOLLARS", &["USD"]),
    ("POUND STERLING", &["GBP"]),
    ("POUNDS", &["GBP"]),
    ("£", &["GBP"]),
    ("¥", &["JPY", "CNY"]),
    ("￥", &["JPY", "CNY"]),
    ("KR", &["SEK", "NOK", "DKK", "ISK"]),
    ("ZŁ", &["PLN"]),
    ("KČ", &["CZK"]),
    ("FT", &["HUF"]),
    ("ЛВ", &["BGN"]),
    ("FR", &["CHF"]),
    ("SFR", &["CHF"]),
    ("R$", &["BRL"]),
    ("₹", &["INR"]),
    ("RS", &["INR"]),
    ("RP", &["IDR"]),
    ("RM", &["MYR"]),
    ("₺", &["TRY"]),
    ("TL", &["TRY"]),
    ("₩", &["KRW"]),
    ("₽", &["RUB"]),
    ("₴", &["UAH"]),
    ("₪", &["ILS"]),
    ("฿", &["THB"]),
    ("₫", &["VND"]),
    ("₱", &["PHP"]),
];

/// Names of columns that say it, the best first.
pub(super) const NAMES: &[&str] = &[
    "currency",
    "currency code",
    "order currency",
    "order currency code",
    "currency iso",
    "iso currency",
    "currency iso code",
    "currency symbol",
    "transaction currency",
    "payment currency",
    "price currency",
    "shop currency",
    "ccy",
    "währung",
    "waehrung",
    "wahrung",
    "währungscode",
    "devise",
    "monnaie",
    "moneda",
    "divisa",
    "moeda",
    "waluta",
    "měna",
];

/// Codes that no sign above stands for.
const OTHERS: &[&str] = &["AED", "EGP", "RON", "SAR", "ZAR"];

/// As it is compared.
fn plain(sign: &str) -> String {
    sign.trim_matches(|c: char| c == '.' || c.is_whitespace()).to_uppercase()
}

fn of_sign(plain: &str) -> Option<&'static [&'static str]> {
    SIGNS.iter().find(|(sign, _)| *sign == plain).map(|(_, codes)| *codes)
}

/// `€`, `US $`, `EUR`, `kr.`: a sign that is known, or three letters. `%` and `each` are none.
pub(super) fn is_one(sign: &str) -> bool {
    let plain = plain(sign);
    of_sign(&plain).is_some() || plain.len() == 3 && plain.bytes().all(|b| b.is_ascii_uppercase())
}

/// Whether a word is a currency and can be nothing else, as far as is known here.
pub(super) fn is_known(word: &str) -> bool {
    let plain = plain(word);
    of_sign(&plain).is_some()
        || OTHERS.contains(&plain.as_str())
        || SIGNS.iter().any(|(_, codes)| codes.contains(&plain.as_str()))
}

/// Whether a word is a currency wherever it stands: `FR` beside a price is one, and by itself a
/// country.
pub(super) fn is_one_by_itself(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    is_known(word) && (letters == 0 || letters > 2)
}

/// The plain name of a column, and the currency in brackets behind it: `Price (EUR)`.
pub(super) fn in_words(name: &str) -> Option<(String, &str)> {
    let (before, sign) = name.trim().strip_suffix([')', ']'])?.rsplit_once(['(', '['])?;
    is_one_by_itself(sign.trim()).then(|| (super::plain(before), sign.trim()))
}

/// Whether a sign or code can stand for that currency.
pub(crate) fn means(sign: &str, code: &str) -> bool {
    let plain = plain(sign);
    of_sign(&plain).map_or(plain == code, |codes| codes.contains(&code))
}

/// Whether two signs or codes can stand for one currency.
pub(super) fn agree(one: &str, other: &str) -> bool {
    let (one, other) = (plain(one), plain(other));
    let codes = |word: &str| of_sign(word).unwrap_or_default();
    one == other
        || codes(&one).contains(&other.as_str())
        || codes(&other).contains(&one.as_str())
        || codes(&one).iter().any(|code| codes(&other).contains(code))
}

/// The currency that the formats of a workbook's cells show, where they show one.
///
/// # Errors
/// They show several, and the format of each cell is not read.
pub(super) fn shown(formats: &[String]) -> Result<Option<&str>, Wrong> {
    let Some(first) = formats.first() else { return Ok(None) };
    if formats.iter().all(|sign| agree(sign, first)) {
        return Ok(Some(first));
    }
    let all = list(formats.iter().map(String::as_str));
    Err(Wrong::new(format!("formats of its cells show several currencies ({all})")))
}

/// Signs and codes, each with the line on which it stands first.
pub(crate) type Currencies = BTreeMap<String, u64>;

/// The most different ones that are kept.
const WORDS_MAX: usize = 256;

/// What the rows of a file say of their currency.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) said: Currencies,
    /// The first row that says two: its line, the column's word, and what stands beside the price.
    torn: Option<(u64, String, String)>,
}

impl Heard {
    /// What the column of currencies says in a row, and what stands beside its prices.
    pub(super) fn row<'t>(&mut self, line: u64, code: &str, signs: impl Iterator<Item = &'t str>) {
        self.add(code, line);
        for sign in signs {
            self.add(sign, line);
            if self.torn.is_none() && !code.is_empty() && !agree(code, sign) {
                self.torn = Some((line, short(code), short(sign)));
            }
        }
    }

    pub(super) fn add(&mut self, said: &str, line: u64) {
        if !said.is_empty() && self.said.len() < WORDS_MAX {
            self.said.entry(said.to_uppercase()).or_insert(line);
        }
    }

    /// What is to be asked, where prices count and nobody says the currency that does: sums over
    /// several currencies are none.
    pub(super) fn question(&self, column: Option<&str>, ours: Option<&str>) -> Option<Wrong> {
        if let Some((line, code, sign)) = &self.torn {
            let column = short(column.unwrap_or_default());
            let wrong = Wrong::new(format!(
                "line {line} says two currencies: `{code}` in the column `{column}`, and `{sign}` \
                 beside the price"
            ));
            return Some(wrong.expected(
                "one of the two: `columns: { currency: none }` goes by what stands beside prices",
            ));
        }
        let (first, line) = self.said.iter().min_by_key(|(_, line)| **line)?;
        let others = self.said.iter().filter(|(said, _)| !agree(said, first));
        let (other, at) = others.min_by_key(|(_, line)| **line)?;
        if ours.is_some() {
            return None;
        }
        let all = list(self.said.keys().map(String::as_str));
        let wrong = Wrong::new(format!(
            "its prices are in several currencies ({all}): `{}` from line {line} on, `{}` from \
             line {at} on",
            short(first),
            short(other)
        ));
        let wrong = wrong.expected("the one that counts, as `currency: EUR` at the top");
        Some(wrong.hint(
            "prices in the others are not used then, and counted; `init` takes it as `--currency`. \
             A stock list says prices of all orders instead",
        ))
    }
}

/// What is told of prices that are not used, being in another currency than ours.
pub(super) fn foreign(count: u64, said: &Currencies, ours: Option<&str>) -> Option<String> {
    let is_other = |word: &str| ours.is_none_or(|ours| !means(word, ours));
    let others = said.iter().filter(|(word, _)| is_other(word));
    let (word, line) = others.min_by_key(|(_, line)| **line)?;
    let prices = match count {
        0 => return None,
        1 => "1 price is in another currency and is".to_owned(),
        n => format!("{} prices are in another currency and are", super::grouped(n)),
    };
    Some(format!("{prices} not used: `{}` from line {line} on", short(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_for_currencies_and_percent_for_none() {
        assert!(means("$", "USD") && means("eur", "EUR") && !means("€", "USD"));
        assert!(is_one("€") && is_one("kr.") && is_one("US $") && is_one("Eur"));
        assert!(!is_one("%") && !is_one("each") && !is_one("k") && !is_one("/ 2"));
        assert_eq!(in_words("Price (EUR)"), Some(("price".to_owned(), "EUR")));
        assert_eq!(in_words("Preis [€]"), Some(("preis".to_owned(), "€")));
        assert_eq!((in_words("Price (net)"), in_words("Price (pcs)")), (None, None));
        assert!(agree("USD", "$") && agree("$", "US $") && agree("€", "EUR"));
        assert!(!agree("USD", "€") && !agree("USD", "CAD"));
    }
}
