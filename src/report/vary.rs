//! Owns what a scenario comes to as one field of it varies, as `vary.json` states it.
//! Must not know how it looks, nor how a field is written.
//!
//! Integers and strings only, as in `summary.json`. Additions keep the version; anything else
//! raises it.

mod page;

use std::path::Path;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::charts::{Axis, Layout};
use super::headroom::pictures::{self, View};
use super::headroom::{GateLimits, words};
use super::many::{Afternoons, Chance, ChannelChance, GateOver, Interval};
use super::{ReportError, publish};
use crate::history::Charter;
use crate::study::outcome::{GO_AT_LEAST, Outcome};

/// The version of this contract.
pub const VARY_VERSION: u32 = 1;

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
    /// The least chance of a GO that is called one, in parts per million.
    pub go_at_least_ppm: u32,
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
    /// Afternoons that are GO.
    pub go: Chance,
    /// The same by channel.
    pub channels: Vec<ChannelChance>,
    /// Each gate over the afternoons.
    pub gates: Vec<GateOver>,
    /// Units oversold an afternoon, in thousandths.
    pub oversold_units_milli: Interval,
}

impl Varied {
    /// States what was found; `stopped` where not every value was played.
    pub fn of(
        field: &str,
        points: &[(String, Outcome)],
        charter: &Charter,
        (runs, stopped): (usize, bool),
    ) -> Varied {
        let point = |(value, outcome): &(String, Outcome)| {
            let all = Afternoons::of(outcome, charter, runs);
            Point {
                value: value.clone(),
                go: all.go,
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
            go_at_least_ppm: GO_AT_LEAST.0,
            stopped,
            limits: GateLimits::of(charter),
            points: points.iter().map(point).collect(),
        }
    }

    /// The bytes of `vary.json`: the same points give the same bytes.
    ///
    /// # Panics
    /// Never: JSON takes strings and integers under string keys.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .expect("a sweep is strings and integers under string keys: JSON takes it");
        bytes.push(b'\n');
        bytes
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
            go: self.points.iter().map(|point| point.go).collect(),
            gates: self.points.iter().map(|point| point.gates.as_slice()).collect(),
            limits: &self.limits,
            chance_ppm: self.go_at_least_ppm,
        }
    }
}

impl Point {
    /// What stands in the way, in words.
    pub fn in_the_way(&self) -> String {
        words::in_the_way(&self.gates, self.go.of)
    }
}

/// What came of it, in one sentence.
pub fn headline(all: &Varied) -> String {
    let is_go = |point: &&Point| point.go.low_ppm >= all.go_at_least_ppm;
    let go: Vec<&str> = all.points.iter().filter(is_go).map(|p| p.value.as_str()).collect();
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
    pictures::draw_all(&all.view(), Layout::Wide)?.par_iter().try_for_each(|chart| {
        publish::file(folder, &format!("charts/{}.svg", chart.key), chart.svg.as_bytes())?;
        publish::file(folder, &format!("charts/{}.png", chart.key), &chart.png()?)
    })?;
    publish::file(folder, "vary.html", page::page(all)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::many::tests::sample as afternoons;
    use crate::report::summary::gate::{Kpi, Limits};
    use crate::report::summary::tests::breaches;

    fn sample() -> Varied {
        let point = |value: &str, yes: u64| {
            let all = afternoons();
            let low_ppm = if yes == 30 { 904_966 } else { 600_000 };
            Point {
                value: value.to_owned(),
                go: Chance { yes, of: 30, low_ppm, high_ppm: 1_000_000 },
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
            go_at_least_ppm: 900_000,
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
        assert_eq!(breaches(&Varied { version: 2, ..sample() }).len(), 1);
    }
}
