//! Owns SKUs that are alike, taken together, so that a million cost what a thousand do; how many
//! of them run out, and on how many an order meets an empty shelf.
//! Must not know the campaign's time.

use super::basket::Wanted;
use super::depletion::Depletion;

/// SKUs of about the same stock and demand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// How many.
    pub(super) count: f64,
    /// Stock each, in bunches.
    pub(super) stock: f64,
    /// Lines an order each.
    pub(super) wanted: Wanted,
}

/// A number of SKUs, each of them counted by a chance of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::outlook) struct Exposed {
    /// Its mean.
    pub mean: f64,
    /// Its variance, Σ p(1 − p).
    pub variance: f64,
    /// Σx²/(Σx)² over what they sell: the inverse of how many equal SKUs they are worth.
    pub concentration: f64,
}

/// What is added on the way: receipts that some SKUs get.
#[derive(Clone, Copy, Debug)]
pub(super) struct Receipts {
    /// The expected number of them a SKU, by the end.
    pub(super) expected: f64,
    /// Units each, in bunches.
    pub(super) units: f64,
}

/// Puts SKUs together: equal stock (within 2 % beyond 50), then equal demand as finely as `most`
/// groups allow.
pub(super) fn grouped(skus: impl Iterator<Item = (f64, Wanted)>, most: usize) -> Vec<Group> {
    let mut all: Vec<(i64, f64, Wanted)> = skus
        .filter(|(_, wanted)| wanted.apart > 0.0 || wanted.within > 0.0)
        .map(|(stock, wanted)| (bucket(stock), stock, wanted))
        .collect();
    let order = |a: &(i64, f64, Wanted), b: &(i64, f64, Wanted)| {
        let apart = a.2.apart.total_cmp(&b.2.apart);
        a.0.cmp(&b.0).then(apart).then(a.2.within.total_cmp(&b.2.within))
    };
    all.sort_unstable_by(order);
    let mut width = 1.0005;
    loop {
        let groups = runs(&all, width);
        if groups.len() <= most || width > 1e6 {
            return groups;
        }
        width = 1.0 + (width - 1.0) * 3.0;
    }
}

/// Runs of equal stock whose demand differs by no more than this factor; heroes stay apart.
fn runs(all: &[(i64, f64, Wanted)], width: f64) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut first: Option<(i64, Wanted)> = None;
    for &(bucket, stock, wanted) in all {
        let like = |(kind, begun): (i64, Wanted)| {
            let near = |a: f64, b: f64| a <= b * width && b <= a * width;
            kind == bucket && near(wanted.apart, begun.apart) && near(wanted.within, begun.within)
        };
        match (groups.last_mut(), first) {
            (Some(group), Some(begun)) if like(begun) => {
                let n = group.count;
                let mean = |a: f64, b: f64| (a * n + b) / (n + 1.0);
                group.stock = mean(group.stock, stock);
                group.wanted.apart = mean(group.wanted.apart, wanted.apart);
                group.wanted.within = mean(group.wanted.within, wanted.within);
                group.count += 1.0;
            }
            _ => {
                groups.push(Group { count: 1.0, stock, wanted });
                first = Some((bucket, wanted));
            }
        }
    }
    groups
}

fn bucket(stock: f64) -> i64 {
    match stock {
        few if few <= 50.0 => (few * 16.0).round() as i64,
        many => 1_000_000 + (many.ln() / 1.02_f64.ln()) as i64,
    }
}

impl Group {
    /// The chance that something has come about, over the receipts that a SKU may get: none, or,
    /// where it gets some, their mean number. Where most SKUs get some, all get the mean.
    pub(super) fn over_receipts(
        self,
        receipts: Receipts,
        selling: &[f64],
        left: f64,
        chance: impl Fn(Depletion) -> f64,
    ) -> f64 {
        let of = |units: f64| {
            Depletion::of((self.stock + units - left).max(0.0), selling).map_or(0.0, &chance)
        };
        let none = (-receipts.expected).exp();
        if receipts.expected <= 0.0 {
            of(0.0)
        } else if none < 0.5 {
            of(receipts.expected * receipts.units)
        } else {
            let some = receipts.expected / (1.0 - none) * receipts.units;
            none * of(0.0) + (1.0 - none) * of(some)
        }
    }
}

/// How an order meets an empty shelf.
pub(super) struct Shelves<'a> {
    /// Expected mass of a group's SKU by the end of traffic.
    pub(super) mass: &'a dyn Fn(Wanted) -> f64,
    /// Shares of the orders, by channel.
    pub(super) shares: &'a [f64],
    /// The share of channels that still sell at so many bunches left.
    pub(super) selling: &'a [f64],
    pub(super) receipts: Receipts,
    /// Lines to a mass: a mass counts bunches.
    pub(super) lines: f64,
}

