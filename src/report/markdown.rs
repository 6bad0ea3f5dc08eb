//! Owns `report.md`: a run as a comment on a pull request. Must not compute: it is what the first
//! screen's document says, and how to repeat it.

use super::document::markdown::{self, cut, safe};
use super::front::{Front, document};
use super::many::Replications;
use super::summary::Summary;
use super::words::{self, number};

/// GitHub takes no longer comment, in characters.
pub const COMMENT_MAX: usize = 65_536;

/// The comment.
pub fn text(summary: &Summary, front: &Front, all: Option<&Replications>) -> String {
    let out = number::glued(&markdown::blocks(&document::blocks(summary, front, all)));
    let end = again_and_load(summary, front);
    shortened(&out, COMMENT_MAX - end.chars().count()) + &end
}

/// How to repeat it, and how honest the load was: the end, which no length of names cuts off.
fn again_and_load(summary: &Summary, front: &Front) -> String {
    let mut out = String::new();
    out.push_str("\n### How to repeat it\n\nWhere it was made:\n\n```sh\n");
    for command in &front.commands {
        out.push_str(&format!("{}   # {}\n", command.typed, command.does));
    }
    let (campaign, record) = (&summary.campaign, &summary.record);
    out.push_str(&format!(
        "```\n\n<sub>seed {} · {} · {} · {} {}.</sub>\n",
        campaign.seed,
        safe(&cut(&summary.doorbuster, 40)),
        number::counted(record.facts, "fact", "facts"),
        words::load_verdict(summary),
        safe(&words::load_honesty(summary)),
    ));
    out
}

/// Whole lines, at most `room` characters of them.
fn shortened(text: &str, room: usize) -> String {
    const CUT: &str = "\n… and more: see report.html.\n";
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let (mut kept, mut used) = (String::new(), CUT.chars().count());
    for line in text.split_inclusive('\n') {
        used += line.chars().count();
        if used > room {
            break;
        }
        kept.push_str(line);
    }
    kept + CUT
}

#[cfg(test)]
mod tests;
