//! Words for what rows are: every fix that is offered works when it is typed, and words about
//! people, goods and texts are none.

use super::{Asked, NAMED, Standing, check, read, refused, with};
use crate::records::state;

const ALL: [&str; 3] = ["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"];

/// What stands between two texts.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

/// Does what a refusal says, as somebody would type it.
fn obey(log: &str) -> Asked {
    let why = read(log.as_bytes(), &Asked::default()).map(|_| ()).expect_err(log);
    let column = between(&why, "`columns: { state: ", " }`").expect(&why).trim_matches('"');
    let states = between(&why, "`states: { ", " }`").expect(&why);
    let states = states.split(", ").map(|entry| {
        let (word, said) = entry.rsplit_once(": ").expect(entry);
        let standing = if said == "sale" { Standing::Sale } else { Standing::NoSale };
        (state::plain(word.trim_matches('"')), standing)
    });
    assert!(NAMED.iter().any(|(key, _)| *key == "state"));
    let column: &'static str = String::from(column).leak();
    Asked { columns: vec![("state", column)], states: states.collect(), ..Asked::default() }
}

#[test]
fn signs_and_sides_are_told_apart_by_the_fix_that_is_offered() {
    for (column, words) in [
        ("Sign", ["1", "1", "-1"]),
        ("Sign", ["+1", "+1", "-1"]),
        ("Sign", ["+", "+", "-"]),
        ("Vorzeichen", ["+", "+", "−"]),
        ("Sign", ["S", "S", "H"]),
        ("S/H", ["H", "H", "S"]),
        ("Buchungsseite S/H", ["H", "H", "S"]),
        ("Soll/Haben", ["Soll", "Soll", "Haben"]),
        ("Debit/Credit", ["D", "D", "C"]),
        ("Dr/Cr", ["Dr", "Dr", "Cr"]),
    ] {
        let log = with(column, words);
        check(&log, &obey(&log), &ALL[..2]);
    }
    // All on one side: it says nothing.
    for column in ["S/H", "Debit/Credit"] {
        check(&with(column, ["H"; 3]), &Asked::default(), &ALL);
    }
}

#[test]
fn a_column_that_only_marks_what_is_no_sale_may_be_empty() {
    for (column, words) in [
        ("Storniert", ["", "", "X"]),
        ("Storniert", ["nein", "", "ja"]),
        ("Cancellation reason", ["", "", "too slow"]),
        ("deleted_at", ["", "", "2025-11-28T10:00:00"]),
        ("Vorgang", ["", "", "Gutschrift"]),
        ("Testbestellung", ["", "nein", "ja"]),
    ] {
        let log = with(column, words);
        check(&log, &obey(&log), &ALL[..2]);
    }
    // A mark on one line of an order is none on the next.
    let log = with("Storniert", ["X", "", ""]).replace("09:01:00,1002", "09:00:00,1001");
    check(&log, &obey(&log), &["+0s LAMP×2", "+120s BULB×3"]);
    // A column of states that has sales says each of them.
    let said = Asked { columns: vec![("state", "Stand")], ..Asked::default() };
    let seen = check(&with("Stand", ["paid", "paid", ""]), &said, &ALL[..2]);
    assert!(seen.notes.contains("no state"), "{}", seen.notes);
}

#[test]
fn a_second_column_of_kinds_leaves_the_first_in_use() {
    let log = with("Status", ["paid", "cancelled", "paid"]);
    let cells = ["Doc type", "Order", "Order", "Credit note"];
    let log: Vec<String> =
        log.lines().zip(cells).map(|(row, cell)| format!("{row},{cell}")).collect();
    let log = log.join("\n") + "\n";
    refused(&log, &Asked::default(), &["`columns: { state: Doc type }`", "`Status` is used"]);
    let seen = check(&log, &obey(&log), &ALL[..1]);
    assert!(seen.notes.contains("`Status` and `Doc type` both say the state"), "{}", seen.notes);
    // It says nothing, is what the other answer is for; it is told what it says.
    let first = Asked { columns: vec![("state", "Status")], ..Asked::default() };
    let seen = check(&log, &first, &[ALL[0], ALL[2]]);
    assert!(seen.notes.contains("`Doc type` is not used"), "{}", seen.notes);
    let none = Asked { columns: vec![("state", "none")], ..Asked::default() };
    check(&log, &none, &ALL);
}

