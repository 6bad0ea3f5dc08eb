//! Owns what is read of what was tried: the sets, the ranked table, the patch. Must not compute: it
//! puts in order what [`Trials`] says.

use super::words::{cost, did, difference, fewer, headline, relative};
use super::{Change, Effect, Trial, Trials};
use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Code, Document, List, ListLine, Tone, Verdict, Voice};
use crate::report::many::words::{chance_short, sales, valued};
use crate::report::words::number::counted;
use crate::report::words::{again, verdict_word};

/// A difference that is less than this of what was, in thousandths, is left to the page.
const RELATIVE_TOLD: u64 = 50;

/// What is read of it by itself.
pub(in crate::report) fn document(trials: &Trials) -> Document {
    let is_good = trials.recommended.is_some() || trials.go_already;
    let mut blocks = vec![Block::Verdict(Verdict {
        tone: if is_good { Tone::Good } else { Tone::Bad },
        about: format!("{} · model: not your systems", trials.campaign),
        headline: format!("{}.", headline(trials)),
        why: fewer(trials).into_iter().flatten().map(|line| format!("{line}.")).collect(),
        facts: Vec::new(),
    })];
    blocks.extend(trials.recommended.as_ref().map(|set| Block::List(set_of(trials, set))));
    blocks.extend(findings(trials));
    Document { title: headline(trials), blocks }
}

/// What is read of it in a run's report, which is at `place`; nothing where nothing was tried.
pub(in crate::report) fn section(trials: &Trials, place: &str) -> Vec<Block> {
    if trials.alone.is_empty() && trials.proves_nothing.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![
        Block::heading("tried", "What was tried"),
        Block::said(Voice::Loud, format!("{}.", headline(trials))),
    ];
    blocks.extend(findings(trials));
    if !trials.patch.is_empty() {
        let patch = Code { lead: String::new(), lines: trials.patch.clone(), aside: true };
        let patch = vec![Block::Code(patch)];
        blocks.push(Block::Details("The recommended set as a patch".to_owned(), patch));
        blocks.push(Block::Code(Code {
            lead: "Typed where it was made:".to_owned(),
            lines: again::with_advice(place).to_vec(),
            aside: true,
        }));
    }
    blocks
}

/// The set that is recommended, and what it does.
fn set_of(trials: &Trials, set: &Trial) -> List {
    let keeps = if fewer(trials).is_some() { "keeps most sales and makes" } else { "makes" };
    let of = if trials.stopped || fewer(trials).is_some() { "A set" } else { "The smallest set" };
    let line = |change: &Change| ListLine::plain(format!("{} ({})", named(change), change.owner));
    List {
        title: format!("{of} that {keeps} a {}", verdict_word(set.verdict)),
        lines: set.changes.iter().map(line).collect(),
        note: format!("Together: {}.", did(trials, set)),
    }
}

fn named(change: &Change) -> String {
    format!("{}: {}", change.to, change.what)
}

fn findings(trials: &Trials) -> Vec<Block> {
    let failed = trials.failed.iter();
    let failed = failed.map(|failed| format!(" {} ({})", named(&failed.change), failed.why));
    let failed: Vec<String> = failed.collect();
    let mut blocks = vec![Block::Table(ranked(trials))];
    let dropped = trials.alone.iter().filter(|trial| trial.dropped && trial.closes.is_none());
    let dropped: Vec<String> = dropped.map(|trial| named(&trial.changes[0])).collect();
    if !dropped.is_empty() {
        let said = format!("Given up after a first look: {}.", dropped.join("; "));
        blocks.push(Block::said(Voice::Quiet, said));
    }
    if !failed.is_empty() {
        let not_tried = format!("Could not be tried:{}.", failed.join(";"));
        blocks.push(Block::said(Voice::Quiet, not_tried));
    }
    if trials.stopped {
        blocks.push(Block::said(Voice::Plain, "It was stopped: not everything was tried."));
    }
    blocks.push(Block::said(
        Voice::Fine,
        format!(
            "Each setting met the same shoppers and faults, on {} of the model (not your systems) \
             from seed {} on. Differences are means with 95 % intervals, paired by seed; those \
             that chance does not explain are bold. What did not help at a first look was given \
             up; what closes a channel, or leaves it far fewer sales, is no remedy.",
            counted(trials.runs, "afternoon", "afternoons"),
            trials.first_seed,
        ),
    ));
    blocks
}

