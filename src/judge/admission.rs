//! Owns which facts are admitted to judgement: those that speak of what is there, within reason.
//! Must not know what is made of them.
//!
//! A fact about nobody is never counted: it would be believed of somebody else, or of no channel at
//! all. What may be absent is what a judgement is about: an order that the OMS got and no channel
//! accepted is a ghost, and judged as one.

use super::alarms::SPELLS_MAX as ALERTS_MAX;
use super::holders::Holders;
use super::injected::SPELLS_MAX;
use super::judgement::Witness;
use super::orders::QTY_MAX;
use super::refusal::NotAHistory;
use super::run::Run;
use crate::history::charter::{Observed, StockRule};
use crate::history::fact::groups::of_the_run;
use crate::history::fact::{
    Action, Cart, CartEnd, Fact, Line, Named, PartyAct, REMARK_CHARS_MAX, Seen, SourceSaid,
    StockCause, What,
};
use crate::ids::{
    AlertId, ChannelId, ConnectorId, FaultId, LocationId, NAME_CHARS_MAX, OmsOrder, OpId, OrderId,
    SkuId, Version,
};
use crate::units::{At, Ppm, Qty};

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
    /// Records that the OMS created, and whose they are.
    records: Holders,
}

impl Refuser {
    /// Refuses a fact that speaks of what is not there, before anybody indexes by it.
    pub(super) fn check(&mut self, fact: &Fact, run: &Run) -> Result<(), NotAHistory> {
        let check = Check { run, seq: fact.seq };
        if fact.at > AT_MAX {
            return check.absurd(format!("a time {} µs after the start", fact.at.0));
        }
        fact.what.names(&mut |name| check.is_there(name))?;
        if let What::Alert { alert, channel, firing } = fact.what {
            return check.raised(alert, channel, firing);
        }
        match &fact.what {
            What::Unsent { op, .. } => op.map_or(Ok(()), |op| check.open(op)),
            What::Answered { op, .. } => check.open(*op),
            What::Resolved { op, .. } => check.unresolved(*op),
            What::Accepted { order, lines, .. } => {
                check.number(*order).and_then(|()| check.units(lines))?;
                check.offers(lines)
            }
            What::TurnedAway { line, .. } => check.units(line.as_slice()),
            What::Carted(cart) => {
                check.units(&cart.lines).and_then(|()| check.cart(cart))?;
                check.offers(&cart.lines)
            }
            What::CartEnded(end) => check.cart_ended(end),
            What::Paid { order } | What::Released { order, .. } => check.accepted(*order),
            What::Acknowledged(of) | What::Dispatched(of) => check.accepted(of.order),
            What::Edited(edited) => check.edited(edited.order, &edited.lines),
            What::Amended(told) => {
                check.units(&told.lines).and_then(|()| self.held(&check, told.order, told.oms))
            }
            What::Held { order, oms, lines, .. } => self.holds(&check, (*order, *oms), lines),
            What::Stock { sku, cause: StockCause::Opening, at, .. } => {
                check.place(*at).and_then(|()| check.opening(*sku, fact.at))
            }
            What::Supply { at, .. } | What::Stock { at, .. } => check.place(*at),
            What::OmsCancelled { order, oms, .. } => self.held(&check, *order, *oms),
            What::Shipped { order, oms, lines } => {
                check.units(lines).and_then(|()| self.held(&check, *order, *oms))
            }
            What::RuleSet { rule, .. } => check.rule(*rule),
            What::Queue { connector, partition, .. } => check.queue(*connector, *partition),
            What::Fault { fault, in_force } => check.turned(*fault, *in_force),
            What::FaultHits { fault, .. } => check.began(*fault),
            What::Acted(action) => check.words(action),
            What::Party(party) => check.party(party.act),
            What::Shown { seen, qty, .. } => {
                check.offer(*qty).and_then(|()| check.looked(seen.as_deref(), fact.at))
            }
            What::Priced { seen, .. } | What::Listed { seen, .. } => {
                check.looked(seen.as_deref(), fact.at)
            }
            What::Sent { .. }
            | What::PriceSet { .. }
            | What::ListingSet { .. }
            | What::Delivered { .. }
            | What::Noticed { .. }
            | What::Pushed { .. }
            | What::HandoffTried { .. }
            | What::GaveUp { .. }
            | of_the_run!() => Ok(()),
        }
    }

    /// A record is created once.
    fn holds(
        &mut self,
        check: &Check<'_>,
        (order, oms): (OrderId, OmsOrder),
        lines: &[Line],
    ) -> Result<(), NotAHistory> {
        check.units(lines)?;
        if self.records.hold(oms, order) {
            return Ok(());
        }
        let order = check.name(order);
        check.never(format!("a new record {} of {order}, which is one already", oms.0))
    }

