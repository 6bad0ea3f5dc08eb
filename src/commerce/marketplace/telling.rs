//! Owns how a channel tells of its orders: webhooks, and the list that readers go through.
//! Must not know why an order changed.

use super::Marketplace;
use crate::commerce::outbox::{Outbox, Posted};
use crate::commerce::protocol::{ChannelReply, Notice, OrderNotice, OrderState};
use crate::ids::OrderId;
use crate::rng::mix;
use crate::units::At;

impl Marketplace {
    /// Puts an order's new state where readers find it and sends the webhook.
    pub(super) fn tell(&mut self, now: At, number: u64, out: &mut Outbox) {
        if let Some(order) = self.orders.get_mut(number) {
            order.changed = now;
        }
        if !self.unread {
            self.changed.push(number);
        }
        let Some(to) = self.tells else { return };
        let Some(notice) = self.notice_of(number) else { return };
        let state = match notice.state {
            OrderState::Pending => 0,
            OrderState::Ours => 1,
            OrderState::Released(_) => 2,
            OrderState::Waiting => 3,
        };
        let said = 3 * notice.version.0 + state;
        let (late, again) = self.faults.webhook(mix(notice.intent.0, said));
        let notice = Notice::Order(notice);
        if let Some(again) = again {
            out.notices.push(Posted::new(to, now + again, notice.clone()));
        }
        out.notices.push(Posted::new(to, now + late, notice));
    }

    pub(super) fn notice_of(&self, number: u64) -> Option<OrderNotice> {
        let order = self.orders.get(number)?;
        Some(OrderNotice {
            order: OrderId { channel: self.id, number },
            intent: order.intent,
            state: order.state,
            version: order.version,
            lines: order.lines.clone(),
        })
    }

    pub(super) fn list(&self, after: u64, limit: u32) -> ChannelReply {
        let (page, cursor) = self.changed.page(after, limit);
        let page = page.filter_map(|number| self.notice_of(*number)).collect();
        ChannelReply::Orders { page, cursor, more: cursor < self.cursor() }
    }
}
