//! Owns rows as Apache Parquet: row groups of a bounded size, compressed by zstd.
//! Must not know any table.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use rustc_hash::FxHashMap;

use super::cell::{Cell, Kind};
use super::output::Output;

/// Rows that are kept before they are written: about 20 MB of facts, and DuckDB's own size of a
/// row group (122,880), which is what it reads in parallel.
const GROUP_ROWS: usize = 122_880;

/// A Parquet file under way.
pub(super) struct ParquetRows {
    file: SerializedFileWriter<Output>,
    columns: Vec<Held>,
    rows: usize,
}

/// A column of the row group under way.
struct Held {
    values: Values,
    /// A level a row: 1 where there is a value.
    levels: Vec<i16>,
}

/// A column's values.
enum Values {
    Int(Vec<i64>),
    Text(Vec<ByteArray>, FxHashMap<Box<str>, ByteArray>),
    Flag(Vec<bool>),
}

impl ParquetRows {
    pub(super) fn open(
        heads: &[(&str, Kind)],
        digits: u8,
        output: Output,
    ) -> io::Result<ParquetRows> {
        let schema = parse_message_type(&schema(heads, digits)).map_err(told)?;
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(concat!("doorbuster ", env!("CARGO_PKG_VERSION")).to_owned());
        for (name, kind) in heads {
            // Numbers here grow or repeat: their differences are small where a dictionary is not.
            if matches!(kind, Kind::Int | Kind::Money) {
                properties = properties
                    .set_column_dictionary_enabled((*name).into(), false)
                    .set_column_encoding((*name).into(), Encoding::DELTA_BINARY_PACKED);
            }
        }
        let properties = Arc::new(properties.build());
        let file = SerializedFileWriter::new(output, Arc::new(schema), properties).map_err(told)?;
        let columns = heads.iter().map(|(_, kind)| Held::new(*kind)).collect();
        Ok(ParquetRows { file, columns, rows: 0 })
    }

    pub(super) fn cell(&mut self, place: usize, cell: Cell<'_>) {
        self.columns[place].push(cell);
    }

    pub(super) fn end_row(&mut self) -> io::Result<()> {
        self.rows += 1;
        if self.rows == GROUP_ROWS { self.write_group().map_err(told) } else { Ok(()) }
    }

    pub(super) fn close(mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.write_group().map_err(told)?;
        }
        self.file.finish().map_err(told)?;
        self.file.inner_mut().commit()
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for column in &mut self.columns {
            let mut to = group.next_column()?.expect("a schema has the columns it was made of");
            let levels = Some(&*column.levels);
            match &column.values {
                Values::Int(values) => to.typed::<Int64Type>().write_batch(values, levels, None)?,
                Values::Text(values, _) => {
                    to.typed::<ByteArrayType>().write_batch(values, levels, None)?
                }
                Values::Flag(values) => to.typed::<BoolType>().write_batch(values, levels, None)?,
            };
            to.close()?;
            column.clear();
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

impl Held {
    fn new(kind: Kind) -> Held {
        let values = match kind {
            Kind::Int | Kind::Money => Values::Int(Vec::new()),
            Kind::Text => Values::Text(Vec::new(), FxHashMap::default()),
            Kind::Flag => Values::Flag(Vec::new()),
        };
        Held { values, levels: Vec::new() }
    }

    fn push(&mut self, cell: Cell<'_>) {
        self.levels.push(i16::from(cell != Cell::Empty));
        match (&mut self.values, cell) {
            (_, Cell::Empty) => {}
            (Values::Int(values), Cell::Int(n) | Cell::Money(n)) => values.push(n),
            (Values::Text(values, known), Cell::Text(text)) => {
                let value = match known.get(text) {
                    Some(value) => value.clone(),
                    None => {
                        known.entry(text.into()).or_insert_with(|| text.as_bytes().into()).clone()
                    }
                };
                values.push(value);
            }
            (Values::Flag(values), Cell::Flag(yes)) => values.push(yes),
            _ => unreachable!("a cell is of its column's kind"),
        }
    }

    fn clear(&mut self) {
        self.levels.clear();
        match &mut self.values {
            Values::Int(values) => values.clear(),
            Values::Text(values, known) => {
                known.clear();
                values.clear();
            }
            Values::Flag(values) => values.clear(),
        }
    }
}

/// The schema in Parquet's own notation.
fn schema(heads: &[(&str, Kind)], digits: u8) -> String {
    let mut text = "message doorbuster {".to_owned();
    for (name, kind) in heads {
        let _ = match kind {
            Kind::Int => write!(text, " optional int64 {name};"),
            Kind::Money => {
                write!(text, " optional int64 {name} (decimal(18,{}));", digits.min(18))
            }
            Kind::Text => write!(text, " optional binary {name} (string);"),
            Kind::Flag => write!(text, " optional boolean {name};"),
        };
    }
    text.push_str(" }");
    text
}

/// What the system said, where it was the system; a full disk must be told from a defect.
fn told(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => *cause,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    }
}
