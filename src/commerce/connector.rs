//! Owns the connector: it learns of orders and changes, queues work, calls, retries.
//! Must not know what the systems it calls really hold; it acts on notices and replies alone.
//!
//! `intake` turns what it learns into work, `lanes` holds the work, `work` does it, `shelf` is
//! what it believes each channel shows. Start at [`Connector::notice`] and [`Connector::wake`].

mod anew;
mod commanded;
mod defective;
mod edited;
mod forgetting;
mod intake;
mod lanes;
mod push;
mod shelf;
mod work;

use slab::Slab;
use smallvec::SmallVec;

use self::anew::Anew;
use self::commanded::{Condition, Orders};
use self::lanes::Partition;
use self::shelf::Shelf;
use self::work::{InCall, Task};
use super::command::ClockSkew;
use super::defect::Defects;
use super::outbox::{Calling, Outbox};
use super::protocol::{Asked, CameBack, ChannelRequest, Notice, OmsRequest, OrderState};
use super::terms::{ConnectorPlay, OfferPlay, Rhythm, SkuTerms};
use super::timers::Timers;
use crate::history::What;
use crate::history::charter::{ChannelTerms, Offers, Serving};
use crate::history::fact::{Intake, Lines};
use crate::ids::{ChannelId, ConnectorId, Intent, OpId, OrderId, SkuId, Version};
use crate::numbered::Numbered;
use crate::rng::Draws;
use crate::units::{At, Money, Qty, Span};

/// Orders or changes read in one call.
const PAGE: u32 = 250;
/// Bits of a call's slot in its number.
const SLOT_BITS: u32 = 32;

/// A connector.
#[derive(Debug)]
pub struct Connector {
    id: ConnectorId,
    play: ConnectorPlay,
    /// Most items in one update, by channel.
    batches: Vec<u32>,
    draws: Draws,
    /// By channel; none where another connector serves it.
    readers: Vec<Option<Reader>>,
    source: Reader,
    shelf: Shelf,
    /// Which lines of an order stand for an offer that is not simply a SKU.
    offers: Offers,
    orders: Numbered<OrderId, KnownOrder>,
    partitions: Vec<Partition>,
    tasks: Slab<Task>,
    /// Each with the generation that its number carries.
    calls: Slab<(u32, InCall)>,
    /// Calls made so far, as far as a number tells.
    generation: u32,
    timers: Timers<Later>,
    /// The moment of the input at work: since when what it queues waits.
    now: At,
    next_wording: u64,
    /// Something was queued, or a worker became free, since work was last started.
    may_start: bool,
    condition: Condition,
    /// What it was told to leave alone, …
    orders_of: Orders,
    /// … and to do once more.
    anew: Anew,
    /// What is wrong with it.
    defects: Defects,
    /// How wrong its clock is: prices that it hears of meanwhile are due by it.
    skew: Option<ClockSkew>,
}

/// A place in somebody's list of changes.
#[derive(Clone, Copy, Debug, Default)]
struct Reader {
    cursor: u64,
    reading: bool,
}

/// What the connector knows of an order.
#[derive(Debug)]
struct KnownOrder {
    intent: Intent,
    /// The newest version that it knows, …
    version: Version,
    /// … and its lines.
    lines: Lines,
    state: OrderState,
    reserving: bool,
    /// The channel is told that it is accepted.
    accepting: bool,
    handed: bool,
    /// By offer that was sold (mostly a line): of so many the shelf has been told. It is told of
    /// each once, however often the source takes the units off.
    on_shelf: SmallVec<[Qty; 2]>,
}

#[derive(Debug)]
enum Later {
    /// Look at a channel's orders.
    ReadOrders(ChannelId),
    /// Look at the source's changes.
    ReadSource,
    /// Read everything at the source.
    ReadLevels,
    /// Read a channel's orders, which somebody asked for.
    ReadWanted(ChannelId),
    /// Read it, and tell every channel all of it.
    PushAll,
    /// Make the call of a task whose worker has worked on it.
    Call(usize),
    /// A worker is done with its task.
    Free(u16),
    /// Put a task that failed back into its lane.
    Again(usize),
    /// A price is due.
    PriceDue { of: (SkuId, Option<ChannelId>), version: Version, price: Money },
}

