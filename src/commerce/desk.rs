//! Owns the merchant's desk and the shoppers' side of a call: what a load call asks, and the facts
//! of its sending and its answer.
//! Must not know how calls travel; both drivers send what it words.

use super::edits::EditTerms;
use super::outbox::Outbox;
use super::protocol::{Asked, CameBack, ChannelReply, ChannelRequest, OmsReply, OmsRequest};
use super::terms::split;
use crate::history::What;
use crate::history::fact::{Call, Outcome, Release, SupplyChange};
use crate::ids::{ChannelId, Intent, LocationId, OpId, OrderId, SkuId};
use crate::rng::Draws;
use crate::traffic::{Arrival, MerchantAct, MerchantEvent};
use crate::units::{At, Ppm, Qty, Span};

/// A call of the load.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadCall {
    /// What it is for.
    pub purpose: Purpose,
    /// What is asked, and of whom.
    pub asked: Asked,
}

/// What a shopper does once a call is answered as it was hoped.
#[derive(Clone, Debug, PartialEq)]
pub enum Afterwards {
    /// Nothing.
    Nothing,
    /// Changes their mind about the order, so much later.
    Cancels(Span),
    /// Wants no more than this of the order, so much later.
    Edits(Span, Vec<(SkuId, Qty)>),
    /// Checks out what is in the cart, so much later.
    ChecksOut(Span, Box<Arrival>),
}

impl Afterwards {
    /// What whoever places an order does after it. Who cancels edits nothing.
    pub fn of(arrival: &Arrival, edits: Option<&EditTerms>, draws: Draws) -> Afterwards {
        if let Some(after) = arrival.cancels_after {
            return Afterwards::Cancels(after);
        }
        let edit = edits.and_then(|edits| edits.edit(draws, arrival.intent, &arrival.lines));
        edit.map_or(Afterwards::Nothing, |(after, lines)| Afterwards::Edits(after, lines))
    }
}

/// What a shopper wants of an order after all.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// The shopper's intent.
    pub intent: Intent,
    /// The order.
    pub order: OrderId,
    /// What of it.
    pub lines: Vec<(SkuId, Qty)>,
}

/// What a call of the load is for: what its facts say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// Its number.
    pub op: OpId,
    /// Its kind.
    pub call: Call,
    /// The channel that is asked; none is the source of record.
    pub channel: Option<ChannelId>,
    /// What is wanted.
    pub intent: Intent,
    /// When it should be sent.
    pub intended: At,
}

impl LoadCall {
    /// A shopper's order.
    pub fn order(op: OpId, arrival: Arrival) -> LoadCall {
        let Arrival { at: intended, intent, buyer, channel, lines, .. } = arrival;
        let (call, to) = (Call::PlaceOrder, Some(channel));
        LoadCall {
            purpose: Purpose { op, call, channel: to, intent, intended },
            asked: Asked::Channel(channel, ChannelRequest::PlaceOrder { intent, buyer, lines }),
        }
    }

    /// A shopper's cart.
    pub fn cart(op: OpId, arrival: &Arrival) -> LoadCall {
        let Arrival { at: intended, intent, buyer, channel, ref lines, .. } = *arrival;
        let (call, to, lines) = (Call::FillCart, Some(channel), lines.clone());
        LoadCall {
            purpose: Purpose { op, call, channel: to, intent, intended },
            asked: Asked::Channel(channel, ChannelRequest::FillCart { intent, buyer, lines }),
        }
    }

    /// A shopper's change of mind.
    pub fn cancellation(op: OpId, intended: At, intent: Intent, order: OrderId) -> LoadCall {
        let (call, channel) = (Call::CancelOrder, order.channel);
        let request = ChannelRequest::CancelOrder { order, why: Release::Customer };
        LoadCall {
            purpose: Purpose { op, call, channel: Some(channel), intent, intended },
            asked: Asked::Channel(channel, request),
        }
    }

