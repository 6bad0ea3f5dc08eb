//! Owns playing the same plan on many seeds, on every core, in an order that no core decides.
//! Must not know what is made of the replications.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::replication::{Played, Replication};
use super::ways::play_worst;
use crate::scenario::Plan;

/// Replications of one scenario, by seed, in the order of the seeds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replicated<T = Replication> {
    /// What each came to.
    pub replications: Vec<T>,
    /// Fewer than asked for: somebody stopped it.
    pub stopped: bool,
}

/// Plays `runs` replications, on seeds from `first_seed` on, and keeps what `keep` makes of each.
///
/// `plan_of` gives the plan of a seed: the same that `--seed` plays, so every replication can be
/// played again alone. `done` is told how many are finished so far. When `stop` turns true the
/// replications under way are given up, and the finished ones before the first unfinished are kept.
///
/// The result does not depend on the number of threads: a replication depends on its seed alone,
/// and they are collected in the order of their seeds.
pub fn replicate<T: Send>(
    plan_of: impl Fn(u64) -> Option<Plan> + Sync,
    first_seed: u64,
    runs: usize,
    stop: &(dyn Fn() -> bool + Sync),
    keep: impl Fn(&Played) -> T + Sync,
    done: impl Fn(usize) + Sync,
) -> Replicated<T> {
    let (begun, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let one = |place: usize| {
        let go_on = || !stop();
        if !go_on() {
            return None;
        }
        let plan = plan_of(first_seed.wrapping_add(place as u64))?;
        let kept = keep(&play_worst(&plan, go_on)?);
        done(finished.fetch_add(1, Ordering::Relaxed) + 1);
        Some(kept)
    };
    // Begun in the order of their seeds, whichever core is free: were each core given a stretch of
    // its own, only the first one's would be kept of what is stopped.
    let next = |_| {
        let place = begun.fetch_add(1, Ordering::Relaxed);
        (place, one(place))
    };
    let played = (0..runs).into_par_iter().with_max_len(1).map(next);
    let mut played: Vec<(usize, Option<T>)> = played.collect();
    played.sort_unstable_by_key(|(place, _)| *place);
    let replications: Vec<T> = played.into_iter().map_while(|(_, kept)| kept).collect();
    Replicated { stopped: replications.len() < runs, replications }
}
