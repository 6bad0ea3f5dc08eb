//! Owns a run as tables for analysts: which there are, and the way from a history to their files.
//! Must not know how rows are written down. Start at [`Tables`].
//!
//! `facts` is one wide table, a row a fact and part of it, written while the history is read.
//! `orders` has a row an accepted order; `windows` and `gates` are what `summary.json` says of
//! them. What each column means stands beside the column, and in docs/results.md.

mod cell;
mod csv_rows;
mod facts;
mod gates;
mod orders;
mod output;
mod parquet_rows;
mod sheet;
mod windows;

use std::path::PathBuf;

use crate::history::charter::Charter;
use crate::history::fact::Fact;
use crate::judge::{Fold, NotAHistory};
use crate::report::Summary;

pub use output::{Place, WriteError};
use sheet::Sheet;

/// A table that a run can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunTable {
    /// Every fact of the history.
    Facts,
    /// The campaign over time, the run and each channel.
    Windows,
    /// Each gate, on the run and on each channel.
    Gates,
    /// Each accepted order and what became of it.
    Orders,
}

impl RunTable {
    /// Every table.
    pub const ALL: [RunTable; 4] =
        [RunTable::Facts, RunTable::Windows, RunTable::Gates, RunTable::Orders];

    /// Its name, which is its file's.
    pub fn name(self) -> &'static str {
        match self {
            RunTable::Facts => "facts",
            RunTable::Windows => "windows",
            RunTable::Gates => "gates",
            RunTable::Orders => "orders",
        }
    }
}

/// How tables are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, with a line of names.
    Csv,
    /// Apache Parquet, compressed by zstd.
    Parquet,
}

impl Format {
    /// What a file's name ends in.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        }
    }
}

/// Why tables cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TablesError {
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The history cannot be judged, and all tables but `facts` need that.
    #[error("{0}. The table `facts` can be had all the same: --what facts")]
    Judge(#[from] NotAHistory),
}

/// A table that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Which.
    pub table: RunTable,
    /// Its rows.
    pub rows: u64,
    /// Its file; none is standard output.
    pub path: Option<PathBuf>,
}

/// The tables of a run while its history is read.
pub struct Tables<'c> {
    charter: &'c Charter,
    format: Format,
    place: Place,
    facts: Option<Sheet<facts::Row<'c>>>,
    orders: Option<orders::Orders>,
    fold: Option<Fold>,
    asked: Vec<RunTable>,
}

/// The terms with names that can be printed anywhere; the same names as in `summary.json`.
pub fn printable(charter: &Charter) -> Charter {
    crate::report::summary::printable(charter)
}

impl<'c> Tables<'c> {
    /// Begins the tables `asked` for. Names are taken from `charter` (see [`printable`]).
    pub fn open(
        asked: &[RunTable],
        format: Format,
        place: Place,
        charter: &'c Charter,
    ) -> Result<Tables<'c>, TablesError> {
        let wanted = |table| asked.contains(&table);
        let judged =
            RunTable::ALL.into_iter().any(|table| table != RunTable::Facts && wanted(table));
        let mut tables = Tables {
            charter,
            format,
            place,
            facts: None,
            orders: wanted(RunTable::Orders).then(orders::Orders::default),
            fold: judged.then(Fold::new),
            asked: asked.to_vec(),
        };
        if wanted(RunTable::Facts) {
            tables.facts = Some(tables.sheet(RunTable::Facts, facts::columns())?);
        }
        Ok(tables)
    }

    /// Takes the next fact. Memory for one row group of `facts`; the others need what judging
    /// needs, and `orders` 128 bytes an order.
    pub fn eat(&mut self, fact: &Fact) -> Result<(), TablesError> {
        if let Some(sheet) = &mut self.facts {
            facts::write(sheet, fact, self.charter)?;
        }
        if let Some(fold) = &mut self.fold {
            fold.eat(fact)?;
        }
        if let Some(orders) = &mut self.orders {
            orders.eat(fact);
        }
        Ok(())
    }

    /// Puts every table in its place.
    pub fn close(mut self) -> Result<Vec<Written>, TablesError> {
        let mut written = Vec::new();
        let judgement = self.fold.take().and_then(|fold| fold.judge());
        let summary = judgement.as_ref().map(Summary::of);
        if let Some(sheet) = self.facts.take() {
            written.push(sheet.close(RunTable::Facts)?);
        }
        let wanted = |table| summary.as_ref().filter(|_| self.asked.contains(&table));
        if let Some(summary) = wanted(RunTable::Windows) {
            let mut sheet = self.sheet(RunTable::Windows, windows::columns())?;
            windows::write(&mut sheet, summary)?;
            written.push(sheet.close(RunTable::Windows)?);
        }
        if let Some(summary) = wanted(RunTable::Gates) {
            let mut sheet = self.sheet(RunTable::Gates, gates::columns())?;
            gates::write(&mut sheet, summary)?;
            written.push(sheet.close(RunTable::Gates)?);
        }
        if let Some(orders) = &self.orders {
            let mut sheet = self.sheet(RunTable::Orders, orders::columns())?;
            orders.write(&mut sheet, self.charter)?;
            written.push(sheet.close(RunTable::Orders)?);
        }
        Ok(written)
    }

    fn sheet<R>(
        &self,
        table: RunTable,
        columns: Vec<cell::Column<R>>,
    ) -> Result<Sheet<R>, WriteError> {
        let output = self.place.open(table.name(), self.format.ending())?;
        Sheet::open(columns, self.format, self.charter.currency_digits, output)
    }
}

#[cfg(test)]
mod tests;
