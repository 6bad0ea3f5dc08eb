//! A day in one column and the time of day in another.

use super::workbook::{row, workbook};
use super::{Asked, check, read, refused, told};

#[test]
fn a_day_and_a_time_of_day_in_two_columns_are_read_together() {
    let orders = ["+0s LAMP×1 BULB×2", "+90s LAMP×3"];
    let iso = "Date,Time,Order,SKU,Qty,Price\n\
        2025-11-28,09:00:00,7,LAMP,1,4.00\n\
        ,,7,BULB,2,1.00\n\
        2025-11-28,09:01:30,8,LAMP,3,4.00\n";
    let log = check(iso, &Asked::default(), &orders);
    assert!(log.notes.contains("times from Date and Time"), "{}", log.notes);
    // A spreadsheet writes the day with midnight behind it, and the day first.
    let spread = iso.replace("2025-11-28,", "28/11/2025 00:00,").replace(":00:00,", ":00 AM,");
    let spread =
        spread.replace("Date,Time", "Order Time,Order Date").replace("09:01:30", "9:01 AM");
    let turned: String = spread
        .lines()
        .map(|line| {
            let mut cells: Vec<&str> = line.split(',').collect();
            if !line.starts_with("Order") {
                cells.swap(0, 1);
            }
            cells.join(",") + "\n"
        })
        .collect();
    check(&turned, &Asked::default(), &["+0s LAMP×1 BULB×2", "+60s LAMP×3"]);
    // Under names of one's own they are named; in which order is no matter.
    let own = iso.replace("Date,Time", "Tag,Stunde");
    let columns = vec![("time", "Stunde"), ("date", "Tag")];
    check(&own, &Asked { columns, ..Asked::default() }, &orders);
    let columns = vec![("date", "Tag"), ("time", "Stunde")];
    let said = Asked { columns, time_format: Some("%Y-%m-%d %H:%M:%S"), ..Asked::default() };
    check(&own, &said, &orders);
}

#[test]
fn a_workbook_has_days_and_times_of_day_as_numbers() {
    let rows = [
        row(1, &["Date", "Time", "Order", "SKU", "Qty", "Price"]),
        row(2, &["@45989", "@0.375", "7", "LAMP", "1", "4"]),
        row(3, &["@45989", "@0.37604166666666666", "8", "LAMP", "3", "4"]),
    ];
    let book = workbook(&rows.concat());
    let (grouped, log) = read(&book, &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(told(&grouped, &log.channels), ["+0s LAMP×1", "+90s LAMP×3"]);
}

#[test]
fn a_day_alone_is_never_midnight_without_a_word() {
    let rows = "Date,Time,order,sku,qty,price\n\
        2025-11-28,09:00:00,7,LAMP,1,4.00\n\
        2025-11-28,,8,LAMP,2,4.00\n\
        ,09:02:00,9,LAMP,3,4.00\n\
        2025-11-28,09:03:00,10,LAMP,4,4.00\n";
    let log = check(rows, &Asked::default(), &["+0s LAMP×1", "+180s LAMP×4"]);
    assert!(log.notes.contains("line 3: a day, and no time of day"), "{}", log.notes);
    assert!(log.notes.contains("line 4: a time of day, and no day in `Date`"), "{}", log.notes);
    // Two moments are no day and time of day: which of them counts is asked.
    let two = "Date,Time,order,sku,qty,price\n\
        2025-11-28T08:00:00,2025-11-28T09:00:00,7,LAMP,1,4.00\n";
    refused(two, &Asked::default(), &["several columns could say the time"]);
}

#[test]
fn a_footer_and_one_slip_leave_two_columns_of_times_what_they_are() {
    let rows = "date,time,order,sku,qty,price\n2025-11-28,09:00:00,7,LAMP,1,4.00\n\
        2025-11-28,09:01:00,8,LAMP,1,4.00\n2025-11-28,09:02:00,9,LAMP,1,4.00\n";
    let orders = ["+0s LAMP×1", "+60s LAMP×1", "+120s LAMP×1"];
    for last in ["Total,,,,3,12.00\n", "2025-11-28,noon,10,LAMP,1,4.00\n"] {
        check(&format!("{rows}{last}"), &Asked::default(), &orders);
    }
}
