//! Owns reading a described connector: bought, and known by what its vendor's sheet says.
//! Must not know how what the sheet leaves open is played (`ways`).

use super::super::channel::Channels;
use super::super::faults::FAULTS;
use super::super::plan::{Matter, Undisclosed};
use super::super::ways::{UNKNOWNS_MAX, usual_retry};
use super::{RESERVES, Read, WORKERS_MOST, served_or_all};
use crate::commerce::terms::{
    ConnectorPlay, Described, KeptForOperator, Priority, Reserve, Retry, Rhythm, UpdateStyle,
};
use crate::language::law::{law, law_in_words, law_of_text};
use crate::language::map::Map;
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, lasting, parse_lasting, scalar};
use crate::language::tree::{Entry, Node, Value};
use crate::law::Law;
use crate::units::Span;

/// What a sheet says, or that it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said<T> {
    Known(T),
    Unknown,
}

const UPDATES: &[(&str, Said<UpdateStyle>)] = &[
    ("absolute", Said::Known(UpdateStyle::Absolute)),
    ("delta", Said::Known(UpdateStyle::Delta)),
    ("compare and set", Said::Known(UpdateStyle::CompareAndSet)),
    ("unknown", Said::Unknown),
];

const RECORD_IDS: &[(&str, Said<bool>)] =
    &[("shared", Said::Known(true)), ("own", Said::Known(false)), ("unknown", Said::Unknown)];

/// What one direction of a described connector's work is known by.
struct Timing {
    rhythm: Rhythm,
    takes: Law,
}

impl<T> Said<T> {
    /// What is said, or the setting of way 0, which is settled anew for every way.
    fn or_unknown(self, otherwise: T, matter: Matter, unknown: &mut Vec<Matter>) -> T {
        match self {
            Said::Known(value) => value,
            Said::Unknown => {
                unknown.push(matter);
                otherwise
            }
        }
    }
}

/// Reads `described:`. Nothing waits in such a connector, so that the times stated are all: it has
/// workers without end, batches as large as a channel takes, and carries the newest value it knows.
pub(super) fn described(
    name: &str,
    node: &Node,
    channels: Option<&Channels>,
    r: &Reading,
) -> Option<Read> {
    let map = Map::open(node, "described connector", r)?;
    map.elsewhere("faults", FAULTS);
    let served = served_or_all(&map, channels);
    let stock_out = map.required("stock out", timing);
    let orders_in = map.required("orders in", timing);
    let retries = map.or("retries", Said::Unknown, yes_no_or_unknown);
    let idempotent = map.or("idempotent", Said::Unknown, yes_no_or_unknown);
    let updates = map.or("updates", Said::Known(UpdateStyle::Absolute), choice(UPDATES));
    let reserve = map.or("reserve", Said::Known(Reserve::OnHandoff), reserve);
    let record_ids = map.or("record ids", Said::Unknown, choice(RECORD_IDS));
    let mut unknown = Vec::new();
    let updates = updates?.or_unknown(UpdateStyle::Absolute, Matter::Updates, &mut unknown);
    let reserve = reserve?.or_unknown(Reserve::OnHandoff, Matter::Reserve, &mut unknown);
    let shares_record_ids = record_ids?.or_unknown(false, Matter::RecordIds, &mut unknown);
    let retries = retries?.or_unknown(false, Matter::Retries, &mut unknown);
    let idempotent = idempotent?.or_unknown(false, Matter::Idempotent, &mut unknown);
    let usual = usual_retry(idempotent);
    let (stock_out, orders_in) = (stock_out?, orders_in?);
    let play = ConnectorPlay {
        name: name.to_owned(),
        channels: served?,
        workers: WORKERS_MOST,
        partitions: 1,
        priority: Priority::None,
        service: stock_out.takes,
        described: Some(Described { orders_take: orders_in.takes }),
        orders_in: orders_in.rhythm,
        sweeps: None,
        pushes_all: None,
        stock_out: stock_out.rhythm,
        batch: u32::MAX,
        coalesce: true,
        updates,
        retry: if retries { usual } else { Retry { attempts: 1, ..usual } },
        reserve,
        shares_record_ids,
        queue_max: u32::MAX,
        exchange_allowance: Span::ZERO,
        keeps: KeptForOperator::Nothing,
    };
    Some(Read { play, unknown, external: None })
}

