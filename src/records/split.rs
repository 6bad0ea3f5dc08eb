//! Owns cutting text into records and fields: quotes, line ends, and the line that each begins on.
//! Must not know what a field means.
//!
//! The `csv` crate counts no lines as an editor does, closes a stray quote wherever the next one
//! stands, and holds a record in memory however long it is. Here a record has a largest size, a
//! quote that is not closed costs what it swallows, and that is said.

use std::io::{self, Read};

use super::trimmed;

/// The longest record; what is longer is no row of orders.
pub(super) const RECORD_BYTES_MAX: usize = 1 << 20;

/// What some programs put before the first letter of a file.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The most fields of a record.
const FIELDS_MAX: usize = 4_096;

/// A row as it was cut.
#[derive(Clone, Default, Debug)]
pub(crate) struct CutRow {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Its first line, as an editor counts.
    pub(super) line: u64,
    /// How many lines it takes up.
    pub(super) lines: u64,
    pub(super) fault: Option<&'static str>,
    /// Its values were typed by a spreadsheet or JSON: a number's point is no question.
    pub(super) typed: bool,
    typed_fields: Vec<bool>,
}

impl CutRow {
    pub(super) fn clear(&mut self, line: u64) {
        self.bytes.clear();
        self.ends.clear();
        self.line = line;
        self.lines = 1;
        self.fault = None;
        self.typed_fields.clear();
    }

    /// Says of a field whether the file knows its type.
    pub(super) fn set_typed(&mut self, field: usize, typed: bool) {
        self.typed_fields.resize(field + 1, false);
        self.typed_fields[field] = typed;
    }

    pub(super) fn is_typed(&self, field: usize) -> bool {
        self.typed || self.is_typed_cell(field)
    }

    /// A cell of a workbook with a type other than text.
    pub(super) fn is_typed_cell(&self, field: usize) -> bool {
        self.typed_fields.get(field).copied().unwrap_or(false)
    }

    pub(super) fn push(&mut self, field: &str) {
        self.bytes.extend_from_slice(field.as_bytes());
        self.end_field();
    }

    pub(super) fn end_field(&mut self) {
        if self.ends.len() < FIELDS_MAX {
            self.ends.push(self.bytes.len());
        } else {
            self.fault = Some("more fields than a row has");
        }
    }

    fn byte(&mut self, byte: u8) {
        if byte == 0 {
            self.fault = self.fault.or(Some("a NUL, which no text has"));
        }
        if self.bytes.len() < RECORD_BYTES_MAX {
            self.bytes.push(byte);
        } else if self.fault.is_none() {
            self.fault = Some("longer than 1 MB");
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, index: usize) -> &[u8] {
        let Some(end) = self.ends.get(index) else { return &[] };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..*end]
    }

    /// Whether a field of it holds a line with as many delimiters as a whole row has.
    pub(super) fn swallows(&self, columns: usize, delimiter: u8) -> bool {
        let is_row =
            |line: &[u8]| columns > 2 && line.split(|byte| *byte == delimiter).count() >= columns;
        self.lines > 1
            && (0..self.len()).any(|field| {
                let mut lines = self.get(field).split(|byte| *byte == b'\n');
                // What stands before the first end of a line is the row's own.
                lines.next();
                lines.any(is_row)
            })
    }

    /// Nothing stands in it, delimiters aside.
    pub(super) fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    /// Its fields as text; letters that are none are replaced.
    pub(super) fn words(&self) -> Vec<String> {
        let word = |i| trimmed(&String::from_utf8_lossy(self.get(i))).to_owned();
        (0..self.len()).map(word).collect()
    }
}

/// Cuts a text into records.
pub(super) struct Splitter<R> {
    input: R,
    buffer: Vec<u8>,
    at: usize,
    delimiter: u8,
    line: u64,
    over: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    Bare,
    Quoted,
    /// After a quote inside quotes: its end, or a quote that is written twice.
    Closing,
}

