//! Owns cancellations that are jobs: asked for, carried out a little later.
//! Must not know how they are asked for.

use std::collections::VecDeque;

use crate::commerce::inside::{Inside, InsideReply};
use crate::faces::Shop;
use crate::history::fact::Release;
use crate::units::{At, Span};

/// How long a job waits.
const WAITS: Span = Span::from_secs(1);
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
    is_done: bool,
}

/// All of them, the latest last.
#[derive(Debug, Default)]
pub(super) struct Cancels {
    numbered: u64,
    jobs: VecDeque<Job>,
}

impl Cancels {
    /// Asks for one; leaves the job's number, which is that of the one under way where there is one
    /// for the order. None: too many are under way.
    pub(super) fn ask(&mut self, now: At, order: u64, why: Release, restocks: bool) -> Option<u64> {
        let under_way = |job: &&Job| !job.is_done && job.order == order;
        if let Some(job) = self.jobs.iter().find(under_way) {
            return Some(job.number);
        }
        if self.jobs.len() >= JOBS_MAX {
            let oldest = self.jobs.iter().position(|job| job.is_done)?;
            self.jobs.remove(oldest);
        }
        self.numbered += 1;
        let (number, at) = (self.numbered, now + WAITS);
        self.jobs.push_back(Job { number, at, order, why, restocks, is_done: false });
        Some(number)
    }

    /// None is under way.
    pub(super) fn is_quiet(&self) -> bool {
        self.jobs.iter().all(|job| job.is_done)
    }

    /// Whether a job is done; none: there is no such job.
    pub(super) fn is_done(&self, number: u64) -> Option<bool> {
        self.jobs.iter().find(|job| job.number == number).map(|job| job.is_done)
    }

    pub(super) fn next(&self) -> Option<At> {
        self.jobs.iter().filter(|job| !job.is_done).map(|job| job.at).min()
    }

    /// Carries out what is due, and says which orders are cancelled now. A shop that cannot be
    /// asked is asked again until it can be.
    pub(super) fn carry_out(&mut self, now: At, shop: &mut dyn Shop) -> Vec<u64> {
        let mut cancelled = Vec::new();
        for job in self.jobs.iter_mut().filter(|job| !job.is_done && job.at <= now) {
            let Job { order: number, why, restocks, .. } = *job;
            match shop.inside(Inside::Cancel { number, why, restocks }) {
                InsideReply::Throttled { .. } | InsideReply::Unavailable => job.at = now + WAITS,
                answer => {
                    job.is_done = true;
                    cancelled.extend((answer == InsideReply::Cancelled).then_some(number));
                }
            }
        }
        cancelled
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
