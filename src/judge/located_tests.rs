//! Tests of stock at several locations: which changes concern a channel, what is oversold, and that
//! a history with one location for all is judged like one without.

use proptest::prelude::*;

use super::fold::Fold;
use super::judgement::{Invariant, Judgement};
use super::refusal::NotAHistory;
use super::testing::{PRICE, Play, charter, gate, healthy, invariant, line};
use crate::history::charter::{Charter, Kpi, LocationTerms, SourceTells};
use crate::history::fact::{Release, StockCause, SupplyChange, What};
use crate::ids::{ChannelId, LocationId, OrderId, SkuId, Version};
use crate::units::Qty;

fn locations(names: &[&str]) -> Vec<LocationTerms> {
    names.iter().map(|name| LocationTerms { name: (*name).into() }).collect()
}

/// Two channels, served from these of two locations.
fn located(skus: u32, from: [&[u8]; 2]) -> Charter {
    let mut charter = charter(skus);
    charter.locations = locations(&["warehouse", "london"]);
    for (channel, from) in charter.channels.iter_mut().zip(from) {
        channel.from = from.iter().copied().map(LocationId).collect();
    }
    charter
}

impl Play {
    fn supply_at(&mut self, s: u64, sku: u32, at: Option<u8>, units: i64) -> &mut Play {
        let why = if s == 0 { SupplyChange::Opening } else { SupplyChange::Correction };
        let (sku, at) = (SkuId(sku), at.map(LocationId));
        self.add(s, What::Supply { sku, units: Qty(units), why, at })
    }

    /// [version, on hand, reserved, change] at a location.
    fn stock_at(
        &mut self,
        s: u64,
        (sku, at): (u32, u8),
        v: [i64; 4],
        cause: StockCause,
    ) -> &mut Play {
        self.stock(s, sku, v, cause);
        if let Some((_, What::Stock { at: place, .. })) = self.facts.last_mut() {
            *place = Some(LocationId(at));
        }
        self
    }

    /// SKU 0 opens with so many at each location; each channel shows what is its own.
    fn open_at(&mut self, units: [i64; 2]) -> &mut Play {
        for (at, units) in (0..).zip(units) {
            self.supply_at(0, 0, Some(at), units);
            self.stock_at(0, (0, at), [0, units, 0, units], StockCause::Opening);
        }
        let serving = self.charter.serving();
        for channel in (0..2).map(ChannelId) {
            let (sku, version) = (SkuId(0), Version(0));
            let shows = serving.sum(channel, &units.map(Qty));
            self.add(0, What::Listed { channel, sku, version, seen: None });
            self.add(0, What::Priced { channel, sku, version, price: PRICE, seen: None });
            self.show(0, channel.0, 0, 0, shows.0);
        }
        self
    }
}

fn judged(play: &mut Play) -> Judgement {
    play.end(3_000).judge()
}

#[test]
fn a_change_where_a_channel_is_not_served_from_is_none_of_its_business() {
    let mut play = Play::new(located(1, [&[0], &[0, 1]]));
    play.open_at([5, 5]);
    play.sell(1, 0, &[line(0, 1, 5)]);
    play.stock_at(60, (0, 1), [1, 9, 0, 4], StockCause::Merchant);
    play.supply_at(60, 0, Some(1), 4);
    play.show(70, 1, 0, 1, 14);
    let judged = judged(&mut play);
    let seen = |channel| gate(&judged, Kpi::SyncLag, Some(channel)).samples;
    assert_eq!((seen(0), seen(1)), (0, 1));
    assert_eq!(invariant(&judged, Invariant::LostUpdate).breaches.definite, 0);
    assert_eq!(invariant(&judged, Invariant::Conservation).breaches.definite, 0);
}

