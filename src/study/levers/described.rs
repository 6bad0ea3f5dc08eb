//! Owns what can be asked of the vendor of a bought connector. Must not know what a change does.

use super::{Burden, Lever, OfConnector, owner};
use crate::commerce::terms::{Reserve, Rhythm, UpdateStyle};
use crate::history::charter::Kpi;
use crate::language::path;
use crate::scenario::levers::Kind;
use crate::scenario::patch::Patch;
use crate::scenario::timing_in_words;
use crate::units::Span;

impl OfConnector<'_> {
    fn ask(&self, mends: Kpi, what: &str, key: &str, value: &str, burden: Burden) -> Lever {
        Lever {
            what: what.to_owned(),
            to: self.play.name.clone(),
            owner: owner(self.plan, mends),
            mends,
            patch: Patch::set(&path::of(["connectors", &self.play.name, "described", key]), value),
            burden,
        }
    }

    /// What nobody knows stands in the plan as it looks worse, so that finding it out is among
    /// these.
    pub(super) fn described(&self, found: &mut Vec<Lever>) {
        let play = self.play;
        let looks = [
            (Kpi::HandoffSuccess, "orders", "orders in", play.orders_in, play.order_service()),
            (Kpi::SyncLag, "stock", "stock out", play.stock_out, &play.service),
        ];
        for (mends, of, key, rhythm, takes) in looks {
            let Rhythm::Poll(every) = rhythm else { continue };
            if self.allowed(Kind::Poll).is_some_and(|least| every.0 / 2 >= least) {
                let twice = timing_in_words(Rhythm::Poll(Span((every.0 / 2).max(1))), takes);
                let what = format!("look for {of} twice as often");
                found.push(self.ask(mends, &what, key, &twice, Burden::Setting));
            }
            if self.allowed(Kind::Webhook).is_some() {
                let told = timing_in_words(Rhythm::Webhook, takes);
                let what = format!("hear of {of} by webhook");
                found.push(self.ask(mends, &what, key, &told, Burden::Integration));
            }
        }
        let mut add = |kind: Kind, wanting: bool, mends: Kpi, what: &str, key: &str, to: &str| {
            if wanting && self.allowed(kind).is_some() {
                found.push(self.ask(mends, what, key, to, Burden::Integration));
            }
        };
        let absolute = play.updates == UpdateStyle::Absolute;
        let what = "send changes instead of absolute stock";
        add(Kind::Updates, absolute, Kpi::SyncLag, what, "updates", "delta");
        let once = play.retry.attempts == 1;
        add(Kind::Retry, once, Kpi::HandoffSuccess, "retry what failed", "retries", "yes");
        let (what, keyless) = ("hand orders over with an idempotency key", !play.retry.idempotent);
        add(Kind::Retry, keyless, Kpi::HandoffSuccess, what, "idempotent", "yes");
        let (what, late) =
            ("reserve stock when an order is accepted", play.reserve != Reserve::OnAccept);
        add(Kind::Reserve, late, Kpi::StockCancellations, what, "reserve", "on accept");
        let (what, own) =
            ("hand orders over under the channel's record id", !play.shares_record_ids);
        add(Kind::RecordIds, own, Kpi::ReconciliationVariance, what, "record ids", "shared");
    }
}
