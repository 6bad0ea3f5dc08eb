//! Rows that are no sales: totals among goods, what came back, and what nothing can be made of.

use super::{Asked, ROWS, check, refused, stock_list, with};

#[test]
fn totals_among_the_goods_of_an_order_are_no_goods() {
    for word in [
        "Subtotal",
        "Total",
        "Grand Total",
        "Gesamt",
        "Zwischensumme:",
        "Totales",
        "Totaux",
        "Totale",
        "TOTAL",
        "Somma",
    ] {
        let log = format!("{ROWS}2025-11-28T09:02:00,1003,{word},3,3.00\n");
        let told = check(&log, &Asked::default(), &["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"]);
        assert!(told.notes.contains("1 row of totals"), "{word}: {}", told.notes);
        assert!(!told.notes.contains("taken as goods"), "{word}: {}", told.notes);
    }
    // In an order of its own it is sold, and told.
    let told = check(
        &ROWS.replace("1003,BULB", "1003,Total"),
        &Asked::default(),
        &["+0s LAMP×1", "+60s LAMP×2", "+120s Total×3"],
    );
    assert!(told.notes.contains("`skip skus: [Total]`"), "{}", told.notes);
    // A stock list that has such goods means goods.
    let log = ROWS.replace("1003,BULB", "1003,Total");
    let stocked = Asked { stocked: &["LAMP", "Total"], ..Asked::default() };
    check(&log, &stocked, &["+0s LAMP×1", "+60s LAMP×2", "+120s Total×3"]);
}

#[test]
fn totals_in_a_stock_list_are_left_out_or_asked_about() {
    let list = "sku,stock,price\nLAMP,4,40.00\nBULB,8,5.00\n";
    let list_of = |last: &str| stock_list(&format!("{list}{last}\n"), None);
    let (rows, notes) = list_of("Total,12,45.00").unwrap();
    assert_eq!(rows.len(), 2);
    assert!(notes.contains("1 row of totals is left out"), "{notes}");
    let why = list_of("Total,5,45.00").unwrap_err();
    assert!(why.contains("line 4: `Total` is a word for totals"), "{why}");
}

#[test]
fn columns_that_say_what_came_back_are_asked_about_whatever_they_are_called() {
    for (column, words) in [
        ("Is Return", ["N", "Y", "N"]),
        ("isReturn", ["false", "true", "false"]),
        ("Returned?", ["no", "no", "1"]),
        ("Vorgang", ["Bestellung", "Storniert", "Bestellung"]),
        ("Vorgang", ["Verkauf", "Verkauf", "Retoure"]),
        ("Belegart", ["Rechnung", "Storno", "Rechnung"]),
        ("Belegart", ["Rechnung", "Rechnung", "Gutschrift"]),
        ("Kind", ["web", "RMA", "web"]),
        ("Type", ["Sale", "Sales return", "Sale"]),
        ("Vorgang", ["Verkauf", "Rücksendung", "Widerruf"]),
        ("Type", ["sale", "Credit note", "sale"]),
        ("Art", ["commande", "annulée", "commande"]),
    ] {
        refused(&with(column, words), &Asked::default(), &[&format!("the column `{column}`")]);
    }
    let all = ["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"];
    for (column, words) in [
        ("Is Return", ["N", "N", "N"]),
        ("Customer", ["returning", "new", "returning"]),
        ("Colour", ["red", "green", "blue"]),
        ("Bezeichnung", ["Retourenkarton", "Rückgabebox", "Lampe"]),
        ("Return policy", ["30 days", "14 days", "30 days"]),
        // One word that may mean to wait, among words of another kind.
        ("Label", ["pending", "spring", "autumn"]),
    ] {
        check(&with(column, words), &Asked::default(), &all);
    }
    // A column of many words is none of kinds, whatever they begin with.
    let row = |n: usize| format!("2025-11-28T09:{n:02}:00,{n},LAMP,1,4.00,Retourenkarton {n}\n");
    let rows: String = (10..30).map(row).collect();
    let log = format!("ts,order,sku,qty,price,Zusatz\n{rows}");
    assert!(super::read(log.as_bytes(), &Asked::default()).is_ok());
    let none = Asked { columns: vec![("state", "none")], ..Asked::default() };
    check(&with("Vorgang", ["Bestellung", "Retoure", "Bestellung"]), &none, &all);
}

