//! Owns reading the terms of judgement: promises, gates, owners, accepted risks, evidence.
//! Must not know how the campaign is played.

use jiff::civil::Date;

use super::channel::Channels;
use super::head::Head;
use super::objectives;
use crate::history::charter::{
    AcceptedRisk, Gate, GoWhen, Kpi, Limits, Objective, Owner, Promises, RECOVERY,
};
use crate::ids::NAME_CHARS_MAX;
use crate::language::map::{Map, each, entries, items, list_of, not_yet};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, lasting, name_up_to, scalar, share, words};
use crate::language::tree::{Entry, Node, Value};
use crate::units::Span;

/// What is judged, and how strictly.
pub(super) struct Judged {
    pub(super) promises: Promises,
    pub(super) drain: Span,
    pub(super) gates: Vec<Gate>,
    pub(super) go_when: GoWhen,
    pub(super) owners: Vec<Owner>,
    pub(super) accepted_risks: Vec<AcceptedRisk>,
    pub(super) objectives: Vec<Objective>,
}

/// Reads the keys of judgement at the top of a scenario.
pub(super) fn read(
    top: &Map<'_>,
    head: Option<&Head>,
    (channels, is_outside): (Option<&Channels>, bool),
) -> Option<Judged> {
    let default = Promises::default();
    let promises = top.or("promises", (default, drain_of(&default)), promises);
    let gates = top.or("gates", standard_gates(), gates);
    let go_when = top.or("go when", GoWhen::Watch, choice(GO_WHEN));
    let owners = top.or("owners", vec![], owners);
    let risks = top.or("accepted risks", vec![], |node, r| risks(node, head, channels, r));
    let objectives = top.or("objectives", vec![], objectives::read);
    top.optional("require evidence", |node, r| evidence(node, is_outside, r));
    top.not_yet(&[
        ("penalty gates", "seller-performance rules"),
        ("scorecard", "a scorecard with weights"),
    ]);
    let (promises, drain) = promises?;
    Some(Judged {
        promises,
        drain,
        gates: gates?,
        go_when: go_when?,
        owners: owners?,
        accepted_risks: risks?,
        objectives: objectives?,
    })
}

const GO_WHEN: &[(&str, GoWhen)] = &[("healthy", GoWhen::Healthy), ("watch", GoWhen::Watch)];

/// The longest of the promises: then everything has matured (docs/measures.md).
fn drain_of(promises: &Promises) -> Span {
    promises
        .handoff_within
        .max(promises.handoff_sla)
        .max(promises.cancellations_count_for)
        .max(promises.price_grace)
}

fn promises(node: &Node, r: &Reading) -> Option<(Promises, Span)> {
    let map = Map::open(node, "promises", r)?;
    let default = Promises::default();
    map.not_yet(&[("dispatch cut-off", "a cut-off for dispatch")]);
    map.elsewhere("dispatch within", "the channel that asks for it");
    let handoff_within = map.or("handoff within", default.handoff_within, lasting);
    let within = handoff_within.unwrap_or(default.handoff_within);
    // A promise tighter than the usual one takes the stricter one beside it along.
    let handoff_sla = map.or("handoff sla", default.handoff_sla.min(within), lasting);
    let count_for = map.or("cancellations count for", default.cancellations_count_for, lasting);
    let price_grace = map.or("price grace", default.price_grace, lasting);
    let drain = map.optional("drain", lasting);
    let promises = Promises {
        handoff_within: handoff_within?,
        handoff_sla: handoff_sla?,
        cancellations_count_for: count_for?,
        price_grace: price_grace?,
    };
    if promises.handoff_sla > promises.handoff_within {
        let at = map.key_at("handoff sla").unwrap_or_default();
        let wrong = Wrong::new("`handoff sla` is longer than `handoff within`");
        r.wrong(&at, wrong.expected("a time no longer than `handoff within`, such as 5m"));
        return None;
    }
    Some((promises, drain.unwrap_or_else(|| drain_of(&promises))))
}

fn standard_gates() -> Vec<Gate> {
    Kpi::ALL.map(|kpi| Gate { kpi, limits: Limits::standard(kpi), loosened: false }).to_vec()
}

/// `{ standard: { oversold orders: 0.5% } }`: the band table, with these limits instead.
fn gates(node: &Node, r: &Reading) -> Option<Vec<Gate>> {
    if let Value::Scalar(_) = node.value {
        return choice(&[("standard", ())])(node, r).map(|()| standard_gates());
    }
    let map = Map::open(node, "gates", r)?;
    map.not_yet(&[("penalty", "seller-performance rules")]);
    map.required("standard", |node, r| {
        let map = Map::open(node, "standard", r)?;
        let gates = Kpi::ALL.map(|kpi| {
            let limits =
                map.or(kpi.key(), Limits::standard(kpi), |node, r| limits(node, kpi, r))?;
            Some(Gate { kpi, limits, loosened: limits.is_looser_than(Limits::standard(kpi)) })
        });
        gates.into_iter().collect()
    })
}

