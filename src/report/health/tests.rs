//! What `state.json` and `/metrics` say of a run.

use super::*;
use crate::history::charter::{FaultPlanned, Severity, Signal};
use crate::ids::{AlertId, FaultId};
use crate::judge::Fold;
use crate::report::sample;
use crate::report::summary::tests::breaches;
use crate::units::{At, Money, Qty};

/// Two channels, of which one has a name that a label has to escape, and two faults.
fn watched(blind: bool) -> Watched {
    let mut charter = sample::go().charter;
    let fault = |name: &str| FaultPlanned {
        at: vec![],
        name: name.to_owned(),
        does: "is away".to_owned(),
        spells: vec![(At(0), At(1))],
    };
    charter.faults = vec![fault("outage"), fault("storm")];
    let mut second = charter.channels[0].clone();
    second.name = "a \"b\"\\c\nd".to_owned();
    charter.channels.truncate(1);
    charter.channels.push(second);
    charter.campaign = "black friday".to_owned();
    charter.alerts = vec![AlertRule {
        name: "behind".to_owned(),
        when: Signal::SyncLag { above: Span::from_mins(5) },
        hold: Span::from_mins(2),
        severity: Severity::Critical,
        owner: Some("sync".to_owned()),
        channels: vec![ChannelId(0), ChannelId(1)],
    }];
    Watched { charter, blind }
}

fn glance() -> Glance {
    let one = ChannelGlance {
        accepted: 1_000,
        refused: 10,
        oversold: Qty(3),
        money: Money(5),
        oversold_orders: 2,
        cancelled: 4,
        mispriced: 5,
        due: 900,
        missed: 7,
        sync_lag: Span(4_200_500),
        oldest_unshown: Span(61_000_000),
        tried: 800,
        throttled: 90,
        handoffs: 950,
        handoffs_failed: 8,
    };
    let two = ChannelGlance { sync_lag: Span::from_mins(13), ..one };
    let connectors = vec![ConnectorGlance { depth: 17, gave_up: 2 }];
    Glance {
        at: At(75_250_000),
        facts: 12,
        phase: Some(0),
        channels: vec![one, two],
        all: [one, two].into_iter().sum(),
        connectors,
        in_force: vec![FaultId(1)],
        firing: vec![Firing { alert: AlertId(0), channel: Some(ChannelId(1)), since: At(9) }],
        ..Fold::new().glance()
    }
}

fn health(blind: bool) -> Health {
    let under_way = UnderWay { orders: 3, unpaid: 1, changes: 2, jobs: 17 };
    Health::of(&watched(blind), &glance(), under_way)
}

#[test]
fn lags_are_held_against_their_bands() {
    use LagBand::{Healthy, Intervention, Watch};
    let health = health(false);
    let bands = health.channels.iter().map(|channel| channel.sync_lag_band);
    assert_eq!(bands.collect::<Vec<_>>(), [LagBand::Healthy, LagBand::Intervention]);
    let edges = LagEdges { healthy_us: 5, watch_us: 9 };
    let at = [5, 6, 9, 10].map(|us| edges.band(Span(us)));
    assert_eq!(at, [Healthy, Watch, Watch, Intervention]);
    let all = &health.all;
    assert_eq!((all.accepted, all.oversold_units, all.handoffs_missed), (2_000, 6, 14));
    assert_eq!(all.sync_lag_us, Span::from_mins(13).0);
}

#[test]
fn alerts_that_fire_say_since_when_on_their_channel() {
    let health = health(false);
    let since = health.alerts.iter().map(|alert| alert.firing_since_us);
    assert_eq!(since.collect::<Vec<_>>(), [None, Some(9)]);
    let fires = &health.alerts[1];
    assert_eq!(fires.channel.as_deref(), Some("a \"b\"\\c\nd"));
    assert_eq!(fires.condition, "sync lag above 5 min for 2 min");
    assert!(metrics::text(&health).contains("severity=\"critical\",owner=\"sync\"} 1\n"));
}

#[test]
fn faults_in_force_are_named_unless_the_run_is_blind() {
    let faults = health(false).faults.unwrap();
    let told = faults.iter().map(|fault| (fault.name.as_str(), fault.in_force));
    assert_eq!(told.collect::<Vec<_>>(), [("outage", false), ("storm", true)]);
    let blind = health(true);
    assert_eq!((blind.faults.as_ref(), blind.campaign.as_ref()), (None, None));
    for told in [String::from_utf8(blind.to_json()).unwrap(), metrics::text(&blind)] {
        for name in ["outage", "storm", "black friday"] {
            assert!(!told.contains(name), "{name}: {told}");
        }
    }
}

#[test]
fn metrics_are_in_prometheus_text() {
    insta::assert_snapshot!(metrics::text(&health(false)));
}

/// By the format's own rules: one HELP and one TYPE a family, before its samples, a name for each
/// kind, no sample twice.
#[test]
fn each_family_is_told_once_and_counters_end_in_total() {
    let text = metrics::text(&health(false));
    let mut families: Vec<(&str, &str)> = vec![];
    let mut samples: Vec<&str> = vec![];
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            families.push(rest.split_once(' ').unwrap());
        } else if let Some(rest) = line.strip_prefix("# HELP ") {
            assert!(rest.split_once(' ').is_some_and(|(_, help)| help.ends_with('.')), "{line}");
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let (name, _) = families.last().unwrap();
            assert!(sample.split('{').next() == Some(name), "{line} below {name}");
            assert!(value.parse::<f64>().is_ok_and(|value| value >= 0.0), "{line}");
            samples.push(sample);
        }
    }
    let names: std::collections::BTreeSet<&str> = families.iter().map(|(name, _)| *name).collect();
    let told: std::collections::BTreeSet<&str> = samples.iter().copied().collect();
    assert_eq!((names.len(), told.len()), (families.len(), samples.len()));
    for (name, kind) in families {
        assert_eq!(name.ends_with("_total"), kind == "counter", "{name}");
    }
    assert!(text.contains(r#"{channel="a \"b\"\\c\nd"}"#), "{text}");
}

#[test]
fn the_shipped_schema_is_current_and_a_state_is_valid_by_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/state.schema.json");
    let schema = serde_json::to_value(schemars::schema_for!(Health)).unwrap();
    let current = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("DOORBUSTER_WRITE_SCHEMAS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let shipped = std::fs::read_to_string(path).unwrap_or_default();
    assert!(shipped == current, "stale: run the tests with DOORBUSTER_WRITE_SCHEMAS=1");
    let valid = |health: &Health| {
        breaches(&schema, &schema, &serde_json::from_slice(&health.to_json()).unwrap(), "")
    };
    assert_eq!(valid(&health(false)), Vec::<String>::new());
    assert_eq!(valid(&health(true)), Vec::<String>::new());
    assert_eq!(valid(&Health { version: 2, ..health(false) }).len(), 1);
}

/// The page itself knows nothing of any run, and asks nobody but where it came from.
#[test]
fn the_page_is_the_same_for_every_run_and_fetches_nothing_from_elsewhere() {
    let page = page::page().unwrap();
    for strange in ["http:", "https:", "//cdn", "innerHTML", "eval(", " src="] {
        assert!(!page.contains(strange), "{strange}");
    }
    let script = page.rsplit_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
    let hash = crate::report::document::controls::hash(script);
    assert!(page::policy().contains(&hash), "the policy allows another script");
}
