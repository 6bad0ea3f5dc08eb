//! Owns what comes of orders that take their units only when they are paid, and of carts that hold
//! theirs. Must not know which there are (`untaken`), nor judge.

use super::bundled::Part;
use super::handoff::{Harm, Ways};
use super::judgement::{Impact, StoryWhat, Witness};
use super::orders::{Flags, Harmed};
use super::run::Run;
use super::supply::{Repeated, Sale};
use super::tally::earlier;
use super::untaken::Unpaid;
use crate::history::fact::{Cart, CartEnd, Line};
use crate::ids::{ChannelId, OrderId, SkuId};
use crate::units::{At, Qty};

impl Run {
    /// An order is paid: if it had promised nothing, it promises its units now.
    pub(super) fn promised(&mut self, order: OrderId, w: Witness) {
        let Some(Unpaid { intent, repeated, lines }) = self.untaken.take(order) else { return };
        let (mut oversold, mut by_sync_lag) = (Impact::default(), Impact::default());
        let mut short_of = None;
        for line in lines.iter() {
            let line = &self.prices.tills.line(order.channel, line);
            let sale = self.taken(order.channel, (line, &lines), repeated, w);
            if sale.oversold > Qty::ZERO {
                short_of = short_of.or(Some(line.sku));
                oversold.add(sale.oversold, line.price.times(sale.oversold));
                by_sync_lag.add(sale.by_sync_lag, line.price.times(sale.by_sync_lag));
            }
            let told = StoryWhat::Sold { order, intent, qty: line.qty, oversold: sale.oversold };
            self.stories.tell(line.sku, w, told, &self.supplies);
        }
        if by_sync_lag.units > Qty::ZERO {
            let toll = &mut self.tolls[order.channel.index()];
            toll.by_sync_lag.add(by_sync_lag.units, by_sync_lag.money);
        }
        let Some(short_of) = short_of else { return };
        self.short(order, short_of, oversold, w);
    }

    /// A line is taken off what the channel was last known to offer.
    fn taken(
        &mut self,
        channel: ChannelId,
        (line, lines): (&Line, &[Line]),
        repeated: Repeated,
        w: Witness,
    ) -> Sale {
        let Part { number, count, .. } = self.bundled.part(line, lines);
        let known = self.supplies.offered(number).nth(channel.index()).flatten();
        let known = known.map(|offered| Qty(offered.0.saturating_mul(count)));
        let offered = known.unwrap_or(line.offered);
        let line = Line { offered, left: offered, ..*line };
        let part = self.bundled.part(&line, lines);
        let belief = self.belief(channel, &part);
        self.supplies.sell(channel, &part, repeated, belief, w.at)
    }

    fn short(&mut self, order: OrderId, short_of: SkuId, oversold: Impact, w: Witness) {
        let Impact { units, money, .. } = oversold;
        self.oversell.note_order(w, order, units, money);
        let harm = Harm { short_of: Some(short_of), harmed: Harmed { units, money } };
        if let Some(accepted) = self.ways.found_short(order, harm, w) {
            self.windows.at(accepted, Some(order.channel), |window| window.oversold += units);
        }
    }

    /// A cart holds units.
    pub(super) fn carted(&mut self, cart: &Cart, w: Witness) {
        let Cart { channel, ref lines, .. } = *cart;
        for sold in self.bundled.offers.all_sold(lines) {
            self.supplies.listed(channel, sold.sku);
            self.supplies.see(channel, sold.sku, sold.left, w.at);
            self.supplies.held(channel, sold.sku, sold.qty);
        }
        self.untaken.hold(cart);
    }

    /// A cart holds them no more.
    pub(super) fn cart_ended(&mut self, end: &CartEnd) {
        let channel = end.channel;
        let Some(lines) = self.untaken.let_go(end) else { return };
        for sold in self.bundled.offers.all_sold(&lines) {
            self.supplies.held(channel, sold.sku, -sold.qty);
        }
    }
}

impl Ways {
    /// An order turns out to have promised what was not there. Says when it was accepted.
    fn found_short(&mut self, order: OrderId, harm: Harm, w: Witness) -> Option<At> {
        let flags = self.orders.get(order)?.flags;
        let before = self.orders.harm(order, flags);
        let Harmed { units, money } = harm.harmed;
        let way = &mut self.ways[order.channel.index()];
        // A cancelled order is at risk whole.
        if !flags.has(Flags::CANCELLED) {
            way.at_risk += money;
            way.units_at_risk += units;
            let harmed = Harmed { units: before.units + units, money: before.money + money };
            self.orders.set_harm(order, harmed);
        }
        let way = &mut self.ways[order.channel.index()];
        way.oversold_orders += 1;
        way.first_oversold = earlier(way.first_oversold, Some(w));
        let record = self.orders.get_mut(order)?;
        record.flags.set(Flags::OVERSOLD);
        let accepted = record.accepted;
        if let Some(short_of) = harm.short_of {
            self.orders.set_cluster(order, short_of);
        }
        Some(accepted)
    }
}
