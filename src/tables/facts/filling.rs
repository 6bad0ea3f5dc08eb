//! Owns which field of a fact goes to which column.
//! Must not know how rows are written.

mod acting;

use super::Row;
use crate::history::charter::Charter;
use crate::history::codes::code;
use crate::history::fact::groups::{
    of_channels, of_connectors, of_faults, of_load, of_operators, of_outside, of_sources,
    of_the_party, of_the_run,
};
use crate::history::fact::{Confirmed, Fact, Job, Line, PushItem, Seen, StockCause, What};
use crate::ids::{OrderId, SkuId, Version};

/// Calls `each` for every row of a fact: one, or one a line or item.
pub(super) fn each_row<'c, E>(
    fact: &Fact,
    charter: &'c Charter,
    mut each: impl FnMut(&Row<'c>) -> Result<(), E>,
) -> Result<(), E> {
    let mut row = Row::new(fact, charter);
    match &fact.what {
        What::Accepted { lines, .. } | What::Held { lines, .. } | What::Shipped { lines, .. } => {
            row.parts(lines, Row::line, each)
        }
        What::Edited(edited) => row.parts(&edited.lines, Row::line, each),
        What::Amended(amended) => row.parts(&amended.lines, Row::line, each),
        What::Carted(cart) => row.parts(&cart.lines, Row::line, each),
        What::TurnedAway { line, .. } => {
            if let Some(line) = line {
                row.line(line);
            }
            each(&row)
        }
        What::Pushed { items, .. } => row.parts(items, Row::item, each),
        What::GaveUp { job: Job::Push { items, .. }, .. } => {
            row.parts(items, |row, &(sku, version)| row.of_sku(sku, version), each)
        }
        What::CartEnded(_)
        | What::Paid { .. }
        | What::Released { .. }
        | What::Acknowledged(_)
        | What::Dispatched(_)
        | What::Shown { .. }
        | What::Priced { .. }
        | What::Listed { .. }
        | What::Supply { .. }
        | What::Stock { .. }
        | What::PriceSet { .. }
        | What::ListingSet { .. }
        | What::RuleSet { .. }
        | What::Delivered { .. }
        | What::OmsCancelled { .. }
        | What::Noticed { .. }
        | What::HandoffTried { .. }
        | What::GaveUp { .. }
        | What::Queue { .. }
        | of_load!()
        | of_outside!() => each(&row),
    }
}

