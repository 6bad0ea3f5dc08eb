//! Owns what a real log would sell if every channel knew at once what is left: one pass over it.
//! Must not know a demand's model.

use super::basket::Wanted;
use super::groups::{Exposed, Receipts, Shelves, grouped};
use super::{Accepted, LENGTHS, Selling, WantedMost};
use crate::ids::SkuId;
use crate::outlook::inflow::Inflow;
use crate::scenario::Plan;
use crate::traffic::plan::{LoggedOrder, MerchantAct, MerchantEvent, OrderLog};
use crate::units::{At, Qty};

/// Knots between which the share of accepted orders is a straight line.
const KNOTS: usize = 60;
/// SKUs told one by one.
const TOLD: usize = 5;
/// Groups of SKUs that stand for a longer campaign.
const GROUPS_MAX: usize = 400;

struct Ledger<'a> {
    plan: &'a Plan,
    left: Vec<Qty>,
    wanted: Vec<i64>,
    lines: Vec<f64>,
    gone: Vec<Option<At>>,
    /// By SKU, then channel.
    exposed: Vec<bool>,
    channels: usize,
    /// By channel and stretch: orders, and those accepted.
    counts: Vec<Vec<[f64; 2]>>,
}

pub(super) fn selling(plan: &Plan, log: &OrderLog, inflow: &Inflow) -> Selling {
    let mut ledger = Ledger::new(plan);
    let (mut lines, mut units) = (0_u64, 0_i64);
    let ends = inflow.ends();
    let mut received = plan.merchant.fixed.iter().peekable();
    for order in &log.orders {
        while let Some(event) = received.next_if(|event| event.at <= order.at) {
            ledger.receive(event);
        }
        ledger.take(order, ends);
        lines += order.lines.len() as u64;
        units += order.lines.iter().map(|(_, qty)| qty.0).sum::<i64>();
    }
    let orders = (log.orders.len() as f64).max(1.0);
    let exposed = ledger.exposed(log, inflow);
    Selling {
        accepted: ledger.accepted(ends),
        lines: lines as f64 / orders,
        units: units as f64 / (lines as f64).max(1.0),
        on_sale: plan.world.catalog.iter().filter(|sku| sku.listed).count() as u64,
        sold_out: ledger.gone.iter().flatten().count() as f64,
        wanted_most: ledger.wanted_most(),
        exposed,
        growth: ledger.growth(),
        on_two_channels: ledger.on_two(),
        popularity: ledger.lines,
    }
}

