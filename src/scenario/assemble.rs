//! Owns putting a plan together: the groups in the order in which they refer to each other.
//! Must not know the grammar of any value.

use std::collections::BTreeMap;

use super::Overrides;
use super::alerts;
use super::bundles::{self, BundleSpec, Sellers};
use super::catalog;
use super::channel::{self, Channels, Shares};
use super::connector::{self, Connectors, external};
use super::demand;
use super::faults::{self, Cast};
use super::flow;
use super::head::{self, Head};
use super::interventions::{self, Stage, Steps};
use super::judged;
use super::levers::{self, Levers};
use super::locations::{self, Beside};
use super::merchant::{self, MerchantSpec};
use super::names::{HEALTH_PAGE, Names};
use super::parts::{Parts, TrafficKind, TrafficParts};
use super::plan::Plan;
use super::promotions::Sold;
use super::replay::opened::{self, Opened};
use super::replay::{self, Replayed};
use super::tariff;
use super::timeline::{Timeline, phases};
use crate::commerce::terms::{ConnectorPlay, Dialect, OmsPlay, Payment};
use crate::ids::SkuId;
use crate::language::map::{Map, entries, not_yet};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::some_up_to;
use crate::language::tree::{Node, Value};
use crate::units::At;

/// The plan that a tree stands for. None when anything is wrong; the reading then says what.
pub(super) fn plan(root: &Node, text: &str, overrides: &Overrides, r: &Reading) -> Option<Plan> {
    let top = Map::open(root, "scenario", r)?;
    refuse_at_once(&top, r);
    let head = head::read(&top, overrides, r);
    let replay = top.peek(&["traffic", "replay"]).is_some();
    // Before the channels: whether they must say their shares is for the log to tell.
    let opened = opened::open(&top, head.as_ref(), r);
    let channels = top.required("channels", |node, r| {
        channel::read(node, head.as_ref(), shares(replay, opened.as_ref()), r)
    });
    let goods = catalog_node(&top, replay);
    let traffic = traffic(&top, (goods, opened.as_ref()), head.as_ref(), channels.as_ref());
    let timeline = traffic.as_ref().map(|traffic| &traffic.timeline);
    let sold = (channels.as_ref(), traffic.as_ref());
    let merchant = merchant(&top, head.as_ref(), sold);
    let oms = oms(&top, head.as_ref(), channels.as_ref(), r);
    let connectors = connectors(&top, head.as_ref(), channels.as_ref(), overrides);
    let is_outside = connectors.as_ref().is_some_and(|all| all.external.is_some());
    let bundles = bundles(&top, head.as_ref(), sold, (oms.as_ref(), is_outside));
    let beside = Beside { channels: channels.as_ref(), oms: oms.as_ref(), replay, is_outside };
    refuse_unfit(&top, (&beside, merchant.as_ref()), r);
    let locations = locations::read(&top, &beside, r);
    let stands = (channels.as_ref(), is_outside);
    let judged = judged::read(&top, head.as_ref(), stands);
    let plays = connectors.as_ref().map(|all| all.plays.as_slice());
    let (ports, levers) = of_roles(&top, &roles(channels.as_ref(), plays));
    let cast = || cast(channels.as_ref(), (plays, is_outside), traffic.as_ref());
    let faults = top.or("faults", vec![], |node, r| faults::read(node, &cast(), timeline, r));
    let ends = timeline.and_then(Timeline::end).zip(judged.as_ref().map(|judged| judged.drain));
    let alerts = top.or("alerts", vec![], |node, r| alerts::read(node, stands, ends, r));
    let actors = top.or("roles", vec![], interventions::roles);
    let named = Stage {
        cast: cast(),
        timeline,
        roles: actors.as_deref().unwrap_or_default(),
        promotions: merchant.as_ref().map(MerchantSpec::names).unwrap_or_default(),
        rules: channels.as_ref().map(Channels::rules).unwrap_or_default(),
        alerts: alerts.as_deref().unwrap_or_default(),
    };
    let steps =
        top.or("interventions", Steps::default(), |node, r| interventions::read(node, &named, r));
    let Connectors { plays: connectors, unknowns, external } = connectors?;
    Parts {
        head: head?,
        channels: channels?.specs?,
        traffic: traffic?,
        bundles: bundles?,
        locations: locations?,
        merchant: merchant?,
        oms: oms?,
        connectors,
        unknowns,
        external,
        judged: judged?,
        ports: ports?,
        levers: levers?,
        faults: faults?,
        actors: actors?,
        steps: steps?,
        alerts: alerts?,
    }
    .plan(root, text, r)
}

