//! Owns the chart of why units were oversold: a bar a cause. Must not find causes.

use super::board::Board;
use super::canvas::{Anchor, Canvas, Drawn, rectangle};
use super::colour::{Colour, MUTED, VERMILLION};
use super::frame::{LABEL, SMALL, Sheet};
use super::{Chart, Layout};
use crate::report::ReportError;
use crate::report::summary::Summary;
use crate::report::words::advice::causes_named;
use crate::report::words::number::{counted, share, signed};
use crate::units::Ppm;

const ROW: i32 = 410;
const BAR: i32 = 130;
/// From the end of a bar to what is written beside it.
const AFTER_BAR: i32 = 80;

struct Cause {
    name: String,
    units: i64,
    /// Of all oversold units; none for what is no cause of oversell.
    share: Option<u32>,
    colour: Colour,
}

/// None when nothing was oversold.
pub(super) fn chart(summary: &Summary, layout: Layout) -> Option<Result<Chart, ReportError>> {
    let causes = causes(summary);
    let first = causes.first().filter(|cause| cause.share.is_some())?;
    let total: i64 = causes.iter().filter(|c| c.share.is_some()).map(|c| c.units).sum();
    let row =
        |c: &Cause| vec![c.name.clone(), signed(c.units), c.share.map_or("—".to_owned(), share)];
    let board = Board {
        key: "causes",
        title: format!(
            "{} of {} oversold ({}): {}",
            signed(first.units),
            counted(total.unsigned_abs(), "unit", "units"),
            share(first.share.unwrap_or(0)),
            first.name,
        ),
        subtitle: "Why units were oversold; the causes of a sale add up to its oversold units"
            .to_owned(),
        columns: ["cause", "units", "share"].map(str::to_owned).into(),
        rows: causes.iter().map(row).collect(),
    };
    let height = causes.len() as i32 * ROW + 40;
    Some(board.draw(layout, height, |canvas, sheet, top| body(canvas, sheet, top, &causes)))
}

/// Causes that were seen, most units first, and what is none.
fn causes(summary: &Summary) -> Vec<Cause> {
    let named = causes_named(summary);
    let total: i64 = named.iter().map(|(_, units)| (*units).max(0)).sum();
    let of = |units: i64| Ppm::of(units.unsigned_abs(), total.max(1).unsigned_abs()).0;
    let mut causes: Vec<Cause> = named
        .into_iter()
        .filter(|(_, units)| *units > 0)
        .map(|(name, units)| Cause {
            name: name.to_owned(),
            units,
            share: Some(of(units)),
            colour: VERMILLION,
        })
        .collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.units));
    let shock = summary.causes.supply_shock;
    causes.extend((shock > 0).then(|| Cause {
        name: "no oversell: supply fell below what was promised".to_owned(),
        units: shock,
        share: None,
        colour: MUTED,
    }));
    causes
}

fn body(canvas: &mut Canvas, sheet: &Sheet, top: i32, causes: &[Cause]) -> Drawn {
    let longest = causes.iter().map(|cause| cause.units).max().unwrap_or(1).max(1);
    let widest = causes.iter().map(|cause| SMALL.width(&said(cause))).max().unwrap_or(0);
    let room = i128::from((sheet.width - widest - AFTER_BAR).max(0));
    for (place, cause) in causes.iter().enumerate() {
        let y = top + place as i32 * ROW + 80;
        let length = (i128::from(cause.units) * room / i128::from(longest)).max(20) as i32;
        let (head, foot) = (y + 100, y + 100 + BAR);
        canvas.text((0, y), &LABEL.fit(&cause.name, sheet.width), LABEL, Anchor::Left)?;
        canvas.area(&rectangle((0, head), (length, foot)), cause.colour, 80)?;
        let middle = i32::midpoint(head, foot);
        canvas.text((length + AFTER_BAR, middle), &said(cause), SMALL, Anchor::Left)?;
    }
    Ok(())
}

fn said(cause: &Cause) -> String {
    match cause.share {
        Some(part) => format!("{} · {}", signed(cause.units), share(part)),
        None => signed(cause.units),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn what_is_no_cause_stands_last_and_apart() {
        let summary = Summary::of(&sample::no_go());
        let causes = causes(&summary);
        assert!(causes.windows(2).all(|w| w[1].share.is_none() || w[0].units >= w[1].units));
        assert_eq!(causes.last().map(|cause| (cause.units, cause.share)), Some((6, None)));
        let shares: u32 = causes.iter().filter_map(|cause| cause.share).sum();
        assert!((999_990..=1_000_010).contains(&shares), "{shares}");
        assert!(chart(&sample::summary_go(), Layout::Wide).is_none());
    }
}
