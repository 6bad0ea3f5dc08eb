//! Owns what the law of oversell says of the SKUs that ran out, beside what was seen, and how much
//! to hold back for a stated chance. Must not decide anything: gates count what was seen.

use statrs::distribution::{DiscreteCDF, Poisson};

use super::closing::Closing;
use super::judgement::RunOut;
use crate::history::charter::OwnSales;
use crate::units::Qty;

/// So many are told, best sellers first.
const TOLD: usize = 10;
/// The chance with which a holdback is to be enough.
const ENOUGH: f64 = 0.95;
/// Beyond this a minute's demand times a lag is no holdback that anybody means.
const MEAN_MAX: f64 = 1e6;

/// The best sellers that ran out.
pub(super) fn of(closing: &Closing) -> Vec<RunOut> {
    let run = closing.run;
    let least = unknowing(closing);
    let ranked = run.supplies.ranked().into_iter();
    let ran_out = ranked.filter_map(|(sku, sold)| Some((sku, sold, run.supplies.ran_out(sku)?)));
    let told = ran_out.take(TOLD).map(|(sku, sold, (at, milli_a_minute))| {
        let unknown_for = closing.windows.shelf_mean(at);
        let demand =
            unknown_for.map(|lag| f64::from(milli_a_minute) / 1e3 * lag.as_secs_f64() / 60.0);
        let milli = |units: f64| (units * 1e3).round() as u64;
        RunOut {
            sku,
            sold,
            at,
            milli_a_minute,
            unknown_for,
            predicted_milli: demand.map(|demand| [milli(demand * least), milli(demand)]),
            oversold: run.supplies.oversold(sku),
            hold_back: demand.and_then(enough).map(|units| Qty(units as i64)),
        }
    });
    told.collect()
}

/// The part of demand that comes to a channel that does not know of the last sale: all of it where
/// channels do not know their own sales, or their updates overwrite them; where they do and none
/// does, 1 − Σp², p being the channels' shares.
fn unknowing(closing: &Closing) -> f64 {
    let channels = closing.run.charter.channels.iter();
    let units: Vec<f64> = closing.run.ways.ways.iter().map(|way| way.units.0 as f64).collect();
    let all: f64 = units.iter().sum();
    let know = channels.map(|channel| channel.own_sales).all(|own| own == OwnSales::AtOnce);
    if !know || all <= 0.0 {
        return 1.0;
    }
    1.0 - units.iter().map(|units| (units / all).powi(2)).sum::<f64>()
}

/// The least holdback B, in units on every channel, with P(Poisson(mean) ≤ B) at least [`ENOUGH`].
fn enough(mean: f64) -> Option<u64> {
    if mean <= 0.0 {
        return Some(0);
    }
    (mean <= MEAN_MAX).then(|| Poisson::new(mean).ok()).flatten().map(|law| law.inverse_cdf(ENOUGH))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Play, charter, line, secs};
    use super::*;
    use crate::history::fact::StockCause;
    use crate::ids::SkuId;
    use crate::units::Span;

    /// Two units a minute, one on each channel, known to the other 20 and 40 seconds later, 30 on
    /// average: in that time one is asked for, half of it where the last sale is not known.
    #[test]
    fn a_sku_that_ran_out_is_told_with_what_was_to_be_expected() {
        let mut play = Play::new(charter(1));
        play.open(0, 2);
        for (s, channel, version) in [(122, 0, 1), (123, 1, 2)] {
            let order = play.sell(s, channel, &[line(0, 1, 3 - version)]);
            let level = [version, 2, version, -1];
            play.stock(s + 10, 0, level, StockCause::Reserve(order));
        }
        play.show(142, 1, 0, 1, 1).show(163, 0, 0, 2, 0);
        play.end(300);
        let told = RunOut {
            sku: SkuId(0),
            sold: Qty(2),
            at: secs(123),
            milli_a_minute: 2_000,
            unknown_for: Some(Span::from_secs(30)),
            predicted_milli: Some([500, 1_000]),
            oversold: Qty(0),
            hold_back: Some(Qty(3)),
        };
        assert_eq!(play.judge().run_outs, [told]);
    }

    #[test]
    fn holdbacks_are_those_of_published_tables() {
        // Cumulative Poisson terms: P(X ≤ 4 | 2) = 0.9473, P(X ≤ 5 | 2) = 0.9834;
        // P(X ≤ 15 | 10) = 0.9513; P(X ≤ 0 | 0.05) = 0.9512.
        assert_eq!([2.0, 10.0, 0.05, 0.0].map(enough), [5, 15, 0, 0].map(Some));
        assert_eq!(enough(1e9), None);
    }
}
