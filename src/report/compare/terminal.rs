//! Owns what a comparison says in a terminal, as wide as the reader's.
//! Must not decide whether colour is wanted, nor print.

use super::{Against, Comparison, Difference, Finding, Group, words};
use crate::report::terminal::Ink;
use crate::report::terminal::page::{Lines, Tone, fit, pad, pad_left};
use crate::report::words::gate::capitalised;
use crate::report::words::number;

/// Narrower than this nothing is set in columns.
const WIDTH_MIN: usize = 60;
/// Wider than this a line is not read any more.
const WIDTH_MAX: usize = 120;
/// Columns beside the measure: two values, the difference and its bounds, a space before each.
const VALUE: usize = 9;
const BY: usize = 14;
const BOUNDS: usize = 19;
const FINDING: usize = 21;
const MEASURE_MIN: usize = 22;

/// The comparison; `files` is where its page is, as the reader would type it.
pub fn text(comparison: &Comparison, files: &str, columns: usize, ink: Ink) -> String {
    let width = columns.clamp(WIDTH_MIN, WIDTH_MAX);
    let mut out = Lines::new(width, ink);
    out.wrapped("", &format!("{}.", comparison.headline));
    out.blank();
    for sentence in &comparison.sentences {
        out.wrapped("", &format!("{sentence}."));
    }
    out.blank();
    for group in &comparison.groups {
        runs(&mut out, group);
    }
    out.blank();
    for caution in &comparison.cautions {
        out.toned("! ", Tone::Careful, &format!("{caution}."));
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
    out.push(&format!("files {files}"));
    out.push(&ink.paint(Tone::Quiet, "      compare.html  compare.json"));
    out.text
}

fn runs(out: &mut Lines, group: &Group) {
    for run in &group.runs {
        let speed = number::speed(run.speed_milli);
        let head = format!("{} ", pad(&group.letter, 2));
        let said = format!("{} · {} · seed {} · {speed}", run.label, words::verdict(run), run.seed);
        out.wrapped(&head, &said);
    }
}

/// A row: the measure, values, the difference, its bounds where there is room, what is found.
fn row(width: usize, cells: [&str; 6]) -> String {
    let [measure, a, b, by, bounds, finding] = cells;
    let fixed = 2 * (VALUE + 1) + BY + 1 + FINDING + 1;
    let room = width.saturating_sub(fixed);
    let bounded = room >= MEASURE_MIN + BOUNDS + 1;
    let measure_width = if bounded { room - BOUNDS - 1 } else { room.max(12) };
    let mut line = format!(
        "{} {} {} {}",
        pad(measure, measure_width),
        pad_left(a, VALUE),
        pad_left(b, VALUE),
        pad_left(by, BY),
    );
    if bounded {
        line.push(' ');
        line.push_str(&pad_left(bounds, BOUNDS));
    }
    format!("{line} {}", fit(finding, FINDING))
}

fn table(out: &mut Lines, against: &Against) {
    let letter = &against.letter;
    let by = format!("{letter} − A");
    let head = row(out.width, ["measure", "A", letter, &by, "95 %, or unknown", "finding"]);
    out.push(&out.ink.paint(Tone::Quiet, &head));
    for difference in against.differences.iter().filter(|d| d.channel.is_none()) {
        line(out, difference, &words::title(difference.kpi, None));
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
    let said = words::finding(difference.finding);
    let [a, b] = [&difference.baseline, &difference.other].map(words::value);
    let line = row(out.width, [name, &a, &b, &by, &bounds, said]);
    // Colour comes last: it has no width.
    let line = match line.strip_suffix(said) {
        Some(before) => format!("{before}{}", out.ink.paint(tone, said)),
        None => line,
    };
    out.push(&line);
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
        out.push(&out.ink.paint(Tone::Quiet, &format!("scenario: what {letter} changes of A")));
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
    let wide = out.width.saturating_sub(50).max(20);
    let row = |cells: [&str; 4]| {
        let [measure, mean, bounds, range] = cells;
        let numbers = [pad_left(mean, VALUE), pad_left(bounds, 18), pad_left(range, 18)];
        format!("{} {}", pad(measure, wide), numbers.join(" "))
    };
    out.push(&out.ink.paint(Tone::Quiet, &row(["measure", "mean", "mean at 95 %", "afternoons"])));
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
#[path = "terminal_tests.rs"]
mod tests;
