//! Owns the alerts that were raised: which fired on which channel, from when to when.
//! Must not judge by them: no gate rests on an alert.

use std::collections::BTreeMap;

use super::judgement::{AlertSeen, Noticed, NoticedBy, Spell};
use crate::history::Charter;
use crate::ids::{AlertId, ChannelId};
use crate::units::At;

/// So many times an alert is told to have fired; more are absurd.
pub(super) const SPELLS_MAX: usize = 10_000;

/// The alerts of the charter, as the facts tell of them, each on its channels.
#[derive(Clone, Debug)]
pub(super) struct Alarms {
    each: BTreeMap<(AlertId, Option<ChannelId>), Vec<Spell>>,
}

impl Alarms {
    pub(super) fn new(charter: &Charter) -> Alarms {
        let rules = charter.alerts.iter().enumerate();
        let each = rules.flat_map(|(place, rule)| {
            let all = rule.channels.is_empty().then_some(None);
            let channels = rule.channels.iter().copied().map(Some);
            all.into_iter().chain(channels).map(move |on| ((AlertId(place as u16), on), vec![]))
        });
        Alarms { each: each.collect() }
    }

    /// An alert of the charter fires from `at` on, or does so no more.
    pub(super) fn turned(
        &mut self,
        alert: AlertId,
        channel: Option<ChannelId>,
        firing: bool,
        at: At,
    ) {
        let Some(spells) = self.each.get_mut(&(alert, channel)) else { return };
        if firing {
            spells.push(Spell { from: at, until: None });
        } else if let Some(spell) = spells.last_mut() {
            spell.until = Some(at);
        }
    }

    /// When it fired so far; none: the charter has no such alert on that channel.
    pub(super) fn spells(&self, alert: AlertId, channel: Option<ChannelId>) -> Option<&[Spell]> {
        self.each.get(&(alert, channel)).map(Vec::as_slice)
    }

    /// Those that fire now, and since when.
    pub(super) fn firing(&self) -> impl Iterator<Item = (AlertId, Option<ChannelId>, At)> {
        self.each.iter().filter_map(|(&(alert, channel), spells)| {
            let last = spells.last().filter(|spell| spell.until.is_none())?;
            Some((alert, channel, last.from))
        })
    }

    /// Each time that any of them began to fire, in the order of their rules.
    pub(super) fn fired(&self) -> impl Iterator<Item = Noticed> {
        self.each.iter().flat_map(|(&(alert, _), spells)| {
            let by = NoticedBy::Alert(alert);
            spells.iter().map(move |spell| Noticed { at: spell.from, by: by.clone() })
        })
    }

    pub(super) fn seen(&self) -> Vec<AlertSeen> {
        let each = self.each.iter();
        each.map(|(&(alert, channel), spells)| AlertSeen { alert, channel, spells: spells.clone() })
            .collect()
    }
}
