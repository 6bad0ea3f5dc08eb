//! What a connector believes of an offer, sale by sale.

use super::*;

#[test]
fn a_conflict_is_settled_by_the_sale_it_revealed() {
    let mut offer = OfferView { target: Qty(9), belief: Qty(10), ..OfferView::default() };
    let style = UpdateStyle::CompareAndSet;
    let Change::CompareAndSet { expect, to } = offer.word(style, offer.aim(style)) else {
        unreachable!("compare-and-set words compare-and-set");
    };
    assert_eq!((expect, to), (Qty(10), Qty(9)));
    // Two were sold there meanwhile.
    offer.take_back(Change::CompareAndSet { expect, to });
    offer.meet(Qty(8));
    assert_eq!(
        offer.word(style, offer.aim(style)),
        Change::CompareAndSet { expect: Qty(8), to: Qty(7) }
    );
    // The source tells of both: nothing is left to say.
    offer.take_in_own(Qty(-2));
    offer.target = Qty(7);
    assert_eq!(offer.desired(), offer.belief);
}

#[test]
fn a_delta_never_forgets_the_channels_own_sales() {
    let mut offer = OfferView { target: Qty(10), belief: Qty(10), ..OfferView::default() };
    offer.target = Qty(7);
    offer.take_in_own(Qty(-1));
    let aim = offer.aim(UpdateStyle::Delta);
    // Another is sold there before the update leaves.
    offer.target = Qty(6);
    offer.take_in_own(Qty(-1));
    assert_eq!(offer.word(UpdateStyle::Delta, aim), Change::Delta(Qty(-2)));
    assert_eq!(offer.desired(), offer.belief);
}
