//! A small campaign as tables: both formats say the same, and what they say is what was judged.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use super::cell::{Cell, Column, Kind, int, money, text};
use super::{Format, Place, RunTable, Tables, facts, gates, orders, printable, windows};
use crate::drive::hand::Nobody;
use crate::drive::simulated;
use crate::history::What;
use crate::history::fact::Fact;
use crate::history::samples;
use crate::history::stamp::Tape;
use crate::judge::Fold;
use crate::report::Summary;
use crate::scenario::{self, Overrides};

/// The facts of the scenario that tests play.
fn played() -> Vec<Fact> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios/small.yaml");
    let plan = scenario::read(Path::new(file), &Overrides::default()).unwrap();
    let mut facts = Vec::new();
    let mut tape = Tape::new(|fact: Fact| facts.push(fact));
    simulated::play(&plan, &mut tape, &mut Nobody);
    facts
}

fn charter_of(facts: &[Fact]) -> crate::history::Charter {
    let What::Charter(charter) = &facts[0].what else { panic!("a history begins with a charter") };
    printable(charter)
}

fn export(facts: &[Fact], asked: &[RunTable], format: Format, folder: &Path) {
    let charter = charter_of(facts);
    let place = Place::Folder(folder.to_owned());
    let mut tables = Tables::open(asked, format, place, &charter).unwrap();
    for fact in facts {
        tables.eat(fact).unwrap();
    }
    tables.close().unwrap();
}

type Cells = Vec<BTreeMap<String, String>>;

fn csv_cells(path: &Path) -> Cells {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn parquet_cells(path: &Path) -> Cells {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let said = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Decimal(_) => {
            // The reader says decimals with a dot at their scale, as CSV does.
            field.to_string()
        }
        other => other.to_string(),
    };
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| {
        row.unwrap().get_column_iter().map(|(name, field)| (name.clone(), said(field))).collect()
    })
    .collect()
}

#[test]
fn both_formats_say_the_same_and_what_was_judged() {
    let facts = played();
    let temp = tempfile::tempdir().unwrap();
    let mut fold = Fold::new();
    for fact in &facts {
        fold.eat(fact).unwrap();
    }
    let summary = Summary::of(&fold.judge().unwrap());
    let mut rows = BTreeMap::new();
    for format in [Format::Csv, Format::Parquet] {
        export(&facts, &RunTable::ALL, format, temp.path());
    }
    for table in RunTable::ALL {
        let path = temp.path().join(table.name());
        let csv = csv_cells(&path.with_extension("csv"));
        let parquet = parquet_cells(&path.with_extension("parquet"));
        assert_eq!(csv.len(), parquet.len(), "{table:?}");
        let differs = csv.iter().zip(&parquet).find(|(a, b)| a != b);
        assert_eq!(differs, None, "{table:?}");
        rows.insert(table, csv);
    }
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 8, "and nothing else is left");

    let of = |table: RunTable, column: &str| -> Vec<String> {
        rows[&table].iter().map(|row| row[column].clone()).collect()
    };
    let first_parts = of(RunTable::Facts, "part").iter().filter(|part| *part == "0").count();
    assert_eq!(first_parts as u64, summary.record.facts, "every fact has one row with part 0");
    let accepted = of(RunTable::Orders, "order_number").len() as u64;
    assert_eq!(accepted, summary.totals.accepted);
    let cents: i64 = of(RunTable::Orders, "amount")
        .iter()
        .map(|a| a.replace('.', "").parse::<i64>().unwrap())
        .sum();
    assert_eq!(cents, summary.totals.money);
    let cancelled = of(RunTable::Orders, "cancel_cause").iter().filter(|c| *c == "stock").count();
    assert_eq!(cancelled as u64, summary.totals.cancelled);
    let in_windows = rows[&RunTable::Windows].iter().filter(|row| row["channel"].is_empty());
    let in_windows: u64 = in_windows.map(|row| row["accepted"].parse::<u64>().unwrap()).sum();
    assert_eq!(in_windows, summary.totals.accepted);
    assert_eq!(rows[&RunTable::Gates].len(), summary.gates.len());
}

