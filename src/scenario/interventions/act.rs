//! Owns reading what a step does, and to whom. Must not know when, nor who takes it.

use super::Stage;
use crate::commerce::protocol::Role;
use crate::history::charter::StockRule;
use crate::history::fact::{ActedOn, OperatorAct, REMARK_CHARS_MAX};
use crate::ids::ChannelId;
use crate::language::map::{Map, list_of};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{name_up_to, scalar, share, units};
use crate::language::tree::{Node, Value};
use crate::scenario::faults::target::targets;
use crate::units::{Ppm, Qty};

/// Acts of one word, or two.
const PLAIN: &[(&str, Does)] = &[
    ("pause", Does::Pause),
    ("resume", Does::Resume),
    ("zero stock", Does::ZeroStock),
    ("resync", Does::Resync),
    ("replay", Does::Replay),
];

/// Acts that are said with a value.
const VALUED: &[&str] =
    &["hold back", "cap", "allocate", "end promotion", "detected", "did", "note"];

/// What is done, to whomever.
#[derive(Clone, Debug, PartialEq)]
enum Does {
    Pause,
    Resume,
    ZeroStock,
    Resync,
    Replay,
    HoldBack(Qty),
    Cap(Option<Qty>),
    Allocate(Ppm),
    /// To nobody in particular.
    Alone(OperatorAct),
}

/// What a step does, and how that is called.
pub(super) struct Done {
    pub(super) acts: Vec<OperatorAct>,
    pub(super) words: String,
}

/// `does` and `at` together.
pub(super) fn acts(map: &Map<'_>, stage: &Stage<'_>, r: &Reading) -> Option<Done> {
    let does = map.required("does", |node, r| does(node, stage, r));
    let refuse = |key: &str, found: String, expected: &str| {
        let at = map.key_at(key).unwrap_or_else(|| map.at.clone());
        r.wrong(&at, Wrong::new(found).expected(expected));
    };
    if let Some((Does::Alone(act), words)) = &does {
        if map.has("at") {
            map.known("at");
            refuse("at", format!("`{words}` has no place"), "no `at`");
            return None;
        }
        return Some(Done { acts: vec![act.clone()], words: words.clone() });
    }
    let named = |node: &Node, r: &Reading| targets(node, &stage.cast, r);
    let Some((does, words)) = does else {
        // Whether it has a place is for what is done to say.
        map.optional("at", named);
        return None;
    };
    let targets = map.required("at", named)?;
    let mut acts = vec![];
    for (role, name) in targets.roles.iter().zip(&targets.names) {
        let Some(act) = does.at(*role) else {
            let found = format!("`{words}` is done at a channel, and {name} is none");
            refuse("at", found, "a channel, such as amazon, or `every channel`");
            return None;
        };
        if stage.cast.is_outside && act.is_for_the_connector() {
            let found = format!("`{words}` is for the connector to do, and it is not ours");
            refuse("does", found, "`detected`, `did`, `note` or `end promotion`");
            return None;
        }
        acts.push(act);
    }
    Some(Done { acts, words: format!("{words} at {}", targets.names.join(", ")) })
}

impl Does {
    fn at(&self, role: Role) -> Option<OperatorAct> {
        let on = match role {
            Role::Channel(id) => ActedOn::Channel(id),
            Role::Connector(id) => ActedOn::Connector(id),
            Role::Oms => return None,
        };
        match (self, on) {
            (Does::Pause, at) => Some(OperatorAct::Pause { at }),
            (Does::Resume, at) => Some(OperatorAct::Resume { at }),
            (_, ActedOn::Connector(_)) | (Does::Alone(_), _) => None,
            (does, ActedOn::Channel(channel)) => Some(match does {
                Does::ZeroStock => OperatorAct::ZeroStock { channel },
                Does::Resync => OperatorAct::Resync { channel },
                Does::Replay => OperatorAct::Replay { channel },
                Does::HoldBack(units) => OperatorAct::HoldBack { channel, units: *units },
                Does::Cap(units) => OperatorAct::Cap { channel, units: *units },
                Does::Allocate(share) => OperatorAct::Allocate { channel, share: *share },
                Does::Pause | Does::Resume | Does::Alone(_) => return None,
            }),
        }
    }
}

