//! Owns how an objective for recovery is said, and what to do about one. Must not know which of
//! them decides the verdict.

use super::advised::NextStep;
use super::gate::capitalised;
use super::number::{clock, count, counted, span};
use super::{short, unproved};
use crate::report::summary::Objective;
use crate::report::summary::band::{Band, Unproved};
use crate::report::summary::objectives::{Asks, CountedFrom};

/// What is asked, as a title: `recovery within 20 min`.
pub fn title(asks: Asks, at_most: u64) -> String {
    match asks {
        Asks::RecoversWithin => format!("recovery within {}", span(at_most)),
        Asks::LosesAtMost => format!("at most {} lost", counted(at_most, "order", "orders")),
        Asks::OldestWaits => format!("no order waits longer than {}", span(at_most)),
    }
}

/// What is asked, in a clause.
fn asked(of: &Objective) -> String {
    match (of.asks, of.counted_from) {
        (Asks::RecoversWithin, Some(CountedFrom::End)) => format!(
            "all was to be in band again within {} of the end of what was broken",
            span(of.at_most)
        ),
        (Asks::RecoversWithin, _) => format!(
            "all was to be in band again within {} of the beginning of what was broken",
            span(of.at_most)
        ),
        (Asks::LosesAtMost, _) => {
            format!("at most {} of it were never to reach the OMS", orders(of.at_most))
        }
        (Asks::OldestWaits, _) => {
            format!("no order of it was to wait longer than {} for the OMS", span(of.at_most))
        }
    }
}

fn orders(many: u64) -> String {
    counted(many, "order", "orders")
}

/// The worst that any came to: `41 min`, `12 orders`, or that it never ended.
pub fn worst(of: &Objective) -> String {
    match of.worst {
        Some(worst) => amount((of.asks, of.counted_from), worst),
        None if of.missed > 0 => "never".to_owned(),
        None => "—".to_owned(),
    }
}

/// What a recovery came to: `41 min`, `12 orders`.
pub fn amount((asks, counted_from): (Asks, Option<CountedFrom>), came_to: u64) -> String {
    match (asks, counted_from, came_to) {
        (Asks::LosesAtMost, _, lost) => orders(lost),
        // It may have been out of band until then.
        (Asks::RecoversWithin, Some(CountedFrom::End), 0) => {
            "by the end of what was broken".to_owned()
        }
        (Asks::RecoversWithin, _, 0) => "never out of band".to_owned(),
        (Asks::RecoversWithin | Asks::OldestWaits, _, us) => span(us),
    }
}

/// How it fared in a full sentence without its full stop.
pub fn sentence(of: &Objective) -> String {
    let asked = capitalised(&asked(of));
    let times = |some: u64| {
        let all = of.kept + of.missed + of.open;
        format!("{} of {}", count(some), counted(all, "time", "times"))
    };
    let first = of.first_us.map_or(String::new(), |at| format!(", first from {} on", clock(at)));
    match (of.band, of.because) {
        (Band::Failed, _) => match of.worst {
            Some(_) => {
                format!("{asked}: missed {}{first}, at worst {}", times(of.missed), worst(of))
            }
            None => format!("{asked}: missed {}{first}, and never reached", times(of.missed)),
        },
        (Band::NotProved, Some(Unproved::NotExercised)) if of.kept + of.missed + of.open > 0 => {
            format!("{asked}: neither sync lag nor handoffs are gated: there is no band")
        }
        (Band::NotProved, Some(Unproved::NotExercised)) => {
            format!("{asked}: nothing that was broken met anything")
        }
        (Band::NotProved, Some(why)) if of.open > 0 => {
            format!("{asked}: not known {}{first}: {}", times(of.open), open(why))
        }
        (Band::NotProved, why) => {
            format!(
                "{asked}: not proved{}",
                why.map_or(String::new(), |why| { format!(": {}", unproved(why)) })
            )
        }
        (Band::Healthy | Band::Watch, _) => {
            format!("{asked}: kept {}, at worst {}", times(of.kept), worst(of))
        }
    }
}

/// Why it is not known.
fn open(why: Unproved) -> &'static str {
    match why {
        Unproved::Unresolved => "the record ended, or the next thing broke, before it was over",
        Unproved::AtTheLimit => "it came back in the very minute, which is told no finer",
        Unproved::TooFewSamples => "too few orders and changes to say",
        other => unproved(other),
    }
}

/// Where it stands in two or three words.
pub fn band(of: &Objective) -> String {
    match (of.band, of.because) {
        (Band::Failed, _) => "missed".to_owned(),
        (Band::NotProved, Some(why)) => format!("not proved: {}", short(why)),
        (Band::NotProved, None) => "not proved".to_owned(),
        (Band::Healthy | Band::Watch, _) => "kept".to_owned(),
    }
}

/// What to do about it; none where it was kept.
pub fn advice(of: &Objective) -> Option<NextStep> {
    let (action, proves) = match (of.band, of.because) {
        (Band::Healthy | Band::Watch, _) => return None,
        (Band::Failed, _) => (to_mend(of.asks), false),
        (Band::NotProved, why) => (to_prove(why?), true),
    };
    let validate = "the objective is kept in the same drill";
    Some(NextStep { action: action.to_owned(), validate, proves, ..NextStep::default() })
}

fn to_mend(asks: Asks) -> &'static str {
    match asks {
        Asks::RecoversWithin => {
            "find what was last out of band under “What was broken on purpose”: drain the backlog \
             faster (workers, batches, the newest figure of a SKU only), or have somebody step in"
        }
        Asks::LosesAtMost => {
            "find the lost orders and hand them over again; let the connector look for orders \
             itself, so that none waits for a webhook that never came"
        }
        Asks::OldestWaits => {
            "retry sooner once the fault is over: a shorter longest `backoff`, and a sweep for \
             orders that are missing"
        }
    }
}

fn to_prove(why: Unproved) -> &'static str {
    match why {
        Unproved::NotExercised => {
            "break something: `faults:` of a scenario that meets calls (docs/drills.md)"
        }
        Unproved::TooFewSamples => "play more orders around it: a busier phase, or a longer one",
        Unproved::AtTheLimit => "play many afternoons: one is too near to the objective to say",
        Unproved::NotObserved => {
            "record what the OMS holds and what channels show, and judge again"
        }
        _ => "let it be over for longer before the next thing breaks, or before traffic ends",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recovery(counted_from: CountedFrom, band: Band, because: Option<Unproved>) -> Objective {
        Objective {
            asks: Asks::RecoversWithin,
            at_most: 60_000_000,
            counted_from: Some(counted_from),
            band,
            because,
            kept: 1,
            missed: 0,
            open: 0,
            worst: Some(0),
            first_us: None,
            owner: String::new(),
        }
    }

    /// It was once said that nothing was ever out of band of what was back before the end.
    #[test]
    fn what_was_back_before_the_end_is_not_said_to_have_been_in_band_all_along() {
        let said = |from| sentence(&recovery(from, Band::Healthy, None));
        assert!(said(CountedFrom::End).ends_with("at worst by the end of what was broken"));
        assert!(said(CountedFrom::Beginning).ends_with("at worst never out of band"));
    }

    #[test]
    fn where_nothing_is_gated_it_is_not_said_that_nothing_met_anything() {
        let untried = Some(Unproved::NotExercised);
        let mut one = recovery(CountedFrom::End, Band::NotProved, untried);
        assert!(sentence(&one).ends_with("there is no band"), "{}", sentence(&one));
        one.kept = 0;
        assert!(sentence(&one).ends_with("met anything"), "{}", sentence(&one));
    }
}
