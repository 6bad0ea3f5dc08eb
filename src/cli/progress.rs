//! Owns what a person sees while a run goes on. Must not know how the run is played, nor judge it.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::board::Board;
use super::line::{Left, Stage, View, line};
use super::step;
use crate::drive::live::DRAIN_INTERRUPTED;
use crate::scenario::Plan;
use crate::units::At;
use crate::watch::{RunStanding, Screen, Watching};

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

/// A line that moves on a terminal, or lines now and then.
pub(super) struct Progress {
    bar: ProgressBar,
    board: Board,
    /// Alerts by name.
    alerts: Vec<String>,
    phases: Vec<(String, At)>,
    ends: At,
    drain_ends: At,
    /// 0 is a simulated run: nobody knows how long it takes.
    speed_milli: u64,
    began: Instant,
    plain: bool,
    shown: Shown,
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
    standing: RunStanding,
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
        let mut progress = Progress::new(plan, 0);
        progress.bar.set_draw_target(ProgressDrawTarget::hidden());
        progress.shown.next = Duration::MAX;
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
            alerts: plan.charter.alerts.iter().map(|rule| rule.name.clone()).collect(),
            phases: plan.charter.phases.iter().map(|p| (p.name.clone(), p.until)).collect(),
            ends,
            drain_ends: ends + plan.charter.drain,
            speed_milli,
            began: step::now(),
            plain,
            shown,
        }
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
    fn rates(&mut self, elapsed: Duration, (offered, answered): (u64, u64)) -> Option<(f64, f64)> {
        let (since, before_offered, before_answered) =
            std::mem::replace(&mut self.shown.counted, (elapsed, offered, answered));
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

impl Screen for Progress {
    /// Shows how the run stands, if it is time to. A simulated run says at what campaign time it
    /// is; a live one keeps its own.
    fn show(&mut self, watching: &Watching, at: At) {
        let elapsed = self.began.elapsed();
        let at = if self.speed_milli == 0 { at } else { self.campaign(elapsed) };
        let phase = self.phases.iter().position(|(_, until)| at < *until);
        let place = phase.unwrap_or(self.phases.len());
        let turned = self.shown.phase.replace(place) != Some(place) && self.speed_milli > 0;
        if elapsed < self.shown.next && !(turned && self.plain) {
            return;
        }
        self.shown.next = elapsed + self.every(elapsed);
        let mut glance = watching.glance();
        glance.so_far = self.shown.standing.steady(glance.so_far, elapsed);
        let stopping = self.shown.stopping;
        let under_way = match (phase, stopping) {
            (Some(_), None) => None,
            _ => Some(watching.under_way()),
        };
        let rates = self.rates(elapsed, (glance.offered, glance.answered));
        let stage = match (under_way, phase) {
            (Some(under_way), _) if stopping.is_some() => Stage::Stopping(under_way),
            (Some(under_way), _) => Stage::Draining(under_way),
            (None, phase) => Stage::Selling(&self.phases[phase.expect("a run that sells")].0),
        };
        let left = self.left(elapsed, stopping, stage);
        let (at, ends) = (at.min(self.ends), self.ends);
        let mut firing: Vec<usize> = glance.firing.iter().map(|f| f.alert.index()).collect();
        firing.dedup();
        let named = firing.iter().filter_map(|place| self.alerts.get(*place));
        let firing: Vec<String> = named.cloned().collect();
        let view = View { at, ends, stage, rates, left, glance: &glance, firing: &firing };
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

    fn stopping(&mut self) {
        self.shown.stopping = Some(self.began.elapsed());
        self.shown.next = Duration::ZERO;
        self.say("stopping: no more orders, draining what is under way; once more leaves at once");
    }

    fn leaving(&mut self) {
        self.say("leaving at once; what was recorded is judged");
    }
}

/// A terminal that does not say how wide it is is taken for 80 columns.
fn columns() -> usize {
    super::columns().unwrap_or(80)
}
