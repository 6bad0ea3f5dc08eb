//! Owns the first screen of many afternoons: the verdict on the scenario heads it, whatever the
//! one afternoon came to whose report stands below. Must not know where it is printed.

use super::{ChannelLine, Front, Line, List};
use crate::report::many::Afternoons;
use crate::report::many::words::{channel_reason, conditions_told, shown, why};
use crate::report::summary::Summary;
use crate::report::summary::verdict::Verdict;
use crate::report::words::{self, number};

/// Puts the verdict on the scenario in the place of the afternoon's.
pub(super) fn head(front: &mut Front, summary: &Summary, all: &Afternoons) {
    let as_study = Summary { verdict: all.verdict, ..summary.clone() };
    let (word, about) = words::word_and_about(&as_study);
    let played = number::counted(all.runs, "afternoon", "afternoons");
    front.verdict = all.verdict;
    word.clone_into(&mut front.word);
    front.about = format!("{played} · {about}");
    front.headline = format!("{} · {}", front.word, front.about);
    front.why = why(all);
    front.channels = all.channels.iter().map(|channel| line(all, channel)).collect();
    front.shown = Some(shown(all, summary.verdict));
    // What an afternoon sells stands among what all of them say, as a mean.
    // What moved since the last run is of two single afternoons: of the scenario it says nothing.
    let of_one = ["sales kept", "since the last run of this campaign"];
    front.lists.retain(|list| !of_one.contains(&list.title));
    if all.verdict <= Verdict::GoWithConditions {
        front.next = None;
        front.lists.retain(|list| list.title != "go if");
    }
    let conditions = conditions_told(all);
    if all.verdict == Verdict::GoWithConditions && !conditions.is_empty() {
        let lines = conditions.iter().map(|said| Line::plain(said)).collect();
        front.lists.insert(0, List { title: "go if", lines, note: None });
    }
}

fn line(all: &Afternoons, channel: &crate::report::many::ruling::ChannelOver) -> ChannelLine {
    ChannelLine {
        name: channel.name.clone(),
        verdict: channel.verdict,
        word: words::verdict_word(channel.verdict),
        share: format!("{} of orders", number::share(channel.share_ppm)),
        reason: channel_reason(all, &channel.name),
    }
}
