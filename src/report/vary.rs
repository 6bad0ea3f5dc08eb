//! Owns what a scenario comes to as one field of it varies, as `vary.json` states it.
//! Must not know how it looks, nor how a field is written.
//!
//! Integers and strings only, as in `summary.json`. Additions keep the version; anything else
//! raises it.

mod document;

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::charts::Axis;
use super::document::terminal;
use super::headroom::pictures::View;
use super::headroom::{GateLimits, words};
use super::many::ruling::{ChannelOver, Currency, Sales};
use super::many::{Chance, GateOver, Interval, Replications};
use super::publish::{self, json};
use super::terminal::Paper;
use super::{Charts, ReportError, write_document};
use crate::history::Charter;
use crate::study::chance::GO_AT_LEAST;
use crate::study::looks;
use crate::study::outcome::{SalesOver, StudyOutcome};
use crate::study::replication;

/// The version of this contract.
pub const VARY_VERSION: u32 = 2;

/// A scenario at each value of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "doorbuster vary")]
pub struct Varied {
    /// The version of this contract.
    #[schemars(extend("const" = VARY_VERSION))]
    pub version: u32,
    /// The campaign's name.
    pub campaign: String,
    /// Its civil start with the zone.
    pub starts: String,
    /// The path of the field.
    pub field: String,
    /// Afternoons at each value.
    pub runs: u64,
    /// The seed of the first; the others follow, the same at every value.
    pub first_seed: u64,
    /// The least share of afternoons within every limit that a GO needs, in parts per million.
    pub in_band_at_least_ppm: u32,
    /// What money is counted in.
    pub currency: Currency,
    /// Somebody stopped it: values are missing.
    pub stopped: bool,
    /// The limits that gates are held to.
    pub limits: Vec<GateLimits>,
    /// What was played, in the order that was typed.
    pub points: Vec<Point>,
}

/// The scenario at one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// The value as it was written.
    pub value: String,
    /// The scenario is a GO at it, with conditions or without.
    pub is_go: bool,
    /// Afternoons that lie within every limit.
    pub in_band: Chance,
    /// What is sold in an afternoon.
    pub sales: Sales,
    /// The same less what is sold at the first value, paired by seed.
    pub sales_gained: Sales,
    /// Each channel over the afternoons.
    pub channels: Vec<ChannelOver>,
    /// Each gate over the afternoons.
    pub gates: Vec<GateOver>,
    /// Units oversold an afternoon, in thousandths.
    pub oversold_units_milli: Interval,
}

/// A value that was played: what it came to, and what each of its afternoons sold.
pub struct Tried {
    /// The value as it was written.
    pub value: String,
    /// What it came to.
    pub outcome: StudyOutcome,
    /// By seed.
    pub sales: Vec<replication::Sales>,
}

impl Varied {
    /// States what was found; `stopped` where not every value was played.
    pub fn of(
        field: &str,
        points: &[Tried],
        charter: &Charter,
        (runs, stopped): (usize, bool),
    ) -> Varied {
        let point = |tried: &Tried| {
            let all = Replications::of(&tried.outcome, charter, (runs, looks::LooksEnd::Played));
            let gained = SalesOver::paired(&points[0].sales, &tried.sales);
            Point {
                value: tried.value.clone(),
                is_go: tried.outcome.ruling.is_go(),
                in_band: all.in_band,
                sales: all.sales,
                sales_gained: (&gained).into(),
                channels: all.channels,
                gates: all.gates,
                oversold_units_milli: all.oversold_units_milli,
            }
        };
        Varied {
            version: VARY_VERSION,
            campaign: charter.campaign.clone(),
            starts: charter.starts.clone(),
            field: field.to_owned(),
            runs: runs as u64,
            first_seed: charter.seed,
            in_band_at_least_ppm: GO_AT_LEAST.0,
            currency: Currency::of(charter),
            stopped,
            limits: GateLimits::of(charter),
            points: points.iter().map(point).collect(),
        }
    }

    /// What a terminal shows of it.
    pub fn text(&self, paper: Paper) -> String {
        terminal::text(&document::document(self), paper)
    }

