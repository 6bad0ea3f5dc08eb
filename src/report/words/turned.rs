//! Owns the words on orders that were refused although the stock was there, and on what would
//! change it. Must not know where they are printed, nor whether one afternoon is told or many.

use super::acted;
use super::number::{counted, money, share};
use super::settings::to_set;
use crate::judge::{SENT_AWAY, SENT_AWAY_MIN};
use crate::report::summary::Summary;
use crate::report::summary::gate::InvariantKind;
use crate::report::summary::shown::Setting;
use crate::report::summary::verdict::StockRule;
use crate::units::Ppm;

/// Orders refused although the stock was there, in a run or in the mean of many afternoons.
pub struct Refused {
    /// How many.
    pub orders: u64,
    /// Of so many wanted.
    pub wanted: u64,
    /// Their money, as it is said.
    pub money: String,
    /// Units that a channel's stock rule kept from being offered.
    pub by_rule: u64,
    /// Units that a channel did not offer because it was told too late.
    pub stale: u64,
    /// Units that other shoppers' carts held.
    pub carts: u64,
}

impl Refused {
    /// Those of one run.
    pub(super) fn in_run(summary: &Summary) -> Refused {
        let totals = &summary.totals;
        let mut rules = summary.invariants.iter();
        let rule = rules.find(|rule| rule.invariant == InvariantKind::Undersell);
        Refused {
            orders: rule.map_or(0, |rule| rule.breaches.definite),
            wanted: totals.offered.max(totals.accepted),
            money: money(totals.undersold_money, &summary.campaign),
            by_rule: totals.undersold_policy.max(0).unsigned_abs(),
            stale: totals.undersold_stale.max(0).unsigned_abs(),
            carts: totals.undersold_carts.max(0).unsigned_abs(),
        }
    }

    /// Whether they are so many that they belong beside the sales kept: as many as would make
    /// shoppers sent away a condition.
    fn tells(&self) -> bool {
        self.orders >= SENT_AWAY_MIN && self.share() >= SENT_AWAY
    }

    fn share(&self) -> Ppm {
        Ppm::of(self.orders, self.wanted)
    }

    /// How many, what they are worth, why, and what would change it; none where they are few.
    pub fn told(&self, summary: &Summary) -> Option<String> {
        self.tells().then(|| {
            let orders = counted(self.orders, "order was", "orders were");
            let part = share(self.share().0);
            let head = format!(
                "{orders} refused although the stock was there, {part} of all wanted, {}",
                self.money
            );
            let whys: Vec<String> = [self.by_rule(summary), self.stale(summary), self.carts()]
                .into_iter()
                .flatten()
                .collect();
            if whys.is_empty() { head } else { format!("{head}: {}", whys.join("; ")) }
        })
    }

    /// The part of the units that is meant: ` (99.3 % of the units)`; nothing where it is all.
    fn part(&self, units: u64) -> String {
        if units == self.all() {
            return String::new();
        }
        let part = Ppm::of(units, self.all());
        format!(" ({} of the units)", share(part.0))
    }

    fn all(&self) -> u64 {
        self.by_rule + self.stale + self.carts
    }

    fn carts(&self) -> Option<String> {
        (self.carts > 0).then(|| {
            let part = self.part(self.carts);
            format!("other shoppers' carts held it{part}, and a shorter `held for` sells more")
        })
    }

    fn by_rule(&self, summary: &Summary) -> Option<String> {
        (self.by_rule > 0).then(|| {
            let channels = summary.channels.iter().filter_map(|channel| {
                let rule = channel.stock_rule.as_ref().map(keys).filter(|keys| !keys.is_empty())?;
                Some(format!("{} {}", channel.name, rule.join(", ")))
            });
            let channels: Vec<String> = channels.collect();
            let part = self.part(self.by_rule);
            let why = format!("it was held back on purpose{part}");
            let more = "less held back sells more, and oversells sooner";
            let channels = channels.join("; ");
            match (acted::held_back(&summary.actions), channels.as_str()) {
                (None, "") => why,
                (None, channels) => format!("{why}, and {more}; the settings are {channels}"),
                // What was done while it went on stands before what held all the time.
                (Some(acts), "") => format!("{why} by what was done ({acts}); {more}"),
                (Some(acts), channels) => {
                    format!(
                        "{why} by what was done ({acts}), and by the settings {channels}; {more}"
                    )
                }
            }
        })
    }

    fn stale(&self, summary: &Summary) -> Option<String> {
        (self.stale > 0).then(|| {
            let part = self.part(self.stale);
            let why = format!("the channel had not been told of it yet{part}");
            let settings = [Setting::ChangesByWebhook, Setting::InventoryFirst];
            match to_set(summary, &settings, "").as_str() {
                "" => why,
                keys => format!("{why}, which {keys} would change"),
            }
        })
    }
}

/// The keys of a stock rule that hold anything back, with their values.
fn keys(rule: &StockRule) -> Vec<String> {
    let held = (rule.holds_back > 0).then(|| format!("`holds back: {}`", rule.holds_back));
    let allocated = (rule.allocation_ppm < Ppm::ONE.0)
        .then(|| format!("`allocation: {}`", share(rule.allocation_ppm)));
    let capped = rule.shows_at_most.map(|most| format!("`shows at most: {most}`"));
    [held, allocated, capped].into_iter().flatten().collect()
}
