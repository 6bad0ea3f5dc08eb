//! The causal chain of a connector from outside: what it was told before it wrote, and no claim.

use super::super::gate_tests::band;
use super::super::judgement::{Band, Invariant, LooksAs, LooksLike, Unproved, Verdict};
use super::super::testing::*;
use super::*;
use crate::history::charter::{Evidence, Kpi, Observed};
use crate::history::fact::{OfferWrite, Party, StockCause};
use crate::ids::ConnectorId;

fn party(act: PartyAct) -> What {
    What::Party(Party { connector: ConnectorId(0), act })
}

fn read(sku: u32, version: u64, available: i64) -> What {
    let told = SourceSaid::Stock { version: Version(version), available: Qty(available) };
    party(PartyAct::Read { sku: SkuId(sku), told })
}

fn wrote(channel: u16, sku: u32, qty: i64) -> What {
    let (channel, sku, wrote) = (ChannelId(channel), SkuId(sku), OfferWrite::Offer(Qty(qty)));
    party(PartyAct::Wrote { channel, sku, wrote })
}

fn is_outside(play: &mut Play) {
    play.charter.evidence = Evidence::YourConnector;
    play.charter.observes.retain(|kind| *kind != Observed::Connector);
}

/// The healthy campaign with a connector from outside: it claims no version at all, and is told
/// what it writes so many seconds before its channel shows it, or never.
fn outside(told: Option<u64>) -> Play {
    let mut play = healthy();
    is_outside(&mut play);
    let mut more = Vec::new();
    play.edit(|at, what| match what {
        What::Shown { channel, sku, version, qty, seen } if at > At::START => {
            if let Some(before) = told {
                let at = At(at.0 - before * 1_000_000);
                more.push((at, read(sku.0, version.0, qty.0)));
                more.push((at, wrote(channel.0, sku.0, qty.0)));
            }
            Some((at, What::Shown { channel, sku, version: Version(0), qty, seen }))
        }
        What::Priced { channel, sku, version, price, seen } if at > At::START => {
            let told = SourceSaid::Price { version, price, channel: None };
            more.push((At(at.0 - 1), party(PartyAct::Read { sku, told })));
            Some((at, What::Priced { channel, sku, version: Version(0), price, seen }))
        }
        What::Listed { channel, sku, version, seen } if at > At::START => {
            let told = SourceSaid::Listing { version };
            more.push((At(at.0 - 2), party(PartyAct::Read { sku, told })));
            let wrote = OfferWrite::Listing;
            more.push((At(at.0 - 1), party(PartyAct::Wrote { channel, sku, wrote })));
            Some((at, What::Listed { channel, sku, version: Version(0), seen }))
        }
        What::HandoffTried { .. } | What::Queue { .. } | What::Pushed { .. } => None,
        what => Some((at, what)),
    });
    play.facts.extend(more);
    play
}

#[test]
fn what_it_was_told_before_it_wrote_says_which_version_an_offer_stems_from() {
    let (ours, theirs) = (healthy().judge(), outside(Some(5)).judge());
    for kpi in [Kpi::SyncLag, Kpi::PriceLag, Kpi::ListingLatency] {
        let [ours, theirs] = [&ours, &theirs].map(|judgement| gate(judgement, kpi, None));
        assert_eq!((ours.samples, ours.bad), (theirs.samples, theirs.bad), "{kpi:?}");
        assert_eq!(theirs.band, Band::Healthy, "{kpi:?}");
    }
    assert_eq!(theirs.verdict, Verdict::Go);
}

#[test]
fn what_it_was_never_told_it_cannot_have_shown() {
    let judgement = outside(None).judge();
    assert_eq!(band(&judgement, Kpi::SyncLag), Band::Failed);
}

/// A change at the source ten seconds in, known and shown as said; then a long time of nothing.
fn one_change(facts: Vec<(u64, What)>) -> Play {
    let mut play = Play::new(charter(1));
    is_outside(&mut play);
    play.open(0, 9).call(1, 0, crate::history::fact::Outcome::Refused);
    play.stock(10, 0, [1, 8, 0, -1], StockCause::Merchant);
    for (s, what) in facts {
        play.add(s, what);
    }
    play.add(3_600, What::TrafficEnded {});
    play.end(3_700);
    play
}

fn shown(channel: u16, qty: i64) -> What {
    let (channel, sku, version) = (ChannelId(channel), SkuId(0), Version(7));
    What::Shown { channel, sku, version, qty: Qty(qty), seen: None }
}