    /// The bytes of `vary.json`: the same points give the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        json(self)
    }

    fn view(&self) -> View<'_> {
        let at: Vec<u64> = (1..=self.points.len() as u64).map(|place| place * 1_000).collect();
        let names: Vec<String> = self.points.iter().map(|point| point.value.clone()).collect();
        View {
            axis: Axis::values(at.iter().copied().zip(names.iter().cloned()).collect()),
            at,
            names,
            runs: self.runs,
            over: format!("values of {}", self.field),
            title: headline(self),
            in_band: self.points.iter().map(|point| point.in_band).collect(),
            gates: self.points.iter().map(|point| point.gates.as_slice()).collect(),
            limits: &self.limits,
            chance_ppm: self.in_band_at_least_ppm,
        }
    }
}

impl Point {
    /// What stands in the way, in words.
    pub fn in_the_way(&self) -> String {
        words::in_the_way(&self.gates, self.in_band.of)
    }
}

/// What came of it, in one sentence.
pub fn headline(all: &Varied) -> String {
    let is_go = all.points.iter().filter(|point| point.is_go);
    let go: Vec<&str> = is_go.map(|point| point.value.as_str()).collect();
    match go.as_slice() {
        [] => format!("At no value of {} is the campaign proved to be a GO", all.field),
        go if go.len() == all.points.len() => {
            format!("The campaign is a GO at every value of {} that was played", all.field)
        }
        go => format!("The campaign is proved to be a GO at {} {}", all.field, go.join(", ")),
    }
}

/// The JSON Schema of `vary.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Varied).to_value()
}

/// Writes `vary.json`, the charts as SVG and PNG, and `vary.html` into `folder`, the page last.
pub fn write(folder: &Path, all: &Varied) -> Result<(), ReportError> {
    publish::file(folder, "vary.json", &all.to_json())?;
    write_document(folder, "vary.html", &document::document(all), Charts::DrawnAndPainted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::many::tests::{SALES, currency, sample as replications};
    use crate::report::summary::gate::{Kpi, Limits};
    use crate::report::summary::tests::breaches;

    fn sample() -> Varied {
        let point = |value: &str, yes: u64| {
            let all = replications();
            let low_ppm = if yes == 30 { 904_966 } else { 600_000 };
            Point {
                value: value.to_owned(),
                is_go: yes == 30,
                in_band: Chance { yes, of: 30, low_ppm, high_ppm: 1_000_000 },
                sales: SALES,
                sales_gained: SALES,
                channels: all.channels,
                gates: all.gates,
                oversold_units_milli: all.oversold_units_milli,
            }
        };
        let limits = Limits::LagP95Us { healthy: 3_000, watch: 8_000 };
        Varied {
            version: VARY_VERSION,
            campaign: "Doors".to_owned(),
            starts: "2026-11-27T06:00:00-05:00[America/New_York]".to_owned(),
            field: "connectors.hub.workers".to_owned(),
            runs: 30,
            first_seed: 7,
            in_band_at_least_ppm: 900_000,
            currency: currency(),
            stopped: false,
            limits: vec![GateLimits { kpi: Kpi::SyncLag, limits }],
            points: vec![point("4", 12), point("8", 30), point("16", 30)],
        }
    }

    #[test]
    fn a_folder_gets_the_page_the_numbers_and_the_charts() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &sample()).unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        let page = read("vary.html");
        for said in ["proved to be a GO at connectors.hub.workers 8, 16", "chance-narrow"] {
            assert!(page.contains(said), "{said}");
        }
        let svg = read("charts/chance.svg");
        let stands = svg.split(['<', '>', '\n']).any(|part| part.trim() == "16");
        assert!(stands, "a value stands at its place");
        assert!(folder.path().join("charts/inventory-sync-lag.png").is_file());
    }

    #[test]
    fn the_shipped_schema_is_current_and_a_sweep_is_valid_by_it() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/vary.schema.json");
        let schema = schema();
        let current = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("DOORBUSTER_WRITE_SCHEMAS").is_some() {
            std::fs::write(path, &current).unwrap();
        }
        let shipped = std::fs::read_to_string(path).unwrap_or_default();
        assert!(shipped == current, "stale: run the tests with DOORBUSTER_WRITE_SCHEMAS=1");
        let breaches = |all: &Varied| {
            breaches(&schema, &schema, &serde_json::from_slice(&all.to_json()).unwrap(), "")
        };
        assert_eq!(breaches(&sample()), Vec::<String>::new());
        assert_eq!(breaches(&Varied { version: 3, ..sample() }).len(), 1);
    }
}
