//! Owns reading the faults that are injected on purpose: whose messages each meets, when, how.
//! Must not know how a fault works (`commerce::fault`).

mod effect;
pub(super) mod target;
mod when;

use std::ops::Range;

use self::effect::effect;
use self::target::{Targets, kinds};
use super::timeline::Timeline;
use crate::commerce::fault::{FaultEffect, FaultTerms, MessageKind};
use crate::commerce::protocol::Role;
use crate::history::charter::FaultPlanned;
use crate::ids::{ChannelId, NAME_CHARS_MAX};
use crate::language::map::{Map, each, items};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{grouped, name_up_to, some_share, some_up_to};
use crate::language::tree::Node;
use crate::units::Ppm;

/// Where faults are said.
pub(super) const FAULTS: &str =
    "the top of the file: `faults: [{ name: outage, at: amazon, does: hangs, during: peak }]`";

/// The most faults.
const FAULTS_MAX: usize = 100;

/// A fault, and how it is called in the charter.
pub(super) struct FaultSpec {
    pub(super) terms: FaultTerms,
    pub(super) planned: FaultPlanned,
    at: Range<usize>,
}

/// Who is there to be met.
pub(super) struct Cast<'a> {
    pub(super) channels: &'a [String],
    pub(super) connectors: Vec<&'a str>,
    /// How many SKUs there are, and their names where they have any; none where that is not known.
    pub(super) skus: Option<(usize, &'a [String])>,
}

/// Reads `faults:`, in the order in which they are asked.
pub(super) fn read(
    node: &Node,
    cast: &Cast<'_>,
    timeline: Option<&Timeline>,
    r: &Reading,
) -> Option<Vec<FaultSpec>> {
    let items = items(node, "faults", r)?;
    if items.len() > FAULTS_MAX {
        r.wrong(&node.at, Wrong::new(format!("more than {FAULTS_MAX} faults")));
        return None;
    }
    let faults = each(items, |item| fault(item, cast, timeline, r))?;
    let mut sound = Some(());
    for (place, fault) in faults.iter().enumerate() {
        let before = &faults[..place];
        let name = &fault.terms.name;
        if before.iter().any(|other| other.terms.name == *name) {
            let wrong = Wrong::new(format!("two faults are named `{name}`"));
            r.wrong(&fault.at, wrong.expected("a name of its own for each"));
            sound = None;
        }
        if let Some(other) = before.iter().find(|other| both_befall(&other.terms, &fault.terms)) {
            let other = &other.terms.name;
            let wrong = Wrong::new(format!("`{name}` befalls a connector while `{other}` does"));
            r.wrong(&fault.at, wrong.expected("one at a time: the end of either would end both"));
            sound = None;
        }
    }
    sound.map(|()| faults)
}

/// Whether two faults befall one machine at one time.
fn both_befall(a: &FaultTerms, b: &FaultTerms) -> bool {
    let befalls = |terms: &FaultTerms| terms.does.command(true).is_some();
    let meet = |(from, until): &(_, _), (start, end): &(_, _)| from < end && start < until;
    befalls(a)
        && befalls(b)
        && a.at.iter().any(|role| b.at.contains(role))
        && a.spells.iter().any(|one| b.spells.iter().any(|other| meet(one, other)))
}

fn fault(
    node: &Node,
    cast: &Cast<'_>,
    timeline: Option<&Timeline>,
    r: &Reading,
) -> Option<FaultSpec> {
    let map = Map::open(node, "fault", r)?;
    let name = map.required("name", name_up_to(NAME_CHARS_MAX));
    let does = map.required("does", effect);
    let targets = map.required("at", |node, r| target::targets(node, cast, r));
    let on = map.or("on", vec![], kinds);
    let skus = map.or("skus", None, |node, r| target::skus(node, cast, r).map(Some));
    let share = map.or("share", Ppm::ONE, some_share);
    let at_most = map.or("at most", None, |node, r| some_up_to(u64::MAX)(node, r).map(Some));
    let spells = when::spells(&map, timeline, r);
    if let (Some(does), Some(targets), Some(on)) = (&does, &targets, &on) {
        fits(&map, does, targets, on, r)?;
    }
    let (does, targets) = (does?, targets?);
    let terms = FaultTerms {
        name: name?,
        at: targets.roles,
        on: on?,
        skus: skus?,
        share: share?,
        at_most: at_most?,
        spells: spells?,
        does: does.0,
    };
    let does = in_words(&terms, &does.1, &targets.names);
    let (name, spells) = (terms.name.clone(), terms.spells.clone());
    let planned = FaultPlanned { name, does, spells, at: aimed_at(&terms.at) };
    Some(FaultSpec { terms, planned, at: map.at.clone() })
}

/// The channels that it is aimed at; none where it is also aimed at what serves them all.
fn aimed_at(roles: &[Role]) -> Vec<ChannelId> {
    let channel = |role: &Role| match *role {
        Role::Channel(id) => Some(id),
        Role::Oms | Role::Connector(_) => None,
    };
    roles.iter().map(channel).collect::<Option<_>>().unwrap_or_default()
}

/// Refuses what could never meet anything.
fn fits(
    map: &Map<'_>,
    (does, words): &(FaultEffect, String),
    targets: &Targets,
    on: &[MessageKind],
    r: &Reading,
) -> Option<()> {
    let befalls = does.command(true).is_some();
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
    let only_items = does.is_about_items();
    let about_whole = befalls || does.is_about_webhooks() || *does == FaultEffect::SkipsEntries;
    if about_whole && !on.is_empty() {
        refuse("on", format!("`on` beside `{words}`"), "no `on`: it is about these messages alone");
    }
    if only_items && on.iter().any(|kind| !target::is_update(*kind)) {
        refuse("on", format!("`{words}` is about items of updates"), "stock, prices or listings");
    }
    if only_items && targets.roles.contains(&Role::Oms) {
        refuse("at", format!("`{words}` is about updates of a channel"), "a channel");
    }
    if befalls {
        for key in ["share", "skus", "at most"].into_iter().filter(|key| map.has(key)) {
            refuse(key, format!("`{key}` beside `{words}`"), "none: it befalls the whole of it");
        }
    }
    sound
}

/// A share in per cent, to the millionth that it is kept in: `0.0001`.
fn percent(share: Ppm) -> String {
    let text = format!("{:.4}", share.as_f64() * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `slows by 2s at storefront: 50 % of stock, prices, about 20 SKUs, 100 times at most`.
fn in_words(terms: &FaultTerms, does: &str, names: &[String]) -> String {
    let mut words = format!("{does} at {}", names.join(", "));
    let mut about = vec![];
    if terms.share < Ppm::ONE {
        about.push(format!("{} % of", percent(terms.share)));
    }
    if !terms.on.is_empty() {
        let kinds: Vec<&str> = terms.on.iter().map(|kind| target::word(*kind)).collect();
        about.push(kinds.join(", "));
    } else if terms.share < Ppm::ONE {
        about.push("all".to_owned());
    }
    if let Some(skus) = &terms.skus {
        let one = if skus.len() == 1 { "SKU" } else { "SKUs" };
        about.push(format!("about {} {one}", grouped(skus.len() as f64)));
    }
    if let Some(most) = terms.at_most {
        let times =
            if most == 1 { "once".to_owned() } else { format!("{} times", grouped(most as f64)) };
        about.push(format!("{times} at most"));
    }
    if !about.is_empty() {
        words.push_str(&format!(": {}", about.join(" ")));
    }
    words
}
