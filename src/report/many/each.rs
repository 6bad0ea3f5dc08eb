//! Owns the figures of each afternoon as `afternoons.json` states them: what two studies are held
//! against each other by. Must not compare them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::judge::judgement::Measure;
use crate::study::each::Figures;

/// The figures of each afternoon that counts, 960 at the most: a list a figure, and the same place
/// in every list is the same afternoon.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Each {
    /// The seed that plays it again.
    pub seeds: Vec<u64>,
    /// Whether it lies within every limit.
    pub in_band: Vec<bool>,
    /// Orders wanted.
    pub wanted: Vec<u64>,
    /// Sales kept, in units.
    pub kept_units: Vec<i64>,
    /// Sales kept, in minor units of the currency.
    pub kept_money: Vec<i64>,
    /// A list a gate, in the order of `gates`: its value in microseconds of a lag, in parts per
    /// million of a share. Null is nothing measured, −1 later than anybody could look.
    pub values: Vec<Vec<Option<i64>>>,
}

/// A lag that nobody saw the end of.
pub const BEYOND: i64 = -1;

impl Each {
    pub(super) fn of(each: &[Figures]) -> Each {
        let gates = each.first().map_or(0, |figures| figures.values.len());
        let values = |gate: usize| each.iter().map(move |figures| number(figures.values[gate]));
        Each {
            seeds: each.iter().map(|figures| figures.seed).collect(),
            in_band: each.iter().map(|figures| figures.in_band).collect(),
            wanted: each.iter().map(|figures| figures.sales.wanted).collect(),
            kept_units: each.iter().map(|figures| figures.sales.kept_units).collect(),
            kept_money: each.iter().map(|figures| figures.sales.kept_money).collect(),
            values: (0..gates).map(|gate| values(gate).collect()).collect(),
        }
    }

    /// Whether every list is as long as it must be, of so many gates.
    pub fn is_whole(&self, gates: usize) -> bool {
        let lengths =
            [self.in_band.len(), self.wanted.len(), self.kept_units.len(), self.kept_money.len()];
        let runs = self.seeds.len();
        let of_gates = runs == 0 || self.values.len() == gates;
        let lists = self.values.iter().map(Vec::len);
        of_gates && lengths.into_iter().chain(lists).all(|length| length == runs)
    }
}

fn number(value: Measure) -> Option<i64> {
    match value {
        Measure::Lag(None) => Some(BEYOND),
        Measure::Lag(Some(lag)) => i64::try_from(lag.0).ok(),
        Measure::Share(share) => Some(share.0.into()),
        Measure::Absent => None,
    }
}
