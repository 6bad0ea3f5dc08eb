//! Owns reading what others have recorded: order logs and stock lists, from any table in a file.
//! Must not know what they are read for. Start at `log`.
//!
//! A log is looked at once before a row of it is believed (`survey`): which columns say what, how
//! it writes numbers and times, its words for states. What the file proves is used and said; what
//! it leaves open is asked about, with the key to set, and never guessed. Then its rows are counted
//! (`tally`) and those of a stretch are taken (`log`) and put together (`orders`).

pub(crate) mod columns;
mod encoding;
mod footer;
pub(crate) mod format;
mod heard;
mod hours;
mod items;
mod json;
pub(crate) mod log;
pub(crate) mod mapping;
pub(crate) mod moment;
pub(crate) mod number;
pub(crate) mod orders;
mod parted;
pub mod reconciliation;
pub(crate) mod repeats;
mod row;
mod sheet;
mod split;
mod spoilt;
pub(crate) mod state;
pub(crate) mod stock;
pub(crate) mod survey;
pub(crate) mod table;
pub(crate) mod tally;
#[cfg(test)]
mod tests;
mod unused;
mod years;

/// The most SKUs.
pub(crate) const SKUS_MAX: u64 = 1_000_000;

/// The most letters of a field that are shown.
const SHOWN_CHARS_MAX: usize = 48;

/// A field as it is shown to people: its first letters, and none that a terminal obeys.
fn short(text: &str) -> String {
    let mut cut: String = text.chars().take(SHOWN_CHARS_MAX).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    crate::wrong::harmless(&cut).replace('\n', "\\n")
}

/// A text on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A whole number with its thousands apart.
fn grouped(number: u64) -> String {
    crate::units::thousands(&number.to_string())
}
