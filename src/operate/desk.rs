//! Owns what has been commanded and is not yet carried out, and the hand that carries it to the
//! run. Must not know who may command what: a command has been allowed, or refused, before.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::drive::hand::{Act, Hand};
use crate::drive::script::PromotionEnds;
use crate::history::fact::Action;
use crate::units::At;

/// The most that waits for the run: it takes what there is twenty times a second.
const WAITING_MAX: usize = 1_000;

/// Where commands wait for the run. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    waiting: Arc<Mutex<Vec<Action>>>,
}

impl Desk {
    /// Puts actions there, all or none; whether there was room.
    pub fn put(&self, actions: Vec<Action>) -> bool {
        let mut waiting = self.waiting.lock();
        let fits = waiting.len() + actions.len() <= WAITING_MAX;
        if fits {
            waiting.extend(actions);
        }
        fits
    }
}

/// The hand of whoever commands.
pub struct Operator {
    desk: Desk,
    ends: PromotionEnds,
}

impl Operator {
    /// What comes to this desk is done.
    pub fn new(desk: Desk, ends: PromotionEnds) -> Operator {
        Operator { desk, ends }
    }
}

impl Hand for Operator {
    fn turn(&mut self, now: At) -> Vec<Act> {
        let waiting = std::mem::take(&mut *self.desk.waiting.lock());
        waiting.into_iter().flat_map(|action| self.ends.acts(now, action)).collect()
    }
}
