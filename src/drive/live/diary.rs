//! Owns appointments in wall time: what must happen when, handed out by one loop.
//! Must not know what happens then.

use std::io;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::clock::{Clock, Moment};
use super::timer::Timer;
use crate::commerce::timers::Timers;
use crate::units::{At, Span};

/// The shortest rest between two wakings: what falls due within it is handed out together.
const REST: Duration = Duration::from_micros(100);

/// A loop that comes this late has stood still: said in the history. So has one that comes late by
/// [`STALL_CAMPAIGN`], where that is sooner.
const STALL: Duration = Duration::from_millis(50);

/// What a stall does to a campaign is measured in its time: at 1,000x 50 ms are most of a minute.
const STALL_CAMPAIGN: Span = Span::from_secs(3);

/// Appointments that anybody may make and one loop keeps.
pub(super) struct Diary<T> {
    pages: Mutex<Timers<T>>,
    earlier: Notify,
}

/// What fell due, and how late the loop came to it.
pub(super) struct Due<T> {
    pub(super) now: Moment,
    pub(super) things: Vec<T>,
    /// The loop stood still for so many wall microseconds.
    pub(super) stalled_us: Option<u64>,
}

impl<T> Diary<T> {
    pub(super) fn new() -> Diary<T> {
        Diary { pages: Mutex::new(Timers::default()), earlier: Notify::new() }
    }

    /// Makes an appointment.
    pub(super) fn set(&self, at: At, thing: T) {
        let mut pages = self.pages.lock();
        let first = pages.next().is_none_or(|next| at < next);
        pages.set(at, thing);
        drop(pages);
        if first {
            self.earlier.notify_one();
        }
    }

    /// When something is due next.
    pub(super) fn next(&self) -> Option<At> {
        self.pages.lock().next()
    }

    /// Everything that was due by `now` and was not handed out.
    pub(super) fn overdue(&self, now: At) -> Vec<T> {
        let mut pages = self.pages.lock();
        std::iter::from_fn(|| pages.due(now)).collect()
    }

    /// Waits until something is due and hands out all that is.
    pub(super) async fn due(&self, clock: &Clock, timer: &mut Timer) -> io::Result<Due<T>> {
        loop {
            let told = self.earlier.notified();
            let next = self.pages.lock().next();
            let Some(at) = next else {
                told.await;
                continue;
            };
            let now = clock.now();
            if at <= now.at {
                let late_us = now.wall_us.saturating_sub(clock.wall_us_of(at));
                let late = now.at.since(at);
                let stalled = late_us > STALL.as_micros() as u64 || late > STALL_CAMPAIGN;
                let stalled_us = stalled.then_some(late_us);
                let mut pages = self.pages.lock();
                let things = std::iter::from_fn(|| pages.due(now.at)).collect();
                return Ok(Due { now, things, stalled_us });
            }
            let wait = Duration::from_micros(clock.wall_us_of(at).saturating_sub(now.wall_us));
            tokio::select! {
                slept = timer.sleep(wait.max(REST)) => slept?,
                () = told => {}
            }
        }
    }
}
