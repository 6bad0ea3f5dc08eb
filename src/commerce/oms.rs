//! Owns the OMS and source of record: the stock ledger, prices, listings, and the orders it holds.
//! Must not know channels' offers; it hears of orders from connectors alone.
//!
//! Ledger law: available = on hand − reserved; every change of it has a version and a cause.
//! Start at [`Oms::handle`].

mod amending;
mod by_hand;
mod defective;
mod entered;
mod forgetting;
mod gate;
mod hub;
mod levels;
mod located;
mod offered;
mod orders;
mod telling;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use self::entered::Hub;
use self::levels::PricesAhead;
use self::located::Located;
use self::offered::OfferLevels;
use self::telling::Of;
use super::defect::Defects;
use super::feed::Feed;
use super::imperfect::Faults;
use super::limiter::CallLimits;
use super::outbox::{Answer, Outbox};
use super::protocol::{OmsReply, OmsRequest, SourceNotice, UNITS_MAX};
use super::register::Register;
use super::terms::{Dialect, OmsPlay, SkuTerms};
use super::timers::Timers;
use crate::history::What;
use crate::history::charter::{Conversion, SourceTells};
use crate::history::fact::{Line, Lines, Release};
use crate::ids::{ChannelId, ConnectorId, Intent, OmsOrder, OpId, OrderId, SkuId, Version};
use crate::numbered::Numbered;
use crate::rng::{Draws, mix};
use crate::units::{At, Money, Qty};

/// The OMS with its source of record.
#[derive(Debug)]
pub struct Oms {
    play: OmsPlay,
    /// Who gets its webhooks of changes.
    tells: Vec<ConnectorId>,
    /// How many channels there are to have prices of their own.
    channels: usize,
    draws: Draws,
    faults: Faults,
    limits: CallLimits,
    skus: Vec<Sku>,
    /// Where their units are, where that is not one place.
    located: Option<Box<Located>>,
    /// What is made of them.
    offers: OfferLevels,
    /// Prices that were told ahead of their time.
    ahead: PricesAhead,
    records: Register<Record>,
    by_order: Numbered<OrderId, Known>,
    by_key: FxHashMap<u64, OmsOrder>,
    adjusted: FxHashSet<OpId>,
    /// Everything that changed, in order; a reader's cursor is a place in it.
    changes: Feed<SourceNotice>,
    /// Nobody will read them.
    unread: bool,
    timers: Timers<Later>,
    /// By channel: it is to be told what has left the building.
    tells_what_left: Vec<bool>,
    /// By channel: how its orders come into the books, where they are of another currency.
    books: Vec<Option<Conversion>>,
    /// By channel: whether its orders have later versions.
    amends: Vec<bool>,
    /// What is wrong with it.
    defects: Defects,
    /// The shop that it is to whoever comes by a platform's API, where it speaks one.
    hub: Option<Box<Hub>>,
}

/// One line of the processor's cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Sku {
    on_hand: Qty,
    reserved: Qty,
    version: Version,
    price: Money,
    price_version: Version,
    /// The newest version of its prices, those of a channel's own too.
    newest_price: Version,
    listing_version: Version,
}

impl Sku {
    fn available(&self) -> Qty {
        self.on_hand - self.reserved
    }

    /// What connectors are told of it.
    fn told(&self, tells: SourceTells) -> Qty {
        match tells {
            SourceTells::Available => self.available(),
            SourceTells::OnHand => self.on_hand,
        }
    }
}

/// An order record.
#[derive(Debug)]
struct Record {
    order: OrderId,
    /// The idempotency key that it was handed over with.
    key: Option<u64>,
    intent: Intent,
    lines: Lines,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Reserved,
    Short,
    Cancelled,
    Shipped,
}

/// What the OMS knows of a channel's order.
#[derive(Debug, Default)]
struct Known {
    /// Its records; more than one is a duplicate.
    records: SmallVec<[OmsOrder; 2]>,
    /// Units reserved ahead of the handoff, not yet taken over by a record.
    ahead: Option<Lines>,
    /// The newest version of it that anybody told of, …
    version: Version,
    /// … and its lines, where the handoff that comes may carry an older one.
    edited: Option<Lines>,
    /// The channel released it.
    released: Option<Release>,
    /// A reservation ahead was taken: a repetition takes none.
    reserved_once: bool,
}

