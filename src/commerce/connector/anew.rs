//! Owns what a connector does once more because somebody asks: reading everything at the source
//! and telling a channel all of it; trying again what it gave up.
//! Must not know who asks, nor what went wrong.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::lanes::Wish;
use super::work::{InCall, Task, TaskKind};
use super::{Connector, Later, PAGE, Reader};
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{Asked, CameBack, OmsReply, OmsRequest};
use crate::commerce::terms::{KeptForOperator, UpdateStyle};
use crate::history::fact::PushKind;
use crate::ids::{ChannelId, OrderId, SkuId};
use crate::units::{At, Span};

/// The most things given up that are kept to be tried again; of more the oldest go.
const DEAD_LETTERS_MAX: usize = 100_000;
/// The wait before the source is read again that could not be read, …
const AGAIN_AFTER: Span = Span::from_secs(5);
/// … and how often that is tried.
const READS_MAX: u32 = 720;

/// How long after an offer was told anew a sale that is heard of may have been made before: a
/// channel shows late what it takes, and tells late of what it sells.
const DOUBTFUL_FOR: Span = Span::from_secs(120);

/// What is done once more.
#[derive(Debug, Default)]
pub(super) struct Anew {
    /// Its place among all SKUs of the source.
    reader: Reader,
    /// Reads that failed, one after the other.
    failed: u32,
    /// The channels that are to be told everything.
    channels: Vec<ChannelId>,
    /// The channels whose orders are to be read.
    wanted: Vec<Wanted>,
    /// Offers that were told anew, until when a sale that is heard of may be one that was
    /// overwritten.
    in_doubt: FxHashMap<(ChannelId, SkuId), At>,
    letters: VecDeque<DeadLetter>,
}

/// A channel whose orders are to be read, all that there are by now.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    channel: ChannelId,
    /// A read has begun since.
    asked: bool,
    /// An appointment to try again is made.
    waits: bool,
    /// Reads that could not begin or failed.
    failed: u32,
}

/// Something given up.
#[derive(Debug)]
enum DeadLetter {
    Order(TaskKind, OrderId),
    Push(ChannelId, PushKind, SkuId),
}

impl DeadLetter {
    fn channel(&self) -> ChannelId {
        match self {
            DeadLetter::Order(_, order) => order.channel,
            DeadLetter::Push(channel, ..) => *channel,
        }
    }
}

impl Anew {
    /// Whatever was being read is not any more. What was given up is kept.
    pub(super) fn nothing_is_under_way(&mut self) {
        (self.reader, self.failed) = (Reader::default(), 0);
        self.channels.clear();
        self.wanted.clear();
    }

    /// The source or a channel's orders are being read, or will be again.
    pub(super) fn is_under_way(&self) -> bool {
        !self.channels.is_empty() || !self.wanted.is_empty()
    }

    /// A read of a channel's orders begins.
    pub(super) fn orders_are_asked(&mut self, channel: ChannelId) {
        self.wants(channel).into_iter().for_each(|wanted| wanted.asked = true);
    }

    fn wants(&mut self, channel: ChannelId) -> Option<&mut Wanted> {
        self.wanted.iter_mut().find(|wanted| wanted.channel == channel)
    }

    /// The orders of what was given up.
    pub(super) fn orders(&self) -> impl Iterator<Item = OrderId> {
        self.letters.iter().filter_map(|letter| match letter {
            DeadLetter::Order(_, order) => Some(*order),
            DeadLetter::Push(..) => None,
        })
    }
}

impl Connector {
    /// Keeps what was given up, where it may be tried again.
    pub(super) fn lay_by(&mut self, task: &Task) {
        if self.play.keeps == KeptForOperator::Nothing {
            return;
        }
        let letters = &mut self.anew.letters;
        match task.parts() {
            (TaskKind::Push(push), _) => {
                let (channel, kind) = (push.channel, push.kind);
                letters.extend(
                    push.wishes.iter().map(|wish| DeadLetter::Push(channel, kind, wish.sku)),
                );
            }
            (kind, order) => letters.push_back(DeadLetter::Order(kind.clone(), order)),
        }
        let more = letters.len().saturating_sub(DEAD_LETTERS_MAX);
        letters.drain(..more);
    }

