//! Owns what a connector makes of an edit: which version it believes, what its shelf holds then.
//! Must not know what the OMS does with a version.

use super::Connector;
use super::work::TaskKind;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{OrderNotice, OrderState};
use crate::history::fact::Line;
use crate::ids::{OrderId, SkuId, Version};
use crate::units::Qty;

impl Connector {
    /// Whether a notice tells of a later version of an order than it knows: what comes late, or
    /// twice, changes nothing.
    pub(super) fn is_edited(&mut self, notice: &OrderNotice) -> bool {
        let Some(known) = self.orders.get(notice.order) else { return false };
        if notice.version == known.version || matches!(known.state, OrderState::Released(_)) {
            return false;
        }
        notice.version > known.version || self.takes_old_for_new(notice.intent)
    }

    /// Takes in a later version: the channel offers again what was given up, and who took the
    /// order over is told.
    pub(super) fn follow_edit(&mut self, notice: &OrderNotice, out: &mut Outbox) {
        let order = notice.order;
        let Some(known) = self.orders.get_mut(order) else { return };
        let before = std::mem::replace(&mut known.lines, notice.lines.clone());
        let shelved = std::mem::take(&mut known.on_shelf);
        let was_told =
            |sku: SkuId| before.iter().zip(&shelved).any(|(line, told)| line.sku == sku && *told);
        known.on_shelf = notice.lines.iter().map(|line| was_told(line.sku)).collect();
        // A version that is taken for new though it is not is numbered as the next.
        known.version = Version((known.version.0 + 1).max(notice.version.0));
        let is_told = known.reserving || known.handed;
        let left = |sku: SkuId| {
            let line = notice.lines.iter().find(|line: &&Line| line.sku == sku);
            line.map_or(Qty::ZERO, |line| line.qty)
        };
        let back = before.iter().zip(&shelved).filter(|(_, told)| **told);
        for (line, _) in back {
            self.shelf.sold(order.channel, line.sku, line.qty - left(line.sku));
        }
        if is_told {
            self.queue_order(&TaskKind::Amend, order, out);
        } else {
            // The source never knew of it: nothing of it will say so.
            for line in before.iter() {
                self.tell_if_it_disagrees(order, line.sku, out);
            }
        }
    }

    fn tell_if_it_disagrees(&mut self, order: OrderId, sku: SkuId, out: &mut Outbox) {
        if self.shelf.disagrees(order.channel, sku) {
            self.wish_stock(order.channel, sku, out);
        }
    }
}
