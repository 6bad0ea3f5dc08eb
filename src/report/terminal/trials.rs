//! Owns what a terminal shows of what was tried. Must not print, nor know how it was tried.

use super::lines::{Lines, Paper, Tone};
use crate::report::trials::words::{did, fewer, go_of, headline};
use crate::report::trials::{Trial, Trials};
use crate::report::words::verdict_word;

/// What to change.
pub fn trials(all: &Trials, paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    let tone = if all.recommended.is_some() || all.go_already { Tone::Good } else { Tone::Bad };
    out.hung("", 0, Some(tone), &format!("{} (model: not your systems).", headline(all)));
    out.hung("", 0, Some(Tone::Quiet), &all.campaign);
    out.blank();
    if let Some(set) = &all.recommended {
        let keeps =
            if fewer(all).is_some() { "that keeps most sales and makes" } else { "that makes" };
        let of = if all.stopped || fewer(all).is_some() { "a set" } else { "the smallest set" };
        out.title(&format!("{of} {keeps} a {}", verdict_word(set.verdict)));
        for change in &set.changes {
            out.wrapped("- ", &format!("{}: {} ({})", change.to, change.what, change.owner));
        }
        out.hung("", 2, Some(Tone::Quiet), &format!("Together: {}.", did(all, set)));
        for line in fewer(all).into_iter().flatten() {
            out.wrapped("", &format!("{line}."));
        }
        out.blank();
    }
    let (open, closing): (Vec<&Trial>, Vec<&Trial>) =
        all.alone.iter().partition(|trial| trial.closes.is_none());
    let (dropped, told): (Vec<&Trial>, Vec<&Trial>) = open.iter().partition(|t| t.dropped);
    if !told.is_empty() {
        out.title("one change at a time, most helpful first");
    }
    for trial in told {
        let change = &trial.changes[0];
        out.wrapped("- ", &format!("{}: {}: {}", change.to, change.what, go_of(trial)));
        out.hung("", 2, Some(Tone::Quiet), &did(all, trial));
    }
    if !dropped.is_empty() {
        out.blank();
        out.title("given up after a first look: it does not help alone");
        for trial in dropped {
            let change = &trial.changes[0];
            out.wrapped("- ", &format!("{}: {}", change.to, change.what));
        }
    }
    if !closing.is_empty() {
        out.blank();
        out.title("no remedy: a channel sells far less with it, or nothing");
        for trial in closing {
            let change = &trial.changes[0];
            let closes = trial.closes.as_deref().unwrap_or_default();
            out.wrapped("- ", &format!("{}: {} (closes {closes})", change.to, change.what));
        }
    }
    if !all.failed.is_empty() {
        out.blank();
        out.title("could not be tried");
        for failed in &all.failed {
            let change = &failed.change;
            out.wrapped("- ", &format!("{}: {}: {}", change.to, change.what, failed.why));
        }
    }
    if all.stopped {
        out.wrapped("", "Stopped: not everything was tried.");
    }
    out.text
}
