//! Owns the chart of price parity: for which share of the time channels charged what they should.
//! Must not draw.

use super::buckets::Buckets;
use super::colour::BLUE;
use super::handoff::near_the_whole;
use super::picture::{Panel, Picture, PlottedLine};
use super::ticks::Measured;
use super::{by_channel, counted, over_buckets};
use crate::report::summary::Summary;
use crate::report::summary::series::Window;
use crate::report::words::number::{clock, share};

const WHOLE: u32 = 1_000_000;

/// None when no price was known, or every one was right all the time and none ever changed.
pub(super) fn picture(summary: &Summary, buckets: &Buckets) -> Option<Picture> {
    let windows = &summary.series.run;
    if !windows.iter().any(|w| w.price_parity_ppm.is_some()) {
        return None;
    }
    let value = |w: &Window| w.price_parity_ppm.and_then(|ppm| counted(ppm.into()));
    let run = Panel::new("All channels", Measured::Share);
    let run = run.with([PlottedLine::new("at its price", BLUE, buckets.run(value))]);
    let channels = by_channel(summary, buckets, Panel::new("By channel", Measured::Share), value);
    let mut panels: Vec<Panel> = std::iter::once(run).chain(channels).collect();
    panels.iter_mut().for_each(near_the_whole);
    let about = "Share of offer-time at the price that was intended";
    Some(over_buckets(
        (summary, buckets),
        "price-parity",
        finding(summary),
        (about, "the worst"),
        panels,
    ))
}

fn finding(summary: &Summary) -> String {
    let windows = &summary.series.run;
    let parity = |at: usize| windows[at].price_parity_ppm.unwrap_or(WHOLE);
    let worst = (0..windows.len()).min_by_key(|&at| (parity(at), at));
    let Some(worst) = worst.filter(|&at| parity(at) < WHOLE) else {
        return "Every price was right all the time".to_owned();
    };
    let at = clock(summary.series.width_us * worst as u64);
    let lowest = share(parity(worst));
    let said = match summary.totals.price_parity_ppm {
        Some(all) => {
            format!("Prices were right {} of the time; at worst {lowest}, around {at}", share(all))
        }
        None => format!("Prices were right {lowest} of the time at worst, around {at}"),
    };
    match least_right(summary) {
        Some((name, least)) if least < parity(worst) => {
            format!("{said}, and {} on {name}", share(least))
        }
        _ => said,
    }
}

/// The channel with the worst window.
fn least_right(summary: &Summary) -> Option<(&str, u32)> {
    let shares = summary.channels.iter().zip(&summary.series.channels).map(|(channel, windows)| {
        let shares = windows.iter().filter_map(|w| w.price_parity_ppm);
        (channel.name.as_str(), shares.min().unwrap_or(WHOLE))
    });
    shares.min_by_key(|(_, share)| *share)
}
