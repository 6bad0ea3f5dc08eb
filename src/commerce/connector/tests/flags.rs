//! What a connector tells a channel that shows only whether there is any.

use super::*;
use crate::history::charter::{OwnSales, StockRule};

/// Channel 0 shows no quantity and has three units held back.
fn hub(updates: UpdateStyle) -> Connector {
    let lasts = Span::from_mins(1);
    let sketch =
        Sketch { shares: &[1_000_000], skus: 8, stock_each: 10, orders_per_hour: 1, lasts };
    let mut plan = sketch.plan();
    let rule = StockRule { holds_back: Qty(3), in_or_out: true, ..StockRule::ALL };
    let terms = &mut plan.charter.channels[0];
    (terms.rule, terms.own_sales) = (rule, OwnSales::OnSync);
    let play = alone(updates);
    let batches = plan.world.batches(&play);
    Connector::new(ConnectorId(0), play, batches, &plan.charter.channels, &plan.world.catalog, 7)
}

#[test]
fn it_is_told_when_it_flips_and_what_it_is_then_whatever_the_style() {
    for style in [UpdateStyle::Absolute, UpdateStyle::Delta, UpdateStyle::CompareAndSet] {
        let mut hub = hub(style);
        for (version, available) in [(1, 9), (2, 4), (3, 60)] {
            let out = tell(&mut hub, s(version), stock(0, version, available));
            assert_eq!(out.calls.len(), 0, "{style:?}: in it was, and in it is");
        }
        for (version, available, flag) in [(4, 3, 0), (5, 8, 1)] {
            let out = tell(&mut hub, s(version), stock(0, version, available));
            let (_, items) = update(&out);
            assert_eq!(items[0].change, Change::Absolute(Qty(flag)), "{style:?}");
            assert_eq!(items[0].version, Version(version));
            reply(&mut hub, s(version), out.calls[0].op, updated(ItemOutcome::Taken));
        }
    }
}

/// A notice that a newer one overtook may be of a flip that the newer one hid.
#[test]
fn a_flip_that_was_overtaken_is_told_all_the_same() {
    let mut hub = hub(UpdateStyle::Absolute);
    assert_eq!(tell(&mut hub, s(1), stock(0, 2, 9)).calls.len(), 0);
    let out = tell(&mut hub, s(2), stock(0, 1, 0));
    let (_, items) = update(&out);
    assert_eq!((items[0].version, items[0].change), (Version(2), Change::Absolute(Qty(1))));
}
