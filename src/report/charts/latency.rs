//! Owns the chart of latency by call and channel: ranges on a logarithmic scale, from the actual
//! and from the intended send. Must not judge them.

use super::board::Board;
use super::canvas::{Anchor, Canvas, Drawn, Stroke, rectangle};
use super::colour::{BLUE, Colour, GRID, MUTED, VERMILLION};
use super::frame::{LABEL, SMALL, Sheet};
use super::{Chart, Layout};
use crate::report::ReportError;
use crate::report::summary::Summary;
use crate::report::summary::measured::{Latency, Percentiles};
use crate::report::words;
use crate::report::words::number::{campaign_time, count, span};

/// More rows than this and the busiest are shown.
const ROWS_MAX: usize = 24;
const FOOT: i32 = 260;

/// None when no call took any time, as in a simulated run.
pub(super) fn chart(summary: &Summary, layout: Layout) -> Option<Result<Chart, ReportError>> {
    let timed = |p: &Percentiles| p.count > 0 && p.max_us.is_some_and(|us| us > 0);
    let mut rows: Vec<&Latency> =
        summary.latency.iter().filter(|l| timed(&l.service) || timed(&l.response)).collect();
    let scale = Scale::of(&rows)?;
    let board = board(summary, &rows, finding(&rows));
    if rows.len() > ROWS_MAX {
        rows.sort_by_key(|l| std::cmp::Reverse(l.response.count));
        rows.truncate(ROWS_MAX);
    }
    let height = 330 + rows.len() as i32 * Rows::of(layout).height + FOOT;
    Some(
        board.draw(layout, height, |canvas, sheet, top| {
            body(canvas, sheet, top, &rows, &scale, layout)
        }),
    )
}

/// The table is of all of them, to the longest.
fn board(summary: &Summary, rows: &[&Latency], title: String) -> Board {
    let shown = if rows.len() > ROWS_MAX {
        format!(" · the {ROWS_MAX} busiest of {}", rows.len())
    } else {
        String::new()
    };
    let times = |p: &Percentiles| {
        [p.p50_us, p.p95_us, p.p99_us, p.max_us].map(|us| us.map_or("—".to_owned(), span))
    };
    let row = |l: &&Latency| {
        let head = [named(l), count(l.response.count)];
        let [service, response] = [times(&l.service), times(&l.response)];
        head.into_iter().chain(service).chain(response).collect()
    };
    let of = |times: &str| [format!("{times} p50"), "p95".into(), "p99".into(), "max".into()];
    let columns = ["call", "calls"].map(str::to_owned).into_iter();
    Board {
        key: "latency",
        title,
        subtitle: format!(
            "Dot at the median, bar to p95, hair to p99; logarithmic{shown} · {}",
            campaign_time(summary.campaign.speed_milli),
        ),
        columns: columns.chain(of("service")).chain(of("response")).collect(),
        rows: rows.iter().map(row).collect(),
    }
}

fn named(latency: &Latency) -> String {
    let call = words::call(latency.call).to_lowercase();
    match &latency.channel {
        Some(channel) => format!("{call}, {channel}"),
        None => format!("{call}, source of record"),
    }
}

fn finding(rows: &[&Latency]) -> String {
    let p95 = |l: &Latency| l.response.p95_us.unwrap_or(0);
    let Some(slowest) = rows.iter().max_by_key(|l| p95(l)) else {
        return "No call was timed".to_owned();
    };
    let sent = slowest.service.p95_us.map_or("—".to_owned(), span);
    format!(
        "The slowest call was to {}: p95 {} of campaign time from the intended send, {sent} from \
         the actual one",
        named(slowest),
        span(p95(slowest)),
    )
}

/// Decades of microseconds.
struct Scale {
    from: u32,
    until: u32,
}

impl Scale {
    fn of(rows: &[&Latency]) -> Option<Scale> {
        let both = rows.iter().flat_map(|l| [&l.service, &l.response]);
        let shown = both.flat_map(|p| [p.p50_us, p.p95_us, p.p99_us]).flatten();
        let (mut lowest, mut highest) = (u64::MAX, 0);
        for us in shown.map(|us| us.max(1)) {
            (lowest, highest) = (lowest.min(us), highest.max(us));
        }
        let from = lowest.checked_ilog10()?;
        (highest > 0).then(|| Scale { from, until: (highest.ilog10() + 1).max(from + 1) })
    }

    fn x(&self, us: u64, (left, right): (i32, i32)) -> i32 {
        let decades = f64::from(self.until - self.from);
        let along = ((us.max(1) as f64).log10() - f64::from(self.from)) / decades;
        left + (along.clamp(0.0, 1.0) * f64::from(right - left)) as i32
    }

    /// Every decade, with its 2 and 5 where there are few.
    fn ticks(&self) -> Vec<u64> {
        let within: &[u64] = if self.until - self.from <= 2 { &[1, 2, 5] } else { &[1] };
        let decades = (self.from..self.until).map(|exponent| 10_u64.saturating_pow(exponent));
        let inner = decades.flat_map(|ten| within.iter().map(move |m| ten.saturating_mul(*m)));
        inner.chain([10_u64.saturating_pow(self.until)]).collect()
    }
}

