//! Whole campaigns in virtual time: the record's shape, its sums, and that a seed is all there is.

use super::{Simulation, play};
use crate::commerce::outbox::{Answer, Fate, How};
use crate::commerce::protocol::{Asked, CameBack, OmsReply, OmsRequest, Reply};
use crate::commerce::terms::{Imperfections, Payment, Reserve, Rhythm, Shortage, UpdateStyle};
use crate::drive::hand::{Act, Hand};
use crate::drive::testing::{Sketch, Sums, facts, facts_until, own_sales, seeded};
use crate::history::charter::OwnSales;
use crate::history::fact::{Call, Ending, Outcome, SupplyChange};
use crate::history::stamp::Tape;
use crate::history::{Fact, What};
use crate::ids::{ChannelId, SkuId};
use crate::law::Law;
use crate::scenario::Plan;
use crate::traffic::Traffic;
use crate::traffic::plan::{
    Corrections, MerchantAct, MerchantEvent, NewListings, Repricing, Restocks,
};
use crate::units::{At, Money, Ppm, Qty, Rate, Span};

const SMALL: Sketch = Sketch {
    shares: &[1_000_000],
    skus: 5,
    stock_each: 40,
    orders_per_hour: 3_600,
    lasts: Span::from_mins(10),
};

/// Everything that can go on, on two channels with every everyday imperfection.
pub(super) fn lively(seed: u64) -> Plan {
    let mut plan = Sketch {
        shares: &[600_000, 400_000],
        skus: 60,
        stock_each: 30,
        orders_per_hour: 3_600,
        lasts: Span::from_mins(30),
    }
    .plan();
    seeded(&mut plan, seed);
    let Traffic::Modelled(demand) = &mut plan.traffic else { unreachable!("a sketch is modelled") };
    demand.lines = vec![(1, Ppm(700_000)), (3, Ppm(300_000))];
    demand.cancellations.share = Ppm(100_000);
    demand.cancellations.after = Law::Exponential { mean: Span::from_mins(2) };
    plan.merchant.restocks =
        Some(Restocks { every: Span::from_mins(5), skus: Ppm(100_000), units: Qty(10) });
    plan.merchant.corrections = Some(Corrections { rate: Rate::per_hour(60), units_max: Qty(2) });
    plan.merchant.repricing = Some(Repricing { rate: Rate::per_hour(120), by: Ppm(100_000) });
    plan.merchant.listings = Some(NewListings {
        skus: (50..60).map(SkuId).collect(),
        from: At::START + Span::from_mins(2),
        until: At::START + Span::from_mins(4),
    });
    for sku in &mut plan.world.catalog[50..] {
        sku.listed = false;
    }
    let imperfections = Imperfections {
        duplicates: Ppm(50_000),
        reordered: Ppm(50_000),
        reordered_by: Law::Exponential { mean: Span::from_secs(2) },
        unavailable: Ppm(50_000),
        lost_replies: Ppm(50_000),
    };
    for channel in &mut plan.world.channels {
        channel.imperfections = imperfections.clone();
        channel.shows_changes_after = Law::Exponential { mean: Span::from_secs(3) };
        channel.lists_after = Law::Exponential { mean: Span::from_secs(30) };
        channel.payment = Payment::After {
            after: Law::Exponential { mean: Span::from_secs(20) },
            fails: Ppm(50_000),
            held_for: None,
        };
    }
    plan.world.oms.imperfections = imperfections;
    plan.world.oms.ships_after = Some(Law::Constant(Span::from_mins(3)));
    let hub = &mut plan.world.connectors[0];
    hub.service = Law::Exponential { mean: Span::from_millis(200) };
    (hub.workers, hub.partitions, hub.batch) = (8, 2, 10);
    plan
}

/// Every setting of the connector that changes what it does.
pub(super) fn settings() -> Vec<(String, Plan)> {
    let mut all = Vec::new();
    for updates in [UpdateStyle::Absolute, UpdateStyle::Delta, UpdateStyle::CompareAndSet] {
        for reserve in [Reserve::OnAccept, Reserve::OnPayment, Reserve::OnHandoff] {
            for rhythm in [Rhythm::Webhook, Rhythm::Poll(Span::from_secs(20))] {
                for (own, coalesce) in [(OwnSales::AtOnce, true), (OwnSales::OnSync, false)] {
                    let mut plan = lively(all.len() as u64);
                    own_sales(&mut plan, own);
                    let hub = &mut plan.world.connectors[0];
                    (hub.updates, hub.reserve, hub.coalesce) = (updates, reserve, coalesce);
                    (hub.orders_in, hub.stock_out) = (rhythm, rhythm);
                    let name = format!("{updates:?} {reserve:?} {rhythm:?} {own:?} {coalesce}");
                    all.push((name, plan));
                }
            }
        }
    }
    all
}

#[test]
fn the_same_seed_is_the_same_history_and_another_is_another() {
    assert_eq!(facts(&lively(3)), facts(&lively(3)));
    assert_ne!(facts(&lively(3)), facts(&lively(4)));
}

