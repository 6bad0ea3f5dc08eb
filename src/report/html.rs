//! Owns `report.html`: one file that fetches nothing and reads without JavaScript.
//! Must not compute: it lays out what [`Summary`], `words` and `charts` say.

mod glossary;
mod rows;
pub(super) mod table;

use askama::Template;

use super::ReportError;
use super::charts::{self, Layout};
use super::summary::Summary;
use super::summary::verdict::{Evidence, Verdict};
use super::words::{self, advice, gate as said, number, story};
use rows::Rows;
use table::Table;

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    campaign: String,
    starts: String,
    verdict: &'static str,
    evidence: String,
    evidence_of: Evidence,
    class: &'static str,
    why: String,
    facts: Vec<(&'static str, String)>,
    by_channel: String,
    channels: Vec<ChannelLine>,
    conditions: Vec<String>,
    limits_loosened: Vec<String>,
    accepted_risks: Vec<String>,
    not_tested: Vec<String>,
    steps: Vec<words::steps::Step>,
    gates: Table,
    gates_in_full: Table,
    charts: Vec<Figure>,
    causes: Vec<Cause>,
    not_oversold: &'static str,
    causes_caption: String,
    supply_shock: Option<String>,
    story: Option<Told>,
    invariants: Table,
    totals: Table,
    load_verdict: &'static str,
    load_sum: String,
    load: Table,
    latency: Table,
    books: Table,
    queues: Table,
    commands: Vec<words::again::Command>,
    repeat: Vec<(&'static str, String)>,
    glossary: &'static [(&'static str, &'static str)],
}

struct ChannelLine {
    name: String,
    word: &'static str,
    class: &'static str,
    why: String,
}

struct Figure {
    wide: String,
    narrow: String,
    table: Table,
}

struct Cause {
    name: &'static str,
    units: String,
    share: String,
    percent: u32,
}

struct Told {
    opening: String,
    table: Table,
}

/// The page as text.
pub fn page(summary: &Summary) -> Result<String, ReportError> {
    let rows = Rows { summary };
    let (verdict, evidence) = words::word_and_about(summary);
    let page = Page {
        campaign: summary.campaign.name.clone(),
        starts: number::civil(&summary.campaign.starts),
        verdict,
        evidence,
        evidence_of: summary.evidence,
        class: class(summary.verdict),
        why: summary.why.clone(),
        facts: rows.facts(),
        by_channel: said::capitalised(&words::by_channel(summary)),
        channels: channels(summary),
        conditions: conditions(summary),
        limits_loosened: capitalised(&words::limits_loosened(summary)),
        accepted_risks: capitalised(&words::accepted_risks(summary)),
        not_tested: capitalised(&summary.not_tested),
        steps: words::steps::steps(summary),
        gates: rows.gates(),
        gates_in_full: rows.gates_in_full(),
        charts: figures(summary)?,
        causes: causes(summary),
        not_oversold: words::not_oversold(summary),
        causes_caption: rows.causes_caption(),
        supply_shock: supply_shock(summary),
        story: told(summary),
        invariants: rows.invariants(),
        totals: rows.totals(),
        load_verdict: words::load_verdict(summary),
        load_sum: words::load_honesty(summary),
        load: rows.load(),
        latency: rows.latency(),
        books: rows.books(),
        queues: rows.queues(),
        commands: words::again::commands(summary, "."),
        repeat: rows.repeat(),
        glossary: &glossary::GLOSSARY,
    };
    Ok(number::glued(&page.render()?))
}

fn capitalised(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| said::capitalised(line)).collect()
}

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Go => "good",
        Verdict::GoWithConditions | Verdict::Inconclusive => "careful",
        Verdict::NoGo => "bad",
    }
}

fn channels(summary: &Summary) -> Vec<ChannelLine> {
    let line = |(place, channel): (usize, &super::summary::verdict::Channel)| ChannelLine {
        name: channel.name.clone(),
        word: words::verdict_word(channel.verdict),
        class: class(channel.verdict),
        why: words::channel_reason(summary, place),
    };
    summary.channels.iter().enumerate().map(line).collect()
}

fn conditions(summary: &Summary) -> Vec<String> {
    let line = |condition: &super::summary::verdict::Condition| {
        let gate = &summary.gates[condition.gate];
        let against = said::value_against_limit(gate, &summary.terms);
        said::capitalised(&format!("{against}: watched by {}", condition.owner))
    };
    summary.conditions.iter().map(line).collect()
}

fn figures(summary: &Summary) -> Result<Vec<Figure>, ReportError> {
    let wide = charts::draw_all(summary, Layout::Wide)?;
    let narrow = charts::draw_all(summary, Layout::Narrow)?;
    let figure = |(wide, narrow): (charts::Chart, charts::Chart)| Figure {
        table: Table::plain(&wide.title, &wide.columns, &wide.rows),
        wide: wide.svg,
        narrow: narrow.svg,
    };
    Ok(wide.into_iter().zip(narrow).map(figure).collect())
}

fn causes(summary: &Summary) -> Vec<Cause> {
    let named = advice::causes_named(&summary.causes);
    let total: i64 = named.iter().map(|(_, units)| *units).sum();
    let mut shown: Vec<_> = named.into_iter().filter(|(_, units)| *units != 0).collect();
    shown.sort_by_key(|(_, units)| std::cmp::Reverse(*units));
    let cause = |(name, units): (&'static str, i64)| {
        let ppm = crate::units::Ppm::of(units.max(0).unsigned_abs(), total.max(1).unsigned_abs());
        let (units, share) = (number::signed(units), number::share(ppm.0));
        Cause { name, units, share, percent: ppm.0 / 10_000 }
    };
    shown.into_iter().map(cause).collect()
}

fn supply_shock(summary: &Summary) -> Option<String> {
    let units = summary.causes.supply_shock;
    (units != 0).then(|| {
        format!(
            "Apart from that, {} were promised already when supply fell below them: no sync \
             could have helped.",
            number::counted(units.unsigned_abs(), "unit", "units"),
        )
    })
}

fn told(summary: &Summary) -> Option<Told> {
    let worst = summary.worst_sku.as_ref()?;
    let opening = story::opening(summary, worst);
    Some(Told { opening, table: table::story(summary, &story::lines(worst)) })
}

#[cfg(test)]
mod tests;
