//! Owns what a person sees while a run goes on, and how they stop it.
//! Must not know how the run is played; it glances at the fold that eats the history.

use std::convert::Infallible;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::drive::live::Pace;
use crate::history::Fact;
use crate::history::writer::Observer;
use crate::judge::{Fold, Judgement};
use crate::scenario::Plan;
use crate::units::{At, Span};

/// How often a terminal's line is drawn.
const DRAW_EVERY: Duration = Duration::from_millis(200);
/// How often a plain line is printed, in draws.
const PLAIN_EVERY: u32 = 50;

/// The fold that eats a run's history while it is written.
#[derive(Clone, Default)]
pub(super) struct Watching {
    eating: Arc<Mutex<Eating>>,
}

#[derive(Default)]
struct Eating {
    fold: Fold,
    wrong: Option<String>,
}

impl Watching {
    /// What the journal's writer hands every fact to.
    pub(super) fn observer(&self) -> Observer {
        let eating = Arc::clone(&self.eating);
        Box::new(move |fact: &Fact| {
            let mut eating = eating.lock();
            if eating.wrong.is_none()
                && let Err(wrong) = eating.fold.eat(fact)
            {
                eating.wrong = Some(wrong.to_string());
            }
        })
    }

    /// Judges what was eaten.
    pub(super) fn judge(&self) -> anyhow::Result<Judgement> {
        let eating = self.eating.lock();
        if let Some(wrong) = &eating.wrong {
            anyhow::bail!("this run's own history cannot be judged: {wrong}");
        }
        eating.fold.judge().ok_or_else(|| anyhow::anyhow!("the run ended before it began"))
    }
}

/// A line that moves on a terminal, or lines now and then.
pub(super) struct Progress {
    bar: ProgressBar,
    phases: Vec<(String, At)>,
    ends: At,
    plain: bool,
    draws: Mutex<u32>,
    last: Mutex<(u64, u64)>,
    speed: f64,
}

impl Progress {
    /// For a run over HTTP.
    pub(super) fn live(plan: &Plan) -> Progress {
        Progress::new(plan, plan.charter.speed_milli as f64 / 1e3)
    }

    /// For a run in virtual time.
    pub(super) fn simulated(plan: &Plan) -> Progress {
        Progress::new(plan, 0.0)
    }

    fn new(plan: &Plan, speed: f64) -> Progress {
        let ends = plan.charter.traffic_ends;
        let plain = !std::io::stderr().is_terminal();
        let target =
            if plain { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(ends.0 / 1_000_000), target);
        let style = ProgressStyle::with_template("{bar:24} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("━╸─"));
        let phases = plan.charter.phases.iter().map(|p| (p.name.clone(), p.until)).collect();
        Progress { bar, phases, ends, plain, draws: Mutex::new(0), last: Mutex::new((0, 0)), speed }
    }

    /// Shows how the run stands at this campaign time.
    pub(super) fn show(&self, watching: &Watching, at: At) {
        let mut draws = self.draws.lock();
        *draws += 1;
        if self.plain && !(*draws).is_multiple_of(PLAIN_EVERY) {
            return;
        }
        let glance = watching.eating.lock().fold.glance();
        let at = at.max(glance.at);
        let phase = self.phases.iter().find(|(_, until)| at < *until);
        let phase = phase.map_or("draining", |(name, _)| name.as_str());
        let mut rates = String::new();
        if self.speed > 0.0 {
            let mut last = self.last.lock();
            let every =
                DRAW_EVERY.as_secs_f64() * if self.plain { f64::from(PLAIN_EVERY) } else { 1.0 };
            let per_s = |now: u64, before: u64| now.saturating_sub(before) as f64 / every;
            rates = format!(
                "offered {:.0}/s answered {:.0}/s · ",
                per_s(glance.offered, last.0),
                per_s(glance.answered, last.1)
            );
            *last = (glance.offered, glance.answered);
        }
        let line = format!(
            "{} of {} {phase} · {rates}sync lag {} · oversold {} · {}",
            clock(at),
            clock(self.ends),
            Span(glance.sync_lag.0 / 100_000 * 100_000),
            glance.oversold.0,
            glance.word(),
        );
        if self.plain {
            eprintln!("{line}");
        } else {
            self.bar.set_position((at.0 / 1_000_000).min(self.ends.0 / 1_000_000));
            self.bar.set_message(line);
        }
    }

    /// Says something without breaking the line.
    fn say(&self, text: &str) {
        if self.plain {
            eprintln!("{text}");
        } else {
            self.bar.println(text);
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// `1:05:09` of campaign time.
fn clock(at: At) -> String {
    let s = at.0 / 1_000_000;
    format!("{}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60)
}

/// Shows progress and listens for signals, for as long as the run goes on.
pub(super) async fn follow(
    watching: &Watching,
    progress: &Progress,
    slow_down: watch::Sender<Pace>,
) -> Infallible {
    let mut tick = tokio::time::interval(DRAW_EVERY);
    let mut signals = Box::pin(signal());
    loop {
        tokio::select! {
            _ = tick.tick() => progress.show(watching, At::START),
            () = &mut signals => {
                let next = match *slow_down.borrow() {
                    Pace::Play => {
                        progress.say(
                            "stopping: no more orders, draining what is under way; \
                             once more leaves at once",
                        );
                        Pace::Drain
                    }
                    Pace::Drain | Pace::Leave => Pace::Leave,
                };
                slow_down.send_replace(next);
                signals = Box::pin(signal());
            }
        }
    }
}

/// Waits for Ctrl-C or SIGTERM.
pub(super) async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
