//! Owns reading where stock lies: at which locations, how much at each, and from which of them each
//! channel is served. Must not know what becomes of it.

use super::channel::{ChannelSpec, Channels};
use super::demand::whole;
use super::names::Names;
use crate::commerce::terms::{Dialect, OmsPlay, TakesFrom};
use crate::history::charter::{LOCATIONS_MAX, LocationTerms, SourceTells};
use crate::ids::LocationId;
use crate::language::map::{Map, each, entries, items, list_of, not_yet};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{scalar, some_share};
use crate::language::tree::{Entry, Node};
use crate::units::Ppm;

/// From which of a channel's locations the OMS takes what an order wants; the first unless said.
pub(super) const TAKES_FROM: [(&str, TakesFrom); 2] =
    [("first listed", TakesFrom::FirstListed), ("most stock", TakesFrom::MostStock)];

/// Where stock lies; all empty where it lies in one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Locations {
    pub(super) terms: Vec<LocationTerms>,
    /// The share of all stock at each.
    pub(super) shares: Vec<Ppm>,
    /// By channel: the locations that serve it.
    pub(super) from: Vec<Vec<LocationId>>,
}

/// What else a scenario has that several locations must go with.
pub(super) struct Beside<'a> {
    pub(super) channels: Option<&'a Channels>,
    pub(super) oms: Option<&'a OmsPlay>,
    /// The orders are a log's.
    pub(super) replay: bool,
    /// The connector is somebody else's program.
    pub(super) is_outside: bool,
}

/// Reads `locations:`, and `from` of each channel.
pub(super) fn read(top: &Map<'_>, beside: &Beside<'_>, r: &Reading) -> Option<Locations> {
    let Some(node) = top.get("locations") else {
        return lies_in_one_place(top, beside, r).then(Locations::default);
    };
    let written = entries(node, "locations", r)?;
    let unbuilt = refuse_unbuilt(top, node, beside, r);
    if written.is_empty() || written.len() > LOCATIONS_MAX {
        let wrong = Wrong::new(format!("the number of locations is {}", written.len()));
        let expected =
            format!("from 1 to {LOCATIONS_MAX}, such as warehouse: {{ of stock: 100% }}");
        let hint = "stores that serve the same channels are one location together";
        r.wrong(&node.at, wrong.expected(expected).hint(hint));
        return None;
    }
    Names::default().take(written, "location", r);
    let shares = each(written, |entry| {
        let map = Map::open(&entry.node, "location", r)?;
        map.required("of stock", some_share)
    });
    let shares = shares.and_then(|mut shares| {
        whole(&mut shares, "the locations' shares of stock", &node.at, r).map(|()| shares)
    });
    let channels = beside.channels.map_or(&[][..], |channels| &channels.names);
    let from = served(top, channels, written, r);
    let terms = written.iter().map(|entry| LocationTerms { name: entry.key.clone() });
    unbuilt?;
    r.note(
        "Locations: what is told before anything is played (updates, stock that runs out) takes \
         all stock to lie in one place.",
    );
    Some(Locations { terms: terms.collect(), shares: shares?, from: from? })
}

/// Nothing names a location where there is none.
fn lies_in_one_place(top: &Map<'_>, beside: &Beside<'_>, r: &Reading) -> bool {
    let channels = beside.channels.map_or(&[][..], |channels| &channels.names);
    let from = channels.iter().filter_map(|name| top.peek(&["channels", name.as_str(), "from"]));
    let mut sound = true;
    for node in from.chain(top.peek(&["oms", "takes from"])) {
        let wrong = Wrong::new("all stock lies in one place here");
        let expected = "`locations: { warehouse: { of stock: 100% } }` at the top of the file, or \
                        this key left out";
        r.wrong(&node.at, wrong.expected(expected));
        sound = false;
    }
    sound
}

/// Which locations serve each channel; each serves one at least.
fn served(
    top: &Map<'_>,
    channels: &[String],
    written: &[Entry],
    r: &Reading,
) -> Option<Vec<Vec<LocationId>>> {
    let names: Vec<&str> = written.iter().map(|entry| entry.key.as_str()).collect();
    let all = each(channels, |channel| {
        let Some(node) = top.peek(&["channels", channel.as_str(), "from"]) else {
            let wrong = Wrong::new(format!("`{channel}` is served from no location"));
            let expected = format!("`from: [{}]`, for example", names[0]);
            let at = top.peek(&["channels", channel.as_str()]).map(|node| node.at.clone());
            r.wrong(&at.unwrap_or_default(), wrong.expected(expected));
            return None;
        };
        from(node, &names, r)
    })?;
    let mut sound = true;
    for (place, entry) in written.iter().enumerate() {
        let at = LocationId(place as u8);
        if !all.iter().any(|from| from.contains(&at)) {
            let wrong = Wrong::new(format!("no channel is served from `{}`", entry.key));
            let expected = format!("`{}` among the `from` of a channel", entry.key);
            let hint = "what lies where nobody sells it is no stock of the campaign";
            r.wrong(&entry.key_at, wrong.expected(expected).hint(hint));
            sound = false;
        }
    }
    sound.then_some(all)
}

/// `[warehouse, london]`.
fn from(node: &Node, names: &[&str], r: &Reading) -> Option<Vec<LocationId>> {
    let listed = items(node, "from", r)?;
    let known = |text: &str| {
        let place = names.iter().position(|name| *name == text);
        place.map(|place| LocationId(place as u8)).ok_or_else(|| {
            Wrong::new(format!("no location is named `{text}`"))
                .expected(format!("one of {}", list_of(names)))
                .nearest(text, names.iter().copied())
        })
    };
    let all = each(listed, |item| scalar(item, r, known))?;
    if all.is_empty() {
        let wrong = Wrong::new("no location");
        r.wrong(&node.at, wrong.expected(format!("at least one: from: [{}]", names[0])));
        return None;
    }
    let again = (1..all.len()).find(|place| all[..*place].contains(&all[*place]));
    if let Some(place) = again {
        let wrong = Wrong::new("the same location twice");
        r.wrong(&listed[place].at, wrong.expected("each location once, in the order of its turn"));
        return None;
    }
    Some(all)
}

/// What cannot be played with several locations yet.
fn refuse_unbuilt(top: &Map<'_>, node: &Node, beside: &Beside<'_>, r: &Reading) -> Option<()> {
    let specs = beside.channels.and_then(|channels| channels.specs.as_ref());
    let has_face =
        |specs: &Vec<ChannelSpec>| specs.iter().any(|spec| spec.dialect != Dialect::Neutral);
    let has_edits =
        |specs: &Vec<ChannelSpec>| specs.iter().any(|spec: &ChannelSpec| spec.edits.is_some());
    let is_hub = beside.oms.is_some_and(|oms| oms.dialect != Dialect::Neutral);
    let on_hand = beside.oms.is_some_and(|oms| oms.tells == SourceTells::OnHand);
    let refused = [
        (top.has("bundles"), "several locations beside bundles"),
        (beside.replay, "several locations in a replay"),
        (specs.is_some_and(has_edits), "several locations beside order edits"),
        (beside.is_outside, "several locations with an external connector"),
        (is_hub, "several locations beside an OMS that speaks a platform's own API"),
        (on_hand, "several locations of a source that reports what is on hand"),
        (
            specs.is_some_and(has_face),
            "several locations beside a channel that speaks a platform's own API",
        ),
    ];
    let mut sound = Some(());
    for (_, what) in refused.iter().filter(|(is_so, _)| *is_so) {
        r.wrong(&node.at, not_yet(what));
        sound = None;
    }
    sound
}