impl Connector {
    /// A connector that has read the catalogue and the opening offers. `batches` says, by channel,
    /// how many items it puts into one update ([`super::terms::WorldTerms::batches`]).
    ///
    /// # Panics
    /// When a partition has no worker, or a look is to recur without any time between: `scenario`
    /// refuses such a connector with its source line.
    pub fn new(
        id: ConnectorId,
        play: ConnectorPlay,
        batches: Vec<u32>,
        channels: &[ChannelTerms],
        catalog: &[SkuTerms],
        seed: u64,
    ) -> Connector {
        assert!(play.partitions > 0, "a connector has a queue");
        assert!(play.workers >= play.partitions, "every queue has a worker");
        let recurs = |rhythm: Rhythm| rhythm != Rhythm::Poll(Span::ZERO);
        assert!(recurs(play.orders_in) && recurs(play.stock_out), "looks have time between");
        let served = |channel: usize| play.channels.contains(&ChannelId(channel as u16));
        let readers: Vec<Option<Reader>> =
            (0..channels.len()).map(|c| served(c).then(Reader::default)).collect();
        let mut timers = Timers::default();
        // Readers are spread over the interval, so that they do not all look at one moment.
        let looks = readers.iter().flatten().count() as u64 + 1;
        if let Some(every) = play.reads_orders_every() {
            for (place, channel) in play.channels.iter().enumerate() {
                let first = Span(every.0 * (place as u64 + 1) / looks);
                timers.set(At::START + first, Later::ReadOrders(*channel));
            }
        }
        if let Rhythm::Poll(every) = play.stock_out {
            timers.set(At::START + every, Later::ReadSource);
        }
        if let Some(every) = play.pushes_all {
            assert!(every > Span::ZERO, "full pushes have time between");
            timers.set(At::START + every, Later::PushAll);
        }
        let workers = play.workers / play.partitions;
        let partitions = (0..play.partitions)
            .map(|_| Partition::new(workers, channels.len(), play.priority))
            .collect();
        Connector {
            id,
            batches,
            draws: Draws::new(seed),
            source: Reader::default(),
            shelf: Shelf::new(channels, &play.channels, catalog),
            offers: Offers::default(),
            orders: Numbered::default(),
            partitions,
            tasks: Slab::new(),
            calls: Slab::new(),
            generation: 0,
            timers,
            now: At::START,
            next_wording: 0,
            may_start: false,
            condition: Condition::Works,
            orders_of: Orders::default(),
            anew: Anew::default(),
            defects: Defects::default(),
            skew: None,
            readers,
            play,
        }
    }

    /// What of the catalogue is not simply a SKU, and who sells it.
    #[must_use]
    pub fn with_offers(mut self, offers: &Offers, plays: &[OfferPlay]) -> Connector {
        self.offers = offers.clone();
        self.shelf.knows_offers(offers, plays);
        self
    }

    /// Its source has stock at several locations: so many units of each SKU at each.
    #[must_use]
    pub fn with_locations(mut self, serving: Serving, levels: Vec<Qty>) -> Connector {
        self.shelf.knows_locations(serving, levels);
        self
    }

    /// A webhook arrived; one that is not taken is given back.
    pub fn notice(&mut self, now: At, notice: Notice, out: &mut Outbox) -> Option<Notice> {
        if self.condition == Condition::Down {
            return Some(notice);
        }
        if self.loses(&notice) {
            return None;
        }
        self.now = now;
        match notice {
            Notice::Order(order) => self.learn(order, Intake::Webhook, out),
            Notice::Source(change) => self.follow(now, &change, out),
        }
        self.start_work(now, out);
        None
    }

    /// A call came back.
    pub fn came_back(&mut self, now: At, op: OpId, came: CameBack, out: &mut Outbox) {
        self.now = now;
        match self.take_call(op) {
            Some(InCall::Task { task, sent }) => self.finish(now, task, sent, &came, out),
            Some(InCall::Orders(channel)) => self.read_orders(channel, came, out),
            Some(InCall::Source) => self.read_source(now, came, out),
            Some(InCall::Levels) => self.read_levels(now, came, out),
            None => {}
        }
        self.start_work(now, out);
    }

    /// When it next has something to do by itself.
    pub fn next_wake(&self) -> Option<At> {
        self.timers.next()
    }