#[test]
fn orders_that_are_numbered_like_returns_are_asked_about() {
    let refund = format!("{ROWS}2025-11-28T10:00:00,Refund 1001,LAMP,1,4.00\n");
    refused(&refund, &Asked::default(), &["`Refund 1001` in line 5", "prefix: \"Refund \""]);
    let suffix = format!("{ROWS}2025-11-28T10:00:00,1001-R1,LAMP,1,4.00\n");
    refused(&suffix, &Asked::default(), &["`1001-R1` in line 5", "columns: { state: none }"]);
    for (number, prefix) in [("RET-1001", "RET-"), ("R1001", "R"), ("GS1001", "GS")] {
        let key = format!("cancellations: {{ prefix: \"{prefix}\" }}");
        refused(&suffix.replace("1001-R1", number), &Asked::default(), &[number, &key]);
    }
    // There is no 1009 that it could be of, and what comes back with a sign says so itself.
    let other = suffix.replace("1001-R1", "1009-R1");
    let all = ["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3", "+3600s LAMP×1"];
    check(&other, &Asked::default(), &all);
    let none = Asked { columns: vec![("state", "none")], ..Asked::default() };
    check(&suffix, &none, &all);
    check(&refund, &none, &all);
    let signed = suffix.replace("LAMP,1,4.00\n", "LAMP,-1,4.00\n").replacen("-1,", "1,", 1);
    assert!(signed.contains("1001-R1,LAMP,-1"), "{signed}");
    check(&signed, &Asked::default(), &[all[0], all[1], all[2], "+3600s; back +3600s LAMP×1"]);
}

#[test]
fn orders_with_a_mark_for_what_is_no_sale_are_asked_about_among_others() {
    for number in ["GS-77", "CN-77", "cn77"] {
        let log = format!("{ROWS}2025-11-28T10:00:00,{number},LAMP,1,4.00\n");
        refused(&log, &Asked::default(), &[number, "in line 5", "cancellations: { prefix: "]);
        let none = Asked { columns: vec![("state", "none")], ..Asked::default() };
        assert!(super::read(log.as_bytes(), &none).is_ok());
        // Where most orders are numbered so, it is the shop's way.
        let all = log.replace(",100", ",GS-100").replace(number, "GS-77");
        assert!(super::read(all.as_bytes(), &Asked::default()).is_ok());
    }
    // The column of states that is used stays in use.
    let log = with("Status", ["paid", "cancelled", "paid"])
        + "2025-11-28T10:00:00,GS-77,LAMP,1,4.00,paid\n";
    refused(&log, &Asked::default(), &["`columns: { state: Status }` if they are sales"]);
    for number in ["QUO-77", "TEST-77", "Test77"] {
        let log = format!("{ROWS}2025-11-28T10:00:00,{number},LAMP,1,4.00\n");
        refused(&log, &Asked::default(), &[number, "a file without them", "state: none"]);
    }
    for number in ["WEB-77", "AMZ-77", "2025-77"] {
        let log = format!("{ROWS}2025-11-28T10:00:00,{number},LAMP,1,4.00\n");
        assert!(super::read(log.as_bytes(), &Asked::default()).is_ok());
    }
}

#[test]
fn a_total_below_zero_beside_units_that_are_not_cannot_be_read() {
    let log = ROWS.replace("price\n", "price,line total\n").replace(".00\n", ".00,4.00\n");
    let log = log.replace("1003,BULB,3,1.00,4.00", "1003,BULB,3,1.00,-3.00");
    let told = check(&log, &Asked::default(), &["+0s LAMP×1", "+60s LAMP×2"]);
    assert!(
        told.notes.contains("line 4: the line's total `-3.00` is below zero"),
        "{}",
        told.notes
    );
}

#[test]
fn two_prices_for_one_thing_are_asked_about() {
    let log = with("Sale Price", ["3.00", "", "1.00"]);
    refused(&log, &Asked::default(), &["`price`, `Sale Price`", "line 2"]);
    check(
        &with("Sale Price", ["", "", ""]),
        &Asked::default(),
        &["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"],
    );
    let list = "sku,stock,price,sale price\nLAMP,4,40.00,\nBULB,8,5.00,4.00\n";
    let why = stock_list(list, None).unwrap_err();
    assert!(why.contains("differ in line 3"), "{why}");
    assert!(stock_list(&list.replace("4.00\n", "\n"), None).is_ok());
    let two = "sku,location,stock,price\nLAMP,A,4,40.00\nLAMP,B,2,41.00\n";
    let why = stock_list(two, None).unwrap_err();
    assert!(why.contains("line 3: sku `LAMP` has another price or weight in line 2"), "{why}");
    let owed = two.replace("B,2,41", "B,-1,40");
    let (rows, notes) = stock_list(&owed, None).unwrap();
    assert_eq!(rows[0].1, 3);
    assert!(notes.contains("1 time a location has stock below zero"), "{notes}");
}
