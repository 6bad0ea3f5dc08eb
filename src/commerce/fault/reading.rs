//! Owns the family of faults of reads: entries left out, a page that comes again, a list as it
//! stood before. Must not know who reads, nor what is kept of earlier reads (`pages`).

use super::pages::PageAsked;
use super::rule::{Asking, Rule};
use super::{FaultEffect, FaultRules};
use crate::commerce::protocol::{ChannelReply, OmsReply, OrderNotice, Reply, Role, SourceNotice};
use crate::ids::{FaultId, OrderId, SkuId};
use crate::rng::mix;
use crate::units::{At, Span};

/// A reply that may be a page of a list.
pub trait Listing: Clone {
    /// What is listed.
    type Entry: ListedEntry;

    /// What it lists; none where it is no page.
    fn page(&mut self) -> Option<Page<'_, Self::Entry>>;
    /// The same as any system's reply.
    fn kept(self) -> Reply;
    /// The reply that was kept; none: another system's.
    fn of_kept(kept: Reply) -> Option<Self>;
}

/// A page as it may be changed.
pub struct Page<'a, E> {
    /// What it lists, one for each step of the cursor.
    pub entries: &'a mut Vec<E>,
    /// The cursor behind it.
    pub cursor: &'a mut u64,
    /// There is more.
    pub more: &'a mut bool,
}

/// What a page lists.
pub trait ListedEntry: Clone {
    /// What its draws are keyed by.
    fn thing(&self) -> u64;
    /// Whether it is about such a SKU.
    fn is_about(&self, is: &dyn Fn(SkuId) -> bool) -> bool;
}

impl Rule {
    /// Leaves entries out, one by one.
    fn skips<E: ListedEntry>(&mut self, asking: Asking, page: &mut Vec<E>) {
        page.retain(|entry| {
            let its = match &self.terms.skus {
                Some(skus) => entry.is_about(&|sku| skus.binary_search(&sku).is_ok()),
                None => true,
            };
            let skips = its && self.hits_left() && self.draws(asking, mix(12, entry.thing()));
            self.hits += u64::from(skips);
            !skips
        });
    }

    /// Puts the page before in front of a page.
    fn repeats<R: Listing>(&mut self, asking: Asking, asked: PageAsked, reply: &mut R) {
        let is_empty = reply.page().is_none_or(|page| page.entries.is_empty());
        if is_empty {
            return;
        }
        let before = self.pages.turn(asked.of, reply.clone().kept()).and_then(R::of_kept);
        let Some(mut before) = before else { return };
        let thing = mix(13, mix(of_role(asked.of), asked.after));
        if let (Some(before), Some(page)) = (before.page(), reply.page())
            && self.hits_left()
            && self.draws(asking, thing)
        {
            self.hits += 1;
            page.entries.splice(0..0, before.entries.drain(..));
        }
    }

    /// Leaves off what was not listed so long ago.
    fn is_behind<E>(
        &mut self,
        asking: Asking,
        asked: PageAsked,
        by: Span,
        Page { entries, cursor, more }: Page<'_, E>,
    ) {
        let end = self.pages.end(asking.now, asked, by).max(asked.after);
        let thing = mix(14, mix(of_role(asked.of), asked.after));
        let newer = cursor.saturating_sub(end);
        if newer == 0 || !self.hits_left() || !self.draws(asking, thing) {
            return;
        }
        self.hits += 1;
        let left = entries.len().saturating_sub(newer as usize);
        entries.truncate(left);
        (*cursor, *more) = (end, false);
    }
}

impl FaultRules {
    /// What the rule that has spoken makes of the answer to a read.
    pub fn on_read<R: Listing>(
        &mut self,
        fault: FaultId,
        now: At,
        asked: PageAsked,
        reply: &mut R,
    ) {
        let asking = Asking { now, draws: self.draws };
        let Some(rule) = self.rules.get_mut(fault.index()) else { return };
        match (&rule.terms.does, reply.page()) {
            (FaultEffect::SkipsEntries, Some(page)) => rule.skips(asking, page.entries),
            (FaultEffect::StaleReads(by), Some(page)) => {
                let by = *by;
                rule.is_behind(asking, asked, by, page);
            }
            (FaultEffect::RepeatsPages, Some(_)) => rule.repeats(asking, asked, reply),
            _ => {}
        }
    }
}

fn of_role(role: Role) -> u64 {
    match role {
        Role::Channel(id) => u64::from(id.0) + 2,
        Role::Oms => 0,
        Role::Connector(_) => 1,
    }
}

fn of_order(order: OrderId) -> u64 {
    mix(u64::from(order.channel.0), order.number)
}

impl Listing for ChannelReply {
    type Entry = OrderNotice;

    fn page(&mut self) -> Option<Page<'_, OrderNotice>> {
        match self {
            ChannelReply::Orders { page, cursor, more } => {
                Some(Page { entries: page, cursor, more })
            }
            _ => None,
        }
    }

    fn kept(self) -> Reply {
        Reply::Channel(self)
    }

    fn of_kept(kept: Reply) -> Option<ChannelReply> {
        match kept {
            Reply::Channel(reply) => Some(reply),
            Reply::Oms(_) => None,
        }
    }
}

impl Listing for OmsReply {
    type Entry = SourceNotice;

    fn page(&mut self) -> Option<Page<'_, SourceNotice>> {
        match self {
            OmsReply::Changes { page, cursor, more } => Some(Page { entries: page, cursor, more }),
            _ => None,
        }
    }

    fn kept(self) -> Reply {
        Reply::Oms(self)
    }

    fn of_kept(kept: Reply) -> Option<OmsReply> {
        match kept {
            Reply::Oms(reply) => Some(reply),
            Reply::Channel(_) => None,
        }
    }
}

impl ListedEntry for OrderNotice {
    fn thing(&self) -> u64 {
        of_order(self.order)
    }

    fn is_about(&self, is: &dyn Fn(SkuId) -> bool) -> bool {
        self.lines.iter().any(|line| is(line.sku))
    }
}

impl ListedEntry for SourceNotice {
    fn thing(&self) -> u64 {
        super::passing::of_change(self).0
    }

    fn is_about(&self, is: &dyn Fn(SkuId) -> bool) -> bool {
        super::passing::of_change(self).1.any(is)
    }
}
