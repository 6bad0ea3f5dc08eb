//! Owns a list of changes that readers go through by a cursor, and what of it has been read.
//! Must not know readers.

use std::collections::VecDeque;

/// Changes in order; a reader's cursor is a place among all that there ever were.
#[derive(Debug)]
pub(super) struct Feed<T> {
    first: u64,
    entries: VecDeque<T>,
}

impl<T> Default for Feed<T> {
    fn default() -> Feed<T> {
        Feed { first: 0, entries: VecDeque::new() }
    }
}

impl<T> Feed<T> {
    /// The cursor of a reader that has read everything.
    pub(super) fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// How many are kept.
    pub(super) fn kept(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn push(&mut self, entry: T) {
        self.entries.push_back(entry);
    }

    /// What follows a cursor, and the cursor behind it.
    pub(super) fn page(&self, after: u64, limit: u32) -> (impl Iterator<Item = &T>, u64) {
        let from = after.clamp(self.first, self.end());
        let until = from.saturating_add(u64::from(limit)).min(self.end());
        let place = |cursor: u64| (cursor - self.first) as usize;
        (self.entries.range(place(from)..place(until)), until)
    }

    /// Nobody will ask for what lies before the cursor.
    pub(super) fn read_up_to(&mut self, cursor: u64) {
        let read = cursor.clamp(self.first, self.end()) - self.first;
        self.entries.drain(..read as usize);
        self.first += read;
    }

    /// What is kept.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_behind_reads_what_there_is_and_cursors_stay() {
        let mut feed = Feed::default();
        (0..10).for_each(|entry| feed.push(entry));
        let read = |feed: &Feed<i32>, after, limit| {
            let (page, cursor) = feed.page(after, limit);
            (page.copied().collect::<Vec<_>>(), cursor)
        };
        assert_eq!(read(&feed, 2, 3), (vec![2, 3, 4], 5));
        feed.read_up_to(7);
        assert_eq!((feed.end(), feed.kept()), (10, 3));
        assert_eq!(read(&feed, 8, u32::MAX), (vec![8, 9], 10));
        assert_eq!(read(&feed, 2, 1), (vec![7], 8));
        assert_eq!(read(&feed, u64::MAX, 1), (vec![], 10));
        feed.read_up_to(3);
        feed.read_up_to(u64::MAX);
        assert_eq!((feed.end(), feed.kept(), feed.iter().count()), (10, 0, 0));
    }
}
