//! Owns which effects fit which systems, kinds of call and keys. Must not know how an effect works.

use super::target::{self, Targets};
use super::{Cast, effect};
use crate::commerce::fault::{FaultEffect, MessageKind};
use crate::commerce::protocol::Role;
use crate::language::map::Map;
use crate::language::problem::{Reading, Wrong};

/// Refuses what could never meet anything.
pub(super) fn fits(
    map: &Map<'_>,
    (does, words): &(FaultEffect, String),
    (targets, on, about_skus): (&Targets, &[MessageKind], bool),
    r: &Reading,
) -> Option<()> {
    let befalls = does.command(true).is_some();
    let whole = does.befalls_whole();
    let mut sound = Some(());
    let mut refuse = |key: &str, found: String, expected: &str| {
        let at = map.key_at(key).unwrap_or_else(|| map.at.clone());
        r.wrong(&at, Wrong::new(found).expected(expected));
        sound = None;
    };
    for (role, name) in targets.roles.iter().zip(&targets.names) {
        match (role, befalls) {
            (Role::Connector(_), false) => {
                let found =
                    format!("`{words}` says what becomes of messages; {name} is called by nobody");
                refuse("at", found, "a channel or the oms; a connector pauses or crashes");
            }
            (Role::Channel(_) | Role::Oms, true) => {
                let found = format!("`{words}` befalls a connector, and {name} is none");
                refuse("at", found, "a connector, by its name");
            }
            _ => {}
        }
        if let Some(odd) = on.iter().find(|kind| !target::is_made(**kind, *role)) {
            let found = format!("{name} never gets {}", target::word(*odd));
            refuse("on", found, &format!("some of {}", target::made(*role)));
        }
    }
    let about_whole = whole || does.is_about_webhooks() || does.is_about_reads();
    if about_whole && !on.is_empty() {
        refuse("on", format!("`on` beside `{words}`"), "no `on`: it is about these messages alone");
    }
    about_parts((does, words.as_str()), (targets, on, about_skus && !whole), &mut refuse);
    if whole {
        for key in ["share", "skus", "at most"].into_iter().filter(|key| map.has(key)) {
            refuse(key, format!("`{key}` beside `{words}`"), "none: it befalls the whole of it");
        }
    }
    sound
}

/// Refuses to befall somebody else's program, which cannot be made to pause or crash.
pub(super) fn can_befall(
    map: &Map<'_>,
    targets: &Targets,
    cast: &Cast<'_>,
    r: &Reading,
) -> Option<()> {
    let mut named = targets.roles.iter().zip(&targets.names);
    let connector = named.find(|(role, _)| matches!(role, Role::Connector(_)));
    let Some((_, name)) = connector.filter(|_| cast.is_outside) else { return Some(()) };
    let at = map.key_at("at").unwrap_or_else(|| map.at.clone());
    let wrong = Wrong::new(format!("`{name}` is somebody else's program, and obeys nobody here"));
    let wrong = wrong.expected("a channel or the oms, such as { does: refuses connections }");
    r.wrong(&at, wrong.hint("to see it stopped, stop it yourself while the run goes on"));
    None
}

/// Refuses what is about items, entries or SKUs where there are none.
fn about_parts(
    (does, words): (&FaultEffect, &str),
    (targets, on, about_skus): (&Targets, &[MessageKind], bool),
    refuse: &mut impl FnMut(&str, String, &str),
) {
    let only_items = does.is_about_items();
    if only_items && on.iter().any(|kind| !target::is_update(*kind)) {
        refuse("on", format!("`{words}` is about items of updates"), "stock, prices or listings");
    }
    if only_items && targets.roles.contains(&Role::Oms) {
        refuse("at", format!("`{words}` is about updates of a channel"), "a channel");
    }
    let is_oms = |role: &Role| *role == Role::Oms;
    if words == effect::SKIPS_ORDERS && targets.roles.iter().any(is_oms) {
        refuse("at", format!("`{words}` at the oms, which lists changes"), "skips changes");
    }
    if words == effect::SKIPS_CHANGES && !targets.roles.iter().all(is_oms) {
        refuse("at", format!("`{words}` at a channel, which lists orders"), "skips orders");
    }
    if about_skus && *does != FaultEffect::SkipsEntries {
        let names_none = |kind: &&MessageKind| !target::names_skus(**kind);
        if does.is_about_reads() {
            let found = format!("`skus` beside `{words}`, which is about whole pages");
            refuse("skus", found, "none");
        } else if let Some(odd) = on.iter().find(names_none) {
            let found = format!("{} do not say which SKUs they are about", target::word(*odd));
            refuse(
                "skus",
                found,
                "none, or an `on` of orders, stock, prices, listings, handoffs or reservations",
            );
        }
    }
}
