//! Owns eating a history fact by fact: by which terms it is judged, and how it stands.
//! Must not know what is made of it in the end (`gates`, `verdict`).
//!
//! A fold is resumable and its memory bounded: what it keeps grows with SKUs × channels, with what
//! is under way, with 32 bytes an order, three an intent and a bit a record of the OMS, never with
//! time.

use super::admission::Refuser;
use super::begun::begin;
use super::glance::Glance;
use super::judgement::Judgement;
use super::refusal::NotAHistory;
use super::run::Run;
use super::under_way::UnderWay;
use super::verdict;
use crate::history::charter::Charter;
use crate::history::fact::{Fact, What};

/// Facts looked ahead at a time: what they touch is still there when they are eaten.
const AHEAD: usize = 64;

/// A history being eaten.
#[derive(Clone, Debug, Default)]
pub struct Fold {
    facts: u64,
    run: Option<Box<Run>>,
    refuser: Refuser,
}

impl Fold {
    /// How much has moved, once nobody orders any more.
    pub fn moves_since_traffic(&self) -> Option<u64> {
        let run = self.run.as_ref()?;
        run.traffic_ended.map(|_| run.outside.moves)
    }

    /// Nothing eaten yet.
    pub fn new() -> Fold {
        Fold::default()
    }

    /// Eats the next fact. After an error the fold must not be fed any more, but what it ate can
    /// still be judged.
    pub fn eat(&mut self, fact: &Fact) -> Result<(), NotAHistory> {
        if fact.seq != self.facts {
            return Err(NotAHistory::Gap { expected: self.facts, found: fact.seq });
        }
        match (&mut self.run, &fact.what) {
            (None, What::Charter(charter)) => self.run = Some(Box::new(begin(charter)?)),
            (None, _) => return Err(NotAHistory::NoCharter(fact.seq)),
            (Some(_), What::Charter(_)) => return Err(NotAHistory::SecondCharter(fact.seq)),
            (Some(run), _) => {
                if run.ending.is_some() {
                    // Whoever spoke after the end speaks of nothing that was played.
                    run.load.after_the_end();
                } else {
                    match self.refuser.check(fact, run) {
                        Ok(()) => run.eat(fact)?,
                        // What brought it about may be of a kind that only its writer knows.
                        Err(NotAHistory::NeverWas { .. }) if !run.unknown_kinds.is_empty() => {
                            run.unknown("facts that rest on them");
                        }
                        Err(refused) => return Err(refused),
                    }
                }
            }
        }
        self.facts += 1;
        Ok(())
    }

    /// Eats what follows; what it asks memory for is asked for ahead, all at once.
    pub fn eat_all(&mut self, facts: &[Fact]) -> Result<(), NotAHistory> {
        for facts in facts.chunks(AHEAD) {
            if let Some(run) = &self.run {
                run.look_ahead(facts);
            }
            facts.iter().try_for_each(|fact| self.eat(fact))?;
        }
        Ok(())
    }

    /// What follows cannot be read. Behind an end that is somebody who spoke after it.
    pub fn torn(&mut self) {
        if let Some(run) = self.run.as_mut().filter(|run| run.ending.is_some()) {
            run.load.after_the_end();
        }
    }

    /// The terms, once they are eaten.
    pub fn charter(&self) -> Option<&Charter> {
        self.run.as_ref().map(|run| &*run.charter)
    }

    /// How the run stands.
    pub fn glance(&self) -> Glance {
        match &self.run {
            Some(run) => run.glance(self.facts),
            None => Glance::nothing(),
        }
    }

    /// What a run that drains still waits for.
    pub fn under_way(&self) -> UnderWay {
        self.run.as_ref().map_or_else(UnderWay::default, |run| run.under_way())
    }

    /// Judges what was eaten so far; without an ending it is truncated. None before the charter.
    pub fn judge(&self) -> Option<Judgement> {
        self.run.as_ref().map(|run| verdict::judge(run, self.facts))
    }
}