fn yes_no_or_unknown(node: &Node, r: &Reading) -> Option<Said<bool>> {
    scalar(node, r, |text| match text {
        "yes" | "true" => Ok(Said::Known(true)),
        "no" | "false" => Ok(Said::Known(false)),
        "unknown" => Ok(Said::Unknown),
        other => Err(Wrong::new(format!("`{other}` is neither yes nor no"))
            .expected("`yes`, `no`, or `unknown` where the sheet does not say")),
    })
}

fn reserve(node: &Node, r: &Reading) -> Option<Said<Reserve>> {
    match &node.value {
        Value::Scalar(text) if text == "unknown" => Some(Said::Unknown),
        _ => choice(RESERVES)(node, r).map(Said::Known),
    }
}

/// `webhook`, `every 5m`, each with or without `taking 30s to 4m`; or the same as a group.
fn timing(node: &Node, r: &Reading) -> Option<Timing> {
    if let Value::Map(_) = &node.value {
        let map = Map::open(node, "timing", r)?;
        let every = map.or("every", Rhythm::Webhook, |node, r| match &node.value {
            Value::Scalar(text) if text == "webhook" => Some(Rhythm::Webhook),
            _ => lasting(node, r).map(Rhythm::Poll),
        });
        let takes = map.or("taking", AT_ONCE, law);
        return Some(Timing { rhythm: every?, takes: takes? });
    }
    scalar(node, r, |text| {
        let (looks, takes) = match text.split_once(" taking ") {
            Some((looks, takes)) => (looks.trim(), law_of_text(takes.trim())?),
            None => (text, AT_ONCE),
        };
        let rhythm = match looks.strip_prefix("every ") {
            Some(every) => Rhythm::Poll(parse_lasting(every.trim())?),
            None if looks == "webhook" => Rhythm::Webhook,
            None => {
                let wrong = Wrong::new(format!("`{text}` does not say when it looks"));
                let wrong = wrong.expected(
                    "`every 5m` or `webhook`, and how long it takes: `every 5m taking 30s to 4m`",
                );
                let hint = "times that are spread otherwise are written as a group: \
                            { every: 5m, taking: { typical: 1m, one in 20 above: 4m } }";
                return Err(wrong.hint(hint));
            }
        };
        Ok(Timing { rhythm, takes })
    })
}

/// A timing as a scenario says it, in a group with both keys: a patch leaves nothing of another.
pub fn timing_in_words(rhythm: Rhythm, takes: &Law) -> String {
    let every = match rhythm {
        Rhythm::Webhook => "webhook".to_owned(),
        Rhythm::Poll(every) => format!("{}us", every.0),
    };
    format!("{{ every: {every}, taking: {} }}", law_in_words(takes))
}

/// What a sheet that states no time comes to.
const AT_ONCE: Law = Law::Constant(Span::ZERO);

/// What is unknown of all connectors, each settled as it looks worse. More than can be played both
/// ways is refused, with what to settle first: what has a setting that is the worse nearly always.
pub(super) fn unknowns(
    read: Vec<Read>,
    written: &[Entry],
    r: &Reading,
) -> Option<(Vec<ConnectorPlay>, Vec<Undisclosed>)> {
    let mut unknowns = Vec::new();
    let mut plays = Vec::with_capacity(read.len());
    for (place, Read { play, unknown, .. }) in read.into_iter().enumerate() {
        let connector = crate::ids::ConnectorId(place as u16);
        unknowns.extend(unknown.into_iter().map(|matter| Undisclosed { connector, matter }));
        plays.push(play);
    }
    let Some(too_many) = unknowns.get(UNKNOWNS_MAX) else {
        return Some((plays, unknowns));
    };
    let named = |unknown: &Undisclosed| {
        format!("`{}` of `{}`", unknown.matter.key(), written[unknown.connector.index()].key)
    };
    let all: Vec<String> = unknowns.iter().map(named).collect();
    let mut first = unknowns.clone();
    first.sort_by_key(|unknown| unknown.matter);
    let settle = first.iter().take(unknowns.len() - UNKNOWNS_MAX);
    let settle: Vec<String> = settle
        .map(|unknown| {
            let (key, [worse, _]) = (unknown.matter.key(), unknown.matter.settings());
            format!("`{key}: {worse}` at `{}`", written[unknown.connector.index()].key)
        })
        .collect();
    let wrong = Wrong::new(format!("{} things are not known: {}", all.len(), all.join(", ")))
        .expected(format!(
            "at most {UNKNOWNS_MAX}: each is played both ways, which doubles what is played"
        ))
        .hint(format!(
            "ask the vendor first, or else take what is worse as a rule: {}",
            settle.join(", ")
        ));
    r.wrong(&written[too_many.connector.index()].key_at, wrong);
    None
}