impl Shelves<'_> {
    /// By scope, the run first: SKUs of which an order wants more than is left.
    pub(super) fn exposed(&self, groups: &[Group]) -> Vec<Exposed> {
        let whole: f64 = self.shares.iter().sum();
        let rates = std::iter::once(whole).chain(self.shares.iter().copied());
        rates.map(|rate| self.exposed_to(rate, groups)).collect()
    }

    fn exposed_to(&self, rate: f64, groups: &[Group]) -> Exposed {
        let mut exposed = Exposed::default();
        let (mut sold, mut squared) = (0.0, 0.0);
        for group in groups {
            let mass = (self.mass)(group.wanted);
            let chance = group.over_receipts(self.receipts, self.selling, 0.0, |depletion| {
                depletion.then_by(rate * self.lines, mass)
            });
            exposed.mean += group.count * chance;
            exposed.variance += group.count * chance * (1.0 - chance);
            sold += group.count * chance * group.stock.max(1.0);
            squared += group.count * chance * group.stock.max(1.0).powi(2);
        }
        exposed.concentration = if sold > 0.0 { squared / (sold * sold) } else { 1.0 };
        exposed
    }

    /// The chance that some SKU's empty shelf is met on two channels.
    pub(super) fn on_two(&self, groups: &[Group]) -> f64 {
        let whole: f64 = self.shares.iter().sum();
        // After the first, on channel i, the next of another waits for the share beside i; both
        // waits are taken as one of their mean.
        let other: f64 = self.shares.iter().map(|p| p / whole * (whole - p)).sum();
        let rate = if other > 0.0 { 1.0 / (1.0 / whole + 1.0 / other) } else { 0.0 };
        let none_of = |group: &Group| {
            let mass = (self.mass)(group.wanted);
            let chance = group.over_receipts(self.receipts, self.selling, 0.0, |depletion| {
                depletion.then_by(rate * self.lines, mass)
            });
            group.count * (-chance.min(1.0 - 1e-12)).ln_1p()
        };
        -groups.iter().map(none_of).sum::<f64>().exp_m1()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Receipts = Receipts { expected: 0.0, units: 0.0 };

    fn exposed(skus: &[(f64, f64)], shares: &[f64], most: usize) -> Vec<Exposed> {
        let wanted = |mass: f64| Wanted { apart: mass, within: mass };
        let groups = grouped(skus.iter().map(|(stock, mass)| (*stock, wanted(*mass))), most);
        let mass = |wanted: Wanted| wanted.apart;
        let shelves = Shelves { mass: &mass, shares, selling: &[], receipts: NONE, lines: 1.0 };
        shelves.exposed(&groups)
    }

    #[test]
    fn taken_together_they_count_as_one_by_one() {
        let skus: Vec<(f64, f64)> =
            (0..3_000).map(|i| (f64::from(2 + i % 40), 30.0 / f64::from(1 + i / 40))).collect();
        let fine = exposed(&skus, &[0.5, 0.3, 0.2], 3_000);
        let coarse = exposed(&skus, &[0.5, 0.3, 0.2], 250);
        for (fine, coarse) in fine.iter().zip(&coarse) {
            assert!((fine.mean / coarse.mean - 1.0).abs() < 0.02, "{fine:?} {coarse:?}");
        }
        // The run meets what any of its channels meets.
        assert!(fine[0].mean > fine[1].mean && fine[1].mean > fine[3].mean);
    }

    #[test]
    fn equal_skus_are_worth_their_number() {
        let equal = exposed(&[(1.0, 60.0); 40], &[1.0], 100);
        assert!((equal[0].mean - 40.0).abs() < 1e-6);
        assert!((equal[0].concentration - 1.0 / 40.0).abs() < 1e-9);
        let one_big = exposed(&[(400.0, 4_000.0), (1.0, 60.0), (1.0, 60.0)], &[1.0], 100);
        assert!(one_big[0].concentration > 0.98);
    }

    #[test]
    fn receipts_put_it_off() {
        let group = Group { count: 1.0, stock: 5.0, wanted: Wanted { apart: 8.0, within: 8.0 } };
        let chance = |receipts| group.over_receipts(receipts, &[], 0.0, |d| d.by(8.0));
        let [without, some, all] = [
            chance(NONE),
            chance(Receipts { expected: 0.1, units: 20.0 }),
            chance(Receipts { expected: 3.0, units: 20.0 }),
        ];
        assert!(without > some && some > 0.85 * without && all < 1e-6, "{without} {some} {all}");
    }
}
