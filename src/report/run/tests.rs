//! Tests of what is read of a run: on its page, in its comment, in a terminal.

mod actions;
mod comment;
mod faults;
mod page;
mod screen;
