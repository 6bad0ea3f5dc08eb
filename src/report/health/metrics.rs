//! Owns how a run stands in Prometheus's text format (version 0.0.4): names with their units, what
//! each means, labels. Must not know who scrapes it.
//!
//! What only grows is a counter and ends in `_total`; times are in seconds. All channels together
//! are never a value of the label `channel`: a sum over it is what it says.

use std::fmt::Write as _;

use super::{ChannelHealth, Health, SoFar};

/// What the format calls itself.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A family of samples that have a name and a meaning in common.
#[derive(Clone, Copy)]
enum Kind {
    Counter,
    Gauge,
}

/// The text as it comes about.
struct Text(String);

/// A label with its value.
type Label<'a> = (&'a str, &'a str);

impl Text {
    /// A family with all its samples; one without any is left out.
    fn family<'a>(
        &mut self,
        (kind, name, help): (Kind, &str, &str),
        samples: impl IntoIterator<Item = (Vec<Label<'a>>, String)>,
    ) {
        let mut samples = samples.into_iter().peekable();
        if samples.peek().is_none() {
            return;
        }
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        let text = &mut self.0;
        let _ = writeln!(text, "# HELP doorbuster_{name} {help}");
        let _ = writeln!(text, "# TYPE doorbuster_{name} {kind}");
        for (labels, value) in samples {
            let _ = write!(text, "doorbuster_{name}");
            for (place, (label, value)) in labels.iter().enumerate() {
                let open = if place == 0 { '{' } else { ',' };
                let _ = write!(text, "{open}{label}=\"{}\"", escaped(value));
            }
            let close = if labels.is_empty() { "" } else { "}" };
            let _ = writeln!(text, "{close} {value}");
        }
    }

    fn one(&mut self, family: (Kind, &str, &str), value: String) {
        self.family(family, [(vec![], value)]);
    }

    fn channels(
        &mut self,
        health: &Health,
        family: (Kind, &str, &str),
        value: impl Fn(&ChannelHealth) -> String,
    ) {
        let each = health.channels.iter();
        self.family(family, each.map(|c| (vec![("channel", c.name.as_str())], value(c))));
    }
}