/// Definitely and possibly later than the watch edge, on the first channel.
fn late(play: &Play) -> [u64; 2] {
    let tally = &eat(&play.history()).judge().expect("a charter");
    let bad = gate(tally, Kpi::SyncLag, Some(0)).bad;
    [bad.definite, bad.possible]
}

#[test]
fn a_version_that_it_is_told_after_it_wrote_is_not_what_it_wrote() {
    let told = |s| (s, read(0, 1, 8));
    let prompt = one_change(vec![told(11), (12, wrote(0, 0, 8)), (13, shown(0, 8))]);
    assert_eq!(late(&prompt), [0, 0]);
    // It wrote eight by chance, and nobody could know: what it is told later does not make it so,
    // and that the offer is right is seen from then on.
    let by_chance = vec![(12, wrote(0, 0, 8)), (13, shown(0, 8)), told(1_500)];
    assert_eq!(late(&one_change(by_chance)), [0, 1]);
}

fn wrote_by(channel: u16, by: i64) -> What {
    let (channel, sku, wrote) = (ChannelId(channel), SkuId(0), OfferWrite::Change(Qty(by)));
    party(PartyAct::Wrote { channel, sku, wrote })
}

#[test]
fn the_newest_version_that_is_right_beats_an_older_one_of_the_same_quantity() {
    // Nine, eight, nine again; it is told all three, and writes the first difference only after.
    let mut play = one_change(vec![(11, read(0, 1, 8))]);
    play.stock(20, 0, [2, 9, 0, 1], StockCause::Merchant);
    play.add(21, read(0, 2, 9));
    // What it wrote when it knew the older one comes to what the newer one makes as well.
    play.add(15, wrote(0, 0, 9)).add(30, shown(0, 9));
    assert_eq!(late(&play), [0, 0]);
    // An older one is that all the same where the newest makes another quantity.
    play.stock(1_500, 0, [3, 4, 0, -5], StockCause::Merchant);
    play.add(1_501, read(0, 3, 4)).add(1_510, wrote(0, 0, 9)).add(1_520, shown(0, 9));
    assert_eq!(late(&play), [1, 1]);
}

#[test]
fn a_difference_by_itself_says_of_nothing_older_that_it_is_shown_again() {
    let regressions = |write: What| {
        let mut play = one_change(vec![
            (9, read(0, 0, 9)),
            (11, read(0, 1, 8)),
            (12, wrote(0, 0, 8)),
            (13, shown(0, 8)),
        ]);
        // A sale on its way: an offer of nine is what the opening was, and by chance.
        play.stock(1_000, 0, [2, 7, 0, -1], StockCause::Merchant);
        play.add(1_001, read(0, 2, 7)).add(1_002, write).add(1_003, shown(0, 9));
        eat(&play.history()).judge().map(|judgement| {
            let regression = invariant(&judgement, Invariant::Regression);
            (regression.breaches.definite, gate(&judgement, Kpi::SyncLag, Some(0)).bad.possible)
        })
    };
    assert_eq!(regressions(wrote_by(0, 1)), Some((0, 1)), "it shows nothing that is known");
    assert_eq!(regressions(wrote(0, 0, 9)), Some((1, 1)), "it wrote what it was told first");
}

/// A level that leaves out what the channel itself sold shows the newest version, also where an
/// older one makes the same, and whether or not the source knew of the sale by then.
#[test]
fn a_level_may_leave_out_what_the_channel_sold_and_it_was_not_told_of() {
    let late_or_back = |sold: i64, taken_at: u64| {
        let mut play = one_change(vec![
            (9, read(0, 0, 9)),
            (11, read(0, 1, 8)),
            (12, wrote(0, 0, 8)),
            (13, shown(0, 8)),
        ]);
        play.stock(20, 0, [2, 9, 0, 1], StockCause::Merchant);
        play.add(21, read(0, 2, 9)).add(22, wrote(0, 0, 9)).add(23, shown(0, 9));
        if sold > 0 {
            let order = play.sell(30, 0, &[line(0, sold, 9)]);
            play.stock(taken_at, 0, [3, 9, sold, -sold], StockCause::Reserve(order));
        }
        play.add(32, wrote(0, 0, 8)).add(34, shown(0, 8));
        late(&play)
    };
    for taken_at in [31, 33, 36] {
        assert_eq!(late_or_back(1, taken_at), [0, 0], "{taken_at}");
        assert_eq!(late_or_back(2, taken_at), [0, 0], "it knew of one of the two");
    }
    assert_eq!(late_or_back(0, 0), [1, 1], "nothing was sold: it wrote an older version");
}

