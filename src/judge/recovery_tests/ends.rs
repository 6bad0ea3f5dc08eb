//! What is known of recovery where the record ends: at rest, still under way, or cut off.

use super::super::recovery::Ends;
use super::*;

/// Whoever stops looking before it can be over has not seen that it did no harm.
#[test]
fn never_out_is_known_where_the_record_goes_on_long_enough() {
    let ended = |end: u64, (until, ends): (Option<u64>, Ends), late_at: u64| {
        let mut terms = charter(4);
        terms.faults = vec![planned(vec![])];
        let spells = vec![Spell { from: minute(20), until: until.map(minute) }];
        let mut series = hour(|at, window| {
            if at == late_at {
                late(window);
            }
        });
        series.run.truncate(end as usize);
        series.channels.iter_mut().for_each(|windows| windows.truncate(end as usize));
        let told = Told { ends, ..Told::default() };
        let seen = of(&terms, &[InjectedFault { spells, hits: 1 }], (&series, &told), minute(end));
        (seen[0].recovered, seen[0].cut)
    };
    let never = MINUTES + 1;
    // Cut off while it was in force, within the hold after it, and later.
    assert_eq!(ended(24, (None, Ends::CutOff), never), (Recovered::Unknown, true));
    assert_eq!(ended(27, (Some(25), Ends::CutOff), never), (Recovered::Unknown, true));
    assert_eq!(ended(28, (Some(25), Ends::CutOff), never), (Recovered::NeverOut, false));
    // The campaign was over: all is known where all had come to rest.
    assert_eq!(ended(27, (Some(25), Ends::Restless), never), (Recovered::Unknown, false));
    assert_eq!(ended(27, (Some(25), Ends::AtRest), never), (Recovered::NeverOut, false));
    // Out of band until then, and in band again before it.
    assert_eq!(ended(24, (None, Ends::CutOff), 23), (Recovered::NotBy(minute(24)), true));
    assert_eq!(ended(24, (None, Ends::AtRest), 23), (Recovered::NotBy(minute(24)), false));
    assert_eq!(ended(40, (Some(25), Ends::CutOff), 23), (Recovered::At(minute(25)), false));
}
