//! Owns what makes time pass: an agenda of events in virtual time, or a clock and sockets.
//! Must not know what a history means; it is handed a record to write to and never judges.

mod calendar;
mod estate;
pub mod hand;
#[cfg(feature = "live")]
pub mod live;
pub mod script;
pub mod simulated;
mod systems;
#[cfg(test)]
pub(crate) mod testing;
