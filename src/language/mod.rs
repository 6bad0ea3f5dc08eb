//! Owns reading what people write by hand: YAML as a tree of places, groups of keys, values with
//! their units, everything that is wrong at once.
//! Must not know what any file means: a scenario, a profile, a drill each say that in their rooms.
//!
//! A text becomes a tree whose nodes know their place (`tree`), and typed decoders read the tree
//! group by group (`map`, `scalar`, `law`): `map.required("lasts", lasting)`. serde is not used
//! here: it stops at the first error and its enums lose their place, while a person who corrects a
//! file wants everything that is wrong at once, each with its line, what is expected, and what was
//! probably meant.

mod example;
pub(crate) mod law;
pub(crate) mod map;
pub(crate) mod number;
pub mod path;
pub(crate) mod problem;
pub(crate) mod scalar;
pub(crate) mod text;
pub(crate) mod tree;

#[cfg(test)]
pub(crate) mod schema_check;

pub use problem::Problems;

/// A language of groups of keys: what its files are called, and what they may say.
#[derive(Debug)]
pub(crate) struct Grammar {
    /// What a file is called, which is also the section of its outermost keys: `scenario`.
    pub(crate) kind: &'static str,
    /// The JSON Schema, whose examples are shown beside what is wrong.
    pub(crate) schema: &'static str,
    /// How such a file begins.
    pub(crate) first: &'static str,
    /// Where one to start from is found.
    pub(crate) starts_from: &'static str,
}
