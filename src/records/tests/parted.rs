//! Orders of several channels, files and shops in one log.

use super::{Asked, Repeats, check, read, refused};

#[test]
fn orders_of_two_channels_with_one_number_are_asked_about_whatever_the_column() {
    let log = "ts,order,sku,qty,price,source\n\
        2025-11-28T09:00:00,7,LAMP,1,4.00,shop\n\
        2025-11-28T09:00:30,7,LAMP,2,4.00,ebay\n\
        2025-11-28T09:01:00,8,LAMP,1,4.00,shop\n\
        2025-11-28T09:02:00,8,BULB,3,1.00,ebay\n";
    let words = ["`source`", "`7`", "columns: { channel: source }", "channel: none"];
    refused(log, &Asked::default(), &words);
    let said = Asked { columns: vec![("channel", "source")], ..Asked::default() };
    let parted = ["+0s shop LAMP×1", "+30s ebay LAMP×2", "+60s shop LAMP×1", "+120s ebay BULB×3"];
    check(log, &said, &parted);
    let said = Asked { columns: vec![("channel", "none")], ..Asked::default() };
    check(log, &said, &["+0s LAMP×3", "+60s LAMP×1 BULB×3"]);
    for known in ["Marketplace", "Kanal", "Channel Name"] {
        check(&log.replace("source", known), &Asked::default(), &parted);
    }
    // A colour is one of a line, and stands beside the time of its order.
    let colour = log.replace("source", "colour").replace("09:00:30", "09:00:00");
    check(
        &colour.replace("09:02:00", "09:01:00"),
        &Asked::default(),
        &["+0s LAMP×3", "+60s LAMP×1 BULB×3"],
    );
}

#[test]
fn a_quantity_beyond_all_reason_is_called_that() {
    let log = "ts,order,sku,qty,price\n2025-11-28T09:00:00,7,LAMP,1,4.00\n\
        2025-11-28T09:01:00,8,LAMP,4000000000,4.00\n";
    let log = check(log, &Asked::default(), &["+0s LAMP×1"]);
    assert!(log.notes.contains("`4000000000` is more than a billion"), "{}", log.notes);
}

#[test]
fn joined_files_with_byte_order_marks_are_one_log() {
    let half = "\u{feff}ts,order,sku,qty,price\n2025-11-28T09:00:00,7,LAMP,1,4.00\n";
    let log = format!("{half}{}", half.replace(",7,", ",8,"));
    let log = check(&log, &Asked::default(), &["+0s LAMP×1", "+0s LAMP×1"]);
    assert!(log.notes.contains("the header stands once among the rows"), "{}", log.notes);
    assert_eq!((log.rows, log.unreadable), (2, 0), "{}", log.notes);
}

#[test]
fn a_closed_order_is_refunded_at_magento_and_asked_about_elsewhere() {
    let log = "increment_id,created_at,status,sku,qty_ordered,price\n\
        71,2025-11-28 09:00:00,complete,LAMP,2,40.00\n\
        72,2025-11-28 09:01:00,closed,LAMP,1,40.00\n";
    let told = check(log, &Asked::default(), &["+0s LAMP×2"]);
    assert!(told.notes.contains("1 row in the state `closed`"), "{}", told.notes);
    let own = log.replace("increment_id", "order").replace("qty_ordered", "qty");
    refused(&own, &Asked::default(), &["`closed`", "--states \"closed: sale\""]);
}

#[test]
fn orders_of_two_shops_with_one_number_are_asked_about_however_near_they_are() {
    // Every number is used by both, one of them in the same minute, and lines have colours.
    let row = |clock: &str, number: u32, shop: &str, colour: &str| {
        format!("2025-11-28T{clock}:00,{number},LAMP,1,4.00,{shop},{colour}\n")
    };
    let rows: String = (0..40)
        .flat_map(|n: u32| {
            let other = if n.is_multiple_of(3) { n } else { (n + 7) % 60 };
            [(n, "north"), (other, "south")].map(|(minute, shop)| {
                row(&format!("09:{minute:02}"), 1_000 + n, shop, ["red", "blue"][(n % 2) as usize])
            })
        })
        .collect();
    for (column, apart) in [("Store", false), ("Quelle", true)] {
        let log = format!("ts,order,sku,qty,price,{column},colour\n{rows}");
        let words = [&format!("`{column}`"), "(`north`, `south`)", "`1000`"].map(String::from);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        refused(&log, &Asked::default(), &words);
        let why = read(log.as_bytes(), &Asked::default()).map(|_| ()).unwrap_err();
        assert_eq!(why.contains("at a time of its own"), apart, "{why}");
        let columns = vec![("channel", "none")];
        let said = Asked { columns, repeats: Some(Repeats::Each), ..Asked::default() };
        assert!(read(log.as_bytes(), &said).is_ok(), "one number is one order");
    }
}

#[test]
fn orders_under_one_number_that_no_column_tells_apart_are_asked_about() {
    let both = |minutes: u32, buyer: &str| -> String {
        let row = |minute: u32, n: u32, buyer: &str| {
            let (hour, minute) = (9 + minute / 60, minute % 60);
            format!("2025-11-28T{hour:02}:{minute:02}:00,{},LAMP,1,4.00,{buyer}{n}\n", 1_000 + n)
        };
        let first = (0..5).map(|n| row(n, n, "a"));
        let again = (0..5).map(|n| row(n + minutes, n, buyer));
        let rows: String = first.chain(again).collect();
        format!("ts,order,sku,qty,price,who\n{rows}")
    };
    let words = ["5 of 5 order numbers", "line 7 (90 min apart", "columns: { channel: none }"];
    refused(&both(90, "a"), &Asked::default(), &words);
    let said = Asked { columns: vec![("channel", "none")], ..Asked::default() };
    assert!(read(both(90, "a").as_bytes(), &said).is_ok(), "one number is one order");
    // Lines of one order may be written a little later, unless they are somebody else's.
    assert!(read(both(4, "b").as_bytes(), &Asked::default()).is_ok());
    // Under a name that says it, and one that has to be said.
    for name in ["Customer", "Customer Email", "email", "Kunde"] {
        refused(&both(2, "b").replace("who", name), &Asked::default(), &["(two buyers)"]);
    }
    let buyers = Asked { columns: vec![("buyer", "who")], ..Asked::default() };
    assert!(read(both(4, "a").as_bytes(), &buyers).is_ok());
    refused(&both(4, "b"), &buyers, &["line 7 (two buyers)"]);
}
