//! Owns reading the connectors and the OMS between which orders and stock travel.
//! Must not know the shoppers.

mod described;
pub(super) mod external;
mod retry;

use std::ops::Range;

pub use self::described::timing_in_words;
pub use self::external::QUIET_FOR_LEAST;
use self::retry::{NO_RETRY, retry};
use super::ExternalAs;
use super::channel::{Channels, everyday, imperfections};
use super::faults::FAULTS;
use super::head::Head;
use super::limits::limits;
use super::locations::TAKES_FROM;
use super::plan::{External, Matter, Undisclosed};
use super::tariff;
use crate::commerce::terms::{
    ConnectorPlay, Dialect, KeptForOperator, OmsPlay, Priority, Reserve, Rhythm, Shortage,
    UpdateStyle,
};
use crate::history::charter::{BookedBy, SourceTells};
use crate::ids::ChannelId;
use crate::language::law::law;
use crate::language::map::{Map, each, entries, items};
use crate::language::path;
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, lasting, scalar, some_up_to, yes_no};
use crate::language::tree::{Entry, Node, Value};
use crate::law::Law;
use crate::units::Span;

/// The most connectors.
const CONNECTORS_MAX: usize = 64;

/// The most workers of a connector.
const WORKERS_MAX: u64 = 10_000;

/// As many workers as there can be: where nobody knows of any, nothing is to wait for one.
pub(super) const WORKERS_MOST: u16 = u16::MAX;

const PRIORITIES: &[(&str, Priority)] = &[
    ("none", Priority::None),
    ("inventory first", Priority::InventoryFirst),
    ("orders first", Priority::OrdersFirst),
];

const UPDATES: &[(&str, UpdateStyle)] = &[
    ("absolute", UpdateStyle::Absolute),
    ("delta", UpdateStyle::Delta),
    ("compare and set", UpdateStyle::CompareAndSet),
];

pub(super) const RESERVES: &[(&str, Reserve)] = &[
    ("on accept", Reserve::OnAccept),
    ("on payment", Reserve::OnPayment),
    ("on handoff", Reserve::OnHandoff),
];
const RECORD_IDS: &[(&str, bool)] = &[("shared", true), ("own", false)];

/// An OMS of which nothing is said.
pub(super) fn oms_default() -> OmsPlay {
    OmsPlay {
        knows_record_ids: true,
        tells: SourceTells::Available,
        shortage: Shortage::Cancel {
            after: Law::lognormal(Span::from_mins(5), Span::from_mins(20), 0.95),
        },
        ships_after: None,
        limits: vec![],
        imperfections: everyday(),
        dialect: Dialect::Neutral,
        books: BookedBy::default(),
        takes: TAKES_FROM[0].1,
    }
}

/// Whose APIs an OMS may speak.
const HUBS: [(&str, Dialect); 4] = [
    ("neutral", Dialect::Neutral),
    ("shopify", Dialect::Shopify),
    ("woocommerce", Dialect::WooCommerce),
    ("odoo", Dialect::Odoo),
];
const REPORTS: &[(&str, SourceTells)] =
    &[("available", SourceTells::Available), ("on hand", SourceTells::OnHand)];

/// Reads `oms:`.
pub(super) fn oms(node: &Node, head: Option<&Head>, r: &Reading) -> Option<OmsPlay> {
    let map = Map::open(node, "oms", r)?;
    let default = oms_default();
    map.not_yet(&[("staging", "a real OMS in the place of the mock")]);
    map.elsewhere("locations", "`locations:` at the top of the file");
    let dialect = map.or("dialect", Dialect::Neutral, choice(&HUBS));
    let is_hub = dialect.is_some_and(|dialect| dialect != Dialect::Neutral);
    let known = default.knows_record_ids && !is_hub;
    let knows_record_ids = map.or("knows record ids", known, yes_no);
    if let (true, Some(true), Some(node)) =
        (is_hub, knows_record_ids, map.peek(&["knows record ids"]))
    {
        let wrong = Wrong::new("a shop makes a second order of one that it is sent again");
        let hint = "a connector looks for the order before it enters it once more";
        r.wrong(&node.at, wrong.expected("`no`, or no `dialect`").hint(hint));
    }
    let tells = map.or("reports", default.tells, choice(REPORTS));
    let shortage = map.or("shortage", default.shortage, shortage);
    let ships_after = map.or("ships after", None, |node, r| law(node, r).map(Some));
    let limits = map.or("limits", vec![], |node, r| limits(node, head, r));
    let imperfections = map.or("imperfections", default.imperfections, imperfections);
    let books = map.or("books by", BookedBy::default(), tariff::booked_by);
    let takes = map.or("takes from", default.takes, choice(&TAKES_FROM));
    Some(OmsPlay {
        knows_record_ids: knows_record_ids?,
        tells: tells?,
        shortage: shortage?,
        ships_after: ships_after?,
        limits: limits?,
        imperfections: imperfections?,
        dialect: dialect?,
        books: books?,
        takes: takes?,
    })
}