#[test]
fn an_offer_is_wrong_that_counts_what_lies_elsewhere() {
    for (shows, wrong) in [(5, 0), (10, 1)] {
        let mut play = Play::new(located(1, [&[0], &[0, 1]]));
        play.open_at([5, 5]);
        play.show(1, 0, 0, 0, shows);
        let judged = judged(&mut play);
        assert_eq!(invariant(&judged, Invariant::WrongOffer).breaches.definite, wrong);
    }
}

/// Three lie in the warehouse, one in London. The web is served from both, the shop from London.
#[test]
fn what_is_oversold_is_what_no_location_of_the_channel_has() {
    let oversold = |sells: &[(u16, i64)]| {
        let mut play = Play::new(located(1, [&[0, 1], &[1]]));
        play.open_at([3, 1]);
        for (s, (channel, qty)) in (1..).zip(sells) {
            play.sell(s, *channel, &[line(0, *qty, 9)]);
        }
        invariant(&judged(&mut play), Invariant::Oversell).units
    };
    assert_eq!(oversold(&[(0, 3), (1, 1)]), Qty(0), "the warehouse sends the web's");
    assert_eq!(oversold(&[(1, 2)]), Qty(1), "what lies in the warehouse is nothing to the shop");
    assert_eq!(oversold(&[(0, 4), (1, 1)]), Qty(1), "one of them has none");
    assert_eq!(oversold(&[(1, 3), (0, 3)]), Qty(2), "the web has what it was promised");
    assert_eq!(oversold(&[(1, 3), (0, 4)]), Qty(3));
}

/// A unit that London has sent for the web is not there for the shop, who could have had it as long
/// as the warehouse might send it.
#[test]
fn what_has_left_a_location_cannot_be_sold_there() {
    let oversold = |ships: bool| {
        let mut play = Play::new(located(1, [&[0, 1], &[1]]));
        play.open_at([3, 1]);
        let web = play.sell(1, 0, &[line(0, 1, 4)]);
        play.stock_at(2, (0, 1), [1, 1, 1, -1], StockCause::Reserve(web));
        if ships {
            play.stock_at(3, (0, 1), [2, 0, 0, 0], StockCause::Ship(web));
        }
        play.sell(4, 1, &[line(0, 1, 1)]);
        invariant(&judged(&mut play), Invariant::Oversell).units
    };
    assert_eq!((oversold(false), oversold(true)), (Qty(0), Qty(1)));
}

/// What is said of a healthy campaign, and of one where everything is promised twice.
#[test]
fn one_location_that_serves_all_is_no_location() {
    for spoilt in [false, true] {
        let mut plain = healthy();
        if spoilt {
            plain.edit(|at, what| match what {
                What::Supply { sku, units, why, at: place } if sku.0.is_multiple_of(3) => {
                    Some((at, What::Supply { sku, units: units - Qty(1), why, at: place }))
                }
                what => Some((at, what)),
            });
        }
        let mut play = plain.clone();
        play.charter.locations = locations(&["warehouse"]);
        for channel in &mut play.charter.channels {
            channel.from = vec![LocationId(0)];
        }
        play.edit(|at, mut what| {
            if let What::Supply { at: place, .. } | What::Stock { at: place, .. } = &mut what {
                *place = Some(LocationId(0));
            }
            Some((at, what))
        });
        let (mut one, none) = (play.judge(), plain.judge());
        // The terms have the location, and nothing that is found does.
        one.charter = none.charter.clone();
        assert_eq!(format!("{one:?}"), format!("{none:?}"));
        assert_eq!(invariant(&one, Invariant::Oversell).units > Qty(0), spoilt);
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Sell(u16, i64),
    Supply(u16, i64),
    Release(usize),
    Refuse(u16, i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u16..2, 1_i64..4).prop_map(|(channel, qty)| Step::Sell(channel, qty)),
        1 => (0_u16..2, -3_i64..4).prop_map(|(shop, units)| Step::Supply(shop, units)),
        1 => (0_usize..9).prop_map(Step::Release),
        1 => (0_u16..2, 1_i64..4).prop_map(|(channel, qty)| Step::Refuse(channel, qty)),
    ]
}

