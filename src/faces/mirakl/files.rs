//! Owns files as they are sent and told: the part of a form that holds one, its lines, the report
//! of those in error. Must not know what a line means.

use std::borrow::Cow;

/// The longest text that parts a form, as RFC 2046 has it.
const BOUNDARY_MAX: usize = 70;
/// Most columns of a file.
const COLUMNS_MAX: usize = 100;

/// The file in a form of several parts, under the name `file`.
pub(super) fn file_in<'b>(content: &str, body: &'b [u8]) -> Result<&'b [u8], &'static str> {
    let mut parameters = content.split(';').map(str::trim);
    if !parameters.next().unwrap_or("").eq_ignore_ascii_case("multipart/form-data") {
        return Err("send the file as multipart/form-data");
    }
    let boundary = parameters.find_map(|parameter| parameter.strip_prefix("boundary="));
    let boundary = boundary.map(|text| text.trim_matches('"')).unwrap_or_default();
    if boundary.is_empty() || boundary.len() > BOUNDARY_MAX {
        return Err("the form says no boundary");
    }
    let delimiter = format!("--{boundary}");
    let mut rest = after(body, delimiter.as_bytes()).ok_or("the form has no parts")?.1;
    let delimiter = format!("\r\n--{boundary}");
    while let Some((part, next)) = after(rest, delimiter.as_bytes()) {
        let (head, content) = after(part, b"\r\n\r\n").ok_or("a part of the form has no head")?;
        if is_file(&String::from_utf8_lossy(head)) {
            return Ok(content);
        }
        rest = next;
    }
    Err("the form has no part named file, or does not end")
}

/// What stands before a text, and what follows it.
fn after<'b>(all: &'b [u8], text: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let place = all.windows(text.len()).position(|window| window == text)?;
    Some((&all[..place], &all[place + text.len()..]))
}

fn is_file(head: &str) -> bool {
    head.lines().any(|line| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        name.trim().eq_ignore_ascii_case("content-disposition")
            && value.split(';').any(|part| matches!(part.trim(), "name=\"file\"" | "name=file"))
    })
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Which of the file.
    pub(super) number: u64,
    cells: Vec<String>,
}

/// A file with its columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    columns: Vec<String>,
    pub(super) lines: Vec<Line>,
}

impl Table {
    /// One without lines.
    pub(super) fn of(columns: &[&str]) -> Table {
        let columns = columns.iter().map(|name| (*name).to_owned()).collect();
        Table { columns, lines: vec![] }
    }

    /// One more line.
    pub(super) fn push<const CELLS: usize>(&mut self, number: u64, cells: [String; CELLS]) {
        self.lines.push(Line { number, cells: cells.into() });
    }

