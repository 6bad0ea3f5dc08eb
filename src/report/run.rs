//! Owns what is read of a run: one document, on a page, in a terminal, in a comment on a pull
//! request. Must not compute: it puts in order what [`Summary`], [`Front`], `words` and `charts`
//! say.

mod actions;
mod books;
mod checks;
mod controls;
mod diagnosis;
mod dispatch;
mod drill;
mod faults;
mod glossary;
mod load;
pub(in crate::report) mod measures;
mod oversell;
mod own_money;
mod party;
mod runouts;
mod totals;

use super::charts::{Layout, draw_all};
use super::document::table::{Cell, Row};
use super::document::{
    self, Block, Code, DOES, Document, Fact, Figure, List, ListLine, Table, Tone, Verdict, Voice,
};
use super::document::{html, markdown};
use super::front::{Beside, Front};
use super::many::Replications;
use super::summary::Summary;
use super::summary::verdict::{Ending, Evidence};
use super::terminal::{Lines, Paper};
use super::words::gate::{between, capitalised};
use super::words::number::{self, count, money, span, speed};
use super::words::{self, Rules, story};
use super::{ReportError, many, trials};

/// GitHub takes no longer comment, in characters.
pub const COMMENT_MAX: usize = 65_536;

/// Its page: one file that fetches nothing and reads without JavaScript.
pub fn page(summary: &Summary, front: &Front, beside: &Beside) -> Result<String, ReportError> {
    html::page(&document(summary, front, beside, figures(summary)?))
}

/// Its comment. How to repeat it stands at the end, which no length of names cuts off.
pub fn comment(summary: &Summary, front: &Front, beside: &Beside) -> String {
    let Document { blocks, .. } = document(summary, front, beside, Vec::new());
    let is_again = |block: &Block| matches!(block, Block::Heading(heading) if heading.id == AGAIN);
    let (body, end) = blocks.split_at(blocks.iter().position(is_again).unwrap_or(blocks.len()));
    let [body, end] = [body, end].map(|part| number::glued(&markdown::blocks(part)));
    let end = format!("\n{end}");
    shortened(&body, COMMENT_MAX - end.chars().count()) + &end
}

/// Whole lines, at most `room` characters of them.
fn shortened(text: &str, room: usize) -> String {
    const CUT: &str = "\n… and more: see report.html.\n";
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let mut used = CUT.chars().count();
    let fits = |line: &&str| {
        used += line.chars().count();
        used <= room
    };
    text.split_inclusive('\n').take_while(fits).collect::<String>() + CUT
}

/// What ends a run in a terminal. `folder` is where its files are, as the reader would type it;
/// none where nothing was written.
pub fn screen(
    summary: &Summary,
    front: &Front,
    beside: &Beside,
    folder: Option<&str>,
    paper: Paper,
) -> String {
    let mut out = Lines::on(paper);
    let Document { blocks, .. } = document(summary, front, beside, Vec::new());
    document::terminal::blocks(&mut out, &blocks);
    if let Some(folder) = folder {
        out.blank();
        out.push(&format!("files  {folder}"));
        let files = "report.html  report.md  junit.xml  summary.json  history.jsonl.zst  charts/";
        let more = if beside.replications.is_some() { "  afternoons.json" } else { "" };
        out.hung("", 7, Tone::Quiet, &format!("{files}{more}"));
    }
    out.blank();
    // The first line has scrolled away by now.
    out.hung("", 0, front.verdict.into(), &front.headline);
    out.text
}

/// Its charts: each for a page, and for a telephone.
pub(super) fn figures(summary: &Summary) -> Result<Vec<Figure>, ReportError> {
    let narrow = draw_all(summary, Layout::Narrow)?.into_iter();
    let both = draw_all(summary, Layout::Wide)?.into_iter().zip(narrow);
    Ok(both.map(|(wide, narrow)| Figure::Drawn(wide, narrow)).collect())
}

/// How it is repeated.
const AGAIN: &str = "again";

/// A run as it is read, of one afternoon of many below what all of them say.
pub(super) fn document(
    summary: &Summary,
    front: &Front,
    beside: &Beside,
    figures: Vec<Figure>,
) -> Document {
    let is_drill = |figure: &Figure| figure.key() == "recovery";
    let (drill, figures): (Vec<_>, Vec<_>) = figures.into_iter().partition(is_drill);
    let below = [
        answers(summary, front, beside, drill),
        over_time(summary, figures),
        operations(summary),
        again(summary, front),
    ];
    let below: Vec<Block> = below.into_iter().flatten().collect();
    let mut blocks = first(summary, front, beside.replications.as_ref());
    blocks.push(Block::Controls(controls::of(summary, &below)));
    blocks.extend(below);
    Document { title: format!("{}: {}", front.word, front.campaign), blocks }
}

