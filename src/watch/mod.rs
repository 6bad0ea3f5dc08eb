//! Owns the hands that look at a run's judgement while it is played.
//! Must not know terminals, signals, nor how a run is played.

mod alarmed;
mod alerts;
mod onlooker;
mod standing;
mod stillness;
mod watching;

pub use alarmed::{Alarmed, AlertHand};
pub use alerts::Alerts;
pub use onlooker::{Onlooker, Screen};
pub use standing::RunStanding;
pub use stillness::Stillness;
pub use watching::Watching;
