//! Strategies for every word of the protocol, for the tests of the dialect and of the OpenAPI page.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::commerce::protocol::{
    Change, ChannelReply, ChannelRequest, Confirmation, ItemOutcome, Levels, Notice, OmsReply,
    OmsRequest, OrderNotice, OrderState, SourceNotice, UpdateItem,
};
use crate::history::fact::{Line, PushKind, Refusal, Release, SupplyChange};
use crate::ids::{Buyer, ChannelId, Intent, LocationId, OmsOrder, OpId, OrderId, SkuId, Version};
use crate::units::{At, Money, Qty, Span};

fn qty() -> impl Strategy<Value = Qty> {
    any::<i64>().prop_map(Qty)
}

fn money() -> impl Strategy<Value = Money> {
    any::<i64>().prop_map(Money)
}

fn sku() -> impl Strategy<Value = SkuId> {
    any::<u32>().prop_map(SkuId)
}

fn version() -> impl Strategy<Value = Version> {
    any::<u64>().prop_map(Version)
}

fn intent() -> impl Strategy<Value = Intent> {
    any::<u64>().prop_map(Intent)
}

fn order() -> impl Strategy<Value = OrderId> {
    (any::<u16>(), any::<u64>())
        .prop_map(|(channel, number)| OrderId { channel: ChannelId(channel), number })
}

fn release() -> impl Strategy<Value = Release> {
    prop_oneof![
        Just(Release::Payment),
        Just(Release::Customer),
        Just(Release::Stock),
        Just(Release::NotAccepted),
    ]
}

fn refusal() -> impl Strategy<Value = Refusal> {
    prop_oneof![
        Just(Refusal::Stock),
        Just(Refusal::NotListed),
        Just(Refusal::Throttled),
        Just(Refusal::Unavailable),
        Just(Refusal::Invalid),
    ]
}

fn line() -> impl Strategy<Value = Line> {
    (option::of(any::<u32>()), sku(), qty(), money(), qty(), qty()).prop_map(
        |(offer, sku, qty, price, offered, left)| Line { offer, sku, qty, price, offered, left },
    )
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    vec(line(), 0..4)
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        qty().prop_map(Change::Absolute),
        qty().prop_map(Change::Delta),
        (qty(), qty()).prop_map(|(expect, to)| Change::CompareAndSet { expect, to }),
        money().prop_map(Change::Price),
        (money(), qty()).prop_map(|(price, qty)| Change::Publish { price, qty }),
    ]
}

fn update_item() -> impl Strategy<Value = UpdateItem> {
    (sku(), version(), change()).prop_map(|(sku, version, change)| UpdateItem {
        sku,
        version,
        change,
    })
}

fn push_kind() -> impl Strategy<Value = PushKind> {
    prop_oneof![Just(PushKind::Stock), Just(PushKind::Price), Just(PushKind::Listing)]
}

/// A request, and the channel that it is for.
pub(crate) fn channel_request() -> impl Strategy<Value = (ChannelId, ChannelRequest)> {
    any::<u16>().prop_map(ChannelId).prop_flat_map(|channel| {
        let place = (intent(), any::<u64>(), vec((sku(), qty()), 0..4)).prop_map(
            |(intent, buyer, lines)| ChannelRequest::PlaceOrder {
                intent,
                buyer: Buyer(buyer),
                lines,
            },
        );
        let wanted = vec((sku(), qty()), 0..4);
        let cart = (intent(), any::<u64>(), wanted).prop_map(|(intent, buyer, lines)| {
            ChannelRequest::FillCart { intent, buyer: Buyer(buyer), lines }
        });
        let cancel = (any::<u64>(), release()).prop_map(move |(number, why)| {
            ChannelRequest::CancelOrder { order: OrderId { channel, number }, why }
        });
        let steps = prop_oneof![Just(Confirmation::Dispatch), Just(Confirmation::Acceptance)];
        let confirm = (any::<u64>(), steps).prop_map(move |(number, step)| {
            ChannelRequest::Confirm { order: OrderId { channel, number }, step }
        });
        let wanted = vec((sku(), qty()), 0..4);
        let edit = (any::<u64>(), wanted).prop_map(move |(number, lines)| {
            ChannelRequest::EditOrder { order: OrderId { channel, number }, lines }
        });
        let update = (any::<Option<u64>>(), push_kind(), vec(update_item(), 0..5)).prop_map(
            |(key, kind, items)| ChannelRequest::Update { key, kind, items: items.into() },
        );
        let list = (any::<u64>(), any::<u32>())
            .prop_map(|(after, limit)| ChannelRequest::ListOrders { after, limit });
        (Just(channel), prop_oneof![place, cart, cancel, confirm, edit, update, list])
    })
}

