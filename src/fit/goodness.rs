//! Owns how well a fitted scenario does, quantity by quantity, measured on the scenario as written.
//! Must not know how anything was fitted, nor how it is said to people (`cli`).

use statrs::distribution::{ChiSquared, ContinuousCDF as _};

use super::observed::{Observed, Order};
use super::sizes::{self, Seen};
use super::skew::top_share;
use super::stretch::Stretch;
use crate::scenario::plan::Plan;
use crate::traffic::Traffic;
use crate::units::{At, Ppm, Span};

/// Windows in which counts are compared.
const WINDOW: Span = Span::from_mins(15);

/// Pearson's χ² wants some five expected in every class.
const EXPECTED_MIN: f64 = 5.0;

/// How well a scenario fits the files that it was fitted to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Goodness {
    /// What the order log gave.
    pub log: Option<LogFit>,
    /// Stock, from a stock list.
    pub stock: Option<SpreadFit>,
    /// Prices, from a stock list, else from the log.
    pub price: Option<SpreadFit>,
}

/// What an order log gave.
#[derive(Clone, Debug, PartialEq)]
pub struct LogFit {
    /// The file.
    pub file: String,
    /// Which stretch of it, in words: ` of 2011-11-22`.
    pub stretch: String,
    /// Orders that buy something.
    pub orders: u64,
    /// Orders that their customers cancelled; none where nothing says which they are.
    pub cancelled: Option<u64>,
    /// How many channels its rows name; 0 where no column says.
    pub channels: u64,
    /// Orders over time.
    pub curve: CurveFit,
    /// Lines in an order.
    pub lines: SizesFit,
    /// Units in a line.
    pub units: SizesFit,
    /// How uneven sales are.
    pub skew: SkewFit,
    /// The share of the scenario's orders that meet a product sold out, without restocks.
    pub sold_out: f64,
}

/// Orders over time.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveFit {
    /// How many phases.
    pub phases: usize,
    /// How long the windows are that were compared.
    pub window: Span,
    /// The window that is furthest off, in standard deviations of chance.
    pub worst: FitWindow,
    /// All windows together, where there are enough.
    pub chi_square: Option<ChiSquare>,
}

/// Orders in one window.
#[derive(Clone, Debug, PartialEq)]
pub struct FitWindow {
    /// The clock at its start.
    pub clock: String,
    /// Orders in the log.
    pub observed: u64,
    /// Orders that the scenario expects.
    pub expected: f64,
}

/// Pearson's test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquare {
    /// Its value.
    pub value: f64,
    /// Classes less parameters.
    pub freedom: u64,
    /// How often chance alone would do worse.
    pub chance: f64,
}

/// Sizes of orders or of lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SizesFit {
    /// Their mean in the log.
    pub observed: f64,
    /// Their mean in the scenario.
    pub fitted: f64,
    /// The share that is played in another size than it had (total variation distance).
    pub moved: f64,
    /// How many are larger than the language knows.
    pub larger: u64,
}

/// How uneven sales are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SkewFit {
    /// The exponent of Zipf's law.
    pub exponent: f64,
    /// Products in the scenario, and those that the log saw.
    pub skus: u64,
    /// Products of which the log has a line.
    pub seen: u64,
    /// How many products a hundredth of them is.
    pub top: u64,
    /// The share of lines that so many best-selling ones make, in the log.
    pub observed: f64,
    /// The same in the scenario, played once.
    pub fitted: f64,
}

/// A lognormal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpreadFit {
    /// The most that the two distributions are apart.
    pub apart: f64,
    /// The share of products for which the file has zero.
    pub zero: f64,
}

impl From<&super::spread::Fitted> for SpreadFit {
    fn from(fitted: &super::spread::Fitted) -> SpreadFit {
        SpreadFit { apart: fitted.apart, zero: fitted.zero }
    }
}

/// Compares sizes with the shares that were written for them.
pub(super) fn sizes_fit(seen: &Seen, shares: &[(u8, Ppm)]) -> SizesFit {
    SizesFit {
        observed: seen.mean(),
        fitted: sizes::mean(shares),
        moved: sizes::moved(seen, shares),
        larger: seen.larger,
    }
}

