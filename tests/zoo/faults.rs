//! Faults that a careful connector survives, on systems without a defect: whatever is broken from
//! outside, nothing that must be zero is broken by it.

use doorbuster::judge::Judgement;
use doorbuster::scenario::{Overrides, Plan};

use super::held::{SCENARIO, plan};

/// What is broken, from the fifth minute to the thirtieth.
pub(crate) const FAULTS: [(&str, &str); 16] = [
    ("channels unavailable", "at: every channel, does: unavailable, share: 30%"),
    ("OMS unavailable", "at: oms, does: unavailable, share: 40%"),
    ("channel throttled", "at: market, does: { throttles: { allows: { burst: 5, per: 2/s } } }"),
    ("OMS throttled", "at: oms, does: { throttles: { says: 9s } }, share: 30%"),
    ("channels lose replies", "at: every channel, does: loses replies, share: 30%"),
    ("OMS loses replies", "at: oms, does: loses replies, share: 40%"),
    ("OMS resets", "at: oms, does: resets, share: 30%"),
    ("channels cut replies", "at: every channel, does: cuts replies, share: 30%"),
    ("channels hang", "at: every channel, does: hangs, share: 20%"),
    ("OMS hangs", "at: oms, does: hangs, share: 20%"),
    ("OMS slow", "at: oms, does: { slows: { exponential: 20s } }, share: 50%"),
    ("channels slow", "at: every channel, does: { slows: 20s }, share: 50%"),
    ("webhooks twice", "at: every channel, does: { repeats webhooks: 20s }, share: 70%"),
    ("source told twice", "at: oms, does: { repeats webhooks: 20s }, share: 70%"),
    (
        "webhooks late",
        "at: every channel, does: { delays webhooks: { exponential: 60s } }, share: 50%",
    ),
    ("connector paused", "at: hub, does: pauses"),
];

/// The campaign with one of them, under a connector that keeps trying, with everything that makes
/// it hard: orders that await payment, customers who change their minds, stock that runs out.
pub(crate) fn broken(fault: usize, seed: u64) -> Plan {
    let faults = format!("[{{ name: it, {}, from: 5m, until: 30m }}]", FAULTS[fault].1);
    let set = [
        ("faults", faults.as_str()),
        ("catalog.stock", "{ typical: 40, one in 20 above: 200 }"),
        ("traffic.payment", "{ after: 40s, fails: 3% }"),
        ("traffic.customer cancellations", "{ share: 5%, after: 90s }"),
        ("connectors.hub.retry", "{ attempts: 40, backoff: 1s to 30s, idempotent: true }"),
        ("connectors.hub.reserve", "on accept"),
    ];
    plan(SCENARIO, &set, &Overrides { seed: Some(seed), ..Overrides::default() })
}

/// Rules that must be zero and are not.
pub(crate) fn violated(judged: &Judgement) -> Vec<String> {
    let broken = judged.invariants.iter().filter(|rule| rule.must_be_zero);
    let broken = broken.filter(|rule| rule.breaches.definite > 0);
    broken.map(|rule| format!("{:?}: {}", rule.invariant, rule.breaches.definite)).collect()
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::super::simulated;
    use super::*;

    #[test]
    fn what_can_be_survived_breaks_no_rule_that_must_be_zero() {
        let cases: Vec<(usize, u64)> =
            (0..FAULTS.len()).flat_map(|fault| [1, 2].map(|seed| (fault, seed))).collect();
        cases.par_iter().for_each(|(fault, seed)| {
            let (_, judged) = simulated(&broken(*fault, *seed));
            let name = FAULTS[*fault].0;
            assert!(judged.injected[0].hits > 0, "{name} on {seed} met nothing");
            assert_eq!(violated(&judged), Vec::<String>::new(), "{name} on {seed}");
        });
    }
}
