//! Owns reading what recovery from faults is to come to. Must not know how recovery is found.

use crate::history::charter::{CountedFrom, Objective};
use crate::language::map::Map;
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, lasting, parse_count, scalar};
use crate::language::tree::Node;

const COUNTED_FROM: &[(&str, CountedFrom)] =
    &[("beginning", CountedFrom::Beginning), ("end", CountedFrom::End)];

/// The keys of which at least one must stand there.
const KEYS: [&str; 3] = ["recovers within", "loses at most", "oldest waits at most"];

/// `{ recovers within: 20m, loses at most: 0 orders, oldest waits at most: 15m }`.
pub(super) fn read(node: &Node, r: &Reading) -> Option<Vec<Objective>> {
    let map = Map::open(node, "objectives", r)?;
    let [within, orders, waits] = KEYS;
    let within = map.or(within, None, |node, r| lasting(node, r).map(Some));
    let from = map.or("counted from", None, |node, r| choice(COUNTED_FROM)(node, r).map(Some));
    let orders = map.or(orders, None, |node, r| scalar(node, r, some_orders).map(Some));
    let waits = map.or(waits, None, |node, r| lasting(node, r).map(Some));
    let (within, from, orders, waits) = (within?, from?, orders?, waits?);
    if from.is_some() && within.is_none() {
        let at = map.key_at("counted from").unwrap_or_default();
        let wrong = Wrong::new("`counted from` says from when on nothing is counted");
        r.wrong(&at, wrong.expected("`recovers within` beside it, such as 20m"));
        return None;
    }
    let counted_from = from.unwrap_or_default();
    let asked = [
        within.map(|within| Objective::RecoversWithin { within, counted_from }),
        orders.map(|orders| Objective::LosesAtMost { orders }),
        waits.map(|at_most| Objective::OldestWaits { at_most }),
    ];
    let asked: Vec<Objective> = asked.into_iter().flatten().collect();
    if asked.is_empty() {
        let wrong = Wrong::new("no objective is said");
        r.wrong(&node.at, wrong.expected("`recovers within: 20m`, or `loses at most: 0 orders`"));
        return None;
    }
    Some(asked)
}

/// `0 orders`, `1 order`, or the number alone.
fn some_orders(text: &str) -> Result<u64, Wrong> {
    let number = text.strip_suffix("orders").or_else(|| text.strip_suffix("order"));
    let number = number.map_or(text, str::trim_end);
    parse_count(number, "a whole number of orders, such as `0 orders` or `10 orders`")
}
