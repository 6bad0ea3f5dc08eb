//! Owns reading the rules that raise alerts: what is watched, above what, for how long, where.
//! Must not know how a figure comes about (`judge`), nor how an alert is raised (`watch`).

use super::channel::Channels;
use crate::history::charter::{AlertRule, Owner, Severity, Signal};
use crate::ids::{ChannelId, NAME_CHARS_MAX};
use crate::language::map::{Map, each, items, list_of};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, duration, lasting, name_up_to, scalar, share, some_up_to};
use crate::language::tree::{Node, Value};
use crate::units::{At, Ppm, Span};

/// The most rules: each is looked at every few seconds of the campaign.
const ALERTS_MAX: usize = 50;
/// How long a condition must hold unless said.
const HOLD: Span = Span::from_mins(2);
/// What a share is of unless said.
const OVER: Span = Span::from_mins(5);
/// The longest stretch that a share may be of.
const OVER_MAX: Span = Span::from_mins(60);
/// Every channel by itself.
const EACH: &str = "every channel";

/// What can be watched, with a threshold that nothing is above.
const SIGNALS: &[(&str, Signal)] = &[
    ("sync lag", Signal::SyncLag { above: Span::ZERO }),
    ("oldest unshown", Signal::OldestUnshown { above: Span::ZERO }),
    ("queue depth", Signal::QueueDepth { above: 0 }),
    ("oversold orders", Signal::OversoldOrders { above: Ppm::ZERO, over: OVER }),
    ("handoff failures", Signal::HandoffFailures { above: Ppm::ZERO, over: OVER }),
    ("throttled", Signal::Throttled { above: Ppm::ZERO, over: OVER }),
];

const SEVERITIES: &[(&str, Severity)] =
    &[("warning", Severity::Warning), ("critical", Severity::Critical)];

/// Reads `alerts:` on these channels, of a campaign that ends and drains so.
pub(super) fn read(
    node: &Node,
    (channels, is_outside): (Option<&Channels>, bool),
    ends: Option<(At, Span)>,
    r: &Reading,
) -> Option<Vec<AlertRule>> {
    let channels = channels.map_or(&[][..], |channels| &channels.names);
    let ends = ends.map(|(end, drain)| end + drain);
    let items = items(node, "alerts", r)?;
    if items.len() > ALERTS_MAX {
        r.wrong(&node.at, Wrong::new(format!("more than {ALERTS_MAX} alerts")));
        return None;
    }
    let watch = (channels, is_outside);
    let rules = each(items, |item| rule(item, watch, ends, r))?;
    let mut sound = Some(());
    for (place, (item, rule)) in items.iter().zip(&rules).enumerate() {
        if rules[..place].iter().any(|before| before.name == rule.name) {
            let wrong = Wrong::new(format!("two alerts are named `{}`", rule.name));
            r.wrong(&item.at, wrong.expected("a name of its own for each"));
            sound = None;
        }
    }
    sound.map(|()| rules)
}

/// Alerts, each with whoever owns what it watches unless it names somebody.
pub(super) fn owned(mut alerts: Vec<AlertRule>, owners: &[Owner]) -> Vec<AlertRule> {
    for alert in alerts.iter_mut().filter(|alert| alert.owner.is_none()) {
        let classes = [alert.when.owned_as(), "*"];
        let owner = classes.into_iter().find_map(|c| owners.iter().find(|o| o.class == c));
        alert.owner = owner.map(|owner| owner.team.clone());
    }
    alerts
}

fn rule(
    node: &Node,
    (channels, is_outside): (&[String], bool),
    ends: Option<At>,
    r: &Reading,
) -> Option<AlertRule> {
    let map = Map::open(node, "alert", r)?;
    let name = map.required("name", name_up_to(NAME_CHARS_MAX));
    let kind = map.required("when", |node, r| {
        choice(SIGNALS)(node, r).filter(|kind| is_seen(*kind, is_outside, node, r))
    });
    let over = map.or("over", OVER, lasting);
    let above = map.required("above", |node, r| above(node, kind?, over?, ends, r));
    let hold = map.or("for", HOLD, duration);
    let severity = map.or("severity", Severity::Warning, choice(SEVERITIES));
    let owner = map.or("owner", None, |node, r| name_up_to(NAME_CHARS_MAX)(node, r).map(Some));
    let at = map.or("at", vec![], |node, r| watched(node, channels, r));
    let (kind, over, hold, at) = (kind?, over?, hold?, at?);
    fits(&map, kind, (over, hold, ends), &at, r)?;
    Some(AlertRule {
        name: name?,
        when: above?,
        hold,
        severity: severity?,
        owner: owner?,
        channels: at,
    })
}

