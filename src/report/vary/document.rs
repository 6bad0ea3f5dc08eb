//! Owns what is read of a sweep. Must not compute: it puts in order what [`Varied`] says.

use super::{Varied, headline};
use crate::report::document::table::{Cell, Table};
use crate::report::document::{Block, Document, Fact, Tone, Verdict, Voice};
use crate::report::headroom::document::{about, oversold};
use crate::report::headroom::pictures;
use crate::report::many::words::{chance_short, sales};
use crate::report::words::number::{count, share};

/// What is read of it.
pub(in crate::report) fn document(all: &Varied) -> Document {
    let about = about(&all.campaign, &all.starts);
    let go = all.points.iter().filter(|point| point.is_go).count();
    let stopped = all.stopped.then(|| "Stopped: these are the values that were finished.".into());
    let verdict = Verdict {
        tone: match go {
            0 => Tone::Bad,
            go if go == all.points.len() => Tone::Good,
            _ => Tone::Careful,
        },
        about: about.clone(),
        headline: format!("{}.", headline(all)),
        why: stopped.into_iter().collect(),
        facts: vec![
            Fact::plain("afternoons at each value", count(all.runs)),
            Fact::plain("values", count(all.points.len() as u64)),
            Fact::plain("first seed", all.first_seed.to_string()),
        ],
    };
    let how = format!(
        "Every value met the same shoppers and faults, on the seeds from {} on; what it sells more \
         than the first value is paired by seed, with a 95 % interval. A value is a GO when every \
         measure is proved over its afternoons together, and so many of them keep every limit that \
         at least {} of all such afternoons do, with 95 % confidence. A model: not your systems.",
        all.first_seed,
        share(all.in_band_at_least_ppm),
    );
    let mut blocks = vec![
        Block::Verdict(verdict),
        Block::heading("values", "Value by value"),
        Block::Table(points(all)),
        Block::said(Voice::Fine, how),
        Block::heading("over", "Each measure over the values"),
    ];
    blocks.extend(pictures::figures(&all.view()));
    Document { title: format!("Varied: {about}"), blocks }
}

fn points(all: &Varied) -> Table {
    let columns = [
        all.field.as_str(),
        "in limits",
        "sales kept",
        "more than the first",
        "units oversold",
        "what stands in the way::",
    ];
    let mut table = Table::new("The campaign at each value", &columns);
    for (place, point) in all.points.iter().enumerate() {
        let (gained, half) = match place {
            0 => ("—".to_owned(), String::new()),
            _ => sales::gained(point.sales_gained.kept_money, &all.currency),
        };
        let in_the_way = point.in_the_way();
        table.push(vec![
            Cell::text(&point.value),
            Cell::number(format!("{} of {}", point.in_band.yes, point.in_band.of))
                .toned(if point.is_go { Tone::Good } else { Tone::Bad })
                .with(chance_short(&point.in_band)),
            Cell::number(sales::money(point.sales.kept_money.mean, &all.currency)),
            Cell::number(gained).with(half),
            oversold(point.oversold_units_milli),
            Cell::text(&in_the_way).aside(in_the_way == "nothing"),
        ]);
    }
    table
}
