//! Owns `compare.html`: one file that fetches nothing and reads without JavaScript.
//! Must not compute: it lays out what the comparison, its words and the charts say.

use askama::Template;

use super::studies;
use super::table::{Cell, Table};
use crate::report::ReportError;
use crate::report::charts::{Chart, Layout, overlay::overlay};
use crate::report::compare::{
    Against, Basis, Comparison, Difference, Finding, Group, Party, Run, words,
};
use crate::report::many::table as together;
use crate::report::summary::Campaign;
use crate::report::summary::gate::Value;
use crate::report::words::gate::{between, capitalised};
use crate::report::words::number::{self, count, interval};

#[derive(Template)]
#[template(path = "compare.html")]
struct Page {
    title: String,
    headline: String,
    class: &'static str,
    sentences: Vec<String>,
    cautions: Vec<String>,
    runs: Option<Table>,
    studies: Vec<Table>,
    how: String,
    against: Vec<Section>,
    afternoons: Vec<Table>,
    charts: Vec<Figure>,
    rule: &'static str,
    /// Which afternoon the charts show of each study.
    shown: Option<String>,
}

/// One group against the baseline.
struct Section {
    title: String,
    differences: Table,
    broken: Option<Table>,
    changes: Option<Table>,
    note: &'static str,
}

struct Figure {
    wide: String,
    narrow: String,
    caption: String,
    tables: Vec<Table>,
}

/// What the findings mean, below their table.
const RULE: &str = "Shares are compared by an exact test on effective samples, lags within one \
    afternoon by what is unknown of each, several afternoons by Student's t. “Beyond chance” holds \
    at 5 % over all comparisons on this page together (Holm). “In these runs” is said of lags \
    that lie well apart in the two afternoons played: whether others go alike only more seeds can \
    say.";

/// The page as text.
pub(in crate::report) fn page(
    parties: &[Party],
    comparison: &Comparison,
) -> Result<String, ReportError> {
    let groups = &comparison.groups;
    let labels: Vec<&str> =
        groups.iter().flat_map(|g| &g.runs).map(|run| run.label.as_str()).collect();
    let several = groups.iter().filter(|group| group.runs.len() > 1);
    let several = several.filter(|group| group.measures.iter().any(|m| m.seen.afternoons > 1));
    let page = Page {
        title: format!("Compared: {}", labels.join(", ")),
        headline: sentence(&comparison.headline),
        class: class(comparison),
        sentences: comparison.sentences.iter().map(|s| sentence(s)).collect(),
        cautions: comparison.cautions.iter().map(|s| sentence(s)).collect(),
        runs: Some(runs(parties, groups)).filter(|table| !table.rows.is_empty()),
        studies: studies::studies(parties, groups),
        how: format!(
            "Channels that are not listed are healthy. {} {}",
            together::HOW,
            together::HOW_BOUNDS
        ),
        shown: words::shown(parties, groups),
        against: comparison.against.iter().map(section).collect(),
        afternoons: several.map(afternoons).collect(),
        charts: figures(parties, comparison)?,
        rule: RULE,
    };
    Ok(number::glued(&page.render()?))
}

fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

fn class(comparison: &Comparison) -> &'static str {
    let has = |finding: Finding| {
        let all = comparison.against.iter().flat_map(|against| &against.differences);
        all.into_iter().any(|difference| difference.finding == finding)
    };
    match (has(Finding::Worse), has(Finding::Better)) {
        (true, _) => "bad",
        (false, true) => "good",
        (false, false) => "plain",
    }
}

fn runs(parties: &[Party], groups: &[Group]) -> Table {
    let columns = [
        "run",
        "verdict:",
        "seed",
        "clock:",
        "accepted orders",
        "sales",
        "oversold",
        "cancelled for stock",
    ];
    let mut table = Table::new("What was compared; A is the baseline", &columns);
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
    let name =
        Cell { small: vec![run.campaign.clone()], ..Cell::text(format!("{letter} {}", run.label)) };
    vec![
        name,
        Cell::text(words::verdict(run)),
        Cell::number(run.seed.to_string()),
        Cell::text(number::speed(run.speed_milli)),
        Cell::number(count(run.accepted)),
        money(run.money),
        money(run.oversold_money),
        money(run.cancelled_money),
    ]
}

fn section(against: &Against) -> Section {
    let letter = &against.letter;
    let changes = against.changes.as_ref();
    Section {
        title: format!("{letter} against A"),
        differences: differences(against),
        broken: (!against.broken.is_empty()).then(|| broken(against)),
        changes: changes.filter(|changes| !changes.is_empty()).map(|changes| {
            let caption = format!("What the scenario of {letter} changes");
            let mut table = Table::new(caption, &["key", "A:", &format!("{letter}:")]);
            for change in changes {
                let value = |v: &Option<String>| Cell::text(v.as_deref().unwrap_or("—"));
                table.push(vec![
                    Cell::text(&change.path),
                    value(&change.before),
                    value(&change.after),
                ]);
            }
            table
        }),
        note: match changes {
            None => "What the scenarios differ in is not known: a scenario.yaml is not there.",
            Some(changes) if changes.is_empty() => {
                "Both played the same scenario but for the seed."
            }
            Some(_) => "",
        },
    }
}

