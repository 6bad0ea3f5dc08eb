//! Owns what many afternoons say: replications of one plan, and experiments on it.
//! Must not know how results are shown (`report`, `cli`). Start at [`replicate()`].

pub mod advise;
pub mod afternoon;
pub mod bench;
pub mod chance;
pub mod differ;
pub mod each;
pub mod estimate;
pub mod headroom;
pub mod interval;
pub mod levers;
pub mod looks;
pub mod outcome;
pub mod pooled;
pub mod preview;
pub mod replicate;
pub mod ways;

pub use afternoon::Afternoon;
pub use outcome::StudyOutcome;
pub use replicate::{Replications, replicate};