impl<'c> Row<'c> {
    fn new(fact: &Fact, charter: &'c Charter) -> Row<'c> {
        let mut row = Row {
            phases: &charter.phases,
            channels: &charter.channels,
            connectors: &charter.connectors,
            charter: Some(charter),
            faults: &charter.faults,
            alerts: &charter.alerts,
            ..Row::default()
        };
        (row.seq, row.at, row.wall_us) = (fact.seq, fact.at, fact.wall);
        row.kind = fact.what.kind();
        match &fact.what {
            of_load!() => row.load(&fact.what),
            of_channels!() => row.channel(&fact.what),
            of_sources!() => row.source(&fact.what),
            of_connectors!() => row.connector(&fact.what),
            of_faults!() | of_the_run!() => row.run(&fact.what),
            What::Acted(action) => row.acted(action, charter),
            What::Party(party) => row.party(party),
        }
        row
    }

    fn run(&mut self, what: &What) {
        match *what {
            What::Stalled { wall_us } => self.stalled_wall_us = Some(wall_us),
            What::Harness { fault, at, times } => {
                self.cause = Some(code(&fault));
                self.at(at, times);
            }
            What::Ended { why } => self.cause = Some(code(&why)),
            What::Fault { fault, in_force } => {
                (self.fault, self.in_force) = (Some(fault), Some(in_force));
            }
            What::FaultHits { fault, hits } => {
                (self.fault, self.times) = (Some(fault), Some(hits));
            }
            What::Alert { alert, channel, firing } => {
                (self.alert, self.channel, self.firing) = (Some(alert), channel, Some(firing));
            }
            // The terms are not a row's size; scenario.yaml and summary.json have them.
            What::Charter(_)
            | What::TrafficEnded {}
            | What::Quiet {}
            | What::Unknown(_)
            | of_load!()
            | of_channels!()
            | of_sources!()
            | of_connectors!()
            | of_operators!()
            | of_the_party!() => {}
        }
    }

    fn load(&mut self, what: &What) {
        match *what {
            What::Sent { op, call, channel, intent, intended } => {
                self.op = Some(op.0);
                (self.call, self.channel) = (Some(code(&call)), channel);
                (self.intent, self.due) = (Some(intent.0), Some(intended));
            }
            What::Unsent { op, call, channel, intent, intended } => {
                self.op = op.map(|op| op.0);
                (self.call, self.channel) = (Some(code(&call)), channel);
                (self.intent, self.due) = (Some(intent.0), Some(intended));
            }
            What::Answered { op, outcome } | What::Resolved { op, outcome } => {
                (self.op, self.outcome) = (Some(op.0), Some(code(&outcome)));
            }
            of_channels!() | of_sources!() | of_connectors!() | of_outside!() => {}
        }
    }

    fn channel(&mut self, what: &What) {
        match *what {
            What::Accepted { order, intent, buyer, awaits_payment, .. } => {
                self.of_order(order);
                (self.intent, self.buyer) = (Some(intent.0), Some(buyer.0));
                self.awaits_payment = Some(awaits_payment);
            }
            What::TurnedAway { channel, intent, why, .. } => {
                (self.channel, self.intent) = (Some(channel), Some(intent.0));
                self.cause = Some(code(&why));
            }
            What::Carted(ref cart) => {
                (self.channel, self.intent) = (Some(cart.channel), Some(cart.intent.0));
            }
            What::CartEnded(end) => {
                (self.channel, self.intent) = (Some(end.channel), Some(end.intent.0));
                self.cause = Some(code(&end.why));
            }
            What::Paid { order }
            | What::Acknowledged(Confirmed { order })
            | What::Dispatched(Confirmed { order }) => self.of_order(order),
            What::Edited(ref edited) => {
                self.of_order(edited.order);
                self.version = Some(edited.version.0);
            }
            What::Released { order, why } => {
                self.of_order(order);
                self.cause = Some(code(&why));
            }
            What::Shown { channel, sku, version, qty, ref seen } => {
                self.of_sku(sku, version);
                (self.channel, self.qty) = (Some(channel), Some(qty));
                self.seen(seen.as_deref());
            }
            What::Priced { channel, sku, version, price, ref seen } => {
                self.of_sku(sku, version);
                (self.channel, self.price) = (Some(channel), Some(price));
                self.seen(seen.as_deref());
            }
            What::Listed { channel, sku, version, ref seen } => {
                self.of_sku(sku, version);
                self.channel = Some(channel);
                self.seen(seen.as_deref());
            }
            of_load!() | of_sources!() | of_connectors!() | of_outside!() => {}
        }
    }

    fn source(&mut self, what: &What) {
        match *what {
            What::Supply { sku, units, why, at } => {
                self.location = at;
                (self.sku, self.qty, self.cause) = (Some(sku), Some(units), Some(code(&why)));
            }
            What::Stock { sku, version, on_hand, reserved, change, cause, at } => {
                self.location = at;
                self.of_sku(sku, version);
                (self.on_hand, self.reserved) = (Some(on_hand), Some(reserved));
                (self.qty, self.cause) = (Some(change), Some(code(&cause)));
                match cause {
                    StockCause::Reserve(order)
                    | StockCause::Release(order)
                    | StockCause::Ship(order) => self.of_order(order),
                    StockCause::Opening | StockCause::Merchant => {}
                }
            }
            What::PriceSet { sku, version, price, due, channel } => {
                self.of_sku(sku, version);
                (self.price, self.due, self.channel) = (Some(price), Some(due), channel);
            }
            What::ListingSet { sku, version } => self.of_sku(sku, version),
            What::RuleSet { channel, rule } => {
                self.channel = Some(channel);
                self.allocation_ppm = Some(rule.allocation.0);
                (self.holds_back, self.shows_at_most) = (Some(rule.holds_back), rule.shows_at_most);
                self.in_or_out = Some(rule.in_or_out);
            }
            What::Delivered { order, attempt, made } => {
                self.of_order(order);
                (self.attempt, self.outcome) = (Some(attempt), Some(code(&made)));
            }
            What::Held { order, oms, booked, .. } => {
                self.of_order(order);
                (self.oms_order, self.booked) = (Some(oms.0), booked);
            }
            What::Shipped { order, oms, .. } => {
                self.of_order(order);
                self.oms_order = Some(oms.0);
            }
            What::Amended(ref amended) => {
                self.of_order(amended.order);
                (self.oms_order, self.version) = (Some(amended.oms.0), Some(amended.version.0));
            }
            What::OmsCancelled { order, oms, why, sku } => {
                self.of_order(order);
                (self.oms_order, self.cause, self.sku) = (Some(oms.0), Some(code(&why)), sku);
            }
            of_load!() | of_channels!() | of_connectors!() | of_outside!() => {}
        }
    }

    fn connector(&mut self, what: &What) {
        match *what {
            What::Noticed { connector, order, by } => {
                self.of_order(order);
                (self.connector, self.cause) = (Some(connector), Some(code(&by)));
            }
            What::Pushed { connector, channel, kind, attempt, waited, sent, outcome, .. } => {
                (self.connector, self.channel) = (Some(connector), Some(channel));
                (self.pushed, self.attempt) = (Some(code(&kind)), Some(attempt));
                (self.sent, self.outcome) = (Some(sent), Some(code(&outcome)));
                self.waited = Some(waited);
            }
            What::HandoffTried { connector, order, attempt, waited, sent, outcome } => {
                self.of_order(order);
                (self.connector, self.attempt) = (Some(connector), Some(attempt));
                (self.sent, self.outcome) = (Some(sent), Some(code(&outcome)));
                self.waited = Some(waited);
            }
            What::GaveUp { connector, ref job, attempts, last } => {
                (self.connector, self.attempt) = (Some(connector), Some(attempts));
                (self.job, self.outcome) = (Some(code(job)), Some(code(&last)));
                match *job {
                    Job::Push { channel, kind, .. } => {
                        (self.channel, self.pushed) = (Some(channel), Some(code(&kind)));
                    }
                    Job::Handoff(order)
                    | Job::Reserve(order)
                    | Job::Amend(order)
                    | Job::Release(order)
                    | Job::Cancel(order)
                    | Job::Accept(order)
                    | Job::Dispatch(order) => self.of_order(order),
                }
            }
            What::Queue { connector, partition, depth, busy, workers } => {
                (self.connector, self.partition) = (Some(connector), Some(partition));
                (self.depth, self.busy, self.workers) = (Some(depth), Some(busy), Some(workers));
            }
            of_load!() | of_channels!() | of_sources!() | of_outside!() => {}
        }
    }

    fn of_order(&mut self, order: OrderId) {
        (self.channel, self.order) = (Some(order.channel), Some(order.number));
    }

    fn seen(&mut self, seen: Option<&Seen>) {
        self.not_before = seen.map(|seen| seen.not_before);
        self.theirs = seen.and_then(|seen| seen.theirs);
    }

    fn of_sku(&mut self, sku: SkuId, version: Version) {
        (self.sku, self.version) = (Some(sku), Some(version.0));
    }

    fn line(&mut self, line: &Line) {
        (self.sku, self.offer) = (Some(line.sku), line.offer);
        (self.qty, self.price) = (Some(line.qty), Some(line.price));
        // What the OMS holds and ships was bought somewhere else: it has no offer.
        if self.oms_order.is_none() {
            (self.offered_before, self.offered_after) = (Some(line.offered), Some(line.left));
        }
    }

    fn item(&mut self, item: &PushItem) {
        self.of_sku(item.sku, item.version);
        self.item_outcome = Some(code(&item.outcome));
    }

    fn parts<T, E>(
        &mut self,
        parts: &[T],
        fill: impl Fn(&mut Row<'c>, &T),
        mut each: impl FnMut(&Row<'c>) -> Result<(), E>,
    ) -> Result<(), E> {
        if parts.is_empty() {
            return each(self);
        }
        for (place, part) in (0..).zip(parts) {
            self.part = place;
            fill(self, part);
            each(self)?;
        }
        Ok(())
    }
}
