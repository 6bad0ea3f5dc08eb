//! Owns `headroom.html`: one file that fetches nothing and reads without JavaScript.
//! Must not compute: it lays out what [`Headroom`] says.

use askama::Template;

use super::words::{breaks_first, headline, in_the_way, not_told_apart, times};
use super::{Headroom, pictures};
use crate::report::ReportError;
use crate::report::charts::{Chart, Layout};
use crate::report::html::table::{Cell, Row, Table};
use crate::report::many::words::{chance_short, sales};
use crate::report::summary::verdict::Evidence;
use crate::report::words::evidence;
use crate::report::words::number::{civil, count, glued, share};

/// A page of a sweep.
#[derive(Template)]
#[template(path = "headroom.html")]
pub(in crate::report) struct Page {
    pub title: &'static str,
    pub campaign: String,
    pub class: &'static str,
    pub headline: String,
    pub why: Vec<String>,
    pub facts: Vec<(&'static str, String)>,
    /// What stands over the table and over the charts.
    pub sections: [&'static str; 2],
    pub rungs: Table,
    pub figures: Vec<Figure>,
    pub how: String,
}

pub(in crate::report) struct Figure {
    wide: String,
    narrow: String,
    caption: String,
    tables: Vec<Table>,
}

impl Page {
    /// As text.
    pub(in crate::report) fn text(&self) -> Result<String, ReportError> {
        Ok(glued(&self.render()?))
    }
}

/// Its charts, each for a page and for a telephone.
pub(in crate::report) fn figures(view: &pictures::View<'_>) -> Result<Vec<Figure>, ReportError> {
    let wide = pictures::draw_all(view, Layout::Wide)?;
    let narrow = pictures::draw_all(view, Layout::Narrow)?;
    let figure = |(wide, narrow): (Chart, Chart)| {
        let tables = Table::parts(&wide.title, &wide.columns, &wide.rows);
        Figure { wide: wide.svg, narrow: narrow.svg, caption: wide.title, tables }
    };
    Ok(wide.into_iter().zip(narrow).map(figure).collect())
}

/// The page as text.
pub(super) fn page(found: &Headroom) -> Result<String, ReportError> {
    let mut why: Vec<String> =
        breaks_first(found).map(|said| format!("{said}.")).into_iter().collect();
    why.extend(not_told_apart(found).map(|said| format!("{said}.")));
    if found.stopped {
        why.push(
            "Stopped before it was narrow: these are the multiples that were finished.".into(),
        );
    }
    let page = Page {
        title: "Headroom",
        sections: ["How far it can grow", "Each measure over the demand"],
        campaign: about(&found.campaign, &found.starts),
        class: match found.holds_milli {
            Some(1_000..) => "good",
            Some(_) => "careful",
            None => "bad",
        },
        headline: format!("{}.", headline(found)),
        why,
        facts: vec![
            ("afternoons at each multiple", count(found.runs)),
            ("within every limit, asked for", share(found.chance_ppm)),
            ("stock", if found.stock_scales { "grows with demand" } else { "as it is" }.to_owned()),
            ("first seed", found.first_seed.to_string()),
        ],
        rungs: rungs(found),
        figures: figures(&found.view())?,
        how: format!(
            "Every multiple met the same shoppers and faults, on the seeds from {} on. A multiple \
             holds when every measure is proved over its afternoons together, and so many of them \
             keep every limit that at least {} of all such afternoons do, with 95 % confidence. \
             Found by doubling, then by halving the ratio between what holds and what does not. A \
             model: not your systems.",
            found.first_seed,
            share(found.chance_ppm),
        ),
    };
    page.text()
}

/// What was played: a model's GO is never without its reservation in sight.
pub(in crate::report) fn about(campaign: &str, starts: &str) -> String {
    format!("{campaign} · {} · {}", civil(starts), evidence(Evidence::Model))
}

fn rungs(found: &Headroom) -> Table {
    let caption = "The campaign at multiples of its demand";
    let columns = [
        "demand",
        "in limits",
        "accepted",
        "turned away",
        "sales kept",
        "units oversold",
        "what stands in the way:",
    ];
    let mut table = Table::new(caption, &columns);
    for rung in &found.rungs {
        let class = if rung.holds { "good" } else { "bad" };
        let oversold = rung.oversold_units_milli.mean.max(0).unsigned_abs() / 1_000;
        table.push(Row::from(vec![
            Cell::text(times(rung.demand_milli)),
            Cell::number(format!("{} of {}", rung.in_band.yes, rung.in_band.of))
                .toned(class)
                .with(chance_short(&rung.in_band)),
            Cell::number(sales::mean(rung.sales.accepted_milli)),
            Cell::number(sales::mean(rung.sales.turned_away_milli)),
            Cell::number(sales::money(rung.sales.kept_money.mean, &found.currency)),
            Cell::number(count(oversold)),
            Cell::text(in_the_way(&rung.gates, rung.in_band.of)),
        ]));
    }
    table
}
