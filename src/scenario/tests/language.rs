//! Holds schema and handbook to the language.
