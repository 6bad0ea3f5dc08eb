//! Owns why a live run cannot go on. Must not know how it is played.

use std::io;

use super::descriptors::TooFew;
use crate::history::writer::WriterError;
use crate::wire::call::EndpointError;
use crate::wire::listen::OpenError;

/// Why a live run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// An address cannot be listened on.
    #[error("cannot start `{name}`: {source}")]
    Open {
        /// Whose, as the scenario names it.
        name: String,
        /// Which one, and why.
        source: OpenError,
    },
    /// An address cannot be called.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The system allows too few open files.
    #[error(transparent)]
    Descriptors(#[from] TooFew),
    /// The system's timers failed.
    #[error("cannot keep time: {0}")]
    Time(#[from] io::Error),
    /// The history cannot be written.
    #[error(transparent)]
    History(#[from] WriterError),
}
