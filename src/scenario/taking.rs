//! Owns reading when a channel takes stock for a shopper, and what becomes of carts.
//! Must not know how a channel is played.

use crate::commerce::terms::{CartTerms, Taking};
use crate::history::charter::{OwnSales, TakesStock};
use crate::language::law::law;
use crate::language::map::Map;
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, lasting, share};
use crate::language::tree::Node;
use crate::law::Law;
use crate::units::{Ppm, Span};

const TAKES_STOCK: &[(&str, TakesStock)] = &[
    ("at cart", TakesStock::AtCart),
    ("at order", TakesStock::AtOrder),
    ("at payment", TakesStock::AtPayment),
];

/// From filling a cart to checking out, unless said.
fn checks_out() -> Law {
    Law::lognormal(Span::from_mins(2), Span::from_mins(8), 0.95)
}

/// Reads `takes stock` and `carts` of a channel.
pub(super) fn taking(map: &Map<'_>, own_sales: Option<OwnSales>, r: &Reading) -> Option<Taking> {
    let when = map.or("takes stock", TakesStock::AtOrder, choice(TAKES_STOCK));
    let carts = map.or("carts", None, |node, r| carts(node, r).map(Some));
    let (when, carts) = (when?, carts?);
    if when != TakesStock::AtOrder && own_sales == Some(OwnSales::OnSync) {
        let at = map.key_at("takes stock").unwrap_or_default();
        let wrong =
            Wrong::new("this channel takes none of its own sales off: `own sales: on sync`");
        r.wrong(&at, wrong.expected("`own sales: at once`, or no `takes stock`"));
        return None;
    }
    match (when, carts) {
        (TakesStock::AtCart, Some(carts)) => Some(Taking::AtCart(carts)),
        (TakesStock::AtCart, None) => {
            let at = map.key_at("takes stock").unwrap_or_default();
            let wrong = Wrong::new("nothing says how long a cart holds its units");
            r.wrong(&at, wrong.expected("`carts: { held for: 15m, abandoned: 30% }` beside it"));
            None
        }
        (TakesStock::AtOrder | TakesStock::AtPayment, Some(_)) => {
            let at = map.key_at("carts").unwrap_or_default();
            let wrong = Wrong::new("carts hold nothing on this channel");
            r.wrong(&at, wrong.expected("`takes stock: at cart` beside them, or no `carts`"));
            None
        }
        (TakesStock::AtOrder, None) => Some(Taking::AtOrder),
        (TakesStock::AtPayment, None) => Some(Taking::AtPayment),
    }
}

/// `{ held for: 15m, check out after: { typical: 2m, one in 20 above: 8m }, abandoned: 30% }`.
fn carts(node: &Node, r: &Reading) -> Option<CartTerms> {
    let map = Map::open(node, "carts", r)?;
    let held_for = map.required("held for", lasting);
    let checks_out_after = map.or("check out after", checks_out(), law);
    let abandoned = map.or("abandoned", Ppm::ZERO, share);
    Some(CartTerms {
        held_for: held_for?,
        checks_out_after: checks_out_after?,
        abandoned: abandoned?,
    })
}
