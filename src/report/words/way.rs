//! Owns where the time of a lag goes, and what shortens its largest part: waiting to be heard of,
//! waiting for a worker, the channel's own delay, or calls that are refused and repeated.
//! Must not advise what cannot help by these numbers.

use super::advised::NextStep;
use super::number::{share, span};
use super::settings::to_set;
use crate::report::summary::Summary;
use crate::report::summary::gate::{Gate, Kpi, Value};
use crate::report::summary::series::Work;
use crate::report::summary::shown::{Connector, DelayOf, Setting};

/// A part of the way that takes a time of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Until the connector looks.
    Looks,
    /// Until one of its workers is free.
    Waits,
    /// Until the channel shows it.
    Shows,
    /// Refused calls, and tries at intervals.
    Refused,
}

/// The 95th percentile of each part of the way of one kind of work to one channel. Parts of which
/// nothing is known are nothing; they do not add up to the p95 of their sum.
pub(super) struct Way<'a> {
    connector: &'a Connector,
    channel: Option<&'a str>,
    parts: [(Part, u64); 4],
    /// They are less than half of the lag that was seen.
    unexplained: bool,
    /// Its busiest partition's workers, in parts per million of the time.
    busy_ppm: u32,
}

/// Who shows late is planned around; for a stock figure that is done so.
pub(super) const HOLD_BACK: &str = "`holds back` of the channels that show changes late";

impl<'a> Way<'a> {
    /// The way of this work to the channel, or to the slowest; none where the connector's times
    /// are not known.
    pub(super) fn of(
        summary: &'a Summary,
        work: Work,
        channel: Option<&'a str>,
    ) -> Option<Way<'a>> {
        let kpi = match work {
            Work::Stock => Kpi::SyncLag,
            Work::Price => Kpi::PriceLag,
            Work::Listing => Kpi::ListingLatency,
            Work::Handoff => Kpi::HandoffSuccess,
        };
        let lag = |gate: &Gate| match gate.value {
            Value::LagUs(us) => us,
            // Later than anybody looked, or never.
            Value::LaterThanObserved => u64::MAX,
            _ => 0,
        };
        let of_kpi = summary.gates.iter().filter(|gate| gate.kpi == kpi);
        let slowest = of_kpi.clone().filter(|gate| gate.channel.is_some()).max_by_key(|g| lag(g));
        let channel = channel.or_else(|| slowest?.channel.as_deref());
        let serves = |connector: &&Connector| {
            connector.delays.iter().any(|delay| delay.channel.as_deref() == channel)
        };
        let connector = summary.connectors.iter().find(serves)?;
        let p95 = |of: DelayOf| {
            let here = |delay: &&crate::report::summary::shown::Delay| {
                delay.of == of && (delay.channel.is_none() || delay.channel.as_deref() == channel)
            };
            connector.delays.iter().find(here).map_or(0, |delay| delay.p95_us)
        };
        let mine = |name: &str| name == connector.name;
        let waits = summary.waits.iter().find(|wait| mine(&wait.connector) && wait.work == work);
        let waits = waits.and_then(|wait| wait.waits.p95_us).unwrap_or(0);
        let (looks, shows) = match work {
            Work::Handoff => (p95(DelayOf::OrdersLook), 0),
            Work::Listing => (p95(DelayOf::ChangesLook), p95(DelayOf::Lists)),
            Work::Stock | Work::Price => (p95(DelayOf::ChangesLook), p95(DelayOf::Shows)),
        };
        let here = of_kpi.clone().find(|gate| gate.channel.as_deref() == channel);
        // What the others leave over, where calls were refused at all: more is certainly not it.
        let called = summary.channels.iter().filter(|c| channel.is_none_or(|name| name == c.name));
        let throttled: u64 = called.map(|channel| channel.totals.throttled).sum();
        let seen = here.map_or(0, lag);
        let known = looks + waits + shows;
        let rest = if seen == u64::MAX { 0 } else { seen.saturating_sub(known) };
        let refused = if throttled > 0 { rest } else { 0 };
        let queues = summary.queues.iter().filter(|queue| mine(&queue.connector));
        Some(Way {
            connector,
            channel,
            unexplained: seen / 2 > known + refused,
            parts: [
                (Part::Looks, looks),
                (Part::Waits, waits),
                (Part::Shows, shows),
                (Part::Refused, refused),
            ],
            busy_ppm: queues.map(|queue| queue.busy_mean_ppm).max().unwrap_or(0),
        })
    }

    /// Its largest part; none where nothing takes any time.
    pub(super) fn largest(&self) -> Option<(Part, u64)> {
        self.parts.into_iter().max_by_key(|(_, us)| *us).filter(|(_, us)| *us > 0)
    }

    /// No part of the way is as long as what was seen: changes are lost on it, or wait outside it.
    fn to_trace(&self, evidence: &str, validate: &'static str) -> NextStep {
        let to = self.channel.map_or(String::new(), |name| format!(" to {name}"));
        let action = format!(
            "follow some changes on their way{to}: most come far later than its parts take, or \
             never; look for calls refused, given up or over a limit there"
        );
        let known = match evidence {
            "" => String::new(),
            evidence => format!("its parts: {evidence}"),
        };
        NextStep { evidence: known, action, validate, ..NextStep::default() }
    }

    /// What each part takes, the largest first.
    pub(super) fn evidence(&self) -> String {
        let name = &self.connector.name;
        let mut parts: Vec<_> = self.parts.into_iter().filter(|(_, us)| *us > 0).collect();
        parts.sort_by_key(|(_, us)| std::cmp::Reverse(*us));
        let told = parts.into_iter().map(|(part, us)| match part {
            Part::Looks => format!("{} until {name} looks", span(us)),
            Part::Waits => format!(
                "{} until a worker is free, the workers being busy {} of the time",
                span(us),
                share(self.busy_ppm)
            ),
            Part::Shows => {
                format!("{} until {} shows it", span(us), self.channel.unwrap_or("the channel"))
            }
            Part::Refused => format!("{} in calls refused and repeated", span(us)),
        });
        let told: Vec<String> = told.collect();
        format!("19 of 20 take up to {}", told.join(", "))
    }
}

