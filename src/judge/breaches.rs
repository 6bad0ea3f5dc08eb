//! Owns the tally of breaches of one invariant. Must not know what the invariant is.

use super::judgement::Witness;
use crate::ids::{ChannelId, OrderId};
use crate::units::{Money, Qty};

/// How often an invariant was checked and broken, by whom first, and what it cost.
#[derive(Clone, Debug)]
pub(super) struct Breaches {
    pub(super) definite: u64,
    /// Things checked.
    pub(super) checked: u64,
    pub(super) units: Qty,
    pub(super) money: Money,
    pub(super) first: Option<Witness>,
    pub(super) first_order: Option<OrderId>,
    pub(super) by_channel: Vec<u64>,
}

impl Breaches {
    pub(super) fn new(channels: usize) -> Breaches {
        Breaches {
            definite: 0,
            checked: 0,
            units: Qty::ZERO,
            money: Money::ZERO,
            first: None,
            first_order: None,
            by_channel: vec![0; channels],
        }
    }

    pub(super) fn note(
        &mut self,
        witness: Witness,
        channel: Option<ChannelId>,
        order: Option<OrderId>,
        units: Qty,
        money: Money,
    ) {
        self.definite += 1;
        self.units += units;
        self.money += money;
        if let Some(channel) = channel {
            self.by_channel[channel.index()] += 1;
        }
        // Facts are eaten in order, but what is found at the end may be older than what was noted.
        if self.first.is_none_or(|first| witness.seq < first.seq) {
            (self.first, self.first_order) = (Some(witness), order);
        }
    }

    /// A breach by an order, with its channel.
    pub(super) fn note_order(
        &mut self,
        witness: Witness,
        order: OrderId,
        units: Qty,
        money: Money,
    ) {
        self.note(witness, Some(order.channel), Some(order), units, money);
    }
}
