//! Reads, webhooks kept back or signed wrong, shares that change, clocks: each family by itself.

use super::*;
use crate::commerce::command::ClockSkew;
use crate::commerce::outbox::Wording;
use crate::commerce::protocol::{ChannelReply, OmsReply, OrderNotice, OrderState};

const READ: ChannelRequest = ChannelRequest::ListOrders { after: 0, limit: 9 };

fn asked(after: u64) -> PageAsked {
    PageAsked { of: Role::Channel(AMAZON), after, end: 0 }
}

fn page(numbers: std::ops::Range<u64>) -> ChannelReply {
    let entry = |number| OrderNotice {
        order: OrderId { channel: AMAZON, number },
        intent: Intent(number),
        state: OrderState::Ours,
        version: Version(0),
        lines: vec![crate::history::fact::Line {
            offer: None,
            sku: SkuId((number % 2) as u32),
            qty: Qty(1),
            price: crate::units::Money(5),
            offered: Qty(2),
            left: Qty(1),
        }]
        .into(),
    };
    let cursor = numbers.end;
    ChannelReply::Orders { page: numbers.map(entry).collect(), cursor, more: false }
}

fn numbers(reply: &mut ChannelReply) -> Vec<u64> {
    let page = reply.page().expect("a page");
    page.entries.iter().map(|entry| entry.order.number).collect()
}

#[test]
fn a_page_is_thinned_entry_by_entry() {
    let mut half = rules(&[FaultTerms { share: Ppm(500_000), ..fault(FaultEffect::SkipsEntries) }]);
    assert_eq!(ruling(&mut half, 1, &READ), FaultRuling::Reads(FaultId(0)));
    assert_eq!(ruling(&mut half, 1, &order(1, 1)), FaultRuling::Pass);
    let mut reply = page(0..1_000);
    half.on_read(FaultId(0), At(5), asked(0), &mut reply);
    let left = numbers(&mut reply).len();
    assert!((430..570).contains(&left), "{left}");
    assert_eq!(half.rules[0].hits, 1_000 - left as u64);
    // The reader's cursor goes past them all.
    assert!(matches!(reply, ChannelReply::Orders { cursor: 1_000, .. }));
}

#[test]
fn entries_are_left_out_by_sku_of_a_channel_and_of_the_source() {
    let odd = FaultTerms { skus: Some(vec![SkuId(1)]), ..fault(FaultEffect::SkipsEntries) };
    let mut rules = rules(&[FaultTerms { at: vec![Role::Channel(AMAZON), Role::Oms], ..odd }]);
    assert_eq!(ruling(&mut rules, 1, &READ), FaultRuling::Reads(FaultId(0)));
    let mut reply = page(0..6);
    rules.on_read(FaultId(0), At(5), asked(0), &mut reply);
    assert_eq!(numbers(&mut reply), [0, 2, 4]);
    let change = |sku| SourceNotice::Stock {
        sku,
        version: Version(1),
        available: Qty(1),
        by: None,
        at: None,
    };
    let mut changes = OmsReply::Changes {
        page: vec![change(SkuId(0)), change(SkuId(1)), change(SkuId(2))],
        cursor: 3,
        more: false,
    };
    rules.on_read(FaultId(0), At(5), PageAsked { of: Role::Oms, ..asked(0) }, &mut changes);
    assert_eq!(changes.page().unwrap().entries.len(), 2);
    assert_eq!(rules.rules[0].hits, 4);
}

#[test]
fn a_page_begins_with_the_page_before() {
    let mut rules = rules(&[fault(FaultEffect::RepeatsPages)]);
    let mut read = |after, mut reply: ChannelReply| {
        rules.on_read(FaultId(0), At(5), asked(after), &mut reply);
        numbers(&mut reply)
    };
    assert_eq!(read(0, page(0..3)), [0, 1, 2], "there was none before");
    assert_eq!(read(3, page(3..3)), [0; 0], "what says nothing says nothing twice");
    assert_eq!(read(3, page(3..5)), [0, 1, 2, 3, 4]);
    assert_eq!(read(5, page(5..6)), [3, 4, 5]);
    assert_eq!(rules.rules[0].hits, 2);
    let few = FaultTerms { at_most: Some(1), ..fault(FaultEffect::RepeatsPages) };
    let mut few = self::rules(&[few]);
    for (after, until, read) in [(0, 2, 2), (2, 4, 4), (4, 6, 2)] {
        let mut reply = page(after..until);
        few.on_read(FaultId(0), At(5), asked(after), &mut reply);
        assert_eq!(numbers(&mut reply).len(), read);
    }
}

#[test]
fn a_list_is_told_as_it_stood_so_long_ago() {
    let mut rules = rules(&[fault(FaultEffect::StaleReads(Span(100)))]);
    let mut read = |at, after: u64, end: u64| {
        let mut reply = page(after..end);
        let asked = PageAsked { end, ..asked(after) };
        rules.on_read(FaultId(0), At(at), asked, &mut reply);
        let ChannelReply::Orders { cursor, .. } = reply else { unreachable!() };
        assert_eq!(numbers(&mut reply), (after..cursor).collect::<Vec<_>>());
        cursor
    };
    // At first it stands still as it was when it was first looked at.
    assert_eq!([read(10, 0, 4), read(60, 4, 6), read(109, 4, 8)], [4, 4, 4]);
    // From then on it is behind: each look sees what a look saw that long ago.
    assert_eq!([read(159, 4, 9), read(160, 4, 9), read(210, 6, 12)], [4, 6, 8]);
    // Whoever had read further reads nothing anew.
    assert_eq!(read(211, 11, 12), 11);
    assert_eq!(rules.rules[0].hits, 6);
}

