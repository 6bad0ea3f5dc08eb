//! Owns order numbers that begin anew, as a till's do every day: one number, several orders.
//! Must not know what the orders hold.

use jiff::civil::Date;

use super::grouped;
use crate::wrong::Wrong;

/// One order in so many may have lines of another day.
const CHANCE_PARTS: u64 = 20;

/// Fewer say nothing.
const ORDERS_MIN: u64 = 3;

/// Numbers that have lines bought on several days.
#[derive(Clone, Debug, Default)]
pub(crate) struct Anew {
    orders: u64,
    /// The first: its line, the day before and its own.
    first: Option<(u64, Date, Date)>,
}

impl Anew {
    pub(super) fn hear(&mut self, line: u64, before: Date, day: Date) {
        self.orders += 1;
        self.first.get_or_insert((line, before, day));
    }

    /// What is to be asked.
    pub(super) fn question(&self, file: &str, all: u64) -> Option<Wrong> {
        let (line, before, day) = self.first?;
        if self.orders < ORDERS_MIN || self.orders * CHANCE_PARTS <= all {
            return None;
        }
        let wrong = Wrong::new(format!(
            "`{file}`: {} of {} order numbers stand on several days, such as that of line {line} \
             ({before} and {day})",
            grouped(self.orders),
            grouped(all)
        ));
        let wrong = wrong.expected(format!("one day of it, as `day: {day}`"));
        Some(wrong.hint(
            "if the numbers begin anew every day, one number is several orders: take one day, or \
             put the day before the number in the file",
        ))
    }
}
