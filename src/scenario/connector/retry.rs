//! Owns reading what a connector does with a call that failed. Must not know what it calls.

use crate::commerce::terms::Retry;
use crate::language::law::range;
use crate::language::map::Map;
use crate::language::problem::Reading;
use crate::language::scalar::{choice, some_up_to, yes_no};
use crate::language::tree::{Node, Value};
use crate::units::Span;

/// What a connector that says nothing does with failures: nothing.
pub(super) const NO_RETRY: Retry = Retry {
    attempts: 1,
    backoff_from: Span::from_secs(1),
    backoff_to: Span::from_secs(60),
    idempotent: false,
    refusals: false,
};

pub(super) fn retry(node: &Node, r: &Reading) -> Option<Retry> {
    if let Value::Scalar(_) = node.value {
        return choice(&[("none", ())])(node, r).map(|()| NO_RETRY);
    }
    let map = Map::open(node, "retry", r)?;
    let attempts = map.required("attempts", some_up_to(1_000));
    let default = (NO_RETRY.backoff_from, NO_RETRY.backoff_to);
    let backoff = map.or("backoff", default, range);
    let idempotent = map.or("idempotent", false, yes_no);
    let refusals = map.or("refusals", false, yes_no);
    let (backoff_from, backoff_to) = backoff?;
    Some(Retry {
        attempts: attempts? as u32,
        backoff_from,
        backoff_to,
        idempotent: idempotent?,
        refusals: refusals?,
    })
}
