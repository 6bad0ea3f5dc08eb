//! Owns the shape of a judgement: every number a report shows, with its bounds and its sample.
//! Must not know how the numbers are found (the other files of `judge`) nor how they look.
//!
//! All integers, so that judging again gives the same bits. Counts of events are
//! `[definite, possible]`: `possible` includes the definite ones.

#[macro_use]
mod listed;
mod broken;
mod checklist;
mod converted;
mod dispatched;
mod findings;
mod honesty;
mod numbers;
mod objective;
mod party;
mod pool;

pub use broken::{
    AlertSeen, Disturbance, InjectedFault, Noticed, NoticedBy, Recovered, SeenAction, Spell,
};
pub use checklist::{Because, Check, CheckState, Compared, ItemSeen, Owners, Retries, Room, Topic};
pub use converted::{Converted, Mischarge};
pub use dispatched::{AcceptedOnes, Dispatched};
pub use findings::{
    ErrorClass, ErrorRow, Impact, Mismatch, MismatchCell, MoneyAtRisk, OversellCauses, RankBand,
    ReconciliationTime, RunOut, StuckOffer, WorstWindow, WrongOffer,
};
pub use honesty::{Coarse, HarnessSeen, LoadHonesty, TookTooLong};
pub use numbers::{
    BookDay, CallLatency, Kept, Percentiles, QueueSummary, Series, SkuStory, StoryEvent, StoryWhat,
    Totals, WaitSummary, Window, Work,
};
pub use objective::ObjectiveResult;
pub use party::{LooksAs, LooksLike, PartySeen};
pub use pool::{Clusters, Pool};

use crate::history::charter::{Charter, Evidence, Kpi, Limits};
use crate::history::fact::Ending;
use crate::ids::{ChannelId, OrderId, SkuId};
use crate::units::{At, Money, Ppm, Qty, Span};

/// The verdict on a run or a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Every gate is healthy.
    Go,
    /// Every gate is proved within its limits; some are in the watch band.
    GoWithConditions,
    /// Something is not proved, nothing failed.
    Inconclusive,
    /// A gate failed.
    NoGo,
}

/// Where a gate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Band {
    /// The bound on the bad side lies within the healthy edge.
    Healthy,
    /// It lies within the watch edge.
    Watch,
    /// The bound on the good side lies beyond the watch edge.
    Failed,
    /// Neither can be said, for this reason.
    NotProved(Unproved),
}

/// Why a gate is not proved, most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unproved {
    /// The history stops before its end.
    Truncated,
    /// It holds kinds of facts that this version does not know.
    UnknownKinds,
    /// A part of the harness panicked, or its own calls found no connection: what failed may be its
    /// doing.
    HarnessFailed,
    /// The load fell behind its schedule.
    GeneratorSaturated,
    /// Speeding up the clock made exchanges or stalls too long for the gate's durations.
    TimeScaleTooCoarse,
    /// Too many calls came back without an answer, whatever was found out of them later.
    Unanswered,
    /// Shoppers were told otherwise than their channel says.
    Contradicted,
    /// The kind of fact that it needs is missing.
    NotObserved,
    /// What it guards against was never put to the test.
    NotExercised,
    /// Too few samples, or too few independent ones.
    TooFewSamples,
    /// Outcomes that could go either way straddle the limit.
    Unresolved,
    /// The value lies above half its limit: no number of samples would prove it as it is.
    AtTheLimit,
}

/// Events that definitely happened, and those that may have (the definite ones included).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Definite.
    pub definite: u64,
    /// Definite or possible.
    pub possible: u64,
}

/// A gate on one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateResult {
    /// What is gated.
    pub kpi: Kpi,
    /// The channel; none is the whole run.
    pub channel: Option<ChannelId>,
    /// The limits in force.
    pub limits: Limits,
    /// Where it stands.
    pub band: Band,
    /// The value seen: a p95 or a share.
    pub value: Measure,
    /// The bounds that decide; for a p95 a census interval, for a share 95 % Clopper–Pearson.
    pub low: Measure,
    /// The upper bound; `None` inside means "later than the end of observation".
    pub high: Measure,
    /// Orders or changes it rests on.
    pub samples: u64,
    /// What they are worth in independent samples: minutes with changes for a lag; for a share
    /// that clusters by SKU its effective sample, without events the SKUs that ran out.
    pub independent: u64,
    /// Samples a healthy verdict needs at the events seen (0 when it has them).
    pub samples_needed: u64,
    /// Bad events: late changes, failed handoffs, cancelled orders, …
    pub bad: Count,
    /// The first fact that counts against it, when there is one.
    pub first_bad: Option<Witness>,
    /// The team that answers.
    pub owner: String,
    /// An accepted risk covers it (index into the charter's list).
    pub accepted: Option<usize>,
    /// What the bad events touched; none where the record cannot tell.
    pub impact: Option<Impact>,
    /// What many runs pool of it.
    pub pool: Pool,
}

