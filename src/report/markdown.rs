//! Owns `report.md`: a run as a comment on a pull request. Must not compute: it lays out what the
//! first screen and `words` say.
//!
//! GitHub-flavoured. A name in it may be anybody's, so no name may end a table's cell, open a tag,
//! call a person, or link to a page.

use super::front::{Front, List};
use super::many::{Afternoons, table};
use super::summary::Summary;
use super::summary::gate::Gate;
use super::summary::verdict::Verdict;
use super::words::{self, gate as said, number, standing};

/// GitHub takes no longer comment, in characters.
pub const COMMENT_MAX: usize = 65_536;
/// Channels and measures of a table; the rest are counted.
const ROWS: usize = 40;
/// Lines of a list; the rest are counted.
const LINES: usize = 20;

/// The comment.
pub fn text(summary: &Summary, front: &Front, all: Option<&Afternoons>) -> String {
    let mut out = String::new();
    out.push_str(&format!("## {}\n\n", safe(&front.headline)));
    out.push_str(&format!("**{}** · {}\n\n", safe(&front.campaign), safe(&front.starts)));
    out.push_str(&format!("> [!{}]\n> {}\n", alert(front.verdict), safe_with_code(&front.why)));
    channels(&mut out, front);
    for list in &front.lists {
        listed(&mut out, list);
    }
    if let Some(all) = all {
        together(&mut out, summary, all);
    }
    if let Some(shown) = &front.shown {
        heading(&mut out, "what follows is of one afternoon");
        out.push_str(&format!("{}.\n", safe(&said::capitalised(shown))));
    }
    measures(&mut out, summary);
    invariants(&mut out, summary);
    if let Some(next) = &front.next {
        listed(&mut out, next);
    }
    let end = again_and_load(summary, front);
    let out = number::glued(&out);
    shortened(&out, COMMENT_MAX - end.chars().count()) + &end
}

/// The box that GitHub draws around the reason.
fn alert(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Go => "TIP",
        Verdict::GoWithConditions | Verdict::Inconclusive => "WARNING",
        Verdict::NoGo => "CAUTION",
    }
}

fn heading(out: &mut String, title: &str) {
    out.push_str(&format!("\n### {}\n\n", safe(&said::capitalised(title))));
}

fn row(out: &mut String, cells: &[String]) {
    out.push_str(&format!("| {} |\n", cells.join(" | ")));
}

fn channels(out: &mut String, front: &Front) {
    if front.channels.is_empty() {
        return;
    }
    heading(out, &front.by_channel);
    out.push_str("| channel | verdict | orders | why |\n|---|---|---:|---|\n");
    for channel in front.channels.iter().take(ROWS) {
        let share = channel.share.trim_end_matches(" of orders");
        let word = format!("**{}**", channel.word);
        let cells = [safe(&channel.name), word, safe(share), safe_with_code(&channel.reason)];
        row(out, &cells);
    }
    rest(out, front.channels.len(), ROWS, "channels");
}

fn listed(out: &mut String, list: &List) {
    heading(out, list.title);
    if let Some(note) = &list.note {
        out.push_str(&format!("{}\n\n", safe_with_code(note)));
    }
    for line in list.lines.iter().take(LINES) {
        let small = match line.small.as_str() {
            "" => String::new(),
            small => format!("<br><sub>{}</sub>", safe_with_code(small)),
        };
        out.push_str(&format!("- {}{small}\n", safe_with_code(&line.main)));
    }
    rest(out, list.lines.len(), LINES, "lines");
}

/// The measures of the run, and of the channels that stand elsewhere than the run.
fn measures(out: &mut String, summary: &Summary) {
    let told = words::gates_told(summary);
    if told.is_empty() {
        return;
    }
    heading(out, "measures");
    out.push_str("| measure | value | bounds | samples | limit | stands | owner |\n");
    out.push_str("|---|---:|---:|---:|---:|---|---|\n");
    // The run's own are always told, however many channels stand elsewhere.
    let mut of_channels = 0;
    let shown: Vec<&Gate> = told
        .iter()
        .copied()
        .filter(|gate| {
            of_channels += usize::from(gate.channel.is_some());
            gate.channel.is_none() || of_channels <= ROWS
        })
        .collect();
    for gate in &shown {
        row(out, &cells(summary, gate));
    }
    rest(out, told.len(), shown.len(), "measures");
    if told.len() < summary.gates.len() {
        out.push_str(
            "\nChannels that are not listed are healthy, or stand where the run stands.\n",
        );
    }
}

