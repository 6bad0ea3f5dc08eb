//! Owns what a connector makes of an edit: which version it believes, what its shelf holds then.
//! Must not know what the OMS does with a version.

use rustc_hash::FxHashSet;

use super::Connector;
use super::work::TaskKind;
use crate::commerce::edits::given_up;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{OrderNotice, OrderState};
use crate::history::fact::Line;
use crate::ids::{OrderId, SkuId};
use crate::units::Qty;

impl Connector {
    /// Whether a notice tells of a later version of an order than it knows: what comes late, or
    /// twice, changes nothing.
    pub(super) fn is_edited(&self, notice: &OrderNotice) -> bool {
        let known = self.orders.get(notice.order);
        known.is_some_and(|known| {
            notice.version > known.version && !matches!(known.state, OrderState::Released(_))
        })
    }

    /// Takes in a later version: the channel offers again what was given up, and who took the
    /// order over is told.
    pub(super) fn follow_edit(&mut self, notice: &OrderNotice, out: &mut Outbox) {
        let order = notice.order;
        let Some(known) = self.orders.get_mut(order) else { return };
        let before = std::mem::replace(&mut known.lines, notice.lines.clone());
        let shelved = std::mem::take(&mut known.on_shelf);
        let told = before.iter().zip(&shelved).filter(|(_, told)| **told > Qty::ZERO);
        let told: FxHashSet<SkuId> = told.map(|(line, _)| line.sku).collect();
        let held = |line: &Line| if told.contains(&line.sku) { line.qty } else { Qty::ZERO };
        known.on_shelf = notice.lines.iter().map(held).collect();
        known.version = notice.version;
        let is_told = known.reserving || known.handed;
        let back = given_up(&before, &notice.lines);
        for line in back.iter().filter(|line| told.contains(&line.sku)) {
            self.shelf.sold(order.channel, line.sku, line.qty);
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
