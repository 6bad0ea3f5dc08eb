//! What operators do, judged: an act that does what it is for leaves the gates where they were.

use doorbuster::history::charter::Kpi;
use doorbuster::judge::judgement::Band;
use doorbuster::scenario::Overrides;

use super::held::{SCENARIO, plan};
use super::simulated;

/// A promotion from the fifth minute to the thirtieth, told in the second; and one beside it that
/// is told at the same moment and ends at the same moment.
const PROMOTIONS: &str = "[\
     { name: doors, skus: 20%, price: -30%, sent: 2m, starts: 5m, ends: 30m }, \
     { name: late, skus: 30%, price: -10%, sent: 2m, starts: 12m, ends: 30m }]";

/// How the gates of prices stand when a promotion is ended then.
fn prices(ended: Option<&str>) -> Vec<(Kpi, Band, u64)> {
    let step = ended
        .map(|when| format!("[{{ name: stop, does: {{ end promotion: doors }}, when: {when} }}]"));
    let mut set = vec![("merchant.promotions", PROMOTIONS)];
    set.extend(step.as_deref().map(|step| ("interventions", step)));
    let (_, judged) = simulated(&plan(SCENARIO, &set, &Overrides::default()));
    let of_prices = |kpi| matches!(kpi, Kpi::PriceLag | Kpi::MispricedOrders);
    let gates = judged.gates.iter().filter(|gate| of_prices(gate.kpi));
    gates.map(|gate| (gate.kpi, gate.band, gate.samples)).collect()
}

/// What it told ahead once stayed in the source's list, counted as never shown, and made both out.
#[test]
fn a_promotion_that_is_ended_leaves_prices_in_band() {
    let never = prices(None);
    assert!(never.len() >= 2, "{never:?}");
    for when in ["3m", "15m"] {
        let ended = prices(Some(when));
        assert!(ended.iter().any(|gate| gate.2 != never[0].2), "{when}: nothing was done");
        for (gate, was) in ended.iter().zip(&never) {
            assert_eq!((gate.0, gate.1), (was.0, was.1), "{when}: {ended:?} and {never:?}");
            assert!(!matches!(gate.1, Band::Failed | Band::Watch), "{when}: {gate:?}");
        }
    }
}