impl GateResult {
    /// Money the bad events stand for, as far as the record can tell.
    pub fn money(&self) -> Money {
        self.impact.map_or(Money::ZERO, |impact| impact.money)
    }
}

/// A value of a KPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A duration; `None` is later than the end of observation.
    Lag(Option<Span>),
    /// A share.
    Share(Ppm),
    /// Nothing was measured.
    Absent,
}

/// A fact that shows something, by its sequence number and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The fact's sequence number.
    pub seq: u64,
    /// When.
    pub at: At,
}

listed! {
    /// A rule beside the gates (docs/measures.md, invariants): of some a single breach is a NO-GO,
    /// others are counted.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Invariant {
        /// More OMS records than one for an order.
        DuplicateHandoff,
        /// One order took its units twice.
        DoubleDecrement,
        /// One intent was accepted twice.
        DuplicateAcceptance,
        /// Accepted, and absent from the OMS after the deadline.
        LostHandoff,
        /// In the OMS and never accepted.
        GhostOrder,
        /// In the OMS and different from what was accepted.
        AlteredOrder,
        /// Supply = on hand + shipped, per SKU, at quiet.
        Conservation,
        /// The OMS's ledger changed by something else than what was asked.
        LostUpdate,
        /// Units accepted beyond supply.
        Oversell,
        /// Refused for stock that was there.
        Undersell,
        /// A channel offered more than there was.
        StaleListing,
        /// Accepted at a price not valid within the grace.
        MispricedOrder,
        /// A price charged before it was due or after its end.
        PriceOutOfTime,
        /// An older version shown after a newer one had settled.
        Regression,
        /// At quiet, an offer that is not what the rule makes of the source.
        WrongOffer,
        /// At quiet, a price that is not the intended one.
        WrongPrice,
        /// An offer older than the watch edge of sync lag while shoppers ordered it.
        StuckOffer,
        /// Ended by its channel or by the OMS, and alive on the other side.
        OneSidedEnd,
        /// Told that it was refused and accepted, or that it was done and not.
        ContradictedAnswer,
        /// Turned away as unavailable or throttled, and never served.
        SentAway,
        /// Cancelled for want of stock after the term within which that counts.
        LateCancellation,
        /// Not told in time to its channel that it has left; asked where a channel asks for it.
        LateDispatch,
        /// Not accepted in time by us; asked where orders wait for that.
        LateAcceptance,
    }
}

impl Invariant {
    /// Those that are asked of a run with these terms, in order.
    pub fn asked(charter: &Charter) -> impl Iterator<Item = Invariant> {
        let flows = || charter.channels.iter().map(|channel| channel.flow);
        let leave = flows().any(|flow| flow.dispatch_within.is_some());
        let wait = flows().any(|flow| flow.accept_within.is_some());
        Invariant::ALL.into_iter().filter(move |rule| match rule {
            Invariant::LateDispatch => leave,
            Invariant::LateAcceptance => wait,
            _ => true,
        })
    }
}

/// How an invariant fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvariantResult {
    /// Which.
    pub invariant: Invariant,
    /// Whether a definite breach fails the run whatever the gates say.
    pub must_be_zero: bool,
    /// Breaches: orders, SKUs or changes, as the invariant counts them.
    pub breaches: Count,
    /// How many things were checked: "none of n", for the bound that leaves.
    pub of: u64,
    /// Units concerned.
    pub units: Qty,
    /// Money concerned.
    pub money: Money,
    /// Where it stands; only `must_be_zero` ones ever say `Failed`.
    pub band: Band,
    /// The first breach.
    pub first: Option<Witness>,
    /// The order of the first breach, where there is one.
    pub first_order: Option<OrderId>,
    /// The team that answers.
    pub owner: String,
}

