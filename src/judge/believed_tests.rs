//! Records that count for themselves, whose clocks jump, whose records of orders are others', whose
//! rules nobody follows, whose opening comes late; and a GO was said over them.

use super::fold::Fold;
use super::gate_tests::{band, delay, is_shown};
use super::judgement::{Band, Invariant, Judgement, Reason, Unproved, Verdict};
use super::refusal::NotAHistory;
use super::testing::*;
use crate::history::charter::{Charter, Gate, Kpi, Limits, StockRule};
use crate::history::fact::{StockCause, What};
use crate::ids::{ChannelId, ConnectorId, OmsOrder, Version};
use crate::units::{At, Ppm, Qty, Span};

/// A SKU that nobody has bought yet.
const HERO: u32 = SOLD_OUT + 2 * OTHERS - 1;

/// Why the play is no history.
fn refused(play: &Play) -> String {
    let (history, mut fold) = (play.history(), Fold::new());
    let why = history.iter().find_map(|fact| fold.eat(fact).err());
    why.as_ref().map(NotAHistory::to_string).expect("a history that is refused")
}

/// A channel whose versions are its own: an old one is newer than any that the source issues.
fn own_versions(play: &mut Play, is: fn(&What) -> bool) {
    play.edit(|at, mut what| {
        let own = is(&what);
        match &mut what {
            What::Shown { version, .. } | What::Listed { version, .. } if own => {
                *version = Version(1_000_000 + at.0);
            }
            _ => {}
        }
        Some((at, what))
    });
}

#[test]
fn versions_that_the_source_did_not_issue_show_nothing_however_early_they_are() {
    let mut play = healthy();
    delay(&mut play, 1, 1_500, is_shown);
    own_versions(&mut play, is_shown);
    // What stands there is said before the source says a word.
    let opening = |at: At, what: &What| at == At::START && is_shown(what);
    let (first, rest): (Vec<_>, Vec<_>) =
        std::mem::take(&mut play.facts).into_iter().partition(|(at, what)| opening(*at, what));
    play.facts = first.into_iter().chain(rest).collect();
    assert_eq!(play.judge().verdict, Verdict::NoGo);
    assert_eq!(band(&play.judge(), Kpi::SyncLag), Band::Failed);

    let is_listed = |what: &What| matches!(what, What::Listed { .. });
    let mut play = healthy();
    for sku in SOLD_OUT + OTHERS..SOLD_OUT + 2 * OTHERS {
        for channel in [0, 1].map(ChannelId) {
            let (sku, version) = (crate::ids::SkuId(sku), Version(1));
            play.facts.insert(0, (At::START, What::Listed { channel, sku, version, seen: None }));
        }
    }
    own_versions(&mut play, is_listed);
    assert_eq!(band(&play.judge(), Kpi::ListingLatency), Band::Failed);
}

/// A queue's sample by a clock that runs ahead: all that follows is as late as it.
fn ahead(by: Span) -> Judgement {
    let mut play = healthy();
    let connector = ConnectorId(0);
    let sample = What::Queue { connector, partition: 0, depth: 0, busy: 0, workers: 1 };
    play.add(5, sample.clone());
    let mut history = play.history();
    let place = history.iter().position(|fact| fact.what == sample).expect("the sample");
    history[place].at = history[place].at + by;
    eat(&history).judge().expect("terms")
}

#[test]
fn a_clock_that_jumps_ahead_proves_nothing() {
    let spoilt = [Reason::Run(Unproved::TimeScaleTooCoarse)];
    // A tenth of three minutes, the sync lag that is healthy; the next fact comes after 5 s.
    assert_eq!(ahead(Span::from_secs(17)).verdict, Verdict::Go);
    for by in [Span::from_secs(60), Span::from_mins(59)] {
        let judgement = ahead(by);
        assert_eq!(
            (judgement.verdict, &judgement.reasons[..]),
            (Verdict::Inconclusive, &spoilt[..])
        );
    }
}

#[test]
fn a_record_of_the_oms_is_one_orders() {
    let records = |of: fn(OmsOrder) -> OmsOrder, held: bool| {
        let mut play = healthy();
        play.edit(|at, mut what| {
            match &mut what {
                What::Held { oms, .. } if held => *oms = of(*oms),
                What::OmsCancelled { oms, .. } => *oms = of(*oms),
                _ => {}
            }
            Some((at, what))
        });
        play
    };
    let one = refused(&records(|_| OmsOrder(0), true));
    assert!(one.contains("a new record 0 of order"), "{one}");
    let twos = refused(&records(|oms| OmsOrder(oms.0 / 128), true));
    assert!(twos.contains("which is one already"), "{twos}");
    let mut told_twice = healthy();
    told_twice.hold(2_000, order(0, 3), &[line(0, 1, 0)]);
    assert!(refused(&told_twice).contains("which is one already"));
    let mut others = healthy();
    let (oms, why) = (record_of(order(1, 3)), crate::history::fact::Release::Customer);
    others.add(2_000, What::OmsCancelled { order: order(0, 3), oms, why, sku: None });
    assert!(refused(&others).contains("which the OMS never held"));
}

