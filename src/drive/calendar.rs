//! Owns the merchant's hand: a plan's calendar, acted on as it falls due.
//! Must not know how acts travel.

use super::hand::{Act, Hand};
use crate::scenario::Plan;
use crate::traffic::{MerchantEvent, placed};
use crate::units::At;

/// What the merchant does in a plan, in order.
pub(super) struct Calendar {
    events: std::vec::IntoIter<MerchantEvent>,
    next: Option<MerchantEvent>,
}

impl Calendar {
    pub(super) fn new(plan: &Plan) -> Calendar {
        let skus = plan.world.catalog.iter();
        let stock: Vec<_> = skus.map(|sku| (sku.stock, sku.price, sku.listed)).collect();
        let events = plan.merchant.events(&stock, plan.world.seed);
        let (levels, shares) = (plan.world.levels(), &plan.world.locations);
        let mut events = placed(events, levels, shares, plan.world.seed).into_iter();
        Calendar { next: events.next(), events }
    }
}

/// One act a turn: what else is due at that moment comes between two of them in its own order.
impl Hand for Calendar {
    fn turn(&mut self, now: At) -> Vec<Act> {
        let Some(event) = self.next.take_if(|event| event.at <= now) else { return Vec::new() };
        self.next = self.events.next();
        vec![Act::Merchant(event)]
    }

    fn next_turn(&self) -> Option<At> {
        self.next.as_ref().map(|event| event.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive::testing::Sketch;
    use crate::ids::SkuId;
    use crate::traffic::MerchantAct;
    use crate::units::Span;

    #[test]
    fn every_act_has_a_turn_of_its_own_when_it_is_due() {
        let lasts = Span::from_mins(1);
        let sketch =
            Sketch { shares: &[1_000_000], skus: 3, stock_each: 9, orders_per_hour: 1, lasts };
        let mut plan = sketch.plan();
        let event = |at, sku| MerchantEvent { at, act: MerchantAct::Publish { sku: SkuId(sku) } };
        plan.merchant.fixed = vec![event(At(5), 0), event(At(5), 1), event(At(9), 2)];
        let mut calendar = Calendar::new(&plan);
        let mut turns = Vec::new();
        while let Some(at) = calendar.next_turn() {
            assert_eq!(calendar.turn(At(at.0 - 1)), []);
            turns.push((at, calendar.turn(at)));
        }
        let act = |at, sku| (at, vec![Act::Merchant(event(at, sku))]);
        assert_eq!(turns, [act(At(5), 0), act(At(5), 1), act(At(9), 2)]);
    }
}
