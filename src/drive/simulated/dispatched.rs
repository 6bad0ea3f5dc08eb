//! Orders that wait for us and orders that leave, played: channels are told, in time or not, and a
//! run is watched until then.

use super::play;
use crate::commerce::defect::Defect;
use crate::commerce::terms::{Imperfections, Rhythm};
use crate::drive::hand::Nobody;
use crate::drive::testing::{Sketch, facts};
use crate::history::What;
use crate::history::charter::OrderFlow;
use crate::history::stamp::Tape;
use crate::judge::Fold;
use crate::judge::judgement::{AcceptedOnes, Count, Dispatched};
use crate::law::Law;
use crate::scenario::Plan;
use crate::units::{Ppm, Span};

/// Two channels, of which the second asks; the warehouse takes some ten minutes.
fn plan(within: Span) -> Plan {
    let lasts = Span::from_mins(20);
    let sketch = Sketch {
        shares: &[500_000, 500_000],
        skus: 6,
        stock_each: 900,
        orders_per_hour: 1_200,
        lasts,
    };
    let mut plan = sketch.plan();
    plan.world.oms.ships_after = Some(Law::Exponential { mean: Span::from_mins(10) });
    plan.charter.channels[1].flow =
        OrderFlow { dispatch_within: Some(within), ..OrderFlow::default() };
    plan.charter.minor = plan.charter.least_minor();
    plan
}

fn dispatched(plan: &Plan) -> Dispatched {
    let mut fold = Fold::new();
    let mut tape = Tape::new(|fact| fold.eat(&fact).expect("a driver writes a history"));
    play(plan, &mut tape, &mut Nobody);
    fold.judge().expect("a history has a charter").dispatched.swap_remove(0)
}

/// Every order that leaves is told once to the channel that asks, and to no other; the share that
/// is late is that of the warehouse's law.
#[test]
fn a_channel_is_told_once_of_each_order_that_leaves() {
    let mut plan = plan(Span::from_mins(30));
    let channel = &mut plan.world.channels[1];
    // Webhooks come twice and replies are lost: nothing is told twice all the same.
    let slips = Imperfections {
        duplicates: Ppm(200_000),
        unavailable: Ppm(100_000),
        lost_replies: Ppm(100_000),
        ..Imperfections::NONE
    };
    channel.imperfections = slips.clone();
    plan.world.oms.imperfections = slips;
    let (mut left, mut told) = (Vec::new(), Vec::new());
    for fact in facts(&plan) {
        match fact.what {
            What::Shipped { order, .. } if order.channel.0 == 1 => left.push(order),
            What::Dispatched(confirmed) => told.push(confirmed.order),
            _ => {}
        }
    }
    left.sort_unstable();
    told.sort_unstable();
    for order in &told {
        assert!(left.binary_search(order).is_ok(), "{order:?} left");
    }
    assert!(told.windows(2).all(|pair| pair[0] != pair[1]), "told once");
    let of = dispatched(&plan);
    assert_eq!(of.late.definite, of.late.possible, "the run is watched until all are due");
    // e⁻³ of them leave later than three times the mean.
    let late = of.late.definite as f64 / of.orders as f64;
    assert!((0.02..0.09).contains(&late), "{late} of {}", of.orders);
}

/// A connector that reads, and one that never says.
#[test]
fn who_is_not_told_is_late_and_whoever_reads_tells_too() {
    let mut reads = plan(Span::from_mins(55));
    reads.world.oms.ships_after = Some(Law::Constant(Span::from_mins(10)));
    let connector = &mut reads.world.connectors[0];
    (connector.orders_in, connector.stock_out) =
        (Rhythm::Poll(Span::from_secs(30)), Rhythm::Poll(Span::from_secs(45)));
    let fine = dispatched(&reads);
    assert_eq!((fine.late, fine.orders), (Count::default(), fine.in_time));
    assert!(fine.orders > 100);
    let took = fine.took.p50.expect("some took so long");
    assert!((Span::from_mins(10)..Span::from_mins(12)).contains(&took), "{took}");
    reads.world.defects = vec![Defect::KeepsDispatches];
    let half = dispatched(&reads);
    assert_eq!(half.orders, fine.orders);
    let late = half.late.definite as f64 / half.orders as f64;
    assert!((0.35..0.65).contains(&late), "{late}");
}

/// What has not had its time when nobody looks any more is neither in time nor late.
#[test]
fn a_run_that_is_shorter_than_the_promise_says_what_it_has_not_seen() {
    let mut plan = plan(Span::from_mins(24 * 60));
    plan.charter.drain = Span::from_mins(15);
    let of = dispatched(&plan);
    assert_eq!(of.late.definite, 0);
    assert!(of.late.possible > 20 && of.in_time > 20, "{of:?}");
    assert_eq!(of.orders, of.in_time + of.late.possible);
    let ends = facts(&plan).last().map(|fact| fact.at).unwrap_or_default();
    assert!(
        ends < plan.charter.traffic_ends + Span::from_mins(2),
        "nothing is waited for: {ends:?}"
    );
}

fn accepted(plan: &Plan) -> AcceptedOnes {
    let mut fold = Fold::new();
    let mut tape = Tape::new(|fact| fold.eat(&fact).expect("a driver writes a history"));
    play(plan, &mut tape, &mut Nobody);
    fold.judge().expect("a history has a charter").accepted.swap_remove(0)
}

/// Who looks every half minute accepts in time for a channel that waits a minute, and loses to one
/// that waits ten seconds about two in three; every order comes to one end.
#[test]
fn who_looks_too_seldom_loses_orders_to_the_channel() {
    for (waits, least, most) in [(60, 0.0, 0.0), (10, 0.55, 0.8)] {
        let mut plan = plan(Span::from_mins(30));
        plan.charter.channels[1].flow.accept_within = Some(Span::from_secs(waits));
        plan.world.connectors[0].orders_in = Rhythm::Poll(Span::from_secs(30));
        let of = accepted(&plan);
        assert_eq!((of.late.definite, of.late.definite), (of.late.possible, of.cancelled));
        assert_eq!(of.orders, of.in_time + of.cancelled);
        let lost = of.cancelled as f64 / of.orders as f64;
        assert!(of.orders > 100 && (least..=most).contains(&lost), "{waits} s: {lost}");
        let paid = facts(&plan).into_iter().filter(|fact| match fact.what {
            What::Paid { order } => order.channel.0 == 1,
            _ => false,
        });
        let paid = paid.count() as u64;
        assert_eq!(paid, of.in_time, "what is not accepted is never ours");
    }
}

/// A connector that never accepts some.
#[test]
fn who_accepts_nothing_loses_it() {
    let mut plan = plan(Span::from_mins(30));
    plan.charter.channels[1].flow.accept_within = Some(Span::from_mins(10));
    plan.world.defects = vec![Defect::KeepsAcceptances];
    let of = accepted(&plan);
    let lost = of.cancelled as f64 / of.orders as f64;
    assert!((0.35..0.65).contains(&lost) && of.late.definite == of.cancelled, "{lost}");
}
