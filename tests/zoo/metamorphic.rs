//! What a judgement must not depend on, and which way it may move: the same history told a little
//! otherwise.

use std::path::Path;
use std::sync::OnceLock;

use doorbuster::drive::hand::Nobody;
use doorbuster::drive::simulated;
use doorbuster::history::fact::{Delivery, Job, Outcome, StockCause};
use doorbuster::history::reader::Reader;
use doorbuster::history::stamp::Tape;
use doorbuster::history::{Fact, What};
use doorbuster::ids::{ChannelId, OmsOrder, OrderId, SkuId};
use doorbuster::judge::judgement::{Invariant, Verdict};
use doorbuster::judge::{Fold, Judgement};
use proptest::prelude::*;

use super::faults;
use super::held::{Sign, count};

/// Histories that were recorded, and such as are made anew: one of a museum, one live, one of a
/// campaign in which everything goes on and something is broken.
fn histories() -> &'static [Vec<Fact>] {
    static HISTORIES: OnceLock<Vec<Vec<Fact>>> = OnceLock::new();
    HISTORIES.get_or_init(|| {
        let museum = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/museum"));
        let recorded = ["v1/go", "v1/no-go", "v1/live"].map(|run| {
            let place = museum.join(run).join("history.jsonl.zst");
            Reader::open(&place).unwrap().collect()
        });
        let mut played = Vec::new();
        let mut tape = Tape::new(|fact: Fact| played.push(fact));
        simulated::play(&faults::broken(5, 3), &mut tape, &mut Nobody);
        recorded.into_iter().chain([played]).collect()
    })
}

fn judged(facts: impl IntoIterator<Item = Fact>) -> Judgement {
    let mut fold = Fold::new();
    for (seq, fact) in facts.into_iter().enumerate() {
        fold.eat(&Fact { seq: seq as u64, ..fact }).expect("a history that can be judged");
    }
    fold.judge().expect("a history has a charter")
}

/// All that is counted, without the places of facts in the record.
fn figures(judged: &Judgement) -> String {
    let gates = judged.gates.iter().map(|gate| {
        (gate.kpi, gate.channel, gate.band, gate.value, gate.low, gate.high, gate.samples, gate.bad)
    });
    let rules = judged
        .invariants
        .iter()
        .map(|rule| (rule.invariant, rule.band, rule.breaches, rule.of, rule.units, rule.money));
    let (gates, rules): (Vec<_>, Vec<_>) = (gates.collect(), rules.collect());
    let sums = (&judged.totals, &judged.channel_totals, &judged.causes, &judged.books);
    format!("{:?} {gates:?} {rules:?} {sums:?} {:?}", judged.verdict, judged.errors)
}

/// What a fact is about; none: everything.
fn about(what: &What) -> Option<Vec<u64>> {
    let sku = |sku: &SkuId| 1 << 60 | u64::from(sku.0);
    let order = |order: &OrderId| {
        2 << 60 | u64::from(order.channel.0) << 40 | order.number & 0xff_ffff_ffff
    };
    let intent = |intent: u64| 3 << 60 | intent & 0xfff_ffff_ffff;
    Some(match what {
        What::Accepted { order: id, intent: of, lines, .. } => {
            let skus = lines.iter().map(|line| sku(&line.sku));
            skus.chain([order(id), intent(of.0), 6 << 60 | u64::from(id.channel.0)]).collect()
        }
        What::Shown { sku: id, .. }
        | What::Priced { sku: id, .. }
        | What::Listed { sku: id, .. } => {
            vec![sku(id)]
        }
        What::Stock { sku: id, cause, .. } => match cause {
            StockCause::Reserve(of) | StockCause::Release(of) | StockCause::Ship(of) => {
                vec![sku(id), order(of)]
            }
            StockCause::Opening | StockCause::Merchant => vec![sku(id)],
        },
        What::Delivered { order: id, .. }
        | What::Noticed { order: id, .. }
        | What::GaveUp { job: Job::Handoff(id), .. } => vec![order(id)],
        What::Pushed { items, .. } => items.iter().map(|item| sku(&item.sku)).collect(),
        What::Answered { op, .. } => vec![4 << 60 | op.0 & 0xffff_ffff_ffff],
        _ => return None,
    })
}

/// Whether two facts of one moment could as well have been told the other way round.
fn are_independent(one: &Fact, other: &Fact) -> bool {
    let (Some(a), Some(b)) = (about(&one.what), about(&other.what)) else { return false };
    one.at == other.at && one.wall == other.wall && a.iter().all(|about| !b.contains(about))
}

/// A channel's sales are in the order of its own journal.
fn is_an_order_of(what: &What, channel: ChannelId) -> bool {
    matches!(what, What::Accepted { order, .. } if order.channel == channel)
}

fn never_better(was: Verdict, is: Verdict) -> bool {
    was == Verdict::NoGo || is >= was
}

