//! Owns when an estate's machines forget orders, and which: those that nobody can ask for.
//! Must not know what they keep of an order.
//!
//! Whoever asks for an order does so because of something under way that speaks of it: a payment
//! that is waited for, a change of mind that is planned, a call, a notice, a task, a change that a
//! reader has not read. So what none of these speaks of is never asked for again, by whatever way
//! the campaign goes on. All machines are held while that is found out: nothing is between them.

use super::cell::Cell;
use super::{Cells, Estate};
use crate::commerce::spoken::Spoken;
use crate::ids::ChannelId;
use crate::units::At;

/// Fewer orders than this are kept without a look.
const KEPT_MIN: usize = 2_048;

/// How many orders may be kept before the next look.
#[derive(Debug)]
pub(super) struct Patience(usize);

impl Default for Patience {
    fn default() -> Patience {
        Patience(KEPT_MIN)
    }
}

impl<C: Cells> Estate<C> {
    /// Forgets what nobody can ask for, once twice as much is kept as had to be: so that looks cost
    /// each order the same, however many there are.
    pub(in crate::drive) fn forget_when_many(&self, now: At) {
        // Whoever stands in for a connector may ask for anything.
        if self.played().next().is_some()
            && self.kept() >= self.patience.with(|patience| patience.0)
        {
            self.forget(now);
            let kept = self.kept();
            self.patience.with(|patience| patience.0 = 2 * kept + KEPT_MIN);
        }
    }

    fn kept(&self) -> usize {
        let channels = self.channels.iter().map(|machine| machine.with(|m| m.kept()));
        channels.sum::<usize>() + self.oms.with(|oms| oms.kept())
    }

    /// Forgets every order of which nothing speaks.
    pub(in crate::drive) fn forget(&self, now: At) {
        let mut channels: Vec<_> = self.channels.iter().map(Cell::hold).collect();
        let mut oms = self.oms.hold();
        let mut connectors: Vec<_> = self.played().map(Cell::hold).collect();
        let mut books = self.books.hold();
        books.comes_no_more(now);
        let mut spoken = Spoken::default();
        books.noticed().for_each(|order| spoken.note(order));
        for (place, channel) in channels.iter_mut().enumerate() {
            let id = ChannelId(place as u16);
            let read = connectors.iter().filter_map(|reader| reader.has_read(id)).min();
            channel.read_up_to(read.unwrap_or(u64::MAX));
            channel.speak(|intent| books.is_called_for(intent), &mut spoken);
        }
        let read = connectors.iter().filter_map(|reader| reader.has_read_source()).min();
        oms.read_up_to(read.unwrap_or(u64::MAX));
        oms.speak(&mut spoken);
        for connector in &connectors {
            connector.speak(&mut spoken);
        }
        if let Some(rules) = &self.rules {
            rules.with(|rules| rules.speak(&mut spoken));
        }
        for channel in &mut channels {
            channel.forget(&spoken, |intent| books.is_unknown(intent));
        }
        oms.forget(&spoken);
        for connector in &mut connectors {
            connector.forget(&spoken);
        }
    }

    /// Lets so many orders be kept before the next look.
    #[cfg(test)]
    pub(in crate::drive) fn may_keep(&self, many: usize) {
        self.patience.with(|patience| patience.0 = many);
    }

    /// Orders and changes that its machines keep.
    #[cfg(test)]
    pub(in crate::drive) fn remembers(&self) -> usize {
        let connectors = self.played().map(|machine| machine.with(|m| m.kept()));
        self.kept() + connectors.sum::<usize>()
    }
}
