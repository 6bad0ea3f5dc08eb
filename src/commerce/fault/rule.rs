//! Owns the rules at work: which are in force, what each meets, how often.
//! Must not know machines, nor what carries messages.

use rustc_hash::FxHashMap;

use super::passing::{About, Passing};
use super::{FaultEffect, FaultRuling, FaultTerms, Instead, losing, refusing};
use crate::commerce::limiter::Limiter;
use crate::commerce::outbox::Fate;
use crate::history::What;
use crate::ids::FaultId;
use crate::rng::{Draw, Draws, mix};
use crate::units::{At, Ppm};

/// The faults of a run, in the order in which they are asked.
#[derive(Debug)]
pub struct FaultRules {
    pub(super) rules: Vec<Rule>,
    pub(super) draws: Draws,
}

/// A fault at work.
#[derive(Debug)]
pub(super) struct Rule {
    id: FaultId,
    pub(super) terms: FaultTerms,
    pub(super) in_force: bool,
    pub(super) hits: u64,
    /// Of these, so many are in the history.
    told: u64,
    /// How often each thing has come by while it was in force.
    tries: FxHashMap<u64, u32>,
    allows: Option<Limiter>,
}

impl FaultRules {
    /// The rules of these terms, none in force; none where there are no terms.
    pub fn new(terms: &[FaultTerms], seed: u64) -> Option<FaultRules> {
        let rule = |(place, terms): (usize, &FaultTerms)| Rule {
            id: FaultId(place as u16),
            terms: terms.clone(),
            in_force: false,
            hits: 0,
            told: 0,
            tries: FxHashMap::default(),
            allows: None,
        };
        let rules: Vec<Rule> = terms.iter().enumerate().map(rule).collect();
        (!rules.is_empty()).then_some(FaultRules { rules, draws: Draws::new(seed) })
    }

    /// A fault begins or ends; says what it is, unless it was so already.
    pub fn set(&mut self, fault: FaultId, in_force: bool) -> Option<&FaultTerms> {
        let rule = self.rules.get_mut(fault.index())?;
        if rule.in_force == in_force {
            return None;
        }
        rule.in_force = in_force;
        rule.tries.clear();
        rule.allows = match &rule.terms.does {
            FaultEffect::Throttles { allows: Some(kind), .. } if in_force => {
                Some(refusing::allowing(*kind))
            }
            _ => None,
        };
        // What befalls a machine befalls it once.
        if in_force && rule.terms.does.command(true).is_some() {
            rule.hits += 1;
        }
        Some(&rule.terms)
    }

    /// Those in force.
    pub fn in_force(&self) -> Vec<FaultId> {
        self.rules.iter().filter(|rule| rule.in_force).map(|rule| rule.id).collect()
    }

    /// Says how often each has met something since the last time.
    pub fn sample(&mut self, out: &mut Vec<What>) {
        for rule in self.rules.iter_mut().filter(|rule| rule.hits > rule.told) {
            let hits = rule.hits - rule.told;
            rule.told = rule.hits;
            out.push(What::FaultHits { fault: rule.id, hits });
        }
    }

    /// What becomes of a call: the first rule that speaks decides.
    pub fn on_call(&mut self, now: At, passing: &Passing<'_>) -> FaultRuling {
        let draws = self.draws;
        let spoken = self.rules.iter_mut().find_map(|rule| rule.on_call(now, draws, passing));
        spoken.unwrap_or(FaultRuling::Pass)
    }
}

impl Rule {
    fn on_call(&mut self, now: At, draws: Draws, passing: &Passing<'_>) -> Option<FaultRuling> {
        let does = &self.terms.does;
        if does.is_about_webhooks() || does.command(true).is_some() {
            return None;
        }
        if does.is_about_items() {
            let is_its = self.is_its(passing);
            return is_its
                .then(|| self.withholds(draws, passing))
                .flatten()
                .map(FaultRuling::Without);
        }
        if *does == FaultEffect::SkipsEntries {
            let lists = matches!(passing.kind, super::MessageKind::Read);
            return (lists && self.is_its(passing)).then_some(FaultRuling::Skips(self.id));
        }
        if !self.meets(draws, passing) {
            return None;
        }
        let ruling = self.ruling(now, draws, passing)?;
        self.hits += 1;
        Some(ruling)
    }

    fn ruling(&mut self, now: At, draws: Draws, passing: &Passing<'_>) -> Option<FaultRuling> {
        Some(match &self.terms.does {
            FaultEffect::Unavailable => FaultRuling::Instead(Instead::Unavailable),
            FaultEffect::Refuses => FaultRuling::Instead(Instead::Refused),
            FaultEffect::Throttles { says, .. } => {
                FaultRuling::Instead(refusing::throttled(now, self.allows.as_mut(), *says)?)
            }
            FaultEffect::LosesReplies(how) => FaultRuling::Answered(Fate::Lost(*how)),
            FaultEffect::Hangs => FaultRuling::Unheard(losing::never()),
            FaultEffect::Slows(law) => {
                let tries = self.tries.get(&passing.thing).copied().unwrap_or(0);
                let units = draws.two_units(Draw::FaultTime, self.keyed(passing.thing), tries);
                FaultRuling::Answered(losing::after(law.sample(units)))
            }
            FaultEffect::RejectsItems
            | FaultEffect::Forgets
            | FaultEffect::SkipsEntries
            | FaultEffect::DropsWebhooks
            | FaultEffect::RepeatsWebhooks(_)
            | FaultEffect::DelaysWebhooks(_)
            | FaultEffect::Pauses
            | FaultEffect::Crashes => return None,
        })
    }

    /// Whether a message is of those that the rule is about while it is in force.
    fn is_its(&self, passing: &Passing<'_>) -> bool {
        let terms = &self.terms;
        self.in_force
            && terms.at.contains(&passing.of)
            && (terms.on.is_empty() || terms.on.contains(&passing.kind))
            && self.concerns(passing.about)
    }

    /// Whether something is about a SKU that the rule is about.
    pub(super) fn concerns(&self, about: About<'_>) -> bool {
        let Some(skus) = &self.terms.skus else { return true };
        about.any(|sku| skus.binary_search(&sku).is_ok())
    }

    /// Whether it may meet anything more.
    pub(super) fn hits_left(&self) -> bool {
        self.terms.at_most.is_none_or(|most| self.hits < most)
    }

    /// Whether the rule meets a message. Each try of a thing is drawn by itself.
    pub(super) fn meets(&mut self, draws: Draws, passing: &Passing<'_>) -> bool {
        self.is_its(passing) && self.hits_left() && self.draws(draws, passing.thing)
    }

    /// Whether this try of a thing is among the share that is met.
    pub(super) fn draws(&mut self, draws: Draws, thing: u64) -> bool {
        let needs_tries =
            self.terms.share < Ppm::ONE || matches!(self.terms.does, FaultEffect::Slows(_));
        if !needs_tries {
            return true;
        }
        let key = self.keyed(thing);
        let tries = self.tries.entry(thing).or_default();
        *tries += 1;
        draws.unit(Draw::Fault, key, *tries) < self.terms.share.as_f64()
    }

    /// What a thing's draws are keyed by: two rules do not meet the same ones.
    pub(super) fn keyed(&self, thing: u64) -> u64 {
        mix(u64::from(self.id.0) + 0xfa17, thing)
    }
}
