//! Owns what a rule is told of a message: to or from whom, of which kind, about what.
//! Must not know rules.

use crate::commerce::inside::Inside;
use crate::commerce::protocol::{
    ChannelRequest, Notice, OmsRequest, OrderState, Role, SourceNotice, UpdateItem, intent_of,
};
use crate::history::fact::{Line, PushKind, Release};
use crate::ids::{ChannelId, SkuId};
use crate::rng::mix;
use crate::units::Qty;

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {
    /// A shopper's order.
    Order,
    /// A cancellation, by customer or seller.
    Cancellation,
    /// That an order has taken a step, told to its channel.
    Confirmation,
    /// A stock update.
    Stock,
    /// A price update.
    Price,
    /// A listing.
    Listing,
    /// A reader's look for orders or changes.
    Read,
    /// An order handed over.
    Handoff,
    /// Units reserved ahead.
    Reservation,
    /// A release told to the OMS.
    Release,
    /// A webhook.
    Webhook,
    /// A call of an API that is not ours: nobody can tell what for.
    Foreign,
}

/// A message on its way, as a rule sees it.
#[derive(Clone, Copy, Debug)]
pub struct Passing<'a> {
    /// The system that is called, or that posts a webhook.
    pub(super) of: Role,
    pub(super) kind: MessageKind,
    /// What it is about: keys the draws, so that two settings of one seed meet the same.
    pub(super) thing: u64,
    pub(super) about: About<'a>,
}

