//! Owns edits: what becomes of an order of which its shopper gives up lines, or units of them.
//! Must not know whom it tells of its orders, nor what they make of a version.

use rustc_hash::FxHashMap;

use super::Marketplace;
use crate::commerce::edits::given_up;
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
        if known.has_left {
            return invalid(format!("order {} is on its way", order.number));
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
            for Line { sku, qty, .. } in given_up(&before, &lines) {
                let offer = &mut self.offers[sku.index()];
                offer.shown += qty;
                offer.stored += qty;
                out.facts.push(offer.as_shown(self.id, sku));
            }
        }
        self.tell(now, order.number, out);
        ChannelReply::Edited
    }
}

/// The lines of an order in which no more is wanted than this; none where that is no edit.
fn fewer(lines: &[Line], wanted: &[(SkuId, Qty)]) -> Option<Lines> {
    let mut left = FxHashMap::default();
    for (sku, qty) in wanted {
        if *qty <= Qty::ZERO || left.insert(*sku, *qty).is_some() {
            return None;
        }
    }
    let kept = |line: &Line| {
        let left = left.get_mut(&line.sku)?;
        let qty = line.qty.min(*left);
        *left -= qty;
        (qty > Qty::ZERO).then_some(Line { qty, ..*line })
    };
    let kept: Lines = lines.iter().filter_map(kept).collect();
    (!kept.is_empty() && left.values().all(|left| *left == Qty::ZERO)).then_some(kept)
}

fn invalid(why: String) -> ChannelReply {
    ChannelReply::Invalid { why }
}
