//! Owns reading what a fault does. Must not know whom it meets, nor when.

use crate::commerce::fault::FaultEffect;
use crate::commerce::limiter::LimiterKind;
use crate::commerce::outbox::How;
use crate::language::law::law;
use crate::language::map::{Map, list_of};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{lasting, scalar};
use crate::language::tree::{Node, Value};
use crate::law::Law;
use crate::scenario::limits::bucket;

/// Effects of one word, or two.
const PLAIN: &[(&str, FaultEffect)] = &[
    ("unavailable", FaultEffect::Unavailable),
    ("throttles", FaultEffect::Throttles { allows: None, says: None }),
    ("refuses", FaultEffect::Refuses),
    ("loses replies", FaultEffect::LosesReplies(How::Close)),
    ("resets", FaultEffect::LosesReplies(How::Reset)),
    ("cuts replies", FaultEffect::LosesReplies(How::HalfBody)),
    ("hangs", FaultEffect::Hangs),
    ("rejects items", FaultEffect::RejectsItems),
    ("forgets updates", FaultEffect::Forgets),
    ("skips orders", FaultEffect::SkipsEntries),
    ("drops webhooks", FaultEffect::DropsWebhooks),
    ("pauses", FaultEffect::Pauses),
    ("crashes", FaultEffect::Crashes),
];

/// Effects that are said with a value.
const VALUED: &[&str] = &["throttles", "slows", "repeats webhooks", "delays webhooks"];

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
    let by = law(node, r)?;
    let of: fn(Law) -> FaultEffect = match key {
        "slows" => FaultEffect::Slows,
        "repeats webhooks" => FaultEffect::RepeatsWebhooks,
        _ => FaultEffect::DelaysWebhooks,
    };
    let words = match &by {
        Law::Constant(by) => format!("{key} by {by}"),
        by => format!("{key} by {} in the mean, one in 20 above {}", by.mean(), by.p95()),
    };
    Some((of(by), words))
}

/// `{ allows: { burst: 5, per: 0.5/s }, says: 30s }`.
fn throttles(node: &Node, r: &Reading) -> Option<(FaultEffect, String)> {
    let map = Map::open(node, "throttle", r)?;
    let allows =
        map.or("allows", None, |node, r| bucket(node, "token bucket", "burst", r).map(Some));
    let says = map.or("says", None, |node, r| lasting(node, r).map(Some));
    let (allows, says) = (allows?, says?);
    let mut words = "throttles".to_owned();
    if let Some((burst, every)) = allows {
        words.push_str(&format!(" to {burst} and one every {every}"));
    }
    if let Some(says) = says {
        words.push_str(&format!(" saying {says}"));
    }
    let allows = allows.map(|(burst, every)| LimiterKind::TokenBucket { burst, every });
    Some((FaultEffect::Throttles { allows, says }, words))
}