/// `back-order`, or `{ cancel after: 5m }`.
fn shortage(node: &Node, r: &Reading) -> Option<Shortage> {
    if let Value::Scalar(_) = node.value {
        choice(&[("back-order", ())])(node, r)?;
        return Some(Shortage::BackOrder);
    }
    let map = Map::open(node, "shortage", r)?;
    map.required("cancel after", law).map(|after| Shortage::Cancel { after })
}

/// A connector as it was read, with what is not known of it.
struct Read {
    play: ConnectorPlay,
    unknown: Vec<Matter>,
    /// It is somebody else's program.
    external: Option<External>,
}

/// The connectors, as they were read.
pub(super) struct Connectors {
    pub(super) plays: Vec<ConnectorPlay>,
    pub(super) unknowns: Vec<Undisclosed>,
    /// The one that is somebody else's program.
    pub(super) external: Option<External>,
}

/// Reads `connectors:` with what is not known of them; every channel is served by exactly one.
pub(super) fn read(
    node: &Node,
    channels: Option<&Channels>,
    external: ExternalAs,
    r: &Reading,
) -> Option<Connectors> {
    let written = entries(node, "connectors", r)?;
    if written.is_empty() || written.len() > CONNECTORS_MAX {
        let wrong = Wrong::new(format!("the number of connectors is {}", written.len()));
        let expected =
            format!("from 1 to {CONNECTORS_MAX}, such as hub: {{ reference: {{ workers: 8 }} }}");
        r.wrong(&node.at, wrong.expected(expected));
        return None;
    }
    let mut read = each(written, |entry| connector(entry, channels, external, r))?;
    external::stands_alone(&read, written, r)?;
    let outside = read.iter_mut().find_map(|read| read.external.take());
    let (mut plays, unknowns) = described::unknowns(read, written, r)?;
    let told = if outside.is_some() { Told::AsItLikes } else { Told::AsItSays };
    serve_each_once(&plays, written, (channels?, told), &node.at, r)?;
    for unknown in &unknowns {
        unknown.settle_worse(&mut plays);
    }
    Some(Connectors { plays, unknowns, external: outside })
}

/// How a connector learns of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// In one way, which its channels must have.
    AsItSays,
    /// In whichever there is.
    AsItLikes,
}

fn connector(
    entry: &Entry,
    channels: Option<&Channels>,
    external: ExternalAs,
    r: &Reading,
) -> Option<Read> {
    let map = Map::open(&entry.node, "connector", r)?;
    map.not_yet(&[("staging", "real endpoints")]);
    if map.has("staging") {
        for kind in KINDS {
            map.known(kind);
        }
        return None;
    }
    let written: Vec<&str> = KINDS.iter().copied().filter(|kind| map.get(kind).is_some()).collect();
    if let [first, second, ..] = written[..] {
        let at = map.key_at(second).unwrap_or_default();
        let wrong = Wrong::new(format!("`{second}` stands beside `{first}`"));
        let wrong = wrong.expected(format!("one kind for each connector: `{first}` or `{second}`"));
        r.wrong(&at, wrong.hint("write two connectors, and what `channels` each serves"));
        return None;
    }
    match map.one_of(&KINDS)? {
        ("described", node) => described::described(&entry.key, node, channels, r),
        ("external", node) => external::external(entry, node, (channels, external), r),
        (_, node) => {
            let play = reference(&entry.key, node, channels, r)?;
            Some(Read { play, unknown: vec![], external: None })
        }
    }
}

