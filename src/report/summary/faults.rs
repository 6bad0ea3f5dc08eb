//! Owns what summary.json says of the faults that were injected on purpose. Must not judge by them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gate::Count;
use super::mirror::{Stated, stated};
use super::printable::printable_text;
use crate::history::Charter;
use crate::ids::FaultId;
use crate::judge::judgement as judged;
use crate::units::Span;

/// A fault injected on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fault {
    /// Its name.
    pub name: String,
    /// What it does, where and to what, in words.
    pub does: String,
    /// When it was in force; empty is never.
    pub spells: Vec<Spell>,
    /// How many messages it met, or items of messages; of a pause or crash how often it came.
    pub hits: u64,
}

stated! {
    /// A stretch in which a fault was in force.
    #[derive(Copy)]
    Spell from judged::Spell {
        /// Its beginning.
        from_us(from): u64,
        /// Its end; null where the record has none.
        until_us(until): Option<u64>,
    }
}

/// Each fault of the charter's, as it was injected.
pub(super) fn of(charter: &Charter, injected: &[judged::InjectedFault]) -> Vec<Fault> {
    let fault =
        |(planned, seen): (&crate::history::charter::FaultPlanned, &judged::InjectedFault)| Fault {
            name: planned.name.clone(),
            does: planned.does.clone(),
            spells: seen.spells.state(charter),
            hits: seen.hits,
        };
    charter.faults.iter().zip(injected).map(fault).collect()
}

/// What is not tested by faults that met nothing, in words.
pub(super) fn vain(faults: &[Fault]) -> impl Iterator<Item = String> + '_ {
    let vain = faults.iter().filter(|fault| fault.hits == 0);
    vain.map(|fault| {
        let why = if fault.spells.is_empty() { "was never in force" } else { "met nothing" };
        format!("the fault `{}`: it {why}", fault.name)
    })
}

/// A stretch in which something was broken on purpose, and what came of it until all was in band
/// again, the next one began, or the record ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Disturbance {
    /// Its beginning.
    pub from_us: u64,
    /// The end of the last fault in it.
    pub until_us: u64,
    /// The faults in force, by their names.
    pub faults: Vec<String>,
    /// When anything was first out of band, or beyond what was usual before; null is never.
    pub impact_us: Option<u64>,
    /// The first time after its beginning that it was seen; null where no fact tells of one.
    #[serde(default)]
    pub detected_us: Option<u64>,
    /// Who saw it then.
    #[serde(default)]
    pub detected_by: Option<By>,
    /// The first act after its beginning, of somebody or a step; null where no fact tells of it.
    #[serde(default)]
    pub acted_us: Option<u64>,
    /// Whose it was.
    #[serde(default)]
    pub acted_by: Option<By>,
    /// Channels on which a measure was out of band.
    pub out: Vec<String>,
    /// … and at which none of its faults was aimed, where each was aimed at some.
    #[serde(default)]
    pub collateral: Vec<String>,
    /// Whether and how all came into band again.
    pub recovered: Recovered,
    /// From when on all was in band again; of `not_by` until when it was not.
    pub recovered_us: Option<u64>,
    /// Whether the record was cut off before it was told how it ended: what is counted may go on.
    #[serde(default)]
    pub cut: bool,
    /// The beginning of the last stretch that was out of band, or beyond what was usual, by itself.
    #[serde(default)]
    pub last_out_us: Option<u64>,
    /// From when on nothing was out of band, to the minute; it may be before the end. Null where
    /// all was not in band again, or nothing was ever out of it.
    #[serde(default)]
    pub back_us: Option<u64>,
    /// The longest sync lag: the p95 of a stretch, or the age of the oldest change not shown.
    pub worst_lag_us: u64,
    /// Most jobs waiting in connectors.
    pub backlog: u32,
    /// What was usual: 99 of 100 minutes before had no more; null where none was like it.
    #[serde(default)]
    pub backlog_usual: Option<u32>,
    /// Jobs waiting × time, in job-microseconds, by the deepest of each window.
    #[serde(default)]
    pub backlog_area_us: u64,
    /// From when on, after the most, no more waited than is usual; null: not while it was followed.
    #[serde(default)]
    pub drained_us: Option<u64>,
    /// How long what waited when it ended would take workers as they were before; null where that
    /// is not known.
    #[serde(default)]
    pub drains_in_us: Option<u64>,
    /// Units oversold.
    pub oversold: i64,
    /// Orders cancelled for stock.
    pub cancelled: u64,
    /// Orders due that were not handed off by the deadline.
    pub unhanded: u64,
    /// Orders turned away though not for want of stock.
    pub turned_away: u64,
    /// Orders that the OMS never had: definitely those whose deadline has passed.
    #[serde(default)]
    pub lost: Count,
    /// The longest that an order waited for the OMS to hold it; null: one never was.
    #[serde(default)]
    pub longest_wait_us: Option<u64>,
    /// Orders that the OMS made a second record of.
    #[serde(default)]
    pub duplicates: u64,
    /// Orders charged a price that was not valid.
    #[serde(default)]
    pub mispriced: u64,
    /// Orders refused for stock that was there.
    #[serde(default)]
    pub undersold: u64,
}