/// Two shops: two locations with a channel each and one SKU, or one place and a SKU each.
fn shops(steps: &[Step], several: bool) -> Judgement {
    let sku = |shop: u16| if several { 0 } else { u32::from(shop) };
    let at = |shop: u16| several.then_some(shop as u8);
    let mut play = Play::new(if several { located(1, [&[0], &[1]]) } else { charter(2) });
    for shop in 0..2 {
        play.supply_at(0, sku(shop), at(shop), 5);
        play.show(0, shop, sku(shop), 0, 5);
    }
    let mut orders: Vec<OrderId> = Vec::new();
    for (s, step) in (1..).zip(steps) {
        match *step {
            Step::Sell(shop, qty) => orders.push(play.sell(s, shop, &[line(sku(shop), qty, 5)])),
            Step::Supply(shop, units) => {
                play.supply_at(s, sku(shop), at(shop), units);
            }
            Step::Release(place) if !orders.is_empty() => {
                let order = orders.swap_remove(place % orders.len());
                play.add(s, What::Released { order, why: Release::Customer });
            }
            Step::Release(_) => {}
            Step::Refuse(shop, qty) => {
                play.refuse(s, shop, line(sku(shop), qty, 0));
            }
        }
    }
    judged(&mut play)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn two_locations_with_a_channel_each_are_two_shops(
        steps in prop::collection::vec(step(), 0..40),
    ) {
        let (located, apart) = (shops(&steps, true), shops(&steps, false));
        for rule in [Invariant::Oversell, Invariant::Undersell, Invariant::StaleListing] {
            let found = [&located, &apart].map(|judged| format!("{:?}", invariant(judged, rule)));
            prop_assert_eq!(&found[0], &found[1]);
        }
        prop_assert_eq!(located.causes.supply_shock, apart.causes.supply_shock);
    }
}

fn refused(charter: &Charter, facts: impl FnOnce(&mut Play)) -> NotAHistory {
    let mut play = Play::new(charter.clone());
    facts(&mut play);
    let mut fold = Fold::new();
    let eaten = play.history().iter().try_for_each(|fact| fold.eat(fact));
    eaten.expect_err("it cannot be judged")
}

fn supplied(charter: &Charter, at: Option<u8>) -> String {
    let supply = |play: &mut Play| {
        play.supply_at(0, 0, at, 1);
    };
    refused(charter, supply).to_string()
}

#[test]
fn what_cannot_be_is_refused() {
    let good = located(1, [&[0], &[0, 1]]);
    let spoilt = |spoil: fn(&mut Charter)| {
        let mut charter = good.clone();
        spoil(&mut charter);
        refused(&charter, |_| {}).to_string()
    };
    let nowhere = "is served from where nothing lies";
    let told = [
        (spoilt(|charter| charter.channels[0].from.clear()), nowhere),
        (spoilt(|charter| charter.channels[0].from = vec![LocationId(7)]), nowhere),
        (spoilt(|charter| charter.channels[0].from = vec![LocationId(0); 2]), nowhere),
        (spoilt(|charter| charter.locations.clear()), nowhere),
        (spoilt(|charter| charter.channels[1].from = vec![LocationId(0)]), "lies where no channel"),
        (spoilt(|charter| charter.locations = locations(&["x"; 9])), "more than 8 locations"),
        (spoilt(|charter| charter.source_tells = SourceTells::OnHand), "locations beside offers"),
        (spoilt(|charter| charter.channels[0].edits = true), "locations beside offers"),
        (supplied(&good, None), "stock at no location, of several"),
        (supplied(&good, Some(2)), "location 2"),
        (supplied(&charter(1), Some(0)), "location 0"),
    ];
    for (said, why) in told {
        assert!(said.contains(why), "{why}: {said}");
    }
}
