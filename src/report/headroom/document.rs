//! Owns what is read of headroom. Must not compute: it puts in order what [`Headroom`] says.

use super::words::{breaks_first, headline, in_the_way, not_told_apart, times};
use super::{Headroom, pictures};
use crate::report::document::table::{Cell, Table};
use crate::report::document::{Block, Document, Fact, Tone, Verdict, Voice};
use crate::report::many::Interval;
use crate::report::many::words::{chance_short, sales};
use crate::report::summary::verdict::Evidence;
use crate::report::words::evidence;
use crate::report::words::number::{civil, count, share};

/// What is read of it.
pub(in crate::report) fn document(found: &Headroom) -> Document {
    let about = about(&found.campaign, &found.starts);
    let mut blocks = vec![Block::Verdict(verdict(found, &about))];
    if !found.rungs.is_empty() {
        blocks.push(Block::heading("rungs", "How far it can grow"));
        blocks.push(Block::Table(rungs(found)));
    }
    blocks.push(Block::said(
        Voice::Fine,
        format!(
            "Every multiple met the same shoppers and faults, on the seeds from {} on. A multiple \
             holds when every measure is proved over its afternoons together, and so many of them \
             keep every limit that at least {} of all such afternoons do, with 95 % confidence. \
             Found by doubling, then by halving the ratio between what holds and what does not. A \
             model: not your systems.",
            found.first_seed,
            share(found.chance_ppm),
        ),
    ));
    blocks.push(Block::heading("over", "Each measure over the demand"));
    blocks.extend(pictures::figures(&found.view()));
    Document { title: format!("Headroom: {about}"), blocks }
}

/// What was played: a model's GO is never without its reservation in sight.
pub(in crate::report) fn about(campaign: &str, starts: &str) -> String {
    format!("{campaign} · {} · {}", civil(starts), evidence(Evidence::Model))
}

fn verdict(found: &Headroom, about: &str) -> Verdict {
    let stopped = found.stopped.then(|| {
        "Stopped before it was narrow: these are the multiples that were finished".to_owned()
    });
    let why = breaks_first(found).into_iter().chain(not_told_apart(found)).chain(stopped);
    Verdict {
        tone: match found.holds_milli {
            Some(1_000..) => Tone::Good,
            Some(_) => Tone::Careful,
            None => Tone::Bad,
        },
        about: about.to_owned(),
        headline: format!("{}.", headline(found)),
        why: why.map(|said| format!("{said}.")).collect(),
        facts: vec![
            Fact::plain("afternoons at each multiple", count(found.runs)),
            Fact::plain("within every limit, asked for", share(found.chance_ppm)),
            Fact::plain("stock", if found.stock_scales { "grows with demand" } else { "as it is" }),
            Fact::plain("first seed", found.first_seed.to_string()),
        ],
    }
}

fn rungs(found: &Headroom) -> Table {
    let columns = "demand | in limits | accepted | turned away | sales kept | units oversold | \
        what stands in the way::";
    let mut table = Table::of("The campaign at multiples of its demand", columns);
    for rung in &found.rungs {
        let in_the_way = in_the_way(&rung.gates, rung.in_band.of);
        table.push(vec![
            Cell::text(times(rung.demand_milli)),
            Cell::number(format!("{} of {}", rung.in_band.yes, rung.in_band.of))
                .toned(if rung.holds { Tone::Good } else { Tone::Bad })
                .with(chance_short(&rung.in_band)),
            Cell::number(sales::mean(rung.sales.accepted_milli)),
            Cell::number(sales::mean(rung.sales.turned_away_milli)),
            Cell::number(sales::money(rung.sales.kept_money.mean, &found.currency)),
            oversold(rung.oversold_units_milli),
            Cell::text(&in_the_way).aside(in_the_way == "nothing"),
        ]);
    }
    table
}

/// Units oversold in an afternoon.
pub(in crate::report) fn oversold(units_milli: Interval) -> Cell {
    Cell::number(count(units_milli.mean.max(0).unsigned_abs() / 1_000))
}
