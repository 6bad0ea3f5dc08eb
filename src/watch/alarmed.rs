//! Owns a record that is looked at while it is made: what is taken down in virtual time is eaten at
//! once, so that whoever looks at a moment sees all that happened before it, on every machine
//! alike. Must not know what is looked for.

use std::cell::RefCell;
use std::rc::Rc;

use super::Alerts;
use crate::drive::hand::Act;
use crate::history::charter::Charter;
use crate::history::fact::{Fact, What};
use crate::history::stamp::Record;
use crate::judge::{Fold, Glance};
use crate::units::At;

/// A record, and the fold that eats what it takes down.
pub struct Alarmed<'a, R> {
    record: &'a mut R,
    /// None where the charter has no alerts: nothing is eaten then.
    fold: Option<Rc<RefCell<Eaten>>>,
}

#[derive(Default)]
struct Eaten {
    fold: Fold,
    next_seq: u64,
}

/// The hand that raises the alerts of a run in virtual time.
pub struct AlertHand {
    alerts: Alerts,
    eaten: Option<Rc<RefCell<Eaten>>>,
}

impl<'a, R: Record> Alarmed<'a, R> {
    /// The record of a run by these terms, and the hand that raises its alerts.
    pub fn new(charter: &Charter, record: &'a mut R) -> (Alarmed<'a, R>, AlertHand) {
        let has_any = !charter.alerts.is_empty();
        let eaten = has_any.then(Rc::<RefCell<Eaten>>::default);
        let hand = AlertHand { alerts: Alerts::new(charter), eaten: eaten.clone() };
        (Alarmed { record, fold: eaten }, hand)
    }
}

impl<R: Record> Record for Alarmed<'_, R> {
    fn note(&mut self, at: At, wall: u64, said: &mut Vec<What>) {
        if let Some(eaten) = &self.fold {
            eaten.borrow_mut().eat(at, wall, said);
        }
        self.record.note(at, wall, said);
    }
}

impl Eaten {
    fn eat(&mut self, at: At, wall: u64, said: &[What]) {
        for what in said {
            let fact = Fact { seq: self.next_seq, at, wall, what: what.clone() };
            self.next_seq += 1;
            if let Err(wrong) = self.fold.eat(&fact) {
                panic!("a driver writes what a judge can read: {wrong}");
            }
        }
    }
}

impl AlertHand {
    /// Alerts that fire or clear at `now`.
    pub fn turn(&mut self, now: At) -> Vec<Act> {
        let Some(eaten) = &self.eaten else { return Vec::new() };
        let glance = || -> Glance { eaten.borrow().fold.glance() };
        self.alerts.turn(now, glance)
    }
}
