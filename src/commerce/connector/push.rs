//! Owns updates of a channel: how they are worded, and what their outcome means for the shelf.
//! Must not know workers, queues or retries (`work`).

use super::Connector;
use super::lanes::{PushWish, Wish};
use crate::commerce::imperfect::mix;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{CameBack, Change, ChannelReply, ItemOutcome, UpdateItem};
use crate::commerce::terms::UpdateStyle;
use crate::history::What;
use crate::history::fact::{CallOutcome, PushItem, PushKind};
use crate::ids::ChannelId;
use crate::units::At;

/// An update of a channel.
#[derive(Clone, Debug)]
pub(super) struct Push {
    pub(super) channel: ChannelId,
    pub(super) kind: PushKind,
    pub(super) wishes: Vec<PushWish>,
    /// What was sent, while its outcome matters.
    pub(super) worded: Vec<UpdateItem>,
    /// Its outcome is unknown: say exactly this again, under the same key.
    pub(super) repeats: bool,
}

impl Push {
    pub(super) fn new(channel: ChannelId, kind: PushKind, wishes: Vec<PushWish>) -> Push {
        Push { channel, kind, wishes, worded: Vec::new(), repeats: false }
    }
}

impl Connector {
    /// Words a push with the newest values (or, without coalescing, with those it was queued
    /// with). Nothing is left when every SKU of it waits for its turn.
    pub(super) fn word_push(&mut self, push: &mut Push) -> Option<Vec<UpdateItem>> {
        if push.repeats {
            return Some(push.worded.clone());
        }
        let (style, coalesce) = (self.play.updates, self.play.coalesce);
        push.worded.clear();
        let mut kept = Vec::with_capacity(push.wishes.len());
        for wish in std::mem::take(&mut push.wishes) {
            let level = self.shelf.source[wish.sku.index()].clone();
            let Some(offer) = self.shelf.offer(push.channel, wish.sku) else { continue };
            *offer.waits(push.kind) = false;
            let one_at_a_time = style == UpdateStyle::CompareAndSet && push.kind == PushKind::Stock;
            if one_at_a_time && std::mem::replace(&mut offer.in_call, true) {
                offer.again = true;
                continue;
            }
            let fresh = coalesce || style != UpdateStyle::Absolute;
            let (version, change) = match wish.wish {
                Wish::Show(_) if fresh => (level.version, offer.word(style, None)),
                Wish::Show(qty) => (wish.version, offer.word(style, Some(qty))),
                Wish::Charge(_) if coalesce => (level.price_version, Change::Price(level.price)),
                Wish::Charge(price) => (wish.version, Change::Price(price)),
                Wish::Publish => {
                    offer.belief = offer.target;
                    let (price, qty) = (level.price, offer.target);
                    (level.listing_version, Change::Publish { price, qty })
                }
            };
            push.worded.push(UpdateItem { sku: wish.sku, version, change });
            kept.push(wish);
        }
        push.wishes = kept;
        (!push.worded.is_empty()).then(|| push.worded.clone())
    }

    pub(super) fn record_push(
        &self,
        push: &Push,
        attempt: u32,
        sent: At,
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
        push.repeats = outcome == CallOutcome::Unknown && push.kind == PushKind::Stock;
        let replies = item_outcomes(came);
        for (place, item) in push.worded.clone().iter().enumerate() {
            let Some(offer) = self.shelf.offer(push.channel, item.sku) else { continue };
            if !push.repeats {
                offer.in_call = false;
            }
            if push.repeats {
                continue;
            }
            let mut again = std::mem::take(&mut offer.again);
            match replies.and_then(|replies| replies.get(place)) {
                Some(ItemOutcome::Taken) => {}
                Some(ItemOutcome::Conflict { have }) => {
                    offer.take_back(item.change);
                    if let Change::CompareAndSet { expect, .. } = item.change {
                        offer.meet(expect, *have);
                    }
                    again = true;
                }
                Some(ItemOutcome::Rejected) | None => offer.take_back(item.change),
            }
            if matches!(item.change, Change::Publish { .. }) && outcome == CallOutcome::Done {
                again |= offer.desired() != offer.belief;
            }
            if again {
                self.wish_stock(push.channel, item.sku, out);
            }
        }
    }
}

/// The idempotency key of a wording: another wording of the same SKUs is another update.
pub(super) fn wording_key(items: &[UpdateItem]) -> u64 {
    items.iter().fold(0, |key, item| {
        let change = match item.change {
            Change::Absolute(qty) | Change::Delta(qty) | Change::Publish { qty, .. } => qty.0,
            Change::CompareAndSet { expect, to } => mix(expect.0 as u64, to.0 as u64) as i64,
            Change::Price(price) => price.0,
        };
        mix(key, mix(mix(u64::from(item.sku.0), item.version.0), change as u64))
    })
}

fn item_outcomes(came: &CameBack) -> Option<&[ItemOutcome]> {
    match came {
        CameBack::Channel(ChannelReply::Updated { items }) => Some(items),
        _ => None,
    }
}
