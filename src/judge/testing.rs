//! Owns histories built by hand for tests: a small estate, a campaign on it that is a GO, and the
//! means to spoil it. Must not judge.

use super::fold::Fold;
use super::judgement::{GateResult, Invariant, InvariantResult, Judgement};
use crate::history::charter::{
    ChannelTerms, Charter, ConnectorTerms, Gate, Kpi, Limits, OrderFlow, OwnSales, Owner, Phase,
    StockRule, TakesStock,
};
use crate::history::fact::{
    Call, CallOutcome, Delivery, Ending, Fact, Line, Outcome, Refusal, StockCause, SupplyChange,
    What,
};
use crate::history::samples;
use crate::ids::{Buyer, ChannelId, ConnectorId, Intent, OmsOrder, OpId, OrderId, SkuId, Version};
use crate::units::{At, Money, Ppm, Qty, Span};

pub(crate) const PRICE: Money = Money(2_000);
/// SKUs of the healthy campaign that sell out.
pub(crate) const SOLD_OUT: u32 = 700;
/// … and those that get a new price, and those listed while it runs.
pub(crate) const OTHERS: u32 = 80;

/// Two channels, one connector, every gate at its standard.
pub(crate) fn charter(skus: u32) -> Charter {
    let channel = |name: &str| ChannelTerms {
        name: name.into(),
        share: Ppm(500_000),
        rule: StockRule::ALL,
        own_sales: OwnSales::AtOnce,
        takes_stock: TakesStock::AtOrder,
        edits: false,
        from: Vec::new(),
        connector: ConnectorId(0),
        book_offset_min: 0,
        flap: Span::from_mins(2),
        tariff: None,
        flow: OrderFlow::default(),
    };
    let gate = |kpi| Gate { kpi, limits: Limits::standard(kpi), loosened: false };
    let ends = At(60 * 60_000_000);
    Charter {
        skus,
        channels: vec![channel("storefront"), channel("bazaar")],
        connectors: vec![ConnectorTerms {
            name: "hub".into(),
            retries: true,
            settings: vec![],
            works: None,
            looks: None,
            delays: vec![],
        }],
        phases: vec![Phase { name: "peak".into(), from: At::START, until: ends, silent: false }],
        traffic_ends: ends,
        drain: Span::from_mins(60),
        gates: Kpi::ALL.map(gate).to_vec(),
        owners: vec![
            Owner { class: "prices".into(), team: "pricing".into() },
            Owner { class: "*".into(), team: "ops".into() },
        ],
        speed_milli: 0,
        ..samples::charter()
    }
}

/// A history under construction: facts at times, put in order at the end.
#[derive(Clone)]
pub(crate) struct Play {
    pub(crate) charter: Charter,
    pub(crate) facts: Vec<(At, What)>,
    numbers: Vec<u64>,
    intents: u64,
    ops: u64,
}

pub(crate) fn secs(s: u64) -> At {
    At(s * 1_000_000)
}

pub(crate) fn line(sku: u32, qty: i64, offered: i64) -> Line {
    let left = Qty((offered - qty).max(0));
    Line { offer: None, sku: SkuId(sku), qty: Qty(qty), price: PRICE, offered: Qty(offered), left }
}

pub(crate) fn order(channel: u16, number: u64) -> OrderId {
    OrderId { channel: ChannelId(channel), number }
}

impl Play {
    pub(crate) fn new(charter: Charter) -> Play {
        let numbers = vec![0; charter.channels.len()];
        Play { charter, facts: Vec::new(), numbers, intents: 0, ops: 0 }
    }

    pub(crate) fn add(&mut self, s: u64, what: What) -> &mut Play {
        self.facts.push((secs(s), what));
        self
    }

    /// What stands there at the start of one SKU.
    pub(crate) fn open(&mut self, sku: u32, units: i64) -> &mut Play {
        let (id, units) = (SkuId(sku), Qty(units));
        self.add(0, What::Supply { sku: id, units, why: SupplyChange::Opening, at: None });
        self.stock(0, sku, [0, units.0, 0, units.0], StockCause::Opening);
        for channel in 0..self.charter.channels.len() as u16 {
            let (channel, version) = (ChannelId(channel), Version(0));
            self.add(0, What::Listed { channel, sku: id, version, seen: None });
            self.add(0, What::Priced { channel, sku: id, version, price: PRICE, seen: None });
            self.show(0, channel.0, sku, 0, units.0);
        }
        self
    }

    /// [version, on hand, reserved, change].
    pub(crate) fn stock(&mut self, s: u64, sku: u32, v: [i64; 4], cause: StockCause) -> &mut Play {
        self.add(
            s,
            What::Stock {
                sku: SkuId(sku),
                version: Version(v[0] as u64),
                on_hand: Qty(v[1]),
                reserved: Qty(v[2]),
                change: Qty(v[3]),
                cause,
                at: None,
            },
        )
    }