/// A request with an answer to it.
pub(crate) fn channel_exchange() -> impl Strategy<Value = (ChannelId, ChannelRequest, ChannelReply)>
{
    channel_request().prop_flat_map(|(channel, request)| {
        let reply = prop_oneof![
            3 => channel_success(channel, &request),
            1 => option::of(any::<u64>().prop_map(Span))
                .prop_map(|retry_after| ChannelReply::Throttled { retry_after }),
            1 => Just(ChannelReply::Unavailable),
            1 => any::<String>().prop_map(|why| ChannelReply::Invalid { why }),
        ];
        (Just(channel), Just(request), reply)
    })
}

fn channel_success(channel: ChannelId, request: &ChannelRequest) -> BoxedStrategy<ChannelReply> {
    match request {
        ChannelRequest::PlaceOrder { .. } => prop_oneof![
            any::<u64>().prop_map(move |number| ChannelReply::Placed {
                order: OrderId { channel, number }
            }),
            refusal().prop_map(|why| ChannelReply::TurnedAway { why }),
        ]
        .boxed(),
        ChannelRequest::FillCart { .. } => prop_oneof![
            Just(ChannelReply::Carted),
            refusal().prop_map(|why| ChannelReply::TurnedAway { why }),
        ]
        .boxed(),
        ChannelRequest::CancelOrder { .. } => Just(ChannelReply::Cancelled).boxed(),
        ChannelRequest::Confirm { .. } => Just(ChannelReply::Confirmed).boxed(),
        ChannelRequest::EditOrder { .. } => Just(ChannelReply::Edited).boxed(),
        ChannelRequest::Update { items, .. } => {
            let outcome = prop_oneof![
                Just(ItemOutcome::Taken),
                Just(ItemOutcome::Rejected),
                qty().prop_map(|have| ItemOutcome::Conflict { have }),
            ];
            vec(outcome, items.len())
                .prop_map(|items| ChannelReply::Updated { items: items.into() })
                .boxed()
        }
        ChannelRequest::ListOrders { .. } => {
            (vec(order_notice(), 0..3), any::<u64>(), any::<bool>())
                .prop_map(|(page, cursor, more)| ChannelReply::Orders { page, cursor, more })
                .boxed()
        }
    }
}

/// A request to the OMS.
pub(crate) fn oms_request() -> impl Strategy<Value = OmsRequest> {
    let supply = prop_oneof![
        Just(SupplyChange::Opening),
        Just(SupplyChange::Receipt),
        Just(SupplyChange::Correction),
        Just(SupplyChange::Return),
    ];
    prop_oneof![
        (order(), intent(), version(), lines(), option::of(any::<u64>()), any::<u32>()).prop_map(
            |(order, intent, version, lines, key, attempt)| OmsRequest::Handoff {
                order,
                intent,
                version,
                lines: lines.into(),
                key,
                attempt
            }
        ),
        (order(), intent(), lines()).prop_map(|(order, intent, lines)| OmsRequest::Reserve {
            order,
            intent,
            lines: lines.into()
        }),
        (order(), version(), lines()).prop_map(|(order, version, lines)| OmsRequest::Amend {
            order,
            version,
            lines: lines.into()
        }),
        (order(), release()).prop_map(|(order, why)| OmsRequest::Release { order, why }),
        (any::<u64>(), sku(), qty(), supply, location()).prop_map(|(op, sku, units, why, at)| {
            OmsRequest::Adjust { at, op: OpId(op), sku, units, why }
        }),
        (sku(), money(), any::<u64>(), of_channel()).prop_map(|(sku, price, due, channel)| {
            OmsRequest::SetPrice { sku, price, due: At(due), channel }
        }),
        sku().prop_map(|sku| OmsRequest::Publish { sku }),
        (any::<u64>(), any::<u32>())
            .prop_map(|(after, limit)| OmsRequest::ListChanges { after, limit }),
    ]
}

