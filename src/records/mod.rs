//! Owns reading what others have recorded: order logs and stock lists, from any table in a file.
//! Must not know what they are read for. Start at `log`.
//!
//! A log is looked at once before a row of it is believed (`survey`): which columns say what, how
//! it writes numbers and times, its words for states. What the file proves is used and said; what
//! it leaves open is asked about, with the key to set, and never guessed. Then its rows are counted
//! (`tally`) and those of a stretch are taken (`log`) and put together (`orders`).

mod amounts;
mod anew;
mod aside;
mod codes;
pub(crate) mod columns;
pub(crate) mod currency;
mod daytime;
mod encoding;
mod footer;
pub(crate) mod format;
mod headers;
mod heard;
mod hidden;
mod hours;
mod items;
mod json;
mod kin;
mod kinds;
pub(crate) mod log;
pub(crate) mod mapping;
pub(crate) mod moment;
pub(crate) mod number;
pub(crate) mod orders;
mod parted;
pub(crate) mod prices;
pub mod reconciliation;
pub(crate) mod repeats;
mod resolve;
mod row;
mod sheet;
mod skus;
mod split;
mod spoilt;
mod standings;
pub(crate) mod state;
pub(crate) mod stock;
pub(crate) mod survey;
pub(crate) mod table;
pub(crate) mod tally;
#[cfg(test)]
mod tests;
mod totals;
mod unreadable;
mod unused;
mod years;
mod zones;

/// The most SKUs.
pub(crate) const SKUS_MAX: u64 = 1_000_000;

/// The most names of columns that are listed; a header may have hundreds.
const LISTED_MAX: usize = 12;

/// The most letters of a name that are listed.
const NAME_CHARS_MAX: usize = 40;

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

/// A name as it is typed within braces: in quotes where it would be read as something else.
fn as_typed(name: &str) -> String {
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '/' | '.' | '(' | ')');
    if name.starts_with(char::is_alphanumeric) && name.chars().all(plain) && !name.ends_with(' ') {
        return name.to_owned();
    }
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{}\"", crate::wrong::harmless(&escaped))
}

/// Letters that nobody sees: marks and spaces without width, and what turns lines round. Joiners
/// are not among them: letters of some scripts need them.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}')
}

/// Without what nobody sees before and behind it.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_unseen(c))
}

/// A text as it is compared: small letters and digits, one space between words.
pub(crate) fn plain(name: &str) -> String {
    let seen = name.chars().filter(|c| !is_unseen(*c));
    let letters: String = seen.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A name that tells things apart, with each of its spaces an ordinary one.
fn name_of(text: &str) -> String {
    text.replace(['\u{a0}', '\u{2007}', '\u{202f}'], " ")
}

/// A text on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A whole number with its thousands apart.
fn grouped(number: u64) -> String {
    crate::units::thousands(&number.to_string())
}

/// The first few of some names.
pub(crate) fn list<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    let count = names.clone().count();
    let short = |name: &str| {
        let cut: String = name.chars().take(NAME_CHARS_MAX).collect();
        let rest = if cut.len() < name.len() { "…" } else { "" };
        format!("`{cut}{rest}`")
    };
    let mut said = names.take(LISTED_MAX).map(short).collect::<Vec<_>>().join(", ");
    if count > LISTED_MAX {
        said.push_str(&format!(" and {} more", count - LISTED_MAX));
    }
    said
}
