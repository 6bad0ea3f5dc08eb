//! Owns what was done to the run from outside, as the facts tell of it. Must not judge by it: what
//! somebody does excuses nothing.

use super::judgement::SeenAction;
use crate::history::fact::{Action, OperatorAct, What};
use crate::units::At;

/// So many actions are told; of the rest their number.
pub(super) const ACTIONS_MAX: usize = 1_000;

/// What was done.
#[derive(Clone, Debug, Default)]
pub(super) struct Operated {
    seen: Vec<SeenAction>,
    more: u64,
}

impl Operated {
    pub(super) fn eat(&mut self, what: &What, at: At) {
        if let What::Acted(action) = what {
            self.acted(action, at);
        }
    }

    fn acted(&mut self, action: &Action, at: At) {
        if self.seen.len() < ACTIONS_MAX {
            self.seen.push(SeenAction { at, action: action.clone() });
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// When somebody said that they had seen something, and when somebody did something, in order;
    /// what was not allowed was not done.
    pub(super) fn noticed(&self) -> [Vec<At>; 2] {
        let mut noticed = [Vec::new(), Vec::new()];
        for SeenAction { at, action } in self.seen.iter().filter(|seen| seen.action.allowed) {
            match action.act {
                OperatorAct::Detected { .. } => noticed[0].push(*at),
                OperatorAct::Note { .. } => {}
                OperatorAct::Pause { .. }
                | OperatorAct::Resume { .. }
                | OperatorAct::ZeroStock { .. }
                | OperatorAct::HoldBack { .. }
                | OperatorAct::Cap { .. }
                | OperatorAct::Allocate { .. }
                | OperatorAct::EndPromotion { .. }
                | OperatorAct::Resync { .. }
                | OperatorAct::Replay { .. }
                | OperatorAct::Did { .. } => noticed[1].push(*at),
            }
        }
        noticed
    }

    /// What was done, and how much more.
    pub(super) fn seen(&self) -> (Vec<SeenAction>, u64) {
        (self.seen.clone(), self.more)
    }
}
