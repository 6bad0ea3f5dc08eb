//! Owns a table in a file: CSV, JSON lines or a workbook; its columns by name, its rows.
//! Must not know what the columns mean.

mod book;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;

use encoding_rs::{Encoding, UTF_8};

use super::columns::Header;
use super::encoding::{self, Kind, Text};
use super::json::JsonRows;
use super::sheet::Sheet;
use super::split::{CutRow, Splitter, unquoted, value};
use super::trimmed;
use crate::file::{self, why_not};
use crate::wrong::Wrong;

/// The largest file.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// How many rows may stand before the header: a title, a date, the seller's name.
const PREAMBLE_MAX: usize = 50;

/// Delimiters, in the order in which they are tried.
pub(crate) const DELIMITERS: &[(u8, &str)] =
    &[(b',', ","), (b';', ";"), (b'\t', "tab"), (b'|', "|")];

/// A delimiter as it is written.
pub(crate) fn delimiter_named(text: &str) -> Option<u8> {
    let hit = DELIMITERS.iter().find(|(byte, name)| *name == text || text.as_bytes() == [*byte]);
    hit.map(|(byte, _)| *byte)
}

/// A file that is to be read, and what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// As it was named.
    pub(crate) file: String,
    pub(crate) path: PathBuf,
    pub(crate) delimiter: Option<u8>,
    pub(crate) encoding: Option<&'static Encoding>,
    /// The sheet of a workbook.
    pub(crate) sheet: Option<String>,
}

enum Rows {
    Text(Splitter<Text>),
    Json(JsonRows),
    Sheet(Sheet),
}

impl Rows {
    fn next(&mut self, record: &mut CutRow) -> io::Result<bool> {
        match self {
            Rows::Text(rows) => rows.next(record),
            Rows::Json(rows) => rows.next(record),
            Rows::Sheet(rows) => Ok(rows.next(record)),
        }
    }
}

/// A table whose header was read.
pub(crate) struct Table {
    pub(crate) header: Header,
    /// What the file is: `UTF-8, "," between columns`.
    pub(crate) written: String,
    /// The currencies that a workbook's formats show.
    pub(crate) currencies: Vec<String>,
    rows: Rows,
    record: CutRow,
    /// A row may be shorter than the header, where nothing but values makes it so.
    ragged: bool,
    tabs: bool,
    delimiter: u8,
    broken: Option<String>,
    /// The line on which the header stands again with its names in another order.
    reordered: Option<u64>,
    /// How often the header stands again as it is.
    pub(crate) headers_again: u64,
}

impl Source {
    fn open(&self) -> Result<(File, Kind), Wrong> {
        let cannot = |why: &str| {
            Wrong::new(format!("`{}`: {why}", self.file))
                .expected("a CSV file, JSON lines or an Excel workbook (.xlsx)")
                .hint(format!("looked for {}", self.path.display()))
        };
        let mut file = file::open(&self.path).map_err(|error| cannot(&why_not(&error)))?;
        let meta = file.metadata().map_err(|error| cannot(&why_not(&error)))?;
        if meta.len() > FILE_BYTES_MAX {
            return Err(cannot("it is larger than 1 GB"));
        }
        match encoding::kind(&mut file, self.encoding) {
            Ok(Kind::Not(what)) => {
                let wrong = cannot(&format!("this is {what}"));
                Err(wrong.hint("save it as CSV in UTF-8, or as a workbook (.xlsx)"))
            }
            Ok(kind) => Ok((file, kind)),
            Err(error) => Err(cannot(&why_not(&error))),
        }
    }

    /// In full: a run folder's copy of the scenario stands elsewhere.
    pub(crate) fn in_full(&self) -> PathBuf {
        std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone())
    }

    fn broken(&self, error: &io::Error) -> Wrong {
        Wrong::new(format!("`{}` cannot be read: {error}", self.file))
    }
}

