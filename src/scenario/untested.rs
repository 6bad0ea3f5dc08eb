//! Owns the words of what a way of playing leaves out. Must not know what it proves.

use super::channel::not_seen;
use super::parts::Parts;
use crate::commerce::terms::{Imperfections, Payment};
use crate::units::Ppm;

impl Parts {
    /// What this way of playing leaves out, in words.
    pub(super) fn not_tested(&self) -> Vec<String> {
        let described = self.connectors.iter().any(|c| c.described.is_some());
        let mut out = vec![
            if self.external.is_some() {
                "your own channels and OMS: both are mocks, the connector is yours".to_owned()
            } else if described {
                "your own systems: every role is a mock, a bought connector is its sheet's timings"
                    .to_owned()
            } else {
                "your own systems: every role is a mock, the connector is the reference one"
                    .to_owned()
            },
            "real marketplaces' limits and rules: no channel has a profile".to_owned(),
            format!(
                "{}{}{}orders shipped by the channel",
                if self.bundles.is_empty() { "bundles, " } else { "" },
                if self.locations.terms.is_empty() { "several stock locations, " } else { "" },
                if self.channels.iter().any(|c| c.edits.is_some()) { "" } else { "order edits, " }
            ),
        ];
        if self.faults.is_empty() {
            out.insert(1, "faults and recovery: nothing is broken on purpose".to_owned());
        } else if self.judged.objectives.is_empty() {
            let told = "recovery after faults: it is shown, and held to no objective";
            out.insert(1, told.to_owned());
        }
        let mut leave_out = |left_out: bool, what: &str| {
            if left_out {
                out.push(what.to_owned());
            }
        };
        let no_limits = self.channels.iter().all(|c| c.limits.is_empty());
        leave_out(no_limits, "throttling: no channel limits the connector's calls");
        let quiet = self.channels.iter().any(|c| c.imperfections == Imperfections::NONE);
        leave_out(quiet, "everyday imperfections: switched off on at least one channel");
        let no_prices = self.merchant.promotions.is_empty() && self.merchant.repricing.is_none();
        leave_out(
            no_prices,
            "prices: none changes, so neither their lag nor wrong prices are gated",
        );
        leave_out(
            self.merchant.listings.is_none(),
            "listings: none is published, so their latency is not gated",
        );
        let fails = |payment: &Payment| match payment {
            Payment::Immediate => false,
            Payment::After { fails, .. } => *fails > Ppm::ZERO,
        };
        let payments =
            self.channels.iter().map(|c| c.payment.as_ref().unwrap_or(&self.traffic.payment));
        leave_out(!payments.into_iter().any(fails), "payments: none fails");
        leave_out(self.oms.ships_after.is_none(), "shipping: nothing leaves the building");
        out.extend(not_seen(&self.channels, self.judged.drain));
        out
    }
}
