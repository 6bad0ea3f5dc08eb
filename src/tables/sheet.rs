//! Owns a table under way: its columns, the rows so far, and the file they go to.
//! Must not know what the table is about.

use std::io;
use std::path::PathBuf;

use super::cell::Column;
use super::csv_rows::CsvRows;
use super::output::{Output, WriteError};
use super::parquet_rows::ParquetRows;
use super::{Format, RunTable, Written};

/// A table of `R`s under way.
pub(super) struct Sheet<R> {
    columns: Vec<Column<R>>,
    rows: Rows,
    count: u64,
    path: Option<PathBuf>,
}

enum Rows {
    Csv(Box<CsvRows>),
    Parquet(Box<ParquetRows>),
}

impl<R> Sheet<R> {
    /// Begins a table; `digits` are the decimals of its amounts.
    pub(super) fn open(
        columns: Vec<Column<R>>,
        format: Format,
        digits: u8,
        output: Output,
    ) -> Result<Sheet<R>, WriteError> {
        let path = output.path().map(PathBuf::from);
        let heads: Vec<_> = columns.iter().map(|column| (column.name, column.kind)).collect();
        let rows = match format {
            Format::Csv => CsvRows::open(&heads, digits, output).map(Box::new).map(Rows::Csv),
            Format::Parquet => {
                ParquetRows::open(&heads, digits, output).map(Box::new).map(Rows::Parquet)
            }
        };
        match rows {
            Ok(rows) => Ok(Sheet { columns, rows, count: 0, path }),
            Err(cause) => Err(WriteError::new(path.as_deref(), cause)),
        }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, row: &R) -> Result<(), WriteError> {
        self.count += 1;
        self.cells(row).map_err(|cause| WriteError::new(self.path.as_deref(), cause))
    }

    fn cells(&mut self, row: &R) -> io::Result<()> {
        match &mut self.rows {
            Rows::Csv(rows) => {
                for column in &self.columns {
                    rows.cell((column.cell)(row))?;
                }
                rows.end_row()
            }
            Rows::Parquet(rows) => {
                for (place, column) in self.columns.iter().enumerate() {
                    rows.cell(place, (column.cell)(row));
                }
                rows.end_row()
            }
        }
    }

    /// Ends the table and puts its file in its place.
    pub(super) fn close(self, table: RunTable) -> Result<Written, WriteError> {
        let closed = match self.rows {
            Rows::Csv(rows) => rows.close(),
            Rows::Parquet(rows) => rows.close(),
        };
        match closed {
            Ok(()) => Ok(Written { table, rows: self.count, path: self.path }),
            Err(cause) => Err(WriteError::new(self.path.as_deref(), cause)),
        }
    }
}
