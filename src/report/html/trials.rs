//! Owns the page's section on what was tried: the sets, the ranked table, the patch.
//! Must not compute: it lays out what [`Trials`] says.

use askama::Template;

use super::table::{Cell, Row, Table};
use crate::report::ReportError;
use crate::report::many::words::{chance_short, sales};
use crate::report::trials::words::{cost, difference, headline, relative};
use crate::report::trials::{Effect, Trial, Trials};
use crate::report::words::again;
use crate::report::words::number::counted;

#[derive(Template)]
#[template(path = "trials.html")]
struct Section {
    headline: String,
    how: String,
    ranked: Table,
    patch: Option<String>,
    commands: [String; 2],
}

/// The section; nothing where nothing was tried.
pub(super) fn section(trials: Option<&Trials>, place: &str) -> Result<String, ReportError> {
    let told = |trials: &&Trials| !trials.alone.is_empty() || !trials.proves_nothing.is_empty();
    let Some(trials) = trials.filter(told) else {
        return Ok(String::new());
    };
    let section = Section {
        headline: format!("{}.", headline(trials)),
        how: format!(
            "Each setting met the same shoppers and faults, on {} of the model (not your systems) \
             from seed {} on. Differences are means with 95 % intervals, paired by seed; those \
             that chance does not explain are bold. What did not help at a first look was given \
             up; what closes a channel, or leaves it far fewer sales, is no remedy.{}{}",
            counted(trials.runs, "afternoon", "afternoons"),
            trials.first_seed,
            not_tried(trials),
            if trials.stopped { " It was stopped: not everything was tried." } else { "" },
        ),
        ranked: ranked(trials),
        commands: again::with_advice(place),
        patch: (!trials.patch.is_empty()).then(|| trials.patch.join("\n")),
    };
    Ok(section.render()?)
}

fn ranked(trials: &Trials) -> Table {
    let sets = [("Recommended", &trials.recommended), ("The best found", &trials.together)];
    let set = sets.into_iter().find_map(|(name, set)| Some((name, set.as_ref()?)));
    let fewer = trials.smallest.as_ref().filter(|_| trials.smallest != trials.recommended);
    // What moves most stands first: on a telephone the last columns have to be scrolled to.
    let best = set.map(|(_, set)| set).or(trials.alone.first());
    let mut effects: Vec<&Effect> = best.iter().flat_map(|trial| &trial.effects).collect();
    effects.sort_by_key(|effect| std::cmp::Reverse(relative(effect)));
    let kpis: Vec<_> = effects.iter().map(|effect| effect.kpi).collect();
    let mut columns = vec!["change".to_owned(), "in limits".to_owned(), "sales kept".to_owned()];
    columns.extend(kpis.iter().map(|kpi| kpi.title().to_owned()));
    columns.extend(["unsold though there".to_owned(), "calls".to_owned()]);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let caption = "What each change does, most helpful first; last what it costs an afternoon";
    let mut table = Table::new(caption, &columns);
    let row = |name: Cell, trial: &Trial| {
        let go = Cell::number(format!("{} of {}", trial.in_band.yes, trial.in_band.of));
        let kept = trial.sales.kept_money;
        let (mean, half) = sales::gained(kept, &trials.currency);
        let kept = moved(mean, kept.is_beyond_chance()).with(half);
        let mut cells = vec![name, go.with(chance_short(&trial.in_band)), kept];
        cells.extend(kpis.iter().map(|kpi| {
            let effect = trial.effects.iter().find(|effect| effect.kpi == *kpi);
            effect.map_or(Cell::number("—"), |effect| {
                let (mean, half) = difference(effect);
                moved(mean, effect.is_beyond_chance()).with(half)
            })
        }));
        for each in [trial.undersold_units, trial.calls] {
            let (mean, half) = cost(each);
            cells.push(moved(mean, each.is_beyond_chance()).with(half));
        }
        Row::from(cells)
    };
    for (name, set) in set.into_iter().chain(fewer.map(|set| ("The smallest set", set))) {
        let changes = counted(set.changes.len() as u64, "change", "changes");
        let mut cell = Cell::text(format!("{name}: {changes}"));
        for change in &set.changes {
            cell = cell.with(format!("{}: {}", change.to, change.what));
        }
        table.push(row(cell, set));
    }
    for trial in &trials.alone {
        let change = &trial.changes[0];
        let given_up = match (&trial.closes, trial.dropped) {
            (Some(channel), _) => format!("no remedy: {channel} sells far less, or nothing"),
            (None, true) => "given up after a first look".to_owned(),
            (None, false) => String::new(),
        };
        let name = Cell::text(format!("{}: {}", change.to, change.what)).with(&change.owner);
        table.push(row(name.with(given_up), trial));
    }
    table
}

/// Changes that could not be tried; nothing where all were.
fn not_tried(trials: &Trials) -> String {
    let failed = trials.failed.iter().map(|failed| {
        format!(" Not tried: {}: {} ({}).", failed.change.to, failed.change.what, failed.why)
    });
    failed.collect()
}

/// A difference, bold where chance does not explain it.
fn moved(said: String, is_beyond_chance: bool) -> Cell {
    Cell::number(said).toned(if is_beyond_chance { "moved" } else { "" })
}
