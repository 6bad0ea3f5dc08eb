//! Owns the campaign's timeline: phases one after the other, and moments said by their names.
//! Must not know the rates within the phases.

use std::ops::Range;

use crate::history::charter::Phase;
use crate::ids::NAME_CHARS_MAX;
use crate::language::map::{Map, items};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{lasting, leading_number, name_up_to, parse_duration, scalar, words};
use crate::language::tree::Node;
use crate::units::{At, Span};

/// The longest campaign.
pub(super) const CAMPAIGN_MAX: Span = Span::from_secs(31 * 86_400);

/// How a phase is written.
const PHASE: &str = "- { name: peak, lasts: 20m, rate: 10x }";

/// The most phases.
const PHASES_MAX: usize = 1_000;

/// Phases in order, and moments among them.
pub(super) struct Timeline {
    phases: Vec<Named>,
    shorten_milli: u64,
}

/// A phase whose times are none when it was written wrongly: it can still be referred to.
struct Named {
    name: String,
    times: Option<(At, At)>,
}

/// A phase as written.
pub(super) struct PhaseSpec<T> {
    pub(super) name: Option<String>,
    pub(super) name_at: Range<usize>,
    pub(super) lasts: Option<Span>,
    /// What else its group says; none when it is wrong.
    pub(super) rest: Option<T>,
}

/// Reads the list of phases; `rest` reads what else a phase says.
pub(super) fn phases<'n, T>(
    node: &'n Node,
    section: &'static str,
    r: &'n Reading,
    rest: impl Fn(&Map<'n>, &'n Reading) -> Option<T>,
) -> Option<Vec<PhaseSpec<T>>> {
    let items = items(node, "phases", r)?;
    if items.is_empty() || items.len() > PHASES_MAX {
        let wrong = Wrong::new(format!("the number of phases is {}", items.len()));
        let expected = format!("from 1 to {PHASES_MAX}, such as {PHASE}");
        r.wrong(&node.at, wrong.expected(expected));
        return None;
    }
    let read = |item: &'n Node| {
        let Some(map) = Map::open(item, section, r) else {
            return PhaseSpec { name: None, name_at: item.at.clone(), lasts: None, rest: None };
        };
        let name = map.required("name", name_up_to(NAME_CHARS_MAX));
        let name_at = map.get("name").map_or(map.at.clone(), |node| node.at.clone());
        let lasts = map.required("lasts", lasting);
        let rest = rest(&map, r);
        PhaseSpec { name, name_at, lasts, rest }
    };
    Some(items.iter().map(read).collect())
}

impl Timeline {
    /// Lays the phases one after the other, each shortened.
    pub(super) fn lay<T>(phases: &[PhaseSpec<T>], shorten_milli: u64, r: &Reading) -> Timeline {
        let mut laid: Vec<Named> = vec![];
        let mut from = Some(At::START);
        for phase in phases {
            let until =
                from.zip(phase.lasts).map(|(from, lasts)| from + shortened(lasts, shorten_milli));
            if let Some(name) = &phase.name {
                let taken = name == "campaign" || laid.iter().any(|other| other.name == *name);
                if taken {
                    let wrong = Wrong::new(format!("two phases are named `{name}`"));
                    let expected = format!("a name of its own for each, such as {name} again");
                    r.wrong(&phase.name_at, wrong.expected(expected));
                }
                laid.push(Named { name: name.clone(), times: from.zip(until) });
            }
            if let Some(until) = until.filter(|until| until.0 > CAMPAIGN_MAX.0) {
                let length = until.since(At::START);
                let wrong = Wrong::new(format!("with this phase the campaign lasts {length}"));
                let wrong = wrong.expected("at most 31 days");
                r.wrong(&phase.name_at, wrong.hint("shorten a phase, such as lasts: 2h"));
                break;
            }
            from = until;
        }
        Timeline { phases: laid, shorten_milli }
    }

    /// One phase for all.
    pub(super) fn single(name: &str, until: At) -> Timeline {
        let phases = vec![Named { name: name.to_owned(), times: Some((At::START, until)) }];
        Timeline { phases, shorten_milli: 1_000 }
    }