/// Why the verdict is what it is: one entry a decisive gate or invariant, worst first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A gate (index into [`Judgement::gates`]).
    Gate(usize),
    /// An invariant (index into [`Judgement::invariants`]).
    Invariant(usize),
    /// An objective for recovery (index into [`Judgement::objectives`]).
    Objective(usize),
    /// The run as a whole.
    Run(Unproved),
    /// Orders were wanted on this channel, and it accepted none, or next to none of those that it
    /// could have taken.
    NothingAccepted(ChannelId),
    /// The record has something to show of this KPI, and the terms hold it to nothing.
    NotGated(Kpi),
    /// Rows of the file that the traffic rests on could not be read.
    RowsMissing,
}

/// One channel's verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelVerdict {
    /// The verdict on this channel alone.
    pub verdict: Verdict,
    /// Its share of the orders wanted (of those decided, where nobody recorded what was wanted).
    pub share: Ppm,
    /// Too few samples, but too small to block the run.
    pub too_small_to_block: bool,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Everything that a history means.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The terms.
    pub charter: Charter,
    /// The verdict.
    pub verdict: Verdict,
    /// The evidence it rests on.
    pub evidence: Evidence,
    /// How the history ends; none is truncated.
    pub ending: Option<Ending>,
    /// Campaign time of the last fact.
    pub observed_until: At,
    /// Facts judged.
    pub facts: u64,
    /// Facts of kinds that this version does not know, by kind.
    pub unknown_kinds: Vec<(String, u64)>,
    /// Why, worst first.
    pub reasons: Vec<Reason>,
    /// By channel, by [`ChannelId`].
    pub channels: Vec<ChannelVerdict>,
    /// Each gate on the run and on each channel: KPIs in order, the run first.
    pub gates: Vec<GateResult>,
    /// Each invariant.
    pub invariants: Vec<InvariantResult>,
    /// Why units were oversold, over the run.
    pub causes: OversellCauses,
    /// Totals of the run.
    pub totals: Totals,
    /// Totals by channel.
    pub channel_totals: Vec<Totals>,
    /// Channels that convert prices.
    pub converted: Vec<Converted>,
    /// Channels whose orders wait for us to accept them.
    pub accepted: Vec<AcceptedOnes>,
    /// Channels that are to be told what has left the building.
    pub dispatched: Vec<Dispatched>,
    /// Load honesty.
    pub load: LoadHonesty,
    /// Latency by call and channel.
    pub latency: Vec<CallLatency>,
    /// The campaign in windows.
    pub series: Series,
    /// Books by day.
    pub books: Vec<BookDay>,
    /// Queues.
    pub queues: Vec<QueueSummary>,
    /// How long connectors' jobs waited for a worker.
    pub waits: Vec<WaitSummary>,
    /// Each fault of the charter's, as it was injected.
    pub injected: Vec<InjectedFault>,
    /// What was done to the run from outside, in order; a thousand at the most, …
    pub actions: Vec<SeenAction>,
    /// … and how much more.
    pub more_actions: u64,
    /// Each alert of the charter's, on each of its channels, as it was raised.
    pub alerts: Vec<AlertSeen>,
    /// What came of each time in which something was broken; fifty at the most.
    pub disturbances: Vec<Disturbance>,
    /// What recovery was to come to, and whether it did, in the charter's order.
    pub objectives: Vec<ObjectiveResult>,
    /// Who offered more than there was, by how well the SKUs sell.
    pub mismatch: Mismatch,
    /// The best sellers that ran out, and what the law of oversell says of them.
    pub run_outs: Vec<RunOut>,
    /// Every SKU that ran out, and when it first did, by [`SkuId`].
    pub ran_out: Vec<(SkuId, At)>,
    /// What goes wrong with orders, worst first.
    pub errors: Vec<ErrorRow>,
    /// How long putting the books straight takes.
    pub reconciliation: ReconciliationTime,
    /// Offers that stood still while shoppers ordered, most ordered first; ten at the most.
    pub stuck: Vec<StuckOffer>,
    /// Offers that are not what the source makes them, dearest first; ten at the most.
    pub wrong: Vec<WrongOffer>,
    /// Whether the run lies within every limit, everything possible counted as bad, and nothing
    /// that must be zero is not: what many runs count.
    pub in_band: bool,
    /// KPIs that the record has something to show of, and that no gate holds to anything.
    pub not_gated: Vec<Kpi>,
    /// Phases (by place in the charter) in which orders were to come, and none was wanted.
    pub silent_phases: Vec<usize>,
    /// What an operation rests on.
    pub checklist: Vec<Check>,
    /// The worst oversold SKU.
    pub worst: Option<SkuStory>,
    /// What is known of a connector from outside; none: there was none.
    pub party: Option<PartySeen>,
}
