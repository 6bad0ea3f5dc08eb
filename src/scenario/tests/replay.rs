//! Replayed logs.
