//! Owns the words for what a row is, beside states of orders: a sale, or what takes one back.
//! Must not know which column says them.

use super::columns;

/// Rows that are sales.
const SOLD: &[&str] = &[
    "order",
    "orders",
    "sale",
    "sales",
    "sold",
    "purchase",
    "charge",
    "invoice",
    "bestellung",
    "auftrag",
    "verkauf",
    "rechnung",
    "commande",
    "vente",
    "facture",
    "pedido",
    "venta",
    "factura",
    "ordine",
    "vendita",
    "fattura",
    "bestelling",
    "verkoop",
    "factuur",
];

/// What takes a sale back, as one word or several.
const TAKEN_BACK: &[&str] = &[
    "return",
    "returns",
    "returned",
    "credit",
    "credit note",
    "credit notes",
    "credit memo",
    "credit memos",
    "reversal",
    "reversed",
    "avoir",
    "abono",
    "reso",
    "nota de crédito",
    "nota de credito",
    "nota di credito",
    "note de crédit",
];

/// What words for it begin with: `Stornorechnung`, `refunded`, `annulée`.
const STEMS: &[&str] = &[
    "refund",
    "storn",
    "retour",
    "gutschrift",
    "rückgab",
    "rückerstatt",
    "ruckerstatt",
    "erstatt",
    "rückbuchung",
    "chargeback",
    "cancel",
    "annul",
    "geannul",
    "anulad",
    "rembours",
    "devol",
    "reembols",
    "rimbors",
    "terugbet",
    "creditnot",
    "creditmem",
    "rma",
    "void",
];

/// Names of columns that say yes or no to it, beside those that begin so.
const FLAGS: &[&str] = &["return", "returns", "returned", "reso"];

/// Words in the names of columns that say how or until when, and not whether.
const NOT_WHETHER: &[&str] = &["policy", "until", "window", "deadline", "address", "label", "days"];

fn begins(word: &str) -> bool {
    // What is refundable was not refunded.
    let able = word.ends_with("able") || word.ends_with("bar");
    !able && STEMS.iter().any(|stem| word.starts_with(stem))
}

/// Whether a plain word says that a row is a sale.
pub(super) fn is_sold(plain: &str) -> bool {
    SOLD.contains(&plain)
}

/// Whether plain words say that a row takes a sale back.
pub(super) fn is_taken_back(plain: &str) -> bool {
    TAKEN_BACK.contains(&plain) || plain.split(' ').any(begins)
}

/// Whether a column of that name says of rows whether they take a sale back.
pub(super) fn is_flag(name: &str) -> bool {
    let plain = columns::plain(name);
    let mut words = plain.split(' ');
    words.clone().any(|word| begins(word) || FLAGS.contains(&word))
        && !words.any(|word| NOT_WHETHER.contains(&word))
}

/// The word for it in the number of an order: `Refund 1001`, `Storno-7`.
pub(super) fn word_in(order: &str) -> Option<&str> {
    let is_word = |word: &&str| {
        let plain = columns::plain(word);
        begins(&plain) || matches!(plain.as_str(), "return" | "returns" | "returned")
    };
    order.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).find(is_word)
}

/// The number of the order that another one takes back: `1001` of `1001-R1`.
pub(super) fn taken_back_by(order: &str) -> Option<&str> {
    let digits = order.trim_end_matches(|c: char| c.is_ascii_digit());
    let before = ["RMA", "RET", "REF", "CR", "R"].iter().find_map(|mark| digits.strip_suffix(mark));
    let base = before?.strip_suffix(['-', '_', '/', '.', ' '])?;
    base.contains(|c: char| c.is_ascii_digit()).then_some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_sale_back_is_known_and_what_could_is_not() {
        for back in ["Storniert", "Retoure", "Gutschrift", "RMA", "Credit note", "annulée"] {
            assert!(is_taken_back(&columns::plain(back)), "{back}");
        }
        for other in ["Returning customer", "refundable", "credit card", "Bestellung", "Gutschein"]
        {
            assert!(!is_taken_back(&columns::plain(other)), "{other}");
        }
        assert!(is_flag("Is Return") && is_flag("Refunded?") && is_flag("Storno-Kennzeichen"));
        assert!(!is_flag("Return Policy") && !is_flag("Return until") && !is_flag("Colour"));
    }

    #[test]
    fn numbers_of_what_comes_back_are_known() {
        assert_eq!(word_in("Refund 1001"), Some("Refund"));
        assert_eq!(word_in("#1001"), None);
        assert_eq!(word_in("AMZ-1001"), None);
        assert_eq!(taken_back_by("1001-R1"), Some("1001"));
        assert_eq!(taken_back_by("#1001-RMA"), Some("#1001"));
        for other in ["1001", "1001-2", "R1", "SUMMER-R1", "1001R1"] {
            assert_eq!(taken_back_by(other), None, "{other}");
        }
    }
}