/// A request with an answer to it.
pub(crate) fn oms_exchange() -> impl Strategy<Value = (OmsRequest, OmsReply)> {
    oms_request().prop_flat_map(|request| {
        let success = match request {
            OmsRequest::Handoff { .. } => (any::<u64>(), any::<bool>())
                .prop_map(|(oms, known)| OmsReply::Held { oms: OmsOrder(oms), known })
                .boxed(),
            OmsRequest::ListChanges { .. } => {
                (vec(source_notice(), 0..3), any::<u64>(), any::<bool>())
                    .prop_map(|(page, cursor, more)| OmsReply::Changes { page, cursor, more })
                    .boxed()
            }
            _ => Just(OmsReply::Done).boxed(),
        };
        let reply = prop_oneof![
            3 => success,
            1 => option::of(any::<u64>().prop_map(Span))
                .prop_map(|retry_after| OmsReply::Throttled { retry_after }),
            1 => Just(OmsReply::Unavailable),
            1 => any::<String>().prop_map(|why| OmsReply::Invalid { why }),
        ];
        (Just(request), reply)
    })
}

fn order_notice() -> impl Strategy<Value = OrderNotice> {
    let state = prop_oneof![
        Just(OrderState::Waiting),
        Just(OrderState::Pending),
        Just(OrderState::Ours),
        release().prop_map(OrderState::Released),
    ];
    (order(), intent(), state, version(), lines()).prop_map(
        |(order, intent, state, version, lines)| OrderNotice {
            order,
            intent,
            state,
            version,
            lines: lines.into(),
        },
    )
}

fn of_channel() -> impl Strategy<Value = Option<ChannelId>> {
    option::of(any::<u16>().prop_map(ChannelId))
}

fn location() -> impl Strategy<Value = Option<LocationId>> {
    option::of(any::<u8>().prop_map(LocationId))
}

fn levels() -> impl Strategy<Value = Levels> {
    option::of(proptest::collection::vec(qty(), 1..4).prop_map(Vec::into_boxed_slice))
}

fn source_notice() -> impl Strategy<Value = SourceNotice> {
    prop_oneof![
        (sku(), version(), qty(), option::of((order(), qty())), levels()).prop_map(
            |(sku, version, available, by, at)| SourceNotice::Stock {
                sku,
                version,
                available,
                by,
                at
            }
        ),
        (sku(), version(), money(), any::<u64>(), of_channel()).prop_map(
            |(sku, version, price, due, channel)| SourceNotice::Price {
                sku,
                version,
                price,
                due: At(due),
                channel
            }
        ),
        (sku(), version(), money(), qty(), version(), levels()).prop_map(
            |(sku, version, price, available, stock_version, at)| SourceNotice::Listing {
                at,
                sku,
                version,
                price,
                available,
                stock_version
            }
        ),
        order().prop_map(|order| SourceNotice::Short { order }),
        order().prop_map(|order| SourceNotice::Shipped { order }),
    ]
}

/// A notice.
pub(crate) fn notice() -> impl Strategy<Value = Notice> {
    prop_oneof![order_notice().prop_map(Notice::Order), source_notice().prop_map(Notice::Source),]
}