/// A label's value as it may stand between quotes.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Microseconds in seconds, exactly.
fn seconds(us: u64) -> String {
    let text = format!("{}.{:06}", us / 1_000_000, us % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn flag(is: bool) -> String {
    u8::from(is).to_string()
}

/// How a run stands, as a scraper reads it.
pub fn text(health: &Health) -> String {
    let mut text = Text(String::with_capacity(8 << 10));
    of_the_run(health, &mut text);
    of_the_load(health, &mut text);
    of_orders(health, &mut text);
    of_updates(health, &mut text);
    of_connectors(health, &mut text);
    of_alerts(health, &mut text);
    text.0
}

fn of_the_run(health: &Health, text: &mut Text) {
    use Kind::{Counter, Gauge};
    let version = health.made_by.rsplit(' ').next().unwrap_or_default();
    let is_one = |labels| [(labels, flag(true))];
    let family = (Gauge, "build_info", "The program, by its version.");
    text.family(family, is_one(vec![("version", version)]));
    if let Some(name) = &health.campaign {
        let family = (Gauge, "campaign_info", "The campaign that is played, by its name.");
        text.family(family, is_one(vec![("campaign", name)]));
    }
    let family = (Gauge, "campaign_time_seconds", "Campaign time of the last fact.");
    text.one(family, seconds(health.at_us));
    let family = (Gauge, "campaign_traffic_ends_seconds", "Campaign time at which traffic ends.");
    text.one(family, seconds(health.traffic_ends_us));
    let family = (Gauge, "campaign_speed_ratio", "Campaign seconds in a second.");
    let ratio = format!("{}.{:03}", health.speed_milli / 1_000, health.speed_milli % 1_000);
    text.one(family, ratio);
    let family = (Gauge, "phase_active", "1 for the phase that the campaign is in, else 0.");
    let phases = health.phases.iter();
    text.family(
        family,
        phases.map(|name| {
            (vec![("phase", name.as_str())], flag(health.phase.as_ref() == Some(name)))
        }),
    );
    let family = (Gauge, "run_standing", "1 for how the run stands so far; no verdict, else 0.");
    let standings = SoFar::ALL.into_iter();
    text.family(
        family,
        standings.map(|one| (vec![("standing", one.word())], flag(one == health.so_far))),
    );
    let family = (Counter, "facts_total", "Facts of the history.");
    text.one(family, health.facts.to_string());
    let family = (Gauge, "fault_in_force", "1 for a fault that is injected now, else 0.");
    let faults = health.faults.iter().flatten();
    text.family(family, faults.map(|f| (vec![("fault", f.name.as_str())], flag(f.in_force))));
}

fn of_the_load(health: &Health, text: &mut Text) {
    use Kind::{Counter, Gauge};
    let load = &health.load;
    let family = (Counter, "calls_offered_total", "Calls of shoppers and merchant that were due.");
    text.one(family, load.offered.to_string());
    let family = (Counter, "calls_sent_total", "Calls of shoppers and merchant that left.");
    text.one(family, load.sent.to_string());
    let family = (Counter, "calls_answered_total", "Calls answered done or refused.");
    text.one(family, load.answered.to_string());
    let family = (Gauge, "calls_in_flight", "Calls that left and are not answered.");
    text.one(family, load.in_flight.to_string());
    let family = (Gauge, "under_way", "What is not finished yet, by what it is.");
    let way = &health.under_way;
    let each = [
        ("orders", way.orders),
        ("unpaid_orders", way.unpaid),
        ("changes", way.changes),
        ("jobs", way.jobs),
    ];
    text.family(family, each.map(|(what, n)| (vec![("what", what)], n.to_string())));
}

fn of_orders(health: &Health, text: &mut Text) {
    use Kind::{Counter, Gauge};
    let family = (Counter, "orders_accepted_total", "Orders accepted.");
    text.channels(health, family, |c| c.accepted.to_string());
    let family = (Counter, "orders_turned_away_total", "Orders turned away.");
    text.channels(health, family, |c| c.turned_away.to_string());
    let family = (Counter, "orders_oversold_total", "Accepted orders with an oversold unit.");
    text.channels(health, family, |c| c.oversold_orders.to_string());
    let family = (Counter, "units_oversold_total", "Units accepted beyond physical supply.");
    text.channels(health, family, |c| c.oversold_units.to_string());
    let family = (Counter, "orders_cancelled_total", "Orders cancelled for want of stock.");
    text.channels(health, family, |c| c.cancelled.to_string());
    let family = (Counter, "orders_mispriced_total", "Orders charged a price that was not valid.");
    text.channels(health, family, |c| c.mispriced.to_string());
    let family = (Gauge, "handoffs_due", "Orders that the OMS had, or has, to hold.");
    text.channels(health, family, |c| c.handoffs_due.to_string());
    let family =
        (Gauge, "handoffs_missed", "Orders held late, twice or altered, or not by their deadline.");
    text.channels(health, family, |c| c.handoffs_missed.to_string());
}

fn of_updates(health: &Health, text: &mut Text) {
    use Kind::{Counter, Gauge};
    let family = (
        Gauge,
        "sync_lag_p95_seconds",
        "Running p95 of the last minutes' lags of stock and of the ages of changes not shown.",
    );
    text.channels(health, family, |c| seconds(c.sync_lag_us));
    let family = (Gauge, "run_sync_lag_p95_seconds", "The same of all channels together.");
    text.one(family, seconds(health.all.sync_lag_us));
    let family = (
        Gauge,
        "sync_lag_oldest_unshown_seconds",
        "Age of the oldest change of stock that is not shown; 0 when all are.",
    );
    text.channels(health, family, |c| seconds(c.oldest_unshown_us));
    let family = (Gauge, "sync_lag_edge_seconds", "Edges of the bands of sync lag.");
    let edges = health.sync_lag_edges;
    let edges = [("healthy", edges.healthy_us), ("watch", edges.watch_us)];
    text.family(family, edges.map(|(edge, us)| (vec![("edge", edge)], seconds(us))));
    let family = (Counter, "updates_tried_total", "Attempts to update a channel that came back.");
    text.channels(health, family, |c| c.updates_tried.to_string());
    let family = (Counter, "updates_throttled_total", "Attempts answered 429.");
    text.channels(health, family, |c| c.updates_throttled.to_string());
}

fn of_alerts(health: &Health, text: &mut Text) {
    let family = (Kind::Gauge, "alert_firing", "1 for an alert that fires, else 0.");
    let each = health.alerts.iter().map(|alert| {
        // What is watched is all channels together where the label is empty.
        let labels = vec![
            ("alert", alert.name.as_str()),
            ("channel", alert.channel.as_deref().unwrap_or_default()),
            ("severity", alert.severity.as_str()),
            ("owner", alert.owner.as_deref().unwrap_or_default()),
        ];
        (labels, flag(alert.firing_since_us.is_some()))
    });
    text.family(family, each);
}

fn of_connectors(health: &Health, text: &mut Text) {
    use Kind::{Counter, Gauge};
    let connectors = || health.connectors.iter();
    let family = (Gauge, "queue_depth_jobs", "Jobs in a connector's queues.");
    text.family(
        family,
        connectors().map(|c| (vec![("connector", c.name.as_str())], c.queue_depth.to_string())),
    );
    let family = (Counter, "jobs_given_up_total", "Jobs that a connector gave up.");
    text.family(
        family,
        connectors().map(|c| (vec![("connector", c.name.as_str())], c.gave_up.to_string())),
    );
}