    pub(crate) fn show(&mut self, s: u64, channel: u16, sku: u32, v: u64, qty: i64) -> &mut Play {
        let (channel, sku, version) = (ChannelId(channel), SkuId(sku), Version(v));
        self.add(s, What::Shown { channel, sku, version, qty: Qty(qty), seen: None })
    }

    /// A shopper's order accepted, with the calls around it.
    pub(crate) fn sell(&mut self, s: u64, channel: u16, lines: &[Line]) -> OrderId {
        let intent = self.call(s, channel, Outcome::Done);
        self.sell_for(s, channel, lines, intent)
    }

    /// An order accepted for an intent of old.
    pub(crate) fn sell_for(
        &mut self,
        s: u64,
        channel: u16,
        lines: &[Line],
        intent: Intent,
    ) -> OrderId {
        let id = order(channel, self.numbers[usize::from(channel)]);
        self.numbers[usize::from(channel)] += 1;
        let (buyer, lines) = (Buyer(intent.0), lines.to_vec());
        self.add(
            s,
            What::Accepted { order: id, intent, buyer, lines: lines.into(), awaits_payment: false },
        );
        id
    }

    pub(crate) fn refuse(&mut self, s: u64, channel: u16, line: Line) -> &mut Play {
        let intent = self.call(s, channel, Outcome::Refused);
        let (channel, why) = (ChannelId(channel), Refusal::Stock);
        self.add(s, What::TurnedAway { channel, intent, why, line: Some(line) })
    }

    /// The OMS gets the order and holds it.
    pub(crate) fn hold(&mut self, s: u64, order: OrderId, lines: &[Line]) -> &mut Play {
        self.add(s, What::Delivered { order, attempt: 1, made: Delivery::Created });
        self.add(s, What::Held { order, oms: record_of(order), lines: lines.into(), booked: None })
    }

    /// The OMS gets the order once more and holds it twice.
    pub(crate) fn hold_again(&mut self, s: u64, order: OrderId, lines: &[Line]) -> &mut Play {
        self.add(s, What::Delivered { order, attempt: 1, made: Delivery::Created });
        let oms = OmsOrder(record_of(order).0 + 32);
        self.add(s, What::Held { order, oms, lines: lines.into(), booked: None })
    }

    /// A shopper's call that is answered so.
    pub(crate) fn call(&mut self, s: u64, channel: u16, outcome: Outcome) -> Intent {
        let (op, intent) = (OpId(self.ops), Intent(self.intents));
        self.ops += 1;
        self.intents += 1;
        let channel = Some(ChannelId(channel));
        let call = Call::PlaceOrder;
        self.add(s, What::Sent { op, call, channel, intent, intended: secs(s) });
        self.add(s, What::Answered { op, outcome });
        intent
    }

    /// The OMS gives the unit of an order back, and every channel shows it.
    pub(crate) fn give_back(&mut self, s: u64, order: OrderId) -> &mut Play {
        let sku = self.facts.iter().find_map(|(_, what)| match what {
            What::Accepted { order: of, lines, .. } if *of == order => Some(lines[0].sku),
            _ => None,
        });
        let sku = sku.expect("an order that was accepted");
        let mut levels = self.facts.iter().rev().filter_map(|(_, what)| match what {
            What::Stock { sku: of, version, on_hand, reserved, .. } if *of == sku => {
                Some((version.0 as i64, on_hand.0, reserved.0))
            }
            _ => None,
        });
        let (version, on_hand, reserved) = levels.next().expect("a level");
        let level = [version + 1, on_hand, reserved - 1, 1];
        self.stock(s, sku.0, level, StockCause::Release(order));
        for channel in 0..self.charter.channels.len() as u16 {
            self.show(s, channel, sku.0, level[0] as u64, on_hand - level[2]);
        }
        self
    }

    pub(crate) fn end(&mut self, s: u64) -> &mut Play {
        self.add(s, What::Quiet {});
        self.add(s, What::Ended { why: Ending::Finished })
    }

    /// The history: the charter, then facts by time.
    pub(crate) fn history(&self) -> Vec<Fact> {
        let mut facts = self.facts.clone();
        facts.sort_by_key(|(at, _)| *at);
        let charter = What::Charter(Box::new(self.charter.clone()));
        let all = std::iter::once((At::START, charter)).chain(facts).enumerate();
        all.map(|(seq, (at, what))| Fact { seq: seq as u64, at, wall: 0, what }).collect()
    }

    pub(crate) fn judge(&self) -> Judgement {
        eat(&self.history()).judge().expect("a history with its charter")
    }

