//! Owns the table of what goes wrong with orders, by class. Must not rank anew.

use crate::report::document::table::{Cell, Row, Table};
use crate::report::summary::Summary;
use crate::report::words::errors;
use crate::report::words::gate::capitalised;
use crate::report::words::number::{count, money_exact, signed};

/// A row a class, the dearest first.
pub(super) fn by_class(summary: &Summary) -> Table {
    let columns = ["error", "orders", "units", "money", "most on:", "owner:"];
    let mut table = Table::new("Orders that went wrong between channel and OMS", &columns);
    for class in &summary.error_classes {
        let cells = vec![
            Cell::text(capitalised(errors::title(class.class))),
            Cell::number(count(class.orders)),
            Cell::number(signed(class.units)),
            Cell::number(money_exact(class.money, &summary.campaign)),
            Cell::text(class.most_on.as_deref().unwrap_or("—")),
            Cell::text(&class.owner),
        ];
        table.push(Row::from(cells));
    }
    table
}
