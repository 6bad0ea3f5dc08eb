//! Owns what an acceptance or a refusal means to all who hear of it: supply, prices, the way of the
//! order, windows; and what comes of the way. Must not judge.

use super::answers::Known;
use super::bundled::Part;
use super::handoff::{Harm, Turn};
use super::judgement::{Impact, Mischarge, StoryWhat, Witness};
use super::orders::{Flags, Harmed};
use super::prices::Charge;
use super::refusal::NotAHistory;
use super::run::Run;
use super::supply::{Belief, Repeated, Turned};
use super::windows::Beside;
use crate::history::fact::{Line, Lines, Refusal, Release, What};
use crate::ids::{ChannelId, Intent, OrderId, SkuId};
use crate::units::{At, Money, Qty};

/// The lines of one order together.
#[derive(Default)]
struct Sold {
    all: Impact,
    oversold: Impact,
    by_sync_lag: Impact,
    mispriced: Impact,
    /// By which mistake, the gravest of all lines.
    mischarged: Option<Mischarge>,
    /// Of some line the source's stock or the offer, the supply, every price is unknown.
    unknown: [bool; 3],
    /// Sold beyond what the channel offered.
    unoffered: Qty,
    /// Some line's price list is known.
    priced: bool,
    short_of: Option<SkuId>,
    stale: bool,
    /// Some line's offer had stood still.
    stuck: bool,
}

impl Run {
    pub(super) fn accepted(
        &mut self,
        order: OrderId,
        (intent, awaits_payment): (Intent, bool),
        lines: &Lines,
        w: Witness,
    ) -> Result<(), NotAHistory> {
        let new = self.intents.insert(intent.0);
        self.answers.note(order.channel, intent, Known::Accepted);
        let repeated = if new { Repeated::First } else { Repeated::Intent };
        let waits = self.untaken.waits(order.channel, awaits_payment);
        let mut sold = Sold::default();
        for line in lines.iter() {
            let first = (!waits).then_some(repeated);
            let part = self.bundled.part(line, lines);
            self.line_sold(order, intent, &part, first, w, &mut sold);
        }
        self.bundled.accepted(order, lines);
        if waits {
            self.untaken.keep(order, intent, repeated, lines);
        }
        let money = sold.oversold.money + sold.mispriced.money;
        let harmed = Harmed { units: sold.oversold.units, money };
        let harm = Harm { short_of: sold.short_of, harmed };
        if self.ways.accepted(order, lines, harm, w).is_none() {
            let (channel, number) = (order.channel.0, order.number);
            return Err(NotAHistory::AcceptedTwice { seq: w.seq, channel, number });
        }
        let flow = self.charter.channels[order.channel.index()].flow;
        if let (true, Some(within)) = (awaits_payment, flow.accept_within) {
            let whole =
                (sold.all.units, self.ways.orders.get(order).map_or(Money::ZERO, |o| o.money));
            self.acceptances.waits(order, w.at + within, whole, w);
        }
        self.tally(order, repeated, &sold, w);
        let oversold = sold.oversold.units;
        self.windows.at(w.at, Some(order.channel), |window| {
            window.accepted += 1;
            window.oversold += oversold;
        });
        Ok(())
    }

    /// `taken`: its units are promised now, by the first order of its intent or a later one; none
    /// where nothing is promised before the order is paid.
    fn line_sold(
        &mut self,
        order: OrderId,
        intent: Intent,
        part: &Part,
        taken: Option<Repeated>,
        w: Witness,
        sold: &mut Sold,
    ) {
        let channel = order.channel;
        let part = &Part { line: self.prices.tills.line(channel, &part.line), ..*part };
        let line = &part.line;
        // What a channel sells it has on sale, whether or not anybody told when it was listed.
        let unseen = self.is_unseen(channel, part.number);
        self.supplies.listed(channel, part.number);
        if !self.supplies.rules.of(channel).sells(line.offered, line.qty) {
            sold.unoffered += line.qty - line.offered;
        }
        sold.stuck |= part.sold.is_some_and(|whole| {
            let whole = self.prices.tills.line(channel, &whole);
            self.ordered(channel, &whole, Some(order), w)
        });
        let belief = self.belief(channel, part);
        sold.unknown[0] |= unseen;
        sold.unknown[1] |= !self.supplies.is_known(line.sku);
        let sale = match taken {
            Some(repeated) => self.supplies.sell(channel, part, repeated, belief, w.at),
            None => self.supplies.ordered(channel, part, w.at),
        };
        sold.all.add(line.qty, line.price.times(line.qty));
        sold.stale |= sale.stale;
        if sale.oversold > Qty::ZERO {
            sold.short_of = sold.short_of.or(Some(line.sku));
            sold.oversold.add(sale.oversold, line.price.times(sale.oversold));
            sold.by_sync_lag.add(sale.by_sync_lag, line.price.times(sale.by_sync_lag));
        }
        if let Some(whole) = &part.sold {
            let charge = self.prices.sold(channel, whole, w.at);
            sold.priced |= charge != Charge::Unknown;
            sold.unknown[2] |= charge == Charge::Unknown;
            if let Charge::Wrong(off, why) = charge {
                sold.mispriced.add(whole.qty, off);
                sold.mischarged = sold.mischarged.max(why);
            }
        }
        if taken.is_some() {
            let told = StoryWhat::Sold { order, intent, qty: line.qty, oversold: sale.oversold };
            self.stories.tell(line.sku, w, told, &self.supplies);
        }
    }

