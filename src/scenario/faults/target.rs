//! Owns reading whose messages a fault meets, of which kinds, about which SKUs.
//! Must not know what becomes of them.

use super::Cast;
use crate::commerce::fault::MessageKind;
use crate::commerce::protocol::Role;
use crate::ids::{ChannelId, ConnectorId, SkuId};
use crate::language::map::{each, list_of};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, scalar, some_up_to};
use crate::language::tree::{Node, Value};

/// Every channel, in a word.
const ALL: &str = "every channel";

const KINDS: &[(&str, MessageKind)] = &[
    ("orders", MessageKind::Order),
    ("cancellations", MessageKind::Cancellation),
    ("confirmations", MessageKind::Confirmation),
    ("stock", MessageKind::Stock),
    ("prices", MessageKind::Price),
    ("listings", MessageKind::Listing),
    ("reads", MessageKind::Read),
    ("handoffs", MessageKind::Handoff),
    ("reservations", MessageKind::Reservation),
    ("releases", MessageKind::Release),
];

/// Systems, each with its name.
pub(in crate::scenario) struct Targets {
    pub(in crate::scenario) roles: Vec<Role>,
    pub(in crate::scenario) names: Vec<String>,
}

/// A name, or a list of them.
pub(in crate::scenario) fn targets(node: &Node, cast: &Cast<'_>, r: &Reading) -> Option<Targets> {
    let named = |node: &Node| scalar(node, r, |text| named(text, cast));
    let found: Vec<(Role, String)> = match &node.value {
        Value::List(items) => each(items, named)?.into_iter().flatten().collect(),
        _ => named(node)?,
    };
    let mut targets = Targets { roles: vec![], names: vec![] };
    for (role, name) in found {
        if !targets.roles.contains(&role) {
            targets.roles.push(role);
            targets.names.push(name);
        }
    }
    if targets.roles.is_empty() {
        r.wrong(&node.at, Wrong::new("nobody is named").expected("a channel, such as amazon"));
        return None;
    }
    Some(targets)
}

fn named(text: &str, cast: &Cast<'_>) -> Result<Vec<(Role, String)>, Wrong> {
    let channels = cast.channels.iter().enumerate();
    let mut all = channels.map(|(i, name)| (Role::Channel(ChannelId(i as u16)), name.clone()));
    if text == ALL {
        return Ok(all.collect());
    }
    if let Some(channel) = all.find(|(_, name)| name == text) {
        return Ok(vec![channel]);
    }
    if text == "oms" {
        return Ok(vec![(Role::Oms, text.to_owned())]);
    }
    if let Some(place) = cast.connectors.iter().position(|name| *name == text) {
        return Ok(vec![(Role::Connector(ConnectorId(place as u16)), text.to_owned())]);
    }
    let mut known: Vec<&str> = cast.channels.iter().map(String::as_str).collect();
    known.extend(["oms", ALL]);
    known.extend(&cast.connectors);
    Err(Wrong::new(format!("nobody is named `{text}`"))
        .expected(format!("one of {}", list_of(&known)))
        .nearest(text, known.iter().copied()))
}

/// A kind of message, or a list of them.
pub(super) fn kinds(node: &Node, r: &Reading) -> Option<Vec<MessageKind>> {
    match &node.value {
        Value::List(items) if items.is_empty() => {
            let wrong = Wrong::new("no call is named");
            r.wrong(&node.at, wrong.expected("a kind of call, such as stock, or no `on`"));
            None
        }
        Value::List(items) => each(items, |item| choice(KINDS)(item, r)),
        _ => choice(KINDS)(node, r).map(|kind| vec![kind]),
    }
}

/// How a kind is called.
pub(super) fn word(kind: MessageKind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("webhooks", |(word, _)| word)
}

/// What is asked of it, in words.
pub(super) fn made(role: Role) -> String {
    let made = KINDS.iter().filter(|(_, kind)| is_made(*kind, role));
    let made: Vec<&str> = made.map(|(word, _)| *word).collect();
    list_of(&made)
}

/// Whether anybody makes such a call to it.
pub(super) fn is_made(kind: MessageKind, role: Role) -> bool {
    use MessageKind::{
        Cancellation, Confirmation, Handoff, Order, Read, Release, Reservation, Webhook,
    };
    match role {
        Role::Channel(_) => {
            is_update(kind) || matches!(kind, Order | Cancellation | Confirmation | Read)
        }
        Role::Oms => matches!(kind, Read | Handoff | Reservation | Release),
        Role::Connector(_) => kind == Webhook,
    }
}

/// Every kind of call.
pub(super) fn every_kind() -> impl Iterator<Item = MessageKind> {
    KINDS.iter().map(|(_, kind)| *kind)
}

/// Whether such a message says which SKUs it is about.
pub(super) fn names_skus(kind: MessageKind) -> bool {
    use MessageKind::{Cancellation, Confirmation, Read, Release};
    !matches!(kind, Cancellation | Confirmation | Read | Release)
}

/// Whether it updates a channel.
pub(super) fn is_update(kind: MessageKind) -> bool {
    matches!(kind, MessageKind::Stock | MessageKind::Price | MessageKind::Listing)
}

/// So many of the catalogue, from its first on, or a list of names.
pub(in crate::scenario) fn skus(node: &Node, cast: &Cast<'_>, r: &Reading) -> Option<Vec<SkuId>> {
    let (many, names) = cast.skus?;
    let Value::List(items) = &node.value else {
        let first = some_up_to(many as u64)(node, r)? as u32;
        return Some((0..first).map(SkuId).collect());
    };
    let mut found = each(items, |item| {
        scalar(item, r, |text| {
            let place = names.iter().position(|name| name == text);
            place.map(|place| SkuId(place as u32)).ok_or_else(|| {
                let wrong = Wrong::new(format!("no SKU is named `{text}`"));
                match names {
                    [] => wrong.expected("a number, such as 20: the catalogue is modelled"),
                    names => wrong
                        .expected("a SKU of the catalogue")
                        .nearest(text, names.iter().map(String::as_str)),
                }
            })
        })
    })?;
    found.sort_unstable();
    found.dedup();
    Some(found)
}