    /// A shopper's edit of an order.
    pub fn edit(op: OpId, intended: At, edit: Edit) -> LoadCall {
        let Edit { intent, order, lines } = edit;
        let (call, channel) = (Call::EditOrder, order.channel);
        LoadCall {
            purpose: Purpose { op, call, channel: Some(channel), intent, intended },
            asked: Asked::Channel(channel, ChannelRequest::EditOrder { order, lines }),
        }
    }

    /// The merchant's `place`th act.
    pub fn merchant(op: OpId, place: u64, event: &MerchantEvent) -> LoadCall {
        let (call, request) = match event.act {
            MerchantAct::Adjust { sku, units, why, at } => {
                (Call::AdjustStock, OmsRequest::Adjust { op, sku, units, why, at })
            }
            MerchantAct::Price { sku, price, due, channel } => {
                (Call::SetPrice, OmsRequest::SetPrice { sku, price, due, channel })
            }
            MerchantAct::Publish { sku } => (Call::PublishListing, OmsRequest::Publish { sku }),
        };
        let (intent, intended) = (Intent(place), event.at);
        LoadCall {
            purpose: Purpose { op, call, channel: None, intent, intended },
            asked: Asked::Oms(request),
        }
    }

    /// Leaves the facts of its sending: goods move when the merchant moves them, whenever the
    /// source learns of it.
    pub fn sent(&self, out: &mut Outbox) {
        if let Asked::Oms(OmsRequest::Adjust { sku, units, why, at, .. }) = &self.asked {
            out.facts.push(What::Supply { sku: *sku, units: *units, why: *why, at: *at });
        }
        let Purpose { op, call, channel, intent, intended } = self.purpose;
        out.facts.push(What::Sent { op, call, channel, intent, intended });
    }
}

impl Purpose {
    /// Leaves the fact that the call could not be sent.
    pub fn unsent(&self, out: &mut Outbox) {
        self.never_left(None, out);
    }

    /// Leaves the fact that it never left, though [`LoadCall::sent`] has said that it did: no
    /// connection carried it.
    pub fn unsent_after_all(&self, out: &mut Outbox) {
        self.never_left(Some(self.op), out);
    }

    fn never_left(&self, op: Option<OpId>, out: &mut Outbox) {
        let Purpose { call, channel, intent, intended, .. } = *self;
        out.facts.push(What::Unsent { op, call, channel, intent, intended });
    }

    /// Leaves the fact of the call's answer; says which order came of it, if one did.
    pub fn answered(&self, came: &CameBack, out: &mut Outbox) -> Option<OrderId> {
        let outcome = match came {
            CameBack::Channel(reply) => channel_outcome(reply),
            CameBack::Oms(reply) => oms_outcome(reply),
            CameBack::NotSent => Outcome::Refused,
            CameBack::Unknown => Outcome::Unknown,
        };
        out.facts.push(What::Answered { op: self.op, outcome });
        match came {
            CameBack::Channel(ChannelReply::Placed { order }) => Some(*order),
            _ => None,
        }
    }
}

/// Leaves the opening supply, where stock lies at several locations by these shares.
pub fn open_supply(stock: impl Iterator<Item = Qty>, locations: &[Ppm], out: &mut Outbox) {
    let why = SupplyChange::Opening;
    for (sku, units) in (0..).map(SkuId).zip(stock) {
        if locations.is_empty() {
            out.facts.push(What::Supply { sku, units, why, at: None });
        }
        for (at, units) in (0..).map(LocationId).zip(split(units, locations)) {
            out.facts.push(What::Supply { sku, units, why, at: Some(at) });
        }
    }
}

fn channel_outcome(reply: &ChannelReply) -> Outcome {
    match reply {
        ChannelReply::Placed { .. }
        | ChannelReply::Carted
        | ChannelReply::Cancelled
        | ChannelReply::Confirmed
        | ChannelReply::Edited
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
