//! Owns `doorbuster init`: a first scenario to edit, or one fitted to order log and stock list.
//! Must not know how a fit is made (`fit`).

mod reconciled;
mod told;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{Exit, data, folder, judged, schema};
use crate::fit::{self, Goodness, ToFit};
use crate::report::words::again;
use crate::scenario::{Overrides, Starter, read_str};

/// The schema's name beside a scenario; the first line of a scenario names it.
const SCHEMA_FILE: &str = "doorbuster.schema.json";

/// What was typed.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("records").multiple(true))]
pub(super) struct Args {
    /// The file to write
    #[arg(default_value = "scenario.yaml")]
    file: PathBuf,
    /// Replace the file, and the schema beside it, if they are there
    #[arg(long)]
    force: bool,
    /// Fit demand, baskets and bestsellers to an order log: an export of a shop or marketplace as
    /// it is, or a table with ts,order,sku,qty,price
    #[arg(long, value_name = "FILE", group = "records", help_heading = "Fitting")]
    orders: Option<String>,
    /// Only say what the order log comes to, held against the file
    #[arg(long, requires = "orders", help_heading = "Fitting")]
    check: bool,
    /// Fit stock and prices to a stock list: a table with sku,stock,price and, if you like, weight
    #[arg(long, value_name = "FILE", group = "records", help_heading = "Fitting")]
    catalog: Option<String>,
    /// The order log's format, e.g. shopify or columns [default: recognised by its header]
    #[arg(long, requires = "orders", value_name = "NAME", help_heading = "Fitting")]
    format: Option<String>,
    /// The day of the log to fit, e.g. 2011-11-22 [default: the busiest]
    #[arg(long, requires = "orders", help_heading = "Fitting")]
    day: Option<String>,
    /// Fit from this moment of the log on, e.g. "2011-11-22 08:00"
    #[arg(long, requires = "orders", help_heading = "Fitting")]
    from: Option<String>,
    /// Fit until this moment of the log
    #[arg(long, requires = "orders", help_heading = "Fitting")]
    until: Option<String>,
    /// The log's own names of its columns, e.g. "time: created at, order: number, channel: source"
    #[arg(long, requires = "orders", value_name = "NAMES", help_heading = "Fitting")]
    columns: Option<String>,
    /// What stands between columns: "," ";" tab "|" [default: what the header shows]
    #[arg(long, requires = "records", help_heading = "Fitting")]
    delimiter: Option<String>,
    /// What stands before decimal places: "." or "," [default: what the numbers prove]
    #[arg(long, requires = "records", value_name = "MARK", help_heading = "Fitting")]
    decimal: Option<String>,
    /// The encoding of the files, e.g. windows-1252 [default: what their bytes show]
    #[arg(long, requires = "records", value_name = "NAME", help_heading = "Fitting")]
    encoding: Option<String>,
    /// The sheet of the log's workbook [default: the only one with such columns]
    #[arg(long, requires = "orders", value_name = "NAME", help_heading = "Fitting")]
    sheet: Option<String>,
    /// How the log writes times, e.g. "%d/%m/%Y %H:%M" [default: what the times show]
    #[arg(long, requires = "orders", value_name = "FORMAT", help_heading = "Fitting")]
    time_format: Option<String>,
    /// The time zone of the log's times, e.g. Europe/London [default: the offset of all its
    /// times, else UTC]
    #[arg(long, requires = "orders", help_heading = "Fitting")]
    zone: Option<String>,
    /// Which of the log's states of orders are sales, beside those that are known, e.g.
    /// "offen: sale, storniert: no sale"
    #[arg(long, requires = "orders", value_name = "STATES", help_heading = "Fitting")]
    states: Option<String>,
    /// Orders whose number begins with this are cancellations, e.g. C
    #[arg(long, requires = "orders", value_name = "PREFIX", help_heading = "Fitting")]
    cancellations: Option<String>,
    /// What rows that repeat a line of their order are: one line (once) or several (each)
    /// [default: what the file shows]
    #[arg(long, requires = "orders", value_name = "HOW", help_heading = "Fitting")]
    repeated_rows: Option<String>,
    /// SKUs that are no goods, e.g. POST,DOT
    #[arg(long, requires = "orders", value_delimiter = ',', help_heading = "Fitting")]
    skip_skus: Vec<String>,
    /// The currency of all amounts, e.g. GBP [default: that of the order log, else USD]
    #[arg(long, help_heading = "Fitting")]
    currency: Option<String>,
}

