//! Owns how the invariants are told together: what was found, what is not proved, what is clean.
//! Must not know where the lines are printed.

use super::gate::{invariant_sentence, invariant_title, is_clean};
use super::number::counted;
use super::unproved_in;
use crate::report::summary::Summary;
use crate::report::summary::band::Unproved;
use crate::report::summary::gate::Invariant;

/// The two kinds of rules, by what a breach does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// A breach is a NO-GO.
    MustBeZero,
    /// A breach counts through the measure that it is about, or is a condition.
    Counted,
}

impl Rules {
    /// Both, the strict ones first.
    pub const ALL: [Rules; 2] = [Rules::MustBeZero, Rules::Counted];

    /// What stands over them.
    pub fn title(self) -> &'static str {
        match self {
            Rules::MustBeZero => "rules that must be zero for a GO",
            Rules::Counted => "rules that are counted",
        }
    }

    /// By what a page can be jumped to.
    pub fn id(self) -> &'static str {
        match self {
            Rules::MustBeZero => "strict-rules",
            Rules::Counted => "counted-rules",
        }
    }

    /// What a breach of one does.
    pub fn means(self) -> &'static str {
        match self {
            Rules::MustBeZero => "A single breach is a NO-GO",
            Rules::Counted => {
                "A breach counts through its measure, or is a condition of the GO; so many that \
                 its share is over a limit are a NO-GO"
            }
        }
    }

    /// Those of a run.
    pub fn of(self, summary: &Summary) -> impl Iterator<Item = &Invariant> {
        let strict = self == Rules::MustBeZero;
        summary.invariants.iter().filter(move |result| result.must_be_zero == strict)
    }
}

/// The rules of a kind, a line each where there is something to tell; those that saw no breach and
/// are not proved for the same reason share one, the clean ones are counted.
pub fn rules_told(summary: &Summary, which: Rules) -> Vec<String> {
    let (mut told, mut quiet) = (Vec::new(), Vec::<(Unproved, Vec<&'static str>)>::new());
    for result in which.of(summary).filter(|result| !is_clean(result)) {
        match only_unproved(result) {
            None => {
                let sentence = invariant_sentence(summary, result);
                told.push(format!("{sentence} ({})", result.owner));
            }
            Some(why) => {
                let title = invariant_title(result.invariant);
                match quiet.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, titles)) => titles.push(title),
                    None => quiet.push((why, vec![title])),
                }
            }
        }
    }
    told.extend(quiet.into_iter().map(|(why, titles)| {
        let rules = counted(titles.len() as u64, "rule is", "rules are");
        format!(
            "{rules} not proved, without a breach seen ({}): {}",
            unproved_in(summary, why),
            titles.join(", ")
        )
    }));
    told
}

/// How many rules of a kind are kept; nothing where there are none.
pub fn rules_clean(summary: &Summary, which: Rules) -> Option<String> {
    let clean = which.of(summary).filter(|result| is_clean(result)).count();
    let so_far = if summary.record.ending.is_none() { " up to where the record ends" } else { "" };
    let all = which.of(summary).count();
    (all > 0).then(|| format!("{clean} of {all} rules were kept throughout{so_far}"))
}

/// The reason of an invariant that is not proved and of which no breach was seen.
fn only_unproved(result: &Invariant) -> Option<Unproved> {
    result.because.filter(|_| result.breaches.possible == 0)
}
