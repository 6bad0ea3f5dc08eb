//! Owns what a modelled demand sells: expected lines of each SKU against its stock.
//! Must not know what a real log held.

use super::basket::{Basket, Wanted};
use super::depletion::Depletion;
use super::groups::{Exposed, Group, Receipts, Shelves, grouped};
use super::{Accepted, LENGTHS, Selling, WantedMost, selling_at, sells_from};
use crate::ids::SkuId;
use crate::outlook::inflow::Inflow;
use crate::scenario::Plan;
use crate::traffic::Demand;
use crate::units::{At, Qty, Span};

/// Moments between which the share of accepted orders is a straight line.
const KNOTS: u32 = 28;
/// SKUs told one by one.
const TOLD_MAX: usize = 12;
/// … of a catalogue without heroes.
const TOLD: usize = 5;
/// Chances looked at in all, so that a huge catalogue costs no more than a small one.
const LOOKS_MAX: usize = 60_000;

/// Expected orders that could hold a SKU, so far: apart from the heroes' time, and in it.
#[derive(Clone, Copy, Debug, Default)]
struct Orders {
    apart: f64,
    within: f64,
}

struct Model<'a> {
    plan: &'a Plan,
    demand: &'a Demand,
    inflow: &'a Inflow,
    basket: Basket,
    shares: Vec<f64>,
    /// The share of channels that still sell at so many bunches left.
    selling: Vec<f64>,
    /// Bunches a line that stay sold.
    bunches: f64,
    knots: Vec<At>,
    /// At each knot.
    orders: Vec<Orders>,
}

pub(super) fn selling(plan: &Plan, demand: &Demand, inflow: &Inflow, kept: f64) -> Selling {
    let mut model = Model::new(plan, demand, inflow, kept);
    let wanted = model.basket.wanted(demand);
    let stock = |sku: usize| plan.world.catalog[sku].stock.0.max(0) as f64 / model.basket.bunch;
    let most =
        (LOOKS_MAX / (KNOTS as usize + LENGTHS.len() * model.shares.len())).clamp(150, 1_500);
    let groups = grouped(wanted.iter().enumerate().map(|(sku, w)| (stock(sku), *w)), most);
    let accepted = model.accept(&groups);
    let growth = model.growth(&groups, &accepted);
    let end = *model.orders.last().expect("there is a last knot");
    let (exposed, on_two_channels) = model.exposed(&groups, end);
    let receipts = model.receipts(inflow.ends(), 1.0);
    let sold_out = |group: &Group| {
        let mass = model.mass(group.wanted, end);
        group.count * group.over_receipts(receipts, &model.selling, 0.0, |gone| gone.by(mass))
    };
    Selling {
        lines: model.basket.lines,
        units: model.basket.units,
        on_sale: plan.world.catalog.iter().filter(|sku| sku.listed).count() as u64,
        sold_out: groups.iter().map(sold_out).sum(),
        wanted_most: model.wanted_most(&wanted),
        exposed,
        growth,
        on_two_channels,
        popularity: wanted.iter().map(|w| w.within.max(w.apart)).collect(),
        accepted,
    }
}

