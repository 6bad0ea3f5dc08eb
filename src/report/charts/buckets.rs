//! Owns the merging of windows into so many buckets that a chart or table can show them.
//! Must not average percentiles: a bucket shows the worst of its windows.

use super::picture::{Along, Values};
use crate::report::summary::measured::Percentiles;
use crate::report::summary::series::{Series, Window};

/// Windows merged; buckets touch, the first from the campaign's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buckets {
    /// Width of each.
    pub width_us: u64,
    /// The run, merged.
    pub run: Vec<Window>,
    /// Each channel, merged, in the order of the summary's channels.
    pub channels: Vec<Vec<Window>>,
}

impl Buckets {
    /// At most `buckets_max` of equal width.
    pub fn of(series: &Series, buckets_max: usize) -> Buckets {
        Buckets::of_each(series, series.run.len().div_ceil(buckets_max.max(1)))
    }

    /// Buckets of `each` windows.
    pub fn of_each(series: &Series, each: usize) -> Buckets {
        let each = each.max(1);
        let merged = |windows: &Vec<Window>| -> Vec<Window> {
            let buckets = windows.chunks(each);
            buckets.map(|windows| windows.iter().fold(Window::default(), merge)).collect()
        };
        Buckets {
            width_us: series.width_us.saturating_mul(each as u64),
            run: merged(&series.run),
            channels: series.channels.iter().map(merged).collect(),
        }
    }

    /// Where the values made from them stand.
    pub fn along(&self) -> Along {
        Along::Buckets { width_us: self.width_us, count: self.run.len() }
    }

    /// A value of the run, a bucket.
    pub(super) fn run(&self, value: impl Fn(&Window) -> Option<i64>) -> Values {
        self.run.iter().map(value).collect()
    }

    /// A value of the channel at that place, a bucket.
    pub(super) fn channel(&self, place: usize, value: impl Fn(&Window) -> Option<i64>) -> Values {
        self.channels
            .get(place)
            .map_or_else(Vec::new, |windows| windows.iter().map(value).collect())
    }
}

#[expect(clippy::large_types_passed_by_value, reason = "a fold hands its sum on by value")]
fn merge(a: Window, b: &Window) -> Window {
    Window {
        offered: a.offered + b.offered,
        sent: a.sent + b.sent,
        answered: a.answered + b.answered,
        accepted: a.accepted + b.accepted,
        refused: a.refused + b.refused,
        refused_for_stock: a.refused_for_stock + b.refused_for_stock,
        sync_lag: worst(a.sync_lag, b.sync_lag),
        shelf_lag: worst(a.shelf_lag, b.shelf_lag),
        price_parity_ppm: [a.price_parity_ppm, b.price_parity_ppm].into_iter().flatten().min(),
        mismatch_ppm: a.mismatch_ppm.max(b.mismatch_ppm),
        lost_after_throttling: a.lost_after_throttling + b.lost_after_throttling,
        oldest_unshown_us: a.oldest_unshown_us.max(b.oldest_unshown_us),
        queue_depth: a.queue_depth.max(b.queue_depth),
        busy_ppm: a.busy_ppm.max(b.busy_ppm),
        oversold: a.oversold + b.oversold,
        cancelled: a.cancelled + b.cancelled,
        due: a.due + b.due,
        handed_off: a.handed_off + b.handed_off,
        lateness_wall_p99_us: a.lateness_wall_p99_us.max(b.lateness_wall_p99_us),
        in_flight: a.in_flight.max(b.in_flight),
    }
}

/// The worse of each.
fn worst(a: Percentiles, b: Percentiles) -> Percentiles {
    Percentiles {
        count: a.count + b.count,
        p50_us: a.p50_us.max(b.p50_us),
        p95_us: a.p95_us.max(b.p95_us),
        p99_us: a.p99_us.max(b.p99_us),
        max_us: a.max_us.max(b.max_us),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::summary_go;

    #[test]
    fn buckets_keep_every_order_and_the_worst_lag() {
        let series = summary_go().series;
        let few = Buckets::of(&series, 7);
        assert!(few.run.len() <= 7);
        let orders = |windows: &[Window]| windows.iter().map(|w| w.offered).sum::<u64>();
        assert_eq!(orders(&few.run), orders(&series.run));
        let worst = |windows: &[Window]| windows.iter().filter_map(|w| w.sync_lag.p95_us).max();
        assert_eq!(worst(&few.run), worst(&series.run));
        assert_eq!(few.channels.len(), series.channels.len());
        assert_eq!(orders(&few.channels[1]), orders(&series.channels[1]));
    }

    #[test]
    fn enough_room_changes_nothing() {
        let series = summary_go().series;
        let all = Buckets::of(&series, 10_000);
        assert_eq!((all.width_us, &all.run), (series.width_us, &series.run));
    }
}
