//! Workbooks: cells of every type, and what a zip must not come to.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Asked, read, told};

/// A workbook of one sheet with these rows of cells.
pub(super) fn workbook(rows: &str) -> Vec<u8> {
    book_of(&[("Orders", rows)])
}

/// A workbook of sheets, each with its name.
pub(super) fn book_of(sheets: &[(&str, &str)]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut listed, mut related) = (String::new(), String::new());
    for (n, (name, _)) in (1..).zip(sheets) {
        let _ = write!(listed, "<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>");
        let _ = write!(
            related,
            "<Relationship Id=\"rId{n}\" Type=\"{relation}/worksheet\" \
             Target=\"worksheets/sheet{n}.xml\"/>"
        );
    }
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" \
                 Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets>{listed}</sheets>\
                 </workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}\">{related}\
                 <Relationship Id=\"style\" Type=\"{relation}/styles\" Target=\"styles.xml\"/>\
                 </Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/>\
                 <xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    let pages = (1..).zip(sheets).map(|(n, (_, rows))| {
        let page = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
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
