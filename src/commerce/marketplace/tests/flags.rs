//! A channel that shows only whether there is any.

use super::*;
use crate::history::charter::StockRule;

fn flagged() -> Marketplace {
    let rule = StockRule { in_or_out: true, ..StockRule::ALL };
    shop(ChannelPlay { rule, own_sales: OwnSales::OnSync, ..play() })
}

#[test]
fn what_is_in_is_sold_in_any_number_until_it_is_out() {
    let mut shop = flagged();
    for intent in 0..3 {
        let (reply, out) = ask(&mut shop, s(intent), order(intent, &[(0, 40)]));
        assert!(matches!(reply, ChannelReply::Placed { .. }));
        let What::Accepted { ref lines, .. } = out.facts[0] else { panic!("{:?}", out.facts) };
        assert_eq!((lines[0].offered, lines[0].left), (Qty(1), Qty(1)));
    }
    assert_eq!(push(&mut shop, s(5), 1, Change::Absolute(Qty(0))), taken());
    assert_eq!(offered(&mut shop, s(15), 0), Qty(0));
    let (reply, _) = ask(&mut shop, s(16), order(9, &[(0, 1)]));
    assert_eq!(reply, ChannelReply::TurnedAway { why: Refusal::Stock });
}

#[test]
fn whatever_number_it_is_told_it_shows_one_or_none() {
    let mut shop = flagged();
    let mut now = 0;
    for (key, change, shown) in [
        (1, Change::Absolute(Qty(17)), 1),
        (2, Change::Absolute(Qty(-4)), 0),
        (3, Change::Delta(Qty(9)), 1),
        (4, Change::Delta(Qty(-1)), 0),
        (5, Change::CompareAndSet { expect: Qty(0), to: Qty(50) }, 1),
    ] {
        assert_eq!(push(&mut shop, s(now), key, change), taken(), "{change:?}");
        now += 20;
        let mut out = Outbox::default();
        shop.wake(s(now), &mut out);
        let said = |what: &What| matches!(what, What::Shown { qty, .. } if qty.0 == shown);
        assert!(out.facts.iter().any(said), "{change:?}: {:?}", out.facts);
        assert_eq!(offered(&mut shop, s(now), 0), Qty(shown));
    }
}
