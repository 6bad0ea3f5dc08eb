//! Tests of pools: what can be promised is what some way of sending it can provide.

use proptest::prelude::*;

use super::*;
use crate::history::charter::LocationTerms;
use crate::judge::testing::charter;

const SKU: SkuId = SkuId(3);

/// Channels served from these locations, of three.
fn pools(from: &[Set]) -> Pools {
    let mut charter = charter(9);
    charter.locations = ["a", "b", "c"].map(|name| LocationTerms { name: name.into() }).into();
    let channel = charter.channels[0].clone();
    let of = |set: &Set| (0..3).map(LocationId).filter(|at| set & bit(*at) > 0).collect();
    let with =
        |set: &Set| crate::history::charter::ChannelTerms { from: of(set), ..channel.clone() };
    charter.channels = from.iter().map(with).collect();
    Pools::new(&charter).expect("there are locations")
}

/// Whether a unit is found for who wants it, others being sent one from elsewhere if need be.
fn find(
    want: usize,
    seen: &mut [bool],
    (from, wants, units): (&[Set], &[usize], &[u8]),
    taken: &mut [Option<usize>],
) -> bool {
    for unit in 0..units.len() {
        if seen[unit] || from[wants[want]] >> units[unit] & 1 == 0 {
            continue;
        }
        seen[unit] = true;
        if taken[unit].is_none_or(|other| find(other, seen, (from, wants, units), taken)) {
            taken[unit] = Some(want);
            return true;
        }
    }
    false
}

/// The most units of what channels have promised that can be sent, one at a time along whatever
/// path is open. What a location lacks is wanted there, and nowhere else.
fn sent(from: &[Set], promised: &[i64], lies: &[i64; 3]) -> i64 {
    let holes = lies.map(|units| units.min(0).unsigned_abs() as usize);
    let wanted = promised[..from.len()].iter().map(|units| *units as usize).chain(holes);
    let wants: Vec<usize> = wanted.enumerate().flat_map(|(c, n)| vec![c; n]).collect();
    let from = &[from, &[1, 2, 4]].concat()[..];
    let there = |l: u8| lies[usize::from(l)].max(0) as usize;
    let units: Vec<u8> = (0..3_u8).flat_map(|l| vec![l; there(l)]).collect();
    let mut taken: Vec<Option<usize>> = vec![None; units.len()];
    let found = (0..wants.len()).filter(|want| {
        find(*want, &mut vec![false; units.len()], (from, &wants, &units), &mut taken)
    });
    found.count() as i64
}

proptest! {
    /// Short is what cannot be sent, left what can still be promised before more is short.
    #[test]
    fn what_is_short_is_what_no_way_of_sending_provides(
        from in prop::collection::vec(1_u8..8, 1..5),
        promised in prop::collection::vec(0_i64..6, 4),
        lies in [-3_i64..6, -3..6, -3..6],
    ) {
        let mut pools = pools(&from);
        for (at, units) in (0..).map(LocationId).zip(lies) {
            pools.supplied(SKU, Some(at), Qty(units));
        }
        let all = (0..).map(ChannelId).zip(&from).zip(&promised);
        all.for_each(|((channel, _), units)| pools.promised(channel, SKU, Qty(*units)));
        let short = |promised: &[i64]| {
            let lacking: i64 = lies.iter().map(|units| -units.min(&0)).sum();
            promised[..from.len()].iter().sum::<i64>() + lacking - sent(&from, promised, &lies)
        };
        prop_assert_eq!(pools.short(SKU).0, short(&promised));
        for channel in 0..from.len() {
            let left = pools.left(ChannelId(channel as u16), SKU).0;
            let with = |more: i64| {
                let mut promised = promised.clone();
                promised[channel] += more;
                short(&promised)
            };
            prop_assert_eq!(with(left), short(&promised));
            prop_assert_eq!(with(left + 1), short(&promised) + 1);
        }
    }

    /// One location that serves all is a shop with one stock.
    #[test]
    fn one_location_is_one_stock(
        promised in prop::collection::vec(0_i64..9, 3),
        lies in 0_i64..20,
    ) {
        let mut pools = pools(&[1, 1, 1]);
        pools.supplied(SKU, Some(LocationId(0)), Qty(lies));
        for (channel, units) in (0..).map(ChannelId).zip(&promised) {
            pools.promised(channel, SKU, Qty(*units));
        }
        let over = promised.iter().sum::<i64>() - lies;
        prop_assert_eq!(pools.short(SKU), Qty(over.max(0)));
        for channel in (0..3).map(ChannelId) {
            prop_assert_eq!(pools.left(channel, SKU), Qty((-over).max(0)));
        }
    }

    /// What one shop has promised too much of is not the other's loss.
    #[test]
    fn two_shops_do_not_know_of_each_other(
        promised in prop::collection::vec(0_i64..9, 2),
        lies in prop::collection::vec(0_i64..9, 2),
    ) {
        let mut pools = pools(&[1, 2]);
        for place in 0..2 {
            pools.supplied(SKU, Some(LocationId(place)), Qty(lies[usize::from(place)]));
            pools.promised(ChannelId(place.into()), SKU, Qty(promised[usize::from(place)]));
        }
        for place in 0..2 {
            let left = (lies[place] - promised[place]).max(0);
            prop_assert_eq!(pools.left(ChannelId(place as u16), SKU), Qty(left));
        }
    }
}

/// Web is served from a and b, the shop from b alone. What left b for the web is not there for the
/// shop; as long as it has not left, a may still send it.
#[test]
fn what_has_left_a_location_left_it() {
    let mut pools = pools(&[3, 2]);
    let [web, shop] = [0, 1].map(ChannelId);
    let [a, b] = [0, 1].map(|at| Some(LocationId(at)));
    pools.supplied(SKU, a, Qty(1));
    pools.supplied(SKU, b, Qty(1));
    pools.promised(web, SKU, Qty(1));
    assert_eq!([pools.left(web, SKU), pools.left(shop, SKU)], [Qty(1), Qty(1)]);
    let mut from_a = pools.clone();
    from_a.left_for(web, SKU, a, Qty(1));
    assert_eq!([from_a.left(web, SKU), from_a.left(shop, SKU)], [Qty(1), Qty(1)]);
    pools.left_for(web, SKU, b, Qty(1));
    assert_eq!([pools.left(web, SKU), pools.left(shop, SKU)], [Qty(1), Qty(0)]);
    // Sent once more it changes nothing: nobody was promised a second one.
    pools.left_for(web, SKU, a, Qty(1));
    assert_eq!([pools.left(web, SKU), pools.left(shop, SKU)], [Qty(1), Qty(0)]);
    pools.promised(shop, SKU, Qty(1));
    assert_eq!([pools.short(SKU), pools.left(web, SKU)], [Qty(1), Qty(1)]);
}