    /// Does what is due.
    pub fn wake(&mut self, now: At, out: &mut Outbox) {
        self.now = now;
        while let Some((due, later)) = self.timers.due_since(now) {
            match later {
                Later::ReadOrders(channel) => {
                    self.look_at_orders(channel, out);
                    if let Some(every) = self.play.reads_orders_every() {
                        self.timers.set(now + every, Later::ReadOrders(channel));
                    }
                }
                Later::ReadSource => {
                    self.look_at_source(out);
                    if let Rhythm::Poll(every) = self.play.stock_out {
                        self.timers.set(now + every, Later::ReadSource);
                    }
                }
                Later::Call(task) => self.call(now, task, out),
                Later::ReadLevels => self.look_at_levels(out),
                Later::ReadWanted(channel) => self.look_at_wanted(channel, out),
                Later::PushAll => self.push_all(now, out),
                // A worker takes its next task when it was free, not when a live driver's loop
                // came to say so: else every task of a busy worker would be that much longer.
                Later::Free(partition) => {
                    self.partitions[usize::from(partition)].busy -= 1;
                    self.may_start = true;
                    self.start_work(due, out);
                }
                Later::Again(task) => self.requeue(now, task),
                Later::PriceDue { of, version, price } => {
                    self.price_due(of, version, price, out);
                }
            }
        }
        self.start_work(now, out);
    }

    /// Nothing waits, works or is to be retried, and everything that its readers could read was
    /// read: `orders` and `source` are the cursors of readers that have read everything.
    pub fn is_quiet(&self, orders: &[u64], source: u64) -> bool {
        let all_read = self.play.reads_orders_every().is_none()
            || self.readers.iter().zip(orders).all(|(reader, end)| {
                reader.is_none_or(|reader| reader.cursor == *end && !reader.reading)
            });
        let source_read = self.play.stock_out == Rhythm::Webhook || self.source.cursor == source;
        let due = |later: &Later| matches!(later, Later::PriceDue { .. } | Later::Free(_));
        all_read
            && source_read
            && !self.anew.is_under_way()
            && self.tasks.is_empty()
            && self.partitions.iter().all(Partition::is_empty)
            && !self.timers.any(due)
    }

    /// Says how its queues stand, unless nobody can know.
    pub fn sample(&self, out: &mut Outbox) {
        if self.play.described.is_some() {
            return;
        }
        for (place, partition) in self.partitions.iter().enumerate() {
            out.facts.push(What::Queue {
                connector: self.id,
                partition: place as u16,
                depth: partition.depth(),
                busy: partition.busy,
                workers: partition.workers,
            });
        }
    }

    /// Reads a SKU and its offers, for nothing but having them at hand.
    pub fn look(&self, sku: SkuId) -> u64 {
        self.shelf.look(sku)
    }

    fn look_at_orders(&mut self, channel: ChannelId, out: &mut Outbox) {
        let is_at_work = self.is_at_work() && !self.holds(channel);
        let Some(reader) = self.readers.get_mut(channel.index()).and_then(Option::as_mut) else {
            return;
        };
        if reader.reading {
            return;
        }
        if !is_at_work {
            self.read_orders_later(channel);
            return;
        }
        reader.reading = true;
        let request = ChannelRequest::ListOrders { after: reader.cursor, limit: PAGE };
        self.anew.orders_are_asked(channel);
        self.ask(InCall::Orders(channel), Asked::Channel(channel, request), out);
    }

    fn look_at_source(&mut self, out: &mut Outbox) {
        if self.source.reading || !self.is_at_work() {
            return;
        }
        self.source.reading = true;
        let request = OmsRequest::ListChanges { after: self.source.cursor, limit: PAGE };
        self.ask(InCall::Source, Asked::Oms(request), out);
    }

    /// Makes a call. Its number is its slot, which is used again, under a generation, which is
    /// not: a reply that comes late is nobody else's.
    #[inline]
    fn ask(&mut self, call: InCall, asked: Asked, out: &mut Outbox) {
        self.generation = self.generation.wrapping_add(1);
        let slot = self.calls.insert((self.generation, call));
        let op = OpId(u64::from(self.generation) << SLOT_BITS | slot as u64);
        out.calls.push(Calling { op, asked });
    }

    /// The call that a number is of, if it is still open.
    #[inline]
    fn take_call(&mut self, op: OpId) -> Option<InCall> {
        self.open_call(op)?;
        Some(self.calls.remove(slot_of(op)).1)
    }

    fn open_call(&self, op: OpId) -> Option<&InCall> {
        let generation = (op.0 >> SLOT_BITS) as u32;
        self.calls.get(slot_of(op)).filter(|(of, _)| *of == generation).map(|(_, call)| call)
    }
}

fn slot_of(op: OpId) -> usize {
    (op.0 & ((1 << SLOT_BITS) - 1)) as usize
}

#[cfg(test)]
mod tests;