#[test]
fn one_that_hands_nothing_over_has_failed() {
    let handoff = |is_outside_too: bool| {
        let mut play = Play::new(charter(1));
        if is_outside_too {
            is_outside(&mut play);
        }
        play.open(0, 900);
        for sold in 0..40 {
            play.sell(10 + sold, 0, &[line(0, 1, 900 - sold as i64)]);
        }
        play.add(3_600, What::TrafficEnded {});
        play.end(3_700);
        let judgement = eat(&play.history()).judge().expect("a charter");
        gate(&judgement, Kpi::HandoffSuccess, Some(0)).band
    };
    assert_eq!(handoff(true), Band::Failed);
    // Whose OMS it is nobody knows: perhaps nobody listened there.
    assert_eq!(handoff(false), Band::NotProved(Unproved::NotObserved));
}

#[test]
fn a_listing_of_what_sells_already_changes_no_offer() {
    let publishes = |channel, sku| {
        let (channel, sku, wrote) = (ChannelId(channel), SkuId(sku), OfferWrite::Listing);
        party(PartyAct::Wrote { channel, sku, wrote })
    };
    // Were it taken for what is shown first, all would be taken for what was written before it.
    let facts = vec![(5, publishes(0, 0)), (11, read(0, 1, 8)), (12, wrote_by(0, -1))];
    let mut play = one_change(facts);
    play.stock(13, 0, [2, 7, 0, -1], StockCause::Merchant);
    play.add(14, read(0, 2, 7)).add(15, wrote_by(0, -1));
    play.add(16, shown(0, 8)).add(1_500, shown(0, 7));
    assert_eq!(late(&play), [1, 1], "the second change; the first was there at once");
}

#[test]
fn what_the_source_never_said_nobody_was_told() {
    let judged = |what: What| {
        let mut play = one_change(vec![(11, what)]);
        play.add(
            12,
            What::PriceSet {
                sku: SkuId(0),
                version: Version(1),
                price: Money(7),
                due: At(0),
                channel: None,
            },
        );
        let mut fold = crate::judge::Fold::new();
        fold.eat_all(&play.history()).map_err(|refused| refused.to_string())
    };
    assert_eq!(judged(read(0, 1, 8)), Ok(()));
    assert_eq!(judged(read(0, 0, 4)), Ok(()), "of what is past nobody asks");
    let price = |version, price| {
        let told =
            SourceSaid::Price { version: Version(version), price: Money(price), channel: None };
        party(PartyAct::Read { sku: SkuId(0), told })
    };
    let listing = |version| {
        let told = SourceSaid::Listing { version: Version(version) };
        party(PartyAct::Read { sku: SkuId(0), told })
    };
    assert_eq!((judged(price(0, 7)), judged(listing(0))), (Ok(()), Ok(())), "the opening's");
    for told in [read(0, 2, 8), read(0, 1, 7), price(1, 7), price(9, 7), listing(1)] {
        let refused = judged(told.clone()).expect_err("it never was");
        assert!(refused.contains("which the source never said"), "{told:?}: {refused}");
    }
}

#[test]
fn a_price_of_which_the_source_said_nothing_is_the_openings_and_no_newer_one() {
    let mut play = Play::new(charter(1));
    is_outside(&mut play);
    play.open(0, 9).call(1, 0, crate::history::fact::Outcome::Refused);
    play.edit(|at, what| match what {
        What::Priced { .. } => None,
        what => Some((at, what)),
    });
    let (sku, channel) = (SkuId(0), ChannelId(0));
    let priced = |price| What::Priced { channel, sku, version: Version(0), price, seen: None };
    play.add(10, priced(Money(5)));
    // It is set, and never comes: had the first been the newest ever, this would be seen already.
    play.add(
        20,
        What::PriceSet { sku, version: Version(1), price: Money(6), due: At(0), channel: None },
    );
    play.add(3_600, What::TrafficEnded {});
    play.end(3_700);
    let judgement = eat(&play.history()).judge().expect("a charter");
    assert_eq!(gate(&judgement, Kpi::PriceLag, Some(0)).bad.definite, 1);
}

