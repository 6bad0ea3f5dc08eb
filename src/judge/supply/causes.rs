//! Owns why units were oversold, and what became of the update that would have told the channel.
//! Must not know what was really there (`supply`): it is told.

use super::{Repeated, Supplies};
use crate::history::fact::CallOutcome;
use crate::ids::{ChannelId, SkuId, Version};
use crate::judge::bundled::Part;
use crate::units::Qty;

/// What became of the newest update of a shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Push {
    Carried,
    Throttled,
    Rejected,
    Waiting,
}

/// What the source believes of a SKU, as far as its ledger is known.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::judge) struct Belief {
    /// Available and its version, once the ledger spoke.
    pub(in crate::judge) available: Option<(Qty, Version)>,
    /// The ledger has broken its own law.
    pub(in crate::judge) broken: bool,
}

/// Units of a line that were not there: of `left`, `oversold` were too many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Short {
    pub(super) left: Qty,
    pub(super) oversold: Qty,
}

impl Supplies {
    /// What became of an update of a shelf.
    pub(in crate::judge) fn pushed(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        version: Version,
        outcome: CallOutcome,
    ) {
        let push = match outcome {
            CallOutcome::Done => Push::Carried,
            CallOutcome::Throttled => Push::Throttled,
            CallOutcome::Rejected => Push::Rejected,
            CallOutcome::Unavailable | CallOutcome::Unknown => Push::Waiting,
        };
        self.put_push(channel, sku, version, push);
    }

    /// A connector gave an update up.
    pub(in crate::judge) fn given_up(&mut self, channel: ChannelId, sku: SkuId, version: Version) {
        self.put_push(channel, sku, version, Push::Rejected);
    }

    /// Splits oversold units by cause, one step (docs/measures.md): with a = what is left, b what
    /// the source's ledger would let the channel offer, c what it did offer, each at least the
    /// one before, the parts of q between a and b waited for a reservation, between b and c for
    /// the sync, beyond c nothing could have told the channel. Answers the part of the sync.
    pub(super) fn blame(
        &mut self,
        channel: ChannelId,
        part: &Part,
        short: Short,
        repeated: Repeated,
        belief: Belief,
    ) -> Qty {
        let held_by = self.held_by(channel, part.number, belief);
        let causes = &mut self.causes;
        if repeated == Repeated::Intent {
            causes.duplicate += short.oversold;
            return Qty::ZERO;
        }
        if belief.broken {
            causes.lost_update += short.oversold;
            return Qty::ZERO;
        }
        let Some((available, _)) = belief.available else {
            causes.unexplained += short.oversold;
            return Qty::ZERO;
        };
        let q = part.line.qty;
        let a = short.left.max(Qty::ZERO);
        let rule = self.rules.of(channel);
        let kept = rule.leaves(available);
        let b = a.max(Qty(kept.0.saturating_mul(part.count)));
        // Told in time, what shows no quantity sells any number while it is in, and none else.
        let c = match (rule.in_or_out, kept > Qty::ZERO) {
            (false, _) => b.max(part.line.offered),
            (true, true) => b,
            (true, false) => b.max(q),
        };
        causes.reservation_gap += q.min(b) - q.min(a);
        let lag = q.min(c) - q.min(b);
        match held_by {
            Some(Push::Throttled) => causes.lag_throttle += lag,
            Some(Push::Rejected) => causes.lag_rejected += lag,
            Some(Push::Carried) => causes.lag_unapplied += lag,
            Some(Push::Waiting) | None => causes.lag_queue += lag,
        }
        causes.channel_race += q - q.min(c);
        lag
    }

    /// What holds the newest level back; a carried update counts when it was the newest.
    fn held_by(&self, channel: ChannelId, sku: SkuId, belief: Belief) -> Option<Push> {
        let (version, push) = self.pasts[self.cell(channel, sku)].push?;
        let (_, needed) = belief.available?;
        (push != Push::Carried || version >= needed).then_some(push)
    }

    fn put_push(&mut self, channel: ChannelId, sku: SkuId, version: Version, push: Push) {
        self.grow(sku);
        let cell = self.cell(channel, sku);
        let known = &mut self.pasts[cell].push;
        if known.is_none_or(|(newest, _)| version >= newest) {
            *known = Some((version, push));
        }
    }
}