fn body(
    canvas: &mut Canvas,
    sheet: &Sheet,
    top: i32,
    rows: &[&Latency],
    scale: &Scale,
    layout: Layout,
) -> Drawn {
    let rows_of = Rows::of(layout);
    let across = (rows_of.left, sheet.width - 760);
    legend(canvas, across.0, top)?;
    let (head, bottom) = (top + 330, top + 330 + rows.len() as i32 * rows_of.height);
    let mut said_until = -1;
    for us in scale.ticks() {
        let x = scale.x(us, across);
        canvas.path(&[(x, head), (x, bottom)], GRID, Stroke::Hair)?;
        let said = span(us);
        let half = (SMALL.width(&said) + 1) / 2;
        let middle = x.max(half);
        if middle - half > said_until {
            canvas.text((middle, bottom + 130), &said, SMALL, Anchor::Centre)?;
            said_until = middle + half + 60;
        }
    }
    canvas.path(&[(across.0, bottom), (across.1, bottom)], MUTED, Stroke::Hair)?;
    for (place, row) in rows.iter().enumerate() {
        let y = head + place as i32 * rows_of.height;
        let channel = row.channel.as_deref().unwrap_or("");
        let about = [("data-channel", channel)];
        canvas.group(if channel.is_empty() { &[] } else { &about }, |canvas| {
            let ((x, above, anchor), room) = (rows_of.name, rows_of.name_room);
            canvas.text((x, y + above), &LABEL.fit(&named(row), room), LABEL, anchor)?;
            let [service, response] = rows_of.ranges;
            range(canvas, &row.service, BLUE, scale, across, y + service)?;
            range(canvas, &row.response, VERMILLION, scale, across, y + response)
        })?;
    }
    Ok(())
}

/// How a row is laid out. A telephone has no room for names beside the ranges: they stand above.
struct Rows {
    height: i32,
    /// Where the ranges begin.
    left: i32,
    /// Where the name stands: along, below the row's top, on which side of the point.
    name: (i32, i32, Anchor),
    name_room: i32,
    /// How far below the row's top each range runs.
    ranges: [i32; 2],
}

impl Rows {
    fn of(layout: Layout) -> Rows {
        match layout {
            Layout::Wide => Rows {
                height: 420,
                left: 2_400,
                name: (2_240, 210, Anchor::Right),
                name_room: 2_240,
                ranges: [130, 290],
            },
            Layout::Narrow => Rows {
                height: 540,
                left: 60,
                name: (0, 100, Anchor::Left),
                name_room: 4_000,
                ranges: [260, 420],
            },
        }
    }
}

fn legend(canvas: &mut Canvas, left: i32, top: i32) -> Drawn {
    let mut x = left;
    for (name, colour) in [("from the actual send", BLUE), ("from the intended send", VERMILLION)] {
        canvas.dot((x + 40, top + 100), 38, colour)?;
        canvas.text((x + 130, top + 100), name, LABEL, Anchor::Left)?;
        x += 130 + LABEL.width(name) + 260;
    }
    Ok(())
}

fn range(
    canvas: &mut Canvas,
    of: &Percentiles,
    colour: Colour,
    scale: &Scale,
    across: (i32, i32),
    y: i32,
) -> Drawn {
    let (Some(p50), Some(p95), Some(p99)) = (of.p50_us, of.p95_us, of.p99_us) else {
        return Ok(());
    };
    let [from, bar, until] = [p50, p95, p99].map(|us| scale.x(us, across));
    canvas.path(&[(from, y), (until, y)], colour, Stroke::Thin)?;
    canvas.path(&[(until, y - 35), (until, y + 35)], colour, Stroke::Thin)?;
    canvas.area(&rectangle((from, y - 25), (bar, y + 25)), colour, 60)?;
    canvas.dot((from, y), 45, colour)?;
    canvas.text((until + 70, y), &format!("p95 {}", span(p95)), SMALL, Anchor::Left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn scale(us: &[u64]) -> Option<Vec<u64>> {
        let mut rows = sample::summary_go().latency;
        rows.truncate(us.len());
        for (row, us) in rows.iter_mut().zip(us) {
            let all = Some(*us);
            row.service =
                Percentiles { count: 1, p50_us: all, p95_us: all, p99_us: all, max_us: all };
            row.response = row.service;
        }
        Scale::of(&rows.iter().collect::<Vec<_>>()).map(|scale| scale.ticks())
    }

    #[test]
    fn decades_reach_around_what_was_measured() {
        assert_eq!(scale(&[]), None);
        assert_eq!(scale(&[1_000]), Some(vec![1_000, 2_000, 5_000, 10_000]));
        assert_eq!(scale(&[0, 90_000]).unwrap(), [1, 10, 100, 1_000, 10_000, 100_000]);
        assert!(scale(&[1, u64::MAX]).unwrap().len() < 25);
    }

    #[test]
    fn a_simulated_run_has_no_latency_to_show() {
        let mut summary = sample::summary_go();
        assert!(chart(&summary, Layout::Wide).is_some());
        for row in &mut summary.latency {
            let none = Some(0);
            let still =
                Percentiles { count: 9, p50_us: none, p95_us: none, p99_us: none, max_us: none };
            (row.service, row.response) = (still, still);
        }
        assert!(chart(&summary, Layout::Wide).is_none());
    }
}
