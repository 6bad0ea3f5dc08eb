//! Channels with money of their own: by the stated rule no order of a sound run is mispriced and
//! the books balance to the cent; what is charged or booked by another rule is found, and named.

use doorbuster::commerce::defect::Defect;
use doorbuster::history::charter::{BookedBy, Halfway, Tariff, Tax, TaxBasis};
use doorbuster::history::stamp::Tape;
use doorbuster::history::{Charter, Fact, What};
use doorbuster::judge::judgement::{Invariant, Mischarge, Verdict};
use doorbuster::judge::{Fold, Judgement};
use doorbuster::scenario::{Overrides, Plan};
use doorbuster::units::{Money, Ppm};
use proptest::prelude::*;

use super::held::{SCENARIO, plan};
use super::table::OTHER_MONEY;

fn sound() -> Plan {
    plan(SCENARIO, &OTHER_MONEY, &Overrides::default())
}

fn facts(plan: &Plan) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut tape = Tape::new(|fact: Fact| facts.push(fact));
    doorbuster::drive::simulated::play(plan, &mut tape, &mut doorbuster::drive::hand::Nobody);
    facts
}

/// Judged by other terms than it was played by.
fn judged_by(facts: &[Fact], change: impl FnOnce(&mut Charter)) -> Judgement {
    let mut fold = Fold::new();
    let What::Charter(charter) = &facts[0].what else { panic!("a history has a charter") };
    let mut charter = charter.clone();
    change(&mut charter);
    fold.eat(&Fact { what: What::Charter(charter), ..facts[0].clone() }).unwrap();
    facts[1..].iter().for_each(|fact| fold.eat(fact).unwrap());
    fold.judge().unwrap()
}

fn breaches(judged: &Judgement, which: Invariant) -> u64 {
    let found = judged.invariants.iter().find(|result| result.invariant == which);
    found.unwrap().breaches.definite
}

fn money_is_right(judged: &Judgement) -> bool {
    let clean = [
        Invariant::MispricedOrder,
        Invariant::WrongPrice,
        Invariant::AlteredOrder,
        Invariant::PriceOutOfTime,
    ];
    clean.into_iter().all(|which| breaches(judged, which) == 0)
        && judged.books.iter().all(|day| day.money_variance == Ppm::ZERO)
        && judged.converted.iter().all(|c| c.mischarged.is_empty() && c.rounded.orders == 0)
}

/// What the judge names of a defect: the mistakes, and orders of which only the rounding differs.
fn named(defect: Option<Defect>) -> (Vec<Mischarge>, u64) {
    let mut plan = sound();
    plan.world.defects.extend(defect);
    let judged = judged_by(&facts(&plan), |_| {});
    let converted = &judged.converted[0];
    let mistakes = converted.mischarged.iter().map(|(mistake, _)| *mistake).collect();
    (mistakes, converted.rounded.orders)
}

#[test]
fn what_went_wrong_is_named() {
    assert_eq!(named(None), (vec![], 0));
    assert_eq!(named(Some(Defect::ForgetsRate)), (vec![Mischarge::Currency], 0));
    assert_eq!(named(Some(Defect::ForgetsTax)), (vec![Mischarge::TaxBasis], 0));
    assert_eq!(named(Some(Defect::RoundsTwice)), (vec![Mischarge::Rounding], 0));
    assert_eq!(named(Some(Defect::ChargesOldPrice)), (vec![Mischarge::AnotherPrice], 0));
    let (mistakes, rounded) = named(Some(Defect::BooksRounded));
    assert!(mistakes.is_empty() && rounded > 0, "{mistakes:?}, {rounded}");
}

/// The quickstart in pounds before tax, its marketplace in euros with German tax.
const TWO_BOOKS: [(&str, &str); 4] = [
    ("tax", "{ prices: net }"),
    ("rates", "{ EUR: 1.17 }"),
    ("channels.marketplace.currency", "EUR"),
    ("channels.marketplace.tax", "{ prices: gross, rate: 19% }"),
];

/// The verdict on it with a bug.
fn verdict(defect: Option<Defect>) -> Verdict {
    let mut plan = plan("scenarios/quickstart.yaml", &TWO_BOOKS, &Overrides::default());
    plan.world.defects.extend(defect);
    judged_by(&facts(&plan), |_| {}).verdict
}

#[test]
fn two_books_that_agree_are_a_go_and_a_cent_between_them_is_not() {
    assert_eq!(verdict(None), Verdict::Go);
    for defect in [Defect::ForgetsTax, Defect::RoundsTwice, Defect::BooksRounded] {
        assert_eq!(verdict(Some(defect)), Verdict::NoGo, "{defect:?}");
    }
}

fn any_tax() -> impl Strategy<Value = Tax> {
    (any::<bool>(), 0_u32..=270).prop_map(|(gross, tenths)| Tax {
        prices: if gross { TaxBasis::Gross } else { TaxBasis::Net },
        rate: Ppm(tenths * 1_000),
    })
}

prop_compose! {
    fn any_tariff()(
        (digits, rate_e9) in prop_oneof![
            (Just(2_u8), 500_000_000_u64..2_000_000_000),
            (Just(0), 100_000_000_000_u64..200_000_000_000),
            (Just(3), 300_000_000_u64..500_000_000),
        ],
        source in any_tax(),
        tax in any_tax(),
        step in prop_oneof![Just(1_i64), Just(5), Just(10)],
        up in any::<bool>(),
        books in prop_oneof![Just(BookedBy::Unit), Just(BookedBy::Line), Just(BookedBy::Order)],
    ) -> Tariff {
        Tariff {
            currency: "XTS".into(),
            digits,
            source_digits: 2,
            rate_e9,
            source,
            tax,
            step: Money(step),
            half: if up { Halfway::Up } else { Halfway::Even },
            books,
        }
    }
}

/// Another rule, as a bug or a misread contract would have it.
fn mutated(tariff: &Tariff, how: usize) -> Tariff {
    let mut other = tariff.clone();
    match how {
        0 => other.rate_e9 = other.rate_e9 * 101 / 100,
        1 => other.tax = Tax { prices: TaxBasis::Gross, rate: Ppm(other.tax.rate.0 + 10_000) },
        2 => other.step = Money(other.step.0 * 7),
        _ => other.rate_e9 = 1_000_000_000,
    }
    other
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..Default::default() })]

    #[test]
    fn by_the_stated_rule_all_is_right_and_by_another_it_is_not(
        tariff in any_tariff(),
        how in 0_usize..4,
    ) {
        let mut plan = sound();
        plan.charter.channels[1].tariff = Some(tariff.clone());
        let facts = facts(&plan);
        let judged = judged_by(&facts, |_| {});
        prop_assert!(money_is_right(&judged), "{:?}", judged.converted);
        let other = mutated(&tariff, how);
        prop_assume!(other.conversion() != tariff.conversion());
        let found = judged_by(&facts, |charter| charter.channels[1].tariff = Some(other));
        prop_assert!(!money_is_right(&found));
        prop_assert!(breaches(&found, Invariant::MispricedOrder) > 0);
    }
}