#[test]
fn more_words_for_what_is_no_sale_are_asked_about() {
    for (column, words) in [
        ("Type", ["order", "order", "Offerte"]),
        ("Type", ["order", "order", "wishlist"]),
        ("Type", ["order", "order", "transfer order"]),
        ("Doc type", ["invoice", "invoice", "purchase order"]),
        ("Tipo", ["Vendita", "Vendita", "Reso"]),
        ("Document", ["invoice", "invoice", "Credit Memo"]),
        ("Credit memo", ["", "", "CM-7"]),
        ("Environment", ["live", "live", "test"]),
        ("livemode", ["true", "true", "false"]),
        ("Mode", ["LIVE", "LIVE", "SANDBOX"]),
        ("is_test_order", ["0", "0", "1"]),
        ("Zahlungsstatus", ["bezahlt", "bezahlt", "offen"]),
        ("Paid", ["yes", "yes", "open"]),
        ("Result", ["success", "success", "failure"]),
        ("Fraud", ["no", "no", "yes"]),
        ("Confirmed", ["yes", "yes", "no"]),
        ("Angenommen", ["ja", "ja", "nein"]),
        ("Accepted", ["true", "true", "false"]),
        ("Rejected", ["", "", "x"]),
        ("Payment", ["card", "card", "refunded"]),
    ] {
        let log = with(column, words);
        refused(&log, &Asked::default(), &[&format!("the column `{column}`"), "1 rows"]);
    }
}

#[test]
fn words_about_people_goods_and_texts_say_nothing_of_the_row() {
    for (column, words) in [
        ("Company", ["Lux AG", "Lux AG", "Void GmbH"]),
        ("Customer", ["Storno KG", "Lux AG", "Void GmbH"]),
        ("Color", ["red", "red", "void"]),
        ("Category", ["Lamps", "Lamps", "Returns"]),
        ("Notes", ["", "", "please cancel if late"]),
        ("Payment", ["Debit", "Debit", "Credit"]),
        ("Payment method", ["card", "card", "purchase order"]),
        ("Zahlungsart", ["Karte", "Karte", "Credit card"]),
        ("Aktion", ["", "", "Angebot"]),
        ("Discount Code", ["", "VOIDME", "CANCEL10"]),
        ("Sales rep", ["Storno", "Void", "Lux"]),
        ("Brand", ["Refund & Co", "Lux", "Lux"]),
        ("Cancelled", ["-", "-", "-"]),
        ("Cancelled", ["no", "", "non"]),
        ("Environment", ["live", "production", "live"]),
        ("Mode", ["pickup", "delivery", "pickup"]),
        ("livemode", ["true", "true", "true"]),
        ("Accepted terms", ["no", "yes", "no"]),
        ("Test group", ["A", "B", "test"]),
        ("Zahlungsstatus", ["bezahlt", "bezahlt", "bezahlt"]),
        ("Debit", ["4.00", "8.00", "3.00"]),
    ] {
        check(&with(column, words), &Asked::default(), &ALL);
    }
}

#[test]
fn states_in_six_languages_are_known() {
    for words in [
        ["expédiée", "livrée", "annulée"],
        ["payée", "Expédié", "remboursée"],
        ["enviado", "entregado", "cancelado"],
        ["completado", "pagado", "reembolsado"],
        ["spedito", "consegnato", "annullato"],
        ["pagato", "spedito", "rimborsato"],
        ["verzonden", "bezorgd", "geannuleerd"],
        ["betaald", "betaald", "terugbetaald"],
        ["captured", "In Bearbeitung", "storniert"],
    ] {
        check(&with("Status", words), &Asked::default(), &ALL[..2]);
    }
}
