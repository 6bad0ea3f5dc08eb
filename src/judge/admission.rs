//! Owns which facts are admitted to judgement: those that speak of what is there, within reason.
//! Must not know what is made of them.
//!
//! A fact about nobody is never counted: it would be believed of somebody else, or of no channel at
//! all. What may be absent is what a judgement is about: an order that the OMS got and no channel
//! accepted is a ghost, and judged as one.

use super::bits::Bits;
use super::orders::QTY_MAX;
use super::refusal::NotAHistory;
use super::run::Run;
use crate::history::fact::{Address, Fact, Job, Line, StockCause, What};
use crate::ids::{ChannelId, ConnectorId, OmsOrder, OpId, OrderId, SkuId};
use crate::units::At;

/// Later than ten years after the start is not a campaign.
pub(super) const AT_MAX: At = At(10 * 366 * 86_400 * 1_000_000);
/// An order number may run this far ahead of the facts eaten, …
const NUMBER_SLACK: u64 = 65_536;
/// … and so many times them.
const NUMBERS_A_FACT: u64 = 16;
/// Queues of a connector: each has a worker at least, and no scenario may say more of them.
const PARTITIONS_MAX: u16 = 10_000;

/// Holds each fact to what the charter and the facts before it say is there.
#[derive(Clone, Debug, Default)]
pub(super) struct Refuser {
    /// Records that the OMS created.
    records: Bits,
}

impl Refuser {
    /// Refuses a fact that speaks of what is not there, before anybody indexes by it.
    pub(super) fn check(&mut self, fact: &Fact, run: &Run) -> Result<(), NotAHistory> {
        let check = Check { run, seq: fact.seq };
        if fact.at > AT_MAX {
            return check.absurd(format!("a time {} µs after the start", fact.at.0));
        }
        match &fact.what {
            What::Charter(_)
            | What::Stalled { .. }
            | What::TrafficEnded {}
            | What::Quiet {}
            | What::Ended { .. } => Ok(()),
            What::Sent { channel, .. } => check.maybe(*channel),
            What::Unsent { op, channel, .. } => {
                check.maybe(*channel).and_then(|()| op.map_or(Ok(()), |op| check.open(op)))
            }
            What::Harness { at, .. } => check.address(*at),
            What::Answered { op, .. } => check.open(*op),
            What::Resolved { op, .. } => check.unresolved(*op),
            What::Supply { sku, .. }
            | What::PriceSet { sku, .. }
            | What::ListingSet { sku, .. } => check.sku(*sku),
            What::Accepted { order, lines, .. } => {
                check.number(*order).and_then(|()| check.lines(lines))
            }
            What::TurnedAway { channel, line, .. } => {
                check.channel(*channel).and_then(|()| check.lines(line.as_slice()))
            }
            What::Paid { order } | What::Released { order, .. } => check.accepted(*order),
            What::Shown { channel, sku, .. }
            | What::Priced { channel, sku, .. }
            | What::Listed { channel, sku, .. } => {
                check.channel(*channel).and_then(|()| check.sku(*sku))
            }
            What::Stock { sku, cause, .. } => check.cause(*cause).and_then(|()| check.sku(*sku)),
            What::Delivered { order, .. } => check.channel(order.channel),
            What::Held { order, oms, lines } => {
                check.channel(order.channel).and_then(|()| check.lines(lines))?;
                self.records.insert(oms.0);
                Ok(())
            }
            What::OmsCancelled { order, oms, sku, .. } => {
                sku.map_or(Ok(()), |sku| check.sku(sku))?;
                self.held(&check, *order, *oms)
            }
            What::Shipped { order, oms, lines } => {
                check.lines(lines).and_then(|()| self.held(&check, *order, *oms))
            }
            What::Noticed { connector, order, .. }
            | What::HandoffTried { connector, order, .. } => {
                check.connector(*connector).and_then(|()| check.channel(order.channel))
            }
            What::Pushed { connector, channel, items, .. } => {
                check.connector(*connector)?;
                check.push(*channel, items.iter().map(|item| item.sku))
            }
            What::GaveUp { connector, job, .. } => {
                check.connector(*connector).and_then(|()| check.job(job))
            }
            What::Queue { connector, partition, .. } => check.queue(*connector, *partition),
        }
    }

    /// The OMS's word on a record that it created.
    fn held(&self, check: &Check<'_>, order: OrderId, oms: OmsOrder) -> Result<(), NotAHistory> {
        check.channel(order.channel)?;
        if self.records.has(oms.0) {
            return Ok(());
        }
        let order = check.name(order);
        check.never(format!("record {} of {order}, which the OMS never held", oms.0))
    }
}

/// One fact beside the charter's tables and what is known so far.
struct Check<'a> {
    run: &'a Run,
    seq: u64,
}

