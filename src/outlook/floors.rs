//! Owns the least lag that the plan's own times imply: when a change is heard of, how long it is
//! worked on, and how long it takes to show. Must not know what waiting adds.
//!
//! Three independent times X + Y + Z exceed t at least when each exceeds its part of t, so that
//! P(sum ≥ t) ≥ P(X ≥ a)·P(Y ≥ b)·P(Z ≥ c) for every a + b + c = t. The best of a few splits is
//! taken: a bound that needs no sum of distributions, and never says too much.

use super::calls::syncs_own_sales;
use super::keys;
use super::loads::Setting;
use crate::commerce::terms::Rhythm;
use crate::history::charter::Kpi;
use crate::ids::ChannelId;
use crate::law::Law;
use crate::units::Span;

/// A p95 is the lag that 95 of 100 stay within.
const BEYOND_P95: f64 = 0.05;
/// Parts into which a time is split.
const SPLITS: u32 = 16;
/// Points that stand for a law of durations.
const POINTS: u32 = 1_000;

/// The least lag of one kind on one channel.
#[derive(Clone, Debug)]
pub struct Floor {
    /// Sync lag, price lag, listing latency or, for the time to the OMS, handoff success.
    pub kpi: Kpi,
    /// Where.
    pub channel: ChannelId,
    /// About where the 95th percentile lies before anything waits, in seconds: of a few samples it
    /// may lie lower, and a newer change that shows first makes it so.
    pub p95_s: f64,
    /// The least share of samples beyond the limit of a GO.
    pub late: f64,
    /// Samples expected.
    pub samples: f64,
    /// Minutes in which some are expected.
    pub minutes: f64,
    /// Keys of the scenario that would make it less.
    pub keys: Vec<String>,
}

/// A duration as points of equal weight, in ascending seconds.
#[derive(Clone, Debug)]
struct Points(Vec<f64>);

impl Points {
    fn of(law: &Law) -> Points {
        let spread = match law {
            Law::Constant(span) => vec![*span],
            _ => law.spread(POINTS),
        };
        Points(spread.into_iter().map(Span::as_secs_f64).collect())
    }

    /// Until the next look, or no time for whoever is told.
    fn until_heard(rhythm: Rhythm) -> Points {
        match rhythm {
            Rhythm::Webhook => Points(vec![0.0]),
            Rhythm::Poll(every) => Points::of(&Law::Uniform { from: Span::ZERO, to: every }),
        }
    }

    fn least(&self) -> f64 {
        self.0[0]
    }

    fn most(&self) -> f64 {
        self.0[self.0.len() - 1]
    }

    /// The share that exceeds its least by so much.
    fn share_from(&self, seconds: f64) -> f64 {
        let shorter = self.0.partition_point(|point| point - self.least() < seconds - 1e-9);
        1.0 - shorter as f64 / self.0.len() as f64
    }
}

/// A lower bound of the chance that the sum of independent times exceeds this.
fn beyond(parts: &[&Points; 3], seconds: f64) -> f64 {
    let least: f64 = parts.iter().map(|part| part.least()).sum();
    let rest = seconds - least;
    if rest <= 0.0 {
        return 1.0;
    }
    let of =
        |part: &Points, pieces: u32| part.share_from(rest * f64::from(pieces) / f64::from(SPLITS));
    let splits = (0..=SPLITS).flat_map(|a| (0..=SPLITS - a).map(move |b| [a, b, SPLITS - a - b]));
    splits.map(|[a, b, c]| of(parts[0], a) * of(parts[1], b) * of(parts[2], c)).fold(0.0, f64::max)
}

/// A lower bound of the sum's 95th percentile.
fn p95(parts: &[&Points; 3]) -> f64 {
    let (mut low, mut high) = (0.0, parts.iter().map(|part| part.most()).sum::<f64>() + 1e-6);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if beyond(parts, middle) > BEYOND_P95 { low = middle } else { high = middle }
    }
    low
}

/// What is timed on a channel.
struct Timed<'a> {
    kpi: Kpi,
    /// Events a cell.
    samples: Vec<f64>,
    minutes: f64,
    /// Hearing of it, working on it, showing it.
    parts: [&'a Points; 3],
    /// How many of these a newer change of the same SKU cannot make shorter: a change that is
    /// overtaken counts as shown with the one that overtakes it.
    certain: usize,
}