    /// Keeps a change for which there was no room.
    pub(super) fn lay_change_by(&mut self, channel: ChannelId, kind: PushKind, sku: SkuId) {
        if self.play.keeps != KeptForOperator::Nothing && self.anew.letters.len() < DEAD_LETTERS_MAX
        {
            self.anew.letters.push_back(DeadLetter::Push(channel, kind, sku));
        }
    }

    /// Tries again what it gave up for a channel, and reads the orders that it was not told of.
    pub(super) fn replay(&mut self, channel: ChannelId, out: &mut Outbox) {
        let letters = std::mem::take(&mut self.anew.letters);
        let (mine, others): (VecDeque<_>, VecDeque<_>) =
            letters.into_iter().partition(|letter| letter.channel() == channel);
        self.anew.letters = others;
        for letter in mine {
            match letter {
                DeadLetter::Order(kind, order) => self.queue_order(&kind, order, out),
                DeadLetter::Push(channel, kind, sku) => self.say_again(channel, kind, sku, out),
            }
        }
        if self.play.channels.contains(&channel) && self.anew.wants(channel).is_none() {
            let wanted = Wanted { channel, asked: false, waits: false, failed: 0 };
            self.anew.wanted.push(wanted);
        }
        self.anew.wants(channel).into_iter().for_each(|wanted| wanted.asked = false);
        self.look_at_orders(channel, out);
    }

    /// A channel's orders could not be read: where somebody asked for them, they are read again.
    pub(super) fn read_orders_later(&mut self, channel: ChannelId) {
        let Some(wanted) = self.anew.wants(channel).filter(|wanted| !wanted.waits) else { return };
        wanted.failed += 1;
        if wanted.failed > READS_MAX {
            self.anew.wanted.retain(|wanted| wanted.channel != channel);
        } else {
            wanted.waits = true;
            self.timers.set(self.now + AGAIN_AFTER, Later::ReadWanted(channel));
        }
    }

    /// Tries again to read the orders that somebody asked for.
    pub(super) fn look_at_wanted(&mut self, channel: ChannelId, out: &mut Outbox) {
        if let Some(wanted) = self.anew.wants(channel) {
            wanted.waits = false;
            self.look_at_orders(channel, out);
        }
    }

    /// All of a channel's orders were read; they are once more when they were asked for meanwhile.
    pub(super) fn all_orders_are_read(&mut self, channel: ChannelId, out: &mut Outbox) {
        let Some(asked) = self.anew.wants(channel).map(|wanted| wanted.asked) else { return };
        if asked {
            self.anew.wanted.retain(|wanted| wanted.channel != channel);
        } else {
            self.look_at_orders(channel, out);
        }
    }

    /// Reads everything at the source, then tells a channel all of it.
    pub(super) fn resync(&mut self, channel: ChannelId, out: &mut Outbox) {
        if !self.play.channels.contains(&channel) || self.anew.channels.contains(&channel) {
            return;
        }
        self.anew.channels.push(channel);
        if !self.anew.reader.reading {
            self.anew.reader.cursor = 0;
            self.look_at_levels(out);
        }
    }

    /// Tells every channel everything, as it does every so often.
    pub(super) fn push_all(&mut self, now: At, out: &mut Outbox) {
        let Some(every) = self.play.pushes_all else { return };
        self.timers.set(now + every, Later::PushAll);
        for place in 0..self.play.channels.len() {
            let channel = self.play.channels[place];
            if self.is_at_work() && !self.holds(channel) {
                self.resync(channel, out);
            }
        }
    }

    /// Reads a page of all there is at the source.
    pub(super) fn look_at_levels(&mut self, out: &mut Outbox) {
        if self.anew.reader.reading || !self.anew.is_under_way() {
            return;
        }
        if !self.is_at_work() {
            self.try_later();
            return;
        }
        self.anew.reader.reading = true;
        let request = OmsRequest::ListLevels { after: self.anew.reader.cursor, limit: PAGE };
        self.ask(InCall::Levels, Asked::Oms(request), out);
    }

