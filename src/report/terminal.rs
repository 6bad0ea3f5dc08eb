//! Owns the summary that ends a run in a terminal, 80 columns wide.
//! Must not decide whether colour is wanted (`cli` does), nor print.

use super::summary::Summary;
use super::summary::gate::Gate;
use super::summary::verdict::{Band, Verdict};
use super::words::{self, gate as said, number};

/// Whether escape codes may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// None: files, pipes, `NO_COLOR`.
    Plain,
    /// ANSI colours.
    Colour,
}

/// What colour says; each is said in words too.
#[derive(Clone, Copy)]
pub(super) enum Tone {
    Good,
    Careful,
    Bad,
    Quiet,
}

impl Ink {
    pub(super) fn paint(self, tone: Tone, text: &str) -> String {
        let code = match (self, tone) {
            (Ink::Plain, _) => return text.to_owned(),
            (Ink::Colour, Tone::Good) => "32",
            (Ink::Colour, Tone::Careful) => "33",
            (Ink::Colour, Tone::Bad) => "1;31",
            (Ink::Colour, Tone::Quiet) => "2",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

fn verdict_tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Go => Tone::Good,
        Verdict::GoWithConditions | Verdict::Inconclusive => Tone::Careful,
        Verdict::NoGo => Tone::Bad,
    }
}

fn band_tone(band: Band) -> Tone {
    match band {
        Band::Healthy => Tone::Good,
        Band::Watch | Band::NotProved => Tone::Careful,
        Band::Failed => Tone::Bad,
    }
}

const WIDTH: usize = 80;

/// The summary of a run; `files` is where its folder is, as the reader would type it.
pub fn text(summary: &Summary, files: &str, ink: Ink) -> String {
    let mut out = Lines { text: String::new(), ink };
    out.push(&ink.paint(verdict_tone(summary.verdict), &summary.headline));
    out.wrapped("", &summary.campaign.name);
    out.blank();
    out.wrapped("", &summary.why);
    out.blank();
    by_channel(&mut out, summary);
    table(&mut out, summary);
    invariants(&mut out, summary);
    next_steps(&mut out, summary);
    first_screen_lists(&mut out, summary);
    out.wrapped("load  ", &words::load_honesty(summary));
    if summary.load.saturated || summary.load.too_coarse {
        out.wrapped("      ", words::load_verdict(summary));
    }
    out.push(&format!("files {files}"));
    out.push(&ink.paint(Tone::Quiet, "      report.html  summary.json  charts/"));
    out.text
}

pub(super) struct Lines {
    pub(super) text: String,
    pub(super) ink: Ink,
}

impl Lines {
    pub(super) fn push(&mut self, line: &str) {
        self.text.push_str(&line.trim_end().replace('\u{a0}', " "));
        self.text.push('\n');
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Text after `head`, wrapped at words, following lines indented as deep as the head.
    pub(super) fn wrapped(&mut self, head: &str, text: &str) {
        let indent = head.chars().count();
        let mut line = head.to_owned();
        let mut used = indent;
        for word in number::glued(text).split([' ', '\n']).filter(|word| !word.is_empty()) {
            let word = fit(word, WIDTH - indent);
            let long = word.chars().count();
            if used > indent && used + 1 + long > WIDTH {
                self.push(&line);
                line = " ".repeat(indent);
                used = indent;
            }
            if used > indent {
                line.push(' ');
                used += 1;
            }
            line.push_str(&word);
            used += long;
        }
        self.push(&line);
    }
}

/// At most `width` characters, the last an ellipsis where some were cut.
pub(super) fn fit(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        text.to_owned()
    } else {
        text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
    }
}

pub(super) fn pad(text: &str, width: usize) -> String {
    let text = fit(text, width);
    let gap = width - text.chars().count();
    text + &" ".repeat(gap)
}

pub(super) fn pad_left(text: &str, width: usize) -> String {
    let text = fit(text, width);
    " ".repeat(width - text.chars().count()) + &text
}

/// Names of channels are cut at this width.
const CHANNEL: usize = 20;

fn by_channel(out: &mut Lines, summary: &Summary) {
    out.push(&out.ink.paint(Tone::Quiet, &words::by_channel(summary)));
    for channel in &summary.channels {
        let word = words::verdict_word(channel.verdict);
        let small = if channel.too_small_to_block { ", cannot block" } else { "" };
        let share = number::share(channel.share_ppm);
        let word = out.ink.paint(verdict_tone(channel.verdict), &pad(word, 18));
        let line = format!(
            "{} {word} {share} of {}{small}",
            pad(&channel.name, CHANNEL),
            "accepted orders",
        );
        out.push(&line);
    }
    out.blank();
}

/// Columns: KPI 23, value 8, bounds 15, samples 6, band 8, owner the rest; a space between.
fn table(out: &mut Lines, summary: &Summary) {
    let head = row(["measure", "value", "bounds", "of"]) + " band     owner";
    out.push(&out.ink.paint(Tone::Quiet, &head));
    for gate in summary.gates.iter().filter(|gate| gate.channel.is_none()) {
        gate_row(out, gate, gate.kpi.title());
        let of_channels = |g: &&Gate| g.kpi == gate.kpi && g.channel.is_some();
        for channel in summary.gates.iter().filter(of_channels) {
            // What is healthy, or no worse said than for the run, would only hide the rest.
            let same = channel.band == gate.band && channel.because == gate.because;
            let tells = channel.band == Band::Failed || !same;
            if channel.band != Band::Healthy && tells {
                let name = channel.channel.as_deref().unwrap_or_default();
                gate_row(out, channel, &format!("  {name}"));
            }
        }
    }
    out.blank();
}

fn row(cells: [&str; 4]) -> String {
    let [kpi, value, bounds, samples] = cells;
    let numbers = [pad_left(value, 8), pad_left(bounds, 15), pad_left(samples, 6)].join(" ");
    format!("{} {numbers}", pad(kpi, 23))
}

fn gate_row(out: &mut Lines, gate: &Gate, name: &str) {
    let cells = row([
        name,
        &number::value(gate.value),
        &number::interval(gate.low, gate.high),
        &short_count(gate.samples),
    ]);
    let band = match (gate.accepted_risk, gate.band) {
        (Some(_), _) => "accepted",
        (None, Band::NotProved) => "unproved",
        (None, band) => words::band_word(band),
    };
    let band = out.ink.paint(band_tone(gate.band), &pad(band, 8));
    out.push(&format!("{cells} {band} {}", fit(&gate.owner, 15)));
}

/// A count in six characters: in full below 100,000, then to three digits.
fn short_count(n: u64) -> String {
    match n {
        0..100_000 => number::count(n),
        100_000..1_000_000 => format!("{} k", number::three_digits(n as f64 / 1e3)),
        _ => format!("{} M", number::three_digits(n as f64 / 1e6)),
    }
}

/// Invariants that have something to tell; the clean ones are counted.
fn invariants(out: &mut Lines, summary: &Summary) {
    let all = summary.invariants.len();
    let told: Vec<_> = summary.invariants.iter().filter(|i| !said::is_clean(i)).collect();
    for result in &told {
        let text = said::invariant_sentence(summary, result);
        out.wrapped("! ", &format!("{text} ({})", result.owner));
    }
    let clean = all - told.len();
    out.push(&format!("{clean} of {all} invariants are clean"));
    out.blank();
}

/// Steps shown; the page has one for every gate.
const STEPS: usize = 4;

fn next_steps(out: &mut Lines, summary: &Summary) {
    let mut told: Vec<String> = Vec::new();
    for gate in words::gates_to_mend(summary) {
        let Some(advice) = words::advice::advice(summary, gate) else { continue };
        if told.len() < STEPS && !told.contains(&advice.action) {
            let scope = gate.channel.as_deref().map_or(String::new(), |c| format!(" on {c}"));
            let about = format!("{}{scope}", gate.kpi.title());
            out.wrapped("next  ", &format!("{about}: {} ({})", advice.action, gate.owner));
            told.push(advice.action);
        }
    }
    if !told.is_empty() {
        out.blank();
    }
}

fn first_screen_lists(out: &mut Lines, summary: &Summary) {
    for line in words::limits_loosened(summary) {
        out.wrapped("limit ", &line);
    }
    for line in words::accepted_risks(summary) {
        out.wrapped("risk  ", &line);
    }
    for line in &summary.not_tested {
        out.wrapped("not tested: ", line);
    }
    let lists = [summary.limits_loosened.len(), summary.accepted_risks.len()];
    if !summary.not_tested.is_empty() || lists != [0, 0] {
        out.blank();
    }
}

#[cfg(test)]
mod tests;
