//! Owns the stories of SKUs that run out, so that the worst can be told as it happened.
//! Must not judge: it only remembers.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::judgement::{SkuStory, StoryEvent, StoryWhat, Witness};
use super::supply::Supplies;
use crate::ids::SkuId;
use crate::units::Qty;

/// A story begins when no more than this is left.
const LEFT_MAX: Qty = Qty(6);
/// Events before the first oversold unit, and after it.
const EVENTS_EACH_SIDE: usize = 12;
/// No more SKUs than this are remembered; whoever runs out first is.
const STORIES_MAX: usize = 4_096;

#[derive(Clone, Debug, Default)]
struct Story {
    events: VecDeque<StoryEvent>,
    /// Events after the first oversold unit.
    after: usize,
    broken: bool,
}

/// Stories of every SKU that nearly ran out.
#[derive(Clone, Debug, Default)]
pub(super) struct Stories {
    by_sku: FxHashMap<SkuId, Story>,
}

impl Stories {
    /// Remembers an event of a SKU, if it is close to running out and its story not told yet.
    pub(super) fn tell(&mut self, sku: SkuId, w: Witness, what: StoryWhat, supplies: &Supplies) {
        let left = supplies.left(sku);
        if left > LEFT_MAX && !self.by_sku.contains_key(&sku) {
            return;
        }
        if self.by_sku.len() >= STORIES_MAX && !self.by_sku.contains_key(&sku) {
            return;
        }
        let story = self.by_sku.entry(sku).or_default();
        if story.after >= EVENTS_EACH_SIDE {
            return;
        }
        let oversells = matches!(what, StoryWhat::Sold { oversold, .. } if oversold > Qty::ZERO);
        if story.broken {
            story.after += 1;
        } else if story.events.len() >= EVENTS_EACH_SIDE {
            story.events.pop_front();
        }
        story.broken |= oversells;
        let offered = supplies.offered(sku).collect();
        let (at, seq) = (w.at, w.seq);
        story.events.push_back(StoryEvent { at, seq, what, really_left: left, offered });
    }

    pub(super) fn of(&self, sku: SkuId, oversold: Qty) -> SkuStory {
        let events = self.by_sku.get(&sku).map(|s| s.events.iter().cloned().collect());
        SkuStory { sku, oversold, events: events.unwrap_or_default() }
    }
}
