//! Owns what is said about an order log: which file, which columns, how it writes, what to take.
//! Must not know what the log holds.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::columns::Said;
use super::number::DecimalMark;
use super::state::Standing;
use super::table::Source;

/// Which day of the log is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    Busiest,
    On(Date),
}

/// What somebody says of rows that repeat a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// They are one line.
    Once,
    /// Each is a line.
    Each,
}

/// What is said about an order log. What is not said, the file proves or is asked.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    pub(crate) source: Source,
    /// One of `format::names`; none is recognised by the header.
    pub(crate) format: Option<String>,
    pub(crate) columns: Said,
    pub(crate) decimal: Option<DecimalMark>,
    pub(crate) time_format: Option<String>,
    /// The zone of times without an offset, and of the log's days.
    pub(crate) zone: TimeZone,
    pub(crate) states: Vec<(String, Standing)>,
    pub(crate) skip_skus: Vec<String>,
    pub(crate) cancellation_prefix: Option<String>,
    /// What rows that repeat a line are.
    pub(crate) repeats: Option<Repeats>,
    /// The code of the currency of prices; none is what the file says.
    pub(crate) currency: Option<&'static str>,
    /// Decimal places of the currency.
    pub(crate) digits: u8,
    pub(crate) day: Option<Day>,
    pub(crate) from: Option<DateTime>,
    pub(crate) until: Option<DateTime>,
}

/// What becomes of the words in the column of channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Routing {
    /// They only tell apart orders of one number.
    Unused,
    /// Each is a channel of its own.
    Words,
    /// Each is one of these, by its place.
    Named(Vec<(String, u16)>),
}
