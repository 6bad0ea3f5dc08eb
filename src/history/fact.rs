//! Owns the facts: what can be said to have happened, and who saw it.
//! Must not know whether a fact is good or bad. `kinds` has the words that facts are made of.

mod acted;
mod carts;
mod flow;
pub(crate) mod groups;
mod kinds;
mod names;
mod party;
mod record;
mod seen;

use serde::{Deserialize, Serialize};

pub use acted::{ActedBy, ActedOn, Action, OPERATOR_WORDS, OperatorAct, REMARK_CHARS_MAX};
pub use carts::{Cart, CartEnd, CartEnding};
pub use flow::Confirmed;
pub use kinds::{
    Address, Amended, Call, CallOutcome, Delivery, Edited, Ending, HarnessFault, Intake, Job, Line,
    Lines, Outcome, PushItem, PushKind, Refusal, Release, StockCause, SupplyChange,
};
pub use names::Named;
pub use party::{Met, OfferWrite, Party, PartyAct, PartyState, SourceSaid};
pub use record::Fact;
pub use seen::Seen;

use super::charter::{Charter, StockRule};
use crate::ids::{
    AlertId, Buyer, ChannelId, ConnectorId, FaultId, Intent, LocationId, OmsOrder, OpId, OrderId,
    SkuId, Version,
};
use crate::units::{At, Money, Qty, Span};