#[test]
fn a_history_has_a_beginning_an_order_and_an_end() {
    for (name, plan) in settings() {
        let facts = facts(&plan);
        assert!(matches!(facts[0].what, What::Charter(_)), "{name}");
        let is_charter = |fact: &&Fact| matches!(fact.what, What::Charter(_));
        assert_eq!(facts.iter().filter(is_charter).count(), 1, "{name}");
        assert!((0..).zip(&facts).all(|(seq, fact)| fact.seq == seq && fact.wall == 0), "{name}");
        assert!(facts.windows(2).all(|pair| pair[0].at <= pair[1].at), "{name}");
        let last = &facts[facts.len() - 1].what;
        assert_eq!(*last, What::Ended { why: Ending::Finished }, "{name}");
        let ended = |fact: &&Fact| matches!(fact.what, What::TrafficEnded {});
        assert_eq!(facts.iter().filter(ended).count(), 1, "{name}");
        let sent = facts.iter().filter(|f| matches!(f.what, What::Sent { .. })).count();
        let answered = facts.iter().filter(|f| matches!(f.what, What::Answered { .. })).count();
        assert_eq!(sent, answered, "{name}");
    }
}

#[test]
fn every_setting_comes_to_rest_with_its_books_in_order() {
    for (name, plan) in settings() {
        let facts = facts(&plan);
        let sums = Sums::of(&facts);
        assert!(sums.is_quiet, "{name}: not quiet");
        assert!(sums.is_conserved(), "{name}: not conserved");
        assert_eq!(sums.duplicates, 0, "{name}: duplicates");
        let given_up: Vec<_> =
            facts.iter().filter(|fact| matches!(fact.what, What::GaveUp { .. })).collect();
        assert!(given_up.is_empty(), "{name}: {given_up:#?}");
    }
}

