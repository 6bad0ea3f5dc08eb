//! Owns what summary.json says of what somebody did to the run. Must not judge by it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::faults;
use super::printable::printable_text;
use crate::history::Charter;
use crate::history::fact::{ActedBy, ActedOn, OperatorAct};
use crate::ids::{ChannelId, ConnectorId};
use crate::judge::judgement::SeenAction;

/// Something that somebody did to the run, or tried to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// When.
    pub at_us: u64,
    /// Who, as they call themselves; of a step of the scenario its name.
    pub by: String,
    /// In which role; null where none was named.
    pub role: Option<String>,
    /// How it came about.
    pub how: How,
    /// What: `pause`, `resume`, `zero-stock`, `hold-back`, `cap`, `allocate`, `end-promotion`,
    /// `resync`, `replay`, `detected`, `did`, `note`.
    pub act: String,
    /// The channel, connector or promotion; null where it has no place.
    pub at: Option<String>,
    /// Of a stock rule its units; null also where a cap is lifted.
    pub units: Option<i64>,
    /// Of an allocation its share, in parts per million.
    pub share_ppm: Option<u32>,
    /// What they said.
    pub said: Option<String>,
    /// Whether the role may; what it may not was not done.
    pub allowed: bool,
}

/// How an action came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A step of the scenario.
    Script,
    /// Somebody commanded it.
    Operator,
    /// Somebody did it by means of their own, and said so.
    Elsewhere,
}

/// What was done, in order.
pub(super) fn of(charter: &Charter, seen: &[SeenAction]) -> Vec<Action> {
    seen.iter().map(|seen| action(charter, seen)).collect()
}

fn action(charter: &Charter, SeenAction { at, action }: &SeenAction) -> Action {
    let role = action.role.and_then(|place| charter.roles.get(usize::from(place)));
    let (units, share) = match action.act {
        OperatorAct::HoldBack { units, .. } => (Some(units.0), None),
        OperatorAct::Cap { units, .. } => (units.map(|units| units.0), None),
        OperatorAct::Allocate { share, .. } => (None, Some(share.0)),
        _ => (None, None),
    };
    Action {
        at_us: at.0,
        by: printable_text(&action.by),
        role: role.map(|role| role.name.clone()),
        how: match action.how {
            ActedBy::Script => How::Script,
            ActedBy::Operator => How::Operator,
            ActedBy::Elsewhere => How::Elsewhere,
        },
        act: action.act.word().to_owned(),
        at: place(charter, &action.act),
        units,
        share_ppm: share,
        said: action.act.remark().map(printable_text),
        allowed: action.allowed,
    }
}

fn place(charter: &Charter, act: &OperatorAct) -> Option<String> {
    let channel = |id: ChannelId| charter.channels.get(id.index()).map(|terms| terms.name.clone());
    let connector =
        |id: ConnectorId| charter.connectors.get(id.index()).map(|terms| terms.name.clone());
    match *act {
        OperatorAct::Pause { at } | OperatorAct::Resume { at } => match at {
            ActedOn::Channel(id) => channel(id),
            ActedOn::Connector(id) => connector(id),
        },
        OperatorAct::ZeroStock { channel: id }
        | OperatorAct::HoldBack { channel: id, .. }
        | OperatorAct::Cap { channel: id, .. }
        | OperatorAct::Allocate { channel: id, .. }
        | OperatorAct::Resync { channel: id }
        | OperatorAct::Replay { channel: id } => channel(id),
        OperatorAct::EndPromotion { promotion } => {
            charter.promotions.get(usize::from(promotion)).map(|terms| terms.name.clone())
        }
        OperatorAct::Detected { .. } | OperatorAct::Did { .. } | OperatorAct::Note { .. } => None,
    }
}

/// What is not tested by steps that were never taken, in words.
fn never_taken(charter: &Charter, actions: &[Action]) -> Vec<String> {
    let taken =
        |name: &str| actions.iter().any(|action| action.how == How::Script && action.by == name);
    let never = charter.steps.iter().filter(|step| !taken(&step.name));
    never.map(|step| format!("the intervention `{}`: it was never taken", step.name)).collect()
}

/// What the scenario leaves out, and what it meant to do and did not come to.
pub(super) fn not_tested(
    charter: &Charter,
    broken: &[faults::Fault],
    actions: &[Action],
) -> Vec<String> {
    let told = charter.not_tested.iter().cloned().chain(faults::vain(broken));
    told.chain(never_taken(charter, actions)).collect()
}