impl Args {
    fn asked(&self) -> ToFit {
        ToFit {
            orders: self.orders.clone(),
            catalog: self.catalog.clone(),
            day: self.day.clone(),
            from: self.from.clone(),
            until: self.until.clone(),
            columns: self.columns.clone(),
            format: self.format.clone(),
            decimal: self.decimal.clone(),
            encoding: self.encoding.clone(),
            delimiter: self.delimiter.clone(),
            sheet: self.sheet.clone(),
            time_format: self.time_format.clone(),
            zone: self.zone.clone(),
            states: self.states.clone(),
            cancellations: self.cancellations.clone(),
            repeated_rows: self.repeated_rows.clone(),
            skip_skus: self.skip_skus.clone(),
            currency: self.currency.clone(),
            scenario: Some(self.file.clone()),
        }
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let name = args.file.display().to_string();
    // Before a log is read for long.
    if args.file.exists() && !args.force && !args.check {
        return Err(folder::Refused::Written(name).into());
    }
    let asked = args.asked();
    if let Some(read) = fit::reconcile(&asked, Path::new("."))? {
        let text = reconciled::text(&read, judged::paper());
        if args.check {
            data(text.as_bytes())?;
            return match fit::refusal(&read) {
                Some(errors) => Err(errors.into()),
                None if reconciled::proves_nothing(&read) => Ok(Exit::Inconclusive),
                None => Ok(Exit::Go),
            };
        }
        sayln!("{text}");
    }
    let (starter, goodness, notes) = if args.orders.is_some() || args.catalog.is_some() {
        let fitted = fit::fit(&asked, Path::new("."))?;
        (fitted.starter, fitted.goodness, fitted.notes)
    } else {
        let plain = Starter::in_currency(args.currency.as_deref().unwrap_or("USD"))?;
        (plain, Goodness::default(), vec![])
    };
    let text = starter.text(&again::quoted(&name));
    read_str(&text, Path::new("."), &Overrides::default())?;
    let schema = args.file.with_file_name(SCHEMA_FILE);
    let schema_is_new = args.force || !schema.exists();
    write(&args.file, text.as_bytes(), args.force)?;
    if schema_is_new {
        write(&schema, schema::SCENARIO.as_bytes(), true)?;
    }
    for note in notes {
        sayln!("note: {note}");
    }
    say!("{}", told::text(&goodness, &starter, judged::paper()));
    let beside = if schema_is_new { "written beside it" } else { "already beside it" };
    sayln!(
        "{name} is a scenario that plays as it stands. {} is {beside}: editors that know\n\
         yaml-language-server then explain and complete its keys.\n\n\
         Next: doorbuster simulate {}",
        schema.display(),
        again::quoted(&name),
    );
    data(format!("{name}\n").as_bytes())?;
    Ok(Exit::Go)
}

/// Writes a file, and never over one that came about meanwhile unless that is wanted.
fn write(path: &Path, bytes: &[u8], over: bool) -> anyhow::Result<()> {
    let mut how = OpenOptions::new();
    how.write(true).create(true).truncate(true).create_new(!over);
    let written = how.open(path).and_then(|mut file| file.write_all(bytes));
    written.with_context(|| {
        let place = path.display();
        format!("cannot write {place}; is its folder there, and the right to write in it?")
    })
}