impl Table {
    /// Opens a file and finds its header: the first row that is one, under the delimiter that makes
    /// it one.
    pub(crate) fn open(
        source: &Source,
        is_header: &dyn Fn(&Header) -> bool,
    ) -> Result<Table, Wrong> {
        let (file, kind) = source.open()?;
        let Kind::Text(encoding) = kind else {
            return book::table(source, is_header);
        };
        if let Some(sheet) = &source.sheet {
            let wrong =
                Wrong::new(format!("`{}` is no workbook with a sheet `{sheet}`", source.file));
            return Err(wrong.expected("a workbook (.xlsx), or no `sheet`"));
        }
        let text = |file: &File| {
            let file = file.try_clone()?;
            Text::new(file, encoding)
        };
        let mut head = [0; 1];
        let mut probe = text(&file).map_err(|error| source.broken(&error))?;
        let first = loop {
            match probe.read(&mut head) {
                Ok(1) if head[0].is_ascii_whitespace() => {}
                Ok(1) => break Some(head[0]),
                Ok(_) => break None,
                Err(error) => return Err(source.broken(&error)),
            }
        };
        let written = if encoding == UTF_8 { "UTF-8" } else { encoding.name() };
        if first == Some(b'{') {
            let rows = text(&file).and_then(|text| {
                let mut rows = JsonRows::new(text);
                rows.learn()?;
                Ok(rows)
            });
            let rows = rows.map_err(|error| source.broken(&error))?;
            return Ok(Table::of_json(rows, written));
        }
        if first == Some(b'[') {
            let wrong = Wrong::new(format!("`{}` is one JSON list", source.file));
            return Err(wrong
                .expected("JSON lines: an object a line")
                .hint("jq -c '.[]' makes them"));
        }
        let split = |delimiter: u8| {
            let text = file::open(&source.path).and_then(|file| Text::new(file, encoding));
            let text = text.map_err(|error| source.broken(&error))?;
            Ok(Rows::Text(Splitter::new(text, delimiter)))
        };
        let tried: Vec<u8> = match source.delimiter {
            Some(said) => vec![said],
            None => DELIMITERS.iter().map(|(byte, _)| *byte).collect(),
        };
        let all: Result<Vec<(u8, Rows)>, Wrong> =
            tried.into_iter().map(|byte| Ok((byte, split(byte)?))).collect();
        Table::of(source, all?, &split, written, is_header)
    }

    fn of_json(rows: JsonRows, written: &str) -> Table {
        let header = Header::new(rows.keys.clone());
        Table::with(header, 0, Rows::Json(rows), &format!("JSON lines in {written}"))
    }

    fn of(
        source: &Source,
        tried: Vec<(u8, Rows)>,
        again: &dyn Fn(u8) -> Result<Rows, Wrong>,
        written: &str,
        is_header: &dyn Fn(&Header) -> bool,
    ) -> Result<Table, Wrong> {
        let mut record = CutRow::default();
        let mut best: Option<(usize, u8, usize, u64)> = None;
        let mut fault = None;
        for (delimiter, mut rows) in tried {
            for skipped in 0..PREAMBLE_MAX {
                if !rows.next(&mut record).map_err(|error| source.broken(&error))? {
                    break;
                }
                if let Some(why) = record.fault {
                    fault.get_or_insert((record.line, why));
                    continue;
                }
                let header = Header::new(record.words());
                if is_header(&header) {
                    return Ok(Table::with(header, delimiter, rows, written));
                }
                let columns = header.names.iter().filter(|name| !name.is_empty()).count();
                // The first of the widest rows is the likeliest header of none that is known.
                if columns > 1 && best.is_none_or(|(most, ..)| columns > most) && skipped < 10 {
                    best = Some((columns, delimiter, skipped, record.line));
                }
            }
        }
        // A row that is none, before any that could be the header, may have been it.
        if let Some((line, why)) = fault.filter(|(line, _)| best.is_none_or(|best| *line < best.3))
        {
            let file = &source.file;
            let wrong = Wrong::new(format!("line {line} at the head of `{file}` is no row: {why}"));
            return Err(wrong.expected(NAMES));
        }
        let Some((_, delimiter, skipped, _)) = best else {
            return Err(one_column(source, &record));
        };
        let mut rows = again(delimiter)?;
        for _ in 0..=skipped {
            rows.next(&mut record).map_err(|error| source.broken(&error))?;
        }
        Ok(Table::with(Header::new(record.words()), delimiter, rows, written))
    }

    fn with(header: Header, delimiter: u8, rows: Rows, written: &str) -> Table {
        let name = DELIMITERS.iter().find(|(byte, _)| *byte == delimiter).map(|(_, name)| *name);
        let written = match name {
            Some("tab") => format!("{written}, tabs between columns"),
            Some(name) => format!("{written}, `{name}` between columns"),
            None => written.to_owned(),
        };
        let ragged = matches!(rows, Rows::Sheet(_) | Rows::Json(_));
        let currencies = if let Rows::Sheet(of) = &rows { of.currencies.clone() } else { vec![] };
        let tabs = delimiter == b'\t';
        Table {
            header,
            written,
            currencies,
            rows,
            record: CutRow::default(),
            ragged,
            tabs,
            delimiter,
            broken: None,
            reordered: None,
            headers_again: 0,
        }
    }