impl Disturbance {
    /// When all was in band again, as every page tells it: the end of the last stretch that was
    /// out of band, which may be before the end; none where all was not, or never out of it.
    pub(in crate::report) fn in_band_us(&self) -> Option<u64> {
        self.back_us.or(self.recovered_us).filter(|_| self.recovered == Recovered::InBand)
    }

    /// When it was over and all was in band; none where that was not, or is not known.
    pub(in crate::report) fn over_us(&self) -> Option<u64> {
        match self.recovered {
            Recovered::NeverOut => Some(self.until_us),
            Recovered::InBand => self.in_band_us().map(|at| at.max(self.until_us)),
            Recovered::NotBy | Recovered::Unknown => None,
        }
    }

    /// Whether any of its faults was in force when the record ended.
    pub(in crate::report) fn is_open(&self, faults: &[Fault]) -> bool {
        let mut its = faults.iter().filter(|fault| self.faults.contains(&fault.name));
        let last = |fault: &Fault| fault.spells.last().copied();
        its.any(|fault| {
            let within = self.from_us..=self.until_us;
            last(fault)
                .is_some_and(|last| last.until_us.is_none() && within.contains(&last.from_us))
        })
    }
}

/// Who saw something, or did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A rule of the scenario's fired, by its name.
    Alert(String),
    /// A step of the scenario, by its name.
    Step(String),
    /// Somebody, as they call themselves.
    Somebody(String),
}

impl Stated<By> for judged::NoticedBy {
    fn state(&self, charter: &Charter) -> By {
        match self {
            judged::NoticedBy::Alert(id) => By::Alert(charter.alerts[id.index()].name.clone()),
            judged::NoticedBy::Step(name) => By::Step(printable_text(name)),
            judged::NoticedBy::Somebody(name) => By::Somebody(printable_text(name)),
        }
    }
}

/// Whether all came into band again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recovered {
    /// Nothing was ever out of band.
    NeverOut,
    /// It did, and stayed.
    InBand,
    /// Not before the next one began or the record ended.
    NotBy,
    /// Too little was seen to say.
    #[default]
    Unknown,
}

impl Stated<Disturbance> for judged::Disturbance {
    fn state(&self, charter: &Charter) -> Disturbance {
        let name = |id: &FaultId| charter.faults[id.index()].name.clone();
        let (recovered, at) = match self.recovered {
            judged::Recovered::NeverOut => (Recovered::NeverOut, None),
            judged::Recovered::At(at) => (Recovered::InBand, Some(at.0)),
            judged::Recovered::NotBy(at) => (Recovered::NotBy, Some(at.0)),
            judged::Recovered::Unknown => (Recovered::Unknown, None),
        };
        Disturbance {
            from_us: self.from.0,
            until_us: self.until.0,
            faults: self.faults.iter().map(name).collect(),
            impact_us: self.impact.map(|at| at.0),
            detected_us: self.detected.as_ref().map(|noticed| noticed.at.0),
            detected_by: self.detected.as_ref().map(|noticed| noticed.by.state(charter)),
            acted_us: self.acted.as_ref().map(|noticed| noticed.at.0),
            acted_by: self.acted.as_ref().map(|noticed| noticed.by.state(charter)),
            cut: self.cut,
            out: self.out.state(charter),
            collateral: self.collateral.state(charter),
            recovered,
            recovered_us: at,
            last_out_us: self.last_out.map(|at| at.0),
            back_us: self.back.map(|at| at.0),
            worst_lag_us: self.worst_lag.0,
            backlog: self.backlog,
            backlog_usual: self.backlog_usual,
            backlog_area_us: self.backlog_area,
            drained_us: self.drained.state(charter),
            drains_in_us: self.drains_in.state(charter),
            oversold: self.oversold.0,
            cancelled: self.cancelled,
            unhanded: self.unhanded,
            turned_away: self.turned_away,
            lost: self.lost.state(charter),
            longest_wait_us: (self.longest_wait != Span::MAX).then_some(self.longest_wait.0),
            duplicates: self.duplicates,
            mispriced: self.mispriced,
            undersold: self.undersold,
        }
    }
}