impl Check<'_> {
    fn open(&self, op: OpId) -> Result<(), NotAHistory> {
        if self.run.load.is_open(op) {
            return Ok(());
        }
        self.never(format!("call {}, which was never sent, or was answered before", op.0))
    }

    fn unresolved(&self, op: OpId) -> Result<(), NotAHistory> {
        if self.run.load.is_open(op) || self.run.load.is_unresolved(op) {
            return Ok(());
        }
        self.never(format!("call {}, which was never sent, or whose outcome is known", op.0))
    }

    fn queue(&self, connector: ConnectorId, partition: u16) -> Result<(), NotAHistory> {
        self.connector(connector)?;
        if partition >= PARTITIONS_MAX {
            let name = &self.run.charter.connectors[connector.index()].name;
            return self.absurd(format!("partition {partition} of connector {name}"));
        }
        Ok(())
    }

    fn push(
        &self,
        channel: ChannelId,
        mut skus: impl Iterator<Item = SkuId>,
    ) -> Result<(), NotAHistory> {
        self.channel(channel)?;
        skus.try_for_each(|sku| self.sku(sku))
    }

    fn job(&self, job: &Job) -> Result<(), NotAHistory> {
        match job {
            Job::Handoff(order)
            | Job::Reserve(order)
            | Job::Release(order)
            | Job::Cancel(order) => self.channel(order.channel),
            Job::Push { channel, items, .. } => {
                self.push(*channel, items.iter().map(|(sku, _)| *sku))
            }
        }
    }

    fn cause(&self, cause: StockCause) -> Result<(), NotAHistory> {
        match cause {
            StockCause::Reserve(order) | StockCause::Release(order) | StockCause::Ship(order) => {
                self.channel(order.channel)
            }
            StockCause::Opening | StockCause::Merchant => Ok(()),
        }
    }

    /// The number of an order that is being accepted: memory is kept by it.
    fn number(&self, order: OrderId) -> Result<(), NotAHistory> {
        self.channel(order.channel)?;
        if order.number > NUMBER_SLACK + NUMBERS_A_FACT * self.seq {
            return self.absurd(format!("order number {}", order.number));
        }
        Ok(())
    }

    fn accepted(&self, order: OrderId) -> Result<(), NotAHistory> {
        self.channel(order.channel)?;
        if self.run.ways.orders.get(order).is_some() {
            return Ok(());
        }
        self.never(format!("{}, which was never accepted", self.name(order)))
    }

    fn lines(&self, lines: &[Line]) -> Result<(), NotAHistory> {
        for line in lines {
            self.sku(line.sku)?;
            if !(0..=QTY_MAX).contains(&line.qty.0) {
                return self.absurd(format!("a line of {} units", line.qty.0));
            }
        }
        Ok(())
    }

    fn address(&self, at: Address) -> Result<(), NotAHistory> {
        match at {
            Address::Channel(channel) => self.channel(channel),
            Address::Connector(connector) => self.connector(connector),
            Address::Oms => Ok(()),
        }
    }

    fn maybe(&self, channel: Option<ChannelId>) -> Result<(), NotAHistory> {
        channel.map_or(Ok(()), |channel| self.channel(channel))
    }

    fn channel(&self, channel: ChannelId) -> Result<(), NotAHistory> {
        self.below(channel.index(), self.run.charter.channels.len(), "channel")
    }

    fn sku(&self, sku: SkuId) -> Result<(), NotAHistory> {
        self.below(sku.index(), self.run.charter.skus as usize, "SKU")
    }

    fn connector(&self, connector: ConnectorId) -> Result<(), NotAHistory> {
        self.below(connector.index(), self.run.charter.connectors.len(), "connector")
    }

    fn below(&self, index: usize, len: usize, what: &str) -> Result<(), NotAHistory> {
        if index < len {
            return Ok(());
        }
        let has = match len {
            0 => "none".to_owned(),
            1 => "one (0)".to_owned(),
            len => format!("{len} (0 to {})", len - 1),
        };
        Err(NotAHistory::Unknown { seq: self.seq, what: format!("{what} {index}"), has })
    }

    /// An order of a channel that is there, in words.
    fn name(&self, order: OrderId) -> String {
        let channel = &self.run.charter.channels[order.channel.index()].name;
        format!("order {} of channel {} ({channel})", order.number, order.channel.0)
    }

    fn never<T>(&self, what: String) -> Result<T, NotAHistory> {
        Err(NotAHistory::NeverWas { seq: self.seq, what })
    }

    fn absurd<T>(&self, what: String) -> Result<T, NotAHistory> {
        Err(NotAHistory::Absurd { seq: self.seq, what })
    }
}
