//! Owns the sentences about headroom. Must not know where they are printed.

use super::Headroom;
use crate::report::many::GateOver;
use crate::report::many::words::{gate_name, trouble, worst_of};
use crate::report::words::number::{share, three_digits};

/// `1.5x`.
pub fn times(milli: u64) -> String {
    format!("{}x", three_digits(milli as f64 / 1e3))
}

/// How far the campaign can grow, in one sentence.
pub fn headline(found: &Headroom) -> String {
    let wanted = share(found.chance_ppm);
    match (found.holds_milli, found.breaks_milli) {
        (Some(holds), Some(breaks)) => format!(
            "The campaign can grow to {} of its demand and is still a GO in at least {wanted} of \
             afternoons; at {} that is not proved",
            times(holds),
            times(breaks),
        ),
        (Some(holds), None) => format!(
            "At {} of its demand it is still a GO in at least {wanted} of afternoons: nothing \
             larger was tried",
            times(holds)
        ),
        (None, _) => match found.rungs.first() {
            Some(rung) => format!(
                "At no demand that was tried, from {} on, is a GO proved to have a chance of \
                 {wanted}",
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
    let what = trouble(first, found.runs);
    Some(format!("What breaks first: {}, at {at} {what} afternoons", gate_name(first)))
}

/// What stands in the way, in words; at most two gates.
pub fn in_the_way(gates: &[GateOver], runs: u64) -> String {
    let told: Vec<String> = breaking(gates)
        .iter()
        .take(2)
        .map(|gate| format!("{} ({})", gate_name(gate), trouble(gate, runs)))
        .collect();
    if told.is_empty() { "nothing".to_owned() } else { told.join("; ") }
}

/// The gates that stand in the way, most often first.
pub(super) fn breaking(gates: &[GateOver]) -> Vec<GateOver> {
    worst_of(gates).into_iter().cloned().collect()
}