/// Deltas and compare-and-set forget nothing. An overwrite forgets the channel's own sales, and
/// may overtake a later one unless updates coalesce: it is right in the end only without either.
#[test]
fn at_rest_every_channel_shows_what_the_source_has() {
    let mut wrong = Vec::new();
    for (name, mut plan) in settings() {
        if plan.world.connectors[0].updates == UpdateStyle::Absolute {
            own_sales(&mut plan, OwnSales::OnSync);
            plan.world.connectors[0].coalesce = true;
        }
        let sums = Sums::of(&facts(&plan));
        for ((channel, sku), offered) in &sums.offered {
            let (on_hand, reserved) = sums.ledger[sku];
            let available = (on_hand - reserved).max(Qty::ZERO);
            if *offered != available {
                wrong.push(format!("{name}: {channel:?} {sku:?} {offered:?} for {available:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn one_channel_in_a_perfect_world_sells_exactly_what_there_is() {
    let mut plan = SMALL.plan();
    plan.world.oms.shortage = Shortage::BackOrder;
    let sums = Sums::of(&facts(&plan));
    assert_eq!((sums.oversold_units, sums.released_for_stock, sums.accepted), (0, 0, 200));
    assert!(sums.turned_away > 0 && sums.is_quiet && sums.is_conserved());
}

#[test]
fn an_interrupted_run_stops_selling_drains_and_says_so() {
    let plan = lively(5);
    let stop = At::START + Span::from_mins(10);
    let facts = facts_until(&plan, stop);
    let after = |what: &dyn Fn(&What) -> bool| {
        facts.iter().filter(|fact| fact.at > stop && what(&fact.what)).count()
    };
    assert_eq!(after(&|what| matches!(what, What::Accepted { .. })), 0);
    assert_eq!(after(&|what| matches!(what, What::Supply { .. })), 0);
    assert!(after(&|what| matches!(what, What::Held { .. })) > 0, "it drains");
    assert_eq!(facts[facts.len() - 1].what, What::Ended { why: Ending::Interrupted });
    let sums = Sums::of(&facts);
    assert!(sums.is_quiet && sums.is_conserved());
}

/// What is due at the moment of the interruption was due, and did not leave.
#[test]
fn an_order_due_when_a_run_is_interrupted_is_said_not_to_have_left() {
    let mut plan = lively(5);
    let stop = At::START + Span::from_mins(10);
    let act = MerchantAct::Price { sku: SkuId(1), price: Money(5), due: stop, channel: None };
    plan.merchant.fixed = vec![MerchantEvent { at: stop, act }; 2];
    let facts = facts_until(&plan, stop);
    let (mut sent, mut unsent) = (0, 0);
    for fact in &facts {
        match fact.what {
            What::Sent { call: Call::SetPrice, intended, .. } if intended == stop => sent += 1,
            What::Unsent { call: Call::SetPrice, intended, .. } if intended == stop => unsent += 1,
            _ => {}
        }
    }
    assert!(unsent > 0 && sent + unsent == 2, "{sent} sent, {unsent} said not to have left");
}

#[test]
fn supply_opens_with_the_catalogue() {
    let plan = lively(6);
    let opening = |fact: &&Fact| {
        matches!(fact.what, What::Supply { why: SupplyChange::Opening, units: Qty(30), .. })
    };
    assert_eq!(facts(&plan).iter().filter(opening).count(), 60);
    assert!(facts(&plan).iter().any(|fact| matches!(
        fact.what,
        What::Listed { channel: ChannelId(1), sku: SkuId(55), .. }
    )));
}

/// Does what it is told when its turn has come, and remembers when it was asked for a turn.
#[derive(Default)]
struct Script {
    acts: Vec<(At, Act)>,
    turns: Vec<At>,
}

impl Hand for Script {
    fn turn(&mut self, now: At) -> Vec<Act> {
        let due = self.acts.iter().take_while(|(at, _)| *at <= now).count();
        self.turns.extend((due > 0).then_some(now));
        self.acts.drain(..due).map(|(_, act)| act).collect()
    }

    fn next_turn(&self) -> Option<At> {
        self.acts.first().map(|(at, _)| *at)
    }
}

fn played(plan: &Plan, hand: &mut impl Hand) -> Vec<Fact> {
    let mut facts = Vec::new();
    play(plan, &mut Tape::new(|fact| facts.push(fact)), hand);
    facts
}

#[test]
fn a_hand_is_asked_when_its_turn_has_come_and_what_it_does_is_done_then() {
    let (plan, first, second) = (lively(5), At(1_234_567), At(7_000_001));
    let act = MerchantAct::Price { sku: SkuId(1), price: Money(5), due: first, channel: None };
    let noted = What::Stalled { wall_us: 7 };
    let acts = vec![
        (first, Act::Merchant(MerchantEvent { at: first, act })),
        (first, Act::Note(noted.clone())),
        (second, Act::Leave),
    ];
    let mut script = Script { acts, ..Script::default() };
    let facts = played(&plan, &mut script);
    assert_eq!(script.turns, [first, second]);
    let at = |is: &dyn Fn(&What) -> bool| facts.iter().find(|fact| is(&fact.what)).map(|f| f.at);
    assert_eq!(at(&|what| matches!(what, What::PriceSet { sku: SkuId(1), .. })), Some(first));
    assert_eq!(at(&|what| *what == noted), Some(first));
    assert_eq!(at(&|what| *what == What::TrafficEnded {}), Some(second));
    assert_eq!(at(&|what| *what == What::Quiet {}), None, "left is not drained");
    let last = &facts[facts.len() - 1];
    assert_eq!((last.at, &last.what), (second, &What::Ended { why: Ending::Interrupted }));
}

/// Without an answer that takes time nothing is put on the agenda for its return: between a call
/// and its answer no other call is made.
#[test]
fn a_call_is_answered_within_its_own_turn() {
    let (mut open, mut unknown) = (None, 0);
    for fact in facts(&lively(5)) {
        match fact.what {
            What::Sent { op, .. } => assert_eq!(open.replace((op, fact.at)), None),
            What::Answered { op, outcome } => {
                assert_eq!(open.take(), Some((op, fact.at)));
                unknown += usize::from(outcome == Outcome::Unknown);
            }
            _ => {}
        }
    }
    assert!(open.is_none() && unknown > 0, "lost answers are known to be lost at once");
}

#[test]
fn however_an_answer_is_lost_its_caller_knows_nothing() {
    let answer = |fate| Answer { reply: Reply::Oms(OmsReply::Done), fate };
    assert_eq!(answer(Fate::Heard).seen(), (CameBack::Oms(OmsReply::Done), Span::ZERO));
    for how in [How::Close, How::Reset, How::HalfBody] {
        assert_eq!(answer(Fate::Lost(how)).seen(), (CameBack::Unknown, Span::ZERO));
    }
}

/// A hand that is always due would else stop time.
#[test]
fn time_passes_between_the_turns_of_a_hand() {
    struct Always(u32);
    impl Hand for Always {
        fn turn(&mut self, _: At) -> Vec<Act> {
            self.0 += 1;
            if self.0 > 1_000 { vec![Act::Leave] } else { Vec::new() }
        }

        fn next_turn(&self) -> Option<At> {
            Some(At::START)
        }
    }
    let facts = played(&lively(5), &mut Always(0));
    assert_eq!(facts[facts.len() - 1].at, At(1_000));
}

/// The source's notice finds a connector that takes none: it comes later and later, and is dropped
/// in the end; until then nothing is quiet.
#[test]
fn a_notice_that_is_refused_comes_again_until_nobody_tries_any_more() {
    let (plan, mut tape) = (Sketch { skus: 1, ..SMALL }.plan(), Tape::new(|_| ()));
    let mut run = Simulation::new(&plan, &mut tape);
    let price =
        OmsRequest::SetPrice { sku: SkuId(0), price: Money(5), due: At::START, channel: None };
    run.estate.exchange(&mut run.agenda, Asked::Oms(price), &mut run.out);
    run.estate.shut();
    let mut posted = Vec::new();
    while let Some((at, due)) = run.agenda.timers.due_since(At::NEVER) {
        assert!(!run.estate.is_quiet(), "{at:?}");
        run.agenda.now = at;
        posted.push(at.0 / 1_000);
        run.happen(due);
    }
    assert_eq!(posted, [0, 10, 30, 70, 150, 310, 630, 1_270]);
    assert!(run.estate.is_quiet());
}
