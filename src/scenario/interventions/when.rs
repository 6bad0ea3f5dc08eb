//! Owns reading when a step is taken, and when it is taken back. Must not know what it does.

use super::{Stage, Trigger, Undo};
use crate::ids::AlertId;
use crate::language::map::{Map, list_of};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{duration, lasting, scalar};
use crate::language::tree::{Node, Value};
use crate::units::Span;

/// The end of an alert, in words.
const CLEARS: &str = "it clears";

/// A moment, or `{ alert: behind, after: 1m }`; with what is to be said of it behind what is done.
pub(super) fn trigger(node: &Node, stage: &Stage<'_>, r: &Reading) -> Option<(Trigger, String)> {
    if let Value::Map(_) = node.value {
        return on_alert(node, stage, r);
    }
    let at = stage.timeline?.moment(node, r)?;
    if stage.timeline?.end().is_some_and(|end| at >= end) {
        let wrong = Wrong::new("it is taken when nobody orders any more");
        r.wrong(&node.at, wrong.expected("a moment of the campaign"));
        return None;
    }
    Some((Trigger::At(at), String::new()))
}

fn on_alert(node: &Node, stage: &Stage<'_>, r: &Reading) -> Option<(Trigger, String)> {
    let map = Map::open(node, "trigger", r)?;
    let alert = map.required("alert", |node, r| alert(node, stage, r));
    let shortened = |node: &Node, r: &Reading| Some(stage.timeline?.shortened(duration(node, r)?));
    let after = map.or("after", Span::ZERO, shortened);
    let (alert, after) = (alert?, after?);
    let name = &stage.alerts[alert.index()].name;
    let said = match after {
        Span::ZERO => format!(" when {name} fires"),
        after => format!(" {after} after {name} fires"),
    };
    Some((Trigger::Alert { alert, after }, said))
}

fn alert(node: &Node, stage: &Stage<'_>, r: &Reading) -> Option<AlertId> {
    scalar(node, r, |text| {
        let place = stage.alerts.iter().position(|rule| rule.name == text);
        place.map(|place| AlertId(place as u16)).ok_or_else(|| {
            let names: Vec<&str> = stage.alerts.iter().map(|rule| rule.name.as_str()).collect();
            let wrong = Wrong::new(format!("no alert is named `{text}`"));
            match names[..] {
                [] => wrong.expected("an alert under `alerts`"),
                _ => wrong
                    .expected(format!("one of {}", list_of(&names)))
                    .nearest(text, names.iter().copied()),
            }
        })
    })
}

/// `until`, or `lasts`; neither leaves it as it is.
pub(super) fn undo(
    map: &Map<'_>,
    when: Option<&(Trigger, String)>,
    stage: &Stage<'_>,
    r: &Reading,
) -> Option<Undo> {
    let shortened = |node: &Node, r: &Reading| Some(stage.timeline?.shortened(lasting(node, r)?));
    let lasts = map.optional("lasts", shortened);
    let until = map.optional("until", |node, r| until(node, stage, r));
    let refuse = |key: &str, found: &str, expected: &str| {
        let place = map.key_at(key).unwrap_or_default();
        r.wrong(&place, Wrong::new(found).expected(expected));
        None
    };
    match (map.has("until"), map.has("lasts")) {
        (false, false) => Some(Undo::Never),
        (true, true) => refuse("lasts", "`lasts` stands beside `until`", "only one of the two"),
        (false, true) => lasts.map(Undo::After),
        (true, false) => match (when?.0, until?) {
            (Trigger::At(at), Undo::At(until)) if until <= at => {
                refuse("until", "it is taken back before it is taken", "an end after its beginning")
            }
            (Trigger::At(_), Undo::Cleared) => {
                refuse("until", "no alert is waited for", "a moment, or `lasts`")
            }
            (_, until) => Some(until),
        },
    }
}

fn until(node: &Node, stage: &Stage<'_>, r: &Reading) -> Option<Undo> {
    if matches!(&node.value, Value::Scalar(text) if text.trim() == CLEARS) {
        return Some(Undo::Cleared);
    }
    stage.timeline?.moment(node, r).map(Undo::At)
}
