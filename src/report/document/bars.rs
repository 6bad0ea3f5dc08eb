//! Owns bars over one axis of named stretches: when something happened in the first of many, in
//! the middle one, in the last. Must not know what happened.

/// Bars, one below the other.
pub(in crate::report) struct Bars {
    /// What they say.
    pub caption: String,
    /// How they are drawn: for whoever sees them.
    pub drawn: &'static str,
    /// What stands over names, numbers and words.
    pub head: [&'static str; 3],
    /// The axis.
    pub stretches: Vec<Stretch>,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// A stretch of the axis, in thousandths of it.
pub(in crate::report) struct Stretch {
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub from: u64,
    /// Where it ends.
    pub until: u64,
}

/// A bar.
pub(in crate::report) struct Bar {
    /// What it is of.
    pub name: String,
    /// A number of it.
    pub number: String,
    /// The same in words.
    pub said: String,
    /// The first, the middle one and the last, in thousandths of the axis; none: it never happened.
    pub reach: Option<[u64; 3]>,
}

impl Stretch {
    /// How wide it is.
    pub(in crate::report) fn width(&self) -> u64 {
        self.until.saturating_sub(self.from)
    }
}
