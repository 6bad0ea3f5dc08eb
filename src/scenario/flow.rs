//! Owns reading the way that orders take on a channel: by when we accept them, by when they are to
//! have left the building.
//! Must not know how a channel is played.

use crate::commerce::terms::{Dialect, OmsPlay};
use crate::history::charter::OrderFlow;
use crate::language::map::{Map, not_yet};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{lasting, share};
use crate::units::Span;

const ACCEPT: &str = "we accept within";
const WITHIN: &str = "dispatch within";
const AT_MOST: &str = "late dispatches at most";

/// Reads `we accept within`, `dispatch within` and `late dispatches at most` of a channel.
pub(super) fn flow(map: &Map<'_>, r: &Reading) -> Option<OrderFlow> {
    let accept_within = map.or(ACCEPT, None, |node, r| lasting(node, r).map(Some));
    let dispatch_within = map.or(WITHIN, None, |node, r| lasting(node, r).map(Some));
    let late_dispatches_max = map.or(AT_MOST, None, |node, r| share(node, r).map(Some));
    if map.has(AT_MOST) && !map.has(WITHIN) {
        let wrong = Wrong::new("nothing says by when this channel's orders are to have left");
        let at = map.key_at(AT_MOST).unwrap_or_default();
        r.wrong(&at, wrong.expected("`dispatch within: 24h` beside it"));
        return None;
    }
    Some(OrderFlow {
        accept_within: accept_within?,
        dispatch_within: dispatch_within?,
        late_dispatches_max: late_dispatches_max?,
    })
}

/// What channels ask for fits the OMS and the connector.
pub(super) fn refuse_unfit<'a>(
    top: &Map<'_>,
    channels: impl Iterator<Item = (&'a str, OrderFlow, Dialect)>,
    (oms, is_outside): (&OmsPlay, bool),
    r: &Reading,
) {
    let mut told = false;
    for (name, flow, dialect) in channels {
        told |= !flow.is_plain();
        // Where it calls a platform that has no words for it here.
        let has_face = is_outside && !matches!(dialect, Dialect::Neutral | Dialect::Mirakl);
        if let Some(node) = top.peek(&["channels", name, ACCEPT]).filter(|_| has_face) {
            r.wrong(
                &node.at,
                not_yet(
                    "orders that wait for an external connector on a channel with this `dialect`",
                ),
            );
        }
        let Some(node) = top.peek(&["channels", name, WITHIN]) else { continue };
        if oms.ships_after.is_none() {
            let wrong =
                Wrong::new("nothing leaves the building: the OMS does not say when it ships");
            let expected = "`oms: { ships after: { typical: 6h, one in 20 above: 20h } }`";
            r.wrong(&node.at, wrong.expected(expected));
        }
        if oms.dialect != Dialect::Neutral {
            r.wrong(&node.at, not_yet("`dispatch within` beside an OMS with a `dialect`"));
        }
        if has_face {
            r.wrong(
                &node.at,
                not_yet("dispatch told by an external connector to a channel with this `dialect`"),
            );
        }
    }
    if told {
        r.note(
            "Orders that wait for us or are to leave: what is told before anything is played \
             (calls against limits) leaves out the calls that tell channels of them.",
        );
    }
}

/// What a run that drains for so long does not see of it, in words: it ends before orders have had
/// their time.
pub(super) fn not_seen<'a>(
    channels: impl Iterator<Item = (&'a str, OrderFlow)>,
    drain: Span,
) -> Vec<String> {
    let unseen = |(name, flow): (&str, OrderFlow)| {
        let within = flow.dispatch_within.filter(|within| *within > drain)?;
        Some(format!(
            "dispatch on {name} after the run: an order has {within}, and nobody looks for longer \
             than {drain} after the last one"
        ))
    };
    channels.filter_map(unseen).collect()
}
