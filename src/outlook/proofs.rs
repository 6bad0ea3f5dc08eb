//! Owns what must have happened at all for a verdict, and arithmetic can count: something tried
//! twice, an order handed over twice. Must not know the gates that ask for it.

use super::calls::{CallKind, Calls};
use super::changes::{Changes, Fate};
use crate::commerce::terms::Rhythm;
use crate::scenario::Plan;

/// How often what must be put to the test is expected to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Proofs {
    /// By connector: how often a call is expected to be tried again; none where it does not retry.
    pub retries: Vec<Option<f64>>,
    /// How often the OMS is expected to be handed an order that it holds.
    pub handed_twice: f64,
}

impl Proofs {
    pub(super) fn of(plan: &Plan, changes: &Changes, calls: &[Calls], fates: &[Fate]) -> Proofs {
        let oms = &plan.world.oms.imperfections;
        let sum = |calls: &Calls| calls.cells.iter().sum::<f64>();
        let fails = |calls: &Calls| {
            let with = match calls.endpoint {
                CallKind::PushStock(channel)
                | CallKind::PushPrice(channel)
                | CallKind::PushListing(channel) => {
                    &plan.world.channels[channel.index()].imperfections
                }
                CallKind::Handoff(_) => oms,
                _ => return 0.0,
            };
            sum(calls) * (with.unavailable.as_f64() + with.lost_replies.as_f64())
        };
        let connectors = plan.world.connectors.iter().enumerate();
        let retries = connectors.map(|(place, connector)| {
            let own = calls.iter().filter(|calls| calls.connector == place);
            (connector.retry.attempts > 1).then(|| own.map(fails).sum())
        });
        let mut handed_twice = 0.0;
        for connector in &plan.world.connectors {
            for id in &connector.channels {
                let accepted: f64 = changes.accepted[id.index()].iter().sum();
                let due = accepted * fates[id.index()].paid;
                let again = plan.world.channels[id.index()].imperfections.duplicates.as_f64();
                let hears = connector.orders_in == Rhythm::Webhook;
                let told_twice = if hears { again } else { 0.0 };
                let retries = connector.retry.attempts > 1;
                let unheard = if retries { oms.lost_replies.as_f64() } else { 0.0 };
                handed_twice += due * (told_twice + unheard);
            }
        }
        Proofs { retries: retries.collect(), handed_twice }
    }
}