    /// The phases of the charter.
    pub(super) fn charter_phases(&self) -> Option<Vec<Phase>> {
        let named = |p: &Named| {
            let phase = |(from, until)| Phase { name: p.name.clone(), from, until, silent: false };
            p.times.map(phase)
        };
        self.phases.iter().map(named).collect()
    }

    /// The end of traffic.
    pub(super) fn end(&self) -> Option<At> {
        self.phases.last()?.times.map(|(_, until)| until)
    }

    /// From the start of a phase to its end.
    pub(super) fn stretch(&self, node: &Node, r: &Reading) -> Option<(At, At)> {
        let name = words(node, r)?;
        if name == "campaign" {
            return Some((At::START, self.end()?));
        }
        match self.find(&name) {
            Ok(phase) => phase.times,
            Err(wrong) => {
                r.wrong(&node.at, wrong);
                None
            }
        }
    }

    /// A moment: `doors open`, `end of fade`, `30m before peak`, `20m` after the campaign's start.
    pub(super) fn moment(&self, node: &Node, r: &Reading) -> Option<At> {
        scalar(node, r, |text| self.resolve(text))?
    }

    /// The moment that a text says; none when it rests on a phase that is written wrongly.
    fn resolve(&self, text: &str) -> Result<Option<At>, Wrong> {
        if let Ok(phase) = self.find(text) {
            return Ok(phase.times.map(|(from, _)| from));
        }
        if let Some((span, anchor)) = split_lead(text, " before ")? {
            let Some(anchor) = self.resolve(anchor)? else { return Ok(None) };
            return before(text, anchor, self.shortened(span)).map(Some);
        }
        if let Some((span, anchor)) = split_lead(text, " after ")? {
            let anchor = self.resolve(anchor)?;
            return Ok(anchor.map(|anchor| anchor + self.shortened(span)));
        }
        if leading_number(text).is_some() {
            return parse_duration(text).map(|span| Some(At::START + self.shortened(span)));
        }
        let (is_end, name) = match text.strip_prefix("end of ") {
            Some(name) => (true, name),
            None => (false, text.strip_prefix("start of ").unwrap_or(text)),
        };
        if name == "campaign" {
            return Ok(if is_end { self.end() } else { Some(At::START) });
        }
        let times = self.find(name)?.times;
        Ok(times.map(|(from, until)| if is_end { until } else { from }))
    }

    /// Whether a phase is named so.
    pub(super) fn has(&self, name: &str) -> bool {
        self.phases.iter().any(|phase| phase.name == name)
    }

    fn find(&self, name: &str) -> Result<&Named, Wrong> {
        self.phases.iter().find(|phase| phase.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.phases.iter().map(|phase| phase.name.as_str()).collect();
            Wrong::new(format!("no phase is named `{name}`"))
                .expected(format!("one of {}", crate::language::map::list_of(&names)))
                .nearest(name, names.iter().copied())
        })
    }

    /// A span of the calendar, shortened as the phases are.
    pub(super) fn shortened(&self, span: Span) -> Span {
        shortened(span, self.shorten_milli)
    }
}

/// The moment a span before another one.
fn before(text: &str, anchor: At, span: Span) -> Result<At, Wrong> {
    anchor.0.checked_sub(span.0).map(At).ok_or_else(|| {
        let early = Span(span.0 - anchor.0);
        Wrong::new(format!("`{text}` is {early} before the campaign starts"))
            .expected("a moment within the campaign, such as 1m before peak")
            .hint("let an earlier phase last longer, or say a shorter time")
    })
}

/// A time and what it leads up to; a phase may be called `day before sales`.
fn split_lead<'t>(text: &'t str, word: &str) -> Result<Option<(Span, &'t str)>, Wrong> {
    let Some((lead, anchor)) = text.split_once(word) else { return Ok(None) };
    match parse_duration(lead.trim()) {
        Ok(span) => Ok(Some((span, anchor.trim()))),
        Err(wrong) if leading_number(lead).is_some() => Err(wrong),
        Err(_) => Ok(None),
    }
}

/// No more than rounding turns a span into none: a phase does not vanish.
fn shortened(span: Span, shorten_milli: u64) -> Span {
    let us = u128::from(span.0) * 1_000 / u128::from(shorten_milli.max(1));
    Span((us as u64).max(u64::from(span != Span::ZERO)))
}
