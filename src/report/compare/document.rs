//! Owns what is read of a comparison. Must not compute: it puts in order what the comparison, its
//! words and the charts say.

mod studies;

use super::{
    Against, Basis, Broken, Change, Comparison, Difference, Finding, Group, Party, Run, Seen, words,
};
use crate::report::charts::overlay::overlay;
use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Document, List, ListLine, Tone, Verdict, Voice};
use crate::report::many::table as together;
use crate::report::run::measures::named;
use crate::report::summary::Campaign;
use crate::report::summary::gate::Value;
use crate::report::words::gate::{between, capitalised};
use crate::report::words::number::{self, count, interval};

/// What the findings mean, below their table.
const RULE: &str = "Shares are compared by an exact test on effective samples, lags within one \
    afternoon by what is unknown of each, several afternoons by Student's t. “Beyond chance” holds \
    at 5 % over all comparisons on this page together (Holm). “In these runs” is said of lags \
    that lie well apart in the two afternoons played: whether others go alike only more seeds can \
    say.";

/// What is read of it.
pub(in crate::report) fn document(parties: &[Party], comparison: &Comparison) -> Document {
    let groups = &comparison.groups;
    let labels = groups.iter().flat_map(|group| &group.runs).map(|run| run.label.as_str());
    let labels: Vec<&str> = labels.collect();
    let title = format!("Compared: {}", labels.join(", "));
    let mut blocks = vec![Block::Verdict(Verdict {
        tone: tone(comparison),
        about: title.clone(),
        headline: sentence(&comparison.headline),
        why: comparison.sentences.iter().map(|said| sentence(said)).collect(),
        facts: Vec::new(),
    })];
    if !comparison.cautions.is_empty() {
        blocks.push(Block::List(cautions(&comparison.cautions)));
    }
    blocks.push(Block::heading("runs", "The runs"));
    let runs = Some(runs(parties, groups)).filter(|table| !table.rows.is_empty());
    blocks.extend(runs.map(Block::Table));
    let studies = studies::studies(parties, groups);
    if !studies.is_empty() {
        blocks.extend(studies.into_iter().map(Block::Table));
        let how = [together::HOW, together::HOW_BOUNDS].join(" ");
        let how = format!("Channels that are not listed are healthy. {how}");
        blocks.push(Block::said(Voice::Fine, how));
    }
    blocks.extend(comparison.against.iter().flat_map(section));
    let several = groups.iter().filter(|group| group.runs.len() > 1);
    let mut several =
        several.filter(|group| group.measures.iter().any(|m| m.seen.replications > 1)).peekable();
    if several.peek().is_some() {
        blocks.push(Block::heading("afternoons", "Afternoon by afternoon"));
        let is_aside = !comparison.against.is_empty();
        blocks.extend(several.map(|group| Block::Table(replications(group, is_aside))));
    }
    blocks.push(Block::heading("over-time", "The campaign over time"));
    let shown = words::shown(parties, groups);
    blocks.extend(shown.map(|shown| Block::said(Voice::Fine, format!("{shown}."))));
    let letters = groups.iter().map(|group| group.letter.clone());
    blocks.extend(overlay(&letters.zip(parties).collect::<Vec<_>>()));
    Document { title, blocks }
}

fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

fn cautions(cautions: &[String]) -> List {
    let line = |caution: &String| ListLine {
        mark: (Tone::Careful, "!".to_owned()),
        ..ListLine::plain(sentence(caution))
    };
    List {
        title: "Keep in mind".to_owned(),
        lines: cautions.iter().map(line).collect(),
        note: String::new(),
    }
}

fn tone(comparison: &Comparison) -> Tone {
    let mut all = comparison.against.iter().flat_map(|against| &against.differences);
    if comparison.worse() {
        Tone::Bad
    } else if all.any(|difference| difference.finding == Finding::Better) {
        Tone::Good
    } else {
        Tone::Plain
    }
}

fn runs(parties: &[Party], groups: &[Group]) -> Table {
    let columns = "run | verdict: | seed | clock: | accepted orders | sales | oversold | \
        cancelled for stock";
    let mut table = Table::of("What was compared; A is the baseline", columns).fine(&[0]);
    for (group, party) in groups.iter().zip(parties) {
        let single = group.runs.iter().zip(&party.runs).filter(|(run, _)| run.study.is_none());
        for (run, given) in single {
            table.push(run_row(&group.letter, run, &given.summary.campaign));
        }
    }
    table
}

fn run_row(letter: &str, run: &Run, campaign: &Campaign) -> Vec<Cell> {
    let money = |minor: i64| Cell::number(number::money(minor, campaign));
    vec![
        Cell::text(format!("{letter} {}", run.label)).with(&run.campaign),
        Cell::text(words::verdict(run)),
        Cell::number(run.seed.to_string()),
        Cell::text(number::speed(run.speed_milli)),
        Cell::number(count(run.accepted)),
        money(run.money),
        money(run.oversold_money),
        money(run.cancelled_money),
    ]
}

