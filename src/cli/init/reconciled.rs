//! Owns what is said of an order log before anything is made of it: what it comes to, held against
//! the file. Must not know how it was read.

use crate::history::charter::{UNREAD_MOST, UNREAD_NEGLIGIBLE};
use crate::records::reconciliation::Reconciliation;
use crate::report::terminal::{Paper, row};
use crate::report::words::number::{count, counted, share};
use crate::units::Ppm;
use crate::wrong::harmless;

/// Where what is said begins.
const INDENT: usize = 14;

/// The whole of it.
pub(super) fn text(read: &Reconciliation, paper: Paper) -> String {
    let mut text = format!("{}: {}\n", harmless(&read.file), harmless(&read.read_as));
    for (name, says) in rows(read) {
        text.push_str(&row(&format!("  {name}"), INDENT, &harmless(&says), paper));
    }
    text
}

/// The rows of sales, or what may be some, that cannot be read.
fn unread(read: &Reconciliation) -> Ppm {
    Ppm::of(read.unreadable, read.rows - read.left_rows)
}

/// Whether a run on the whole file could prove nothing, so many rows of it cannot be read.
pub(super) fn proves_nothing(read: &Reconciliation) -> bool {
    unread(read) > UNREAD_MOST
}

/// What that would make of a verdict.
fn weighs(read: &Reconciliation) -> Option<String> {
    let share = share(unread(read).0);
    match unread(read) {
        most if most > UNREAD_MOST => {
            Some(format!("{share} of the rows cannot be read: too many for a verdict but no-go"))
        }
        some if some > UNREAD_NEGLIGIBLE => {
            Some(format!("{share} of the rows cannot be read: a condition of any go"))
        }
        _ => None,
    }
}

fn rows(read: &Reconciliation) -> Vec<(&'static str, String)> {
    let mut left = vec![];
    if read.left_rows > 0 {
        left.push(format!("{} left out", count(read.left_rows)));
    }
    if read.unreadable > 0 {
        left.push(format!("{} cannot be read", count(read.unreadable)));
    }
    let of_rows = format!("{} in the file: {} read", count(read.rows), count(read.read));
    let rows = std::iter::once(of_rows).chain(left).collect::<Vec<_>>().join(", ");
    let mut orders = count(read.orders);
    if read.cancelled > 0 {
        orders
            .push_str(&format!(", {} of them cancelled by their customers", count(read.cancelled)));
    }
    let units = match read.returned_units {
        0 => count(read.units),
        back => format!("{} sold, {} came back", count(read.units), count(back)),
    };
    let lines = match read.returned_lines {
        0 => count(read.lines),
        back => format!("{} sold, {} came back", count(read.lines), count(back)),
    };
    let money = if read.priced {
        format!("{}, units times unit prices", money(read))
    } else {
        "no column of prices".to_owned()
    };
    let mut said = vec![
        ("rows", rows),
        ("orders", orders),
        ("lines", lines),
        ("units", units),
        ("money", money),
    ];
    if let Some((first, last)) = &read.times {
        said.push(("time", format!("{first} to {last} ({})", in_words(&read.zone))));
    }
    said.extend(read.left.iter().map(|left| ("left out", left.clone())));
    if read.unreadable > 0 {
        let rows = counted(read.unreadable, "row", "rows");
        said.push(("not read", format!("{rows}: {}", read.examples)));
        said.extend(weighs(read).map(|weighs| ("weighs", weighs)));
    }
    said.extend(read.refused.iter().map(|wrong| ("refused", wrong.found.clone())));
    said.extend(read.notes.iter().map(|note| ("note", note.clone())));
    said
}

/// In whole units with their places: `12,345.60 EUR`.
fn money(read: &Reconciliation) -> String {
    let (code, digits) = &read.currency;
    let one = 10_i128.pow(u32::from(*digits));
    let (whole, places) = (read.money / one, read.money % one);
    let whole = count(u64::try_from(whole).unwrap_or(u64::MAX));
    if *digits == 0 {
        return format!("{whole} {code}");
    }
    format!("{whole}.{places:0width$} {code}", width = usize::from(*digits))
}

/// A zone as people write it: names of fixed ones count from the other side.
fn in_words(zone: &str) -> String {
    match zone.strip_prefix("Etc/GMT").and_then(|hours| hours.parse::<i32>().ok()) {
        Some(hours) => format!("UTC{}{:02}:00", if hours > 0 { '-' } else { '+' }, hours.abs()),
        None => zone.to_owned(),
    }
}
