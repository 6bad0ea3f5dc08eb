//! Owns `report.html`: one file that fetches nothing and reads without JavaScript.
//! Must not compute: it lays out what [`Summary`], [`Front`], `words` and `charts` say.

mod books;
mod checklist;
mod errors;
mod figure;
mod glossary;
mod load;
mod measures;
mod rules;
mod runouts;
mod script;
mod totals;

use askama::Template;

use super::ReportError;
use super::document::{Fact, Table, Tone};
use super::front::{self, Beside, Front};
use super::summary::Summary;
use super::summary::verdict::{Ending, Evidence};
use super::words::gate::capitalised;
use super::words::number::{self, count, money, span, speed};
use super::words::{self, again, gate, story};
use super::{document, many, trials};
use figure::Figures;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    front: &'a Front,
    first: First,
    facts: Vec<Fact>,
    /// The same of the one afternoon below; nothing where the run stands alone.
    facts_of_one: Vec<Fact>,
    places: Vec<(&'static str, &'static str)>,
    stretches: Vec<Stretch>,
    measures: Table,
    gates_in_full: Table,
    next: Option<List>,
    replications: String,
    trials: String,
    charts: Figures,
    not_oversold: &'static str,
    supply_shock: Option<String>,
    story: Option<Told>,
    run_outs: Table,
    books: Table,
    errors: Table,
    reconciliation: String,
    untimed: &'static str,
    matched: &'static str,
    load_verdict: &'static str,
    load_sum: String,
    load: Option<Table>,
    throttling: Vec<Table>,
    queues: Table,
    waits: Table,
    checklist: Table,
    rules: Vec<Table>,
    totals: Vec<Table>,
    commands: &'a [again::Command],
    repeat: Vec<(&'static str, String)>,
    what_is_same: &'static str,
    glossary: &'static [(&'static str, &'static str)],
    made_by: &'a str,
    script: &'static str,
    script_hash: String,
}

/// The first screen's words, capitalised, with their colours.
struct First {
    class: &'static str,
    why: String,
    /// Which afternoon is shown.
    shown: Option<String>,
    by_channel: String,
    channels: Vec<ChannelLine>,
    lists: Vec<List>,
}

struct ChannelLine {
    name: String,
    word: &'static str,
    class: &'static str,
    share: String,
    reason: String,
}

struct List {
    title: String,
    asks: bool,
    /// What is said, and what stands behind it.
    lines: Vec<(String, String)>,
    note: Option<String>,
}

/// A part of the campaign that charts can be zoomed to.
struct Stretch {
    name: String,
    from_us: u64,
    until_us: u64,
}

/// The worst SKU's story in words.
struct Told {
    opening: String,
    lines: Vec<story::StoryLine>,
}

/// The page as text.
pub fn page(summary: &Summary, front: &Front, beside: &Beside) -> Result<String, ReportError> {
    let story = summary
        .worst_sku
        .as_ref()
        .map(|worst| Told { opening: story::opening(summary, worst), lines: story::lines(worst) });
    let next = front.next.as_ref().map(List::of);
    let mut charts = Figures::of(summary)?;
    for latency in &mut charts.latency {
        // The drawing shows the busiest calls, to p99; this is all of them, to the longest.
        latency.tables = vec![load::latency(summary)];
    }
    let [replications, trials] = beside_it(summary, front, beside)?;
    let page = Page {
        front,
        first: first(front),
        facts: beside.replications.as_ref().map_or_else(|| facts(summary), many::document::facts),
        facts_of_one: beside.replications.as_ref().map_or_else(Vec::new, |_| facts(summary)),
        places: places(&[
            ("afternoons", beside.replications.is_some()),
            ("one", beside.replications.is_some()),
            ("tried", beside.trials.as_ref().is_some_and(|trials| !trials.alone.is_empty())),
            ("next", next.is_some()),
            ("worst-sku", story.is_some()),
            ("ran-out", !summary.run_outs.is_empty()),
        ]),
        stretches: stretches(summary),
        measures: measures::measures(summary),
        gates_in_full: measures::in_full(summary),
        next,
        replications,
        trials,
        charts,
        not_oversold: words::not_oversold(summary),
        supply_shock: supply_shock(summary),
        story,
        run_outs: runouts::by_law(summary),
        books: books::by_day(summary),
        errors: errors::by_class(summary),
        reconciliation: words::errors::reconciliation(summary),
        matched: matched(summary),
        untimed: match summary.campaign.speed_milli {
            0 => "In a simulated run a call takes no time of its own.",
            _ => "No call was timed.",
        },
        load_verdict: words::load_verdict(summary),
        load_sum: words::load_honesty(summary),
        // In a simulated run sending takes no time: a table of zeros would tell nothing.
        load: (summary.campaign.speed_milli > 0).then(|| load::honesty(summary)),
        throttling: totals::throttling(summary),
        queues: load::queues(summary),
        waits: load::waits(summary),
        checklist: checklist::checklist(summary),
        rules: rules::rules(summary),
        totals: totals::totals(summary),
        commands: &front.commands,
        repeat: repeat(summary),
        what_is_same: what_is_same(summary),
        glossary: &glossary::GLOSSARY,
        made_by: &summary.doorbuster,
        script: script::SCRIPT,
        script_hash: script::hash(script::SCRIPT),
    };
    Ok(number::glued(&page.render()?))
}

/// The sections on all afternoons and on what was tried; empty where there were none.
fn beside_it(
    summary: &Summary,
    front: &Front,
    beside: &Beside,
) -> Result<[String; 2], ReportError> {
    let all = beside.replications.as_ref();
    let tried = beside.trials.as_ref();
    let all = all.map(|all| many::document::section(all, summary)).unwrap_or_default();
    let tried = tried.map(|tried| trials::section(tried, &front.place)).unwrap_or_default();
    Ok([document::html::part(&all)?, document::html::part(&tried)?])
}