/// Each measure over all afternoons together, with the channels that are not healthy.
fn together(out: &mut String, summary: &Summary, all: &Afternoons) {
    let rows = table::told(all, summary);
    let played = number::counted(all.runs, "afternoon", "afternoons");
    heading(out, &format!("all {played} together"));
    out.push_str("| measure | value | bounds | samples | limit | stands | beyond it in |\n");
    out.push_str("|---|---:|---:|---:|---:|---|---:|\n");
    for told in rows.iter().take(ROWS) {
        let cells = [
            named(told.kpi.title(), told.channel.as_deref()),
            told.value.clone(),
            told.bounds.clone(),
            number::count(told.samples),
            safe(&told.limit),
            told.stands.to_owned(),
            told.beyond.clone(),
        ];
        row(out, &cells);
    }
    rest(out, rows.len(), ROWS, "measures");
    out.push_str(&format!(
        "\nChannels that are not listed are healthy. {} {}\n",
        table::HOW,
        table::HOW_BOUNDS
    ));
}

fn named(title: &str, channel: Option<&str>) -> String {
    match channel {
        None => format!("**{}**", safe(&said::capitalised(title))),
        Some(channel) => format!("… on {}", safe(channel)),
    }
}

fn cells(summary: &Summary, gate: &Gate) -> [String; 7] {
    let name = named(gate.kpi.title(), gate.channel.as_deref());
    let accepted = if gate.accepted_risk.is_some() { ", risk accepted" } else { "" };
    [
        name,
        safe(&number::value(gate.value)),
        safe(&number::interval(gate.low, gate.high)),
        number::count(gate.samples),
        safe(&standing::limit_short(gate.limits, &summary.terms)),
        format!("{}{accepted}", said::band_reason(gate.band, gate.because)),
        safe(&gate.owner),
    ]
}

fn invariants(out: &mut String, summary: &Summary) {
    for which in words::Rules::ALL {
        let Some(clean) = words::rules_clean(summary, which) else { continue };
        heading(out, which.title());
        for line in words::rules_told(summary, which).iter().chain([&clean]) {
            out.push_str(&format!("- {}\n", safe(&said::capitalised(line))));
        }
    }
}

/// How to repeat it, and how honest the load was: the end, which no length of names cuts off.
fn again_and_load(summary: &Summary, front: &Front) -> String {
    let mut out = String::new();
    heading(&mut out, "how to repeat it");
    out.push_str("Where it was made:\n\n```sh\n");
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

fn rest(out: &mut String, all: usize, said: usize, what: &str) {
    if all > said {
        out.push_str(&format!("\n… and {} more {what}: see report.html.\n", all - said));
    }
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

fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

/// Longer runs of text than this are names that mean harm, or nothing that helps in a comment.
const TEXT_MAX: usize = 2_000;

/// Text that means nothing to GitHub but itself.
fn safe(text: &str) -> String {
    escaped(cut(text, TEXT_MAX).chars(), text.len())
}

/// The same for sentences of our own, in which settings stand between backticks: an even number of
/// them are code, and what is between is shown as it is.
fn safe_with_code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let plain = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || " :-_.".contains(c));
    let code = parts.iter().skip(1).step_by(2);
    if parts.len().is_multiple_of(2) || !code.into_iter().all(|part| plain(part)) {
        return safe(text);
    }
    let said = parts.iter().enumerate().map(|(place, part)| match place % 2 {
        0 => safe(part),
        _ => format!("`{part}`"),
    });
    said.collect()
}

fn escaped(text: impl Iterator<Item = char>, length: usize) -> String {
    let mut out = String::with_capacity(length);
    for c in text {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '!' => out.extend(['\\', c]),
            // Called persons, issues and addresses are found in the text itself: the reference
            // after the sign is no letter of any of them and cannot be seen.
            '@' | '#' => out.extend([c].into_iter().chain("&#8203;".chars())),
            '\n' | '\r' | '\t' | '\u{a0}' => out.push(' '),
            c => out.push(c),
        }
    }
    out.replace("://", ":&#8203;//").replace("www.", "www&#8203;.")
}

#[cfg(test)]
mod tests;