    fn tally(&mut self, order: OrderId, repeated: Repeated, sold: &Sold, w: Witness) {
        for checked in [&mut self.repeated, &mut self.oversell, &mut self.stale] {
            checked.checked += 1;
        }
        self.mispriced.checked += u64::from(sold.priced);
        let Impact { units, money, .. } = sold.all;
        if repeated == Repeated::Intent {
            self.repeated.note_order(w, order, units, money);
        }
        if sold.stale {
            self.stale.note_order(w, order, units, Money::ZERO);
        }
        self.stuck.met_on[order.channel.index()] += u64::from(sold.stuck);
        let toll = &mut self.tolls[order.channel.index()];
        for (count, unknown) in toll.unknown.iter_mut().zip(sold.unknown) {
            *count += u64::from(unknown);
        }
        toll.unoffered += u64::from(sold.unoffered > Qty::ZERO);
        if sold.priced {
            toll.of_known_price += 1;
            toll.mispriced_in.count(w.at, [sold.mispriced.orders > 0; 4]);
        }
        if sold.oversold.units > Qty::ZERO {
            let Impact { units, money, .. } = sold.oversold;
            self.oversell.note_order(w, order, units, money);
        }
        if sold.by_sync_lag.units > Qty::ZERO {
            let Impact { units, money, .. } = sold.by_sync_lag;
            toll.by_sync_lag.add(units, money);
        }
        // A line of nothing at a wrong price is wrong all the same: lines are counted, not units.
        if sold.mispriced.orders > 0 {
            let Impact { units, money, .. } = sold.mispriced;
            self.mispriced.note_order(w, order, units, money);
            toll.mispriced.add(units, money);
            if let Some(why) = sold.mischarged {
                self.ways.ways[order.channel.index()].taken.mischarged[why as usize] += 1;
            }
        }
    }

    /// It is ours to fulfil from now on.
    pub(super) fn ours(&mut self, order: OrderId, w: Witness) {
        let turn = self.ways.ours(order, w);
        self.turned(order, turn);
        if turn.due.is_some() {
            self.awaits_dispatch(order, w);
        }
    }

    /// Its channel released it: nobody waits for it any more.
    pub(super) fn over(&mut self, order: OrderId, why: Release, at: At) {
        self.booked_at = at;
        self.acceptances.released(order, why, at);
        self.dispatches.released(order, at);
    }

    /// It is to have left in time, where its channel asks for it.
    fn awaits_dispatch(&mut self, order: OrderId, w: Witness) {
        let within = self.charter.channels[order.channel.index()].flow.dispatch_within;
        let Some((within, record)) = within.zip(self.ways.orders.get(order)) else { return };
        let whole = (self.ways.orders.units(order), record.money);
        let has_left = record.flags.has(Flags::SHIPPED);
        self.dispatches.ours(order, w.at + within, whole, has_left, w);
    }

    /// A shopper edited an order: what was given up is free again, where it was promised.
    pub(super) fn edited(&mut self, order: OrderId, lines: &Lines, w: Witness) {
        let promised_nothing = self.untaken.revise(order, lines);
        let (supplies, stories) = (&mut self.supplies, &mut self.stories);
        self.ways.edited(order, lines, w, |(sku, qty)| {
            if !promised_nothing {
                supplies.released(order.channel, *sku, *qty, w.at);
                supplies.own_settled(order.channel, *sku, Qty::ZERO - *qty);
                let why = Release::Customer;
                stories.tell(*sku, w, StoryWhat::Released { order, why }, supplies);
            }
        });
    }

