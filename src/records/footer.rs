//! Owns which rows only sum up others: totals between or below the rows, and how a report signs
//! off. Must not know how a row is read.

use super::number::{self, Decimal, DecimalMark};
use super::plain;

const TOTALS: &[&str] = &[
    "total",
    "totals",
    "totales",
    "totaux",
    "subtotale",
    "subtotales",
    "sous totaux",
    "somma",
    "eindtotaal",
    "totale complessivo",
    "totale generale",
    "suma total",
    "order total",
    "net total",
    "grand total",
    "subtotal",
    "sub total",
    "sum",
    "summe",
    "zwischensumme",
    "tagessumme",
    "endsumme",
    "gesamt",
    "gesamtsumme",
    "gesamtbetrag",
    "somme",
    "sous total",
    "total général",
    "totaal",
    "subtotaal",
    "suma",
    "totale",
    "total general",
    "totalt",
    "summa",
    "razem",
    "celkem",
    "end of report",
    "seller id",
];

/// A word for totals, and nothing else.
pub(super) fn is_word(text: &str) -> bool {
    TOTALS.contains(&plain(text).as_str())
}

/// What stands where the number or the time of an order should: `Total for 28 Nov`, `Summe:`.
/// `SUM-1001` may be an order.
pub(super) fn is_total(text: &str) -> bool {
    let small = text.trim().to_lowercase();
    let begins = |word: &&str| {
        let rest = small.strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':', '.', '(']))
    };
    is_word(text) || TOTALS.iter().any(begins)
}

/// A word for totals in one of the first fields, or how a report signs off.
pub(super) fn is_footer(words: &[String]) -> bool {
    words.iter().take(4).any(|word| {
        let plain = plain(word);
        is_word(word) || plain.starts_with("seller id") || plain.contains("record s downloaded")
    })
}

/// Places that are kept of a sum.
const PLACES: u8 = 4;

/// What the rows above come to, column by column.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    rows: u64,
    columns: [i128; 3],
}

impl Sums {
    fn number(text: &str, mark: DecimalMark) -> Option<i128> {
        let minor =
            number::decimal(number::amount(text).0, mark).and_then(|n: Decimal| n.minor(PLACES));
        minor.map(i128::from)
    }

    /// Takes the numbers of a row into account.
    pub(super) fn add(&mut self, cells: [&str; 3], mark: DecimalMark) {
        self.rows += 1;
        for (sum, text) in self.columns.iter_mut().zip(cells) {
            *sum = sum.saturating_add(Sums::number(text, mark).unwrap_or(0));
        }
    }

    /// Whether a row has what all rows above come to, in one column or more.
    pub(super) fn are_in(&self, cells: [&str; 3], mark: DecimalMark) -> bool {
        let is_sum = |(sum, text): (&i128, &str)| {
            !text.is_empty() && Sums::number(text, mark) == Some(*sum) && *sum != 0
        };
        self.rows > 1 && self.columns.iter().zip(cells).any(is_sum)
    }
}
