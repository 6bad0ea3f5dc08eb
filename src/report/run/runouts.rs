//! Owns the table of SKUs that ran out: what the law of oversell says of them, and what was seen.
//! Must not compute the law (`judge`).

use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Tone, Voice};
use crate::report::summary::{RunOut, Summary};
use crate::report::words::number::{clock, count, signed, span, three_digits};

/// What the law says and how it is read; nothing where no SKU ran out.
pub(super) fn section(summary: &Summary) -> Vec<Block> {
    if summary.run_outs.is_empty() {
        return Vec::new();
    }
    let law = "A channel that does not know of a sale sells on. By the law of oversell a SKU that \
        runs out is oversold by what it sells in a minute times the minutes for which its sales \
        were unknown to the other channels; by less, down to the first figure, where every channel \
        knows its own sales and no update overwrites them. To hold back: units on every channel \
        that are enough in 95 of 100 such afternoons.";
    let parts = "Seen and predicted part where sales or that time changed while the SKU ran out, \
        and where orders are for more than one unit.";
    vec![
        Block::aside("ran-out", "What ran out, and what the law says of it"),
        Block::said(Voice::Plain, law),
        Block::Table(by_law(summary)),
        Block::said(Voice::Quiet, parts),
    ]
}

/// A row a SKU, the best seller first.
fn by_law(summary: &Summary) -> Table {
    let columns = "SKU | oversold | by the law | hold back | ran out | sold a minute then | \
        unknown for | sold in all";
    let mut table = Table::of("The best sellers that ran out", columns);
    for seen in &summary.run_outs {
        let cells = vec![
            Cell::text(&seen.sku),
            Cell::number(signed(seen.oversold)).toned(if seen.oversold > 0 {
                Tone::Bad
            } else {
                Tone::Plain
            }),
            Cell::number(predicted(seen)),
            Cell::number(seen.hold_back.map_or("—".to_owned(), |units| count(units as u64))),
            Cell::number(clock(seen.at_us)),
            Cell::number(units(seen.milli_a_minute.into())),
            Cell::number(seen.unknown_for_us.map_or("—".to_owned(), span)),
            Cell::number(signed(seen.sold)),
        ];
        table.push(Row::from(cells));
    }
    table
}

fn predicted(seen: &RunOut) -> String {
    match (seen.predicted_least_milli, seen.predicted_most_milli) {
        (Some(least), Some(most)) if units(least) != units(most) => {
            format!("{}–{}", units(least), units(most))
        }
        (_, Some(most)) => units(most),
        _ => "—".to_owned(),
    }
}

fn units(milli: u64) -> String {
    match milli {
        // Less than a twentieth of a unit is none to whoever counts units.
        0..50 => "0".to_owned(),
        milli => three_digits(milli as f64 / 1e3),
    }
}