#[test]
fn row_groups_are_bounded_and_the_last_is_not_lost() {
    let facts = samples::facts(130_000);
    let temp = tempfile::tempdir().unwrap();
    export(&facts, &[RunTable::Facts], Format::Parquet, temp.path());
    let file = File::open(temp.path().join("facts.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let groups = reader.metadata().row_groups();
    let rows: Vec<i64> = groups.iter().map(RowGroupMetaData::num_rows).collect();
    assert_eq!(rows, [122_880, 130_000 - 122_880]);
}

#[test]
fn a_table_that_is_dropped_leaves_nothing() {
    let facts = samples::facts(10);
    let charter = charter_of(&facts);
    let temp = tempfile::tempdir().unwrap();
    let place = Place::Folder(temp.path().to_owned());
    for format in [Format::Csv, Format::Parquet] {
        let mut tables = Tables::open(&[RunTable::Facts], format, place.clone(), &charter).unwrap();
        for fact in &facts {
            tables.eat(fact).unwrap();
        }
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1, "it is under way");
        drop(tables);
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0, "{format:?}");
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let facts = samples::facts(3);
    let charter = charter_of(&facts);
    let temp = tempfile::tempdir().unwrap();
    fs::write(temp.path().join("file"), "in the way").unwrap();
    let place = Place::Folder(temp.path().join("file"));
    let refused = Tables::open(&[RunTable::Facts], Format::Csv, place, &charter).err().unwrap();
    let said = refused.to_string();
    assert!(said.contains("facts.csv") && said.contains("--out"), "{said}");
}

#[test]
fn text_that_begins_like_a_formula_is_text_in_a_spreadsheet() {
    let temp = tempfile::tempdir().unwrap();
    let names = ["=1+1", "+x", "-x", "@x", "\tx", "a=b", "say \"hi\", you"];
    let columns = || {
        vec![
            text("name", "", |name: &&str| Cell::Text(name)),
            int("n", "", |_| Cell::Int(-7)),
            money("m", "", |_| Cell::Money(-5)),
        ]
    };
    for format in [Format::Csv, Format::Parquet] {
        let output = Place::Folder(temp.path().to_owned()).open("t", format.ending()).unwrap();
        let mut sheet = super::Sheet::open(columns(), format, 2, output).unwrap();
        for name in &names {
            sheet.row(name).unwrap();
        }
        sheet.close(RunTable::Facts).unwrap();
    }
    let csv = fs::read_to_string(temp.path().join("t.csv")).unwrap();
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines[..3], ["name,n,m", "'=1+1,-7,-0.05", "'+x,-7,-0.05"]);
    assert_eq!(lines[6..8], ["a=b,-7,-0.05", "\"say \"\"hi\"\", you\",-7,-0.05"]);
    let parquet = parquet_cells(&temp.path().join("t.parquet"));
    let kept: Vec<&str> = parquet.iter().map(|row| row["name"].as_str()).collect();
    assert_eq!(kept, names, "Parquet has names as they are");
}

/// The rows of a table's columns as docs/results.md has them.
fn documented<R>(columns: &[Column<R>]) -> String {
    let kind = |kind| match kind {
        Kind::Int => "integer",
        Kind::Money => "decimal",
        Kind::Text => "text",
        Kind::Flag => "boolean",
    };
    let row = |c: &Column<R>| format!("| `{}` | {} | {} |", c.name, kind(c.kind), c.meaning);
    columns.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_column_is_explained_where_people_look() {
    let docs = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/results.md")).unwrap();
    for table in [
        documented(&facts::columns()),
        documented(&windows::columns()),
        documented(&gates::columns()),
        documented(&orders::columns()),
    ] {
        assert!(docs.contains(&table), "docs/results.md should have:\n{table}");
    }
}