/// The first screen.
fn first(summary: &Summary, front: &Front, all: Option<&Replications>) -> Vec<Block> {
    let verdict = Block::Verdict(Verdict {
        tone: front.verdict.into(),
        about: format!("{} · {}", front.campaign, front.starts),
        headline: front.headline.clone(),
        why: vec![front.why.clone()],
        facts: all.map_or_else(|| facts(summary), many::document::facts),
    });
    let mut beside = Vec::new();
    let mut channels = Table::new("", &["channel", "verdict:", "orders", "why::"]);
    for channel in &front.channels {
        channels.push(vec![
            Cell::text(&channel.name),
            Cell::text(channel.word).toned(channel.verdict.into()),
            Cell::number(&channel.share),
            Cell::text(&channel.reason),
        ]);
    }
    if !channels.rows.is_empty() {
        beside.push(Block::heading("by-channel", capitalised(&front.by_channel)));
        beside.push(Block::Table(channels));
    }
    for said in &front.lists {
        let id = if said.asks() { "asks".to_owned() } else { said.title.replace([' ', ','], "-") };
        beside.push(Block::heading(id, capitalised(said.title)));
        beside.push(list(said));
    }
    vec![verdict, Block::First(beside)]
}

fn list(list: &super::front::List) -> Block {
    let lines =
        list.lines.iter().map(|line| ListLine { main: capitalised(&line.main), ..line.clone() });
    let note = list.note.clone().unwrap_or_default();
    Block::List(List { title: String::new(), lines: lines.collect(), note })
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
        Fact::plain("oversold orders", between(totals.oversold_orders)),
        Fact::plain("cancelled for stock", count(totals.cancelled)),
        Fact::plain("money at risk", money(totals.money_at_risk.total, campaign)),
        Fact::plain("campaign time played", span(summary.record.observed_until_us)),
    ];
    facts.into_iter().chain(unsold).collect()
}

/// Where it stands, and what to do.
fn answers(summary: &Summary, front: &Front, beside: &Beside, drill: Vec<Figure>) -> Vec<Block> {
    let all = beside.replications.as_ref();
    let mut blocks = all.map_or_else(Vec::new, |all| many::document::section(all, summary));
    if let Some(shown) = &front.shown {
        blocks.push(Block::heading("one", "What follows is of one afternoon"));
        blocks.push(Block::said(Voice::Plain, format!("{}.", capitalised(shown))));
        blocks.push(Block::Facts(facts(summary)));
    }
    blocks.push(Block::heading("measures", "Measures"));
    blocks.extend(measures::measures(summary));
    blocks.extend(own_money::section(summary));
    blocks.extend(dispatch::section(summary));
    blocks.extend(party::section(summary));
    blocks.extend(faults::section(summary));
    blocks.extend(drill.into_iter().map(|figure| Block::Figure(Box::new(figure))));
    blocks.extend(drill::section(summary));
    blocks.extend(actions::section(summary));
    let tried = beside.trials.as_ref();
    blocks.extend(tried.into_iter().flat_map(|tried| trials::section(tried, &front.place)));
    blocks.extend(diagnosis::section(summary, beside.remedies.as_ref(), &front.place));
    if let Some(next) = &front.next {
        blocks.extend([Block::heading("next", capitalised(next.title)), list(next)]);
    }
    blocks
}

/// What was seen, which is the page's; `figures` stand each in its section.
fn over_time(summary: &Summary, mut figures: Vec<Figure>) -> Vec<Block> {
    let mut of = |keys: &[&str]| -> Vec<Block> {
        let these =
            figures.extract_if(.., |figure| keys.is_empty() || keys.contains(&figure.key()));
        these.map(|figure| Block::Figure(Box::new(figure))).collect()
    };
    let (causes, mismatch) = (of(&["causes"]), of(&["mismatch"]));
    let (latency, story) = (of(&["latency"]), of(&["story"]));
    let (load, throttled) = (of(&["load"]), of(&["throttled"]));
    let or =
        |figures: Vec<Block>, said: Vec<Block>| if figures.is_empty() { said } else { figures };
    let mut blocks = vec![Block::aside("over-time", "The campaign over time")];
    blocks.extend(of(&[]));
    blocks.push(Block::aside("oversell", "Why units were oversold"));
    blocks.extend(or(causes, oversell::none(summary)));
    if let Some(worst) = &summary.worst_sku {
        blocks.push(Block::aside("worst-sku", "The SKU that was oversold most"));
        blocks.push(Block::said(Voice::Plain, story::opening(summary, worst)));
        blocks.extend(story);
        blocks.push(Block::Table(told(worst)));
    }
    blocks.extend(runouts::section(summary));
    blocks.push(Block::aside("mismatch", "Who offered more than there was"));
    blocks.extend(or(mismatch, vec![Block::said(Voice::Quiet, oversell::matched(summary))]));
    blocks.push(Block::aside("books", "Books by day"));
    blocks.push(table(books::by_day(summary), "No book day was compared."));
    blocks.push(Block::aside("errors", "Errors by class"));
    blocks.push(Block::said(Voice::Plain, words::errors::reconciliation(summary)));
    let none = "No order went wrong between channel and OMS.";
    blocks.push(table(checks::errors(summary), none));
    let untimed = match summary.campaign.speed_milli {
        0 => "In a simulated run a call takes no time of its own.",
        _ => "No call was timed.",
    };
    blocks.push(Block::aside("latency", "Latency by call and channel"));
    blocks.extend(or(latency, vec![Block::said(Voice::Quiet, untimed)]));
    blocks.extend(load::section(summary, load));
    blocks.push(Block::aside("throttling", "Throttling and queues"));
    blocks.extend(throttled);
    blocks.extend(totals::throttling(summary).into_iter().map(Block::Table));
    blocks.push(table(load::queues(summary), "No connector's queue was seen."));
    blocks.extend((!summary.waits.is_empty()).then(|| Block::Table(load::waits(summary))));
    blocks
}

