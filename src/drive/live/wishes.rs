//! Owns what can be wished of mocks from outside, and the way of a wish to them and back.
//! Must not know how it is granted.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

use super::error::LiveError;
use super::tail::{JournalReader, JournalWish, NotThere, Tail};
use crate::commerce::protocol::{CameBack, ChannelReply};
use crate::history::Charter;
use crate::history::writer::Journal;
use crate::ids::{ChannelId, FaultId, SkuId};
use crate::units::{At, Qty, Span};
use crate::wire::dialect::{HttpReply, channel, oms};

/// So many wait at most; whoever comes then waits outside.
const WAITING_MAX: usize = 64;
/// A wish, and who is told what came of it.
pub(super) enum Wish {
    BeginAnew(oneshot::Sender<ClockTold>),
    Clock(ClockWish, oneshot::Sender<ClockTold>),
    Order(OrderWish, oneshot::Sender<CameBack>),
    Stock(SkuId, Qty, oneshot::Sender<CameBack>),
    Fault(FaultId, bool, oneshot::Sender<Vec<FaultId>>),
    Faults(oneshot::Sender<Vec<FaultId>>),
}

/// What a clock is to do: first to be held or let go, then to move on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockWish {
    /// Held, or let go; none: as it is.
    pub held: Option<bool>,
    /// Moved on by so much at once, whether or not it is held.
    pub advance: Option<Span>,
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockTold {
    /// Campaign time.
    pub at: At,
    /// It is held.
    pub held: bool,
    /// How fast it runs when it is not: campaign seconds a wall second, in thousandths.
    pub speed_milli: u64,
    /// How often the mocks have begun, from 1.
    pub beginnings: u32,
}

/// An order to be placed as a shopper would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderWish {
    /// Where.
    pub channel: ChannelId,
    /// What.
    pub lines: Vec<(SkuId, Qty)>,
    /// What the shopper wants; none: one of its own. Placed again, the order that stands is told.
    pub intent: Option<u64>,
    /// Who; none: somebody new.
    pub buyer: Option<u64>,
}

/// What is written of a beginning.
#[derive(Clone)]
pub(super) struct Records {
    pub(super) tail: Arc<Tail>,
    pub(super) journal: Journal,
}

impl Records {
    /// No more is written.
    pub(super) fn end(self) -> Result<(), LiveError> {
        let ended = self.journal.close();
        self.tail.end();
        ended.map(drop).map_err(LiveError::History)
    }
}

/// The mocks have gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mocks are stopping")]
pub struct Stopping;

/// Where others wish something of mocks. Cheap to clone.
#[derive(Clone)]
pub struct MocksHandle {
    wishes: mpsc::Sender<Wish>,
    records: watch::Receiver<Records>,
    charter: Arc<Charter>,
}

impl MocksHandle {
    pub(super) fn new(
        charter: Charter,
        records: watch::Receiver<Records>,
    ) -> (MocksHandle, mpsc::Receiver<Wish>) {
        let (wishes, heard) = mpsc::channel(WAITING_MAX);
        (MocksHandle { wishes, records, charter: Arc::new(charter) }, heard)
    }

    /// The names of everything.
    pub fn charter(&self) -> &Charter {
        &self.charter
    }

    async fn told<T>(&self, wish: impl FnOnce(oneshot::Sender<T>) -> Wish) -> Result<T, Stopping> {
        let (tell, told) = oneshot::channel();
        self.wishes.send(wish(tell)).await.map_err(|_| Stopping)?;
        told.await.map_err(|_| Stopping)
    }

    /// Begins anew, as at first: everything that has happened is undone.
    pub async fn begin_anew(&self) -> Result<ClockTold, Stopping> {
        self.told(Wish::BeginAnew).await
    }

    /// Holds, lets go or moves the clock, and says how it stands.
    pub async fn clock(&self, wish: ClockWish) -> Result<ClockTold, Stopping> {
        self.told(|tell| Wish::Clock(wish, tell)).await
    }

    /// Places an order, and says what the shopper hears as the neutral API words it; none: nothing.
    pub async fn order(&self, wish: OrderWish) -> Result<Option<HttpReply>, Stopping> {
        self.told(|tell| Wish::Order(wish, tell)).await.map(worded)
    }

    /// Makes so many units of a SKU available at the source, and says what the merchant hears.
    pub async fn stock(&self, sku: SkuId, units: Qty) -> Result<Option<HttpReply>, Stopping> {
        self.told(|tell| Wish::Stock(sku, units, tell)).await.map(worded)
    }

    /// Begins a fault or ends it; leaves those that are in force.
    pub async fn fault(&self, fault: FaultId, in_force: bool) -> Result<Vec<FaultId>, Stopping> {
        self.told(|tell| Wish::Fault(fault, in_force, tell)).await
    }

    /// Those that are in force.
    pub async fn faults(&self) -> Result<Vec<FaultId>, Stopping> {
        self.told(Wish::Faults).await
    }

    /// A reader of the journal of this beginning.
    pub fn journal(&self, wish: JournalWish) -> Result<JournalReader, NotThere> {
        let records = self.records.borrow();
        records.tail.reader(&records.journal, wish)
    }
}

/// What came back, as the neutral API words it.
fn worded(came: CameBack) -> Option<HttpReply> {
    match came {
        CameBack::Channel(reply) => Some(channel::encode_reply(&reply)),
        CameBack::Oms(reply) => Some(oms::encode_reply(&reply)),
        // Whoever finds nobody there may as well be told that it is not now.
        CameBack::NotSent => Some(channel::encode_reply(&ChannelReply::Unavailable)),
        CameBack::Unknown => None,
    }
}
