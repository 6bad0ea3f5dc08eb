//! Owns what lies along the bottom of a chart: the campaign's clock with its phases, promotions,
//! faults, moments and lanes of what happened, or multiples of what was planned. Must not draw.

use super::colour::Colour;
use super::ticks;
use crate::history::Charter;
pub use crate::report::summary::Stretch;
use crate::report::summary::series::Series;
use crate::report::summary::{Fault, Summary};
use crate::report::words::number::clock;
use crate::units::At;

/// What an axis counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Microseconds of campaign time.
    Campaign,
    /// Thousandths of a multiple: 1,500 is 1.5 times what was planned.
    Multiple,
    /// Values with names, each at its place.
    Values(Vec<(u64, String)>),
}

/// The axis along the bottom. Every chart of a run has the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// What it counts.
    pub scale: Scale,
    /// Its left end.
    pub from: u64,
    /// Its right end.
    pub until: u64,
    /// Named stretches, every second one shaded.
    pub phases: Vec<Stretch>,
    /// Stretches bracketed above the plot.
    pub promotions: Vec<Stretch>,
    /// Stretches in which something was broken on purpose, shaded.
    pub faults: Vec<Stretch>,
    /// Moments across the plot, dashed and named.
    pub moments: Vec<(u64, String)>,
    /// Rows of what happened, below the plots.
    pub lanes: Vec<Lane>,
}

/// What happened of one kind, each with a sign that a table explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// What all of it is.
    pub name: String,
    /// In order of time.
    pub entries: Vec<LaneEntry>,
}

/// Something that happened, in a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneEntry {
    /// Its sign in a table.
    pub sign: String,
    /// When it began.
    pub at: u64,
    /// When it ended; the same where it took no time.
    pub until: u64,
    /// Its colour.
    pub colour: Colour,
}

impl Axis {
    /// The clock of a run, to the end of its traffic or of its record, whichever is later.
    pub fn of(summary: &Summary) -> Axis {
        let campaign = &summary.campaign;
        let (traffic_ends, observed) = (campaign.traffic_ends_us, summary.record.observed_until_us);
        let until = traffic_ends.max(observed).max(ends_us(&summary.series)).max(1);
        let drain = (until > traffic_ends).then(|| Stretch {
            name: "drain".to_owned(),
            from_us: traffic_ends,
            until_us: until,
        });
        // The rest of a truncated or interrupted record is unknown, not quiet.
        let cut = observed < traffic_ends;
        Axis {
            scale: Scale::Campaign,
            from: 0,
            until,
            phases: campaign.phases.iter().cloned().chain(drain).collect(),
            promotions: campaign.promotions.clone(),
            faults: summary.faults.iter().flat_map(|fault| broken(fault, until)).collect(),
            moments: cut.then(|| (observed, "the record ends".to_owned())).into_iter().collect(),
            lanes: Vec::new(),
        }
    }

    /// The clock of a campaign to the end of its traffic, before anything was played.
    pub fn of_charter(charter: &Charter) -> Axis {
        let stretch = |name: &str, from: At, until: At| Stretch {
            name: name.to_owned(),
            from_us: from.0,
            until_us: until.0,
        };
        let phases = charter.phases.iter().map(|p| stretch(&p.name, p.from, p.until));
        let promotions = charter.promotions.iter().map(|p| stretch(&p.name, p.from, p.until));
        Axis {
            scale: Scale::Campaign,
            from: 0,
            until: charter.traffic_ends.0.max(1),
            phases: phases.collect(),
            promotions: promotions.collect(),
            faults: Vec::new(),
            moments: Vec::new(),
            lanes: Vec::new(),
        }
    }

    /// The part of a campaign's clock between two moments.
    #[must_use]
    pub fn between(self, from: u64, until: u64) -> Axis {
        let inside = |s: &Stretch| s.from_us < until && s.until_us > from;
        Axis {
            from,
            until: until.max(from + 1),
            phases: self.phases.into_iter().filter(inside).collect(),
            promotions: self.promotions.into_iter().filter(inside).collect(),
            faults: self.faults.into_iter().filter(inside).collect(),
            moments: self
                .moments
                .into_iter()
                .filter(|(at, _)| (from..=until).contains(at))
                .collect(),
            ..self
        }
    }

    /// Multiples of what was planned, in thousandths.
    pub fn multiples(from: u64, until: u64, moments: Vec<(u64, String)>) -> Axis {
        let until = until.max(from + 1);
        let (phases, promotions, faults) = (Vec::new(), Vec::new(), Vec::new());
        let (scale, lanes) = (Scale::Multiple, Vec::new());
        Axis { scale, from, until, phases, promotions, faults, moments, lanes }
    }

    /// Values with names, at places that rise.
    pub fn values(values: Vec<(u64, String)>) -> Axis {
        let at = |value: Option<&(u64, String)>| value.map_or(0, |(at, _)| *at);
        let (from, until) = (at(values.first()), at(values.last()));
        Axis { scale: Scale::Values(values), ..Axis::multiples(from, until, Vec::new()) }
    }

    /// Where the ticks are and what they say.
    pub(super) fn ticks(&self, most: u64) -> Vec<(u64, String)> {
        match &self.scale {
            Scale::Campaign => ticks::time(self.from, self.until, most),
            Scale::Multiple => ticks::multiple(self.from, self.until, most),
            Scale::Values(values) => {
                let step = values.len().div_ceil(most.max(1) as usize).max(1);
                values.iter().step_by(step).cloned().collect()
            }
        }
    }

    /// A place on it in full.
    pub(super) fn said(&self, at: u64) -> String {
        match &self.scale {
            Scale::Campaign => clock(at),
            Scale::Multiple => ticks::multiple_said(at),
            Scale::Values(values) => values
                .iter()
                .find(|(place, _)| *place == at)
                .map_or_else(String::new, |v| v.1.clone()),
        }
    }

    /// The head of a table's first column.
    pub(super) fn head(&self) -> &'static str {
        match &self.scale {
            Scale::Campaign => "from",
            Scale::Multiple | Scale::Values(_) => "at",
        }
    }

    /// What the ticks count, for a subtitle.
    pub fn clock(&self) -> &'static str {
        match &self.scale {
            Scale::Campaign => ticks::time_unit(self.from, self.until),
            Scale::Multiple => "times what was planned",
            Scale::Values(_) => "by value",
        }
    }
}

/// When a fault was in force, by its name.
fn broken(fault: &Fault, end: u64) -> impl Iterator<Item = Stretch> + '_ {
    fault.spells.iter().map(move |spell| Stretch {
        name: fault.name.clone(),
        from_us: spell.from_us,
        until_us: spell.until_us.unwrap_or(end),
    })
}

fn ends_us(series: &Series) -> u64 {
    series.width_us.saturating_mul(series.run.len() as u64)
}
