//! Owns opening the log of a replay: surveyed, and its channels found, before channels are read.
//! Must not know how it is played.

use jiff::tz::TimeZone;

use super::super::channel::{CHANNELS_MAX, Channels};
use super::super::currency::Currency;
use super::super::head::Head;
use super::said::{self, Spec};
use crate::ids::ChannelId;
use crate::language::map::Map;
use crate::language::problem::{Reading, Wrong};
use crate::language::tree::{Node, Value, same_key};
use crate::records::columns::{self, ColumnRole};
use crate::records::log::{Log, NoLog};
use crate::records::mapping::Routing;
use crate::records::plain;
use crate::records::survey::{Survey, survey};

/// A log that was looked at.
pub(crate) struct Opened {
    pub(super) spec: Spec,
    pub(super) survey: Survey,
    pub(super) routing: Routing,
}

impl Opened {
    /// Whether the shares of orders come from the log.
    pub(crate) fn counts_shares(&self) -> bool {
        matches!(self.routing, Routing::Named(_))
    }

    /// The rows of the stretch, or what is wrong said where it was asked for.
    pub(super) fn log(&self, stock_list: Option<&[String]>, r: &Reading) -> Option<Log> {
        let Spec { mapping, file_at, at, .. } = &self.spec;
        match Log::read(mapping, &self.survey, &self.routing, stock_list) {
            Ok(log) => match log.hours.refused(&mapping.source.file, &self.survey) {
                Some(wrong) => {
                    r.wrong(file_at, wrong);
                    None
                }
                None => Some(log),
            },
            Err(NoLog::File(wrong)) => {
                r.wrong(file_at, wrong);
                None
            }
            Err(NoLog::Stretch(wrong)) => {
                r.wrong(at, wrong);
                None
            }
        }
    }
}

/// Opens the log that a scenario replays, if it does.
pub(crate) fn open(top: &Map<'_>, head: Option<&Head>, r: &Reading) -> Option<Opened> {
    let node = top.peek(&["traffic", "replay"])?;
    let home = head.map_or(TimeZone::UTC, |head| head.starts.0.time_zone().clone());
    let (names, shared) = written(top.peek(&["channels"]));
    let channels = Channels { names, specs: None };
    let currency = head.map(|head| head.currency);
    let mut spec = said::spec(node, &home, currency, &channels, r)?;
    let priced = top.peek(&["catalog"]).is_none();
    let said = [&["currency"][..], &["catalog", "price", "currency"]];
    let said = said.iter().any(|path| top.peek(path).is_some());
    let survey = surveyed(&mut spec, said, priced, r)?;
    let routing = routing(&spec, &survey, &channels.names, shared, r);
    Some(Opened { spec, survey, routing })
}

/// Looks at the log; whether somebody has said the currency that counts.
fn surveyed(spec: &mut Spec, said: bool, priced: bool, r: &Reading) -> Option<Survey> {
    let taken = spec.mapping.currency.take_if(|_| !said);
    let surveyed = survey(&spec.mapping, priced);
    spec.mapping.currency = spec.mapping.currency.or(taken);
    if surveyed.is_ok() {
        said::resolve(&spec.mapping.source, &spec.file_at, r);
    }
    let report = |wrongs: Vec<Wrong>| wrongs.into_iter().for_each(|w| r.wrong(&spec.file_at, w));
    surveyed.map_err(report).ok()
}

/// The names of the channels as written, and whether any says its share of orders.
fn written(node: Option<&Node>) -> (Vec<String>, bool) {
    let Some(Value::Map(channels)) = node.map(|node| &node.value) else { return (vec![], false) };
    let shared = channels.iter().any(|channel| match &channel.node.value {
        Value::Map(keys) => keys.iter().any(|key| same_key(&key.key, "of orders")),
        _ => false,
    });
    (channels.iter().map(|channel| channel.key.clone()).collect(), shared)
}

/// Which word of the log's column is which channel. A column that nobody named is used where no
/// channel says its share of orders, and some word of it is the name of a channel.
fn routing(spec: &Spec, survey: &Survey, names: &[String], shared: bool, r: &Reading) -> Routing {
    let Some(column) = &survey.channel_column else { return Routing::Unused };
    let find = |word: &str| {
        let said = spec.channels.iter().find(|(said, _)| said == word).map(|(_, id)| *id);
        let exact = || names.iter().position(|name| name == word);
        let alike = || names.iter().position(|name| plain(name) == plain(word));
        said.or_else(|| exact().or_else(alike).map(|place| ChannelId(place as u16)))
    };
    let named: Vec<(String, u16)> = survey
        .channels
        .keys()
        .filter_map(|word| find(word).map(|id| (word.clone(), id.0)))
        .collect();
    let asked = spec.mapping.columns.of(ColumnRole::Channel).is_some() || !spec.channels.is_empty();
    if asked || (!shared && (names.len() > 1 || !named.is_empty())) {
        return Routing::Named(named);
    }
    let words = columns::list(survey.channels.keys().map(String::as_str));
    r.note(format!(
        "{}: its column `{column}` ({words}) is not used: orders go to channels by their shares. \
         `columns: {{ channel: {column} }}` uses it.",
        spec.mapping.source.file
    ));
    Routing::Unused
}

/// A log for whoever fits a model to it: every word is a channel of its own.
pub(crate) fn open_raw(
    node: &Node,
    currency: Currency,
    said: bool,
    priced: bool,
    r: &Reading,
) -> Option<Opened> {
    let unknown = Channels { names: vec![], specs: None };
    let mut spec = said::spec(node, &TimeZone::UTC, Some(currency), &unknown, r)?;
    let mut survey = surveyed(&mut spec, said, priced, r)?;
    // Its days are those of the shop, where all times have one offset and no zone is said.
    if let (Value::Map(keys), Some(zone)) = (&node.value, &survey.own_zone)
        && !keys.iter().any(|key| same_key(&key.key, "zone"))
    {
        spec.mapping.zone = zone.clone();
        survey.clock.zone = zone.clone();
    }
    if !said && let Some(theirs) = the_files(&survey) {
        spec.mapping.currency = Some(theirs.code);
        spec.mapping.digits = theirs.digits;
    }
    if survey.channels.len() > CHANNELS_MAX
        && let Some(column) = &survey.channel_column
    {
        let found = format!("the column `{column}` has more than {CHANNELS_MAX} different words");
        let wrong = Wrong::new(found).expected("a column of channels, such as amazon or ebay");
        r.wrong(&spec.file_at, wrong.hint("`channel: none` in the columns leaves it alone"));
        return None;
    }
    Some(Opened { spec, survey, routing: Routing::Words })
}

/// Whether a file says in which currency its prices are.
pub(super) fn says_currency(survey: &Survey) -> bool {
    the_files(survey).is_some()
}

/// The one currency that a file has its prices in, by its code.
fn the_files(survey: &Survey) -> Option<Currency> {
    let mut codes = survey.currencies.keys().filter_map(|said| Currency::of_sign(said));
    let first = codes.next()?;
    codes.all(|other| other == first).then_some(first)
}

impl Opened {
    /// The currency of its prices.
    pub(crate) fn currency(&self) -> Option<&'static str> {
        self.spec.mapping.currency
    }
}
