//! Owns eating a history fact by fact: what may be eaten at all, and who hears of it.
//! Must not know what is made of it in the end (`gates`, `verdict`).
//!
//! A fold is resumable and its memory bounded: what it keeps grows with SKUs × channels, with what
//! is under way, with 32 bytes an order and a bit an intent, never with time.

use super::books::Books;
use super::judgement::{Judgement, Verdict, Witness};
use super::orders::QTY_MAX;
use super::prices::POINTS_MAX;
use super::run::Run;
use super::under_way::UnderWay;
use super::verdict;
use crate::history::charter::{Charter, HISTORY_VERSION, Kpi, Limits};
use crate::history::fact::{Fact, Job, Line, StockCause, What};
use crate::ids::{ChannelId, ConnectorId, OrderId, SkuId};
use crate::units::{At, Qty, Span};

/// SKUs × channels; beyond, tables would not fit a small machine.
const CELLS_MAX: u64 = 2_000_000;
/// Channels, and connectors.
const ROLES_MAX: usize = 256;
/// Later than ten years after the start is not a campaign.
const AT_MAX: At = At(10 * 366 * 86_400 * 1_000_000);
/// An order number may run this far ahead of the facts eaten, …
const NUMBER_SLACK: u64 = 65_536;
/// … and so many times them.
const NUMBERS_A_FACT: u64 = 16;

/// Why facts cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAHistory {
    /// It does not begin with its terms.
    #[error("a history begins with its charter; this one begins with another fact (seq {0})")]
    NoCharter(u64),
    /// A second charter.
    #[error("fact {0} is a second charter; two histories must be judged apart")]
    SecondCharter(u64),
    /// Written by a later version.
    #[error("the history has version {found}, and this doorbuster reads up to {known}: update it")]
    TooNew {
        /// Its version.
        found: u32,
        /// The latest that can be read.
        known: u32,
    },
    /// The charter contradicts itself or asks for too much.
    #[error("the charter cannot be judged by: {0}")]
    Charter(String),
    /// A fact is missing or told twice.
    #[error("fact {expected} was expected, {found} was found: the history has a gap")]
    Gap {
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// A fact speaks of something that the charter does not have.
    #[error("fact {seq} speaks of {what}, and the charter ends before it")]
    Unknown {
        /// The fact.
        seq: u64,
        /// What it speaks of.
        what: String,
    },
    /// A fact's value is beyond reason.
    #[error("fact {seq} has {what}: no campaign has that")]
    Absurd {
        /// The fact.
        seq: u64,
        /// The value.
        what: String,
    },
    /// A channel accepted one order number twice.
    #[error("fact {seq} accepts order {number} of channel {channel} a second time")]
    AcceptedTwice {
        /// The fact.
        seq: u64,
        /// The channel.
        channel: u16,
        /// The order's number.
        number: u64,
    },
    /// Facts follow the last one.
    #[error("fact {0} follows the end of the history")]
    AfterTheEnd(u64),
}

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
    /// What can be said so far: [`Verdict::NoGo`] once something must-be-zero is not,
    /// [`Verdict::GoWithConditions`] while a share or the lag is beyond its watch edge, else
    /// [`Verdict::Go`]. Proof comes only at the end.
    pub so_far: Verdict,
}

impl Glance {
    /// The verdict so far in a word: nothing is proved before the end.
    pub fn word(&self) -> &'static str {
        match self.so_far {
            Verdict::NoGo => "NO-GO",
            Verdict::GoWithConditions | Verdict::Inconclusive => "at risk",
            Verdict::Go => "within limits",
        }
    }
}

/// A history being eaten.
#[derive(Clone, Debug, Default)]
pub struct Fold {
    facts: u64,
    run: Option<Box<Run>>,
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
            (Some(run), what) => {
                if run.ending.is_some() {
                    return Err(NotAHistory::AfterTheEnd(fact.seq));
                }
                check(what, &run.charter, fact, self.facts)?;
                run.eat(fact)?;
            }
        }
        self.facts += 1;
        Ok(())
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

fn begin(charter: &Charter) -> Result<Run, NotAHistory> {
    let wrong = |what: &str| Err(NotAHistory::Charter(what.to_owned()));
    if charter.version > HISTORY_VERSION {
        let (found, known) = (charter.version, HISTORY_VERSION);
        return Err(NotAHistory::TooNew { found, known });
    }
    if charter.channels.is_empty() || charter.channels.len() > ROLES_MAX {
        return wrong("there must be 1 to 256 channels");
    }
    if charter.connectors.len() > ROLES_MAX {
        return wrong("there may be at most 256 connectors");
    }
    if u64::from(charter.skus) * charter.channels.len() as u64 > CELLS_MAX {
        return wrong("SKUs × channels may be at most 2,000,000");
    }
    if charter.traffic_ends > AT_MAX || charter.drain > Span(AT_MAX.0) {
        return wrong("it lasts longer than ten years");
    }
    let known = |channel: ChannelId| channel.index() < charter.channels.len();
    if charter.accepted_risks.iter().filter_map(|risk| risk.channel).any(|c| !known(c)) {
        return wrong("an accepted risk names a channel that is not there");
    }
    if let Some(gate) = charter.gates.iter().find(|gate| !fits(gate.kpi, gate.limits)) {
        return wrong(&format!("the limits of {} are of another kind", gate.kpi.key()));
    }
    match Books::new(charter) {
        Some(books) => Ok(Run::new(charter, books)),
        None => wrong("`starts` must be like 2026-11-27T06:00:00-05:00"),
    }
}

