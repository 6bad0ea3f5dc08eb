//! Owns reading who may act on a run, and the steps that a scenario takes by itself.
//! Must not know how an act is carried out (`drive`), nor whether it helps (`judge`).

mod act;
mod when;

use std::ops::Range;

use self::act::{acts, undone};
use super::faults::Cast;
use super::timeline::Timeline;
use crate::history::charter::{ActorRole, AlertRule, StepPlanned, StockRule};
use crate::history::fact::{OPERATOR_WORDS, OperatorAct};
use crate::ids::{AlertId, NAME_CHARS_MAX};
use crate::language::map::{Map, each, entries, items, list_of};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{name_up_to, scalar};
use crate::language::tree::{Entry, Node, Value};
use crate::units::{At, Span};

/// The most steps.
const STEPS_MAX: usize = 100;
/// The most roles.
const ROLES_MAX: usize = 50;
/// Every act, in a word.
const EVERYTHING: &str = "everything";

/// A step that a scenario takes by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervention {
    /// Its name.
    pub name: String,
    /// In which role of the charter's; none: in none.
    pub role: Option<u16>,
    /// When it is taken.
    pub when: Trigger,
    /// What is done then.
    pub acts: Vec<OperatorAct>,
    /// When it is taken back, …
    pub undo: Undo,
    /// … and what is done for that.
    pub undone: Vec<OperatorAct>,
}

/// When a step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Then.
    At(At),
    /// So long after an alert fires, if it still does; each time that none of its steps holds.
    Alert {
        /// Which rule's, on whatever channel.
        alert: AlertId,
        /// How long after.
        after: Span,
    },
}

/// When a step is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// Never.
    Never,
    /// Then.
    At(At),
    /// So long after it was taken.
    After(Span),
    /// When the alert that it was taken for fires nowhere any more.
    Cleared,
}

/// Steps with what the charter says of them.
#[derive(Default)]
pub(super) struct Steps {
    pub(super) steps: Vec<Intervention>,
    pub(super) planned: Vec<StepPlanned>,
}

/// What steps refer to.
pub(super) struct Stage<'a> {
    pub(super) cast: Cast<'a>,
    pub(super) timeline: Option<&'a Timeline>,
    pub(super) roles: &'a [ActorRole],
    /// The promotions, as the merchant names them.
    pub(super) promotions: Vec<String>,
    /// By channel, as the charter has it.
    pub(super) rules: Vec<StockRule>,
    /// The alerts, by their names.
    pub(super) alerts: &'a [AlertRule],
}

/// Reads `roles:`: by name what each may do.
pub(super) fn roles(node: &Node, r: &Reading) -> Option<Vec<ActorRole>> {
    let written = entries(node, "roles", r)?;
    if written.is_empty() || written.len() > ROLES_MAX {
        let wrong = Wrong::new(format!("the number of roles is {}", written.len()));
        let expected = format!("from 1 to {ROLES_MAX}, such as on call: [pause, resume]");
        r.wrong(&node.at, wrong.expected(expected));
        return None;
    }
    each(written, |entry: &Entry| {
        if entry.key.chars().count() > NAME_CHARS_MAX {
            let wrong = Wrong::new("a name of so many letters");
            let expected = format!("at most {NAME_CHARS_MAX} letters");
            r.wrong(&entry.key_at, wrong.expected(expected));
            return None;
        }
        let may = match &entry.node.value {
            Value::List(items) => each(items, |item| scalar(item, r, word))?,
            _ => scalar(&entry.node, r, |text| match text {
                EVERYTHING => Ok(OPERATOR_WORDS.to_vec()),
                text => word(text).map(|word| vec![word]),
            })?,
        };
        let may = may.into_iter().map(str::to_owned).collect();
        Some(ActorRole { name: entry.key.clone(), may })
    })
}

/// `zero stock` and `zero-stock` are one word.
fn word(text: &str) -> Result<&'static str, Wrong> {
    let typed = text.replace(' ', "-");
    OPERATOR_WORDS.iter().find(|known| **known == typed).copied().ok_or_else(|| {
        let known: Vec<String> = OPERATOR_WORDS.iter().map(|w| w.replace('-', " ")).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        Wrong::new(format!("`{text}` is nothing that anybody does"))
            .expected(format!("{EVERYTHING}, or some of {}", list_of(&known)))
            .nearest(text, known.iter().copied())
    })
}

