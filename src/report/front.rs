//! Owns the first screen: verdict, why, by channel, what a GO asks for, what limits the answer.
//! Must not know where it is printed: browser, terminal and `report.md` all print this.

mod study;

use super::document::ListLine;
use super::many::{self, Replications};
use super::remedies::Remedies;
use super::summary::Summary;
use super::summary::gate::{Gate, Kpi};
use super::summary::input::Input;
use super::summary::verdict::{Evidence, Reason, Verdict};
use super::trials::{self, Trials};
use super::words::again::{self, Command};
use super::words::steps::{self, Step};
use super::words::{self, condition as ask, gate as said, number, standing};
use crate::report::words::limits;

/// What is known beside the run itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// What moved since the last run of this campaign, a line each; none where there was none.
    pub since: Option<Vec<String>>,
    /// What was tried to make it a GO (`trials.json`); none where nothing was.
    pub trials: Option<Trials>,
    /// What was tried on its seed (`remedies.json`); none where nothing was.
    pub remedies: Option<Remedies>,
    /// What other afternoons of it come to (`afternoons.json`); none where only this was played.
    pub replications: Option<Replications>,
    /// The commands that show it again, where they are not those of a run's folder.
    pub again: Option<Vec<Command>>,
}

/// The first screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front {
    /// The answer, for its colour.
    pub verdict: Verdict,
    /// The answer with what it rests on, in one line; `word` and `about` together say the same.
    pub headline: String,
    /// The answer; the GO of a model carries its reservation in it.
    pub word: String,
    /// What the answer rests on: evidence, civil start, speed.
    pub about: String,
    /// The campaign's name.
    pub campaign: String,
    /// Its civil start with the zone.
    pub starts: String,
    /// Why, in one sentence.
    pub why: String,
    /// What stands over the channels.
    pub by_channel: String,
    /// Each channel: one word and a short reason.
    pub channels: Vec<ChannelLine>,
    /// What else belongs on the first screen, in order; none of them is empty.
    pub lists: Vec<List>,
    /// What to do beside what is said first.
    pub next: Option<List>,
    /// Which afternoon the report below is about, where the verdict is on many.
    pub shown: Option<String>,
    /// The commands that show it again, as they are typed from where the reader is.
    pub commands: Vec<Command>,
    /// The run's folder, as it is typed there.
    pub place: String,
}

/// A channel on the first screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelLine {
    /// Its name.
    pub name: String,
    /// Its verdict, for its colour.
    pub verdict: Verdict,
    /// Its verdict in a word.
    pub word: &'static str,
    /// What it carried of all orders.
    pub share: String,
    /// The reason, short, without a full stop.
    pub reason: String,
}

/// A list of the first screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Which; in small letters, to be capitalised where a title is.
    pub title: &'static str,
    /// Its lines.
    pub lines: Vec<ListLine>,
    /// What holds for all of them.
    pub note: Option<String>,
}

impl List {
    /// Whether it says what a GO asks for.
    pub fn asks(&self) -> bool {
        [trials::words::GO_IF, CONDITIONS, FIRST_TO_DO, IN_THE_WAY, trials::words::NOT_ENOUGH]
            .contains(&self.title)
    }
}

/// Over what is said beside a GO, and what somebody decides about before the day.
pub const CONDITIONS: &str = "conditions";
/// Over steps that nobody has tried: they mend what was seen, and promise nothing.
pub const FIRST_TO_DO: &str = "first to do";
/// Over the measures that keep many afternoons from a GO.
pub const IN_THE_WAY: &str = "in the way of a GO";

/// What every run by itself must be read with.
fn one_replication(scenario: &str, is_outside: bool) -> String {
    if is_outside {
        return "this is one afternoon; how many others go alike is not known: play it on other \
                seeds too (`--seed`), `doorbuster pool` adds up runs"
            .to_owned();
    }
    format!(
        "this is one afternoon; how many others go alike is not known: `doorbuster simulate \
         {scenario}` plays many, `doorbuster pool` adds up runs"
    )
}

/// Things to do on the first screen; the rest stand under "what to do next".
const STEPS_SAID: usize = 3;

