//! Owns the shape of the operating checklist: topics, where they stand, and what that rests on.
//! Must not know how it is decided, nor the sentences.

use crate::ids::{ChannelId, ConnectorId};
use crate::units::{Ppm, Qty};

/// What an operation rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Every channel's state is known.
    ChannelVisibility,
    /// Failures are retried, and that costs nothing.
    ReliabilityControls,
    /// Books are compared day by day, and agree.
    ReconciliationCadence,
    /// Each failure class has exactly one owner.
    OwnershipModel,
    /// Another channel could be added.
    ExpansionReadiness,
}

/// Where an item of the checklist stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckState {
    /// The run has shown it.
    Pass,
    /// The run has shown that it is not so.
    Fail,
    /// The run never put it to the test.
    NotExercised,
}

/// An item of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What.
    pub topic: Topic,
    /// Where it stands.
    pub state: CheckState,
    /// Why.
    pub because: Because,
}

/// What an item rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// The record stops before the run's end, and nothing failed until there.
    Cut,
    /// The history does not hold the word of those who could tell.
    NotObserved,
    /// Channel visibility.
    Seen(ItemSeen),
    /// Reliability controls.
    Retries(Retries),
    /// Reconciliation cadence.
    Books(Compared),
    /// Ownership model.
    Owners(Owners),
    /// Expansion readiness.
    Room(Room),
}

/// What was seen of the channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemSeen {
    /// Pass: so much, on all of them.
    All {
        /// Orders accepted.
        orders: u64,
        /// Stock changes that channels had to show.
        changes: u64,
    },
    /// Fail: these took orders and never showed a stock change meant for them.
    NeverShown(Vec<ChannelId>),
    /// Fail: units oversold for a reason that the record cannot tell.
    Unexplained(Qty),
    /// Fail: calls of which nobody knows what became of them.
    OutcomesUnknown {
        /// How many.
        calls: u64,
        /// Of so many sent.
        of: u64,
    },
    /// Not exercised: these took no order, or had no stock change to show.
    Nothing(Vec<ChannelId>),
}

/// What became of what failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retries {
    /// Pass: nothing was lost or done twice.
    Held {
        /// Attempts after the first.
        again: u64,
        /// Orders delivered to an OMS that already had them.
        known: u64,
    },
    /// Fail: something was done twice. One order may be among several of these: each is counted as
    /// its rule counts it, and they are not added up.
    Duplicated {
        /// Intents accepted as two orders.
        accepted: u64,
        /// Orders created more than once in the OMS.
        created: u64,
        /// Orders that took their units from stock twice.
        reserved: u64,
    },
    /// Fail: orders that never reached the OMS.
    OrdersLost(u64),
    /// Fail: updates given up after throttling.
    UpdatesLost(u64),
    /// Not exercised: nothing was tried again.
    NothingFailed,
    /// Not exercised: so many attempts after the first, but the OMS was never asked twice.
    NothingTwice(u64),
}

/// How the books were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Pass: each book day, and what is unmatched lies within the limit.
    Matched {
        /// Book days, over all channels.
        days: u64,
        /// Orders that are unmatched.
        unmatched: u64,
        /// Orders in either book.
        of: u64,
    },
    /// Fail: the worst day.
    Unmatched {
        /// Whose.
        channel: ChannelId,
        /// Which.
        day: u32,
        /// Orders that are unmatched.
        unmatched: u64,
        /// Orders in either book.
        of: u64,
        /// The healthy edge.
        limit: Ppm,
    },
    /// Not exercised: days whose hour of comparison had not come; none at all when both are zero.
    Open {
        /// How many.
        open: u64,
        /// Of so many.
        of: u64,
    },
}

/// Who answers for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owners {
    /// Pass.
    One {
        /// Failure classes.
        classes: u64,
        /// Those that have an owner of their own; the others have the one of the rest.
        named: u64,
    },
    /// Fail: nobody answers for these.
    Nobody(Vec<&'static str>),
    /// Fail: more than one team does.
    Several(Vec<&'static str>),
}

/// Whether there is room for another channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Room {
    /// Pass.
    Enough {
        /// Channels that are proved.
        channels: u64,
        /// How busy the busiest workers were.
        busy: Ppm,
    },
    /// Fail: these are a NO-GO already.
    ChannelsFailed(Vec<ChannelId>),
    /// Fail: workers have no room left.
    None {
        /// Whose.
        connector: ConnectorId,
        /// How busy they were.
        busy: Ppm,
        /// How busy they may be.
        limit: Ppm,
    },
    /// Not exercised: there is but one channel.
    OneChannel,
    /// Not exercised: these are not proved as it is.
    ChannelsUnproved(Vec<ChannelId>),
    /// Not exercised: no queue was ever looked at.
    NoQueueSeen,
}
