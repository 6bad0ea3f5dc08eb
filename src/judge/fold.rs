//! Owns eating a history fact by fact: by which terms it is judged, and how it stands.
//! Must not know what is made of it in the end (`gates`, `verdict`).
//!
//! A fold is resumable and its memory bounded: what it keeps grows with SKUs × channels, with what
//! is under way, with 32 bytes an order, three an intent and a bit a record of the OMS, never with
//! time.

use super::admission::Refuser;
use super::begun::begin;
use super::judgement::{Judgement, Verdict};
use super::refusal::NotAHistory;
use super::run::Run;
use super::under_way::UnderWay;
use super::verdict;
use crate::history::charter::Charter;
use crate::history::fact::{Fact, What};
use crate::units::{At, Money, Qty, Span};

/// How a run stands while it goes on: cheap, and no judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Campaign time of the last fact.
    pub at: At,
    /// Facts eaten.
    pub facts: u64,
    /// The phase (index into the charter's); none before the charter and after traffic.
    pub phase: Option<usize>,
    /// Calls that were due.
    pub offered: u64,
    /// Calls that left.
    pub sent: u64,
    /// Calls answered done or refused.
    pub answered: u64,
    /// Calls under way.
    pub in_flight: u64,
    /// Orders accepted.
    pub accepted: u64,
    /// The running lag: p95 of the last minutes' lags and of the ages of all changes not shown yet,
    /// so that silence is not mistaken for health, nor one change that is lost for ill health.
    pub sync_lag: Span,
    /// Units oversold.
    pub oversold: Qty,
    /// Orders cancelled for want of stock.
    pub cancelled: u64,
    /// By channel, in the charter's order.
    pub channels: Vec<ChannelGlance>,
    /// What can be said so far: [`Verdict::NoGo`] once something must-be-zero is not,
    /// [`Verdict::GoWithConditions`] while a share or the lag is beyond its watch edge, else
    /// [`Verdict::Go`]. Proof comes only at the end.
    pub so_far: Verdict,
}

/// How a channel sells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChannelGlance {
    /// Orders accepted.
    pub accepted: u64,
    /// Orders refused.
    pub refused: u64,
    /// Units oversold.
    pub oversold: Qty,
    /// Money of the orders accepted.
    pub money: Money,
}

impl std::iter::Sum for ChannelGlance {
    fn sum<I: Iterator<Item = ChannelGlance>>(all: I) -> ChannelGlance {
        all.fold(ChannelGlance::default(), |sum, one| ChannelGlance {
            accepted: sum.accepted + one.accepted,
            refused: sum.refused + one.refused,
            oversold: sum.oversold + one.oversold,
            money: sum.money + one.money,
        })
    }
}

impl Glance {
    /// The verdict so far in a word: nothing is proved before the end.
    pub fn word(&self) -> &'static str {
        match self.so_far {
            Verdict::NoGo => "NO-GO",
            Verdict::GoWithConditions | Verdict::Inconclusive => "at risk",
            Verdict::Go => "on track",
        }
    }
}

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
            None => Glance {
                at: At::START,
                facts: 0,
                phase: None,
                offered: 0,
                sent: 0,
                answered: 0,
                in_flight: 0,
                accepted: 0,
                sync_lag: Span::ZERO,
                oversold: Qty::ZERO,
                cancelled: 0,
                channels: Vec::new(),
                so_far: Verdict::Go,
            },
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
