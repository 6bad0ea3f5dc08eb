//! Owns what the names of columns that nobody uses promise: a yes or no to whether a row is a sale,
//! a sign, or words about people, goods and texts.
//! Must not know the words in their rows (`kinds`).

use super::{kinds, plain};

/// What a column may say of whether rows are sales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    /// Something was called off, or only tried: what is not no is yes.
    Undone,
    /// Something was paid or accepted: no is no sale.
    Done,
    /// Whether a row counts up or down, by a sign or by the side of a book.
    Sign,
    /// Where it was made: in a shop, or in one that is only for trying.
    Realm,
    /// How its payment stands: what is open was not paid.
    Payment,
    /// By what means it was paid: `Credit` takes nothing back.
    Means,
    /// Anything.
    Open,
}

/// What was called off or tried, where the name of a column says nothing else.
const UNDONE: &[&str] = &[
    "component",
    "komponente",
    "test",
    "testmode",
    "testbestellung",
    "testauftrag",
    "sandbox",
    "draft",
    "entwurf",
    "borrador",
    "deleted",
    "gelöscht",
    "geloescht",
    "supprimé",
    "supprimée",
    "eliminado",
    "eliminato",
    "verwijderd",
    "rejected",
    "declined",
    "denied",
    "abgelehnt",
    "refusé",
    "refusée",
    "rechazado",
    "rifiutato",
    "geweigerd",
    "afgewezen",
    "fraud",
    "fraudulent",
    "betrug",
    "fraude",
    "frode",
    "failed",
    "fehlgeschlagen",
    "expired",
    "abandoned",
];

/// What was paid or accepted, likewise.
const DONE: &[&str] = &[
    "paid",
    "bezahlt",
    "payé",
    "payée",
    "pagado",
    "pagato",
    "betaald",
    "valid",
    "gültig",
    "confirmed",
    "bestätigt",
    "confirmé",
    "confirmée",
    "confirmado",
    "confermato",
    "bevestigd",
    "accepted",
    "angenommen",
    "akzeptiert",
    "accepté",
    "acceptée",
    "aceptado",
    "accettato",
    "geaccepteerd",
    "approved",
    "genehmigt",
    "captured",
    "success",
    "successful",
    "succeeded",
    "erfolgreich",
    "live",
    "livemode",
];

/// Words beside those that change nothing: `is test order`, `deleted at`.
const NEUTRAL: &[&str] = &[
    "kit",
    "bundle",
    "is",
    "was",
    "has",
    "been",
    "order",
    "line",
    "item",
    "at",
    "on",
    "am",
    "um",
    "by",
    "date",
    "time",
    "datum",
    "flag",
    "mode",
    "reason",
    "grund",
    "kennzeichen",
    "bestellung",
    "auftrag",
];

/// Names of columns that say whether a row counts up or down, by a sign or a side.
const SIGNS: &[&str] = &[
    "sign",
    "vorzeichen",
    "signe",
    "signo",
    "segno",
    "teken",
    "direction",
    "sh",
    "dc",
    "cd",
    "drcr",
    "crdr",
    "sollhaben",
    "sens",
];

/// Names of the sides of a book; two of them make the name of such a column.
const SIDES: &[&str] = &[
    "s", "h", "soll", "haben", "d", "c", "dr", "cr", "debit", "credit", "débit", "crédit", "debe",
    "haber", "dare", "avere", "debet",
];

/// Words beside those that change nothing.
const BESIDE_SIDES: &[&str] =
    &["buchungsseite", "kennzeichen", "kz", "indicator", "flag", "or", "oder", "key"];

/// Where a shop is tried.
const REALMS: &[&str] =
    &["environment", "env", "mode", "umgebung", "environnement", "entorno", "ambiente", "omgeving"];

/// Payments, how they stand, and by what means they are made.
const PAYMENTS: &[&str] =
    &["payment", "zahlung", "zahlungs", "paiement", "pago", "pagamento", "betaling", "betaal"];
const STANDINGS: &[&str] = &["status", "state", "stand", "statut", "estado", "stato"];
const OF_PAYMENTS: &[&str] = &["zahlungsstatus", "zahlstatus", "bezahlstatus", "betaalstatus"];
const MEANS: &[&str] = &[
    "zahlungsart",
    "zahlart",
    "zahlungsweise",
    "zahlungsmethode",
    "zahlungsmittel",
    "betaalwijze",
    "betaalmethode",
    "gateway",
    "tender",
    "card",
    "karte",
];