impl Ledger<'_> {
    fn new(plan: &Plan) -> Ledger<'_> {
        let skus = plan.world.catalog.len();
        let channels = plan.charter.channels.len();
        Ledger {
            plan,
            left: plan.world.catalog.iter().map(|sku| sku.stock).collect(),
            wanted: vec![0; skus],
            lines: vec![0.0; skus],
            gone: vec![None; skus],
            exposed: vec![false; skus * channels],
            channels,
            counts: vec![vec![[0.0; 2]; KNOTS]; channels],
        }
    }

    fn receive(&mut self, event: &MerchantEvent) {
        if let MerchantAct::Adjust { sku, units, .. } = event.act {
            self.left[sku.index()] += units;
        }
    }

    fn take(&mut self, order: &LoggedOrder, ends: At) {
        let channel = order.channel.index();
        let rule = self.plan.charter.channels[channel].rule;
        for (sku, qty) in &order.lines {
            self.wanted[sku.index()] += qty.0;
            self.lines[sku.index()] += 1.0;
        }
        let short =
            order.lines.iter().find(|(sku, qty)| rule.should_show(self.left[sku.index()]) < *qty);
        let place = (order.at.0 as f64 / ends.0.max(1) as f64 * KNOTS as f64) as usize;
        let count = &mut self.counts[channel][place.min(KNOTS - 1)];
        count[0] += 1.0;
        if let Some((sku, qty)) = short {
            if self.left[sku.index()] < *qty {
                self.exposed[sku.index() * self.channels + channel] = true;
            }
            return;
        }
        count[1] += 1.0;
        for (sku, qty) in &order.lines {
            let left = &mut self.left[sku.index()];
            *left -= *qty;
            if *left <= Qty::ZERO {
                self.gone[sku.index()].get_or_insert(order.at);
            }
        }
    }

    /// The share of each stretch, at its middle.
    fn accepted(&self, ends: At) -> Accepted {
        let stretch = ends.0 / KNOTS as u64;
        let knots = (0..KNOTS as u64).map(|n| At(n * stretch + stretch / 2)).collect();
        let share = |count: &[f64; 2]| if count[0] > 0.0 { count[1] / count[0] } else { 1.0 };
        let shares = self.counts.iter().map(|counts| counts.iter().map(share).collect());
        Accepted { knots, shares: shares.collect() }
    }

    /// Exposed SKUs as they are in the log; for a longer campaign they grow as those of a Poisson
    /// demand of the same SKUs would.
    fn exposed(&self, log: &OrderLog, inflow: &Inflow) -> Vec<Vec<Exposed>> {
        let orders = (log.orders.len() as f64).max(1.0);
        let wanted = |sku: usize| {
            let bunches = self.wanted[sku] as f64 / orders;
            Wanted { apart: bunches, within: bunches }
        };
        let stock = |sku: usize| self.plan.world.catalog[sku].stock.0.max(0) as f64;
        let skus = (0..self.left.len()).map(|sku| (stock(sku), wanted(sku)));
        let groups = grouped(skus, GROUPS_MAX);
        let all = inflow.orders(None, At::START, inflow.ends()).max(1.0);
        let shares: Vec<f64> = (0..self.channels)
            .map(|channel| inflow.orders(Some(channel), At::START, inflow.ends()) / all)
            .collect();
        let receipts = Receipts { expected: 0.0, units: 0.0 };
        let at = |length: f64| {
            let mass = move |wanted: Wanted| wanted.apart * orders * length;
            let shares = shares.as_slice();
            Shelves { mass: &mass, shares, selling: &[], receipts, lines: 1.0 }.exposed(&groups)
        };
        let model = LENGTHS.map(at);
        let known = self.known();
        let grown = |modelled: &Vec<Exposed>| {
            let scope = |(place, exposed): (usize, &Exposed)| {
                let growth = exposed.mean / model[0][place].mean.max(1e-9);
                let mean = (known[place] * growth).min(self.left.len() as f64);
                // A log is known, not drawn.
                Exposed { mean, variance: 0.0, concentration: exposed.concentration }
            };
            modelled.iter().enumerate().map(scope).collect()
        };
        model.iter().map(grown).collect()
    }

    /// By scope, the run first: SKUs of which an order wanted more than was left.
    fn known(&self) -> Vec<f64> {
        let count = |channel: usize| {
            (0..self.left.len()).filter(|sku| self.exposed[sku * self.channels + channel]).count()
        };
        let any = self.exposed.chunks(self.channels.max(1)).filter(|sku| sku.contains(&true));
        std::iter::once(any.count())
            .chain((0..self.channels).map(count))
            .map(|n| n as f64)
            .collect()
    }

    /// Accepted orders at each of [`LENGTHS`], by channel: the log again and again, its orders
    /// accepted as often as in its last stretches.
    fn growth(&self) -> Vec<Vec<f64>> {
        let of = |counts: &Vec<[f64; 2]>| -> Vec<f64> {
            let sum = |counts: &[[f64; 2]], what: usize| -> f64 {
                counts.iter().map(|count| count[what]).sum()
            };
            let last = &counts[KNOTS - KNOTS / 6..];
            let at_end = sum(last, 1) / sum(last, 0).max(1.0);
            let again = sum(counts, 0) * at_end / sum(counts, 1).max(1.0);
            LENGTHS.iter().map(|length| 1.0 + (length - 1.0) * again).collect()
        };
        self.counts.iter().map(of).collect()
    }

    fn on_two(&self) -> f64 {
        let met = |sku: &[bool]| sku.iter().filter(|met| **met).count() >= 2;
        f64::from(u8::from(self.exposed.chunks(self.channels.max(1)).any(met)))
    }

    fn wanted_most(&self) -> Vec<WantedMost> {
        let mut most: Vec<usize> = (0..self.wanted.len()).filter(|s| self.wanted[*s] > 0).collect();
        most.sort_unstable_by_key(|sku| (std::cmp::Reverse(self.wanted[*sku]), *sku));
        let told = |sku: usize| WantedMost {
            sku: SkuId(sku as u32),
            hero: false,
            stock: self.plan.world.catalog[sku].stock,
            wanted: self.wanted[sku] as f64,
            chance: if self.gone[sku].is_some() { 1.0 } else { 0.0 },
            gone: [self.gone[sku]; 3],
        };
        most.into_iter().take(TOLD).map(told).collect()
    }
}
