//! What nobody knows is played both ways, and the worst of the ways is what is told.

use std::path::Path;

use super::*;
use crate::scenario::{Overrides, read_str};
use crate::study::replicate;

/// A bought connector whose handoffs the OMS cannot know again, and whose answers are often lost.
fn bought(said: &str) -> Plan {
    let text = format!(
        "\
campaign: Bought
starts: 2026-11-27 06:00 UTC
catalog: {{ skus: 40, stock: 8, price: 9.99 }}
channels: {{ storefront: {{ of orders: 60% }}, amazon: {{ of orders: 40% }} }}
traffic: {{ demand: 900 orders/hour, phases: [{{ name: all, lasts: 20m, rate: 1x }}] }}
oms: {{ imperfections: {{ unavailable: 0%, lost replies: 5% }} }}
connectors:
  bought: {{ described: {{ stock out: every 2m taking 10s, orders in: every 1m, {said} }} }}
"
    );
    read_str(&text, Path::new("."), &Overrides::default()).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn each_way(plan: &Plan) -> Vec<Replication> {
    let play =
        |way| Replication::of(&replication::play(&plan.settled(way), || true).expect("played"));
    plan.ways().map(play).collect()
}

fn worst_of(plan: &Plan) -> (Replication, Vec<String>) {
    let played = play_worst(plan, || true).expect("played");
    (Replication::of(&played), played.judgement.charter.not_known.clone())
}

#[test]
fn unknown_idempotency_gives_the_worse_of_both() {
    let plan = bought("retries: yes, idempotent: unknown, record ids: own");
    let ways = each_way(&plan);
    assert_eq!(ways.len(), 2);
    assert!(ways[0].broken > 0 && ways[1].broken == 0, "orders are created twice without a key");
    let (worst, told) = worst_of(&plan);
    assert_eq!(worst, ways[0]);
    assert!(told[0].contains("not known of bought: idempotent"), "{told:?}");
    assert!(told[1].starts_with("the worst, reported here: bought: idempotent no: NO-GO"));
    assert!(told[2].starts_with("otherwise: bought: idempotent yes: "), "{told:?}");
    // What is known is that replication, told as such.
    for (said, way) in [("no", &ways[0]), ("yes", &ways[1])] {
        let known = bought(&format!("retries: yes, idempotent: {said}, record ids: own"));
        assert_eq!(each_way(&known), std::slice::from_ref(way));
        assert!(worst_of(&known).1.is_empty());
    }
}

/// That it does not retry looks worse; but nothing is refused here, and a repeated call is what
/// creates an order twice.
#[test]
fn the_worst_is_found_and_not_guessed() {
    let plan = bought("retries: unknown, idempotent: no, record ids: own");
    let ways = each_way(&plan);
    assert!(ways[0].broken == 0 && ways[1].broken > 0);
    let (worst, told) = worst_of(&plan);
    assert_eq!(worst, ways[1]);
    assert!(told[1].contains("bought: retries yes: NO-GO"), "{told:?}");
    let settled = settle_worst(plan, || true).expect("played");
    assert!(settled.unknowns.is_empty() && settled.world.connectors[0].retry.attempts > 1);
    assert!(settled.charter.connectors[0].retries);
    assert_eq!(settled.charter.not_known, told);
}

#[test]
fn of_many_replications_the_worst_way_of_each_counts() {
    let plan_of = |seed| {
        let mut plan = bought("retries: unknown, idempotent: unknown, record ids: unknown");
        (plan.world.seed, plan.charter.seed) = (seed, seed);
        Some(plan)
    };
    let all = replicate(plan_of, 5, 3, &|| false, Replication::of, |_| {}).replications;
    for (seed, replication) in (5..).zip(&all) {
        let ways = each_way(&plan_of(seed).expect("a plan"));
        assert_eq!(ways.len(), 8);
        let most = ways.iter().map(badness).max();
        assert_eq!((replication.seed, Some(badness(replication))), (seed, most));
    }
}

#[test]
fn of_ways_that_are_as_bad_the_one_that_looks_worse_is_reported() {
    // An OMS that never knows an order again makes nothing of record ids.
    let mut plan = bought("retries: no, idempotent: no, record ids: unknown");
    plan.world.oms.knows_record_ids = false;
    let ways = each_way(&plan);
    assert_eq!(ways[0], ways[1]);
    assert!(worst_of(&plan).1[1].contains("record ids own"));
}

#[test]
fn what_is_stopped_is_no_replication() {
    let plan = bought("retries: unknown, idempotent: no, record ids: own");
    assert!(play_worst(&plan, || false).is_none() && settle_worst(plan, || false).is_none());
}
