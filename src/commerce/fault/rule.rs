//! Owns the rules at work: which are in force, what each meets, how often.
//! Must not know machines, nor what carries messages.

use rustc_hash::FxHashMap;

use super::pages::PagesKept;
use super::passing::{About, Passing};
use super::{FaultEffect, FaultRuling, FaultTerms, Instead, MessageKind, losing, refusing};
use crate::commerce::limiter::Limiter;
use crate::commerce::outbox::Fate;
use crate::commerce::protocol::Role;
use crate::commerce::spoken::Spoken;
use crate::history::What;
use crate::ids::{ConnectorId, FaultId};
use crate::law::Law;
use crate::rng::{Draw, Draws, mix};
use crate::units::{At, Ppm, Span};

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
    tries: Tries,
    allows: Option<Limiter>,
    pub(super) pages: PagesKept,
}

/// How many things have their tries counted at once; twice as many at the most.
const THINGS_MAX: usize = 1 << 19;

/// How often each thing has come by: those that have not for long are forgotten when there are too
/// many, and one that comes again then comes for the first time.
#[derive(Debug, Default)]
struct Tries {
    now: FxHashMap<u64, u32>,
    before: FxHashMap<u64, u32>,
}

impl Tries {
    fn of(&self, thing: u64) -> u32 {
        let known = self.now.get(&thing).or_else(|| self.before.get(&thing));
        known.copied().unwrap_or(0)
    }

    fn one_more(&mut self, thing: u64) -> u32 {
        let tries = self.of(thing).saturating_add(1);
        if self.now.len() >= THINGS_MAX {
            self.before = std::mem::take(&mut self.now);
        }
        self.now.insert(thing, tries);
        tries
    }
}

/// When a rule is asked, and what it draws from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asking {
    pub(super) now: At,
    pub(super) draws: Draws,
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
            tries: Tries::default(),
            allows: None,
            pages: PagesKept::default(),
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
        rule.tries = Tries::default();
        rule.pages.begin_anew();
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

    /// Says which orders a rule may tell of again.
    pub fn speak(&mut self, spoken: &mut Spoken) {
        self.rules.iter_mut().for_each(|rule| rule.pages.speak(!rule.in_force, spoken));
    }

    /// Those in force that pause this connector and nothing else.
    pub fn pausing(&self, id: ConnectorId) -> Vec<FaultId> {
        let pauses = |rule: &&Rule| {
            rule.in_force
                && rule.terms.does == FaultEffect::Pauses
                && rule.terms.at == [Role::Connector(id)]
        };
        self.rules.iter().filter(pauses).map(|rule| rule.id).collect()
    }

    /// Says how often each has met something since the last time.
    pub fn sample(&mut self, out: &mut Vec<What>) {
        for rule in self.rules.iter_mut().filter(|rule| rule.hits > rule.told) {
            let hits = rule.hits - rule.told;
            rule.told = rule.hits;
            out.push(What::FaultHits { fault: rule.id, hits });
        }
    }

    /// Whether a rule may refuse a system's connections; and whether one does now.
    pub fn refuses_connections(&self, of: Role) -> (bool, bool) {
        let mut refusing = self.refusing(of);
        (refusing.clone().next().is_some(), refusing.any(|rule| rule.in_force))
    }

    /// A call to a system found no connection: it met the rule that refuses it now, if one does.
    pub fn found_no_connection(&mut self, of: Role) {
        let found = self.refusing(of).find(|rule| rule.in_force);
        if let Some(place) = found.map(|rule| rule.id.index()) {
            self.rules[place].hits += 1;
        }
    }

    fn refusing(&self, of: Role) -> impl Iterator<Item = &Rule> + Clone {
        let refuses = |rule: &&Rule| rule.terms.does == FaultEffect::RefusesConnections;
        self.rules.iter().filter(refuses).filter(move |rule| rule.terms.at.contains(&of))
    }

    /// What becomes of a call: the first rule that speaks decides.
    pub fn on_call(&mut self, now: At, passing: &Passing<'_>) -> FaultRuling {
        let asking = Asking { now, draws: self.draws };
        let spoken = self.rules.iter_mut().find_map(|rule| rule.on_call(asking, passing));
        spoken.unwrap_or(FaultRuling::Pass)
    }
}

impl Rule {
    fn on_call(&mut self, asking: Asking, passing: &Passing<'_>) -> Option<FaultRuling> {
        let does = &self.terms.does;
        if does.is_about_webhooks() || does.command(true).is_some() {
            return None;
        }
        if does.is_about_items() {
            let is_its = self.is_its(passing);
            return is_its
                .then(|| self.withholds(asking, passing))
                .flatten()
                .map(FaultRuling::Without);
        }
        if does.is_about_reads() {
            let reads = passing.kind == MessageKind::Read && self.is_its(passing);
            return reads.then_some(FaultRuling::Reads(self.id));
        }
        if !self.meets(asking, passing) {
            return None;
        }
        let ruling = self.ruling(asking, passing)?;
        self.hits += 1;
        Some(ruling)
    }