    fn try_later(&mut self) {
        self.anew.failed += 1;
        if self.anew.failed > READS_MAX {
            self.anew.nothing_is_under_way();
        } else {
            self.timers.set(self.now + AGAIN_AFTER, Later::ReadLevels);
        }
    }

    /// Takes such a page.
    pub(super) fn read_levels(&mut self, now: At, came: CameBack, out: &mut Outbox) {
        self.anew.reader.reading = false;
        let CameBack::Oms(OmsReply::Changes { page, cursor, more }) = came else {
            self.try_later();
            return;
        };
        self.anew.failed = 0;
        self.anew.reader.cursor = cursor;
        for change in page {
            self.follow(now, &change, out);
        }
        if more {
            self.look_at_levels(out);
            return;
        }
        for channel in std::mem::take(&mut self.anew.channels) {
            for place in 0..self.shelf.source.len() {
                let (sku, level) = (SkuId(place as u32), self.shelf.source[place]);
                if !level.listed {
                    continue;
                }
                if level.listing_version.0 > 0 {
                    self.say_again(channel, PushKind::Listing, sku, out);
                }
                if self.shelf.price_on(channel, sku).0.0 > 0 {
                    self.say_again(channel, PushKind::Price, sku, out);
                }
                self.say_again(channel, PushKind::Stock, sku, out);
            }
        }
    }

    /// What is told a channel overwrites the sales that it took off by itself: of orders known by
    /// then the source's word tells nothing that the offer has, whether it has told of them or not.
    pub(super) fn overwrite_sales(&mut self, channel: ChannelId, mut skus: SmallVec<[SkuId; 1]>) {
        if skus.is_empty() {
            return;
        }
        skus.sort_unstable();
        let of_channel = self.orders.iter_mut().filter(|(order, _)| order.channel == channel);
        for (_, known) in of_channel {
            for (sold, told) in self.offers.all_sold(&known.lines).zip(&mut known.on_shelf) {
                if skus.binary_search(&sold.sku).is_ok() {
                    *told = sold.qty;
                }
            }
        }
        let (now, until) = (self.now, self.now + DOUBTFUL_FOR);
        for sku in skus {
            let doubtful = self.anew.in_doubt.entry((channel, sku)).or_insert(until);
            if *doubtful <= now {
                *doubtful = until;
            }
        }
    }

    /// A sale of a channel, or that it was given back, is heard of for the first time. Where what
    /// was told anew may have overwritten it, nobody can tell: it is told once more, now that this
    /// is known. Told so again it does not stay in doubt any longer than it was.
    pub(super) fn resolve_doubt(&mut self, order: OrderId, out: &mut Outbox) {
        if self.anew.in_doubt.is_empty() || !self.shelf.sells_at_once(order.channel) {
            return;
        }
        let Some(known) = self.orders.get(order) else { return };
        let skus: SmallVec<[SkuId; 4]> =
            self.offers.all_sold(&known.lines).map(|sold| sold.sku).collect();
        for sku in skus {
            let until = self.anew.in_doubt.get(&(order.channel, sku));
            if until.is_some_and(|until| self.now < *until) {
                self.say_again(order.channel, PushKind::Stock, sku, out);
            }
        }
    }

    /// Tells a channel what holds now, whatever it is believed to show.
    pub(super) fn say_again(
        &mut self,
        channel: ChannelId,
        kind: PushKind,
        sku: SkuId,
        out: &mut Outbox,
    ) {
        let Some(level) = self.shelf.source.get(sku.index()).copied() else { return };
        let (version, wish) = match kind {
            // A difference to what is believed would leave what is wrong as it is.
            PushKind::Stock
                if self.shelf.style(channel, self.play.updates) != UpdateStyle::Absolute =>
            {
                (level.version, Wish::Reset)
            }
            PushKind::Stock => return self.wish_stock(channel, sku, out),
            PushKind::Price => {
                let (version, price) = self.shelf.price_on(channel, sku);
                (version, Wish::Charge(price))
            }
            PushKind::Listing => (level.listing_version, Wish::Publish(level.available)),
        };
        self.wish(channel, kind, sku, version, wish, out);
    }
}