/// The SKUs of a message.
#[derive(Clone, Copy, Debug)]
pub(super) enum About<'a> {
    Wanted(&'a [(SkuId, Qty)]),
    Lines(&'a [Line]),
    Items(&'a [UpdateItem]),
    One(SkuId),
    /// It does not say.
    Nothing,
}

impl About<'_> {
    pub(super) fn any(&self, is: impl Fn(SkuId) -> bool) -> bool {
        match self {
            About::Wanted(wanted) => wanted.iter().any(|(sku, _)| is(*sku)),
            About::Lines(lines) => lines.iter().any(|line| is(line.sku)),
            About::Items(items) => items.iter().any(|item| is(item.sku)),
            About::One(sku) => is(*sku),
            About::Nothing => false,
        }
    }
}

impl<'a> Passing<'a> {
    /// A call to a channel.
    pub fn to_channel(id: ChannelId, request: &'a ChannelRequest) -> Passing<'a> {
        let (kind, thing, about) = match request {
            ChannelRequest::PlaceOrder { intent, lines, .. } => {
                (MessageKind::Order, mix(1, intent.0), About::Wanted(lines))
            }
            ChannelRequest::FillCart { intent, lines, .. } => {
                (MessageKind::Order, mix(16, intent.0), About::Wanted(lines))
            }
            ChannelRequest::CancelOrder { order, why } => {
                let by = u64::from(*why == Release::Stock);
                (MessageKind::Cancellation, mix(mix(2, by), order.number), About::Nothing)
            }
            ChannelRequest::Confirm { order, step } => {
                let thing = mix(mix(17, *step as u64), order.number);
                (MessageKind::Confirmation, thing, About::Nothing)
            }
            ChannelRequest::EditOrder { order, .. } => {
                (MessageKind::Cancellation, mix(17, order.number), About::Nothing)
            }
            ChannelRequest::Update { kind, items, .. } => {
                let thing = items.first().map_or(0, |item| of_item(*kind, item));
                (of_push(*kind), thing, About::Items(items))
            }
            ChannelRequest::ListOrders { after, .. } => {
                (MessageKind::Read, mix(3, *after), About::Nothing)
            }
        };
        Passing { of: Role::Channel(id), kind, thing, about }
    }

    /// A question of a channel's own front.
    pub fn inside(id: ChannelId, asked: &'a Inside) -> Passing<'a> {
        let (kind, thing, about) = match asked {
            Inside::Offers { from, .. } => {
                (MessageKind::Read, mix(12, u64::from(from.0)), About::Nothing)
            }
            Inside::Orders(wanted) => {
                let thing = mix(mix(13, wanted.skip), wanted.numbers.0);
                (MessageKind::Read, thing, About::Nothing)
            }
            Inside::Update { kind, items, .. } => {
                let thing = items.first().map_or(0, |item| of_item(*kind, item));
                (of_push(*kind), thing, About::Items(items))
            }
            Inside::Enter { intent, lines, .. } => {
                (MessageKind::Order, mix(1, intent.0), About::Wanted(lines))
            }
            Inside::HandOver(handed) => {
                let thing = mix(4, intent_of(handed.order).0);
                (MessageKind::Handoff, thing, About::Lines(&handed.lines))
            }
            Inside::Pay { number } => (MessageKind::Handoff, mix(4, *number), About::Nothing),
            Inside::Confirm { number, step } => {
                let thing = mix(mix(17, *step as u64), *number);
                (MessageKind::Confirmation, thing, About::Nothing)
            }
            Inside::Cancel { number, why, .. } => {
                let by = u64::from(*why == Release::Stock);
                (MessageKind::Cancellation, mix(mix(2, by), *number), About::Nothing)
            }
        };
        Passing { of: Role::Channel(id), kind, thing, about }
    }

    /// A call of a connector to the OMS; the merchant's own get through.
    pub fn to_oms(request: &'a OmsRequest) -> Option<Passing<'a>> {
        let (kind, thing, about) = match request {
            OmsRequest::Handoff { intent, lines, .. } => {
                (MessageKind::Handoff, mix(4, intent.0), About::Lines(lines))
            }
            OmsRequest::Reserve { intent, lines, .. } => {
                (MessageKind::Reservation, mix(5, intent.0), About::Lines(lines))
            }
            OmsRequest::Amend { order, version, .. } => {
                let about = mix(u64::from(order.channel.0), order.number);
                (MessageKind::Release, mix(18, mix(about, version.0)), About::Nothing)
            }
            OmsRequest::Release { order, .. } => {
                let thing = mix(6, mix(u64::from(order.channel.0), order.number));
                (MessageKind::Release, thing, About::Nothing)
            }
            OmsRequest::ListChanges { after, .. } | OmsRequest::ListLevels { after, .. } => {
                (MessageKind::Read, mix(7, *after), About::Nothing)
            }
            OmsRequest::Adjust { .. }
            | OmsRequest::SetPrice { .. }
            | OmsRequest::Publish { .. } => return None,
        };
        Some(Passing { of: Role::Oms, kind, thing, about })
    }

    /// A call to a system whose API nobody here can read, told apart by a number.
    pub fn foreign(of: Role, reads: bool, thing: u64) -> Passing<'a> {
        let kind = if reads { MessageKind::Read } else { MessageKind::Foreign };
        Passing { of, kind, thing: mix(15, thing), about: About::Nothing }
    }

    /// A webhook.
    pub(super) fn webhook(of: Role, notice: &'a Notice) -> Passing<'a> {
        let (thing, about) = match notice {
            Notice::Order(notice) => {
                let state = match notice.state {
                    OrderState::Pending => 0,
                    OrderState::Ours => 1,
                    OrderState::Released(_) => 2,
                    OrderState::Waiting => 3,
                };
                (mix(8, mix(notice.intent.0, state)), About::Lines(&notice.lines))
            }
            Notice::Source(change) => of_change(change),
        };
        Passing { of, kind: MessageKind::Webhook, thing, about }
    }
}

pub(super) fn of_change(change: &SourceNotice) -> (u64, About<'_>) {
    let (kind, sku, version) = match change {
        SourceNotice::Stock { sku, version, .. } => (1, sku, version),
        SourceNotice::Price { sku, version, .. } => (2, sku, version),
        SourceNotice::Listing { sku, version, .. } => (3, sku, version),
        SourceNotice::Short { order } => {
            let order = mix(u64::from(order.channel.0), order.number);
            return (mix(10, order), About::Nothing);
        }
        SourceNotice::Shipped { order } => {
            let order = mix(u64::from(order.channel.0), order.number);
            return (mix(18, order), About::Nothing);
        }
    };
    (mix(mix(9, kind), mix(u64::from(sku.0), version.0)), About::One(*sku))
}

/// What the draws of an item are keyed by.
pub(super) fn of_item(kind: PushKind, item: &UpdateItem) -> u64 {
    mix(mix(11 + kind as u64, u64::from(item.sku.0)), item.version.0)
}

fn of_push(kind: PushKind) -> MessageKind {
    match kind {
        PushKind::Stock => MessageKind::Stock,
        PushKind::Price => MessageKind::Price,
        PushKind::Listing => MessageKind::Listing,
    }
}
