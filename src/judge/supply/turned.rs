//! Owns what it means that a channel turned an order away, and what carts held of it then.
//! Must not know what was sold.

use super::Supplies;
use crate::history::fact::Line;
use crate::ids::{ChannelId, SkuId};
use crate::judge::judgement::Witness;
use crate::units::Qty;

/// Why an order was turned away, as supply sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::judge) enum Turned {
    /// For want of stock.
    ForStock,
    /// For any other reason.
    Otherwise,
}

impl Supplies {
    /// A channel turned an order away because of this line, when `for_stock` is said; answers
    /// whether the stock was there, as far as anybody knows.
    pub(in crate::judge) fn refused(
        &mut self,
        channel: ChannelId,
        line: &Line,
        why: Turned,
        w: Witness,
    ) -> bool {
        self.see(channel, line.sku, line.offered, w.at);
        let Some(left) = self.could_sell(channel, line.sku).filter(|_| why == Turned::ForStock)
        else {
            return false;
        };
        self.undersell.checked += 1;
        if left < line.qty {
            self.expose(channel, line);
            return false;
        }
        let rule = self.rules.of(channel);
        let informed = rule.sells(rule.should_show(left), line.qty);
        let held = self.carts.get(&(channel, line.sku)).copied().unwrap_or(Qty::ZERO);
        let totals = &mut self.totals[channel.index()];
        if !informed {
            totals.undersold_policy += line.qty;
        } else if held > Qty::ZERO && line.offered + held >= line.qty {
            totals.undersold_carts += line.qty;
        } else {
            totals.undersold_stale += line.qty;
        }
        let money = line.price.times(line.qty);
        totals.undersold_money += money;
        self.undersell.note(w, Some(channel), None, line.qty, money);
        true
    }

    /// How many were really left to be sold: of an offer that is not simply a SKU, those that its
    /// parts make. None: of some part nobody knows.
    fn could_sell(&self, channel: ChannelId, sku: SkuId) -> Option<Qty> {
        let left = |sku: SkuId| self.is_known(sku).then(|| self.left_on(channel, sku));
        match self.offers.get(sku) {
            Some(terms) => terms.made_of(left),
            None => left(sku),
        }
    }

    /// An order wanted more than was really left of this; of an offer, of the parts that were
    /// short.
    fn expose(&mut self, channel: ChannelId, line: &Line) {
        let Some(terms) = self.offers.get(line.sku).cloned() else {
            let cell = self.cell(channel, line.sku);
            self.pasts[cell].exposed = true;
            return;
        };
        for part in &terms.parts {
            let wanted = Qty(line.qty.0.saturating_mul(i64::from(part.count)));
            if self.left_on(channel, part.sku) < wanted {
                self.grow(part.sku);
                let cell = self.cell(channel, part.sku);
                self.pasts[cell].exposed = true;
            }
        }
    }

    /// Carts hold so many units more (negative: fewer). They are on offer to nobody else, and the
    /// source knows nothing of them.
    pub(in crate::judge) fn held(&mut self, channel: ChannelId, sku: SkuId, units: Qty) {
        self.own_settled(channel, sku, units);
        let held = self.carts.entry((channel, sku)).or_default();
        *held += units;
        if *held == Qty::ZERO {
            self.carts.remove(&(channel, sku));
        }
    }
}
