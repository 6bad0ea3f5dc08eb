//! Owns order numbers that stand for several orders: begun anew every day as a till's are, or
//! counted by several shops of which no column speaks.
//! Must not know what the orders hold.

use jiff::civil::{Date, DateTime};

use super::columns::ColumnRole;
use super::grouped;
use super::mapping::{Day, Mapping};
use crate::wrong::Wrong;

/// One order in so many may have lines of another day, or that came later.
const CHANCE_PARTS: u64 = 20;

/// Fewer say nothing.
const ORDERS_MIN: u64 = 3;

/// Lines of one order are written within so many minutes, whatever stands between them.
const MINUTES_MAX: i32 = 5;

/// What a row with the number of an earlier one says of when and by whom it was bought.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bought {
    pub(super) at: DateTime,
    pub(super) minute: i32,
    /// Zero where nobody is named.
    pub(super) buyer: u32,
    /// The row above is of the same order.
    pub(super) adjoins: bool,
}

/// The first time and buyer of an order, and whether it was counted here.
#[derive(Clone, Copy, Debug)]
pub(super) struct First {
    pub(super) day: Date,
    minute: i32,
    buyer: u32,
    counted: bool,
}

impl First {
    pub(super) fn of(bought: Bought) -> First {
        let Bought { at, minute, buyer, .. } = bought;
        First { day: at.date(), minute, buyer, counted: false }
    }

    fn is_by_another(self, row: Bought) -> bool {
        self.buyer != 0 && row.buyer != 0 && self.buyer != row.buyer
    }

    fn is_apart_from(self, row: Bought) -> bool {
        !row.adjoins && (self.minute - row.minute).abs() > MINUTES_MAX
    }
}

/// Numbers that were bought under more than once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Anew {
    days: Numbers,
    shops: Numbers,
}

/// So many, and the first: its line, and how its rows differ.
#[derive(Clone, Debug, Default)]
struct Numbers {
    orders: u64,
    first: Option<(u64, String, Option<Date>)>,
}

impl Numbers {
    fn hear(&mut self, line: u64, how: impl FnOnce() -> String, day: Option<Date>) {
        self.orders += 1;
        if self.first.is_none() {
            self.first = Some((line, how(), day));
        }
    }

    fn are_many(&self, all: u64) -> bool {
        self.orders >= ORDERS_MIN && self.orders * CHANCE_PARTS > all
    }
}

impl Anew {
    /// Takes a row into account whose number was bought under before.
    pub(super) fn hear(&mut self, line: u64, first: &mut First, row: Bought) {
        let (before, day) = (first.day, row.at.date());
        first.day = before.min(day);
        if std::mem::replace(&mut first.counted, true) {
            return;
        }
        if before != day {
            self.days.hear(line, || format!("{before} and {day}"), Some(day));
        } else if first.is_by_another(row) {
            self.shops.hear(line, || "two buyers".to_owned(), None);
        } else if first.is_apart_from(row) {
            let minutes = (row.minute - first.minute).unsigned_abs();
            let how = || format!("{minutes} min apart, with other orders between them");
            self.shops.hear(line, how, None);
        } else {
            first.counted = false;
        }
    }

    /// What is to be asked.
    pub(super) fn question(&self, mapping: &Mapping, all: u64) -> Option<Wrong> {
        let file = &mapping.source.file;
        let says = |numbers: &Numbers, how: &str| {
            let (line, words, _) = numbers.first.as_ref()?;
            Some(Wrong::new(format!(
                "`{file}`: {} of {} order numbers stand {how}, such as that of line {line} \
                 ({words})",
                grouped(numbers.orders),
                grouped(all)
            )))
        };
        // Numbers of one day are apart.
        let one_day = matches!(mapping.day, Some(Day::On(_)));
        if self.days.are_many(all) && !one_day {
            let day = self.days.first.as_ref().and_then(|(.., day)| *day)?;
            let wrong = says(&self.days, "on several days")?;
            return Some(wrong.expected(format!("one day of it, as `day: {day}`")).hint(
                "if the numbers begin anew every day, one number is several orders: take one day, \
                 or put the day before the number in the file",
            ));
        }
        let settled = mapping.columns.of(ColumnRole::Channel).is_some();
        if self.shops.are_many(all) && !settled {
            let wrong = says(&self.shops, "in rows that are hardly one order")?;
            let wrong = wrong.expected(
                "the column that says the shop or channel, as `columns: { channel: … }`, or \
                 `columns: { channel: none }` if one number is one order",
            );
            return Some(wrong.hint(
                "several shops may each count their own orders: put the shop before the number in \
                 the file",
            ));
        }
        None
    }
}
