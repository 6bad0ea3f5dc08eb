//! Owns what summary.json says of the faults that were injected on purpose. Must not judge by them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mirror::{Stated, stated};
use crate::history::Charter;
use crate::judge::judgement as judged;

/// A fault injected on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fault {
    /// Its name.
    pub name: String,
    /// What it does, where and to what, in words.
    pub does: String,
    /// When it was in force; empty is never.
    pub spells: Vec<Spell>,
    /// How many messages it met, or items of messages; of a pause or crash how often it came.
    pub hits: u64,
}

stated! {
    /// A stretch in which a fault was in force.
    #[derive(Copy)]
    Spell from judged::Spell {
        /// Its beginning.
        from_us(from): u64,
        /// Its end; null where the record has none.
        until_us(until): Option<u64>,
    }
}

/// Each fault of the charter's, as it was injected.
pub(super) fn of(charter: &Charter, injected: &[judged::InjectedFault]) -> Vec<Fault> {
    let fault =
        |(planned, seen): (&crate::history::charter::FaultPlanned, &judged::InjectedFault)| Fault {
            name: planned.name.clone(),
            does: planned.does.clone(),
            spells: seen.spells.state(charter),
            hits: seen.hits,
        };
    charter.faults.iter().zip(injected).map(fault).collect()
}

/// What is not tested by faults that met nothing, in words.
pub(super) fn vain(faults: &[Fault]) -> impl Iterator<Item = String> + '_ {
    let vain = faults.iter().filter(|fault| fault.hits == 0);
    vain.map(|fault| {
        let why = if fault.spells.is_empty() { "was never in force" } else { "met nothing" };
        format!("the fault `{}`: it {why}", fault.name)
    })
}