fn any_history() -> impl Strategy<Value = usize> {
    0..histories().len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whoever learns less can prove no more: every count stays within what it may have been.
    #[test]
    fn an_answer_that_nobody_knows_narrows_nothing(of in any_history(), each in 2..200_u64) {
        let history = &histories()[of];
        let unknown = |fact: &Fact| {
            let mut fact = fact.clone();
            if let What::Answered { op, outcome } = &mut fact.what
                && *outcome == Outcome::Done
                && op.0.is_multiple_of(each)
            {
                *outcome = Outcome::Unknown;
            }
            fact
        };
        let (was, is) = (judged(history.clone()), judged(history.iter().map(unknown)));
        for (was, is) in was.gates.iter().zip(&is.gates) {
            prop_assert!(is.bad.definite <= was.bad.definite, "{:?} {:?}", was.kpi, was.channel);
            prop_assert!(is.bad.possible >= was.bad.possible, "{:?} {:?}", was.kpi, was.channel);
            prop_assert_eq!(was.samples, is.samples);
        }
        for (was, is) in was.invariants.iter().zip(&is.invariants) {
            prop_assert!(is.breaches.definite <= was.breaches.definite, "{:?}", was.invariant);
            prop_assert!(is.breaches.possible >= was.breaches.possible, "{:?}", was.invariant);
        }
        prop_assert!(never_better(was.verdict, is.verdict), "{:?} {:?}", was.verdict, is.verdict);
    }

    /// Facts of one moment that are about different things say the same in either order.
    #[test]
    fn the_order_of_independent_facts_is_no_matter(of in any_history(), salt in 1..7_usize) {
        let mut facts = histories()[of].clone();
        let was = judged(facts.clone());
        let (mut place, mut swapped) = (salt, 0);
        while place + 1 < facts.len() {
            if are_independent(&facts[place], &facts[place + 1]) {
                facts.swap(place, place + 1);
                swapped += 1;
                place += 1;
            }
            place += salt;
        }
        prop_assert!(swapped > 20, "{swapped} pairs of history {of}");
        prop_assert_eq!(figures(&was), figures(&judged(facts)));
    }

    /// What the OMS is handed once more never counts less; a second record counts once.
    #[test]
    fn a_duplicate_delivery_never_lowers_a_count(of in any_history(), each in 3..50_u64) {
        let (mut facts, mut more) = (Vec::new(), 0);
        for fact in &histories()[of] {
            facts.push(fact.clone());
            let What::Held { order, oms, ref lines, booked } = fact.what else { continue };
            let made = Delivery::Known;
            let again = What::Delivered { order, attempt: 2, made };
            facts.push(Fact { what: again, ..fact.clone() });
            if order.number.is_multiple_of(each) {
                more += 1;
                let (oms, lines) = (OmsOrder(oms.0 + (1 << 40)), lines.clone());
                facts.push(Fact { what: What::Held { order, oms, lines, booked }, ..fact.clone() });
            }
        }
        let (was, is) = (judged(histories()[of].clone()), judged(facts));
        let sign = Sign::Rule(Invariant::DuplicateHandoff);
        prop_assert_eq!(count(sign, &is), count(sign, &was) + more);
        for (was, is) in was.invariants.iter().zip(&is.invariants) {
            let (was_n, is_n) = (was.breaches, is.breaches);
            let stands = is_n.definite >= was_n.definite || !was.must_be_zero;
            prop_assert!(stands, "{:?}", was.invariant);
        }
    }

    /// A fold that was judged on the way, or copied and gone on with, comes to the same.
    #[test]
    fn judging_on_the_way_changes_nothing(of in any_history(), cut in 0.0..1.0_f64) {
        let facts = &histories()[of];
        let cut = 1 + (cut * (facts.len() - 1) as f64) as usize;
        let mut whole = Fold::new();
        whole.eat_all(facts).unwrap();
        let mut fold = Fold::new();
        facts[..cut].iter().try_for_each(|fact| fold.eat(fact)).unwrap();
        let so_far = fold.judge();
        let (glance, mut copy) = (fold.glance(), fold.clone());
        prop_assert_eq!((fold.judge(), fold.glance()), (so_far, glance));
        facts[cut..].iter().try_for_each(|fact| fold.eat(fact)).unwrap();
        copy.eat_all(&facts[cut..]).unwrap();
        let whole = whole.judge();
        prop_assert_eq!(&fold.judge(), &whole);
        prop_assert_eq!(&copy.judge(), &whole);
    }
}

/// The law above would be empty if nothing were swapped, or if what depends were.
#[test]
fn what_depends_on_each_other_is_told_apart() {
    let facts = &histories()[3];
    let sold = facts.windows(2).filter(|pair| are_independent(&pair[0], &pair[1])).count();
    assert!(sold > 1_000, "{sold}");
    let same = facts.iter().find(|fact| is_an_order_of(&fact.what, ChannelId(0))).unwrap();
    assert!(!are_independent(same, same));
}
