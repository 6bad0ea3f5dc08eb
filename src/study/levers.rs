//! Owns what an operator could change: the corrective actions of docs/measures.md as patches.
//! Must not know what a change does; that is tried.

use crate::commerce::terms::{ChannelPlay, ConnectorPlay, Priority, Reserve, Rhythm, UpdateStyle};
use crate::scenario::patch::Patch;
use crate::scenario::{Plan, timing_in_words};
use crate::units::Span;

/// Something that can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lever {
    /// What to do, as an instruction.
    pub what: String,
    /// Where it applies: a connector or a channel.
    pub to: String,
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

/// Most workers that are proposed.
const WORKERS_MAX: u16 = 64;
/// Units that are proposed to be held back, more than are held back today.
const HOLDBACK: i64 = 2;

/// What could be changed in a plan.
pub fn levers(plan: &Plan) -> Vec<Lever> {
    let connectors = plan.world.connectors.iter().flat_map(of_connector);
    let holds_back = plan.world.channels.iter().filter_map(|channel| holdback(plan, channel));
    connectors.chain(holds_back).collect()
}

fn of_connector(play: &ConnectorPlay) -> Vec<Lever> {
    if play.described.is_some() {
        return of_described(play);
    }
    let at = |key: &str| format!("connectors.{}.reference.{key}", play.name);
    let lever = |what: &str, key: &str, value: &str, burden: Burden| Lever {
        what: what.to_owned(),
        to: play.name.clone(),
        patch: Patch::set(&at(key), value),
        burden,
    };
    let mut found = Vec::new();
    if play.priority != Priority::InventoryFirst {
        let what = "let stock updates go before everything else";
        found.push(lever(what, "priority", "inventory first", Burden::Setting));
    }
    if let Rhythm::Poll(every) = play.orders_in {
        found.push(lever("hear of orders by webhook", "orders in", "webhook", Burden::Integration));
        let half = format!("{{ poll: {}ms }}", (every.0 / 2_000).max(1));
        found.push(lever("look for orders twice as often", "orders in", &half, Burden::Setting));
    }
    if let Rhythm::Poll(every) = play.stock_out {
        found.push(lever("hear of stock by webhook", "stock out", "webhook", Burden::Integration));
        let half = format!("{{ every: {}ms }}", (every.0 / 2_000).max(1));
        found.push(lever("send stock twice as often", "stock out", &half, Burden::Setting));
    }
    if play.updates == UpdateStyle::Absolute {
        let what = "send changes instead of absolute stock";
        found.push(lever(what, "updates", "delta", Burden::Integration));
    }
    if play.batch < 10 {
        found.push(lever("put ten updates into a call", "batch", "10", Burden::Setting));
    }
    if !play.coalesce {
        let what = "let a newer update replace a waiting one";
        found.push(lever(what, "coalesce", "yes", Burden::Setting));
    }
    if play.retry.attempts < 6 || !play.retry.idempotent {
        let retry = "{ attempts: 8, backoff: 1s to 60s, idempotent: yes }";
        found.push(lever("retry with an idempotency key", "retry", retry, Burden::Integration));
    }
    if play.reserve != Reserve::OnAccept {
        let what = "reserve stock when an order is accepted";
        found.push(lever(what, "reserve", "on accept", Burden::Integration));
    }
    if !play.shares_record_ids {
        let what = "hand orders over under the channel's record id";
        found.push(lever(what, "record ids", "shared", Burden::Integration));
    }
    found.extend(capacity(play, &at));
    found
}

/// What can be asked of the vendor of a bought connector. What nobody knows stands in the plan as
/// it looks worse, so that finding it out is among these.
fn of_described(play: &ConnectorPlay) -> Vec<Lever> {
    let mut found = Vec::new();
    let mut lever = |what: &str, key: &str, value: &str, burden: Burden| {
        found.push(Lever {
            what: what.to_owned(),
            to: play.name.clone(),
            patch: Patch::set(&format!("connectors.{}.described.{key}", play.name), value),
            burden,
        });
    };
    let looks = [
        ("orders", "orders in", play.orders_in, play.order_service()),
        ("stock", "stock out", play.stock_out, &play.service),
    ];
    for (of, key, rhythm, takes) in looks {
        let Rhythm::Poll(every) = rhythm else { continue };
        let twice = timing_in_words(Rhythm::Poll(Span((every.0 / 2).max(1))), takes);
        lever(&format!("look for {of} twice as often"), key, &twice, Burden::Setting);
        let told = timing_in_words(Rhythm::Webhook, takes);
        lever(&format!("hear of {of} by webhook"), key, &told, Burden::Integration);
    }
    if play.updates == UpdateStyle::Absolute {
        let what = "send changes instead of absolute stock";
        lever(what, "updates", "delta", Burden::Integration);
    }
    if play.retry.attempts == 1 {
        lever("retry what failed", "retries", "yes", Burden::Integration);
    }
    if !play.retry.idempotent {
        let what = "hand orders over with an idempotency key";
        lever(what, "idempotent", "yes", Burden::Integration);
    }
    if play.reserve != Reserve::OnAccept {
        let what = "reserve stock when an order is accepted";
        lever(what, "reserve", "on accept", Burden::Integration);
    }
    if !play.shares_record_ids {
        let what = "hand orders over under the channel's record id";
        lever(what, "record ids", "shared", Burden::Integration);
    }
    found
}

/// More workers, and more queues for them.
fn capacity(play: &ConnectorPlay, at: &dyn Fn(&str) -> String) -> Vec<Lever> {
    let mut found = Vec::new();
    for factor in [2, 4] {
        let workers = play.workers * factor;
        if workers <= WORKERS_MAX {
            found.push(Lever {
                what: format!("run {workers} workers instead of {}", play.workers),
                to: play.name.clone(),
                patch: Patch::set(&at("workers"), &workers.to_string()),
                burden: Burden::Capacity,
            });
        }
    }
    let partitions = play.partitions * 4;
    if play.workers.is_multiple_of(partitions) && partitions <= play.workers {
        found.push(Lever {
            what: format!("divide the queue into {partitions}"),
            to: play.name.clone(),
            patch: Patch::set(&at("partitions"), &partitions.to_string()),
            burden: Burden::Setting,
        });
    }
    found
}

/// A channel that is not alone on its stock may hold units back.
fn holdback(plan: &Plan, channel: &ChannelPlay) -> Option<Lever> {
    if plan.world.channels.len() < 2 {
        return None;
    }
    let now = channel.rule.holds_back.0;
    let units = now + HOLDBACK;
    Some(Lever {
        what: format!("hold back {units} units instead of {now}"),
        to: channel.name.clone(),
        patch: Patch::set(&format!("channels.{}.holds back", channel.name), &units.to_string()),
        burden: Burden::Sales,
    })
}
