//! What shipped scenarios imply, against numbers computed another way.

use super::*;
use crate::scenario::{self, Overrides};

fn plan(name: &str) -> Plan {
    let path = format!("scenarios/{name}.yaml");
    scenario::read(path.as_ref(), &Overrides::default()).unwrap()
}

fn outlook(name: &str) -> Outlook {
    Outlook::of(&plan(name), &Assumed::default())
}

#[test]
fn tell() {
    for name in ["quickstart", "black-friday", "black-friday-hardened"] {
        let started = std::time::Instant::now();
        let plan = plan(name);
        let read = started.elapsed();
        let o = Outlook::of(&plan, &Assumed::default());
        eprintln!("=== {name} read {read:?} outlook {:?}", started.elapsed() - read);
        for (c, orders) in o.orders.iter().enumerate() {
            eprintln!("{c} {:?}", orders);
        }
        eprintln!("peak {:?} {} {} basket {:?} {:?}", o.peak, o.quiet_phase, o.busy_phase, o.basket, o.merchant);
        for e in &o.endpoints { eprintln!("  {e:?}"); }
        for q in &o.queues { eprintln!("  {q:?}"); }
        for f in &o.floors { eprintln!("  {f:?}"); }
        eprintln!("{} of {} {:#?}", o.sold_out, o.on_sale, o.wanted_most.first());
        eprintln!("{:?}", o.proofs);
        for g in &o.gates { eprintln!("  {g:?}"); }
        eprintln!("{:?} {:?}", o.go, o.pace);
    }
}