    /// Goes to the next row. One that is no row of this table is an error of that row alone.
    pub(crate) fn next(&mut self) -> Option<Result<(), String>> {
        loop {
            match self.rows.next(&mut self.record) {
                Ok(false) => return None,
                Ok(true) if self.is_header_again() => self.headers_again += 1,
                Ok(true) if self.is_reordered() => {
                    self.reordered = Some(self.record.line);
                    return None;
                }
                Ok(true) => return Some(self.check()),
                Err(error) => {
                    // What cannot be read from the disk will not be read the next time either.
                    self.broken = Some(error.to_string());
                    return None;
                }
            }
        }
    }

    /// Exports that are put together have their header more than once.
    fn is_header_again(&self) -> bool {
        self.record.len() == self.header.names.len()
            && self.record.get(0) == self.header.names[0].as_bytes()
            && self.record.words() == self.header.names
    }

    /// Another export begins, and its columns stand otherwise.
    fn is_reordered(&self) -> bool {
        let names = &self.header.names;
        let first = std::str::from_utf8(self.record.get(0)).unwrap_or_default().trim();
        if self.record.len() != names.len() || !names.iter().any(|name| name == first) {
            return false;
        }
        let (mut words, mut names) = (self.record.words(), names.clone());
        words.sort_unstable();
        names.sort_unstable();
        words == names
    }

    fn check(&self) -> Result<(), String> {
        if let Some(why) = self.record.fault {
            return Err(why.to_owned());
        }
        let (found, expected) = (self.record.len(), self.header.names.len());
        if self.record.swallows(expected, self.delimiter) {
            return Err("a quote that is opened here is closed rows later".to_owned());
        }
        let extra = (expected..found).any(|i| !self.record.get(i).trim_ascii().is_empty());
        if extra || (found < expected && !self.ragged) {
            return Err(format!("{found} fields, the header has {expected}"));
        }
        Ok(())
    }

    /// Refuses a file that could not be read to its end: a part of it is not what was asked for.
    pub(crate) fn refuse_part(&self, file: &str) -> Result<(), Wrong> {
        if let Some(line) = self.reordered {
            let wrong = Wrong::new(format!(
                "`{file}` line {line} has the names of the columns again, in another order"
            ));
            let wrong = wrong.expected("rows of one header");
            return Err(wrong.hint("two exports were joined: read each by itself"));
        }
        match &self.broken {
            Some(why) => Err(Wrong::new(format!("`{file}` cannot be read to its end")).hint(why)),
            None => Ok(()),
        }
    }

    /// The line on which the current row begins, as an editor counts.
    pub(crate) fn line(&self) -> u64 {
        self.record.line
    }

    /// How many rows the current one stands for: one that a stray quote has put together out of
    /// several is all of them.
    pub(crate) fn weight(&self) -> u64 {
        if self.check().is_err() { self.record.lines.max(1) } else { 1 }
    }

    /// The first few letters of the current row.
    pub(crate) fn words(&self) -> Vec<String> {
        self.record.words()
    }

    /// A field of the current row.
    pub(crate) fn field(&self, column: usize) -> Result<&str, String> {
        let text = std::str::from_utf8(self.record.get(column)).map_err(|_| "not UTF-8 text")?;
        let text = if self.tabs { unquoted(trimmed(text)) } else { text };
        Ok(value(trimmed(text)))
    }

    /// Whether the file itself says that a field is a number or a time.
    pub(crate) fn is_typed(&self, column: usize) -> bool {
        self.record.is_typed(column)
    }

    /// Whether it is a cell of a workbook that holds a number or a date, and no text.
    pub(crate) fn is_typed_cell(&self, column: usize) -> bool {
        self.record.is_typed_cell(column)
    }
}

const NAMES: &str = "a first row with the names of the columns";

/// One column only: most often another delimiter than was said.
fn one_column(source: &Source, record: &CutRow) -> Wrong {
    let file = &source.file;
    let header = record.words().join("");
    if header.is_empty() {
        return Wrong::new(format!("`{file}` is empty")).expected(NAMES);
    }
    let said = source.delimiter.and_then(|b| DELIMITERS.iter().find(|(byte, _)| *byte == b));
    let found = match said {
        Some((_, name)) => format!("`{file}` read with the delimiter `{name}` has one column"),
        None => format!("`{file}` has one column"),
    };
    let other = DELIMITERS
        .iter()
        .map(|(b, name)| (header.bytes().filter(|c| c == b).count(), *name))
        .max_by_key(|(count, _)| *count)
        .filter(|(count, _)| *count > 0);
    match other {
        Some((_, name)) => Wrong::new(found).hint(format!("it looks like delimiter: \"{name}\"")),
        None => Wrong::new(found).expected(NAMES),
    }
}