/// A table, or what is said where it would be empty.
fn table(table: Table, none: &str) -> Block {
    if table.rows.is_empty() { Block::said(Voice::Quiet, none) } else { Block::Table(table) }
}

/// The worst SKU's story, an event a row.
fn told(worst: &super::summary::series::Story) -> Table {
    let mut table = Table::new("What happened", &["at", "what::", "really left"]);
    for line in story::lines(worst) {
        let left = Cell::number(line.really_left);
        let cells = vec![Cell::text(line.at), Cell::text(line.what), left];
        table.push(Row::from(cells).marked(line.oversold));
    }
    table
}

/// What operating it rests on, the rules, and all that was counted.
fn operations(summary: &Summary) -> Vec<Block> {
    let mut blocks = vec![
        Block::aside("checklist", "Operating checklist"),
        table(checks::checklist(summary), "Nothing was checked."),
    ];
    let rules: Vec<Block> =
        Rules::ALL.into_iter().filter_map(|which| rules(summary, which)).flatten().collect();
    blocks.push(Block::heading("rules", "Rules beside the gates"));
    if rules.is_empty() {
        blocks.push(Block::said(Voice::Fine, "No rule was checked."));
    }
    blocks.extend(rules);
    blocks.push(Block::aside("totals", "What happened, by channel"));
    blocks.extend(totals::totals(summary).into_iter().map(Block::Table));
    blocks
}

/// What is to be told of the rules of a kind; nothing where none was checked.
fn rules(summary: &Summary, which: Rules) -> Option<[Block; 3]> {
    let clean = words::rules_clean(summary, which)?;
    let broken = words::rules_told(summary, which).into_iter();
    let broken =
        broken.map(|line| ListLine { mark: (Tone::Bad, "!".to_owned()), ..ListLine::plain(line) });
    let list = List { title: String::new(), lines: broken.collect(), note: capitalised(&clean) };
    let in_full = vec![Block::Table(checks::rules(summary, which))];
    Some([
        Block::part(which.id(), &capitalised(which.title())),
        Block::List(list),
        Block::Details("Each of them in full".to_owned(), in_full),
    ])
}

/// How to repeat it, what to quote beside the commands, and what words mean.
fn again(summary: &Summary, front: &Front) -> Vec<Block> {
    let (campaign, record) = (&summary.campaign, &summary.record);
    let ending = match record.ending {
        Some(Ending::Finished) if summary.reconciliation.drain_us.is_none() => {
            "played to its end, and not all had come to rest"
        }
        Some(Ending::Finished) => "played to its end",
        Some(Ending::Interrupted) => "interrupted and drained",
        None => "cut off before its end",
    };
    let what_is_same = match (summary.evidence, campaign.speed_milli) {
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
    };
    let commands = front.commands.iter();
    vec![
        Block::heading(AGAIN, "How to repeat it"),
        Block::Code(Code {
            lead: "Typed where it was made:".to_owned(),
            lines: commands.map(|c| format!("{}{DOES}{}", c.typed, c.does)).collect(),
            aside: false,
        }),
        Block::Facts(vec![
            Fact::plain("seed", campaign.seed.to_string()),
            Fact::plain("made by", &summary.doorbuster),
            Fact::plain("summary format", summary.version.to_string()),
            Fact::plain("clock", speed(campaign.speed_milli)),
            Fact::plain("record", format!("{} facts, {ending}", count(record.facts))),
        ]),
        Block::said(Voice::Fine, what_is_same),
        Block::aside("words", "Words used here"),
        Block::Facts(glossary::glossary()),
    ]
}

#[cfg(test)]
mod tests;
