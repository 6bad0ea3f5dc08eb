//! Owns what a rule keeps of the lists that it meets: a page of each, and where each ended when.
//! Must not know what is done with it.

use std::collections::VecDeque;

use crate::commerce::protocol::{ChannelReply, OmsReply, Reply, Role, SourceNotice};
use crate::commerce::spoken::Spoken;
use crate::ids::OrderId;
use crate::units::{At, Span};

/// How often at most a rule notes where a list ends, in the time that it is behind.
const NOTES: u64 = 1_024;

/// Which page of whose list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageAsked {
    /// Whose.
    pub of: Role,
    /// The cursor it begins behind.
    pub after: u64,
    /// Where the list ends now: the cursor of whoever has read all of it.
    pub end: u64,
}

/// What a rule keeps of pages.
#[derive(Debug, Default)]
pub(super) struct PagesKept {
    /// Where lists ended when they were last looked at, the oldest first.
    ends: Vec<(Role, VecDeque<(At, u64)>)>,
    /// The page before, by whose it is.
    before: Vec<(Role, Reply)>,
    /// The orders of the page that was told again last, which may be on its way, likewise.
    again: Vec<(Role, Vec<OrderId>)>,
}

impl PagesKept {
    /// Where a list ended so long ago, as far as is known: at the last look that is so old, else at
    /// the first.
    pub(super) fn end(&mut self, now: At, asked: PageAsked, behind: Span) -> u64 {
        let place = self.ends.iter().position(|(of, _)| *of == asked.of).unwrap_or_else(|| {
            self.ends.push((asked.of, VecDeque::new()));
            self.ends.len() - 1
        });
        let ends = &mut self.ends[place].1;
        if ends.back().is_none_or(|(at, _)| now.since(*at).0 >= behind.0.div_ceil(NOTES)) {
            ends.push_back((now, asked.end));
        }
        while ends.get(1).is_some_and(|(at, _)| now.since(*at) >= behind) {
            ends.pop_front();
        }
        ends.front().map_or(asked.end, |(_, end)| *end)
    }

    /// How many looks are remembered.
    #[cfg(test)]
    pub(super) fn looks(&self) -> usize {
        self.ends.iter().map(|(_, ends)| ends.len()).sum()
    }

    /// Keeps a page as the last of its list; leaves the one before.
    pub(super) fn turn(&mut self, of: Role, page: Reply) -> Option<Reply> {
        let Some((_, kept)) = self.before.iter_mut().find(|(whose, _)| *whose == of) else {
            self.before.push((of, page));
            return None;
        };
        let before = std::mem::replace(kept, page);
        self.again.retain(|(whose, _)| *whose != of);
        self.again.push((of, about(&before).collect()));
        Some(before)
    }

    /// Begins anew, whatever is on its way.
    pub(super) fn begin_anew(&mut self) {
        self.ends.clear();
        self.before.clear();
    }

    /// Says of which orders may be read again: of a page that may be told again, or was just now.
    pub(super) fn speak(&mut self, is_over: bool, spoken: &mut Spoken) {
        self.before.iter().flat_map(|(_, page)| about(page)).for_each(|order| spoken.note(order));
        self.again.iter().flat_map(|(_, all)| all).for_each(|order| spoken.note(*order));
        if is_over {
            self.again.clear();
        }
    }
}

/// The orders that a page speaks of.
fn about(page: &Reply) -> Box<dyn Iterator<Item = OrderId> + '_> {
    match page {
        Reply::Channel(ChannelReply::Orders { page, .. }) => {
            Box::new(page.iter().map(|notice| notice.order))
        }
        Reply::Oms(OmsReply::Changes { page, .. }) => {
            Box::new(page.iter().filter_map(SourceNotice::about))
        }
        Reply::Channel(_) | Reply::Oms(_) => Box::new(std::iter::empty()),
    }
}