/// What makes this work reach the channel sooner: the lever of the largest part of its way.
pub(super) fn sooner(
    summary: &Summary,
    work: Work,
    channel: Option<&str>,
    validate: &'static str,
) -> NextStep {
    let way = Way::of(summary, work, channel);
    let largest = way.as_ref().and_then(Way::largest);
    let evidence = way.as_ref().filter(|_| largest.is_some()).map_or(String::new(), Way::evidence);
    if let Some(way) = way.as_ref().filter(|way| way.unexplained) {
        return way.to_trace(&evidence, validate);
    }
    let (action, setting) = match (largest, work) {
        (Some((Part::Looks, _)), Work::Handoff) => (
            "hear of orders as they happen, or look for them more often".to_owned(),
            to_set(summary, &[Setting::OrdersByWebhook], ""),
        ),
        (Some((Part::Looks, _)), _) => (
            "hear of changes as they happen, or look for them more often".to_owned(),
            to_set(summary, &[Setting::ChangesByWebhook], ""),
        ),
        (Some((Part::Waits, _)), Work::Stock) => (
            "prioritise inventory events, and give the sync queue more workers".to_owned(),
            to_set(summary, &[Setting::InventoryFirst], "more `workers` of the connector"),
        ),
        (Some((Part::Waits, _)), _) => {
            ("give the queue more workers".to_owned(), "more `workers` of the connector".to_owned())
        }
        (Some((Part::Shows, _)), _) => plan_around(way.as_ref().and_then(|way| way.channel), work),
        (Some((Part::Refused, _)), _) => (
            "send fewer calls than the channel refuses: larger batches, and only the newest change"
                .to_owned(),
            to_set(summary, &[Setting::Coalesce], "a larger `batch` of the connector"),
        ),
        (None, _) => (
            "find out where the time goes: until a change is looked for, until somebody works on \
             it, or until the channel shows it"
                .to_owned(),
            String::new(),
        ),
    };
    NextStep { evidence, action, setting, validate, ..NextStep::default() }
}

/// A channel's own delay is the channel's: no setting shortens it.
fn plan_around(channel: Option<&str>, work: Work) -> (String, String) {
    let name = channel.unwrap_or("the channel");
    match work {
        Work::Stock => (
            format!(
                "plan around {name}, which shows changes late by itself: hold units back there"
            ),
            HOLD_BACK.to_owned(),
        ),
        Work::Listing => (
            format!("plan around {name}, which lists late by itself: publish so much earlier"),
            String::new(),
        ),
        Work::Price | Work::Handoff => (
            format!("plan around {name}, which shows prices late by itself: send them earlier"),
            "`sent` of the promotion".to_owned(),
        ),
    }
}
