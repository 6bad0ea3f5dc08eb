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

/// A function for each kind of column.
macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident: $kind:ident;)*) => {
        $($(#[$doc])*
        pub(super) fn $name<R>(
            name: &'static str,
            meaning: &'static str,
            cell: fn(&R) -> Cell<'_>,
        ) -> Column<R> {
            Column { name, kind: Kind::$kind, meaning, cell }
        })*
    };
}

columns! {
    /// A column of whole numbers.
    int: Int;
    /// A column of words.
    text: Text;
    /// A column of amounts.
    money: Money;
    /// A column of yes and no.
    flag: Flag;
}

/// What a value is in a cell.
macro_rules! cells {
    ($($from:ty: |$value:ident| $cell:expr;)*) => {
        $(impl From<$from> for Cell<'_> {
            fn from($value: $from) -> Self {
                $cell
            }
        })*
    };
}

cells! {
    // Readers of tables have no unsigned arithmetic that ends well; nothing we name by a number
    // reaches 2^63.
    u64: |n| Cell::Int(i64::try_from(n).unwrap_or(i64::MAX));
    u32: |n| Cell::Int(i64::from(n));
    u16: |n| Cell::Int(i64::from(n));
    i32: |n| Cell::Int(i64::from(n));
    Qty: |qty| Cell::Int(qty.0);
    At: |at| if at == At::NEVER { Cell::Empty } else { Cell::from(at.0) };
    Money: |money| Cell::Money(money.0);
    bool: |yes| Cell::Flag(yes);
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
