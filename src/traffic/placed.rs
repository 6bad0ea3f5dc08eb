//! Owns at which location the merchant moves stock, where it lies at several.
//! Must not know which of them serve a channel, nor what is sold meanwhile.

use super::plan::{MerchantAct, MerchantEvent};
use super::word::below;
use crate::ids::LocationId;
use crate::rng::stream;
use crate::units::{Ppm, Qty};
use rand::Rng;

/// The same events, each movement of stock at one of the locations, drawn by their shares of stock.
/// `levels` is what lies at each when the campaign opens, by SKU. Nobody can find fewer units
/// than none: what is lost beyond what has been at a location by then (sales aside) is lost at the
/// others.
pub fn placed(
    events: Vec<MerchantEvent>,
    mut levels: Vec<Qty>,
    shares: &[Ppm],
    seed: u64,
) -> Vec<MerchantEvent> {
    if shares.is_empty() {
        return events;
    }
    let mut rng = stream(seed, "locations");
    let mut all = Vec::with_capacity(events.len());
    for event in events {
        let MerchantAct::Adjust { sku, units, why, .. } = event.act else {
            all.push(event);
            continue;
        };
        let first = drawn(rng.next_u64(), shares);
        let row = levels.iter_mut().skip(sku.index() * shares.len()).take(shares.len());
        let mut row: Vec<(usize, &mut Qty)> = row.enumerate().collect();
        // The one that was drawn comes first; then whoever has most.
        row.sort_by_key(|(place, level)| (*place != first, std::cmp::Reverse(**level)));
        let mut rest = units;
        for (place, level) in row {
            let moved = if rest < Qty::ZERO { -(-rest).min((*level).max(Qty::ZERO)) } else { rest };
            if moved != Qty::ZERO {
                (*level, rest) = (*level + moved, rest - moved);
                let at = Some(LocationId(place as u8));
                let act = MerchantAct::Adjust { sku, units: moved, why, at };
                all.push(MerchantEvent { at: event.at, act });
            }
        }
    }
    all
}

/// A location by its share.
fn drawn(word: u64, shares: &[Ppm]) -> usize {
    let mut left = below(word, 1_000_000);
    for (place, share) in shares.iter().enumerate() {
        if left < u64::from(share.0) {
            return place;
        }
        left -= u64::from(share.0);
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::fact::SupplyChange;
    use crate::ids::SkuId;
    use crate::units::At;

    fn adjust(at: u64, sku: u32, units: i64) -> MerchantEvent {
        let (sku, units, why) = (SkuId(sku), Qty(units), SupplyChange::Correction);
        MerchantEvent { at: At(at), act: MerchantAct::Adjust { sku, units, why, at: None } }
    }

    fn moved(event: &MerchantEvent) -> (u64, u32, i64, Option<LocationId>) {
        match event.act {
            MerchantAct::Adjust { sku, units, at, .. } => (event.at.0, sku.0, units.0, at),
            _ => panic!("only stock is moved here"),
        }
    }

    #[test]
    fn every_movement_has_a_place_and_none_takes_what_was_never_there() {
        let shares = [Ppm(700_000), Ppm(300_000)];
        let events: Vec<_> =
            (0..200).map(|at| adjust(at, (at % 2) as u32, [-2, 1][at as usize % 3 % 2])).collect();
        let sum = |events: &[MerchantEvent]| events.iter().map(|event| moved(event).2).sum::<i64>();
        let mut levels = vec![Qty(300), Qty(1), Qty(400), Qty(0)];
        let placed = placed(events.clone(), levels.clone(), &shares, 7);
        assert_eq!(sum(&placed), sum(&events));
        for event in &placed {
            let (_, sku, units, at) = moved(event);
            let at = at.expect("a place").index();
            levels[sku as usize * 2 + at] += Qty(units);
            assert!(levels.iter().all(|level| *level >= Qty::ZERO), "{event:?}");
        }
        let at_first = placed.iter().filter(|event| moved(event).3 == Some(LocationId(0))).count();
        assert!(at_first > placed.len() / 2 && at_first < placed.len(), "{at_first}");
    }

    #[test]
    fn what_lies_in_one_place_moves_there() {
        let events = vec![adjust(1, 0, 5), adjust(2, 1, -1)];
        assert_eq!(placed(events.clone(), vec![], &[], 7), events);
    }
}
