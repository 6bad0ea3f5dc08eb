//! Owns how oversell is explained on the page: the causes, and the worst SKU's story. Must not
//! attribute anything anew.

use super::table::{Cell, Row, Table};
use crate::report::summary::Summary;
use crate::report::summary::series::Story;
use crate::report::words::number::{counted, money, share, signed};
use crate::report::words::{advice, story};
use crate::units::Ppm;

/// A row a cause that had any units, most first.
pub(super) fn causes(summary: &Summary) -> Table {
    let totals = &summary.totals;
    let caption = format!(
        "{} oversold units, {}; causes add up",
        signed(totals.oversold_units),
        money(totals.oversold_money, &summary.campaign),
    );
    let mut table = Table::new(caption, &["cause", "units", "share", "picture:"]);
    let named = advice::causes_named(&summary.causes);
    let total: i64 = named.iter().map(|(_, units)| *units).sum();
    let mut shown: Vec<_> = named.into_iter().filter(|(_, units)| *units != 0).collect();
    shown.sort_by_key(|(_, units)| std::cmp::Reverse(*units));
    for (name, units) in shown {
        let part = Ppm::of(units.max(0).unsigned_abs(), total.max(1).unsigned_abs());
        table.push(vec![
            Cell::text(name),
            Cell::number(signed(units)),
            Cell::number(share(part.0)),
            Cell::bar(part.0 / 10_000),
        ]);
    }
    table
}

/// Units promised already when supply fell below them.
pub(super) fn supply_shock(summary: &Summary) -> Option<String> {
    let units = summary.causes.supply_shock;
    (units != 0).then(|| {
        format!(
            "Apart from that, {} were promised already when supply fell below them: no sync \
             could have helped.",
            counted(units.unsigned_abs(), "unit", "units"),
        )
    })
}

/// The worst SKU's story, a line an event.
pub(super) fn told(summary: &Summary, worst: &Story) -> Table {
    let names: Vec<String> =
        summary.channels.iter().map(|channel| format!("{} offers", channel.name)).collect();
    let mut columns = vec!["when", "what happened:", "really left"];
    columns.extend(names.iter().map(String::as_str));
    let mut table = Table::new("What was there, and what each channel believed", &columns);
    for line in story::lines(worst) {
        let cells = [Cell::number(line.at), Cell::text(line.what), Cell::number(line.really_left)];
        let offers = line.offered.into_iter().map(Cell::number);
        let cells: Vec<Cell> = cells.into_iter().chain(offers).collect();
        table.push(Row::from(cells).marked(line.oversold));
    }
    table
}