impl Front {
    /// The first screen of a run whose folder is at `place`, as its reader would type it; `.` is
    /// the reader's own.
    pub fn of(summary: &Summary, beside: &Beside, place: &str) -> Front {
        let scenario = again::scenario(place);
        let (word, about) = words::word_and_about(summary);
        let since = beside.since.as_deref().unwrap_or_default();
        let steps = steps::steps(summary);
        let (asked, steps_said) = asked(summary, &steps, beside.trials.as_ref(), &scenario);
        let (over, others) = match &beside.replications {
            Some(replications) => ("all afternoons", many::words::others(replications, summary)),
            None => ("other afternoons", vec![one_replication(&scenario, summary.party.is_some())]),
        };
        let next = steps[steps_said..].iter().map(|step| line(summary, step)).collect();
        let next = List { title: "what to do next", lines: next, note: None };
        let lists = [
            plain("sales kept", &words::sales_kept(summary)),
            plain("rows that could not be read", &words::input::told(summary.input.as_ref())),
            plain("not known, so played both ways", &summary.not_known),
            plain(over, &others),
            asked,
            plain("since the last run of this campaign", since),
            plain("beside the gates", &words::beside_the_gates(summary)),
            plain("not tested", &words::not_tested(summary)),
            plain("accepted risks", &words::accepted_risks(summary)),
            plain("limits loosened from standard", &words::limits_loosened(summary)),
        ];
        let mut front = Front {
            verdict: summary.verdict,
            headline: summary.headline.clone(),
            word: word.to_owned(),
            about,
            campaign: summary.campaign.name.clone(),
            starts: number::civil(&summary.campaign.starts),
            why: summary.why.clone(),
            by_channel: words::by_channel(summary),
            channels: (0..summary.channels.len()).map(|at| channel(summary, at)).collect(),
            lists: lists.into_iter().filter(|list| !list.lines.is_empty()).collect(),
            next: Some(next).filter(|list| !list.lines.is_empty()),
            shown: None,
            place: place.to_owned(),
            commands: beside
                .again
                .clone()
                .unwrap_or_else(|| again::commands(summary, place, beside.replications.as_ref())),
        };
        if let Some(all) = &beside.replications {
            study::head(&mut front, summary, all, &scenario);
        }
        front
    }

    /// The summary of the run, under the answer that this screen gives.
    pub(super) fn answer_for(&self, by_itself: Summary, all: Option<&Replications>) -> Summary {
        match all {
            Some(all) => study::answer_for(self, by_itself, all),
            None => by_itself,
        }
    }
}

/// What is seen behind several lines, said once, below them.
fn seen_once(mut lines: Vec<ListLine>) -> (Vec<ListLine>, Option<String>) {
    const SEEN: &str = " Seen: ";
    let seen = |line: &ListLine| line.small.split_once(SEEN).map(|(_, seen)| seen.to_owned());
    let all: Vec<String> = lines.iter().filter_map(seen).collect();
    let mut repeated: Vec<String> = Vec::new();
    for (place, said) in all.iter().enumerate() {
        if all[place + 1..].contains(said) && !repeated.contains(said) {
            repeated.push(said.clone());
        }
    }
    for line in &mut lines {
        if seen(line).is_some_and(|said| repeated.contains(&said)) {
            let until = line.small.find(SEEN).unwrap_or(line.small.len());
            line.small.truncate(until);
        }
    }
    let note = (!repeated.is_empty()).then(|| format!("Seen: {}", repeated.join(" ")));
    (lines, note)
}

fn plain(title: &'static str, lines: &[String]) -> List {
    List { title, lines: lines.iter().map(ListLine::plain).collect(), note: None }
}

fn channel(summary: &Summary, place: usize) -> ChannelLine {
    let channel = &summary.channels[place];
    ChannelLine {
        name: channel.name.clone(),
        verdict: channel.verdict,
        word: words::verdict_word(channel.verdict),
        share: number::share(channel.share_ppm),
        reason: words::channel_reason(summary, place),
    }
}

/// What a GO asks for, and how many of the steps it says.
fn asked(
    summary: &Summary,
    steps: &[Step],
    trials: Option<&Trials>,
    scenario: &str,
) -> (List, usize) {
    let tried_for = trials.and_then(trials::words::go_if);
    let mut title = match summary.verdict {
        Verdict::Go | Verdict::GoWithConditions => CONDITIONS,
        Verdict::NoGo | Verdict::Inconclusive => FIRST_TO_DO,
    };
    let (lines, note, said) = match summary.verdict {
        Verdict::Go => (Vec::new(), None, 0),
        Verdict::GoWithConditions => {
            let (lines, note) = seen_once(conditions(summary));
            (lines, note, 0)
        }
        Verdict::NoGo | Verdict::Inconclusive if let Some(tried_for) = &tried_for => {
            title = tried_for.title;
            (tried_for.lines.iter().map(tried).collect(), Some(tried_for.note.clone()), 0)
        }
        Verdict::NoGo | Verdict::Inconclusive => {
            let said = &steps[..steps.len().min(STEPS_SAID)];
            let lines = said.iter().map(|step| line(summary, step)).collect();
            let rest = steps.len() - said.len();
            let more = (rest > 0).then(|| {
                format!(
                    "{} under “What to do next”.",
                    number::counted(rest as u64, "more thing stands", "more things stand")
                )
            });
            // Nothing is to be tried where there is only more to prove.
            let mends = said.iter().any(|step| !step.advice.proves);
            let not_tried = mends.then(|| not_tried(summary.evidence, scenario));
            let notes: Vec<String> = more.into_iter().chain(not_tried).collect();
            (lines, (!notes.is_empty()).then(|| notes.join(" ")), said.len())
        }
    };
    (List { title, lines, note }, said)
}

