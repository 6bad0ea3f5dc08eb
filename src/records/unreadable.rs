//! Owns the rows of a file that could not be read: how many, and the first few in words.
//! Must not know what was wrong with them.

/// Rows that could not be read: how many, and the first few of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unreadable {
    pub(crate) count: u64,
    first: Vec<String>,
}

impl Unreadable {
    /// Counts a row, or the rows that it stands for.
    pub(crate) fn add(&mut self, line: u64, weight: u64, why: &str) {
        self.count += weight;
        if self.first.len() < 3 {
            let rows =
                if weight > 1 { format!(" to {}", line + weight - 1) } else { String::new() };
            self.first.push(format!("line {line}{rows}: {why}"));
        }
    }

    /// The first few, in words.
    pub(crate) fn examples(&self) -> String {
        self.first.join("; ")
    }
}
