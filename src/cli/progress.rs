//! Owns what a person sees while a run goes on, and how they stop it.
//! Must not know how the run is played; it glances at the fold that eats the history.

use std::convert::Infallible;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use parking_lot::Mutex;
use tokio::sync::watch;

use super::board::Board;
use super::line::{Left, Stage, View, line};
use super::signals::Signals;
use super::step;
use crate::drive::live::{DRAIN_INTERRUPTED, Pace};
use crate::history::Fact;
use crate::history::writer::Observer;
use crate::judge::judgement::Verdict;
use crate::judge::{Fold, Judgement};
use crate::scenario::Plan;
use crate::units::At;

/// How often a terminal's line is drawn.
const DRAW_EVERY: Duration = Duration::from_millis(200);
/// How often a plain line is printed in the first minute, and after it.
const PLAIN_EVERY: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(30)];
/// Terminals of this width have room for a bar beside the line.
const COLUMNS_WITH_BAR: usize = 110;
/// The bar and the space behind it.
const BAR_COLUMNS: usize = 25;

/// The line, and under it how each channel sells.
const LINE: &str = "{wide_msg}\n{prefix}";
const LINE_WITH_BAR: &str = "{bar:24} {wide_msg}\n{prefix}";

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
    board: Board,
    phases: Vec<(String, At)>,
    ends: At,
    drain_ends: At,
    /// 0 is a simulated run: nobody knows how long it takes.
    speed_milli: u64,
    began: Instant,
    plain: bool,
    shown: Mutex<Shown>,
}

/// What was shown last, and when.
#[derive(Default)]
struct Shown {
    /// Not before this is the next line due.
    next: Duration,
    phase: Option<usize>,
    /// When calls were counted last: offered, answered.
    counted: (Duration, u64, u64),
    /// When somebody asked to stop.
    stopping: Option<Duration>,
    /// How the run was said to stand, and how it seems to stand since when.
    said: Option<Verdict>,
    seems: Option<(Verdict, Duration)>,
}

/// How long a run must stand otherwise before that is said: a line that says now this, now that
/// tells nothing.
const STEADY: Duration = Duration::from_secs(5);

impl Shown {
    /// How to say that the run stands, which is seen to stand so. What must never be was, from then
    /// on.
    fn steady(&mut self, seen: Verdict, elapsed: Duration) -> Verdict {
        let said = *self.said.get_or_insert(seen);
        let since = match self.seems {
            Some((seems, since)) if seems == seen => since,
            _ => elapsed,
        };
        self.seems = Some((seen, since));
        let is_over = said == Verdict::NoGo;
        let turns = seen == Verdict::NoGo || elapsed.saturating_sub(since) >= STEADY;
        if !is_over && turns {
            self.said = Some(seen);
        }
        self.said.unwrap_or(seen)
    }
}

impl Progress {
    /// For a run over HTTP.
    pub(super) fn live(plan: &Plan) -> Progress {
        Progress::new(plan, plan.charter.speed_milli.max(1))
    }

    /// For a run in virtual time.
    pub(super) fn simulated(plan: &Plan) -> Progress {
        Progress::new(plan, 0)
    }

    /// For a run of which there is nothing to say while it goes on.
    pub(super) fn silent(plan: &Plan) -> Progress {
        let progress = Progress::new(plan, 0);
        progress.bar.set_draw_target(ProgressDrawTarget::hidden());
        progress.shown.lock().next = Duration::MAX;
        progress
    }

