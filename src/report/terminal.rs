//! Owns the summary that ends a run in a terminal, as wide as it is.
//! Must not decide whether colour is wanted or how wide a terminal is (`cli` does), nor print.

pub mod compare;
mod headroom;
pub(super) mod lines;
mod many;
mod table;
mod trials;
mod vary;

pub use headroom::headroom;
pub use lines::{Ink, Paper};
pub use trials::trials;
pub use vary::varied;

use super::front::{Front, List};
use super::many::Afternoons;
use super::summary::Summary;
use super::summary::band::Band;
use super::summary::verdict::Verdict;
use super::words::{self, gate::capitalised};
use lines::{Lines, Tone, fit};

fn verdict_tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Go => Tone::Good,
        Verdict::GoWithConditions | Verdict::Inconclusive => Tone::Careful,
        Verdict::NoGo => Tone::Bad,
    }
}

fn band_tone(band: Band) -> Tone {
    match band {
        Band::Healthy => Tone::Good,
        Band::Watch | Band::NotProved => Tone::Careful,
        Band::Failed => Tone::Bad,
    }
}

/// The summary of a run, of one afternoon of many below what all of them say. `folder` is where its
/// files are, as the reader would type it; none where nothing was written.
pub fn text(
    summary: &Summary,
    front: &Front,
    all: Option<&Afternoons>,
    folder: Option<&str>,
    paper: Paper,
) -> String {
    let mut out = Lines { text: String::new(), paper };
    out.hung("", 0, Some(verdict_tone(front.verdict)), &front.headline);
    out.hung("", 0, Some(Tone::Quiet), &format!("{} · {}", front.campaign, front.starts));
    out.blank();
    out.wrapped("", &front.why);
    out.blank();
    channels(&mut out, front);
    for list in &front.lists {
        first_screen_list(&mut out, list);
    }
    if let Some(all) = all {
        many::together(&mut out, summary, all);
    }
    if let Some(shown) = &front.shown {
        out.title("what follows is of one afternoon");
        out.wrapped("", &format!("{}.", capitalised(shown)));
        out.blank();
    }
    table::measures(&mut out, summary);
    invariants(&mut out, summary);
    if let Some(next) = &front.next {
        first_screen_list(&mut out, next);
    }
    out.wrapped("load   ", &format!("{}.", words::load_honesty(summary)));
    if summary.load.saturated || summary.load.too_coarse {
        out.wrapped("       ", words::load_verdict(summary));
    }
    again(&mut out, front);
    if let Some(folder) = folder {
        out.push(&format!("files  {folder}"));
        let files = "report.html  report.md  junit.xml  summary.json  history.jsonl.zst  charts/";
        let beside = if all.is_some() { "  afternoons.json" } else { "" };
        out.hung("", 7, Some(Tone::Quiet), &format!("{files}{beside}"));
    }
    out.blank();
    // The first line has scrolled away by now.
    out.hung("", 0, Some(verdict_tone(front.verdict)), &front.headline);
    out.text
}

/// Names of channels are cut at this width.
const CHANNEL: usize = 40;
/// What is said of a channel stands beside its name where that leaves it so much room, else below.
const BESIDE: usize = 50;

fn channels(out: &mut Lines, front: &Front) {
    if front.channels.is_empty() {
        return;
    }
    out.title(&front.by_channel);
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let name = widest(&mut front.channels.iter().map(|c| c.name.chars().count())).min(CHANNEL);
    let word = widest(&mut front.channels.iter().map(|c| c.word.chars().count()));
    let beside = out.paper.columns() - (name + word + 4) >= BESIDE;
    for channel in &front.channels {
        let painted = out.paint(verdict_tone(channel.verdict), &lines::pad(channel.word, word));
        let mut head = format!("{}  {painted}  ", lines::pad(&channel.name, name));
        let indent = if beside { name + word + 4 } else { 2 };
        let text = match (channel.reason.as_str(), beside) {
            ("", true) => channel.share.clone(),
            (reason, true) => format!("{}: {reason}", channel.share),
            (reason, false) => {
                out.push(&format!("{head}{}", channel.share));
                head = " ".repeat(indent);
                reason.to_owned()
            }
        };
        let room = out.paper.columns() - indent;
        for line in lines::wrapped(&text, room).iter().filter(|line| !line.is_empty()) {
            out.push(&format!("{head}{line}"));
            head = " ".repeat(indent);
        }
    }
    out.blank();
}

fn first_screen_list(out: &mut Lines, list: &List) {
    out.title(list.title);
    if let Some(note) = &list.note {
        out.hung("", 0, Some(Tone::Quiet), note);
    }
    for line in &list.lines {
        out.wrapped("- ", &line.main);
        if !line.small.is_empty() {
            out.hung("", 2, Some(Tone::Quiet), &line.small);
        }
    }
    out.blank();
}

fn invariants(out: &mut Lines, summary: &Summary) {
    for which in words::Rules::ALL {
        let Some(clean) = words::rules_clean(summary, which) else { continue };
        out.title(which.title());
        for line in words::rules_told(summary, which) {
            out.wrapped("! ", &line);
        }
        out.push(&clean);
        out.blank();
    }
}

/// A row of its own: a name, and beside it what is said, wrapped.
pub fn row(name: &str, indent: usize, says: &str, paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    out.hung(name, indent, None, says);
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
