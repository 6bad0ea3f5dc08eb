//! Owns reading a table from a CSV file: its columns by name, its rows, what is wrong with them.
//! Must not know what the columns mean.

use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;

use csv::{ByteRecord, ReaderBuilder};

use super::problem::{Reading, Wrong, nearest, why_not};
use super::scalar::scalar;
use super::tree::Node;

/// The largest file.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// Delimiters that are looked for when a header has one column only.
const DELIMITERS: &[(u8, &str)] = &[(b',', ","), (b';', ";"), (b'\t', "tab"), (b'|', "|")];

/// A CSV file whose header was read.
pub(super) struct Table {
    pub(super) file: String,
    header: Vec<String>,
    reader: csv::Reader<File>,
    record: ByteRecord,
    row: u64,
    broken: bool,
}

/// A column by its place.
#[derive(Clone, Copy)]
pub(super) struct Column(usize);

/// `","`, `";"`, `tab` or `"|"`.
pub(super) fn delimiter(node: &Node, r: &Reading) -> Option<u8> {
    scalar(node, r, |text| {
        delimiter_named(text).ok_or_else(|| {
            Wrong::new(format!("`{text}` is not a delimiter"))
                .expected("one of \",\", \";\", tab, \"|\"")
        })
    })
}

/// A delimiter as it is written.
pub(super) fn delimiter_named(text: &str) -> Option<u8> {
    let hit = DELIMITERS.iter().find(|(byte, name)| *name == text || text.as_bytes() == [*byte]);
    hit.map(|(byte, _)| *byte)
}

impl Table {
    /// Opens a file named in the scenario and reads its header.
    pub(super) fn open(
        file: &str,
        at: &Range<usize>,
        delimiter: Option<u8>,
        r: &Reading,
    ) -> Option<Table> {
        Table::try_open(file, at, delimiter, r).map_err(|wrong| r.wrong(at, wrong)).ok()
    }

    fn try_open(
        file: &str,
        at: &Range<usize>,
        delimiter: Option<u8>,
        r: &Reading,
    ) -> Result<Table, Wrong> {
        let path = r.base_dir.join(file);
        let cannot = |why: &str| {
            Wrong::new(format!("`{file}`: {why}"))
                .expected("a CSV file")
                .hint(format!("looked for {}", path.display()))
        };
        let open = File::open(&path).map_err(|error| cannot(&why_not(&error)))?;
        let meta = open.metadata().map_err(|error| cannot(&why_not(&error)))?;
        if !meta.is_file() {
            return Err(cannot("this is not a file"));
        }
        if meta.len() > FILE_BYTES_MAX {
            return Err(cannot("it is larger than 1 GB"));
        }
        // A run folder's copy of the scenario stands elsewhere: it names the file in full.
        let full: PathBuf = std::path::absolute(&path).unwrap_or(path);
        r.resolve(at, format!("{:?}", full.display().to_string()));
        let byte = delimiter.unwrap_or(b',');
        let mut reader =
            ReaderBuilder::new().delimiter(byte).flexible(true).has_headers(true).from_reader(open);
        let header: Vec<String> = match reader.byte_headers() {
            Ok(header) => {
                let lossy = |field: &[u8]| String::from_utf8_lossy(field).trim().to_owned();
                header.iter().map(lossy).collect()
            }
            Err(error) => return Err(Wrong::new(format!("`{file}` cannot be read: {error}"))),
        };
        if header.iter().all(String::is_empty) {
            return Err(Wrong::new(format!("`{file}` is empty"))
                .expected("a first row with the names of the columns, such as sku,stock,price"));
        }
        if header.len() == 1 {
            return Err(one_column(file, byte, &header[0]));
        }
        Ok(Table {
            file: file.to_owned(),
            header,
            reader,
            record: ByteRecord::new(),
            row: 0,
            broken: false,
        })
    }

    /// Whether there is a column of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.header.iter().any(|column| column == name)
    }

    /// A column by its name, reported as missing at the place that asked for it.
    pub(super) fn column(
        &self,
        name: &str,
        remedy: &str,
        at: &Range<usize>,
        r: &Reading,
    ) -> Option<Column> {
        let found = self.header.iter().position(|column| column == name);
        if found.is_none() {
            let names: Vec<&str> = self.header.iter().map(String::as_str).collect();
            let wrong = Wrong::new(format!("`{}` has no column `{name}`", self.file))
                .expected(format!("`{name}` among the names in its first row"));
            let found = format!("its columns are {}", super::map::list_of(&names));
            let hint = match nearest(name, names.iter().copied()) {
                Some(near) => format!("{found}; is it `{near}`? Then {remedy}"),
                None => format!("{found}; {remedy}"),
            };
            r.wrong(at, wrong.hint(hint));
        }
        found.map(Column)
    }

    /// Goes to the next row. A row that is no text, or has too few or too many fields, is an error
    /// of that row alone.
    pub(super) fn next(&mut self) -> Option<Result<(), String>> {
        if self.broken {
            return None;
        }
        self.row += 1;
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) if self.record.len() != self.header.len() => {
                let (found, expected) = (self.record.len(), self.header.len());
                Some(Err(format!("{found} fields, the header has {expected}")))
            }
            Ok(true) => Some(Ok(())),
            Err(error) => {
                // What cannot be read from the disk will not be read the next time either.
                self.broken = error.is_io_error();
                Some(Err(error.to_string()))
            }
        }
    }

    /// Refuses a file that could not be read to its end: a part of it is not what was asked for.
    pub(super) fn refuse_part(&self, at: &Range<usize>, why: &str, r: &Reading) -> Option<()> {
        if self.broken {
            let wrong = Wrong::new(format!("`{}` cannot be read to its end", self.file));
            r.wrong(at, wrong.hint(why));
        }
        (!self.broken).then_some(())
    }

    /// The line of the current row.
    pub(super) fn line(&self) -> u64 {
        self.record.position().map_or(self.row + 1, csv::Position::line)
    }

    /// A field of the current row.
    pub(super) fn field(&self, column: Column) -> Result<&str, String> {
        let bytes = self.record.get(column.0).unwrap_or_default();
        std::str::from_utf8(bytes).map(str::trim).map_err(|_| "not UTF-8 text".to_owned())
    }
}

/// One column only: most often another delimiter than was said.
fn one_column(file: &str, byte: u8, header: &str) -> Wrong {
    let said = DELIMITERS.iter().find(|(b, _)| *b == byte).map_or("?", |(_, name)| *name);
    let wrong = Wrong::new(format!("`{file}` read with the delimiter `{said}` has one column"));
    let other = DELIMITERS
        .iter()
        .filter(|(b, _)| *b != byte)
        .map(|(b, name)| (header.bytes().filter(|c| c == b).count(), *name))
        .max_by_key(|(count, _)| *count)
        .filter(|(count, _)| *count > 0);
    match other {
        Some((_, name)) => wrong.hint(format!("it looks like delimiter: \"{name}\"")),
        None => {
            wrong.expected("columns with their names in the first row, such as sku,stock,price")
        }
    }
}

/// Rows that could not be read: how many, and the first few of them.
#[derive(Default)]
pub(super) struct Unreadable {
    pub(super) count: u64,
    first: Vec<String>,
}

impl Unreadable {
    /// Counts a row.
    pub(super) fn add(&mut self, line: u64, why: &str) {
        self.count += 1;
        if self.first.len() < 3 {
            self.first.push(format!("line {line}: {why}"));
        }
    }

    /// The first few, in words.
    pub(super) fn examples(&self) -> String {
        self.first.join("; ")
    }
}
