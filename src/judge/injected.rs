//! Owns the faults that were injected: when each was in force, and how often it met something.
//! Must not judge by them: a fault excuses nothing.

use super::judgement::{InjectedFault, Spell};
use crate::history::Charter;
use crate::history::fact::groups::{
    of_channels, of_connectors, of_load, of_operators, of_sources, of_the_party, of_the_run,
};
use crate::history::fact::{Fact, What};
use crate::ids::FaultId;
use crate::units::At;

/// So many spells of a fault are told apart; no scenario may say as many.
pub(super) const SPELLS_MAX: usize = 10_000;

/// The faults of the charter, as the facts tell of them.
#[derive(Clone, Debug)]
pub(super) struct Injected {
    faults: Vec<InjectedFault>,
}

impl Injected {
    pub(super) fn new(charter: &Charter) -> Injected {
        Injected { faults: vec![InjectedFault::default(); charter.faults.len()] }
    }

    pub(super) fn eat(&mut self, fact: &Fact, at: At) {
        match fact.what {
            What::Fault { fault, in_force: true } => {
                self.faults[fault.index()].spells.push(Spell { from: at, until: None });
            }
            What::Fault { fault, in_force: false } => {
                if let Some(spell) = self.faults[fault.index()].spells.last_mut() {
                    spell.until = Some(at);
                }
            }
            What::FaultHits { fault, hits } => {
                let met = &mut self.faults[fault.index()].hits;
                *met = met.saturating_add(hits);
            }
            of_load!()
            | of_channels!()
            | of_sources!()
            | of_connectors!()
            | of_operators!()
            | of_the_party!()
            | of_the_run!() => {}
        }
    }

    pub(super) fn is_in_force(&self, fault: FaultId) -> bool {
        let last = self.faults[fault.index()].spells.last();
        last.is_some_and(|spell| spell.until.is_none())
    }

    /// How often it has been in force.
    pub(super) fn times(&self, fault: FaultId) -> usize {
        self.faults[fault.index()].spells.len()
    }

    pub(super) fn seen(&self) -> Vec<InjectedFault> {
        self.faults.clone()
    }
}