/// The kinds of connectors.
static KINDS: [&str; 3] = ["reference", "described", "external"];

/// The channels that a connector names, or all.
pub(super) fn served_or_all(map: &Map<'_>, channels: Option<&Channels>) -> Option<Vec<ChannelId>> {
    let named = map.optional("channels", |node, r| served(node, channels?, r));
    if map.has("channels") {
        return named;
    }
    let count = channels.map_or(0, |channels| channels.names.len());
    Some((0..count as u16).map(ChannelId).collect())
}

fn reference(
    name: &str,
    node: &Node,
    channels: Option<&Channels>,
    r: &Reading,
) -> Option<ConnectorPlay> {
    let map = Map::open(node, "reference", r)?;
    map.elsewhere("faults", FAULTS);
    let served = served_or_all(&map, channels);
    let workers = map.or("workers", 8, some_up_to(WORKERS_MAX));
    let partitions = map.or("partitions", 1, some_up_to(WORKERS_MAX));
    let priority = map.or("priority", Priority::None, choice(PRIORITIES));
    let quick = Law::lognormal(Span::from_millis(40), Span::from_millis(400), 0.99);
    let service = map.or("service", quick, law);
    let orders_in = map.or("orders in", Rhythm::Webhook, |node, r| rhythm(node, "poll", r));
    let sweeps = map.or("sweeps", None, |node, r| lasting(node, r).map(Some));
    let sweeps = sweeps.filter(|_| !sweeps_in_vain(&map, orders_in, r));
    let stock_out = map.or("stock out", Rhythm::Webhook, |node, r| rhythm(node, "every", r));
    let pushes_all = map.or("pushes everything", None, |node, r| every(node, r).map(Some));
    let batch = map.or("batch", 1, some_up_to(10_000));
    let coalesce = map.or("coalesce", false, yes_no);
    let updates = map.or("updates", UpdateStyle::Absolute, choice(UPDATES));
    let retry = map.or("retry", NO_RETRY, retry);
    let reserve = map.or("reserve", Reserve::OnHandoff, choice(RESERVES));
    let shares_record_ids = map.or("record ids", true, choice(RECORD_IDS));
    let queue_max = map.or("queue at most", 1_000_000, some_up_to(1_000_000_000));
    let (workers, partitions, sweeps) = (workers?, partitions?, sweeps?);
    if workers % partitions != 0 {
        let at = map.key_at("partitions").unwrap_or_default();
        let s = if workers == 1 { "" } else { "s" };
        let found = format!("{workers} worker{s} cannot share {partitions} partitions evenly");
        let wrong = Wrong::new(found).expected(format!(
            "the same number of workers for each partition: `workers: {}` or another multiple of \
             {partitions}, or `partitions: 1`",
            partitions * 2
        ));
        let field = path::of(["connectors", name, "workers"]);
        let hint =
            format!("for several of them: `--vary {field}={partitions}..{}`", partitions * 8);
        r.wrong(&at, wrong.hint(hint));
        return None;
    }
    Some(ConnectorPlay {
        name: name.to_owned(),
        channels: served?,
        workers: workers as u16,
        partitions: partitions as u16,
        priority: priority?,
        service: service?,
        described: None,
        orders_in: orders_in?,
        sweeps,
        pushes_all: pushes_all?,
        stock_out: stock_out?,
        batch: batch? as u32,
        coalesce: coalesce?,
        updates: updates?,
        retry: retry?,
        reserve: reserve?,
        shares_record_ids: shares_record_ids?,
        queue_max: queue_max? as u32,
        exchange_allowance: Span::ZERO,
        keeps: KeptForOperator::Nothing,
    })
}

/// `every 30m`.
fn every(node: &Node, r: &Reading) -> Option<Span> {
    let map = Map::open(node, "pushes everything", r)?;
    map.required("every", lasting)
}

