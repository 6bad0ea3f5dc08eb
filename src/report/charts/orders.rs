//! Owns the chart of orders offered, accepted and refused, of the run and by channel. Must not
//! draw.

use super::buckets::Buckets;
use super::colour::{BLUE, GREEN, VERMILLION};
use super::picture::{Panel, Picture, PlottedLine};
use super::ticks::Measured;
use super::{by_channel, counted, over_buckets};
use crate::report::summary::Summary;
use crate::report::summary::series::Window;
use crate::report::words::number::{clock, count, share, span};
use crate::units::Ppm;

#[expect(clippy::unnecessary_wraps, reason = "one of a list whose others may be absent")]
pub(super) fn picture(summary: &Summary, buckets: &Buckets) -> Option<Picture> {
    let line = |name, colour, value: fn(&Window) -> u64| {
        PlottedLine::new(name, colour, buckets.run(|w| counted(value(w))))
    };
    let run = Panel::new("All channels", Measured::Count).with([
        line("offered", BLUE, |w| w.offered),
        line("accepted", GREEN, |w| w.accepted),
        line("refused", VERMILLION, |w| w.refused),
    ]);
    let channels = |name: &str, value: fn(&Window) -> u64| {
        let any = summary.series.run.iter().any(|w| value(w) > 0);
        let panel = Panel::new(name, Measured::Count);
        any.then(|| by_channel(summary, buckets, panel, |w| counted(value(w)))).flatten()
    };
    let accepted = channels("Accepted", |w| w.accepted);
    let refused = channels("Refused", |w| w.refused);
    let about = "Orders offered by shoppers, accepted and refused by the channels";
    let panels = std::iter::once(run).chain(accepted).chain(refused).collect();
    Some(over_buckets((summary, buckets), "orders", finding(buckets), (about, "the sum"), panels))
}

fn finding(buckets: &Buckets) -> String {
    let windows = &buckets.run;
    let busiest = (0..windows.len()).max_by_key(|&at| (windows[at].offered, usize::MAX - at));
    let Some(busiest) = busiest.filter(|&at| windows[at].offered > 0) else {
        return "No order was offered".to_owned();
    };
    let at_us = buckets.width_us * busiest as u64;
    let refused: u64 = windows.iter().map(|w| w.refused).sum();
    let offered: u64 = windows.iter().map(|w| w.offered).sum();
    let turned = match refused {
        0 => "none was turned away".to_owned(),
        n => format!("{} ({}) turned away", count(n), share(Ppm::of(n, offered).0)),
    };
    format!(
        "Orders peaked at {} in {} at {}; {turned}",
        count(windows[busiest].offered),
        span(buckets.width_us),
        clock(at_us),
    )
}
