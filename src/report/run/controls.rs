//! Owns what of a run can be jumped to, zoomed to and dimmed. Must not know how a page does it.

use super::AGAIN;
use crate::report::charts::Axis;
use crate::report::document::Block;
use crate::report::document::controls::{Controls, Stretch};
use crate::report::summary::Summary;

/// What can be jumped to, zoomed to and dimmed.
pub(super) fn of(summary: &Summary, below: &[Block]) -> Controls {
    let all = [
        ("afternoons", "all afternoons"),
        ("one", "one of them"),
        ("measures", "measures"),
        ("faults", "faults"),
        ("alerts", "alerts"),
        ("debrief", "debrief"),
        ("actions", "actions"),
        ("tried", "tried"),
        ("diagnosis", "diagnosis"),
        ("next", "to do"),
        ("over-time", "over time"),
        ("oversell", "oversell"),
        ("worst-sku", "worst SKU"),
        ("ran-out", "ran out"),
        ("mismatch", "mismatch"),
        ("books", "books"),
        ("errors", "errors"),
        ("latency", "latency"),
        ("load", "load"),
        ("throttling", "throttling"),
        ("checklist", "checklist"),
        ("rules", "rules"),
        ("totals", "totals"),
        (AGAIN, "repeat"),
        ("words", "words"),
    ];
    let is_there = |id: &str| {
        let mut blocks = below.iter();
        blocks.any(|block| matches!(block, Block::Heading(heading) if heading.id == id))
    };
    let campaign = &summary.campaign;
    let until_us = Axis::of(summary).until;
    let stretch = |name: &str, from_us: u64, until_us: u64| Stretch {
        name: name.to_owned(),
        from_us,
        until_us,
    };
    let phases = campaign.phases.iter().filter(|phase| phase.until_us > phase.from_us);
    let phases = phases.map(|phase| stretch(&phase.name, phase.from_us, phase.until_us));
    let ends = campaign.traffic_ends_us;
    let drain = (until_us > ends).then(|| stretch("drain", ends, until_us));
    let whole = std::iter::once(stretch("whole campaign", 0, until_us));
    Controls {
        places: all.into_iter().filter(|(id, _)| is_there(id)).collect(),
        stretches: whole.chain(phases).chain(drain).collect(),
        channels: summary.channels.iter().map(|channel| channel.name.clone()).collect(),
    }
}
