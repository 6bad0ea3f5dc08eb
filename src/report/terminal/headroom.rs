//! Owns what a terminal shows of headroom. Must not print, nor know how it was found.

use super::lines::{Lines, Paper, Tone, wrapped};
use crate::report::headroom::Headroom;
use crate::report::headroom::words::{breaks_first, headline, in_the_way, times};

/// How far a campaign can grow.
pub fn headroom(found: &Headroom, paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    out.title("headroom (model: not your systems)");
    out.wrapped("", &format!("{}.", headline(found)));
    if let Some(first) = breaks_first(found) {
        out.wrapped("", &format!("{first}."));
    }
    out.blank();
    if !found.rungs.is_empty() {
        out.push("demand       GO        what stands in the way");
    }
    for rung in &found.rungs {
        let go = &rung.go;
        let head = format!("{:>6}   {:>3} of {:<4}   ", times(rung.demand_milli), go.yes, go.of);
        let tone = if rung.holds { Tone::Good } else { Tone::Bad };
        let indent = head.chars().count();
        let mut lead = out.paint(tone, &head);
        for line in wrapped(&in_the_way(&rung.gates, rung.go.of), paper.columns() - indent) {
            out.push(&format!("{lead}{line}"));
            lead = " ".repeat(indent);
        }
    }
    if found.stopped {
        out.wrapped("", "Stopped before it was narrow.");
    }
    out.text
}