    fn ruling(&mut self, asking: Asking, passing: &Passing<'_>) -> Option<FaultRuling> {
        Some(match &self.terms.does {
            FaultEffect::Unavailable => FaultRuling::Instead(Instead::Unavailable),
            FaultEffect::RefusesConnections => FaultRuling::Instead(Instead::NoConnection),
            FaultEffect::Refuses => FaultRuling::Instead(Instead::Refused),
            FaultEffect::RejectsTokens => FaultRuling::Instead(Instead::Stranger),
            FaultEffect::Throttles { says, .. } => {
                FaultRuling::Instead(refusing::throttled(asking.now, self.allows.as_mut(), *says)?)
            }
            FaultEffect::LosesReplies(how) => FaultRuling::Answered(Fate::Lost(*how)),
            FaultEffect::Hangs => FaultRuling::Unheard(losing::never()),
            FaultEffect::SwallowsReplies => FaultRuling::Answered(losing::never()),
            FaultEffect::Slows(law) => {
                FaultRuling::Answered(losing::after(self.drawn(asking, law, passing.thing)))
            }
            FaultEffect::Trickles(law) => {
                FaultRuling::Answered(losing::trickling(self.drawn(asking, law, passing.thing)))
            }
            FaultEffect::RejectsItems
            | FaultEffect::Forgets
            | FaultEffect::SkipsEntries
            | FaultEffect::RepeatsPages
            | FaultEffect::StaleReads(_)
            | FaultEffect::DropsWebhooks
            | FaultEffect::RepeatsWebhooks(_)
            | FaultEffect::DelaysWebhooks(_)
            | FaultEffect::HoldsWebhooks(_)
            | FaultEffect::SpoilsSignatures
            | FaultEffect::Pauses
            | FaultEffect::Crashes
            | FaultEffect::SkewsClock(_) => return None,
        })
    }

    /// How long this try of a thing takes.
    fn drawn(&self, asking: Asking, law: &Law, thing: u64) -> Span {
        let tries = self.tries.of(thing);
        law.sample(asking.draws.two_units(Draw::FaultTime, self.keyed(thing), tries))
    }

    /// Whether a message is of those that the rule is about while it is in force.
    fn is_its(&self, passing: &Passing<'_>) -> bool {
        let terms = &self.terms;
        self.in_force
            && terms.at.contains(&passing.of)
            && (terms.on.is_empty() || terms.on.contains(&passing.kind))
            // What a page lists is looked at entry by entry.
            && (terms.does == FaultEffect::SkipsEntries || self.concerns(passing.about))
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
    pub(super) fn meets(&mut self, asking: Asking, passing: &Passing<'_>) -> bool {
        self.is_its(passing) && self.hits_left() && self.draws(asking, passing.thing)
    }

    /// Whether this try of a thing is among the share that is met.
    pub(super) fn draws(&mut self, asking: Asking, thing: u64) -> bool {
        let takes_time =
            matches!(self.terms.does, FaultEffect::Slows(_) | FaultEffect::Trickles(_));
        let is_drawn = self.terms.share < Ppm::ONE || self.terms.rises_to.is_some();
        if !is_drawn && !takes_time {
            return true;
        }
        let (key, share) = (self.keyed(thing), self.share(asking.now));
        let tries = self.tries.one_more(thing);
        asking.draws.unit(Draw::Fault, key, tries) < share.as_f64()
    }

    /// The share that is met now: it goes evenly from the one said first to the one said last,
    /// within each spell.
    fn share(&self, now: At) -> Ppm {
        let FaultTerms { share: Ppm(first), rises_to, spells, .. } = &self.terms;
        let Some(Ppm(last)) = rises_to else { return Ppm(*first) };
        let begun = self.begun(now);
        let until = spells.iter().find(|(from, _)| *from == begun).map_or(begun, |(_, end)| *end);
        let (gone, lasts) = (now.since(begun).0, until.since(begun).0.max(1));
        let way = i128::from(*last) - i128::from(*first);
        let come = way * i128::from(gone.min(lasts)) / i128::from(lasts);
        Ppm((i128::from(*first) + come) as u32)
    }

    /// When the spell began that is the last to have begun by then.
    pub(super) fn begun(&self, at: At) -> At {
        let mut begun = self.terms.spells.iter().map(|(from, _)| *from).filter(|from| *from <= at);
        begun.next_back().unwrap_or(at)
    }

    /// What a thing's draws are keyed by: two rules do not meet the same ones.
    pub(super) fn keyed(&self, thing: u64) -> u64 {
        mix(u64::from(self.id.0) + 0xfa17, thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A proxy lives as long as somebody wants it, and whoever calls makes up what he asks for.
    #[test]
    fn tries_are_counted_and_bounded() {
        let mut tries = Tries::default();
        assert_eq!([7, 7, 8].map(|thing| tries.one_more(thing)), [1, 2, 1]);
        assert_eq!(tries.of(9), 0);
        for thing in 0..3 * THINGS_MAX as u64 {
            tries.one_more(1_000 + thing);
            assert!(tries.now.len() + tries.before.len() <= 2 * THINGS_MAX);
            if thing % 100_000 == 0 {
                tries.one_more(7);
            }
        }
        assert_eq!(tries.of(8), 0, "it has not come for long");
        assert_eq!(tries.of(7), 18, "it has never stopped coming");
    }
}
