//! Owns the hand that takes a scenario's own steps when they are due, and what an action is for the
//! drivers. Must not know how an act is carried out.

use super::hand::{Act, Hand};
use crate::history::What;
use crate::history::fact::{ActedBy, Action, OperatorAct};
use crate::ids::{ChannelId, SkuId};
use crate::scenario::{Intervention, Plan, Trigger, Undo};
use crate::traffic::{MerchantAct, MerchantEvent};
use crate::units::{At, Money};

/// The prices that a plan's promotions give back when they end.
#[derive(Clone, Debug, Default)]
pub struct PromotionEnds(Vec<GivenBack>);

/// What one promotion gives back.
#[derive(Clone, Debug)]
struct GivenBack {
    /// When the source is told of it.
    sent: At,
    /// When its own prices were told to be due, first the reduced ones; no channel is every one.
    told: Vec<(Option<ChannelId>, [At; 2])>,
    regular: Vec<(SkuId, Money)>,
}

impl PromotionEnds {
    /// Those of a plan, by promotion.
    pub fn of(plan: &Plan) -> PromotionEnds {
        if plan.merchant.promotions.is_empty() {
            return PromotionEnds::default();
        }
        let skus = plan.world.catalog.iter();
        let catalog: Vec<_> = skus.map(|sku| (sku.stock, sku.price, sku.listed)).collect();
        let regular = plan.merchant.given_back(&catalog, plan.world.seed);
        let ends = plan.merchant.promotions.iter().zip(regular).map(|(promotion, regular)| {
            let told = promotion.stretches().collect();
            GivenBack { sent: promotion.sent, told, regular }
        });
        PromotionEnds(ends.collect())
    }

    /// What an action is for a driver: itself, and what the merchant does for it.
    ///
    /// The source keeps what a promotion told ahead of its time, and a price that is due later
    /// takes the place of one due now. So the regular price is told for now and for each such
    /// moment still to come: of two that are due together the newer holds. Of a promotion that the
    /// source was not told of, or that is over, nothing is taken back: the price may be another.
    pub fn acts(&self, now: At, action: Action) -> Vec<Act> {
        let mut acts = Vec::new();
        if let (OperatorAct::EndPromotion { promotion }, true) = (&action.act, action.allowed)
            && let Some(back) = self.0.get(usize::from(*promotion))
            && back.sent <= now
        {
            let going_on = back.told.iter().filter(|(_, [_, ends])| now < *ends);
            let dues: Vec<(Option<ChannelId>, At)> = going_on
                .flat_map(|&(channel, told)| {
                    let to_come = told.into_iter().filter(|told| *told > now);
                    std::iter::once(now).chain(to_come).map(move |due| (channel, due))
                })
                .collect();
            acts.extend(back.regular.iter().flat_map(|&(sku, price)| {
                dues.iter().map(move |&(channel, due)| {
                    let act = MerchantAct::Price { sku, price, due, channel };
                    Act::Merchant(MerchantEvent { at: now, act })
                })
            }));
        }
        acts.insert(0, Act::Do(Box::new(action)));
        acts
    }
}

/// A scenario's own steps beside another hand: that one comes first, and what it says of alerts
/// is heard.
pub(super) struct Scripted<'a, H> {
    hand: &'a mut H,
    steps: Vec<Step>,
    ends: PromotionEnds,
}

/// A step, and how far it has come.
struct Step {
    of: Intervention,
    /// Channels on which its alert fires, all together counted as one.
    firing: usize,
    next: Next,
}

/// What a step waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// Its alert.
    Alert,
    /// To be taken then.
    Take(At),
    /// To be taken back then, if ever.
    Undo(Option<At>),
    /// Its alert to fire no more; it is not taken back.
    Cleared,
    /// Nothing more.
    Over,
}

impl Step {
    fn new(of: &Intervention) -> Step {
        let next = match of.when {
            Trigger::At(at) => Next::Take(at),
            Trigger::Alert { .. } => Next::Alert,
        };
        Step { of: of.clone(), firing: 0, next }
    }

    /// When it has something to do by itself.
    fn due(&self) -> Option<At> {
        match self.next {
            Next::Take(at) | Next::Undo(Some(at)) => Some(at),
            Next::Undo(None) | Next::Cleared | Next::Alert | Next::Over => None,
        }
    }

    /// Somebody says something.
    fn hear(&mut self, now: At, said: &What) {
        let (Trigger::Alert { alert, after }, What::Alert { alert: of, firing, .. }) =
            (self.of.when, said)
        else {
            return;
        };
        if alert != *of {
            return;
        }
        self.firing = if *firing { self.firing + 1 } else { self.firing.saturating_sub(1) };
        match (self.next, *firing) {
            (Next::Alert, true) => self.next = Next::Take(now + after),
            // It was over before anybody had to act.
            (Next::Take(_) | Next::Cleared, false) if self.firing == 0 => self.next = Next::Alert,
            (Next::Undo(None), false) if self.firing == 0 && self.of.undo == Undo::Cleared => {
                self.next = Next::Undo(Some(now));
            }
            _ => {}
        }
    }

