//! Owns reading a sheet of a workbook (.xlsx) as rows of text.
//! Must not know what the cells mean.
//!
//! A workbook is a zip: what it comes to when unpacked is measured before anything is kept of it.

mod parts;

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetVisible, Xlsx, XlsxError};
use jiff::Unit;
use jiff::civil::DateTime;
use zip::ZipArchive;

use super::split::CutRow;
use super::{columns, short};
use crate::wrong::Wrong;

/// The most that a part of a workbook comes to, its table of texts, all parts, and what is kept.
const PART_BYTES_MAX: u64 = 256 << 20;
const TEXTS_BYTES_MAX: u64 = 64 << 20;
const ALL_BYTES_MAX: u64 = 1 << 30;
const KEPT_BYTES_MAX: usize = 128 << 20;

/// The most parts, and the most columns that are looked at.
const PARTS_MAX: usize = 10_000;
const COLUMNS_MAX: usize = 1_024;

/// The rows of a sheet, in one run of bytes: row, fields, and each field with its length.
pub(super) struct Sheet {
    bytes: Vec<u8>,
    at: usize,
    /// What it is, in words: others with rows are not read.
    pub(super) written: String,
    /// The currencies that its formats show.
    pub(super) currencies: Vec<String>,
    /// Its place among the sheets.
    pub(super) place: usize,
    pub(super) name: String,
    /// Nobody who opens the workbook sees it.
    pub(super) hidden: bool,
}

/// What is known of a workbook before its cells are read.
#[derive(Default)]
struct Outside {
    currencies: Vec<String>,
    /// Of every sheet together.
    hidden_rows: u64,
}

impl Sheet {
    /// Reads the first sheet that has any rows, from that place on; none when there is none.
    pub(super) fn open(mut file: File, name: &str, from: usize) -> Result<Option<Sheet>, Wrong> {
        let broken = |why: &dyn std::fmt::Display| {
            let wrong = Wrong::new(format!("`{name}` is a zip and no workbook: {why}"));
            wrong.expected("a CSV file, JSON lines or an Excel workbook (.xlsx)")
        };
        let large = || {
            let wrong = Wrong::new(format!("`{name}` is too large for a workbook"));
            wrong.expected("at most 64 MB of texts and 256 MB of cells").hint("save it as CSV")
        };
        let Some(outside) = outside(&mut file).map_err(|error| broken(&error))? else {
            return Err(large());
        };
        file.rewind().map_err(|error| broken(&error))?;
        let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|error| broken(&error))?;
        let names = book.sheet_names();
        let hidden = |place: usize| {
            let known = book.sheets_metadata().get(place);
            known.is_some_and(|sheet| sheet.visible != SheetVisible::Visible)
        };
        let hidden: Vec<bool> = (0..names.len()).map(hidden).collect();
        for (place, sheet) in names.iter().enumerate().skip(from) {
            let read = rows(&mut book, sheet).map_err(|error| broken(&error))?;
            let Some(bytes) = read else { return Err(large()) };
            if !bytes.is_empty() {
                let others = names.iter().filter(|other| *other != sheet);
                let others = others.filter(|name| has_rows(&mut book, name));
                let others: Vec<&str> = others.map(String::as_str).collect();
                let mut written = match others.as_slice() {
                    [] => "a workbook".to_owned(),
                    others => format!(
                        "the sheet `{}` of a workbook, whose other sheets are not read ({})",
                        short(sheet),
                        columns::list(others.iter().copied())
                    ),
                };
                if outside.hidden_rows > 0 {
                    let rows = super::grouped(outside.hidden_rows);
                    written.push_str(&format!(", with hidden rows in it that are read ({rows})"));
                }
                let (currencies, name, hidden) = (outside.currencies, sheet.clone(), hidden[place]);
                return Ok(Some(Sheet { bytes, at: 0, written, currencies, place, name, hidden }));
            }
        }
        Ok(None)
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.bytes.get(self.at..self.at + 4)?;
        self.at += 4;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    }

    /// The next row that is not blank; false at the end.
    pub(super) fn next(&mut self, record: &mut CutRow) -> bool {
        while let Some(line) = self.number() {
            record.clear(u64::from(line));
            for field in 0..self.number().unwrap_or(0) {
                let tagged = self.number().unwrap_or(0);
                let (len, typed) = ((tagged >> 1) as usize, tagged & 1 == 1);
                let text = self.bytes.get(self.at..self.at + len).unwrap_or_default();
                record.push(&String::from_utf8_lossy(text));
                record.set_typed(field as usize, typed);
                self.at += len;
            }
            if !record.is_blank() {
                return true;
            }
        }
        false
    }
}

