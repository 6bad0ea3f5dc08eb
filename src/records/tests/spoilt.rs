//! What spreadsheets, reports and clocks do to a log, with invented values.

use std::fmt::Write as _;

use super::{Asked, check, read, refused, stock_list};

/// Rows of these orders and SKUs, a minute apart.
fn rows(orders: &[(&str, &str)]) -> String {
    let mut log = "ts,order,sku,qty,price\n".to_owned();
    for (n, (order, sku)) in orders.iter().enumerate() {
        let _ = writeln!(log, "2025-11-28T09:{n:02}:00,{order},{sku},2,4.00");
    }
    log
}

#[test]
fn totals_are_no_orders() {
    let two = ["+0s LAMP×2", "+60s LAMP×2"];
    for footer in [
        "2025-11-28T23:59:00,Grand Total,,4,8.00",
        "2025-11-28T23:59:00,Total,LAMP,4,8.00",
        "2025-11-28T23:59:00,Summe,all,4,8.00",
        "2025-11-28T23:59:00,Zwischensumme:,all,4,8.00",
        "2025-11-28T23:59:00,Gesamt 28.11.,all,4,8.00",
        ",Total for the day,LAMP,4,8.00",
        "Total 28 Nov,,LAMP,4,8.00",
        ",,,4,8.00",
        ",,,4,",
    ] {
        for at_once in [false, true] {
            let mut log = rows(&[("1001", "LAMP"), ("1002", "LAMP")]);
            let _ = writeln!(log, "{footer}");
            if at_once {
                log = log.replace("1001", "#A-1001").replace("1002", "#A-1002");
            }
            let log = check(&log, &Asked::default(), &two);
            assert_eq!(log.unreadable, 0, "{footer}: {}", log.notes);
            assert!(log.notes.contains("1 row of totals"), "{footer}: {}", log.notes);
        }
    }
    // However many there are.
    let many = rows(&[("1001", "LAMP"), ("Total", "LAMP"), ("1002", "LAMP"), ("Subtotal", "LAMP")]);
    check(&many, &Asked::default(), &["+0s LAMP×2", "+120s LAMP×2"]);
    // What is no number of an order, and no word for totals either, cannot be read.
    let odd = rows(&[("1001", "LAMP"), ("1002", "LAMP"), ("1003", "LAMP"), ("refund", "LAMP")]);
    let odd = check(&odd, &Asked::default(), &["+0s LAMP×2", "+60s LAMP×2", "+120s LAMP×2"]);
    assert!(odd.unreadable == 1 && odd.notes.contains("`refund`"), "{}", odd.notes);
    // A prefix is none.
    check(&rows(&[("SUM-1001", "LAMP"), ("SUM-1002", "LAMP")]), &Asked::default(), &two);
    // Where orders have words for numbers, one of them may be anything.
    check(&rows(&[("sum", "LAMP"), ("total", "LAMP")]), &Asked::default(), &two);
}

#[test]
fn numbers_that_a_spreadsheet_has_cut_are_refused() {
    for order in ["1.23E+12", "4,00638E+12", "1E+15"] {
        let log = rows(&[("1001", "LAMP"), (&format!("\"{order}\""), "LAMP")]);
        refused(&log, &Asked::default(), &[order, "format the column as text", "line 3"]);
        let log = rows(&[("1001", "LAMP"), ("1002", &format!("\"{order}\""))]);
        refused(&log, &Asked::default(), &[order, "sku", "format the column as text"]);
    }
    // Fifteen digits are all that a spreadsheet keeps.
    let cut = [("306900000000010", "A"), ("30690000000001000", "B"), ("30690000000002000", "C")];
    refused(&rows(&cut), &Asked::default(), &["30690000000001000", "format the column as text"]);
    let whole = [("30690000000001001", "A"), ("30690000000002000", "B")];
    check(&rows(&whole), &Asked::default(), &["+0s A×2", "+60s B×2"]);
    // A SKU may look so.
    check(&rows(&[("1001", "12E4")]), &Asked::default(), &["+0s 12E4×2"]);
    for error in ["########", "#NV", "#BEZUG!", "#REF!", "#DIV/0!", "#NAME?"] {
        let log = rows(&[("1001", "LAMP"), (error, "LAMP"), ("1002", error), ("1003", "LAMP")]);
        let log = check(&log, &Asked::default(), &["+0s LAMP×2", "+180s LAMP×2"]);
        assert_eq!(log.unreadable, 2, "{}", log.notes);
    }
}