impl<'a> Model<'a> {
    fn new(plan: &'a Plan, demand: &'a Demand, inflow: &'a Inflow, kept: f64) -> Model<'a> {
        let basket = Basket::of(demand);
        let shares: Vec<f64> = demand.channels.iter().map(|share| share.as_f64()).collect();
        let mut selling = selling_at(&plan.charter, &shares);
        if basket.bunch > 1.0 {
            let bunches = (selling.len() as f64 / basket.bunch).ceil() as usize;
            selling.truncate(bunches);
        }
        let mut knots: Vec<At> = (0..=KNOTS)
            .map(|step| inflow.moment(f64::from(step) / f64::from(KNOTS)))
            .chain(demand.heroes.iter().flat_map(|heroes| [heroes.from, heroes.until]))
            .chain([At::START, inflow.ends()])
            .filter(|at| *at <= inflow.ends())
            .collect();
        knots.sort_unstable();
        knots.dedup();
        let bunches = basket.units / basket.bunch * kept;
        let orders = Vec::new();
        Model { plan, demand, inflow, basket, shares, selling, bunches, knots, orders }
    }

    /// The mass of a SKU's demand: bunches of units expected to be wanted.
    fn mass(&self, wanted: Wanted, orders: Orders) -> f64 {
        (wanted.apart * orders.apart + wanted.within * orders.within) * self.bunches
    }

    /// Orders between two moments that lie between the same knots.
    fn between(&self, from: At, until: At) -> Orders {
        let orders = self.inflow.orders(None, from, until);
        let theirs = self.demand.heroes.as_ref();
        let within = theirs.is_some_and(|heroes| heroes.from <= from && from < heroes.until);
        if within {
            Orders { apart: 0.0, within: orders }
        } else {
            Orders { apart: orders, within: 0.0 }
        }
    }

    /// What each SKU may have received by a moment, were the campaign so many times as long.
    fn receipts(&self, at: At, length: f64) -> Receipts {
        let none = Receipts { expected: 0.0, units: 0.0 };
        let Some(restocks) = &self.plan.merchant.restocks else { return none };
        let until = at.min(self.plan.merchant.until).0.saturating_sub(1);
        let times = (until / restocks.every.0.max(1)) as f64 * length;
        let expected = times * restocks.skus.as_f64();
        Receipts { expected, units: restocks.units.0 as f64 / self.basket.bunch }
    }

    /// The share of orders accepted at each knot, and with it the orders that count for a SKU: an
    /// order that is refused for another line takes nothing.
    fn accept(&mut self, groups: &[Group]) -> Accepted {
        let rules = self.plan.charter.channels.iter();
        let from: Vec<Option<u32>> = rules.map(|channel| sells_from(channel.rule)).collect();
        let mut kinds = from.clone();
        kinds.sort_unstable();
        kinds.dedup();
        let mut shares = vec![Vec::with_capacity(self.knots.len()); from.len()];
        let mut orders = Orders::default();
        for place in 0..self.knots.len() {
            self.orders.push(orders);
            let at = self.knots[place];
            let of_kind: Vec<f64> =
                kinds.iter().map(|kind| self.on_sale(*kind, groups, at, orders)).collect();
            let mut sold = 0.0;
            for (channel, from) in from.iter().enumerate() {
                let kind = kinds.iter().position(|kind| kind == from).expect("its kind is there");
                shares[channel].push(self.all_lines(of_kind[kind], 0.0));
                sold += self.shares[channel] * of_kind[kind];
            }
            if let Some(next) = self.knots.get(place + 1) {
                let others = self.all_lines(sold, 1.0);
                let between = self.between(at, *next);
                orders.apart += between.apart * others;
                orders.within += between.within * others;
            }
        }
        Accepted { knots: self.knots.clone(), shares }
    }

    /// Accepted orders at each of [`LENGTHS`], by channel: what comes after the end goes on as it
    /// ended, and finds what is left.
    fn growth(&self, groups: &[Group], accepted: &Accepted) -> Vec<Vec<f64>> {
        let ends = self.inflow.ends();
        let end = *self.orders.last().expect("there is a last knot");
        let orders = self.inflow.orders(None, At::START, ends);
        let of = |(channel, terms): (usize, &crate::history::charter::ChannelTerms)| {
            let from = sells_from(terms.rule);
            let share_at = |length: f64| {
                let later = Orders { apart: end.apart * length, within: end.within * length };
                self.all_lines(self.on_sale(from, groups, At(ends.0 - 1), later), 0.0)
            };
            let shares = LENGTHS.map(share_at);
            let whole = accepted.orders(self.inflow, channel, At::START, ends).max(1e-9);
            let mut grown = vec![1.0];
            for place in 1..LENGTHS.len() {
                let more = (LENGTHS[place] - LENGTHS[place - 1]) * orders * self.shares[channel];
                let accepted = more * f64::midpoint(shares[place - 1], shares[place]);
                grown.push(grown[place - 1] + accepted / whole);
            }
            grown
        };
        self.plan.charter.channels.iter().enumerate().map(of).collect()
    }

    /// The chance that every line of an order is there when each is with this chance; with
    /// `spared` 1 that all the others are, for a line.
    fn all_lines(&self, each: f64, spared: f64) -> f64 {
        let of = |(lines, share): &(f64, f64)| {
            let weight = if spared > 0.0 { lines / self.basket.lines } else { 1.0 };
            share * weight * each.powf(lines - spared)
        };
        self.basket.sizes.iter().map(of).sum()
    }

    /// The share of lines that a channel, which sells down to `from` units left, still serves.
    fn on_sale(&self, from: Option<u32>, groups: &[Group], at: At, orders: Orders) -> f64 {
        let Some(from) = from else { return 0.0 };
        let left = f64::from(from - 1) / self.basket.bunch;
        let skipped = (left.floor() as usize).min(self.selling.len());
        let receipts = self.receipts(at, 1.0);
        let heroes = self.demand.heroes.as_ref();
        let within = heroes.is_some_and(|heroes| heroes.from <= at && at < heroes.until);
        let (mut there, mut all) = (0.0, 0.0);
        for group in groups {
            let wanted = if within { group.wanted.within } else { group.wanted.apart };
            let mass = self.mass(group.wanted, orders);
            let sells = &self.selling[skipped..];
            let gone = group.over_receipts(receipts, sells, left, |gone| gone.by(mass));
            there += group.count * wanted * (1.0 - gone);
            all += group.count * wanted;
        }
        if all > 0.0 { there / all } else { 1.0 }
    }

    fn exposed(&self, groups: &[Group], end: Orders) -> (Vec<Vec<Exposed>>, f64) {
        let lines = 1.0 / self.bunches;
        let at = |length: f64| {
            let longer = Orders { apart: end.apart * length, within: end.within * length };
            let mass = move |wanted: Wanted| self.mass(wanted, longer);
            let receipts = self.receipts(self.inflow.ends(), length);
            let (shares, selling) = (self.shares.as_slice(), self.selling.as_slice());
            let shelves = Shelves { mass: &mass, shares, selling, receipts, lines };
            let on_two = if length > 1.0 { 0.0 } else { shelves.on_two(groups) };
            (shelves.exposed(groups), on_two)
        };
        let (exposed, on_two): (Vec<_>, Vec<f64>) = LENGTHS.iter().map(|l| at(*l)).unzip();
        (exposed, on_two.first().copied().unwrap_or(0.0))
    }

    /// Orders that could hold a SKU by a moment.
    fn orders_by(&self, at: At) -> Orders {
        let place = self.knots.partition_point(|knot| *knot <= at).saturating_sub(1);
        let (Some(from), Some(next)) = (self.knots.get(place), self.knots.get(place + 1)) else {
            return self.orders.last().copied().unwrap_or_default();
        };
        let (known, then) = (self.orders[place], self.orders[place + 1]);
        let whole = self.inflow.orders(None, *from, *next);
        let part = if whole > 0.0 { self.inflow.orders(None, *from, at) / whole } else { 0.0 };
        Orders {
            apart: known.apart + (then.apart - known.apart) * part,
            within: known.within + (then.within - known.within) * part,
        }
    }

    fn wanted_most(&self, wanted: &[Wanted]) -> Vec<WantedMost> {
        let heroes = self.demand.heroes.as_ref().map(|heroes| heroes.skus.clone());
        let is_hero = heroes.is_some();
        let skus = heroes.unwrap_or_else(|| {
            let mut most: Vec<usize> = (0..wanted.len()).collect();
            let told = TOLD.min(most.len().saturating_sub(1));
            let order =
                |a: &usize, b: &usize| wanted[*b].apart.total_cmp(&wanted[*a].apart).then(a.cmp(b));
            if !most.is_empty() {
                most.select_nth_unstable_by(told, order);
            }
            most.truncate(TOLD);
            most.sort_unstable_by(order);
            most.into_iter().map(|sku| SkuId(sku as u32)).collect()
        });
        skus.iter()
            .take(TOLD_MAX)
            .map(|sku| self.told(*sku, is_hero, wanted[sku.index()]))
            .collect()
    }

    fn told(&self, sku: SkuId, hero: bool, wanted: Wanted) -> WantedMost {
        let stock = self.plan.world.catalog[sku.index()].stock;
        let units = stock.0.max(0) as f64 / self.basket.bunch;
        let group = Group { count: 1.0, stock: units, wanted };
        let chance_by = |at: At| {
            let mass = self.mass(wanted, self.orders_by(at));
            let by = |gone: Depletion| gone.by(mass);
            group.over_receipts(self.receipts(at, 1.0), &self.selling, 0.0, by)
        };
        let ends = self.inflow.ends();
        let chance = chance_by(ends);
        let gone = [0.05, 0.5, 0.95].map(|share| {
            if chance < share {
                return None;
            }
            let (mut low, mut high) = (0, ends.0);
            while high - low > Span::from_secs(1).0 / 2 {
                let middle = low + (high - low) / 2;
                if chance_by(At(middle)) < share { low = middle } else { high = middle }
            }
            Some(At(high))
        });
        let orders = self.inflow.orders(None, At::START, ends);
        let theirs = self.demand.heroes.as_ref();
        let within = theirs.map_or(0.0, |h| self.inflow.orders(None, h.from, h.until));
        let lines = wanted.apart * (orders - within) + wanted.within * within;
        WantedMost {
            sku,
            hero,
            stock: Qty(stock.0),
            wanted: lines * self.basket.units,
            chance,
            gone,
        }
    }
}
