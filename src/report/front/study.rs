//! Owns the first screen of many afternoons: the verdict on the scenario heads it, whatever the
//! one afternoon came to whose report stands below. Must not know where it is printed.

use super::{
    CONDITIONS, ChannelLine, Front, IN_THE_WAY, List, ListLine, STEPS_SAID, not_tried, seen_once,
};
use crate::report::many::words::{
    About, More, channel_reason, conditions_about, gate_name, shown, stands, why, worst_gates,
};
use crate::report::many::{Replications, recovered};
use crate::report::summary::gate::Kpi;
use crate::report::summary::verdict::{Evidence, Verdict};
use crate::report::summary::{Answer, Summary};
use crate::report::words::gate::{capitalised, is};
use crate::report::words::{self, condition, number, standing};

/// Puts the verdict on the scenario in the place of the afternoon's.
pub(super) fn head(front: &mut Front, summary: &Summary, all: &Replications, scenario: &str) {
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
    front.lists.retain(|list| list.title != "sales kept");
    for list in front.lists.iter_mut().filter(|list| list.title == "beside the gates") {
        list.title = "beside the gates, in the one afternoon shown below";
    }
    // What one afternoon lacks is no matter where many are open: what they lack is.
    if all.verdict <= Verdict::Inconclusive {
        front.next = None;
        front.lists.retain(|list| !list.asks());
    }
    let is_told = front.lists.iter().any(List::asks);
    if all.verdict > Verdict::GoWithConditions && !is_told {
        // The afternoon shown needs nothing to be a GO; the others do.
        front.lists.extend(in_the_way(all, scenario));
    }
    let conditions = conditions_about(all);
    if all.verdict == Verdict::GoWithConditions && !conditions.is_empty() {
        let line = |(about, said): &(About, String)| match about {
            None => ListLine::plain(said),
            Some((kpi, channel)) => ListLine::new(
                format!("{said}{}; {}", edges(summary, *kpi), condition::means(*kpi)),
                condition::asks_of(summary, *kpi, channel.as_deref()),
            ),
        };
        let (lines, note) = seen_once(conditions.iter().map(line).collect());
        // Below what all afternoons say: what a GO costs in sales is read with it.
        let place = front.lists.iter().position(|list| list.title == "all afternoons");
        let list = List { title: CONDITIONS, lines, note };
        front.lists.insert(place.map_or(0, |place| place + 1), list);
    }
}

/// Where the healthy band and the limit end: ` (healthy up to 3 min, limit 12 min)`.
fn edges(summary: &Summary, kpi: Kpi) -> String {
    let gate = summary.gates.iter().find(|gate| gate.kpi == kpi);
    gate.map_or(String::new(), |gate| {
        format!(" ({})", standing::watch_band(gate.limits, &summary.terms))
    })
}

/// The measures that keep all afternoons together from a GO, the worst first.
fn in_the_way(all: &Replications, scenario: &str) -> Option<List> {
    let in_the_way = worst_gates(all).into_iter().filter(|gate| gate.pooled.in_the_way);
    let lines: Vec<ListLine> = in_the_way
        .take(STEPS_SAID)
        .map(|gate| {
            let main = format!("{} {} not proved within the limit", gate_name(gate), is(gate.kpi));
            ListLine::new(main, capitalised(&stands(gate, More::of(all))))
        })
        .collect();
    let kept = all.objectives.iter().filter(|one| one.is_in_the_way());
    let kept = kept.map(|one| {
        let said = recovered::sentence(one, all.in_band_at_least_ppm);
        ListLine::plain(capitalised(&said))
    });
    let lines: Vec<ListLine> = lines.into_iter().chain(kept).collect();
    let tries = all.evidence == Evidence::Model && all.verdict == Verdict::NoGo;
    let note = tries.then(|| not_tried(all.evidence, scenario));
    (!lines.is_empty()).then_some(List { title: IN_THE_WAY, lines, note })
}

/// The summary of the afternoon shown, under the answer of all of them.
pub(super) fn answer_for(front: &Front, by_itself: Summary, all: &Replications) -> Summary {
    let (verdict, headline, why) = (front.verdict, front.headline.clone(), front.why.clone());
    by_itself.as_one_of(all.runs, Answer { verdict, headline, why })
}

fn line(all: &Replications, channel: &crate::report::many::ruling::ChannelOver) -> ChannelLine {
    ChannelLine {
        name: channel.name.clone(),
        verdict: channel.verdict,
        word: words::verdict_word(channel.verdict),
        share: number::share(channel.share_ppm),
        reason: channel_reason(all, &channel.name),
    }
}
