//! Owns what many afternoons say of objectives for recovery: as `afternoons.json` states it, in a
//! sentence, in a table. Must not know how a recovery is found.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Chance;
use crate::history::Charter;
use crate::report::document::table::{Cell, Row, Table};
use crate::report::summary::mirror::Stated;
use crate::report::summary::objectives::{Asks, CountedFrom, asked};
use crate::report::summary::verdict::Verdict;
use crate::report::words::gate::capitalised;
use crate::report::words::number::{count, share};
use crate::report::words::objective::{amount, title};
use crate::study::pooled;
use crate::units::Ppm;

/// An objective for recovery over the afternoons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObjectiveOver {
    /// What was asked.
    pub asks: Asks,
    /// Microseconds at the most, or orders.
    pub at_most: u64,
    /// From when on a recovery is counted; null where none is.
    pub counted_from: Option<CountedFrom>,
    /// What it says of the scenario: a GO needs the share that keeps it proved, as it needs the
    /// share in band.
    pub verdict: Verdict,
    /// Afternoons that kept it, of those in which something was broken; one of which it is not
    /// known did not.
    pub kept: Chance,
    /// Afternoons that missed it.
    pub missed: u64,
    /// The worst of each afternoon that is known, in the unit of `at_most`: the middle one, and the
    /// largest; null where none is.
    pub worst: Option<[u64; 2]>,
}

impl ObjectiveOver {
    /// Of a ruling, held against what a GO needs of the share in band.
    pub(super) fn of(over: &pooled::ObjectiveOver, at_least: Ppm, charter: &Charter) -> Self {
        let (asks, at_most, counted_from) = asked(over.objective);
        ObjectiveOver {
            asks,
            at_most,
            counted_from,
            verdict: over.vote(at_least).into(),
            kept: over.kept.state(charter),
            missed: over.missed as u64,
            worst: over.worst,
        }
    }

    /// Whether it stands in the way of a GO.
    pub fn is_in_the_way(&self) -> bool {
        self.verdict > Verdict::GoWithConditions
    }
}

/// `recovery within 20 min is kept in 12 of 30 afternoons (26 % … 57 %), of which 90 % are asked`.
pub fn sentence(one: &ObjectiveOver, at_least_ppm: u32) -> String {
    let title = title(one.asks, one.at_most);
    if one.kept.of == 0 {
        return format!(
            "{title}: in no afternoon did what was broken meet anything, and somebody see it"
        );
    }
    let missed = match one.missed {
        0 => String::new(),
        missed => format!(", missed in {}", count(missed)),
    };
    format!(
        "{title} is kept in {} of {} afternoons ({}){missed}, and a GO needs {} proved",
        count(one.kept.yes),
        count(one.kept.of),
        bounds(&one.kept),
        share(at_least_ppm),
    )
}

fn bounds(chance: &Chance) -> String {
    format!("{} … {}", share(chance.low_ppm), share(chance.high_ppm))
}

/// Each objective in a row; none where nothing was asked.
pub(super) fn table(all: &[ObjectiveOver]) -> Option<Table> {
    let columns = "objective: | kept in | ~bounds | missed in | median | worst";
    let mut table = Table::of("What recovery was to come to, over all of them", columns);
    for one in all {
        let worst = |place: usize| {
            one.worst.map_or("—".to_owned(), |worst| {
                amount((one.asks, one.counted_from), worst[place])
            })
        };
        let kept = format!("{} of {}", count(one.kept.yes), count(one.kept.of));
        let cells = vec![
            Cell::text(capitalised(&title(one.asks, one.at_most))),
            Cell::number(kept).toned(one.verdict.into()),
            Cell::number(bounds(&one.kept)),
            Cell::number(count(one.missed)),
            Cell::number(worst(0)),
            Cell::number(worst(1)),
        ];
        table.push(Row::from(cells));
    }
    (!table.rows.is_empty()).then_some(table)
}