    /// The OMS's word on a record that it created.
    fn held(&self, check: &Check<'_>, order: OrderId, oms: OmsOrder) -> Result<(), NotAHistory> {
        // Who was never told of its records may be told all the same that one was cancelled.
        let seen = check.run.charter.observes_all(&[Observed::OmsOrders]);
        if !seen || self.records.are(oms, order) {
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
        if partition >= PARTITIONS_MAX {
            let name = &self.run.charter.connectors[connector.index()].name;
            return self.absurd(format!("partition {partition} of connector {name}"));
        }
        Ok(())
    }

    /// The number of an order that is being accepted: memory is kept by it.
    fn number(&self, order: OrderId) -> Result<(), NotAHistory> {
        if order.number > NUMBER_SLACK + NUMBERS_A_FACT * self.seq {
            return self.absurd(format!("order number {}", order.number));
        }
        Ok(())
    }

    fn accepted(&self, order: OrderId) -> Result<(), NotAHistory> {
        if self.run.ways.orders.get(order).is_some() {
            return Ok(());
        }
        self.never(format!("{}, which was never accepted", self.name(order)))
    }

    fn units(&self, lines: &[Line]) -> Result<(), NotAHistory> {
        match lines.iter().find(|line| !(0..=QTY_MAX).contains(&line.qty.0)) {
            Some(line) => self.absurd(format!("a line of {} units", line.qty.0)),
            None => Ok(()),
        }
    }

    /// What is sold as an offer is sold whole, and its parts under no other offer of the order.
    fn offers(&self, lines: &[Line]) -> Result<(), NotAHistory> {
        self.run.bundled.refused(lines).map_or(Ok(()), |what| self.never(what))
    }

    /// An edit gives units up; one that adds some would be a sale that nobody judges.
    fn edited(&self, order: OrderId, lines: &[Line]) -> Result<(), NotAHistory> {
        self.accepted(order).and_then(|()| self.units(lines))?;
        if !self.run.bundled.is_plain(order) || lines.iter().any(|line| line.offer.is_some()) {
            return self.never(format!("an edit of {}, of an offer of parts", self.name(order)));
        }
        let orders = &self.run.ways.orders;
        let mut left = orders.by_sku(order);
        let adds = |line: &Line| {
            let left = left.entry(line.sku).or_default();
            *left -= line.qty;
            *left < Qty::ZERO
        };
        if !orders.is_whole(order) || !lines.iter().any(adds) {
            return Ok(());
        }
        self.never(format!("an edit that adds units to {}", self.name(order)))
    }

    /// An intent has one cart on a channel at a time.
    fn cart(&self, cart: &Cart) -> Result<(), NotAHistory> {
        if !self.run.untaken.has_cart(cart.channel, cart.intent) {
            return Ok(());
        }
        self.never(format!("a second cart of intent {}, whose first holds units", cart.intent.0))
    }

    fn cart_ended(&self, end: &CartEnd) -> Result<(), NotAHistory> {
        if self.run.untaken.has_cart(end.channel, end.intent) {
            return Ok(());
        }
        self.never(format!("the end of a cart of intent {}, which holds nothing", end.intent.0))
    }

    fn offer(&self, qty: Qty) -> Result<(), NotAHistory> {
        // As many as a stock list may have, in all its places.
        if qty >= Qty::ZERO {
            return Ok(());
        }
        self.absurd(format!("an offer of {} units", qty.0))
    }

    /// The opening is what stood there before anything happened.
    fn opening(&self, sku: SkuId, at: At) -> Result<(), NotAHistory> {
        let opening = self.run.is_opening(Witness { seq: self.seq, at });
        if opening || self.run.ledger.belief(sku).available.is_none() {
            return Ok(());
        }
        self.never(format!("the opening stock of SKU {}, which had changed since", sku.0))
    }

    /// Stock has a place where there are several, and none where there is one.
    fn place(&self, at: Option<LocationId>) -> Result<(), NotAHistory> {
        match (at, self.run.charter.locations.is_empty()) {
            (None, false) => self.absurd("stock at no location, of several".into()),
            // Of a location that is not there the names have been refused.
            (Some(_), _) | (None, true) => Ok(()),
        }
    }

    fn looked(&self, seen: Option<&Seen>, at: At) -> Result<(), NotAHistory> {
        if seen.is_some_and(|seen| seen.not_before > at) {
            return self.absurd("a last look in vain that is later than itself".into());
        }
        Ok(())
    }

    fn rule(&self, rule: StockRule) -> Result<(), NotAHistory> {
        let units = [rule.holds_back, rule.shows_at_most.unwrap_or(Qty::ZERO)];
        let within = units.iter().all(|units| (0..=QTY_MAX).contains(&units.0));
        if within && rule.allocation <= Ppm::ONE {
            return Ok(());
        }
        let StockRule { allocation, holds_back, shows_at_most, .. } = rule;
        let most = shows_at_most.map_or_else(|| "no cap".to_owned(), |most| most.0.to_string());
        self.absurd(format!(
            "a rule that allots {} ppm, holds back {} and shows at most {most}",
            allocation.0, holds_back.0
        ))
    }

    /// A fault begins when it is not in force, and ends when it is.
    fn turned(&self, fault: FaultId, in_force: bool) -> Result<(), NotAHistory> {
        let injected = &self.run.injected;
        if injected.is_in_force(fault) == in_force {
            let what = if in_force { "a second beginning" } else { "an end" };
            return self.never(format!("{what} of fault {}, which is no such thing", fault.0));
        }
        if in_force && injected.times(fault) >= SPELLS_MAX {
            return self.absurd(format!("fault {} beginning so often", fault.0));
        }
        Ok(())
    }

    /// Who acts has a name, as a step of the scenario has one; what is said with it is short.
    fn words(&self, action: &Action) -> Result<(), NotAHistory> {
        let is_longer = |said: &str, most: usize| said.chars().nth(most).is_some();
        if is_longer(&action.by, NAME_CHARS_MAX) {
            return self.absurd(format!("a name of more than {NAME_CHARS_MAX} letters"));
        }
        if action.act.remark().is_some_and(|said| is_longer(said, REMARK_CHARS_MAX)) {
            return self.absurd(format!("a remark of more than {REMARK_CHARS_MAX} letters"));
        }
        Ok(())
    }

    /// What somebody was told, the source has said.
    fn party(&self, act: PartyAct) -> Result<(), NotAHistory> {
        let PartyAct::Read { sku, told } = act else { return Ok(()) };
        let run = self.run;
        let (is_so, what, version) = match told {
            SourceSaid::Stock { version, available } => {
                let newest = run.ledger.belief(sku).available;
                let is_so = newest.is_some_and(|(told, newest)| {
                    version < newest || (version, available) == (newest, told)
                });
                (is_so, "stock level", version)
            }
            SourceSaid::Price { version, price, .. } => {
                let is_so = version == Version(0) || run.prices.was_set(sku, version, price);
                (is_so, "price", version)
            }
            SourceSaid::Listing { version } => {
                let newest = run.published.get(&sku).copied().unwrap_or_default();
                (version <= newest, "listing", version)
            }
        };
        if is_so {
            return Ok(());
        }
        let (sku, version) = (sku.0, version.0);
        self.never(format!("a {what} {version} of SKU {sku} told, which the source never said"))
    }

    /// An alert fires when it does not, and clears when it does, where its rule looks.
    fn raised(
        &self,
        alert: AlertId,
        channel: Option<ChannelId>,
        firing: bool,
    ) -> Result<(), NotAHistory> {
        let Some(spells) = self.run.alarms.spells(alert, channel) else {
            return self.never(format!("alert {} on what it does not watch", alert.0));
        };
        let fires = spells.last().is_some_and(|spell| spell.until.is_none());
        if fires == firing {
            let what = if firing { "a second beginning" } else { "an end" };
            return self.never(format!("{what} of alert {}, which is no such thing", alert.0));
        }
        if firing && spells.len() >= ALERTS_MAX {
            return self.absurd(format!("alert {} firing so often", alert.0));
        }
        Ok(())
    }

    /// What a fault met, it met while it was in force.
    fn began(&self, fault: FaultId) -> Result<(), NotAHistory> {
        if self.run.injected.times(fault) > 0 {
            return Ok(());
        }
        self.never(format!("what fault {} met, which never began", fault.0))
    }

    fn is_there(&self, name: Named) -> Result<(), NotAHistory> {
        let charter = &self.run.charter;
        match name {
            Named::Channel(id) => self.below(id.index(), charter.channels.len(), "channel"),
            Named::Connector(id) => self.below(id.index(), charter.connectors.len(), "connector"),
            Named::Location(id) => self.below(id.index(), charter.locations.len(), "location"),
            Named::Sku(id) => self.below(id.index(), charter.skus as usize, "SKU"),
            Named::Offer(id) => {
                let numbers = charter.skus as usize + charter.offers.len();
                let what = if charter.offers.is_empty() { "SKU" } else { "SKU or offer" };
                self.below(id.index(), numbers, what)
            }
            Named::Fault(id) => self.below(id.index(), charter.faults.len(), "fault"),
            Named::Promotion(place) => {
                self.below(usize::from(place), charter.promotions.len(), "promotion")
            }
            Named::Role(place) => self.below(usize::from(place), charter.roles.len(), "role"),
            Named::Alert(id) => self.below(id.index(), charter.alerts.len(), "alert"),
        }
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