#[derive(Debug)]
enum Later {
    /// A record that is short: cancel it, unless stock has come.
    GiveUp(OmsOrder),
    /// Ship it.
    Ship(OmsOrder),
    /// Release what was reserved ahead of a handoff.
    Lapse(OrderId),
}

impl Oms {
    /// An OMS that opens with the catalogue's stock and prices.
    pub fn new(play: OmsPlay, catalog: &[SkuTerms], tells: Vec<ConnectorId>, seed: u64) -> Oms {
        let draws = Draws::new(seed);
        let sku = |terms: &SkuTerms| Sku {
            on_hand: terms.stock,
            reserved: Qty::ZERO,
            version: Version(0),
            price: terms.price,
            price_version: Version(0),
            newest_price: Version(0),
            listing_version: Version(0),
        };
        Oms {
            tells,
            channels: 0,
            draws,
            faults: Faults::new(play.imperfections.clone(), draws, 0),
            limits: CallLimits::new(&play.limits),
            skus: catalog.iter().map(sku).collect(),
            located: None,
            offers: OfferLevels::default(),
            ahead: PricesAhead::default(),
            records: Register::default(),
            by_order: Numbered::default(),
            by_key: FxHashMap::default(),
            adjusted: FxHashSet::default(),
            changes: Feed::default(),
            unread: false,
            timers: Timers::default(),
            tells_what_left: Vec::new(),
            books: Vec::new(),
            amends: Vec::new(),
            defects: Defects::default(),
            hub: (play.dialect != Dialect::Neutral).then(|| Box::new(Hub::new(catalog))),
            play,
        }
    }

    /// So many channels can have prices of their own.
    #[must_use]
    pub fn pricing(mut self, channels: usize) -> Oms {
        self.channels = channels;
        self
    }

    /// It books the orders of each channel so.
    #[must_use]
    pub fn booking(mut self, books: Vec<Option<Conversion>>) -> Oms {
        self.books = books;
        self
    }

    /// Orders of these channels have later versions.
    #[must_use]
    pub fn amending(mut self, amends: Vec<bool>) -> Oms {
        self.amends = amends;
        self
    }

    /// Nobody reads its changes: all who care get webhooks. It keeps none.
    #[must_use]
    pub fn unread(mut self) -> Oms {
        self.unread = true;
        self
    }

    /// Answers a request.
    pub fn handle(&mut self, now: At, request: OmsRequest, out: &mut Outbox) -> Answer<OmsReply> {
        if let Some(reply) = self.gate(now, &request) {
            return Answer::heard(reply);
        }
        match request {
            OmsRequest::Handoff { order, intent, version, lines, key, attempt } => {
                if let Some(refused) = self.refuses_lines(&lines) {
                    return refused;
                }
                let lines = self.newest_of(now, order, (version, lines), out);
                let reply = self.hand_over(now, order, intent, &lines, key, attempt, out);
                Answer { reply, fate: self.faults.of_reply(mix(4, intent.0)) }
            }
            OmsRequest::Reserve { order, lines, .. } => {
                if let Some(refused) = self.refuses_lines(&lines) {
                    return refused;
                }
                let lines = self.newest_of(now, order, (Version(0), lines), out);
                self.reserve_ahead(now, order, &lines, out);
                Answer::heard(OmsReply::Done)
            }
            OmsRequest::Amend { order, version, lines } => {
                let refused = self.refuses_lines(&lines);
                refused.unwrap_or_else(|| self.amend(now, order, version, &lines, out))
            }
            OmsRequest::Release { order, why } => {
                self.release(now, order, why, out);
                Answer::heard(OmsReply::Done)
            }
            OmsRequest::Adjust { op, sku, units, at, .. } => {
                let of = Of { sku, offer: None, at };
                self.adjust(now, op, (of, units), out)
            }
            OmsRequest::SetPrice { sku, price, due, channel } => {
                self.set_price(now, (sku, channel), price, due, out)
            }
            OmsRequest::Publish { sku } => self.publish(now, sku, out),
            OmsRequest::ListChanges { after, limit } => Answer::heard(self.list(after, limit)),
            OmsRequest::ListLevels { after, limit } => {
                Answer::heard(self.levels(now, after, limit))
            }
        }
    }

    /// When it next has something to do by itself.
    pub fn next_wake(&self) -> Option<At> {
        self.timers.next()
    }