    fn new(plan: &Plan, speed_milli: u64) -> Progress {
        let ends = plan.charter.traffic_ends;
        let plain = !std::io::stderr().is_terminal();
        let target =
            if plain { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(ends.0 / 1_000_000), target);
        let wide = columns() >= COLUMNS_WITH_BAR;
        let style = ProgressStyle::with_template(if wide { LINE_WITH_BAR } else { LINE })
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("━╸─"));
        let mut shown = Shown::default();
        if plain && speed_milli == 0 {
            // Most simulated runs are over before there is anything to say.
            shown.next = PLAIN_EVERY[0];
        }
        let board = Board {
            channels: plan.charter.channels.iter().map(|c| c.name.clone()).collect(),
            currency: plan.charter.currency.clone(),
            digits: plan.charter.currency_digits,
        };
        Progress {
            bar,
            board,
            phases: plan.charter.phases.iter().map(|p| (p.name.clone(), p.until)).collect(),
            ends,
            drain_ends: ends + plan.charter.drain,
            speed_milli,
            began: step::now(),
            plain,
            shown: Mutex::new(shown),
        }
    }

    /// Shows how the run stands, if it is time to. A simulated run says at what campaign time it
    /// is; a live one keeps its own.
    pub(super) fn show(&self, watching: &Watching, at: At) {
        let elapsed = self.began.elapsed();
        let at = if self.speed_milli == 0 { at } else { self.campaign(elapsed) };
        let phase = self.phases.iter().position(|(_, until)| at < *until);
        let mut shown = self.shown.lock();
        let place = phase.unwrap_or(self.phases.len());
        let turned = shown.phase.replace(place) != Some(place) && self.speed_milli > 0;
        if elapsed < shown.next && !(turned && self.plain) {
            return;
        }
        shown.next = elapsed + self.every(elapsed);
        let eating = watching.eating.lock();
        let mut glance = eating.fold.glance();
        glance.so_far = shown.steady(glance.so_far, elapsed);
        let under_way = match (phase, shown.stopping) {
            (Some(_), None) => None,
            _ => Some(eating.fold.under_way()),
        };
        drop(eating);
        let stage = match (under_way, phase) {
            (Some(under_way), _) if shown.stopping.is_some() => Stage::Stopping(under_way),
            (Some(under_way), _) => Stage::Draining(under_way),
            (None, phase) => Stage::Selling(&self.phases[phase.expect("a run that sells")].0),
        };
        let rates = self.rates(&mut shown, elapsed, (glance.offered, glance.answered));
        let left = self.left(elapsed, shown.stopping, stage);
        let (at, ends) = (at.min(self.ends), self.ends);
        let view = View { at, ends, stage, rates, left, glance: &glance };
        if self.plain {
            sayln!("{}", line(&view, usize::MAX));
            return;
        }
        let columns = columns();
        let bar = if columns >= COLUMNS_WITH_BAR { BAR_COLUMNS } else { 0 };
        self.bar.set_position(at.0 / 1_000_000);
        self.bar.set_prefix(self.board.drawn(&glance.channels, columns.saturating_sub(1)));
        self.bar.set_message(line(&view, columns.saturating_sub(bar + 1)));
    }

    fn campaign(&self, elapsed: Duration) -> At {
        let at = elapsed.as_micros() * u128::from(self.speed_milli) / 1_000;
        At(u64::try_from(at).unwrap_or(u64::MAX))
    }

    fn every(&self, elapsed: Duration) -> Duration {
        if self.plain {
            PLAIN_EVERY[usize::from(elapsed >= Duration::from_mins(1))]
        } else {
            DRAW_EVERY
        }
    }

    /// Calls a second since they were last counted; none in a run without a wall clock.
    fn rates(
        &self,
        shown: &mut Shown,
        elapsed: Duration,
        (offered, answered): (u64, u64),
    ) -> Option<(f64, f64)> {
        let (since, before_offered, before_answered) =
            std::mem::replace(&mut shown.counted, (elapsed, offered, answered));
        let seconds = elapsed.saturating_sub(since).as_secs_f64();
        let per_s = |now: u64, before: u64| now.saturating_sub(before) as f64 / seconds;
        let measured = self.speed_milli > 0 && seconds > 0.0 && since > Duration::ZERO;
        measured.then(|| (per_s(offered, before_offered), per_s(answered, before_answered)))
    }

    fn left(&self, elapsed: Duration, stopping: Option<Duration>, stage: Stage) -> Left {
        let until = if matches!(stage, Stage::Selling(_)) { self.ends } else { self.drain_ends };
        if self.speed_milli == 0 {
            return Left::Until(until);
        }
        let wall = u128::from(until.0) * 1_000 / u128::from(self.speed_milli);
        let by_plan = Duration::from_micros(u64::try_from(wall).unwrap_or(u64::MAX));
        let end = match stopping {
            Some(asked) => asked + DRAIN_INTERRUPTED,
            None => by_plan,
        };
        Left::Wall(end.saturating_sub(elapsed))
    }

    /// Somebody asked to stop: says what is still done.
    pub(super) fn stopping(&self) {
        let mut shown = self.shown.lock();
        shown.stopping = Some(self.began.elapsed());
        shown.next = Duration::ZERO;
        drop(shown);
        self.say("stopping: no more orders, draining what is under way; once more leaves at once");
    }

    /// Says something without breaking the line.
    fn say(&self, text: &str) {
        if self.plain {
            sayln!("{text}");
        } else {
            self.bar.println(text);
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// A terminal that does not say how wide it is is taken for 80 columns.
fn columns() -> usize {
    super::columns().unwrap_or(80)
}

/// Shows progress and obeys signals, for as long as the run goes on.
pub(super) async fn follow(
    watching: &Watching,
    progress: &Progress,
    mut signals: Signals,
    slow_down: watch::Sender<Pace>,
) -> Infallible {
    let mut tick = tokio::time::interval(DRAW_EVERY);
    loop {
        tokio::select! {
            _ = tick.tick() => progress.show(watching, At::START),
            asked = signals.next() => {
                if asked == 1 {
                    progress.stopping();
                    slow_down.send_replace(Pace::Drain);
                } else {
                    progress.say("leaving at once; what was recorded is judged");
                    slow_down.send_replace(Pace::Leave);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A share of few orders crosses its limit now one way, now the other.
    #[test]
    fn a_run_is_not_said_to_stand_now_so_now_otherwise() {
        let (go, risk, no_go) = (Verdict::Go, Verdict::GoWithConditions, Verdict::NoGo);
        let mut shown = Shown::default();
        let mut at = |seen, ms| shown.steady(seen, Duration::from_millis(ms));
        let said = [(go, 0), (risk, 200), (go, 400), (risk, 600), (risk, 5_400), (risk, 5_600)]
            .map(|(seen, ms)| at(seen, ms));
        assert_eq!(said, [go, go, go, go, go, risk]);
        assert_eq!([at(go, 5_800), at(no_go, 6_000), at(go, 60_000)], [risk, no_go, no_go]);
    }
}
