//! What `plan` expects against what an afternoon in virtual time brings.

use doorbuster::drive::simulated::{self, Flow};
use doorbuster::history::{Fact, stamp::Tape};
use doorbuster::judge::{Fold, Judgement};
use doorbuster::outlook::{Assumed, Outlook};
use doorbuster::scenario::{self, Overrides, Plan};

fn plan(name: &str) -> Plan {
    let path = format!("{}/scenarios/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    scenario::read(path.as_ref(), &Overrides::default()).expect("a shipped scenario is valid")
}

fn played(plan: &Plan) -> Judgement {
    let mut fold = Fold::new();
    let mut tape = Tape::new(|fact: Fact| fold.eat(&fact).expect("a driver writes a history"));
    simulated::play(plan, &mut tape, |_at| Flow::Continue);
    fold.judge().expect("a history has a charter")
}

#[test]
fn a_sound_afternoon_accepts_what_is_expected() {
    for name in ["quickstart", "black-friday-hardened"] {
        let plan = plan(name);
        let outlook = Outlook::of(&plan, &Assumed::default());
        let judgement = played(&plan);
        for (orders, totals) in outlook.orders.iter().zip(&judgement.channel_totals) {
            let expected: f64 = orders.accepted.iter().sum();
            let seen = totals.accepted as f64;
            // One afternoon: four deviations of the count, and two in a hundred for what is left
            // out.
            let within = 4.0 * expected.sqrt() + 0.02 * expected;
            assert!((seen - expected).abs() < within, "{name}: {seen} against {expected}");
        }
    }
}
