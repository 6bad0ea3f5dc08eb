//! Owns how many orders come when, by channel: the integral of a demand's curve, or a log counted.
//! Must not know what is ordered, nor whether it is accepted.

use crate::history::charter::Phase;
use crate::scenario::Plan;
use crate::traffic::Traffic;
use crate::traffic::curve::Curve;
use crate::traffic::plan::{OrderLog, Piece};
use crate::units::{At, Span};

/// Windows that a log is counted in, at most; never narrower than a second.
const WINDOWS_MAX: u64 = 4_000;

/// Orders over time.
pub(super) struct Inflow {
    source: Source,
    ends: At,
}

enum Source {
    /// A curve, its pieces, and each channel's share.
    Curve(Curve, Vec<Piece>, Vec<f64>),
    /// A log: by channel, orders before each window's start.
    Counted { width: Span, before: Vec<Vec<f64>> },
}

/// The busiest moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// Orders a second.
    pub per_s: f64,
    /// When that is first reached.
    pub at: At,
}

impl Inflow {
    pub(super) fn of(plan: &Plan) -> Inflow {
        let ends = plan.charter.traffic_ends;
        let source = match &plan.traffic {
            Traffic::Modelled(demand) => {
                let shares = demand.channels.iter().map(|share| share.as_f64()).collect();
                Source::Curve(Curve::new(&demand.curve), demand.curve.clone(), shares)
            }
            Traffic::Replayed(log) => counted(log, plan.charter.channels.len(), ends),
        };
        Inflow { source, ends }
    }

    /// Orders of a channel, or of all, from one moment until another.
    pub(super) fn orders(&self, channel: Option<usize>, from: At, until: At) -> f64 {
        match &self.source {
            Source::Curve(curve, _, shares) => {
                curve.expected(from, until) * channel.map_or(1.0, |channel| shares[channel])
            }
            Source::Counted { width, before } => {
                let of = |counts: &Vec<f64>| at(counts, *width, until) - at(counts, *width, from);
                match channel {
                    Some(channel) => of(&before[channel]),
                    None => before.iter().map(of).sum(),
                }
            }
        }
    }

    /// A log is known; a demand's counts are Poisson.
    pub(super) fn is_drawn(&self) -> bool {
        matches!(self.source, Source::Curve(..))
    }

    /// When traffic ends.
    pub(super) fn ends(&self) -> At {
        self.ends
    }

    /// The highest rate: of a curve exactly, of a log in its busiest minute.
    pub(super) fn peak(&self) -> Peak {
        match &self.source {
            Source::Curve(_, pieces, _) => {
                let ends = pieces.iter().flat_map(|piece| {
                    let ends = [(piece.from, piece.rate_from), (piece.until, piece.rate_to)];
                    let lasts = piece.from < piece.until;
                    ends.into_iter().filter(move |_| lasts)
                });
                let mut peak = Peak { per_s: 0.0, at: At::START };
                for (at, rate) in ends {
                    if rate.per_sec_f64() > peak.per_s {
                        peak = Peak { per_s: rate.per_sec_f64(), at };
                    }
                }
                peak
            }
            Source::Counted { width, .. } => {
                let minute = Span(width.0.max(60_000_000)).min(self.ends.since(At::START));
                let length = minute.as_secs_f64().max(1e-6);
                let starts = (0..).map(|n| At(n * width.0)).take_while(|at| *at < self.ends);
                let mut peak = Peak { per_s: 0.0, at: At::START };
                for from in starts {
                    let per_s = self.orders(None, from, from + minute) / length;
                    if per_s > peak.per_s + 1e-9 {
                        peak = Peak { per_s, at: from };
                    }
                }
                peak
            }
        }
    }
}

/// The quietest phase that sells at all, and the one in which the peak is reached or goes on.
pub(super) fn quiet_and_busy(inflow: &Inflow, phases: &[Phase]) -> (usize, usize) {
    let rate = |phase: &Phase| {
        let length = phase.until.since(phase.from).as_secs_f64();
        if length > 0.0 { inflow.orders(None, phase.from, phase.until) / length } else { 0.0 }
    };
    let rates: Vec<f64> = phases.iter().map(rate).collect();
    let sells = |place: &usize| rates[*place] > 0.0;
    let order = |a: &usize, b: &usize| rates[*a].total_cmp(&rates[*b]);
    let quiet = (0..rates.len()).filter(sells).min_by(order).unwrap_or(0);
    // Of equals the first.
    let busy = (0..rates.len()).rev().max_by(order).unwrap_or(0);
    (quiet, busy)
}

fn counted(log: &OrderLog, channels: usize, ends: At) -> Source {
    let width = Span((ends.0 / WINDOWS_MAX).max(1_000_000));
    let windows = ends.0.div_ceil(width.0) as usize;
    let mut before = vec![vec![0.0; windows + 1]; channels];
    for order in &log.orders {
        let window = ((order.at.0 / width.0) as usize).min(windows.saturating_sub(1));
        if let Some(counts) = before.get_mut(order.channel.index()) {
            counts[window + 1] += 1.0;
        }
    }
    for counts in &mut before {
        for place in 1..counts.len() {
            counts[place] += counts[place - 1];
        }
    }
    Source::Counted { width, before }
}

/// Orders before a moment; within a window they lie evenly.
fn at(before: &[f64], width: Span, moment: At) -> f64 {
    let place = moment.0 as f64 / width.0 as f64;
    let window = place as usize;
    match (before.get(window), before.get(window + 1)) {
        (Some(from), Some(until)) => from + (until - from) * (place - window as f64),
        _ => before.last().copied().unwrap_or(0.0),
    }
}
