//! Owns the chart of what was sold and not there: units oversold, orders cancelled, by channel.
//! Must not draw.

use super::buckets::Buckets;
use super::colour::{BLUE, VERMILLION};
use super::picture::{Look, Panel, Picture, PlottedLine};
use super::ticks::Measured;
use super::{by_channel, counted, over_buckets};
use crate::report::summary::Summary;
use crate::report::summary::gate::InvariantKind;
use crate::report::summary::series::Window;
use crate::report::words;
use crate::report::words::number::{clock, count, counted as things};

/// None when nothing was oversold and nothing cancelled: the gates say so in one line.
pub(super) fn picture(summary: &Summary, buckets: &Buckets) -> Option<Picture> {
    let oversold = |w: &Window| w.oversold.max(0).unsigned_abs();
    let cancelled = |w: &Window| w.cancelled;
    let windows = &summary.series.run;
    let panel = |name, of: &dyn Fn(&Window) -> u64, colour| {
        windows.iter().any(|w| of(w) > 0).then(|| {
            let panel = Panel::new(name, Measured::Count);
            by_channel(summary, buckets, panel.clone(), |w| counted(of(w))).unwrap_or_else(|| {
                let line =
                    PlottedLine::new("all channels", colour, buckets.run(|w| counted(of(w))));
                panel.with([line.looking(Look::Shaded)])
            })
        })
    };
    let panels: Vec<Panel> = panel("Units oversold", &oversold, VERMILLION)
        .into_iter()
        .chain(panel("Orders cancelled for want of stock", &cancelled, BLUE))
        .collect();
    let about = match &panels[..] {
        [] => return None,
        [only] => format!("{}, by channel and time of acceptance", only.name),
        _ => "By channel and time of acceptance".to_owned(),
    };
    Some(over_buckets(
        (summary, buckets),
        "oversold",
        finding(summary),
        (&about, "the sum"),
        panels,
    ))
}

fn finding(summary: &Summary) -> String {
    let windows = &summary.series.run;
    let units: u64 = windows.iter().map(|w| w.oversold.max(0).unsigned_abs()).sum();
    let cancelled: u64 = windows.iter().map(|w| w.cancelled).sum();
    let first = windows.iter().position(|w| w.oversold > 0).map(|at| {
        // The rule's own witness, to the second; the window begins earlier.
        let known = summary.invariants.iter().find(|i| i.invariant == InvariantKind::Oversell);
        let known = known.and_then(|oversell| oversell.first.as_ref());
        known.map_or(summary.series.width_us * at as u64, |first| first.at_us)
    });
    let orders = match cancelled {
        0 => "no order was cancelled for want of stock".to_owned(),
        1 => "1 order was cancelled for want of stock".to_owned(),
        n => format!("{} orders were cancelled for want of stock", count(n)),
    };
    match first {
        Some(at_us) => format!(
            "{} oversold, from {} on; {orders}",
            things(units, "unit was", "units were"),
            clock(at_us),
        ),
        None => format!("{}; {orders}", words::not_oversold(summary)),
    }
}
