//! Owns a fault proxy that keeps time: which of a scenario's faults it plays, when each is in
//! force, how often each has met something. Must not know HTTP (`wire::proxy`).
//!
//! It lives as long as whoever holds it: dropped, or with its process killed, nobody listens any
//! more, and nothing is left in force anywhere.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::clock::Clock;
use super::error::LiveError;
use super::pacer::Pacer;
use crate::commerce::fault::{
    FaultEffect, FaultRules, FaultRuling, FaultTerms, MessageKind, Passing, edges,
};
use crate::commerce::protocol::Role;
use crate::history::What;
use crate::ids::FaultId;
use crate::scenario::Plan;
use crate::units::{At, Span};
use crate::wire::listen::Listening;
use crate::wire::permit::Permit;
use crate::wire::proxy::{self, OnTheWay};

/// What a proxy is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyWish {
    /// Whose faults it plays.
    pub at: Role,
    /// Where it listens.
    pub listen: SocketAddr,
    /// All of them are in force from its beginning to its end, whenever the scenario has them.
    pub at_once: bool,
}

/// A fault as a proxy plays it, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxiedFault {
    /// Its name.
    pub name: String,
    /// Why it is not played; none: it is.
    pub not_played: Option<&'static str>,
    /// How often it has met something.
    pub hits: u64,
    /// What it meets is not counted: connections that the system refuses come to nobody.
    pub uncounted: bool,
}

/// A proxy in front of an endpoint.
pub struct FaultProxy {
    way: Arc<Way>,
    listening: Listening,
    faults: Vec<ProxiedFault>,
    /// When they begin and end, in order; empty: they are all in force.
    edges: Vec<(At, (FaultId, bool))>,
}

/// The rules on the way.
struct Way {
    at: Role,
    clock: Clock,
    rules: Mutex<Option<FaultRules>>,
}

impl OnTheWay for Way {
    fn ruling(&self, reads: bool, thing: u64) -> FaultRuling {
        let mut rules = self.rules.lock();
        let Some(rules) = &mut *rules else { return FaultRuling::Pass };
        rules.on_call(self.clock.now().at, &Passing::foreign(self.at, reads, thing))
    }

    fn lasts(&self, span: Span) -> Duration {
        Duration::from_micros(self.clock.wall_us_in(span))
    }
}

impl FaultProxy {
    /// Opens a proxy that plays the faults of a plan, on the tokio runtime of the caller. Campaign
    /// time begins with it.
    ///
    /// # Errors
    /// When its address cannot be listened on.
    pub async fn open(
        plan: &Plan,
        permit: Permit,
        wish: ProxyWish,
    ) -> Result<FaultProxy, LiveError> {
        let faults = proxied(&plan.world.faults, wish.at);
        let played: Vec<FaultTerms> = plan
            .world
            .faults
            .iter()
            .filter(|terms| terms.at.contains(&wish.at) && not_played(terms).is_none())
            .cloned()
            .map(|terms| if wish.at_once { from_now_on(terms) } else { terms })
            .collect();
        let mut rules = FaultRules::new(&played, plan.world.seed);
        let mut edges: Vec<_> =
            edges(&played).map(|(at, fault, begins)| (at, (fault, begins))).collect();
        // Of one moment ends come first: a rule that is told to begin twice begins once.
        edges.sort_by_key(|(at, (fault, begins))| (*at, *begins, *fault));
        if wish.at_once {
            edges.clear();
            for place in 0..played.len() {
                rules.as_mut().and_then(|rules| rules.set(FaultId(place as u16), true).map(drop));
            }
        }
        let clock = Clock::start(plan.charter.speed_milli.max(1));
        let way = Arc::new(Way { at: wish.at, clock, rules: Mutex::new(rules) });
        let listening = proxy::open(wish.listen, permit, Arc::clone(&way)).await;
        let listening =
            listening.map_err(|source| LiveError::Open { name: "the proxy".to_owned(), source })?;
        let proxy = FaultProxy { way, listening, faults, edges };
        proxy.shut_gate();
        Ok(proxy)
    }

    /// Shuts the address while a fault refuses connections.
    fn shut_gate(&self) {
        let rules = self.way.rules.lock();
        let refuses = |rules: &FaultRules| rules.refuses_connections(self.way.at).1;
        self.listening.gate().shut(rules.as_ref().is_some_and(refuses));
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listening.address()
    }

    /// The faults that befall whom it stands for, in order.
    pub fn faults(&self) -> &[ProxiedFault] {
        &self.faults
    }

    /// Begins and ends faults when they are due, and tells of each, until dropped.
    ///
    /// # Errors
    /// When the system's timers fail.
    pub async fn keep_time(
        &mut self,
        mut tell: impl FnMut(&ProxiedFault, bool),
    ) -> Result<(), LiveError> {
        let mut pacer =
            Pacer::new(self.way.clock.clone(), std::mem::take(&mut self.edges).into_iter())?;
        let mut due = Vec::new();
        while pacer.take_due(&mut due).await?.is_some() {
            for (_, (fault, begins)) in due.drain(..) {
                if let Some(rules) = &mut *self.way.rules.lock() {
                    rules.set(fault, begins);
                }
                self.shut_gate();
                self.count();
                let played = self.faults.iter().filter(|fault| fault.not_played.is_none());
                if let Some(played) = played.into_iter().nth(fault.index()) {
                    tell(played, begins);
                }
            }
        }
        std::future::pending().await
    }

    /// Takes down how often each has met something.
    fn count(&mut self) {
        let mut said = Vec::new();
        if let Some(rules) = &mut *self.way.rules.lock() {
            rules.sample(&mut said);
        }
        for what in said {
            if let What::FaultHits { fault, hits } = what {
                let mut played = self.faults.iter_mut().filter(|f| f.not_played.is_none());
                if let Some(of) = played.nth(fault.index()) {
                    of.hits += hits;
                }
            }
        }
    }

    /// Ends whatever is in force and stops listening; says what each has met.
    pub async fn close(mut self) -> Vec<ProxiedFault> {
        self.count();
        *self.way.rules.lock() = None;
        self.listening.close().await;
        self.faults
    }
}

fn proxied(faults: &[FaultTerms], at: Role) -> Vec<ProxiedFault> {
    let its = faults.iter().filter(|terms| terms.at.contains(&at));
    its.map(|terms| ProxiedFault {
        name: terms.name.clone(),
        not_played: not_played(terms),
        hits: 0,
        uncounted: terms.does == FaultEffect::RefusesConnections,
    })
    .collect()
}

/// A fault that is in force from the beginning: a share that rises does so over the length of its
/// first spell, and stays where it has come to.
fn from_now_on(mut terms: FaultTerms) -> FaultTerms {
    let first = terms.spells.first().map_or(Span::ZERO, |(from, until)| until.since(*from));
    terms.spells = vec![(At::START, At::START + first)];
    terms
}

/// Why a proxy that cannot read what passes does not play a fault.
fn not_played(terms: &FaultTerms) -> Option<&'static str> {
    let does = &terms.does;
    if does.command(true).is_some() {
        return Some("it befalls a connector, and a proxy only sees what passes");
    }
    if does.is_about_webhooks() {
        return Some("it is about webhooks, which do not pass here");
    }
    if does.is_about_items() || does.is_about_reads() {
        return Some("it is about parts of a body that a proxy does not read");
    }
    if terms.skus.is_some() || terms.on.iter().any(|kind| *kind != MessageKind::Read) {
        return Some("a proxy cannot tell what a call is about: `on: reads` is all that it knows");
    }
    None
}

#[cfg(test)]
#[path = "proxied_tests.rs"]
mod tests;
