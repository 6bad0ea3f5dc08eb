//! Owns what a judgement says of what was done to a run from outside: faults injected on purpose,
//! alerts and actions. Must not know gates, nor windows.

use super::Count;
use crate::history::fact::Action;
use crate::ids::{AlertId, ChannelId, FaultId};
use crate::units::{At, Qty, Span};

/// A fault as it was injected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InjectedFault {
    /// When it was in force.
    pub spells: Vec<Spell>,
    /// How many messages it met, or items of messages.
    pub hits: u64,
}

/// A stretch in which a fault was in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// Its beginning.
    pub from: At,
    /// Its end; none where the record has none.
    pub until: Option<At>,
}

/// An alert as it was raised, on one channel or on all together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertSeen {
    /// Which rule's.
    pub alert: AlertId,
    /// The channel that it is about; none is all of them.
    pub channel: Option<ChannelId>,
    /// When it fired, in order.
    pub spells: Vec<Spell>,
}

impl AlertSeen {
    /// When it first fires from `from` on: what began then is detected by it at that moment. One
    /// that fired before and still does detects nothing new.
    pub fn first_from(&self, from: At) -> Option<At> {
        self.spells.iter().map(|spell| spell.from).find(|at| *at >= from)
    }
}

/// A stretch in which something was broken on purpose, overlapping faults together, and what came
/// of it until all was in band again, the next one began, or the record ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disturbance {
    /// Its beginning.
    pub from: At,
    /// The end of the last fault in it.
    pub until: At,
    /// What was in force.
    pub faults: Vec<FaultId>,
    /// When anything was first out of band, or beyond what was usual before; none: never.
    pub impact: Option<At>,
    /// Who first saw it, at or after its beginning and before the next one's; none: no fact tells
    /// of one.
    pub detected: Option<Noticed>,
    /// The first act of somebody or of a step likewise.
    pub acted: Option<Noticed>,
    /// The channels on which a measure was out of band.
    pub out: Vec<ChannelId>,
    /// … and at which none of its faults was aimed, where each was aimed at some.
    pub collateral: Vec<ChannelId>,
    /// When all was in band again.
    pub recovered: Recovered,
    /// The record was cut off before it could be told how it ended: what is counted may go on.
    pub cut: bool,
    /// The beginning of the last stretch that was out of band or beyond the usual by itself; none:
    /// no stretch was.
    pub last_out: Option<At>,
    /// From when on no stretch was, not even with others added up, where all was in band again;
    /// it may be before the end of what was broken.
    pub back: Option<At>,
    /// The longest sync lag, by p95 of a stretch or age of the oldest change not shown.
    pub worst_lag: Span,
    /// Most jobs waiting in connectors.
    pub backlog: u32,
    /// What was usual: 99 of 100 stretches before had no more; none where none was like it.
    pub backlog_usual: Option<u32>,
    /// Jobs waiting × time, in job-microseconds, by the deepest of each window.
    pub backlog_area: u64,
    /// From when on, after the most, no more waited than is usual; none: not while it was followed.
    pub drained: Option<At>,
    /// How long what waited when it ended would take workers as they were before: B ÷ (μ − λ).
    pub drains_in: Option<Span>,
    /// Units oversold.
    pub oversold: Qty,
    /// Orders cancelled for stock.
    pub cancelled: u64,
    /// Orders due that were not handed off by the deadline.
    pub unhanded: u64,
    /// Orders turned away though not for want of stock.
    pub turned_away: u64,
    /// Orders that the OMS never had: definitely those whose deadline has passed.
    pub lost: Count,
    /// The longest that an order waited for the OMS to hold it; [`Span::MAX`]: it never did.
    pub longest_wait: Span,
    /// Orders that the OMS made a second record of.
    pub duplicates: u64,
    /// Orders charged a price that was not valid.
    pub mispriced: u64,
    /// Orders refused for stock that was there.
    pub undersold: u64,
}

/// When all was in band again after a disturbance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recovered {
    /// Nothing was ever out of band.
    NeverOut,
    /// From this moment on, for as long as it must hold.
    At(At),
    /// Not by this moment, at which the next one began or the record ended.
    NotBy(At),
    /// Too little was seen to say.
    #[default]
    Unknown,
}

/// Something was seen, or done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noticed {
    /// When.
    pub at: At,
    /// By whom.
    pub by: NoticedBy,
}

/// Who saw something, or did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticedBy {
    /// A rule of the charter's fired.
    Alert(AlertId),
    /// A step of the scenario, by its name.
    Step(String),
    /// Somebody, as they call themselves.
    Somebody(String),
}

/// Something that was done to the run from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenAction {
    /// When.
    pub at: At,
    /// What, by whom.
    pub action: Action,
}
