//! Lines that stand in a file more than once, with invented values.

use std::fmt::Write as _;

use super::{Asked, Repeats, check, read, refused};

/// Orders of two lines each, one of which pays in two parts.
fn joined(header: &str, column: impl Fn(u32, u32, u32) -> String) -> String {
    let mut log = format!("ts,order,sku,qty,price,{header}\n");
    for order in 0..4 {
        let payments = if order == 1 { 2 } else { 1 };
        for payment in 0..payments {
            for (line, sku) in ["LAMP", "BULB"].iter().enumerate() {
                let more = column(order, line as u32, payment);
                let _ = writeln!(log, "2025-11-28T09:0{order}:00,{order},{sku},1,4.00,{more}");
            }
        }
    }
    log
}

const ONCE: &[&str] =
    &["+0s LAMP×1 BULB×1", "+60s LAMP×1 BULB×1", "+120s LAMP×1 BULB×1", "+180s LAMP×1 BULB×1"];

#[test]
fn rows_that_a_join_repeats_are_asked_about() {
    let payments =
        joined("payment", |_, _, payment| ["card", "gift card"][payment as usize].into());
    refused(&payments, &Asked::default(), &["2 rows", "line 6", "repeated rows: once"]);
    let said = |repeats| Asked { repeats: Some(repeats), ..Asked::default() };
    let log = check(&payments, &said(Repeats::Once), ONCE);
    assert!(log.notes.contains("2 rows that repeat a line"), "{}", log.notes);
    let mut each = ONCE.to_vec();
    each[1] = "+60s LAMP×2 BULB×2";
    check(&payments, &said(Repeats::Each), &each);
    // Rows that are the same in every column are no more certain.
    let same = joined("payment", |_, _, _| "card".to_owned());
    refused(&same, &Asked::default(), &["2 rows", "repeated rows: each"]);
    // Orders of one line, far apart: two exports that overlap.
    let one = "2025-11-28T09:00:00,1,LAMP,1,4.00\n2025-11-28T09:01:00,2,LAMP,1,4.00\n";
    refused(&format!("ts,order,sku,qty,price\n{one}{one}"), &Asked::default(), &["2 rows"]);
}

#[test]
fn a_column_that_numbers_lines_tells_repeats_from_lines() {
    for name in ["order_item_id", "Line number", "Pos.", "line id"] {
        let again = joined(name, |_, line, _| (line + 1).to_string());
        let log = check(&again, &Asked::default(), ONCE);
        assert!(log.notes.contains("2 rows that repeat a line"), "{}", log.notes);
        let apart = joined(name, |_, line, payment| (10 * payment + line).to_string());
        let log = read(apart.as_bytes(), &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(log.0.orders[1].lines.iter().map(|(_, qty)| qty.0).sum::<i64>(), 4);
        assert!(!log.1.notes.contains("repeat"), "{}", log.1.notes);
    }
}

#[test]
fn a_thing_that_was_scanned_twice_is_bought_twice() {
    let till = "ts,order,sku,qty,price\n\
        2025-11-28T09:00:00,1,LAMP,1,4.00\n2025-11-28T09:00:00,1,BULB,1,1.00\n\
        2025-11-28T09:00:00,1,LAMP,1,4.00\n2025-11-28T09:01:00,2,BULB,1,1.00\n";
    let log = check(till, &Asked::default(), &["+0s LAMP×2 BULB×1", "+60s BULB×1"]);
    assert!(log.notes.contains("1 row repeats a line of its order"), "{}", log.notes);
    // Names tell lines apart as SKUs do.
    let shop = "Name,Financial Status,Created at,Lineitem sku,Lineitem name,Lineitem quantity,\
        Lineitem price\n\
        #1,paid,2025-11-28 09:00:00,MUG,Mug for Ann,1,9.00\n#1,,,MUG,Mug for Bob,1,9.00\n";
    let log = check(shop, &Asked::default(), &["+0s MUG×2"]);
    assert!(!log.notes.contains("repeat"), "{}", log.notes);
}

#[test]
fn an_order_that_stands_there_twice_with_all_its_lines_in_a_field_is_one() {
    let row = "1,70,2025-11-28 09:00:00,completed,name:Lamp|sku:LAMP|quantity:4|total:100.00\n";
    let cell = format!("order_id,order_number,order_date,status,line_items\n{row}{row}");
    let log = check(&cell, &Asked::default(), &["+0s LAMP×4"]);
    assert!(log.notes.contains("1 row that repeats"), "{}", log.notes);
}

#[test]
fn a_column_that_only_looks_like_line_numbers_is_none() {
    // The till, the same for all lines; where no line shows that it is no number, it is asked.
    let tills = "ts,order,sku,qty,price,pos\n\
        2025-11-28T09:00:00,1,LAMP,1,4.00,3\n2025-11-28T09:00:00,1,LAMP,1,4.00,3\n";
    refused(tills, &Asked::default(), &["1 row repeats a line", "repeated rows"]);
    let more = format!("{tills}2025-11-28T09:00:00,1,BULB,1,4.00,3\n");
    check(&more, &Asked::default(), &["+0s LAMP×2 BULB×1"]);
    let empty = more.replace(",3\n", ",\n").replace("pos", "line number");
    check(&empty, &Asked::default(), &["+0s LAMP×2 BULB×1"]);
}

#[test]
fn a_history_of_states_is_asked_about() {
    let rows = |states: [&str; 3], times: [&str; 3]| {
        let row = |(state, time): (&str, &str)| {
            format!("2025-11-28T{time}:00,1001,LAMP,1,4.00,{state}\n")
        };
        let rows: String = states.into_iter().zip(times).map(row).collect();
        format!("ts,order,sku,qty,price,status\n{rows}2025-11-28T09:00:00,1002,BULB,1,1.00,paid\n")
    };
    let times = ["08:02", "09:02", "21:00"];
    for states in [
        ["paid", "shipped", "delivered"],
        ["paid", "paid", "cancelled"],
        ["pending", "paid", "paid"],
    ] {
        let words = ["another state", "`1001`", "repeated rows: each"];
        refused(&rows(states, times), &Asked::default(), &words);
        let once = Asked { repeats: Some(Repeats::Once), ..Asked::default() };
        refused(&rows(states, times), &once, &words);
        let each = Asked { repeats: Some(Repeats::Each), ..Asked::default() };
        assert!(read(rows(states, times).as_bytes(), &each).is_ok());
    }
    // Equal states are rows as they always were; another time of the same line is another line.
    let alike = rows(["paid"; 3], times);
    check(&alike, &Asked::default(), &["+0s LAMP×3", "+3480s BULB×1"]);
    let other = rows(["paid", "shipped", "paid"], times).replacen("LAMP,1", "LAMP,2", 1).replacen(
        "1,4.00,shipped",
        "3,4.00,shipped",
        1,
    );
    assert!(read(other.as_bytes(), &Asked::default()).is_ok());
}
