//! Owns which calls are not for a connector from outside to make, or make no sense whoever makes
//! them. Must not know what is answered to the others.

use super::outside::Ear;
use crate::commerce::fault::Withheld;
use crate::commerce::inside::Inside;
use crate::commerce::protocol::{Change, ChannelRequest, OmsRequest, UNITS_MAX, UpdateItem};
use crate::history::fact::{Address, Line, Met, Release};
use crate::ids::{ChannelId, OrderId};
use crate::units::Qty;

impl Ear {
    /// Why a call to a channel is not for a connector to make.
    pub(super) fn refuses_channel(
        &mut self,
        id: ChannelId,
        request: &ChannelRequest,
    ) -> Option<&'static str> {
        let why = match request {
            ChannelRequest::PlaceOrder { .. } | ChannelRequest::FillCart { .. } => {
                "orders are placed, and carts filled, by shoppers; nothing was carried out"
            }
            ChannelRequest::EditOrder { .. } => {
                "orders are edited by shoppers; nothing was carried out"
            }
            ChannelRequest::CancelOrder {
                why: Release::Customer | Release::Payment | Release::NotAccepted,
                ..
            } => {
                "a seller cancels for want of `stock`; all else is the shopper's to do, or the \
                 channel's; nothing was carried out"
            }
            ChannelRequest::CancelOrder { why: Release::Stock, .. }
            | ChannelRequest::Confirm { .. }
            | ChannelRequest::Update { .. }
            | ChannelRequest::ListOrders { .. } => return None,
        };
        self.met(Met::NotYours, Address::Channel(id), 1);
        Some(why)
    }

    /// The same of what it asks by a channel's own front.
    pub(super) fn refuses_front(&mut self, id: ChannelId, asked: &Inside) -> Option<&'static str> {
        let why = match asked {
            Inside::Enter { .. } => "orders are placed by shoppers; nothing was carried out",
            Inside::Cancel {
                why: Release::Customer | Release::Payment | Release::NotAccepted,
                ..
            } => {
                "a seller cancels for want of stock; all else is the shopper's to do, or the \
                 channel's; nothing was carried out"
            }
            Inside::Cancel { why: Release::Stock, .. }
            | Inside::HandOver(_)
            | Inside::Pay { .. }
            | Inside::Confirm { .. }
            | Inside::Offers { .. }
            | Inside::Orders(_)
            | Inside::Update { .. } => return None,
        };
        self.met(Met::NotYours, Address::Channel(id), 1);
        Some(why)
    }

    /// The same of what it asks by the OMS's own front, and connectors have no word for.
    pub(super) fn refuses_at_source(&mut self, asked: &Inside) -> Option<&'static str> {
        let why = match asked {
            Inside::Update { .. } => {
                "stock and prices are the merchant's to set here; nothing was carried out"
            }
            Inside::Enter { .. } => "an order is one of a channel's; nothing was carried out",
            Inside::Offers { .. }
            | Inside::Orders(_)
            | Inside::HandOver(_)
            | Inside::Pay { .. }
            | Inside::Confirm { .. }
            | Inside::Cancel { .. } => return None,
        };
        self.met(Met::NotYours, Address::Oms, 1);
        Some(why)
    }

    /// The same of a call to the OMS, and of one that speaks of what is not there.
    pub(super) fn refuses_oms(&mut self, request: &OmsRequest) -> Option<&'static str> {
        let (met, why) = match request {
            OmsRequest::Adjust { .. }
            | OmsRequest::SetPrice { .. }
            | OmsRequest::Publish { .. } => {
                (Met::NotYours, "that is the merchant's to do; nothing was carried out")
            }
            OmsRequest::Handoff { order, lines, .. }
            | OmsRequest::Reserve { order, lines, .. }
            | OmsRequest::Amend { order, lines, .. } => self.makes_no_sense(*order, lines)?,
            OmsRequest::Release { order, .. } => self.makes_no_sense(*order, &[])?,
            OmsRequest::ListChanges { .. } | OmsRequest::ListLevels { .. } => return None,
        };
        self.met(met, Address::Oms, 1);
        Some(why)
    }

    fn makes_no_sense(&self, order: OrderId, lines: &[Line]) -> Option<(Met, &'static str)> {
        if order.channel.index() >= self.channels {
            return Some((Met::UnknownOrder, "there is no channel of that number"));
        }
        if lines.iter().any(|line| line.sku.index() >= self.skus) {
            return Some((Met::UnknownSku, "a line names a SKU that is not in the catalogue"));
        }
        let sane = |line: &Line| line.qty > Qty::ZERO && line.qty <= UNITS_MAX;
        (!lines.iter().all(sane))
            .then_some((Met::BadQuantity, "a line has at least one unit and at most a billion"))
    }
}

/// The items of an update that offer fewer than none: no channel takes such.
pub(super) fn nonsense(request: &ChannelRequest) -> Option<Withheld> {
    let ChannelRequest::Update { items, .. } = request else { return None };
    let is_nonsense = |item: &UpdateItem| match item.change {
        Change::Absolute(qty) | Change::Publish { qty, .. } => qty < Qty::ZERO,
        Change::CompareAndSet { to, .. } => to < Qty::ZERO,
        Change::Delta(_) | Change::Price(_) => false,
    };
    let items: Vec<bool> = items.iter().map(is_nonsense).collect();
    items.contains(&true).then_some(Withheld { items, as_taken: false })
}