/// What is said where no mismatch is drawn.
fn matched(summary: &Summary) -> &'static str {
    if summary.mismatch.bands.is_empty() {
        "No channel's offer could be compared with what there was."
    } else {
        "No channel ever offered more than there was."
    }
}

fn first(front: &Front) -> First {
    let channel = |line: &front::ChannelLine| ChannelLine {
        name: line.name.clone(),
        word: line.word,
        class: Tone::from(line.verdict).class(),
        share: line.share.clone(),
        reason: capitalised(&line.reason),
    };
    First {
        class: Tone::from(front.verdict).class(),
        why: front.why.clone(),
        shown: front.shown.as_deref().map(capitalised),
        by_channel: capitalised(&front.by_channel),
        channels: front.channels.iter().map(channel).collect(),
        lists: front.lists.iter().map(List::of).collect(),
    }
}

impl List {
    fn of(list: &front::List) -> List {
        let line = |line: &front::ListLine| (capitalised(&line.main), line.small.clone());
        List {
            title: capitalised(list.title),
            asks: list.asks(),
            lines: list.lines.iter().map(line).collect(),
            note: list.note.clone(),
        }
    }
}

/// The figures beside the verdict.
fn facts(summary: &Summary) -> Vec<Fact> {
    let (totals, campaign) = (&summary.totals, &summary.campaign);
    let unsold = (totals.undersold_money > 0).then(|| {
        Fact::plain("turned away though in stock", money(totals.undersold_money, campaign))
    });
    let facts = [
        Fact::plain("accepted orders", count(totals.accepted)),
        Fact::plain("sales", money(totals.money, campaign)),
        Fact::plain("oversold orders", gate::between(totals.oversold_orders)),
        Fact::plain("cancelled for stock", count(totals.cancelled)),
        Fact::plain("money at risk", money(totals.money_at_risk.total, campaign)),
        Fact::plain("campaign time played", span(summary.record.observed_until_us)),
    ];
    facts.into_iter().chain(unsold).collect()
}

/// What can be jumped to, the id of a heading and a word for it; `maybe` says which of those that
/// not every report has are there.
fn places(maybe: &[(&str, bool)]) -> Vec<(&'static str, &'static str)> {
    let all = [
        ("afternoons", "all afternoons"),
        ("one", "one of them"),
        ("measures", "measures"),
        ("tried", "tried"),
        ("next", "to do"),
        ("over-time", "over time"),
        ("oversell", "oversell"),
        ("worst-sku", "worst SKU"),
        ("ran-out", "ran out"),
        ("mismatch", "mismatch"),
        ("books", "books"),
        ("errors", "errors"),
        ("latency", "latency"),
        ("load", "load"),
        ("throttling", "throttling"),
        ("checklist", "checklist"),
        ("rules", "rules"),
        ("totals", "totals"),
        ("again", "repeat"),
        ("words", "words"),
    ];
    let is_there = |id: &str| maybe.iter().all(|(other, there)| *other != id || *there);
    all.into_iter().filter(|(id, _)| is_there(id)).collect()
}

/// The whole, the phases, and the time after traffic.
fn stretches(summary: &Summary) -> Vec<Stretch> {
    let campaign = &summary.campaign;
    let until_us = figure::until_us(summary);
    let whole = Stretch { name: "whole campaign".to_owned(), from_us: 0, until_us };
    let phases = campaign.phases.iter().filter(|phase| phase.until_us > phase.from_us);
    let phases = phases.map(|phase| Stretch {
        name: phase.name.clone(),
        from_us: phase.from_us,
        until_us: phase.until_us,
    });
    let drain = (until_us > campaign.traffic_ends_us).then(|| Stretch {
        name: "drain".to_owned(),
        from_us: campaign.traffic_ends_us,
        until_us,
    });
    std::iter::once(whole).chain(phases).chain(drain).collect()
}

/// Units promised already when supply fell below them.
fn supply_shock(summary: &Summary) -> Option<String> {
    let units = summary.causes.supply_shock;
    (units != 0).then(|| {
        format!(
            "{} were promised already when supply fell below them: no sync could have helped.",
            number::counted(units.unsigned_abs(), "unit", "units"),
        )
    })
}

/// What to quote beside the commands.
fn repeat(summary: &Summary) -> Vec<(&'static str, String)> {
    let (campaign, record) = (&summary.campaign, &summary.record);
    let ending = match record.ending {
        Some(Ending::Finished) => "played to its end",
        Some(Ending::Interrupted) => "interrupted and drained",
        None => "cut off before its end",
    };
    vec![
        ("seed", campaign.seed.to_string()),
        ("doorbuster", summary.doorbuster.clone()),
        ("summary format", summary.version.to_string()),
        ("clock", speed(campaign.speed_milli)),
        ("record", format!("{} facts, {ending}", count(record.facts))),
    ]
}

/// What another run of the same scenario has in common with this one.
fn what_is_same(summary: &Summary) -> &'static str {
    match (summary.evidence, summary.campaign.speed_milli) {
        (Evidence::Operations, _) => {
            "The record is what was seen of live operations: it can be judged again, not played."
        }
        (_, 0) => {
            "The record does not name the machine, and need not: the same version and seed give \
             the same record on any."
        }
        _ => {
            "The record does not name the machine. The same version and seed meet the same \
             shoppers, stock and faults; how long each call takes is the machine's."
        }
    }
}

#[cfg(test)]
mod tests;
