//! Owns what an operator could change: the corrective actions of docs/measures.md as patches.
//! Must not know what a change does; that is tried.

mod described;
mod stock;

use crate::commerce::terms::{ConnectorPlay, Priority, Reserve, Rhythm, UpdateStyle};
use crate::history::charter::Kpi;
use crate::judge::bar;
use crate::language::path;
use crate::scenario::Plan;
use crate::scenario::levers::Kind;
use crate::scenario::patch::Patch;
use crate::scenario::vary::written_span;
use crate::units::Span;

/// Something that can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lever {
    /// What to do, as an instruction.
    pub what: String,
    /// Where it applies: a connector, a channel, or several.
    pub to: String,
    /// The team that would do it: the owner of what it mends.
    pub owner: String,
    /// What it mends first of all.
    pub mends: Kpi,
    /// The change.
    pub patch: Patch,
    /// How gladly it is done without: what sells less or costs machines goes first.
    pub burden: Burden,
}

/// What a change costs whoever makes it, lightest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Burden {
    /// A setting.
    Setting,
    /// A change of how systems talk to each other.
    Integration,
    /// Machines.
    Capacity,
    /// Sales that are not made.
    Sales,
}

impl Lever {
    /// Whether it has a way to this KPI: stock that is known late is sold twice, whichever of the
    /// two ways it is late on.
    pub fn touches(&self, kpi: Kpi) -> bool {
        let sold_twice = |kpi: Kpi| matches!(kpi, Kpi::OversoldOrders | Kpi::StockCancellations);
        let is_late = matches!(self.mends, Kpi::SyncLag | Kpi::HandoffSuccess);
        self.mends == kpi || sold_twice(kpi) && (is_late || sold_twice(self.mends))
    }
}

/// What could be changed in a plan, within what its `levers:` allow.
pub fn levers(plan: &Plan) -> Vec<Lever> {
    let mut found = Vec::new();
    for play in plan.world.connectors.iter().filter(|play| plan.levers.covers(&play.name)) {
        let of = OfConnector { plan, play };
        if play.described.is_some() {
            of.described(&mut found);
            continue;
        }
        of.settings(&mut found);
        of.integration(&mut found);
        of.capacity(&mut found);
    }
    stock::rules(plan, &mut found);
    stock::start(plan, &mut found);
    found
}

/// Some of these together, by place, as one change.
pub fn together(levers: &[Lever], places: &[usize]) -> Patch {
    let chosen = places.iter().map(|place| levers[*place].patch.clone());
    chosen.fold(Patch::default(), Patch::then)
}

/// The team that answers for a KPI's failures.
fn half_of(every: Span) -> String {
    written_span(Span(every.0 / 2_000 * 1_000))
}

fn owner(plan: &Plan, mends: Kpi) -> String {
    bar::owner(&plan.charter, mends.owned_as())
}

struct OfConnector<'a> {
    plan: &'a Plan,
    play: &'a ConnectorPlay,
}