#[test]
fn skus_that_a_spreadsheet_has_made_days_of_are_told() {
    let log = rows(&[("1001", "LAMP"), ("1002", "Mar-10"), ("1003", "10-Mar"), ("1004", "Mai 10")]);
    let (_, log) = read(log.as_bytes(), &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
    assert!(log.notes.contains("3 SKUs look like days") && log.notes.contains("`10-Mar`"));
    let none = rows(&[("1001", "MAR-10"), ("1002", "LAMP-10-MAR")]);
    let (_, log) = read(none.as_bytes(), &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
    assert!(!log.notes.contains("look like days"), "{}", log.notes);
}

#[test]
fn days_of_a_spreadsheet_may_have_a_comma() {
    let log = "ts;order;sku;qty;price\n45989,375;1;LAMP;1;4,00\n45989,5;2;LAMP;1;4,00\n";
    check(log, &Asked::default(), &["+0s LAMP×1", "+10800s LAMP×1"]);
}

#[test]
fn hours_that_the_clocks_skip_or_show_twice_are_told() {
    let berlin = Asked { zone: Some("Europe/Berlin"), ..Asked::default() };
    let log = "ts,order,sku,qty,price\n\
        2025-03-30T02:15:00,1,LAMP,1,4.00\n2025-10-26T01:59:00,2,LAMP,1,4.00\n\
        2025-10-26T02:30:00,3,LAMP,1,4.00\n2025-10-26T02:40:00,4,LAMP,1,4.00\n";
    let (_, told) = read(log.as_bytes(), &berlin).unwrap_or_else(|why| panic!("{why}"));
    for words in [
        "1 row has a time that the clocks of Europe/Berlin skip, such as 2025-03-30 02:15:00",
        "2 rows have a time that the clocks of Europe/Berlin show twice, such as 2025-10-26 02:30",
    ] {
        assert!(told.notes.contains(words), "{words}: {}", told.notes);
    }
    // An offset settles it, and so does a zone without a change.
    let zoned = log.replace(":00,", ":00+01:00,");
    for (log, said) in [(zoned.as_str(), &berlin), (log, &Asked::default())] {
        let (_, told) = read(log.as_bytes(), said).unwrap_or_else(|why| panic!("{why}"));
        assert!(!told.notes.contains("clocks"), "{}", told.notes);
    }
}

#[test]
fn a_cancellation_before_its_order_cannot_be_read() {
    let log = "ts,order,sku,qty,price,cancelled at\n\
        2025-11-28T09:00:00,1,LAMP,1,4.00,2025-11-28T08:00:00\n\
        2025-11-28T09:01:00,2,LAMP,1,4.00,2025-11-28T09:01:00\n\
        2025-11-28T09:02:00,3,LAMP,1,4.00,2025-11-28\n\
        2025-11-28T09:03:00,4,LAMP,1,4.00,\n2025-11-28T09:04:00,5,LAMP,1,4.00,\n";
    let orders = ["+0s LAMP×1 cancelled after 1 s", "+120s LAMP×1", "+180s LAMP×1"];
    let log = check(log, &Asked::default(), &orders);
    assert_eq!(log.unreadable, 2, "{}", log.notes);
    assert!(log.notes.contains("before its order"), "{}", log.notes);
}

#[test]
fn a_year_that_is_far_from_the_others_cannot_be_read() {
    let mut log = "ts,order,sku,qty,price\n".to_owned();
    for n in 0..300 {
        let _ = writeln!(log, "2025-11-28T{:02}:{:02}:00,{n},LAMP,1,4.00", 9 + n / 60, n % 60);
    }
    for odd in ["1970-01-01T00:00:00", "2099-12-31T23:59:59", "0"] {
        let log = format!("{log}{odd},x9,LAMP,1,4.00\n");
        let (grouped, read) =
            read(log.as_bytes(), &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!((grouped.orders.len(), read.unreadable), (300, 1), "{odd}: {}", read.notes);
        assert!(grouped.until_us - grouped.from_us < 86_400_000_000, "{odd}");
    }
    // Near New Year the year of the log's zone is another one.
    let eve = log.replace("2025-11-28T", "2025-12-31T").replace(":00,", ":00-12:00,");
    let (grouped, _) =
        read(eve.as_bytes(), &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(grouped.orders.len(), 300);
    // Two years that are both of some weight are both meant.
    let two = log.replacen("2025-", "2019-", 100);
    let (grouped, read) =
        read(two.as_bytes(), &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!((grouped.orders.len(), read.unreadable), (300, 0), "{}", read.notes);
}

#[test]
fn what_stands_for_nothing_is_nothing() {
    for nothing in ["NULL", "null", "\\N", "None", "NaN"] {
        let log = format!(
            "created_at,order_id,sku,quantity,price,cancelled_at\n\
             2025-11-28T09:00:00,1,LAMP,2,4.00,{nothing}\n2025-11-28T09:01:00,2,LAMP,2,4.00,\n"
        );
        let log = check(&log, &Asked::default(), &["+0s LAMP×2", "+60s LAMP×2"]);
        assert_eq!(log.unreadable, 0, "{nothing}: {}", log.notes);
        // Shoppers that nobody knows are not one shopper.
        let log = format!(
            "ts,order,sku,qty,price,who\n2025-11-28T09:00:00,1,LAMP,2,4.00,{nothing}\n\
             2025-11-28T09:01:00,2,LAMP,2,4.00,{nothing}\n"
        );
        let said = Asked { columns: vec![("buyer", "who")], ..Asked::default() };
        let (grouped, _) = read(log.as_bytes(), &said).unwrap_or_else(|why| panic!("{why}"));
        assert_ne!(grouped.orders[0].buyer, grouped.orders[1].buyer, "{nothing}");
    }
}

#[test]
fn a_header_that_nobody_knows_is_shown_below_a_preamble() {
    let log = "Liste;;;;\nStand: 29.11.2025;;;;\n\nBelegnr;Belegdatum;Artikel;Menge;Preis\n\
        7;28.11.2025 09:00;LAMP;2;4,00\n";
    refused(log, &Asked::default(), &["`ts`", "`Belegdatum`"]);
    let columns = vec![
        ("order", "Belegnr"),
        ("time", "Belegdatum"),
        ("sku", "Artikel"),
        ("quantity", "Menge"),
        ("price", "Preis"),
    ];
    check(log, &Asked { columns, ..Asked::default() }, &["+0s LAMP×2"]);
}

#[test]
fn names_that_are_kept_from_a_spreadsheet_are_read_as_they_are() {
    let kept = rows(&[("\"=\"\"0012\"\"\"", "'0012"), ("13", "'Best' lamp")]);
    check(&kept, &Asked::default(), &["+0s 0012×2", "+60s 'Best' lamp×2"]);
}

#[test]
fn a_clock_that_may_have_lost_its_noon_is_told() {
    let twelve = |hours: std::ops::RangeInclusive<u32>| {
        let mut log = "ts,order,sku,qty,price\n".to_owned();
        for n in hours {
            let _ = writeln!(log, "2025-11-28T{n:02}:17:00,{n},LAMP,1,4.00");
        }
        read(log.as_bytes(), &Asked::default()).unwrap_or_else(|why| panic!("{why}")).1.notes
    };
    assert!(twelve(1..=12).contains("AM and PM"));
    assert!(!twelve(0..=12).contains("AM and PM") && !twelve(2..=12).contains("AM and PM"));
}

#[test]
fn a_stock_list_that_a_spreadsheet_has_cut_is_refused_and_lost_noughts_are_named() {
    let list = "sku,stock,price\n4006381333931,4,40.00\n4.00638E+12,5,40.00\n#REF!,5,40.00\n";
    let why = stock_list(list, None).unwrap_err();
    assert!(why.contains("2 rows that cannot be used"), "{why}");
    assert!(why.contains("line 3: a spreadsheet has cut the sku `4.00638E+12`"), "{why}");
    let said = Asked { stocked: &["0012", "LAMP"], ..Asked::default() };
    let log = check(&rows(&[("1001", "LAMP"), ("1002", "12")]), &said, &["+0s LAMP×2"]);
    assert!(log.notes.contains("which has `0012`"), "{}", log.notes);
}
