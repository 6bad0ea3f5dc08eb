//! Tests of edits: versions, what is on offer again, what is no edit.

use super::*;
use crate::commerce::edits::EditTerms;
use crate::commerce::outbox::Posted;
use crate::commerce::protocol::Notice;

fn editable() -> ChannelPlay {
    let after = Law::Constant(Span::from_mins(1));
    ChannelPlay { edits: Some(EditTerms { share: Ppm::ONE, after }), ..play() }
}

fn edit(number: u64, lines: &[(u32, i64)]) -> ChannelRequest {
    let lines = lines.iter().map(|(sku, qty)| (SkuId(*sku), Qty(*qty))).collect();
    ChannelRequest::EditOrder { order: OrderId { channel: ChannelId(0), number }, lines }
}

/// The version and the units that a notice tells of.
fn told(out: &Outbox) -> Vec<(u64, Vec<i64>)> {
    let of = |notice: &Posted| match &notice.notice {
        Notice::Order(order) => {
            Some((order.version.0, order.lines.iter().map(|line| line.qty.0).collect()))
        }
        Notice::Source(_) => None,
    };
    out.notices.iter().filter_map(of).collect()
}

#[test]
fn what_is_given_up_is_on_offer_again_and_told_as_a_version() {
    let mut shop = shop(editable());
    ask(&mut shop, s(0), order(1, &[(0, 4), (1, 2)]));
    let (reply, out) = ask(&mut shop, s(1), edit(0, &[(0, 3), (1, 2)]));
    assert_eq!((reply, told(&out)), (ChannelReply::Edited, vec![(1, vec![3, 2])]));
    assert_eq!((offered(&mut shop, s(1), 0), offered(&mut shop, s(1), 1)), (Qty(7), Qty(8)));
    let (_, out) = ask(&mut shop, s(2), edit(0, &[(0, 3)]));
    assert_eq!(told(&out), [(2, vec![3])]);
    assert_eq!((offered(&mut shop, s(2), 0), offered(&mut shop, s(2), 1)), (Qty(7), Qty(10)));
    // Said again it changes nothing.
    let (reply, out) = ask(&mut shop, s(3), edit(0, &[(0, 3)]));
    assert_eq!((reply, out.facts.len(), shop.cursor()), (ChannelReply::Edited, 0, 3));
    // Released, it gives back what it still had, and is edited no more.
    let order = OrderId { channel: ChannelId(0), number: 0 };
    ask(&mut shop, s(4), ChannelRequest::CancelOrder { order, why: Release::Customer });
    assert_eq!((offered(&mut shop, s(4), 0), offered(&mut shop, s(4), 1)), (Qty(10), Qty(10)));
    assert!(matches!(ask(&mut shop, s(5), edit(0, &[(0, 1)])).0, ChannelReply::Invalid { .. }));
}

#[test]
fn what_adds_something_or_leaves_nothing_is_no_edit() {
    let mut shop = shop(editable());
    ask(&mut shop, s(0), order(1, &[(0, 4)]));
    let no_edits: [&[(u32, i64)]; 6] =
        [&[], &[(0, 5)], &[(0, 0)], &[(0, -1)], &[(1, 1)], &[(0, 1), (0, 1)]];
    for lines in no_edits {
        let (reply, out) = ask(&mut shop, s(1), edit(0, lines));
        assert!(matches!(reply, ChannelReply::Invalid { .. }) && out.facts.is_empty(), "{lines:?}");
    }
    assert!(matches!(ask(&mut shop, s(1), edit(7, &[(0, 1)])).0, ChannelReply::Invalid { .. }));
}

#[test]
fn a_channel_without_edits_refuses_them() {
    let mut shop = shop(play());
    ask(&mut shop, s(0), order(1, &[(0, 4)]));
    let (reply, out) = ask(&mut shop, s(1), edit(0, &[(0, 1)]));
    assert!(matches!(reply, ChannelReply::Invalid { .. }) && out.facts.is_empty());
}