    /// Changes every fact, or drops it.
    pub(crate) fn edit(&mut self, each: impl FnMut(At, What) -> Option<(At, What)>) -> &mut Play {
        let mut each = each;
        let old = std::mem::take(&mut self.facts);
        self.facts = old.into_iter().filter_map(|(at, what)| each(at, what)).collect();
        self
    }
}

pub(crate) fn eat(facts: &[Fact]) -> Fold {
    let mut fold = Fold::new();
    for fact in facts {
        fold.eat(fact).expect("a history that can be judged");
    }
    fold
}

pub(crate) fn gate(judgement: &Judgement, kpi: Kpi, channel: Option<u16>) -> &GateResult {
    let channel = channel.map(ChannelId);
    let found = judgement.gates.iter().find(|gate| gate.kpi == kpi && gate.channel == channel);
    found.expect("every gate has a result on every scope")
}

pub(crate) fn invariant(judgement: &Judgement, which: Invariant) -> &InvariantResult {
    judgement.invariants.iter().find(|result| result.invariant == which).expect("all are there")
}

/// A campaign in which everything is put to the test and nothing goes wrong: 700 SKUs of three
/// units sell out on both channels, prices change, listings are added, one handoff is retried and
/// one delivered twice.
pub(crate) fn healthy() -> Play {
    let mut play = Play::new(charter(SOLD_OUT + 2 * OTHERS));
    for sku in 0..SOLD_OUT {
        play.open(sku, 3);
    }
    for sku in SOLD_OUT..SOLD_OUT + OTHERS {
        play.open(sku, 1_000);
    }
    for sku in 0..SOLD_OUT {
        sell_out(&mut play, sku, 10 + u64::from(sku) * 2);
    }
    for i in 0..OTHERS {
        let s = 20 + u64::from(i) * 18;
        reprice(&mut play, s, SOLD_OUT + i);
        list(&mut play, s, SOLD_OUT + OTHERS + i);
    }
    let known = order(0, 0);
    play.add(60, What::Delivered { order: known, attempt: 2, made: Delivery::Known });
    let (connector, outcome, sent) = (ConnectorId(0), CallOutcome::Done, secs(59));
    let waited = Span::from_secs(1);
    play.add(60, What::HandoffTried { connector, order: known, attempt: 2, waited, sent, outcome });
    play.add(3_600, What::TrafficEnded {});
    play.end(7_300);
    play
}

/// Three orders a minute apart, on alternating channels, each known to the other channel twenty
/// seconds later; then one more on each channel, refused.
fn sell_out(play: &mut Play, sku: u32, s: u64) {
    for i in 0..3 {
        let (s, left) = (s + 60 * i as u64, 3 - i);
        let channel = ((u64::from(sku) + i as u64) % 2) as u16;
        let lines = [line(sku, 1, left)];
        let order = play.sell(s, channel, &lines);
        play.hold(s + 10, order, &lines);
        play.stock(s + 10, sku, [i + 1, 3, i + 1, -1], StockCause::Reserve(order));
        play.show(s + 20, 1 - channel, sku, i as u64 + 1, left - 1);
    }
    for channel in 0..2 {
        play.refuse(s + 150, channel, line(sku, 1, 0));
    }
}

fn reprice(play: &mut Play, s: u64, sku: u32) {
    let (id, version, price) = (SkuId(sku), Version(1), Money(1_500));
    play.add(s, What::PriceSet { sku: id, version, price, due: secs(s + 30), channel: None });
    for channel in [0, 1].map(ChannelId) {
        play.add(s + 60, What::Priced { channel, sku: id, version, price, seen: None });
    }
}

fn list(play: &mut Play, s: u64, sku: u32) {
    let (id, version) = (SkuId(sku), Version(1));
    play.add(s, What::ListingSet { sku: id, version });
    for channel in [0, 1].map(ChannelId) {
        play.add(s + 90, What::Listed { channel, sku: id, version, seen: None });
    }
}

impl Play {
    /// Gives channels added to the charter their order numbers.
    pub(crate) fn more_channels(&mut self) {
        self.numbers.resize(self.charter.channels.len(), 0);
    }
}

impl Charter {
    /// Moves every channel's midnight to so many seconds after the campaign's start.
    pub(crate) fn book_days_break_at(&mut self, s: u64) {
        let minutes = (24 * 60 - s / 60) as i32;
        self.starts = "2026-11-27T00:00:00Z".into();
        for channel in &mut self.channels {
            channel.book_offset_min = minutes;
        }
    }
}

/// The OMS's first record of an order: a number of its own.
pub(crate) fn record_of(order: OrderId) -> OmsOrder {
    OmsOrder(order.number * 64 + u64::from(order.channel.0))
}
