//! Owns the words for how an order stands: which of them are sales.
//! Must not know which column says them.

/// What an order in a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It was accepted, and stood.
    Sale,
    /// It was not, or it did not stand.
    NoSale,
}

const SALES: &[&str] = &[
    "approved",
    "authorised",
    "authorized",
    "complete",
    "completed",
    "delivered",
    "dispatched",
    "fulfilled",
    "in transit",
    "invoiced",
    "open",
    "packed",
    "paid",
    "partially fulfilled",
    "partially paid",
    "partially refunded",
    "partially shipped",
    "picked up",
    "processing",
    "ready to ship",
    "sent",
    "shipped",
    "shipping",
    "unfulfilled",
    "unshipped",
    "captured",
    "abgeschlossen",
    "ausgeliefert",
    "bezahlt",
    "geliefert",
    "in bearbeitung",
    "versandt",
    "versendet",
    "zugestellt",
    "en cours",
    "en cours de traitement",
    "en préparation",
    "expédié",
    "expédiée",
    "expedie",
    "expediee",
    "livré",
    "livrée",
    "livre",
    "livree",
    "payé",
    "payée",
    "paye",
    "payee",
    "terminé",
    "terminée",
    "completado",
    "completada",
    "en preparación",
    "entregado",
    "entregada",
    "enviado",
    "enviada",
    "pagado",
    "pagada",
    "procesando",
    "completato",
    "completata",
    "consegnato",
    "consegnata",
    "in lavorazione",
    "pagato",
    "pagata",
    "spedito",
    "spedita",
    "afgerond",
    "betaald",
    "bezorgd",
    "in behandeling",
    "verzonden",
    "voltooid",
];

const NO_SALES: &[&str] = &[
    "abandoned",
    "auto draft",
    "awaiting payment",
    "canceled",
    "cancelled",
    "checkout draft",
    "created",
    "declined",
    "deleted",
    "denied",
    "draft",
    "expired",
    "failed",
    "fraud",
    "fully refunded",
    "hold",
    "holded",
    "on hold",
    "payment pending",
    "payment review",
    "pending",
    "pending payment",
    "refunded",
    "rejected",
    "returned",
    "suspected fraud",
    "trash",
    "unavailable",
    "unpaid",
    "void",
    "voided",
    "abgebrochen",
    "abgelehnt",
    "erstattet",
    "rückerstattet",
    "storniert",
    "annulé",
    "annulée",
    "annule",
    "annulee",
    "remboursé",
    "remboursée",
    "rembourse",
    "remboursee",
    "anulado",
    "anulada",
    "cancelado",
    "cancelada",
    "reembolsado",
    "reembolsada",
    "annullato",
    "annullata",
    "rimborsato",
    "rimborsata",
    "geannuleerd",
    "terugbetaald",
];

/// Words of one format. Magento closes an order when all of it is refunded; elsewhere a closed
/// order may be one that is done. "Order Status",
/// docs.magento.com/user-guide/sales/order-status.html.
const OF_FORMATS: &[(&str, &str, Standing)] = &[("magento", "closed", Standing::NoSale)];

/// A state as it is compared: `wc-on-hold` and `On hold` are one; `1` and `-1` are two, and so are
/// `+` and `-`.
pub(crate) fn plain(word: &str) -> String {
    let plain = super::plain(word);
    let mut letters = super::trimmed(word).chars();
    let sign = match letters.next() {
        Some('+' | '＋') => "+",
        Some('-' | '−' | '–' | '－') => "-",
        _ => "",
    };
    let rest = letters.as_str().trim_start();
    if rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("{sign}{plain}");
    }
    plain.strip_prefix("wc ").map_or(plain.clone(), str::to_owned)
}

/// What a plain word says in a format; none when nobody has said what it means.
pub(crate) fn standing(plain: &str, said: &[(String, Standing)], format: &str) -> Option<Standing> {
    if let Some((_, standing)) = said.iter().find(|(word, _)| word == plain) {
        return Some(*standing);
    }
    let theirs = OF_FORMATS.iter().find(|(name, word, _)| *name == format && *word == plain);
    if let Some((.., standing)) = theirs {
        return Some(*standing);
    }
    // Amazon: `Shipped - Delivered to Buyer`.
    if SALES.contains(&plain) || plain.starts_with("shipped ") && !plain.contains("returned") {
        return Some(Standing::Sale);
    }
    let none = NO_SALES.contains(&plain) || plain.starts_with("shipped ");
    none.then_some(Standing::NoSale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_shops_are_known_and_others_are_not_guessed() {
        let of = |word: &str| standing(&plain(word), &[], "columns");
        for sale in [
            "paid",
            "wc-completed",
            "Processing",
            "partially_refunded",
            "Shipped - Delivered to Buyer",
        ] {
            assert_eq!(of(sale), Some(Standing::Sale), "{sale}");
        }
        for none in
            ["voided", "wc-cancelled", "On hold", "pending_payment", "Shipped - Returned to Seller"]
        {
            assert_eq!(of(none), Some(Standing::NoSale), "{none}");
        }
        for word in ["expédiée", "Enviado", "Spedito", "Bezorgd", "In Bearbeitung", "captured"] {
            assert_eq!(of(word), Some(Standing::Sale), "{word}");
        }
        for word in ["Annulée", "remboursée", "Cancelado", "Annullato", "geannuleerd"] {
            assert_eq!(of(word), Some(Standing::NoSale), "{word}");
        }
        assert_eq!(of("backorder"), None);
        // All of it was refunded at one shop, all of it is done at another.
        assert_eq!(of("closed"), None);
        assert_eq!(standing("closed", &[], "magento"), Some(Standing::NoSale));
        assert_eq!(
            standing("backorder", &[("backorder".to_owned(), Standing::Sale)], "columns"),
            Some(Standing::Sale)
        );
    }

    #[test]
    fn signs_are_words_of_their_own() {
        for (word, compared) in [
            ("1", "1"),
            ("-1", "-1"),
            ("−1", "-1"),
            ("+", "+"),
            (" - ", "-"),
            ("+1", "+1"),
            ("- open", "open"),
            ("wc-on-hold", "on hold"),
            ("", ""),
        ] {
            assert_eq!(plain(word), compared, "{word}");
        }
    }
}