/// Reads `interventions:`, in the order in which they are written.
pub(super) fn read(node: &Node, stage: &Stage<'_>, r: &Reading) -> Option<Steps> {
    let items = items(node, "interventions", r)?;
    if items.len() > STEPS_MAX {
        r.wrong(&node.at, Wrong::new(format!("more than {STEPS_MAX} interventions")));
        return None;
    }
    let read = each(items, |item| step(item, stage, r))?;
    let mut sound = Some(());
    for (place, (step, _, at)) in read.iter().enumerate() {
        if read[..place].iter().any(|(other, ..)| other.name == step.name) {
            let wrong = Wrong::new(format!("two interventions are named `{}`", step.name));
            r.wrong(at, wrong.expected("a name of its own for each"));
            sound = None;
        }
    }
    sound?;
    let (mut steps, mut planned) = (vec![], vec![]);
    for (step, said, _) in read {
        steps.push(step);
        planned.push(said);
    }
    Some(Steps { steps, planned })
}

fn step(
    node: &Node,
    stage: &Stage<'_>,
    r: &Reading,
) -> Option<(Intervention, StepPlanned, Range<usize>)> {
    let map = Map::open(node, "intervention", r)?;
    let name = map.required("name", name_up_to(NAME_CHARS_MAX));
    let done = acts(&map, stage, r);
    let when = map.required("when", |node, r| when::trigger(node, stage, r));
    let undo = when::undo(&map, when.as_ref(), stage, r);
    let role = map.or("by", None, |node, r| role(node, stage.roles, r).map(Some));
    let (done, role) = (done?, role?);
    allowed(&map, role, &done.acts, stage.roles, r)?;
    let ((when, said), undo) = (when?, undo?);
    let undone = match undo {
        Undo::Never => vec![],
        Undo::At(_) | Undo::After(_) | Undo::Cleared => {
            let undone = undone(&done.acts, &stage.rules);
            if undone.is_empty() {
                let key = if map.has("until") { "until" } else { "lasts" };
                let wrong = Wrong::new(format!("`{}` cannot be taken back", done.words));
                let at = map.key_at(key).unwrap_or_default();
                r.wrong(&at, wrong.expected(format!("no `{key}`")));
                return None;
            }
            undone
        }
    };
    let name = name?;
    let at = match when {
        Trigger::At(at) => Some(at),
        Trigger::Alert { .. } => None,
    };
    let planned = StepPlanned { name: name.clone(), does: format!("{}{said}", done.words), at };
    let step = Intervention { name, role, when, acts: done.acts, undo, undone };
    Some((step, planned, map.at.clone()))
}

fn role(node: &Node, roles: &[ActorRole], r: &Reading) -> Option<u16> {
    scalar(node, r, |text| {
        let place = roles.iter().position(|role| role.name == text);
        place.map(|place| place as u16).ok_or_else(|| {
            let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
            let wrong = Wrong::new(format!("no role is named `{text}`"));
            match names[..] {
                [] => wrong.expected(format!("`roles: {{ {text}: everything }}` beside it")),
                _ => wrong
                    .expected(format!("one of {}", list_of(&names)))
                    .nearest(text, names.iter().copied()),
            }
        })
    })
}

/// A step in a role that may not take it would be refused every time.
fn allowed(
    map: &Map<'_>,
    role: Option<u16>,
    acts: &[OperatorAct],
    roles: &[ActorRole],
    r: &Reading,
) -> Option<()> {
    let Some(role) = role.and_then(|place| roles.get(usize::from(place))) else { return Some(()) };
    let Some(word) = acts.iter().map(OperatorAct::word).find(|word| !role.may(word)) else {
        return Some(());
    };
    let wrong = Wrong::new(format!("{} may not {}", role.name, word.replace('-', " ")));
    let may: Vec<String> = role.may.iter().map(|word| word.replace('-', " ")).collect();
    let may: Vec<&str> = may.iter().map(String::as_str).collect();
    let at = map.key_at("by").unwrap_or_default();
    r.wrong(&at, wrong.expected(format!("a role that may; {} may {}", role.name, list_of(&may))));
    None
}
