//! Owns small worlds for tests: a plan without any imperfection, and what a history adds up to.
//! Must not know what is tested with them, nor the judge.

use std::collections::{BTreeMap, BTreeSet};

use crate::commerce::terms::{
    ChannelPlay, ConnectorPlay, Dialect, Imperfections, KeptForOperator, OfferPlay, OmsPlay,
    Payment, Priority, Reserve, Retry, Rhythm, Shortage, SkuTerms, TakesFrom, Taking, UpdateStyle,
    WorldTerms,
};
use crate::drive::hand::Act;
use crate::drive::simulated::play;
use crate::history::charter::{
    BookedBy, ChannelTerms, Charter, ConnectorTerms, Evidence, GoWhen, HISTORY_MINOR,
    HISTORY_VERSION, Honesty, LocationTerms, OfferPart, OfferTerms, OrderFlow, OwnSales, Phase,
    Promises, SourceTells, StockRule, TakesStock,
};
use crate::history::stamp::Tape;
use crate::history::{Fact, What};
use crate::ids::{ChannelId, ConnectorId, LocationId, OrderId, SkuId};
use crate::law::Law;
use crate::scenario::Plan;
use crate::traffic::plan::{CustomerCancellations, Piece, Shape};
use crate::traffic::{Demand, MerchantPlan, Traffic};
use crate::units::{At, Money, Ppm, Qty, Rate, Span};

/// One connector, everything at once, no imperfection, every SKU equally wanted.
pub(crate) struct Sketch<'a> {
    /// Shares of the channels; they sum to a million.
    pub(crate) shares: &'a [u32],
    pub(crate) skus: u32,
    pub(crate) stock_each: i64,
    pub(crate) orders_per_hour: u64,
    pub(crate) lasts: Span,
}

impl Sketch<'_> {
    pub(crate) fn plan(&self) -> Plan {
        let ends = At::START + self.lasts;
        Plan {
            charter: self.charter(ends),
            traffic: Traffic::Modelled(self.demand(ends)),
            merchant: MerchantPlan { until: ends, ..MerchantPlan::default() },
            world: self.world(),
            external: None,
            unknowns: Vec::new(),
            notes: Vec::new(),
            resolved: String::new(),
            ports: BTreeMap::new(),
            interventions: Vec::new(),
            levers: crate::scenario::levers::Levers::default(),
        }
    }

    fn charter(&self, ends: At) -> Charter {
        Charter {
            version: HISTORY_VERSION,
            minor: HISTORY_MINOR,
            source_tells: SourceTells::Available,
            made_by: "test".to_owned(),
            campaign: "test".to_owned(),
            starts: "2026-11-27T06:00:00+00:00[UTC]".to_owned(),
            seed: 1,
            evidence: Evidence::Model,
            speed_milli: 1_000,
            currency: "USD".to_owned(),
            currency_digits: 2,
            skus: self.skus,
            sku_names: Vec::new(),
            offers: Vec::new(),
            locations: Vec::new(),
            alerts: Vec::new(),
            channels: self.shares.iter().enumerate().map(channel_terms).collect(),
            connectors: vec![ConnectorTerms {
                name: "hub".to_owned(),
                retries: true,
                settings: vec![],
                works: None,
                looks: None,
                delays: vec![],
            }],
            phases: vec![Phase {
                name: "all".to_owned(),
                from: At::START,
                until: ends,
                silent: false,
            }],
            promotions: Vec::new(),
            faults: Vec::new(),
            roles: Vec::new(),
            steps: Vec::new(),
            objectives: Vec::new(),
            traffic_ends: ends,
            drain: Span::from_mins(60),
            promises: Promises::default(),
            gates: Vec::new(),
            go_when: GoWhen::Watch,
            owners: Vec::new(),
            accepted_risks: Vec::new(),
            honesty: Honesty::default(),
            observes: crate::history::charter::Observed::everything(),
            not_tested: Vec::new(),
            not_known: Vec::new(),
            input: None,
        }
    }

    fn demand(&self, ends: At) -> Demand {
        let rate = Rate::per_hour(self.orders_per_hour);
        Demand {
            curve: vec![Piece {
                from: At::START,
                until: ends,
                rate_from: rate,
                rate_to: rate,
                shape: Shape::Linear,
            }],
            channels: self.shares.iter().map(|share| Ppm(*share)).collect(),
            popularity: vec![1.0; self.skus as usize],
            heroes: None,
            offers: Vec::new(),
            lines: vec![(1, Ppm::ONE)],
            units: vec![(1, Ppm::ONE)],
            cancellations: CustomerCancellations {
                share: Ppm::ZERO,
                after: Law::Constant(Span::ZERO),
            },
            buyers: 1_000,
        }
    }

    fn world(&self) -> WorldTerms {
        let sku = SkuTerms { stock: Qty(self.stock_each), price: Money(999), listed: true };
        let channel = |place| ChannelPlay { name: format!("channel {place}"), ..channel_play() };
        WorldTerms {
            catalog: vec![sku; self.skus as usize],
            offers: Vec::new(),
            locations: Vec::new(),
            channels: (0..self.shares.len()).map(channel).collect(),
            oms: oms_play(),
            connectors: vec![connector_play(self.shares.len() as u16)],
            faults: Vec::new(),
            defects: Vec::new(),
            seed: 1,
        }
    }
}

