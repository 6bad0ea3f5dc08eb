//! JSON lines: lists of lines, lists of what came back, keys that say nothing at first.

use super::{Asked, check, refused};

#[test]
fn json_lines_and_lists_of_lines() {
    let log = "{\"created_at\":\"2025-11-28T09:00:00-05:00\",\"order_number\":71,\"status\":\"pai\
    d\",\"line_items\":[{\"sku\":\"LAMP\",\"quantity\":2,\"price\":\"40.00\"},{\"sku\":\"BULB\"\
    ,\"quantity\":1,\"price\":5}]}\n\
        \n{\"created_at\":\"2025-11-28T09:01:00-05:00\",\"order_number\":72,\"status\":\"voided\"\
        ,\"line_items\":[{\"sku\":\"LAMP\",\"quantity\":1,\"price\":\"40.00\"}]}\n\
        {\"created_at\":\"2025-11-28T09:02:00-05:00\",\"order_number\":73,\"status\":\"paid\",\"l\
        ine_items\":[{\"sku\":\"LAMP\",\"quantity\":1,\"price\":\"40.00\"}]}\nnot json\n";
    let log = check(log, &Asked::default(), &["+0s LAMP×2 BULB×1", "+120s LAMP×1"]);
    assert_eq!((log.rows, log.unreadable), (5, 1), "{}", log.notes);
    assert!(log.notes.contains("line 5: no JSON object"), "{}", log.notes);
}

/// An order of one lamp, with keys more.
fn order(number: u32, more: &str, line: &str) -> String {
    let head = format!("\"ts\":\"2025-11-28T09:00:0{number}Z\",\"order\":\"{number}\"");
    let line = format!("\"sku\":\"LAMP\",\"quantity\":2,{line}\"price\":\"4.00\"");
    format!("{{{head},{more}\"line_items\":[{{{line}}}]}}\n")
}

#[test]
fn lists_of_refunds_are_asked_about_wherever_they_begin() {
    let kinds =
        |kind: &str| format!("\"transactions\":[{{\"kind\":\"sale\"}},{{\"kind\":\"{kind}\"}}],");
    let log = order(1, &kinds("sale"), "") + &order(2, &kinds("refund"), "");
    refused(&log, &Asked::default(), &["`transactions.kind`", "1 rows", "`refund`"]);
    let log = order(1, &kinds("capture"), "") + &order(2, &kinds("sale"), "");
    check(&log, &Asked::default(), &["+0s LAMP×2", "+1s LAMP×2"]);
    // Empty in the first two hundred objects, and null.
    for (first, later) in [("[]", "[{\"id\":7}]"), ("null", "\"2025-11-28T10:00:00Z\"")] {
        let key = if first == "null" { "cancelled_on" } else { "refunds" };
        let of = |number: u32, value: &str| order(number, &format!("\"{key}\":{value},"), "");
        let rows: String = (0..250)
            .map(|n| of(7, first).replace("\"order\":\"7\"", &format!("\"order\":\"{n}\"")))
            .collect();
        refused(
            &(rows + &of(9, later)),
            &Asked::default(),
            &[&format!("the column `{key}`"), "1 rows"],
        );
    }
}

#[test]
fn what_refunds_have_left_of_a_quantity_is_asked_about() {
    let log = |left: [&str; 3]| -> String {
        (1..).zip(left).map(|(n, l)| order(n, "", &format!("\"current_quantity\":{l},"))).collect()
    };
    let some = log(["2", "0", "1"]);
    refused(&some, &Asked::default(), &["`line_items.current_quantity`", "2 rows", "{ quantity: "]);
    let left =
        Asked { columns: vec![("quantity", "line_items.current_quantity")], ..Asked::default() };
    let seen = check(&some, &left, &["+0s LAMP×2", "+2s LAMP×1"]);
    assert!(seen.notes.contains("1 row of which all units were refunded"), "{}", seen.notes);
    let ordered = Asked { columns: vec![("quantity", "line_items.quantity")], ..Asked::default() };
    check(&some, &ordered, &["+0s LAMP×2", "+1s LAMP×2", "+2s LAMP×2"]);
    check(&log(["2", "2", "2"]), &Asked::default(), &["+0s LAMP×2", "+1s LAMP×2", "+2s LAMP×2"]);
}