/// One group against the baseline.
fn section(against: &Against) -> Vec<Block> {
    let letter = &against.letter;
    let id = |what: &str| format!("{what}-{}", letter.to_lowercase());
    let mut blocks = vec![
        Block::heading(id("against"), format!("{letter} against A")),
        Block::Table(differences(against)),
        Block::said(Voice::Fine, RULE),
    ];
    if !against.broken.is_empty() {
        blocks.push(Block::Table(broken(against)));
    }
    blocks.push(Block::part(id("changed"), "What was changed"));
    blocks.push(match against.changes.as_deref() {
        None => Block::said(
            Voice::Plain,
            "What the scenarios differ in is not known: a scenario.yaml is not there.",
        ),
        Some([]) => Block::said(Voice::Plain, "Both played the same scenario but for the seed."),
        Some(all) => Block::Table(changes(letter, all)),
    });
    blocks
}

fn changes(letter: &str, changes: &[Change]) -> Table {
    let caption = format!("What the scenario of {letter} changes");
    let mut table = Table::new(caption, &["key", "A:", &format!("{letter}:")]);
    for change in changes {
        let value = |value: &Option<String>| Cell::text(value.as_deref().unwrap_or("—"));
        table.push(vec![Cell::text(&change.path), value(&change.before), value(&change.after)]);
    }
    table
}

fn differences(against: &Against) -> Table {
    let letter = &against.letter;
    let by = format!("{letter} − A");
    let means = match against.basis {
        Basis::PairedReplications { pairs, .. } => {
            format!(": means over the {pairs} afternoons that both played")
        }
        Basis::Replications { .. } => ": means over the afternoons of each".to_owned(),
        Basis::SameShoppers { .. } | Basis::OwnShoppers { .. } => String::new(),
    };
    let caption = format!("Each measure, on the run and on each channel{means}");
    let mut table = Table::new(caption, &["measure", "A", letter, &by, "finding:"]);
    // What A and B are by themselves is least asked for.
    table = table.fine(&[1, 2, 3]);
    for difference in &against.differences {
        let run = against.differences.iter().find(|of| of.kpi == difference.kpi);
        // A channel that says no more than the run would only hide the rest.
        let silent = [Finding::NotShown, Finding::NotComparable].contains(&difference.finding);
        let same = run.is_some_and(|run| run.finding == difference.finding);
        let is_aside = difference.channel.is_some() && (silent || same);
        table.push(Row::from(cells(difference)).aside(is_aside));
    }
    table
}

fn cells(difference: &Difference) -> Vec<Cell> {
    let seen = |seen: &Seen| {
        let bounds = (seen.low != seen.high && seen.value != Value::Absent)
            .then(|| interval(seen.low, seen.high));
        // Of several afternoons the counts stand with what all of them come to.
        let of = (seen.replications == 1)
            .then(|| format!("{} of {}", between(seen.bad), count(seen.samples)));
        Cell { small: bounds.into_iter().chain(of).collect(), ..Cell::number(words::value(seen)) }
    };
    let by = difference.by.map_or("—".to_owned(), |by| words::by(difference.kpi, by));
    let tone = match difference.finding {
        Finding::Better => Tone::Good,
        Finding::Worse => Tone::Bad,
        Finding::BetterHere | Finding::WorseHere => Tone::Careful,
        Finding::NotShown | Finding::NotComparable => Tone::Plain,
    };
    vec![
        named(difference.kpi, difference.channel.as_deref()),
        seen(&difference.baseline),
        seen(&difference.other),
        Cell { small: words::bounds(difference).into_iter().collect(), ..Cell::number(by) },
        Cell::text(words::finding(difference.finding)).toned(tone),
    ]
}

fn broken(against: &Against) -> Table {
    let letter = &against.letter;
    let mut table = Table::new("What must never be, and was", &["what", "A", letter]);
    let row = |broken: &Broken| {
        let counted = |n| Cell::number(words::counted(broken.counted, n));
        let what = Cell::text(capitalised(words::counted_as(broken.invariant)));
        vec![what, counted(broken.baseline), counted(broken.other)]
    };
    against.broken.iter().for_each(|broken| table.push(row(broken)));
    // The sentences say it.
    table.aside(true)
}

/// Several afternoons of one scenario.
fn replications(group: &Group, is_aside: bool) -> Table {
    let caption = format!("{}: {}", group.letter, words::verdicts(group));
    let columns = ["measure", "afternoons", "mean", "mean at 95 %", "from – to", "bad, of all"];
    let mut table = Table::new(caption, &columns);
    for measure in &group.measures {
        let seen = &measure.seen;
        let cells = vec![
            named(measure.kpi, measure.channel.as_deref()),
            Cell::number(count(seen.replications)),
            Cell::number(words::value(seen)),
            Cell::number(interval(seen.low, seen.high)),
            Cell::number(interval(seen.least, seen.most)),
            Cell::number(format!("{} of {}", between(seen.bad), count(seen.samples))),
        ];
        table.push(Row::from(cells).aside(measure.channel.is_some()));
    }
    table.aside(is_aside)
}

#[cfg(test)]
mod tests;
