//! Owns the heat map of mismatch: on which channels, and for how well-selling SKUs, more was
//! offered than there was. Must not measure it.

use super::board::Board;
use super::canvas::{Anchor, Canvas, Drawn, rectangle};
use super::colour::{GRID, VERMILLION};
use super::frame::{LABEL, SMALL, Sheet};
use super::{Chart, Layout};
use crate::report::ReportError;
use crate::report::summary::Summary;
use crate::report::summary::findings::RankBand;
use crate::report::words::number::{clock, counted, share};

const ROW: i32 = 380;
const HEAD: i32 = 340;
/// Between cells.
const SEAM: i32 = 20;
/// Ink of the fullest cell, in percent: its letters must stay legible.
const INK_MAX: u64 = 75;

/// None when no channel ever offered more than there was.
pub(super) fn chart(summary: &Summary, layout: Layout) -> Option<Result<Chart, ReportError>> {
    let worst = worst_cell(summary)?;
    let height = HEAD + summary.channels.len() as i32 * ROW + 60;
    let board = board(summary, worst);
    Some(board.draw(layout, height, |canvas, sheet, top| body(canvas, sheet, top, summary)))
}

/// Channel and band of the fullest cell, and its share.
fn worst_cell(summary: &Summary) -> Option<(usize, usize, u32)> {
    let mut worst = None;
    for channel in 0..summary.channels.len() {
        for band in 0..summary.mismatch.bands.len() {
            let share = cell(summary, channel, band).unwrap_or(0);
            if share > worst.map_or(0, |(_, _, most)| most) {
                worst = Some((channel, band, share));
            }
        }
    }
    worst
}

fn cell(summary: &Summary, channel: usize, band: usize) -> Option<u32> {
    summary.mismatch.channels.get(channel)?.get(band)?.share_ppm
}

fn board(summary: &Summary, (channel, band, most): (usize, usize, u32)) -> Board {
    let bands = &summary.mismatch.bands;
    let when = summary.mismatch.worst.map_or(String::new(), |worst| {
        format!("; most at {}, {} of all", clock(worst.from_us), share(worst.share_ppm))
    });
    let row = |(place, of): (usize, &crate::report::summary::verdict::Channel)| {
        let cells = (0..bands.len()).map(|band| said(cell(summary, place, band)));
        std::iter::once(of.name.clone()).chain(cells).collect()
    };
    let heads = bands.iter().map(ranks);
    Board {
        key: "mismatch",
        title: format!(
            "{} offered more than there was of {} for {} of the time",
            summary.channels[channel].name,
            sellers(&bands[band]),
            share(most),
        ),
        subtitle: format!(
            "Share of SKU-time with more offered than there was, by channel and by rank of the \
             SKU in units sold{when}"
        ),
        columns: std::iter::once("channel".to_owned()).chain(heads).collect(),
        rows: summary.channels.iter().enumerate().map(row).collect(),
    }
}

fn said(share_ppm: Option<u32>) -> String {
    share_ppm.map_or("—".to_owned(), share)
}

/// `1`, `2–5`.
fn ranks(band: &RankBand) -> String {
    if band.from == band.until {
        return format!("rank {}", band.from);
    }
    format!("{}–{}", band.from, band.until)
}

fn sellers(band: &RankBand) -> String {
    match (band.from, band.until) {
        (1, 1) => "the best seller".to_owned(),
        (from, until) if from == until => format!("the seller of rank {from}"),
        (from, until) => format!("the sellers of rank {from} to {until}"),
    }
}

fn body(canvas: &mut Canvas, sheet: &Sheet, top: i32, summary: &Summary) -> Drawn {
    let bands = &summary.mismatch.bands;
    let widest = summary.channels.iter().map(|c| LABEL.width(&c.name)).max().unwrap_or(0);
    let left = (widest + 150).min(sheet.width / 4);
    let width = (sheet.width - left) / bands.len().max(1) as i32;
    let x = |band: usize| left + band as i32 * width;
    for (place, band) in bands.iter().enumerate() {
        let middle = x(place) + width / 2;
        let units = counted(band.units.max(0).unsigned_abs(), "unit", "units");
        for (y, text, face) in [(80, ranks(band), LABEL), (230, units, SMALL)] {
            let text = face.fit(&text, width - SEAM);
            canvas.text((middle, top + y), &text, face, Anchor::Centre)?;
        }
    }
    let most = u64::from(worst_cell(summary).map_or(1, |(_, _, most)| most.max(1)));
    for (place, channel) in summary.channels.iter().enumerate() {
        let y = top + HEAD + place as i32 * ROW;
        canvas.group(&[("data-channel", &channel.name)], |canvas| {
            let name = LABEL.fit(&channel.name, left - 100);
            canvas.text((0, y + ROW / 2), &name, LABEL, Anchor::Left)?;
            for band in 0..bands.len() {
                let of = cell(summary, place, band);
                let ink = u64::from(of.unwrap_or(0)) * INK_MAX / most;
                let box_of = rectangle((x(band), y), (x(band) + width - SEAM, y + ROW - SEAM));
                canvas.area(&box_of, GRID, 45)?;
                if ink > 0 {
                    canvas.area(&box_of, VERMILLION, ink as u8)?;
                }
                let text = LABEL.fit(&said(of), width - SEAM);
                canvas.text((x(band) + width / 2, y + ROW / 2), &text, LABEL, Anchor::Centre)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_fullest_cell_is_the_finding_and_none_is_no_chart() {
        let mut summary = Summary::of(&sample::no_go());
        let drawn = chart(&summary, Layout::Narrow).unwrap().unwrap();
        assert_eq!(drawn.rows.len(), summary.channels.len());
        let (channel, band, most) = worst_cell(&summary).unwrap();
        assert!(drawn.title.contains(&summary.channels[channel].name), "{}", drawn.title);
        assert_eq!(drawn.rows[channel][band + 1], share(most));
        for cell in summary.mismatch.channels.iter_mut().flatten() {
            cell.share_ppm = None;
        }
        assert!(chart(&summary, Layout::Narrow).is_none());
    }
}
