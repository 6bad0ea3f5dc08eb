//! Owns what is heard of a connector that is somebody else's program: what it was told, what it
//! wrote, what it met, as facts. Must not know how it calls.
//!
//! However often it reads, there are as many facts of it as there are versions.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::cell::Cell as _;
use super::{Cells, Driver, Estate};
use crate::commerce::inside::InsideReply;
use crate::commerce::marketplace::Marketplace;
use crate::commerce::outbox::{Answer, Fate, Outbox};
use crate::commerce::protocol::{
    Asked, Change, ChannelReply, ChannelRequest, ItemOutcome, Notice, OmsReply, Reply,
    SourceNotice, UNITS_MAX, UpdateItem,
};
use crate::history::What;
use crate::history::fact::{Address, Met, OfferWrite, Party, PartyAct, PushKind, SourceSaid};
use crate::ids::{ChannelId, ConnectorId, SkuId, Version};
use crate::units::{Money, Qty, Span};

/// Calls carried out in a wall second at one address: fifty times what any marketplace allows.
const CALLS_PER_S: u32 = 2_000;

/// What is heard of a connector from outside.
#[derive(Debug)]
pub(in crate::drive) struct Ear {
    connector: ConnectorId,
    pub(super) channels: usize,
    pub(super) skus: usize,
    told: FxHashMap<(PushKind, SkuId), ToldOf>,
    /// What it met and is not said yet.
    met: BTreeMap<(Met, Address), u64>,
    /// By address: which wall second it is, and how many calls came in it.
    calls: BTreeMap<Address, (u64, u32)>,
}

/// Which versions were told: the newest, and of those before it the last so many.
#[derive(Clone, Copy, Debug, Default)]
struct ToldOf {
    newest: u64,
    /// A bit for each of the newest and those before it.
    window: u64,
}

impl ToldOf {
    /// One is told; whether it was not before. Of versions long past nobody knows it any more.
    fn is_new(&mut self, version: u64) -> bool {
        if self.window == 0 || version > self.newest {
            let by = if self.window == 0 { 64 } else { version - self.newest };
            self.window = if by < 64 { self.window << by } else { 0 } | 1;
            self.newest = version;
            return true;
        }
        let behind = self.newest - version;
        let is_new = behind < 64 && self.window >> behind & 1 == 0;
        if is_new {
            self.window |= 1 << behind;
        }
        is_new
    }
}

/// What a call to a channel says, kept while it is carried out.
pub(super) enum SaidToChannel {
    Update(SmallVec<[UpdateItem; 1]>),
    Order,
    Other,
}

impl SaidToChannel {
    pub(super) fn of(request: &ChannelRequest) -> SaidToChannel {
        match request {
            ChannelRequest::Update { items, .. } => SaidToChannel::Update(items.clone()),
            ChannelRequest::CancelOrder { .. } | ChannelRequest::Confirm { .. } => {
                SaidToChannel::Order
            }
            ChannelRequest::PlaceOrder { .. }
            | ChannelRequest::FillCart { .. }
            | ChannelRequest::EditOrder { .. }
            | ChannelRequest::ListOrders { .. } => SaidToChannel::Other,
        }
    }
}

impl Ear {
    pub(in crate::drive) fn new(connector: ConnectorId, channels: usize, skus: usize) -> Ear {
        Ear {
            connector,
            channels,
            skus,
            told: FxHashMap::default(),
            met: BTreeMap::new(),
            calls: BTreeMap::new(),
        }
    }

    /// It met something, so often.
    pub(in crate::drive) fn met(&mut self, met: Met, at: Address, times: u64) {
        let count = self.met.entry((met, at)).or_default();
        *count = count.saturating_add(times);
    }

    /// What it met since this was asked last.
    pub(super) fn say_met(&mut self, out: &mut Outbox) {
        for ((met, at), times) in std::mem::take(&mut self.met) {
            self.say(PartyAct::Met { at, met, times }, out);
        }
    }

    /// A call came in that wall second; whether it is one too many.
    pub(in crate::drive) fn floods(&mut self, at: Address, second: u64) -> bool {
        let calls = self.calls.entry(at).or_default();
        if calls.0 != second {
            *calls = (second, 0);
        }
        calls.1 = calls.1.saturating_add(1);
        let floods = calls.1 > CALLS_PER_S;
        if floods {
            self.met(Met::Flooded, at, 1);
        }
        floods
    }

    /// A channel's machine answered: these items, if it took them, it had not taken before.
    pub(super) fn wrote(
        &self,
        channel: ChannelId,
        items: &[UpdateItem],
        outcomes: &[ItemOutcome],
        out: &mut Outbox,
    ) {
        for (item, _) in items.iter().zip(outcomes).filter(|(_, o)| **o == ItemOutcome::Taken) {
            let wrote = written(item.change);
            self.say(PartyAct::Wrote { channel, sku: item.sku, wrote }, out);
        }
    }

