//! Tests of stock at several locations, played: one location for all changes nothing, two that
//! serve a channel each are two shops, and whoever sums them all up is found out.

use std::path::Path;

use super::super::testing::{Sketch, facts, locations};
use crate::commerce::defect::Defect;
use crate::commerce::terms::TakesFrom;
use crate::history::What;
use crate::history::fact::{Fact, StockCause};
use crate::judge::judgement::{Invariant, Verdict};
use crate::judge::{Fold, Judgement};
use crate::scenario::{self, Overrides, Plan};
use crate::traffic::plan::Corrections;
use crate::units::{Qty, Rate, Span};

fn plan(stock_each: i64) -> Plan {
    let lasts = Span::from_mins(10);
    let shares = &[500_000, 500_000];
    let sketch = Sketch { shares, skus: 8, stock_each, orders_per_hour: 6_000, lasts };
    let mut plan = sketch.plan();
    plan.merchant.corrections = Some(Corrections { rate: Rate::per_hour(600), units_max: Qty(3) });
    plan.world.oms.ships_after = Some(crate::law::Law::Constant(Span::from_secs(40)));
    plan
}

fn judge(facts: &[Fact]) -> Judgement {
    let mut fold = Fold::new();
    for fact in facts {
        fold.eat(fact).expect("a driver writes a history");
    }
    fold.judge().expect("a history has a charter")
}

fn broken(judged: &Judgement, which: Invariant) -> (u64, Qty) {
    let found = judged.invariants.iter().find(|result| result.invariant == which);
    found.map(|found| (found.breaches.definite, found.units)).expect("it is there")
}

#[test]
fn one_location_that_serves_all_changes_nothing() {
    for takes in [TakesFrom::FirstListed, TakesFrom::MostStock] {
        let mut one = plan(90);
        locations(&mut one, &[1_000_000], &[&[0], &[0]]);
        one.world.oms.takes = takes;
        let (one, none) = (facts(&one), facts(&plan(90)));
        assert_eq!(one.len(), none.len());
        let (mut one, none) = (judge(&one), judge(&none));
        // The terms have the location, and nothing that is found does.
        one.charter = none.charter.clone();
        assert_eq!(format!("{one:?}"), format!("{none:?}"));
    }
}

/// Both channels buy the same SKUs of their own locations: each location's ledger moves for its
/// channel alone, and a channel is told of nothing else.
#[test]
fn a_location_for_each_channel_is_a_shop_for_each() {
    let mut apart = plan(120);
    apart.merchant.corrections = None;
    locations(&mut apart, &[500_000, 500_000], &[&[0], &[1]]);
    let facts = facts(&apart);
    let mut taken = 0;
    for fact in &facts {
        if let What::Stock { cause, at: Some(at), .. } = fact.what
            && let StockCause::Reserve(order) | StockCause::Ship(order) = cause
        {
            assert_eq!(u16::from(at.0), order.channel.0);
            taken += 1;
        }
    }
    let judged = judge(&facts);
    assert!(taken > 300, "{taken}");
    // Its own sales it takes off at once, and nobody else sells there.
    assert_eq!(broken(&judged, Invariant::Oversell), (0, Qty(0)));
    for rule in [Invariant::LostUpdate, Invariant::Conservation, Invariant::WrongOffer] {
        assert_eq!(broken(&judged, rule).0, 0, "{rule:?}");
    }
}

/// Of overlapping locations, with lines of several units that are split where they must be.
#[test]
fn a_sound_connector_is_right_on_overlapping_locations_and_one_that_sums_all_is_not() {
    let found = |defect: Option<Defect>| {
        let mut plan = plan(120);
        locations(&mut plan, &[600_000, 250_000, 150_000], &[&[0, 1, 2], &[1, 2]]);
        let crate::traffic::Traffic::Modelled(demand) = &mut plan.traffic else {
            panic!("a sketch is modelled")
        };
        demand.units = vec![(1, crate::units::Ppm(500_000)), (4, crate::units::Ppm(500_000))];
        plan.world.defects.extend(defect);
        let facts = facts(&plan);
        // Of lines of one or four units.
        let is_part = |fact: &&Fact| match fact.what {
            What::Stock { change, cause: StockCause::Reserve(_), .. } => {
                [-2, -3].contains(&change.0)
            }
            _ => false,
        };
        let split = facts.iter().filter(is_part).count();
        assert!(split > 0, "lines are taken from several locations");
        judge(&facts)
    };
    let sound = found(None);
    for rule in [Invariant::LostUpdate, Invariant::Conservation, Invariant::WrongOffer] {
        assert_eq!(broken(&sound, rule).0, 0, "{rule:?}");
    }
    let naive = found(Some(Defect::SumsAllLocations));
    assert!(broken(&naive, Invariant::Oversell).1 > Qty(3) + broken(&sound, Invariant::Oversell).1);
    assert!(broken(&naive, Invariant::WrongOffer).0 > 0);
}

/// What a retailer would be told of it: the scenario that ships is no NO-GO, and becomes one.
#[test]
fn who_sums_all_locations_up_is_a_no_go() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("scenarios/locations.yaml");
    let verdict = |defect: Option<Defect>| {
        let mut plan = scenario::read(&path, &Overrides::default()).expect("it ships");
        plan.world.defects.extend(defect);
        judge(&facts(&plan)).verdict
    };
    assert_ne!(verdict(None), Verdict::NoGo);
    assert_eq!(verdict(Some(Defect::SumsAllLocations)), Verdict::NoGo);
}
