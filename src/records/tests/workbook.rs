//! Workbooks: cells of every type, and what a zip must not come to.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Asked, read, told};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// A workbook of one sheet with these rows of cells.
pub(super) fn workbook(rows: &str) -> Vec<u8> {
    book_of(&[("Orders", rows)])
}

/// A workbook of sheets, each with its name.
pub(super) fn book_of(sheets: &[(&str, &str)]) -> Vec<u8> {
    book_with(sheets, &[])
}

/// How a workbook lists its sheets; one whose name begins with `-` is hidden, under the rest of it.
fn listed(sheets: &[(&str, &str)]) -> (String, String) {
    let (mut listed, mut related) = (String::new(), String::new());
    for (n, (name, _)) in (1..).zip(sheets) {
        let (name, state) = match name.strip_prefix('-') {
            Some(name) => (name, " state=\"hidden\""),
            None => (*name, ""),
        };
        let _ = write!(listed, "<sheet name=\"{name}\" sheetId=\"{n}\"{state} r:id=\"rId{n}\"/>");
        let _ = write!(
            related,
            "<Relationship Id=\"rId{n}\" Type=\"{RELATION}/worksheet\" \
             Target=\"worksheets/sheet{n}.xml\"/>"
        );
    }
    (listed, related)
}

/// The same, with formats that its cells may have.
fn book_with(sheets: &[(&str, &str)], formats: &[&str]) -> Vec<u8> {
    let numbered = || (164..).zip(formats);
    let format = |(id, code): (usize, &&str)| {
        let code = code.replace('"', "&quot;");
        format!("<numFmt numFmtId=\"{id}\" formatCode=\"{code}\"/>")
    };
    let formats = format!("<numFmts>{}</numFmts>", numbered().map(format).collect::<String>());
    let used = |(id, _)| format!("<xf numFmtId=\"{id}\"/>");
    let used: String = numbered().map(used).collect();
    let (listed, related) = listed(sheets);
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" \
                 Type=\"{RELATION}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATION}\"><sheets>{listed}</sheets>\
                 </workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\">{related}\
                 <Relationship Id=\"style\" Type=\"{RELATION}/styles\" Target=\"styles.xml\"/>\
                 </Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\">{formats}<cellXfs count=\"2\"><xf numFmtId=\"0\"/>\
                 <xf numFmtId=\"22\"/>{used}</cellXfs></styleSheet>"
            ),
        ),
    ];
    let pages = (1..).zip(sheets).map(|(n, (_, rows))| {
        let page = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
        (format!("xl/worksheets/sheet{n}.xml"), page)
    });
    let parts = parts.into_iter().map(|(name, text)| (name.to_owned(), text)).chain(pages);
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("a zip").into_inner()
}

/// A row: numbers as they are, `@` before a number for a date, the rest as text.
pub(super) fn row(line: usize, cells: &[&str]) -> String {
    let cell = |(column, text): (usize, &&str)| {
        let at = format!("{}{line}", char::from(b'A' + column as u8));
        match text.strip_prefix('@') {
            Some(day) => format!("<c r=\"{at}\" s=\"1\"><v>{day}</v></c>"),
            None if text.is_empty() => String::new(),
            None if text.parse::<f64>().is_ok() => format!("<c r=\"{at}\"><v>{text}</v></c>"),
            None => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        }
    };
    let cells: String = cells.iter().enumerate().map(cell).collect();
    format!("<row r=\"{line}\">{cells}</row>")
}

#[test]
fn a_workbook_says_its_numbers_and_days_itself() {
    let rows = [
        row(1, &["Orders of November"]),
        row(3, &["Order", "Date", "SKU", "Qty", "Price"]),
        // Half past nine, as a part of a day; then the same as a bare number.
        row(4, &["71", "@45989.395833333336", "LAMP", "2", "1.299"]),
        row(5, &["", "", "BULB", "1000", "5"]),
        row(6, &["72", "45989.402777777781", "LAMP", "1", "1.299"]),
        row(8, &["73", "@45989.5", "LAMP", "many", "1"]),
    ];
    let book = workbook(&rows.concat());
    let (grouped, log) = read(&book, &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(told(&grouped, &log.channels), ["+0s LAMP×2 BULB×1000", "+600s LAMP×1"]);
    assert!(log.notes.contains("line 8: the quantity `many`"), "{}", log.notes);
    assert_eq!(grouped.skus[0].price.0, 130, "a typed 1.299 is no question");
}

#[test]
fn a_zip_that_is_no_workbook_or_too_much_of_one_is_refused() {
    let mut torn = workbook(&row(1, &["ts"]));
    torn.truncate(200);
    for bytes in [torn, b"PK\x03\x04 and nothing of a zip".to_vec()] {
        let why = read(&bytes, &Asked::default()).map(|_| ()).unwrap_err();
        assert!(why.contains("no workbook"), "{why}");
    }
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    zip.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).expect("a part");
    for _ in 0..65 {
        zip.write_all(&vec![b' '; 1 << 20]).expect("written");
    }
    let bomb = zip.finish().expect("a zip").into_inner();
    assert!(bomb.len() < 1 << 20, "a small file: {}", bomb.len());
    let why = read(&bomb, &Asked::default()).map(|_| ()).unwrap_err();
    assert!(why.contains("too large for a workbook"), "{why}");
}

/// A header, and two orders with their dates and prices.
fn orders(dates: [&str; 2], numbers: [&str; 2]) -> String {
    [
        row(1, &["Order", "Date", "SKU", "Qty", "Price"]),
        row(2, &[numbers[0], dates[0], "LAMP", "2", "4"]),
        row(3, &[numbers[1], dates[1], "LAMP", "1", "4"]),
    ]
    .concat()
}

