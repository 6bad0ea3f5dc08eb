//! Owns `vary.html`: one file that fetches nothing and reads without JavaScript.
//! Must not compute: it lays out what [`Varied`] says.

use super::{Varied, headline};
use crate::report::ReportError;
use crate::report::headroom::page::{Page, about, figures};
use crate::report::html::table::{Cell, Row, Table};
use crate::report::many::words::{chance_short, sales};
use crate::report::words::number::{count, share};

/// The page as text.
pub(super) fn page(all: &Varied) -> Result<String, ReportError> {
    let go = all.points.iter().filter(|point| point.is_go).count();
    let stopped = all.stopped.then(|| "Stopped: these are the values that were finished.".into());
    let page = Page {
        title: "Varied",
        campaign: about(&all.campaign, &all.starts),
        class: match go {
            0 => "bad",
            go if go == all.points.len() => "good",
            _ => "careful",
        },
        headline: format!("{}.", headline(all)),
        why: stopped.into_iter().collect(),
        facts: vec![
            ("afternoons at each value", count(all.runs)),
            ("values", count(all.points.len() as u64)),
            ("first seed", all.first_seed.to_string()),
        ],
        sections: ["Value by value", "Each measure over the values"],
        rungs: points(all),
        figures: figures(&all.view())?,
        how: format!(
            "Every value met the same shoppers and faults, on the seeds from {} on; what it sells \
             more than the first value is paired by seed, with a 95 % interval. A value is a GO \
             when every measure is proved over its afternoons together, and so many of them keep \
             every limit that at least {} of all such afternoons do, with 95 % confidence. A \
             model: not your systems.",
            all.first_seed,
            share(all.in_band_at_least_ppm),
        ),
    };
    page.text()
}

fn points(all: &Varied) -> Table {
    let columns = [
        all.field.as_str(),
        "in limits",
        "sales kept",
        "more than the first",
        "units oversold",
        "what stands in the way:",
    ];
    let mut table = Table::new("The campaign at each value", &columns);
    for (place, point) in all.points.iter().enumerate() {
        let class = if point.is_go { "good" } else { "bad" };
        let (gained, half) = match place {
            0 => ("—".to_owned(), String::new()),
            _ => sales::gained(point.sales_gained.kept_money, &all.currency),
        };
        let oversold = point.oversold_units_milli.mean.max(0).unsigned_abs() / 1_000;
        table.push(Row::from(vec![
            Cell::text(&point.value),
            Cell::number(format!("{} of {}", point.in_band.yes, point.in_band.of))
                .toned(class)
                .with(chance_short(&point.in_band)),
            Cell::number(sales::money(point.sales.kept_money.mean, &all.currency)),
            Cell::number(gained).with(half),
            Cell::number(count(oversold)),
            Cell::text(point.in_the_way()),
        ]));
    }
    table
}