/// Whether anybody knows the figure. What only a connector's own journal tells nobody knows of one
/// that is somebody else's: it would never fire.
fn is_seen(kind: Signal, is_outside: bool, node: &Node, r: &Reading) -> bool {
    let is_its_own = match kind {
        Signal::QueueDepth { .. } | Signal::HandoffFailures { .. } | Signal::Throttled { .. } => {
            true
        }
        Signal::SyncLag { .. } | Signal::OldestUnshown { .. } | Signal::OversoldOrders { .. } => {
            false
        }
    };
    if is_its_own && is_outside {
        let found = format!(
            "`{}` is what a connector says of itself, and an `external` one says nothing: it never \
             fires",
            kind.name()
        );
        let expected = "`sync lag`, `oldest unshown` or `oversold orders`";
        r.wrong(&node.at, Wrong::new(found).expected(expected));
        return false;
    }
    true
}

/// Refuses what could never fire, and what says nothing here.
fn fits(
    map: &Map<'_>,
    kind: Signal,
    (over, hold, ends): (Span, Span, Option<At>),
    at: &[ChannelId],
    r: &Reading,
) -> Option<()> {
    let mut sound = Some(());
    let mut refuse = |key: &str, found: String, expected: &str| {
        let place = map.key_at(key).unwrap_or_else(|| map.at.clone());
        r.wrong(&place, Wrong::new(found).expected(expected));
        sound = None;
    };
    let is_share = is_share(kind);
    if map.has("over") && !is_share {
        let found = format!("`over` beside `{}`, which is a figure of the moment", kind.name());
        refuse("over", found, "no `over`: it is for shares of the last minutes");
    }
    if is_share && (over > OVER_MAX || over < Span::from_mins(1)) {
        refuse("over", format!("a share of the last {over}"), "from 1m to 1h");
    }
    if matches!(kind, Signal::QueueDepth { .. }) && !at.is_empty() {
        let found = "`at` beside `queue depth`: queues are the connectors'".to_owned();
        refuse("at", found, "no `at`: it is of all connectors together");
    }
    if let Some(ends) = ends
        && hold >= ends.since(At::START)
    {
        let found = format!("it must hold for {hold}, longer than anybody looks on");
        let lasts = format!("less than the {} that the campaign and its end last", Span(ends.0));
        refuse("for", found, &lasts);
    }
    sound
}

fn is_share(kind: Signal) -> bool {
    match kind {
        Signal::OversoldOrders { .. }
        | Signal::HandoffFailures { .. }
        | Signal::Throttled { .. } => true,
        Signal::SyncLag { .. } | Signal::OldestUnshown { .. } | Signal::QueueDepth { .. } => false,
    }
}

/// The threshold, in the unit of what is watched.
fn above(node: &Node, kind: Signal, over: Span, ends: Option<At>, r: &Reading) -> Option<Signal> {
    let never = |found: String, expected: &str| {
        r.wrong(&node.at, Wrong::new(found).expected(expected));
        None::<()>
    };
    let time = || {
        let above = lasting(node, r)?;
        if ends.is_some_and(|ends| above >= ends.since(At::START)) {
            let found = format!("{above} is longer than anybody looks on: it is never above");
            never(found, "a time that a lag could come to, such as 5m")?;
        }
        Some(above)
    };
    let part = || {
        let above = share(node, r)?;
        if above >= Ppm::ONE {
            never("no share is above 100 %".to_owned(), "a share below it, such as 2%")?;
        }
        Some(above)
    };
    Some(match kind {
        Signal::SyncLag { .. } => Signal::SyncLag { above: time()? },
        Signal::OldestUnshown { .. } => Signal::OldestUnshown { above: time()? },
        Signal::QueueDepth { .. } => {
            Signal::QueueDepth { above: some_up_to(u64::from(u32::MAX))(node, r)? }
        }
        Signal::OversoldOrders { .. } => Signal::OversoldOrders { above: part()?, over },
        Signal::HandoffFailures { .. } => Signal::HandoffFailures { above: part()?, over },
        Signal::Throttled { .. } => Signal::Throttled { above: part()?, over },
    })
}

/// A channel, a list of them, or each.
fn watched(node: &Node, channels: &[String], r: &Reading) -> Option<Vec<ChannelId>> {
    let id = |place: usize| ChannelId(place as u16);
    let named = |node: &Node| {
        scalar(node, r, |text| {
            if text == EACH {
                return Ok((0..channels.len()).map(id).collect::<Vec<_>>());
            }
            let place = channels.iter().position(|name| name == text);
            place.map(|place| vec![id(place)]).ok_or_else(|| {
                let mut known: Vec<&str> = channels.iter().map(String::as_str).collect();
                known.push(EACH);
                Wrong::new(format!("no channel is named `{text}`"))
                    .expected(format!("one of {}", list_of(&known)))
                    .nearest(text, known.iter().copied())
            })
        })
    };
    let mut found: Vec<ChannelId> = match &node.value {
        Value::List(items) => each(items, named)?.into_iter().flatten().collect(),
        _ => named(node)?,
    };
    if found.is_empty() {
        let wrong = Wrong::new("no channel is named");
        r.wrong(&node.at, wrong.expected("a channel, or no `at` for all of them together"));
        return None;
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}
