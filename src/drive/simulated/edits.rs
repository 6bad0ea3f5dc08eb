//! Orders that shoppers edit, played: the OMS comes to say the last version of each, and what was
//! given up is sold again.

use proptest::prelude::*;
use rustc_hash::FxHashMap;

use super::play;
use crate::commerce::edits::EditTerms;
use crate::commerce::terms::{Reserve, Rhythm, UpdateStyle};
use crate::drive::hand::Nobody;
use crate::drive::testing::{Sketch, facts, seeded};
use crate::history::What;
use crate::history::fact::{Call, Lines};
use crate::history::stamp::Tape;
use crate::ids::OrderId;
use crate::judge::Fold;
use crate::judge::judgement::{Invariant, Judgement};
use crate::law::Law;
use crate::scenario::Plan;
use crate::traffic::Traffic;
use crate::units::{Ppm, Span};

const HALF: Ppm = Ppm(500_000);

/// Two channels on which a share of shoppers think again after half a minute.
fn plan(share: u32, seed: u64) -> Plan {
    let lasts = Span::from_mins(20);
    let sketch = Sketch {
        shares: &[600_000, 400_000],
        skus: 12,
        stock_each: 120,
        orders_per_hour: 900,
        lasts,
    };
    let mut plan = sketch.plan();
    seeded(&mut plan, seed);
    for place in 0..2 {
        plan.charter.channels[place].edits = true;
        let after = Law::Exponential { mean: Span::from_secs(30) };
        plan.world.channels[place].edits = Some(EditTerms { share: Ppm(share), after });
    }
    let Traffic::Modelled(demand) = &mut plan.traffic else { unreachable!("a sketch is modelled") };
    (demand.lines, demand.units) = (vec![(1, HALF), (3, HALF)], vec![(1, HALF), (4, HALF)]);
    plan.charter.minor = plan.charter.least_minor();
    plan
}

fn judged(plan: &Plan) -> Judgement {
    let mut fold = Fold::new();
    let mut tape = Tape::new(|fact| fold.eat(&fact).expect("a driver writes a history"));
    play(plan, &mut tape, &mut Nobody);
    fold.judge().expect("a history has a charter")
}

fn breaches(judgement: &Judgement, which: Invariant) -> u64 {
    let found = judgement.invariants.iter().find(|result| result.invariant == which);
    found.expect("every rule has a result").breaches.definite
}

fn same(one: &Lines, other: &Lines) -> bool {
    let content = |lines: &Lines| lines.iter().map(|l| (l.sku, l.qty, l.price)).collect::<Vec<_>>();
    content(one) == content(other)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However the connector learns, words and reserves, and whatever everyday slips there are.
    #[test]
    fn the_oms_comes_to_say_the_last_version(
        share in 100_000_u32..=1_000_000,
        polls in any::<bool>(),
        is_delta in any::<bool>(),
        reserve in 0_usize..3,
        late in any::<bool>(),
        seed in 1_u64..1_000,
    ) {
        let mut plan = plan(share, seed);
        let connector = &mut plan.world.connectors[0];
        connector.updates = if is_delta { UpdateStyle::Delta } else { UpdateStyle::CompareAndSet };
        connector.reserve = [Reserve::OnAccept, Reserve::OnPayment, Reserve::OnHandoff][reserve];
        if polls {
            connector.orders_in = Rhythm::Poll(Span::from_secs(20));
        }
        if late {
            for channel in &mut plan.world.channels {
                channel.imperfections.reordered = Ppm(300_000);
                channel.imperfections.duplicates = Ppm(200_000);
                channel.imperfections.reordered_by = Law::Constant(Span::from_secs(90));
            }
        }
        let (mut last, mut says) = (FxHashMap::<OrderId, Lines>::default(), FxHashMap::default());
        let mut asked = 0;
        for fact in facts(&plan) {
            match fact.what {
                What::Edited(edited) => drop(last.insert(edited.order, edited.lines)),
                What::Amended(told) => drop(says.insert(told.order, told.lines)),
                What::Held { order, lines, .. } => drop(says.insert(order, lines)),
                What::Sent { call: Call::EditOrder, .. } => asked += 1,
                _ => {}
            }
        }
        prop_assert!(!last.is_empty() && last.len() <= asked, "{} {asked}", last.len());
        for (order, lines) in &last {
            prop_assert!(says.get(order).is_none_or(|says| same(says, lines)), "{:?}", order);
        }
        let judgement = judged(&plan);
        for which in [
            Invariant::AlteredOrder,
            Invariant::WrongOffer,
            Invariant::LostHandoff,
            Invariant::DoubleDecrement,
            Invariant::Conservation,
            Invariant::LostUpdate,
            Invariant::OneSidedEnd,
        ] {
            prop_assert_eq!(breaches(&judgement, which), 0, "{:?}", which);
        }
        let differ: u64 = judgement.books.iter().map(|day| day.altered + day.missing).sum();
        prop_assert_eq!(differ, 0);
    }
}

/// Who edits nothing plays as if there were no such thing.
#[test]
fn edits_draw_from_nothing_else() {
    let without = |mut plan: Plan| {
        for channel in &mut plan.world.channels {
            channel.edits = None;
        }
        plan
    };
    let accepted = |plan: &Plan| {
        let sold = |what: &What| matches!(what, What::Sent { call: Call::PlaceOrder, .. });
        facts(plan).into_iter().filter(|fact| sold(&fact.what)).map(|f| f.at).collect::<Vec<_>>()
    };
    let plan = plan(500_000, 3);
    assert_eq!(accepted(&plan), accepted(&without(plan.clone())));
}