    /// What it does now, if it is due.
    fn take(&mut self, now: At) -> &[OperatorAct] {
        match self.next {
            // What would be taken back as soon as it is taken is not taken any more.
            Next::Take(at)
                if at <= now && matches!(self.of.undo, Undo::At(until) if until <= at) =>
            {
                self.next = Next::Over;
                &[]
            }
            Next::Take(at) if at <= now => {
                self.next = match self.of.undo {
                    Undo::Never if self.firing > 0 => Next::Cleared,
                    Undo::Never => Next::Over,
                    Undo::At(until) => Next::Undo(Some(until)),
                    Undo::After(lasts) => Next::Undo(Some(at + lasts)),
                    Undo::Cleared => Next::Undo(None),
                };
                &self.of.acts
            }
            Next::Undo(Some(at)) if at <= now => {
                self.next = match self.of.when {
                    Trigger::At(_) => Next::Over,
                    Trigger::Alert { after, .. } if self.firing > 0 => Next::Take(now + after),
                    Trigger::Alert { .. } => Next::Alert,
                };
                &self.of.undone
            }
            _ => &[],
        }
    }
}

impl<'a, H: Hand> Scripted<'a, H> {
    pub(super) fn new(plan: &Plan, hand: &'a mut H) -> Scripted<'a, H> {
        let steps: Vec<Step> = plan.interventions.iter().map(Step::new).collect();
        let ends =
            if steps.is_empty() { PromotionEnds::default() } else { PromotionEnds::of(plan) };
        Scripted { hand, steps, ends }
    }
}

impl<H: Hand> Hand for Scripted<'_, H> {
    fn turn(&mut self, now: At) -> Vec<Act> {
        let mut acts = self.hand.turn(now);
        if self.steps.is_empty() {
            return acts;
        }
        for act in &acts {
            if let Act::Note(said) = act {
                self.steps.iter_mut().for_each(|step| step.hear(now, said));
            }
        }
        // In the order in which they fall due; of one moment in that of the scenario.
        let mut due: Vec<usize> = (0..self.steps.len()).collect();
        due.sort_by_key(|place| self.steps[*place].due().unwrap_or(At::NEVER));
        for place in due {
            let step = &mut self.steps[place];
            let (by, role) = (step.of.name.clone(), step.of.role);
            for act in step.take(now).to_vec() {
                let (by, how) = (by.clone(), ActedBy::Script);
                let action = Action { by, role, how, act, allowed: true };
                acts.extend(self.ends.acts(now, action));
            }
        }
        acts
    }