/// An operator lets a channel show no more than 4,000 of a SKU, and it goes on; or it follows at
/// once.
fn paused(follows: bool) -> Judgement {
    let mut play = healthy();
    play.open(HERO, 5_000);
    let rule = StockRule { shows_at_most: Some(Qty(4_000)), ..StockRule::ALL };
    play.add(600, What::RuleSet { channel: ChannelId(1), rule });
    if follows {
        play.show(620, 1, HERO, 0, 4_000);
    }
    for i in 0..100 {
        let (s, left) = (700 + i * 10, 5_000 - i as i64);
        let channel = u16::from(!follows);
        let lines = [line(HERO, 1, left)];
        let order = play.sell(s, channel, &lines);
        play.hold(s + 1, order, &lines);
        play.stock(
            s + 1,
            HERO,
            [i as i64 + 1, 5_000, i as i64 + 1, -1],
            StockCause::Reserve(order),
        );
        if channel == 1 {
            play.show(s + 2, 0, HERO, i + 1, left - 1);
        }
    }
    play.add(1_800, What::RuleSet { channel: ChannelId(1), rule: StockRule::ALL });
    for channel in 0..2 {
        play.show(1_801, channel, HERO, 100, 4_900);
    }
    play.judge()
}

#[test]
fn a_rule_that_a_channel_does_not_follow_is_an_offer_that_stands_still() {
    let stuck = |judgement: &Judgement| invariant(judgement, Invariant::StuckOffer).breaches;
    assert_eq!(stuck(&paused(true)).definite, 0);
    let ignored = paused(false);
    assert_eq!(stuck(&ignored).definite, 1);
    // Twelve minutes after the rule: those of the last eight.
    let offer = ignored.stuck[0];
    assert_eq!((offer.orders, offer.since), (37, secs(600)));
    assert_ne!(ignored.verdict, Verdict::Go);
}

/// An offer of which much is sold is off for a moment again and again; one that stays off is not.
#[test]
fn an_offer_that_is_off_for_a_moment_does_not_disobey() {
    let stuck = |ordered: u64| {
        let mut play = healthy();
        play.open(HERO, 3_000);
        let rule = StockRule { shows_at_most: Some(Qty(4_000)), ..StockRule::ALL };
        play.add(600, What::RuleSet { channel: ChannelId(1), rule });
        play.show(2_000, 1, HERO, 0, 2_999);
        let lines = [line(HERO, 1, 2_999)];
        let order = play.sell(ordered, 1, &lines);
        play.hold(ordered + 1, order, &lines);
        let judged = play.judge();
        let since = judged.stuck.first().map(|offer| offer.since);
        (invariant(&judged, Invariant::StuckOffer).breaches.definite, since)
    };
    assert_eq!(stuck(2_010), (0, None));
    assert_eq!(stuck(2_800), (1, Some(secs(2_000))));
}

/// What the source changed last may be on its way: its lag says how late it is, not the rule.
#[test]
fn an_offer_that_waits_for_an_update_does_not_disobey() {
    let stuck = |changes: bool| {
        let mut play = healthy();
        play.open(HERO, 3_000);
        let rule = StockRule { shows_at_most: Some(Qty(4_000)), ..StockRule::ALL };
        play.add(600, What::RuleSet { channel: ChannelId(1), rule });
        if changes {
            play.stock(1_500, HERO, [1, 3_500, 0, 500], StockCause::Merchant);
            play.show(1_500, 0, HERO, 1, 3_500);
        }
        // It shows what it is to show, or what it was to show a moment ago.
        let lines = [line(HERO, 1, 3_000)];
        let order = play.sell(1_510, 1, &lines);
        play.hold(1_511, order, &lines);
        let stood = invariant(&play.judge(), Invariant::StuckOffer).breaches;
        stood.definite
    };
    assert_eq!((stuck(false), stuck(true)), (0, 0));
}

#[test]
fn a_rule_said_again_is_no_other_and_of_two_at_once_the_last_counts() {
    let late = |rules: &[(u64, i64)]| {
        let mut play = healthy();
        play.open(HERO, 2_000);
        let at_most = |most| StockRule { shows_at_most: Some(Qty(most)), ..StockRule::ALL };
        play.stock(1_000, HERO, [1, 2_200, 0, 200], StockCause::Merchant);
        for (s, most) in rules {
            play.add(*s, What::RuleSet { channel: ChannelId(1), rule: at_most(*most) });
        }
        // By the rule before, it was on its way.
        play.show(1_020, 0, HERO, 1, 2_200).show(1_020, 1, HERO, 1, 2_200);
        play.show(7_000, 1, HERO, 1, 2_100);
        gate(&play.judge(), Kpi::SyncLag, Some(1)).bad
    };
    let once = late(&[(1_010, 2_100)]);
    assert_eq!(late(&[(1_010, 2_100), (1_015, 2_100)]), once);
    assert_eq!(late(&[(1_010, 500), (1_010, 2_100)]), once);
}

