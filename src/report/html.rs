//! Owns `report.html`: one file that fetches nothing and reads without JavaScript.
//! Must not compute: it lays out what [`Summary`], `words` and `charts` say.

mod glossary;
mod rows;
pub(super) mod table;

use askama::Template;

use super::ReportError;
use super::charts::{self, Layout};
use super::summary::Summary;
use super::summary::gate::{Gate, Kpi};
use super::summary::verdict::Verdict;
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
    class: &'static str,
    why: String,
    facts: Vec<(&'static str, String)>,
    by_channel: String,
    channels: Vec<ChannelLine>,
    conditions: Vec<String>,
    limits_loosened: Vec<String>,
    accepted_risks: Vec<String>,
    not_tested: Vec<String>,
    steps: Vec<Step>,
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
    commands: Vec<&'static str>,
    repeat: Vec<(&'static str, String)>,
    glossary: &'static [(&'static str, &'static str)],
}

struct ChannelLine {
    name: String,
    word: &'static str,
    class: &'static str,
    why: String,
}

struct Step {
    about: String,
    owner: String,
    action: String,
    evidence: String,
    validate: &'static str,
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
    let (verdict, evidence) = verdict_and_evidence(summary);
    let page = Page {
        campaign: summary.campaign.name.clone(),
        starts: number::civil(&summary.campaign.starts),
        verdict,
        evidence,
        class: class(summary.verdict),
        why: summary.why.clone(),
        facts: rows.facts(),
        by_channel: said::capitalised(&words::by_channel(summary)),
        channels: channels(summary),
        conditions: conditions(summary),
        limits_loosened: capitalised(&words::limits_loosened(summary)),
        accepted_risks: capitalised(&words::accepted_risks(summary)),
        not_tested: capitalised(&summary.not_tested),
        steps: steps(summary),
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
        commands: commands(summary),
        repeat: rows.repeat(),
        glossary: &glossary::GLOSSARY,
    };
    Ok(number::glued(&page.render()?))
}

/// The page's two lines of verdict; together they say what [`words::headline`] says. A model's GO
/// carries its reservation in the first, which is also the page's title.
fn verdict_and_evidence(summary: &Summary) -> (&'static str, String) {
    use super::summary::verdict::Evidence;
    let speed = number::speed(summary.campaign.speed_milli);
    let word = match (summary.verdict, summary.evidence) {
        (Verdict::Go, Evidence::Model) => "GO (model: not your systems)",
        (Verdict::GoWithConditions, Evidence::Model) => {
            "GO WITH CONDITIONS (model: not your systems)"
        }
        (verdict, _) => words::verdict_word(verdict),
    };
    let is_said = word.ends_with(')');
    let evidence = words::evidence(summary.evidence);
    (word, if is_said { format!("clock: {speed}") } else { format!("{evidence} · {speed}") })
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
        why: words::channel_why(summary, place),
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

/// One step for each thing to do: gates that ask for the same are told together.
fn steps(summary: &Summary) -> Vec<Step> {
    let mut steps: Vec<(Step, About)> = Vec::new();
    for gate in words::gates_to_mend(summary) {
        let Some(advice) = advice::advice(summary, gate) else { continue };
        let scope = gate.channel.clone().unwrap_or_else(|| "the run".to_owned());
        let same = |(step, _): &(Step, _)| step.action == advice.action && step.owner == gate.owner;
        let place = steps.iter().position(same).unwrap_or_else(|| {
            steps.push((Step::of(gate, advice), Vec::new()));
            steps.len() - 1
        });
        let about = &mut steps[place].1;
        match about.iter_mut().find(|(kpi, _)| *kpi == gate.kpi) {
            Some((_, scopes)) => scopes.push(scope),
            None => about.push((gate.kpi, vec![scope])),
        }
    }
    let told =
        |(kpi, scopes): &(Kpi, Vec<String>)| format!("{} ({})", kpi.title(), scopes.join(", "));
    let named = steps.into_iter().map(|(step, about)| {
        let about: Vec<String> = about.iter().map(told).collect();
        Step { about: said::capitalised(&about.join("; ")), ..step }
    });
    named.collect()
}

/// KPIs with the scopes where each is not healthy.
type About = Vec<(Kpi, Vec<String>)>;

impl Step {
    fn of(gate: &Gate, advice: advice::Advice) -> Step {
        Step {
            about: String::new(),
            owner: gate.owner.clone(),
            action: advice.action,
            evidence: advice.evidence,
            validate: advice.validate,
        }
    }
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

fn commands(summary: &Summary) -> Vec<&'static str> {
    use super::summary::verdict::Evidence;
    let play = match (summary.evidence, summary.campaign.speed_milli) {
        (Evidence::Operations, _) => None,
        (_, 0) => Some("doorbuster simulate scenario.yaml   # plays it again, on the same seed"),
        _ => Some("doorbuster run scenario.yaml   # plays it again, on the same seed"),
    };
    let judge = "doorbuster report .   # judges the record again and renders this page";
    play.into_iter().chain([judge]).collect()
}

#[cfg(test)]
mod tests;