/// One limit for both edges, or `{ healthy: 3m, watch: 12m }`.
fn limits(node: &Node, kpi: Kpi, r: &Reading) -> Option<Limits> {
    match Limits::standard(kpi) {
        Limits::LagP95 { .. } => {
            let (healthy, watch) = edges(node, lasting, r)?;
            ordered(node, healthy <= watch, r)?;
            Some(Limits::LagP95 { healthy, watch })
        }
        Limits::AtMost { .. } => {
            let (healthy, watch) = edges(node, share, r)?;
            ordered(node, healthy <= watch, r)?;
            Some(Limits::AtMost { healthy, watch })
        }
        Limits::AtLeast { .. } => {
            let (healthy, watch) = edges(node, share, r)?;
            ordered(node, healthy >= watch, r)?;
            Some(Limits::AtLeast { healthy, watch })
        }
    }
}

fn edges<T: Copy>(
    node: &Node,
    decode: fn(&Node, &Reading) -> Option<T>,
    r: &Reading,
) -> Option<(T, T)> {
    if !matches!(node.value, Value::Map(_)) {
        return decode(node, r).map(|limit| (limit, limit));
    }
    let map = Map::open(node, "band", r)?;
    let healthy = map.required("healthy", decode);
    let watch = map.required("watch", decode);
    Some((healthy?, watch?))
}

fn ordered(node: &Node, in_order: bool, r: &Reading) -> Option<()> {
    if !in_order {
        let wrong = Wrong::new("`healthy` is looser than `watch`");
        let wrong = wrong.expected("`healthy` at least as strict as `watch`");
        r.wrong(&node.at, wrong.hint("are the two the wrong way round?"));
    }
    in_order.then_some(())
}

/// `{ inventory sync: ops-integration, "*": commerce-ops }`.
fn owners(node: &Node, r: &Reading) -> Option<Vec<Owner>> {
    let mut classes: Vec<&str> = Kpi::ALL.map(Kpi::owned_as).to_vec();
    classes.extend([RECOVERY, "*"]);
    classes.sort_unstable();
    classes.dedup();
    let written = entries(node, "owners", r)?;
    let mut owners = each(written, |entry: &Entry| {
        if !classes.contains(&entry.key.as_str()) {
            let wrong =
                Wrong::new(format!("nobody can own `{}`: it is no kind of failure", entry.key));
            let wrong = wrong.expected(format!("one of {}", list_of(&classes)));
            r.wrong(&entry.key_at, wrong.nearest(&entry.key, classes.iter().copied()));
            return None;
        }
        Some(Owner { class: entry.key.clone(), team: name_up_to(NAME_CHARS_MAX)(&entry.node, r)? })
    })?;
    owners.sort_by(|a, b| a.class.cmp(&b.class));
    Some(owners)
}

fn risks(
    node: &Node,
    head: Option<&Head>,
    channels: Option<&Channels>,
    r: &Reading,
) -> Option<Vec<AcceptedRisk>> {
    each(items(node, "accepted risks", r)?, |item| risk(item, head, channels, r))
}

fn risk(
    node: &Node,
    head: Option<&Head>,
    channels: Option<&Channels>,
    r: &Reading,
) -> Option<AcceptedRisk> {
    let map = Map::open(node, "accepted risk", r)?;
    let gate = map.required("gate", |node, r| {
        scalar(node, r, |text| {
            Kpi::ALL.into_iter().find(|kpi| kpi.key() == text).ok_or_else(|| {
                let keys = Kpi::ALL.map(Kpi::key);
                Wrong::new(format!("`{text}` is not a gate"))
                    .expected(format!("one of {}", list_of(&keys)))
                    .nearest(text, keys)
            })
        })
    });
    let channel = map.or("channel", None, |node, r| {
        let channels = channels?;
        scalar(node, r, |text| channels.find(text)).map(Some)
    });
    let why = map.required("why", words);
    let by = map.required("by", words);
    let until = map.required("until", |node, r| {
        scalar(node, r, |text| {
            text.parse::<Date>().map_err(|_| {
                Wrong::new(format!("there is no day `{text}`"))
                    .expected("a day, such as 2026-12-01")
            })
        })
    });
    let (until, starts) = (until?, head?.starts.0.date());
    Some(AcceptedRisk {
        gate: gate?,
        channel: channel?,
        why: why?,
        by: by?,
        until: until.to_string(),
        expired: starts > until,
    })
}

/// Evidence that this version can give is that of a model, and of a connector that is `external`;
/// more must not be waved through.
fn evidence(node: &Node, is_outside: bool, r: &Reading) -> Option<()> {
    const CHOICES: &[(&str, [bool; 2])] = &[
        ("model", [true, true]),
        ("your connector", [false, true]),
        ("staging", [false, false]),
        ("operations", [false, false]),
    ];
    let is_built = choice(CHOICES)(node, r)?[usize::from(is_outside)];
    if !is_built {
        r.wrong(&node.at, not_yet("evidence other than that of a model"));
    }
    is_built.then_some(())
}