fn does(node: &Node, stage: &Stage<'_>, r: &Reading) -> Option<(Does, String)> {
    if matches!(node.value, Value::Map(_)) {
        return valued(node, stage, r);
    }
    scalar(node, r, |text| {
        let plain = text.replace('-', " ");
        if let Some((word, does)) = PLAIN.iter().find(|(word, _)| *word == plain) {
            return Ok((does.clone(), (*word).to_owned()));
        }
        if VALUED.contains(&plain.as_str()) {
            let wrong = Wrong::new(format!("`{text}` does not say what"));
            let value = match plain.as_str() {
                "hold back" | "cap" => "5",
                "allocate" => "30%",
                "end promotion" => "its name",
                _ => "a few words",
            };
            return Err(wrong.expected(format!("a value: {{ {plain}: {value} }}")));
        }
        let words: Vec<&str> =
            PLAIN.iter().map(|(word, _)| *word).chain(VALUED.iter().copied()).collect();
        Err(Wrong::new(format!("`{text}` is nothing that a step does"))
            .expected(format!("one of {}", list_of(&words)))
            .nearest(text, words.iter().copied()))
    })
}

fn valued(node: &Node, stage: &Stage<'_>, r: &Reading) -> Option<(Does, String)> {
    let map = Map::open(node, "act", r)?;
    let (key, node) = map.one_of(VALUED)?;
    let remark = |act: fn(String) -> OperatorAct| {
        let what = name_up_to(REMARK_CHARS_MAX)(node, r)?;
        Some((Does::Alone(act(what.clone())), format!("{key}: {what}")))
    };
    match key {
        "hold back" => {
            let held = units(node, r)?;
            Some((Does::HoldBack(held), format!("hold back {}", held.0)))
        }
        "cap" => {
            if matches!(&node.value, Value::Scalar(text) if text.trim() == "none") {
                return Some((Does::Cap(None), "lift the cap".to_owned()));
            }
            let cap = units(node, r)?;
            Some((Does::Cap(Some(cap)), format!("cap at {}", cap.0)))
        }
        "allocate" => {
            let share = share(node, r)?;
            Some((Does::Allocate(share), format!("allocate {} %", share.as_f64() * 100.0)))
        }
        "end promotion" => {
            let promotion = promotion(node, &stage.promotions, r)?;
            let name = &stage.promotions[usize::from(promotion)];
            let act = OperatorAct::EndPromotion { promotion };
            Some((Does::Alone(act), format!("end promotion {name}")))
        }
        "detected" => remark(|what| OperatorAct::Detected { what }),
        "did" => remark(|what| OperatorAct::Did { what }),
        _ => remark(|what| OperatorAct::Note { what }),
    }
}

fn promotion(node: &Node, promotions: &[String], r: &Reading) -> Option<u16> {
    scalar(node, r, |text| {
        let place = promotions.iter().position(|name| name == text);
        place.map(|place| place as u16).ok_or_else(|| {
            let names: Vec<&str> = promotions.iter().map(String::as_str).collect();
            let wrong = Wrong::new(format!("no promotion is named `{text}`"));
            match names[..] {
                [] => wrong.expected("a promotion under `merchant: { promotions: … }`"),
                _ => wrong
                    .expected(format!("one of {}", list_of(&names)))
                    .nearest(text, names.iter().copied()),
            }
        })
    })
}

/// What takes these back; nothing where something cannot be.
pub(super) fn undone(acts: &[OperatorAct], rules: &[StockRule]) -> Vec<OperatorAct> {
    let rule = |channel: ChannelId| rules.get(channel.index()).copied().unwrap_or(StockRule::ALL);
    let undo = |act: &OperatorAct| match *act {
        OperatorAct::Pause { at } => Some(OperatorAct::Resume { at }),
        OperatorAct::ZeroStock { channel } => {
            Some(OperatorAct::Resume { at: ActedOn::Channel(channel) })
        }
        OperatorAct::HoldBack { channel, .. } => {
            Some(OperatorAct::HoldBack { channel, units: rule(channel).holds_back })
        }
        OperatorAct::Cap { channel, .. } => {
            Some(OperatorAct::Cap { channel, units: rule(channel).shows_at_most })
        }
        OperatorAct::Allocate { channel, .. } => {
            Some(OperatorAct::Allocate { channel, share: rule(channel).allocation })
        }
        _ => None,
    };
    acts.iter().map(undo).collect::<Option<Vec<_>>>().unwrap_or_default()
}
