//! Owns what a comparison says in a terminal, as wide as the reader's.
//! Must not decide whether colour is wanted, nor print.

use super::lines::{Lines, Paper, Tone, pad, pad_left};
use crate::report::compare::{Against, Comparison, Difference, Finding, Group, Run, words};
use crate::report::words::gate::capitalised;
use crate::report::words::number;

/// How wide each column is; nothing is a column left out.
struct Columns {
    measure: usize,
    value: usize,
    by: usize,
    bounds: usize,
    finding: usize,
}

/// From this width on the bounds of a difference have room.
const WIDE: usize = 106;
/// Below this width a finding is said in a word, and the difference is left to the page.
const NARROW: usize = 80;

impl Columns {
    fn within(columns: usize) -> Columns {
        match columns {
            WIDE.. => Columns { measure: columns - 77, value: 9, by: 14, bounds: 19, finding: 21 },
            NARROW..WIDE => {
                Columns { measure: columns - 55, value: 8, by: 14, bounds: 0, finding: 21 }
            }
            _ => Columns { measure: columns - 32, value: 9, by: 0, bounds: 0, finding: 11 },
        }
    }

    fn row(&self, cells: [&str; 5], finding: &str) -> String {
        let [measure, a, b, by, bounds] = cells;
        let mut line = pad(measure, self.measure);
        let numbers = [(a, self.value), (b, self.value), (by, self.by), (bounds, self.bounds)];
        for (cell, width) in numbers.into_iter().filter(|(_, width)| *width > 0) {
            line = format!("{line} {}", pad_left(cell, width));
        }
        format!("{line} {finding}")
    }
}

/// The comparison; `folder` is where its files are, as the reader would type it.
pub fn text(comparison: &Comparison, folder: &str, paper: Paper) -> String {
    let mut out = Lines { text: String::new(), paper };
    out.wrapped("", &format!("{}.", comparison.headline));
    out.blank();
    for sentence in &comparison.sentences {
        out.wrapped("", &format!("{sentence}."));
    }
    if !comparison.sentences.is_empty() {
        out.blank();
    }
    for group in &comparison.groups {
        runs(&mut out, group);
    }
    out.blank();
    for caution in &comparison.cautions {
        out.hung("! ", 2, Some(Tone::Careful), &format!("{caution}."));
    }
    if !comparison.cautions.is_empty() {
        out.blank();
    }
    if comparison.against.is_empty() {
        spread(&mut out, &comparison.groups[0]);
    }
    for against in &comparison.against {
        table(&mut out, against);
        changes(&mut out, against);
    }
    out.push(&format!("files  {folder}"));
    out.hung("", 7, Some(Tone::Quiet), "compare.html  compare.json");
    out.text
}

fn runs(out: &mut Lines, group: &Group) {
    let head = format!("{} ", pad(&group.letter, 2));
    if let [run] = &group.runs[..] {
        let speed = number::speed(run.speed_milli);
        if run.study.is_some() {
            let said = format!("{} · {} · {speed}", run.label, words::verdict(run));
            return out.wrapped(&head, &said);
        }
        let said = format!("{} · {} · seed {} · {speed}", run.label, words::verdict(run), run.seed);
        return out.wrapped(&head, &said);
    }
    let run = |run: &Run| format!("{} (seed {})", run.label, run.seed);
    let runs: Vec<String> = group.runs.iter().map(run).collect();
    out.wrapped(&head, &format!("{} · {}", words::verdicts(group), runs.join(", ")));
}

fn table(out: &mut Lines, against: &Against) {
    let letter = &against.letter;
    let by = format!("{letter} − A");
    let columns = Columns::within(out.paper.columns());
    let head = columns.row(["measure", "A", letter, &by, "at 95 %, or unknown"], "finding");
    out.push(&out.paint(Tone::Quiet, &head));
    for difference in against.differences.iter().filter(|d| d.channel.is_none()) {
        line(out, difference, difference.kpi.title());
        let of_channels = |d: &&Difference| d.kpi == difference.kpi && d.channel.is_some();
        for channel in against.differences.iter().filter(of_channels) {
            // A channel that says no more than the run would only hide the rest.
            let silent = [Finding::NotShown, Finding::NotComparable].contains(&channel.finding);
            if channel.finding != difference.finding && !silent {
                line(out, channel, &format!("  {}", channel.channel.as_deref().unwrap_or("")));
            }
        }
    }
    out.blank();
}

