//! Owns what a terminal shows of headroom. Must not print, nor know how it was found.

use super::lines::{Lines, Paper, Tone};
use crate::report::headroom::Headroom;
use crate::report::headroom::words::{breaks_first, headline, in_the_way, not_told_apart, times};
use crate::report::many::words::sales;

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
        out.push("demand   in limits    accepted   turned away   sales kept");
    }
    for rung in &found.rungs {
        let go = &rung.in_band;
        let head = format!(
            "{:>6}   {:>3} of {:<4}   {:>8}   {:>11}   {:>10}",
            times(rung.demand_milli),
            go.yes,
            go.of,
            sales::mean(rung.sales.accepted_milli),
            sales::mean(rung.sales.turned_away_milli),
            sales::money(rung.sales.kept_money.mean, &found.currency),
        );
        let tone = if rung.holds { Tone::Good } else { Tone::Bad };
        out.push(&out.paint(tone, &head));
        let in_the_way = in_the_way(&rung.gates, rung.in_band.of);
        if in_the_way != "nothing" {
            out.hung("", 9, Some(Tone::Quiet), &in_the_way);
        }
    }
    if let Some(alike) = not_told_apart(found) {
        out.blank();
        out.wrapped("", &format!("{alike}."));
    }
    if found.stopped {
        out.wrapped("", "Stopped before it was narrow.");
    }
    out.text
}