/// Compares the orders of the log with those that the plan expects.
pub(super) fn curve_fit(
    observed: &Observed,
    plan: &Plan,
    stretch: &Stretch,
    parameters: usize,
) -> CurveFit {
    let window = stretch.bin.max(WINDOW);
    let per_window = (window.0 / stretch.bin.0) as usize;
    let count = stretch.bins.div_ceil(per_window);
    let edge = |index: usize| At((index * per_window).min(stretch.bins) as u64 * stretch.bin.0);
    let counts = observed.bins(window, count);
    let windows: Vec<FitWindow> = counts
        .iter()
        .enumerate()
        .map(|(index, observed)| FitWindow {
            clock: stretch.clock(index * per_window),
            observed: *observed,
            expected: plan.traffic.expected(edge(index), edge(index + 1)),
        })
        .collect();
    let chi_square = chi_square(&windows, parameters);
    let off = |w: &FitWindow| (w.observed as f64 - w.expected).abs() / w.expected.max(1.0).sqrt();
    let worst = windows.into_iter().max_by(|a, b| off(a).total_cmp(&off(b)));
    CurveFit {
        phases: plan.charter.phases.len(),
        window,
        worst: worst.expect("a stretch has a window"),
        chi_square,
    }
}

/// Neighbouring windows are put together until some five orders are expected in each class.
fn chi_square(windows: &[FitWindow], parameters: usize) -> Option<ChiSquare> {
    let mut classes: Vec<(f64, f64)> = vec![];
    let mut open = (0.0, 0.0);
    for window in windows {
        open = (open.0 + window.observed as f64, open.1 + window.expected);
        if open.1 >= EXPECTED_MIN {
            classes.push(std::mem::take(&mut open));
        }
    }
    // What is left over belongs to the last class.
    if let Some(last) = classes.last_mut() {
        *last = (last.0 + open.0, last.1 + open.1);
    }
    let freedom = classes.len().checked_sub(parameters.max(1)).filter(|freedom| *freedom > 0)?;
    let value = classes.iter().map(|(seen, expected)| (seen - expected).powi(2) / expected).sum();
    let chance = ChiSquared::new(freedom as f64).ok()?.sf(value);
    Some(ChiSquare { value, freedom: freedom as u64, chance })
}

/// The shoppers of a plan, once.
pub(super) struct Played {
    counted: Observed,
    /// The share of orders that met a product sold out.
    pub(super) sold_out: f64,
}

/// Plays the shoppers against the stock, without anything that the merchant or the systems do.
pub(super) fn play(plan: &Plan) -> Played {
    let catalog = &plan.world.catalog;
    let mut counted = Observed::new(plan.charter.channels.len(), catalog.len());
    let mut shelf: Vec<i64> = catalog.iter().map(|sku| sku.stock.0).collect();
    let mut refused = 0_u64;
    for arrival in plan.traffic.arrivals(plan.charter.seed) {
        counted.count(&Order {
            at: arrival.at.since(At::START),
            channel: None,
            lines: &arrival.lines,
            cancels_after: None,
        });
        if arrival.lines.iter().any(|(sku, units)| shelf[sku.index()] < units.0) {
            refused += 1;
            continue;
        }
        for (sku, units) in &arrival.lines {
            shelf[sku.index()] -= units.0;
        }
    }
    let sold_out = refused as f64 / counted.at.len().max(1) as f64;
    Played { counted, sold_out }
}

/// Counts the shoppers of a plan by the same ruler as the log: what sorting by sales finds in
/// noise, it finds in both.
pub(super) fn skew_fit(
    observed: &Observed,
    plan: &Plan,
    played: &Played,
    exponent: f64,
) -> SkewFit {
    let skus = match &plan.traffic {
        Traffic::Modelled(demand) => {
            demand.popularity.iter().filter(|weight| **weight > 0.0).count()
        }
        Traffic::Replayed(_) => 0,
    };
    let top = (skus as u64 / 100).max(1);
    SkewFit {
        exponent,
        skus: skus as u64,
        seen: observed.sku_lines.iter().filter(|lines| **lines > 0).count() as u64,
        top,
        observed: top_share(&observed.sku_lines, top),
        fitted: top_share(&played.counted.sku_lines, top),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(observed: &[u64], expected: f64) -> Vec<FitWindow> {
        let window =
            |observed: &u64| FitWindow { clock: String::new(), observed: *observed, expected };
        observed.iter().map(window).collect()
    }

    #[test]
    fn chi_square_knows_chance_from_a_curve_that_is_wrong() {
        let fair = chi_square(&windows(&[10, 12, 8, 9, 11], 10.0), 1).expect("enough");
        assert_eq!(fair.freedom, 4);
        assert!((fair.value - 1.0).abs() < 1e-9 && fair.chance > 0.9, "{fair:?}");
        let wrong = chi_square(&windows(&[30, 0, 0, 0, 20], 10.0), 1).expect("enough");
        assert!(wrong.chance < 1e-6, "{wrong:?}");
    }

    #[test]
    fn thin_windows_are_put_together_and_too_few_say_nothing() {
        let thin = chi_square(&windows(&[1; 20], 1.0), 1).expect("four classes of five");
        assert_eq!(thin.freedom, 3);
        assert_eq!(chi_square(&windows(&[1; 4], 1.0), 1), None);
        assert_eq!(chi_square(&windows(&[9; 3], 9.0), 3), None);
    }
}
