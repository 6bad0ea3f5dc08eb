//! Owns the tables of studies that are compared. Must not compute: it lays out what they say.

use crate::report::compare::{Group, Party, Run, words};
use crate::report::document::table::{Cell, Table};
use crate::report::many::table;
use crate::report::many::words::sales;
use crate::report::many::{Interval, Replications};
use crate::report::summary::Summary;
use crate::report::words::number::{self, count};

/// The studies in a row each, and what all afternoons of each come to together.
pub(super) fn studies(parties: &[Party], groups: &[Group]) -> Vec<Table> {
    let columns = "study | verdict: | within every limit | accepted orders, mean | \
        turned away, mean | sales kept, mean";
    let mut all = Table::of("Many afternoons each; A is the baseline", columns).fine(&[0]);
    let mut tables = Vec::new();
    for (group, party) in groups.iter().zip(parties) {
        for (run, given) in group.runs.iter().zip(&party.runs) {
            let Some(study) = &given.study else { continue };
            all.push(study_row(&group.letter, run, study));
            tables.push(together(&group.letter, study, &given.summary));
        }
    }
    let all = Some(all).filter(|table| !table.rows.is_empty());
    all.into_iter().chain(tables).collect()
}

fn study_row(letter: &str, run: &Run, study: &Replications) -> Vec<Cell> {
    let bounded = |mean: Interval, said: &dyn Fn(i64) -> String| {
        let (said, bounds) = sales::bounded(mean, said);
        Cell::number(said).with(bounds)
    };
    let band = study.in_band;
    vec![
        Cell::text(format!("{letter} {}", run.label)).with(run.campaign.clone()),
        Cell::text(words::verdict(run)),
        Cell::number(format!("{} of {}", count(band.yes), count(band.of))).with(format!(
            "{} to {}",
            number::share(band.low_ppm),
            number::share(band.high_ppm)
        )),
        bounded(study.sales.accepted_milli, &sales::rounded),
        bounded(study.sales.turned_away_milli, &sales::rounded),
        bounded(study.sales.kept_money, &|minor| sales::money(minor, &study.currency)),
    ]
}

/// Each measure of a study, all its afternoons together.
fn together(letter: &str, study: &Replications, summary: &Summary) -> Table {
    let played = number::counted(study.runs, "afternoon", "afternoons");
    let caption = format!("{letter}: all {played} together");
    // Elsewhere than on the page the differences say it.
    table::together(caption, study, summary).aside(true)
}
