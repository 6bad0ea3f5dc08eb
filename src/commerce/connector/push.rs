//! Owns updates of a channel: how they are worded, and what their outcome means for the shelf.
//! Must not know workers, queues or retries (`work`).

use smallvec::SmallVec;

use super::Connector;
use super::defective;
use super::lanes::{Wish, Wishes};
use super::shelf::{Shelf, Waited};
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{
    CameBack, Change, ChannelReply, ChannelRequest, ItemOutcome, UpdateItem,
};
use crate::commerce::terms::{ConnectorPlay, UpdateStyle};
use crate::history::What;
use crate::history::fact::{CallOutcome, PushItem, PushKind};
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money, Span};

/// An update of a channel.
#[derive(Clone, Debug)]
pub(super) struct Push {
    pub(super) channel: ChannelId,
    pub(super) kind: PushKind,
    pub(super) wishes: Wishes,
    /// What was sent, while its outcome matters.
    pub(super) worded: SmallVec<[UpdateItem; 1]>,
    /// The idempotency key of that wording.
    key: u64,
    /// Its outcome is unknown: say exactly this again, under the same key.
    pub(super) repeats: bool,
}

impl Push {
    pub(super) fn new(channel: ChannelId, kind: PushKind, wishes: Wishes) -> Push {
        Push { channel, kind, wishes, worded: SmallVec::new(), key: 0, repeats: false }
    }
}

impl Push {
    /// The SKUs of which it says what is to be shown whatever is.
    pub(super) fn resets(&self) -> SmallVec<[SkuId; 1]> {
        let resets = self.wishes.iter().filter(|wish| matches!(wish.wish, Wish::Reset));
        resets.map(|wish| wish.sku).collect()
    }

    /// Leaves only the items that were refused; whether there are any. Without any it is as it was.
    pub(super) fn keep_refused(&mut self, came: &CameBack) -> bool {
        let replies = item_outcomes(came).unwrap_or_default();
        let refused = |reply: Option<&ItemOutcome>| reply == Some(&ItemOutcome::Rejected);
        if !replies.iter().any(|reply| refused(Some(reply))) {
            return false;
        }
        let (mut of_wishes, mut of_words) = (replies.iter(), replies.iter());
        self.wishes.retain(|_| refused(of_wishes.next()));
        self.worded.retain(|_| refused(of_words.next()));
        true
    }

    /// Fixes what a push will say: what is known now that a worker takes it (or, where neither
    /// coalescing nor the style of its updates asks for the newest, what was known when it was
    /// queued). What comes to be known later waits behind it as a change of its own.
    ///
    /// Not said later, when the call leaves: a worker at work would then take in what was to wait,
    /// coalescing would hide part of the work, and the time that is stated of a described connector
    /// would not be all of it.
    pub(super) fn fix(&mut self, play: &ConnectorPlay, shelf: &mut Shelf) {
        let (style, coalesce) = (play.updates, play.coalesce);
        let newest = coalesce || style != UpdateStyle::Absolute;
        for wish in &mut self.wishes {
            shelf.renewed(self.channel, wish.sku, self.kind);
            let charged = shelf.price_on(self.channel, wish.sku);
            let place = shelf.level_and_offer(self.channel, wish.sku);
            let Some((level, offer)) = place else { continue };
            *offer.waits(self.kind) = false;
            (wish.version, wish.wish) = match wish.wish {
                Wish::Show(_) if newest => (level.version, Wish::Show(offer.aim(style))),
                Wish::Reset => (level.version, Wish::Reset),
                Wish::Charge(_) if coalesce => (charged.0, Wish::Charge(charged.1)),
                Wish::Publish(_) => (level.listing_version, Wish::Publish(offer.aim_of_listing())),
                as_queued @ (Wish::Show(_) | Wish::Charge(_)) => (wish.version, as_queued),
            };
        }
    }

    /// Words a push as it was fixed; nothing is left when every SKU of it waits for its turn or was
    /// overtaken. `key` is a new wording's.
    ///
    /// Every wording has a key of its own: "2 fewer" said twice on purpose is not a repetition.
    pub(super) fn word(
        &mut self,
        play: &ConnectorPlay,
        shelf: &mut Shelf,
        key: impl FnOnce() -> u64,
    ) -> Option<ChannelRequest> {
        if !self.repeats {
            self.key = key();
            self.word_anew(play, shelf);
        }
        let mut items = SmallVec::from_slice(&self.worded);
        if let Some((_, converts)) = shelf.tariff(self.channel) {
            let charged = |price| converts.charges(price);
            items
                .iter_mut()
                .for_each(|item: &mut UpdateItem| item.change = item.change.at(charged));
        }
        (!items.is_empty()).then(|| ChannelRequest::Update {
            key: Some(self.key),
            kind: self.kind,
            items,
        })
    }

