//! Orders of several channels, files and shops in one log.

use super::{Asked, check, refused};

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