#[test]
fn an_opening_that_comes_later_is_none() {
    let mut play = healthy();
    play.open(HERO, 1_000);
    play.stock(900, HERO, [1, 900, 0, 0], StockCause::Opening);
    assert!(refused(&play).contains("the opening stock of SKU"), "{}", refused(&play));
    let mut below = healthy();
    below.show(900, 1, 0, 0, -1);
    assert!(refused(&below).contains("an offer of -1 units"));
}

/// The campaign under a charter that says so.
fn chartered(says: impl FnOnce(&mut Charter)) -> Play {
    let mut play = healthy();
    says(&mut play.charter);
    play
}

#[test]
fn a_charter_that_contradicts_itself_is_refused() {
    let twice = |c: &mut Charter| {
        let loose = Limits::LagP95 { healthy: Span::from_mins(60), watch: Span::from_mins(90) };
        c.gates.insert(0, Gate { kpi: Kpi::SyncLag, limits: loose, loosened: false });
    };
    let limits = |limits: Limits| {
        move |c: &mut Charter| {
            let gate = c.gates.iter_mut().find(|gate| gate.kpi == Kpi::OversoldOrders);
            gate.expect("a gate").limits = limits;
        }
    };
    let at_most =
        |healthy, watch| limits(Limits::AtMost { healthy: Ppm(healthy), watch: Ppm(watch) });
    for (play, why) in [
        (chartered(twice), "sync lag has two gates"),
        (chartered(at_most(12_000, 0)), "the limits of oversold orders are no band"),
        (chartered(at_most(5_000, 1_000_001)), "are no band"),
        (chartered(|c| c.version = 0), "version 0 is none"),
        (chartered(|c| c.channels[1].name = "StoreFront".into()), "two channels are named"),
        (chartered(|c| c.channels[1].name = " ".into()), "has no name"),
        (chartered(|c| c.connectors[0].name = "h".repeat(257)), "longer than 256 letters"),
        (chartered(|c| c.campaign = "h".repeat(257)), "longer than 256 letters"),
        (chartered(|c| c.phases[0].name = "h".repeat(257)), "longer than 256 letters"),
        (chartered(|c| c.phases.clear()), "do not end where its traffic does"),
        (chartered(|c| c.phases[0].until = secs(3_599)), "do not end where its traffic does"),
        (chartered(|c| c.phases[0].from = secs(1)), "does not begin where the one before ends"),
        (chartered(|c| c.phases.push(c.phases[0].clone())), "does not begin where"),
        (chartered(|c| c.channels[0].share = Ppm(1_000_001)), "that cannot be"),
        (chartered(|c| c.channels[0].rule.allocation = Ppm(1_000_001)), "that cannot be"),
        (chartered(|c| c.channels[0].rule.holds_back = Qty(-1)), "that cannot be"),
        (chartered(|c| c.honesty.sent_at_least = Ppm(1_000_001)), "more calls"),
    ] {
        let said = refused(&play);
        assert!(said.contains(why), "`{why}` is not in: {said}");
    }
}

#[test]
fn a_record_of_the_wall_has_a_speed() {
    let unpaced = |wall: u64, stall: Option<u64>| {
        let mut play = healthy();
        if let Some(wall_us) = stall {
            play.add(500, What::Stalled { wall_us });
        }
        let mut history = play.history();
        history[7].wall = wall;
        eat(&history).judge().expect("terms").load.too_coarse
    };
    assert!(!unpaced(0, None));
    assert!(unpaced(1, None) && unpaced(0, Some(3_600_000_000)));
}

#[test]
fn what_cannot_be_read_behind_an_end_was_said_after_it() {
    let judged = |torn: bool, ended: bool| {
        let mut history = healthy().history();
        history.truncate(history.len() - usize::from(!ended));
        let mut fold = eat(&history);
        if torn {
            fold.torn();
        }
        fold.judge().expect("terms")
    };
    assert_eq!(judged(false, true).verdict, Verdict::Go);
    assert_eq!(judged(true, true).verdict, Verdict::Inconclusive);
    assert_eq!(judged(true, false).reasons, judged(false, false).reasons);
}

#[test]
fn an_offer_may_be_of_all_that_a_stock_list_has() {
    let mut play = healthy();
    play.open(HERO, 1_000_000_000_000);
    assert_eq!(play.judge().verdict, Verdict::Go);
}