    fn word_anew(&mut self, play: &ConnectorPlay, shelf: &mut Shelf) {
        let (style, coalesce) = (play.updates, play.coalesce);
        let Push { channel, kind, wishes, worded, .. } = self;
        worded.clear();
        wishes.retain(|wish| {
            let (_, price) = shelf.price_on(*channel, wish.sku);
            let Some(offer) = shelf.offer(*channel, wish.sku) else {
                return false;
            };
            let newest = (*offer.sent(*kind)).max(wish.version);
            let overtaken = wish.version < newest;
            // Said now, it would bring an old value back.
            let keeps = *kind == PushKind::Listing || matches!(wish.wish, Wish::Reset);
            if overtaken && coalesce && !keeps {
                return false;
            }
            let resets = matches!(wish.wish, Wish::Reset);
            let alone = resets || style == UpdateStyle::CompareAndSet;
            if *kind == PushKind::Stock && !offer.may_be_called_about(alone, resets) {
                return false;
            }
            offer.call_is_made(*kind);
            *offer.sent(*kind) = newest;
            let change = match wish.wish {
                Wish::Show(aim) => {
                    let nothing = overtaken.then(|| offer.word_nothing(style)).flatten();
                    nothing.unwrap_or_else(|| offer.word(style, aim))
                }
                Wish::Reset => offer.reset(),
                Wish::Charge(price) => Change::Price(price),
                Wish::Publish(aim) => offer.word_listing(price, aim),
            };
            // What rests on all that is known by now shows the newest of it.
            let relative = matches!(change, Change::Delta(_) | Change::CompareAndSet { .. });
            let knows_all = relative || matches!(wish.wish, Wish::Reset);
            let version = if knows_all { newest } else { wish.version };
            worded.push(UpdateItem { sku: wish.sku, version, change });
            true
        });
    }
}

impl Change {
    /// The same, at what is made of its price.
    #[must_use]
    pub(super) fn at(self, made: impl FnOnce(Money) -> Money) -> Change {
        match self {
            Change::Price(price) => Change::Price(made(price)),
            Change::Publish { price, qty } => Change::Publish { price: made(price), qty },
            Change::Absolute(_) | Change::Delta(_) | Change::CompareAndSet { .. } => self,
        }
    }
}

impl Connector {
    pub(super) fn record_push(
        &self,
        push: &Push,
        (attempt, waited, sent): (u32, Span, At),
        outcome: CallOutcome,
        came: &CameBack,
        out: &mut Outbox,
    ) {
        let replies = item_outcomes(came);
        let items = push
            .worded
            .iter()
            .enumerate()
            .map(|(place, item)| {
                let outcome = match replies.map(|replies| replies.get(place)) {
                    Some(Some(ItemOutcome::Taken)) => CallOutcome::Done,
                    Some(Some(ItemOutcome::Rejected | ItemOutcome::Conflict { .. })) => {
                        CallOutcome::Rejected
                    }
                    Some(None) => CallOutcome::Unknown,
                    None => outcome,
                };
                PushItem { sku: item.sku, version: item.version, outcome }
            })
            .collect();
        out.facts.push(What::Pushed {
            connector: self.id,
            channel: push.channel,
            kind: push.kind,
            attempt,
            waited,
            sent,
            outcome,
            items,
        });
    }

    /// Brings what is believed of the channel into line with what became of a push.
    pub(super) fn settle_push(
        &mut self,
        push: &mut Push,
        outcome: CallOutcome,
        came: &CameBack,
        out: &mut Outbox,
    ) {
        // What says the same again, said again, does no harm; the rest must be the same call.
        let says_the_same = match push.kind {
            PushKind::Stock => self.play.updates == UpdateStyle::Absolute,
            PushKind::Price => true,
            PushKind::Listing => false,
        };
        // That a repetition was not carried out says nothing of the call that it repeats.
        let untold = match outcome {
            CallOutcome::Unknown => true,
            CallOutcome::Throttled | CallOutcome::Unavailable => push.repeats,
            // Whoever tries again what is refused knows of refusals that tell nothing of the call.
            CallOutcome::Rejected => push.repeats && self.play.retry.refusals,
            CallOutcome::Done => false,
        };
        push.repeats = untold && !says_the_same;
        if push.repeats {
            return;
        }
        let replies = item_outcomes(came);
        for (place, item) in push.worded.iter().enumerate() {
            let source_version = self.shelf.source[item.sku.index()].version;
            let Some(offer) = self.shelf.offer(push.channel, item.sku) else { continue };
            let mut waited = offer.call_is_over(push.kind);
            let reply = replies.and_then(|replies| replies.get(place));
            let said_no = reply.is_some_and(|reply| *reply != ItemOutcome::Taken);
            match reply {
                Some(ItemOutcome::Taken) => {}
                _ if said_no && defective::ignores(&mut self.defects, item) => {}
                Some(ItemOutcome::Conflict { have }) => {
                    offer.take_back(item.change);
                    offer.meet(*have);
                    waited.is_to_be_shown();
                }
                Some(ItemOutcome::Rejected) | None => offer.take_back(item.change),
            }
            // A publication does not say which version of the stock it offers: an update does.
            if matches!(item.change, Change::Publish { .. })
                && outcome == CallOutcome::Done
                && (offer.desired() != offer.belief || source_version > Version(0))
            {
                waited.is_to_be_shown();
            }
            self.say_what_waited(push.channel, item.sku, waited, out);
        }
    }

    /// Says what waited until a call about an offer was over.
    pub(super) fn say_what_waited(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        waited: Waited,
        out: &mut Outbox,
    ) {
        match waited {
            Waited::Nothing => {}
            Waited::Show => self.wish_stock(channel, sku, out),
            Waited::Reset => self.say_again(channel, PushKind::Stock, sku, out),
        }
    }
}

fn item_outcomes(came: &CameBack) -> Option<&[ItemOutcome]> {
    match came {
        CameBack::Channel(ChannelReply::Updated { items }) => Some(items),
        _ => None,
    }
}