/// Ways of orders and of prices that cannot be beside what else there is.
fn refuse_unfit(
    top: &Map<'_>,
    (beside, merchant): (&Beside<'_>, Option<&MerchantSpec>),
    r: &Reading,
) {
    has_one_price(top, (beside.oms, merchant), r);
    if let (Some(channels), Some(oms)) = (beside.channels, beside.oms) {
        flow::refuse_unfit(top, channels.flows(), (oms, beside.is_outside), r);
    }
    if beside.channels.is_some_and(Channels::has_edits) {
        edits_stand_alone(top, beside.oms, r);
    }
}

/// What is said of roles by their names: ports, and what `advise` may propose.
fn of_roles(top: &Map<'_>, roles: &[String]) -> (Option<BTreeMap<String, u16>>, Option<Levers>) {
    let ports = top.or("mocks", BTreeMap::new(), |node, r| ports(node, roles, r));
    let levers = top.or("levers", Levers::default(), |node, r| levers::read(node, &roles[1..], r));
    (ports, levers)
}

/// A log brings what it sold.
fn catalog_node<'n>(top: &Map<'n>, replay: bool) -> Option<&'n Node> {
    if replay { top.get("catalog") } else { top.required("catalog", |node, _| Some(node)) }
}

fn bundles(
    top: &Map<'_>,
    head: Option<&Head>,
    (channels, traffic): (Option<&Channels>, Option<&TrafficParts>),
    (oms, is_outside): (Option<&OmsPlay>, bool),
) -> Option<Vec<BundleSpec>> {
    let kind = traffic.map(|traffic| &traffic.kind);
    let catalog = kind.and_then(TrafficKind::for_sale);
    let names = catalog.map_or(&[][..], |catalog| &catalog.names);
    let sellers = Sellers {
        catalog,
        names: names.iter().map(String::as_str).zip((0..).map(SkuId)).collect(),
        channels,
        currency: head.map(|head| head.currency),
        is_replay: matches!(kind, Some(TrafficKind::Replayed(_))),
        is_outside,
        is_hub: oms.is_some_and(|oms| oms.dialect != Dialect::Neutral),
    };
    top.or("bundles", vec![], |node, r| bundles::read(node, &sellers, r))
}

fn merchant(
    top: &Map<'_>,
    head: Option<&Head>,
    (channels, traffic): (Option<&Channels>, Option<&TrafficParts>),
) -> Option<MerchantSpec> {
    let cast = cast(channels, (None, false), traffic);
    let sold = Sold { cast, head, channels };
    let timeline = traffic.map(|traffic| &traffic.timeline);
    top.or("merchant", MerchantSpec::default(), |node, r| merchant::read(node, timeline, &sold, r))
}

fn connectors(
    top: &Map<'_>,
    head: Option<&Head>,
    channels: Option<&Channels>,
    overrides: &Overrides,
) -> Option<Connectors> {
    top.required("connectors", |node, r| {
        let read = connector::read(node, channels, overrides.external, r)?;
        if let (Some(_), Some(head)) = (&read.external, head) {
            let speed = overrides.speed_milli.is_none().then(|| top.peek(&["speed"])).flatten();
            external::in_wall_time(head.speed_milli, speed.map(|node| &node.at), &node.at, r);
        }
        Some(read)
    })
}

fn oms(
    top: &Map<'_>,
    head: Option<&Head>,
    channels: Option<&Channels>,
    r: &Reading,
) -> Option<OmsPlay> {
    let oms = top.or("oms", connector::oms_default(), |node, r| connector::oms(node, head, r));
    tariff::refuse_unfit(top, (head, oms.as_ref()), channels.and_then(Channels::tariffs), r);
    oms
}