fn line(out: &mut Lines, difference: &Difference, name: &str) {
    let by = difference.by.map_or("—".to_owned(), |by| words::by(difference.kpi, by));
    let bounds = words::bounds(difference).unwrap_or_default();
    let tone = match difference.finding {
        Finding::Better => Tone::Good,
        Finding::Worse => Tone::Bad,
        Finding::BetterHere | Finding::WorseHere => Tone::Careful,
        Finding::NotShown | Finding::NotComparable => Tone::Quiet,
    };
    let columns = Columns::within(out.paper.columns());
    let said = words::finding(difference.finding);
    let said =
        if said.chars().count() > columns.finding { short(difference.finding) } else { said };
    let [a, b] = [&difference.baseline, &difference.other].map(words::value);
    let line = columns.row([name, &a, &b, &by, &bounds], &out.paint(tone, said));
    out.push(&line);
}

/// A finding in a word.
fn short(finding: Finding) -> &'static str {
    match finding {
        Finding::Better => "better",
        Finding::Worse => "worse",
        Finding::BetterHere => "shorter",
        Finding::WorseHere => "longer",
        Finding::NotShown => "not shown",
        Finding::NotComparable => "—",
    }
}

/// No more changes are told here; the page has all.
const CHANGES: usize = 24;

fn changes(out: &mut Lines, against: &Against) {
    let letter = &against.letter;
    let Some(changes) = &against.changes else {
        out.wrapped("", "What the scenarios differ in is not known: a scenario.yaml is not there.");
        out.blank();
        return;
    };
    if changes.is_empty() {
        out.wrapped("", &format!("A and {letter} played the same scenario but for the seed."));
    } else {
        out.push(&out.paint(Tone::Quiet, &format!("scenario: what {letter} changes of A")));
    }
    for change in changes.iter().take(CHANGES) {
        let [a, b] = [&change.before, &change.after].map(|v| v.as_deref().unwrap_or("—"));
        out.wrapped("  ", &format!("{}: {a} → {b}", change.path));
    }
    if changes.len() > CHANGES {
        out.push(&format!("  … and {} more: see compare.html", changes.len() - CHANGES));
    }
    out.blank();
}

/// Several afternoons of one scenario: the mean, its bounds, from which to which they went.
fn spread(out: &mut Lines, group: &Group) {
    let wide = out.paper.columns().saturating_sub(50).max(20);
    let row = |cells: [&str; 4]| {
        let [measure, mean, bounds, range] = cells;
        let numbers = [pad_left(mean, 9), pad_left(bounds, 18), pad_left(range, 18)];
        format!("{} {}", pad(measure, wide), numbers.join(" "))
    };
    out.push(&out.paint(Tone::Quiet, &row(["measure", "mean", "mean at 95 %", "afternoons"])));
    for measure in group.measures.iter().filter(|measure| measure.channel.is_none()) {
        let seen = &measure.seen;
        let name = capitalised(&words::title(measure.kpi, None));
        let range = number::interval(seen.least, seen.most);
        let bounds = number::interval(seen.low, seen.high);
        out.push(&row([&name, &words::value(seen), &bounds, &range]));
    }
    out.blank();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::compare::tests::{afternoon, no_go_and_go};
    use crate::report::compare::{Given, Party};
    use crate::report::terminal::Ink;
    use crate::report::{Summary, sample};

    fn plain(parties: &[Party], columns: usize) -> String {
        let paper = Paper::new(Ink::Plain, Some(columns));
        text(&Comparison::of(parties), "reports/compare", paper)
    }

    #[test]
    fn it_is_said_in_the_columns_there_are() {
        for columns in [60, 80, 120] {
            let said = plain(&no_go_and_go(), columns);
            assert!(said.lines().all(|line| line.chars().count() <= columns), "{said}");
            insta::assert_snapshot!(format!("no-go-and-go-{columns}"), said);
        }
    }

    #[test]
    fn two_seeds_and_five_afternoons() {
        insta::assert_snapshot!(plain(&[afternoon("one", 1), afternoon("two", 2)], 80));
        let runs = (0..5).flat_map(|seed| afternoon(&format!("seed-{seed}"), seed).runs).collect();
        insta::assert_snapshot!(plain(&[Party { runs, changes: None }], 80));
    }

    #[test]
    fn hostile_names_move_no_cursor() {
        let given =
            Given { label: "a".to_owned(), summary: Summary::of(&sample::hostile()), study: None };
        let hostile = Party { runs: vec![given], changes: None };
        let said = plain(&[afternoon("one", 1).clone(), hostile], 80);
        assert!(said.chars().all(|c| c == '\n' || !c.is_control()));
        assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    }

    #[test]
    fn colour_changes_no_word() {
        let comparison = Comparison::of(&no_go_and_go());
        let [plain, mut colour] =
            [Ink::Plain, Ink::Colour].map(|ink| text(&comparison, "x", Paper::new(ink, Some(100))));
        assert!(colour.contains("\x1b[32mbetter, beyond chance"));
        for code in ["0", "1", "2", "32", "33", "1;31"] {
            colour = colour.replace(&format!("\x1b[{code}m"), "");
        }
        assert_eq!(colour, plain);
    }
}
