//! Owns reading modelled traffic: demand over the phases, baskets, payment, changes of mind.
//! Must not know a replayed log (`replay`) nor what is for sale (`catalog`).

use std::ops::Range;

use super::timeline::{PhaseSpec, Timeline};
use crate::commerce::terms::Payment;
use crate::language::law::law;
use crate::language::map::{Map, each, entries};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{
    RATE_MAX_PER_HOUR, choice, grouped, parse_count, parse_multiple, parse_per_hour, parse_share,
    scalar, share, some_up_to,
};
use crate::language::tree::{Node, Value};
use crate::law::Law;
use crate::traffic::plan::{CustomerCancellations, Piece, Shape};
use crate::units::{Ppm, Rate, Span};

/// The most orders a scenario may ask for: at some microseconds of work each, a replication's.
pub(super) const ORDERS_MAX: f64 = 1e8;

/// How many different shoppers there are, unless said.
const BUYERS_DEFAULT: u64 = 100_000;

/// What `traffic:` says of a modelled campaign.
pub(super) struct DemandSpec {
    pub(super) curve: Vec<Piece>,
    pub(super) lines: Vec<(u8, Ppm)>,
    pub(super) units: Vec<(u8, Ppm)>,
    pub(super) cancellations: CustomerCancellations,
    pub(super) buyers: u64,
}

/// How the rate goes within a phase, as multiples of the demand.
#[derive(Clone, Copy)]
pub(super) struct PhaseRate {
    from: f64,
    to: f64,
    shape: Shape,
}

/// The rate and curve of a phase.
pub(super) fn phase_rate<'n>(map: &Map<'n>, r: &'n Reading) -> Option<PhaseRate> {
    let rate = map.required("rate", multiples);
    let curves = &[("linear", Shape::Linear), ("exponential", Shape::Exponential)];
    let shape = map.or("curve", Shape::Linear, choice(curves))?;
    let (from, to) = rate?;
    if shape == Shape::Exponential && (from <= 0.0 || to <= 0.0) {
        let at = map.key_at("curve").unwrap_or_default();
        let wrong = Wrong::new("an exponential curve cannot begin or end at 0x");
        r.wrong(
            &at,
            wrong.expected("rates above zero at both ends, such as [0.1x, 3x], or `curve: linear`"),
        );
        return None;
    }
    Some(PhaseRate { from, to, shape })
}

/// `10x` or `[1x, 10x]`.
fn multiples(node: &Node, r: &Reading) -> Option<(f64, f64)> {
    match &node.value {
        Value::List(ends) => {
            let ends_read = each(ends, |end| scalar(end, r, parse_multiple))?;
            let &[from, to] = ends_read.as_slice() else {
                let wrong = Wrong::new(format!("{} rates", ends.len()));
                r.wrong(&node.at, wrong.expected("one rate (10x), or two for a ramp: [1x, 10x]"));
                return None;
            };
            Some((from, to))
        }
        _ => scalar(node, r, parse_multiple).map(|x| (x, x)),
    }
}

/// Reads the keys of modelled traffic beside `phases`.
pub(super) fn read<'n>(
    map: &Map<'n>,
    phases: Option<&[PhaseSpec<PhaseRate>]>,
    timeline: Option<&Timeline>,
    r: &'n Reading,
) -> Option<DemandSpec> {
    let demand = map.required("demand", |node, r| {
        scalar(node, r, parse_per_hour).map(|per_hour| (per_hour, node.at.clone()))
    });
    let one = vec![(1, Ppm::ONE)];
    let lines = map.or("lines", one.clone(), |node, r| shares_of_counts(node, "lines", r));
    let units = map.or("units", one, |node, r| shares_of_counts(node, "units", r));
    let none = CustomerCancellations { share: Ppm::ZERO, after: Law::Constant(Span::ZERO) };
    let cancellations = map.or("customer cancellations", none, customer_cancellations);
    let buyers = map.or("buyers", BUYERS_DEFAULT, some_up_to(1_000_000_000_000));
    let curve = match (demand, phases, timeline) {
        (Some((per_hour, at)), Some(phases), Some(timeline)) => {
            curve(per_hour, &at, phases, timeline, r)
        }
        _ => None,
    };
    Some(DemandSpec {
        curve: curve?,
        lines: lines?,
        units: units?,
        cancellations: cancellations?,
        buyers: buyers?,
    })
}

