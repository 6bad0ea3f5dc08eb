//! Owns the merchant's desk and the shoppers' side of a call: what a load call asks, and the facts
//! of its sending and its answer.
//! Must not know how calls travel; both drivers send what it words.

use super::outbox::Outbox;
use super::protocol::{CameBack, ChannelReply, ChannelRequest, OmsReply, OmsRequest};
use crate::history::What;
use crate::history::fact::{Call, Outcome, Release, SupplyChange};
use crate::ids::{ChannelId, Intent, OpId, OrderId};
use crate::traffic::{Arrival, MerchantAct, MerchantEvent};
use crate::units::{At, Qty};

/// A call of the load: what is asked, of whom, and what its facts say.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadCall {
    /// Its number.
    pub op: OpId,
    /// Its kind.
    pub call: Call,
    /// When it should be sent.
    pub intended: At,
    /// What is wanted.
    pub intent: Intent,
    /// What is asked.
    pub asks: Asks,
}

/// What a load call asks, and of whom.
#[derive(Clone, Debug, PartialEq)]
pub enum Asks {
    /// A channel.
    Channel(ChannelId, ChannelRequest),
    /// The source of record.
    Source(OmsRequest),
}

impl LoadCall {
    /// A shopper's order.
    pub fn order(op: OpId, arrival: Arrival) -> LoadCall {
        LoadCall {
            op,
            call: Call::PlaceOrder,
            intended: arrival.at,
            intent: arrival.intent,
            asks: Asks::Channel(
                arrival.channel,
                ChannelRequest::PlaceOrder {
                    intent: arrival.intent,
                    buyer: arrival.buyer,
                    lines: arrival.lines,
                },
            ),
        }
    }

    /// A shopper's change of mind.
    pub fn cancellation(op: OpId, at: At, intent: Intent, order: OrderId) -> LoadCall {
        let request = ChannelRequest::CancelOrder { order, why: Release::Customer };
        LoadCall {
            op,
            call: Call::CancelOrder,
            intended: at,
            intent,
            asks: Asks::Channel(order.channel, request),
        }
    }

    /// The merchant's `place`th act.
    pub fn merchant(op: OpId, place: u64, event: &MerchantEvent) -> LoadCall {
        let (call, request) = match event.act {
            MerchantAct::Adjust { sku, units, why } => {
                (Call::AdjustStock, OmsRequest::Adjust { op, sku, units, why })
            }
            MerchantAct::Price { sku, price, due } => {
                (Call::SetPrice, OmsRequest::SetPrice { sku, price, due })
            }
            MerchantAct::Publish { sku } => (Call::PublishListing, OmsRequest::Publish { sku }),
        };
        LoadCall {
            op,
            call,
            intended: event.at,
            intent: Intent(place),
            asks: Asks::Source(request),
        }
    }

    /// Leaves the facts of its sending: goods move when the merchant moves them, whenever the
    /// source learns of it.
    pub fn sent(&self, out: &mut Outbox) {
        if let Asks::Source(OmsRequest::Adjust { sku, units, why, .. }) = &self.asks {
            out.facts.push(What::Supply { sku: *sku, units: *units, why: *why });
        }
        let (op, call, intent, intended) = (self.op, self.call, self.intent, self.intended);
        out.facts.push(What::Sent { op, call, channel: self.asks.channel(), intent, intended });
    }

    /// Leaves the fact that it could not be sent.
    pub fn unsent(&self, out: &mut Outbox) {
        self.never_left(None, out);
    }

    /// Leaves the fact that it never left, though [`LoadCall::sent`] has said that it did: no
    /// connection carried it.
    pub fn unsent_after_all(&self, out: &mut Outbox) {
        self.never_left(Some(self.op), out);
    }

    fn never_left(&self, op: Option<OpId>, out: &mut Outbox) {
        let (call, intent, intended) = (self.call, self.intent, self.intended);
        out.facts.push(What::Unsent { op, call, channel: self.asks.channel(), intent, intended });
    }

    /// Leaves the fact of a call's answer; says which order came of it, if one did.
    pub fn answered(op: OpId, came: &CameBack, out: &mut Outbox) -> Option<OrderId> {
        let outcome = match came {
            CameBack::Channel(reply) => channel_outcome(reply),
            CameBack::Oms(reply) => oms_outcome(reply),
            CameBack::NotSent => Outcome::Refused,
            CameBack::Unknown => Outcome::Unknown,
        };
        out.facts.push(What::Answered { op, outcome });
        match came {
            CameBack::Channel(ChannelReply::Placed { order }) => Some(*order),
            _ => None,
        }
    }
}

impl Asks {
    /// The channel that is asked; none is the source of record.
    pub fn channel(&self) -> Option<ChannelId> {
        match self {
            Asks::Channel(channel, _) => Some(*channel),
            Asks::Source(_) => None,
        }
    }
}

/// Leaves the opening supply.
pub fn open_supply(stock: impl Iterator<Item = Qty>, out: &mut Outbox) {
    for (sku, units) in stock.enumerate() {
        let sku = crate::ids::SkuId(sku as u32);
        out.facts.push(What::Supply { sku, units, why: SupplyChange::Opening });
    }
}

fn channel_outcome(reply: &ChannelReply) -> Outcome {
    match reply {
        ChannelReply::Placed { .. }
        | ChannelReply::Cancelled
        | ChannelReply::Updated { .. }
        | ChannelReply::Orders { .. } => Outcome::Done,
        ChannelReply::TurnedAway { .. }
        | ChannelReply::Throttled { .. }
        | ChannelReply::Unavailable
        | ChannelReply::Invalid { .. } => Outcome::Refused,
    }
}

fn oms_outcome(reply: &OmsReply) -> Outcome {
    match reply {
        OmsReply::Held { .. } | OmsReply::Done | OmsReply::Changes { .. } => Outcome::Done,
        OmsReply::Throttled { .. } | OmsReply::Unavailable | OmsReply::Invalid { .. } => {
            Outcome::Refused
        }
    }
}