impl<R: Read> Splitter<R> {
    pub(super) fn new(input: R, delimiter: u8) -> Splitter<R> {
        Splitter { input, buffer: vec![], at: 0, delimiter, line: 1, over: false }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        if self.at == self.buffer.len() && !self.over {
            self.buffer.resize(1 << 16, 0);
            let read = loop {
                match self.input.read(&mut self.buffer) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read?,
                }
            };
            self.buffer.truncate(read);
            self.at = 0;
            self.over = read == 0;
        }
        Ok(self.buffer.get(self.at).copied())
    }

    /// The next record that is not blank; false at the end.
    pub(super) fn next(&mut self, record: &mut CutRow) -> io::Result<bool> {
        loop {
            if self.peek()?.is_none() {
                return Ok(false);
            }
            self.read(record)?;
            if !record.is_blank() || record.fault.is_some() {
                return Ok(true);
            }
        }
    }

    fn read(&mut self, record: &mut CutRow) -> io::Result<()> {
        record.clear(self.line);
        let (mut state, mut at_start) = (State::Start, false);
        loop {
            let Some(byte) = self.peek()? else {
                if state == State::Quoted {
                    record.fault = Some("a quote that is opened here is never closed");
                }
                // The last line may have no end of its own.
                let ended = u64::from(at_start);
                record.end_field();
                record.lines = (self.line - record.line + 1 - ended).max(1);
                return Ok(());
            };
            self.at += 1;
            let ends_line = matches!(byte, b'\n' | b'\r');
            at_start = ends_line;
            if ends_line {
                if byte == b'\r' && self.peek()? == Some(b'\n') {
                    self.at += 1;
                }
                self.line += 1;
            }
            if ends_line && state != State::Quoted {
                record.end_field();
                record.lines = self.line - record.line;
                return Ok(());
            }
            state = self.step(state, if ends_line { b'\n' } else { byte }, record);
        }
    }

    fn step(&self, state: State, byte: u8, record: &mut CutRow) -> State {
        match state {
            // A tab-separated report quotes nothing: an inch sign may begin a name.
            State::Start if byte == b'"' && self.delimiter != b'\t' => State::Quoted,
            State::Start | State::Bare | State::Closing if byte == self.delimiter => {
                record.end_field();
                State::Start
            }
            State::Start | State::Bare => {
                record.byte(byte);
                // Files that were put together have their marks among the rows.
                if record.ends.is_empty() && record.bytes == BYTE_ORDER_MARK {
                    record.bytes.clear();
                    return State::Start;
                }
                State::Bare
            }
            State::Quoted if byte == b'"' => State::Closing,
            State::Quoted => {
                record.byte(byte);
                State::Quoted
            }
            State::Closing if byte == b'"' => {
                record.byte(b'"');
                State::Quoted
            }
            State::Closing if byte == b' ' => State::Closing,
            State::Closing => {
                record.fault = record.fault.or(Some("letters after a closing quote"));
                record.byte(byte);
                State::Bare
            }
        }
    }
}

/// What a tab-separated field says that a spreadsheet has put in quotes all the same.
pub(super) fn unquoted(field: &str) -> &str {
    let inner = field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(field)
}

/// What a field says, without what keeps a spreadsheet from reading a number in it (`="0012"`,
/// `'0012`); nothing where a data base or a program says that there is nothing.
pub(super) fn value(field: &str) -> &str {
    if matches!(field, "NULL" | "null" | "(null)" | "<null>" | "\\N" | "None" | "NaN" | "nan") {
        return "";
    }
    let formula = field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let kept = field.strip_prefix('\'').filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    formula.or(kept).unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(u64, u64, Vec<String>, bool)> {
        let mut splitter = Splitter::new(text.as_bytes(), b',');
        let mut record = CutRow::default();
        let mut all = vec![];
        while splitter.next(&mut record).expect("a slice is read") {
            all.push((record.line, record.lines, record.words(), record.fault.is_some()));
        }
        all
    }

    fn row(line: u64, lines: u64, words: &[&str]) -> (u64, u64, Vec<String>, bool) {
        (line, lines, words.iter().map(|word| (*word).to_owned()).collect(), false)
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "1,\"x", "y\"", ",,", "2,\"say \"\"no\"\"\""].join(end);
            let expected = [
                row(1, 1, &["a", "b"]),
                row(3, 2, &["1", "x\ny"]),
                row(6, 1, &["2", "say \"no\""]),
            ];
            // Blank rows are no rows, with or without delimiters.
            let found = cut(&text);
            let found: Vec<_> = found.into_iter().filter(|row| row.2.len() == 2).collect();
            assert_eq!(found, expected, "{end:?}");
        }
    }

    #[test]
    fn a_byte_order_mark_before_a_row_is_no_part_of_it() {
        let found = cut("a,b\n\u{feff}\"a\",b\n\u{feff}1,2\n");
        assert_eq!(found, [row(1, 1, &["a", "b"]), row(2, 1, &["a", "b"]), row(3, 1, &["1", "2"])]);
    }

    #[test]
    fn a_quote_that_is_not_closed_costs_what_it_swallows() {
        let found = cut("a,b\n1,\"x\n2,y\n3,z\n");
        assert_eq!((found[1].0, found[1].1, found[1].3), (2, 3, true));
        let stray = cut("a,b\n1,\"x\n2,\"y\"\n3,z\n");
        assert_eq!((stray[1].0, stray[1].1, stray[1].3), (2, 2, true));
        assert_eq!(stray[2], row(4, 1, &["3", "z"]));
    }

    #[test]
    fn a_record_has_a_largest_size() {
        let long = format!("a,b\n{}\n1,2\n", "x".repeat(3 * RECORD_BYTES_MAX));
        let found = cut(&long);
        assert!(found[1].3 && found[1].2[0].len() <= RECORD_BYTES_MAX);
        assert_eq!(found[2], row(3, 1, &["1", "2"]));
        assert!(cut(&",x".repeat(2 * FIELDS_MAX))[0].3);
    }
}
