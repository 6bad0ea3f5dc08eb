//! Owns work that keeps a person waiting after or without a run: what it is, how far, how long.
//! Must not know what the work does.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::report::words::number;

/// Work that took less is not worth a line.
const SLOW: Duration = Duration::from_secs(2);
/// How often a plain line says how far it is.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// A piece of work that is told while it goes on, and with its time when it was long.
pub(super) struct Step {
    bar: ProgressBar,
    name: &'static str,
    began: Instant,
    told: Duration,
    percent: u64,
}

/// The clock that people wait by.
#[expect(clippy::disallowed_methods, reason = "what people wait for is measured by their clock")]
pub(super) fn now() -> Instant {
    Instant::now()
}

impl Step {
    /// Begins it: `judging`, `reading the history`.
    pub(super) fn begin(name: &'static str) -> Step {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_message(format!("{name} …"));
        bar.enable_steady_tick(Duration::from_millis(200));
        Step { bar, name, began: now(), told: Duration::ZERO, percent: 0 }
    }

    /// Says how far it is.
    pub(super) fn at(&mut self, done: u64, whole: u64) {
        let percent = (done.saturating_mul(100) / whole.max(1)).min(100);
        if percent == self.percent {
            return;
        }
        self.percent = percent;
        let line = format!("{}: {percent} %", self.name);
        let elapsed = self.began.elapsed();
        if self.bar.is_hidden() && elapsed >= self.told + PLAIN_EVERY {
            self.told = elapsed;
            sayln!("{line}");
        }
        self.bar.set_message(line);
    }

    /// It is done.
    pub(super) fn done(self) {
        self.bar.finish_and_clear();
        let took = self.began.elapsed();
        if took >= SLOW {
            let took = number::span(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
            sayln!("{}: {took}", self.name);
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        // Given up halfway: what follows on the terminal begins on a line of its own.
        self.bar.finish_and_clear();
    }
}