    /// A channel answered it.
    pub(super) fn channel(
        &mut self,
        id: ChannelId,
        said: &SaidToChannel,
        answer: &Answer<ChannelReply>,
    ) {
        let at = Address::Channel(id);
        match (&answer.reply, said) {
            (ChannelReply::Updated { items: outcomes }, SaidToChannel::Update(items)) => {
                self.rejected(at, items, outcomes);
            }
            (ChannelReply::Throttled { .. }, _) => self.met(Met::Throttled, at, 1),
            (ChannelReply::Unavailable, _) => self.met(Met::Unavailable, at, 1),
            (ChannelReply::Invalid { .. }, SaidToChannel::Order) => {
                self.met(Met::UnknownOrder, at, 1);
            }
            (ChannelReply::Invalid { .. }, _) => self.met(Met::Invalid, at, 1),
            _ => {}
        }
        self.heard(answer.fate, at);
    }

    /// A system answered its front, which had asked it something. Whether that reaches the
    /// connector is known when the front has asked all that it had to.
    pub(super) fn front(&mut self, at: Address, said: &[UpdateItem], reply: &InsideReply) {
        match reply {
            InsideReply::Updated { items: outcomes } => {
                self.rejected(at, said, outcomes);
                // Platforms keep a level below zero, where the neutral API rejects it.
                let below = |(item, outcome): &(&UpdateItem, &ItemOutcome)| {
                    **outcome == ItemOutcome::Taken
                        && matches!(item.change, Change::Absolute(qty) if qty < Qty::ZERO)
                };
                let below = said.iter().zip(outcomes).filter(below).count();
                if below > 0 {
                    self.met(Met::BadQuantity, at, below as u64);
                }
            }
            InsideReply::Throttled { .. } => self.met(Met::Throttled, at, 1),
            InsideReply::Unavailable => self.met(Met::Unavailable, at, 1),
            InsideReply::NoOrder => self.met(Met::UnknownOrder, at, 1),
            InsideReply::TurnedAway { .. } | InsideReply::Refused { .. } => {
                self.met(Met::Invalid, at, 1);
            }
            InsideReply::Offers { .. }
            | InsideReply::Orders { .. }
            | InsideReply::Entered { .. }
            | InsideReply::Cancelled
            | InsideReply::Confirmed => {}
        }
    }

    fn rejected(&mut self, at: Address, items: &[UpdateItem], outcomes: &[ItemOutcome]) {
        for (item, outcome) in items.iter().zip(outcomes) {
            if *outcome == ItemOutcome::Rejected {
                self.met(self.why_rejected(item), at, 1);
            }
        }
    }

    /// The OMS answered it.
    pub(super) fn oms(&mut self, answer: &Answer<OmsReply>, out: &mut Outbox) {
        let at = Address::Oms;
        let is_heard = self.heard(answer.fate, at);
        match &answer.reply {
            OmsReply::Changes { page, .. } if is_heard => {
                for notice in page {
                    self.source(notice, out);
                }
            }
            OmsReply::Throttled { .. } => self.met(Met::Throttled, at, 1),
            OmsReply::Unavailable => self.met(Met::Unavailable, at, 1),
            OmsReply::Invalid { .. } => self.met(Met::Invalid, at, 1),
            OmsReply::Changes { .. } | OmsReply::Held { .. } | OmsReply::Done => {}
        }
    }

    /// It took a webhook.
    pub(super) fn took(&mut self, notice: &Notice, out: &mut Outbox) {
        match notice {
            Notice::Source(notice) => self.source(notice, out),
            Notice::Order(_) => {}
        }
    }

    pub(super) fn source(&mut self, notice: &SourceNotice, out: &mut Outbox) {
        match *notice {
            SourceNotice::Stock { sku, version, available, .. } => {
                self.read(
                    PushKind::Stock,
                    sku,
                    version,
                    SourceSaid::Stock { version, available },
                    out,
                );
            }
            SourceNotice::Price { sku, version, price, channel, .. } => {
                let told = SourceSaid::Price { version, price, channel };
                self.read(PushKind::Price, sku, version, told, out);
            }
            SourceNotice::Listing { sku, version, available, stock_version, .. } => {
                let stock = SourceSaid::Stock { version: stock_version, available };
                self.read(PushKind::Stock, sku, stock_version, stock, out);
                self.read(PushKind::Listing, sku, version, SourceSaid::Listing { version }, out);
            }
            SourceNotice::Short { .. } | SourceNotice::Shipped { .. } => {}
        }
    }

    fn read(
        &mut self,
        kind: PushKind,
        sku: SkuId,
        version: Version,
        told: SourceSaid,
        out: &mut Outbox,
    ) {
        if self.told.entry((kind, sku)).or_default().is_new(version.0) {
            self.say(PartyAct::Read { sku, told }, out);
        }
    }

