//! Owns the words for what a row is, beside states of orders: a sale, or what takes one back.
//! Must not know which column says them.

use super::plain;

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
    "standard",
    "normal",
    "bundle",
    "kit",
    "success",
    "successful",
    "ok",
    "production",
    "prod",
    "live",
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
    "rücksend",
    "ruecksend",
    "widerruf",
    "zwrot",
    "retur",
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

/// What is written like an order and is none yet, or brings no money.
const UNSOLD: &[&str] = &[
    "quote",
    "quotation",
    "estimate",
    "proforma",
    "pro forma",
    "angebot",
    "kostenvoranschlag",
    "devis",
    "presupuesto",
    "preventivo",
    "offerte",
    "wishlist",
    "wish list",
    "merkzettel",
    "wunschliste",
    "purchase order",
    "transfer order",
    "stock transfer",
    "umlagerung",
    "umbuchung",
    "test order",
    "testbestellung",
    "testauftrag",
    "failure",
    "fail",
    "error",
    "unsuccessful",
    "fehlgeschlagen",
    "fehler",
    "exchange",
    "replacement",
    "umtausch",
    "austausch",
    "ersatzlieferung",
    "échange",
    "sostituzione",
];

/// Short words for what takes a sale back, in a column of kinds of documents.
const CODES: &[&str] = &[
    "cn", "crn", "crm", "cm", "cr", "ret", "rtn", "rf", "rfd", "gs", "gu", "av", "avo", "na", "nc",
    "quo", "test", "transfer",
];

/// Parts of what was sold, in a column of kinds of lines.
const PARTS: &[&str] = &[
    "component",
    "kit component",
    "bundle component",
    "komponente",
    "bestandteil",
    "composant",
    "componente",
    "onderdeel",
];
const LINES: &[&str] = &["line", "item", "row", "position", "positionsart", "positionstyp"];

/// Words in the names of columns of kinds of documents.
const DOCUMENTS: &[&str] =
    &["doc", "document", "type", "kind", "belegart", "belegtyp", "beleg", "typ", "tipo", "soort"];

/// Words for what is no, and for what is yes.
const NO: &[&str] = &[
    "", "-", "no", "n", "non", "nee", "nein", "false", "f", "falsch", "0", "0 0", "0 00", "none",
    "null",
];
const YES: &[&str] =
    &["yes", "y", "true", "t", "1", "x", "paid", "ja", "oui", "sí", "si", "sì", "ok", "wahr"];

/// Payments that nobody has made yet.
const UNPAID: &[&str] = &[
    "open",
    "offen",
    "unpaid",
    "not paid",
    "due",
    "overdue",
    "outstanding",
    "ausstehend",
    "unbezahlt",
    "nicht bezahlt",
    "überfällig",
    "impayé",
    "impayée",
    "non payé",
    "en attente",
    "pendiente",
    "impagado",
    "no pagado",
    "non pagato",
    "in attesa",
    "openstaand",
    "onbetaald",
    "niet betaald",
];

/// Shops that are only for trying.
const TRIALS: &[&str] =
    &["test", "testing", "sandbox", "staging", "stage", "dev", "development", "demo", "qa", "uat"];

/// Sides of a book.
const SIDES: &[&str] = &[
    "s", "h", "soll", "haben", "d", "c", "dr", "cr", "debit", "credit", "débit", "crédit", "debe",
    "haber", "dare", "avere", "debet",
];

/// Means of payment that are also words for what takes a sale back.
const MEANS: &[&str] = &["credit", "cr", "avoir", "abono", "purchase order", "transfer", "cm"];

/// Names of columns that say yes or no to it, beside those that begin so.
const FLAGS: &[&str] = &["return", "returns", "returned", "reso"];

/// Words in the names of columns that say how or until when, and not whether.
const NOT_WHETHER: &[&str] = &["policy", "until", "window", "deadline", "address", "label", "days"];

fn begins(word: &str) -> bool {
    // What is refundable was not refunded.
    let able = word.ends_with("able") || word.ends_with("bar");
    // Whoever is returning is a customer.
    !able && !word.starts_with("return") && STEMS.iter().any(|stem| word.starts_with(stem))
}

/// Whether a plain word says that a row is a sale.
pub(super) fn is_sold(plain: &str) -> bool {
    SOLD.contains(&plain)
}

/// Whether plain words say that a row takes a sale back.
pub(super) fn is_taken_back(plain: &str) -> bool {
    // `Sales return`, `Return - damaged`; a return address is something else.
    let back = |word: &str| matches!(word, "return" | "returns" | "returned");
    let two = plain.split_once(' ').is_some_and(|(a, b)| !b.contains(' ') && (back(a) || back(b)));
    TAKEN_BACK.contains(&plain) || two || plain.split(' ').any(begins)
}

/// Whether a word in a column of that name says that a row is no sale.
pub(super) fn is_no_sale(name: &str, plain: &str) -> bool {
    let of = |names: &[&str]| super::plain(name).split(' ').any(|word| names.contains(&word));
    is_taken_back(plain)
        || UNSOLD.contains(&plain)
        || CODES.contains(&plain) && of(DOCUMENTS)
        || PARTS.contains(&plain) && of(LINES)
}

/// Whether a sign says that a row counts down.
pub(super) fn counts_down(text: &str) -> bool {
    text.starts_with(['-', '−']) || plain(text) == "minus"
}