#[test]
fn what_its_channel_shows_already_it_need_not_write() {
    let mut play = one_change(vec![(11, read(0, 1, 8)), (12, wrote(0, 0, 8)), (13, shown(0, 8))]);
    // Away and back again before it looks: there is nothing to write.
    play.stock(20, 0, [2, 7, 0, -1], StockCause::Merchant);
    play.stock(21, 0, [3, 8, 0, 1], StockCause::Merchant);
    play.add(25, read(0, 3, 8));
    assert_eq!(late(&play), [0, 0]);
}

#[test]
fn another_quantity_than_the_rule_makes_shows_nothing() {
    let odd = vec![(11, read(0, 1, 8)), (12, wrote(0, 0, 5)), (13, shown(0, 5))];
    assert_eq!(late(&one_change(odd)), [1, 1]);
}

#[test]
fn what_nobody_wrote_ends_a_change_where_it_is_right() {
    // Units of an order that was cancelled are put back: six is nothing, eight is what should be.
    let back = |told| vec![(told, read(0, 1, 8)), (13, shown(0, 6)), (14, shown(0, 8))];
    assert_eq!(late(&one_change(back(11))), [0, 0]);
    // By chance: nobody could know, and since when it was right nobody does.
    assert_eq!(late(&one_change(back(3_599))), [0, 1]);
}

#[test]
fn a_second_try_that_it_claims_is_none_where_nothing_failed() {
    let claims = |met: Option<What>| {
        let mut play = outside(Some(5));
        play.edit(|at, what| match what {
            What::Delivered { made: crate::history::fact::Delivery::Known, order, .. } => {
                let made = crate::history::fact::Delivery::Created;
                Some((at, What::Delivered { order, attempt: 2, made }))
            }
            what => Some((at, what)),
        });
        play.facts.extend(met.map(|met| (secs(30), met)));
        band(&play.judge(), Kpi::HandoffSuccess)
    };
    assert_eq!(claims(None), Band::NotProved(Unproved::NotExercised));
    let lost = PartyAct::Met { at: Address::Oms, met: Met::LostReply, times: 3 };
    assert_eq!(claims(Some(party(lost))), Band::Healthy);
    let own = PartyAct::Met { at: Address::Oms, met: Met::Malformed, times: 3 };
    assert_eq!(claims(Some(party(own))), Band::NotProved(Unproved::NotExercised));
    let elsewhere = Address::Channel(ChannelId(0));
    let elsewhere = PartyAct::Met { at: elsewhere, met: Met::LostReply, times: 3 };
    assert_eq!(claims(Some(party(elsewhere))), Band::NotProved(Unproved::NotExercised));
}

#[test]
fn one_that_went_in_the_middle_is_never_a_go() {
    let gone = |s| {
        let mut play = outside(Some(5));
        play.add(s, party(PartyAct::Is(PartyState::Gone(Some(1)))));
        play.judge().verdict
    };
    assert_eq!(gone(3_000), Verdict::Inconclusive);
    assert_eq!(gone(3_700), Verdict::Go, "after the last order, and all was done");
}

/// A dozen SKUs that it knows and writes all of, each so much at so many seconds; then its source
/// changes them and it writes no more.
fn a_dozen(to: i64) -> Vec<LooksAs> {
    let mut play = Play::new(charter(12));
    is_outside(&mut play);
    for sku in 0..12 {
        play.open(sku, 9);
    }
    for sku in 0..12 {
        play.add(10, read(sku, 0, 9)).add(20, wrote(0, sku, 9)).add(100, wrote(0, sku, to));
    }
    for sku in 0..12 {
        play.stock(200, sku, [1, 8, 0, -1], StockCause::Merchant);
    }
    play.add(3_600, What::TrafficEnded {});
    play.end(3_700);
    eat(&play.history()).judge().expect("a charter").party.expect("a connector from outside").looks
}

#[test]
fn what_it_wrote_may_look_as_if_somebody_had_acted() {
    let like: Vec<(LooksLike, At)> = a_dozen(0).iter().map(|l| (l.like, l.from)).collect();
    let at = |s: u64| At(s * 1_000_000);
    let expected = [(LooksLike::StockZeroed, at(100)), (LooksLike::CallsStopped, at(200))];
    assert_eq!(like, expected);
    let like: Vec<LooksLike> = a_dozen(5).iter().map(|l| l.like).collect();
    assert_eq!(like, [LooksLike::CallsStopped]);
}
