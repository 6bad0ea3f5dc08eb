//! Owns what faults are to each other: names, machines, and rules that leave nothing to later ones.
//! Must not know how they are written.

use super::{FaultSpec, target};
use crate::commerce::command::MachineCommand;
use crate::commerce::fault::{FaultEffect, FaultTerms, MessageKind};
use crate::language::problem::{Reading, Wrong};
use crate::units::{At, Ppm};

/// Refuses faults that contradict each other, and says which have nothing to say for a while.
pub(super) fn each_other(faults: &[FaultSpec], r: &Reading) -> Option<()> {
    let mut sound = Some(());
    for (place, fault) in faults.iter().enumerate() {
        let before = &faults[..place];
        let name = &fault.terms.name;
        let mut refuse = |found: String, expected: &str| {
            r.wrong(&fault.at, Wrong::new(found).expected(expected));
            sound = None;
        };
        if before.iter().any(|other| other.terms.name == *name) {
            refuse(format!("two faults are named `{name}`"), "a name of its own for each");
        }
        if let Some(other) = before.iter().find(|other| both_befall(&other.terms, &fault.terms)) {
            let found = format!("`{name}` befalls a connector while `{}` does", other.terms.name);
            refuse(found, "one at a time: the end of either would end both");
        }
        let silencing = before.iter().find_map(|other| {
            let silenced = silenced(&other.terms, &fault.terms)?;
            Some((&other.terms.name, silenced))
        });
        match silencing {
            Some((first, Silenced::Always)) => refuse(
                format!("`{name}` can never speak: `{first}` stands before it and speaks first"),
                "another place or time for one of them, or the narrower one before the wider",
            ),
            Some((first, Silenced::From(from, until))) => r.note(format!(
                "fault `{name}` meets nothing for {}: `{first}` stands before it and speaks first",
                until.since(from)
            )),
            None => {}
        }
    }
    sound
}

/// How long a rule has nothing to say.
enum Silenced {
    Always,
    /// For a stretch, of several the first.
    From(At, At),
}

/// Whether a rule that is asked first leaves nothing to another, of all that the other is about.
fn silenced(first: &FaultTerms, later: &FaultTerms) -> Option<Silenced> {
    let always = first.share == Ppm::ONE && first.rises_to.is_none() && first.at_most.is_none();
    let speaks = match &first.does {
        // What it lets through is somebody else's.
        FaultEffect::Throttles { allows: Some(_), .. } => false,
        // Entries are drawn one by one, of every page.
        FaultEffect::SkipsEntries | FaultEffect::RepeatsPages => true,
        _ => always,
    };
    let about_messages = |terms: &FaultTerms| terms.does.command(true).is_none();
    let whose = later.at.iter().all(|role| first.at.contains(role));
    let kinds = kinds(first);
    let which = self::kinds(later).iter().all(|kind| kinds.contains(kind));
    let what = match (&first.skus, &later.skus) {
        (None, _) => true,
        // A rule of entries looks at every page; items and orders may be about others as well.
        (Some(first), Some(later)) => later.iter().all(|sku| first.binary_search(sku).is_ok()),
        (Some(_), None) => false,
    };
    if !(speaks && about_messages(first) && about_messages(later) && whose && which && what) {
        return None;
    }
    let is_within = |(from, until): &(At, At)| {
        first.spells.iter().any(|(begin, end)| begin <= from && until <= end)
    };
    if later.spells.iter().all(is_within) {
        return Some(Silenced::Always);
    }
    let mut shared = later.spells.iter().flat_map(|(from, until)| {
        let both = |(begin, end): &(At, At)| ((*begin).max(*from), (*end).min(*until));
        first.spells.iter().map(both).filter(|(from, until)| from < until)
    });
    shared.next().map(|(from, until)| Silenced::From(from, until))
}

/// Which messages a fault is about.
pub(super) fn kinds(terms: &FaultTerms) -> Vec<MessageKind> {
    if !terms.on.is_empty() {
        return terms.on.clone();
    }
    if terms.does.is_about_webhooks() {
        return vec![MessageKind::Webhook];
    }
    let is_its = |kind: &MessageKind| {
        (!terms.does.is_about_items() || target::is_update(*kind))
            && (!terms.does.is_about_reads() || *kind == MessageKind::Read)
            && terms.at.iter().any(|role| target::is_made(*kind, *role))
    };
    target::every_kind().filter(is_its).collect()
}

/// Whether two faults befall one machine in one way at one time.
fn both_befall(a: &FaultTerms, b: &FaultTerms) -> bool {
    let clock = |command| matches!(command, MachineCommand::SetClock(_));
    let (Some(one), Some(other)) = (a.does.command(true), b.does.command(true)) else {
        return false;
    };
    let meet = |(from, until): &(_, _), (start, end): &(_, _)| from < end && start < until;
    clock(one) == clock(other)
        && a.at.iter().any(|role| b.at.contains(role))
        && a.spells.iter().any(|one| b.spells.iter().any(|other| meet(one, other)))
}