/// Whether a sign says that a row counts up.
pub(super) fn counts_up(text: &str) -> bool {
    text.starts_with(|c: char| c == '+' || c.is_ascii_digit()) || plain(text) == "plus"
}

pub(super) fn is_no(plain: &str) -> bool {
    NO.contains(&plain)
}

pub(super) fn is_yes(plain: &str) -> bool {
    YES.contains(&plain)
}

/// Whether a payment that stands so was not made.
pub(super) fn is_open(plain: &str) -> bool {
    UNPAID.contains(&plain)
}

/// Whether a shop of that name is only for trying.
pub(super) fn is_trial(plain: &str) -> bool {
    TRIALS.contains(&plain) || UNSOLD.contains(&plain)
}

/// Whether a word is a side of a book.
pub(super) fn is_side(plain: &str) -> bool {
    SIDES.contains(&plain)
}

/// Whether a word is a means of payment, where it could be more.
pub(super) fn is_means(plain: &str) -> bool {
    MEANS.contains(&plain) || plain.starts_with("credit ")
}

/// Whether the words of a column's name say of rows whether they take a sale back.
pub(super) fn are_flag(words: &[String]) -> bool {
    let phrase = words.join(" ");
    // An amount may be one on the side of the credits.
    let note = TAKEN_BACK.contains(&phrase.as_str()) && !matches!(&*phrase, "credit" | "abono");
    let has = |is_one: &dyn Fn(&str) -> bool| words.iter().any(|word| is_one(word));
    note || has(&|word| begins(word) || FLAGS.contains(&word))
        && !has(&|word| NOT_WHETHER.contains(&word))
}

/// The word for it in the number of an order: `Refund 1001`, `Storno-7`.
pub(super) fn word_in(order: &str) -> Option<&str> {
    let is_word = |word: &&str| {
        let plain = plain(word);
        begins(&plain) || matches!(plain.as_str(), "return" | "returns" | "returned")
    };
    order.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).find(is_word)
}

/// What the numbers begin with of what takes orders back, and of what is none.
const BACK_MARKS: &[&str] = &["GS", "CN", "RMA", "RET", "RF", "REF"];
const UNSOLD_MARKS: &[&str] = &["QUO", "QT", "QUOTE", "ANG", "TEST", "DRAFT", "DEMO"];

/// Such a mark in the number of an order, as it is written, and whether it takes orders back.
pub(super) fn mark_in(order: &str) -> Option<(&str, bool)> {
    let end = order.find(|c: char| !c.is_alphabetic())?;
    let upper = order[..end].to_uppercase();
    let of = |marks: &[&str]| marks.contains(&upper.as_str());
    let digits = order[end..].contains(|c: char| c.is_ascii_digit());
    let back = of(BACK_MARKS);
    (digits && (back || of(UNSOLD_MARKS))).then_some((&order[..end], back))
}

/// Marks that the numbers of returns have before or behind those of their orders.
const MARKS: [&str; 11] = ["RMA", "RET", "REF", "RF", "RE", "R", "CN", "CR", "GS", "AV", "ST"];

/// The number of the order that another one may take back: `1001` of `1001-R1` and of `RET-1001`.
pub(super) fn taken_back_by(order: &str) -> Option<&str> {
    let rest = MARKS.iter().find_map(|mark| order.strip_prefix(mark));
    let rest = rest.map(|rest| rest.trim_start_matches(['-', '_', '/', '.', ' ', '#']));
    if let Some(base) = rest.filter(|base| base.starts_with(|c: char| c.is_ascii_digit())) {
        return Some(base);
    }
    let digits = order.trim_end_matches(|c: char| c.is_ascii_digit());
    let before = MARKS.iter().find_map(|mark| digits.strip_suffix(mark));
    let base = before?.strip_suffix(['-', '_', '/', '.', ' '])?;
    base.contains(|c: char| c.is_ascii_digit()).then_some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_sale_back_is_known_and_what_could_is_not() {
        for back in ["Storniert", "Retoure", "Gutschrift", "RMA", "Credit note", "annulée"]
            .into_iter()
            .chain(["Rücksendung", "Widerruf", "Sales return", "Return - damaged"])
        {
            assert!(is_taken_back(&plain(back)), "{back}");
        }
        for other in ["Returning customer", "refundable", "credit card", "Bestellung", "Gutschein"]
            .into_iter()
            .chain(["Return address stamp", "returning"])
        {
            assert!(!is_taken_back(&plain(other)), "{other}");
        }
    }

    #[test]
    fn numbers_of_what_comes_back_are_known() {
        assert_eq!(word_in("Refund 1001"), Some("Refund"));
        assert_eq!(word_in("#1001"), None);
        assert_eq!(word_in("AMZ-1001"), None);
        assert_eq!(mark_in("GS-1001"), Some(("GS", true)));
        assert_eq!(mark_in("Test-7"), Some(("Test", false)));
        for other in ["1001", "WEB-7", "GS", "GSX-7", "#QUO1"] {
            assert_eq!(mark_in(other), None, "{other}");
        }
        assert_eq!(taken_back_by("1001-R1"), Some("1001"));
        assert_eq!(taken_back_by("#1001-RMA"), Some("#1001"));
        assert_eq!(taken_back_by("RET-1001"), Some("1001"));
        assert_eq!((taken_back_by("R1001"), taken_back_by("GS1001")), (Some("1001"), Some("1001")));
        for other in ["1001", "1001-2", "SUMMER-R1", "1001R1", "RED-1"] {
            assert_eq!(taken_back_by(other), None, "{other}");
        }
    }
}