impl OfConnector<'_> {
    fn allowed(&self, kind: Kind) -> Option<u64> {
        self.plan.levers.bound(kind)
    }

    fn lever(&self, mends: Kpi, what: &str, key: &str, value: &str, burden: Burden) -> Lever {
        Lever {
            what: what.to_owned(),
            to: self.play.name.clone(),
            owner: owner(self.plan, mends),
            mends,
            patch: Patch::set(&path::of(["connectors", &self.play.name, "reference", key]), value),
            burden,
        }
    }

    fn settings(&self, found: &mut Vec<Lever>) {
        let play = self.play;
        let mut add = |what: &str, key: &str, value: &str| {
            found.push(self.lever(Kpi::SyncLag, what, key, value, Burden::Setting));
        };
        if self.allowed(Kind::Priority).is_some() && play.priority != Priority::InventoryFirst {
            add("let stock updates go before everything else", "priority", "inventory first");
        }
        if let (Some(least), Rhythm::Poll(every)) = (self.allowed(Kind::Poll), play.stock_out)
            && every.0 / 2 >= least
        {
            let half = format!("{{ every: {} }}", half_of(every));
            add("send stock twice as often", "stock out", &half);
        }
        if let Some(most) = self.allowed(Kind::Batch).filter(|most| *most > play.batch.into()) {
            add(&format!("put up to {most} updates into a call"), "batch", &most.to_string());
        }
        if self.allowed(Kind::Coalesce).is_some() && !play.coalesce {
            add("let a newer update replace a waiting one", "coalesce", "yes");
        }
        if let (Some(least), Rhythm::Poll(every)) = (self.allowed(Kind::Poll), play.orders_in)
            && every.0 / 2 >= least
        {
            let half = format!("{{ poll: {} }}", half_of(every));
            let (what, mends) = ("look for orders twice as often", Kpi::HandoffSuccess);
            found.push(self.lever(mends, what, "orders in", &half, Burden::Setting));
        }
    }

    fn integration(&self, found: &mut Vec<Lever>) {
        let play = self.play;
        let mut add = |kind: Kind, wanting: bool, mends: Kpi, what: &str, key: &str, to: &str| {
            if wanting && self.allowed(kind).is_some() {
                found.push(self.lever(mends, what, key, to, Burden::Integration));
            }
        };
        let polls = |rhythm: Rhythm| matches!(rhythm, Rhythm::Poll(_));
        let (orders, stock) = (polls(play.orders_in), polls(play.stock_out));
        let (what, mends) = ("hear of orders by webhook", Kpi::HandoffSuccess);
        add(Kind::Webhook, orders, mends, what, "orders in", "webhook");
        let (what, mends) = ("hear of stock by webhook", Kpi::SyncLag);
        add(Kind::Webhook, stock, mends, what, "stock out", "webhook");
        let (what, is_absolute) =
            ("send changes instead of absolute stock", play.updates == UpdateStyle::Absolute);
        add(Kind::Updates, is_absolute, Kpi::SyncLag, what, "updates", "delta");
        let is_weak = play.retry.attempts < 6 || !play.retry.idempotent;
        let retry = "{ attempts: 8, backoff: 1s to 60s, idempotent: yes }";
        let what = "retry with an idempotency key";
        add(Kind::Retry, is_weak, Kpi::HandoffSuccess, what, "retry", retry);
        let is_late = play.reserve != Reserve::OnAccept;
        let what = "reserve stock when an order is accepted";
        add(Kind::Reserve, is_late, Kpi::StockCancellations, what, "reserve", "on accept");
        let what = "hand orders over under the channel's record id";
        let (mends, own) = (Kpi::ReconciliationVariance, !play.shares_record_ids);
        add(Kind::RecordIds, own, mends, what, "record ids", "shared");
    }

    /// More workers, and more queues for them.
    fn capacity(&self, found: &mut Vec<Lever>) {
        let play = self.play;
        let most = self.allowed(Kind::Workers).unwrap_or(0);
        for workers in [2, 4].map(|factor| u64::from(play.workers) * factor) {
            if workers <= most {
                let what = format!("run {workers} workers instead of {}", play.workers);
                let to = workers.to_string();
                found.push(self.lever(Kpi::SyncLag, &what, "workers", &to, Burden::Capacity));
            }
        }
        // Every number of workers above is a multiple of today's, and so of its divisors.
        let most = self.allowed(Kind::Partitions).unwrap_or(0);
        let divides = |n: &u16| play.workers.is_multiple_of(*n) && u64::from(*n) <= most;
        let partitions = (play.partitions + 1..=play.workers).rev().find(divides);
        if let Some(partitions) = partitions {
            let what = format!("divide the queue into {partitions}");
            let to = partitions.to_string();
            found.push(self.lever(Kpi::SyncLag, &what, "partitions", &to, Burden::Setting));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::{Overrides, read_str};

    fn told(levers_in: &str) -> Vec<String> {
        let text = format!(
            "campaign: Small\nstarts: 2026-11-27 06:00 America/New_York\n\
             catalog: {{ skus: 10, stock: 100, price: 9.99 }}\n\
             channels:\n  shop: {{ of orders: 60% }}\n  amazon: {{ of orders: 40% }}\n\
             traffic:\n  demand: 600/hour\n  phases: [{{ name: all, lasts: 10m, rate: 1x }}]\n\
             connectors:\n  hub: {{ reference: {{ workers: 4, orders in: {{ poll: 2m }} }} }}\n\
             {levers_in}"
        );
        let plan = read_str(&text, Path::new("."), &Overrides::default()).unwrap();
        levers(&plan).iter().map(|lever| format!("{}: {}", lever.to, lever.what)).collect()
    }

    #[test]
    fn without_a_word_all_but_the_start_is_tried() {
        let told = told("");
        for lever in [
            "hub: let stock updates go before everything else",
            "hub: hear of orders by webhook",
            "hub: look for orders twice as often",
            "hub: run 16 workers instead of 4",
            "hub: divide the queue into 4",
            "amazon: hold back 2 units",
            "every channel: hold back 1 unit more",
            "every channel: show at most 5 units of a SKU",
            "every channel: divide the stock between the channels by their share of orders",
        ] {
            assert!(told.iter().any(|known| known == lever), "{lever} in {told:?}");
        }
        assert!(!told.iter().any(|lever| lever.starts_with("campaign: ")), "{told:?}");
    }

    /// People read it, and paste it into a scenario.
    #[test]
    fn half_of_a_rhythm_is_written_as_people_write_it() {
        for (every, half) in [(300, "150s"), (240, "2m"), (25, "12500ms")] {
            assert_eq!(half_of(Span::from_secs(every)), half);
        }
    }

    /// What is proposed for a name with a point in it can be tried and printed.
    #[test]
    fn names_with_points_are_changed_where_they_stand() {
        let text = std::fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/scenarios/quickstart.yaml"
        ))
        .unwrap();
        let text = text.replace("storefront", "shop.de").replace("\n  hub:", "\n  hub 1.0:");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("scenario.yaml");
        std::fs::write(&file, text).unwrap();
        let overrides = Overrides::default();
        let plan = crate::scenario::read(&file, &overrides).unwrap_or_else(|e| panic!("{e}"));
        let found = levers(&plan);
        for part in ["channels.\"shop.de\".", "connectors.\"hub 1.0\".reference."] {
            assert!(found.iter().any(|lever| lever.patch.lines()[0].starts_with(part)), "{part}");
        }
        for lever in found {
            let read = crate::scenario::patch::read_patched(&file, &overrides, &lever.patch);
            assert!(read.is_ok(), "{}: {}", lever.what, read.unwrap_err());
        }
    }

    #[test]
    fn the_scenario_bounds_what_is_tried() {
        let bounded = "levers: { workers: up to 8, poll: down to 2m, start: by 1h, on: [hub] }\n";
        assert_eq!(
            told(bounded),
            [
                "hub: run 8 workers instead of 4",
                "campaign: start earlier, at 27 Nov 05:00",
                "campaign: start later, at 27 Nov 07:00",
            ]
        );
    }
}