#[test]
fn what_is_kept_of_lists_is_bounded_and_forgotten() {
    let mut rules = rules(&[fault(FaultEffect::StaleReads(Span::from_mins(1)))]);
    let end_seen = |rules: &mut FaultRules, at| {
        let mut reply = page(0..3);
        rules.on_read(FaultId(0), At(at), PageAsked { end: 3, ..asked(0) }, &mut reply);
        let ChannelReply::Orders { cursor, .. } = reply else { unreachable!() };
        cursor
    };
    let mut refused = ChannelReply::Unavailable;
    rules.on_read(FaultId(0), At(1), asked(7), &mut refused);
    assert_eq!(refused, ChannelReply::Unavailable);
    for at in 0..100_000 {
        assert_eq!(end_seen(&mut rules, at * 700), 3);
    }
    assert!(rules.rules[0].pages.looks() <= 1_030, "{}", rules.rules[0].pages.looks());
    rules.set(FaultId(0), false);
    rules.set(FaultId(0), true);
    assert_eq!(rules.rules[0].pages.looks(), 0);
}

fn posted(at: u64, does: FaultEffect) -> Posted {
    let mut rules = rules(&[FaultTerms { at: vec![Role::Oms], ..fault(does) }]);
    let notice = Notice::Source(SourceNotice::Stock {
        sku: SkuId(1),
        version: Version(1),
        available: Qty(1),
        by: None,
        at: None,
    });
    let mut posted = vec![Posted::new(ConnectorId(0), At(at), notice)];
    rules.on_webhooks(Role::Oms, &mut posted);
    assert_eq!(rules.rules[0].hits, 1);
    posted.remove(0)
}

#[test]
fn webhooks_are_kept_back_until_they_come_all_at_once() {
    let at = |at| posted(at, FaultEffect::HoldsWebhooks(Span(4))).at.0;
    // Its spell begins at 0.
    assert_eq!([1, 3, 4, 7, 8].map(at), [4, 4, 8, 8, 12]);
}

#[test]
fn a_webhook_that_is_signed_wrong_says_so_at_every_post() {
    let spoiled = posted(5, FaultEffect::SpoilsSignatures);
    assert!(spoiled.is_spoiled && spoiled.at == At(5));
    assert!(spoiled.first().is_spoiled);
}

#[test]
fn a_share_rises_within_each_spell() {
    let rising = FaultTerms {
        share: Ppm(0),
        rises_to: Some(Ppm(800_000)),
        spells: vec![(At(0), At(100)), (At(200), At(300))],
        ..fault(FaultEffect::Unavailable)
    };
    let mut rules = rules(&[rising]);
    let mut met = |at: u64| {
        let met = (0..2_000).filter(|intent| {
            let request = order(*intent, 1);
            rules.on_call(At(at), &Passing::to_channel(AMAZON, &request)) != FaultRuling::Pass
        });
        met.count()
    };
    let near = |seen: usize, share: f64| (seen as f64 / 2_000.0 - share).abs() < 0.05;
    for (at, share) in [(0, 0.0), (50, 0.4), (99, 0.79), (200, 0.0), (275, 0.6), (300, 0.8)] {
        let seen = met(at);
        assert!(near(seen, share), "{seen} at {at}");
    }
}

#[test]
fn some_refusals_have_words_of_their_own_on_a_wire() {
    let says = |by, as_date| Some(ToldWait { by: Span(by), as_date });
    for (instead, reply, fate) in [
        (Instead::Unavailable, ChannelReply::Unavailable, Fate::Heard),
        (
            Instead::Throttled(says(9, false)),
            ChannelReply::Throttled { retry_after: Some(Span(9)) },
            Fate::Heard,
        ),
        (
            Instead::Throttled(says(9, true)),
            ChannelReply::Throttled { retry_after: None },
            Fate::Worded(Wording::RetryAt(Span(9))),
        ),
    ] {
        assert_eq!((ChannelReply::of(instead), instead.fate()), (reply, fate));
    }
    assert!(matches!(OmsReply::of(Instead::Stranger), OmsReply::Invalid { .. }));
    assert_eq!(Instead::Stranger.fate(), Fate::Worded(Wording::Stranger));
    let mut rules = rules(&[fault(FaultEffect::RejectsTokens)]);
    assert_eq!(ruling(&mut rules, 1, &order(1, 1)), FaultRuling::Instead(Instead::Stranger));
}

#[test]
fn answers_that_trickle_or_are_swallowed_are_given_up_in_the_end() {
    let fate = |does| ruling(&mut rules(&[fault(does)]), 1, &order(1, 1));
    let trickles = |secs| FaultEffect::Trickles(Law::Constant(Span::from_secs(secs)));
    let whole = Fate::Trickles { over: Span::from_secs(9), lost: None };
    assert_eq!(fate(trickles(9)), FaultRuling::Answered(whole));
    let cut = Fate::Trickles { over: PATIENCE, lost: Some(How::HalfBody) };
    assert_eq!(fate(trickles(90)), FaultRuling::Answered(cut));
    let never = Fate::Late { after: PATIENCE, lost: Some(How::Close) };
    assert_eq!(fate(FaultEffect::SwallowsReplies), FaultRuling::Answered(never));
}

#[test]
fn a_clock_that_is_ahead_comes_to_a_time_early() {
    let skew = |is_ahead| ClockSkew { is_ahead, by: Span(10) };
    assert_eq!((skew(true).really(At(30)), skew(false).really(At(30))), (At(20), At(40)));
    assert_eq!(skew(true).really(At(3)), At(0));
    let does = FaultEffect::SkewsClock(skew(true));
    assert_eq!(does.command(true), Some(MachineCommand::SetClock(Some(skew(true)))));
    assert_eq!(does.command(false), Some(MachineCommand::SetClock(None)));
}
