//! Channels that show only whether there is any: what they should show, what they oversell and why.

use super::judgement::{Invariant, Judgement, OversellCauses};
use super::testing::*;
use crate::history::charter::{Kpi, OwnSales, StockRule};
use crate::history::fact::StockCause;
use crate::units::Qty;

/// One SKU of so many units; channel 1 shows no quantity.
fn flags(units: i64) -> Play {
    let mut charter = charter(1);
    charter.channels[1].rule.in_or_out = true;
    charter.channels[1].own_sales = OwnSales::OnSync;
    let mut play = Play::new(charter);
    play.open(0, units);
    play.show(0, 1, 0, 0, i64::from(units > 0));
    play
}

fn causes(units: i64, before: impl FnOnce(&mut Play), wanted: i64) -> OversellCauses {
    let mut play = flags(units);
    before(&mut play);
    play.sell(200, 1, &[line(0, wanted, 1)]);
    play.end(300);
    let judgement = play.judge();
    assert_eq!(judgement.causes.total(), judgement.totals.oversold_units);
    judgement.causes
}

#[test]
fn a_rule_without_quantities_says_whether_it_leaves_any() {
    let rule = StockRule { holds_back: Qty(3), in_or_out: true, ..StockRule::ALL };
    let shown = [-5, 0, 3, 4, 900].map(|available| rule.should_show(Qty(available)).0);
    assert_eq!((shown, rule.leaves(Qty(900))), ([0, 0, 0, 1, 1], Qty(897)));
    let zeroed = StockRule { shows_at_most: Some(Qty(0)), ..rule };
    assert_eq!(zeroed.should_show(Qty(900)), Qty(0));
    assert_eq!(
        [(1, 40), (0, 1), (1, 1)].map(|(shown, wanted)| rule.sells(Qty(shown), Qty(wanted))),
        [true, false, true]
    );
    assert!(!StockRule::ALL.sells(Qty(1), Qty(2)));
}

#[test]
fn what_is_sold_while_it_is_rightly_in_nothing_could_have_told() {
    let told = causes(2, |_| (), 5);
    assert_eq!((told.channel_race, told.total()), (Qty(3), Qty(3)));
    // Sold elsewhere, the source knows, and it is out there: the channel was not told in time.
    let sold_out = |play: &mut Play| {
        let order = play.sell(100, 0, &[line(0, 2, 2)]);
        play.stock(110, 0, [1, 2, 2, -2], StockCause::Reserve(order));
    };
    let late = causes(2, sold_out, 5);
    assert_eq!((late.lag_queue, late.total()), (Qty(5), Qty(5)));
    // Nobody has told the source of it.
    let unreserved = |play: &mut Play| {
        play.sell(100, 0, &[line(0, 2, 2)]);
    };
    let gap = causes(2, unreserved, 5);
    assert_eq!((gap.reservation_gap, gap.channel_race), (Qty(2), Qty(3)));
    // It has reserved one of three: what the source still had waited for nobody.
    let partly = |play: &mut Play| {
        let order = play.sell(100, 0, &[line(0, 2, 3)]);
        play.stock(110, 0, [1, 3, 1, -1], StockCause::Reserve(order));
    };
    let both = causes(3, partly, 5);
    assert_eq!((both.reservation_gap, both.channel_race), (Qty(1), Qty(3)));
}

/// Three units sold one by one on the other channel, each reserved; this one told at the last.
fn sold_out(told_at: Option<u64>) -> Judgement {
    let mut play = flags(3);
    for i in 0..3 {
        let order = play.sell(100 + i as u64, 0, &[line(0, 1, 3 - i)]);
        play.stock(110 + i as u64, 0, [i + 1, 3, i + 1, -1], StockCause::Reserve(order));
    }
    if let Some(at) = told_at {
        play.show(at, 1, 0, 3, 0);
    }
    play.end(4_000);
    play.judge()
}

#[test]
fn only_a_change_that_flips_it_is_to_be_followed() {
    let judgement = sold_out(Some(130));
    assert_eq!(gate(&judgement, Kpi::SyncLag, Some(1)).samples, 1);
    assert_eq!(invariant(&judgement, Invariant::WrongOffer).breaches.definite, 0);
    let never = sold_out(None);
    let lag = gate(&never, Kpi::SyncLag, Some(1));
    assert_eq!((lag.samples, lag.bad.definite), (1, 1));
    assert_eq!(invariant(&never, Invariant::WrongOffer).breaches.definite, 1);
}

#[test]
fn what_is_in_is_offered_in_any_number_and_refused_for_want_of_stock_never() {
    // Sales of more than was offered, and refusals of what was, contradict the record.
    let unproved = |spoil: &dyn Fn(&mut Play, u64), in_or_out: bool| {
        let mut play = healthy();
        play.charter.channels[1].rule.in_or_out = in_or_out;
        for s in 0..30 {
            spoil(&mut play, 3_700 + s);
        }
        let judgement = play.judge();
        gate(&judgement, Kpi::HandoffSuccess, Some(1)).band
            != gate(&healthy().judge(), Kpi::HandoffSuccess, Some(1)).band
    };
    let sells = |play: &mut Play, s: u64| {
        let lines = [line(SOLD_OUT, 3, 1)];
        let order = play.sell(s, 1, &lines);
        play.hold(s + 10, order, &lines);
    };
    let refuses = |play: &mut Play, s: u64| {
        play.refuse(s, 1, line(SOLD_OUT, 2, 1));
    };
    assert_eq!([unproved(&sells, true), unproved(&sells, false)], [false, true]);
    assert_eq!([unproved(&refuses, true), unproved(&refuses, false)], [true, false]);
}
