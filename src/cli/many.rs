//! Owns what commands share that play many afternoons: the bar, the stop, the settings that are
//! typed. Must not know what is made of the afternoons.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

use super::{Misused, judged, signals};
use crate::outlook::cannot_prove;
use crate::report::terminal;
use crate::report::words::again;
use crate::scenario::Plan;
use crate::scenario::patch::Patch;
use crate::study::replication::Replication;

/// A patch over the scenario, as it is typed.
#[derive(Debug, clap::Args)]
pub(super) struct PatchArgs {
    /// A file of keys to change, nested as in the scenario: a group merges key by key, a law or a
    /// list is replaced; may be given again, and of two files the later one holds
    #[arg(long)]
    patch: Vec<PathBuf>,
}

impl PatchArgs {
    /// All patches, one after the other.
    pub(super) fn read(&self) -> anyhow::Result<Patch> {
        let mut all = Patch::default();
        for path in &self.patch {
            all = all.then(Patch::read(path)?);
        }
        Ok(all)
    }
}

/// Refuses a campaign of which arithmetic says already that no run of it can prove a GO: whatever
/// was tried on it would be tried for nothing.
pub(super) fn is_provable(plan: &Plan, scenario: &Path) -> Result<(), Misused> {
    match cannot_prove(plan) {
        Some(why) => Err(Misused(format!(
            "{why}\n  expected: a campaign that can prove a GO; `doorbuster plan {}` says what is \
             missing",
            again::quoted(&scenario.display().to_string()),
        ))),
        None => Ok(()),
    }
}

/// How far many afternoons have come, and whether they are to stop.
pub(super) struct Many {
    bar: ProgressBar,
    plain: bool,
    /// The share within every limit is what the afternoons are played for, and said as they come.
    tells_chance: bool,
    /// What is tried was told.
    says: AtomicBool,
    done: AtomicUsize,
    within: AtomicUsize,
    signals: signals::Signals,
    began: Instant,
}

/// A plain line is printed every so many afternoons.
const PLAIN_EVERY: usize = 25;

impl Many {
    /// `expected` afternoons; 0 where nobody knows.
    #[expect(clippy::disallowed_methods, reason = "people wait for so long, by their own clock")]
    pub(super) fn begin(expected: usize) -> anyhow::Result<Many> {
        let plain = !std::io::stderr().is_terminal();
        let target =
            if plain { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target((expected > 0).then_some(expected as u64), target);
        let template = if expected > 0 {
            "{bar:24} {pos} of {len} {wide_msg}"
        } else {
            "{pos} afternoons · {wide_msg}"
        };
        let style =
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("━╸─"));
        bar.enable_steady_tick(Duration::from_millis(200));
        let signals = signals::listen(2)?;
        let (done, within) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let began = Instant::now();
        let tells_chance = expected > 0;
        Ok(Many {
            bar,
            plain,
            tells_chance,
            says: AtomicBool::new(false),
            done,
            within,
            signals,
            began,
        })
    }

    /// Whether the afternoons are to stop: the finished ones are kept.
    pub(super) fn is_stopped(&self) -> bool {
        self.signals.asked()
    }

    /// Whether somebody asked to stop, rather than the time being over.
    pub(super) fn is_interrupted(&self) -> bool {
        self.signals.asked()
    }

    /// How long it has been going.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// How many afternoons are finished.
    pub(super) fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// One more is finished.
    pub(super) fn tick(&self, seen: &Replication) {
        let within = self.within.fetch_add(usize::from(seen.in_band), Ordering::Relaxed);
        let within = within + usize::from(seen.in_band);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.bar.inc(1);
        let chance = self.tells_chance.then(|| so_far(within.min(done), done));
        match chance {
            Some(chance) if !self.plain => self.bar.set_message(chance),
            Some(chance) if done.is_multiple_of(PLAIN_EVERY) => {
                sayln!("afternoons: {chance}");
            }
            None if self.plain && !self.says() && done.is_multiple_of(PLAIN_EVERY) => {
                sayln!("{done} afternoons");
            }
            _ => {}
        }
    }

    /// What is being tried, or how it stands.
    pub(super) fn say(&self, text: &str) {
        self.says.store(true, Ordering::Relaxed);
        if self.plain {
            say!("{}", lines(text));
        } else {
            self.bar.set_message(text.to_owned());
        }
    }

    /// Says something that stays on the screen.
    pub(super) fn tell(&self, text: &str) {
        self.bar.suspend(|| say!("{}", lines(text)));
    }

    /// Whether steps are told: counts between them would say less, and hide them.
    fn says(&self) -> bool {
        self.says.load(Ordering::Relaxed)
    }

    /// Clears the line.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// In lines as wide as the reader's.
fn lines(text: &str) -> String {
    terminal::row("", 0, text, judged::paper())
}

/// How many lie within every limit of those played so far, without bounds: those that decide come
/// with the verdict, and where afternoons are looked at several times they are wider.
fn so_far(within: usize, done: usize) -> String {
    format!("{within} of {done} within every limit")
}

#[cfg(test)]
mod tests {
    use super::so_far;

    #[test]
    fn what_was_played_so_far_is_counted_and_claims_no_bound() {
        assert_eq!(so_far(29, 30), "29 of 30 within every limit");
    }
}
