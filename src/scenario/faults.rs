//! Owns reading the faults that are injected on purpose: whose messages each meets, when, how.
//! Must not know how a fault works (`commerce::fault`).

mod among;
mod effect;
mod fits;
pub(super) mod target;
pub(super) mod unmet;
mod when;

use std::ops::Range;

use self::effect::effect;
use self::target::kinds;
use super::timeline::Timeline;
use crate::commerce::fault::FaultTerms;
use crate::commerce::protocol::Role;
use crate::history::charter::FaultPlanned;
use crate::ids::{ChannelId, NAME_CHARS_MAX};
use crate::language::map::{Map, each, items};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{grouped, name_up_to, parse_share, scalar, some_share, some_up_to};
use crate::language::tree::{Node, Value};
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
    /// The connector is somebody else's program: nothing can be made to befall it.
    pub(super) is_outside: bool,
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
    among::each_other(&faults, r).map(|()| faults)
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
    let share = map.or("share", (Ppm::ONE, None), share);
    let at_most = map.or("at most", None, |node, r| some_up_to(u64::MAX)(node, r).map(Some));
    let spells = when::spells(&map, timeline, r);
    if let (Some(does), Some(targets), Some(on)) = (&does, &targets, &on) {
        let about_skus = map.has("skus");
        fits::fits(&map, does, (targets, on, about_skus), r)?;
        fits::can_befall(&map, targets, cast, r)?;
    }
    let (does, targets) = (does?, targets?);
    let terms = FaultTerms {
        name: name?,
        at: targets.roles,
        on: on?,
        skus: skus?,
        share: share?.0,
        rises_to: share?.1,
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

/// `50%`, or `0% to 50%`: from the first to the last, evenly, within each spell.
fn share(node: &Node, r: &Reading) -> Option<(Ppm, Option<Ppm>)> {
    let Value::Scalar(text) = &node.value else { return some_share(node, r).map(|s| (s, None)) };
    let Some((from, to)) = text.split_once(" to ") else {
        return some_share(node, r).map(|share| (share, None));
    };
    scalar(node, r, |_| {
        let (from, to) = (parse_share(from.trim())?, parse_share(to.trim())?);
        if from == to {
            let wrong = Wrong::new("it does not change");
            return Err(wrong.expected("two different shares, such as 0% to 50%, or one"));
        }
        Ok((from, Some(to)))
    })
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
    match terms.rises_to {
        Some(last) => {
            about.push(format!("{} % to {} % of", percent(terms.share), percent(last)));
        }
        None if terms.share < Ppm::ONE => about.push(format!("{} % of", percent(terms.share))),
        None => {}
    }
    if !terms.on.is_empty() {
        let kinds: Vec<&str> = terms.on.iter().map(|kind| target::word(*kind)).collect();
        about.push(kinds.join(", "));
    } else if terms.share < Ppm::ONE || terms.rises_to.is_some() {
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