/// Words in the names of columns about people, goods and texts: what stands there is not what the
/// row is.
const ABOUT: &[&str] = &[
    "customer",
    "kunde",
    "kunden",
    "kundenname",
    "client",
    "cliente",
    "klant",
    "buyer",
    "käufer",
    "company",
    "firma",
    "société",
    "empresa",
    "azienda",
    "bedrijf",
    "organisation",
    "organization",
    "recipient",
    "empfänger",
    "employee",
    "cashier",
    "salesperson",
    "rep",
    "staff",
    "user",
    "name",
    "vorname",
    "nachname",
    "nom",
    "nombre",
    "nome",
    "naam",
    "title",
    "titel",
    "titre",
    "título",
    "titolo",
    "colour",
    "color",
    "farbe",
    "couleur",
    "colore",
    "kleur",
    "size",
    "größe",
    "material",
    "model",
    "variant",
    "variante",
    "category",
    "categories",
    "kategorie",
    "warengruppe",
    "catégorie",
    "categoría",
    "categoria",
    "categorie",
    "collection",
    "department",
    "note",
    "notes",
    "notiz",
    "notizen",
    "nota",
    "bemerkung",
    "bemerkungen",
    "anmerkung",
    "comment",
    "comments",
    "kommentar",
    "commentaire",
    "remarque",
    "comentario",
    "commento",
    "opmerking",
    "message",
    "nachricht",
    "subject",
    "betreff",
    "description",
    "beschreibung",
    "brand",
    "marke",
    "marque",
    "marca",
    "merk",
    "vendor",
    "manufacturer",
    "hersteller",
    "supplier",
    "lieferant",
    "product",
    "produkt",
    "produit",
    "producto",
    "prodotto",
    "campaign",
    "kampagne",
    "aktion",
    "promotion",
    "promo",
    "coupon",
    "discount",
    "gutschein",
    "city",
    "stadt",
    "ort",
    "street",
    "straße",
    "address",
    "adresse",
];

/// Words beside those with which a name is about the row after all: `Status name`.
const OF_ROWS: &[&str] =
    &["status", "state", "statut", "estado", "stato", "doc", "document", "beleg", "belegart"];

/// The words of a name; `isReturn` is two.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut apart = String::new();
    for c in name.chars() {
        if c.is_uppercase() && apart.ends_with(char::is_lowercase) {
            apart.push(' ');
        }
        apart.push(c);
    }
    let apart = plain(&apart);
    let words = apart.split(' ').filter(|word| !word.is_empty());
    words
        .map(|word| word.strip_prefix("is").filter(|w| w.len() > 2).unwrap_or(word).to_owned())
        .collect()
}

/// Whether a column of that name says of rows whether they take a sale back.
pub(super) fn is_flag(name: &str) -> bool {
    kinds::are_flag(&words(name))
}

fn has(words: &[String], names: &[&str]) -> bool {
    words.iter().any(|word| names.contains(&word.as_str()))
}

/// Whether words are some of those and neutral ones, and nothing else.
fn is_only(words: &[String], names: &[&str], neutral: &[&str]) -> bool {
    let known = |word: &String| names.contains(&word.as_str()) || neutral.contains(&word.as_str());
    has(words, names) && words.iter().all(known)
}

fn is_sign(words: &[String]) -> bool {
    let sides = words.iter().filter(|word| SIDES.contains(&word.as_str())).count();
    let two = sides > 1 && is_only(words, SIDES, BESIDE_SIDES);
    two || words.len() == 1 && has(words, SIGNS) || is_only(words, &SIGNS[7..], BESIDE_SIDES)
}

/// What the name of a column promises; nothing where it is about people, goods or texts.
pub(super) fn promise(name: &str) -> Option<Promise> {
    let words = words(name);
    let payments = has(&words, PAYMENTS);
    Some(match () {
        () if kinds::are_flag(&words) || is_only(&words, UNDONE, NEUTRAL) => Promise::Undone,
        () if is_only(&words, DONE, NEUTRAL) => Promise::Done,
        () if is_sign(&words) => Promise::Sign,
        () if has(&words, OF_PAYMENTS) || payments && has(&words, STANDINGS) => Promise::Payment,
        () if has(&words, MEANS) => Promise::Means,
        () if has(&words, REALMS) && !payments => Promise::Realm,
        () if payments => Promise::Means,
        () if has(&words, ABOUT) && !has(&words, OF_ROWS) => return None,
        () => Promise::Open,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_say_whether_and_not_how() {
        assert!(is_flag("Is Return") && is_flag("Refunded?") && is_flag("Storno-Kennzeichen"));
        assert!(is_flag("isReturn") && is_flag("IsRefund") && is_flag("isreturn"));
        assert!(!is_flag("Return Policy") && !is_flag("Return until") && !is_flag("Colour"));
    }

    #[test]
    fn names_promise_what_they_say_and_nothing_else() {
        for (name, promise) in [
            ("Storniert", Promise::Undone),
            ("is_test_order", Promise::Undone),
            ("deleted_at", Promise::Undone),
            ("Rejected", Promise::Undone),
            ("Credit Note", Promise::Undone),
            ("isReturn", Promise::Undone),
            ("Paid", Promise::Done),
            ("Angenommen", Promise::Done),
            ("livemode", Promise::Done),
            ("Soll/Haben", Promise::Sign),
            ("S/H-Kennzeichen", Promise::Sign),
            ("Dr/Cr", Promise::Sign),
            ("Vorzeichen", Promise::Sign),
            ("Environment", Promise::Realm),
            ("Zahlungsstatus", Promise::Payment),
            ("payment_state", Promise::Payment),
            ("Payment method", Promise::Means),
            ("Payment", Promise::Means),
            ("Test group", Promise::Open),
            ("Accepted terms", Promise::Open),
            ("Vorgang", Promise::Open),
            ("Order status name", Promise::Open),
        ] {
            assert_eq!(super::promise(name), Some(promise), "{name}");
        }
        for name in ["Customer", "Company name", "Color", "Category", "Notes", "Aktion"] {
            assert_eq!(super::promise(name), None, "{name}");
        }
    }
}