/// The least lags of every channel. `limit_s` is the limit of a GO in seconds, for lags and for the
/// handoff's deadline.
pub(super) fn floors(setting: &Setting<'_>, limit_s: impl Fn(Kpi) -> f64) -> Vec<Floor> {
    let at_once = Points(vec![0.0]);
    let mut floors = Vec::new();
    for connector in &setting.plan.world.connectors {
        let [works, hands] = [&connector.service, connector.order_service()].map(Points::of);
        let [source, orders] = [connector.stock_out, connector.orders_in].map(Points::until_heard);
        for id in &connector.channels {
            let channel = &setting.plan.world.channels[id.index()];
            let [shows, lists] =
                [&channel.shows_changes_after, &channel.lists_after].map(Points::of);
            let changes = setting.changes;
            let own = syncs_own_sales(&setting.plan.charter, id.index());
            let stock = changes.stock_to_show(id.index(), own);
            // What a promotion sets is known before it is due: then nobody has to hear of it first.
            let announced = changes.totals.promoted > 0.0;
            let hears_of_price = if announced { &at_once } else { &source };
            let accepted = changes.accepted[id.index()].clone();
            let timed = [
                Timed {
                    kpi: Kpi::SyncLag,
                    minutes: changes.grid.minutes_with(&stock),
                    samples: stock,
                    parts: [&source, &works, &shows],
                    certain: 1,
                },
                Timed {
                    kpi: Kpi::PriceLag,
                    minutes: changes.price_minutes(*id),
                    samples: changes.prices(Some(*id)),
                    parts: [hears_of_price, &works, &shows],
                    certain: 1,
                },
                Timed {
                    kpi: Kpi::ListingLatency,
                    minutes: changes.listing_minutes as f64,
                    samples: changes.listings.clone(),
                    parts: [&source, &works, &lists],
                    certain: 3,
                },
                Timed {
                    kpi: Kpi::HandoffSuccess,
                    minutes: changes.grid.minutes_with(&accepted),
                    samples: accepted,
                    parts: [&orders, &hands, &at_once],
                    certain: 3,
                },
            ];
            let of = |timed: &Timed<'_>| Floor {
                keys: keys::sooner(setting.plan, timed.kpi, *id),
                ..floor(timed, *id, &at_once, limit_s(timed.kpi))
            };
            floors.extend(timed.iter().map(of));
        }
    }
    floors.sort_by_key(|floor| (floor.kpi, floor.channel));
    floors
}

fn floor(timed: &Timed<'_>, channel: ChannelId, at_once: &Points, limit_s: f64) -> Floor {
    let mut certain = timed.parts;
    certain[timed.certain..].fill(at_once);
    Floor {
        kpi: timed.kpi,
        channel,
        p95_s: p95(&timed.parts),
        late: beyond(&certain, limit_s + 1e-6),
        samples: timed.samples.iter().sum(),
        minutes: timed.minutes,
        keys: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(law: &Law) -> Points {
        Points::of(law)
    }

    #[test]
    fn a_floor_is_near_and_never_above_what_a_million_draws_say() {
        let second = Span::from_secs(1);
        let laws = [
            Law::Uniform { from: Span::ZERO, to: Span::from_secs(10) },
            Law::Exponential { mean: Span::from_secs(2) },
            Law::lognormal(second, Span::from_secs(6), 0.95),
        ];
        let [a, b, c] = [0, 1, 2].map(|i| points(&laws[i]));
        let floor = p95(&[&a, &b, &c]);
        let mut rng = crate::rng::stream(7, "floors");
        let mut draw = || rand::RngExt::random_range(&mut rng, 1e-9..1.0);
        let mut sums: Vec<f64> = (0..200_000)
            .map(|_| laws.iter().map(|law| law.sample([draw(), draw()]).as_secs_f64()).sum())
            .collect();
        sums.sort_by(f64::total_cmp);
        let seen = sums[sums.len() * 95 / 100];
        assert!(floor <= seen && floor > 0.6 * seen, "{floor} against {seen}");
    }

    #[test]
    fn one_time_alone_is_told_exactly() {
        let none = Points(vec![0.0]);
        let look = Points::until_heard(Rhythm::Poll(Span::from_secs(600)));
        let fixed = points(&Law::Constant(Span::from_secs(30)));
        assert!((p95(&[&look, &fixed, &none]) - (570.0 + 30.0)).abs() < 1.5);
        assert!((beyond(&[&look, &none, &none], 300.0) - 0.5).abs() < 0.002);
        assert!((beyond(&[&fixed, &none, &none], 30.1)).abs() < 1e-12);
        assert!((beyond(&[&fixed, &none, &none], 29.9) - 1.0).abs() < 1e-12);
    }
}
