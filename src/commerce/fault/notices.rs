//! Owns the family of faults of webhooks: dropped, repeated, late.
//! Must not know what they say.

use super::passing::Passing;
use super::{FaultEffect, FaultRules};
use crate::commerce::outbox::Posted;
use crate::commerce::protocol::Role;
use crate::rng::Draw;

impl FaultRules {
    /// What becomes of webhooks that leave a system.
    pub fn on_webhooks(&mut self, of: Role, posted: &mut Vec<Posted>) {
        if !self.rules.iter().any(|rule| rule.in_force && rule.terms.does.is_about_webhooks()) {
            return;
        }
        for mut post in std::mem::take(posted) {
            let passing = Passing::webhook(of, &post.notice);
            let draws = self.draws;
            let mut about = self.rules.iter_mut().filter(|r| r.terms.does.is_about_webhooks());
            let Some(rule) = about.find_map(|rule| rule.meets(draws, &passing).then_some(rule))
            else {
                posted.push(post);
                continue;
            };
            rule.hits += 1;
            let units = draws.two_units(Draw::FaultTime, rule.keyed(passing.thing), 0);
            match &rule.terms.does {
                FaultEffect::RepeatsWebhooks(law) => {
                    posted.push(post.clone());
                    post.at = post.at + law.sample(units);
                    posted.push(post);
                }
                FaultEffect::DelaysWebhooks(law) => {
                    post.at = post.at + law.sample(units);
                    posted.push(post);
                }
                _ => {}
            }
        }
    }
}