fn differences(against: &Against) -> Table {
    let letter = &against.letter;
    let by = format!("{letter} − A");
    let caption = match against.basis {
        Basis::PairedAfternoons { pairs, .. } => format!(
            "Each measure, on the run and on each channel: means over the {pairs} afternoons that \
             both played"
        ),
        Basis::Afternoons { .. } => {
            "Each measure, on the run and on each channel: means over the afternoons of each"
                .to_owned()
        }
        Basis::SameShoppers { .. } | Basis::OwnShoppers { .. } => {
            "Each measure, on the run and on each channel".to_owned()
        }
    };
    let mut table = Table::new(caption, &["measure", "A", letter, &by, "finding:"]);
    for difference in &against.differences {
        table.push(row(difference));
    }
    table
}

fn row(difference: &Difference) -> Vec<Cell> {
    let name = match &difference.channel {
        None => capitalised(&words::title(difference.kpi, None)),
        Some(channel) => format!("\u{2003}{channel}"),
    };
    let seen = |seen: &crate::report::compare::Seen| {
        let bounds = (seen.low != seen.high && seen.value != Value::Absent)
            .then(|| interval(seen.low, seen.high));
        // Of several afternoons the counts stand with what all of them come to.
        let of = (seen.afternoons == 1)
            .then(|| format!("{} of {}", between(seen.bad), count(seen.samples)));
        Cell { small: bounds.into_iter().chain(of).collect(), ..Cell::number(words::value(seen)) }
    };
    let by = difference.by.map_or("—".to_owned(), |by| words::by(difference.kpi, by));
    let class = match difference.finding {
        Finding::Better => "good",
        Finding::Worse => "bad",
        Finding::BetterHere | Finding::WorseHere => "careful",
        Finding::NotShown | Finding::NotComparable => "",
    };
    vec![
        Cell::text(name),
        seen(&difference.baseline),
        seen(&difference.other),
        Cell { small: words::bounds(difference).into_iter().collect(), ..Cell::number(by) },
        Cell::text(words::finding(difference.finding)).toned(class),
    ]
}

fn broken(against: &Against) -> Table {
    let letter = &against.letter;
    let mut table = Table::new("What must never be, and was", &["what", "A", letter]);
    for broken in &against.broken {
        table.push(vec![
            Cell::text(capitalised(words::counted_as(broken.invariant))),
            Cell::number(words::counted(broken.counted, broken.baseline)),
            Cell::number(words::counted(broken.counted, broken.other)),
        ]);
    }
    table
}

/// Several afternoons of one scenario.
fn afternoons(group: &Group) -> Table {
    let caption = format!("{}: {}", group.letter, words::verdicts(group));
    let columns = ["measure", "afternoons", "mean", "mean at 95 %", "from – to", "bad, of all"];
    let mut table = Table::new(caption, &columns);
    for measure in &group.measures {
        let seen = &measure.seen;
        let name = match &measure.channel {
            None => capitalised(&words::title(measure.kpi, None)),
            Some(channel) => format!("\u{2003}{channel}"),
        };
        table.push(vec![
            Cell::text(name),
            Cell::number(count(seen.afternoons)),
            Cell::number(words::value(seen)),
            Cell::number(interval(seen.low, seen.high)),
            Cell::number(interval(seen.least, seen.most)),
            Cell::number(format!("{} of {}", between(seen.bad), count(seen.samples))),
        ]);
    }
    table
}

fn figures(parties: &[Party], comparison: &Comparison) -> Result<Vec<Figure>, ReportError> {
    let letters = comparison.groups.iter().map(|group| group.letter.clone());
    let named: Vec<(String, &Party)> = letters.zip(parties).collect();
    let (wide, narrow) = (overlay(&named, Layout::Wide)?, overlay(&named, Layout::Narrow)?);
    let figure = |(wide, narrow): (Chart, Chart)| Figure {
        tables: Table::parts(&wide.title, &wide.columns, &wide.rows),
        caption: wide.title,
        wide: wide.svg,
        narrow: narrow.svg,
    };
    Ok(wide.into_iter().zip(narrow).map(figure).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::compare::Given;
    use crate::report::compare::tests::{afternoon, no_go_and_go};
    use crate::report::{Summary, sample};

    fn of(parties: &[Party]) -> String {
        page(parties, &Comparison::of(parties)).unwrap()
    }

    #[test]
    fn the_first_screen_says_what_differs() {
        let page = of(&no_go_and_go());
        let first = page.split("<table").next().unwrap();
        assert!(first.contains("B is better than A, beyond chance, in oversold orders"));
        assert!(page.contains("connectors.hub.reference.workers"));
        assert!(page.contains("Order created twice"));
        assert_eq!(page.matches("<figure>").count(), 5);
    }

    #[test]
    fn it_fetches_nothing_and_every_id_is_used_once() {
        let page = of(&no_go_and_go()).replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for fetch in ["http:", "https:", "src=\"", "url(", "@import", "<link", "<iframe"] {
            assert!(!page.contains(fetch), "{fetch}");
        }
        let mut ids: Vec<&str> =
            page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn hostile_names_stay_text() {
        let mut parties = no_go_and_go();
        let label = "<script>alert(1)</script>".to_owned();
        let given = Given { label, summary: Summary::of(&sample::hostile()), study: None };
        parties.push(Party { runs: vec![given], changes: None });
        let page = of(&parties);
        for live in ["<script", "<img", "</svg><", "</style><"] {
            assert!(!page.contains(live), "{live} is alive");
        }
    }

    #[test]
    fn afternoons_have_a_table_of_their_own() {
        let runs = (0..4).flat_map(|seed| afternoon("x", seed).runs).collect();
        let page = of(&[Party { runs, changes: Some(Vec::new()) }]);
        assert!(page.contains("mean at 95"), "{page}");
        assert!(!page.contains("against A"));
    }
}