/// Whether a KPI can be held against such limits.
fn fits(kpi: Kpi, limits: Limits) -> bool {
    match Limits::standard(kpi) {
        Limits::LagP95 { .. } => matches!(limits, Limits::LagP95 { .. }),
        // A share may be said from either side.
        _ => !matches!(limits, Limits::LagP95 { .. }),
    }
}

/// Checks one fact against the charter's tables before anybody indexes them.
struct Check<'a> {
    charter: &'a Charter,
    seq: u64,
    facts: u64,
}

fn check(what: &What, charter: &Charter, fact: &Fact, facts: u64) -> Result<(), NotAHistory> {
    let check = Check { charter, seq: fact.seq, facts };
    if fact.at > AT_MAX {
        return check.absurd(format!("a time {} µs after the start", fact.at.0));
    }
    match what {
        What::Sent { channel, .. } | What::Unsent { channel, .. } => {
            channel.map_or(Ok(()), |channel| check.channel(channel))
        }
        What::Stock { sku, cause, .. } => {
            check.cause(*cause)?;
            check.sku(*sku)
        }
        What::Supply { sku, .. } | What::PriceSet { sku, .. } | What::ListingSet { sku, .. } => {
            check.sku(*sku)
        }
        What::Accepted { order, lines, .. } => {
            check.order(*order)?;
            check.lines(lines)
        }
        What::Held { order, lines, .. } | What::Shipped { order, lines, .. } => {
            check.channel(order.channel)?;
            check.lines(lines)
        }
        What::TurnedAway { channel, line, .. } => {
            check.channel(*channel)?;
            check.lines(line.as_slice())
        }
        What::Paid { order }
        | What::Released { order, .. }
        | What::Delivered { order, .. }
        | What::Noticed { order, .. } => check.channel(order.channel),
        What::OmsCancelled { order, sku, .. } => {
            check.channel(order.channel)?;
            sku.map_or(Ok(()), |sku| check.sku(sku))
        }
        What::Shown { channel, sku, .. }
        | What::Priced { channel, sku, .. }
        | What::Listed { channel, sku, .. } => {
            check.channel(*channel)?;
            check.sku(*sku)
        }
        What::Pushed { connector, channel, items, .. } => {
            check.connector(*connector)?;
            check.channel(*channel)?;
            items.iter().try_for_each(|item| check.sku(item.sku))
        }
        What::GaveUp { job: Job::Push { channel, items, .. }, .. } => {
            check.channel(*channel)?;
            items.iter().try_for_each(|(sku, _)| check.sku(*sku))
        }
        What::HandoffTried { connector, .. } | What::Queue { connector, .. } => {
            check.connector(*connector)
        }
        _ => Ok(()),
    }
}

impl Check<'_> {
    fn channel(&self, channel: ChannelId) -> Result<(), NotAHistory> {
        self.below(channel.index(), self.charter.channels.len(), "channel")
    }

    fn sku(&self, sku: SkuId) -> Result<(), NotAHistory> {
        self.below(sku.index(), self.charter.skus as usize, "SKU")
    }

    fn connector(&self, connector: ConnectorId) -> Result<(), NotAHistory> {
        self.below(connector.index(), self.charter.connectors.len(), "connector")
    }

    fn cause(&self, cause: StockCause) -> Result<(), NotAHistory> {
        match cause {
            StockCause::Reserve(order) | StockCause::Release(order) | StockCause::Ship(order) => {
                self.channel(order.channel)
            }
            StockCause::Opening | StockCause::Merchant => Ok(()),
        }
    }

    fn order(&self, order: OrderId) -> Result<(), NotAHistory> {
        self.channel(order.channel)?;
        if order.number > NUMBER_SLACK + NUMBERS_A_FACT * self.facts {
            return self.absurd(format!("order number {}", order.number));
        }
        Ok(())
    }

    fn lines(&self, lines: &[Line]) -> Result<(), NotAHistory> {
        for line in lines {
            self.sku(line.sku)?;
            if !(0..=QTY_MAX).contains(&line.qty.0) {
                return self.absurd(format!("a line of {} units", line.qty.0));
            }
        }
        Ok(())
    }

    fn below(&self, index: usize, len: usize, what: &str) -> Result<(), NotAHistory> {
        if index < len {
            return Ok(());
        }
        Err(NotAHistory::Unknown { seq: self.seq, what: format!("{what} {index}") })
    }

    fn absurd(&self, what: String) -> Result<(), NotAHistory> {
        Err(NotAHistory::Absurd { seq: self.seq, what })
    }
}

/// A SKU's price list has grown beyond reason.
pub(super) fn too_many_prices(w: Witness) -> NotAHistory {
    let what = format!("more than {POINTS_MAX} prices set ahead for one SKU");
    NotAHistory::Absurd { seq: w.seq, what }
}
