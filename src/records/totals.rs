//! Owns whether prices of units and totals of lines say the same.
//! Must not know which of them counts.

use super::items::Item;
use super::{grouped, short};

/// One row in so many may have a discount or a tax.
const CHANCE_PARTS: u64 = 10;

/// Rows that say both.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    both: u64,
    differ: u64,
    first: String,
}

impl Totals {
    /// A row that says both, in minor units.
    pub(super) fn hear(&mut self, line: u64, qty: i64, price: i64, total: i64, item: &Item) {
        self.both += 1;
        let (units, total) = (i128::from(qty).abs(), i128::from(total).abs());
        // Prices are rounded, each by half a unit at the most.
        if (i128::from(price) * units - total).abs() > units {
            if self.differ == 0 {
                let [qty, price, total] = [&item.quantity, &item.price, &item.total];
                self.first =
                    format!("line {line}: {} × {}, and {}", short(qty), short(price), short(total));
            }
            self.differ += 1;
        }
    }

    /// What a person should know of them.
    pub(super) fn note(&self) -> Option<String> {
        (self.differ * CHANCE_PARTS > self.both).then(|| {
            format!(
                "in {} of {} rows quantity times price is not the line's total, such as {}: the \
                 price is taken as that of one unit, and the total is not used",
                grouped(self.differ),
                grouped(self.both),
                self.first
            )
        })
    }
}
