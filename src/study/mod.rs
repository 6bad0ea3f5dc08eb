//! Owns what many replications say: replications of one plan, and experiments on it.
//! Must not know how results are shown (`report`, `cli`). Start at [`replicate()`].

pub mod advise;
pub mod bench;
pub mod chance;
pub mod differ;
pub mod each;
pub mod estimate;
pub mod headroom;
pub mod helped;
pub mod interval;
pub mod levers;
pub mod looks;
pub mod outcome;
pub mod pooled;
pub mod preview;
pub mod remedies;
pub mod replicate;
pub mod replication;
pub mod ways;

pub use outcome::StudyOutcome;
pub use replicate::{Replicated, replicate};
pub use replication::Replication;
