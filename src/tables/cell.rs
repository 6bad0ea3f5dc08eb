//! Owns what a table is made of: columns with their meaning, and cells.
//! Must not know any table, nor how cells are written.

use crate::units::{At, Money, Qty};

/// What a column holds; any cell may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number.
    Int,
    /// An amount of the campaign's currency, with its decimals.
    Money,
    /// Words.
    Text,
    /// Yes or no.
    Flag,
}

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    Empty,
    Int(i64),
    Money(i64),
    Text(&'a str),
    Flag(bool),
}

/// A column of a table of `R`s.
pub(super) struct Column<R> {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "docs/results.md explains columns; a test holds it to this")
    )]
    pub(super) meaning: &'static str,
    pub(super) cell: fn(&R) -> Cell<'_>,
}

/// A column of whole numbers.
pub(super) fn int<R>(
    name: &'static str,
    meaning: &'static str,
    cell: fn(&R) -> Cell<'_>,
) -> Column<R> {
    Column { name, kind: Kind::Int, meaning, cell }
}

/// A column of words.
pub(super) fn text<R>(
    name: &'static str,
    meaning: &'static str,
    cell: fn(&R) -> Cell<'_>,
) -> Column<R> {
    Column { name, kind: Kind::Text, meaning, cell }
}

/// A column of amounts.
pub(super) fn money<R>(
    name: &'static str,
    meaning: &'static str,
    cell: fn(&R) -> Cell<'_>,
) -> Column<R> {
    Column { name, kind: Kind::Money, meaning, cell }
}

/// A column of yes and no.
pub(super) fn flag<R>(
    name: &'static str,
    meaning: &'static str,
    cell: fn(&R) -> Cell<'_>,
) -> Column<R> {
    Column { name, kind: Kind::Flag, meaning, cell }
}

impl From<u64> for Cell<'_> {
    /// Readers of tables have no unsigned arithmetic that ends well; nothing we name by a number
    /// reaches 2^63.
    fn from(n: u64) -> Self {
        Cell::Int(i64::try_from(n).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Cell<'_> {
    fn from(n: u32) -> Self {
        Cell::Int(i64::from(n))
    }
}

impl From<u16> for Cell<'_> {
    fn from(n: u16) -> Self {
        Cell::Int(i64::from(n))
    }
}

impl From<Qty> for Cell<'_> {
    fn from(qty: Qty) -> Self {
        Cell::Int(qty.0)
    }
}

impl From<At> for Cell<'_> {
    fn from(at: At) -> Self {
        if at == At::NEVER { Cell::Empty } else { Cell::from(at.0) }
    }
}

impl From<Money> for Cell<'_> {
    fn from(money: Money) -> Self {
        Cell::Money(money.0)
    }
}

impl From<bool> for Cell<'_> {
    fn from(yes: bool) -> Self {
        Cell::Flag(yes)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(text)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}
