//! Owns the sentences about headroom. Must not know where they are printed.

use super::Headroom;
use crate::report::many::GateOver;
pub use crate::report::many::words::in_the_way;
use crate::report::many::words::{More, gate_name, trouble, worst_of};
use crate::report::words::number::{share, three_digits};

/// `1.5x`.
pub fn times(milli: u64) -> String {
    format!("{}x", three_digits(milli as f64 / 1e3))
}

/// How far the campaign can grow, in one sentence.
pub fn headline(found: &Headroom) -> String {
    let wanted = share(found.chance_ppm);
    if !found.proves_nothing.is_empty() {
        let why = found.proves_nothing.join("; ");
        return format!("No multiple can be proved: {why}");
    }
    match (found.holds_milli, found.breaks_milli) {
        (Some(holds), Some(breaks)) => format!(
            "The campaign can grow to {} of its demand and is still a GO, at least {wanted} of \
             afternoons within every limit; at {} that is not proved",
            times(holds),
            times(breaks),
        ),
        (Some(holds), None) => format!(
            "At {} of its demand it is still a GO, at least {wanted} of afternoons within every \
             limit: nothing larger was tried",
            times(holds)
        ),
        (None, _) => match found.rungs.first() {
            Some(rung) => format!(
                "At no demand that was tried, from {} on, is it proved to be a GO with {wanted} of \
                 afternoons within every limit",
                times(rung.demand_milli),
            ),
            None => "Nothing was tried to its end".to_owned(),
        },
    }
}

/// What breaks first, in one sentence; none where nothing breaks.
pub fn breaks_first(found: &Headroom) -> Option<String> {
    let first = found.breaks_first.first()?;
    let at = times(found.breaks_milli?);
    let what = trouble(first, found.runs, More::Played);
    Some(format!("What breaks first, at {at}: {}: {what}", gate_name(first)))
}

/// Neighbouring multiples that cannot be told apart, in one sentence; none where all can.
pub fn not_told_apart(found: &Headroom) -> Option<String> {
    let pairs: Vec<String> = found
        .not_told_apart
        .iter()
        .map(|[less, more]| format!("{} from {}", times(*less), times(*more)))
        .collect();
    (!pairs.is_empty()).then(|| {
        format!(
            "These afternoons do not tell apart, by limits or sales: {}; more of them may \
             (`--runs`)",
            pairs.join(", ")
        )
    })
}

/// The gates that stand in the way, most often first.
pub(super) fn breaking(gates: &[GateOver]) -> Vec<GateOver> {
    worst_of(gates).into_iter().cloned().collect()
}
