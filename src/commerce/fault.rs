//! Owns faults injected on purpose: rules that see each message in order, of which the first that
//! speaks wins. Must not know what carries messages, nor when a fault begins or ends: it is told.
//!
//! Everyday slips stand in `imperfect`, which is asked after these: what a rule has decided nothing
//! else changes. What befalls a machine itself is a [`MachineCommand`].

mod items;
mod losing;
mod notices;
mod pages;
mod passing;
mod reading;
mod refusing;
mod rule;

pub use self::pages::PageAsked;
pub use self::passing::{MessageKind, Passing};
pub use self::reading::{ListedEntry, Listing, Page};
pub use self::refusing::{Instead, Stead, ToldWait};
pub use self::rule::FaultRules;

use super::command::{ClockSkew, MachineCommand};
use super::limiter::LimiterKind;
use super::outbox::{Fate, How};
use super::protocol::Role;
use crate::ids::{FaultId, SkuId};
use crate::law::Law;
use crate::units::{At, Ppm, Span};

/// How long a caller waits for an answer before it gives a call up.
pub const PATIENCE: Span = Span::from_secs(30);

/// A fault, already valid.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultTerms {
    /// Its name.
    pub name: String,
    /// Whose messages it meets: calls to these systems and webhooks of theirs; what befalls a
    /// machine, befalls these.
    pub at: Vec<Role>,
    /// Which messages; empty is all.
    pub on: Vec<MessageKind>,
    /// Only what is about one of these SKUs, in order; none is all.
    pub skus: Option<Vec<SkuId>>,
    /// The share of messages that it meets; of items or entries, where it is about these.
    pub share: Ppm,
    /// The share that it comes to, evenly, by the end of each spell; none: it stays as it is.
    pub rises_to: Option<Ppm>,
    /// The most it meets in all.
    pub at_most: Option<u64>,
    /// When it is in force; each from included, until not, and none touches another.
    pub spells: Vec<(At, At)>,
    /// What it does.
    pub does: FaultEffect,
}

/// What a fault does to a message that it meets, or to a machine.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultEffect {
    /// A call is answered "unavailable" and not carried out.
    Unavailable,
    /// Nobody listens: a call finds no connection.
    RefusesConnections,
    /// Calls beyond a limit are answered "over a limit" and not carried out.
    Throttles {
        /// What still gets through; none is nothing.
        allows: Option<LimiterKind>,
        /// How long callers are told to wait, whatever the limit would say.
        says: Option<ToldWait>,
    },
    /// A call is refused for good, as by a new rule.
    Refuses,
    /// A call is refused for good: its token is not known any more.
    RejectsTokens,
    /// A call is carried out, and its answer is lost so.
    LosesReplies(How),
    /// A call is carried out and never answered: its caller gives it up.
    SwallowsReplies,
    /// A call is neither carried out nor answered: its caller gives it up.
    Hangs,
    /// A call is carried out, and answered so much later.
    Slows(Law),
    /// A call is carried out, and its answer comes piece by piece, the last so much later.
    Trickles(Law),
    /// Items of an update are rejected.
    RejectsItems,
    /// Items of an update are answered as taken and never applied.
    Forgets,
    /// Entries of a page are left out, and the reader's cursor goes past them.
    SkipsEntries,
    /// A page begins with all that the page before it held.
    RepeatsPages,
    /// A read does not tell what was not listed so long ago.
    StaleReads(Span),
    /// Webhooks are never sent.
    DropsWebhooks,
    /// Webhooks come once more, so much later.
    RepeatsWebhooks(Law),
    /// Webhooks come so much later, and others overtake them.
    DelaysWebhooks(Law),
    /// Webhooks are kept back and come all at once, every so often.
    HoldsWebhooks(Span),
    /// Webhooks carry a signature that is wrong, however often they are posted.
    SpoilsSignatures,
    /// A connector takes up no work and looks for nothing; what it hears it keeps.
    Pauses,
    /// A connector is gone: what it had queued or in hand is lost, and webhooks find nobody.
    Crashes,
    /// A connector's clock is wrong.
    SkewsClock(ClockSkew),
}

impl FaultEffect {
    /// What it is to a machine; none: it is about messages.
    pub fn command(&self, begins: bool) -> Option<MachineCommand> {
        match (self, begins) {
            (FaultEffect::Pauses, true) => Some(MachineCommand::Pause),
            (FaultEffect::Crashes, true) => Some(MachineCommand::Crash),
            (FaultEffect::SkewsClock(skew), begins) => {
                Some(MachineCommand::SetClock(begins.then_some(*skew)))
            }
            (FaultEffect::Pauses | FaultEffect::Crashes, false) => Some(MachineCommand::Resume),
            _ => None,
        }
    }

    /// Whether it befalls a system or a machine as a whole, and no message by itself.
    pub fn befalls_whole(&self) -> bool {
        *self == FaultEffect::RefusesConnections || self.command(true).is_some()
    }

    /// Whether it is about webhooks.
    pub fn is_about_webhooks(&self) -> bool {
        matches!(
            self,
            FaultEffect::DropsWebhooks
                | FaultEffect::RepeatsWebhooks(_)
                | FaultEffect::DelaysWebhooks(_)
                | FaultEffect::HoldsWebhooks(_)
                | FaultEffect::SpoilsSignatures
        )
    }

    /// Whether it is about what a read lists.
    pub fn is_about_reads(&self) -> bool {
        matches!(
            self,
            FaultEffect::SkipsEntries | FaultEffect::RepeatsPages | FaultEffect::StaleReads(_)
        )
    }

    /// Whether it is about the items of an update.
    pub fn is_about_items(&self) -> bool {
        matches!(self, FaultEffect::RejectsItems | FaultEffect::Forgets)
    }
}

/// When faults begin and end.
pub fn edges(faults: &[FaultTerms]) -> impl Iterator<Item = (At, FaultId, bool)> {
    faults.iter().enumerate().flat_map(|(place, terms)| {
        let id = FaultId(place as u16);
        terms.spells.iter().flat_map(move |(from, until)| [(*from, id, true), (*until, id, false)])
    })
}

/// What the rules make of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultRuling {
    /// Nothing.
    Pass,
    /// It is not carried out, and answered so.
    Instead(Instead),
    /// It is neither carried out nor answered.
    Unheard(Fate),
    /// It is carried out; this becomes of its answer.
    Answered(Fate),
    /// It is carried out without some of its items.
    Without(Withheld),
    /// It is a read, and this rule has its way with what it lists ([`FaultRules::on_read`]).
    Reads(FaultId),
}

/// Items that do not reach the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// By item of the call.
    pub items: Vec<bool>,
    /// They are answered as taken; else as rejected.
    pub as_taken: bool,
}

#[cfg(test)]
mod tests;
