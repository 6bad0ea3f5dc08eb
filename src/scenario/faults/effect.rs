//! Owns reading what a fault does. Must not know whom it meets, nor when.

use crate::commerce::command::ClockSkew;
use crate::commerce::fault::{FaultEffect, ToldWait};
use crate::commerce::limiter::LimiterKind;
use crate::commerce::outbox::How;
use crate::language::law::law;
use crate::language::map::{Map, list_of};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{lasting, scalar};
use crate::language::tree::{Node, Value};
use crate::law::Law;
use crate::scenario::limits::bucket;
use crate::units::Span;

/// Effects of one word, or two.
const PLAIN: &[(&str, FaultEffect)] = &[
    ("unavailable", FaultEffect::Unavailable),
    ("refuses connections", FaultEffect::RefusesConnections),
    ("throttles", FaultEffect::Throttles { allows: None, says: None }),
    ("refuses", FaultEffect::Refuses),
    ("rejects tokens", FaultEffect::RejectsTokens),
    ("loses replies", FaultEffect::LosesReplies(How::Close)),
    ("resets", FaultEffect::LosesReplies(How::Reset)),
    ("cuts replies", FaultEffect::LosesReplies(How::HalfBody)),
    ("swallows replies", FaultEffect::SwallowsReplies),
    ("hangs", FaultEffect::Hangs),
    ("rejects items", FaultEffect::RejectsItems),
    ("forgets updates", FaultEffect::Forgets),
    (SKIPS_ORDERS, FaultEffect::SkipsEntries),
    (SKIPS_CHANGES, FaultEffect::SkipsEntries),
    ("repeats pages", FaultEffect::RepeatsPages),
    ("drops webhooks", FaultEffect::DropsWebhooks),
    ("spoils signatures", FaultEffect::SpoilsSignatures),
    ("pauses", FaultEffect::Pauses),
    ("crashes", FaultEffect::Crashes),
];

/// Entries left out of a channel's pages, and of the source's.
pub(super) const SKIPS_ORDERS: &str = "skips orders";
pub(super) const SKIPS_CHANGES: &str = "skips changes";

/// What is made of a law of times.
type OfLaw = fn(Law) -> FaultEffect;
/// What is made of one time.
type OfTime = fn(Span) -> FaultEffect;

/// Effects that are said with a time that is drawn anew for each message.
const BY_LAW: &[(&str, OfLaw)] = &[
    ("slows", FaultEffect::Slows),
    ("trickles", FaultEffect::Trickles),
    ("repeats webhooks", FaultEffect::RepeatsWebhooks),
    ("delays webhooks", FaultEffect::DelaysWebhooks),
];

/// Effects that are said with one time, and with which word it goes.
const BY_TIME: &[(&str, &str, OfTime)] = &[
    ("stale reads", "by", FaultEffect::StaleReads),
    ("holds webhooks", "for", FaultEffect::HoldsWebhooks),
    ("clock ahead", "by", |by| FaultEffect::SkewsClock(ClockSkew { is_ahead: true, by })),
    ("clock behind", "by", |by| FaultEffect::SkewsClock(ClockSkew { is_ahead: false, by })),
];

/// Effects that are said with a value.
const VALUED: &[&str] = &[
    "throttles",
    "slows",
    "trickles",
    "stale reads",
    "repeats webhooks",
    "delays webhooks",
    "holds webhooks",
    "clock ahead",
    "clock behind",
];

/// What a fault does, and how that is called.
pub(super) fn effect(node: &Node, r: &Reading) -> Option<(FaultEffect, String)> {
    if matches!(node.value, Value::Map(_)) {
        return valued(node, r);
    }
    scalar(node, r, |text| {
        if let Some((word, effect)) = PLAIN.iter().find(|(word, _)| *word == text) {
            return Ok((effect.clone(), (*word).to_owned()));
        }
        if VALUED.contains(&text) {
            let wrong = Wrong::new(format!("`{text}` does not say how long"));
            return Err(wrong.expected(format!("a time: {{ {text}: 5s }}")));
        }
        let words: Vec<&str> =
            PLAIN.iter().map(|(word, _)| *word).chain(VALUED[1..].to_vec()).collect();
        Err(Wrong::new(format!("`{text}` is nothing that a fault does"))
            .expected(format!("one of {}", list_of(&words)))
            .nearest(text, words.iter().copied()))
    })
}

fn valued(node: &Node, r: &Reading) -> Option<(FaultEffect, String)> {
    let map = Map::open(node, "effect", r)?;
    let (key, node) = map.one_of(VALUED)?;
    if key == "throttles" {
        return throttles(node, r);
    }
    if let Some((_, goes, of)) = BY_TIME.iter().find(|(word, ..)| *word == key) {
        let time = lasting(node, r)?;
        return Some((of(time), format!("{key} {goes} {time}")));
    }
    let (_, of) = BY_LAW.iter().find(|(word, _)| *word == key)?;
    let by = law(node, r)?;
    let over = if key == "trickles" { "over" } else { "by" };
    let words = match &by {
        Law::Constant(by) => format!("{key} {over} {by}"),
        by => format!("{key} {over} {} in the mean, one in 20 above {}", by.mean(), by.p95()),
    };
    Some((of(by), words))
}

/// `{ allows: { burst: 5, per: 0.5/s }, says: 30s }`, or `says: { date: 30s }`.
fn throttles(node: &Node, r: &Reading) -> Option<(FaultEffect, String)> {
    let map = Map::open(node, "throttle", r)?;
    let allows =
        map.or("allows", None, |node, r| bucket(node, "token bucket", "burst", r).map(Some));
    let says = map.or("says", None, |node, r| says(node, r).map(Some));
    let (allows, says) = (allows?, says?);
    let mut words = "throttles".to_owned();
    if let Some((burst, every)) = allows {
        words.push_str(&format!(" to {burst} and one every {every}"));
    }
    if let Some(says) = says {
        let date = if says.as_date { "the date in " } else { "" };
        words.push_str(&format!(" saying {date}{}", says.by));
    }
    let allows = allows.map(|(burst, every)| LimiterKind::TokenBucket { burst, every });
    Some((FaultEffect::Throttles { allows, says }, words))
}

fn says(node: &Node, r: &Reading) -> Option<ToldWait> {
    if !matches!(node.value, Value::Map(_)) {
        return lasting(node, r).map(ToldWait::of);
    }
    let map = Map::open(node, "told wait", r)?;
    let by = map.required("date", lasting)?;
    Some(ToldWait { by, as_date: true })
}
