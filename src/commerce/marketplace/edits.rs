//! Owns edits: what becomes of an order of which its shopper gives up lines, or units of them.
//! Must not know whom it tells of its orders, nor what they make of a version.

use super::Marketplace;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{ChannelReply, OrderState};
use crate::history::What;
use crate::history::fact::{Edited, Line, Lines};
use crate::ids::{OrderId, SkuId};
use crate::units::{At, Qty};

impl Marketplace {
    /// Makes the next version of an order. What was given up is on offer again.
    pub(super) fn edit(
        &mut self,
        now: At,
        order: OrderId,
        wanted: &[(SkuId, Qty)],
        out: &mut Outbox,
    ) -> ChannelReply {
        if self.play.edits.is_none() {
            let why = "orders of this channel are not edited: its scenario has no `order edits`";
            return invalid(why.to_owned());
        }
        let known = self.orders.get_mut(order.number).filter(|_| order.channel == self.id);
        let Some(known) = known else {
            return invalid(format!("there is no order {}", order.number));
        };
        let state = known.state;
        if matches!(state, OrderState::Released(_)) {
            return invalid(format!("order {} is over", order.number));
        }
        if known.lines.iter().any(|line| line.offer.is_some()) {
            return invalid("an order of a bundle is not edited".to_owned());
        }
        let Some(lines) = fewer(&known.lines, wanted) else {
            let why = "an edit gives up lines, or units of them, and leaves some: it adds none";
            return invalid(why.to_owned());
        };
        if lines == known.lines {
            return ChannelReply::Edited;
        }
        let before = std::mem::replace(&mut known.lines, lines.clone());
        known.version.0 += 1;
        let version = known.version;
        out.facts.push(What::Edited(Edited { order, version, lines: lines.clone() }));
        if self.has_taken(state) {
            for (sku, units) in given_up(&before, &lines) {
                let offer = &mut self.offers[sku.index()];
                offer.shown += units;
                offer.stored += units;
                out.facts.push(offer.as_shown(self.id, sku));
            }
        }
        self.tell(now, order.number, out);
        ChannelReply::Edited
    }
}

/// The lines of an order in which no more is wanted than this; none where that is no edit.
fn fewer(lines: &[Line], wanted: &[(SkuId, Qty)]) -> Option<Lines> {
    let wants =
        move |sku: SkuId| wanted.iter().filter(move |(of, _)| *of == sku).map(|(_, qty)| *qty);
    let is_its = |(sku, qty): &(SkuId, Qty)| {
        let most = lines.iter().find(|line| line.sku == *sku).map(|line| line.qty);
        Qty::ZERO < *qty && most.is_some_and(|most| *qty <= most)
    };
    let once = wanted.iter().all(|(sku, _)| wants(*sku).count() == 1);
    if wanted.is_empty() || wanted.len() > lines.len() || !once || !wanted.iter().all(is_its) {
        return None;
    }
    let kept = |line: &Line| wants(line.sku).next().map(|qty| Line { qty, ..*line });
    Some(lines.iter().filter_map(kept).collect())
}

/// What a version of an order has fewer than the one before, by SKU.
fn given_up<'l>(before: &'l [Line], after: &'l [Line]) -> impl Iterator<Item = (SkuId, Qty)> + 'l {
    let left = move |sku: SkuId| {
        after.iter().find(|line| line.sku == sku).map_or(Qty::ZERO, |line| line.qty)
    };
    let fewer = before.iter().map(move |line| (line.sku, line.qty - left(line.sku)));
    fewer.filter(|(_, units)| *units > Qty::ZERO)
}

fn invalid(why: String) -> ChannelReply {
    ChannelReply::Invalid { why }
}