/// Lays the rates over the phases, and refuses what would never end or never begin.
fn curve(
    per_hour: f64,
    at: &Range<usize>,
    phases: &[PhaseSpec<PhaseRate>],
    timeline: &Timeline,
    r: &Reading,
) -> Option<Vec<Piece>> {
    let stretches = timeline.charter_phases()?;
    let rates: Vec<PhaseRate> = phases.iter().map(|phase| phase.rest).collect::<Option<_>>()?;
    let mut orders = 0.0;
    for (stretch, rate) in stretches.iter().zip(&rates) {
        let hours = stretch.until.since(stretch.from).as_secs_f64() / 3_600.0;
        orders += per_hour * hours * mean(rate);
    }
    if orders > ORDERS_MAX {
        let wrong = Wrong::new(format!("this asks for {} orders", grouped(orders)));
        let expected = format!("at most {} in a campaign", grouped(ORDERS_MAX));
        r.wrong(at, wrong.expected(expected).hint("lower the demand, or shorten the phases"));
        return None;
    }
    if orders < 1.0 {
        let wrong = Wrong::new("this asks for less than one order in the whole campaign");
        r.wrong(at, wrong.expected("more demand, longer phases, or rates above 0x, such as 1x"));
        return None;
    }
    let highest = rates.iter().map(|rate| rate.from.max(rate.to) * per_hour).fold(0.0, f64::max);
    if highest > RATE_MAX_PER_HOUR {
        let wrong = Wrong::new(format!("this comes to {} orders an hour", grouped(highest)));
        let expected = format!("at most {} in any phase", grouped(RATE_MAX_PER_HOUR));
        r.wrong(at, wrong.expected(expected).hint("lower the demand, or the rate of a phase"));
        return None;
    }
    let of = |x: f64| Rate((per_hour * x * 1e3).round() as u64);
    let piece = |(stretch, rate): (&crate::history::charter::Phase, &PhaseRate)| Piece {
        from: stretch.from,
        until: stretch.until,
        rate_from: of(rate.from),
        rate_to: of(rate.to),
        shape: rate.shape,
    };
    let curve: Vec<Piece> = stretches.iter().zip(&rates).map(piece).collect();
    let vanished = |p: &Piece| p.shape == Shape::Exponential && p.rate_from.0.min(p.rate_to.0) == 0;
    if curve.iter().any(vanished) {
        let wrong = Wrong::new("an exponential curve whose rate rounds to zero");
        r.wrong(at, wrong.expected("at least one order in a thousand hours"));
        return None;
    }
    Some(curve)
}

/// The mean of a rate over its phase: (a + b)/2 along a line, (b − a)/ln(b/a) exponentially.
fn mean(rate: &PhaseRate) -> f64 {
    let (a, b) = (rate.from, rate.to);
    match rate.shape {
        Shape::Exponential if (a - b).abs() > 1e-12 => (b - a) / (b / a).ln(),
        _ => f64::midpoint(a, b),
    }
}

/// `{ 1: 90%, 2: 7%, 3: 3% }`.
fn shares_of_counts(node: &Node, what: &str, r: &Reading) -> Option<Vec<(u8, Ppm)>> {
    let entries = entries(node, what, r)?;
    let mut shares = each(entries, |entry| {
        let expected = "a whole number from 1 to 255, then its share, such as 2: 7%";
        let count = match parse_count(&entry.key, expected) {
            Ok(count @ 1..=255) => Some(count as u8),
            Ok(_) => {
                let wrong =
                    Wrong::new(format!("`{}` is out of range", entry.key)).expected(expected);
                r.wrong(&entry.key_at, wrong);
                None
            }
            Err(wrong) => {
                r.wrong(&entry.key_at, wrong);
                None
            }
        };
        let share = scalar(&entry.node, r, parse_share);
        Some((count?, share?))
    })?;
    let mut parts: Vec<Ppm> = shares.iter().map(|(_, share)| *share).collect();
    whole(&mut parts, &format!("the shares of `{what}`"), &node.at, r)?;
    for (share, part) in shares.iter_mut().zip(parts) {
        share.1 = part;
    }
    Some(shares)
}

/// Holds shares to adding up to 100 %; what rounding leaves goes to the largest.
pub(super) fn whole(shares: &mut [Ppm], what: &str, at: &Range<usize>, r: &Reading) -> Option<()> {
    let sum: i64 = shares.iter().map(|share| i64::from(share.0)).sum();
    let off = i64::from(Ppm::ONE.0) - sum;
    // Each share was rounded by half a millionth at most; thirds may be written as 33.33333%.
    if off.unsigned_abs() > shares.len() as u64 {
        let percent = |ppm: i64| format!("{}%", ppm as f64 / 1e4);
        let wrong = Wrong::new(format!("{what} add up to {}", percent(sum)));
        let hint = if off > 0 {
            format!("{} are missing: add them to one of the shares", percent(off))
        } else {
            format!("{} are too many: take them from one of the shares", percent(-off))
        };
        r.wrong(at, wrong.expected("exactly 100%").hint(hint));
        return None;
    }
    if let Some(largest) = shares.iter_mut().max_by_key(|share| share.0) {
        largest.0 = (i64::from(largest.0) + off) as u32;
    }
    Some(())
}

fn customer_cancellations(node: &Node, r: &Reading) -> Option<CustomerCancellations> {
    let map = Map::open(node, "customer cancellations", r)?;
    let share = map.required("share", share);
    let after = map.required("after", law);
    Some(CustomerCancellations { share: share?, after: after? })
}

/// `immediate`, or `{ after: …, fails: 3% }`.
pub(super) fn payment(node: &Node, r: &Reading) -> Option<Payment> {
    if let Value::Scalar(_) = node.value {
        choice(&[("immediate", ())])(node, r)?;
        return Some(Payment::Immediate);
    }
    let map = Map::open(node, "payment", r)?;
    let after = map.required("after", law);
    let fails = map.or("fails", Ppm::ZERO, share);
    let held_for = map.or("held for", None, |node, r| law(node, r).map(Some));
    Some(Payment::After { after: after?, fails: fails?, held_for: held_for? })
}
