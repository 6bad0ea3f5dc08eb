//! Owns the summary that ends a run in a terminal, as wide as it is.
//! Must not decide whether colour is wanted or how wide a terminal is (`cli` does), nor print.

pub(super) mod lines;

pub use lines::{Ink, Paper};

use super::document::{self, Tone};
use super::front::{self, Front};
use super::many::Replications;
use super::summary::Summary;
use super::words;
use lines::{Lines, fit};

/// The summary of a run, of one afternoon of many below what all of them say. `folder` is where its
/// files are, as the reader would type it; none where nothing was written.
pub fn text(
    summary: &Summary,
    front: &Front,
    all: Option<&Replications>,
    folder: Option<&str>,
    paper: Paper,
) -> String {
    let mut out = Lines::on(paper);
    document::terminal::blocks(&mut out, &front::document::blocks(summary, front, all));
    out.blank();
    out.wrapped("load   ", &format!("{}.", words::load_honesty(summary)));
    if summary.load.saturated || summary.load.too_coarse {
        out.wrapped("       ", words::load_verdict(summary));
    }
    again(&mut out, front);
    if let Some(folder) = folder {
        out.push(&format!("files  {folder}"));
        let files = "report.html  report.md  junit.xml  summary.json  history.jsonl.zst  charts/";
        let beside = if all.is_some() { "  afternoons.json" } else { "" };
        out.hung("", 7, Tone::Quiet, &format!("{files}{beside}"));
    }
    out.blank();
    // The first line has scrolled away by now.
    out.hung("", 0, front.verdict.into(), &front.headline);
    out.text
}

/// A row of its own: a name, and beside it what is said, wrapped.
pub fn row(name: &str, indent: usize, says: &str, paper: Paper) -> String {
    let mut out = Lines::on(paper);
    out.hung(name, indent, Tone::Plain, says);
    out.text
}

/// The commands that show it again. They are not wrapped: a command that is broken in two is no
/// command.
fn again(out: &mut Lines, front: &Front) {
    let mut head = "again  ";
    for command in &front.commands {
        let (typed, does) = (&command.typed, format!("# {}", command.does));
        let room = out.paper.columns().saturating_sub(head.len() + typed.chars().count() + 2);
        let comment = if room >= does.chars().count() { does } else { String::new() };
        out.push(&format!("{head}{typed}  {}", out.paint(Tone::Quiet, &fit(&comment, room))));
        head = "       ";
    }
}

#[cfg(test)]
mod tests;
