//! Owns the family of faults of webhooks: dropped, repeated, late, kept back, signed wrong.
//! Must not know what they say.

use super::passing::Passing;
use super::rule::Asking;
use super::{FaultEffect, FaultRules};
use crate::commerce::outbox::Posted;
use crate::commerce::protocol::Role;
use crate::rng::Draw;
use crate::units::{At, Span};

impl FaultRules {
    /// What becomes of webhooks that leave a system.
    pub fn on_webhooks(&mut self, of: Role, posted: &mut Vec<Posted>) {
        if !self.rules.iter().any(|rule| rule.in_force && rule.terms.does.is_about_webhooks()) {
            return;
        }
        for mut post in std::mem::take(posted) {
            let passing = Passing::webhook(of, &post.notice);
            let asking = Asking { now: post.at, draws: self.draws };
            let mut about = self.rules.iter_mut().filter(|r| r.terms.does.is_about_webhooks());
            let Some(rule) = about.find_map(|rule| rule.meets(asking, &passing).then_some(rule))
            else {
                posted.push(post);
                continue;
            };
            rule.hits += 1;
            let units = self.draws.two_units(Draw::FaultTime, rule.keyed(passing.thing), 0);
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
                FaultEffect::HoldsWebhooks(every) => {
                    post.at = release(rule.begun(post.at), *every, post.at);
                    posted.push(post);
                }
                FaultEffect::SpoilsSignatures => {
                    post.is_spoiled = true;
                    posted.push(post);
                }
                _ => {}
            }
        }
    }
}

/// When what is kept back comes, every so often from a beginning on.
fn release(begun: At, every: Span, at: At) -> At {
    let times = at.since(begun).0 / every.0.max(1) + 1;
    begun + Span(every.0.saturating_mul(times))
}