/// The best set, the smallest, and each change by itself.
fn ranked(trials: &Trials) -> Table {
    let sets = [("Recommended", &trials.recommended), ("The best found", &trials.together)];
    let set = sets.into_iter().find_map(|(name, set)| Some((name, set.as_ref()?)));
    let fewer = trials.smallest.as_ref().filter(|_| trials.smallest != trials.recommended);
    // What moves most stands first: on a telephone the last columns have to be scrolled to.
    let best = set.map(|(_, set)| set).or(trials.alone.first());
    let mut effects: Vec<&Effect> = best.iter().flat_map(|trial| &trial.effects).collect();
    effects.sort_by_key(|effect| std::cmp::Reverse(relative(effect)));
    let kpis = effects.iter().map(|effect| effect.kpi.title());
    let columns: Vec<&str> = ["change", "in limits", "sales kept"]
        .into_iter()
        .chain(kpis)
        .chain(["unsold though there", "calls"])
        .collect();
    let caption = "What each change does, most helpful first; last what it costs an afternoon";
    let mut table = Table::new(caption, &columns);
    table.push(as_it_is(trials, &effects));
    for (name, set) in set.into_iter().chain(fewer.map(|set| ("The smallest set", set))) {
        let changes = counted(set.changes.len() as u64, "change", "changes");
        let cell = Cell::text(format!("{name}: {changes}"));
        let cell = set.changes.iter().fold(cell, |cell, change| cell.with(named(change)));
        // Elsewhere than on the page it is told before, with what it does.
        let is_told = trials.recommended.is_some();
        table.push(Row::from(cells(trials, &effects, cell, set)).aside(is_told));
    }
    for trial in &trials.alone {
        let given_up = match (&trial.closes, trial.dropped) {
            (Some(channel), _) => format!("no remedy: {channel} sells far less, or nothing"),
            (None, true) => "given up after a first look".to_owned(),
            (None, false) => String::new(),
        };
        let change = &trial.changes[0];
        let name = Cell::text(named(change)).with(&change.owner).with(given_up);
        // Elsewhere than on the page those given up are told in one line.
        let is_told = trial.dropped && trial.closes.is_none();
        table.push(Row::from(cells(trials, &effects, name, trial)).aside(is_told));
    }
    table
}

/// What all changes are held against.
fn as_it_is(trials: &Trials, effects: &[&Effect]) -> Vec<Cell> {
    let before = &trials.before;
    let go = Cell::number(format!("{} of {}", before.yes, before.of)).with(chance_short(before));
    let kept = sales::money(trials.sales_before.kept_money.mean, &trials.currency);
    let values = effects.iter().map(|of| Cell::number(valued(of.kpi, of.before)));
    [Cell::text("As it is"), go, Cell::number(kept)]
        .into_iter()
        .chain(values)
        .chain([Cell::default(), Cell::default()])
        .collect()
}

fn cells(trials: &Trials, effects: &[&Effect], name: Cell, trial: &Trial) -> Vec<Cell> {
    let go = Cell::number(format!("{} of {}", trial.in_band.yes, trial.in_band.of));
    let go = go.with(chance_short(&trial.in_band)).aside(trial.dropped);
    let kept = trial.sales.kept_money;
    let kept_said = sales::gained(kept, &trials.currency);
    let effects = effects.iter().map(|of| {
        let effect = trial.effects.iter().find(|effect| effect.kpi == of.kpi);
        effect.map_or(Cell::number("—").aside(true), |effect| {
            // What is proved may still be too little to be told of.
            let is_told = effect.is_beyond_chance() && relative(effect) >= RELATIVE_TOLD;
            moved(difference(effect), effect.is_beyond_chance()).aside(!is_told)
        })
    });
    let costs = [trial.undersold_units, trial.calls];
    let costs = costs.map(|each| moved(cost(each), each.is_beyond_chance()));
    [name, go, moved(kept_said, kept.is_beyond_chance())]
        .into_iter()
        .chain(effects)
        .chain(costs)
        .collect()
}

/// A difference, bold where chance does not explain it.
fn moved((mean, half): (String, String), is_beyond_chance: bool) -> Cell {
    let tone = if is_beyond_chance { Tone::Strong } else { Tone::Plain };
    Cell::number(mean).with(half).toned(tone).aside(!is_beyond_chance)
}