fn channel_terms((place, share): (usize, &u32)) -> ChannelTerms {
    ChannelTerms {
        name: format!("channel {place}"),
        share: Ppm(*share),
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
    }
}

/// A channel that shows what it is told at once.
pub(crate) fn channel_play() -> ChannelPlay {
    ChannelPlay {
        name: "channel".to_owned(),
        rule: StockRule::ALL,
        own_sales: OwnSales::AtOnce,
        takes: Taking::AtOrder,
        edits: None,
        shows_changes_after: Law::Constant(Span::ZERO),
        lists_after: Law::Constant(Span::ZERO),
        limits: Vec::new(),
        batch_max: 100,
        payment: Payment::Immediate,
        imperfections: Imperfections::NONE,
        webhooks: true,
        dialect: Dialect::Neutral,
        feeds_take: Span::from_mins(1),
    }
}

/// An OMS that cancels what it is short for after a minute and ships nothing.
pub(crate) fn oms_play() -> OmsPlay {
    OmsPlay {
        knows_record_ids: true,
        tells: SourceTells::Available,
        shortage: Shortage::Cancel { after: Law::Constant(Span::from_mins(1)) },
        ships_after: None,
        limits: Vec::new(),
        imperfections: Imperfections::NONE,
        dialect: Dialect::Neutral,
        books: BookedBy::default(),
        takes: TakesFrom::default(),
    }
}

/// A connector with workers to spare that take no time, serving the first `channels` channels.
pub(crate) fn connector_play(channels: u16) -> ConnectorPlay {
    ConnectorPlay {
        name: "hub".to_owned(),
        channels: (0..channels).map(ChannelId).collect(),
        workers: 1_000,
        partitions: 1,
        priority: Priority::None,
        service: Law::Constant(Span::ZERO),
        described: None,
        orders_in: Rhythm::Webhook,
        sweeps: None,
        pushes_all: None,
        stock_out: Rhythm::Webhook,
        batch: 1,
        coalesce: true,
        updates: UpdateStyle::Delta,
        retry: Retry {
            attempts: 8,
            backoff_from: Span::from_secs(1),
            backoff_to: Span::from_secs(60),
            idempotent: true,
            refusals: false,
        },
        reserve: Reserve::OnHandoff,
        shares_record_ids: true,
        queue_max: 1_000_000,
        exchange_allowance: Span::ZERO,
        keeps: KeptForOperator::Nothing,
    }
}

/// Sets the seed of every draw.
pub(crate) fn seeded(plan: &mut Plan, seed: u64) {
    plan.charter.seed = seed;
    plan.world.seed = seed;
}

/// Sets how every channel learns of its own sales, in the terms and in the play.
pub(crate) fn own_sales(plan: &mut Plan, own_sales: OwnSales) {
    for terms in &mut plan.charter.channels {
        terms.own_sales = own_sales;
    }
    for play in &mut plan.world.channels {
        play.own_sales = own_sales;
    }
}

/// Sets what every channel should show, in the terms and in the play.
pub(crate) fn rule(plan: &mut Plan, rule: StockRule) {
    for terms in &mut plan.charter.channels {
        terms.rule = rule;
    }
    for play in &mut plan.world.channels {
        play.rule = rule;
    }
}

/// Has a plan of two channels sell a kit on both, a multipack on the first and a second listing on
/// the second; their parts overlap. Each is wanted by such a share of the orders.
pub(crate) fn bundles(plan: &mut Plan, of_orders: u32) {
    let part = |(sku, count): (u32, u32)| OfferPart { sku: SkuId(sku), count, price: Money(900) };
    let offer = |name: &str, parts: &[(u32, u32)], on: &[u16]| OfferPlay {
        terms: OfferTerms {
            name: name.to_owned(),
            parts: parts.iter().copied().map(part).collect(),
        },
        on: on.iter().copied().map(ChannelId).collect(),
    };
    let kit = offer("kit", &[(0, 1), (1, 2)], &[0, 1]);
    let offers = vec![kit, offer("three", &[(1, 3)], &[0]), offer("again", &[(2, 1)], &[1])];
    plan.charter.offers = offers.iter().map(|offer| offer.terms.clone()).collect();
    plan.charter.minor = plan.charter.least_minor();
    let Traffic::Modelled(demand) = &mut plan.traffic else { panic!("a sketch is modelled") };
    let on = |channel: u16| {
        let numbered = (plan.charter.skus..).map(SkuId).zip(&offers);
        let sold = numbered.filter(move |(_, offer)| offer.on.contains(&ChannelId(channel)));
        sold.map(|(number, _)| (number, Ppm(of_orders))).collect()
    };
    demand.offers = (0..2).map(on).collect();
    plan.world.offers = offers;
}

