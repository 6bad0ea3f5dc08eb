//! Owns `doorbuster export`: a run as tables for analysts, in files or on standard output.
//! Must not know what is in the tables (`tables`).

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;

use super::reading::Reading;
use super::{Exit, Misused, folder, signals};
use crate::report::words::number;
use crate::tables::{Format, Place, RunTable, Tables, TablesError, Written, printable};

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder, or its history
    run: PathBuf,
    /// How the tables are written
    #[arg(long, value_enum)]
    format: FormatArg,
    /// Which tables, with commas between [default: all]
    #[arg(long, value_enum, value_delimiter = ',')]
    what: Vec<TableArg>,
    /// The folder for the tables, or `-` for standard output [default: <run folder>/tables]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print what was written as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// A format as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    /// Comma-separated values (RFC 4180)
    Csv,
    /// Apache Parquet
    Parquet,
}

/// A table as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum TableArg {
    /// Every fact of the history
    Facts,
    /// The campaign over time, the run and each channel
    Windows,
    /// Each gate, on the run and on each channel
    Gates,
    /// Each accepted order and what became of it
    Orders,
}

impl TableArg {
    fn meant(self) -> RunTable {
        match self {
            TableArg::Facts => RunTable::Facts,
            TableArg::Windows => RunTable::Windows,
            TableArg::Gates => RunTable::Gates,
            TableArg::Orders => RunTable::Orders,
        }
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let (folder, history) = folder::history_in(&args.run)?;
    let format = match args.format {
        FormatArg::Csv => Format::Csv,
        FormatArg::Parquet => Format::Parquet,
    };
    let asked: Vec<RunTable> = match args.what.as_slice() {
        [] => RunTable::ALL.to_vec(),
        typed => typed.iter().map(|table| table.meant()).collect(),
    };
    let place = place(args, folder.join("tables"), format, &asked)?;
    let signals = signals::listen(2)?;
    let mut reading = Reading::open(&history)?;
    let charter = printable(reading.charter());
    let exported = (|| {
        let mut tables = Tables::open(&asked, format, place, &charter)?;
        for fact in reading.by_ref() {
            if signals.asked() {
                return Ok(None);
            }
            tables.eat(&fact)?;
        }
        tables.close().map(Some)
    })();
    match exported {
        Ok(Some(written)) => {
            let torn = reading.finish("exported");
            say(args, &written, torn.as_deref())?;
            Ok(Exit::Go)
        }
        Ok(None) => {
            drop(reading);
            sayln!("stopped: nothing was exported, and nothing is left half");
            Ok(Exit::Interrupted)
        }
        // `… | head`: whoever read has what they wanted.
        Err(TablesError::Write(error)) if error.is_gone() => Ok(Exit::Go),
        Err(error) => Err(error.into()),
    }
}

fn place(
    args: &Args,
    default: PathBuf,
    format: Format,
    asked: &[RunTable],
) -> Result<Place, Misused> {
    match &args.out {
        Some(out) if out.as_os_str() == "-" => match (format, asked) {
            (Format::Csv, [_]) if !args.json => Ok(Place::Stdout),
            _ => Err(Misused(
                "standard output takes one table as csv, without --json: \
                 --format csv --what facts --out -"
                    .to_owned(),
            )),
        },
        Some(out) => Ok(Place::Folder(out.clone())),
        None => Ok(Place::Folder(default)),
    }
}

/// Says what was written: paths or JSON on standard output, sizes for people on standard error.
fn say(args: &Args, written: &[Written], torn: Option<&str>) -> anyhow::Result<()> {
    let mut out = String::new();
    for table in written {
        let rows = number::counted(table.rows, "row", "rows");
        if let Some(path) = &table.path {
            sayln!("{:<8} {rows}", table.table.name());
            let _ = writeln!(out, "{}", path.display());
        }
    }
    if args.json {
        let tables = written.iter().map(|table| {
            serde_json::json!({
                "table": table.table.name(),
                "rows": table.rows,
                "path": table.path.as_ref().map(|path| path.display().to_string()),
            })
        });
        let tables: Vec<_> = tables.collect();
        out = format!("{:#}\n", serde_json::json!({ "tables": tables, "torn": torn }));
    }
    super::data(out.as_bytes())
}
