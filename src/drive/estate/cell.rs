//! Owns what keeps a machine from being asked twice at a time. Must not know machines.

use std::cell::RefCell;
use std::ops::DerefMut;

use parking_lot::Mutex;

/// Where one thing lies that is used by one at a time.
pub(in crate::drive) trait Cell<T> {
    /// Puts it there.
    fn new(thing: T) -> Self;
    /// Takes it, for as long as what is given back lives. Never within another use of the cell.
    fn hold(&self) -> impl DerefMut<Target = T>;
    /// Uses it. Never from within another use of the same cell.
    #[inline]
    fn with<R>(&self, uses: impl FnOnce(&mut T) -> R) -> R {
        uses(&mut self.hold())
    }
}

/// A kind of cells.
pub(in crate::drive) trait Cells {
    /// The cell of a `T`.
    type Of<T>: Cell<T>;
}

/// For one thread: virtual time.
pub(in crate::drive) struct Alone;

impl Cells for Alone {
    type Of<T> = RefCell<T>;
}

/// For many: a live run.
pub(in crate::drive) struct Shared;

impl Cells for Shared {
    type Of<T> = Mutex<T>;
}

impl<T> Cell<T> for RefCell<T> {
    fn new(thing: T) -> Self {
        RefCell::new(thing)
    }

    #[inline]
    fn hold(&self) -> impl DerefMut<Target = T> {
        self.borrow_mut()
    }
}

impl<T> Cell<T> for Mutex<T> {
    fn new(thing: T) -> Self {
        Mutex::new(thing)
    }

    #[inline]
    fn hold(&self) -> impl DerefMut<Target = T> {
        self.lock()
    }
}