/// Has a plan's stock lie at locations, in these shares, and each channel served from those.
pub(crate) fn locations(plan: &mut Plan, shares: &[u32], from: &[&[u8]]) {
    let terms = |place: usize| LocationTerms { name: format!("location {place}") };
    plan.charter.locations = (0..shares.len()).map(terms).collect();
    for (channel, from) in plan.charter.channels.iter_mut().zip(from) {
        channel.from = from.iter().copied().map(LocationId).collect();
    }
    plan.world.locations = shares.iter().copied().map(Ppm).collect();
    plan.charter.minor = plan.charter.least_minor();
}

/// Plays a plan to its end.
pub(crate) fn facts(plan: &Plan) -> Vec<Fact> {
    facts_until(plan, At::NEVER)
}

/// Plays a plan, interrupted at a moment.
pub(crate) fn facts_until(plan: &Plan, interrupted: At) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut tape = Tape::new(|fact| facts.push(fact));
    let mut hand = |now| if now >= interrupted { vec![Act::Drain] } else { Vec::new() };
    play(plan, &mut tape, &mut hand);
    facts
}

/// What a history adds up to, by the definitions of docs/measures.md and independent of the judge.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    pub(crate) accepted: u64,
    pub(crate) turned_away: u64,
    /// Units accepted beyond the supply.
    pub(crate) oversold_units: i64,
    /// Orders released for want of stock.
    pub(crate) released_for_stock: u64,
    /// OMS orders beyond the first of an order.
    pub(crate) duplicates: u64,
    pub(crate) given_up: u64,
    pub(crate) is_quiet: bool,
    /// By SKU: what the source's ledger says is on hand and reserved.
    pub(crate) ledger: BTreeMap<SkuId, (Qty, Qty)>,
    /// By SKU: supply, and units that left the building.
    pub(crate) supply: BTreeMap<SkuId, Qty>,
    pub(crate) shipped: BTreeMap<SkuId, Qty>,
    /// By channel and SKU: what is offered now.
    pub(crate) offered: BTreeMap<(ChannelId, SkuId), Qty>,
}

impl Sums {
    pub(crate) fn of(facts: &[Fact]) -> Sums {
        let mut sums = Sums::default();
        let mut committed: BTreeMap<SkuId, Qty> = BTreeMap::new();
        let mut orders = BTreeMap::new();
        let mut held: BTreeSet<OrderId> = BTreeSet::new();
        for fact in facts {
            match &fact.what {
                What::Supply { sku, units, .. } => *sums.supply.entry(*sku).or_default() += *units,
                What::Accepted { order, lines, .. } => {
                    sums.accepted += 1;
                    for line in lines.iter() {
                        let taken = committed.entry(line.sku).or_default();
                        let supply = sums.supply.get(&line.sku).copied().unwrap_or_default();
                        *taken += line.qty;
                        let beyond = (*taken - supply).0.clamp(0, line.qty.0);
                        sums.oversold_units += beyond;
                        if line.offer.is_none() {
                            let left = sums.offered.get_mut(&(order.channel, line.sku));
                            *left.expect("what is sold was shown") = line.left;
                        }
                    }
                    orders.insert(*order, lines.clone());
                }
                What::TurnedAway { .. } => sums.turned_away += 1,
                What::Released { order, why } => {
                    for line in orders[order].iter() {
                        *committed.entry(line.sku).or_default() -= line.qty;
                    }
                    let stock = *why == crate::history::fact::Release::Stock;
                    sums.released_for_stock += u64::from(stock);
                }
                What::Shown { channel, sku, qty, .. } => {
                    sums.offered.insert((*channel, *sku), *qty);
                }
                What::Stock { sku, on_hand, reserved, .. } => {
                    sums.ledger.insert(*sku, (*on_hand, *reserved));
                }
                What::Held { order, .. } => sums.duplicates += u64::from(!held.insert(*order)),
                What::Shipped { lines, .. } => {
                    for line in lines.iter() {
                        *sums.shipped.entry(line.sku).or_default() += line.qty;
                    }
                }
                What::GaveUp { .. } => sums.given_up += 1,
                What::Quiet {} => sums.is_quiet = true,
                _ => {}
            }
        }
        sums
    }

    /// initial + receipts − damage = available + reserved + shipped, for every SKU.
    pub(crate) fn is_conserved(&self) -> bool {
        self.supply.iter().all(|(sku, supply)| {
            let shipped = self.shipped.get(sku).copied().unwrap_or_default();
            self.ledger.get(sku).is_some_and(|(on_hand, _)| *on_hand + shipped == *supply)
        })
    }
}
