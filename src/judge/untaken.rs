//! Owns what shoppers have and no channel has promised: orders that take their units only when they
//! are paid, and carts that hold theirs. Must not know what comes of them.

use rustc_hash::FxHashMap;

use super::supply::Repeated;
use crate::history::charter::{Charter, TakesStock};
use crate::history::fact::{Cart, CartEnd, Lines};
use crate::ids::{ChannelId, Intent, OrderId};

/// An order that awaits its payment, and promises nothing until then.
#[derive(Clone, Debug)]
pub(super) struct Unpaid {
    pub(super) intent: Intent,
    pub(super) repeated: Repeated,
    pub(super) lines: Lines,
}

/// What shoppers have, and no channel has promised.
#[derive(Clone, Debug, Default)]
pub(super) struct Untaken {
    /// By channel: it takes stock when it is paid.
    at_payment: Vec<bool>,
    unpaid: FxHashMap<OrderId, Unpaid>,
    carts: FxHashMap<(ChannelId, Intent), Lines>,
}

impl Untaken {
    pub(super) fn new(charter: &Charter) -> Untaken {
        let channels = charter.channels.iter();
        let at_payment = channels.map(|c| c.takes_stock == TakesStock::AtPayment).collect();
        Untaken { at_payment, ..Untaken::default() }
    }

    /// Whether an order that awaits its payment promises nothing on this channel.
    pub(super) fn waits(&self, channel: ChannelId, awaits_payment: bool) -> bool {
        awaits_payment && self.at_payment[channel.index()]
    }

    pub(super) fn has_cart(&self, channel: ChannelId, intent: Intent) -> bool {
        self.carts.contains_key(&(channel, intent))
    }

    /// An order that has promised nothing is paid, or released; none: it has, or is over.
    pub(super) fn take(&mut self, order: OrderId) -> Option<Unpaid> {
        if self.unpaid.is_empty() { None } else { self.unpaid.remove(&order) }
    }

    /// An order that has promised nothing is edited; whether it is such a one.
    pub(super) fn revise(&mut self, order: OrderId, lines: &Lines) -> bool {
        let unpaid = self.unpaid.get_mut(&order);
        unpaid.map(|unpaid| unpaid.lines = lines.clone()).is_some()
    }

    pub(super) fn hold(&mut self, cart: &Cart) {
        self.carts.insert((cart.channel, cart.intent), cart.lines.clone());
    }

    pub(super) fn let_go(&mut self, end: &CartEnd) -> Option<Lines> {
        self.carts.remove(&(end.channel, end.intent))
    }

    pub(super) fn keep(
        &mut self,
        order: OrderId,
        intent: Intent,
        repeated: Repeated,
        lines: &Lines,
    ) {
        self.unpaid.insert(order, Unpaid { intent, repeated, lines: lines.clone() });
    }
}
