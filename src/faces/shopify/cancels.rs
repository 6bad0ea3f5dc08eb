//! Owns cancellations that are jobs: asked for, carried out a little later.
//! Must not know how they are asked for.

use std::collections::VecDeque;

use crate::commerce::inside::{Inside, InsideReply};
use crate::faces::Shop;
use crate::history::fact::Release;
use crate::units::{At, Span};

/// How long a job waits.
const WAITS: Span = Span::from_secs(1);
/// How often a job is tried while the shop cannot be asked.
const TRIES_MAX: u32 = 5;
/// Jobs that are known again, done or not.
const JOBS_MAX: usize = 4_096;

/// A cancellation that is asked for.
#[derive(Clone, Copy, Debug)]
struct Job {
    number: u64,
    at: At,
    order: u64,
    why: Release,
    restocks: bool,
    tries: u32,
    is_done: bool,
}

/// All of them, the latest last.
#[derive(Debug, Default)]
pub(super) struct Cancels {
    numbered: u64,
    jobs: VecDeque<Job>,
}

impl Cancels {
    /// Asks for one; leaves the job's number.
    pub(super) fn ask(&mut self, now: At, order: u64, why: Release, restocks: bool) -> u64 {
        self.numbered += 1;
        let (number, at) = (self.numbered, now + WAITS);
        if self.jobs.len() >= JOBS_MAX
            && let Some(oldest) = self.jobs.iter().position(|job| job.is_done)
        {
            self.jobs.remove(oldest);
        }
        self.jobs.push_back(Job { number, at, order, why, restocks, tries: 0, is_done: false });
        number
    }

    /// Whether a job is done; none: there is no such job.
    pub(super) fn is_done(&self, number: u64) -> Option<bool> {
        self.jobs.iter().find(|job| job.number == number).map(|job| job.is_done)
    }

    pub(super) fn next(&self) -> Option<At> {
        self.jobs.iter().filter(|job| !job.is_done).map(|job| job.at).min()
    }

    /// Carries out what is due.
    pub(super) fn carry_out(&mut self, now: At, shop: &mut dyn Shop) {
        for job in self.jobs.iter_mut().filter(|job| !job.is_done && job.at <= now) {
            let Job { order: number, why, restocks, .. } = *job;
            job.tries += 1;
            match shop.inside(Inside::Cancel { number, why, restocks }) {
                InsideReply::Throttled { .. } | InsideReply::Unavailable
                    if job.tries < TRIES_MAX =>
                {
                    job.at = now + WAITS;
                }
                _ => job.is_done = true,
            }
        }
    }
}

/// What a reason means here; none: there is no such reason.
pub(super) fn reason(text: &str) -> Option<Release> {
    match text.to_ascii_lowercase().as_str() {
        "customer" => Some(Release::Customer),
        "declined" => Some(Release::Payment),
        "inventory" | "fraud" | "other" | "staff" => Some(Release::Stock),
        _ => None,
    }
}
