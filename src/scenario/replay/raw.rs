//! Owns reading an order log as it stands, for whoever fits a model to it.
//! Must not know what is fitted.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::super::channel::{CHANNELS_MAX, Channels};
use super::super::head::Head;
use super::super::problem::{Reading, Wrong};
use super::super::table::Table;
use super::super::tree::Node;
use super::orders::Grouped;
use super::{Spec, log, orders, spec};

/// The orders of a stretch of a log, each once, with the channels that its rows name.
pub(in crate::scenario) struct Raw {
    pub(in crate::scenario) file: String,
    pub(in crate::scenario) grouped: Grouped,
    /// Empty when no column says the channel.
    pub(in crate::scenario) channels: Vec<String>,
    pub(in crate::scenario) zone: TimeZone,
}

/// Reads what a `replay:` group names, and nothing is played.
pub(in crate::scenario) fn read(node: &Node, head: &Head, r: &Reading) -> Option<Raw> {
    let unknown = Channels { names: vec![], specs: None };
    let mut spec = spec(node, Some(head), Some(&unknown), r)?;
    let channels = Channels { names: channel_words(&mut spec, r)?, specs: None };
    let rows = log::read(&spec, &channels, None, head.currency, r)?;
    let grouped = orders::group(&spec, rows, r)?;
    Some(Raw { file: spec.file, grouped, channels: channels.names, zone: spec.zone })
}

/// The different words in the channel's column, in the order of the alphabet.
fn channel_words(spec: &mut Spec, r: &Reading) -> Option<Vec<String>> {
    let mut table = Table::open(&spec.file, &spec.file_at, spec.delimiter, r)?;
    let Some(name) = spec.columns.find_channel(&table) else { return Some(vec![]) };
    let column = table.column(name, log::REMEDY, &spec.file_at, r)?;
    let mut words: BTreeSet<String> = BTreeSet::new();
    while let Some(row) = table.next() {
        let Ok(word) = row.and_then(|()| table.field(column)) else { continue };
        if word.is_empty() || words.contains(word) {
            continue;
        }
        words.insert(word.to_owned());
        if words.len() > CHANNELS_MAX {
            let found = format!("the column `{name}` has more than {CHANNELS_MAX} different words");
            let wrong = Wrong::new(found).expected("a column of channels, such as amazon or ebay");
            r.wrong(&spec.file_at, wrong);
            return None;
        }
    }
    Some(words.into_iter().collect())
}
