//! Owns the windows of the hand-made judgements: a queue that keeps up, or one that does not.

use super::*;

/// How the windows of a sample go.
pub(super) struct Flow {
    /// Whether the sync queue outgrows its workers at the peak.
    pub(super) backlog: bool,
    /// How many windows of a minute there are.
    pub(super) until_min: u64,
}

pub(super) fn series(flow: &Flow) -> Series {
    let mut queue = 0_u64;
    let run: Vec<Window> = (0..flow.until_min).map(|min| window(min, flow, &mut queue)).collect();
    let channels = PARTS.map(|part| run.iter().map(|window| of_channel(window, part)).collect());
    Series { width: Span::from_mins(1), channels: channels.into(), run }
}

/// Of each channel: its percent of the orders, and of the run's lag.
const PARTS: [(u64, u64); 3] = [(50, 60), (30, 115), (20, 90)];

/// A channel's part of a window of the run.
fn of_channel(run: &Window, (orders, lag): (u64, u64)) -> Window {
    let part = |n: u64| (n * orders + 50) / 100;
    let lagging = |span: Option<Span>| span.map(|span| Span(span.0 * lag / 100));
    let refused = part(run.refused);
    let missed = part(run.due - run.handed_off);
    Window {
        offered: part(run.offered),
        sent: part(run.sent),
        answered: part(run.answered),
        accepted: part(run.offered) - refused,
        refused,
        sync_lag: Percentiles {
            count: part(run.sync_lag.count),
            p50: lagging(run.sync_lag.p50),
            p95: lagging(run.sync_lag.p95),
            p99: lagging(run.sync_lag.p99),
            max: lagging(run.sync_lag.max),
        },
        oldest_unshown: Span(run.oldest_unshown.0 * lag / 100),
        oversold: Qty(part(run.oversold.0.unsigned_abs()) as i64),
        cancelled: part(run.cancelled),
        due: part(run.due),
        handed_off: part(run.due) - missed,
        queue_depth: 0,
        busy: Ppm(0),
        lateness_wall_p99: None,
        in_flight: 0,
    }
}

fn window(min: u64, flow: &Flow, queue: &mut u64) -> Window {
    let offered = offered(min);
    let drained = if flow.backlog { 190 } else { 900 };
    *queue = (*queue + offered * 3).saturating_sub(drained + min % 7);
    let behind_s = *queue * 60 / drained;
    let quiet = offered == 0;
    let p95_s = 22 + min * 13 % 9 + behind_s;
    let lagging = flow.backlog && behind_s > 400;
    let refused = if flow.backlog { offered / 30 } else { offered / 90 };
    Window {
        offered,
        sent: offered,
        answered: offered,
        accepted: offered - refused,
        refused,
        refused_for_stock: refused / 2,
        sync_lag: spread(offered, p95_s),
        shelf_lag: spread(offered, p95_s + 25),
        price_parity: Some(Ppm(1_000_000 - mismatch(behind_s, min) / 2)),
        mismatch: Some(Ppm(mismatch(behind_s, min))),
        lost_after_throttling: if lagging { offered / 30 } else { 0 },
        oldest_unshown: Span::from_secs(if flow.backlog { behind_s } else { 12 + min % 5 }),
        queue_depth: if flow.backlog { *queue as u32 } else { (4 + min * 7 % 11) as u32 },
        busy: Ppm(if flow.backlog { 990_000 } else { 220_000 }),
        oversold: Qty(if lagging { (offered / 40) as i64 } else { 0 }),
        cancelled: if lagging { offered / 55 } else { 0 },
        due: offered,
        handed_off: if lagging { offered - offered / 50 } else { offered },
        lateness_wall_p99: (!quiet).then_some(Span(344)),
        in_flight: 3 + offered / 12,
    }
}

/// Percentiles of a lag, where anything changed.
fn spread(changes: u64, p95_s: u64) -> Percentiles {
    if changes == 0 {
        return Percentiles::default();
    }
    percentiles(changes, [p95_s / 3, p95_s, p95_s + p95_s / 4, p95_s + 60].map(s))
}

/// The further behind, the more of what sold is offered wrongly.
fn mismatch(behind_s: u64, min: u64) -> u32 {
    (behind_s * 120 + min * 31 % 700).min(240_000) as u32
}

fn s(s: u64) -> u64 {
    s * 1_000_000
}

/// Orders wanted in a minute: baseline, ramp, peak, fade, recovery, drain.
fn offered(min: u64) -> u64 {
    let wobble = min * 37 % 11;
    match min {
        0..20 => 20 + wobble,
        20..25 => 20 + (min - 19) * 36 + wobble,
        25..45 => 200 + wobble * 2,
        45..105 => 200 * 40 / (40 + (min - 45) * 4) + wobble,
        105..MINUTES => 22 + wobble,
        _ => 0,
    }
}