/// A sweep is for orders that no webhook told of: whoever looks for all of them needs none.
fn sweeps_in_vain(map: &Map<'_>, orders_in: Option<Rhythm>, r: &Reading) -> bool {
    let (true, Some(Rhythm::Poll(every))) = (map.has("sweeps"), orders_in) else { return false };
    let at = map.key_at("sweeps").unwrap_or_default();
    let wrong = Wrong::new(format!("it looks for all orders every {every} anyway"));
    r.wrong(&at, wrong.expected("`sweeps` beside `orders in: webhook`, or no `sweeps`"));
    true
}

fn served(node: &Node, channels: &Channels, r: &Reading) -> Option<Vec<ChannelId>> {
    let listed = items(node, "channels", r)?;
    let mut served =
        each(listed, |item| scalar(item, r, |text| channels.find(text)).map(|id| (id, item)))?;
    served.sort_by_key(|(id, _)| *id);
    for pair in served.windows(2) {
        if pair[0].0 == pair[1].0 {
            r.wrong(&pair[1].1.at, Wrong::new("the same channel twice"));
            return None;
        }
    }
    if served.is_empty() {
        r.wrong(
            &node.at,
            Wrong::new("no channel").expected("at least one: channels: [storefront]"),
        );
        return None;
    }
    Some(served.into_iter().map(|(id, _)| id).collect())
}

/// `webhook`, or `{ poll: 30s }`.
fn rhythm(node: &Node, key: &'static str, r: &Reading) -> Option<Rhythm> {
    if let Value::Scalar(text) = &node.value {
        if text != "webhook" {
            let wrong = Wrong::new(format!("`{text}` is not a word that can stand here"));
            r.wrong(&node.at, wrong.expected(format!("`webhook`, or {{ {key}: 30s }}")));
            return None;
        }
        return Some(Rhythm::Webhook);
    }
    let section = if key == "poll" { "orders in" } else { "stock out" };
    let map = Map::open(node, section, r)?;
    map.required(key, lasting).map(Rhythm::Poll)
}

/// Every channel has exactly one connector, and those told by webhook have channels that tell.
fn serve_each_once(
    connectors: &[ConnectorPlay],
    written: &[Entry],
    (channels, told): (&Channels, Told),
    at: &Range<usize>,
    r: &Reading,
) -> Option<()> {
    let mut sound = Some(());
    for (index, channel) in channels.names.iter().enumerate() {
        let id = ChannelId(index as u16);
        let serving: Vec<usize> =
            (0..connectors.len()).filter(|c| connectors[*c].channels.contains(&id)).collect();
        if serving.is_empty() {
            let wrong = Wrong::new(format!("no connector serves the channel `{channel}`"));
            let wrong = wrong.expected("every channel among the `channels:` of one connector");
            let hint =
                format!("add `{channel}` to a list, or remove `channels:` to serve them all");
            r.wrong(at, wrong.hint(hint));
            sound = None;
        }
        if let [first, second, ..] = serving[..] {
            let (first, second) = (&written[first], &written[second]);
            let both = format!("`{}` and `{}` both serve `{channel}`", first.key, second.key);
            let wrong = Wrong::new(both).expected("exactly one connector for each channel");
            let hint = format!("list what each serves, such as channels: [{channel}]");
            r.wrong(&second.key_at, wrong.hint(hint));
            sound = None;
        }
        let silent = channels.specs.as_ref().is_some_and(|specs| !specs[index].webhooks);
        for connector in serving {
            let waits = connectors[connector].orders_in == Rhythm::Webhook;
            if silent && waits && told == Told::AsItSays {
                let wrong = Wrong::new(format!(
                    "`{}` waits for webhooks of orders, and `{channel}` sends none",
                    written[connector].key
                ));
                let looks = match connectors[connector].described {
                    Some(_) => "every 15m",
                    None => "{ poll: 30s }",
                };
                let expected = format!("`orders in: {looks}`, or `webhooks: yes` at the channel");
                r.wrong(&written[connector].key_at, wrong.expected(expected));
                sound = None;
            }
        }
    }
    sound
}