/// A shop that is the source has one price of a thing: no channel has one of its own.
fn has_one_price(
    top: &Map<'_>,
    (oms, merchant): (Option<&OmsPlay>, Option<&MerchantSpec>),
    r: &Reading,
) {
    let (Some(oms), Some(merchant)) = (oms, merchant) else { return };
    let own = merchant.promotions.iter().find(|promotion| !promotion.on.is_empty());
    let node = top.peek(&["oms", "dialect"]).filter(|_| oms.dialect != Dialect::Neutral);
    if let (Some(own), Some(node)) = (own, node) {
        let found =
            format!("`{}` has prices of some channels' own, or at their own times", own.name);
        let expected = "a promotion on every channel at one moment, or an OMS without `dialect`";
        r.wrong(&node.at, Wrong::new(found).expected(expected));
    }
}

/// What an edit makes of an order of parts, or of one in a shop that is the OMS, nobody tells yet.
fn edits_stand_alone(top: &Map<'_>, oms: Option<&OmsPlay>, r: &Reading) {
    let hub = oms.is_some_and(|oms| oms.dialect != Dialect::Neutral);
    for (keys, is_there) in [(&["bundles"][..], true), (&["oms", "dialect"][..], hub)] {
        if let Some(node) = top.peek(keys).filter(|_| is_there) {
            let what = "`order edits` of a channel beside this";
            r.wrong(&node.at, not_yet(what));
        }
    }
}

/// Who says the channels' shares.
fn shares(replay: bool, opened: Option<&Opened>) -> Shares {
    let counted = opened.map_or(replay, Opened::counts_shares);
    if counted { Shares::Counted } else { Shares::Written }
}

/// Names of channels and connectors are told apart wherever they stand.
fn told_apart(top: &Map<'_>, r: &Reading) {
    let mut names = Names::default();
    for (group, what) in [("channels", "channel"), ("connectors", "connector")] {
        if let Some(Value::Map(written)) = top.peek(&[group]).map(|node| &node.value) {
            names.take(written, what, r);
        }
    }
}

/// Who is there, for faults and steps.
fn cast<'a>(
    channels: Option<&'a Channels>,
    (plays, is_outside): (Option<&'a [ConnectorPlay]>, bool),
    traffic: Option<&'a TrafficParts>,
) -> Cast<'a> {
    Cast {
        channels: channels.map_or(&[], |channels| &channels.names),
        connectors: plays.unwrap_or_default().iter().map(|play| play.name.as_str()).collect(),
        is_outside,
        skus: traffic.and_then(|traffic| traffic.kind.catalog()),
    }
}

/// What is wrong whatever else is said.
fn refuse_at_once(top: &Map<'_>, r: &Reading) {
    told_apart(top, r);
    top.not_yet(&[
        ("staging", "real endpoints in the place of mocks"),
        ("drill", "drills with faults and recovery"),
    ]);
}

/// Reads `traffic:` together with the catalogue that its shoppers buy from.
fn traffic(
    top: &Map<'_>,
    (catalog_node, opened): (Option<&Node>, Option<&Opened>),
    head: Option<&Head>,
    channels: Option<&Channels>,
) -> Option<TrafficParts> {
    top.required("traffic", |node, r| {
        traffic_parts(node, (catalog_node, opened), head, channels, r)
    })
}

