//! Owns what a scenario comes to along one quantity as `headroom.json` states it: the campaign at
//! multiples of its demand, where it breaks, and which gate breaks first. Must not know how it
//! looks.
//!
//! Integers and strings only, as in `summary.json`. Additions keep the version; anything else
//! raises it.

pub(super) mod document;
pub(super) mod pictures;
pub mod words;

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::charts::Axis;
use super::document::terminal;
use super::many::ruling::{ChannelOver, Currency, Sales};
use super::many::{Chance, GateOver, Interval, Replications};
use super::publish::{self, json};
use super::summary::gate::{Kpi, Limits};
use super::terminal::Paper;
use super::trials::never_proved;
use super::{Charts, ReportError, write_document};
use crate::history::Charter;
use crate::study::{headroom, looks};

/// The version of this contract.
pub const HEADROOM_VERSION: u32 = 2;

/// How far a campaign can grow and still be a GO.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "doorbuster headroom")]
pub struct Headroom {
    /// The version of this contract.
    #[schemars(extend("const" = HEADROOM_VERSION))]
    pub version: u32,
    /// The campaign's name.
    pub campaign: String,
    /// Its civil start with the zone.
    pub starts: String,
    /// Afternoons at each multiple.
    pub runs: u64,
    /// The seed of the first; the others follow, the same at every multiple.
    pub first_seed: u64,
    /// The share of afternoons within every limit that is asked for, in parts per million.
    pub chance_ppm: u32,
    /// The stock grows with the demand.
    pub stock_scales: bool,
    /// The largest multiple of the demand at which it is proved, and every gate too, in
    /// thousandths; null where it is at none that was tried.
    pub holds_milli: Option<u64>,
    /// The smallest larger multiple that was tried and does not hold; null where all hold.
    pub breaks_milli: Option<u64>,
    /// What stands in the way there, most often first: the gate that breaks first.
    pub breaks_first: Vec<GateOver>,
    /// Neighbouring multiples that these afternoons do not tell apart, in thousandths.
    pub not_told_apart: Vec<[u64; 2]>,
    /// Why no other multiple was tried, a line each: what the campaign guards against never comes
    /// up, or is not seen. Empty where others were.
    pub proves_nothing: Vec<String>,
    /// Somebody stopped it before it was narrow.
    pub stopped: bool,
    /// What money is counted in.
    pub currency: Currency,
    /// The limits that gates are held to.
    pub limits: Vec<GateLimits>,
    /// What was tried, smallest first.
    pub rungs: Vec<Rung>,
}

/// The limits of a KPI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateLimits {
    /// The KPI.
    pub kpi: Kpi,
    /// Its two edges.
    pub limits: Limits,
}

/// The campaign at a multiple of its demand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rung {
    /// The multiple, in thousandths.
    pub demand_milli: u64,
    /// Whether what is asked for is proved.
    pub holds: bool,
    /// Afternoons that lie within every limit.
    pub in_band: Chance,
    /// What is sold in an afternoon.
    pub sales: Sales,
    /// Each channel over the afternoons.
    pub channels: Vec<ChannelOver>,
    /// Each gate over the afternoons.
    pub gates: Vec<GateOver>,
    /// Units oversold an afternoon, in thousandths.
    pub oversold_units_milli: Interval,
}

impl Headroom {
    /// States what was found.
    pub fn of(
        found: &headroom::Headroom,
        charter: &Charter,
        (runs, stock_scales): (usize, bool),
    ) -> Headroom {
        let rung = |rung: &headroom::Rung| {
            let played = (rung.outcome.runs, looks::LooksEnd::Played);
            let all = Replications::of(&rung.outcome, charter, played);
            Rung {
                demand_milli: rung.demand_milli,
                holds: rung.holds(found.chance),
                in_band: all.in_band,
                sales: all.sales,
                channels: all.channels,
                gates: all.gates,
                oversold_units_milli: all.oversold_units_milli,
            }
        };
        let rungs: Vec<Rung> = found.rungs.iter().map(rung).collect();
        let alike = found.rungs.windows(2).filter(|pair| !pair[0].is_apart_from(&pair[1]));
        let first = found.rungs.iter().find(|rung| rung.demand_milli == 1_000);
        let proves_nothing = first.filter(|_| found.proves_nothing);
        let breaking = rungs.iter().find(|rung| Some(rung.demand_milli) == found.breaks_milli);
        Headroom {
            version: HEADROOM_VERSION,
            campaign: charter.campaign.clone(),
            starts: charter.starts.clone(),
            runs: runs as u64,
            first_seed: charter.seed,
            chance_ppm: found.chance.0,
            holds_milli: found.holds_milli,
            breaks_milli: found.breaks_milli,
            breaks_first: breaking.map(|rung| words::breaking(&rung.gates)).unwrap_or_default(),
            stock_scales,
            not_told_apart: alike.map(|pair| [0, 1].map(|i| pair[i].demand_milli)).collect(),
            proves_nothing: proves_nothing
                .map(|rung| never_proved(&rung.outcome, charter))
                .unwrap_or_default(),
            stopped: found.stopped,
            currency: Currency::of(charter),
            limits: GateLimits::of(charter),
            rungs,
        }
    }

    /// What its pictures are made from.
    fn view(&self) -> pictures::View<'_> {
        let at: Vec<u64> = self.rungs.iter().map(|rung| rung.demand_milli).collect();
        let holds = self.holds_milli.map(|at| (at, format!("holds at {}", words::times(at))));
        let (from, until) = (at.first().copied(), at.last().copied());
        let moments = holds.into_iter().collect();
        pictures::View {
            axis: Axis::multiples(from.unwrap_or(1_000), until.unwrap_or(1_000), moments),
            names: at.iter().map(|at| words::times(*at)).collect(),
            at,
            runs: self.runs,
            over: "multiples of the demand".to_owned(),
            title: match self.holds_milli {
                Some(at) => format!("A GO is proved up to {}", words::times(at)),
                None => "A GO is proved at no multiple that was tried".to_owned(),
            },
            in_band: self.rungs.iter().map(|rung| rung.in_band).collect(),
            gates: self.rungs.iter().map(|rung| rung.gates.as_slice()).collect(),
            limits: &self.limits,
            chance_ppm: self.chance_ppm,
        }
    }

    /// What a terminal shows of it.
    pub fn text(&self, paper: Paper) -> String {
        terminal::text(&document::document(self), paper)
    }

    /// The bytes of `headroom.json`: the same rungs give the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        json(self)
    }
}

impl GateLimits {
    /// The limits that a charter holds gates to.
    pub(super) fn of(charter: &Charter) -> Vec<GateLimits> {
        let limits = charter.gates.iter();
        limits.map(|gate| GateLimits { kpi: gate.kpi.into(), limits: gate.limits.into() }).collect()
    }
}

/// The JSON Schema of `headroom.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Headroom).to_value()
}

/// Writes `headroom.json`, the charts as SVG and PNG, and `headroom.html` into `folder`; the page
/// last, so that whoever waits for it finds the rest.
pub fn write(folder: &Path, found: &Headroom) -> Result<(), ReportError> {
    publish::file(folder, "headroom.json", &found.to_json())?;
    write_document(folder, "headroom.html", &document::document(found), Charts::DrawnAndPainted)
}

#[cfg(test)]
mod tests;
