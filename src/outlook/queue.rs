//! Owns a queue as a fluid: what comes in a cell of time, what can be served, what is left.
//! Must not know what is queued.
//!
//! A fluid leaves out chance: a queue that keeps up on average has no wait here. So every wait is
//! a floor, never a forecast.

use super::changes::Grid;

/// One kind of work in a queue.
#[derive(Clone, Debug)]
pub(super) struct Work {
    /// Jobs a cell.
    pub(super) jobs: Vec<f64>,
    /// Lower goes first.
    pub(super) rank: u8,
    /// The most that can wait: updates of one SKU replace each other.
    pub(super) most: f64,
}

/// What a queue came to.
#[derive(Clone, Debug)]
pub(super) struct Played {
    /// By kind of work, then cell: how long a job waits that comes at the end of it, in seconds.
    pub(super) waits: Vec<Vec<f64>>,
    /// Jobs waiting at the end of each cell.
    pub(super) backlog: Vec<f64>,
}

/// Plays the queue through.
pub(super) fn play(grid: Grid, works: &[Work], capacity_per_s: f64) -> Played {
    let capacity = capacity_per_s * grid.seconds();
    let ranks = works.iter().map(|work| work.rank).max().map_or(0, |last| last + 1);
    let mut waiting = vec![0.0; works.len()];
    let mut played = Played { waits: vec![Vec::new(); works.len()], backlog: Vec::new() };
    for cell in 0..grid.cells {
        let mut left = capacity;
        for rank in 0..ranks {
            let here = |place: &usize| works[*place].rank == rank;
            let places: Vec<usize> = (0..works.len()).filter(here).collect();
            let come: f64 = places.iter().map(|p| waiting[*p] + works[*p].jobs[cell]).sum();
            let served = come.min(left);
            left -= served;
            for place in places {
                let all = waiting[place] + works[place].jobs[cell];
                let share = if come > 0.0 { served / come } else { 0.0 };
                waiting[place] = (all * (1.0 - share)).min(works[place].most);
            }
        }
        for (place, work) in works.iter().enumerate() {
            let sum = |picked: &dyn Fn(&Work) -> bool, of: &dyn Fn(usize) -> f64| -> f64 {
                (0..works.len()).filter(|p| picked(&works[*p])).map(of).sum()
            };
            let before = sum(&|other| other.rank <= work.rank, &|p| waiting[p]);
            let above = sum(&|other| other.rank < work.rank, &|p| works[p].jobs[cell]);
            let pace = (capacity - above).max(capacity * 0.01) / grid.seconds();
            played.waits[place].push(if before > 1e-9 { before / pace } else { 0.0 });
        }
        played.backlog.push(waiting.iter().sum());
    }
    played
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{At, Span};

    fn grid() -> Grid {
        let grid = Grid::over(At::START + Span::from_mins(60));
        assert_eq!(grid.width, Span::from_secs(10));
        grid
    }

    fn steady(per_s: f64, rank: u8) -> Work {
        Work { jobs: vec![per_s * 10.0; 360], rank, most: f64::INFINITY }
    }

    #[test]
    fn what_keeps_up_does_not_wait_and_what_does_not_grows_by_the_difference() {
        let fine = play(grid(), &[steady(9.9, 0)], 10.0);
        assert!(fine.waits[0].iter().all(|wait| *wait == 0.0));
        let over = play(grid(), &[steady(12.0, 0)], 10.0);
        // (12 − 10) a second for an hour, served at ten a second.
        assert!((over.backlog[359] - 7_200.0).abs() < 1e-6);
        assert!((over.waits[0][359] - 720.0).abs() < 1e-6);
    }

    #[test]
    fn what_goes_first_waits_for_nothing_behind_it() {
        let played = play(grid(), &[steady(6.0, 0), steady(6.0, 1)], 10.0);
        assert!(played.waits[0].iter().all(|wait| *wait == 0.0));
        // The second gets four a second of its six.
        assert!((played.backlog[359] - 7_200.0).abs() < 1e-6);
        assert!((played.waits[1][359] - 1_800.0).abs() < 1e-6);
        let together = play(grid(), &[steady(6.0, 0), steady(6.0, 0)], 10.0);
        assert!((together.waits[0][359] - together.waits[1][359]).abs() < 1e-9);
    }

    #[test]
    fn a_queue_of_newest_values_is_no_longer_than_its_skus() {
        let works = [Work { most: 500.0, ..steady(12.0, 0) }];
        let played = play(grid(), &works, 10.0);
        assert!((played.backlog[359] - 500.0).abs() < 1e-9);
        assert!((played.waits[0][359] - 50.0).abs() < 1e-9);
    }

    #[test]
    fn a_backlog_is_worked_off_after_the_peak() {
        let mut work = steady(0.0, 0);
        work.jobs[..60].fill(150.0);
        let played = play(grid(), &[work], 10.0);
        assert!((played.backlog[59] - 3_000.0).abs() < 1e-6);
        // Nothing comes any more: ten a second, five minutes.
        assert!(played.backlog[88] > 0.0 && played.backlog[90] < 1e-6);
    }
}
