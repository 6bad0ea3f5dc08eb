//! Owns how it is said who did something to a run, and what. Must not judge by it.

use super::number::{clock, share};
use crate::report::summary::{Action, By, How};

/// People who are named one by one.
const NAMED: usize = 3;

/// Somebody's own words or name between ours, in which a backtick begins a setting.
fn verbatim(text: &str) -> String {
    text.replace('`', "'")
}

/// Who: an alert or a step with its name set apart, or `ana`.
pub fn by(by: &By) -> String {
    match by {
        By::Alert(name) => format!("the alert `{}`", verbatim(name)),
        By::Step(name) => format!("the step `{}`", verbatim(name)),
        By::Somebody(name) => verbatim(name),
    }
}

/// Each of them once.
pub fn by_all<'a>(all: impl Iterator<Item = Option<&'a By>>) -> String {
    let mut names: Vec<String> = Vec::new();
    for one in all {
        // A summary of an earlier version does not say.
        let name = one.map_or("somebody".to_owned(), by);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = if names.len() > NAMED { " and others" } else { "" };
    names.truncate(NAMED);
    format!("{}{more}", names.join(", "))
}

/// `ana, on call` or `cut, a step of the scenario`.
pub fn who(action: &Action) -> String {
    let name = verbatim(&action.by);
    let by = match action.how {
        How::Script => format!("{name}, a step of the scenario"),
        How::Operator | How::Elsewhere => name,
    };
    match &action.role {
        Some(role) => format!("{by}, {role}"),
        None => by,
    }
}

/// What an action is, in words: `hold back 5 at amazon`.
pub fn what(action: &Action) -> String {
    let act = action.act.replace('-', " ");
    let at = action.at.as_deref().unwrap_or_default();
    let said = verbatim(action.said.as_deref().unwrap_or_default());
    let units = action.units.unwrap_or_default();
    let words = match &*action.act {
        "hold-back" => format!("hold back {units} at {at}"),
        "cap" if action.units.is_none() => format!("lift the cap at {at}"),
        "cap" => format!("cap at {units} at {at}"),
        "allocate" => format!("allocate {} to {at}", share(action.share_ppm.unwrap_or_default())),
        "end-promotion" => format!("end promotion {at}"),
        "detected" | "did" | "note" => format!("{act}: {said}"),
        _ => format!("{act} {at}"),
    };
    if action.allowed { words } else { format!("{words}: refused, the role may not") }
}

/// What was done while it went on that kept stock from being offered, each with its moment: `zero
/// stock amazon at 0:31:00`; none where nothing was.
pub fn held_back(actions: &[Action]) -> Option<String> {
    let holds = |action: &&Action| match &*action.act {
        "zero-stock" => true,
        "hold-back" => action.units.is_some_and(|units| units > 0),
        "cap" => action.units.is_some(),
        "allocate" => action.share_ppm.is_some_and(|share| share < 1_000_000),
        _ => false,
    };
    let all = actions.iter().filter(|action| action.allowed).filter(holds);
    let each = all.clone().take(NAMED);
    let told: Vec<String> =
        each.map(|action| format!("{} at {}", what(action), clock(action.at_us))).collect();
    let more = if all.count() > NAMED { " and more" } else { "" };
    (!told.is_empty()).then(|| format!("{}{more}", told.join(", ")))
}
