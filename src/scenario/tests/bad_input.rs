//! What is said of bad input.