fn refused(book: &[u8], words: &[&str]) {
    let why = read(book, &Asked::default()).map(|_| ()).unwrap_err();
    for word in words {
        assert!(why.contains(word), "`{word}` is not in: {why}");
    }
}

#[test]
fn days_as_text_beside_dates_are_refused() {
    // 3 November was made a date, as the 11th of March; 28 November could not be one.
    let torn = orders(["@45727.5", "28/11/2025 10:00"], ["71", "72"]);
    refused(&workbook(&torn), &["1 times are text, such as `28/11/2025 10:00`, beside 1"]);
    // What cannot be read two ways may stand beside dates.
    let iso = orders(["@45989.5", "2025-11-28 13:00"], ["71", "72"]);
    let (grouped, log) = read(&workbook(&iso), &Asked::default()).unwrap_or_else(|w| panic!("{w}"));
    assert_eq!(told(&grouped, &log.channels), ["+0s LAMP×2", "+3600s LAMP×1"]);
}

#[test]
fn formats_of_prices_say_their_currency() {
    let rows = orders(["@45989.5", "@45989.6"], ["71", "72"]);
    let book = |formats: &[&str]| book_with(&[("Orders", &rows)], formats);
    refused(
        &book(&["\"$\"#,##0.00", "[$€-407]#,##0.00"]),
        &["several currencies (`$`, `€`)", "currency: none"],
    );
    let euro = Asked { currency: Some("EUR"), ..Asked::default() };
    let why = read(&book(&["\"$\"#,##0.00"]), &euro).map(|_| ()).unwrap_err();
    assert!(why.contains("prices in `$`, the scenario is in EUR"), "{why}");
    assert!(read(&book(&["[$€-407]#,##0.00", "0.0%"]), &euro).is_ok());
}

#[test]
fn numbers_longer_than_a_workbook_keeps_are_refused() {
    let rows = orders(["@45989.5", "@45989.6"], ["12345678901234567890", "72"]);
    refused(&workbook(&rows), &["line 2 is cut", "format the column as text"]);
    let rows = orders(["@45989.5", "@45989.6"], ["123456789012345", "72"]);
    assert!(read(&workbook(&rows), &Asked::default()).is_ok());
}

#[test]
fn hidden_rows_are_read_and_said() {
    let rows = orders(["@45989.5", "@45989.6"], ["71", "72"]);
    let hidden = rows.replace("<row r=\"3\">", "<row r=\"3\" hidden=\"1\">");
    let (grouped, log) = read(&workbook(&hidden), &Asked::default()).unwrap();
    assert_eq!(grouped.orders.len(), 2);
    assert!(log.notes.contains("with hidden rows in it that are read (1)"), "{}", log.notes);
}

#[test]
fn a_cover_is_passed_over_and_named() {
    let rows = orders(["@45989.5", "@45989.333333"], ["71", "72"]);
    let cover = [row(1, &["Report of", "November"]), row(2, &["made by", "the shop"])].concat();
    let book = book_of(&[("Cover", &cover), ("Orders", &rows), ("Notes", &cover)]);
    let (grouped, log) = read(&book, &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
    // Eight and noon: a third of a day, to six places.
    assert_eq!(told(&grouped, &log.channels), ["+14400s LAMP×2", "+0s LAMP×1"]);
    let said =
        "the sheet `Orders` of a workbook, whose other sheets are not read (`Cover`, `Notes`)";
    assert!(log.notes.contains(said), "{}", log.notes);
    let none = book_of(&[("Cover", &cover), ("Notes", &cover)]);
    refused(&none, &["`Report of`, `November`"]);
}

#[test]
fn which_of_several_sheets_of_orders_is_meant_is_asked() {
    let (first, second) = (
        orders(["@45989.5", "@45989.6"], ["71", "72"]),
        orders(["@45990.5", "@45990.6"], ["81", "82"]),
    );
    let both = [("October", first.as_str()), ("November", second.as_str())];
    refused(&book_of(&both), &["`October`, `November`", "`sheet: October`"]);
    let said = |sheet| Asked { sheet: Some(sheet), ..Asked::default() };
    let (grouped, log) = read(&book_of(&both), &said("November")).unwrap_or_else(|w| panic!("{w}"));
    assert_eq!(told(&grouped, &log.channels), ["+0s LAMP×2", "+8640s LAMP×1"]);
    assert!(log.notes.contains("the sheet `November` of a workbook"), "{}", log.notes);
    let why = read(&book_of(&both), &said("Novembre")).map(|_| ()).unwrap_err();
    assert!(why.contains("no sheet `Novembre`") && why.contains("did you mean"), "{why}");
    let why = read(b"order,ts\n", &said("November")).map(|_| ()).unwrap_err();
    assert!(why.contains("no workbook"), "{why}");
}

#[test]
fn a_hidden_sheet_counts_where_no_other_has_orders() {
    let hidden = orders(["@45989.5", "@45989.6"], ["71", "72"]);
    let shown = orders(["@45990.5", "@45990.6"], ["81", "82"]).replace("LAMP", "BULB");
    let cover = row(1, &["Report of", "November"]);
    let book = book_of(&[("-Last year", &hidden), ("Orders", &shown)]);
    let (grouped, log) = read(&book, &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(told(&grouped, &log.channels), ["+0s BULB×2", "+8640s BULB×1"]);
    assert!(log.notes.contains("not read (`Last year`)"), "{}", log.notes);
    let book = book_of(&[("-Last year", &hidden), ("Cover", &cover)]);
    let (grouped, _) = read(&book, &Asked::default()).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(told(&grouped, &[]), ["+0s LAMP×2", "+8640s LAMP×1"]);
}