/// What happened, grouped by who saw it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// The terms; always the first record and only there.
    Charter(Box<Charter>),
    // --- the load: calls by shoppers and merchant, seen by the client that makes them ---
    /// A call left the generator.
    Sent {
        /// The call.
        op: OpId,
        /// What it asks.
        call: Call,
        /// The channel it goes to; none is the source of record.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
        /// What is wanted.
        intent: Intent,
        /// When it should have been sent.
        intended: At,
    },
    /// A call came back, or its time-out passed ([`Outcome::Unknown`]).
    Answered {
        /// The call.
        op: OpId,
        /// What it means.
        outcome: Outcome,
    },
    /// A call was due and never left the harness: no capacity, no connection, no descriptor.
    Unsent {
        /// The call, when it was said to be sent before it turned out that it could not be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        op: Option<OpId>,
        /// What it would have asked.
        call: Call,
        /// The channel it would have gone to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
        /// What was wanted.
        intent: Intent,
        /// When it should have been sent.
        intended: At,
    },
    /// The resolution pass found out what became of a call whose outcome was unknown.
    Resolved {
        /// The call.
        op: OpId,
        /// What it turned out to be.
        outcome: Outcome,
    },
    /// Physical truth, known to the harness: the sellable supply changed by `units`.
    Supply {
        /// The SKU.
        sku: SkuId,
        /// The change.
        units: Qty,
        /// Why.
        why: SupplyChange,
        /// Where; none: all stock lies in one place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<LocationId>,
    },
    /// A channel's own journal: it accepted an order.
    Accepted {
        /// The order.
        order: OrderId,
        /// What the shopper wanted; two orders of one intent are a duplicate.
        intent: Intent,
        /// The shopper.
        buyer: Buyer,
        /// What was bought.
        lines: Lines,
        /// Not ours to fulfil until [`What::Paid`].
        awaits_payment: bool,
    },
    /// A channel holds units in a shopper's cart: nobody else can buy them there.
    Carted(Cart),
    /// A channel holds a cart's units no more.
    CartEnded(CartEnd),
    /// A channel turned an order away; nothing was sold.
    TurnedAway {
        /// The channel.
        channel: ChannelId,
        /// What the shopper wanted.
        intent: Intent,
        /// Why.
        why: Refusal,
        /// The line it failed on, when one did, `offered` as shown at that moment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<Line>,
    },
    /// The order was paid and is ours to fulfil.
    Paid {
        /// The order.
        order: OrderId,
    },
    /// The channel released an accepted order: its units are free again.
    Released {
        /// The order.
        order: OrderId,
        /// Why.
        why: Release,
    },
    /// A shopper changed an accepted order: this is its version from now on.
    Edited(Edited),
    /// A channel that waits for it was told that we accept an order of its.
    Acknowledged(Confirmed),
    /// A channel was told that an order of its has left the building.
    Dispatched(Confirmed),
    /// A channel now offers this quantity, computed from this version of the source's stock.
    Shown {
        /// The channel.
        channel: ChannelId,
        /// The SKU.
        sku: SkuId,
        /// The source's version it was computed from.
        version: Version,
        /// What is offered.
        qty: Qty,
        /// Between which moments, when it was found by looking; none: exactly then.
        #[serde(default, alias = "missed", deserialize_with = "seen::or_missed")]
        #[serde(skip_serializing_if = "Option::is_none")]
        seen: Option<Box<Seen>>,
    },
    /// A channel now charges this price.
    Priced {
        /// The channel.
        channel: ChannelId,
        /// The SKU.
        sku: SkuId,
        /// The version of the source's price.
        version: Version,
        /// The price.
        price: Money,
        /// Between which moments, when it was found by looking; none: exactly then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Box<Seen>>,
    },
    /// A channel now sells this listing.
    Listed {
        /// The channel.
        channel: ChannelId,
        /// The SKU.
        sku: SkuId,
        /// The version of the source's listing.
        version: Version,
        /// Between which moments, when it was found by looking; none: exactly then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Box<Seen>>,
    },
    // --- the journal of the OMS and source of record ---
    /// The source acknowledged a stock change: this is its ledger now.
    Stock {
        /// The SKU.
        sku: SkuId,
        /// The version of this level; grows by one a change of the SKU.
        version: Version,
        /// Units in the building.
        on_hand: Qty,
        /// Units promised to orders. Available = on hand − reserved, and may be negative.
        reserved: Qty,
        /// The change of *available* that was asked for.
        change: Qty,
        /// What asked for it.
        cause: StockCause,
        /// Where these units are; none: all stock lies in one place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<LocationId>,
    },
    /// The source set a price.
    PriceSet {
        /// The SKU.
        sku: SkuId,
        /// Its version.
        version: Version,
        /// The price.
        price: Money,
        /// When it is due at the channels; not before this fact.
        due: At,
        /// The channel that it is of; none: of every channel.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
    },
    /// The source published a listing.
    ListingSet {
        /// The SKU.
        sku: SkuId,
        /// Its version.
        version: Version,
    },
    /// From now on a channel should show by this rule; until then by the charter's.
    RuleSet {
        /// The channel.
        channel: ChannelId,
        /// The rule.
        rule: StockRule,
    },
    /// A handoff reached the OMS. Every delivery is one, also of an order it already holds.
    Delivered {
        /// The order.
        order: OrderId,
        /// Which attempt of the connector's.
        attempt: u32,
        /// What the OMS made of it.
        made: Delivery,
    },
    /// The OMS created an order record.
    Held {
        /// The order as its channel knows it.
        order: OrderId,
        /// The record; a second one for the same order is a duplicate.
        oms: OmsOrder,
        /// What the record says was bought (`offered` and `left` are zero).
        lines: Lines,
        /// What it comes to in the OMS's books, where its channel has a tariff.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        booked: Option<Money>,
    },
    /// The OMS made an order record say what a later version of the order does.
    Amended(Amended),
    /// The OMS cancelled an order record.
    OmsCancelled {
        /// The order as its channel knows it.
        order: OrderId,
        /// The record.
        oms: OmsOrder,
        /// Why.
        why: Release,
        /// The SKU it was short of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sku: Option<SkuId>,
    },
    /// The OMS shipped an order record: on hand and reserved fall together.
    Shipped {
        /// The order as its channel knows it.
        order: OrderId,
        /// The record.
        oms: OmsOrder,
        /// What left the building.
        lines: Lines,
    },
    /// A connector's journal: it learned of an order.
    Noticed {
        /// The connector.
        connector: ConnectorId,
        /// The order.
        order: OrderId,
        /// How.
        by: Intake,
    },
    /// A connector's attempt to update a channel came back.
    Pushed {
        /// The connector.
        connector: ConnectorId,
        /// The channel.
        channel: ChannelId,
        /// What was updated.
        kind: PushKind,
        /// Which attempt, from 1.
        attempt: u32,
        /// How long its job had waited for a worker before; of several changes the first's.
        #[serde(default, skip_serializing_if = "Span::is_zero")]
        waited: Span,
        /// When the call was sent.
        sent: At,
        /// What the whole call came to.
        outcome: CallOutcome,
        /// What was in it.
        items: smallvec::SmallVec<[PushItem; 1]>,
    },
    /// A connector's attempt to hand an order to the OMS came back.
    HandoffTried {
        /// The connector.
        connector: ConnectorId,
        /// The order.
        order: OrderId,
        /// Which attempt, from 1.
        attempt: u32,
        /// How long it had waited for a worker before this attempt.
        #[serde(default, skip_serializing_if = "Span::is_zero")]
        waited: Span,
        /// When the call was sent.
        sent: At,
        /// What it came to.
        outcome: CallOutcome,
    },
    /// A connector gave up on a job: what it carried is lost unless something newer replaces it.
    GaveUp {
        /// The connector.
        connector: ConnectorId,
        /// What it was.
        job: Job,
        /// After how many attempts.
        attempts: u32,
        /// What the last attempt came to.
        last: CallOutcome,
    },
    /// A sample of a connector's queue.
    Queue {
        /// The connector.
        connector: ConnectorId,
        /// Which of its partitions.
        partition: u16,
        /// Jobs waiting, those in backoff included.
        depth: u32,
        /// Workers busy.
        busy: u16,
        /// Workers there are.
        workers: u16,
    },
    // --- the run itself ---
    /// What a connector that is somebody else's program was told, wrote or met; it came, or went.
    Party(Party),
    /// The driver's loop stood still for so many wall microseconds.
    Stalled {
        /// How long.
        wall_us: u64,
    },
    /// What befell the harness itself since the last such record: never a system's or team's doing.
    Harness {
        /// What.
        fault: HarnessFault,
        /// At whose address.
        at: Address,
        /// How often.
        times: u64,
    },
    /// A fault of the charter's begins or ends.
    Fault {
        /// Which.
        fault: FaultId,
        /// Whether it is in force from now on.
        in_force: bool,
    },
    /// A fault met so many messages, or items of messages, since the last such record of it.
    FaultHits {
        /// Which.
        fault: FaultId,
        /// How many.
        hits: u64,
    },
    /// Somebody acted on the run from outside, or tried to.
    Acted(Box<Action>),
    /// Whoever looks on saw that an alert fires, or does so no more.
    Alert {
        /// Which rule's.
        alert: AlertId,
        /// The channel that it is about; none is all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
        /// Whether it fires from now on.
        firing: bool,
    },
    /// The last arrival was due.
    TrafficEnded {},
    /// Every role is known to be quiet: no order, change, payment or job is under way.
    Quiet {},
    /// A later minor version's kind, by its name: made by the reader alone, and never written.
    #[serde(skip)]
    Unknown(Box<str>),
    /// The last record of a whole history.
    Ended {
        /// Why.
        why: Ending,
    },
}
