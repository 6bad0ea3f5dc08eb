//! Owns what a terminal shows of a sweep. Must not print, nor know how it was played.

use super::lines::{Lines, Paper, Tone, pad};
use crate::report::many::words::sales;
use crate::report::vary::{Varied, headline};

/// A scenario at each value of one field.
pub fn varied(all: &Varied, paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    out.title(&format!("{} varied (model: not your systems)", all.field));
    out.wrapped("", &format!("{}.", headline(all)));
    out.blank();
    let widest = all.points.iter().map(|p| p.value.chars().count()).max().unwrap_or(0).clamp(5, 24);
    out.push(&format!("{}   in limits    sales kept", pad("value", widest)));
    for point in &all.points {
        let go = &point.in_band;
        let kept = sales::money(point.sales.kept_money.mean, &all.currency);
        let mut head =
            format!("{}   {:>3} of {:<4}  {kept}", pad(&point.value, widest), go.yes, go.of);
        if point.value != all.points[0].value {
            let (gained, half) = sales::gained(point.sales_gained.kept_money, &all.currency);
            head += &format!(" ({gained} {half})");
        }
        let tone = if point.is_go { Tone::Good } else { Tone::Bad };
        out.push(&out.paint(tone, &head));
        if point.in_the_way() != "nothing" {
            out.hung("", widest + 3, Some(Tone::Quiet), &point.in_the_way());
        }
    }
    if all.stopped {
        out.wrapped("", "Stopped: not every value was played.");
    }
    out.text
}