fn traffic_parts(
    node: &Node,
    (catalog_node, opened): (Option<&Node>, Option<&Opened>),
    head: Option<&Head>,
    channels: Option<&Channels>,
    r: &Reading,
) -> Option<TrafficParts> {
    let map = Map::open(node, "traffic", r)?;
    map.elsewhere("faults", faults::FAULTS);
    let payment = map.or("payment", Payment::Immediate, demand::payment);
    let shorten = head.map_or(1_000, |head| head.shorten_milli);
    if map.get("replay").is_some() {
        let stock_list = catalog_node.and_then(|node| {
            refuse_modelled_catalog(node, r)?;
            catalog::read(node, head, None, r)
        });
        let replayed = opened.and_then(|log| replay::read(log, head, channels, stock_list, r));
        if shorten != 1_000 {
            let at = map.key_at("replay").unwrap_or_default();
            let wrong = not_yet("a shortened replay");
            r.wrong(&at, wrong.hint("play a part of the log with `from` and `until`"));
        }
        let timeline = replay_timeline(&map, replayed.as_ref(), r);
        let kind = TrafficKind::Replayed(Box::new(replayed?));
        return Some(TrafficParts { timeline: timeline?, payment: payment?, kind });
    }
    let phases = map.required("phases", |node, r| phases(node, "phase", r, demand::phase_rate));
    let timeline = phases.as_deref().map(|phases| Timeline::lay(phases, shorten, r));
    let demand = demand::read(&map, phases.as_deref(), timeline.as_ref(), r);
    let catalog = catalog_node.and_then(|node| catalog::read(node, head, timeline.as_ref(), r));
    Some(TrafficParts {
        timeline: timeline?,
        payment: payment?,
        kind: TrafficKind::Modelled(Box::new((demand, catalog))),
    })
}

/// A log brings its own demand: only a stock list can stand beside it.
fn refuse_modelled_catalog(node: &Node, r: &Reading) -> Option<()> {
    let entries = entries(node, "catalog", r)?;
    let fits = |key: &str| matches!(key, "file" | "delimiter" | "encoding" | "sheet" | "decimal");
    let Some(odd) = entries.iter().find(|entry| !fits(&entry.key)) else { return Some(()) };
    let wrong = Wrong::new(format!("a replay's catalogue cannot have `{}`", odd.key));
    let expected = "`catalog: { file: stock.csv }`, or no catalogue and `stock: { cover: 90% }`";
    r.wrong(&odd.key_at, wrong.expected(expected));
    None
}

/// Named phases over a replay, or one for all of it.
fn replay_timeline(map: &Map<'_>, replayed: Option<&Replayed>, r: &Reading) -> Option<Timeline> {
    let Some(node) = map.get("phases") else {
        return Some(Timeline::single("replay", replayed?.ends));
    };
    let phases = phases(node, "replay phase", r, |_, _| Some(()))?;
    let timeline = Timeline::lay(&phases, 1_000, r);
    let (end, ends) = (timeline.end()?, replayed?.ends);
    if end < ends {
        let (covered, length) = (end.since(At::START), ends.since(At::START));
        let wrong = Wrong::new(format!("the phases last {covered}, the log {length}"));
        r.wrong(&node.at, wrong.expected(format!("phases that last {length} or longer together")));
        return None;
    }
    Some(timeline)
}

/// The roles that can be given a port.
fn roles(channels: Option<&Channels>, connectors: Option<&[ConnectorPlay]>) -> Vec<String> {
    let mut roles = vec!["oms".to_owned()];
    roles.extend(channels.iter().flat_map(|channels| channels.names.clone()));
    roles.extend(connectors.iter().flat_map(|all| all.iter().map(|c| c.name.clone())));
    roles
}

/// `mocks: { ports: { oms: 8090, storefront: 8080 } }`.
fn ports(node: &Node, roles: &[String], r: &Reading) -> Option<BTreeMap<String, u16>> {
    let map = Map::open(node, "mocks", r)?;
    map.required("ports", |node, r| {
        let mut ports: BTreeMap<String, u16> = BTreeMap::new();
        for entry in entries(node, "ports", r)? {
            if !roles.contains(&entry.key) && entry.key != HEALTH_PAGE {
                let mut known: Vec<&str> = roles.iter().map(String::as_str).collect();
                known.push(HEALTH_PAGE);
                let wrong = Wrong::new(format!("no role is named `{}`", entry.key))
                    .expected(format!("one of {}", crate::language::map::list_of(&known)));
                r.wrong(&entry.key_at, wrong.nearest(&entry.key, known.iter().copied()));
            }
            let port = some_up_to(65_535)(&entry.node, r)? as u16;
            if let Some((other, _)) = ports.iter().find(|(_, taken)| **taken == port) {
                let wrong = Wrong::new(format!("`{other}` has port {port} already"));
                r.wrong(&entry.node.at, wrong.expected("a port of its own for each role"));
            }
            ports.insert(entry.key.clone(), port);
        }
        Some(ports)
    })
}
