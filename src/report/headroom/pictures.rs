//! Owns the pictures of a sweep: the share of afternoons within every limit, and each KPI with its
//! bands, over multiples of the demand or the values of a field. Must not draw, nor count anything
//! anew.

use super::GateLimits;
use crate::report::charts::colour::{BLUE, VERMILLION};
use crate::report::charts::picture::{
    Along, Panel, Picture, PlottedLine, Shade, Threshold, Values,
};
use crate::report::charts::{Axis, Measured, level};
use crate::report::document::{Block, Figure};
use crate::report::many::words::valued;
use crate::report::many::{Chance, GateOver};
use crate::report::summary::gate::{Kpi, Limits};
use crate::report::words::gate::capitalised;
use crate::report::words::limits::lag_of;
use crate::report::words::number::count;

/// What is drawn: places along an axis, and what the scenario came to at each.
pub(in crate::report) struct View<'a> {
    pub axis: Axis,
    /// Where the places stand.
    pub at: Vec<u64>,
    /// What each is called.
    pub names: Vec<String>,
    /// Afternoons at each.
    pub runs: u64,
    /// What the axis counts.
    pub over: String,
    /// The finding of the chance's picture.
    pub title: String,
    pub in_band: Vec<Chance>,
    pub gates: Vec<&'a [GateOver]>,
    pub limits: &'a [GateLimits],
    /// The chance that is asked for.
    pub chance_ppm: u32,
}

/// The share within every limit, then every KPI of the run that was measured.
pub(in crate::report) fn figures(view: &View<'_>) -> Vec<Block> {
    let kpis = view.limits.iter().filter_map(|limits| kpi(view, limits));
    let pictures = (!view.at.is_empty()).then(|| chance(view));
    pictures.into_iter().chain(kpis).map(|picture| Figure::of(&view.axis, picture)).collect()
}

fn subtitle(view: &View<'_>, what: &str) -> String {
    format!("{what} of {} afternoons at each point · {}", count(view.runs), view.over)
}

fn chance(view: &View<'_>) -> Picture {
    let row = |of: &dyn Fn(&Chance) -> u32| -> Values {
        view.in_band.iter().map(|go| Some(i64::from(of(go)))).collect()
    };
    let share = |go: &Chance| crate::units::Ppm::of(go.yes, go.of).0;
    let mut panel = Panel::new("Afternoons within every limit", Measured::Share)
        .with([PlottedLine::new("within", BLUE, row(&share))]);
    panel.until = 1_000_000;
    panel.bands = vec![Shade {
        name: "95 % sure".to_owned(),
        channel: None,
        colour: BLUE,
        percent: 16,
        low: ("at least".to_owned(), row(&|go| go.low_ppm)),
        high: ("at most".to_owned(), row(&|go| go.high_ppm)),
    }];
    panel.thresholds =
        vec![Threshold { name: "asked for".to_owned(), value: i64::from(view.chance_ppm) }];
    Picture {
        key: "chance".to_owned(),
        title: view.title.clone(),
        subtitle: subtitle(view, "Share within every limit with its bounds,"),
        along: Along::Points(view.at.clone()),
        panels: vec![panel],
    }
}

/// A KPI of the run along the axis; none where it was never measured.
fn kpi(view: &View<'_>, limits: &GateLimits) -> Option<Picture> {
    let gates: Vec<Option<&GateOver>> =
        view.gates.iter().map(|gates| of_run(gates, limits.kpi)).collect();
    let row = |place: usize| -> Values {
        gates.iter().map(|gate| Some(level(gate.as_ref()?.quantiles[place]?))).collect()
    };
    let median = row(1);
    median.iter().any(Option::is_some).then_some(())?;
    let measured = if lag_of(limits.kpi) { Measured::Lag } else { Measured::Share };
    let (healthy, watch, is_floor) = match limits.limits {
        Limits::LagP95Us { healthy, watch } => (level(healthy), level(watch), false),
        Limits::AtMostPpm { healthy, watch } => (healthy.into(), watch.into(), false),
        Limits::AtLeastPpm { healthy, watch } => (healthy.into(), watch.into(), true),
    };
    let mut panel = Panel::new(limits.kpi.title(), measured)
        .with([PlottedLine::new("median", VERMILLION, median)]);
    panel.bands = vec![Shade {
        name: "90 %".to_owned(),
        channel: None,
        colour: VERMILLION,
        percent: 16,
        low: ("5th percentile".to_owned(), row(0)),
        high: ("95th percentile".to_owned(), row(2)),
    }];
    panel.thresholds = vec![
        Threshold { name: "healthy".to_owned(), value: healthy },
        Threshold { name: "limit".to_owned(), value: watch },
    ];
    if is_floor {
        // Shares near the whole: from zero on nothing of them could be seen.
        let lowest = panel.lowest().unwrap_or(watch).min(watch);
        panel.from = (lowest - (1_000_000 - lowest) / 4).max(0);
        panel.until = 1_000_000;
    } else {
        panel.until = watch;
    }
    Some(Picture {
        key: limits.kpi.title().replace(' ', "-"),
        title: finding(view, limits, &gates),
        subtitle: subtitle(view, "Median and middle 90 %"),
        along: Along::Points(view.at.clone()),
        panels: vec![panel],
    })
}

fn of_run(gates: &[GateOver], kpi: Kpi) -> Option<&GateOver> {
    gates.iter().find(|gate| gate.kpi == kpi && gate.channel.is_none())
}

/// Where a typical afternoon misses the limit.
fn finding(view: &View<'_>, limits: &GateLimits, gates: &[Option<&GateOver>]) -> String {
    let title = capitalised(limits.kpi.title());
    let misses = |gate: &GateOver| match (limits.limits, gate.quantiles[1]) {
        (_, None) => gate.beyond > 0,
        (Limits::LagP95Us { watch, .. }, Some(value)) => value > watch,
        (Limits::AtMostPpm { watch, .. }, Some(value)) => value > watch.into(),
        (Limits::AtLeastPpm { watch, .. }, Some(value)) => value < watch.into(),
    };
    let seen = view.names.iter().zip(gates);
    let missed = seen.clone().filter(|(_, gate)| gate.is_some_and(misses));
    let missed: Vec<&str> = missed.map(|(name, _)| name.as_str()).collect();
    if !missed.is_empty() {
        let at = if missed.len() == gates.len() {
            "everywhere".to_owned()
        } else {
            format!("at {}", missed.join(", "))
        };
        return format!("{title}: a typical afternoon misses the limit {at}");
    }
    let last = seen.filter_map(|(name, gate)| Some((name, (*gate)?.quantiles[1]?))).next_back();
    last.map_or(title.clone(), |(name, value)| {
        let value = valued(limits.kpi, value);
        format!("{title} keeps its limit as far as was tried: {value} at {name}")
    })
}