    pub(super) fn turned_away(
        &mut self,
        channel: ChannelId,
        intent: Intent,
        (why, line): (Refusal, Option<Line>),
        w: Witness,
    ) {
        self.answers.note(channel, intent, Known::TurnedAway);
        // A refusal for something that nobody can look up, or that is listed, serves as little as
        // none at all.
        let is_so = match (why, line) {
            (Refusal::Stock, Some(_)) => true,
            (Refusal::NotListed, Some(line)) => !self.supplies.is_listed(channel, line.sku),
            _ => false,
        };
        if !is_so {
            self.answers.note(channel, intent, Known::Unserved);
        }
        self.refusals[channel.index()][why as usize] += 1;
        let for_stock = why == Refusal::Stock;
        self.windows.at(w.at, Some(channel), |window| {
            window.refused += 1;
            window.refused_for_stock += u64::from(for_stock);
        });
        let Some(line) = line.map(|line| self.prices.tills.line(channel, &line)) else { return };
        if for_stock {
            // What it has none left of it has on sale.
            let unseen = self.is_unseen(channel, line.sku);
            let toll = &mut self.tolls[channel.index()];
            toll.refused_unseen += u64::from(unseen);
            let was_offered = self.supplies.rules.of(channel).sells(line.offered, line.qty);
            toll.unoffered += u64::from(line.qty > Qty::ZERO && was_offered);
            self.supplies.listed(channel, line.sku);
        }
        self.ordered(channel, &line, None, w);
        self.stale.checked += 1;
        if self.supplies.is_stale(channel, line.sku) {
            self.stale.note(w, Some(channel), None, line.qty, Money::ZERO);
        }
        let turned = if for_stock { Turned::ForStock } else { Turned::Otherwise };
        let was_there = self.supplies.refused(channel, &line, turned, w);
        if for_stock && !was_there {
            self.answers.note(channel, intent, Known::SoldOut);
        }
        if why == Refusal::NotListed && self.listing_lag.awaits(channel, line.sku) {
            self.tolls[channel.index()].unlisted.add(line.qty, line.price.times(line.qty));
        }
    }

    /// What the source believes of the offer that a line was sold as, and whether its SKU's ledger
    /// has broken its law.
    pub(super) fn belief(&self, channel: ChannelId, part: &Part) -> Belief {
        let belief = self.ledger.belief_on(channel, part.line.sku);
        if part.number == part.line.sku {
            return belief;
        }
        Belief { broken: belief.broken, ..self.ledger.belief(part.number) }
    }

    /// Whether the record knows nothing of the source's stock of a SKU, or of the channel's offer.
    fn is_unseen(&self, channel: ChannelId, sku: SkuId) -> bool {
        let offered = self.supplies.offered(sku).nth(channel.index()).flatten();
        offered.is_none() || self.ledger.belief(sku).available.is_none()
    }

    /// What became of an order's way goes to the windows that it concerns.
    pub(super) fn turned(&mut self, order: OrderId, turn: Turn) {
        let channel = Some(order.channel);
        if let Some(at) = turn.due {
            self.windows.at(at, channel, |window| window.due += 1);
        }
        if let Some(at) = turn.exempt {
            self.windows.at(at, channel, |window| window.due = window.due.saturating_sub(1));
        }
        if let Some(at) = turn.handed_off {
            self.windows.at(at, channel, |window| window.handed_off += 1);
        }
        if let Some(at) = turn.spoilt {
            self.windows.spoilt(at, order.channel);
        }
        // Only what recovered from something asks how long its orders took.
        if let Some((at, wait)) = turn.took.filter(|_| !self.charter.faults.is_empty()) {
            self.windows.beside(at, Beside { wait, ..Beside::default() });
        }
        if let Some(at) = turn.cancelled {
            self.windows.at(at, channel, |window| window.cancelled += 1);
        }
    }

    /// Orders held twice, mispriced, and refused for stock that was there.
    pub(super) fn broken_so_far(&self) -> [u64; 3] {
        [&self.ways.duplicate, &self.mispriced, &self.supplies.undersell].map(|of| of.definite)
    }

    /// What a fact did that only a recovery asks for: an attempt of a worker, and breaches. Where
    /// nothing is broken on purpose nobody asks.
    pub(super) fn beside(&mut self, what: &What, before: [u64; 3], at: At) {
        if self.charter.faults.is_empty() {
            return;
        }
        let now = self.broken_so_far();
        let attempts = u64::from(matches!(what, What::Pushed { .. } | What::HandoffTried { .. }));
        if attempts > 0 || now != before {
            let broken = std::array::from_fn(|of| now[of] - before[of]);
            self.windows.beside(at, Beside { attempts, broken, ..Beside::default() });
        }
    }
}
