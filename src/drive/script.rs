//! Owns the hand that takes a scenario's own steps when they are due, and what an action is for the
//! drivers. Must not know how an act is carried out.

use super::hand::{Act, Hand};
use crate::history::fact::{ActedBy, Action, OperatorAct};
use crate::ids::SkuId;
use crate::scenario::Plan;
use crate::traffic::{MerchantAct, MerchantEvent};
use crate::units::{At, Money};

/// The prices that a plan's promotions give back when they end.
#[derive(Clone, Debug, Default)]
pub struct PromotionEnds(Vec<Vec<(SkuId, Money)>>);

impl PromotionEnds {
    /// Those of a plan, by promotion.
    pub fn of(plan: &Plan) -> PromotionEnds {
        if plan.merchant.promotions.is_empty() {
            return PromotionEnds::default();
        }
        let skus = plan.world.catalog.iter();
        let catalog: Vec<_> = skus.map(|sku| (sku.stock, sku.price, sku.listed)).collect();
        let events = plan.merchant.events(&catalog, plan.world.seed);
        let ends = plan.merchant.promotions.iter().map(|promotion| {
            let back = events.iter().filter_map(|event| match event.act {
                MerchantAct::Price { sku, price, due }
                    if event.at == promotion.sent && due == promotion.ends =>
                {
                    Some((sku, price))
                }
                _ => None,
            });
            back.collect()
        });
        PromotionEnds(ends.collect())
    }

    /// What an action is for a driver: itself, and what the merchant does for it.
    pub fn acts(&self, now: At, action: Action) -> Vec<Act> {
        let mut acts = Vec::new();
        if let (OperatorAct::EndPromotion { promotion }, true) = (&action.act, action.allowed) {
            let back = self.0.get(usize::from(*promotion)).map_or(&[][..], Vec::as_slice);
            acts.extend(back.iter().map(|(sku, price)| {
                let act = MerchantAct::Price { sku: *sku, price: *price, due: now };
                Act::Merchant(MerchantEvent { at: now, act })
            }));
        }
        acts.insert(0, Act::Do(Box::new(action)));
        acts
    }
}

/// A scenario's own steps beside another hand: that one comes first.
pub(super) struct Scripted<'a, H> {
    hand: &'a mut H,
    /// What is still to be done, by time; of one moment in the order of the scenario.
    steps: std::vec::IntoIter<(At, Action)>,
    next: Option<(At, Action)>,
    ends: PromotionEnds,
}

impl<'a, H: Hand> Scripted<'a, H> {
    pub(super) fn new(plan: &Plan, hand: &'a mut H) -> Scripted<'a, H> {
        let mut steps = Vec::new();
        for step in &plan.interventions {
            let action = |act: &OperatorAct| Action {
                by: step.name.clone(),
                role: step.role,
                how: ActedBy::Script,
                act: act.clone(),
                allowed: true,
            };
            steps.extend(step.acts.iter().map(|act| (step.at, action(act))));
            if let Some(until) = step.until {
                steps.extend(step.undone.iter().map(|act| (until, action(act))));
            }
        }
        steps.sort_by_key(|(at, _)| *at);
        let ends =
            if steps.is_empty() { PromotionEnds::default() } else { PromotionEnds::of(plan) };
        let mut steps = steps.into_iter();
        Scripted { hand, next: steps.next(), steps, ends }
    }
}

impl<H: Hand> Hand for Scripted<'_, H> {
    fn turn(&mut self, now: At) -> Vec<Act> {
        let mut acts = self.hand.turn(now);
        while let Some((_, action)) = self.next.take_if(|(at, _)| *at <= now) {
            self.next = self.steps.next();
            acts.extend(self.ends.acts(now, action));
        }
        acts
    }

    fn next_turn(&self) -> Option<At> {
        let step = self.next.as_ref().map(|(at, _)| *at);
        self.hand.next_turn().into_iter().chain(step).min()
    }
}
