//! Bytes and letters that nobody meant: NUL, UTF-32, marks without width, a JSON key twice.

use super::{Asked, check, read, refused, told};

const ROWS: &str = "ts,order,sku,qty,price\n\
    2025-11-28T09:00:00,7,LAMP,1,4.00\n\
    2025-11-28T09:01:00,8,LAMP,2,4.00\n\
    2025-11-28T09:02:00,9,BULB,3,1.00\n";

#[test]
fn one_nul_costs_its_row_and_the_line_is_said() {
    let log = check(
        &ROWS.replace("8,LAMP", "8,LA\0MP"),
        &Asked::default(),
        &["+0s LAMP×1", "+120s BULB×3"],
    );
    assert!(log.notes.contains("line 3: a NUL"), "{}", log.notes);
    assert_eq!(log.unreadable, 1);
    // In the header it may have cost any name: no other row is taken for it.
    let words = ["line 1 at the head", "a NUL"];
    refused(&ROWS.replacen("sku", "s\0ku", 1), &Asked::default(), &words);
}

#[test]
fn utf_32_is_named_with_what_to_save_it_as() {
    let wide = |mark: &[u8], to: fn(u32) -> [u8; 4]| {
        let letters = ROWS.chars().flat_map(|c| to(u32::from(c)));
        mark.iter().copied().chain(letters).collect::<Vec<u8>>()
    };
    for bytes in [
        wide(b"\xff\xfe\0\0", u32::to_le_bytes),
        wide(b"\0\0\xfe\xff", u32::to_be_bytes),
        wide(b"", u32::to_le_bytes),
        wide(b"", u32::to_be_bytes),
    ] {
        let why = read(&bytes, &Asked::default()).map(|_| ()).unwrap_err();
        assert!(why.contains("UTF-32") && why.contains("CSV in UTF-8"), "{why}");
    }
}

#[test]
fn a_json_key_that_stands_twice_is_a_row_that_cannot_be_read() {
    let object = |minute: u8, more: &str| {
        format!(
            "{{\"ts\":\"2025-11-28T09:0{minute}:00\",\"order\":{minute},\"sku\":\"LAMP\",\
             \"qty\":1,\"price\":4.0{more}}}\n"
        )
    };
    let twice = [object(0, ""), object(1, ",\"q\\u0074y\":5"), object(2, "")].concat();
    let log = check(&twice, &Asked::default(), &["+0s LAMP×1", "+120s LAMP×1"]);
    assert!(log.notes.contains("line 2: a key stands twice"), "{}", log.notes);
    // One key in two objects is none twice, and neither is a word that looks like one.
    let within =
        object(1, ",\"at\":{\"qty\":9},\"note\":\"\\\"qty\\\":\",\"tags\":[\"qty\",\"qty\"]");
    check(&within, &Asked::default(), &["+0s LAMP×1"]);
}

#[test]
fn what_nobody_sees_is_no_part_of_a_name() {
    // Marks before names and values, at the start twice, and letters without width behind them.
    let marked = format!("\u{feff}\u{feff}{}", ROWS.replace("sku", "\u{feff}s\u{ad}ku\u{200b}"));
    let marked =
        marked.replace(",LAMP,2", ",\u{200e}LAMP\u{200b},2").replace("2025", "\u{200e}2025");
    let all = ["+0s LAMP×1", "+60s LAMP×2", "+120s BULB×3"];
    let (grouped, log) = read(marked.as_bytes(), &Asked::default()).expect("read");
    assert_eq!(told(&grouped, &log.channels), all, "{}", log.notes);
    assert_eq!(grouped.skus.len(), 2, "LAMP is one SKU");
    // Within a name it makes another of it: that is no name.
    let within = ROWS.replace("8,LAMP", "8,LA\u{200b}MP");
    let log = check(&within, &Asked::default(), &["+0s LAMP×1", "+120s BULB×3"]);
    assert!(log.notes.contains("line 3: the sku"), "{}", log.notes);
    assert!(log.notes.contains("letters that nobody sees"), "{}", log.notes);
    // A space that does not break is a space.
    let spaced = ROWS.replacen("LAMP", "TALL LAMP", 1).replace("8,LAMP", "8,TALL\u{a0}LAMP");
    check(&spaced, &Asked::default(), &["+0s TALL LAMP×1", "+60s TALL LAMP×2", "+120s BULB×3"]);
}
