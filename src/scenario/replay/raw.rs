//! Owns reading an order log as it stands, for whoever fits a model to it.
//! Must not know what is fitted.

use jiff::tz::TimeZone;

use super::super::currency::Currency;
use super::opened::open_raw;
use crate::language::problem::Reading;
use crate::language::tree::Node;
use crate::records::format::COLUMNS;
use crate::records::orders::{self, Grouped};
use crate::records::reconciliation::Reconciliation;

/// The orders of a stretch of a log, each once, with the channels that its rows name.
pub(crate) struct Raw {
    pub(crate) file: String,
    pub(crate) grouped: Grouped,
    /// Empty when no column says the channel.
    pub(crate) channels: Vec<String>,
    pub(crate) zone: TimeZone,
    /// Nobody said its currency, and it does not either.
    pub(crate) currency_taken: bool,
    /// The currency of its prices.
    pub(crate) currency: Option<&'static str>,
    /// The word for its format, unless it is a table of one's own.
    pub(crate) format: Option<&'static str>,
    /// Whether the log itself says which orders were cancelled.
    pub(crate) says_cancellations: bool,
}

/// Reads what a `replay:` group names, and nothing is played.
pub(crate) fn read(
    node: &Node,
    currency: Currency,
    said: bool,
    priced: bool,
    r: &Reading,
) -> Option<Raw> {
    let opened = open_raw(node, currency, said, priced, r)?;
    let log = opened.log(None, r)?;
    let (spec, survey) = (&opened.spec, &opened.survey);
    Some(Raw {
        file: spec.mapping.source.file.clone(),
        grouped: orders::group(log, spec.returns),
        channels: survey.channels.keys().cloned().collect(),
        zone: spec.mapping.zone.clone(),
        currency_taken: !said && !super::opened::says_currency(survey),
        currency: opened.currency(),
        format: Some(survey.layout.name).filter(|name| *name != COLUMNS.name),
        says_cancellations: survey.says_cancellations(&spec.mapping),
    })
}

/// What the whole file comes to, whatever stretch is wanted.
pub(crate) fn reconcile(
    node: &Node,
    currency: Currency,
    said: bool,
    priced: bool,
    r: &Reading,
) -> Option<Reconciliation> {
    let opened = open_raw(node, currency, said, priced, r)?;
    let (spec, survey) = (&opened.spec, &opened.survey);
    let read = Reconciliation::of(&spec.mapping, survey, &opened.routing);
    let mut read = read.map_err(|wrong| r.wrong(&spec.file_at, wrong)).ok()?;
    if read.priced && !said && !super::opened::says_currency(survey) {
        read.notes.push(currency_taken(&read.currency.0));
    }
    Some(read)
}

/// That nobody said the currency.
pub(crate) fn currency_taken(code: &str) -> String {
    format!("amounts are taken to be {code}: no file says their currency; `--currency EUR` does")
}