/// A change that was tried: where, what, by whom, and what it did.
fn tried((change, did): &(&trials::Change, String)) -> ListLine {
    let settings: Vec<String> =
        change.settings.iter().map(|setting| format!("`{setting}`")).collect();
    let settings = settings.join(", ");
    ListLine::new(
        format!("{}: {} ({})", said::capitalised(&change.to), change.what, change.owner),
        format!("{did} Setting: {settings}.").trim_start(),
    )
}

fn line(summary: &Summary, step: &Step) -> ListLine {
    ListLine::new(
        format!("{}: {}", step.about, step.advice.with_owner(&step.owner)),
        step.advice.backing(summary.evidence),
    )
}

/// That a change was not tried, and how to try it.
fn not_tried(evidence: Evidence, scenario: &str) -> String {
    let how = match evidence {
        Evidence::Model => &format!(
            "`doorbuster advise {scenario}` plays what could be changed, and says what makes it a \
             GO and what that costs in sales"
        ),
        Evidence::YourConnector => "change the connector, and play it again on the same seed",
        Evidence::Staging | Evidence::Operations => "make the change, and measure again",
    };
    format!("Not tried yet. To try it: {how}.")
}

/// A line a KPI in the watch band: where it must stay, and who watches it.
fn conditions(summary: &Summary) -> Vec<ListLine> {
    let mut watched: Vec<(Kpi, Vec<&Gate>)> = Vec::new();
    for gate in summary.conditions.iter().map(|condition| &summary.gates[condition.gate]) {
        match watched.iter_mut().find(|(kpi, _)| *kpi == gate.kpi) {
            Some((_, gates)) => gates.push(gate),
            None => watched.push((gate.kpi, vec![gate])),
        }
    }
    let gates = watched.iter().map(|(kpi, gates)| condition(summary, *kpi, gates));
    gates.chain(rules(summary)).collect()
}

/// A line a rule that was broken and does not forbid going: what was seen, and who mends it.
fn rules(summary: &Summary) -> impl Iterator<Item = ListLine> {
    summary.reasons.iter().filter_map(|reason| {
        let place = match *reason {
            Reason::Invariant(place) => place,
            Reason::NotGated(_) => return Some(ListLine::plain(words::reason(summary, *reason))),
            Reason::RowsMissing => return summary.input.as_ref().map(rows),
            _ => return None,
        };
        let rule = &summary.invariants[place];
        let main = said::capitalised(&said::invariant_sentence(summary, rule));
        Some(ListLine::new(main, standing::watched_by(&rule.owner)))
    })
}

/// Rows that are missing: how many, and who answers for the file.
fn rows(input: &Input) -> ListLine {
    let main = said::capitalised(&words::input::sentence(input));
    ListLine::new(main, standing::watched_by(&input.owner))
}

fn condition(summary: &Summary, kpi: Kpi, gates: &[&Gate]) -> ListLine {
    let p95 = if limits::lag_of(kpi) { "p95 " } else { "" };
    let scope = |gate: &&Gate| gate.channel.clone().unwrap_or_else(|| "the run".to_owned());
    let is_clean = |gate: &&Gate| gate.bad.possible == 0;
    let seen = gates.iter().copied().filter(|gate| !is_clean(gate));
    let mut now: Vec<String> =
        seen.map(|gate| format!("{} {p95}{}", scope(&gate), number::value(gate.value))).collect();
    let clean: Vec<String> =
        gates.iter().copied().filter(is_clean).map(|gate| scope(&gate)).collect();
    if !clean.is_empty() {
        let what = limits::samples_word(kpi);
        let clean = clean.join(", ");
        now.push(format!("none bad on {clean}, where so few {what} prove the limit and no more"));
    }
    let limit = standing::limit_in_words(gates[0].limits, &summary.terms);
    let title = said::capitalised(kpi.title());
    let worst = gates.iter().copied().find(|gate| !is_clean(gate));
    let means = worst.map_or(String::new(), |_| format!("; {}", ask::means(kpi)));
    ListLine::new(
        format!("{title} must stay {limit} (now: {}){means}", now.join(", ")),
        ask::asks(summary, worst.unwrap_or(gates[0])),
    )
}

#[cfg(test)]
mod tests;