    fn next_turn(&self) -> Option<At> {
        let due = self.steps.iter().filter_map(Step::due);
        self.hand.next_turn().into_iter().chain(due).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AlertId;
    use crate::units::Span;

    fn secs(secs: u64) -> At {
        At::START + Span::from_secs(secs)
    }

    fn note(what: &str) -> OperatorAct {
        OperatorAct::Note { what: what.to_owned() }
    }

    fn step(when: Trigger, undo: Undo) -> Intervention {
        let (acts, undone) = (vec![note("taken")], vec![note("back")]);
        Intervention { name: "step".to_owned(), role: None, when, acts, undo, undone }
    }

    /// What a step does at each second, while an alert fires on channels as it is said.
    fn played(of: &Intervention, said: &[(u64, u16, bool)]) -> Vec<(u64, String)> {
        let mut hand = |now: At| {
            let is_now = |(at, ..): &&(u64, u16, bool)| secs(*at) == now;
            let note = |&(_, channel, firing): &(u64, u16, bool)| {
                let channel = Some(ChannelId(channel));
                Act::Note(What::Alert { alert: AlertId(0), channel, firing })
            };
            said.iter().filter(is_now).map(note).collect::<Vec<_>>()
        };
        let mut scripted = Scripted {
            hand: &mut hand,
            steps: vec![Step::new(of)],
            ends: PromotionEnds::default(),
        };
        let mut done = vec![];
        for at in 0..100 {
            for act in scripted.turn(secs(at)) {
                if let Act::Do(action) = act {
                    done.push((at, action.act.remark().unwrap_or_default().to_owned()));
                }
            }
        }
        done
    }

    fn told(done: &[(u64, String)]) -> Vec<(u64, &str)> {
        done.iter().map(|(at, what)| (*at, what.as_str())).collect()
    }

    #[test]
    fn a_step_at_a_moment_is_taken_once_and_taken_back() {
        let at = Trigger::At(secs(10));
        assert_eq!(told(&played(&step(at, Undo::Never), &[])), [(10, "taken")]);
        let after = played(&step(at, Undo::After(Span::from_secs(5))), &[]);
        assert_eq!(told(&after), [(10, "taken"), (15, "back")]);
        assert_eq!(
            told(&played(&step(at, Undo::At(secs(40))), &[])),
            [(10, "taken"), (40, "back")]
        );
    }

    #[test]
    fn a_step_for_an_alert_is_taken_each_time_and_taken_back_when_none_fires() {
        let when = Trigger::Alert { alert: AlertId(0), after: Span::from_secs(3) };
        let said = [(5, 0, true), (6, 1, true), (20, 0, false), (30, 1, false), (50, 0, true)];
        let done = played(&step(when, Undo::Cleared), &said);
        assert_eq!(told(&done), [(8, "taken"), (30, "back"), (53, "taken")]);
        let done = played(&step(when, Undo::Never), &said);
        assert_eq!(told(&done), [(8, "taken"), (53, "taken")], "once, each time that it fires");
        // One that holds until a moment is taken no more from then on.
        let done = played(&step(when, Undo::At(secs(9))), &said);
        assert_eq!(told(&done), [(8, "taken"), (9, "back")]);
        // While it still fires a step that holds for a time is taken again.
        let done = played(&step(when, Undo::After(Span::from_secs(10))), &said[..2]);
        assert_eq!(told(&done)[..4], [(8, "taken"), (18, "back"), (21, "taken"), (31, "back")]);
    }

    #[test]
    fn an_alert_that_clears_in_time_or_is_another_is_nobodys_business() {
        let when = Trigger::Alert { alert: AlertId(0), after: Span::from_secs(9) };
        assert_eq!(played(&step(when, Undo::Cleared), &[(5, 0, true), (7, 0, false)]), []);
        let other = Trigger::Alert { alert: AlertId(1), after: Span::ZERO };
        assert_eq!(played(&step(other, Undo::Cleared), &[(5, 0, true)]), []);
    }

    /// Of two promotions told and ending together only the one that is named ends; of one that
    /// was not told of yet, or is over, nothing is set: the price may be another by then.
    #[test]
    fn a_promotion_is_ended_while_there_is_something_of_it_to_end() {
        let back = |sku, sent, starts| GivenBack {
            sent: secs(sent),
            told: vec![(None, [secs(starts), secs(60)])],
            regular: vec![(SkuId(sku), Money(100))],
        };
        let ends = PromotionEnds(vec![back(1, 10, 20), back(2, 10, 20), back(3, 5, 30)]);
        let dues = |promotion: u16, now: u64| {
            let act = OperatorAct::EndPromotion { promotion };
            let by = "ana".to_owned();
            let how = ActedBy::Operator;
            let acts = ends.acts(secs(now), Action { by, role: None, how, act, allowed: true });
            let told = acts.into_iter().filter_map(|act| match act {
                Act::Merchant(MerchantEvent {
                    act: MerchantAct::Price { sku, due, .. }, ..
                }) => Some((sku.0, due)),
                _ => None,
            });
            told.collect::<Vec<_>>()
        };
        assert_eq!(dues(0, 12), [(1, secs(12)), (1, secs(20)), (1, secs(60))]);
        assert_eq!(dues(1, 25), [(2, secs(25)), (2, secs(60))]);
        assert_eq!((dues(2, 4), dues(2, 60)), (vec![], vec![]));
    }

    /// Where each channel has its own times, what is over on one of them is left alone there.
    #[test]
    fn a_promotion_is_ended_on_each_channel_that_it_still_is_on() {
        let told = [(0, [20, 40]), (1, [30, 60])];
        let told = told.map(|(channel, told)| (Some(ChannelId(channel)), told.map(secs)));
        let regular = vec![(SkuId(1), Money(100))];
        let ends = PromotionEnds(vec![GivenBack { sent: secs(10), told: told.to_vec(), regular }]);
        let dues = |now: u64| {
            let act = OperatorAct::EndPromotion { promotion: 0 };
            let (by, how) = ("ana".to_owned(), ActedBy::Operator);
            let acts = ends.acts(secs(now), Action { by, role: None, how, act, allowed: true });
            let told = acts.into_iter().filter_map(|act| match act {
                Act::Merchant(MerchantEvent {
                    act: MerchantAct::Price { channel, due, .. },
                    ..
                }) => Some((channel.map_or(9, |channel| channel.0), due)),
                _ => None,
            });
            told.collect::<Vec<_>>()
        };
        assert_eq!(
            dues(25),
            [(0, secs(25)), (0, secs(40)), (1, secs(25)), (1, secs(30)), (1, secs(60))]
        );
        assert_eq!(dues(45), [(1, secs(45)), (1, secs(60))]);
        assert_eq!(dues(60), []);
    }
}
