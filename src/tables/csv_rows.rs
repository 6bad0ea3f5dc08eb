//! Owns rows as comma-separated values (RFC 4180): a line of names, CRLF, quotes where needed.
//! Must not know any table.
//!
//! A spreadsheet runs text that begins like a formula. Names come from a scenario or a catalogue
//! that somebody else may have written, so such text gets an apostrophe in front, which
//! spreadsheets take as "this is text" (OWASP, CSV injection). Parquet has the names as they are.

use std::fmt::Write as _;
use std::io;

use super::cell::{Cell, Kind};
use super::output::Output;

/// What a formula begins with, also behind a tab or a carriage return.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A file of comma-separated values under way.
pub(super) struct CsvRows {
    csv: csv::Writer<Output>,
    digits: usize,
    scratch: String,
}

impl CsvRows {
    pub(super) fn open(heads: &[(&str, Kind)], digits: u8, output: Output) -> io::Result<CsvRows> {
        let mut csv =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(output);
        csv.write_record(heads.iter().map(|(name, _)| name)).map_err(told)?;
        Ok(CsvRows { csv, digits: usize::from(digits.min(18)), scratch: String::new() })
    }

    pub(super) fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        self.scratch.clear();
        match cell {
            Cell::Empty => {}
            Cell::Int(n) => {
                let _ = write!(self.scratch, "{n}");
            }
            Cell::Money(minor) => self.scratch.push_str(&decimal(minor, self.digits)),
            Cell::Text(text) => {
                if text.starts_with(FORMULA) {
                    self.scratch.push('\'');
                }
                self.scratch.push_str(text);
            }
            Cell::Flag(yes) => self.scratch.push_str(if yes { "true" } else { "false" }),
        }
        self.csv.write_field(&self.scratch).map_err(told)
    }

    pub(super) fn end_row(&mut self) -> io::Result<()> {
        self.csv.write_record(None::<&[u8]>).map_err(told)
    }

    pub(super) fn close(self) -> io::Result<()> {
        let mut output = self.csv.into_inner().map_err(csv::IntoInnerError::into_error)?;
        output.commit()
    }
}

/// What the system said, where it was the system; a full disk must be told from a defect.
fn told(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(cause) => cause,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Minor units with their point: `24.90`, `-0.05`, `980`.
fn decimal(minor: i64, digits: usize) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let one = 10u64.pow(digits as u32);
    let (major, rest) = (minor.unsigned_abs() / one, minor.unsigned_abs() % one);
    match digits {
        0 => format!("{sign}{major}"),
        _ => format!("{sign}{major}.{rest:0digits$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn amounts_keep_their_decimals() {
        let said = [(2_490, 2), (-5, 2), (980, 0), (1, 3)].map(|(m, d)| decimal(m, d));
        assert_eq!(said, ["24.90", "-0.05", "980", "0.001"]);
        assert_eq!(decimal(i64::MIN, 18), "-9.223372036854775808");
    }
}