    /// Does what is due.
    pub fn wake(&mut self, now: At, out: &mut Outbox) {
        while let Some(later) = self.timers.due(now) {
            match later {
                Later::GiveUp(oms) => self.give_up(now, oms, out),
                Later::Ship(oms) => self.ship(now, oms, out),
                Later::Lapse(order) => self.lapse(now, order, out),
            }
        }
    }

    /// Nothing is under way inside it that could still change an offer or an order's fate:
    /// shipping does neither, unless connectors hear of what left the building.
    pub fn is_quiet(&self) -> bool {
        let ships = self.play.tells == SourceTells::OnHand;
        !self.timers.any(|later| match later {
            Later::GiveUp(_) => true,
            Later::Ship(_) => ships,
            Later::Lapse(_) => false,
        })
    }

    /// What is available of a SKU; none: it is not in the catalogue.
    pub fn available(&self, sku: SkuId) -> Option<Qty> {
        self.skus.get(sku.index()).map(Sku::available)
    }

    /// The cursor of a reader that has read everything.
    pub fn cursor(&self) -> u64 {
        self.changes.end()
    }

    /// The merchant moves stock.
    fn adjust(
        &mut self,
        now: At,
        op: OpId,
        (of, units): (Of, Qty),
        out: &mut Outbox,
    ) -> Answer<OmsReply> {
        if of.sku.index() >= self.skus.len() {
            return invalid("the SKU is not in the catalogue");
        }
        if units < -UNITS_MAX || units > UNITS_MAX {
            return invalid("no movement of stock has more than a billion units");
        }
        if let Some(why) = self.refuses_place(of.at) {
            return invalid(why);
        }
        if self.adjusted.insert(op) {
            self.move_units(now, of, units, out);
            self.books_again(now, op, (of, units), out);
            self.tell_offers_of(now, of.sku, out);
        }
        Answer::heard(OmsReply::Done)
    }

    /// Says what is wrong with an order's lines, if something is.
    fn refuses_lines(&self, lines: &[Line]) -> Option<Answer<OmsReply>> {
        if lines.is_empty() {
            return Some(invalid("an order has at least one line"));
        }
        if lines.iter().any(|line| line.sku.index() >= self.skus.len()) {
            return Some(invalid("a line names a SKU that is not in the catalogue"));
        }
        let sane = |line: &Line| line.qty > Qty::ZERO && line.qty <= UNITS_MAX;
        (!lines.iter().all(sane))
            .then(|| invalid("a line has at least one unit and at most a billion"))
    }

    fn set_price(
        &mut self,
        now: At,
        (id, channel): (SkuId, Option<ChannelId>),
        price: Money,
        due: At,
        out: &mut Outbox,
    ) -> Answer<OmsReply> {
        if channel.is_some_and(|channel| channel.index() >= self.channels) {
            return invalid("there is no such channel");
        }
        let Some(sku) = self.skus.get_mut(id.index()) else {
            return invalid("the SKU is not in the catalogue");
        };
        if price < Money::ZERO {
            return invalid("a price is not negative");
        }
        // A price that should have been due already is due now: nobody could have shown it.
        let due = due.max(now);
        let held = (sku.price_version, sku.price);
        sku.newest_price.0 += 1;
        let version = sku.newest_price;
        if let Some(channel) = channel {
            self.ahead.tell_of(id, channel, (version, price), due, now);
        } else {
            (sku.price_version, sku.price) = (version, price);
            if due > now {
                self.ahead.holds(id, held);
            }
            self.ahead.tell(id, (version, price), due, now);
        }
        out.facts.push(What::PriceSet { sku: id, version, price, due, channel });
        let thing = mix(mix(10, u64::from(id.0)), version.0);
        let notice = SourceNotice::Price { sku: id, version, price, due, channel };
        self.say(now, notice, thing, out);
        Answer::heard(OmsReply::Done)
    }
}

/// A line as the OMS knows it: without what the channel offered.
fn bare(line: &Line) -> Line {
    Line { offered: Qty::ZERO, left: Qty::ZERO, ..*line }
}

fn invalid(why: &str) -> Answer<OmsReply> {
    Answer::heard(OmsReply::Invalid { why: why.to_owned() })
}

#[cfg(test)]
mod hub_tests;
#[cfg(test)]
mod tests;
