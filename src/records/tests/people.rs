//! Tables as people keep them: totals that contradict prices, trials among orders, numbers that
//! begin anew, names under two spellings.

use std::fmt::Write as _;

use super::workbook::{book_of, row};
use super::{Asked, check, read, refused};

const ROWS: &str = "ts,order,sku,qty,price\n\
    2025-11-28T09:00:00,7,LAMP,2,4.00\n\
    2025-11-28T09:01:00,8,LAMP,3,4.00\n";

#[test]
fn totals_that_contradict_prices_are_told() {
    let with = |totals: [&str; 2]| {
        ROWS.replace("price", "price,line total")
            .replace("2,4.00", &format!("2,4.00,{}", totals[0]))
            .replace("3,4.00", &format!("3,4.00,{}", totals[1]))
    };
    let orders = ["+0s LAMP×2", "+60s LAMP×3"];
    let log = check(&with(["4.00", "4.00"]), &Asked::default(), &orders);
    let note = "in 2 of 2 rows quantity times price is not the line's total, such as line 2: 2 × \
                4.00, and 4.00";
    assert!(log.notes.contains(note), "{}", log.notes);
    // Rounded to a unit's half, they agree.
    let log = check(&with(["8.00", "12.01"]), &Asked::default(), &orders);
    assert!(!log.notes.contains("line's total"), "{}", log.notes);
}

#[test]
fn trials_and_unpaid_orders_are_asked_about() {
    let with = |name: &str, words: [&str; 2]| {
        let rows = ROWS.replace("price", &format!("price,{name}"));
        rows.replacen("4.00\n", &format!("4.00,{}\n", words[0]), 1)
            .replace("3,4.00\n", &format!("3,4.00,{}\n", words[1]))
    };
    let asked = ["is not used", "says of 1 row", "columns: { state:"];
    refused(&with("Test", ["false", "true"]), &Asked::default(), &asked);
    refused(&with("Paid", ["yes", "no"]), &Asked::default(), &asked);
    let both = ["+0s LAMP×2", "+60s LAMP×3"];
    check(&with("Test", ["false", "false"]), &Asked::default(), &both);
    check(&with("Paid", ["yes", "1"]), &Asked::default(), &both);
    // What was paid in money says nothing of that.
    check(&with("Paid", ["8.00", "0.00"]), &Asked::default(), &both);
}

#[test]
fn numbers_that_begin_anew_every_day_are_asked_about() {
    let mut till = "ts,order,sku,qty,price\n".to_owned();
    for day in 27..=28 {
        for order in 1..=4 {
            let _ = writeln!(till, "2025-11-{day}T09:0{order}:00,{order},LAMP,{order},4.00");
        }
    }
    let words = ["4 of 4 order numbers stand on several days", "line 6", "day: 2025-11-28"];
    refused(&till, &Asked::default(), &words);
    refused(&till, &Asked { busiest: true, ..Asked::default() }, &words);
    let said = Asked { day: Some("2025-11-28"), ..Asked::default() };
    check(&till, &said, &["+0s LAMP×1", "+60s LAMP×2", "+120s LAMP×3", "+180s LAMP×4"]);
    // What is added to an order on another day is none of another.
    let orders: String = (1..=30).fold(String::new(), |mut rows, order| {
        let _ = writeln!(rows, "2025-11-28T10:{order:02}:00,{},LAMP,1,4.00", 100 + order);
        rows
    });
    let added = format!("ts,order,sku,qty,price\n{orders}2025-11-29T09:00:00,101,BULB,1,1.00\n");
    assert!(read(added.as_bytes(), &Asked::default()).is_ok());
}

#[test]
fn one_sku_under_two_spellings_and_fees_among_goods_are_told() {
    let rows = format!("{ROWS}2025-11-28T09:02:00,9,Lamp,1,4.00\n")
        + "2025-11-28T09:03:00,9,SHIPPING,1,4.90\n";
    let (_, log) = read(rows.as_bytes(), &Asked::default()).expect("read");
    let alike = "1 SKU differs from another only in capitals or spaces, such as `LAMP` and `Lamp`";
    assert!(log.notes.contains(alike), "{}", log.notes);
    let fees = "1 row of SKUs that are named like no goods";
    assert!(log.notes.contains(fees), "{}", log.notes);
    assert!(log.notes.contains("`skip skus: [SHIPPING]`"), "{}", log.notes);
    let (_, log) = read(ROWS.as_bytes(), &Asked::default()).expect("read");
    assert!(!log.notes.contains("SKU"), "{}", log.notes);
}

#[test]
fn sheets_that_are_not_read_are_named() {
    let orders = [
        row(1, &["ts", "order", "sku", "qty", "price"]),
        row(2, &["2025-11-28T09:00:00", "7", "LAMP", "2", "4"]),
    ]
    .concat();
    let notes = |sheets: &[(&str, &str)]| {
        let (_, log) =
            read(&book_of(sheets), &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
        log.notes
    };
    let remarks = row(1, &["remark", "by whom"]);
    let said = notes(&[("Nov", &orders), ("Dec", &remarks), ("Sheet3", "")]);
    assert!(
        said.contains("the sheet `Nov` of a workbook, whose other sheets are not read (`Dec`)")
    );
    assert!(notes(&[("Nov", &orders), ("Sheet2", "")]).contains("order lines, a workbook."));
}

#[test]
fn gift_cards_with_a_sku_are_goods_and_told() {
    for (column, sku, name) in [("name", "GC1", "Gift Card"), ("Colour", "GIFT-CARD-50", "-")] {
        let log = format!(
            "ts,order,sku,qty,price,{column}\n2025-11-28T09:00:00,7,{sku},1,10.00,{name}\n\
             2025-11-28T09:01:00,8,LAMP,1,4.00,Lamp\n"
        );
        let told = check(&log, &Asked::default(), &[&format!("+0s {sku}×1"), "+60s LAMP×1"]);
        assert!(told.notes.contains(&format!("`skip skus: [{sku}]`")), "{}", told.notes);
    }
}

#[test]
fn an_inventory_export_without_prices_is_known() {
    let list = "Handle,SKU,Location,Available (not editable)\nlamp,LAMP,North,4\n";
    let why = super::stock_list(list, None).unwrap_err();
    assert!(why.contains("Shopify's inventory export") && why.contains("`Variant Price`"), "{why}");
}