    /// Whether an answer of that fate reaches it.
    pub(super) fn heard(&mut self, fate: Fate, at: Address) -> bool {
        if fate.is_lost() {
            self.met(Met::LostReply, at, 1);
        }
        !fate.is_lost()
    }

    fn why_rejected(&self, item: &UpdateItem) -> Met {
        let is_level = |qty: Qty| Qty::ZERO <= qty && qty <= UNITS_MAX;
        let is_known = item.sku.index() < self.skus;
        match item.change {
            _ if !is_known => Met::UnknownSku,
            Change::Absolute(qty) | Change::Publish { qty, .. } if !is_level(qty) => {
                Met::BadQuantity
            }
            Change::CompareAndSet { to, .. } if !is_level(to) => Met::BadQuantity,
            Change::Delta(by) if by < -UNITS_MAX || by > UNITS_MAX => Met::BadQuantity,
            Change::Absolute(_)
            | Change::Delta(_)
            | Change::CompareAndSet { .. }
            | Change::Price(Money(_))
            | Change::Publish { .. } => Met::Rejected,
        }
    }

    fn say(&self, act: PartyAct, out: &mut Outbox) {
        out.facts.push(What::Party(Party { connector: self.connector, act }));
    }
}

/// The items of an update that a machine has not had under its key: a repetition has none.
pub(super) fn news(m: &Marketplace, request: &ChannelRequest) -> SmallVec<[UpdateItem; 1]> {
    match request {
        ChannelRequest::Update { key, items, .. } if !m.remembers(*key) => items.clone(),
        ChannelRequest::Update { .. }
        | ChannelRequest::PlaceOrder { .. }
        | ChannelRequest::FillCart { .. }
        | ChannelRequest::CancelOrder { .. }
        | ChannelRequest::Confirm { .. }
        | ChannelRequest::EditOrder { .. }
        | ChannelRequest::ListOrders { .. } => SmallVec::new(),
    }
}

impl<C: Cells> Estate<C> {
    /// Says what a connector from outside has met.
    pub(in crate::drive) fn outside_says(&self, by: &mut impl Driver, out: &mut Outbox) {
        if let Some(ear) = &self.ear {
            by.stamp(out, |_, out| ear.with(|ear| ear.say_met(out)));
        }
    }

    /// Whether there is somebody outside to be heard.
    pub(in crate::drive) fn hears_outside(&self) -> bool {
        self.ear.is_some()
    }

    /// A connector from outside asks, in that wall second; none: it was counted before.
    pub(in crate::drive) fn exchange_outside(
        &self,
        by: &mut impl Driver,
        (asked, second): (Asked, Option<u64>),
        out: &mut Outbox,
    ) -> Answer<Reply> {
        let Some(ear) = &self.ear else { return self.exchange(by, asked, out) };
        let retry_after = Some(Span::from_secs(1));
        let refused = ear.with(|ear| match &asked {
            Asked::Channel(id, request) => {
                if second.is_some_and(|second| ear.floods(Address::Channel(*id), second)) {
                    return Some(Reply::Channel(ChannelReply::Throttled { retry_after }));
                }
                let why = ear.refuses_channel(*id, request)?.to_owned();
                Some(Reply::Channel(ChannelReply::Invalid { why }))
            }
            Asked::Oms(request) => {
                if second.is_some_and(|second| ear.floods(Address::Oms, second)) {
                    return Some(Reply::Oms(OmsReply::Throttled { retry_after }));
                }
                let why = ear.refuses_oms(request)?.to_owned();
                Some(Reply::Oms(OmsReply::Invalid { why }))
            }
        });
        match refused {
            Some(reply) => Answer::heard(reply),
            None => self.exchange_heard(by, asked, Some(ear), out),
        }
    }

    /// A connector from outside met something.
    pub(in crate::drive) fn outside_met(&self, met: Met, at: Address) {
        if let Some(ear) = &self.ear {
            ear.with(|ear| ear.met(met, at, 1));
        }
    }

    /// It took a webhook.
    pub(in crate::drive) fn outside_took(
        &self,
        by: &mut impl Driver,
        notice: &Notice,
        out: &mut Outbox,
    ) {
        if let Some(ear) = &self.ear {
            by.stamp(out, |_, out| ear.with(|ear| ear.took(notice, out)));
        }
    }
}

/// What a change comes to, where that can be said.
fn written(change: Change) -> OfferWrite {
    match change {
        Change::Absolute(qty) => OfferWrite::Offer(qty),
        Change::Delta(by) => OfferWrite::Change(by),
        Change::CompareAndSet { expect, to } => OfferWrite::Change(to - expect),
        Change::Price(price) => OfferWrite::Price(price),
        Change::Publish { .. } => OfferWrite::Listing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_told_once_also_when_it_comes_late() {
        let mut told = ToldOf::default();
        let news = [5, 5, 7, 6, 6, 5, 200, 199, 7, 136, 137, 137].map(|v| told.is_new(v));
        assert_eq!(news, [1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0].map(|is_new| is_new == 1));
    }
}