    /// How long all its cells are together, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.lines.iter().flat_map(|line| &line.cells).map(String::len).sum()
    }

    /// Reads a file whose columns are parted by semicolons, the first line naming them.
    pub(super) fn read(content: &[u8]) -> Result<Table, String> {
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.delimiter(b';').flexible(true).from_reader(content);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        let wrong = |why: csv::Error| format!("The file cannot be read: {why}");
        let columns: Vec<String> = reader.byte_headers().map_err(wrong)?.iter().map(text).collect();
        if columns.len() > COLUMNS_MAX {
            return Err(format!("The file has more than {COLUMNS_MAX} columns"));
        }
        let mut lines = Vec::new();
        for record in reader.byte_records() {
            let record = record.map_err(wrong)?;
            let number = record.position().map_or(0, csv::Position::line);
            let cells = record.iter().take(columns.len()).map(text).collect();
            lines.push(Line { number, cells });
        }
        Ok(Table { columns, lines })
    }

    /// The columns that must be there.
    pub(super) fn must_have(&self, names: &[&str]) -> Result<(), String> {
        let missing = names.iter().find(|name| !self.columns.iter().any(|known| known == *name));
        missing.map_or(Ok(()), |name| Err(format!("The column {name} is missing")))
    }

    /// What a line has in a column; nothing where there is none.
    pub(super) fn cell<'l>(&self, line: &'l Line, name: &str) -> &'l str {
        let place = self.columns.iter().position(|known| known == name);
        place.and_then(|place| line.cells.get(place)).map_or("", |cell| cell)
    }

    /// Columns with something in them that are none of these.
    pub(super) fn others<'t>(&'t self, line: &'t Line, known: &[&str]) -> Option<&'t str> {
        let filled = self.columns.iter().zip(&line.cells).filter(|(_, cell)| !cell.is_empty());
        filled.map(|(name, _)| name.as_str()).find(|name| !known.contains(name))
    }

    /// The lines in error, each with why: ready to be sent again once it is mended.
    pub(super) fn report<'w>(&self, wrong: impl Iterator<Item = (&'w Line, &'w str)>) -> Vec<u8> {
        let mut writer =
            csv::WriterBuilder::new().delimiter(b';').flexible(true).from_writer(vec![]);
        let head = ["error-line", "error-message"].into_iter().map(Cow::Borrowed);
        let columns = self.columns.iter().map(|name| Cow::Borrowed(name.as_str()));
        let mut write = |cells: Vec<Cow<'_, str>>| {
            let cells = cells.iter().map(|cell| cell.as_bytes());
            writer.write_record(cells).expect("a Vec takes all that it is given");
        };
        write(head.chain(columns).collect());
        for (line, why) in wrong {
            let number = line.number.to_string();
            let cells = line.cells.iter().map(|cell| Cow::Borrowed(cell.as_str()));
            write([Cow::Owned(number), Cow::Borrowed(why)].into_iter().chain(cells).collect());
        }
        writer.into_inner().expect("a Vec takes all that it is given")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORM: &str = "--x\r\nContent-Disposition: form-data; name=\"shop_id\"\r\n\r\n2001\r\n\
        --x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\
        Content-Type: text/csv\r\n\r\noffer-sku;quantity\nMUG;3\r\n--x--\r\n";

    #[test]
    fn a_file_is_found_in_its_form() {
        let found = file_in("multipart/form-data; boundary=\"x\"", FORM.as_bytes());
        assert_eq!(found, Ok(&b"offer-sku;quantity\nMUG;3"[..]));
        for (content, body) in [
            ("text/csv", FORM),
            ("multipart/form-data", FORM),
            ("multipart/form-data; boundary=y", FORM),
            ("multipart/form-data; boundary=x", "--x\r\nno head\r\n--x--"),
            (
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: name=\"file\"\r\n\r\n",
            ),
            ("multipart/form-data; boundary=x", "--x--\r\n"),
        ] {
            assert!(file_in(content, body.as_bytes()).is_err(), "{content} {body}");
        }
    }

    #[test]
    fn lines_are_read_and_reported() {
        let table =
            Table::read(b"\xef\xbb\xbf\"offer-sku\";\"quantity\";note\nA;1\n\"B;\"\"\";x;y;z\n");
        let table = table.unwrap();
        let cells =
            |line: &Line| ["offer-sku", "quantity"].map(|name| table.cell(line, name).to_owned());
        let all: Vec<_> = table.lines.iter().map(|line| (line.number, cells(line))).collect();
        let cell = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        assert_eq!(all, [(2, cell("A", "1")), (3, cell("B;\"", "x"))]);
        assert_eq!(table.must_have(&["quantity"]), Ok(()));
        assert!(table.must_have(&["price"]).unwrap_err().contains("price"));
        assert_eq!(table.others(&table.lines[1], &["offer-sku", "quantity"]), Some("note"));
        assert_eq!(table.others(&table.lines[0], &["offer-sku", "quantity"]), None);
        let report = table.report(table.lines.iter().skip(1).map(|line| (line, "no number")));
        let report = String::from_utf8(report).unwrap();
        let expected = "error-line;error-message;offer-sku;quantity;note\n\
                        3;no number;\"B;\"\"\";x;y\n";
        assert_eq!(report, expected);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_file_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = file_in("multipart/form-data; boundary=x", &bytes);
            if let Ok(table) = Table::read(&bytes) {
                let _ = table.report(table.lines.iter().map(|line| (line, "")));
            }
        }
    }
}
