//! Owns what a terminal shows of a sweep. Must not print, nor know how it was played.

use super::lines::{Lines, Paper, Tone, pad, wrapped};
use crate::report::vary::{Varied, headline};

/// A scenario at each value of one field.
pub fn varied(all: &Varied, paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    out.title(&format!("{} varied (model: not your systems)", all.field));
    out.wrapped("", &format!("{}.", headline(all)));
    out.blank();
    let widest = all.points.iter().map(|p| p.value.chars().count()).max().unwrap_or(0).clamp(5, 24);
    out.push(&format!("{}       GO        what stands in the way", pad("value", widest)));
    for point in &all.points {
        let go = &point.go;
        let head = format!("{}   {:>3} of {:<4}   ", pad(&point.value, widest), go.yes, go.of);
        let tone = if go.low_ppm >= all.go_at_least_ppm { Tone::Good } else { Tone::Bad };
        let indent = head.chars().count();
        let mut lead = out.paint(tone, &head);
        for line in wrapped(&point.in_the_way(), paper.columns() - indent) {
            out.push(&format!("{lead}{line}"));
            lead = " ".repeat(indent);
        }
    }
    if all.stopped {
        out.wrapped("", "Stopped: not every value was played.");
    }
    out.text
}
