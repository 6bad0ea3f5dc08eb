//! Owns what many afternoons say: replications of one plan, and experiments on it.
//! Must not know how results are shown (`report`, `cli`). Start at [`replicate()`].

pub mod afternoon;
pub mod interval;
pub mod outcome;
pub mod replicate;

pub use afternoon::Afternoon;
pub use outcome::Outcome;
pub use replicate::{Replications, replicate};