/// Looks at every part; none when what the zip unpacks to is too much, whatever it says of itself.
fn outside(file: &mut File) -> Result<Option<Outside>, Box<dyn std::error::Error>> {
    let mut archive = ZipArchive::new(BufReader::new(file))?;
    if archive.len() > PARTS_MAX {
        return Ok(None);
    }
    let (mut all, mut outside) = (0, Outside::default());
    for index in 0..archive.len() {
        let part = archive.by_index(index)?;
        let name = part.name()?.to_ascii_lowercase();
        let texts = name.contains("sharedstrings");
        let most = if texts { TEXTS_BYTES_MAX } else { PART_BYTES_MAX };
        let mut part = part.take(most + 1);
        if name.ends_with("styles.xml") {
            outside.currencies = parts::currencies(&mut part)?;
        } else if name.starts_with("xl/worksheets/") && !name.contains("_rels") {
            outside.hidden_rows += parts::hidden_rows(&mut part)?;
        }
        io::copy(&mut part, &mut io::sink())?;
        let size = most + 1 - part.limit();
        all += size;
        if size > most || all > ALL_BYTES_MAX {
            return Ok(None);
        }
    }
    Ok(Some(outside))
}

/// A row being put together.
#[derive(Default)]
struct Row {
    line: u32,
    fields: Vec<(usize, String, bool)>,
}

impl Row {
    fn close(&mut self, into: &mut Vec<u8>) {
        let width = self.fields.iter().map(|(column, ..)| column + 1).max().unwrap_or(0);
        if width > 0 {
            into.extend(self.line.to_le_bytes());
            into.extend((width as u32).to_le_bytes());
            let mut fields = self.fields.iter().peekable();
            for column in 0..width {
                let here = fields.next_if(|(at, ..)| *at == column);
                let (text, typed) = here.map_or(("", false), |(_, text, typed)| (text, *typed));
                into.extend(((text.len() as u32) << 1 | u32::from(typed)).to_le_bytes());
                into.extend(text.as_bytes());
            }
        }
        self.fields.clear();
    }
}

/// Whether any cell of a sheet says something.
fn has_rows<R: Read + Seek>(book: &mut Xlsx<R>, sheet: &str) -> bool {
    let Ok(mut cells) = book.worksheet_cells_reader(sheet) else { return false };
    while let Ok(Some(cell)) = cells.next_cell() {
        if !text(cell.get_value()).0.is_empty() {
            return true;
        }
    }
    false
}

/// The cells of a sheet; none when they are too many.
fn rows<R: Read + Seek>(book: &mut Xlsx<R>, sheet: &str) -> Result<Option<Vec<u8>>, XlsxError> {
    let mut cells = book.worksheet_cells_reader(sheet)?;
    let (mut bytes, mut row) = (vec![], Row::default());
    while let Some(cell) = cells.next_cell()? {
        let (line, column) = cell.get_position();
        if line + 1 != row.line {
            row.close(&mut bytes);
            row.line = line + 1;
        }
        let (text, typed) = text(cell.get_value());
        let in_order = row.fields.last().is_none_or(|(before, ..)| *before < column as usize);
        if !text.is_empty() && (column as usize) < COLUMNS_MAX && in_order {
            row.fields.push((column as usize, text, typed));
        }
        if bytes.len() > KEPT_BYTES_MAX {
            return Ok(None);
        }
    }
    row.close(&mut bytes);
    Ok(Some(bytes))
}

/// A cell as text, and whether its type says how it is to be read.
fn text(value: &DataRef<'_>) -> (String, bool) {
    match value {
        DataRef::Int(number) => (number.to_string(), true),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            ((*number as i64).to_string(), true)
        }
        DataRef::Float(number) => (number.to_string(), true),
        DataRef::String(text) => (text.clone(), false),
        DataRef::SharedString(text) => ((*text).to_owned(), false),
        DataRef::Bool(yes) => (yes.to_string(), true),
        DataRef::DateTime(at) => (civil(at), true),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (text.clone(), true),
        DataRef::Error(error) => (error.to_string(), true),
        DataRef::Empty => (String::new(), false),
    }
}

/// A day with its time, to the millisecond: a spreadsheet keeps parts of a day in a float.
fn civil(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let clock = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    let clock = if milli == 0 { clock } else { format!("{clock}.{milli:03}") };
    // Eight o'clock, to six places of a day, is a little before eight.
    let near = milli != 0 && !(100..=900).contains(&milli);
    let civil: Option<DateTime> = clock.parse().ok().filter(|_| near);
    let whole = civil.and_then(|civil| civil.round(Unit::Second).ok());
    whole.map_or(clock, |whole| whole.to_string())
}
