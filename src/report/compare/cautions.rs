//! Owns what stands in the way of comparing runs, or of concluding from them, in sentences.
//! Must not decide what can be compared (`measures`).

use super::alike::{is_sound, replications_of};
use super::{Given, Group, Party, studies};
use crate::report::summary::Summary;
use crate::report::summary::verdict::Ending;
use crate::report::words::{self, number};

/// What to keep in mind, the gravest first.
pub(super) fn cautions(parties: &[Party], groups: &[Group]) -> Vec<String> {
    let mut told = Vec::new();
    for (all, group) in parties.iter().map(studies::of).zip(groups) {
        let letter = &group.letter;
        let Some(all) = all else { continue };
        let known = all.each.seeds.len() as u64;
        if known == 0 {
            told.push(format!(
                "The afternoons.json of {letter} says nothing of single afternoons, so only \
                 verdicts and rates stand beside each other: simulate it again"
            ));
        } else if known < all.runs {
            let (known, of) = (number::count(known), number::count(all.runs));
            told.push(format!("Of {letter} the figures of {known} of {of} afternoons are known"));
        }
    }
    // The one afternoon that a study's report shows decides nothing.
    let single = |(party, _): &(&Party, &Group)| studies::of(party).is_none();
    for (party, group) in parties.iter().zip(groups).filter(single) {
        let one = party.runs.len() == 1;
        for given in party.runs.iter().filter(|given| !is_sound(&given.summary)) {
            let name = if one { group.letter.clone() } else { given.label.clone() };
            told.push(format!("{name} {}: nothing is concluded from it", flaw(&given.summary)));
        }
        let sound = party.runs.iter().filter(|given| is_sound(&given.summary)).count();
        let twice = sound - replications_of(party).len();
        if twice > 0 {
            told.push(format!(
                "{} of {} {} on a seed that another run of it has: they are not counted as \
                 afternoons of their own",
                number::counted(twice as u64, "run", "runs"),
                group.letter,
                if twice == 1 { "is" } else { "are" },
            ));
        }
    }
    let baseline = &parties[0].runs[0];
    for (party, group) in parties.iter().zip(groups).skip(1) {
        told.extend(unlike(baseline, &party.runs[0], &group.letter));
    }
    told
}

/// Why nothing is concluded from a run that is not sound.
pub(super) fn flaw(summary: &Summary) -> &'static str {
    match summary.record.ending {
        None => "was cut off before its end",
        Some(Ending::Interrupted) => "was interrupted",
        Some(Ending::Finished) if summary.load.saturated => "had a load that fell behind",
        Some(Ending::Finished) => "ran its clock too fast for its gates",
    }
}

/// What is not the same in a run and the baseline.
fn unlike(baseline: &Given, other: &Given, letter: &str) -> Vec<String> {
    let (a, b) = (&baseline.summary, &other.summary);
    let mut told = Vec::new();
    let names = |s: &Summary| s.channels.iter().map(|c| c.name.clone()).collect::<Vec<String>>();
    let only = |these: &[String], those: &[String]| {
        let left = these.iter().filter(|name| !those.contains(name)).cloned();
        left.collect::<Vec<String>>().join(", ")
    };
    let (channels, others) = (names(a), names(b));
    for (whose, left) in [("A", only(&channels, &others)), (letter, only(&others, &channels))] {
        if !left.is_empty() {
            told.push(format!(
                "{left} is a channel of {whose} only: figures of the whole run are of different \
                 channels, those of the channels that both have can be compared"
            ));
        }
    }
    if a.campaign.phases != b.campaign.phases {
        told.push(format!(
            "The phases of A and {letter} are not the same: their clocks agree, what happens on \
             them does not"
        ));
    }
    if a.campaign.name != b.campaign.name {
        let [one, two] = [a, b].map(|s| s.campaign.name.as_str());
        told.push(format!("A played “{one}”, {letter} “{two}”"));
    }
    if a.evidence != b.evidence {
        let [one, two] = [a, b].map(|s| words::evidence(s.evidence));
        told.push(format!("A is evidence about {one}, {letter} about {two}"));
    }
    if a.campaign.speed_milli != b.campaign.speed_milli {
        let [one, two] = [a, b].map(|s| number::speed(s.campaign.speed_milli));
        told.push(format!("The clock of A was {one}, that of {letter} {two}"));
    }
    if a.doorbuster != b.doorbuster {
        let [one, two] = [a, b].map(|s| s.doorbuster.as_str());
        told.push(format!("A was played by doorbuster {one}, {letter} by {two}"));
    }
    told
}
